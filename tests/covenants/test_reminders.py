"""The ladder: who is told what on which day, once, and not when it no longer holds."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants.models import (
    Delegate,
    DelegateRole,
    Digest,
    DigestState,
    Participation,
    ParticipationRole,
    Reminder,
    ReminderStep,
    SlotState,
    UpdateState,
)
from covenants.services import digests, reminders
from covenants.services.ladder import STEPS, rung, window
from ser_portal.accounts.models import Role
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate
from tests.conftest import make_user
from tests.covenants.reminding import DUE, act_for, at, rung_day, tick, told
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(agreement, facilitator):
    return make_round(
        agreement, by=facilitator, due_on=DUE, period_first=date(2025, 1, 1), period_last=date(2025, 12, 31)
    )


@pytest.fixture
def slot(round, agreement, party, delegate):
    return make_slot(round, make_commitment(agreement), party)


def walk(first, last):
    """Every quarter of an hour of every day would say no more than three moments of it."""
    day = first
    while day <= last:
        for hour in (6, 9, 17):
            tick(at(day, hour))
        day += timedelta(days=1)


def test_the_whole_ladder_is_climbed_once_by_the_right_people(slot, delegate, facilitator):
    coordinator = act_for(slot.party, "coco", DelegateRole.COORDINATOR)
    slot.owner = delegate
    slot.save()
    walk(rung_day(-20), rung_day(60))
    assert told(delegate) == [(rung_day(-7), "before"), (rung_day(0), "on_day"), (rung_day(7), "after")]
    assert told(coordinator) == [(rung_day(14), "coordinator")]
    assert told(facilitator) == [(rung_day(21), "facilitator")]
    assert len(mail.outbox) == 5


def test_without_an_owner_the_coordinators_hear_it_and_without_those_everybody(slot, delegate):
    second = act_for(slot.party, "bob")
    tick(at(rung_day(-7)))
    assert told(delegate) == told(second) == [(rung_day(-7), "before")]
    coordinator = act_for(slot.party, "coco", DelegateRole.COORDINATOR)
    tick(at(rung_day(0)))
    assert told(coordinator) == [(rung_day(0), "on_day")]
    assert len(told(delegate)) == len(told(second)) == 1


def test_an_owner_who_left_is_passed_over(slot, delegate):
    slot.owner = delegate
    slot.save()
    second = act_for(slot.party, "bob")
    Delegate.objects.filter(user=delegate).update(ended_on=rung_day(-8))
    tick(at(rung_day(-7)))
    assert told(delegate) == []
    assert told(second) == [(rung_day(-7), "before")]


def test_of_a_party_without_anybody_the_facilitators_are_told_at_once(slot, delegate, facilitator):
    Delegate.objects.update(revoked_at=at(rung_day(-9)))
    tick(at(rung_day(-7)))
    assert told(delegate) == []
    assert told(facilitator) == [(rung_day(-7), "before")]
    assert "nodig iemand uit" in mail.outbox[0].body


@pytest.mark.parametrize("what", ["inactive", "other role"])
def test_who_may_no_longer_come_in_is_not_told(slot, delegate, facilitator, what):
    type(delegate).objects.filter(pk=delegate.pk).update(
        **({"is_active": False} if what == "inactive" else {"role": Role.READER})
    )
    tick(at(rung_day(-7)))
    assert told(delegate) == []
    assert told(facilitator) == [(rung_day(-7), "before")]


def test_one_mail_a_day_over_all_parties_and_agreements(slot, round, agreement, delegate):
    other = make_party(agreement)
    Delegate.objects.create(party=other, user=delegate, began_on=date(2020, 1, 1))
    for _ in range(3):
        make_slot(round, make_commitment(agreement), other)
    assert tick(at(rung_day(-7))) == [DigestState.SENT]
    assert len(mail.outbox) == 1
    assert Reminder.objects.count() == 4


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.APPROVED])
def test_a_slot_that_was_sent_in_is_left_alone(slot, delegate, facilitator, state):
    make_update(slot, by=delegate, state=state, reviewer=facilitator)
    slot.state_since = at(rung_day(-100))
    slot.save()
    walk(rung_day(-8), rung_day(30))
    assert mail.outbox == []


def test_a_withdrawn_slot_and_a_locked_round_are_left_alone(slot, round, agreement, party, facilitator):
    make_slot(round, make_commitment(agreement), party, withdrawn_at=at(DUE), withdrawn_reason="Vervallen")
    locked = make_round(agreement, by=facilitator, due_on=DUE, locked_at=at(DUE), locked_by=facilitator)
    make_slot(locked, make_commitment(agreement), party)
    tick(at(rung_day(-7)))
    assert list(Reminder.objects.values_list("slot", flat=True)) == [slot.pk]


def test_a_rung_on_a_free_day_goes_out_on_the_next_working_day_in_one_mail(agreement, party, delegate, facilitator):
    for due in (date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6), date(2026, 4, 7)):  # Good Friday to Tuesday
        make_slot(
            make_round(agreement, by=facilitator, due_on=due, period_first=date(2025, 1, 1)),
            make_commitment(agreement),
            party,
        )
    walk(date(2026, 4, 3), date(2026, 4, 6))
    assert mail.outbox == []
    tick(at(date(2026, 4, 7)))
    assert told(delegate) == [(date(2026, 4, 7), "on_day")] * 4
    assert len(mail.outbox) == 1


def test_what_was_missed_is_caught_up_as_one_line(slot, delegate):
    tick(at(rung_day(10)))
    assert told(delegate) == [(rung_day(10), "after")]
    walk(rung_day(10), rung_day(13))
    assert len(mail.outbox) == 1


def test_what_is_ancient_is_not_caught_up(slot):
    tick(at(rung_day(21 + 91)))
    assert mail.outbox == []


def test_a_moved_deadline_starts_a_new_ladder(slot, round, delegate):
    walk(rung_day(-7), rung_day(0))
    slot.due_on = round.due_on = rung_day(28)
    slot.extended = True
    slot.save()
    walk(rung_day(1), rung_day(35))
    assert told(delegate) == [
        (rung_day(-7), "before"),
        (rung_day(0), "on_day"),
        (rung_day(21), "before"),
        (rung_day(28), "on_day"),
        (rung_day(35), "after"),
    ]
    assert set(Reminder.objects.values_list("due_on", flat=True)) == {DUE, rung_day(28)}


def test_a_deadline_that_is_moved_back_says_nothing_twice(slot):
    tick(at(rung_day(-7)))
    type(slot).objects.update(due_on=rung_day(28))
    tick(at(rung_day(-6)))
    type(slot).objects.update(due_on=DUE)
    walk(rung_day(-6), rung_day(-1))
    assert len(mail.outbox) == 1


def test_something_returned_is_told_the_same_day_and_the_ladder_waits_for_its_next_rung(slot, delegate, facilitator):
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(rung_day(8)))
    walk(rung_day(8), rung_day(14))
    assert told(delegate) == [(rung_day(8), "returned"), (rung_day(14), "coordinator")]
    assert Reminder.objects.get(step=ReminderStep.RETURNED).about == 1


def test_each_return_and_the_decision_are_told_once_also_after_the_lock(slot, round, delegate, facilitator):
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(rung_day(-30)))
    walk(rung_day(-30), rung_day(-27))
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(rung_day(-26)))
    walk(rung_day(-26), rung_day(-24))
    type(round).objects.update(locked_at=at(rung_day(-23)), locked_by=facilitator)
    slot.refresh_from_db()
    make_update(slot, by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(rung_day(-20)))
    walk(rung_day(-20), rung_day(30))
    steps = [step for _, step in told(delegate)]
    assert steps == ["returned", "returned", "decided"]
    assert list(Reminder.objects.order_by("pk").values_list("about", flat=True)) == [1, 2, 3]


def test_news_after_todays_mail_goes_with_that_of_the_next_working_day(slot, delegate, facilitator):
    tick(at(date(2026, 3, 3)))  # Tuesday, seven days before
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(date(2026, 3, 3), 10))
    tick(at(date(2026, 3, 3), 11))
    assert len(mail.outbox) == 1
    tick(at(date(2026, 3, 4)))
    assert told(delegate) == [(date(2026, 3, 3), "before"), (date(2026, 3, 4), "returned")]


def test_what_no_longer_holds_when_the_mail_leaves_is_dropped(slot, round, agreement, party, delegate):
    second = make_slot(round, make_commitment(agreement), party)
    (digest,) = reminders.remind(at(rung_day(-7))).to_send
    make_update(second, by=delegate)
    assert digests.send_digest(digest, now=at(rung_day(-7))) == DigestState.SENT
    assert list(Reminder.objects.values_list("slot", flat=True)) == [slot.pk]
    assert f"/verplichtingen/{second.pk}/" not in mail.outbox[0].body


def test_an_empty_mail_is_not_sent_and_leaves_the_day_free(slot, delegate):
    (digest,) = reminders.remind(at(rung_day(-7))).to_send
    type(slot).objects.update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    assert digests.send_digest(digest, now=at(rung_day(-7))) is None
    assert mail.outbox == []
    assert not Digest.objects.exists()


def test_who_left_just_before_is_replaced_by_who_is_there(slot, delegate):
    slot.owner = delegate
    slot.save()
    (digest,) = reminders.remind(at(rung_day(-7))).to_send
    Delegate.objects.update(revoked_at=at(rung_day(-7)))
    second = act_for(slot.party, "bob")
    assert digests.send_digest(digest, now=at(rung_day(-7))) is None
    tick(at(rung_day(-7), 10))
    assert (told(delegate), told(second)) == ([], [(rung_day(-7), "before")])


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (at(rung_day(-7), 6, 59), 0),
        (at(rung_day(-7), 7), 1),
        (at(rung_day(-7), 17, 59), 1),
        (at(rung_day(-7), 18), 0),
        (at(date(2026, 3, 7), 12), 0),  # a Saturday
    ],
)
def test_mail_goes_out_between_seven_and_six_on_working_days(slot, moment, sent):
    tick(moment)
    assert len(mail.outbox) == sent


def test_days_are_amsterdam_days_around_midnight_and_both_changes_of_the_clock(agreement, party, delegate, facilitator):
    # 29 March 2026 and 25 October 2026 are the days the clock moves; the Mondays after carry what fell on them.
    for due, monday in ((date(2026, 3, 29), date(2026, 3, 30)), (date(2026, 10, 25), date(2026, 10, 26))):
        made = make_slot(
            make_round(agreement, by=facilitator, due_on=due, period_first=date(2025, 1, 1)),
            make_commitment(agreement),
            party,
        )
        assert rung(due, monday) == ReminderStep.ON_DAY
        tick(at(monday, 7))
        assert Reminder.objects.get(slot=made).digest.day == monday
    # Half past midnight in Amsterdam is still yesterday in UTC: the digest of today is not that of yesterday.
    late = at(date(2026, 3, 31), 0, 30)
    assert timezone.localdate(late) == date(2026, 3, 31)
    waiting = Digest.objects.create(recipient=facilitator, day=date(2026, 3, 30))
    assert waiting.pk not in digests.due(late)


def test_every_due_date_is_on_exactly_the_rung_that_its_window_says():
    day = date(2026, 6, 15)
    for offset in range(-140, 20):
        due = day + timedelta(days=offset)
        inside = [step for step in STEPS if window(step, day)[0] <= due <= window(step, day)[1]]
        assert inside == ([rung(due, day)] if rung(due, day) else [])


def test_nobody_anywhere_is_counted_and_nothing_is_entered(slot, delegate, facilitator):
    Delegate.objects.update(revoked_at=at(DUE))
    type(facilitator).objects.filter(pk=facilitator.pk).update(is_active=False)
    outcome = reminders.remind(at(rung_day(-7)))
    assert (outcome.without_anybody, Reminder.objects.count()) == (1, 0)


def test_a_second_planner_at_the_same_moment_adds_nothing(slot):
    first = reminders.remind(at(rung_day(-7)))
    again = reminders.remind(at(rung_day(-7)))
    assert (sum(first.lines.values()), sum(again.lines.values())) == (1, 0)
    assert first.to_send == again.to_send


def test_reminders_leave_no_entry_in_the_audit_log_because_they_are_a_log(slot):
    tick(at(rung_day(-7)))
    assert not Entry.objects.exists()


def test_the_database_refuses_a_second_digest_a_day_and_a_second_line_a_rung(slot, delegate):
    tick(at(rung_day(-7)))
    line = Reminder.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(recipient=delegate, day=line.digest.day)
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


def test_another_partys_people_hear_nothing(slot, agreement, outsider):
    neighbour = act_for(make_party(agreement), "nina", DelegateRole.COORDINATOR)
    watcher = make_user("wim", Role.DELEGATE)
    Delegate.objects.create(party=make_party(), user=watcher, began_on=date(2020, 1, 1))
    Participation.objects.create(
        agreement=agreement,
        party=watcher.delegations.get().party,
        role=ParticipationRole.STEERING_GROUP,
        began=ImpreciseDate.on(date(2019, 3, 1)),
    )
    walk(rung_day(-7), rung_day(30))
    assert told(neighbour) == told(outsider) == told(watcher) == []
    assert slot.state == SlotState.SILENT
