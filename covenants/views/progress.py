"""One slot: what a party writes, sends, confirms and answers; what the secretariat decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from covenants import permissions, services, trail
from covenants.acting import Acting, acting
from covenants.forms.progress import ApproveForm, ProgressForm, ReplyForm, ReturnForm, typed_of
from covenants.models import (
    Audience,
    CountingRuling,
    Evidence,
    ProgressDraft,
    ProgressUpdate,
    ReportingSlot,
    Review,
    ReviewDecision,
    ScanState,
    SlotState,
)
from covenants.services import Conflict
from covenants.views.answers import person, posted
from covenants.views.once import once
from ser_portal import intake
from ser_portal.web import given_back, keeps_text, require

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


# --- The page -------------------------------------------------------------------------------------------------------


@keeps_text
@require_http_methods(["GET", "POST"])
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """All there is about a slot, and the form to write, attach and send."""
    if request.method == "POST":
        found, side = own_slot(request, pk)
        return _write(request, found, side)
    found = seen_slot(request, pk)
    side = side_of(request, found)
    form = None
    if side.chosen and found.withdrawn_at is None:
        draft = _draft(request, found)
        returned = {name: value for name, value in given_back(request).items() if name in ProgressForm.base_fields}
        form = ProgressForm(slot=found, draft=draft, initial={k: v for k, v in returned.items() if k != "version"})
        if returned:
            messages.info(request, _("Uw sessie was verlopen. Wat u typte staat er nog; sla het nu op."))
    return _page(request, found, side, form=form)


def _draft(request: HttpRequest, found: ReportingSlot) -> ProgressDraft | None:
    rows = ProgressDraft.objects.visible_to(request.user).select_related("updated_by", "carried_from__slot__round")
    return rows.filter(slot=found).first()


def _page(
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


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(request: HttpRequest, found: ReportingSlot, side: Side) -> HttpResponse:
    """Keep what was typed, then do what the pressed button says: save, attach, detach, submit."""
    draft = _draft(request, found)
    action, _colon, number = request.POST.get("action", "save").partition(":")
    form = ProgressForm(request.POST, request.FILES, slot=found, draft=draft)
    if not form.is_valid():
        return _page(request, found, side, form=form, status=422)
    if action == "submit":
        return _submit(request, found, side, form)
    try:
        draft = save(form, found, by=request.user)
        if action == "attach" or form.cleaned_data.get("file"):
            _attach(form, found, by=request.user)
        elif action == "detach":
            own = Evidence.objects.visible_to(request.user).filter(slot=found)
            services.detach_evidence(get_object_or_404(own, pk=_number(number)), by=request.user)
    except Conflict:
        return _collision(request, found, side, form)
    except ValidationError as refused:
        return _refused(request, found, side, form, refused)
    sentences = {"attach": _("Het bestand is toegevoegd."), "detach": _("Het bestand is weggehaald.")}
    messages.success(request, sentences.get(action, _("Uw concept is bewaard. Het is nog niet ingediend.")))
    return redirect(f"{found.get_absolute_url()}#{'bewijsstukken' if action in sentences else 'schrijven'}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def save(form: ProgressForm, found: ReportingSlot, *, by: Any) -> ProgressDraft:
    return services.save_draft(
        found,
        version=form.cleaned_data["version"],
        typed=form.typed(),
        carried_confirmed=form.cleaned_data.get("carried_confirmed"),
        by=by,
    )


def _attach(form: ProgressForm, found: ReportingSlot, *, by: Any) -> None:
    file = form.cleaned_data.get("file")
    if not file:
        raise ValidationError({"file": _("Kies eerst een bestand.")})
    services.add_evidence(
        found, file=file, name=file.name, shows=form.cleaned_data["shows"], dated=form.cleaned_data["dated"], by=by
    )


def _submit(request: HttpRequest, found: ReportingSlot, side: Side, form: ProgressForm) -> HttpResponse:
    require(side.submits, _("U mag invullen; indienen doet een indiener of coördinator van uw partij."))

    def make() -> str:
        with transaction.atomic():
            draft = save(form, found, by=request.user)
            services.submit(found, version=draft.version, by=request.user)
        return found.get_absolute_url()

    try:
        if form.cleaned_data.get("file"):
            _attach(form, found, by=request.user)
        url, new = once(request, form.cleaned_data["once"], make)
    except Conflict:
        return _collision(request, found, side, form)
    except ValidationError as refused:
        try:
            save(form, found, by=request.user)  # not fit to be sent yet, but not lost either
        except Conflict:
            return _collision(request, found, side, form)
        except ValidationError as also:
            return _refused(request, found, side, form, also)
        return _refused(request, found, side, form, refused)
    if new:
        messages.success(request, _("Uw voortgang is ingediend bij het secretariaat."))
    else:
        messages.info(request, _("Dit was al ingediend; er is niets dubbel gestuurd."))
    return redirect(f"{url}#inhoud")  # to the top: a browser goes on with the fragment the form was sent to


def _again(request: HttpRequest, form: ProgressForm, found: ReportingSlot) -> ProgressForm:
    """The same form over the draft as it is now: what this person changed stays typed, the rest follows."""
    found.refresh_from_db()
    draft = _draft(request, found)
    fresh: Any = ProgressForm(slot=found, draft=draft)
    again = ProgressForm(form.renewed(fresh.initial), slot=found, draft=draft)
    again.is_valid()
    return again


def _refused(
    request: HttpRequest, found: ReportingSlot, side: Side, form: ProgressForm, refused: ValidationError
) -> HttpResponse:
    again = _again(request, form, found)
    again.add_refusal(refused)
    return _page(request, found, side, form=again, status=422)


@dataclass(frozen=True)
class Clash:
    """A colleague saved, sent or cleared the draft in between."""

    recorded: list[tuple[str, str]]
    who: str
    at: Any
    sent: bool


def _clash(request: HttpRequest, form: ProgressForm, found: ReportingSlot) -> tuple[ProgressForm, Clash]:
    again = _again(request, form, found)
    draft = again.draft
    latest = found.current if draft is None else None
    if draft is not None:
        who, at = person(draft.updated_by), draft.updated_at
    elif latest is not None:
        who, at = person(latest.submitted_by), latest.submitted_at
    else:
        who, at = "", None
    return again, Clash(again.recorded(draft or latest), who, at, sent=latest is not None)


def _collision(request: HttpRequest, found: ReportingSlot, side: Side, form: ProgressForm) -> HttpResponse:
    again, clash = _clash(request, form, found)
    return _page(request, found, side, form=again, clash=clash, status=422)


@keeps_text
@require_POST
def slot_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is being typed (htmx); answers with one line and what rides along with the next save.

    A conflict changes nothing on the page but that line: the text stays, and the button beside it shows both texts.
    """
    found, _side = own_slot(request, pk)
    form = ProgressForm(request.POST, slot=found, draft=_draft(request, found))
    context: dict[str, Any] = {"slot": found}
    if not form.is_valid():
        wrong = next(iter(form.errors.values()))[0]
        return _state(request, form, status=422, **context, wrong=wrong)
    try:
        draft = save(form, found, by=request.user)
    except Conflict:
        _again_form, clash = _clash(request, form, found)
        return _state(request, form, status=422, **context, clash=clash)
    except ValidationError as refused:
        return _state(request, form, status=422, **context, wrong=refused.messages[0])
    saved = {"version": draft.version, "initials": typed_of(draft)}
    return render(request, "covenants/slot.html#draft-state", {**context, "state": saved, "saved_at": timezone.now()})


