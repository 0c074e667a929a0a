"""Moving an agreement through its phases, correcting what was recorded, and standing still."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import presentation, services
from covenants.forms import LiftStallForm, PhaseChangeForm, PhaseCorrectionForm, StallForm
from covenants.forms.base import VersionedForm
from covenants.models import Agreement, PhaseChange
from covenants.views.answers import Collision, collision, form_page, kept_agreement, posted, save_version, saved
from ser_portal.words import words


def _last(agreement: Agreement) -> PhaseChange | None:
    return agreement.phase_changes.current().order_by("sequence").last()


def _ledger(agreement: Agreement) -> list[dict[str, Any]]:
    return [{"change": change, "when": presentation.when(change)} for change in agreement.ledger]


@require_http_methods(["GET", "POST"])
def phase(request: HttpRequest, slug: str) -> HttpResponse:
    """Move an agreement to one of the phases it can go to from where it is."""
    agreement = kept_agreement(request, slug)
    form: VersionedForm = PhaseChangeForm(
        posted(request), last=_last(agreement), initial={"version": agreement.version}
    )
    clash: Collision | None = None
    if form.is_valid():
        typed = form

        def save() -> None:
            services.change_phase(agreement, **typed.cleaned_data, by=request.user)

        def now() -> tuple[VersionedForm, Collision]:
            agreement.refresh_from_db()
            last = _last(agreement)
            again = PhaseChangeForm(
                typed.renewed({"version": agreement.version}), last=last, initial={"version": agreement.version}
            )
            return again, collision(again, agreement, on=agreement)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De fase is gewijzigd."), agreement.get_absolute_url())
    elif form.is_bound and form.cleaned_data.get("version", agreement.version) != agreement.version:
        # The step that was chosen may have gone because a colleague took it: say that first.
        typed = form
        form = PhaseChangeForm(
            typed.renewed({"version": agreement.version}), last=_last(agreement), initial={"version": agreement.version}
        )
        form.is_valid()
        form.add_error(None, services.Conflict())
        clash = collision(form, agreement, on=agreement)
    return form_page(
        request,
        form,
        title=_("Fase wijzigen"),
        submit=_("Fase wijzigen"),
        back=(agreement.get_absolute_url(), words(agreement, "name")),
        collision=clash,
        ledger=_ledger(agreement),
        lead=_("Ondertekenen en van start gaan zijn aparte stappen. Een einddatum is de laatste dag."),
    )


@require_http_methods(["GET", "POST"])
def phase_correction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Supersede a wrong entry; the old one stays in the history, struck through."""
    agreement = kept_agreement(request, slug)
    change = get_object_or_404(agreement.phase_changes.select_related("correction"), pk=pk)
    initial = {**PhaseCorrectionForm.of(change), "version": agreement.version}
    form: VersionedForm = PhaseCorrectionForm(posted(request), initial=initial)
    clash: Collision | None = None
    if isinstance(form, PhaseCorrectionForm) and form.is_valid():
        typed = form

        def save() -> None:
            values = typed.values()
            services.correct_phase_change(change, version=typed.cleaned_data["version"], **values, by=request.user)

        def now() -> tuple[VersionedForm, Collision]:
            agreement.refresh_from_db()
            newest = _newest(change)
            initial = {**PhaseCorrectionForm.of(newest), "version": agreement.version}
            again = PhaseCorrectionForm(typed.renewed(initial), initial=initial)
            return again, collision(again, newest, on=agreement)

        form, clash, done = save_version(form, save, now=now)
        if done:
            sentence = _("De vastlegging is gecorrigeerd. De oude staat nog in de geschiedenis.")
            return saved(request, sentence, reverse("covenants:agreement_history", args=[agreement.slug]))
    newest = _newest(change)
    return form_page(
        request,
        form,
        title=_("Vastlegging corrigeren"),
        submit=_("Corrigeren"),
        back=(agreement.get_absolute_url(), words(agreement, "name")),
        collision=clash,
        subject={"change": change, "when": presentation.when(change)},
        replaced_by=newest if newest.pk != change.pk or newest.withdrawn else None,
        replaced_url=reverse("covenants:phase_correction", args=[agreement.slug, newest.pk]),
        lead=_("U schrijft een nieuwe vastlegging die de oude vervangt; de oude blijft zichtbaar in de geschiedenis."),
    )


def _newest(change: PhaseChange) -> PhaseChange:
    """The entry that now stands in the place of this one."""
    if change.superseded_at is None:
        change.refresh_from_db()
    while change.superseded_at and (following := PhaseChange.objects.filter(corrects=change).first()):
        change = following
    return change


@require_http_methods(["GET", "POST"])
def stall(request: HttpRequest, slug: str) -> HttpResponse:
    """Mark that things stand still, or that they move again: whichever can be said now."""
    agreement = kept_agreement(request, slug)
    open_stall = agreement.stalls.filter(lifted_at__isnull=True).first()
    # What was on the screen decides which of the two is meant: a colleague's change is a conflict, not its opposite.
    lifting = "lifted" in request.POST if request.method == "POST" else open_stall is not None
    kind = LiftStallForm if lifting else StallForm
    form: VersionedForm = kind(posted(request), initial={"version": agreement.version})
    clash: Collision | None = None
    if form.is_valid():
        typed = form

        def save() -> None:
            service: Any = services.lift_stall if lifting else services.mark_stalled
            service(agreement, **typed.cleaned_data, by=request.user)

        def now() -> tuple[VersionedForm, Collision]:
            agreement.refresh_from_db()
            again = kind(typed.renewed({"version": agreement.version}), initial={"version": agreement.version})
            found = collision(again, agreement, on=agreement)
            return again, Collision(_stall_rows(agreement), found.who, found.at)

        form, clash, done = save_version(form, save, now=now)
        if done:
            stalled = _("Het akkoord is als stilgevallen gemarkeerd.")
            sentence = _("Het akkoord is weer op gang.") if lifting else stalled
            return saved(request, sentence, agreement.get_absolute_url())
    return form_page(
        request,
        form,
        title=_("Weer op gang") if lifting else _("Stilgevallen"),
        submit=_("Stilstand opheffen") if lifting else _("Als stilgevallen markeren"),
        back=(agreement.get_absolute_url(), words(agreement, "name")),
        collision=clash,
        stall=open_stall,
        lead=_("Een merkteken naast de fase: de fase zelf verandert niet."),
    )


def _stall_rows(agreement: Agreement) -> list[tuple[str, str]]:
    last = agreement.stalls.order_by("-pk").first()
    if last is None:
        return [(_("Stilgevallen"), _("niet gemarkeerd"))]
    rows = [(_("Stilgevallen"), str(last.began)), (_("Reden"), last.reason or "–")]
    if last.lifted_at:
        rows.append((_("Weer op gang"), str(last.lifted)))
    return rows
