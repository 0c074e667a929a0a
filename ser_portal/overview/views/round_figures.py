"""A figure of a reporting round: in which rounds it was released, and the records behind it for the secretariat."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants import permissions
from covenants.models import ReportingRound
from covenants.progress_figures import CELLS, Contributed, Released, RoundFacts, rounds_for
from covenants.views import figures_shown
from covenants.views.figures_shown import IN_LADDER, Source
from covenants.views.rounds_shown import day_words, period_words
from ser_portal.figures import FigureDefinition, Selection, all_figures, one_reading
from ser_portal.web import Page
from ser_portal.words import words

ROWS = 50


def in_rounds() -> list[dict[str, Any]]:
    """Every figure of a round with its definition, for the list of all figures. Asks the database nothing."""
    return [
        {
            "code": figure.code,
            "title": figures_shown.title(figure),
            "definition": figures_shown.definition(figure),
            "released": figure.code in CELLS,
        }
        for figure in all_figures("round")
    ]


def round_figure(request: HttpRequest, figure: FigureDefinition, said: dict[str, Any]) -> HttpResponse:
    """The rounds this person may look at, or one of them; says the same for every reference date."""
    typed = request.GET.get("ronde", "").strip()
    context = {"figure": said, "whole": figures_shown.whole_of(figure), "never_released": figure.code not in CELLS}
    if not typed:
        page = Page(rounds_for(request.user), request.GET)
        page.rows = [_line(row, figure) for row in page.rows]
        return render(request, "overview/round_figure.html", {**context, "rounds": page})
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 9:
        raise Http404
    found = get_object_or_404(
        ReportingRound.objects.visible_to(request.user).select_related("agreement__sector"), pk=int(typed)
    )
    row = rounds_for(request.user).filter(pk=found.pk).first()
    context["round"] = {
        "title": words(found, "title"),
        "agreement": words(found.agreement, "name"),
        "period": period_words(found),
        "url": reverse("covenants:round_figures", args=[found.pk]),
        "pk": found.pk,
    }
    if row is not None and row.released:  # type: ignore[attr-defined]
        source = Source.of_frozen(Released(row.released[0]))  # type: ignore[attr-defined]
        context |= {"number": source.line(figure).number, "ladder": _ladder(source), "release": row.released[0]}  # type: ignore[attr-defined]
    if permissions.may_keep(request.user, found.agreement):
        context |= _records(request, figure, found)
    return render(request, "overview/round_figure.html", context)


def _line(row: ReportingRound, figure: FigureDefinition) -> dict[str, Any]:
    releases = row.released  # type: ignore[attr-defined]
    number = Source.of_frozen(Released(releases[0])).line(figure).number if releases else None
    return {
        "pk": row.pk,
        "title": words(row, "title"),
        "agreement": words(row.agreement, "name"),
        "period": period_words(row),
        "number": number if figure.code in CELLS else None,
        "released_on": day_words(timezone.localdate(releases[0].made_at)) if releases else "",
    }


def _ladder(source: Source) -> list[figures_shown.FigureLine]:
    return [source.line(figure) for figure in all_figures("round") if figure.code in IN_LADDER]


def _records(request: HttpRequest, figure: FigureDefinition, found: ReportingRound) -> dict[str, Any]:
    """The exact number, its ladder and the records, for the secretariat of the agreement."""
    with one_reading():
        selection = figure.select(found, request.user)
        exact = Source.of_contributed(Contributed.of(RoundFacts.of(found)))
        whole = _whole(figure, found, request.user)
        lists = [
            ("geteld", _("Geteld"), _("Waarom het meetelt"), selection.counted, _("Er telt niets mee.")),
            ("niet-geteld", _("Niet geteld"), _("Reden"), selection.left_out, _("Er is niets weggelaten.")),
            ("onzeker", _("Onzeker"), _("Wat er onzeker is"), selection.uncertain, _("Hierover is niets onzeker.")),
        ]
        shown = [
            {
                "id": key,
                "title": title,
                "why": why,
                "number": len(records),
                "page": Page(records, request.GET, size=ROWS, key=key),
                "empty": empty,
            }
            for key, title, why, records, empty in lists
        ]
    return {
        "selection": selection,
        "whole_value": whole.value if whole else None,
        "exact_ladder": _ladder(exact),
        "lists": shown,
    }


def _whole(figure: FigureDefinition, found: ReportingRound, user: Any) -> Selection | None:
    whole = next((row for row in all_figures("round") if row.code == figure.share_of), None)
    return whole.select(found, user) if whole else None
