"""What goes in: a floor under the rule, tables that make sense, and nothing of the rule in what comes out."""

import json
from decimal import Decimal

import pytest

from ser_portal.disclosure import (
    FLOOR,
    REACHED,
    TOTAL,
    Contribution,
    Ladder,
    Link,
    Pair,
    Rule,
    Table,
    protect,
    protect_table,
    split,
)


def one(unit="a", row="r", column="k", group="", value=1):
    return Contribution(unit, row, column, group, value)


@pytest.mark.parametrize("minimum", [2, 0, -5, FLOOR - 1, True, 5.0, "5", None])
def test_a_minimum_below_the_floor_or_no_number_is_refused(minimum):
    with pytest.raises(ValueError, match="minimum"):
        Rule(minimum=minimum)


@pytest.mark.parametrize("percent", [0, -1, 101, Decimal("NaN"), Decimal("Infinity"), 10.0, True, "10"])
def test_a_percentage_that_protects_nothing_is_refused(percent):
    with pytest.raises(ValueError, match="percentage"):
        Rule(p_percent=percent)


def test_the_floor_itself_is_allowed_and_the_defaults_are_those_of_the_design():
    assert Rule(minimum=FLOOR).minimum == 3
    assert (Rule().minimum, Rule().p_percent) == (5, 10)


def test_the_rule_does_not_print_its_parameters():
    text = repr(Rule(minimum=17, p_percent=43)) + str(Rule(minimum=17, p_percent=43))
    assert "17" not in text.partition(" at ")[0]
    assert "43" not in text.partition(" at ")[0]


def test_the_rule_is_in_no_output_and_in_no_refusal():
    rule = Rule(minimum=17, p_percent=43)
    table = Table("t", ("r",), ("k", "l"), [one(str(i), column="k" if i < 9 else "l") for i in range(12)])
    made = protect_table(table, rule)
    for text in (json.dumps(made.to_json()), repr(made), repr(made.report)):
        assert "17" not in text
        assert "43" not in text
    with pytest.raises(ValueError, match="floor") as refused:
        Rule(minimum=2)
    assert not any(character.isdigit() for character in str(refused.value))


@pytest.mark.parametrize(
    ("rows", "columns"),
    [((), ("k",)), (("r",), ()), (("r", "r"), ("k",)), (("r",), ("k", "k")), ((TOTAL,), ("k",)), (("r",), (TOTAL,))],
)
def test_rows_and_columns_need_names_of_their_own(rows, columns):
    with pytest.raises(ValueError, match="rows and columns"):
        Table("t", rows, columns, ())


@pytest.mark.parametrize(
    "contributions",
    [
        [one(row="elsewhere")],
        [one(column="elsewhere")],
        [one(), one()],
        [one(column="k"), one(column="l")],
        [one(group="g"), one(row="s", group="h")],
        [one(value=-1)],
        [one(value=Decimal("NaN"))],
        [one(value=Decimal("Infinity"))],
        [one(value=1.5)],
        [one(value=True)],
    ],
)
def test_contributions_that_make_no_sense_are_refused(contributions):
    with pytest.raises(ValueError, match=r"contribution|unit|amount"):
        Table("t", ("r", "s"), ("k", "l"), contributions)


def test_a_table_of_another_kind_or_with_an_unknown_harmless_column_is_refused():
    with pytest.raises(ValueError, match="counts or magnitudes"):
        Table("t", ("r",), ("k",), (), kind="average")
    with pytest.raises(ValueError, match="harmless"):
        Table("t", ("r",), ("k",), (), harmless={"l"})


@pytest.mark.parametrize("wrong", [{"rungs": ()}, {"rungs": ("a", "a")}, {"known": {"z"}}, {"harmless": {"z"}}])
def test_a_ladder_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="rung"):
        Ladder(**{"name": "l", "rungs": ("a", "b"), "contributions": (), **wrong})


def test_a_party_stands_on_one_rung():
    with pytest.raises(ValueError, match="twice"):
        Ladder("l", ("a", "b"), (one(column="a"), one(column="b")))


def test_two_tables_of_one_name_are_refused():
    table = Table("t", ("r",), ("k",), ())
    with pytest.raises(ValueError, match="one name"):
        protect([table, table], Rule())


def test_links_have_to_name_known_cells_of_one_kind_that_add_up():
    full = Table("t", ("r",), ("k",), [one(str(i)) for i in range(7)])
    other = Table("u", ("r",), ("k",), [one(str(i)) for i in range(6)])
    sums = Table("m", ("r",), ("k",), [one(str(i)) for i in range(7)], kind="magnitude")
    here, there = ("t", "r", "k"), ("u", "r", "k")
    for links, why in (
        ([Link(here, (("t", "r", "z"),))], "unknown"),
        ([Link(here, (there,))], "add up"),
        ([Link(here, (("m", "r", "k"),))], "counts and amounts"),
    ):
        with pytest.raises(ValueError, match=why):
            protect([full, other, sums], Rule(), links=links)
    with pytest.raises(ValueError, match="different cells"):
        Link(here, (here,))
    with pytest.raises(ValueError, match="different cells"):
        Link(here, ())


def test_pairs_have_to_name_tables_of_one_layout_with_numerators_that_fit():
    small = Table("n", ("r",), ("k",), [one(str(i), value=2) for i in range(7)], kind="magnitude")
    large = Table("d", ("r",), ("k",), [one(str(i), value=5) for i in range(7)], kind="magnitude")
    wide = Table("w", ("r",), ("k", "l"), (), kind="magnitude")
    for pair, why in (
        (Pair("n", "z"), "unknown"),
        (Pair("n", "w"), "layout"),
        (Pair("d", "n", part_of_whole=True), "not part"),
    ):
        with pytest.raises(ValueError, match=why):
            protect([small, large, wide], Rule(), pairs=[pair])


def test_a_split_needs_a_part_for_every_unit():
    table = Table("t", ("r",), ("k",), [one("a"), one("b")])
    with pytest.raises(ValueError, match="parts"):
        split(table, {"a": "company"}, ["company"])
    tables, links = split(table, {"a": "company", "b": "union"}, ["company", "union"])
    assert [each.name for each in tables] == ["t", "t/company", "t/union"]
    assert len(links) == 4


def test_a_ladder_counts_everybody_on_the_rungs_below():
    ladder = Ladder(
        "l", ("asked", "answered"), [one(str(i), column="answered" if i < 9 else "asked") for i in range(20)]
    )
    made = protect_table(ladder, Rule())
    assert [made[REACHED, rung].value for rung in ladder.rungs] == [20, 9]
