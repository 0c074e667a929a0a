"""Answering an invitation: used once, by pressing a button, by its own address."""

import io
import logging
import re
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from covenants import services
from covenants.models import Delegate, DelegateRole, Invitation
from covenants.services import InvitationGone
from ser_portal.accounts.models import Role, User
from ser_portal.audit.models import Entry
from tests.conftest import PASSWORD, make_user
from tests.people import ACCEPT, LONG, NEW, PEOPLE, WORD, acts, arrive, invite, text


@pytest.fixture(autouse=True)
def _fresh_counters(db):
    cache.clear()


@pytest.fixture
def coordinator(party, delegate):
    """Coordinates `party`, of which `delegate` is a submitter."""
    return acts(party, "carla", DelegateRole.COORDINATOR).user


@pytest.fixture
def known(db):
    return make_user("nina", Role.DELEGATE)


# --- Answering: somebody new ----------------------------------------------------------------------------------------


def test_fetching_the_link_shows_a_button_and_changes_nothing(client, coordinator, party):
    invitation, token = invite(party, coordinator)
    before = (Session.objects.count(), Entry.objects.count(), User.objects.count())
    for method in (client.get, client.head, client.get):
        response = method(f"/uitnodiging/{token}/")
        assert response.status_code == 200
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies.get("sessionid")
    assert "Voorbeeld bv" in text(client.get(f"/uitnodiging/{token}/"))
    assert (Session.objects.count(), Entry.objects.count(), User.objects.count()) == before
    invitation.refresh_from_db()
    assert invitation.is_open
    assert client.put(f"/uitnodiging/{token}/").status_code == 405


def test_the_pages_speak_the_language_of_the_mail_until_somebody_chose_another(client, coordinator, party):
    _, token = invite(party, coordinator, language="en")
    assert '<html lang="en">' in text(client.get(f"/uitnodiging/{token}/"))
    assert '<html lang="en">' in text(arrive(client, token))
    chose = Client()
    chose.cookies["django_language"] = "nl"
    assert '<html lang="nl">' in text(chose.get(f"/uitnodiging/{token}/"))
    assert '<html lang="nl">' in text(arrive(chose, token))


def test_the_page_with_the_secret_has_one_form_and_gives_the_secret_to_no_other(as_user, coordinator, party, known):
    _, token = invite(party, coordinator)
    for person in (None, known):
        page = text(as_user(person).get(f"/uitnodiging/{token}/"))
        assert page.count("<form") == 1
        assert page.count(token) == 1


