"""What is released is attacked: by outsiders, with one party's own knowledge, across tables and across two releases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from covenants import services
from covenants.models import ProgressUpdate, Review, ReviewDecision, UpdateState
from covenants.progress_figures import (
    LADDER,
    NONE,
    STATUS,
    Contributed,
    Released,
    exact_cells,
    protected,
    rule_of,
    tables,
)
from covenants.progress_figures.tables import may_replace
from ser_portal.disclosure import TOTAL, Hidden, Rule, Shown, protect
from tests.disclosure.disclosure_attack import Attack, Recovered, amounts, contributors
from tests.figures.conftest import MADE_UP, rounds, undone
from tests.figures.joint_attack import JointAttack
from tests.figures.staged import Answer, stage_round

pytestmark = pytest.mark.django_db
DONE = Answer("approved", status="on_course", verdict="compliant")


def cells_of(row):
    """(table, row, column) → Cell, read from the frozen JSON alone."""
    return {
        (name, *place): cell
        for name, table in Released(row).tables.tables.items()
        for place, cell in table.cells.items()
    }


def release(made, by):
    return services.release_round(made, version=made.version, reason="Jaarcijfers", by=by)


def released(agreement, by, made_up):
    """The round and its release; None when there is nothing to release."""
    made = stage_round(agreement, by=by, **made_up)
    return made, (release(made, by) if made.slots.standing().exists() else None)


@MADE_UP
@given(rounds())
def test_no_hidden_cell_of_a_released_table_can_be_recovered(agreement, facilitator, made_up):
    with undone():
        made, row = released(agreement, facilitator, made_up)
        if row is None:
            return
        given = Contributed.from_json(row.contributions)
        shown = Released(row).tables.tables
        for sources, below in [
            (list(given.sources), []),
            *(
                (
                    measure.tables,
                    [((p.numerator, "sum", "sum"), (p.denominator, "sum", "sum")) for p in measure.pairs],
                )
                for measure in given.measures
                if measure.above
            ),
        ]:
            attack = Attack(sources, {source.name: shown[source.name].cells for source in sources}, below=below)
            for who in (None, *contributors(*sources)):
                attack.run(made.minimum_count, made.dominance_percent, who)


@settings(MADE_UP, max_examples=6)
@given(rounds(most_parties=8, most_commitments=2))
def test_no_hidden_cell_can_be_recovered_from_the_ladder_and_the_statuses_together(agreement, facilitator, made_up):
    with undone():
        made, row = released(agreement, facilitator, made_up)
        if row is None:
            return
        attack = JointAttack(Contributed.from_json(row.contributions), cells_of(row))
        for who in (None, *sorted(set(attack.who.values()))[:2]):
            assert attack.recovered(made.minimum_count, who) == []


@settings(MADE_UP, max_examples=4)
@given(rounds(most_parties=8, most_commitments=2))
def test_nor_when_who_is_asked_about_what_is_told_apart_only_roughly(agreement, facilitator, monkeypatch, made_up):
    monkeypatch.setattr(tables, "MOST_SETS", 1)
    with undone():
        made = stage_round(agreement, by=facilitator, **made_up)
        given = services.prepare_release(made).contributed
        found = protected(given, rule_of(made)).tables.items()
        attack = JointAttack(
            given, {(name, *place): cell for name, table in found for place, cell in table.cells.items()}
        )
        assert attack.recovered(made.minimum_count) == []


def silent_among_assessed():
    """Five say nothing, everybody else is wholly assessed, two of them behind: the ladder tells each row's silence."""
    behind = Answer("approved", status="behind")
    partly = Answer("approved", status="on_course", verdict="partly")
    return [[Answer()]] * 5 + [[behind]] * 2 + [[DONE]] * 6 + [[partly]] * 5


