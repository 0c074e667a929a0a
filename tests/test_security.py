"""What a hostile visitor, a curious colleague or a careless paste must not achieve: held on every kind of page.

Who may open what is `test_access.py`; that a browser keeps nothing is `journeys/test_register_journey.py`.
"""

import json
import re
from datetime import date
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from covenants import asof, services
from covenants.models import Agreement, FacilitatorAssignment, Participation, Party, Visibility
from ser_portal.accounts.models import Role, User
from ser_portal.dates import ImpreciseDate
from ser_portal.documents import FORMATS
from ser_portal.overview import services as overview
from ser_portal.overview.content import build_document
from tests.conftest import PASSWORD, make_user
from tests.test_access import finish

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
SCRIPT = "<script>alert('x')</script>"
IMAGE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def public(agreement) -> Agreement:
    """The agreement of the cast, for everybody who works here."""
    agreement.visibility = Visibility.PUBLIC
    agreement.save(update_fields=["visibility"])
    return agreement


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def answers(public, facilitator, reporting, monkeypatch) -> dict[str, object]:
    """One answer of every kind, of which those to a signed-in person are named with a star."""
    job = overview.request_build(year=2020, formats=["html"], by=reporting)
    finish(job)
    visitor, keeper, builder = Client(), sign_in(Client(), facilitator), sign_in(Client(), reporting)
    strict = sign_in(Client(enforce_csrf_checks=True), facilitator)
    htmx = {"HX-Request": "true"}
    found = {
        "signing in": visitor.get("/inloggen/"),
        "refused at the door": visitor.post("/inloggen/", {"login": "x", "password": "y"}, REMOTE_ADDR="203.0.113.1"),
        "sent to sign in": visitor.get("/convenanten/"),
        "sent to sign in, htmx": visitor.get("/convenanten/", headers=htmx),
        "unknown address": visitor.get("/bestaat-niet/"),
        "health": visitor.get("/gezond/"),
        "page *": keeper.get("/convenanten/"),
        "fragment *": keeper.get("/convenanten/", headers=htmx),
        "form *": keeper.get(f"{public.get_absolute_url()}fase/"),
        "form to mend *": keeper.post(f"{public.get_absolute_url()}fase/", {}),
        "wrong day *": keeper.get("/convenanten/?peildatum=onzin"),
        "unknown record *": keeper.get("/convenanten/geheim/"),
        "not allowed *": keeper.get("/beheer/"),
        "not with this method *": keeper.post("/convenanten/"),
        "expired form *": strict.post("/taal/", {"language": "en"}),
        "builds *": builder.get("/jaaroverzicht/"),
        "a build *": builder.get(job.get_absolute_url()),
        "reading a build *": builder.get(reverse("overview:read", args=[job.pk])),
        "a file *": builder.get(reverse("overview:file", args=[job.pk, "html"])),
    }

    def broken(request):
        raise RuntimeError("geheime aanwijzing")

    monkeypatch.setattr(asof, "as_of", broken)
    keeper.raise_request_exception = False
    found["broken *"] = keeper.get("/convenanten/")
    return found


def test_every_answer_carries_the_strict_headers(answers):
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert set(statuses.values()) >= {200, 204, 302, 403, 404, 405, 422, 500}, statuses
    for name, answer in answers.items():
        directives = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert directives == POLICY, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert not [header for header in answer.headers if header.startswith("Access-Control-")], name
        assert "no-store" in answer["Cache-Control"] if name.endswith("*") else "Cache-Control" in answer, name
        assert "public" not in answer["Cache-Control"], name


def test_pages_have_nothing_inline_and_tell_htmx_to_keep_and_evaluate_nothing(answers):
    pages = {
        name: answer.content.decode()
        for name, answer in answers.items()
        if not answer.streaming
        and answer.get("Content-Type", "").startswith("text/html")
        and b"<html" in answer.content
    }
    assert len(pages) >= 12
    for name, page in pages.items():
        assert not re.search(r"<[^>]+\s(style|on\w+)=|javascript:|<style|hx-on", page), name
        assert re.findall(r"<script(?![^>]*\ssrc=)", page) == [], name
        for address in re.findall(r'<(?:script|link|img|use)[^>]*\s(?:src|href)="([^"]+)"', page):
            assert not urlsplit(address).netloc, (name, address)
        if found := re.search(r"name=\"htmx-config\" content='([^']+)'", page):
            asked = json.loads(unescape(found[1]))
            assert (asked["historyCacheSize"], asked["allowEval"], asked["allowScriptTags"]) == (0, False, False), name
        else:
            assert "htmx" not in page, name


