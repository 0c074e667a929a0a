"""The service that releases: it works, it refuses, it records one audit entry."""

import hashlib
import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from covenants import services
from covenants.models import ReportingSlot, RoundRelease
from covenants.progress_figures import Released, releases_of, rounds_for, series
from covenants.services import Conflict
from ser_portal.audit.models import Entry
from ser_portal.disclosure import Hidden, Shown
from tests.factories import make_commitment, make_party
from tests.figures.staged import Answer, lock, stage_round, write_round

pytestmark = pytest.mark.django_db
DONE = Answer("approved", status="on_course", verdict="compliant")
MIXED = [[DONE]] * 9 + [[Answer("approved", status="behind", verdict="partly")]] * 8 + [[Answer()]] * 7


def release(made, by, **more):
    return services.release_round(made, **{"version": made.version, "reason": "Jaarcijfers", **more}, by=by)


def test_a_release_freezes_the_table_its_hash_and_who_made_it(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    row = release(made, facilitator, reason=" Over 2025. ")
    row.refresh_from_db()
    assert (row.number, row.definition_version, row.reason, row.made_by) == (1, 1, "Over 2025.", facilitator)
    text = json.dumps(row.table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()
    released = Released(row)
    assert released.figure("round.asked") == Shown(24)
    assert released.figure("round.silent") == Shown(7)
    assert released.figure("round.status.on_course") == Shown(9)
    assert released.figure("round.with_status") == Shown(17)
    assert released.figure("round.confirmed") is None
    entry = Entry.objects.get(action="covenants.round_released")
    assert entry.by == facilitator
    assert entry.details == {"release": row.pk, "number": 1, "sha256": row.sha256}
    made.refresh_from_db()
    assert made.version == 2


def test_what_parties_may_see_holds_no_reasons_no_thresholds_and_no_names(agreement, facilitator):
    made = stage_round(
        agreement, by=facilitator, groups=["Geheim concern"], kinds=["quantity"], minimum=7,
        answers=[[Answer("approved", status="behind", value=Decimal(9137))]] * 2 + MIXED,
    )  # fmt: skip
    row = release(made, facilitator)
    text = json.dumps([[table["rows"], table["columns"], table["cells"]] for table in row.table["tables"]])
    assert set(row.table) == {"schema", "round", "number", "definition_version", "figures", "commitments", "tables"}
    for secret in ("small", "secondary", "dominance", "group", "Geheim", "9137", "minimum", "Partij"):
        assert secret not in text, secret
    assert "withheld" in text
    assert {"small", "secondary"} & set(json.dumps(row.report).replace('"', " ").split())


def test_a_group_counts_once(agreement, facilitator):
    rows = [[Answer("approved", status="behind")]] * 5 + [[DONE]] * 9 + [[Answer()]] * 6
    alone = release(stage_round(agreement, by=facilitator, answers=rows), facilitator)
    assert Released(alone).figure("round.status.behind") == Shown(5)
    sisters = ["Moeder bv", " moeder  BV", "", "", ""]
    joined = release(stage_round(agreement, by=facilitator, answers=rows, groups=sisters), facilitator)
    assert isinstance(Released(joined).figure("round.status.behind"), Hidden)


def test_a_share_has_both_sides_or_neither_and_one_that_dominates_hides_a_sum(agreement, facilitator):
    def rows(large):
        sizes = [large, *[Decimal(100)] * 9]
        return [
            [Answer("approved", value=size, numerator=size / 2, denominator=size), Answer("approved", value=size)]
            for size in sizes
        ]

    fine = Released(
        release(stage_round(agreement, by=facilitator, answers=rows(Decimal(100)), kinds=["share", "quantity"]),
                facilitator)
    )  # fmt: skip
    share_of, quantity = fine.commitments
    assert fine.measure(share_of) == {"numerator": Shown(500), "denominator": Shown(1000)}
    assert fine.measure(quantity) == {"value": Shown(1000)}
    uneven = Released(
        release(stage_round(agreement, by=facilitator, answers=rows(Decimal(10**6)), kinds=["share", "quantity"]),
                facilitator)
    )  # fmt: skip
    for pk in uneven.commitments:
        assert all(isinstance(cell, Hidden) for cell in uneven.measure(pk).values())


def test_that_nobody_reported_an_amount_is_hidden_like_that_one_did(agreement, facilitator):
    tables = []
    for value in (None, Decimal(3)):
        rows = [[Answer("approved", value=value)], *[[DONE]] * 11]
        tables.append(Released(release(stage_round(agreement, by=facilitator, answers=rows, kinds=["quantity"]),
                                       facilitator)))  # fmt: skip
    found = [list(released.measure(released.commitments[0]).values()) for released in tables]
    assert found == [[Hidden("withheld")], [Hidden("withheld")]]


def test_an_open_round_is_not_released(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=MIXED, locked=False)
    with pytest.raises(ValidationError, match="nog open"):
        release(made, facilitator)
    refused(made)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 200_000])