def test_a_page_of_somebody_else_cannot_press_the_button(as_user, coordinator, party, known):
    """It would put an invitation, or no session at all, in the place of whoever is signed in."""
    _, token = invite(party, coordinator)
    client = as_user(known)
    for site in ("cross-site", "same-site"):
        answer = client.post(f"/uitnodiging/{token}/", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies
        assert "invitation" not in client.session
    assert client.post(f"/uitnodiging/{token}/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_accepting_itself_asks_for_the_token_of_the_form(coordinator, party):
    _, token = invite(party, coordinator)
    strict = Client(enforce_csrf_checks=True)
    arrive(strict, token)
    assert strict.post(ACCEPT, NEW).status_code == 403
    assert not User.objects.filter(email="nina@test.example").exists()


def test_somebody_new_chooses_a_password_and_acts_for_the_party(client, coordinator, party):
    invitation, token = invite(party, coordinator, role="contributor", language="en", email="Nina@Test.example")
    page = arrive(client, token)
    assert page.context["situation"] == "new"
    assert token not in text(page)
    response = client.post(ACCEPT, NEW)
    assert response["Location"] == "/"
    assert response.cookies["django_language"].value == "en"
    user = User.objects.get(email="nina@test.example")
    assert (user.name, user.role, user.language, user.check_password(WORD)) == ("Nina Nieuw", "delegate", "en", True)
    acts = Delegate.objects.get(user=user)
    assert (acts.party, acts.role, acts.began_on) == (party, "contributor", timezone.localdate())
    assert client.get(PEOPLE).status_code == 200
    invitation.refresh_from_db()
    assert invitation.used_by == user
    entry = Entry.objects.first()
    assert (entry.action, entry.by, entry.details["new_account"]) == ("covenants.invitation_accepted", user, True)
    assert "nina" not in str(entry.details).lower()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "verplicht"),
        ({"name": LONG}, "150"),
        ({"name": "Ni\x00na"}, "Null"),
        ({"password1": "kort", "password2": "kort"}, "te kort"),
        ({"password1": "nina@test.example", "password2": "nina@test.example"}, "lijkt te veel"),
        ({"password2": "anders-dan-het-eerste"}, "De twee wachtwoorden zijn niet gelijk"),
        ({"password1": LONG, "password2": LONG}, "1000"),
        ({"password1": "", "password2": ""}, "verplicht"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_the_invitation_stays(client, coordinator, party, changes, sentence):
    _, token = invite(party, coordinator)
    arrive(client, token)
    response = client.post(ACCEPT, {**NEW, **changes})
    assert response.status_code == 422
    assert sentence in text(response)
    assert changes.get("name", "Nina Nieuw") in text(response)
    assert WORD not in text(response)
    assert not User.objects.filter(email="nina@test.example").exists()
    assert client.post(ACCEPT, NEW).status_code == 302


def test_a_right_that_begins_later_is_told(client, coordinator, party):
    later = timezone.localdate() + timedelta(days=3)
    _, token = invite(party, coordinator, began_on=later)
    arrive(client, token)
    response = client.post(ACCEPT, NEW, follow=True)
    assert "namens Voorbeeld bv handelen" in text(response)
    assert Delegate.objects.get(user__email="nina@test.example").began_on == later
    assert client.get(PEOPLE).status_code == 404


def test_a_right_never_begins_before_it_was_accepted(client, coordinator, party):
    invitation, token = invite(party, coordinator)
    Invitation.objects.filter(pk=invitation.pk).update(began_on=date(2020, 1, 1))
    arrive(client, token)
    client.post(ACCEPT, NEW)
    assert Delegate.objects.get(user__email="nina@test.example").began_on == timezone.localdate()


def test_pressing_twice_or_going_back_is_no_mistake(client, coordinator, party):
    _, token = invite(party, coordinator)
    arrive(client, token)
    client.post(ACCEPT, NEW)
    assert client.get(f"/uitnodiging/{token}/")["Location"] == "/"
    assert Delegate.objects.filter(user__email="nina@test.example").count() == 1


# --- Answering: somebody who has an account -------------------------------------------------------------------------


def test_an_account_that_is_signed_in_needs_one_button(as_user, known, coordinator, party):
    _, token = invite(party, coordinator, email="NINA@test.example")
    client = as_user(known)
    assert arrive(client, token).context["situation"] == "accept"
    assert client.post(ACCEPT)["Location"] == "/"
    assert Delegate.objects.get(user=known).party == party
    assert Entry.objects.first().details["new_account"] is False


def test_an_account_that_is_not_signed_in_logs_in_and_comes_back_without_the_secret_in_an_address(
    client, known, coordinator, party
):
    _, token = invite(party, coordinator)
    page = arrive(client, token)
    assert page.context["situation"] == "login"
    link = re.search(r'href="(/inloggen/[^"]*)"', text(page))[1]
    assert link == "/inloggen/?next=/uitnodiging/"
    login = {"login": known.email, "password": PASSWORD, "next": "/uitnodiging/"}
    answer = client.post("/inloggen/", login)
    assert answer["Location"] == ACCEPT
    assert client.get(ACCEPT).context["situation"] == "accept"
    assert client.post(ACCEPT).status_code == 302
    assert Delegate.objects.filter(user=known, party=party).exists()


def test_who_is_not_signed_in_cannot_accept_for_an_account_that_exists(client, known, coordinator, party):
    _, token = invite(party, coordinator)
    arrive(client, token)
    assert client.post(ACCEPT, NEW).status_code == 403
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert not Delegate.objects.filter(user=known).exists()


def test_signed_in_as_somebody_else_is_told_and_may_log_out_and_go_on(as_user, delegate, known, coordinator, party):
    _, token = invite(party, coordinator)
    client = as_user(delegate)
    page = arrive(client, token)
    assert page.context["situation"] == "somebody_else"
    assert "U bent ingelogd als Dewi" in text(page)
    assert client.post(ACCEPT, NEW).status_code == 403
    assert client.post(ACCEPT, {"logout": "1"})["Location"] == ACCEPT
    assert "_auth_user_id" not in client.session
    assert client.get(ACCEPT).context["situation"] == "login"


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.READER, Role.REPORTING, Role.ADMINISTRATOR])
def test_an_account_with_another_task_is_refused_in_words(as_user, coordinator, party, role):
    other = make_user("nina", role)
    _, token = invite(party, coordinator)
    for person in (None, other):
        client = as_user(person)
        client.post(f"/uitnodiging/{token}/")
        for answer in (client.get(ACCEPT), client.post(ACCEPT, NEW)):
            assert answer.status_code == 403
            assert "kan niet namens een partij handelen" in text(answer)
    other.refresh_from_db()
    assert (other.role, other.check_password(PASSWORD)) == (role, True)
    assert not Delegate.objects.filter(user=other).exists()


