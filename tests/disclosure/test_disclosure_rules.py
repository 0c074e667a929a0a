"""Which cells give somebody away by themselves, and what the frozen result tells whom."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from disclosure_attack import counted

from ser_portal.disclosure import (
    REACHED,
    STOPPED,
    TOTAL,
    Contribution,
    Hidden,
    Ladder,
    Pair,
    Protected,
    Release,
    Rule,
    Shown,
    Table,
    explain,
    protect,
    protect_table,
    share,
)


def amounts(*values, groups=()):
    """One cell with these amounts in a table of two by two whose other cells are large and even."""
    made = [
        Contribution(f"p{i}", "r", "k", groups[i] if i < len(groups) else "", value) for i, value in enumerate(values)
    ]
    for row, column in (("r", "l"), ("s", "k"), ("s", "l")):
        made += [Contribution(f"{row}{column}{i}", row, column, "", 100) for i in range(20)]
    return Table("sum", ("r", "s"), ("k", "l"), made, kind="magnitude")


def test_a_table_of_large_even_cells_is_shown_whole():
    made = protect_table(counted({"a": (20, 21, 22), "b": (23, 24, 25)}), Rule())
    assert made.report.hidden == 0
    assert made["a", "k1"] == Shown(21)
    assert made[TOTAL, "k1"] == Shown(45)
    assert made[TOTAL, TOTAL] == Shown(135)


@pytest.mark.parametrize(("number", "hidden"), [(1, True), (4, True), (5, False), (0, False)])
def test_fewer_contributors_than_the_minimum_are_hidden_and_zero_is_shown(number, hidden):
    made = protect_table(counted({"a": (number, 30, 30), "b": (30, 30, 30), "c": (30, 30, 30)}), Rule())
    assert (made["a", "k0"] == Hidden("small")) is hidden
    assert isinstance(made["a", "k0"], Hidden) is hidden


def test_companies_of_one_group_count_once():
    base = counted({"a": (20, 20), "b": (20, 20)})
    six = [Contribution(f"x{i}", "c", "k0", "holding") for i in range(6)]
    rest = [Contribution(f"y{i}", "c", "k1") for i in range(20)]
    table = Table("t", ("a", "b", "c"), base.columns, (*base.contributions, *six, *rest))
    assert protect_table(table, Rule())["c", "k0"] == Hidden("small")
    apart = [Contribution(f"x{i}", "c", "k0") for i in range(6)]
    table = Table("t", ("a", "b", "c"), base.columns, (*base.contributions, *apart, *rest))
    assert protect_table(table, Rule())["c", "k0"] == Shown(6)


def test_a_group_and_a_unit_of_the_same_name_are_two_contributors():
    cell = [Contribution("x", "a", "k0"), Contribution("y", "a", "k0", "x")]
    cell += [Contribution(f"z{i}", "a", "k0") for i in range(3)]
    rest = [Contribution(f"q{i}", "a", "k1") for i in range(20)]
    assert protect_table(Table("t", ("a",), ("k0", "k1"), cell + rest), Rule())["a", "k0"] == Shown(5)


def test_a_margin_of_one_company_with_many_answers_is_hidden():
    made = [Contribution("one", f"r{i}", "silent") for i in range(8)]
    made += [Contribution(f"p{i}-{n}", f"r{i}", "done") for i in range(8) for n in range(20)]
    table = protect_table(Table("t", tuple(f"r{i}" for i in range(8)), ("done", "silent"), made), Rule())
    assert table[TOTAL, "silent"] == Hidden("small")


@pytest.mark.parametrize("others", [0, 1])
def test_everybody_in_one_category_is_hidden_also_when_only_one_is_not(others):
    made = protect_table(counted({"a": (12, others, 0), "b": (20, 20, 20), "c": (20, 20, 20)}), Rule())
    assert made["a", "k0"] == Hidden("group")


def test_two_outside_the_category_are_enough_to_name_it():
    made = protect_table(counted({"a": (12, 2, 0), "b": (20, 20, 20), "c": (20, 20, 20)}), Rule())
    assert made["a", "k0"] != Hidden("group")


def test_everybody_may_be_in_a_harmless_column():
    base = counted({"a": (12, 0, 0), "b": (20, 20, 20)})
    table = Table(base.name, base.rows, base.columns, base.contributions, harmless={"k0"})
    assert protect_table(table, Rule()).report.hidden == 0


def test_row_totals_are_public_unless_said_otherwise():
    base = counted({"a": (1, 1, 1), "b": (20, 20, 20)})
    assert protect_table(base, Rule())["a", TOTAL] == Shown(3)
    secret = Table(base.name, base.rows, base.columns, base.contributions, known_row_totals=False)
    assert protect_table(secret, Rule())["a", TOTAL] == Hidden("small")


def test_an_amount_that_the_second_largest_could_guess_within_p_percent_is_hidden():
    # total − largest − second = 9 < 10% of 100; with 10 left it is not below
    assert protect_table(amounts(100, 50, 3, 3, 3), Rule())["r", "k"] == Hidden("dominance")
    assert protect_table(amounts(100, 50, 3, 3, 4), Rule())["r", "k"] == Shown(160)


def test_dominance_adds_up_a_group_first():
    apart = amounts(600, 500, 20, 20, 20, 20)
    together = amounts(600, 500, 20, 20, 20, 20, groups=("g", "g"))
    assert protect_table(apart, Rule())["r", "k"] == Shown(1180)
    assert protect_table(together, Rule())["r", "k"] == Hidden("dominance")


def test_an_amount_of_nothing_from_many_says_that_each_had_nothing():
    assert protect_table(amounts(0, 0, 0, 0, 0, 0), Rule())["r", "k"] == Hidden("group")


def test_an_amount_to_which_nobody_contributes_is_plainly_zero():
    assert protect_table(amounts(), Rule())["r", "k"] == Shown(0)


def test_amounts_are_added_exactly():
    made = protect_table(amounts(*[Decimal("0.1")] * 3, *[Decimal("10000000000000000.2")] * 5), Rule())
    assert made["r", "k"] == Shown(Decimal("50000000000000001.3"))


def test_a_second_cell_is_hidden_in_row_and_column():
    made = protect_table(counted({"a": (2, 30, 30), "b": (30, 30, 30), "c": (30, 30, 30)}), Rule())
    hidden = [place for place, cell in made.cells.items() if isinstance(cell, Hidden)]
    assert [made[place].why for place in hidden].count("secondary") >= 3
    for line in range(2):
        lines = [place[line] for place in hidden]
        assert all(lines.count(each) >= 2 for each in lines)


def test_differences_on_a_ladder_are_cells_too():
    rungs = ("members", "asked", "answered", "assessed", "compliant")
    last = ["members"] * 10 + ["asked"] * 2 + ["answered"] * 9 + ["assessed"] * 9 + ["compliant"] * 9
    ladder = Ladder(
        "l", rungs, [Contribution(str(i), "", rung) for i, rung in enumerate(last)], known={"members", "asked"}
    )
    made = protect_table(ladder, Rule())
    assert made[STOPPED, "asked"] == Hidden("small")
    assert made[REACHED, "asked"] == Shown(29)
    assert isinstance(made[REACHED, "answered"], Hidden)


def test_a_ladder_on_which_everybody_answered_can_be_harmless():
    last = ["answered"] * 10 + ["assessed"] * 10
    given = [Contribution(str(i), "", rung) for i, rung in enumerate(last)]
    strict = Ladder("l", ("asked", "answered", "assessed"), given, known={"asked"})
    assert protect_table(strict, Rule())[REACHED, "answered"] == Hidden("group")
    open_about_answering = Ladder("l", strict.rungs, given, known={"asked"}, harmless={"answered"})
    assert protect_table(open_about_answering, Rule())[REACHED, "answered"] == Shown(20)


def test_a_share_is_shown_only_when_both_its_parts_are():
    assert share(Shown(1), Shown(4)) == Fraction(1, 4)
    assert share(Shown(Decimal("0.5")), Shown(2)) == Fraction(1, 4)
    assert share(Hidden("small"), Shown(4)) is None
    assert share(Shown(1), Hidden("small")) is None
    assert share(Shown(0), Shown(0)) is None


def test_numerator_and_denominator_are_hidden_together():
    above = amounts(100, 50, 3, 3, 3)
    below = Table("base", above.rows, above.columns, amounts(200, 200, 200, 200, 200).contributions, kind="magnitude")
    apart = protect([below], Rule())
    assert apart["base"].report.hidden == 0
    made = protect([above, below], Rule(), pairs=[Pair("sum", "base", part_of_whole=True)])
    for place, cell in made["sum"].cells.items():
        assert isinstance(cell, Hidden) == isinstance(made["base"][place], Hidden)
    assert isinstance(made["base"]["r", "k"], Hidden)


def test_parties_do_not_hear_which_cell_is_the_small_one():
    made = protect_table(counted({"a": (2, 30, 30), "b": (30, 30, 30), "c": (30, 30, 30)}), Rule())
    for_parties = made.for_parties()
    assert {cell.why for cell in for_parties.cells.values() if isinstance(cell, Hidden)} == {"withheld"}
    assert for_parties.report.to_json()["why"] == {"withheld": made.report.hidden}
    assert [p for p, c in made.cells.items() if isinstance(c, Shown)] == [
        p for p, c in for_parties.cells.items() if isinstance(c, Shown)
    ]


def test_explain_gives_a_code_and_the_reason_to_the_secretariat_only():
    assert explain(Shown(7)) == "shown"
    assert {explain(Hidden(why)) for why in ("small", "dominance", "group", "secondary")} == {"withheld"}
    assert explain(Hidden("dominance"), to_party=False) == "dominance"


def test_the_report_counts_what_is_hidden_and_why():
    report = protect_table(counted({"a": (2, 30, 30), "b": (30, 30, 30), "c": (30, 30, 30)}), Rule()).report
    assert report.cells == 16
    assert report.primary == 1
    assert report.hidden == report.primary + report.secondary == sum(report.why.values())
    assert report.why["small"] == 1
    assert not report.last_resort


def test_a_release_is_the_same_after_a_trip_through_json():
    made = protect([counted({"a": (2, 30), "b": (30, 30)}), amounts(1, Decimal("2.50"), 3, 4, 5)], Rule())
    again = Release.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert again.to_json() == made.to_json()
    assert hash(again["status"]) == hash(made["status"])


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("cells"),
        lambda data: data.update(kind="average"),
        lambda data: data["cells"].append(["a", "k9"]),
        lambda data: data["cells"][0].__setitem__(2, {"shown": True}),
        lambda data: data["cells"][0].__setitem__(2, {"shown": "veel"}),
        lambda data: data["cells"][0].__setitem__(2, {"hidden": "because"}),
        lambda data: data["cells"][0].__setitem__(2, 5),
        lambda data: data["report"].update(hidden=99),
    ],
)
def test_json_that_is_not_a_protected_table_is_refused(change):
    data = protect_table(counted({"a": (2, 30), "b": (30, 30)}), Rule()).to_json()
    change(data)
    with pytest.raises(ValueError):  # noqa: PT011 - which sentence does not matter
        Protected.from_json(data)


def test_a_protected_table_cannot_be_changed():
    made = protect_table(counted({"a": (20, 30)}), Rule())
    with pytest.raises(TypeError):
        made.cells["a", "k0"] = Shown(1)
    with pytest.raises(AttributeError):
        made.cells = {}