def test_what_fails_is_told_in_dutch_and_gives_nothing_away(answers):
    for name, sentence in [
        ("unknown address", "Deze pagina is er niet"),
        ("unknown record *", "Deze pagina is er niet"),
        ("not allowed *", "Dit mag u niet"),
        ("expired form *", "Dit formulier is verlopen"),
        ("broken *", "Er ging iets mis"),
    ]:
        page = answers[name].content.decode()
        assert '<html lang="nl">' in page, name
        assert sentence in page, name
        for word in ("Traceback", "geheim", "aanwijzing", "RuntimeError", "Agreement", "Django", "DoesNotExist"):
            assert word not in re.sub(r'name="next" value="[^"]*"', "", page), (name, word)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, facilitator):
    client.get("/inloggen/")
    client.post("/inloggen/", {"login": facilitator.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.2")
    client.post("/taal/", {"language": "nl"})
    names = {"sessionid", "csrftoken", django_settings.LANGUAGE_COOKIE_NAME}
    assert names <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name


def test_signing_in_begins_a_session_with_a_key_of_its_own(client, facilitator):
    client.get("/inloggen/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.post("/inloggen/", {"login": facilitator.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.3")
    assert client.get("/").status_code == 200
    assert client.cookies["sessionid"].value != planted


def test_guessing_is_stopped_in_dutch_also_when_each_guess_is_for_somebody_else(client, facilitator):
    """Where it starts to refuse, the right password of a stranger from that address is refused as well."""
    where, page = "203.0.113.4", ""
    for number in range(70):
        guess = {"login": f"iemand{number}@test.example", "password": "fout"}
        answer = client.post("/inloggen/", guess, REMOTE_ADDR=where)
        page = answer.content.decode()
        if answer.status_code == 429:
            break
        assert answer.status_code == 422
    assert answer.status_code == 429
    assert '<html lang="nl">' in page
    assert "Er is te vaak een verkeerd wachtwoord geprobeerd" in page
    right = {"login": facilitator.email, "password": PASSWORD}
    assert client.post("/inloggen/", right, REMOTE_ADDR=where).status_code == 429
    assert client.post("/inloggen/", right, REMOTE_ADDR="203.0.113.5").status_code == 302


@pytest.mark.parametrize(
    "away",
    [
        "https://elders.example/",
        "//elders.example/",
        "/\\elders.example/",
        "javascript:alert(1)",
        "http:///elders.example",
    ],
)
def test_nobody_is_sent_elsewhere(client, facilitator, away):
    word = {"login": facilitator.email, "password": PASSWORD, "next": away}
    assert client.post("/inloggen/", word, REMOTE_ADDR="203.0.113.6")["Location"] == "/"
    assert client.get("/inloggen/", {"next": away})["Location"] == "/"  # already signed in
    assert "elders" not in client.post("/taal/", {"language": "nl", "next": away})["Location"]
    assert "elders" not in client.post("/uitloggen/", {"next": away})["Location"]


def test_a_form_without_its_token_saves_nothing_and_gives_the_text_back(public, facilitator):
    client = sign_in(Client(enforce_csrf_checks=True), facilitator)
    typed = {"to": "signed", "effective_on": "mei 2020", "reason": f"Lang verhaal {SCRIPT}", "version": public.version}
    answer = client.post(f"{public.get_absolute_url()}fase/", typed)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Dit formulier is verlopen" in page
    assert "Lang verhaal &lt;script&gt;" in page
    assert SCRIPT not in page
    assert public.phase_changes.count() == 2


@pytest.mark.django_db
def test_files_of_the_portal_are_kept_for_long_and_cannot_be_mistaken(settings, tmp_path):
    """As in `make run`: names that carry a hash of what is in them, hence good for ever."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()  # after the change of settings: WhiteNoise reads them when the portal starts
    for name in ("css/base.css", "js/portal.js", "icons/portal.svg"):
        answer = client.get(staticfiles_storage.url(name))
        assert answer.status_code == 200, name
        assert "immutable" in answer["Cache-Control"], name
        assert int(re.search(r"max-age=(\d+)", answer["Cache-Control"])[1]) >= 365 * 24 * 3600, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        answer.close()


def test_an_id_of_another_agreement_is_not_found_under_this_one(client, public, facilitator, reference, party):
    other = Agreement.objects.get(slug="windenergie")
    FacilitatorAssignment.objects.create(agreement=other, user=facilitator, began_on=date(2020, 1, 1))
    theirs, change = other.participations.first(), other.phase_changes.first()
    sign_in(client, facilitator)
    for name, pk in [("participation_edit", theirs.pk), ("phase_correction", change.pk)]:
        assert client.get(reverse(f"covenants:{name}", args=[other.slug, pk])).status_code == 200, name
        forged = reverse(f"covenants:{name}", args=[public.slug, pk])
        assert client.get(forged).status_code == 404, name
        typed = {"version": 1, "reason": "x", "correction_reason": "x", "role": "supporter", "effective_on": "2019"}
        assert client.post(forged, typed).status_code == 404, name
        for unlikely in (0, 2**31, 2**63, 10**30):
            address = f"/convenanten/{public.slug}/" + ("deelnames/" if name[0:2] == "pa" else "fase/")
            address += f"{unlikely}/" + ("" if name[0:2] == "pa" else "correctie/")
            assert client.get(address).status_code == 404, address
    theirs.refresh_from_db()
    assert (theirs.agreement, theirs.version) == (other, 1)


def test_fields_a_form_does_not_offer_are_ignored(client, public, facilitator, reader, party):
    sign_in(client, facilitator)
    smuggled = {
        "visibility": "secretariat", "agreement": 1, "kind": "climate_accord", "slug": "gekozen", "by": reader.pk,
        "recorded_by": reader.pk, "certain_from": "1999-01-01", "superseded_at": "2020-01-01", "withdrawn": "on",
        "reference_key": "gekozen", "is_demo": "on", "role": "administrator", "user": reader.pk, "corrects": 1,
    }  # fmt: skip
    change = {"version": public.version, "to": "signed", "effective_on": "mei 2020", "reason": "Getekend"}
    assert client.post(f"{public.get_absolute_url()}fase/", {**smuggled, **change}).status_code == 302
    public.refresh_from_db()
    last = public.phase_changes.order_by("-sequence").first()
    assert (public.visibility, public.kind, public.slug) == ("public", "covenant", "proefconvenant")
    assert (last.recorded_by, last.withdrawn, last.superseded_at, last.reference_key) == (facilitator, False, None, "")
    assert last.certain_from == date(2020, 5, 31)

    new = {"name": "Nieuwe bv", "type": "company", "version": 99, "once": "een-keer"}
    assert client.post("/partijen/nieuw/", {**smuggled, **new}).status_code == 302
    made = Party.objects.get(name="Nieuwe bv")
    assert (made.version, made.reference_key) == (1, "")
    assert made.slug != "gekozen"

    row = services.add_participation(
        public, party=party, role="supporter", began=ImpreciseDate.year(2019), by=facilitator
    )
    edit = {"version": row.version, "role": "signatory", "began": "2019", "reason": "Verkeerd", "party": made.pk}
    assert client.post(f"{public.get_absolute_url()}deelnames/{row.pk}/", {**smuggled, **edit}).status_code == 302
    row.refresh_from_db()
    assert (row.party, row.agreement, row.role) == (party, public, "signatory")

    new_password = {"oldpassword": PASSWORD, "password1": "vier gewone woorden", "password2": "vier gewone woorden"}
    client.post("/wachtwoord/wijzigen/", {"role": "administrator", "is_superuser": "on", **new_password})
    facilitator.refresh_from_db()
    assert facilitator.check_password("vier gewone woorden")
    assert (facilitator.role, facilitator.is_superuser) == (Role.FACILITATOR, False)


def test_what_people_type_is_shown_as_typed_and_never_runs(client, facilitator):
    """Names, reasons and sources with markup in them, on every screen that shows them and in the built page."""
    hostile = services.register_agreement(
        sector_name=f"Sector {IMAGE}",
        name_nl=f"Akkoord {SCRIPT}",
        visibility="public",
        phase="negotiation",
        effective_on=ImpreciseDate.year(2019),
        reason=f"Reden {SCRIPT}",
        source="javascript:alert(1)",
        by=facilitator,
    )
    party = services.register_party(
        name=f"Partij {SCRIPT}",
        type="company",
        abbreviation=IMAGE[:40],
        source=f"https://x.example/{IMAGE}",
        by=facilitator,
    )
    row = services.add_participation(
        hostile, party=party, role="signatory", began=ImpreciseDate.year(2019), note=SCRIPT, by=facilitator
    )
    services.edit_participation(row, version=row.version, changes={"note": IMAGE}, reason=SCRIPT, by=facilitator)
    services.record_activity(
        hostile, kind="meeting", occurred=ImpreciseDate.year(2020), title_nl=f"Bijeenkomst {SCRIPT}", by=facilitator
    )
    sign_in(client, facilitator)
    at = "peildatum=2020-12-31"
    pages = {
        f"/convenanten/?{at}": "Akkoord",
        f"/convenanten/?{at}&partij={party.slug}": "Partij",
        f"/convenanten/?{at}&zoek=<script>alert('x')</script>": "Akkoord",
        f"/convenanten/?{at}&fase=<script>alert('x')</script>": "fase ‘",
        f"{hostile.get_absolute_url()}?{at}": "Akkoord",
        f"{hostile.get_absolute_url()}geschiedenis/": "Partij",
        f"{hostile.get_absolute_url()}fase/": "Akkoord",
        f"{hostile.get_absolute_url()}deelnames/{row.pk}/": "Partij",
        f"/partijen/?{at}": "Partij",
        f"{party.get_absolute_url()}?{at}": "Partij",
        f"/kengetallen/agreements.in_negotiation/?{at}": "Akkoord",
        "/": "Akkoord",
    }
    for address, word in pages.items():
        page = client.get(address).content.decode()
        assert f"{word} &lt;script&gt;" in page or f"{word}&lt;script&gt;" in page, address
        harmless(page, address)
    suggestions = client.get(
        "/partijen/", {"partij": "Part"}, headers={"HX-Request": "true", "HX-Target": "party-options"}
    )
    assert "Partij &lt;script&gt;" in suggestions.content.decode()
    harmless(suggestions.content.decode(), "suggestions")

    document = build_document(year=2020, as_of=date(2020, 12, 31), language="nl")
    built = FORMATS["html"].render(document).decode()
    assert "Akkoord &lt;script&gt;" in built
    harmless(built, "the built page")


def harmless(page: str, where: str) -> None:
    """None of the markup above is markup of the page."""
    assert "<script>alert" not in page, where
    assert "<img src=x" not in page, where
    assert 'href="javascript:' not in page, where
    assert not re.search(r"<[^>]+\sonerror=", re.sub(r'"[^"]*"', '""', page)), where


def test_a_file_of_a_build_is_given_to_be_kept_not_to_be_run(answers):
    answer = answers["a file *"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_a_hidden_record_answers_as_one_that_never_was(client, agreement, party, delegate):
    """The same page, to the letter; the address that was asked for is all that differs."""
    sign_in(client, make_user("rachid", Role.REPORTING))

    def page(slug: str) -> str:
        answer = client.get(f"/convenanten/{slug}/")
        assert answer.status_code == 404
        return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', r"\1", answer.content.decode()).replace(
            slug, "…"
        )

    assert page(agreement.slug) == page("nooit-geweest")
    row = Participation.objects.get(agreement=agreement, party=party)
    for address in [f"{agreement.get_absolute_url()}deelnames/{row.pk}/", party.get_absolute_url()]:
        assert client.get(address).status_code == 404, address