def test_the_ladder_gives_away_a_row_unless_both_are_protected_as_one(agreement, facilitator):
    """The positive control: told apart from each other, each table is safe, and together they are not."""
    made = stage_round(agreement, by=facilitator, answers=silent_among_assessed())
    given = Contributed.from_json(release(made, facilitator).contributions)
    (pk,) = agreement.commitments.values_list("pk", flat=True)
    row = f"c{pk}"
    truth = exact_cells(given)
    status = protect(given.sources[1:], rule_of(made))[STATUS]
    assert {place for place, cell in status.cells.items() if isinstance(cell, Hidden)} == {
        (row, "behind"), (row, NONE), (TOTAL, "behind"), (TOTAL, NONE),
    }  # fmt: skip
    apart = {ref: Shown(truth[ref]) for ref in truth if ref[0] == LADDER}  # nobody in it is few
    apart |= {(STATUS, *place): cell for place, cell in status.cells.items()}
    attack = JointAttack(given, apart)
    assert attack.interval((STATUS, row, "behind")) == (2, 2)
    assert ((STATUS, row, "behind"), (2, 2), 2) in attack.recovered(5)
    assert JointAttack(given, cells_of(made.releases.get())).recovered(5) == []


def test_the_attack_finds_a_cell_when_only_the_small_one_is_hidden(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=silent_among_assessed())
    given = Contributed.from_json(release(made, facilitator).contributions)
    (pk,) = agreement.commitments.values_list("pk", flat=True)
    naive = {
        source.name: {
            place: Hidden("small") if place == (f"c{pk}", "behind") else Shown(_value(given, source.name, place))
            for place in protect([source], Rule()).tables[source.name].cells
        }
        for source in given.sources
    }
    with pytest.raises(Recovered):
        Attack(given.sources, naive).run(5, 10)


def _value(given, name, place):
    return exact_cells(given)[(name, *place)]


def approve_waiting(made, by, number):
    """The secretariat decides on answers that waited when the first release was made."""
    waiting = ProgressUpdate.objects.filter(slot__round=made, state=UpdateState.SUBMITTED, late=False)
    for update in waiting.order_by("pk")[:number]:
        ProgressUpdate.objects.filter(pk=update.pk).update(state=UpdateState.APPROVED, decided_at=made.locked_at)
        Review.objects.create(
            update=update, decision=ReviewDecision.APPROVED, verdict="compliant", reply_until=made.due_on, by=by
        )


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_second_release_that_differs_by_a_few_is_refused(agreement, facilitator, number):
    made = stage_round(agreement, by=facilitator, answers=[[Answer("waiting")]] * 8 + [[DONE]] * 12)
    first = release(made, facilitator)
    approve_waiting(made, facilitator, number)
    made.refresh_from_db()
    prepared = services.prepare_release(made)
    assert "kan aflezen wat een partij" in prepared.refused
    with pytest.raises(Exception, match="kan aflezen wat een partij"):
        release(made, facilitator)
    assert list(made.releases.all()) == [first]


def test_a_second_release_of_many_new_answers_is_allowed(agreement, facilitator):
    partly = Answer("approved", status="behind", verdict="partly")
    rows = [[Answer("waiting")]] * 10 + [[DONE]] * 12 + [[partly]] * 10 + [[Answer()]] * 6
    made = stage_round(agreement, by=facilitator, answers=rows)
    first = release(made, facilitator)
    approve_waiting(made, facilitator, 10)
    made.refresh_from_db()
    second = release(made, facilitator)
    assert (first.number, second.number) == (1, 2)
    assert Released(first).figure("round.compliant") == Shown(12)
    assert Released(second).figure("round.compliant") == Shown(22)
    assert JointAttack(Contributed.from_json(second.contributions), cells_of(second)).recovered(5) == []


