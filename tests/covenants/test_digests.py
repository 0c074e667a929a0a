"""One mail a day: what a mail server may do to it, and what then is known, tried again, or never tried again."""

import logging
import socket
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from covenants import tasks
from covenants.models import Delegate, Digest, DigestState, Reminder, ReminderStep
from covenants.services import digests, reminders
from covenants.services.digests import LEASE, PAUSES
from tests.covenants.mail_server import mail_server
from tests.covenants.reminding import DUE, act_for, at, rung_day, tick, told
from tests.factories import make_commitment, make_round, make_slot
from tests.overview.conftest import broker, no_broker, queue  # noqa: F401

pytestmark = pytest.mark.django_db
MORNING = at(rung_day(-7))


@pytest.fixture
def slot(agreement, party, delegate, facilitator):
    round = make_round(
        agreement, by=facilitator, due_on=DUE, period_first=date(2025, 1, 1), period_last=date(2025, 12, 31)
    )
    return make_slot(round, make_commitment(agreement), party)


@pytest.fixture
def waiting(slot):
    (key,) = reminders.remind(MORNING).to_send
    return Digest.objects.get(pk=key)


# --- The claim -------------------------------------------------------------------------------------------------------


def test_a_message_that_is_delivered_twice_is_one_mail(waiting):
    assert digests.send_digest(waiting.pk, now=MORNING) == DigestState.SENT
    assert digests.send_digest(waiting.pk, now=MORNING) is None
    waiting.refresh_from_db()
    assert (len(mail.outbox), waiting.attempts, waiting.error) == (1, 1, "")
    assert waiting.message_id == mail.outbox[0].extra_headers["Message-ID"]


def test_a_message_about_what_is_gone_does_nothing(db):
    assert digests.send_digest(999_999, now=MORNING) is None


def test_what_was_being_sent_when_its_worker_died_is_never_sent_again(waiting):
    Digest.objects.update(state=DigestState.SENDING, claimed_at=MORNING, attempts=1)
    assert reminders.remind(MORNING + LEASE / 2).interrupted == 0
    assert reminders.remind(MORNING + LEASE * 2).interrupted == 1
    for day in range(-7, 0):
        for hour in (9, 15):
            tick(at(rung_day(day), hour))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error, mail.outbox) == (DigestState.UNKNOWN, "interrupted", [])
    tick(at(rung_day(0)))
    assert [step for _, step in told(waiting.recipient)] == ["on_day"]  # the next rung is another matter


def test_a_mail_that_turned_out_to_be_sent_says_so_after_the_lease_too(waiting, monkeypatch):
    def slowly(message):
        digests.mark_interrupted(MORNING + LEASE * 2)
        return digests.Fate(DigestState.SENT)

    monkeypatch.setattr(digests, "deliver", slowly)
    assert digests.send_digest(waiting.pk, now=MORNING) == DigestState.SENT
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (DigestState.SENT, "")


def test_interrupted_mails_are_noted_outside_office_hours_too(waiting):
    Digest.objects.update(state=DigestState.SENDING, claimed_at=MORNING)
    assert reminders.remind(at(date(2026, 3, 7), 3)).interrupted == 1  # a Saturday night


