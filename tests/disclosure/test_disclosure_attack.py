"""Attacks that must fail on what the package publishes, and must succeed on what it refuses to publish."""

import random
import time
from decimal import Decimal

import pytest
from disclosure_attack import Attack, Recovered, amounts, contributors, counted, enumerate_attack, places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ser_portal.disclosure import (
    REACHED,
    STOPPED,
    TOTAL,
    Contribution,
    Hidden,
    Ladder,
    Link,
    Pair,
    Rule,
    Shown,
    Table,
    protect,
    protect_table,
    split,
)

STATUSES = ("on course", "attention", "behind", "done", "not started", "silent")
RUNGS = ("members", "asked", "answered", "assessed", "compliant")
examples = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def seeded(seed):
    return random.Random(seed)  # noqa: S311 - made-up tables, no secret


def published_with(table, hidden):
    """All cells of a table shown, apart from these."""
    cells = protect_table(Table(table.name, table.rows, table.columns, ()), Rule()).cells
    sums = {
        place: sum(place[0] in (c.row, TOTAL) and place[1] in (c.column, TOTAL) for c in table.contributions)
        for place in cells
    }
    return {place: Hidden("small") if place in hidden else Shown(value) for place, value in sums.items()}


def attack(sources, release, minimum, percent, attackers, **links):
    attack = Attack(sources, {name: table.cells for name, table in release.tables.items()}, **links)
    everybody = contributors(*sources)
    for who in [None, *attackers(everybody)]:
        attack.run(minimum, percent, who)


ONE = st.just(1)


@st.composite
def contributions(draw, *, rows, columns, parties=14, values=ONE):
    """Parties, some in a group, each in at most one cell per row; low columns are common, high ones rare."""
    count = draw(st.integers(0, parties))
    groups = [draw(st.sampled_from(["", "", "", "g", "h"])) for _ in range(count)]
    common = st.sampled_from([c for k, c in enumerate(columns) for _ in range(max(1, 6 - 2 * k))] + [None])
    made = []
    for unit, group in enumerate(groups):
        for row in rows:
            column = draw(common)
            if column is not None:
                made.append(Contribution(f"u{unit}", row, column, group, draw(values)))
    return made


@st.composite
def tables(draw, kind="count", max_rows=4, max_columns=5, parties=14):
    rows = tuple(f"c{k}" for k in range(draw(st.integers(1, max_rows))))
    columns = tuple(f"k{k}" for k in range(draw(st.integers(1, max_columns))))
    values = st.one_of(st.just(0), st.integers(1, 9), st.decimals(0, 999, places=2), st.integers(100, 5000))
    made = draw(contributions(rows=rows, columns=columns, parties=parties, values=ONE if kind == "count" else values))
    known = draw(st.booleans()) if kind == "count" else False
    return Table("t", rows, columns, made, kind=kind, known_row_totals=known)


few = st.randoms(use_true_random=False).map(lambda r: lambda all_: r.sample(all_, min(2, len(all_))))


# The attacks work: they undo tables that only hide what is small.

THREE_BY_THREE = counted({"a": (1, 12, 14), "b": (11, 3, 2), "c": (13, 12, 30)})


def test_the_attack_recovers_a_small_cell_when_only_small_cells_are_hidden():
    table = published_with(THREE_BY_THREE, {("a", "k0"), ("b", "k1"), ("b", "k2")})
    attack = Attack([THREE_BY_THREE], {"status": table})
    assert attack.interval(THREE_BY_THREE, ("a", "k0")) == (1, 1)
    with pytest.raises(Recovered):
        attack.run(5, 10)
    with pytest.raises(Recovered):
        enumerate_attack(counted({"a": (1, 4, 0), "b": (4, 0, 4)}), published_with(
            counted({"a": (1, 4, 0), "b": (4, 0, 4)}), {("a", "k0")}), 3)  # fmt: skip


def test_a_two_by_two_pattern_leaves_an_outsider_an_interval_but_not_one_that_is_alone():
    pattern = {("a", "k0"), ("a", "k1"), ("b", "k0"), ("b", "k1")}
    attack = Attack([THREE_BY_THREE], {"status": published_with(THREE_BY_THREE, pattern)})
    low, high = attack.interval(THREE_BY_THREE, ("a", "k0"))
    assert low == 0
    assert high >= 4
    alone = ("unit", "a-k0-0")
    for place in pattern:
        low, high = attack.interval(THREE_BY_THREE, place, alone)
        assert low == high
    with pytest.raises(Recovered):
        attack.run(5, 10, alone)