def test_a_release_without_an_explanation_or_with_far_too_much_is_refused(agreement, facilitator, reason):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    with pytest.raises(ValidationError) as found:
        release(made, facilitator, reason=reason)
    assert "reason" in found.value.message_dict
    refused(made)


def test_a_round_in_which_nothing_is_asked_any_more_is_not_released(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=[[Answer("withdrawn")]])
    with pytest.raises(ValidationError, match="niets om vrij te geven"):
        release(made, facilitator)
    refused(made)


def test_who_presses_twice_or_saw_something_else_makes_no_second_release(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    version, seen = made.version, services.prepare_release(made).fingerprint
    release(made, facilitator, seen=seen)
    with pytest.raises(ValidationError):
        services.release_round(made, version=version, reason="Nog eens", seen=seen, by=facilitator)
    other = stage_round(agreement, by=facilitator, answers=MIXED)
    with pytest.raises(Conflict):
        release(other, facilitator, version=other.version + 1)
    seen = services.prepare_release(other).fingerprint
    ReportingSlot.objects.filter(round=other, approved__isnull=True).update(withdrawn_at=other.locked_at,
                                                                            withdrawn_reason="weg")  # fmt: skip
    with pytest.raises(Conflict):
        release(other, facilitator, seen=seen)
    assert RoundRelease.objects.count() == 1
    assert Entry.objects.filter(action="covenants.round_released").count() == 1


def test_what_changes_while_the_protection_runs_is_noticed(agreement, facilitator, monkeypatch):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    prepare = services.releases.prepare_release

    def and_meanwhile(found):
        prepared = prepare(found)
        ReportingSlot.objects.filter(round=found, approved__isnull=True).update(
            withdrawn_at=found.locked_at, withdrawn_reason="weg"
        )
        return prepared

    monkeypatch.setattr(services.releases, "prepare_release", and_meanwhile)
    with pytest.raises(Conflict):
        release(made, facilitator)
    refused(made)


def refused(made):
    assert not made.releases.exists()
    assert not Entry.objects.filter(action="covenants.round_released").exists()


def test_a_second_release_of_the_same_is_refused(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    release(made, facilitator)
    with pytest.raises(ValidationError, match="niets veranderd"):
        release(made, facilitator)


def test_a_table_that_somebody_edited_is_noticed(agreement, facilitator):
    row = release(stage_round(agreement, by=facilitator, answers=MIXED), facilitator)
    assert releases_of(row.round)[0].is_intact
    row.table["number"] = 7
    row.save()
    assert not releases_of(row.round)[0].is_intact


def test_a_series_breaks_where_other_evidence_other_commitments_or_another_definition_was_asked(agreement, facilitator):
    parties = [make_party(agreement) for _ in range(12)]
    first, second = make_commitment(agreement), make_commitment(agreement)
    rows = [[DONE]] * 7 + [[Answer()]] * 5

    def told(year, commitments, **more):
        from datetime import date

        made = write_round(
            agreement, by=facilitator, answers=[row * len(commitments) for row in rows], parties=parties,
            commitments=commitments, period_first=date(year, 1, 1), period_last=date(year, 12, 31), **more,
        )  # fmt: skip
        return made, Released(release(made, facilitator))

    rounds = [
        told(2021, [first]), told(2022, [first]), told(2023, [first], rung=2), told(2024, [first, second], rung=2),
    ]  # fmt: skip
    made, last = told(2025, [first, second], rung=2)
    last.row.definition_version = 2
    found = series([*reversed(rounds), (made, last)])
    assert [row.period_first.year for row, _, _ in found] == [2021, 2022, 2023, 2024, 2025]
    breaks = [broken for _, _, broken in found]
    assert breaks[:2] == [None, None]
    assert (breaks[2].rungs, breaks[2].added, breaks[2].definition) == ([first.pk], [], False)
    assert (breaks[3].rungs, breaks[3].added) == ([], [second.pk])
    assert (breaks[4].definition, breaks[4].added) == (True, [])


def test_the_outside_world_has_figures_of_released_rounds_of_public_agreements_only(public, facilitator, reference):
    from covenants.models import Agreement, Visibility

    told = stage_round(public, by=facilitator, answers=MIXED)
    stage_round(public, by=facilitator, answers=MIXED)
    release(told, facilitator)
    assert list(rounds_for(None)) == [told]
    Agreement.objects.filter(pk=public.pk).update(visibility=Visibility.PARTIES)
    assert not rounds_for(None).exists()
    Agreement.objects.filter(pk=public.pk).update(is_sample=True)
    assert not rounds_for(None).exists()
    assert rounds_for(facilitator).count() == 2


def test_a_released_round_loses_nobody_any_more(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=MIXED, locked=False)
    lock(made, facilitator)
    release(made, facilitator)
    slot = made.slots.first()
    with pytest.raises(ValidationError, match="totalen vrijgegeven"):
        services.withdraw_slot(slot, version=slot.version, reason="weg", by=facilitator)