def _state(request: HttpRequest, form: ProgressForm, *, status: int, **context: Any) -> HttpResponse:
    """The line that says why nothing was saved; what rides along stays as it was sent."""
    initials = {name: request.POST.get(f"initial-{name}", form.opened[name]) for name in form.opened}
    state = {"version": request.POST.get("version", form.initial["version"]), "initials": initials}
    return render(request, "covenants/slot.html#draft-state", {**context, "state": state}, status=status)


@require_http_methods(["GET", "POST"])
def slot_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing changed: shows what was approved last and confirms it with one button."""
    found, side = own_slot(request, pk)
    require(side.submits, _("U mag invullen; bevestigen doet een indiener of coördinator van uw partij."))
    answer = found.approved if found.state == SlotState.APPROVED else services.previous_answer(found)
    wrong = ""
    if request.method == "POST":
        try:
            outcome = services.confirm_unchanged(found, by=request.user)
        except ValidationError as refused:
            wrong = refused.messages[0]
        else:
            sent = isinstance(outcome, ProgressUpdate)
            messages.success(
                request,
                _("Ongewijzigd ingediend bij het secretariaat.") if sent else _("Bevestigd: er is niets veranderd."),
            )
            return redirect((request.POST.get("terug") == "start" and reverse("start")) or found.get_absolute_url())
    measured = trail.measured(answer, found.commitment.measure_unit) if answer else ""
    context = {"slot": found, "answer": answer, "wrong": wrong, "measured": measured}
    return render(request, "covenants/slot_confirm.html", context, status=422 if wrong else 200)


# --- Deciding and answering -------------------------------------------------------------------------------------------


def approve_form(found: ReportingSlot, data: Any = None) -> ApproveForm:
    rulings = CountingRuling.objects.filter(agreement=found.agreement_id, replaced_by__isnull=True)
    return ApproveForm(data, prefix="approve", rulings=rulings, initial={"rung_reached": found.rung_required})


@require_http_methods(["GET", "POST"])
def slot_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision on the version that waits: `number` says which one the reviewer read."""
    found = seen_slot(request, pk)
    side = side_of(request, found)
    require(side.keeps, _("Alleen de procesbegeleiders van dit akkoord beoordelen wat partijen insturen."))
    if request.method == "GET":
        return _page(request, found, side)
    returning = request.POST.get("decision") == ReviewDecision.RETURNED
    return_form = ReturnForm(posted(request) if returning else None, prefix="return")
    accept_form = approve_form(found, None if returning else request.POST)
    form: ReturnForm | ApproveForm = return_form if returning else accept_form
    number = _number(request.POST.get("number", ""))
    update = ProgressUpdate.objects.visible_to(request.user).filter(slot=found, number=number).first()

    def decide() -> None:
        if update is None:
            raise Conflict(_("Deze versie is er niet (meer). Bekijk wat er nu staat."))
        values = form.cleaned_data
        if returning:
            services.return_update(update, reason=values["reason"], by=request.user)
        else:
            services.approve_update(
                update,
                verdict=values["verdict"],
                rung_reached=values["rung_reached"],
                assessment=values["assessment"],
                rulings=values.get("rulings", ()),
                by=request.user,
            )

    if form.is_valid() and _tried(form, decide):
        messages.success(
            request,
            _("Teruggestuurd; de partij leest uw reden.") if returning else _("Goedgekeurd; de partij kan reageren."),
        )
        return redirect("covenants:review_queue")
    found = seen_slot(request, pk)
    return _page(request, found, side, review=(return_form, accept_form), status=422)


