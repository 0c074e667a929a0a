"""Several planners and workers at the same moment: one line a rung, one mail a person, one address."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from covenants import services
from covenants.models import CalendarFeed, DelegateRole, Digest, DigestState, Reminder
from covenants.services import digests, reminders
from ser_portal.audit.models import Entry
from tests.covenants.reminding import DUE, act_for, at, rung_day
from tests.factories import make_commitment, make_party, make_round, make_slot

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = at(rung_day(-7))


def at_once(*works):
    """Runs all of them in threads that start together; their answers in order."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


@pytest.fixture
def slots(agreement, party, delegate, facilitator):
    round = make_round(agreement, by=facilitator, due_on=DUE)
    act_for(party, "bob")
    other = make_party(agreement)
    act_for(other, "nina", DelegateRole.COORDINATOR)
    return [make_slot(round, make_commitment(agreement), each) for each in [party, other] * 15]


def test_planners_and_workers_together_make_one_mail_a_person(slots):
    def plan_and_send():
        return [digests.send_digest(key, now=MORNING) for key in reminders.remind(MORNING).to_send]

    answers = at_once(*[plan_and_send] * 6)
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"{name}@test.example" for name in ("bob", "dewi", "nina")
    ]
    assert [state for several in answers for state in several].count(DigestState.SENT) == 3
    assert Digest.objects.exclude(state=DigestState.SENT).filter(day=rung_day(-7)).count() == 0
    # 15 slots to two people, 15 to one; whatever came too late for a mail that had left waits for the next.
    assert Reminder.objects.count() == 45


def test_one_digest_sent_by_eight_workers_is_one_mail(slots):
    keys = reminders.remind(MORNING).to_send
    answers = at_once(*[lambda: [digests.send_digest(key, now=MORNING) for key in keys]] * 8)
    assert [state for several in answers for state in several if state] == [DigestState.SENT] * 3
    assert len(mail.outbox) == 3
    assert set(Digest.objects.values_list("attempts", flat=True)) == {1}


def test_one_press_in_eight_windows_makes_one_address(delegate):
    secrets = at_once(*[lambda: services.make_feed(key="k" * 24, by=delegate)] * 8)
    assert len(set(secrets)) == 1
    assert (CalendarFeed.objects.count(), Entry.objects.count()) == (1, 1)


def test_eight_windows_that_each_ask_for_an_address_leave_one_open(delegate):
    at_once(*[lambda number=number: services.make_feed(key=f"{number}" * 24, by=delegate) for number in range(8)])
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 1
    assert CalendarFeed.objects.count() == Entry.objects.count() == 8
