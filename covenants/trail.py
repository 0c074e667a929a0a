"""The trail of a slot as one viewer may see it: every version with its review and reply, and what changed between."""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    Commitment,
    Evidence,
    EvidenceUse,
    ProgressStatus,
    ProgressUpdate,
    Reply,
    ReportingSlot,
    Review,
    SlotState,
)
from ser_portal.dates import ImpreciseDate, render
from ser_portal.prose import show_number

MOST_VERSIONS = 50  # shown; older ones stay in the record
MOST_WORDS = 2500  # above it a text is compared line by line


@dataclass(frozen=True)
class Segment:
    """A stretch of text that stayed ('same'), came ('ins') or went ('del')."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str
    segments: list[Segment] = field(default_factory=list)  # of a long text


@dataclass
class Version:
    """One version that was sent, and what came of it."""

    update: ProgressUpdate
    number: int  # of the version; for who sees only what is shared, counted among those
    review: Review | None = None
    reply: Reply | None = None
    silence: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    changes: list[FieldChange] | None = None  # None: the first
    private: bool = False  # whether names and the note to the secretariat are this viewer's to read
    measured: str = ""

    @property
    def who(self) -> str:
        return person(self.update.submitted_by)

    @property
    def reviewer(self) -> str:
        return person(self.review.by) if self.review else ""

    @property
    def replier(self) -> str:
        return person(self.reply.by) if self.reply else ""


def person(user: Any) -> str:
    """Somebody's name beside what they did; never an address."""
    return user.name or user.get_role_display()


def share(numerator: Any, denominator: Any) -> str:
    """`12 van 40 (30%)`: a percentage never stands without what it is of."""
    if numerator is None or denominator is None:
        return ""
    percent = _percent(numerator, denominator)
    return _("%(numerator)s van %(denominator)s (%(percent)s)") % {
        "numerator": show_number(numerator),
        "denominator": show_number(denominator),
        "percent": percent,
    }


def _percent(numerator: Any, denominator: Any) -> str:
    tenths = round(1000 * numerator / denominator)
    whole, rest = divmod(int(tenths), 10)
    return f"{whole},{rest}%" if rest else f"{whole}%"


def measured(update: ProgressUpdate, unit: str) -> str:
    """What was measured, in words; '' when nothing was."""
    if update.value is not None:
        return f"{show_number(update.value)} {unit}".strip()
    return share(update.numerator, update.denominator)


def target(commitment: Commitment) -> str:
    """What was aimed at, in words; '' when nothing was."""
    if commitment.target_denominator:
        return share(commitment.target_numerator, commitment.target_denominator)
    return _quantity(commitment.measure_value, commitment.measure_unit)


def baseline(commitment: Commitment) -> str:
    """Where it began, in words; '' when that is not known."""
    if commitment.baseline_denominator:
        return share(commitment.baseline_numerator, commitment.baseline_denominator)
    return _quantity(commitment.baseline_value, commitment.measure_unit)


def _quantity(value: Any, unit: str) -> str:
    return f"{show_number(value)} {unit}".strip() if value is not None else ""


def trail(slot: ReportingSlot, viewer: Any, *, full: bool) -> list[Version]:
    """The versions of a slot that this viewer may see, newest first; `full` for own party and secretariat.

    Five queries, however many versions there are.
    """
    updates = list(
        ProgressUpdate.objects.visible_to(viewer)
        .filter(slot=slot)
        .select_related("submitted_by", "carried_from__slot__round")
        .order_by("-number")[:MOST_VERSIONS]
    )
    keys = [update.pk for update in updates]
    reviews = {
        review.update_id: review
        for review in Review.objects.visible_to(viewer)
        .filter(update__in=keys)
        .select_related("by")
        .prefetch_related("rulings")
    }
    replies = {
        reply.review_id: reply
        for reply in Reply.objects.visible_to(viewer).filter(review__update__in=keys).select_related("by")
    }
    files: dict[int, list[Evidence]] = defaultdict(list)
    uses = EvidenceUse.objects.visible_to(viewer).filter(update__in=keys).select_related("evidence")
    for use in uses.order_by("evidence__uploaded_at", "evidence"):
        files[use.update_id].append(use.evidence)
    unit = slot.commitment.measure_unit
    versions = []
    for place, update in enumerate(updates):
        review = reviews.get(update.pk)
        reply = replies.get(review.pk) if review else None
        before = updates[place + 1] if place + 1 < len(updates) else None
        versions.append(
            Version(
                update,
                # The real number would tell a wider circle how often something was sent or sent back.
                update.number if full else len(updates) - place,
                review,
                reply,
                silence=_silence(review) if full and reply is None else "",
                evidence=files[update.pk],
                changes=changes(before, update, unit, private=full) if before is not None else None,
                private=full,
                measured=measured(update, unit),
            )
        )
    return versions


