"""The same database twice, different only in what one company keeps to itself: nobody else can tell them apart.

Compared are status, headers, content and the number of statements of every page, as every other person. Left out are
what differs by itself: form tokens, nonces, the clock, and the random keys of files. Totals that were released are the
business of the disclosure rules.
"""

import re
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from itertools import zip_longest

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation

from covenants import services
from covenants.models import Evidence, ProgressUpdate, ReportingRound
from ser_portal.overview.content import build_document
from tests.conftest import _reset_sequences
from tests.leaks.conftest import start
from tests.leaks.stage import Company, rival_reports
from tests.leaks.walk import client_of, plain, said, visits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

# Of the strangers those whose pages have anything on them.
PEOPLE = [
    "reader", "outsider", "rival", "association", "steering", "frieda", "reporting", "administrator", "revoked",
    "dismissed",
]  # fmt: skip


def everything_in(company, where, *, steps, text, value, shared=False):
    """Versions of one slot, `steps` of them: all sent back but the last, which waits; `shared` approves it instead."""
    slot = company.slot(where)
    for step in range(steps):
        typed = {"status": "done", "text": text, "private_note": f"{text} {step}"}
        name = "numerator" if slot.commitment.measure_kind == "share" else "value"
        typed |= {name: str(value), "denominator": "900"} if name == "numerator" else {name: str(value)}
        slot = company.slot(where)
        before = getattr(slot, "draft", None)
        draft = services.save_draft(slot, version=before.version if before else 0, typed=typed, by=company.by)
        update = services.submit(slot, version=draft.version, by=company.by)
        last = step == steps - 1
        if not last:
            services.return_update(update, reason=f"nee {text}", by=company.stage.people["fatima"])
        elif shared:
            services.approve_update(update, verdict="compliant", rung_reached=1, by=company.stage.people["fatima"])


INSIDE = ["before share", "before quantity", "now share", "now quantity", "late share", "late quantity"]
SHARED = ["steering share", "steering quantity", "public share", "public quantity"]


def silent(stage):
    """Nothing but what is shared anyway, at the first try."""
    x = Company(stage, "secret", "own")
    for where in SHARED:
        everything_in(x, where, steps=1, text="Gedeeld", value=7, shared=True)


def answered(stage):
    """One answer to everything, which waits."""
    x = Company(stage, "secret", "own")
    for where in INSIDE:
        everything_in(x, where, steps=1, text="Kort", value=3)
    silent(stage)


def thorough(stage):
    """Many versions, files, verdicts, replies, drafts, a date of its own; what is shared is the same in the end."""
    x, keeper = Company(stage, "secret", "own"), stage.people["fatima"]
    for where in INSIDE:
        x.attach(where, note="more", circle="inside")
        everything_in(x, where, steps=3, text="Een veel langer verhaal " * 30, value=800)
    for where in ("before share", "before quantity"):
        slot = x.slot(where)
        review = services.approve_update(
            slot.current, verdict="not_compliant", rung_reached=2, assessment="Niet goed", by=keeper
        )
        services.reply(review, text="Wel goed", by=x.by)
        services.confirm_unchanged(x.slot(where), by=x.by)
    for where in SHARED:
        everything_in(x, where, steps=4, text="Gedeeld", value=7, shared=True)
    # What comes after the approval is inside again: one waits, one was sent back, one is being written.
    for where in ("public share", "steering share", "steering quantity"):
        everything_in(x, where, steps=1, text="Nieuwer", value=5)
    for where in ("public share", "steering share"):
        services.return_update(x.slot(where).current, reason="toch niet", by=keeper)
    services.confirm_unchanged(x.slot("public quantity"), by=x.by)
    x.write("public quantity", note="draft", circle="own")
    reporting_round = ReportingRound.objects.get(pk=stage.rounds["now"].pk)
    services.extend_deadline(
        reporting_round, version=reporting_round.version, due_on=reporting_round.due_on + timedelta(days=9),
        reason="Uitstel", party=stage.secret, by=keeper,
    )  # fmt: skip
    services.hand_over(x.slot("now share"), to=stage.people["colleague"], was=x.by.pk, by=x.by)


def drafting(stage):
    """As `thorough`, and it is writing everywhere."""
    thorough(stage)
    x = Company(stage, "secret", "colleague")
    for where in (*INSIDE, "public share"):
        x.write(where, note="draft", circle="own")
        x.attach(where, note="draft", circle="own")


