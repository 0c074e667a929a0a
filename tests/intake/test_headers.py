"""How a file is given back: to save, under its own name, and unable to do anything in the portal."""

import io

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from ser_portal.accounts.models import User
from ser_portal.intake import headers
from ser_portal.web import PrivatePagesMiddleware


def test_the_headers_survive_the_middleware_of_the_portal():
    for user in (User(email="a@voorbeeld.example"), AnonymousUser()):
        request = RequestFactory().get("/")
        request.user = user
        view = CSPMiddleware(
            PrivatePagesMiddleware(lambda request: HttpResponse(b"x", headers=headers("a.pdf", "application/pdf")))
        )
        response = view(request)
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]
        assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'


def test_a_streamed_file_takes_the_type_from_the_headers():
    response = FileResponse(
        io.BytesIO(b"<script>"), filename="a.html"
    )  # guesses a type from the name, so ours come after
    for header, value in headers("a.html", "text/html").items():
        response[header] = value
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="a.html"'


def test_a_dutch_name_is_written_as_rfc_5987_asks():
    said = headers("Verslag coöperatie €.pdf", "application/pdf")["Content-Disposition"]
    assert said == "attachment; filename*=utf-8''Verslag%20co%C3%B6peratie%20%E2%82%AC.pdf"
    assert headers('a"b.pdf', "application/pdf")["Content-Disposition"] == 'attachment; filename="a_b.pdf"'


@pytest.mark.parametrize("name", ["", "a\r\nX-Kwaad: 1.pdf", "../../a", "a" * 500, "con.pdf", "\ud800"])
def test_a_name_that_is_not_fit_becomes_an_ordinary_one(name):
    response = HttpResponse(headers=headers(name, "application/pdf"))
    assert response["Content-Disposition"] == 'attachment; filename="bestand"'


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "", "a/b\r\nX: y"])
def test_a_type_that_never_comes_in_is_never_said(mime):
    assert headers("a.pdf", mime)["Content-Type"] == "application/octet-stream"
