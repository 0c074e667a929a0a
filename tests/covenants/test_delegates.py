"""People who act for a party: their dated roles, ending, and nothing they did is left without somebody who does it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants import permissions, services, tasks
from covenants.models import Delegate, DelegateRole, Invitation, ReportingSlot, SlotState, UpdateState
from covenants.services import Conflict
from ser_portal.audit.models import Entry
from ser_portal.celery import app
from tests.factories import make_commitment, make_invitation, make_party, make_round, make_slot, make_update
from tests.people import PEOPLE, acts, owners, text


@pytest.fixture
def coordinator(party, delegate):
    """Coordinates `party`, of which `delegate` is a submitter."""
    return acts(party, "carla", DelegateRole.COORDINATOR).user


@pytest.fixture
def row(party, delegate):
    return Delegate.objects.get(party=party, user=delegate)


@pytest.fixture
def slots(agreement, party, facilitator, delegate):
    """Three slots the delegate looks after: silent, returned, and approved in a round that is still open."""
    round = make_round(agreement, by=facilitator)
    made = [make_slot(round, make_commitment(agreement), party, owner=delegate) for _ in range(3)]
    make_update(made[1], by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    make_update(made[2], by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    return made


# --- Roles ----------------------------------------------------------------------------------------------------------


def test_another_role_is_a_new_row_from_today_and_the_old_one_stays(row, coordinator, delegate):
    after = services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)
    today = timezone.localdate()
    row.refresh_from_db()
    assert (row.role, row.ended_on, row.revoked_at) == (DelegateRole.SUBMITTER, today - timedelta(days=1), None)
    assert (after.role, after.began_on, after.ended_on) == (DelegateRole.COORDINATOR, today, None)
    assert permissions.may_coordinate(delegate, row.party)
    entry = Entry.objects.get()
    assert (entry.action, entry.details["before"], entry.details["after"]) == (
        "covenants.delegate_role_changed", "submitter", "coordinator",
    )  # fmt: skip


def test_a_last_day_that_was_agreed_goes_for_the_new_role_too(row, coordinator):
    last = timezone.localdate() + timedelta(days=20)
    services.end_delegation(row, last_day=last, by=coordinator)
    assert services.change_role(row, role=DelegateRole.CONTRIBUTOR, by=coordinator).ended_on == last


def test_two_changes_on_one_day_leave_one_role(row, coordinator, party, delegate):
    first = services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)
    services.change_role(first, role=DelegateRole.CONTRIBUTOR, by=coordinator)
    assert [held.role for held in Delegate.objects.current().filter(user=delegate)] == [DelegateRole.CONTRIBUTOR]
    assert party.delegates.filter(user=delegate).count() == 3


def test_a_lower_role_leaves_no_higher_one_beside_it(row, coordinator, party, delegate):
    Delegate.objects.create(party=party, user=delegate, role=DelegateRole.COORDINATOR, began_on=date(2021, 1, 1))
    services.change_role(row, role=DelegateRole.CONTRIBUTOR, by=coordinator)
    assert [held.role for held in Delegate.objects.current().filter(user=delegate)] == [DelegateRole.CONTRIBUTOR]


@pytest.mark.parametrize("role", ["submitter", "baas"])
def test_the_same_or_an_unknown_role_is_refused(row, coordinator, role):
    with pytest.raises(ValidationError):
        services.change_role(row, role=role, by=coordinator)
    assert not Entry.objects.exists()


def test_a_role_of_somebody_who_was_ended_meanwhile_is_a_conflict(row, coordinator):
    services.end_delegation(row, by=coordinator)
    with pytest.raises(Conflict):
        services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)


def test_the_database_knows_the_roles(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegate.objects.filter(pk=row.pk).update(role="baas")


def test_somebody_acts_for_a_party_once_at_a_time(party, delegate, coordinator, facilitator):
    with pytest.raises(ValidationError, match="handelt al"):
        services.appoint(party, user=delegate, role="submitter", began_on=timezone.localdate(), by=coordinator)
    with pytest.raises(ValidationError, match="gemachtigde"):
        services.appoint(party, user=facilitator, role="submitter", began_on=timezone.localdate(), by=coordinator)
    assert not Entry.objects.exists()


# --- Ending ---------------------------------------------------------------------------------------------------------


def test_ending_at_once_takes_every_right_and_gives_the_work_to_the_coordinator(
    row, delegate, coordinator, party, slots
):
    Delegate.objects.create(party=party, user=delegate, role=DelegateRole.CONTRIBUTOR, began_on=date(2022, 1, 1))
    services.end_delegation(row, by=coordinator)
    assert not Delegate.objects.current().filter(user=delegate).exists()
    assert owners(slots) == [coordinator] * 3
    row.refresh_from_db()
    assert row.revoked_by == coordinator
    entry = Entry.objects.get()
    assert entry.action == "covenants.delegation_ended"
    assert entry.details["slots"] == {str(coordinator.pk): [slot.pk for slot in slots]}
    assert "@" not in str(entry.details)


def test_who_takes_over_is_chosen_per_slot_or_for_all(row, coordinator, party, slots):
    one, rest = acts(party, "eva").user, acts(party, "farid", DelegateRole.CONTRIBUTOR).user
    services.end_delegation(row, to=rest, per_slot={slots[1].pk: one}, by=coordinator)
    assert owners(slots) == [rest, one, rest]


def test_without_a_coordinator_another_delegate_takes_over_who_may_submit_first(row, facilitator, party, slots):
    acts(party, "farid", DelegateRole.CONTRIBUTOR, began_on=date(2019, 1, 1))
    submits = acts(party, "eva", began_on=date(2021, 1, 1)).user
    services.end_delegation(row, by=facilitator)
    assert owners(slots) == [submits] * 3


def test_without_anybody_the_work_has_no_owner_and_the_page_says_so(row, facilitator, slots, as_user):
    services.end_delegation(row, by=facilitator)
    assert owners(slots) == [None] * 3
    page = text(as_user(facilitator).get(PEOPLE))
    assert "2 verplichtingen hebben nog niemand" in page
    assert "Deze partij heeft geen coördinator" in page


def test_nobody_inherits_who_has_left_is_switched_off_or_acts_for_another_party(
    row, coordinator, party, slots, outsider
):
    gone = acts(party, "eva", ended_on=date(2021, 1, 1)).user
    off = acts(party, "farid").user
    off.is_active = False
    off.save()
    for heir in (gone, off, outsider, row.user):
        with pytest.raises(ValidationError):
            services.end_delegation(row, to=heir, by=coordinator)
        with pytest.raises(ValidationError):
            services.end_delegation(row, per_slot={slots[0].pk: heir}, by=coordinator)
    assert owners(slots) == [row.user] * 3
    assert not Entry.objects.exists()


def test_the_work_for_another_party_stays_with_who_still_acts_for_it(
    row, coordinator, agreement, facilitator, delegate
):
    elsewhere = make_party(agreement)
    Delegate.objects.create(party=elsewhere, user=delegate, began_on=date(2020, 1, 1))
    other = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), elsewhere, owner=delegate)
    services.end_delegation(row, by=coordinator)
    assert owners([other]) == [delegate]
    assert permissions._acts(delegate, elsewhere)


def test_ending_later_keeps_rights_and_work_until_that_day_is_over(row, coordinator, slots, monkeypatch):
    last = timezone.localdate() + timedelta(days=10)
    services.end_delegation(row, last_day=last, by=coordinator)
    row.refresh_from_db()
    assert (row.ended_on, row.revoked_at) == (last, None)
    assert owners(slots) == [row.user] * 3
    assert services.sweep_lapsed() == 0
    assert not Delegate.objects.current(last + timedelta(days=1)).filter(pk=row.pk).exists()
    assert Delegate.objects.current(last).filter(pk=row.pk).exists()

    monkeypatch.setattr(timezone, "localdate", lambda *_: last + timedelta(days=1))
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [coordinator] * 3


def test_who_is_chosen_when_somebody_ends_later_takes_over_now(row, coordinator, party, slots):
    eva = acts(party, "eva").user
    services.end_delegation(row, last_day=timezone.localdate(), per_slot={slots[0].pk: eva}, by=coordinator)
    assert owners(slots) == [eva, row.user, row.user]


def test_a_last_day_in_the_past_is_refused(row, coordinator):
    with pytest.raises(ValidationError, match="verleden"):
        services.end_delegation(row, last_day=timezone.localdate() - timedelta(days=1), by=coordinator)


def test_ending_twice_is_told_and_done_once(row, coordinator):
    services.end_delegation(row, by=coordinator)
    with pytest.raises(Conflict):
        services.end_delegation(row, by=coordinator)
    assert Entry.objects.count() == 1


def test_nobody_comes_back_through_an_invitation_sent_before(row, coordinator, party, delegate):
    to_self = make_invitation(party, by=coordinator, email=delegate.email)
    Delegate.objects.filter(pk=row.pk).update(role=DelegateRole.COORDINATOR)
    by_self = make_invitation(party, by=delegate)
    other = make_invitation(party, by=coordinator)
    services.end_delegation(row, by=coordinator)
    withdrawn = set(Invitation.objects.filter(withdrawn_at__isnull=False))
    assert withdrawn == {to_self, by_self}
    assert services.usable(other.token_hash) == other


# --- Handing over one slot ------------------------------------------------------------------------------------------


def test_one_slot_goes_to_a_colleague(slots, coordinator, delegate):
    services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=delegate)
    assert owners(slots) == [coordinator, delegate, delegate]
    entry = Entry.objects.get()
    assert (entry.action, entry.details) == (
        "covenants.slot_handed_over", {"before": delegate.pk, "after": coordinator.pk},
    )  # fmt: skip


def test_a_slot_that_somebody_else_handed_over_is_a_conflict(slots, coordinator, delegate, party):
    eva = acts(party, "eva").user
    services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=delegate)
    with pytest.raises(Conflict):
        services.hand_over(slots[0], to=eva, was=delegate.pk, by=delegate)
    assert owners(slots)[0] == coordinator


def test_a_slot_goes_to_nobody_else_than_who_acts_for_the_party_now(slots, delegate, outsider):
    for other in (outsider, delegate):
        with pytest.raises(ValidationError):
            services.hand_over(slots[0], to=other, was=delegate.pk, by=delegate)
    ReportingSlot.objects.filter(pk=slots[0].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    with pytest.raises(ValidationError, match="vervallen"):
        services.hand_over(slots[0], to=outsider, was=delegate.pk, by=delegate)


# --- The daily sweep ------------------------------------------------------------------------------------------------


def test_the_sweep_moves_lapsed_work_once(row, slots, coordinator):
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    tasks.sweep_lapsed()
    tasks.sweep_lapsed()
    assert owners(slots) == [coordinator] * 3
    entry = Entry.objects.get()
    assert (entry.action, entry.by, entry.details) == (
        "covenants.lapsed_work_handed_over", None, {"to": coordinator.pk, "slots": 3},
    )  # fmt: skip


def test_the_sweep_also_finds_accounts_that_were_switched_off_and_work_without_an_owner(slots, coordinator, delegate):
    delegate.is_active = False
    delegate.save()
    ReportingSlot.objects.filter(pk=slots[0].pk).update(owner=None)
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [coordinator] * 3


def test_the_sweep_leaves_nobody_as_owner_when_nobody_is_left_and_then_rests(row, slots):
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [None] * 3
    assert services.sweep_lapsed() == 0


def test_the_sweep_leaves_alone_what_is_finished_or_withdrawn(row, slots, coordinator, facilitator):
    round = slots[0].round
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    round.locked_at, round.locked_by = timezone.now(), facilitator
    round.save()
    ReportingSlot.objects.filter(pk=slots[0].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    assert services.sweep_lapsed() == 1
    assert owners(slots) == [row.user, coordinator, row.user]
    assert slots[2].state == SlotState.APPROVED


def test_the_sweep_stands_in_the_schedule_and_a_worker_knows_it(settings):
    app.loader.import_default_modules()
    assert tasks.sweep_lapsed.name in app.tasks
    assert settings.CELERY_BEAT_SCHEDULE["sweep-lapsed"]["task"] == tasks.sweep_lapsed.name
