"""One agreement, as it stood on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import asof, permissions, presentation, wording
from covenants.models import (
    Agreement,
    AgreementFact,
    Commitment,
    FactKind,
    Participation,
    PartyType,
    PhaseChange,
    PhaseState,
    RemarkKind,
    ResultKind,
    Secretariat,
    Stall,
)
from covenants.presentation import Axis
from covenants.views import rounds_shown
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.web import Page, render_page

# What the aside always answers, also when the answer is that nothing was found.
ALWAYS_ASKED = [FactKind.CHAIR, FactKind.MONITORING, FactKind.COMPLAINTS, FactKind.REPORTING_YEAR, FactKind.DURATION]
IN_TEXT = [
    FactKind.STATUS,
    FactKind.STEERING_GROUP,
    FactKind.CONFIDENTIALITY,
    FactKind.FUNDING,
    FactKind.REMARK,
    FactKind.LATER,
]


@dataclass
class PartyGroup:
    """Participations of parties of one type."""

    label: str
    rows: list[Participation] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len({row.party_id for row in self.rows})


@require_GET
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything the register knows of one agreement on the reference date."""
    found = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("sector"), slug=slug)
    as_of = asof.as_of(request)
    day = as_of.day
    ledger = found.ledger
    state = PhaseState.of(ledger, day)
    known = any(change.possible_on(day) for change in ledger) or not ledger
    context: dict[str, Any] = {
        "as_of": as_of,
        "agreement": found,
        "state": state,
        "may_have_moved": presentation.may_have_moved(state),
        "phase_line": presentation.phase_line(ledger, state),
        "timeline": presentation.timeline(ledger, Axis.of(ledger, day), day),
        "steps": _steps(ledger, state),
        "known": known,
        "first_known": _first_known(ledger),
        "may_keep": permissions.may_keep(request.user, found),
        "rounds": rounds_shown.round_lines(
            rounds_shown.round_rows(request.user, found)[: rounds_shown.ON_AGREEMENT_PAGE]
        ),
    }
    if known:
        context |= _on_day(request, found, as_of)
    return render_page(
        request, "covenants/agreement.html", context, fragment="agreement-activities", status=as_of.status
    )


def _steps(ledger: list[PhaseChange], state: PhaseState) -> list[dict[str, Any]]:
    here = state.change.sequence if state.change else -1
    uncertain = {change.pk for change in state.uncertain}
    return [
        {
            "change": change,
            "when": presentation.when(change),
            "past": change.sequence < here,
            "current": change.sequence == here,
            "maybe": change.pk in uncertain,
        }
        for change in ledger
    ]


def _first_known(ledger: list[PhaseChange]) -> str:
    return presentation.when(ledger[0]) if ledger else ""


def _on_day(request: HttpRequest, found: Agreement, as_of: asof.AsOf) -> dict[str, Any]:
    day = as_of.day
    facts = list(found.facts.all())
    remarks = list(found.remarks.all())
    by_then = Q(counted_on_earliest__isnull=True) | Q(counted_on_earliest__lte=day)
    counts = list(found.participant_counts.filter(by_then))
    results = list(found.published_results.all())
    published = found.publications.filter(Q(published_earliest__isnull=True) | Q(published_earliest__lte=day))
    publications = list(published.order_by(F("published_earliest").desc(nulls_last=True), "pk")[:50])
    themes = list(found.agreement_themes.select_related("theme"))
    secretariats = list(Secretariat.objects.on(day).filter(agreement=found))
    stalls = list(Stall.objects.on(day).filter(agreement=found))
    commitments = Page(_commitments(request, found), request.GET, key="afspraken")
    activities, all_years = _activities(request, found, day)
    parties = _parties(found, day)
    records: list[Any] = [
        found, *found.ledger, *secretariats, *facts, *counts, *results, *themes, *stalls, *commitments, *activities,
        *publications, *parties["participations"], *remarks,
    ]  # fmt: skip
    return {
        **parties,
        "secretariats": secretariats,
        "stalls": stalls,
        "aside": _grouped(facts, ALWAYS_ASKED),
        "texts": [(label, rows) for label, rows in _grouped(facts, IN_TEXT) if rows],
        "counts": counts,
        "reporting_year": "" if found.reporting_year in {fact.text_nl for fact in facts} else found.reporting_year,
        "targets": [row for row in results if row.kind == ResultKind.TARGET],
        "results": [row for row in results if row.kind == ResultKind.RESULT],
        "themes": themes,
        "commitments": commitments,
        "commitment_lines": _commitment_lines(commitments, as_of),
        "activities": activities,
        "all_years": all_years,
        "publications": publications,
        "discrepancies": [row for row in remarks if row.kind != RemarkKind.NOT_FOUND],
        "not_found": [row for row in remarks if row.kind == RemarkKind.NOT_FOUND],
        "sources": _sources(records),
    }


def _commitments(request: HttpRequest, found: Agreement) -> Any:
    """What this person may know was promised, in the order in which it was written down."""
    return Commitment.objects.visible_to(request.user).filter(agreement=found).select_related("lead").order_by("pk")