@contextmanager
def world(story, folder):
    """A database in which the company did as `story` says; gone afterwards."""
    ContentType.objects.get_for_models(*apps.get_models())  # asked for once per process, not once per page
    rows = [model for model in apps.get_models() if model._meta.managed]
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _reset_sequences(rows)
        made = start(folder)
        story(made)
        earlier = timezone.now() - timedelta(days=5)
        inside = [made.slots[f"secret {where}"].pk for where in INSIDE]
        ProgressUpdate.objects.filter(slot__in=inside, number=1).update(submitted_at=earlier)
        rival_reports(made)
        yield made
        transaction.set_rollback(True)


def seen_by(stage, name):
    """What every page says to this person, and how many statements it took; keys of files are asked for apart."""
    user, seen = stage.user(name), {}
    walk = visits(stage, user)
    statements = 0

    def counted(execute, *arguments):
        nonlocal statements
        statements += 1
        return execute(*arguments)

    while True:
        statements = 0
        with connection.execute_wrapper(counted):
            step = next(walk, None)
        if step is None:
            break
        what, answer = step
        if not what.startswith("/bewijs/"):
            seen[plain(what)] = (plain(said(answer)), statements)
    if name == "reporting":  # who makes the documents
        out = StringIO()
        call_command("figures", "--as-of", str(timezone.localdate()), "--format", "json", stdout=out)
        document = build_document(year=2020, as_of=timezone.localdate(), language="nl")
        seen |= {"manage.py figures": (out.getvalue(), 0), "the overview": (str(document), 0)}
    client = client_of(user)
    files = Evidence.objects.filter(party=stage.secret)
    if name == "fatima":
        files = files.filter(uses__isnull=True)  # what was never sent
    for pk in files.values_list("pk", flat=True):
        seen[f"/bewijs/{pk}/"] = (plain(said(client.get(reverse("covenants:evidence", args=[pk])))), 0)
    return seen


@pytest.fixture(scope="module")
def worlds(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Per story what everybody saw whom the chosen tests ask about; built once."""
    kept = {}
    asked = {item.callspec.params["name"] for item in request.session.items if "worlds" in item.fixturenames
             and hasattr(item, "callspec")}  # fmt: skip

    def of(story, name):
        if (story, name) not in kept:
            also = {silent: [], thorough: ["association", "fatima"], answered: ["association"], drafting: ["fatima"]}
            people = sorted({*also[story], *(asked if story in (silent, thorough) else ())})
            folder = tmp_path_factory.mktemp(story.__name__)
            with (
                django_db_blocker.unblock(),
                override_settings(EVIDENCE_ROOT=folder / "evidence"),
                translation.override("nl"),
                world(story, folder) as stage,
            ):
                for person in people:
                    kept[story, person] = seen_by(stage, person)
        return kept[story, name]

    return of


def differences(one, other):
    """Where the two differ, each with the first differing line of both."""
    found = {}
    for what in one.keys() | other.keys():
        if what.startswith("/bewijs/"):
            here, there = (side.get(what, ("404", 0)) for side in (one, other))
            if here[0][:3] != there[0][:3]:
                found[what] = (here[0][:3], there[0][:3])
            continue
        here, there = one.get(what, ("", 0)), other.get(what, ("", 0))
        if here[0] != there[0]:
            lines = zip_longest(here[0].splitlines(), there[0].splitlines(), fillvalue="")
            wrong = [(a[-200:], b[-200:]) for a, b in lines if a != b]
            found[what] = next((pair for pair in wrong if not pair[0].startswith("Content-Length")), wrong[0])
        elif here[1] != there[1]:
            found[what] = (f"{here[1]} statements", f"{there[1]} statements")
    return found


def same(found):
    """Fails with every place that differs, not the first few."""
    assert not found, "\n".join(f"{what}\n  {one}\n  {other}" for what, (one, other) in sorted(found.items()))


@pytest.mark.slow
def test_a_branch_association_cannot_tell_how_a_member_answered(worlds):
    """Nor how often, nor when last: everything was answered in both."""
    same(differences(worlds(answered, "association"), worlds(thorough, "association")))


@pytest.mark.slow
@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_can_tell_whether_a_company_answered(name, worlds):
    """A branch association may: that, and when, and nothing else."""
    found = differences(worlds(silent, name), worlds(thorough, name))
    allowed = {what for what in found if name == "association" and re.match(r"/rondes/\d+/leden/", what)}
    same({what: found[what] for what in found.keys() - allowed})


@pytest.mark.slow
def test_the_secretariat_cannot_tell_whether_somebody_is_writing(worlds):
    same(differences(worlds(thorough, "fatima"), worlds(drafting, "fatima")))
