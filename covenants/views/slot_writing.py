"""What a party does on the page of a slot: write, attach, send, confirm."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from covenants import services, trail
from covenants.forms.progress import ProgressForm, typed_of
from covenants.models import (
    Evidence,
    ProgressDraft,
    ProgressUpdate,
    ReportingSlot,
    SlotState,
)
from covenants.services import Conflict
from covenants.views.answers import person
from covenants.views.once import once
from covenants.views.slot_page import Side, draft_of, number_of, own_slot, seen_slot, side_of, slot_page
from ser_portal.web import given_back, keeps_text, require


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
        draft = draft_of(request, found)
        returned = {name: value for name, value in given_back(request).items() if name in ProgressForm.base_fields}
        form = ProgressForm(slot=found, draft=draft, initial={k: v for k, v in returned.items() if k != "version"})
        if returned:
            messages.info(request, _("Uw sessie was verlopen. Wat u typte staat er nog; sla het nu op."))
    return slot_page(request, found, side, form=form)


def _write(request: HttpRequest, found: ReportingSlot, side: Side) -> HttpResponse:
    """Keep what was typed, then do what the pressed button says: save, attach, detach, submit."""
    draft = draft_of(request, found)
    action, _colon, number = request.POST.get("action", "save").partition(":")
    form = ProgressForm(request.POST, request.FILES, slot=found, draft=draft)
    if not form.is_valid():
        return slot_page(request, found, side, form=form, status=422)
    if action == "submit":
        return _submit(request, found, side, form)
    try:
        draft = save(form, found, by=request.user)
        if action == "attach" or form.cleaned_data.get("file"):
            _attach(form, found, by=request.user)
        elif action == "detach":
            own = Evidence.objects.visible_to(request.user).filter(slot=found)
            services.detach_evidence(get_object_or_404(own, pk=number_of(number)), by=request.user)
    except Conflict:
        return _collision(request, found, side, form)
    except ValidationError as refused:
        return _refused(request, found, side, form, refused)
    sentences = {"attach": _("Het bestand is toegevoegd."), "detach": _("Het bestand is weggehaald.")}
    messages.success(request, sentences.get(action, _("Uw concept is bewaard. Het is nog niet ingediend.")))
    return redirect(f"{found.get_absolute_url()}#{'bewijsstukken' if action in sentences else 'schrijven'}")


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
    draft = draft_of(request, found)
    fresh: Any = ProgressForm(slot=found, draft=draft)
    again = ProgressForm(form.renewed(fresh.initial), slot=found, draft=draft)
    again.is_valid()
    return again


def _refused(
    request: HttpRequest, found: ReportingSlot, side: Side, form: ProgressForm, refused: ValidationError
) -> HttpResponse:
    again = _again(request, form, found)
    again.add_refusal(refused)
    return slot_page(request, found, side, form=again, status=422)


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
    return slot_page(request, found, side, form=again, clash=clash, status=422)


@keeps_text
@require_POST
def slot_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is being typed (htmx); answers with one line and what rides along with the next save.

    A conflict changes nothing on the page but that line: the text stays, and the button beside it shows both texts.
    """
    found, _side = own_slot(request, pk)
    form = ProgressForm(request.POST, slot=found, draft=draft_of(request, found))
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
