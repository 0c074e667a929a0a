"""Every address × every role. Generated from the URL resolver: an address without a line fails.

The lines are in tests/access/. 404 is the answer to whoever may not know of a record, 403 to
whoever may know of it but not do this, 302 sends to the login page. `keeps` marks pages that change something: whoever
may not open them may not post to them either, and an empty form is refused with 422.
"""

import hashlib
import importlib
import pkgutil
import re
from datetime import date
from urllib.parse import quote, quote_plus

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

import tests.access
from covenants.models import Participation, ParticipationRole
from ser_portal.dates import ImpreciseDate
from ser_portal.documents import canonical_json
from tests.access import FACILITATORS, ITS_FACILITATORS, ROLES
from tests.factories import progress_of

PARTS = [importlib.import_module(f"tests.access.{found.name}") for found in pkgutil.iter_modules(tests.access.__path__)]
ACCESS: dict[str, tuple[int, ...]] = {name: line for part in PARTS for name, line in part.ACCESS.items()}
READS = {name for part in PARTS for name in getattr(part, "READS", ())}  # pages of keepers without a form
KEEPS = [name for name, line in ACCESS.items() if line in (FACILITATORS, ITS_FACILITATORS) and name not in READS]


def addresses(patterns=None, namespace=""):
    """The full name of every address of the portal; the administration is one rule of its own."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "admin":
                continue
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def stage(request, reference, agreement, party, facilitator, delegate, outsider):
    """One of everything that an address can name, all belonging to an agreement that few may know of."""
    from ser_portal.overview import services as overview

    reporting = request.getfixturevalue("reporting")
    supporter = Participation.objects.create(
        agreement=agreement,
        party=party,
        role=ParticipationRole.SUPPORTER,
        began=ImpreciseDate.on(date(2019, 5, 1)),
    )
    job = overview.request_build(year=2020, language="nl", formats=["html"], by=reporting)
    return {
        "agreement": agreement,
        "participation": supporter,
        "change": agreement.ledger[-1],
        "party": party,
        "job": job,
        **progress_of(agreement, party, facilitator=facilitator, delegate=delegate),
    }


def address(name, stage):
    """A path for this name, about the confidential agreement wherever there is a choice."""
    arguments = {key: value for part in PARTS for key, value in part.named(stage).items()}
    return reverse(name, kwargs=arguments.get(name, {}))


def test_every_address_has_a_line():
    assert set(addresses()) == set(ACCESS)


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_every_address_answers_this_role_as_written(place, stage, as_user, request):
    role = ROLES[place]
    user = None if role == "anonymous" else request.getfixturevalue(role)
    finish(stage["job"])
    wrong = {}
    for name, line in ACCESS.items():
        client = as_user(user)  # anew: some pages end a session
        answer = client.get(address(name, stage))
        if answer.status_code != line[place]:
            wrong[name] = f"{answer.status_code} instead of {line[place]}"
        if line[place] == 302 and role == "anonymous" and name != "account_set_password":
            assert answer["Location"].startswith("/inloggen/"), name
    assert wrong == {}


def finish(job):
    """A build that is done, with a file, so that there is something to be refused."""
    from ser_portal.overview.content import build_document
    from ser_portal.overview.models import BuildFile, Job, JobState

    document = build_document(year=job.year, as_of=job.as_of, language="nl")
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.SUCCEEDED, permille=1000, content=canonical_json(document), known_at=now, finished_at=now
    )
    content = b"<!doctype html><title>Jaaroverzicht</title>"
    BuildFile.objects.create(
        job=job,
        format="html",
        name="jaaroverzicht-2020.html",
        mime="text/html",
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


@pytest.mark.parametrize("name", ["overview:job_cancel", "overview:job_retry"])
def test_only_who_builds_may_stop_or_retry_a_build(name, stage, as_user, request):
    for role in ROLES:
        client = as_user(None if role == "anonymous" else request.getfixturevalue(role))
        answer = client.post(address(name, stage))
        expected = 404 if role not in ("anonymous", "reporting") else 302
        assert answer.status_code == expected, role


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_nobody_posts_to_what_they_may_not_open(place, stage, as_user, request):
    role = ROLES[place]
    client = as_user(None if role == "anonymous" else request.getfixturevalue(role))
    wrong = {}
    for name in KEEPS:
        expected = {200: 422}.get(ACCESS[name][place], ACCESS[name][place])
        answer = client.post(address(name, stage), {})
        if answer.status_code != expected:
            wrong[name] = f"{answer.status_code} instead of {expected}"
    assert wrong == {}


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_fragment_shows_nobody_more_than_its_page(place, stage, as_user, request):
    role = ROLES[place]
    client = as_user(None if role == "anonymous" else request.getfixturevalue(role))
    for name in ("covenants:agreement", "covenants:party", "covenants:phase", "covenants:register", "overview:job"):
        answer = client.get(address(name, stage), headers={"HX-Request": "true"})
        expected = ACCESS[name][place]
        assert answer.status_code == (204 if expected == 302 else expected), name
        if answer.status_code in (204, 403, 404):
            assert b"Proefconvenant" not in answer.content


@pytest.mark.parametrize("role", ["reader", "outsider", "other_facilitator", "reporting", "administrator"])
def test_a_confidential_agreement_shows_nowhere_to_others(role, stage, as_user, request):
    """Its name and its party appear on no list, count, search, figure or administration page of who may not know."""
    client = as_user(request.getfixturevalue(role))
    pages = [
        reverse("start"),
        reverse("covenants:register"),
        reverse("covenants:parties"),
        reverse("overview:figures"),
        reverse("overview:figure", args=["agreements.in_negotiation"]),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert "Proefconvenant" not in text, page
        assert "Voorbeeld bv" not in text, page
    # A search for what one may not know of is the search for what does not exist, to the letter.
    for where, name, hidden in [
        ("covenants:register", "zoek", "Proefconvenant"),
        ("covenants:register", "sector", "proefsector"),
        ("covenants:register", "partij", "voorbeeld-bv"),
        ("covenants:parties", "zoek", "Voorbeeld bv"),
    ]:
        nothing = "x" * len(hidden)
        found = client.get(reverse(where), {name: hidden}).content.decode()
        unknown = client.get(reverse(where), {name: nothing}).content.decode()
        assert anonymised(found, hidden) == anonymised(unknown, nothing), (where, name)


def anonymised(text, typed):
    """A page without its form token and without what was typed, in any spelling."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[A-Za-z0-9]+', r"\1", text)
    for spelling in (typed, quote_plus(typed), quote(typed)):
        text = text.replace(spelling, "…")
    return text


def test_the_administration_is_for_administrators_only(stage, as_user, request):
    models = [model._meta for model in admin.site._registry]
    paths = [reverse("admin:index")]
    for meta in models:
        paths.append(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
    assert len(paths) > 5
    for role in ROLES:
        client = as_user(None if role == "anonymous" else request.getfixturevalue(role))
        for path in paths:
            answer = client.get(path)
            expected = {"anonymous": 302, "administrator": 200}.get(role, 403)
            assert answer.status_code == expected, (role, path, answer.status_code)
            if role == "administrator":
                assert "Proefconvenant" not in answer.content.decode(), path
