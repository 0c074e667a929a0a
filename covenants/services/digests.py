"""One mail to one person on one day, and what is known of its fate.

`send_digest` takes the digest with one conditional UPDATE, asks again whether each line still holds, and only then
sends. A worker that dies in between leaves it `sending`; after the lease that becomes `unknown`, and it is never sent
again: a mail too few is found in the log, a mail too many in somebody's inbox. A server that refuses before it has the
message is asked at most three times a day.
"""

import logging
import smtplib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from celery import current_app
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from covenants.models import Digest, DigestState, Reminder
from covenants.services import letters
from covenants.services.ladder import OFFSETS, Line, People, ladder_line, news_line, people_of

log = logging.getLogger(__name__)

SEND_TASK = "covenants.send_digest"
LEASE = timedelta(minutes=5)
PAUSES = (timedelta(minutes=10), timedelta(hours=1))  # before the second try and the third
MOST_ATTEMPTS = len(PAUSES) + 1
REFUSED = "address refused"  # for good: not tried again on another day
NOT_ON_ITS_DAY = "not sent on its day"


def never_left() -> QuerySet[Digest]:
    """Digests that certainly reached nobody and whose lines may be entered again: not those whose address is wrong."""
    return Digest.objects.filter(~Q(error__startswith=REFUSED), state=DigestState.FAILED)


def due(now: datetime) -> list[int]:
    """Keys of the digests of today that wait and whose pause is over, oldest first."""
    return list(Digest.objects.filter(_may_be_tried(now)).order_by("pk").values_list("pk", flat=True))


def _may_be_tried(now: datetime) -> Q:
    tried = Q(attempts=0)
    for number, pause in enumerate(PAUSES, start=1):
        tried |= Q(attempts=number, claimed_at__lte=now - pause)
    return Q(state=DigestState.WAITING, day=timezone.localdate(now)) & tried


def mark_interrupted(now: datetime) -> int:
    """Digests whose worker died while sending: nobody knows whether they arrived, and that is what they say now."""
    died = Digest.objects.filter(state=DigestState.SENDING, claimed_at__lt=now - LEASE)
    return died.update(state=DigestState.UNKNOWN, error="interrupted")


def give_up_before(day: date) -> int:
    """What waited on an earlier day was not sent on it; what still holds of it is entered anew."""
    missed = Digest.objects.filter(state=DigestState.WAITING, day__lt=day)
    return missed.update(state=DigestState.FAILED, error=NOT_ON_ITS_DAY)


def send_digest(digest_id: int, *, now: datetime | None = None) -> DigestState | None:
    """Send one digest, once. None when there is nothing to do: it is on its way, its pause runs, or no line holds."""
    now = now or timezone.now()
    mail = _take(digest_id, now)
    if mail is None:
        return None
    fate = deliver(mail)
    mine = Digest.objects.filter(pk=digest_id, claimed_at=now)
    if fate.state == DigestState.SENT:
        # Also when the lease ran out meanwhile: it is known now.
        mine = mine.filter(state__in=[DigestState.SENDING, DigestState.UNKNOWN])
        mine.update(state=DigestState.SENT, sent_at=timezone.now(), error="")
        return DigestState.SENT
    mine = mine.filter(state=DigestState.SENDING)
    if fate.state == DigestState.WAITING:
        mine.filter(attempts__gte=MOST_ATTEMPTS).update(state=DigestState.FAILED, error=fate.error)
    mine.update(state=fate.state, error=fate.error)
    log.warning("digest %s: %s (%s)", digest_id, fate.state, fate.error)
    return fate.state


@transaction.atomic
def _take(digest_id: int, now: datetime) -> EmailMultiAlternatives | None:
    """Take the digest and write its mail from the lines that hold now; without any it is gone and the day is free."""
    taken = Digest.objects.filter(_may_be_tried(now), pk=digest_id).update(
        state=DigestState.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    digest = Digest.objects.select_related("recipient").get(pk=digest_id)
    lines, people = _lines_that_hold(digest, now)
    if not lines:
        digest.delete()
        return None
    mail = letters.compose(digest, lines, people)
    mail.message()  # what cannot be written as a mail fails here, while it can still be undone
    Digest.objects.filter(pk=digest_id).update(message_id=mail.extra_headers["Message-ID"])
    return mail


def _lines_that_hold(digest: Digest, now: datetime) -> tuple[list[Line], People]:
    """The lines that would be entered for this person at this moment; the others are dropped, for whoever it is now
    to be told to."""
    rows = list(
        digest.reminders.select_related("slot", "slot__round", "slot__current").defer(
            "slot__current__text", "slot__current__private_note"
        )
    )
    people = people_of([row.slot for row in rows], digest.day)
    holding, dropped = [], []
    for row in rows:
        line = ladder_line(row.slot, digest.day) if row.step in OFFSETS else news_line(row.slot, now)
        holds = (
            line is not None
            and (line.step, line.about) == (row.step, row.about)
            and (row.step not in OFFSETS or row.due_on == row.slot.due_on)
            and digest.recipient_id in people.told(line)
        )
        if holds and line is not None:
            holding.append(line)
        else:
            dropped.append(row.pk)
    if dropped:
        Reminder.objects.filter(pk__in=dropped).delete()
    return holding, people


@dataclass(frozen=True)
class Fate:
    """What became of a mail: sent, waiting (refused before it was taken), failed (refused for good) or unknown."""

    state: DigestState
    error: str = ""  # kind and code; never an address


def deliver(mail: EmailMultiAlternatives) -> Fate:
    """Hand the mail to the server; never raises for what a server or a network does."""
    try:
        connection = get_connection()
        connection.open()
    except (OSError, smtplib.SMTPException, ImproperlyConfigured) as failure:
        return Fate(DigestState.WAITING, _said(failure))
    try:
        sent = connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            return Fate(DigestState.FAILED, f"{REFUSED} {codes[0]}")
        return Fate(DigestState.WAITING, f"SMTPRecipientsRefused {codes[0] if codes else ''}".strip())
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as refused_all:
        return Fate(DigestState.WAITING, _said(refused_all))  # the server answered, and the answer was no
    except (OSError, smtplib.SMTPException) as lost:
        return Fate(DigestState.UNKNOWN, _said(lost))  # the line went dead, perhaps after the message was taken
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()
    return Fate(DigestState.SENT) if sent else Fate(DigestState.WAITING, "not taken")


def _said(failure: Exception) -> str:
    """The kind of failure and the server's code; what a server says may hold an address."""
    code = getattr(failure, "smtp_code", None) or getattr(failure, "errno", None)
    return f"{type(failure).__name__} {code or ''}".strip()


def wake(digest_ids: Iterable[int]) -> int:
    """Tell the broker which digests may go; the number it took. Never raises: the next run finds what is left."""
    quick = {"socket_timeout": 2, "socket_connect_timeout": 1, "retry_on_timeout": False, "max_retries": 1}
    quick |= {"interval_start": 0, "interval_step": 0, "interval_max": 0}
    taken = 0
    try:
        with current_app.connection_for_write(transport_options=quick, connect_timeout=1) as broker:
            for digest_id in digest_ids:
                current_app.send_task(
                    SEND_TASK, args=[digest_id], connection=broker, retry=False, ignore_result=True, expires=600
                )
                taken += 1
    except Exception as error:  # whatever a transport raises
        log.warning("reminders: the broker took no message (%s)", type(error).__name__)
    return taken
