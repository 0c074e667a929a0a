"""The secret address of one's own deadlines: made once, shown once, revoked at once, and empty of anything private."""

import hashlib
import re
from datetime import date, timedelta

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from covenants import services
from covenants.models import (
    CalendarFeed,
    DeadlineChange,
    Delegate,
    DelegateRole,
    FacilitatorAssignment,
    SlotState,
    UpdateState,
)
from covenants.services import calendars
from ser_portal.accounts.models import Role
from ser_portal.audit.models import Entry
from tests.covenants.reminding import act_for
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db
KEY = "k" * 24


@pytest.fixture
def round(agreement, facilitator):
    return make_round(
        agreement, by=facilitator, due_on=timezone.localdate() + timedelta(days=14), title_nl="Ronde 2026"
    )


@pytest.fixture
def slot(round, agreement, party, delegate):
    return make_slot(round, make_commitment(agreement, text_nl="Kanarietekst"), party)


def fetch(client, secret):
    return type(client)().get(reverse("covenants:calendar_feed", args=[secret]))


def events(client, secret):
    answer = fetch(client, secret)
    assert answer.status_code == 200
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def secret_on(page):
    found = re.search(r"/agenda/([A-Za-z0-9_-]+)\.ics", page.content.decode())
    return found and found.group(1)


def key_on(page):
    return re.search(r'name="once" value="([^"]+)"', page.content.decode()).group(1)


# --- Making, renewing, revoking --------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_kept_as_a_hash(as_user, delegate, slot):
    client = as_user(delegate)
    key = key_on(client.get("/agenda/"))
    made = client.post("/agenda/", {"once": key})
    secret = secret_on(made)
    assert made.status_code == 200
    assert len(secret) >= 43  # 256 bits
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret_on(client.get("/agenda/")) is None
    assert secret not in str(list(client.session.items()))
    assert fetch(client, secret).status_code == 200


def test_pressing_twice_makes_one_address_and_shows_it_twice(as_user, delegate):
    client = as_user(delegate)
    key = key_on(client.get("/agenda/"))
    first, second = (secret_on(client.post("/agenda/", {"once": key})) for _ in range(2))
    assert first == second
    assert CalendarFeed.objects.count() == 1
    assert Entry.objects.filter(action="covenants.calendar_address_made").count() == 1


def test_a_new_address_ends_the_old(client, delegate, slot):
    old = services.make_feed(key=KEY, by=delegate)
    new = services.make_feed(key=KEY + "2", by=delegate)
    assert fetch(client, old).status_code == 404
    assert fetch(client, new).status_code == 200


def test_two_people_with_one_key_have_two_addresses(delegate, outsider):
    assert services.make_feed(key=KEY, by=delegate) != services.make_feed(key=KEY, by=outsider)


def test_revoking_ends_it_at_once_and_its_form_cannot_bring_it_back(as_user, delegate, slot):
    client = as_user(delegate)
    key = key_on(client.get("/agenda/"))
    secret = secret_on(client.post("/agenda/", {"once": key}))
    assert client.post("/agenda/intrekken/").status_code == 302
    assert fetch(client, secret).status_code == 404
    client = as_user(delegate)
    refused = client.post("/agenda/", {"once": key})
    assert refused.status_code == 422
    assert "ingetrokken" in refused.content.decode()
    assert key_on(refused) != key
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()
    actions = Entry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["covenants.calendar_address_made", "covenants.calendar_address_revoked"]


def test_revoking_what_is_not_there_changes_nothing(as_user, delegate):
    assert not services.revoke_feed(by=delegate)
    assert as_user(delegate).post("/agenda/intrekken/", follow=True).status_code == 200
    assert not Entry.objects.exists()


@pytest.mark.parametrize("key", ["", "kort", "x" * 200_000, "a\x00" * 15])
def test_a_key_that_the_page_did_not_make_is_refused_in_a_sentence(as_user, delegate, key):
    answer = as_user(delegate).post("/agenda/", {"once": key})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not CalendarFeed.objects.exists()


