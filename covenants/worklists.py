"""What needs somebody today, oldest first: a delegate's party owes it, or a facilitator's secretariat waits for it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from covenants import trail
from covenants.models import (
    Party,
    ProgressDraft,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    SlotState,
    kept_agreements,
)

MOST = 50  # of one kind on the start page; the rounds have the rest
COUNTED = 1000  # beyond it a page says "more than"


def counted(rows: Any) -> tuple[int, bool]:
    """How many there are, and whether there are more than were counted."""
    number = rows.order_by()[: COUNTED + 1].count()
    return min(number, COUNTED), number > COUNTED


@dataclass(frozen=True)
class Item:
    """One line of a worklist."""

    slot: ReportingSlot
    late_days: int = 0  # after the due date
    writing: bool = False  # there is a draft
    mine: bool = False  # this person picked it up
    freshness: trail.Freshness | None = None
    until: date | None = None  # for a reply


@dataclass(frozen=True)
class Owed:
    """What one party has to do."""

    returned: list[Item] = field(default_factory=list)
    due: list[Item] = field(default_factory=list)
    stale: list[Item] = field(default_factory=list)
    replies: list[Item] = field(default_factory=list)
    more: int = 0  # due beyond what is shown

    @property
    def any(self) -> bool:
        return bool(self.returned or self.due or self.stale or self.replies)


def owed(user: Any, party: Party, today: date | None = None) -> Owed:
    """What `party` owes, for this delegate of it; five queries, however much there is."""
    today = today or timezone.localdate()
    own = (
        ReportingSlot.objects.visible_to(user)
        .standing()
        .filter(party=party)
        .select_related("round", "commitment", "agreement", "approved")
        .annotate(has_draft=Exists(ProgressDraft.objects.filter(slot=OuterRef("pk"))))
    )
    running = own.filter(round__locked_at__isnull=True)
    # Most reviewing is done after the lock: what was sent back then still waits for the party.
    returned = own.filter(state=SlotState.RETURNED).order_by("due_on", "pk")[:MOST]  # as the index has it
    due = running.filter(state=SlotState.SILENT).order_by("due_on", "pk")
    approved = running.filter(state=SlotState.APPROVED).order_by(
        Coalesce(F("confirmed_on"), TruncDate("approved__submitted_at")), "pk"
    )
    open_reviews = (
        Review.objects.visible_to(user)
        .filter(
            update__party=party,
            decision=ReviewDecision.APPROVED,
            reply_until__gte=today,
            reply__isnull=True,
            update__slot__withdrawn_at__isnull=True,
            update__slot__approved=F("update"),
        )
        .select_related("update__slot__round", "update__slot__commitment", "update__slot__agreement")
        .order_by("reply_until", "pk")[:MOST]
    )

    def item(slot: ReportingSlot) -> Item:
        late = max(0, (today - slot.due_on).days)
        return Item(slot, late, bool(slot.has_draft), slot.owner_id == user.pk)  # type: ignore[attr-defined]

    shown = list(due[: MOST + 1])
    stale = [Item(slot, freshness=fresh) for slot in approved[:MOST]
             if (fresh := trail.freshness(slot, today)) is not None and fresh.kind == "stale"]  # fmt: skip
    return Owed(
        returned=[item(slot) for slot in returned],
        due=[item(slot) for slot in shown[:MOST]],
        stale=stale,
        replies=[Item(review.update.slot, until=review.reply_until) for review in open_reviews],
        more=due.count() - MOST if len(shown) > MOST else 0,
    )


def owed_counts(parties: list[Party], today: date | None = None) -> dict[int, int]:
    """How many open items each of these parties has; for somebody who still has to choose. One query."""
    rows = (
        ReportingSlot.objects.standing()
        .filter(
            Q(state=SlotState.SILENT, round__locked_at__isnull=True) | Q(state=SlotState.RETURNED), party__in=parties
        )
        .values("party")
        .annotate(open=Count("pk"))
    )
    return {row["party"]: row["open"] for row in rows}


def waiting_for(user: Any) -> Any:
    """The slots whose last version waits for this facilitator."""
    return ReportingSlot.objects.standing().filter(agreement__in=kept_agreements(user), state=SlotState.SUBMITTED)


@dataclass(frozen=True)
class Waiting:
    slot: ReportingSlot
    days: int


def oldest_waiting(rows: Any, today: date | None = None) -> list[Waiting]:
    """These slots with how many days they wait, as `waiting_for` or a page of it orders them."""
    today = today or timezone.localdate()
    return [Waiting(slot, (today - timezone.localdate(slot.state_since)).days) for slot in rows]


def with_what_is_read(rows: Any) -> Any:
    """Slots in order of waiting, with what a line of the queue shows."""
    return rows.select_related("agreement__sector", "round", "commitment", "party", "current").order_by(
        "state_since", "pk"
    )


@dataclass(frozen=True)
class OpenRound:
    """A round that is not locked, and what there is to do in it."""

    round: ReportingRound
    silent_parties: int
    overdue_since: date | None  # the oldest due date that passed with nothing received
    waiting: int
    ownerless: int
    over: bool  # the due date has passed: it can be closed


def open_rounds(user: Any, today: date | None = None) -> list[OpenRound]:
    """The open rounds of this facilitator's agreements, the one that is due first on top; one query."""
    today = today or timezone.localdate()
    standing = Q(slots__withdrawn_at__isnull=True)
    silent = standing & Q(slots__state=SlotState.SILENT, slots__due_on__lt=today)
    rows = (
        ReportingRound.objects.open()
        .filter(agreement__in=kept_agreements(user))
        .select_related("agreement__sector")
        .annotate(
            silent_parties=Count("slots__party", filter=silent, distinct=True),
            overdue_since=Min("slots__due_on", filter=silent),
            waiting=Count("slots", filter=standing & Q(slots__state=SlotState.SUBMITTED)),
            ownerless=Count(
                "slots",
                filter=standing & Q(slots__owner__isnull=True, slots__state__in=[SlotState.SILENT, SlotState.RETURNED]),
            ),
        )
        .order_by("due_on", "pk")[:MOST]
    )
    return [
        OpenRound(row, row.silent_parties, row.overdue_since, row.waiting, row.ownerless, row.due_on < today)
        for row in rows
    ]
