"""What a facilitator sees of the reminders of a round, and what a person sees of the mails to them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from covenants.models import Confirmation, Digest, DigestState, Reminder, ReminderStep, UpdateState
from covenants.services import digests
from tests.covenants.reminding import act_for
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot(agreement, party, delegate, facilitator):
    return make_slot(make_round(agreement, by=facilitator, title_nl="Ronde 2026"), make_commitment(agreement), party)


def remember(slot, to, *, step=ReminderStep.BEFORE, state=DigestState.SENT, days_ago=3, **fields):
    moment = timezone.now() - timedelta(days=days_ago)
    digest, _ = Digest.objects.get_or_create(
        recipient=to,
        day=timezone.localdate(moment),
        defaults={"state": state, "sent_at": moment if state == DigestState.SENT else None, **fields},
    )
    return Reminder.objects.create(
        slot=slot, step=step, due_on=slot.due_on, recipient=to, digest=digest, created_at=moment
    )


def log_of(slot, **query):
    return reverse("covenants:round_reminders", args=[slot.round_id], query=query)


def test_the_log_says_who_was_told_what_and_what_followed(as_user, slot, delegate, facilitator):
    remember(slot, delegate, days_ago=10)
    make_update(slot, by=delegate, submitted_at=timezone.now() - timedelta(days=8))
    remember(slot, delegate, step=ReminderStep.ON_DAY, days_ago=3)
    page = as_user(facilitator).get(log_of(slot))
    latest, first = page.context["rows"]
    assert (first.who, first.party, first.delivery) == ("Dewi", "Voorbeeld bv", "verzonden")
    assert first.followed_at == slot.updates.get().submitted_at
    assert latest.followed_at is None
    assert "nog niets" in page.content.decode()


def test_a_confirmation_counts_as_what_followed(as_user, slot, delegate, facilitator):
    remember(slot, delegate)
    update = make_update(
        slot,
        by=delegate,
        state=UpdateState.APPROVED,
        reviewer=facilitator,
        submitted_at=timezone.now() - timedelta(days=9),
    )
    made = Confirmation.objects.create(
        slot=slot, update_confirmed=update, confirmed_on=timezone.localdate(), by=delegate
    )
    (row,) = as_user(facilitator).get(log_of(slot)).context["rows"]
    assert row.followed_at == made.at


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (DigestState.UNKNOWN, "interrupted", "gaat dit bericht niet opnieuw uit"),
        (DigestState.FAILED, "SMTPConnectError 421", "drie keer niet aan"),
        (DigestState.FAILED, f"{digests.REFUSED} 550", "kent dit adres niet"),
        (DigestState.FAILED, digests.NOT_ON_ITS_DAY, "op een volgende werkdag"),
        (DigestState.WAITING, "SMTPConnectError 421", "een nieuwe poging"),
    ],
)
def test_a_mail_that_did_not_arrive_says_why(as_user, slot, delegate, facilitator, state, error, said):
    remember(slot, delegate, state=state, error=error, message_id="<dagbericht-1.20261125@voorbeeld.nl>")
    page = as_user(facilitator).get(log_of(slot)).content.decode()
    assert said in page
    assert ("dagbericht-1.20261125" in page) == (state == DigestState.UNKNOWN)
    assert said in as_user(delegate).get("/agenda/").content.decode()


def test_only_those_that_may_not_have_arrived_can_be_asked_for(as_user, slot, delegate, facilitator):
    remember(slot, delegate)
    remember(slot, act_for(slot.party, "bob"), state=DigestState.UNKNOWN, error="interrupted")
    client = as_user(facilitator)
    assert len(client.get(log_of(slot)).context["rows"]) == 2
    (row,) = client.get(log_of(slot, bezorging="niet-aangekomen")).context["rows"]
    assert row.who == "Bob"
    assert len(client.get(log_of(slot, bezorging="onzin", pagina="onzin")).context["rows"]) == 2


def test_a_round_without_reminders_says_when_the_first_goes_out(as_user, slot, facilitator):
    page = as_user(facilitator).get(log_of(slot)).content.decode()
    assert "nog niemand herinnerd" in page
    assert "Alles is verzonden" in as_user(facilitator).get(log_of(slot, bezorging="niet-aangekomen")).content.decode()


def test_the_log_of_another_round_is_another(as_user, slot, delegate, facilitator, agreement, party):
    remember(slot, delegate)
    other = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), party)
    assert as_user(facilitator).get(log_of(other)).context["rows"] == []


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_a_round_that_does_not_exist_is_not_found(as_user, facilitator, pk):
    assert as_user(facilitator).get(f"/rondes/{pk}/herinneringen/").status_code == 404


def test_the_log_is_a_piece_of_the_page_under_htmx(as_user, slot, delegate, facilitator):
    remember(slot, delegate)
    piece = as_user(facilitator).get(log_of(slot), headers={"HX-Request": "true"}).content.decode()
    assert piece.strip().startswith('<div id="reminders-panel">')


def test_the_log_asks_the_database_equally_often_however_long_it_is(
    as_user, slot, round_of_many, facilitator, django_assert_num_queries
):
    client = as_user(facilitator)
    client.get(log_of(slot))
    with django_assert_num_queries(6):
        client.get(log_of(slot))
    round_of_many(60)
    with django_assert_num_queries(6):
        assert len(client.get(log_of(slot)).context["rows"]) == 25
    assert len(client.get(log_of(slot, pagina=3)).context["rows"]) == 11


@pytest.fixture
def round_of_many(slot, agreement, delegate):
    remember(slot, delegate)

    def more(number):
        for _ in range(number):
            made = make_slot(slot.round, make_commitment(agreement), make_party(agreement))
            remember(made, delegate)

    return more


def test_a_person_sees_the_own_mails_only_and_no_more_than_fifty(as_user, slot, delegate, facilitator):
    second = act_for(slot.party, "bob")
    remember(slot, second)
    for days in range(60):
        remember(slot, delegate, step=ReminderStep.RETURNED, days_ago=days + 1).delete()
    remember(slot, delegate, days_ago=1)
    mails = as_user(delegate).get("/agenda/").context["mails"]
    assert len(mails) == 50
    assert mails[0].kinds == [(1, "zeven dagen voor de inleverdatum")]
    assert len(as_user(second).get("/agenda/").context["mails"]) == 1


def test_the_calendar_page_asks_the_database_equally_often(as_user, slot, delegate, django_assert_num_queries):
    client = as_user(delegate)
    remember(slot, delegate, days_ago=9)
    for days in (1, 2, 3, 4, 5):
        with django_assert_num_queries(5):  # session, person, address, mails, their lines
            client.get("/agenda/")
        remember(slot, delegate, days_ago=days, step=list(ReminderStep)[days])
