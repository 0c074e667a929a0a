"""The secret address of a person's own deadlines, and what a calendar finds there.

The address holds a secret of 256 bits; the database only its hash, so that nobody who reads the database can open it.
Looking the hash up takes the same time whatever was guessed. A calendar stands on other people's computers: it gets
agreements, rounds, days and numbers of items, never what was reported or by whom.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenants import permissions, places
from covenants.models import CalendarFeed, DeadlineChange, ReportingRound, ReportingSlot, SlotState
from covenants.models.people import kept_agreements, own_parties
from covenants.services.ladder import OPEN
from ser_portal.accounts.models import User
from ser_portal.audit import services as audit
from ser_portal.words import words

MOST = 300  # events in one calendar
SHORTEST_KEY = 20


def make_feed(*, key: str, by: Any) -> str:
    """The secret of a new address for `by`; an older address ends. The secret cannot be had again.

    It is made of `key`, which the form carried, and the key of the portal: pressing the button twice makes one address
    and shows it both times. Raises ValidationError when `by` has no deadlines to follow, or for a form used up earlier.
    """
    if not permissions.may_follow_deadlines(by):
        raise ValidationError(_("Een agenda is er voor gemachtigden en procesbegeleiders."))
    if len(key) < SHORTEST_KEY:
        raise ValidationError(_("Open de pagina opnieuw en probeer het nog eens."))
    told = hmac.new(settings.SECRET_KEY.encode(), f"calendar:{by.pk}:{key}".encode(), hashlib.sha256).digest()
    secret = urlsafe_b64encode(told).decode().rstrip("=")
    hashed = _hash(secret)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        known = CalendarFeed.objects.filter(token_hash=hashed).first()
        if known is not None and known.revoked_at is None:
            return secret
        if known is not None:
            raise ValidationError(_("Dit adres is ingetrokken. Open de pagina opnieuw om een nieuw adres te maken."))
        ended = CalendarFeed.objects.filter(user=by, revoked_at__isnull=True).update(revoked_at=timezone.now())
        feed = CalendarFeed.objects.create(user=by, token_hash=hashed)
        audit.record("covenants.calendar_address_made", on=feed, by=by, replaced=ended)
    return secret


@transaction.atomic
def revoke_feed(*, by: Any) -> bool:
    """End the address at once. False when there was none."""
    User.objects.select_for_update().get(pk=by.pk)
    feed = open_feed(by)
    if feed is None:
        return False
    CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=timezone.now())
    audit.record("covenants.calendar_address_revoked", on=feed, by=by)
    return True


def open_feed(user: Any) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def reader_of(secret: str) -> User | None:
    """Whose calendar this is, while the address holds and the person still acts for a party or looks after an
    agreement; otherwise None, for whatever reason."""
    feed = (
        CalendarFeed.objects.filter(token_hash=_hash(secret), revoked_at__isnull=True)
        .select_related("user")
        .only("user")
        .first()
    )
    if feed is None:
        return None
    user: Any = feed.user
    if not permissions.may_follow_deadlines(user):
        return None
    rights = own_parties(user) if user.is_delegate else kept_agreements(user)
    return user if rights.exists() else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


# --- What is in it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """A whole day in a calendar. `number` counts the changes of its day; `stamp` is when anything last changed."""

    uid: str
    day: date
    summary: str
    description: str
    path: str
    number: int
    stamp: datetime


def calendar(user: Any, *, base: str, today: date | None = None) -> bytes:
    """The calendar of this person as a file (RFC 5545); `base` is the address of the portal. Few queries, always."""
    today = today or timezone.localdate()
    with translation.override(user.language):
        events = _of_a_delegate(user) if user.is_delegate else _of_a_facilitator(user, today)
        whole = icalendar.Calendar()
        whole.add("prodid", "-//SER-portaal//convenanten//NL")
        whole.add("version", "2.0")
        whole.add("calscale", "GREGORIAN")
        whole.add("x-wr-calname", _("SER-portaal: inleverdata"))
        whole.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    host = base.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0] or "portaal"
    for event in events[:MOST]:
        entry = icalendar.Event()
        entry.add("uid", f"{event.uid}@{host}")
        entry.add("dtstamp", event.stamp)
        entry.add("last-modified", event.stamp)
        entry.add("sequence", event.number)
        entry.add("dtstart", event.day)
        entry.add("dtend", event.day + timedelta(days=1))
        entry.add("summary", event.summary)
        entry.add("description", event.description)
        entry.add("url", base.rstrip("/") + event.path)
        entry.add("transp", "TRANSPARENT")
        entry.add("class", "PRIVATE")
        whole.add_component(entry)
    return whole.to_ical()


def _of_a_delegate(user: Any) -> list[Event]:
    """One event per round and due date of what the own parties still have to send."""
    mine = ReportingSlot.objects.standing().filter(party__in=own_parties(user), round__locked_at__isnull=True)
    owed = list(
        mine.filter(state__in=OPEN)
        .values("round", "due_on")
        .annotate(items=Count("pk"))
        .order_by("round", "due_on")[: MOST * 2]
    )
    touched = dict(mine.values("round").annotate(last=Max("state_since")).values_list("round", "last"))
    rounds = _rounds({row["round"] for row in owed})
    # Also of the own parties alone: that another party got more time is its own business.
    moved = _moves(rounds, Q(party__isnull=True) | Q(party__in=own_parties(user)))
    events: list[Event] = []
    days: dict[int, int] = defaultdict(int)
    for row in owed:
        round = rounds[row["round"]]
        days[round.pk] += 1  # with one date per round, which is the rule, a moved deadline keeps its event
        place = f"-{days[round.pk]}" if days[round.pk] > 1 else ""
        number, last = moved.get(round.pk, (0, None))
        summary = ngettext(
            "Inleveren: %(items)d rapportage, %(agreement)s",
            "Inleveren: %(items)d rapportages, %(agreement)s",
            row["items"],
        )
        events.append(
            Event(
                uid=f"ronde-{round.pk}{place}",
                day=row["due_on"],
                summary=summary % {"items": row["items"], "agreement": words(round.agreement, "name")},
                description=words(round, "title"),
                path=places.round_(round.pk),
                number=number,
                stamp=max(filter(None, [round.opened_at, last, touched.get(round.pk)])),
            )
        )
    return sorted(events, key=lambda event: (event.day, event.uid))


def _of_a_facilitator(user: Any, today: date) -> list[Event]:
    """The due date of each open round, and today what waits for a review."""
    kept = kept_agreements(user)
    rounds = _rounds(ReportingRound.objects.open().filter(agreement__in=kept).values("pk")[:MOST])
    moved = _moves(rounds, Q(party__isnull=True))
    events = []
    for round in rounds.values():
        number, last = moved.get(round.pk, (0, None))
        events.append(
            Event(
                uid=f"ronde-{round.pk}",
                day=round.due_on,
                summary=_("Inleverdatum: %(agreement)s") % {"agreement": words(round.agreement, "name")},
                description=words(round, "title"),
                path=places.round_(round.pk),
                number=number,
                stamp=max(filter(None, [round.opened_at, last])),
            )
        )
    waiting = list(
        ReportingSlot.objects.standing()
        .filter(agreement__in=kept, state=SlotState.SUBMITTED)
        .values("agreement", "agreement__name_nl", "agreement__name_en")
        .annotate(items=Count("pk"), first=Min("state_since"), last=Max("state_since"))
        .order_by("first", "agreement")[:MOST]
    )
    midnight = timezone.make_aware(datetime.combine(today, time()))
    for row in waiting:
        summary = ngettext(
            "Wacht op beoordeling: %(items)d rapportage, %(agreement)s",
            "Wacht op beoordeling: %(items)d rapportages, %(agreement)s",
            row["items"],
        )
        name = row["agreement__name_en"] if translation.get_language() == "en" else ""
        first = timezone.localdate(row["first"])
        events.append(
            Event(
                uid=f"beoordelen-{row['agreement']}",
                day=today,
                summary=summary % {"items": row["items"], "agreement": name or row["agreement__name_nl"]},
                description=_("De oudste wacht %(days)d dagen.") % {"days": max(0, (today - first).days)},
                path=places.review_queue(),
                number=today.toordinal() - date(2020, 1, 1).toordinal(),  # it moves along with the day
                stamp=max(midnight, row["last"]),
            )
        )
    return sorted(events, key=lambda event: (event.day, event.uid))


def _rounds(keys: Any) -> dict[int, ReportingRound]:
    rounds: QuerySet[ReportingRound] = ReportingRound.objects.filter(pk__in=keys).select_related("agreement")
    return {round.pk: round for round in rounds}


def _moves(rounds: Any, whose: Q) -> dict[int, tuple[int, datetime]]:
    """Per round how often its date was moved for `whose`, and when last."""
    moves = DeadlineChange.objects.filter(whose, round__in=list(rounds)).values("round")
    return {row["round"]: (row["times"], row["last"]) for row in moves.annotate(times=Count("pk"), last=Max("at"))}