def test_an_account_that_is_switched_off_is_not_opened_by_an_invitation(client, known, coordinator, party):
    known.is_active = False
    known.save()
    _, token = invite(party, coordinator)
    client.post(f"/uitnodiging/{token}/")
    assert client.post(ACCEPT, NEW).status_code == 403


def test_who_acts_for_the_party_by_now_stays_as_they_are(known, coordinator, party):
    invitation, _token = invite(party, coordinator, role="coordinator")
    services.appoint(party, user=known, role="contributor", began_on=timezone.localdate(), by=coordinator)
    services.accept_invitation(invitation.token_hash, user=known)
    assert [row.role for row in Delegate.objects.filter(user=known)] == ["contributor"]


# --- Answering: what works no more ----------------------------------------------------------------------------------


def spoil_expired(invitation, coordinator):
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(created_at=now - timedelta(8), expires_at=now - timedelta(1))


def spoil_withdrawn(invitation, coordinator):
    services.withdraw_invitation(invitation, by=coordinator)


def spoil_used(invitation, coordinator):
    services.accept_invitation(invitation.token_hash, name="Iemand", password=WORD)


def spoil_renewed(invitation, coordinator):
    services.renew_invitation(invitation, was=services.stamp(invitation), by=coordinator)


def spoil_over(invitation, coordinator):
    past = date(2020, 1, 2)
    Invitation.objects.filter(pk=invitation.pk).update(began_on=past, ended_on=past)


def spoil_inviter(invitation, coordinator):
    Delegate.objects.filter(user=coordinator).update(ended_on=date(2021, 1, 1))


SPOILS = [spoil_expired, spoil_withdrawn, spoil_used, spoil_renewed, spoil_over, spoil_inviter]


@pytest.mark.parametrize("spoil", SPOILS)
def test_what_works_no_more_answers_as_what_never_was(client, coordinator, party, spoil):
    """One page and one status, before the button, after it, and when it stops working while the form is open."""
    invitation, token = invite(party, coordinator)
    arrive(client, token)
    spoil(invitation, coordinator)
    people = User.objects.count()
    stranger = Client()
    never = stranger.get("/uitnodiging/nooit-geweest/")
    assert never.status_code == 404
    assert "Deze uitnodiging werkt niet meer" in text(never)
    answers = [
        stranger.get(f"/uitnodiging/{token}/"), stranger.post(f"/uitnodiging/{token}/"), stranger.get(ACCEPT),
        client.get(ACCEPT), client.post(ACCEPT, NEW),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 404
        assert plain(answer) == plain(never)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
    with pytest.raises(InvitationGone):
        services.accept_invitation(invitation.token_hash, name="Nina", password=WORD)
    assert User.objects.count() == people


def plain(answer):
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+|name="next" value="[^"]*"', r"\1", text(answer))


@pytest.mark.parametrize("token", ["%00", "x" * 5000, "é", "..%2f..", "%F0%9F%90%B4"])
def test_an_odd_secret_is_not_found(client, db, token):
    assert client.get(f"/uitnodiging/{token}/").status_code == 404
    assert client.post(f"/uitnodiging/{token}/").status_code == 404


def test_guessing_is_stopped_before_anything_is_hashed(client, coordinator, party, monkeypatch):
    _, token = invite(party, coordinator)
    arrive(client, token)
    hashed = []
    monkeypatch.setattr("covenants.services.invitations.make_password", lambda word: hashed.append(word) or "!")
    for _try in range(19):  # one was the button
        assert client.post(ACCEPT, {**NEW, "password2": "x"}).status_code == 422
    refused = client.post(ACCEPT, NEW)
    assert refused.status_code == 429
    assert "Even wachten" in text(refused)
    assert hashed == []
    assert not User.objects.filter(email="nina@test.example").exists()


def test_the_secret_stands_in_no_log(client, coordinator, party):
    """As the portal writes them, whatever goes wrong."""
    invitation, token = invite(party, coordinator)
    handler = next(found for found in logging.getLogger().handlers if type(found) is logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        arrive(client, token)
        client.post(ACCEPT, {**NEW, "password2": "x"})
        services.withdraw_invitation(invitation, by=coordinator)
        assert client.get(f"/uitnodiging/{token}/").status_code == 404
        assert client.put(f"/uitnodiging/{token}/").status_code == 405
        logging.getLogger("django.server").info('"%s" %s', f"GET /uitnodiging/{token}/ HTTP/1.1", 200)
        try:
            raise ValueError(f"/uitnodiging/{token}/")
        except ValueError:
            logging.getLogger("proef").exception("mis op /wachtwoord/nieuw/%s/", token)
    finally:
        handler.setStream(before)
    log = written.getvalue()
    assert "Not Found: /uitnodiging/…/" in log
    assert "ValueError" in log
    assert token not in log
