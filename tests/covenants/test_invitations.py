"""Asking somebody by e-mail to act for a party: a secret that is long, random, in the mail and nowhere else."""

import re
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from covenants import services
from covenants.models import Delegate, DelegateRole, Invitation
from covenants.services.invitations import MOST_OPEN
from ser_portal.audit.models import Entry
from tests.factories import make_invitation
from tests.people import HTMX, LONG, PEOPLE, acts, invite, text


@pytest.fixture
def coordinator(party, delegate):
    """Coordinates `party`, of which `delegate` is a submitter."""
    return acts(party, "carla", DelegateRole.COORDINATOR).user


def asked(**changes):
    return {
        "once": "abc", "email": "nina@test.example", "role": "submitter", "began_on": timezone.localdate().isoformat(),
        "ended_on": "", "language": "nl", **changes,
    }  # fmt: skip


def secret_in(message) -> str:
    return re.search(r"/uitnodiging/([\w-]+)/", message.body)[1]


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
        ({"began_on": "ooit"}, "is geen dag"),
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


def test_a_mailbox_is_not_filled_by_pressing_again_and_again(as_user, coordinator, party):
    cache.clear()
    client = as_user(coordinator)
    client.post(f"{PEOPLE}uitnodigen/", asked())
    for _press in range(8):
        invitation = Invitation.objects.get()
        client.post(f"{PEOPLE}uitnodigingen/{invitation.pk}/opnieuw/", {"was": services.stamp(invitation)})
    assert len(mail.outbox) == 6
    assert Invitation.objects.get().sent_at is None
    assert "al vaak een uitnodiging gestuurd" in text(client.get(PEOPLE))
