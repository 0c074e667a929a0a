"""One slot on screen: who somebody is to it, and the page with whatever is being mended."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from covenants import permissions, services, trail
from covenants.acting import Acting, acting
from covenants.forms.progress import ApproveForm, ProgressForm, ReplyForm, ReturnForm
from covenants.models import (
    Audience,
    CountingRuling,
    Evidence,
    ProgressDraft,
    ReportingSlot,
    SlotState,
)
from covenants.views.answers import person
from ser_portal.web import require

# What the people who fill it in are told, by the level their round promised.
AUDIENCES: dict[str, Any] = {
    Audience.SECRETARIAT: gettext_lazy("Dit zien alleen de partij zelf en het secretariaat van dit akkoord."),
    Audience.STEERING_GROUP: gettext_lazy(
        "Wat is goedgekeurd ziet ook de stuurgroep; de rest alleen de partij zelf en het secretariaat."
    ),
    Audience.PARTIES: gettext_lazy(
        "Wat is goedgekeurd zien ook de andere partijen; de rest alleen de partij zelf en het secretariaat."
    ),
    Audience.PUBLIC: gettext_lazy(
        "Wat is goedgekeurd ziet iedereen die in het portaal werkt; de rest alleen de partij zelf en het secretariaat."
    ),
}


@dataclass(frozen=True)
class Side:
    """Who this person is to one slot, asked anew at every request."""

    acting: Acting
    own: bool  # acts for the party of the slot, whichever party was chosen
    chosen: bool  # and chose that party
    submits: bool
    keeps: bool  # the secretariat of the agreement

    @property
    def full(self) -> bool:
        """Sees all that was sent, private notes too."""
        return self.own or self.keeps


@dataclass(frozen=True)
class Standing:
    """Where a slot stands, for one viewer. A wider circle knows of it because something was approved, and learns
    nothing of what came after that."""

    state: str
    label: str
    open: bool
    returned: bool

    @classmethod
    def of(cls, found: ReportingSlot, *, full: bool) -> "Standing":
        state = SlotState(found.state) if full else SlotState.APPROVED
        return cls(state, str(state.label), full and found.is_open, full and found.state == SlotState.RETURNED)


def side_of(request: HttpRequest, slot: ReportingSlot) -> Side:
    here = acting(request)
    own = any(party.pk == slot.party_id for party in here.choices)
    return Side(
        acting=here,
        own=own,
        chosen=here.party is not None and here.party.pk == slot.party_id,
        submits=own and permissions.may_submit(request.user, slot),
        keeps=permissions.may_keep(request.user, slot.agreement),
    )


def seen_slot(request: HttpRequest, pk: int) -> ReportingSlot:
    """The slot when this person may know of it, else 404."""
    return get_object_or_404(
        ReportingSlot.objects.visible_to(request.user).select_related(
            "round", "commitment", "agreement__sector", "party", "owner", "current", "approved"
        ),
        pk=pk,
    )


def own_slot(request: HttpRequest, pk: int) -> tuple[ReportingSlot, Side]:
    """The slot when this person reports on it for the party that was chosen; 404, or 403 with what to do."""
    slot = seen_slot(request, pk)
    side = side_of(request, slot)
    require(side.own, _("Alleen gemachtigden van de partij zelf rapporteren hier."))
    require(
        side.chosen,
        _("U handelt nu niet namens %(party)s. Kies eerst namens wie u handelt.") % {"party": slot.party.name},
    )
    require(
        slot.withdrawn_at is None, _("Deze verplichting is vervallen; er hoeft niets meer te worden gerapporteerd.")
    )
    return slot, side


def draft_of(request: HttpRequest, found: ReportingSlot) -> ProgressDraft | None:
    rows = ProgressDraft.objects.visible_to(request.user).select_related("updated_by", "carried_from__slot__round")
    return rows.filter(slot=found).first()


def slot_page(
    request: HttpRequest,
    found: ReportingSlot,
    side: Side,
    *,
    form: ProgressForm | None = None,
    clash: Any = None,
    review: Any = None,
    reply: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a slot with whatever form is being mended."""
    versions = trail.trail(found, request.user, full=side.full)
    latest = versions[0] if versions else None
    approved = next((version for version in versions if version.update.pk == found.approved_id), None)
    waiting = side.keeps and found.state == SlotState.SUBMITTED and found.withdrawn_at is None
    if waiting and review is None:
        review = (ReturnForm(prefix="return"), approve_form(found))
    may_reply = bool(
        side.chosen and side.submits and approved and approved.review and approved.review.reply_until
        and approved.reply is None and approved.review.reply_until >= timezone.localdate()
        and found.withdrawn_at is None
    )  # fmt: skip
    if may_reply and reply is None:
        reply = ReplyForm()
    commitment = found.commitment
    before = services.previous_answer(found) if side.full else None
    context = {
        "slot": found,
        "standing": Standing.of(found, full=side.full),
        "side": side,
        "form": form,
        "state": form.state if form else None,
        "draft": form.draft if form else None,
        "draft_by": person(form.draft.updated_by) if form and form.draft else "",
        "audience": AUDIENCES[found.round.progress_level],
        "owner": person(found.owner) if found.owner else "",
        "may_hand_over": side.full and permissions.may_hand_over(request.user, found),
        "target": trail.target(commitment),
        "baseline": trail.baseline(commitment),
        "evidence": _attached(request, found) if side.own else [],
        "collision": clash,
        "versions": versions,
        "latest": latest,
        "earlier": versions[1:] if waiting or review is not None else versions,
        "approved": approved,
        "before": before,
        "before_measured": trail.measured(before, commitment.measure_unit) if before else "",
        "freshness": trail.freshness(found) if side.full else None,
        "deciding": waiting or review is not None,  # also when somebody else decided: what was typed stays in sight
        "return_form": review[0] if review else None,
        "approve_form": review[1] if review else None,
        "reply_form": reply if may_reply else None,
        "may_confirm": side.chosen and side.submits and _confirmable(found),
        "today": timezone.localdate(),
    }
    return render(request, "covenants/slot.html", context, status=status)


def _attached(request: HttpRequest, found: ReportingSlot) -> list[Evidence]:
    return list(Evidence.objects.visible_to(request.user).filter(slot=found).attached().order_by("uploaded_at", "pk"))


def _confirmable(found: ReportingSlot) -> bool:
    """Whether there is something approved that can be said to hold still."""
    if found.withdrawn_at:
        return False
    return found.state == SlotState.APPROVED or (
        found.state == SlotState.SILENT and services.previous_answer(found) is not None
    )


def approve_form(found: ReportingSlot, data: Any = None) -> ApproveForm:
    rulings = CountingRuling.objects.filter(agreement=found.agreement_id, replaced_by__isnull=True)
    return ApproveForm(data, prefix="approve", rulings=rulings, initial={"rung_reached": found.rung_required})


def number_of(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
