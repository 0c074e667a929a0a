"""What every answer shares: language, headers, messages, doors in the menu, and readable failure."""

import re

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from ser_portal import errors
from tests.conftest import PASSWORD

WORKING = ["Convenanten", "Afspraken", "Partijen", "Klimaat", "Kengetallen", "Jaaroverzicht"]


def doors(page: str) -> list[str]:
    """The words in the main menu, in order."""
    menu = re.search(r'<ul class="nav">(.*?)</ul>', page, re.S)[1]
    return re.findall(r"<a [^>]*>([^<]+)</a>", menu)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("reader", ["Start", "Jaaroverzicht"]),
        ("delegate", ["Vandaag", *WORKING]),
        ("other_facilitator", ["Vandaag", "Beoordelen", *WORKING]),
        ("administrator", ["Vandaag", *WORKING, "Beheer"]),
    ],
)
def test_the_menu_has_only_doors_that_open(as_user, request, who, expected):
    client = as_user(request.getfixturevalue(who))
    page = client.get("/").content.decode()
    assert doors(page) == expected
    for address in re.findall(r'href="([^"]+)"', re.search(r'<ul class="nav">(.*?)</ul>', page, re.S)[1]):
        assert client.get(address).status_code == 200, address


def test_the_page_one_is_on_is_marked(as_user, delegate):
    page = as_user(delegate).get("/").content.decode()
    assert page.count('aria-current="page"') == 2  # the wide menu and the narrow one; one of them shows


@pytest.mark.django_db
def test_the_policy_allows_nothing_inline_and_pages_have_nothing_inline(as_user, facilitator):
    response = as_user(facilitator).get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|<style|hx-on", page)
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.django_db
def test_htmx_keeps_no_history_and_evaluates_nothing(client):
    page = client.get("/inloggen/").content.decode()
    for setting in ['"historyCacheSize":0', '"allowEval":false', '"includeIndicatorStyles":false',
                    '"selfRequestsOnly":true', '{"code":"422","swap":true}']:  # fmt: skip
        assert setting in page


def test_no_browser_keeps_what_a_signed_in_person_saw(as_user, reader):
    for address in ["/", "/account/", "/bestaat-niet/"]:
        assert as_user(reader).get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_an_expired_session_moves_the_whole_window_to_signing_in(client):
    response = client.get("/account/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/inloggen/?next=%2Faccount%2F")


def test_a_fragment_brings_its_messages_along_into_the_region_that_is_read_aloud(as_user, reader, rf):
    from django.contrib.messages import get_messages, success
    from django.contrib.messages.storage.cookie import CookieStorage
    from django_htmx.middleware import HtmxDetails

    request = rf.get("/account/", headers={"HX-Request": "true"})
    request.user, request.htmx = reader, HtmxDetails(request)
    request._messages = CookieStorage(request)
    success(request, "Het is <bewaard>.")
    assert len(get_messages(request)) == 1
    rendered = render_to_string("_messages.html", {"oob": True, "messages": get_messages(request)}, request=request)
    assert 'id="messages"' in rendered
    assert 'hx-swap-oob="innerHTML"' in rendered
    assert "Het is &lt;bewaard&gt;." in rendered


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "lang", "words"), [("nl", "nl", "Deze pagina is er niet"), ("en", "en", "404")])
def test_what_does_not_exist_is_said_in_the_visitors_language(client, settings, cookie, lang, words):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    response = client.get("/bestaat-niet/")
    page = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{lang}">' in page
    assert words in page
    assert "bestaat-niet" not in re.sub(r'name="next" value="[^"]*"', "", page)


def test_a_refusal_says_why_when_there_is_a_reason(rf, reader):
    request = rf.get("/")
    request.user = reader
    assert (
        "Alleen de procesbegeleiders."
        in errors.permission_denied(request, PermissionError("Alleen de procesbegeleiders.")).content.decode()
    )
    assert "Uw account heeft geen recht" in errors.permission_denied(request, PermissionError("")).content.decode()


def test_a_missing_record_is_not_named(rf, reader):
    request = rf.get("/convenanten/geheim/")
    request.user = reader
    page = errors.not_found(request, Http404("No Agreement matches geheim")).content.decode()
    assert "No Agreement" not in page


@pytest.mark.parametrize("answer", [errors.server_error, errors.bad_request])
def test_a_broken_server_answers_without_database_session_or_user(answer):
    request = RequestFactory().get("/convenanten/")  # no user, no session; and this test has no database

    class Broken:
        def __getattr__(self, name):
            raise AssertionError("asked who is signed in")

    request.user = Broken()
    page = answer(request).content.decode()
    assert '<html lang="nl">' in page
    assert "Naar de startpagina" in page


def test_an_expired_form_gives_back_what_was_typed_except_passwords(facilitator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/taal/", {"reden": "Een lang\n<verhaal>", "password": PASSWORD, "leeg": ""})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Dit formulier is verlopen" in page
    assert "Een lang\n&lt;verhaal&gt;" in page
    assert PASSWORD not in page
    assert 'id="csrf"' in page  # portal.js tells an expired form from a refusal by it


def test_a_wrong_reference_date_is_given_back_with_what_to_write(as_user, facilitator):
    response = as_user(facilitator).get("/?peildatum=31-31-2020&fase=x")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="31-31-2020"' in page
    assert 'aria-describedby="peildatum-fout"' in page
    assert "Schrijf bijvoorbeeld 31 december 2020" in page
    assert '<input type="hidden" name="fase" value="x">' in page


def test_an_administrator_makes_an_account_without_a_password(as_user, administrator):
    from ser_portal.accounts.models import User

    client = as_user(administrator)
    address = reverse("admin:accounts_user_add")
    new = {"email": "Nieuw@Test.example", "name": "Nieuw", "role": "delegate", "language": "nl"}
    assert client.post(address, new).status_code == 302
    made = User.objects.get(email="nieuw@test.example")
    assert (made.role, made.is_active, made.has_usable_password()) == ("delegate", True, False)
    again = client.post(address, {**new, "email": "NIEUW@test.example"}).content.decode()
    assert "Er is al een account met dit e-mailadres." in again


def test_an_administrator_cannot_shut_themselves_out(as_user, administrator):
    address = reverse("admin:accounts_user_change", args=[administrator.pk])
    page = as_user(administrator).post(
        address, {"email": administrator.email, "name": "", "role": "reader", "language": "nl"}
    )
    assert "U kunt uzelf het beheer niet afnemen" in page.content.decode()
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_somebody_who_recorded_something_is_not_deleted(as_user, administrator, facilitator):
    address = reverse("admin:accounts_user_delete", args=[facilitator.pk])
    client = as_user(administrator)
    page = client.get(address).content.decode()
    assert "toewijzing" in page.lower()
    client.post(address, {"post": "yes"})
    facilitator.refresh_from_db()


def test_the_administration_wears_the_portals_clothes(as_user, administrator):
    page = as_user(administrator).get("/beheer/").content.decode()
    assert "/static/css/admin.css" in page
    assert "theme.js" not in page
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