def test_only_who_has_deadlines_may_make_one(reporting, as_user):
    with pytest.raises(ValidationError):
        services.make_feed(key=KEY, by=reporting)
    for address in ("/agenda/", "/agenda/intrekken/"):
        assert as_user(reporting).post(address, {"once": KEY}).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_opening_the_pages_changes_nothing(as_user, delegate):
    client = as_user(delegate)
    client.get("/agenda/")
    assert client.get("/agenda/intrekken/").status_code == 405
    assert not CalendarFeed.objects.exists()


def test_the_database_keeps_one_open_address_per_person(delegate):
    CalendarFeed.objects.create(user=delegate, token_hash="a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(user=delegate, token_hash="b" * 64)


# --- Who may fetch ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made_up", ["x" * 43, "x", "%00", "%F0%9F%92%A3", "x" * 5000, "..%5C..", "%ED%A0%80"])
def test_what_was_made_up_does_not_exist(client, db, made_up):
    assert client.get(f"/agenda/{made_up}.ics").status_code == 404


@pytest.mark.parametrize("what", ["inactive", "revoked", "ended", "other role"])
def test_the_address_ends_with_the_rights_of_its_owner(client, delegate, slot, what):
    secret = services.make_feed(key=KEY, by=delegate)
    if what == "revoked":
        Delegate.objects.update(revoked_at=timezone.now())
    elif what == "ended":
        Delegate.objects.update(ended_on=timezone.localdate() - timedelta(days=1))
    else:
        delegate.is_active, delegate.role = what != "inactive", Role.READER if what == "other role" else Role.DELEGATE
        delegate.save()
    assert fetch(client, secret).status_code == 404


def test_the_address_of_a_facilitator_ends_with_the_last_assignment(client, facilitator, round):
    secret = services.make_feed(key=KEY, by=facilitator)
    assert len(events(client, secret)) == 1
    FacilitatorAssignment.objects.update(ended_on=timezone.localdate() - timedelta(days=1))
    assert fetch(client, secret).status_code == 404


def test_it_is_fetched_without_a_session_and_kept_by_nobody(client, delegate, slot):
    secret = services.make_feed(key=KEY, by=delegate)
    answer = fetch(client, secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.post(f"/agenda/{secret}.ics").status_code == 405


# --- What is in it ---------------------------------------------------------------------------------------------------


def test_a_delegate_gets_a_whole_day_per_round_with_a_number(client, delegate, slot, round, agreement, party):
    make_slot(round, make_commitment(agreement), party)
    sent = make_slot(round, make_commitment(agreement), party)
    make_update(sent, by=delegate)
    (event,) = events(client, services.make_feed(key=KEY, by=delegate))
    assert str(event["SUMMARY"]) == "Inleveren: 2 rapportages, Proefconvenant"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event.decoded("DTSTART") == round.due_on
    assert event.decoded("DTEND") == round.due_on + timedelta(days=1)
    assert str(event["DESCRIPTION"]) == "Ronde 2026"
    assert str(event["URL"]).endswith(f"/rondes/{round.pk}/")
    assert "VALARM" not in event.to_ical().decode()


def test_english_for_who_reads_english(client, delegate, slot):
    delegate.language = "en"
    delegate.save()
    (event,) = events(client, services.make_feed(key=KEY, by=delegate))
    assert "Trial agreement" in str(event["SUMMARY"])


def test_a_moved_deadline_keeps_its_event_and_raises_its_number(client, delegate, facilitator, slot, round):
    secret = services.make_feed(key=KEY, by=delegate)
    (before,) = events(client, secret)
    later = round.due_on + timedelta(days=30)
    DeadlineChange.objects.create(
        round=round, before=round.due_on, after=later, reason="Meer tijd", by=facilitator,
        at=timezone.now() + timedelta(seconds=5),
    )  # fmt: skip
    type(slot).objects.update(due_on=later)
    (after,) = events(client, secret)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == later
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")


def test_that_another_party_got_more_time_cannot_be_counted(client, delegate, facilitator, slot, round, agreement):
    secret = services.make_feed(key=KEY, by=delegate)
    before = fetch(client, secret).content
    other = make_party(agreement)
    theirs = make_slot(round, make_commitment(agreement), other, extended=True)
    DeadlineChange.objects.create(
        round=round, party=other, before=round.due_on, after=date(2030, 1, 1), reason="Ziekte", by=facilitator
    )
    make_update(theirs, by=act_for(other, "nina"), state=UpdateState.RETURNED, reviewer=facilitator)
    assert fetch(client, secret).content == before


def test_two_due_dates_in_one_round_are_two_events(client, delegate, slot, round, agreement, party):
    make_slot(round, make_commitment(agreement), party, due_on=round.due_on + timedelta(days=7), extended=True)
    found = events(client, services.make_feed(key=KEY, by=delegate))
    assert len({str(event["UID"]) for event in found}) == 2


def test_what_is_over_is_not_in_it(client, delegate, facilitator, slot, round, agreement, party):
    secret = services.make_feed(key=KEY, by=delegate)
    type(slot).objects.update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    assert events(client, secret) == []
    type(slot).objects.update(withdrawn_at=None)
    type(round).objects.update(locked_at=timezone.now(), locked_by=facilitator)
    assert events(client, secret) == []


def test_a_facilitator_gets_due_dates_and_what_waits_for_a_review(client, delegate, facilitator, slot, round):
    make_update(slot, by=delegate)
    type(slot).objects.update(state_since=timezone.now() - timedelta(days=5))
    other = services.make_feed(key=KEY, by=facilitator)
    waiting, due = sorted(events(client, other), key=lambda event: event.decoded("DTSTART"))
    assert str(due["SUMMARY"]) == "Inleverdatum: Proefconvenant"
    assert str(waiting["SUMMARY"]) == "Wacht op beoordeling: 1 rapportage, Proefconvenant"
    assert waiting.decoded("DTSTART") == timezone.localdate()
    assert "5 dagen" in str(waiting["DESCRIPTION"])


def test_nothing_that_was_reported_is_in_it(client, delegate, facilitator, slot):
    make_update(
        slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator, text="KANARIE1", private_note="KANARIE2",
        reason="KANARIE3",
    )  # fmt: skip
    for person in (delegate, facilitator):
        content = fetch(client, services.make_feed(key=KEY, by=person)).content.decode()
        assert "Proefconvenant" in content  # the control: what may be in it is
        for canary in ("KANARIE", "Kanarietekst", "Voorbeeld bv", "Dewi", "Fatima", "@test.example", "teruggestuurd"):
            assert canary not in content, canary


def test_the_queries_do_not_grow_with_what_is_owed(
    client, delegate, facilitator, agreement, party, django_assert_num_queries
):
    # the address, the rights, what is owed, when touched, the rounds, how often moved
    secret = services.make_feed(key=KEY, by=delegate)
    for size in (1, 20):
        for _ in range(size):
            make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), party)
        with django_assert_num_queries(6):
            fetch(client, secret)
    secret = services.make_feed(key=KEY, by=facilitator)
    with django_assert_num_queries(5):
        fetch(client, secret)
    for _ in range(10):
        made = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), party)
        make_update(made, by=delegate)
    with django_assert_num_queries(5):
        fetch(client, secret)


def test_somebody_who_acts_for_two_parties_sees_both_in_one_number(client, delegate, slot, round, agreement):
    second = make_party(agreement)
    Delegate.objects.create(party=second, user=delegate, role=DelegateRole.CONTRIBUTOR, began_on=date(2020, 1, 1))
    make_slot(round, make_commitment(agreement), second)
    (event,) = events(client, services.make_feed(key=KEY, by=delegate))
    assert "2 rapportages" in str(event["SUMMARY"])
    assert slot.state == SlotState.SILENT


def test_a_calendar_has_an_end(delegate, facilitator, agreement, party, monkeypatch):
    monkeypatch.setattr(calendars, "MOST", 3)
    for day in range(9):
        due = timezone.localdate() + timedelta(days=day)
        make_slot(make_round(agreement, by=facilitator, due_on=due), make_commitment(agreement), party)
    assert calendars.calendar(delegate, base="https://portaal.example/").count(b"BEGIN:VEVENT") == 3
