"""Writing and sending: what is kept, what is refused, what stays for good."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants import services
from covenants.models import (
    Confirmation,
    Evidence,
    MeasureKind,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    Rung,
    SlotState,
    UpdateState,
)
from covenants.services import Conflict
from ser_portal.audit.models import Entry
from tests.factories import make_commitment, make_draft, make_evidence, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db

TYPED = {
    "status": "on_course",
    "numerator": "12",
    "denominator": "40",
    "text": "We bezochten ze.",
    "private_note": "Ps",
}


def save(slot, by, version=0, **typed):
    return services.save_draft(slot, version=version, typed={**TYPED, **typed}, by=by)


def test_a_draft_keeps_what_was_typed_also_when_it_is_no_number_yet(slot, delegate):
    draft = save(slot, delegate, numerator="twaalf of zo", status="")
    assert (draft.version, draft.numerator, draft.status) == (1, "twaalf of zo", "")
    assert not Entry.objects.exists()


def test_saving_the_same_again_changes_nothing(slot, delegate, colleague):
    draft = save(slot, delegate)
    again = services.save_draft(slot, version=draft.version, typed=TYPED, by=colleague)
    assert (again.version, again.updated_by) == (1, delegate)


def test_an_empty_form_makes_no_draft(slot, delegate):
    services.save_draft(slot, version=0, typed={}, by=delegate)
    assert not ProgressDraft.objects.exists()


def test_who_saves_second_is_told_and_overwrites_nothing(slot, delegate, colleague):
    save(slot, delegate)
    with pytest.raises(Conflict):
        save(slot, colleague, text="Iets anders")
    save(slot, delegate, version=1, text="Tweede")
    with pytest.raises(Conflict):
        save(slot, colleague, version=1, text="Derde")
    assert ProgressDraft.objects.get().text == "Tweede"


def test_a_text_that_is_too_long_is_refused_and_not_cut(slot, delegate):
    with pytest.raises(ValidationError) as refused:
        save(slot, delegate, text="a" * 20_001)
    assert "20001 tekens" in str(refused.value)
    assert not ProgressDraft.objects.exists()


def test_sending_makes_a_version_for_good_and_moves_the_slot(slot, delegate):
    file = make_evidence(slot, by=delegate)
    draft = save(slot, delegate)
    update = services.submit(slot, version=draft.version, by=delegate)
    slot.refresh_from_db()
    assert (update.number, update.state, update.status) == (1, UpdateState.SUBMITTED, ProgressStatus.ON_COURSE)
    assert (update.numerator, update.denominator) == (Decimal(12), Decimal(40))
    assert (slot.state, slot.current) == (SlotState.SUBMITTED, update)
    assert [use.evidence for use in update.evidence_uses.all()] == [file]
    assert not ProgressDraft.objects.exists()
    assert Entry.objects.get().action == "covenants.progress_submitted"
    assert "bezochten" not in str(Entry.objects.get().details)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"status": ""}, "status"),
        ({"numerator": "twaalf"}, "numerator"),
        ({"numerator": ""}, "numerator"),
        ({"denominator": "0"}, "denominator"),
        ({"numerator": "41"}, "numerator"),
        ({"numerator": "-1"}, "numerator"),
        ({"numerator": "12.5"}, "numerator"),
        ({"numerator": "9" * 16}, "numerator"),
        ({"status": "behind", "text": "  "}, "text"),
    ],
)
def test_what_is_not_finished_is_not_sent_but_stays(slot, delegate, typed, field):
    draft = save(slot, delegate, **typed)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        services.submit(slot, version=draft.version, by=delegate)
    assert field in refused.value.message_dict
    assert ProgressDraft.objects.exists()
    assert not ProgressUpdate.objects.exists()


def test_a_quantity_needs_its_value(slot, delegate, agreement, reporting_round, party):
    quantity = make_commitment(agreement, measure_kind=MeasureKind.QUANTITY, measure_unit="ton")
    other = make_slot(reporting_round, quantity, party)
    draft = services.save_draft(other, version=0, typed={"status": "done", "value": ""}, by=delegate)
    with pytest.raises(ValidationError, match="waarde in ton"):
        services.submit(other, version=draft.version, by=delegate)
    draft = services.save_draft(other, version=1, typed={"status": "done", "value": "1.250,5"}, by=delegate)
    assert services.submit(other, version=draft.version, by=delegate).value == Decimal("1250.5")


def test_documents_are_asked_for_where_the_commitment_says_so(slot, delegate):
    slot.rung_required = Rung.DOCUMENTED
    slot.save()
    draft = save(slot, delegate)
    with pytest.raises(ValidationError, match="bewijsstuk"):
        services.submit(slot, version=draft.version, by=delegate)
    make_evidence(slot, by=delegate)
    assert services.submit(slot, version=draft.version, by=delegate).evidence_uses.count() == 1


def test_sending_again_before_the_decision_takes_the_place_of_what_waited(slot, delegate, colleague):
    first = services.submit(slot, version=save(slot, delegate).version, by=delegate)
    second = services.submit(slot, version=save(slot, colleague, text="Beter").version, by=colleague)
    first.refresh_from_db()
    assert (first.state, second.number, second.state) == (UpdateState.SUPERSEDED, 2, UpdateState.SUBMITTED)
    assert first.text == TYPED["text"]


def test_what_is_sent_after_the_lock_goes_to_the_late_lane(slot, delegate, facilitator):
    slot.round.locked_at, slot.round.locked_by = timezone.now(), facilitator
    slot.round.save()
    assert services.submit(slot, version=save(slot, delegate).version, by=delegate).late


def test_what_is_sent_after_the_deadline_says_so(slot, delegate):
    slot.due_on = timezone.localdate() - timedelta(days=1)
    slot.save()
    update = services.submit(slot, version=save(slot, delegate).version, by=delegate)
    assert update.after_deadline
    assert not update.late


def test_a_withdrawn_slot_takes_nothing_any_more(slot, delegate):
    slot.withdrawn_at, slot.withdrawn_reason = timezone.now(), "Gefuseerd"
    slot.save()
    with pytest.raises(ValidationError, match="vervallen"):
        save(slot, delegate)


def test_a_carried_answer_is_sent_only_when_it_was_confirmed(slot, delegate, agreement, facilitator, party, commitment):
    before = make_round(agreement, by=facilitator)
    old = make_update(make_slot(before, commitment, party), by=delegate, state=UpdateState.APPROVED)
    draft = make_draft(slot, by=delegate, carried_from=old, **TYPED)
    with pytest.raises(ValidationError) as refused:
        services.submit(slot, version=1, by=delegate)
    assert "carried_confirmed" in refused.value.message_dict
    draft = services.save_draft(slot, version=1, typed=TYPED, carried_confirmed=True, by=delegate)
    assert services.submit(slot, version=draft.version, by=delegate).carried_from == old


def test_nothing_changed_dates_the_approved_answer_anew_once_a_day(slot, delegate):
    update = make_update(slot, by=delegate, state=UpdateState.APPROVED)
    services.confirm_unchanged(slot, by=delegate)
    services.confirm_unchanged(slot, by=delegate)
    slot.refresh_from_db()
    assert Confirmation.objects.get().update_confirmed == update
    assert slot.confirmed_on == timezone.localdate()
    assert Entry.objects.get().action == "covenants.progress_confirmed"
    assert slot.state == SlotState.APPROVED


def test_nothing_changed_in_a_new_round_sends_last_years_answer_once(
    slot, delegate, agreement, facilitator, party, commitment
):
    before = make_round(agreement, by=facilitator)
    old_slot = make_slot(before, commitment, party)
    old = make_update(
        old_slot, by=delegate, state=UpdateState.APPROVED, numerator=3, denominator=9, private_note="Toen"
    )
    file = make_evidence(old_slot, by=delegate, update=old)
    slot.round.previous = before
    slot.round.save()
    update = services.confirm_unchanged(slot, by=delegate)
    assert (update.unchanged, update.carried_from, update.numerator, update.private_note) == (True, old, 3, "")
    assert [use.evidence for use in update.evidence_uses.all()] == [file]
    assert services.confirm_unchanged(slot, by=delegate) == update
    assert ProgressUpdate.objects.filter(slot=slot).count() == 1


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.RETURNED])
def test_nothing_changed_is_no_answer_to_what_waits_or_came_back(slot, delegate, state):
    make_update(slot, by=delegate, state=state)
    with pytest.raises(ValidationError):
        services.confirm_unchanged(slot, by=delegate)


def test_there_has_to_be_something_approved_to_confirm(slot, delegate):
    with pytest.raises(ValidationError, match="nog niets goedgekeurd"):
        services.confirm_unchanged(slot, by=delegate)


class TestTheDatabaseRefuses:
    def test_a_share_of_nothing(self, slot, delegate):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_update(slot, by=delegate, numerator=1, denominator=0)

    def test_a_bare_numerator(self, slot, delegate):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_update(slot, by=delegate, numerator=1)

    def test_two_versions_that_wait(self, slot, delegate):
        make_update(slot, by=delegate)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_update(slot, by=delegate)

    def test_a_decision_without_its_moment(self, slot, delegate):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgressUpdate.objects.create(
                slot=slot, agreement=slot.agreement, party=slot.party, number=1, status="done", state="approved",
                submitted_by=delegate,
            )  # fmt: skip

    def test_evidence_that_shows_nothing(self, slot, delegate):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_evidence(slot, by=delegate, shows="")

    def test_the_same_file_twice_in_one_draft(self, slot, delegate):
        make_evidence(slot, by=delegate, sha256="a" * 64)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_evidence(slot, by=delegate, sha256="a" * 64)
        assert Evidence.objects.count() == 1

    def test_a_silent_slot_with_something_sent(self, slot, delegate):
        make_update(slot, by=delegate)
        slot.state = SlotState.SILENT
        with pytest.raises(IntegrityError), transaction.atomic():
            slot.save()