def test_the_attack_fails_on_the_same_table_protected():
    release = protect([THREE_BY_THREE], Rule())
    assert release["status"].report.hidden >= 4
    attack([THREE_BY_THREE], release, 5, 10, lambda everybody: [*everybody[:50:10], ("unit", "a-k0-0")])


def test_two_hidden_cells_of_one_respondent_each_protect_nobody():
    table = counted({"a": (1, 1, 20), "b": (20, 20, 20), "c": (20, 20, 20)})
    pattern = {("a", "k0"), ("a", "k1"), ("b", "k0"), ("b", "k1")}
    undone = Attack([table], {"status": published_with(table, pattern)})
    assert undone.interval(table, ("a", "k1"), ("unit", "a-k0-0")) == (1, 1)
    with pytest.raises(Recovered):
        undone.run(5, 10, ("unit", "a-k0-0"))
    release = protect([table], Rule())
    attack([table], release, 5, 10, lambda everybody: [("unit", "a-k0-0"), ("unit", "a-k1-0")])


def test_the_attack_recovers_a_cell_from_tables_protected_one_by_one():
    base = counted({"a": (8, 20, 20), "b": (20, 20, 20), "c": (20, 20, 20)})
    by = {each.unit: "company" if each.unit != "a-k0-0" and each.unit != "a-k0-1" else "union" for each in
          base.contributions}  # fmt: skip
    by |= {each.unit: "union" for k, each in enumerate(base.contributions) if each.unit[:4] != "a-k0" and k % 2}
    sources, links = split(base, by, ["company", "union"])
    equal = [(link.total, link.parts) for link in links]
    apart = {source.name: protect_table(source, Rule()).cells for source in sources}
    assert isinstance(apart["status/union"]["a", "k0"], Hidden)
    with pytest.raises(Recovered):
        Attack(sources, apart, equal=equal).run(5, 10)
    together = protect(sources, Rule(), links=links)
    attack(sources, together, 5, 10, lambda everybody: [("unit", "a-k0-0"), ("unit", "a-k0-5")], equal=equal)


def test_the_attack_recovers_an_amount_when_only_the_dominated_cell_is_hidden():
    made = [Contribution(f"{r}{c}{i}", r, c, "", 100) for r in "rst" for c in "klm" for i in range(9) if r + c != "rk"]
    made += [Contribution(f"x{i}", "r", "k", "", 1000 if not i else 1) for i in range(6)]
    table = Table("t", tuple("rst"), tuple("klm"), made, kind="magnitude")
    cells = dict(protect_table(table, Rule()).cells)
    assert cells["r", "k"] == Hidden("dominance")
    attack([table], protect([table], Rule()), 5, 10, lambda all_: [*all_[::20], ("unit", "x0"), ("unit", "x1")])
    only_one = {place: Shown(900) for place in cells if TOTAL not in place}
    only_one |= {("r", TOTAL): Shown(2805), (TOTAL, "k"): Shown(2805), (TOTAL, TOTAL): Shown(8205)}
    only_one |= {place: Shown(2700) for place in cells if TOTAL in place and place not in only_one}
    only_one["r", "k"] = Hidden("dominance")
    with pytest.raises(Recovered):
        Attack([table], {"t": only_one}).run(5, 10)


# On what the package publishes they fail.


@settings(examples, max_examples=50)
@given(table=tables(max_rows=3, max_columns=3, parties=5), minimum=st.sampled_from([3, 3, 4, 5]))
def test_no_list_of_all_tables_that_fit_gives_a_count_away_to_anybody(table, minimum):
    known = Table("t", table.rows, table.columns, table.contributions)
    enumerate_attack(known, protect_table(known, Rule(minimum=minimum)).cells, minimum)


@settings(examples, max_examples=20)
@given(table=tables(), minimum=st.sampled_from([3, 4, 5, 7]), who=few)
def test_no_program_gives_a_count_away(table, minimum, who):
    attack([table], protect([table], Rule(minimum=minimum)), minimum, 10, who)


@settings(examples, max_examples=20)
@given(table=tables("magnitude"), minimum=st.sampled_from([3, 5]), percent=st.sampled_from([5, 10, 25]), who=few)
def test_no_program_gives_an_amount_away(table, minimum, percent, who):
    attack([table], protect([table], Rule(minimum, percent)), minimum, percent, who)


