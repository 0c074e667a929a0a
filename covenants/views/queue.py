"""What waits for the secretariat, oldest first, and how an agreement counts."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from covenants import permissions, services, worklists
from covenants.forms.progress import RulingForm
from covenants.models import Agreement, CountingRuling, ReportingRound, ReportingSlot, kept_agreements
from covenants.views.answers import form_page, kept_agreement, posted, save_once
from ser_portal.web import query_string, render_page, require
from ser_portal.words import words

PAGE = 25


@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    """What parties sent, oldest first; by key, so that the last page costs what the first does."""
    require(permissions.may_register(request.user), _("De wachtrij is er voor procesbegeleiders."))
    rows = worklists.waiting_for(request.user)
    agreements = Agreement.objects.filter(pk__in=kept_agreements(request.user)).select_related("sector")
    agreement = agreements.filter(slug=request.GET.get("akkoord", "")[:80]).first()
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    reporting_round = _chosen_round(request)
    if reporting_round is not None:
        rows = rows.filter(round=reporting_round)
    total, more = worklists.counted(rows)
    rows = worklists.with_what_is_read(rows)
    if after := _key(request.GET.get("na", "")):
        moment, pk = after
        rows = rows.filter(Q(state_since__gt=moment) | Q(state_since=moment, pk__gt=pk))
    page = list(rows[: PAGE + 1])
    following = page[PAGE - 1] if len(page) > PAGE else None
    context = {
        "rows": worklists.oldest_waiting(page[:PAGE]),
        "total": total,
        "more": more,
        "agreement": agreement,
        "round": reporting_round,
        "agreements": list(agreements.order_by("sector__name_nl", "pk")[:200]),
        "next": query_string(request.GET, na=f"{following.state_since.isoformat()}_{following.pk}")
        if following
        else "",
        "first": query_string(request.GET, na=None) or "?" if request.GET.get("na") else "",
    }
    return render_page(request, "covenants/review_queue.html", context, fragment="review-queue")


def _chosen_round(request: HttpRequest) -> ReportingRound | None:
    typed = request.GET.get("ronde", "")
    if not typed.isdecimal() or len(typed) > 15:
        return None
    rows = ReportingRound.objects.visible_to(request.user).filter(agreement__in=kept_agreements(request.user))
    return rows.filter(pk=int(typed)).first()


def _written(slot: ReportingSlot) -> str:
    return f"{slot.state_since.isoformat()}_{slot.pk}"


def _key(typed: str) -> tuple[Any, int] | None:
    """The place after which to go on; nonsense begins at the beginning."""
    moment, _underscore, pk = typed.rpartition("_")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        found = parse_datetime(moment)
    except ValueError:
        return None
    return (found, int(pk)) if found is not None and timezone.is_aware(found) else None


@require_GET
def rulings(request: HttpRequest, slug: str) -> HttpResponse:
    """How this agreement counts; its facilitators add to it."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("sector"), slug=slug)
    may_keep = permissions.may_keep(request.user, agreement)
    found = CountingRuling.objects.visible_to(request.user).filter(agreement=agreement)
    rows = list(found.select_related("replaces", "replaced_by", "by").order_by("-number")[:200])
    return render_page(
        request,
        "covenants/rulings.html",
        {"agreement": agreement, "rulings": rows, "may_keep": may_keep},
        fragment="rulings",
    )


@require_http_methods(["GET", "POST"])
def ruling_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down how something is counted."""
    agreement = kept_agreement(request, slug)
    form = RulingForm(posted(request), rulings=agreement.rulings.all())
    back = reverse("covenants:rulings", args=[agreement.slug])
    context: dict[str, Any] = {
        "title": _("Nieuwe telregel"),
        "lead": _("Eén keer opgeschreven, daarna aangehaald bij elke beoordeling waar de vraag speelt."),
        "submit": _("Vastleggen"),
        "back": (back, _("Telregels van %(name)s") % {"name": words(agreement, "name")}),
    }
    if not form.is_valid():
        return form_page(request, form, **context)

    def make() -> str:
        services.write_ruling(agreement, **form.values(), by=request.user)
        return back

    return save_once(request, form, make, done=_("De telregel is vastgelegd."), **context)
