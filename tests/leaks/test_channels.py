"""What leaves the portal by another way than a page: mail, log, audit, queue, cache, sessions, documents, figures."""

import json
import logging
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone, translation

from covenants import services, tasks
from covenants.models import Digest, ReportingSlot
from covenants.services import digests, reminders
from ser_portal.audit.models import Entry
from ser_portal.overview import content
from ser_portal.workdays import is_working_day
from tests.leaks.conftest import start
from tests.leaks.marks import MANAGERS, PEOPLE, PUBLIC
from tests.leaks.stage import STRANGERS, Company, report_everything, rival_reports
from tests.leaks.walk import client_of

pytestmark = pytest.mark.django_db


def leaked(stage, text, *allowed):
    """The labels of the marks in a text that may not be there."""
    return stage.marks.labels(stage.marks.found_in(text) - stage.marks.of(*allowed))


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The stage, with everything that was logged at DEBUG while the company reported and was judged."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter("%(name)s %(message)s").format(record))

    folder, handler = tmp_path_factory.mktemp("channels"), Keeping(level=logging.DEBUG)
    root = logging.getLogger()
    before = root.level
    with (
        django_db_blocker.unblock(),
        override_settings(EVIDENCE_ROOT=folder / "evidence"),
        translation.override("nl"),
        transaction.atomic(),
    ):
        made = start(folder)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            report_everything(made)
            rival_reports(made)
        finally:
            root.removeHandler(handler)
            root.setLevel(before)
        made.extra["log"] = lines
        yield made
        transaction.set_rollback(True)


def test_the_log_of_a_day_of_reporting_holds_nothing(told):
    lines = [line for line in told.extra["log"] if not line.startswith("django.db.backends")]
    assert leaked(told, "\n".join(lines)) == []


def test_the_log_of_intentions_holds_ids_and_plain_values(told):
    entries = Entry.objects.all()
    assert entries.filter(action="covenants.progress_submitted").count() > 5  # there is something to look through
    assert leaked(told, json.dumps(list(entries.values_list("action", "details")))) == []


def morning():
    """A moment on the next working day at which mail goes out."""
    day = timezone.localdate()
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(9), tzinfo=ZoneInfo("Europe/Amsterdam"))


def test_mail_says_that_there_is_something_and_nothing_of_what(told, settings):
    settings.PORTAL_URL = "https://portaal.example"
    ReportingSlot.objects.filter(party=told.secret, state__in=["silent", "returned"]).update(due_on=morning().date())
    outcome = reminders.remind(morning())
    assert outcome.to_send
    for key in outcome.to_send:
        digests.send_digest(key, now=morning())
    services.send_invitation(told.extra["invitation"], token=told.extra["token"], site="https://portaal.example")
    assert len(mail.outbox) > 1
    for message in mail.outbox:
        raw = message.message().as_bytes().decode()
        text = raw + message.subject + message.body + "".join(str(part) for part, _kind in message.alternatives)
        text = text.replace(message.to[0], "")  # its own address
        # The invitation says who asks and as what; that is all of the company it holds.
        assert leaked(told, text, *([PEOPLE, MANAGERS] if told.extra["token"] in text else [])) == [], message.subject
        company = {user.email for name, user in told.people.items() if name in ("own", "colleague", "helper")}
        invited = {told.extra["invitation"].email}
        if message.to[0] not in company | invited:
            assert "Xenon" not in text


def test_a_message_to_a_worker_carries_ids_and_nothing_else(told, settings, monkeypatch):
    sent = []
    monkeypatch.setattr(digests.current_app, "send_task", lambda name, args=(), **rest: sent.append((name, list(args))))
    settings.PORTAL_URL = "https://portaal.example"
    ReportingSlot.objects.filter(party=told.secret, state="silent").update(due_on=morning().date())
    digests.wake(reminders.remind(morning()).to_send)
    assert sent
    assert all(isinstance(argument, int) for _name, arguments in sent for argument in arguments)
    assert {argument for _name, (argument,) in sent} <= set(Digest.objects.values_list("pk", flat=True))


def test_what_lies_in_the_queue_holds_nothing(told, tmp_path):
    """A real message, as the embedded broker writes it to disk."""
    from celery import Celery

    folder = tmp_path / "queue"
    folder.mkdir()
    app = Celery("proef", broker="filesystem://")
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(tmp_path / "control"),
    }  # fmt: skip
    (tmp_path / "control").mkdir()
    digest = Digest.objects.create(recipient=told.people["own"], day=timezone.localdate() - timedelta(days=40))
    app.send_task(tasks.send_digest.name, args=[digest.pk], ignore_result=True)
    written = [path.read_text() for path in folder.iterdir()]
    assert written
    for text in written:
        assert leaked(told, text) == []
        assert "argsrepr" not in text or f"[{digest.pk}]" in text or f"({digest.pk}" in text


def test_the_cache_holds_nothing(told):
    client = client_of(told.people["own"])
    for slot in told.slots.values():
        client.get(f"/verplichtingen/{slot.pk}/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        rows = str(cursor.fetchall())
    assert leaked(told, rows) == []


def test_the_session_of_somebody_else_holds_nothing(told):
    """What was typed in an expired session is kept, in that session only and gone when given back."""
    for name in (*STRANGERS, "fatima"):
        if (user := told.user(name)) is None or name == "inactive":
            continue
        client = client_of(user)
        for slot in told.slots.values():
            client.get(f"/verplichtingen/{slot.pk}/")
        kept = Session.objects.get(session_key=client.session.session_key).get_decoded()
        assert leaked(told, json.dumps(kept), PUBLIC) == [], name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_overview_holds_no_approved_text_either(told, language):
    """The document of the outside world, of which every format is made."""
    document = content.build_document(year=2020, as_of=timezone.localdate(), language=language)
    assert leaked(told, str(document), PUBLIC) == []
    assert leaked(told, repr(document)) == []


def test_figures_on_the_command_line_hold_nothing(told):
    out = StringIO()
    call_command("figures", "--as-of", str(timezone.localdate()), "--format", "json", stdout=out)
    assert out.getvalue()
    assert leaked(told, out.getvalue()) == []


def test_no_file_lies_under_an_address_a_server_gives_out(told):
    root = Path(django_settings.EVIDENCE_ROOT).resolve()
    for public in (django_settings.STATIC_ROOT, *django_settings.STATICFILES_DIRS):
        assert not root.is_relative_to(Path(public).resolve())
    names = [path.name for path in root.rglob("*") if path.is_file()]
    assert names
    assert leaked(told, "\n".join(names)) == []


def test_what_is_refused_repeats_nothing_of_somebody_elses(told):
    """Error pages and sentences of forms, for a person who sends the company's own keys and words."""
    slot = told.slots["secret now share"]
    rival = client_of(told.people["rival"])
    for path in ("", "concept/", "ongewijzigd/", "beoordeling/", "weerwoord/", "eigenaar/", "vervallen/"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = rival.post(
                f"/verplichtingen/{slot.pk}/{path}",
                {"version": 1, "text": "x", "action": "submit", "number": 3, "decision": "approved"},
                headers=headers,
            )
            assert answer.status_code == 404
            assert leaked(told, answer.content.decode()) == []
            assert "Xenon" not in answer.content.decode()


def test_the_company_is_the_only_one_who_wrote_a_draft(told):
    """A control: the marks of drafts are there, and the services give them to nobody but their own."""
    assert Company(told, "secret", "own").slot("now quantity").draft.text
