"""The numbers of a round: exact for its secretariat, as released for everybody else, and the step between the two."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from covenants import permissions, services
from covenants.forms.releases import ReleaseForm
from covenants.models import Agreement, ReportingRound
from covenants.progress_figures import (
    CELLS,
    Break,
    Contributed,
    Released,
    RoundFacts,
    confirmation_ages,
    releases_of,
    rounds_for,
    series,
)
from covenants.services import Conflict
from covenants.views import figures_shown, rounds_shown
from covenants.views.answers import posted, saved
from covenants.views.figures_shown import IN_LADDER, Source
from covenants.views.round_steps import kept_round
from covenants.views.rounds import back_to, seen_round
from ser_portal.figures import all_figures, get_figure, one_reading
from ser_portal.web import render_page
from ser_portal.words import words


@require_GET
def round_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """What the numbers of a round are. Without a release everybody but the secretariat sees only what they mean."""
    found = seen_round(request, pk)
    keeps = permissions.may_keep(request.user, found.agreement)
    releases = releases_of(found)
    context: dict[str, Any] = {
        **_frame(request, found),
        "may_keep": keeps,
        "releases": [release_line(each, names=keeps) for each in releases],
        "definitions": [
            (figures_shown.title(figure), figures_shown.definition(figure))
            for figure in all_figures("round")
            if keeps or figure.code in CELLS
        ],
    }
    if releases:
        newest = releases[0]
        context["released"] = figures_shown.totals_of(Source.of_frozen(newest), newest.commitments, request.user)
        context["release"] = context["releases"][0]
    if keeps:
        context |= _live(found, request.user)
    return render_page(request, "covenants/round_figures.html", context, fragment="figures-panel")


def _frame(request: HttpRequest, found: ReportingRound) -> dict[str, Any]:
    return {
        "round": found,
        "agreement": found.agreement,
        "back": back_to(request, found.agreement),
        "title": words(found, "title"),
        "period": rounds_shown.period_words(found),
    }


def _live(found: ReportingRound, user: Any) -> dict[str, Any]:
    """The exact numbers now, and how old what was approved is; for the secretariat only."""
    with one_reading():
        facts = RoundFacts.of(found)
        given = Contributed.of(facts)
        confirmed = get_figure("round.confirmed")
        recent = confirmed.select(found, user) if confirmed else None
    ages = confirmation_ages(facts)
    return {
        "live": figures_shown.totals_of(Source.of_contributed(given), asked_in(given), user),
        "ages": ages,
        "recent": recent.value if recent else 0,
        "recent_title": figures_shown.title(confirmed) if confirmed else "",
        "uncertain": sum(party.uncertain for party in facts.reached("asked")),
    }


def asked_in(given: Contributed) -> list[int]:
    """The commitments of the status table, in their order."""
    return sorted({int(row.row[1:]) for row in given.status})


def release_line(released: Released, *, names: bool) -> dict[str, Any]:
    """A release in a list: which, when, why, and for the secretariat by whom."""
    row = released.row
    return {
        "number": row.number,
        "day": rounds_shown.day_words(timezone.localdate(row.made_at)),
        "reason": row.reason,
        "sha256": row.sha256,
        "intact": released.is_intact,
        "by": (row.made_by.name or row.made_by.get_role_display()) if names else "",
        "version": row.definition_version,
    }


@require_http_methods(["GET", "POST"])
def round_release(request: HttpRequest, pk: int) -> HttpResponse:
    """What the outside would see beside what is so, and the button that freezes it."""
    found = kept_round(request, pk)
    form = ReleaseForm(posted(request), initial={"version": found.version})
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.release_round(
                found, version=given["version"], reason=given["reason"], seen=request.POST.get("seen", "")[:64],
                by=request.user,
            )  # fmt: skip
        except Conflict as conflict:
            found.refresh_from_db()
            form = ReleaseForm(form.renewed({"version": found.version}), initial={"version": found.version})
            form.is_valid()
            form.add_error(None, conflict)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            url = reverse("covenants:round_figures", args=[found.pk])
            return saved(request, _("De totalen zijn vrijgegeven."), url)
    with one_reading():
        prepared = services.prepare_release(found)
    outside = Source.of_release(prepared.release, prepared.contributed)
    context = {
        **_frame(request, found),
        "form": form,
        "prepared": prepared,
        "refused": prepared.refused,
        "totals": figures_shown.totals_of(outside, asked_in(prepared.contributed), request.user),
        "report": figures_shown.report_lines(prepared.release),
    }
    status = 422 if form.errors else 200
    return render_page(request, "covenants/round_release.html", context, fragment="release-panel", status=status)


@require_GET
def figure_series(request: HttpRequest, slug: str) -> HttpResponse:
    """The released rounds of an agreement in order, cut where they cannot be compared."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), slug=slug)
    rounds = list(rounds_for(request.user, agreement=agreement))
    told = [(row, Released(row.released[0])) for row in rounds if row.released]  # type: ignore[attr-defined]
    context = {
        "agreement": agreement,
        "parts": _parts(series(told)),
        "unreleased": [
            (words(row, "title"), reverse("covenants:round_figures", args=[row.pk]))
            for row in rounds
            if not row.released  # type: ignore[attr-defined]
        ],
    }
    return render_page(request, "covenants/figure_series.html", context, fragment="series-panel")


def _in_series() -> list[Any]:
    chosen = (*IN_LADDER, *(code for code in CELLS if code.startswith("round.status.")))
    return [figure for code in chosen if (figure := get_figure(code)) is not None]


def _parts(rows: list[tuple[ReportingRound, Released, Break | None]]) -> list[dict[str, Any]]:
    """Stretches of rounds that can be compared, each after the first with why it starts anew."""
    parts: list[dict[str, Any]] = []
    for found, released, broken in rows:
        if broken or not parts:
            parts.append({"broken": _why_broken(found, broken) if broken else [], "rounds": [], "sources": []})
        url = reverse("covenants:round_figures", args=[found.pk])
        parts[-1]["rounds"].append((words(found, "title"), rounds_shown.period_words(found), url))
        parts[-1]["sources"].append(Source.of_frozen(released))
    for part in parts:
        names = [title for title, _period, _url in part["rounds"]]
        part["lines"] = [
            (
                figures_shown.title(figure),
                list(zip(names, [each.line(figure).number for each in part["sources"]], strict=True)),
            )
            for figure in _in_series()
        ]
    return parts


def _why_broken(found: ReportingRound, broken: Break) -> list[str]:
    day = rounds_shown.day_words(found.period_first)
    said = []
    if broken.definition:
        said.append(_("Vanaf %(day)s is anders gedefinieerd wat wordt geteld.") % {"day": day})
    if broken.added or broken.removed:
        said.append(
            _("Vanaf %(day)s wordt naar andere afspraken gevraagd: %(added)s erbij, %(removed)s eraf.")
            % {"day": day, "added": len(broken.added), "removed": len(broken.removed)}
        )
    if broken.rungs:
        said.append(
            _("Vanaf %(day)s wordt bij %(number)s van de afspraken ander bewijs gevraagd.")
            % {"day": day, "number": len(broken.rungs)}
        )
    return said
