"""Coming in, going out, a forgotten password, a language: in plain sentences, without telling who has an account."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from ser_portal.accounts.models import User
from tests.conftest import PASSWORD

LOGIN = "/inloggen/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_yet():
    cache.clear()


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": user.email, "password": password}, **extra)


def test_signing_in_leads_to_the_start_page_with_a_welcome(client, facilitator):
    response = sign_in(client, facilitator)
    assert (response.status_code, response["Location"]) == (302, "/")
    page = client.get("/").content.decode()
    assert "Welkom, Fatima." in page
    assert "Procesbegeleider" in page


def test_signing_in_leads_to_the_page_that_was_asked_for(client, facilitator):
    asked = client.get("/convenanten/?fase=onderhandeling")
    assert asked["Location"] == "/inloggen/?next=/convenanten/%3Ffase%3Donderhandeling"
    response = client.post(asked["Location"], {
        "login": facilitator.email, "password": PASSWORD, "next": "/convenanten/?fase=onderhandeling",
    })  # fmt: skip
    assert response["Location"] == "/convenanten/?fase=onderhandeling"


def test_signing_in_never_leads_out_of_the_portal(client, facilitator):
    response = client.post(LOGIN, {"login": facilitator.email, "password": PASSWORD, "next": "https://elders.example/"})
    assert response["Location"] == "/"


@pytest.mark.parametrize("email", ["fatima@test.example", "niemand@test.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(client, facilitator, email):
    response = client.post(LOGIN, {"login": email, "password": "iets anders"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Dit e-mailadres en dit wachtwoord horen niet bij elkaar" in page
    assert 'role="alert"' in page
    assert f'value="{email}"' in page
    assert "iets anders" not in page


def test_an_inactive_account_is_told_so_only_with_its_own_password(client, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert "niet bij elkaar" in sign_in(client, reader, "fout").content.decode()
    response = sign_in(client, reader)
    assert response["Location"] == reverse("account_inactive")
    assert "Dit account is niet actief" in client.get(response["Location"]).content.decode()
    assert client.get("/").status_code == 302


def test_who_is_signed_in_already_is_told_so_and_sent_on(client, facilitator):
    sign_in(client, facilitator)
    response = client.get(LOGIN, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "U bent al ingelogd als Fatima." in response.content.decode()


def test_five_wrong_passwords_close_the_door_for_a_while_in_a_dutch_sentence(client, facilitator):
    for _attempt in range(5):
        sign_in(client, facilitator, "fout")
    response = sign_in(client, facilitator)
    assert response.status_code == 429
    assert "Er is te vaak een verkeerd wachtwoord geprobeerd" in response.content.decode()
    assert client.get("/").status_code == 302


def test_too_many_attempts_from_one_address_get_a_dutch_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post(LOGIN, {"login": "a@test.example", "password": "x"})
    response = client.post(LOGIN, {"login": "a@test.example", "password": "x"})
    page = response.content.decode()
    assert response.status_code == 429
    assert '<html lang="nl">' in page
    assert "Wacht een paar minuten" in page


def test_signing_out_needs_a_press_of_a_button(client, facilitator):
    sign_in(client, facilitator)
    assert "Wilt u uitloggen?" in client.get("/uitloggen/").content.decode()
    assert client.get("/account/").status_code == 200
    response = client.post("/uitloggen/", follow=True)
    assert response.redirect_chain[-1][0] == LOGIN
    assert "U bent uitgelogd." in response.content.decode()
    assert client.get("/account/").status_code == 302


def test_nobody_signs_themselves_up(client):
    page = client.get(reverse("account_signup")).content.decode()
    assert "U kunt zich niet zelf aanmelden" in page
    client.post(
        reverse("account_signup"), {"email": "nieuw@test.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="nieuw@test.example").exists()


def test_a_new_account_without_a_password_sets_one_through_the_mail(client, reader):
    reader.set_unusable_password()
    reader.save(update_fields=["password"])
    asked = client.post(reverse("account_reset_password"), {"email": reader.email}, follow=True)
    assert "Hoort er een account bij dit adres" in asked.content.decode()
    [message] = mail.outbox
    assert "Een nieuw wachtwoord instellen" in message.subject
    assert "De link werkt één keer" in message.body
    assert "Hello" not in message.body
    link = re.search(r"/wachtwoord/nieuw/\S+", message.body)[0]

    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    different = client.post(where, {"password1": "vier gewone woorden", "password2": "vijf gewone woorden"})
    assert different.status_code == 422
    assert "De twee wachtwoorden zijn niet gelijk." in different.content.decode()
    done = client.post(where, {"password1": "vier gewone woorden", "password2": "vier gewone woorden"}, follow=True)
    assert "Uw wachtwoord is ingesteld" in done.content.decode()
    assert sign_in(client, reader, "vier gewone woorden").status_code == 302
    client.logout()
    assert "Deze link werkt niet meer" in client.get(link, follow=True).content.decode()


def test_asking_a_password_for_an_unknown_address_looks_the_same(client, reader):
    known = client.post(reverse("account_reset_password"), {"email": reader.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "niemand@test.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert [message for message in mail.outbox if "Hello" in message.body or "sign up" in message.body] == []


def test_a_password_is_changed_with_the_current_one(as_user, reader):
    client = as_user(reader)
    address = reverse("account_change_password")
    new = {"password1": "vier gewone woorden", "password2": "vier gewone woorden"}
    refused = client.post(address, {"oldpassword": "fout", **new})
    assert refused.status_code == 422
    assert "Dit is niet uw huidige wachtwoord." in refused.content.decode()
    done = client.post(address, {"oldpassword": PASSWORD, **new}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("account")
    assert "Uw wachtwoord is gewijzigd." in done.content.decode()


def test_the_language_that_was_chosen_comes_back_at_the_next_sign_in(client, reader):
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/taal/", {"language": "en", "next": "/account/"})
    assert response["Location"] == "/account/"
    reader.refresh_from_db()
    assert reader.language == "en"
    assert '<html lang="en">' in client.get("/account/").content.decode()

    client.logout()
    client.cookies.clear()
    sign_in(client, reader)
    assert '<html lang="en">' in client.get("/").content.decode()


def test_a_language_the_portal_does_not_speak_changes_nothing(client, reader):
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/taal/", {"language": "fr", "next": "https://elders.example/"})
    assert response["Location"] == "/"
    reader.refresh_from_db()
    assert reader.language == "nl"


def test_no_page_of_coming_in_shows_allauths_own_words(client, reader):
    names = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done",
             "account_reset_password_from_key_done", "account_inactive", "account_email_verification_sent"]  # fmt: skip
    for name in names:
        page = client.get(reverse(name)).content.decode()
        assert '<link rel="stylesheet" href="/static/css/tokens.css">' in page, name
        assert not re.search(r"Sign In|Sign Up|Password|Menu:|placeholder=", page), name
