"""Being asked by e-mail to act for a party: a secret that is used once, by pressing a button, by its own address."""

import io
import logging
import re
import socket
import threading
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from covenants import services
from covenants.models import Delegate, DelegateRole, Invitation, ReportingSlot
from covenants.services import InvitationGone
from covenants.services.invitations import MOST_OPEN
from ser_portal.accounts.models import Role, User
from ser_portal.audit.models import Entry
from tests.conftest import PASSWORD, make_user
from tests.factories import make_commitment, make_invitation, make_round, make_slot

HTMX = {"HTTP_HX_REQUEST": "true"}
PEOPLE = "/partijen/voorbeeld-bv/gemachtigden/"
ACCEPT = "/uitnodiging/"
LONG = "x" * 200_000
WORD = "paard-batterij-nietje"
NEW = {"name": "Nina Nieuw", "password1": WORD, "password2": WORD}


def text(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def _fresh_counters(db):
    cache.clear()


@pytest.fixture
def coordinator(party, delegate):
    user = make_user("carla", Role.DELEGATE)
    Delegate.objects.create(party=party, user=user, role=DelegateRole.COORDINATOR, began_on=date(2020, 1, 1))
    return user


def asked(**changes):
    return {
        "once": "abc", "email": "nina@test.example", "role": "submitter", "began_on": timezone.localdate().isoformat(),
        "ended_on": "", "language": "nl", **changes,
    }  # fmt: skip


def invite(party, by, **changes):
    """An invitation of today and its secret."""
    values = {"email": "nina@test.example", "role": "submitter", "began_on": timezone.localdate(), **changes}
    return services.invite(party, by=by, **values)


def secret_in(message) -> str:
    return re.search(r"/uitnodiging/([\w-]+)/", message.body)[1]


def arrive(client, token):
    """Open the link and press its button."""
    assert client.get(f"/uitnodiging/{token}/").status_code == 200
    response = client.post(f"/uitnodiging/{token}/")
    assert response["Location"] == ACCEPT
    return client.get(ACCEPT)


# --- Asking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "facilitator"])
@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_an_invitation_is_recorded_once_and_mailed_once(request, as_user, party, delegate, who, htmx):
    client = as_user(request.getfixturevalue(who))
    for _press in range(2):
        response = client.post(f"{PEOPLE}uitnodigen/", asked(), **htmx)
        assert (response["HX-Redirect"] if htmx else response["Location"]) == PEOPLE
    invitation = Invitation.objects.get()
    assert invitation.sent_at is not None
    assert len(mail.outbox) == 1
    assert "De uitnodiging aan nina@test.example is verzonden." in text(client.get(PEOPLE))


def test_the_secret_is_long_random_in_the_mail_and_nowhere_else(as_user, coordinator, party, caplog):
    client = as_user(coordinator)
    client.post(f"{PEOPLE}uitnodigen/", asked())
    token = secret_in(mail.outbox[0])
    assert len(token) >= 43  # 256 bits
    invitation = Invitation.objects.get()
    assert invitation.token_hash == services.hash_of(token)
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    page = client.get(PEOPLE)
    kept = [text(page), str(Invitation.objects.values()), str(Entry.objects.values()), caplog.text]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    assert not any(token in place for place in kept)
    entry = Entry.objects.get(action="covenants.delegate_invited")
    assert entry.details == {"invitation": invitation.pk, "role": "submitter"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_mail_has_text_and_html_with_a_whole_link_and_nothing_confidential(
    as_user, coordinator, party, settings, language
):
    settings.PORTAL_URL = "https://portaal.example/"
    as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked(language=language))
    message = mail.outbox[0]
    token = secret_in(message)
    link = f"https://portaal.example/uitnodiging/{token}/"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert f'lang="{language}"' in html
    for part in (message.body, html):
        assert link in part
        assert "Voorbeeld bv" in part
        assert "Proefconvenant" not in part
    assert "Voorbeeld bv" in message.subject
    assert message.to == ["nina@test.example"]
    parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_name_with_line_breaks_or_markup_does_no_harm_in_the_mail(as_user, coordinator, party):
    party.name = "Kwaad\r\nBcc: iedereen@test.example <b>bv</b>"
    party.save()
    as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked())
    message = mail.outbox[0]
    assert "\n" not in message.subject
    assert message.recipients() == ["nina@test.example"]
    assert "<b>bv</b>" not in message.alternatives[0][0]


