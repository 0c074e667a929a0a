"""Every version of a commitment: what changed, who did that, when, why, and by which decision."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import permissions, wording
from covenants.models import (
    Commitment,
    CoResponsible,
    EvidenceRequirement,
    Party,
    PartyType,
    Rung,
    SizeClass,
    Theme,
)
from covenants.views.answers import person
from covenants.views.commitment import MOST_VERSIONS, seen_versions, shown_commitment
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate, render
from ser_portal.web import Page, render_page
from ser_portal.words import words

PLAIN = [
    "text_nl", "text_en", "clause", "carrier_kind", "carrier", "due_kind", "recurrence", "due_diligence_step",
    "measure_kind", "measure_unit", "measure_detail", "numerator_label", "denominator_label", "visibility", "ended_on",
    "note", "source",
]  # fmt: skip
NUMBERS = [
    "baseline_value", "measure_value", "baseline_numerator", "baseline_denominator", "target_numerator",
    "target_denominator",
]  # fmt: skip


@dataclass
class Version:
    """One version: who wrote it, when and why, the decision behind it, and what it changed."""

    number: int
    at: datetime
    who: str
    reason: str
    decision: str
    first: bool
    rows: list[tuple[str, str, str]] = field(default_factory=list)


@require_GET
def commitment_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of the promise, the newest first."""
    found = shown_commitment(request, pk)
    keeps = permissions.may_keep(request.user, found.agreement)
    versions = seen_versions(found, keeps)
    beside = _beside(found)
    themes = _theme_steps(found)
    leads = dict(Party.objects.filter(pk__in={row.lead_id for row in versions}).values_list("pk", "name"))
    lines = []
    for place, row in enumerate(versions):
        older = versions[place - 1] if place else None
        rows = _differences(older, row, leads) if older else []
        rows += [change for at, change in beside if at == row.history_date and older]
        rows += themes.get(row.version, [])
        lines.append(
            Version(
                number=place + 1,
                at=row.history_date,
                who=person(row.history_user),
                reason=row.history_change_reason or "",
                decision=row.decision if older else "",
                first=older is None,
                rows=rows,
            )
        )
    context = {
        "commitment": found,
        "agreement": found.agreement,
        "versions": Page(lines[::-1], request.GET),
    }
    return render_page(request, "covenants/commitment_history.html", context, fragment="history-panel")


def _differences(older: Any, newer: Any, leads: dict[int, str]) -> list[tuple[str, str, str]]:
    """(what, before, after) in words, of the columns that hold one value each."""
    rows = []

    def compare(label: Any, before: str, after: str) -> None:
        if before != after:
            rows.append((str(label), before or "–", after or "–"))

    for name in PLAIN:
        compare(_label(name), _plain(older, name), _plain(newer, name))
    for name in NUMBERS:
        compare(_label(name), _number(older, name), _number(newer, name))
    for name, label in (("agreed", _("afgesproken")), ("due", _("uiterlijk"))):
        compare(label, _when(older, name), _when(newer, name))
    types = {value: str(label) for value, label in PartyType.choices}
    compare(
        _label("carrier_types"),
        ", ".join(types.get(one, one) for one in older.carrier_types),
        ", ".join(types.get(one, one) for one in newer.carrier_types),
    )
    compare(_("trekker"), leads.get(older.lead_id, ""), leads.get(newer.lead_id, ""))
    return rows


def _label(name: str) -> str:
    return str(getattr(Commitment._meta.get_field(name), "verbose_name", name))


def _plain(row: Any, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if hasattr(value, "year"):
        return render(ImpreciseDate.on(value))
    return "" if value is None else str(value)


def _number(row: Any, name: str) -> str:
    value = getattr(row, name)
    return "" if value is None else wording.number(value)


def _when(row: Any, name: str) -> str:
    when = ImpreciseDate(*(getattr(row, f"{name}_{part}") for part in ("earliest", "latest", "words")))
    return render(when) if when.is_known or when.words else ""


def _beside(found: Commitment) -> list[tuple[datetime, tuple[str, str, str]]]:
    """What changed in rows of their own, by the moment they share with the version they belong to."""
    steps: list[tuple[datetime, tuple[str, str, str]]] = []
    sharing = CoResponsible.history.filter(commitment_id=found.pk).order_by("history_date", "history_id")
    shared = list(sharing[:MOST_VERSIONS])
    names = dict(Party.objects.filter(pk__in={row.party_id for row in shared}).values_list("pk", "name"))
    for row in shared:
        name = names.get(row.party_id, "")
        before, after = (name, "–") if row.history_type == "-" else ("–", name)
        steps.append((row.history_date, (_("Medeverantwoordelijke"), before, after)))
    last: dict[str, str] = {}
    asked = EvidenceRequirement.history.filter(commitment_id=found.pk).order_by("history_date", "history_id")
    sizes = {"": _("alle organisaties"), **{size.value: str(size.label) for size in SizeClass}}
    for row in asked[:MOST_VERSIONS]:
        label = _("Gevraagd bewijs, %(size)s") % {"size": sizes.get(row.size_class, row.size_class)}
        after = "–" if row.history_type == "-" else str(Rung(row.rung).label)
        steps.append((row.history_date, (label, last.get(row.size_class, "–"), after)))
        last[row.size_class] = after
    return steps


def _theme_steps(found: Commitment) -> dict[int, list[tuple[str, str, str]]]:
    """Themes before and after, by version; the log of intentions keeps them."""
    entries = Entry.objects.filter(
        content_type=ContentType.objects.get_for_model(Commitment),
        object_id=found.pk,
        action="covenants.commitment_edited",
    )[:MOST_VERSIONS]
    steps = {
        entry.details["version"]: (entry.details["themes_before"], entry.details["themes_after"])
        for entry in entries
        if "themes_before" in entry.details
    }
    if not steps:
        return {}
    names = {theme.pk: words(theme, "name") for theme in Theme.objects.all()}

    def said(keys: list[int]) -> str:
        return ", ".join(names[key] for key in keys if key in names) or "–"

    return {version: [(_("Thema’s"), said(before), said(after))] for version, (before, after) in steps.items()}
