"""Keeping the register: new agreements, parties, participations and activities, and the facts of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import permissions, services
from covenants.forms import (
    AgreementFactsForm,
    EditParticipationForm,
    NewActivityForm,
    NewAgreementForm,
    NewParticipationForm,
    NewPartyForm,
    PartyFactsForm,
)
from covenants.forms.agreements import seen_sectors
from covenants.forms.base import VersionedForm
from covenants.models import Party
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
from ser_portal.web import require
from ser_portal.words import words


@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest) -> HttpResponse:
    """Register an agreement with its first phase; who does so becomes its facilitator."""
    require(permissions.may_register(request.user), _("Alleen procesbegeleiders registreren een akkoord."))
    form = NewAgreementForm(posted(request))
    context: dict[str, Any] = {
        "title": _("Nieuw akkoord"),
        "lead": _("Leg vast dat er een verkenning of onderhandeling is begonnen. U wordt de procesbegeleider."),
        "submit": _("Registreren"),
        "back": (reverse("covenants:register"), _("Convenanten")),
        "options": [("sector-options", list(seen_sectors(request.user).values_list("name_nl", flat=True)[:200]))],
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        return services.register_agreement(**form.values(), by=request.user).get_absolute_url()

    return save_once(request, form, make, done=_("Het akkoord is geregistreerd."), **context)


@require_http_methods(["GET", "POST"])
def agreement_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the facts of an agreement; what was stays in its history."""
    agreement = kept_agreement(request, slug)
    back = (
        agreement.get_absolute_url(),
        words(agreement, "name"),
    )  # before a refused change stands in the record in memory
    form: VersionedForm = AgreementFactsForm(posted(request), initial=AgreementFactsForm.of(agreement))
    clash: Collision | None = None
    if isinstance(form, AgreementFactsForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.edit_agreement(
                agreement,
                version=typed.cleaned_data["version"],
                changes=typed.changes(),
                reason=typed.cleaned_data["reason"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            agreement.refresh_from_db()
            initial = AgreementFactsForm.of(agreement)
            again = AgreementFactsForm(typed.renewed(initial), initial=initial)
            return again, collision(again, agreement, on=agreement)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De gegevens zijn gewijzigd."), agreement.get_absolute_url())
    return form_page(
        request,
        form,
        title=_("Gegevens wijzigen"),
        submit=_("Opslaan"),
        back=back,
        collision=clash,
    )


@require_http_methods(["GET", "POST"])
def party_new(request: HttpRequest) -> HttpResponse:
    """Register a party."""
    require(permissions.may_register(request.user), _("Alleen procesbegeleiders registreren een partij."))
    form = NewPartyForm(posted(request))
    context: dict[str, Any] = {
        "title": _("Nieuwe partij"),
        "lead": _("Een organisatie die ondertekent, onderhandelt of op een andere manier meedoet."),
        "submit": _("Registreren"),
        "back": (reverse("covenants:parties"), _("Partijen")),
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        return services.register_party(**form.values(), by=request.user).get_absolute_url()

    return save_once(request, form, make, done=_("De partij is geregistreerd."), **context)


@require_http_methods(["GET", "POST"])
def party_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the facts of a party."""
    party = get_object_or_404(Party.objects.visible_to(request.user), slug=slug)
    require(permissions.may_register(request.user), _("Alleen procesbegeleiders wijzigen de gegevens van een partij."))
    back = (party.get_absolute_url(), party.name)
    form: VersionedForm = PartyFactsForm(posted(request), initial=PartyFactsForm.of(party))
    clash: Collision | None = None
    if isinstance(form, PartyFactsForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.edit_party(
                party,
                version=typed.cleaned_data["version"],
                changes=typed.changes(),
                reason=typed.cleaned_data["reason"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            party.refresh_from_db()
            initial = PartyFactsForm.of(party)
            again = PartyFactsForm(typed.renewed(initial), initial=initial)
            return again, collision(again, party, on=party)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De gegevens zijn gewijzigd."), party.get_absolute_url())
    return form_page(
        request,
        form,
        title=_("Gegevens van %(name)s") % {"name": back[1]},
        submit=_("Opslaan"),
        back=back,
        collision=clash,
    )


@require_http_methods(["GET", "POST"])
def participation_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a party takes part."""
    agreement = kept_agreement(request, slug)
    typed = request.GET.get("partij", "")[:200]
    form = NewParticipationForm(posted(request), user=request.user, initial={"party": typed})
    context: dict[str, Any] = {
        "title": _("Deelname toevoegen"),
        "submit": _("Toevoegen"),
        "back": (agreement.get_absolute_url(), words(agreement, "name")),
        "options": [("party-options", [])],
        "also": (reverse("covenants:party_new"), _("Nieuwe partij registreren")),
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        services.add_participation(agreement, **form.values(), by=request.user)
        return f"{agreement.get_absolute_url()}#partijen"

    return save_once(request, form, make, done=_("De deelname is toegevoegd."), **context)


@require_http_methods(["GET", "POST"])
def participation_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a participation, or record that it ended and why."""
    agreement = kept_agreement(request, slug)
    participation = get_object_or_404(agreement.participations.select_related("party"), pk=pk)
    form: VersionedForm = EditParticipationForm(posted(request), initial=EditParticipationForm.of(participation))
    clash: Collision | None = None
    if isinstance(form, EditParticipationForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.edit_participation(
                participation,
                version=typed.cleaned_data["version"],
                changes=typed.changes(),
                reason=typed.cleaned_data["reason"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            participation.refresh_from_db()
            initial = EditParticipationForm.of(participation)
            again = EditParticipationForm(typed.renewed(initial), initial=initial)
            return again, collision(again, participation, on=agreement)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De deelname is gewijzigd."), f"{agreement.get_absolute_url()}#partijen")
    return form_page(
        request,
        form,
        title=_("Deelname van %(name)s") % {"name": participation.party.name},
        submit=_("Opslaan"),
        back=(agreement.get_absolute_url(), words(agreement, "name")),
        collision=clash,
    )


@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Record something that happened."""
    agreement = kept_agreement(request, slug)
    form = NewActivityForm(posted(request))
    context: dict[str, Any] = {
        "title": _("Activiteit vastleggen"),
        "submit": _("Vastleggen"),
        "back": (agreement.get_absolute_url(), words(agreement, "name")),
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        services.record_activity(agreement, **form.values(), by=request.user)
        return f"{agreement.get_absolute_url()}#activiteiten"

    return save_once(request, form, make, done=_("De activiteit is vastgelegd."), **context)
