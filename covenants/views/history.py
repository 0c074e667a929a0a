"""Who changed what in an agreement, when and why."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from covenants import permissions, presentation
from covenants.models import Agreement, Participation
from covenants.presentation import phase_label
from covenants.views.answers import person
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate, render
from ser_portal.web import Page, render_page

AGREEMENT_FIELDS = [
    "name_nl", "name_en", "abbreviation_nl", "abbreviation_en", "visibility", "intended_duration_months",
    "reporting_year", "note", "source",
]  # fmt: skip
PARTICIPATION_FIELDS = ["role", "began", "ended", "leaving_reason", "source", "note"]
MOST = 200  # changes of one kind that the page reads; older ones stay in the record

SENTENCES = {
    "covenants.agreement_registered": gettext_noop("registreerde het akkoord"),
    "covenants.agreement_edited": gettext_noop("wijzigde gegevens"),
    "covenants.phase_changed": gettext_noop("wijzigde de fase: %(old)s → %(new)s"),
    "covenants.phase_change_corrected": gettext_noop("corrigeerde een vastgelegde fase"),
    "covenants.phase_change_withdrawn": gettext_noop("trok een vastgelegde fase in"),
    "covenants.stalled": gettext_noop("markeerde het akkoord als stilgevallen"),
    "covenants.stall_lifted": gettext_noop("hief de stilstand op"),
    "covenants.participation_added": gettext_noop("voegde een deelname toe: %(party)s"),
    "covenants.participation_edited": gettext_noop("wijzigde een deelname: %(party)s"),
    "covenants.activity_recorded": gettext_noop("legde een activiteit vast"),
    "covenants.rules_set": gettext_noop("wijzigde de rapportageregels"),
    "covenants.ruling_written": gettext_noop("legde een telregel vast"),
}


@dataclass
class Change:
    """One saved change of recorded facts."""

    at: datetime
    who: str
    what: str
    reason: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)


@require_GET
def agreement_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every phase entry with those that were superseded, every change of facts, and the log."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("sector"), slug=slug)
    phases = list(
        agreement.phase_changes.select_related(
            "recorded_by", "corrects", "correction", "correction__recorded_by"
        ).order_by("sequence", "pk")[:MOST]
    )
    stalls = list(agreement.stalls.select_related("recorded_by", "lifted_by")[:MOST])
    names = dict(Participation.objects.filter(agreement=agreement).values_list("pk", "party__name"))
    changes = sorted(
        [*_fact_changes(agreement), *_participation_changes(agreement, names)],
        key=lambda change: change.at,
        reverse=True,
    )
    entries = Entry.objects.filter(
        content_type=ContentType.objects.get_for_model(Agreement), object_id=agreement.pk
    ).select_related("by")
    log = Page(entries, request.GET, key="logboek")
    context = {
        "agreement": agreement,
        "may_keep": permissions.may_keep(request.user, agreement),
        "phases": [_phase(change) for change in phases],
        "stalls": [
            {"stall": row, "who": person(row.recorded_by), "lifted_by": person(row.lifted_by)} for row in stalls
        ],
        "changes": Page(changes, request.GET, key="wijzigingen"),
        "log": log,
        "entries": [(entry.at, person(entry.by), _sentence(entry, names)) for entry in log],
    }
    return render_page(request, "covenants/history.html", context, fragment="history-panel")


def _phase(change: Any) -> dict[str, Any]:
    replacement = getattr(change, "correction", None)
    return {
        "change": change,
        "when": presentation.when(change) if not change.superseded_at else render(change.effective_on),
        "who": person(change.recorded_by),
        "old": bool(change.superseded_at),
        "replacement": replacement,
        "replaced_by": person(replacement.recorded_by) if replacement else "",
    }


def _sentence(entry: Entry, names: dict[int, str]) -> str:
    details = entry.details
    values = {
        "old": phase_label(details["old"]) if isinstance(details.get("old"), str) else "",
        "new": phase_label(details["new"]) if isinstance(details.get("new"), str) else "",
        "party": names.get(details.get("participation"), ""),
    }
    known = SENTENCES.get(entry.action)
    return _(known) % values if known else entry.action


def _fact_changes(agreement: Agreement) -> list[Change]:
    rows = list(agreement.history.select_related("history_user").order_by("-history_date", "-history_id")[: MOST + 1])
    changes = []
    for newer, older in pairwise(rows):
        if differences := _differences(Agreement, newer, older, AGREEMENT_FIELDS):
            changes.append(
                Change(
                    newer.history_date,
                    person(newer.history_user),
                    _("Gegevens"),
                    newer.history_change_reason or "",
                    differences,
                )
            )
    return changes


def _participation_changes(agreement: Agreement, names: dict[int, str]) -> list[Change]:
    history = Participation.history.filter(agreement_id=agreement.pk)
    edited = set(history.filter(history_type="~").values_list("id", flat=True)[:MOST])
    rows = history.filter(id__in=edited).select_related("history_user").order_by("id", "-history_date", "-history_id")
    changes = []
    listed = list(rows[: MOST * 2])
    for newer, older in pairwise(listed):
        if newer.id == older.id and (found := _differences(Participation, newer, older, PARTICIPATION_FIELDS)):
            what = _("Deelname van %(name)s") % {"name": names.get(newer.id, "")}
            changes.append(
                Change(newer.history_date, person(newer.history_user), what, newer.history_change_reason or "", found)
            )
    return changes


def _differences(model: Any, newer: Any, older: Any, names: list[str]) -> list[tuple[str, str, str]]:
    """(field, before, after) in words, for what really changed."""
    rows = []
    for name in names:
        before, after = _value(older, name), _value(newer, name)
        if before != after:
            column = name if hasattr(newer, name) else f"{name}_earliest"
            found = model._meta.get_field(column)
            label = found.verbose_name if column == name else found.help_text
            rows.append((str(label), before or "–", after or "–"))
    return rows


def _value(record: Any, name: str) -> str:
    if not hasattr(record, name):
        when = ImpreciseDate(*(getattr(record, f"{name}_{part}") for part in ("earliest", "latest", "words")))
        return render(when) if when.is_known else ""
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    return "" if value is None else str(value)