def side_by_side(first, second):
    """Two releases of a round as one attack: readers are taken to know which cells no contributor changed."""
    sources, published, inside = [], {}, {}
    for when, row in (("previous ", first), ("current ", second)):
        shown = Released(row).tables.tables
        for source in Contributed.from_json(row.contributions).sources:
            sources.append(replace(source, name=when + source.name))
            published[when + source.name] = shown[source.name].cells
            for place in shown[source.name].cells:
                inside[when, source.name, place] = amounts(source, place)
    equal = [
        (("current " + name, *place), [("previous " + name, *place)])
        for when, name, place in inside
        if when == "current " and inside[when, name, place] == inside.get(("previous ", name, place))
    ]
    return Attack(sources, published, equal=equal)


def test_two_releases_next_to_each_other_give_no_hidden_cell_away(agreement, facilitator):
    partly = Answer("approved", status="behind", verdict="partly")
    alone = Answer("approved", status="attention", verdict="partly")
    rows = [[Answer("waiting")]] * 10 + [[DONE]] * 12 + [[partly]] * 10 + [[Answer()]] * 6 + [[alone]] * 2
    made = stage_round(agreement, by=facilitator, answers=rows)
    first = release(made, facilitator)
    approve_waiting(made, facilitator, 10)
    made.refresh_from_db()
    second = release(made, facilitator)
    attack = side_by_side(first, second)
    assert len(attack.hidden()) > 4
    for who in (None, *contributors(*attack.sources)):
        attack.run(made.minimum_count, made.dominance_percent, who)


def test_the_attack_on_two_releases_finds_what_one_party_changed(agreement, facilitator, monkeypatch):
    """The positive control: without the check on what may follow, the difference is one party's answer."""
    partly = Answer("approved", status="behind", verdict="partly")
    alone = Answer("approved", status="attention", verdict="partly")
    rows = [[Answer("waiting")]] * 1 + [[DONE]] * 12 + [[partly]] * 10 + [[Answer()]] * 6 + [[alone]] * 2
    made = stage_round(agreement, by=facilitator, answers=rows)
    first = release(made, facilitator)
    approve_waiting(made, facilitator, 1)
    made.refresh_from_db()
    assert services.prepare_release(made).refused
    monkeypatch.setattr(services.releases, "may_replace", lambda before, after, rule: True)
    second = release(made, facilitator)
    before, after = (Released(row).figure("round.compliant") for row in (first, second))
    assert isinstance(before, Shown)
    assert isinstance(after, Shown)
    assert after.value - before.value == 1


def test_a_third_release_is_laid_beside_the_first_too(agreement, facilitator, monkeypatch):
    partly = Answer("approved", status="behind", verdict="partly")
    rows = [[Answer("waiting")]] * 12 + [[DONE]] * 12 + [[partly]] * 10 + [[Answer()]] * 6
    made = stage_round(agreement, by=facilitator, answers=rows)
    first = release(made, facilitator)
    approve_waiting(made, facilitator, 6)
    made.refresh_from_db()
    second = release(made, facilitator)
    approve_waiting(made, facilitator, 6)
    made.refresh_from_db()
    told = [Contributed.from_json(row.contributions).digest for row in (second, first)]
    asked = []
    monkeypatch.setattr(services.releases, "may_replace", lambda before, *_: not asked.append(before.digest))
    assert services.prepare_release(made).refused == ""
    assert asked == told


def test_what_may_follow_is_refused_for_one_who_came_in_or_dropped_out(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=[[DONE]] * 12)
    given = services.prepare_release(made).contributed
    fewer = Contributed(given.ladder[1:], given.status[1:], given.measures)
    assert may_replace(given, given, Rule())
    assert not may_replace(given, fewer, Rule())
    assert not may_replace(fewer, given, Rule())


@MADE_UP
@given(rounds())
def test_the_frozen_json_gives_the_same_table_back_and_is_deterministic(agreement, facilitator, made_up):
    with undone():
        made, row = released(agreement, facilitator, made_up)
        if row is None:
            return
        row.refresh_from_db()
        given = Contributed.from_json(row.contributions)
        assert given.digest == services.prepare_release(made).fingerprint
        again = protected(given, rule_of(made)).for_parties()
        assert Released(row).tables == again
        assert Released(row).is_intact
