"""Moving through the phases: it works, it refuses, it records one entry, and two people at once make one change."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from covenants import services
from covenants.models import Agreement, Phase, PhaseChange, PhaseState, Sector
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate

MARCH = ImpreciseDate.month(2020, 3)


def sign(agreement, by, **changes):
    values = {"version": agreement.version, "to": Phase.SIGNED, "effective_on": MARCH, "reason": "Akkoord bereikt"}
    return services.change_phase(agreement, **{**values, **changes}, by=by)


def test_change_phase_keeps_the_step_as_history(agreement, facilitator):
    change = sign(agreement, facilitator, source="brief van 3 maart 2020")
    agreement.refresh_from_db()
    assert [row.to_phase for row in agreement.ledger] == ["exploration", "negotiation", "signed"]
    assert (change.recorded_by, change.reason, change.source) == (
        facilitator,
        "Akkoord bereikt",
        "brief van 3 maart 2020",
    )
    entry = Entry.objects.get()
    assert (entry.action, entry.on, entry.by, entry.details["old"], entry.details["new"]) == (
        "covenants.phase_changed",
        agreement,
        facilitator,
        "negotiation",
        "signed",
    )


def test_a_phase_that_does_not_follow_is_refused_and_nothing_is_written(agreement, facilitator):
    with pytest.raises(ValidationError) as refused:
        sign(agreement, facilitator, to=Phase.COMPLETED)
    assert "to" in refused.value.message_dict
    agreement.refresh_from_db()
    assert (len(agreement.ledger), agreement.version, Entry.objects.count()) == (2, 1, 0)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("to", {"to": "onzin"}),
        ("reason", {"reason": "  "}),
        ("reason", {"reason": "x" * 200_000}),
        ("effective_on", {"effective_on": ImpreciseDate()}),
        ("effective_on", {"effective_on": ImpreciseDate.on(timezone.localdate() + timedelta(days=1))}),
        ("effective_on", {"effective_on": ImpreciseDate.on(date(2017, 12, 31))}),  # before the exploration
    ],
)
def test_bad_input_is_refused_at_its_field(agreement, facilitator, field, changes):
    with pytest.raises(ValidationError) as refused:
        sign(agreement, facilitator, **changes)
    assert field in refused.value.message_dict
    assert PhaseChange.objects.count() == 2


def test_somebody_else_was_first(agreement, facilitator):
    stale = agreement.version
    sign(agreement, facilitator)
    with pytest.raises(services.Conflict):
        sign(Agreement.objects.get(), facilitator, version=stale, to=Phase.STOPPED)
    assert PhaseChange.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_change(agreement, facilitator):
    results = []
    start = threading.Barrier(8)

    def attempt():
        try:
            start.wait()
            sign(Agreement.objects.get(pk=agreement.pk), facilitator, version=1)
            results.append("changed")
        except services.Conflict:
            results.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["changed", *["conflict"] * 7]
    assert PhaseChange.objects.filter(to_phase=Phase.SIGNED).count() == 1


def test_a_correction_supersedes_and_both_stay(agreement, facilitator):
    wrong = agreement.ledger[1]
    right = services.correct_phase_change(
        wrong,
        version=agreement.version,
        effective_on=ImpreciseDate.month(2019, 4),
        correction_reason="Verslag van april gevonden",
        by=facilitator,
    )
    wrong.refresh_from_db()
    agreement.refresh_from_db()
    assert wrong.superseded_at is not None
    assert wrong.effective_on == ImpreciseDate.month(2019, 3)
    assert [row.pk for row in agreement.ledger] == [agreement.ledger[0].pk, right.pk]
    assert PhaseChange.objects.count() == 3
    assert Entry.objects.get().action == "covenants.phase_change_corrected"


def test_a_corrected_entry_cannot_be_corrected_again(agreement, facilitator):
    wrong = agreement.ledger[1]
    correct = {"effective_on": ImpreciseDate.month(2019, 4), "correction_reason": "Verslag", "by": facilitator}
    services.correct_phase_change(wrong, version=1, **correct)
    with pytest.raises(ValidationError):
        services.correct_phase_change(wrong, version=2, **correct)


def test_a_correction_without_reason_is_refused_by_service_and_database(agreement, facilitator):
    wrong = agreement.ledger[1]
    with pytest.raises(ValidationError) as refused:
        services.correct_phase_change(wrong, version=1, effective_on=MARCH, correction_reason="", by=facilitator)
    assert "correction_reason" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        PhaseChange.objects.create(agreement=agreement, sequence=9, to_phase=Phase.SIGNED, corrects=wrong)


def test_a_withdrawn_step_did_not_happen(agreement, facilitator):
    services.correct_phase_change(
        agreement.ledger[1], version=1, correction_reason="Vergissing", withdraw=True, by=facilitator
    )
    agreement.refresh_from_db()
    assert [row.to_phase for row in agreement.ledger] == ["exploration"]
    assert PhaseState.of(agreement.ledger, date(2020, 1, 1)).phase == "exploration"
    with pytest.raises(ValidationError):
        services.correct_phase_change(
            agreement.ledger[0], version=2, correction_reason="Nog een", withdraw=True, by=facilitator
        )


def test_a_correction_that_contradicts_its_neighbours_is_refused(agreement, facilitator):
    with pytest.raises(ValidationError) as refused:
        services.correct_phase_change(
            agreement.ledger[0],
            version=1,
            effective_on=ImpreciseDate.year(2020),
            correction_reason="Later begonnen",
            by=facilitator,
        )
    assert "effective_on" in refused.value.message_dict
    agreement.refresh_from_db()
    assert (PhaseChange.objects.count(), agreement.version) == (2, 1)


def test_a_standstill_is_marked_once_and_lifted(agreement, facilitator):
    services.mark_stalled(agreement, version=1, began=MARCH, reason="Geen draagvlak", by=facilitator)
    with pytest.raises(ValidationError):
        services.mark_stalled(agreement, version=2, began=MARCH, reason="Nog eens", by=facilitator)
    with pytest.raises(ValidationError):
        services.lift_stall(
            agreement, version=2, lifted=ImpreciseDate.on(date(2020, 2, 1)), reason="Te vroeg", by=facilitator
        )
    stall = services.lift_stall(
        agreement, version=2, lifted=ImpreciseDate.on(date(2020, 9, 1)), reason="Weer aan tafel", by=facilitator
    )
    assert agreement.stalls.on(date(2020, 3, 30)).count() == 0  # not certain yet
    assert list(agreement.stalls.on(date(2020, 3, 31))) == [stall]
    assert agreement.stalls.on(date(2020, 9, 1)).count() == 0
    assert [entry.action for entry in Entry.objects.order_by("pk")] == ["covenants.stalled", "covenants.stall_lifted"]


def test_an_end_date_still_counts(agreement, facilitator):
    services.change_phase(
        agreement,
        version=1,
        to=Phase.STOPPED,
        effective_on=ImpreciseDate.on(date(2020, 12, 31)),
        reason="Geen draagvlak",
        by=facilitator,
    )
    ledger = Agreement.objects.get().ledger
    assert PhaseState.of(ledger, date(2020, 12, 31)).phase == Phase.NEGOTIATION
    assert PhaseState.of(ledger, date(2021, 1, 1)).phase == Phase.STOPPED


def test_an_undated_step_was_certain_when_the_next_one_was(db):
    agreement = Agreement.objects.create(
        slug="x", name_nl="X", sector=Sector.objects.create(slug="s", name_nl="S"), visibility="public"
    )
    for n, (phase, when) in enumerate(
        [(Phase.NEGOTIATION, ImpreciseDate()), (Phase.SIGNED, ImpreciseDate.on(date(2017, 6, 19)))]
    ):
        PhaseChange.objects.create(agreement=agreement, sequence=n, to_phase=phase, effective_on=when)
    services.derive_bounds(agreement)
    before = PhaseState.of(agreement.ledger, date(2017, 6, 18))
    assert (before.phase, [row.to_phase for row in before.uncertain]) == ("", ["negotiation"])
    assert PhaseState.of(agreement.ledger, date(2017, 6, 19)).phase == Phase.SIGNED


DAY = st.dates(date(2015, 1, 1), date(2025, 12, 31))
WHEN = st.tuples(st.none() | DAY, st.none() | DAY).map(
    lambda pair: ImpreciseDate(*(sorted(pair) if None not in pair else pair))
)


class TestOneRuleInTwoLanguages(HypothesisTestCase):
    """The phase on a day in SQL is the phase on that day in Python, and both are what a plain model says."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        steps=st.lists(st.tuples(st.sampled_from(Phase.values), WHEN), min_size=1, max_size=6),
        asked=st.lists(DAY, max_size=5),
    )
    def test_phase_on_a_day(self, steps, asked):
        sector, _ = Sector.objects.get_or_create(slug="s", name_nl="S")
        agreement = Agreement.objects.create(slug="x", name_nl="X", sector=sector, visibility="public")
        for n, (phase, when) in enumerate(steps):
            PhaseChange.objects.create(agreement=agreement, sequence=n, to_phase=phase, effective_on=when)
        try:
            with transaction.atomic():
                services.derive_bounds(agreement)
        except ValidationError:
            assert contradicts(steps)
            return
        assert not contradicts(steps)
        ledger = list(agreement.phase_changes.current().order_by("sequence"))
        for day in asked:
            state = PhaseState.of(ledger, day)
            row = Agreement.objects.with_phase_on(day).get(pk=agreement.pk)
            assert row.phase_on == state.phase
            assert row.may_have_moved == bool(state.uncertain)
            # In the plain model the last step whose own latest day, or that of any later step, has come.
            ends = {Phase.COMPLETED, Phase.ENDED_EARLY, Phase.STOPPED}
            come = [
                n
                for n, (phase, when) in enumerate(steps)
                if when.latest and (when.latest < day if phase in ends else when.latest <= day)
            ]
            assert state.phase == (steps[max(come)][0] if come else "")


def contradicts(steps) -> bool:
    """Whether some step certainly came later than a step that should follow it."""
    ends = {Phase.COMPLETED, Phase.ENDED_EARLY, Phase.STOPPED}

    def shift(phase, day):
        return day + timedelta(days=1) if day and phase in ends else day

    firsts = [shift(phase, when.earliest) for phase, when in steps]
    lasts = [shift(phase, when.latest) for phase, when in steps]
    return any(firsts[i] and lasts[j] and firsts[i] > lasts[j] for i in range(len(steps)) for j in range(i, len(steps)))
