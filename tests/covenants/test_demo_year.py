"""The sample year shows every state there is, as the services would have left it."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from covenants import sample, services
from covenants.models import (
    Agreement,
    CarrierKind,
    Commitment,
    Confirmation,
    CountingRuling,
    DeadlineChange,
    Delegate,
    DelegateRole,
    DueKind,
    EvidenceRequirement,
    Invitation,
    MeasureKind,
    Participation,
    Party,
    PartyMembership,
    PhaseChange,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    Reminder,
    Reply,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    Rung,
    Sector,
    SizeClass,
    SlotState,
    UpdateState,
    Verdict,
    Visibility,
)
from covenants.sample.plot import LAST, NOW
from ser_portal.accounts.models import User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True, scope="module")
def year(django_db_setup, django_db_blocker, tmp_path_factory):
    """One sample year for all tests here, which only read it."""
    elsewhere = override_settings(EVIDENCE_ROOT=tmp_path_factory.mktemp("evidence"))
    with elsewhere, django_db_blocker.unblock(), transaction.atomic():
        sample.make(today=timezone.localdate())
        yield
        transaction.set_rollback(True)


# --- Every state -----------------------------------------------------------------------------------------------------


def test_there_are_two_sample_agreements_that_differ_and_are_not_public():
    coffee, toys = Agreement.objects.order_by("slug")
    assert {coffee.is_sample, toys.is_sample} == {True}
    assert {coffee.visibility, toys.visibility} == {Visibility.PARTIES}
    assert coffee.rules.progress_level != toys.rules.progress_level
    assert (coffee.rules.minimum_count, toys.rules.minimum_count) == (5, 3)
    spans = {(row.period_first.month, row.period_last.month) for row in ReportingRound.objects.all()}
    assert spans == {(1, 12), (6, 5)}


def test_every_name_says_that_it_is_a_sample():
    assert all("oorbeeld" in party.name and party.is_sample for party in Party.objects.all())
    assert Party.objects.filter(type="company").count() == 36
    assert all("oorbeeld" in sector.name_nl for sector in Sector.objects.all())
    people = User.objects.all()
    assert all(person.is_demo and person.email.endswith("@demo.example") for person in people)
    assert not any(person.has_usable_password() for person in people)


def test_parties_are_of_every_size_some_in_one_group_and_associations_have_members():
    companies = Party.objects.filter(type="company")
    assert set(companies.values_list("size_class", flat=True)) == set(SizeClass.values)
    assert companies.exclude(group="").values("group").distinct().count() == 2
    assert PartyMembership.objects.values("association").distinct().count() == 2
    assert PartyMembership.objects.filter(ended_latest__isnull=False).exists()
    placed = Participation.objects.values("party")
    assert not Party.objects.exclude(pk__in=placed).exists()  # an unplaced party would show to every facilitator


def test_people_hold_every_role_one_acts_for_two_parties_and_one_has_left():
    assert set(Delegate.objects.values_list("role", flat=True)) == set(DelegateRole.values)
    acts_for = defaultdict(set)
    for row in Delegate.objects.current():
        acts_for[row.user_id].add(row.party_id)
    assert sorted(len(parties) for parties in acts_for.values())[-2:] == [1, 2]
    left = Delegate.objects.get(revoked_at__isnull=False)
    assert left.revoked_by_id != left.user_id
    open_slots = ReportingSlot.objects.filter(party=left.party, round__locked_at__isnull=True)
    assert open_slots.exists()
    assert left.user_id not in set(open_slots.values_list("owner", flat=True))
    assert None not in set(open_slots.values_list("owner", flat=True))
    sent = ProgressUpdate.objects.filter(party=left.party, submitted_by=left.user)
    assert sent.exists()
    assert all(timezone.localdate(update.submitted_at) <= left.ended_on for update in sent)
    assert sorted(bool(row.is_open) for row in Invitation.objects.all()) == [False, False, False, True]


def test_commitments_are_of_every_kind():
    assert set(Commitment.objects.values_list("due_kind", flat=True)) == set(DueKind.values)
    assert set(Commitment.objects.values_list("carrier_kind", flat=True)) == set(CarrierKind.values)
    assert set(Commitment.objects.values_list("measure_kind", flat=True)) == set(MeasureKind.values)
    assert {"", "yearly", "ongoing"} == set(Commitment.objects.values_list("recurrence", flat=True))
    assert Commitment.objects.filter(carrier_kind="named", co_responsible__isnull=False).exists()
    assert Commitment.objects.filter(ended_on__isnull=False).exists()
    sizes = EvidenceRequirement.objects.filter(commitment__code="voorbeeld-koffie-risicos")
    assert {row.size_class: row.rung for row in sizes} == {"": 1, "medium": 2, "large": 3}
    assert set(ReportingSlot.objects.values_list("rung_required", flat=True)) == {1, 2, 3, 4}


def test_a_changed_target_keeps_what_was_agreed_first_with_the_reason():
    row = Commitment.objects.get(code="voorbeeld-koffie-herkomst")
    last, first = row.history.order_by("-history_date")
    assert (first.target_numerator, last.target_numerator, row.target_numerator) == (90, 80, 80)
    assert first.due_latest != last.due_latest == row.due_latest
    assert last.history_change_reason
    assert row.decision == last.decision != ""


def test_last_years_round_shows_everything_that_can_happen():
    rounds = ReportingRound.objects.filter(locked_at__isnull=False)
    assert rounds.count() == 2
    slots = ReportingSlot.objects.filter(round__in=rounds)
    assert set(slots.values_list("state", flat=True)) == set(SlotState.values)
    updates = ProgressUpdate.objects.filter(slot__in=slots)
    assert set(updates.values_list("state", flat=True)) == set(UpdateState.values)
    assert set(updates.values_list("status", flat=True)) == set(ProgressStatus.values)
    assert updates.filter(late=True, state=UpdateState.SUBMITTED).exists()
    assert updates.filter(late=True, state=UpdateState.APPROVED).exists()
    assert all((update.submitted_at > update.slot.round.locked_at) == update.late for update in updates)
    reviews = Review.objects.filter(update__in=updates)
    assert set(reviews.values_list("verdict", flat=True)) == {"", *Verdict.values}
    assert reviews.exclude(rulings=None).exists()
    again = updates.filter(state=UpdateState.APPROVED, number__gt=1, slot__updates__state=UpdateState.RETURNED)
    assert again.exists()
    over = reviews.filter(reply_until__lt=timezone.localdate())
    answered = Reply.objects.values("review")
    assert over.filter(pk__in=answered).exists()
    assert over.exclude(pk__in=answered).filter(verdict=Verdict.NOT_COMPLIANT).exists()
    assert slots.filter(withdrawn_at__isnull=False, approved__isnull=False).exists()
    assert DeadlineChange.objects.filter(round__in=rounds, party__isnull=True).exists()


def test_this_years_round_shows_everything_there_is_to_do():
    today = timezone.localdate()
    slots = ReportingSlot.objects.filter(round__locked_at__isnull=True)
    drafts = ProgressDraft.objects.filter(slot__in=slots)
    assert set(slots.values_list("state", flat=True)) == set(SlotState.values)
    assert slots.filter(state=SlotState.SILENT, draft__isnull=True, due_on__lt=today).exists()  # overdue
    assert slots.filter(state=SlotState.SILENT, draft__isnull=True, due_on__gt=today).exists()
    assert drafts.filter(carried_from=None, slot__state=SlotState.SILENT).exists()
    assert set(drafts.exclude(carried_from=None).values_list("carried_confirmed", flat=True)) == {True, False}
    assert drafts.filter(slot__state=SlotState.RETURNED).exists()
    assert slots.filter(current__unchanged=True, state=SlotState.SUBMITTED).exists()
    assert slots.filter(current__unchanged=True, state=SlotState.APPROVED).exists()
    assert slots.filter(extended=True).exists()
    assert DeadlineChange.objects.filter(party__isnull=False).exists()
    stale, fresh = set(), set()
    for slot in slots.filter(state=SlotState.APPROVED).select_related("round", "approved"):
        seen = slot.confirmed_on or timezone.localdate(slot.approved.submitted_at)
        (stale if (today - seen).days > slot.round.stale_after_days else fresh).add(slot.pk)
    assert stale
    assert fresh
    assert slots.filter(pk__in=fresh, confirmed_on__gte=today - timedelta(days=7)).exists()
    assert Review.objects.filter(reply_until__gte=today, reply=None, verdict=Verdict.PARTLY).exists()
    assert Participation.objects.filter(ended_latest__isnull=False).exists()
    assert slots.filter(uncertain=True).exists()
    assert Reminder.objects.filter(slot__in=slots).exists()


def test_every_plot_is_told():
    assert len({plot.name for plot in LAST}) == len(LAST)
    assert len({plot.name for plot in NOW}) == len(NOW)
    for locked, plots in [(True, LAST), (False, NOW)]:
        owed = ReportingSlot.objects.filter(
            round__locked_at__isnull=not locked, agreement__slug="voorbeeldconvenant-koffie"
        )
        assert owed.count() > 3 * len(plots)


def test_a_merged_companys_ruling_was_replaced():
    assert CountingRuling.objects.filter(replaces__isnull=False).count() == 1


# --- What the services would have made -------------------------------------------------------------------------------


def test_derived_columns_equal_what_the_updates_say():
    for slot in ReportingSlot.objects.prefetch_related("updates", "confirmations"):
        updates = sorted(slot.updates.all(), key=lambda update: update.number)
        assert [update.number for update in updates] == list(range(1, len(updates) + 1))
        current = updates[-1] if updates else None
        approved = [update for update in updates if update.state == UpdateState.APPROVED]
        assert slot.current == current
        assert slot.approved == (approved[-1] if approved else None)
        assert slot.state == (current.state if current else SlotState.SILENT)
        moments = [current.decided_at or current.submitted_at] if current else [slot.round.opened_at]
        assert slot.state_since == moments[0]
        days = [confirmation.confirmed_on for confirmation in slot.confirmations.all()]
        assert slot.confirmed_on == max(days, default=None)


def test_everything_happened_in_order_and_nobody_judged_their_own():
    now = timezone.now()
    for update in ProgressUpdate.objects.select_related("slot__round", "review", "carried_from__slot", "submitted_by"):
        assert update.slot.round.opened_at < update.submitted_at < now
        assert update.after_deadline == (timezone.localdate(update.submitted_at) > update.slot.due_on)
        acts_for = Delegate.objects.filter(
            user=update.submitted_by, party=update.party, began_on__lte=update.submitted_at.date()
        ).exclude(role=DelegateRole.CONTRIBUTOR)
        assert acts_for.exists()
        if review := getattr(update, "review", None):
            assert review.at == update.decided_at > update.submitted_at
            assert review.by_id != update.submitted_by_id
            assert (review.decision == ReviewDecision.APPROVED) == (update.state == UpdateState.APPROVED)
            if reply := Reply.objects.filter(review=review).first():
                assert timezone.localdate(reply.at) <= review.reply_until
        if update.carried_from:
            assert update.carried_from.slot.round_id == update.slot.round.previous_id
            assert update.carried_from.slot.party_id == update.party_id
    for confirmation in Confirmation.objects.select_related("update_confirmed"):
        assert confirmation.at > confirmation.update_confirmed.decided_at


def test_every_record_would_be_accepted_from_a_person():
    for model in apps.get_app_config("covenants").get_models():
        if hasattr(model, "instance_type"):
            continue
        for row in model._base_manager.all()[:40]:
            row.full_clean()


def test_slots_are_those_of_who_is_bound_in_the_period():
    left = Participation.objects.get(ended_latest__isnull=False)
    for slot in ReportingSlot.objects.filter(party=left.party).select_related("round"):
        assert slot.round.period_first <= left.ended_latest
    supporters = Participation.objects.filter(role="supporter").values("party")
    assert not ReportingSlot.objects.filter(party__in=supporters).exists()
    assert ReportingSlot.objects.filter(party__type="trade_association").exists()
    assert all(slot.rung_required != Rung.NONE for slot in ReportingSlot.objects.all())


def test_slots_are_those_a_round_would_have_opened():
    for row in ReportingRound.objects.all():
        asked = Commitment.objects.filter(agreement=row.agreement)
        carriers = services.resolve_all(asked, first=row.period_first, last=row.period_last)
        for commitment in asked:
            requirements = list(commitment.evidence_requirements.all())
            slots = ReportingSlot.objects.filter(round=row, commitment=commitment).select_related("party")
            assert {(slot.party_id, slot.uncertain) for slot in slots} == {
                (carrier.party.pk, carrier.uncertain) for carrier in carriers[commitment.pk]
            }
            for slot in slots:
                assert slot.rung_required == services.rung_for(requirements, slot.size_class)


def test_phases_follow_from_their_dates_and_hold_on_the_day_of_the_reference_data():
    found = Agreement.objects.with_phase_on(date(2020, 12, 31)).values_list("phase_on", flat=True)
    assert set(found) == {"implementation"}
    assert not PhaseChange.objects.filter(possible_from__isnull=True, certain_from__isnull=True).exists()