def _tried(form: Any, act: Callable[[], Any]) -> bool:
    """Whether it was done; a refusal is shown on the form."""
    try:
        act()
    except ValidationError as refused:
        form.add_refusal(refused)
        return False
    return True


@keeps_text
@require_http_methods(["GET", "POST"])
def slot_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The party's own words beside the assessment of what was approved."""
    found, side = own_slot(request, pk)
    require(side.submits, _("Een weerwoord geeft een indiener of coördinator van uw partij."))
    review = get_object_or_404(Review.objects.visible_to(request.user), update=found.approved_id)
    if request.method == "GET":
        return _page(request, found, side, reply=ReplyForm(initial={"text": given_back(request).get("text", "")}))
    form = ReplyForm(request.POST)

    def make() -> str:
        services.reply(review, text=form.cleaned_data["text"], by=request.user)
        return found.get_absolute_url()

    if form.is_valid() and _tried(form, lambda: once(request, form.cleaned_data["once"], make)):
        messages.success(request, _("Uw weerwoord staat naast de beoordeling."))
        return redirect(found)
    return _page(request, found, side, reply=form, status=422)


# --- Evidence ---------------------------------------------------------------------------------------------------------


@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file, as an attachment that no browser runs; only what was scanned (or need not be) is given out."""
    found = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    if found.scan in (ScanState.QUARANTINED, ScanState.INFECTED):
        raise PermissionDenied(
            _("Dit bestand staat apart tot de virusscanner het heeft bekeken.")
            if found.scan == ScanState.QUARANTINED
            else _("De virusscanner weigerde dit bestand; niemand kan het openen.")
        )
    try:
        content = services.evidence_store().open(found.stored_as)
    except FileNotFoundError:
        raise PermissionDenied(_("Dit bestand is niet te vinden in de opslag. Meld het aan de beheerder.")) from None
    services.record_evidence_download(found, by=request.user)
    response = FileResponse(content)
    for name, value in intake.headers(found.name, found.mime).items():
        response[name] = value
    return response