def test_a_mail_server_that_is_not_there_leaves_the_invitation_to_be_sent_again(as_user, coordinator, settings, party):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        client = as_user(coordinator)
        assert client.post(f"{PEOPLE}uitnodigen/", asked()).status_code == 302
    page = text(client.get(PEOPLE))
    assert "kon niet worden verzonden" in page
    assert "niet verzonden" in page
    invitation = Invitation.objects.get()
    assert invitation.sent_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    url = f"{PEOPLE}uitnodigingen/{invitation.pk}/opnieuw/"
    assert client.post(url, {"was": services.stamp(invitation)}).status_code == 302
    invitation.refresh_from_db()
    assert invitation.sent_at is not None
    assert services.usable(services.hash_of(secret_in(mail.outbox[0]))) == invitation


def test_a_mail_server_that_keeps_silent_is_not_waited_for_for_ever(coordinator, settings, party):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.3
        invitation, token = invite(party, coordinator)
        assert services.send_invitation(invitation, token=token, site="http://127.0.0.1") is False
    invitation.refresh_from_db()
    assert invitation.sent_at is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "verplicht"),
        ({"email": "nina"}, "Dit is geen e-mailadres"),
        ({"email": LONG}, "254"),
        ({"email": "ni\x00na@test.example"}, "Null"),
        ({"email": "CARLA@test.example"}, "handelt al namens deze partij"),
        ({"role": "baas"}, "Selecteer een geldige keuze"),
        ({"began_on": "ooit"}, "Dit is geen dag"),
        ({"began_on": "1-1-2020"}, "verleden"),
        ({"ended_on": "2 januari 2020"}, "voor de begindatum"),
        ({"language": "xx"}, "Selecteer een geldige keuze"),
    ],
)
def test_what_cannot_be_asked_is_told_and_mails_nothing(as_user, coordinator, changes, sentence):
    response = as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked(**changes))
    assert response.status_code == 422
    assert sentence in text(response)
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_an_address_with_an_open_invitation_is_not_asked_twice(as_user, coordinator, party):
    invite(party, coordinator)
    response = as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked(email="Nina@test.example"))
    assert response.status_code == 422
    assert "staat al een uitnodiging open" in text(response)
    assert Entry.objects.count() == 1


def test_there_is_an_end_to_how_many_are_asked_at_a_time(as_user, coordinator, party):
    for _ in range(MOST_OPEN):
        make_invitation(party, by=coordinator)
    response = as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked())
    assert response.status_code == 422
    assert "staan al 50 uitnodigingen open" in text(response)


def test_whether_an_address_has_an_account_is_not_told_to_who_invites(as_user, coordinator, reader, facilitator):
    for number, person in enumerate([reader, facilitator]):
        answer = as_user(coordinator).post(f"{PEOPLE}uitnodigen/", asked(email=person.email, once=str(number)))
        assert answer.status_code == 302
    assert len(mail.outbox) == 2


def test_withdrawing_and_renewing_end_the_old_secret(as_user, coordinator, party, client):
    invitation, token = invite(party, coordinator)
    url = f"{PEOPLE}uitnodigingen/{invitation.pk}/"
    was = services.stamp(invitation)
    signed_in = as_user(coordinator)
    for _press in range(2):  # the second press mails nothing
        assert signed_in.post(url + "opnieuw/", {"was": was})["Location"] == PEOPLE
    assert len(mail.outbox) == 1
    renewed = secret_in(mail.outbox[0])
    assert services.usable(services.hash_of(token)) is None
    assert services.usable(services.hash_of(renewed)) == invitation

    for _press in range(2):
        assert signed_in.post(url + "intrekken/")["Location"] == PEOPLE
    assert services.usable(services.hash_of(renewed)) is None
    assert signed_in.post(url + "opnieuw/", {"was": was}).status_code == 302
    assert len(mail.outbox) == 1
    assert sorted(Entry.objects.values_list("action", flat=True)) == [
        "covenants.delegate_invited", "covenants.invitation_renewed", "covenants.invitation_withdrawn",
    ]  # fmt: skip