def _silence(review: Review | None) -> str:
    """That no reply came, once the term is over; with the day."""
    if review is None or review.reply_until is None:
        return ""
    day = render(ImpreciseDate.on(review.reply_until))
    if timezone.localdate() > review.reply_until:
        return _("Geen weerwoord ontvangen tot en met %(day)s.") % {"day": day}
    return _("Weerwoord mogelijk tot en met %(day)s.") % {"day": day}


def changes(before: ProgressUpdate, after: ProgressUpdate, unit: str, *, private: bool) -> list[FieldChange]:
    """What differs between two versions, field by field, short ones first."""
    found = []
    if before.status != after.status:
        found.append(
            FieldChange(_("Stand"), str(ProgressStatus(before.status).label), str(ProgressStatus(after.status).label))
        )
    if (one := measured(before, unit)) != (other := measured(after, unit)):
        found.append(FieldChange(_("Gemeten"), one or "–", other or "–"))
    texts = [(_("Toelichting"), "text")] + ([(_("Bericht aan het secretariaat"), "private_note")] if private else [])
    for label, name in texts:
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            found.append(FieldChange(label, one, other, segments(one, other)))
    return found


def segments(before: str, after: str) -> list[Segment]:
    """The two texts as stretches that stayed, went and came; word by word, or line by line when they are long."""
    split = re.compile(r"\S+\s*|\s+").findall
    one, other = split(before), split(after)
    if len(one) + len(other) > 2 * MOST_WORDS:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Segment] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, one, other).get_opcodes():
        if kind == "equal":
            found.append(Segment("same", "".join(one[i1:i2])))
            continue
        if i2 > i1:
            found.append(Segment("del", "".join(one[i1:i2])))
        if j2 > j1:
            found.append(Segment("ins", "".join(other[j1:j2])))
    return found


# --- How fresh what was approved is ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Freshness:
    """`kind`: 'fresh' (approved lately), 'unchanged' (it was said to hold still), 'stale' (too long ago)."""

    kind: str
    since: date
    days: int

    @property
    def label(self) -> str:
        day = render(ImpreciseDate.on(self.since))
        if self.kind == "stale":
            return _("verouderd: sinds %(day)s niet bevestigd") % {"day": day}
        if self.kind == "unchanged":
            return _("ongewijzigd, bevestigd op %(day)s") % {"day": day}
        return _("bijgewerkt op %(day)s") % {"day": day}


def freshness(slot: ReportingSlot, today: date | None = None) -> Freshness | None:
    """How fresh the approved answer of a slot is; None when nothing is approved or something newer waits.

    Needs `round` and `approved` on the slot.
    """
    if slot.state != SlotState.APPROVED or slot.approved is None or slot.withdrawn_at:
        return None
    today = today or timezone.localdate()
    sent = timezone.localdate(slot.approved.submitted_at)
    confirmed = slot.confirmed_on if slot.confirmed_on and slot.confirmed_on >= sent else None
    since = confirmed or sent
    days = (today - since).days
    if days > slot.round.stale_after_days and not slot.round.is_locked:
        return Freshness("stale", since, days)
    return Freshness("unchanged" if confirmed or slot.approved.unchanged else "fresh", since, days)
