"""What the keeping views share: one page for every form, and what a person hears after pressing its button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from covenants import permissions
from covenants.forms.base import OnceForm, VersionedForm
from covenants.models import Agreement
from covenants.services import Conflict
from covenants.views.once import once
from ser_portal.audit.models import Entry
from ser_portal.web import render_page, require, wants_fragment


def kept_agreement(request: HttpRequest, slug: str) -> Agreement:
    """The agreement when this person keeps it: 404 when it may not be known, 403 when it is somebody else's."""
    found = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("sector"), slug=slug)
    require(
        permissions.may_keep(request.user, found),
        _("Alleen de procesbegeleiders van dit akkoord kunnen dit wijzigen."),
    )
    return found


def posted(request: HttpRequest) -> Any:
    """What was sent, or None when the form is only opened."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form: Any, *, status: int = 200, template: str = "covenants/form.html", **context: Any
) -> HttpResponse:
    """The page with one form, or its panel; 422 when something has to be mended."""
    status = 422 if form.errors else status
    return render_page(request, template, {"form": form, **context}, fragment="form-panel", status=status)


def saved(request: HttpRequest, sentence: str, url: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """To the page that shows what was saved."""
    messages.add_message(request, level, sentence)
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


@dataclass(frozen=True)
class Collision:
    """What the form shows when somebody else saved first."""

    recorded: list[tuple[str, str]]
    who: str
    at: Any


def save_version(
    form: VersionedForm, save: Callable[[], Any], *, now: Callable[[], tuple[VersionedForm, Collision]]
) -> tuple[VersionedForm, Collision | None, bool]:
    """Tries `save`; returns the form to show, the collision if there was one, and whether it was saved.

    `now` is asked after a conflict: it reads the record again and returns a form that keeps what was typed.
    """
    try:
        save()
    except Conflict as conflict:
        form, collision = now()
        form.is_valid()
        form.add_error(None, conflict)
        return form, collision, False
    except ValidationError as refused:
        form.add_refusal(refused)
        return form, None, False
    return form, None, True


def save_once(
    request: HttpRequest, form: OnceForm, make: Callable[[], str], *, done: str, **context: Any
) -> HttpResponse:
    """Makes something new one time, or shows the form again with what the service refused."""
    try:
        url, new = once(request, form.cleaned_data["once"], make)
    except ValidationError as refused:
        form.add_refusal(refused)
        return form_page(request, form, **context)
    if new:
        return saved(request, done, url)
    return saved(request, _("Dit was al opgeslagen; er is niets dubbel gemaakt."), url, level=messages.INFO)


def collision(form: VersionedForm, record: Model, *, on: Model) -> Collision:
    """What is recorded now, and who was last to change it."""
    entries = Entry.objects.filter(content_type=ContentType.objects.get_for_model(on), object_id=on.pk)
    last = entries.select_related("by").first()
    return Collision(form.recorded(record), person(last.by) if last else "", last.at if last else None)


def person(user: Any) -> str:
    """Somebody's name beside what they did; never an address."""
    if user is None:
        return _("referentiegegevens")
    return user.name or user.get_role_display()
