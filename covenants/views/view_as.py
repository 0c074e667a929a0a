"""Seeing an agreement as somebody else would, before anything is shared: a named party, or the outside world."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants.models import (
    Agreement,
    Commitment,
    Evidence,
    Party,
    ProgressUpdate,
    Reply,
    ReportingRound,
    ReportingSlot,
    Review,
    ViewAs,
)
from covenants.views.answers import kept_agreement
from ser_portal.web import Page, render_page

PUBLIC = "publiek"
MOST_PARTIES = 1000
MOST_SHOWN = 50


@dataclass(frozen=True)
class Seen:
    """What one viewer sees of an agreement; every part is read through the same `visible_to` as the pages use."""

    agreement: bool
    commitments: list[Commitment] = field(default_factory=list)
    commitments_count: int = 0
    rounds: list[ReportingRound] = field(default_factory=list)
    own: int = 0
    others: Page | None = None  # slots of other parties
    counts: list[tuple[str, int]] = field(default_factory=list)  # of other parties: what, how many


def seen_by(viewer: Any, agreement: Agreement, params: Any) -> Seen:
    """Reads it all as `viewer` (a ViewAs, or None for the outside world); eleven queries at most."""
    if not Agreement.objects.visible_to(viewer).filter(pk=agreement.pk).exists():
        return Seen(agreement=False)
    commitments = Commitment.objects.visible_to(viewer).filter(agreement=agreement)
    party = viewer.party_id if viewer is not None else None
    own, other = Q(party=party) if party else Q(pk__in=[]), ~Q(party=party) if party else Q()
    slots = ReportingSlot.objects.visible_to(viewer).filter(agreement=agreement)
    updates = ProgressUpdate.objects.visible_to(viewer).filter(other, agreement=agreement)
    others = (
        slots.filter(other).select_related("party", "commitment", "round", "approved").order_by("party__name", "pk")
    )
    reviews = Review.objects.visible_to(viewer).filter(update__agreement=agreement)
    replies = Reply.objects.visible_to(viewer).filter(review__update__agreement=agreement)
    evidence = Evidence.objects.visible_to(viewer).filter(other, slot__agreement=agreement)
    if party:
        reviews, replies = reviews.exclude(update__party=party), replies.exclude(review__update__party=party)
    return Seen(
        agreement=True,
        commitments=list(commitments.order_by("pk")[:MOST_SHOWN]),
        commitments_count=commitments.count(),
        rounds=list(ReportingRound.objects.visible_to(viewer).filter(agreement=agreement)[:MOST_SHOWN]),
        own=slots.filter(own).count() if party else 0,
        others=Page(others.order_by("party__name", "pk"), params),
        counts=[
            (_("voortgang"), updates.count()),
            (_("bewijsstukken"), evidence.count()),
            (_("beoordelingen"), reviews.count()),
            (_("weerwoorden"), replies.count()),
        ],
    )


@require_GET
def view_as(request: HttpRequest, slug: str) -> HttpResponse:
    """What a named party or the outside world sees of this agreement; for its facilitators."""
    agreement = kept_agreement(request, slug)
    parties = (
        Party.objects.visible_to(request.user)
        .filter(Q(participations__agreement=agreement) | Q(slots__agreement=agreement))
        .distinct()
        .order_by("name")
    )
    chosen = request.GET.get("als", "")[:120]
    party = parties.filter(slug=chosen).first() if chosen and chosen != PUBLIC else None
    known = party is not None or chosen in ("", PUBLIC)
    seen = None
    if chosen and known:
        seen = seen_by(ViewAs(party.pk) if party else None, agreement, request.GET)
    context = {
        "agreement": agreement,
        "parties": list(parties[:MOST_PARTIES]),
        "chosen": chosen,
        "party": party,
        "unknown": "" if known else chosen,
        "seen": seen,
    }
    return render_page(request, "covenants/view_as.html", context, fragment="view-as", status=200 if known else 422)
