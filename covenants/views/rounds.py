"""Reporting rounds: those of an agreement, one round for who asks and who is asked, and which members answered."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import permissions, services
from covenants.models import Agreement, ReportingRound
from covenants.views import rounds_shown
from covenants.views.slot_page import AUDIENCES
from ser_portal.web import Page, render_page, require
from ser_portal.words import words


def seen_round(request: HttpRequest, pk: int) -> ReportingRound:
    """The round when this person may know of it; else 404."""
    rows = ReportingRound.objects.visible_to(request.user).select_related("agreement__sector", "previous", "locked_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """The rounds of an agreement, the newest first."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), slug=slug)
    page = Page(rounds_shown.round_rows(request.user, agreement), request.GET)
    page.rows = rounds_shown.round_lines(page.rows)
    context = {"agreement": agreement, "page": page, "may_keep": permissions.may_keep(request.user, agreement)}
    return render_page(request, "covenants/rounds.html", context, fragment="rounds-panel")


@require_GET
def round(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: progress per party for its secretariat, own work for a party, the promise for everybody else."""
    found = seen_round(request, pk)
    user: Any = request.user
    keeps = permissions.may_keep(user, found.agreement)
    context: dict[str, Any] = {
        "round": found,
        "agreement": found.agreement,
        "back": back_to(request, found.agreement),
        "title": words(found, "title"),
        "period": rounds_shown.period_words(found),
        "may_keep": keeps,
        "audience": AUDIENCES[found.progress_level],
        "status": 200,
    }
    if keeps:
        context |= rounds_shown.kept_round(found, request.GET, user)
        context["status"] = context["asked"].status
        context["steps"] = _steps(found)
    elif user.is_delegate:
        context |= rounds_shown.own_round(found, request.GET, user)
        context["has_members"] = services.own_associations(user).exists()
    return render_page(request, "covenants/round.html", context, fragment="round-panel", status=context["status"])


def back_to(request: HttpRequest, agreement: Agreement) -> tuple[str, str]:
    """The agreement's page and name; a party that is asked but may not open that page gets the name alone."""
    user: Any = request.user
    known = not user.is_delegate or Agreement.objects.visible_to(user).filter(pk=agreement.pk).exists()
    return (agreement.get_absolute_url() if known else "", words(agreement, "name"))


def _steps(found: ReportingRound) -> list[tuple[str, str, bool]]:
    """What the secretariat can do with the round now: address, words, and whether it is what is usually next."""
    steps = []
    if not found.is_locked:
        steps += [
            (reverse("covenants:round_extend", args=[found.pk]), _("Uitstel geven"), False),
            (reverse("covenants:round_add", args=[found.pk]), _("Aanvullen"), False),
        ]
        if found.previous_id:
            steps.append((reverse("covenants:round_carry", args=[found.pk]), _("Antwoorden overnemen"), False))
    steps.append((reverse("covenants:round_figures", args=[found.pk]), _("Cijfers"), False))
    steps.append((reverse("covenants:round_reminders", args=[found.pk]), _("Herinneringen"), False))
    steps.append((reverse("covenants:round_withdraw", args=[found.pk]), _("Partij laten vervallen"), False))
    if not found.is_locked:
        over = found.due_on < timezone.localdate()
        steps.append((reverse("covenants:round_lock", args=[found.pk]), _("Ronde sluiten"), over))
    return steps


@require_GET
def round_members(request: HttpRequest, pk: int) -> HttpResponse:
    """That the members of a branch association answered; never what."""
    found = seen_round(request, pk)
    user: Any = request.user
    associations = list(services.own_associations(user)[:20]) if user.is_delegate else []
    require(bool(associations), _("Deze pagina is er voor brancheorganisaties met leden."))
    groups = [
        {
            "association": association.name,
            "rows": rows,
            "answered": sum(row.answered for row in rows),
            "asked": len(rows),
        }
        for association in associations
        for rows in [services.members_answered(found, association, user=user)]
    ]
    context = {
        "round": found,
        "back": back_to(request, found.agreement),
        "title": words(found, "title"),
        "period": rounds_shown.period_words(found),
        "groups": groups,
    }
    return render_page(request, "covenants/round_members.html", context, fragment="members-panel")
