"""Every figure with its definition, and the records behind it: the same selection as in the overview."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenants import asof
from ser_portal.figures import FigureDefinition, all_figures, get_figure, select_all
from ser_portal.overview import permissions
from ser_portal.overview.views import round_figures
from ser_portal.web import Page, require

ROWS = 50


def _said(figure: FigureDefinition) -> dict[str, Any]:
    """The declaration in the reader's language."""
    language = get_language() or "nl"
    return {
        "code": figure.code,
        "title": figure.title(language),
        "definition": figure.definition(language),
        "unit": figure.unit(language),
        "version": figure.version,
    }


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every declared figure on the reference date, counted over what this person may see; and those of rounds."""
    require(permissions.may_consult(request.user))
    as_of = asof.as_of(request)
    codes = [figure.code for figure in all_figures()]
    found = [
        {**_said(figure), "selection": selection} for figure, selection in select_all(codes, as_of.day, request.user)
    ]
    context = {"as_of": as_of, "figures": found, "in_rounds": round_figures.in_rounds()}
    return render(request, "overview/figures.html", context, status=as_of.status)


@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """What a figure means and the records behind it: counted, left out with the reason, uncertain.

    One of a reporting round is asked with `?ronde=`; it takes no reference date.
    """
    require(permissions.may_consult(request.user))
    found = get_figure(code)
    if found is None:
        raise Http404
    if found.scope == "round":
        return round_figures.round_figure(request, found, _said(found))
    as_of = asof.as_of(request)
    selection = found.select(as_of.day, request.user)
    lists = [
        # (key in the address, heading, heading of the reason, records, when there are none)
        ("geteld", _("Geteld"), _("Waarom het meetelt"), selection.counted, _("Op deze dag telt niets mee.")),
        ("niet-geteld", _("Niet geteld"), _("Reden"), selection.left_out, _("Er is niets weggelaten.")),
        (
            "onzeker",
            _("Onzeker"),
            _("Wat er onzeker is"),
            selection.uncertain,
            _("Over deze telling is niets onzeker."),
        ),
    ]
    context = {
        "as_of": as_of,
        "figure": _said(found),
        "selection": selection,
        "lists": [
            {
                "id": key,
                "title": title,
                "why": why,
                "number": len(records),
                "page": Page(records, request.GET, size=ROWS, key=key),
                "empty": empty,
            }
            for key, title, why, records, empty in lists
        ],
    }
    return render(request, "overview/figure.html", context, status=as_of.status)
