"""Keeping commitments: registering one, changing it with a reason and a decision, ending it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import permissions, services
from covenants.forms import EditCommitmentForm, EndCommitmentForm, NewCommitmentForm
from covenants.forms.base import VersionedForm
from covenants.models import Commitment, ReportingSlot
from covenants.views.answers import (
    Collision,
    collision,
    form_page,
    kept_agreement,
    posted,
    save_once,
    save_version,
    saved,
)
from covenants.views.commitment import shown_commitment
from ser_portal.web import require
from ser_portal.words import words

TEMPLATE = "covenants/commitment_form.html"
OPTIONS: list[tuple[str, list[str]]] = [("party-options", [])]  # filled by what somebody types in a field for a party


def kept_commitment(request: HttpRequest, pk: int) -> Commitment:
    """The commitment when this person keeps its agreement: 404 when unknown, 403 when it is somebody else's."""
    found = shown_commitment(request, pk)
    require(
        permissions.may_keep(request.user, found.agreement),
        _("Alleen de procesbegeleiders van dit akkoord kunnen dit wijzigen."),
    )
    return found


@require_http_methods(["GET", "POST"])
def commitment_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Register what was promised."""
    agreement = kept_agreement(request, slug)
    form = NewCommitmentForm(posted(request), user=request.user)
    context: dict[str, Any] = {
        "template": TEMPLATE,
        "title": _("Nieuwe afspraak"),
        "lead": words(agreement, "name"),
        "submit": _("Vastleggen"),
        "back": (f"{agreement.get_absolute_url()}#afspraken", words(agreement.sector, "name")),
        "options": OPTIONS,
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        return services.register_commitment(agreement, **form.values(), by=request.user).get_absolute_url()

    return save_once(request, form, make, done=_("De afspraak is vastgelegd."), **context)


@require_http_methods(["GET", "POST"])
def commitment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was promised; how it was stays visible beside it."""
    found = kept_commitment(request, pk)
    url = found.get_absolute_url()
    form: VersionedForm = EditCommitmentForm(
        posted(request), user=request.user, record=found, initial=EditCommitmentForm.of(found)
    )
    clash: Collision | None = None
    if isinstance(form, EditCommitmentForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.edit_commitment(
                found,
                version=typed.cleaned_data["version"],
                changes=typed.changes(),
                reason=typed.cleaned_data["reason"],
                decision=typed.cleaned_data["decision"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            found.refresh_from_db()
            initial = EditCommitmentForm.of(found)
            again = EditCommitmentForm(typed.renewed(initial), user=request.user, record=found, initial=initial)
            return again, collision(again, found, on=found)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De afspraak is gewijzigd; hoe hij was, staat ernaast."), url)
    return form_page(
        request,
        form,
        template=TEMPLATE,
        title=_("Afspraak wijzigen"),
        lead=_("De eerste tekst, termijn en streefwaarde blijven naast de nieuwe staan, met de reden en het besluit."),
        submit=_("Opslaan"),
        back=(url, _("Afspraak")),
        options=OPTIONS,
        collision=clash,
    )


@require_http_methods(["GET", "POST"])
def commitment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a promise lapses, or that it did not after all."""
    found = kept_commitment(request, pk)
    url, was_over = found.get_absolute_url(), found.ended_on is not None
    form: VersionedForm = EndCommitmentForm(posted(request), record=found, initial=_ending(found))
    clash: Collision | None = None
    if isinstance(form, EndCommitmentForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.end_commitment(
                found,
                version=typed.cleaned_data["version"],
                ended_on=typed.cleaned_data["ended_on"],
                reason=typed.cleaned_data["reason"],
                decision=typed.cleaned_data["decision"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            found.refresh_from_db()
            initial = _ending(found)
            again = EndCommitmentForm(typed.renewed(initial), record=found, initial=initial)
            return again, collision(again, found, on=found)

        form, clash, done = save_version(form, save, now=now)
        if done:
            sentence = _("De afspraak vervalt.") if typed.cleaned_data["ended_on"] else _("De afspraak vervalt niet.")
            return saved(request, sentence, url)
    return form_page(
        request,
        form,
        title=_("Vervallen van de afspraak wijzigen") if was_over else _("Afspraak laten vervallen"),
        lead=_still_owed(found),
        submit=_("Opslaan"),
        back=(url, _("Afspraak")),
        collision=clash,
    )


def _ending(found: Commitment) -> dict[str, Any]:
    return {"ended_on": found.ended_on, "version": found.version}


def _still_owed(found: Commitment) -> str:
    """What stays when a promise lapses: parties that were asked about it are not let off by this step."""
    open_slots = ReportingSlot.objects.standing().filter(
        commitment=found, round__locked_at__isnull=True, approved__isnull=True
    )
    if number := open_slots.count():
        return _(
            "Wat erover is gerapporteerd, blijft staan. In open rondes zijn er nog %(n)s verplichtingen over deze "
            "afspraak; die vervallen niet vanzelf."
        ) % {"n": number}
    return _("Wat erover is gerapporteerd, blijft staan.")
