"""The pages of the climate part. Reading is all they do; `?peildatum=` says of which day."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from climate import reading
from climate.models import LABOUR_MARKET, ForumFactKind, Standing, TrackFactKind
from climate.reading import Facts
from covenants.asof import as_of
from covenants.models import Agreement
from covenants.permissions import may_consult
from ser_portal.web import require


@require_safe
def forum(request: HttpRequest) -> HttpResponse:
    """The forum on the reference date: task, seats, sector tables, tracks and what happened that year."""
    require(may_consult(request.user))
    moment = as_of(request)
    found, viewer, day = reading.forum_of(request.user), request.user, moment.day
    context: dict[str, Any] = {"as_of": moment, "dated": _dated(moment.query), "forum": found}
    if found is None:
        return render(request, "climate/forum.html", context, status=moment.status)

    standing = found.standing_on(day)
    facts = Facts.of(found, viewer)
    shown = found.last_day_shown(day)
    happened = reading.happenings(found.agreement, *reading.year_to(day), viewer)
    seats = reading.seats_on(found, shown, viewer)
    context |= {
        "accord": found.agreement,
        "existed": standing != Standing.BEFORE,
        "ended": standing == Standing.ENDED,
        "standing": reading.standing_sentence(found, day),
        "facts": {
            "began": facts.one(ForumFactKind.BEGAN),
            "ended": facts.one(ForumFactKind.ENDED),
            "reports_to": facts.one(ForumFactKind.REPORTS_TO),
            "tables": facts.all(ForumFactKind.TABLES),
            "tracks": facts.all(ForumFactKind.TRACKS),
            "meetings": facts.one(ForumFactKind.MEETINGS, day.year),
            "overview": facts.one(ForumFactKind.ACTIVITY_OVERVIEW, day.year),
        },
        "tasks": reading.tasks_of(found, viewer),
        "seats": seats,
        "chair": next((state for state in seats if state.seat.kind == "chair"), None),
        "seats_in_words": reading.seats_in_words(seats),
        "shown_day": reading.day_in_words(shown),
        "tables": reading.tables_on(found.agreement, day, viewer),
        "tracks": reading.tracks_on(found.agreement, shown, viewer),
        "year": day.year,
        "happened": happened,
        "own": sum(row.is_own for row in happened),
        "highlights": [row for row in happened if row.highlighted],
        "meetings_unknown": reading.meetings_sentence(found, facts, happened, day.year),
        "milestones": reading.milestones(found.agreement, day, viewer),
    }
    return render(request, "climate/forum.html", context, status=moment.status)


@require_safe
def track(request: HttpRequest, slug: str) -> HttpResponse:
    """One track on the reference date: what it is called, who leads it, what happened."""
    require(may_consult(request.user))
    moment = as_of(request)
    return render(request, "climate/track.html", _track_context(request, moment, slug), status=moment.status)


@require_safe
def labour_market(request: HttpRequest) -> HttpResponse:
    """Arbeidsmarkt en scholing: purpose, predecessor, chair, parties, principles and what happened."""
    require(may_consult(request.user))
    moment = as_of(request)
    context = _track_context(request, moment, LABOUR_MARKET)
    facts = context["facts"]
    context |= {
        "purpose": [fact for fact in facts if fact.kind == TrackFactKind.PURPOSE],
        "predecessor": [fact for fact in facts if fact.kind == TrackFactKind.PREDECESSOR],
        "parties": [fact for fact in facts if fact.kind == TrackFactKind.PARTIES],
        "principles": [fact for fact in facts if fact.kind == TrackFactKind.PRINCIPLE],
    }
    return render(request, "climate/labour_market.html", context, status=moment.status)


def _dated(query: str) -> str:
    """What a link to another dated page carries."""
    return f"?peildatum={query}" if query else ""


def _track_context(request: HttpRequest, moment: Any, slug: str) -> dict[str, Any]:
    viewer, day = request.user, moment.day
    accord: Agreement | None = reading.accord_of(viewer)
    states = reading.tracks_on(accord, day, viewer, slug=slug) if accord else []
    if not accord or not states:
        raise Http404
    state, found = states[0], reading.forum_of(viewer)
    standing = found.standing_on(day) if found else None
    return {
        "as_of": moment,
        "dated": _dated(moment.query),
        "accord": accord,
        "forum": found,
        "standing": reading.standing_sentence(found, day) if found and standing != Standing.RUNNING else "",
        "state": state,
        "track": state.track,
        "is_labour_market": state.track.slug == LABOUR_MARKET,
        "labour_market_url": reverse("climate:labour_market"),
        "facts": reading.track_facts(state.track, viewer),
        "year": day.year,
        "happened": reading.happenings(accord, *reading.year_to(day), viewer, track=state.track),
    }
