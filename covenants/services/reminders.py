"""Who has to be told what today, entered once per person and day; the mails themselves are in `digests`.

A rung or a piece of news counts as dealt with once a line about it stands in a digest, unless that digest could not be
sent: then it is entered again for a next working day. So nothing is lost while the portal or the mail server is down,
and nothing is said twice: the database keeps one line per rung and person, and one digest per person and day.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from covenants.models import Digest, DigestState, Reminder, ReminderStep, ReportingRound, ReportingSlot
from covenants.services import digests
from covenants.services.ladder import (
    NEWS,
    NEWS_LASTS,
    OPEN,
    STEPS,
    Line,
    ladder_line,
    news_line,
    people_of,
    window,
    with_all_it_needs,
)
from covenants.services.letters import portal_url
from ser_portal.workdays import is_working_day, next_working_day

log = logging.getLogger(__name__)

FIRST, LAST = time(7), time(18)  # mail goes out between these, Amsterdam time
CHUNK = 1_000  # slots in one transaction


@dataclass
class Outcome:
    """What a run did; counts only."""

    lines: Counter[str] = field(default_factory=Counter)  # entered now, by step
    without_anybody: int = 0  # nobody acts for the party and nobody looks after the agreement
    to_send: list[int] = field(default_factory=list)  # keys of the digests whose moment has come
    interrupted: int = 0  # their worker died while sending: never sent again


def may_send_at(now: datetime) -> bool:
    """Whether mail goes out at this moment: on Dutch working days, between seven and six."""
    local = timezone.localtime(now)
    return is_working_day(local.date()) and FIRST <= local.time() < LAST


def remind(now: datetime | None = None) -> Outcome:
    """Enter everything that is due and say which digests may go now; safe to run at any time, also twice at once.

    Raises ImproperlyConfigured when it is not known where the portal is to be found, which a mail has to say.
    """
    now = now or timezone.now()
    outcome = Outcome(interrupted=digests.mark_interrupted(now))
    if not may_send_at(now):
        return outcome
    portal_url()
    day = timezone.localdate(now)
    digests.give_up_before(day)
    for step in STEPS:
        for slots in _in_chunks(_on_rung(step, day)):
            _enter(outcome, [line for slot in slots if (line := ladder_line(slot, day))], slots, day)
    for state, step in NEWS.items():
        for slots in _in_chunks(_with_news(state, step, now)):
            _enter(outcome, [line for slot in slots if (line := news_line(slot, now))], slots, day)
    outcome.to_send = digests.due(now)
    return outcome


def _said(**about: Any) -> Exists:
    """A line that stands: waiting, sent, or perhaps sent; not one whose digest certainly never left."""
    lines = Reminder.objects.filter(slot=OuterRef("pk"), **about)
    return Exists(lines.exclude(digest__in=digests.never_left().values("pk")))


def _on_rung(step: str, day: date) -> QuerySet[ReportingSlot]:
    """Open slots whose highest rung on `day` is `step`, and about which that was not said yet. One index."""
    first, last = window(step, day)
    return ReportingSlot.objects.standing().filter(
        ~_said(step__in=STEPS[STEPS.index(step) :], due_on=OuterRef("due_on")),
        due_on__range=(first, last),
        state__in=OPEN,
        round__locked_at__isnull=True,
    )


def _with_news(state: str, step: str, now: datetime) -> QuerySet[ReportingSlot]:
    """Slots that lately came into `state` without anybody having been told."""
    return ReportingSlot.objects.standing().filter(
        ~_said(step=step, about=OuterRef("current__number")),
        agreement__in=ReportingRound.objects.values("agreement"),  # so that the index on agreement and state serves
        state=state,
        state_since__gte=now - timedelta(days=NEWS_LASTS),
    )


def _in_chunks(slots: QuerySet[ReportingSlot]) -> Iterator[list[ReportingSlot]]:
    """By key, each chunk read anew: what the one before entered is no longer in the question."""
    last = 0
    while found := list(with_all_it_needs(slots.filter(pk__gt=last)).order_by("pk")[:CHUNK]):
        yield found
        last = found[-1].pk


def _enter(outcome: Outcome, lines: list[Line], slots: Iterable[ReportingSlot], day: date) -> None:
    """Enter these lines, each in the first digest of its person that can still take one."""
    if not lines:
        return
    people = people_of(slots, day)
    told = [(line, people.told(line)) for line in lines]
    outcome.without_anybody += sum(1 for _, persons in told if not persons)
    persons = {person for _, several in told for person in several}
    if not persons:
        return
    with transaction.atomic():
        into = _open_digests(persons, day)
        named = Q(slot__in=[line.slot.pk for line in lines], step__in={line.step for line in lines})
        Reminder.objects.filter(named, digest__in=digests.never_left().values("pk")).delete()
        rows = [
            Reminder(
                slot=line.slot,
                step=line.step,
                about=line.about,
                due_on=line.slot.due_on,
                recipient_id=person,
                digest_id=into[person],
            )
            for line, several in told
            for person in several
            if person in into
        ]
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    outcome.lines.update(row.step for row in rows)


def _open_digests(persons: set[int], day: date) -> dict[int, int]:
    """Per person the key of the digest of today, or of the next working day when today's is on its way; locked, so
    that it cannot leave before the lines are in it."""
    into: dict[int, int] = {}
    for on in (day, next_working_day(day + timedelta(days=1))):
        rest = persons - set(into)
        if not rest:
            break
        known = set(Digest.objects.filter(day=on, recipient__in=rest).values_list("recipient", flat=True))
        Digest.objects.bulk_create(
            [Digest(recipient_id=person, day=on) for person in sorted(rest - known)], ignore_conflicts=True
        )
        waiting = Digest.objects.select_for_update().filter(day=on, recipient__in=rest, state=DigestState.WAITING)
        into |= dict(waiting.order_by("pk").values_list("recipient", "pk"))
    return into


def preview(now: datetime) -> tuple[Outcome, Counter[str]]:
    """What a run at that moment would do and how many mails of which kinds it would send; keeps nothing of it."""
    with transaction.atomic():
        outcome = remind(now)
        kinds: Counter[str] = Counter(
            Reminder.objects.filter(digest__in=outcome.to_send).values_list("step", flat=True)
        )
        transaction.set_rollback(True)
    return outcome, kinds


def step_label(step: str) -> str:
    return str(ReminderStep(step).label)