def _commitment_lines(commitments: Page, as_of: asof.AsOf) -> list[dict[str, Any]]:
    """Each commitment in words, with what its term means on the day."""
    suffix = f"?peildatum={as_of.query}" if as_of.query else ""
    labels = wording.bucket_labels()
    lines = []
    for row in commitments:
        bucket = wording.bucket(row.due_kind, row.due_latest, row.ended_on, as_of.day)
        lead = row.lead.name if row.lead else ""
        measured = wording.target(row) or row.measure_unit
        lines.append(
            {
                "row": row,
                "url": row.get_absolute_url() + suffix,
                "carrier": wording.carrier_words(row.carrier_kind, row.carrier, row.carrier_types, lead),
                "measure": f"{measured} ({row.measure_detail})" if row.measure_detail else measured,
                "bucket": bucket,
                "bucket_label": labels[bucket] if bucket in ("verstreken", "vervallen") else "",
            }
        )
    return lines


def _grouped(facts: list[AgreementFact], kinds: list[FactKind]) -> list[tuple[str, list[AgreementFact]]]:
    """What was found about each of `kinds`; an empty list is an honest answer."""
    return [(str(kind.label), [fact for fact in facts if fact.kind == kind and fact.text_nl]) for kind in kinds]


def _activities(request: HttpRequest, found: Agreement, day: date) -> tuple[Page, bool]:
    """Those of the year of the day, or with ?activiteiten=alle all until then, the newest page by page."""
    all_years = request.GET.get("activiteiten") == "alle"
    rows = found.activities.all()
    if all_years:
        rows = rows.filter(Q(occurred_earliest__isnull=True) | Q(occurred_earliest__lte=day))
        rows = rows.order_by(F("occurred_earliest").desc(nulls_last=True), "-pk")
    else:
        rows = rows.in_period(date(day.year, 1, 1), day).by_date()
    return Page(rows, request.GET), all_years


def _parties(found: Agreement, day: date) -> dict[str, Any]:
    """Who takes part on the day, certainly or perhaps, and who has left; at most a thousand rows in one query."""
    rows = list(
        Participation.objects.filter(agreement=found)
        .filter(Q(began_earliest__isnull=True) | Q(began_earliest__lte=day))
        .select_related("party")
        .order_by("party__type", "party__name", "pk")[:1000]
    )
    ended = [row for row in rows if row.ended.latest and row.ended.latest < day]
    current = [row for row in rows if row not in ended]
    certain = [row for row in current if row.began.certain_on(day)]
    perhaps = [row for row in current if not row.began.certain_on(day)]
    undated = [row for row in certain if row.began.earliest is None]
    return {
        "participations": rows,
        "party_groups": [
            ("", _by_type(row for row in certain if row.began.earliest is not None)),
            *((since(rows[0]), _by_type(rows)) for rows in _by_latest(undated)),
            (_("Niet zeker of zij op deze dag al meededen"), _by_type(perhaps)),
        ],
        "certain_count": len({row.party_id for row in certain}),
        "perhaps_count": len({row.party_id for row in perhaps} - {row.party_id for row in certain}),
        "ended": ended,
    }


def _by_latest(rows: list[Participation]) -> list[list[Participation]]:
    """Participations of which only the last possible day is known, together per day."""
    ordered = sorted(rows, key=lambda row: row.began.latest or date.max)
    return [list(group) for _latest, group in groupby(ordered, lambda row: row.began.latest)]


def _by_type(rows: Iterable[Participation]) -> list[PartyGroup]:
    order = {str(value): place for place, value in enumerate(PartyType.values)}
    ordered = sorted(rows, key=lambda row: (order[row.party.type], row.party.name.lower()))
    return [
        PartyGroup(type_headings()[kind], list(group)) for kind, group in groupby(ordered, lambda row: row.party.type)
    ]


def type_headings() -> dict[str, str]:
    """The plural of each type of party, in the reader's language."""
    return {
        PartyType.COMPANY: _("Bedrijven"),
        PartyType.TRADE_ASSOCIATION: _("Brancheorganisaties"),
        PartyType.TRADE_UNION: _("Vakbonden"),
        PartyType.CIVIL_SOCIETY: _("Maatschappelijke organisaties"),
        PartyType.GOVERNMENT: _("Overheid"),
        PartyType.OTHER: _("Overige"),
    }


def since(participation: Participation) -> str:
    """How long a party takes part, as far as anybody knows."""
    began = participation.began
    if began.earliest is None and began.latest:
        return _("datum van toetreding niet bekend, uiterlijk %(day)s") % {
            "day": dates.render(ImpreciseDate.on(began.latest))
        }
    return dates.render(began) if began.is_known else _("datum van toetreding niet bekend")


def _sources(records: Iterable[Any]) -> list[str]:
    """Every source the page leans on, once, addresses first."""
    found = dict.fromkeys(source for record in records for source in record.sources)
    return sorted(found, key=lambda source: (not source.startswith("http"), source.lower()))