@settings(examples, max_examples=8)
@given(table=tables("magnitude", max_rows=3, max_columns=3), more=st.lists(st.integers(0, 500), min_size=5), who=few)
def test_no_program_gives_the_parts_of_a_share_away(table, more, who):
    below = [
        Contribution(each.unit, each.row, each.column, each.group, each.value + more[k % len(more)])
        for k, each in enumerate(table.contributions)
    ]
    sources = [table, Table("d", table.rows, table.columns, below, kind="magnitude")]
    release = protect(sources, Rule(), pairs=[Pair("t", "d", part_of_whole=True)])
    parts = [(("t", row, column), ("d", row, column)) for row in table.rows for column in table.columns]
    attack(sources, release, 5, 10, who, below=parts)


@settings(examples, max_examples=20)
@given(
    last=st.lists(st.tuples(st.sampled_from(RUNGS), st.sampled_from(["", "", "", "g", "h"])), max_size=40),
    known=st.sampled_from([set(), {"asked"}, {"members", "asked"}]),
    minimum=st.sampled_from([3, 5]),
    who=few,
)
def test_no_program_gives_a_step_of_the_ladder_away(last, known, minimum, who):
    ladder = Ladder("l", RUNGS, [Contribution(f"u{k}", "", r, g) for k, (r, g) in enumerate(last)], known=known)
    attack([ladder], protect([ladder], Rule(minimum=minimum)), minimum, 10, who)


@settings(examples, max_examples=6)
@given(table=tables(max_rows=2, max_columns=3, parties=12), minimum=st.sampled_from([3, 5]), who=few)
def test_no_program_gives_a_count_away_that_is_also_split_by_party_type(table, minimum, who):
    by = {each.unit: ("company", "union")[int(each.unit[1:]) % 3 == 0] for each in table.contributions}
    sources, links = split(table, by, ["company", "union"])
    release = protect(sources, Rule(minimum=minimum), links=links)
    attack(sources, release, minimum, 10, who, equal=[(link.total, link.parts) for link in links])


@pytest.mark.parametrize("seed", range(4))
def test_no_program_gives_a_ladder_and_a_status_table_of_one_commitment_away(seed):
    chance = seeded(seed)
    asked = [f"u{i}" for i in range(20)]
    status = {unit: chance.choices(STATUSES, (9, 4, 1, 2, 1, 3))[0] for unit in asked}
    rung = {unit: "asked" if status[unit] == "silent" else chance.choice(RUNGS[2:]) for unit in asked}
    table = Table("t", ("c",), STATUSES, [Contribution(unit, "c", status[unit]) for unit in asked])
    ladder = Ladder("l", RUNGS[1:], [Contribution(unit, "", rung[unit]) for unit in asked], known={"asked"})
    links = [
        Link(("t", "c", "silent"), (("l", STOPPED, "asked"),)),
        Link(("t", "c", TOTAL), (("l", REACHED, "asked"),)),
    ]
    release = protect([table, ladder], Rule(), links=links)
    equal = [(link.total, link.parts) for link in links]
    attack([table, ladder], release, 5, 10, lambda all_: chance.sample(all_, 6), equal=equal)


def a_year(*, commitments, parties, asked, seed):
    """A round as it will be: every party asked in some commitments, some parties in groups."""
    chance = seeded(seed)
    groups = [f"g{chance.randrange(parties // 8)}" if chance.random() < 0.2 else "" for _ in range(parties)]
    rows = tuple(f"c{k}" for k in range(commitments))
    made = [
        Contribution(f"u{i}", row, chance.choices(STATUSES, (40, 20, 8, 15, 10, 7))[0], groups[i])
        for i in range(parties)
        for row in rows
        if chance.random() < asked
    ]
    return Table("t", rows, STATUSES, made)


def test_a_large_round_takes_little_time_and_stands_up_to_the_attack():
    table = a_year(commitments=60, parties=200, asked=0.1, seed=3)
    began = time.process_time()
    release = protect([table], Rule())
    assert time.process_time() - began < 10
    assert not release["t"].report.last_resort
    assert release["t"].report.hidden < release["t"].report.cells
    attacker = Attack([table], {"t": release["t"].cells})
    chance = seeded(4)
    for who in (None, *chance.sample(contributors(table), 2)):
        least = 5 - bool(who)
        for source, place in chance.sample(attacker.hidden(), 6):
            low, high = attacker.interval(source, place, who)
            before = attacker.interval(source, place, who, published=False)
            assert high - low >= min(least, before[1] - before[0]) - 1e-6


