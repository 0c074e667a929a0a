"""What the secretariat decides about a slot, and what the party answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import services
from covenants.forms.progress import ApproveForm, ReplyForm, ReturnForm
from covenants.models import (
    ProgressUpdate,
    Review,
    ReviewDecision,
)
from covenants.services import Conflict
from covenants.views.answers import posted
from covenants.views.once import once
from covenants.views.slot_page import approve_form, number_of, own_slot, seen_slot, side_of, slot_page
from ser_portal.web import given_back, keeps_text, require


@require_http_methods(["GET", "POST"])
def slot_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision on the version that waits: `number` says which one the reviewer read."""
    found = seen_slot(request, pk)
    side = side_of(request, found)
    require(side.keeps, _("Alleen de procesbegeleiders van dit akkoord beoordelen wat partijen insturen."))
    if request.method == "GET":
        return slot_page(request, found, side)
    returning = request.POST.get("decision") == ReviewDecision.RETURNED
    return_form = ReturnForm(posted(request) if returning else None, prefix="return")
    accept_form = approve_form(found, None if returning else request.POST)
    form: ReturnForm | ApproveForm = return_form if returning else accept_form
    number = number_of(request.POST.get("number", ""))
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
    return slot_page(request, found, side, review=(return_form, accept_form), status=422)


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
        return slot_page(request, found, side, reply=ReplyForm(initial={"text": given_back(request).get("text", "")}))
    form = ReplyForm(request.POST)

    def make() -> str:
        services.reply(review, text=form.cleaned_data["text"], by=request.user)
        return found.get_absolute_url()

    if form.is_valid() and _tried(form, lambda: once(request, form.cleaned_data["once"], make)):
        messages.success(request, _("Uw weerwoord staat naast de beoordeling."))
        return redirect(found)
    return slot_page(request, found, side, reply=form, status=422)
