"""What happens to an open round: deadlines move, it is added to, parties drop out, it is locked, answers carry over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants import services
from covenants.models import (
    DeadlineChange,
    ProgressDraft,
    ReportingRound,
    ReportingSlot,
    RoundRelease,
    UpdateState,
)
from covenants.services.rounds import typed_number
from ser_portal.audit.models import Entry
from tests.factories import make_commitment, make_draft, make_party, make_round, make_slot, make_update

TODAY = timezone.localdate


def actions():
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def stage(agreement, facilitator):
    """A round with two parties and two commitments."""
    commitments = [make_commitment(agreement) for _ in range(2)]
    parties = [make_party(agreement, name=name) for name in ("Aarde bv", "Zand bv")]
    found = make_round(agreement, by=facilitator)
    for party in parties:
        for commitment in commitments:
            make_slot(found, commitment, party)
    return {"round": found, "parties": parties, "commitments": commitments, "by": facilitator}


def dates_of(party):
    return set(ReportingSlot.objects.filter(party=party).values_list("due_on", flat=True))


# --- The deadline -------------------------------------------------------------------------------------------------


def test_the_deadline_moves_for_everybody_and_the_reason_stays(stage):
    found = stage["round"]
    before, later = found.due_on, found.due_on + timedelta(days=10)
    change = services.extend_deadline(found, version=1, due_on=later, reason="Het formulier was stuk", by=stage["by"])
    found.refresh_from_db()
    assert (change.before, change.after, change.party, change.reason) == (before, later, None, "Het formulier was stuk")
    assert (found.due_on, found.version) == (later, 2)
    assert [dates_of(party) for party in stage["parties"]] == [{later}, {later}]
    assert actions() == ["covenants.deadline_extended"]
    assert "formulier" not in str(Entry.objects.get().details)


def test_one_party_gets_a_later_date_and_keeps_it_when_everybody_gets_less(stage):
    found, (first, second) = stage["round"], stage["parties"]
    own, everybody = found.due_on + timedelta(days=30), found.due_on + timedelta(days=10)
    services.extend_deadline(found, version=1, due_on=own, reason="Brand", party=first, by=stage["by"])
    assert (dates_of(first), dates_of(second)) == ({own}, {found.due_on})
    services.extend_deadline(found, version=2, due_on=everybody, reason="Feestdagen", by=stage["by"])
    assert (dates_of(first), dates_of(second)) == ({own}, {everybody})
    assert set(first.slots.values_list("extended", flat=True)) == {True}
    assert set(second.slots.values_list("extended", flat=True)) == {False}


def test_an_own_date_that_everybody_passes_is_no_own_date_any_more(stage):
    found, first = stage["round"], stage["parties"][0]
    services.extend_deadline(
        found, version=1, due_on=found.due_on + timedelta(days=3), reason="Brand", party=first, by=stage["by"]
    )
    later = found.due_on + timedelta(days=10)
    services.extend_deadline(found, version=2, due_on=later, reason="Feestdagen", by=stage["by"])
    assert dates_of(first) == {later}
    assert not first.slots.filter(extended=True).exists()


@pytest.mark.parametrize("days", [0, -1])
def test_a_deadline_never_moves_to_an_earlier_day(stage, days):
    found = stage["round"]
    with pytest.raises(ValidationError) as refused:
        services.extend_deadline(
            found, version=1, due_on=found.due_on + timedelta(days=days), reason="Haast", by=stage["by"]
        )
    assert "due_on" in refused.value.message_dict
    assert not DeadlineChange.objects.exists()
    found.refresh_from_db()
    assert found.version == 1
    assert actions() == []


def test_a_deadline_needs_a_reason_a_day_to_come_an_open_round_and_a_party_that_is_asked(stage, agreement):
    found, by = stage["round"], stage["by"]
    later = found.due_on + timedelta(days=10)
    with pytest.raises(ValidationError, match="reden"):
        services.extend_deadline(found, version=1, due_on=later, reason="  ", by=by)
    with pytest.raises(ValidationError, match="niets"):
        services.extend_deadline(found, version=1, due_on=later, reason="Brand", party=make_party(agreement), by=by)
    ReportingRound.objects.filter(pk=found.pk).update(due_on=TODAY() - timedelta(days=9))
    found.refresh_from_db()
    with pytest.raises(ValidationError, match="voorbij"):
        services.extend_deadline(found, version=1, due_on=TODAY() - timedelta(days=1), reason="Brand", by=by)
    ReportingRound.objects.filter(pk=found.pk).update(locked_at=timezone.now(), locked_by=by)
    with pytest.raises(ValidationError, match="gesloten"):
        services.extend_deadline(found, version=1, due_on=later, reason="Brand", by=by)
    assert not DeadlineChange.objects.exists()


def test_two_facilitators_at_once_move_the_deadline_once(stage):
    found, same = stage["round"], ReportingRound.objects.get(pk=stage["round"].pk)
    services.extend_deadline(found, version=1, due_on=found.due_on + timedelta(days=10), reason="Eerst", by=stage["by"])
    with pytest.raises(services.Conflict):
        services.extend_deadline(same, version=1, due_on=same.due_on + timedelta(days=20), reason="Ook", by=stage["by"])
    assert DeadlineChange.objects.count() == 1


def test_the_database_keeps_no_moved_deadline_without_a_reason(stage):
    found = stage["round"]
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineChange.objects.create(round=found, before=found.due_on, after=found.due_on, reason="", by=stage["by"])


# --- The lock -----------------------------------------------------------------------------------------------------


def test_a_round_past_its_dates_locks_once_and_says_what_it_leaves(stage):
    found, by = stage["round"], stage["by"]
    found.slots.update(due_on=TODAY() - timedelta(days=1))
    answered, waiting = found.slots.filter(party=stage["parties"][0])
    make_update(answered, by=by, state=UpdateState.APPROVED)
    make_update(waiting, by=by)
    left = services.before_lock(found)
    assert (left.silent, left.silent_parties, left.waiting, left.returned, left.still_time) == (2, 1, 1, 0, 0)
    services.lock_round(found, version=1, by=by)
    found.refresh_from_db()
    assert found.is_locked
    assert found.locked_by == by
    assert actions() == ["covenants.round_locked"]
    with pytest.raises(ValidationError, match="gesloten"):
        services.lock_round(found, version=2, by=by)


def test_a_round_in_which_parties_have_time_locks_only_when_that_is_meant(stage):
    found = stage["round"]
    with pytest.raises(ValidationError) as refused:
        services.lock_round(found, version=1, by=stage["by"])
    assert "early" in refused.value.message_dict
    services.lock_round(found, version=1, early=True, by=stage["by"])
    assert Entry.objects.get().details["early"] is True


def test_two_facilitators_at_once_lock_once(stage):
    found, same = stage["round"], ReportingRound.objects.get(pk=stage["round"].pk)
    services.lock_round(found, version=1, early=True, by=stage["by"])
    with pytest.raises(services.Conflict):
        services.lock_round(same, version=1, early=True, by=stage["by"])
    assert actions() == ["covenants.round_locked"]


def test_the_database_keeps_no_lock_without_a_person(stage):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingRound.objects.filter(pk=stage["round"].pk).update(locked_at=timezone.now())


# --- Adding -------------------------------------------------------------------------------------------------------


def test_who_joined_later_is_asked_by_a_date_of_its_own(stage, agreement):
    found, later = stage["round"], stage["round"].due_on + timedelta(days=14)
    joined = make_party(agreement, name="Erbij bv")
    keys = [row.pk for row in stage["commitments"]]
    plan = services.plan_added_slots(found, commitments=keys)
    assert {slot.party_id for slot in plan.slots} == {joined.pk}
    made = services.add_slots(found, version=1, commitments=keys, due_on=later, by=stage["by"], seen=plan.fingerprint)
    assert made == 2
    assert dates_of(joined) == {later}
    assert set(joined.slots.values_list("extended", flat=True)) == {True}
    assert actions() == ["covenants.slots_added"]
    with pytest.raises(ValidationError, match="niets toe te voegen"):
        services.add_slots(found, version=2, commitments=keys, due_on=later, by=stage["by"])


def test_an_added_commitment_is_asked_of_everybody_and_own_later_dates_hold(stage, agreement):
    found, (first, second) = stage["round"], stage["parties"]
    own = found.due_on + timedelta(days=30)
    services.extend_deadline(found, version=1, due_on=own, reason="Brand", party=first, by=stage["by"])
    added = make_commitment(agreement)
    services.add_slots(found, version=2, commitments=[added.pk], due_on=found.due_on, by=stage["by"])
    assert first.slots.get(commitment=added).due_on == own
    assert first.slots.get(commitment=added).extended
    assert second.slots.get(commitment=added).due_on == found.due_on
    assert not second.slots.get(commitment=added).extended


def test_what_was_withdrawn_does_not_come_back(stage):
    found, first = stage["round"], stage["parties"][0]
    services.withdraw_party(found, first, version=1, reason="Gefuseerd", by=stage["by"])
    plan = services.plan_added_slots(found, commitments=[row.pk for row in stage["commitments"]])
    assert plan.slots == ()


def test_nothing_is_added_to_a_locked_round_nor_from_elsewhere_nor_unseen(stage, agreement, reference):
    from covenants.models import Agreement

    found, by = stage["round"], stage["by"]
    keys = [row.pk for row in stage["commitments"]]
    seen = services.plan_added_slots(found, commitments=keys).fingerprint
    make_party(agreement)
    with pytest.raises(services.Conflict):
        services.add_slots(found, version=1, commitments=keys, due_on=found.due_on, by=by, seen=seen)
    foreign = Agreement.objects.get(slug="goud").commitments.first()
    with pytest.raises(ValidationError):
        services.add_slots(found, version=1, commitments=[foreign.pk], due_on=found.due_on, by=by)
    with pytest.raises(ValidationError, match="begin van de periode"):
        services.add_slots(found, version=1, commitments=keys, due_on=date(2000, 1, 1), by=by)
    services.lock_round(found, version=1, early=True, by=by)
    with pytest.raises(ValidationError, match="gesloten"):
        services.add_slots(found, version=2, commitments=keys, due_on=found.due_on, by=by)
    assert found.slots.count() == 4


# --- No longer owed -----------------------------------------------------------------------------------------------


def test_a_withdrawn_slot_keeps_what_was_sent_and_is_no_longer_owed(stage):
    slot = stage["round"].slots.first()
    update = make_update(slot, by=stage["by"])
    services.withdraw_slot(slot, version=1, reason="Bij vergissing gevraagd", by=stage["by"])
    slot.refresh_from_db()
    assert (slot.withdrawn_reason, slot.current) == ("Bij vergissing gevraagd", update)
    assert not slot.is_open
    assert stage["round"].slots.standing().count() == 3
    assert actions() == ["covenants.slot_withdrawn"]
    with pytest.raises(ValidationError, match="al vervallen"):
        services.withdraw_slot(slot, version=2, reason="Nogmaals", by=stage["by"])
    with pytest.raises(services.Conflict):
        services.withdraw_slot(slot, version=1, reason="Nogmaals", by=stage["by"])


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "x" * 200_000])
def test_withdrawing_needs_a_reason_of_some_length(stage, reason):
    slot = stage["round"].slots.first()
    with pytest.raises(ValidationError) as refused:
        services.withdraw_slot(slot, version=1, reason=reason, by=stage["by"])
    assert "reason" in refused.value.message_dict
    with pytest.raises(ValidationError):
        services.withdraw_party(stage["round"], stage["parties"][0], version=1, reason=reason, by=stage["by"])
    assert stage["round"].slots.standing().count() == 4


def test_a_party_that_left_owes_nothing_more_in_the_round(stage, agreement):
    found, (first, second) = stage["round"], stage["parties"]
    assert services.withdraw_party(found, first, version=1, reason="Vertrokken", by=stage["by"]) == 2
    assert not found.slots.standing().filter(party=first).exists()
    assert found.slots.standing().filter(party=second).count() == 2
    assert actions() == ["covenants.party_withdrawn"]
    with pytest.raises(ValidationError, match="niets"):
        services.withdraw_party(found, first, version=2, reason="Vertrokken", by=stage["by"])


def test_nobody_drops_out_of_totals_that_were_released(stage):
    found, by = stage["round"], stage["by"]
    RoundRelease.objects.create(
        round=found, number=1, definition_version=1, table={}, report={}, contributions={}, sha256="0" * 64, made_by=by
    )
    with pytest.raises(ValidationError, match="vrijgegeven"):
        services.withdraw_party(found, stage["parties"][0], version=1, reason="Vertrokken", by=by)
    with pytest.raises(ValidationError, match="vrijgegeven"):
        services.withdraw_slot(found.slots.first(), version=1, reason="Vertrokken", by=by)


def test_the_database_withdraws_nothing_without_a_reason(stage):
    with pytest.raises(IntegrityError), transaction.atomic():
        stage["round"].slots.update(withdrawn_at=timezone.now())


# --- Last period's answers ----------------------------------------------------------------------------------------


@pytest.fixture
def following(stage, agreement):
    """A second round about the same; in the first, the first party has an approved answer about one commitment."""
    first, by = stage["round"], stage["by"]
    answered = first.slots.get(party=stage["parties"][0], commitment=stage["commitments"][0])
    update = make_update(
        answered, by=by, state=UpdateState.APPROVED, reviewer=by, value=Decimal("1234.5000"), text="Zo deden we het",
        private_note="Onder ons", numerator=Decimal(3), denominator=Decimal("12.2500"),
    )  # fmt: skip
    waiting = first.slots.get(party=stage["parties"][1], commitment=stage["commitments"][0])
    make_update(waiting, by=by, text="Nog niet bekeken")
    second = make_round(agreement, by=by, previous=first)
    for party in stage["parties"]:
        for commitment in stage["commitments"]:
            make_slot(second, commitment, party)
    return {**stage, "second": second, "update": update}


def test_an_approved_answer_is_put_ready_as_a_draft_to_confirm(following):
    second, update = following["second"], following["update"]
    assert services.carry_forward(second, version=1, by=following["by"]) == 1
    draft = ProgressDraft.objects.get()
    assert (draft.slot.party_id, draft.slot.commitment_id) == (update.party_id, update.slot.commitment_id)
    assert (draft.carried_from, draft.carried_confirmed) == (update, False)
    assert (draft.value, draft.numerator, draft.denominator) == ("1234,5", "3", "12,25")
    assert (draft.text, draft.status, draft.private_note) == ("Zo deden we het", update.status, "")
    assert actions() == ["covenants.answers_carried"]
    assert "Zo deden" not in str(Entry.objects.get().details)


def test_a_draft_that_a_party_wrote_is_left_and_not_told_about(following):
    second, update = following["second"], following["update"]
    slot = second.slots.get(party=update.party_id, commitment=update.slot.commitment_id)
    make_draft(slot, by=following["by"], text="Van onszelf")
    assert services.carry_forward(second, version=1, by=following["by"]) == 1  # the same as without that draft
    assert ProgressDraft.objects.get().text == "Van onszelf"
    assert Entry.objects.get().details == {"slots": 1}


def test_what_was_sent_withdrawn_or_not_approved_is_not_carried(following):
    second, update = following["second"], following["update"]
    slot = second.slots.get(party=update.party_id, commitment=update.slot.commitment_id)
    make_update(slot, by=following["by"])
    with pytest.raises(ValidationError, match="niets over te nemen"):
        services.carry_forward(second, version=1, by=following["by"])
    assert not ProgressDraft.objects.exists()


def test_nothing_is_carried_without_a_previous_round_or_into_a_locked_one(following):
    with pytest.raises(ValidationError, match="vorige ronde"):
        services.carry_forward(following["round"], version=1, by=following["by"])
    services.lock_round(following["second"], version=1, early=True, by=following["by"])
    with pytest.raises(ValidationError, match="gesloten"):
        services.carry_forward(following["second"], version=2, by=following["by"])


def test_opening_can_carry_at_once(following, agreement):
    services.lock_round(following["second"], version=1, early=True, by=following["by"])
    opened = services.open_round(
        agreement, title_nl="Derde", first=date(2025, 1, 1), last=date(2025, 12, 31),
        due_on=TODAY() + timedelta(days=9), commitments=[row.pk for row in following["commitments"]],
        previous=following["round"], carry=True, by=following["by"],
    )  # fmt: skip
    assert ProgressDraft.objects.get().slot.round == opened
    assert Entry.objects.get(action="covenants.round_opened").details["carried"] == 1


@pytest.mark.parametrize(
    ("value", "typed"),
    [("0", "0"), ("100.0000", "100"), ("0.0500", "0,05"), ("1234567.2500", "1234567,25"), ("1E+3", "1000")],
)
def test_a_number_is_written_as_a_dutch_person_types_it(value, typed):
    assert typed_number(Decimal(value)) == typed
    assert typed_number(None) == ""