@settings(examples, max_examples=15)
@given(table=tables(), seed=st.integers(0, 99))
def test_the_order_in_which_contributions_come_makes_no_difference(table, seed):
    mixed = list(table.contributions)
    seeded(seed).shuffle(mixed)
    again = Table("t", table.rows, table.columns, mixed, known_row_totals=table.known_row_totals)
    assert protect_table(table, Rule()) == protect_table(again, Rule())


@settings(examples, max_examples=25)
@given(table=tables("magnitude"), minimum=st.sampled_from([3, 5]))
def test_what_is_shown_is_true(table, minimum):
    for (row, column), cell in protect_table(table, Rule(minimum=minimum)).cells.items():
        if isinstance(cell, Shown):
            here = [c for c in table.contributions if row in (c.row, TOTAL) and column in (c.column, TOTAL)]
            assert cell.value == sum((Decimal(c.value) for c in here), Decimal(0))
            assert not here or len({c.contributor for c in here}) >= minimum


def test_an_empty_table_and_one_of_a_single_party_end():
    assert protect_table(Table("t", ("r",), ("k",), ()), Rule()).report.hidden == 0
    for kind in ("count", "magnitude"):
        made = protect_table(Table("t", ("r",), ("k",), [Contribution("a", "r", "k", "", 7)], kind=kind), Rule())
        assert made["r", "k"] == Hidden("small")


# Wide, but not wide enough: one unit less would do, and the package hides more.


def primary_only(table):
    """What would be published if nothing but the cells that give somebody away were hidden."""
    cells = protect_table(table, Rule()).cells
    assert any(cell == Hidden("secondary") for cell in cells.values())
    values = {(source.name, *place): sum(found.values()) for source, place, found in everything(table)}
    return {
        place: cell if isinstance(cell, Hidden) and cell.why != "secondary" else Shown(values[table.name, *place])
        for place, cell in cells.items()
    }


def everything(table):
    return [(table, place, amounts(table, place)) for place in places(table)]


def test_an_interval_one_short_of_the_minimum_is_not_enough():
    table = counted({"a": (2, 2, 30), "b": (2, 2, 30), "c": (30, 30, 30)})
    bare = Attack([table], {table.name: primary_only(table)})
    assert bare.interval(table, ("a", "k0")) == (0, 4)
    bare.run(4, 10)
    with pytest.raises(Recovered):
        bare.run(5, 10)
    attack([table], protect([table], Rule()), 5, 10, lambda all_: all_[:2])


def test_an_interval_one_short_for_a_contributor_is_not_enough():
    base = counted({"a": (3, 2, 30), "b": (2, 3, 30), "c": (30, 30, 30)})
    own = {"a-k0-0", "a-k0-1", "b-k1-0", "b-k1-1"}
    given = [Contribution(c.unit, c.row, c.column, "g" if c.unit in own else "") for c in base.contributions]
    table = Table(base.name, base.rows, base.columns, given)
    bare = Attack([table], {table.name: primary_only(table)})
    bare.run(5, 10)
    assert bare.interval(table, ("a", "k0"), ("group", "g")) == (2, 5)
    with pytest.raises(Recovered):
        bare.run(5, 10, ("group", "g"))
    attack([table], protect([table], Rule()), 5, 10, lambda all_: [("group", "g")])


def test_an_interval_of_p_percent_on_one_side_only_is_not_enough():
    sizes = {"rk": (334, 333, 333), "rl": (20,) * 3, "sk": (20,) * 3, "sl": (20,) * 3}
    given = [
        Contribution(f"{row}{column}{i}", row, column, "", value)
        for row in "rst"
        for column in "klm"
        for i, value in enumerate(sizes.get(row + column, (300,) * 10))
    ]
    table = Table("t", tuple("rst"), tuple("klm"), given, kind="magnitude")
    bare = Attack([table], {"t": primary_only(table)})
    assert bare.interval(table, ("r", "k")) == pytest.approx((940, 1060))
    bare.run(5, 5)
    with pytest.raises(Recovered):
        bare.run(5, 10)
    attack([table], protect([table], Rule()), 5, 10, lambda all_: [("unit", "rk0")])