def test_a_fault_in_writing_the_mail_leaves_it_waiting_and_takes_nothing(waiting, monkeypatch):
    monkeypatch.setattr(digests.letters, "compose", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        digests.send_digest(waiting.pk, now=MORNING)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (DigestState.WAITING, 0)


# --- The mail server -------------------------------------------------------------------------------------------------


def test_a_real_conversation_delivers_text_and_html(waiting, settings):
    with mail_server(settings) as server:
        assert digests.send_digest(waiting.pk, now=MORNING) == DigestState.SENT
    (message,) = server.taken
    waiting.refresh_from_db()
    assert f"Message-ID: {waiting.message_id}" in message
    assert "Auto-Submitted: auto-generated" in message
    assert "text/plain" in message
    assert "text/html" in message


@pytest.mark.parametrize(
    ("behaviour", "state", "error"),
    [
        ({"greeting": "421 nu niet"}, DigestState.WAITING, "SMTPConnectError 421"),
        ({"greeting": "drop"}, DigestState.WAITING, "SMTPServerDisconnected"),
        ({"sender": "451 later"}, DigestState.WAITING, "SMTPSenderRefused 451"),
        ({"recipient": "450 grijze lijst"}, DigestState.WAITING, "SMTPRecipientsRefused 450"),
        ({"recipient": "550 onbekend"}, DigestState.FAILED, "address refused 550"),
        ({"data": "451 vol"}, DigestState.WAITING, "SMTPDataError 451"),
        ({"message": "554 nee"}, DigestState.WAITING, "SMTPDataError 554"),
        ({"message": "drop"}, DigestState.UNKNOWN, "SMTPServerDisconnected"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_the_server_does_decides_what_is_known(waiting, settings, caplog, behaviour, state, error):
    with mail_server(settings, **behaviour) as server, caplog.at_level(logging.DEBUG):
        assert digests.send_digest(waiting.pk, now=MORNING) == state
        assert digests.send_digest(waiting.pk, now=MORNING) is None  # not again at once, whatever it was
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (state, error)
    assert len(server.taken) == (1 if state == DigestState.UNKNOWN else 0)
    assert "@test.example" not in caplog.text
    assert "@test.example" not in waiting.error


def test_a_server_that_is_away_is_asked_three_times_with_growing_pauses(waiting, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        tried = []
        for minutes in range(0, 480, 5):
            now = MORNING + timedelta(minutes=minutes)
            if tick(now):
                tried.append(minutes)
    assert tried == [0, PAUSES[0].seconds // 60, (PAUSES[0] + PAUSES[1]).seconds // 60]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (DigestState.FAILED, 3)
    # What it said goes with the mail of the next working day.
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tick(MORNING + timedelta(days=1))
    assert told(waiting.recipient) == [(rung_day(-6), "before")]
    assert len(mail.outbox) == 1


def test_an_address_that_is_wrong_is_not_tried_again_the_next_day(waiting, settings):
    with mail_server(settings, recipient="550 onbekend") as server:
        for day in range(-7, 0):
            tick(at(rung_day(day)))
        assert server.calls == 1


def test_a_day_on_which_the_portal_planned_and_fell_over_is_made_up_for(waiting):
    tick(at(rung_day(-6)))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (DigestState.FAILED, digests.NOT_ON_ITS_DAY)
    assert told(waiting.recipient) == [(rung_day(-6), "before")]
    assert Reminder.objects.count() == 1


def test_a_week_later_what_fell_over_is_one_line_on_the_highest_rung(waiting):
    tick(at(rung_day(0)))
    assert told(waiting.recipient) == [(rung_day(0), "on_day")]
    assert len(mail.outbox) == 1


# --- The queue -------------------------------------------------------------------------------------------------------


def test_the_planner_sends_ids_and_nothing_else(slot, queue, monkeypatch):  # noqa: F811
    act_for(slot.party, "bob")
    monkeypatch.setattr(reminders.timezone, "now", lambda: MORNING)
    tasks.remind()
    assert queue() == sorted(Digest.objects.values_list("pk", flat=True))
    assert mail.outbox == []


def test_without_a_broker_the_lines_stand_and_the_next_run_goes_on(slot, no_broker, monkeypatch, caplog):  # noqa: F811
    monkeypatch.setattr(reminders.timezone, "now", lambda: MORNING)
    tasks.remind()
    assert "took no message" in caplog.text
    assert Digest.objects.get().state == DigestState.WAITING
    tick(MORNING)
    assert len(mail.outbox) == 1


def test_the_task_of_one_digest_takes_its_id(waiting, monkeypatch):
    monkeypatch.setattr(digests.timezone, "now", lambda: MORNING)
    tasks.send_digest(waiting.pk)
    assert len(mail.outbox) == 1


def test_the_schedule_names_tasks_that_exist(settings):
    from ser_portal.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    assert digests.SEND_TASK in app.tasks


# --- Where the portal is, and the command ----------------------------------------------------------------------------


def test_without_an_address_of_the_portal_production_says_so_and_sends_nothing(slot, settings, caplog, monkeypatch):
    settings.PRODUCTION, settings.PORTAL_URL = True, ""
    with pytest.raises(ImproperlyConfigured, match="PORTAL_URL ontbreekt"):
        reminders.remind(MORNING)
    assert not Digest.objects.exists()
    monkeypatch.setattr(reminders.timezone, "now", lambda: MORNING)
    tasks.remind()
    assert "PORTAL_URL ontbreekt" in caplog.text
    with pytest.raises(CommandError, match="PORTAL_URL ontbreekt"):
        call_command("remind", "--dry-run", "--day", "2026-03-03")


def test_in_development_the_links_lead_to_the_running_portal(waiting, settings, monkeypatch):
    settings.PORTAL_URL = ""
    monkeypatch.setenv("PORT", "8123")
    digests.send_digest(waiting.pk, now=MORNING)
    assert f"http://127.0.0.1:8123/verplichtingen/{waiting.reminders.get().slot_id}/" in mail.outbox[0].body


def test_the_command_shows_what_a_day_would_bring_and_changes_nothing(slot, delegate, capsys):
    act_for(slot.party, "bob")
    call_command("remind", "--dry-run", "--day", "2026-03-03")
    shown = capsys.readouterr().out
    assert "2026-03-03: 2 berichten met 2 regels" in shown
    assert f"2  {ReminderStep.BEFORE.label}" in shown
    assert "@" not in shown
    assert not Digest.objects.exists()
    call_command("remind", "--dry-run", "--day", "2026-03-07")
    assert "geen werkdag; er gaat niets uit tot 2026-03-09" in capsys.readouterr().out
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--day", "2026-03-03"], "--dry-run"), (["--dry-run", "--day", "morgen"], "is geen dag")]
)
def test_the_command_refuses_in_a_sentence(db, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("remind", *arguments)


def test_the_command_sends_without_the_queue(slot, capsys, monkeypatch):
    monkeypatch.setattr(reminders.timezone, "now", lambda: MORNING)
    call_command("remind")
    assert "1 regels ingeschreven, 1 berichten" in capsys.readouterr().out
    assert len(mail.outbox) == 1


def test_the_command_shows_who_nobody_can_tell(slot, facilitator, capsys):
    Delegate.objects.update(revoked_at=at(DUE))
    type(facilitator).objects.filter(pk=facilitator.pk).update(is_active=False)
    call_command("remind", "--dry-run", "--day", "2026-03-03")
    assert "1  waarvoor partij noch secretariaat iemand heeft" in capsys.readouterr().out


def test_planning_asks_the_database_equally_often_however_much_is_due(slot, agreement, facilitator, party):
    from django.test.utils import CaptureQueriesContext

    def counted(day):
        with CaptureQueriesContext(connection) as found:
            reminders.remind(at(day))
        return len(found)

    few = counted(rung_day(-7))
    for _ in range(40):
        make_slot(slot.round, make_commitment(agreement), party)
    Reminder.objects.all().delete()
    Digest.objects.all().delete()
    assert counted(rung_day(-7)) == few