def test_an_invitation_of_another_party_is_not_found_here(as_user, coordinator, outsider):
    other = make_invitation(Delegate.objects.get(user=outsider).party, by=outsider)
    for step in ("intrekken", "opnieuw"):
        assert as_user(coordinator).post(f"{PEOPLE}uitnodigingen/{other.pk}/{step}/").status_code == 404


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


@pytest.fixture
def known(db):
    return make_user("nina", Role.DELEGATE)


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


# --- At once --------------------------------------------------------------------------------------------------------


def at_once(jobs):
    """Runs each job in a thread of its own, all from the same moment; returns what each gave or raised."""
    start, found = threading.Barrier(len(jobs)), []

    def run(job):
        start.wait()
        try:
            found.append(job())
        except Exception as failed:
            found.append(failed)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account_and_one_delegate(coordinator, party):
    _, token = invite(party, coordinator)
    windows = [Client() for _ in range(4)]
    for window in windows:
        arrive(window, token)
    answers = at_once([lambda window=window: window.post(ACCEPT, NEW) for window in windows])
    assert sorted(answer.status_code for answer in answers) == [302, 404, 404, 404]
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert Delegate.objects.filter(user__email="nina@test.example").count() == 1
    assert Entry.objects.filter(action="covenants.invitation_accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_asked_for_two_parties_at_once_gets_one_account(coordinator, party, outsider):
    own = Delegate.objects.get(user=outsider)
    Delegate.objects.filter(pk=own.pk).update(role=DelegateRole.COORDINATOR)
    invitations = [invite(party, coordinator)[0], invite(own.party, outsider)[0]]
    found = at_once(
        [lambda row=row: services.accept_invitation(row.token_hash, name="Nina", password=WORD) for row in invitations]
    )
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert sum(isinstance(one, Delegate) for one in found) == 1
    assert sum("hoort intussen een account" in str(one) for one in found) == 1
    assert Invitation.objects.filter(used_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn_ends_in_one_of_two_ways(coordinator, party):
    invitation, _token = invite(party, coordinator)
    at_once(
        [
            lambda: services.accept_invitation(invitation.token_hash, name="Nina", password=WORD),
            lambda: services.withdraw_invitation(invitation, by=coordinator),
        ]
    )
    invitation.refresh_from_db()
    used, withdrawn = invitation.used_at is not None, invitation.withdrawn_at is not None
    assert used != withdrawn
    assert Delegate.objects.filter(user__email="nina@test.example").exists() is used


@pytest.mark.django_db(transaction=True)
def test_two_who_end_the_same_person_at_once_end_them_once(coordinator, party, delegate, facilitator, agreement):
    row = Delegate.objects.get(user=delegate)
    eva, farid = (make_user(name, Role.DELEGATE) for name in ("eva", "farid"))
    for person in (eva, farid):
        Delegate.objects.create(party=party, user=person, began_on=date(2020, 1, 1))
    round = make_round(agreement, by=facilitator)
    slots = [make_slot(round, make_commitment(agreement), party, owner=delegate) for _ in range(5)]
    found = at_once(
        [
            lambda: services.end_delegation(row, to=eva, by=coordinator),
            lambda: services.end_delegation(row, to=farid, by=facilitator),
            services.sweep_lapsed,
            lambda: services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=coordinator),
        ]
    )
    assert sum(one is None for one in found) == 1
    assert Entry.objects.filter(action="covenants.delegation_ended").count() == 1
    owners = {slot.owner_id for slot in ReportingSlot.objects.filter(party=party).exclude(pk=slots[0].pk)}
    assert len(owners) == 1
    assert owners <= {eva.pk, farid.pk}
    assert ReportingSlot.objects.get(pk=slots[0].pk).owner_id in {coordinator.pk, *owners}
    assert not ReportingSlot.objects.filter(owner=delegate).exists()


@pytest.mark.django_db(transaction=True)
def test_work_is_not_handed_to_somebody_who_is_ended_at_that_moment(
    coordinator, party, delegate, facilitator, agreement
):
    slot = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), party, owner=coordinator)
    row = Delegate.objects.get(user=delegate)
    at_once(
        [
            lambda: services.hand_over(slot, to=delegate, was=coordinator.pk, by=coordinator),
            lambda: services.end_delegation(row, by=facilitator),
        ]
    )
    assert ReportingSlot.objects.get(pk=slot.pk).owner == coordinator
