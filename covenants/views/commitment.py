"""One commitment: what was promised then and now, who carries it, and what of it this person may see reported."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import asof, permissions, wording
from covenants.forms.commitments import steps_of_due_diligence
from covenants.models import (
    CarrierKind,
    Commitment,
    DueKind,
    Party,
    PhaseChange,
    ReportingSlot,
    Rung,
    SizeClass,
    SlotState,
    own_parties,
)
from covenants.services import Carrier, resolve_carriers
from covenants.views.answers import person
from ser_portal.dates import ImpreciseDate, render
from ser_portal.web import Page, render_page
from ser_portal.words import words

MOST_VERSIONS = 500
PROMISE = ("text", "due", "target")  # what stays visible as it was first


def shown_commitment(request: HttpRequest, pk: int) -> Commitment:
    """The commitment when this person may know of it; else 404."""
    rows = Commitment.objects.visible_to(request.user).select_related("agreement__sector", "lead")
    return get_object_or_404(rows, pk=pk)


@require_GET
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one promise on the reference date."""
    found = shown_commitment(request, pk)
    as_of = asof.as_of(request)
    agreement = found.agreement
    keeps = permissions.may_keep(request.user, agreement)
    day = as_of.day
    bucket = wording.bucket(found.due_kind, found.due.latest, found.ended_on, day)
    carriers = _carriers(found, day)
    carrier_page = Page(carriers, request.GET, key="uitvoerders")
    linked = _linked(request, carrier_page.rows)
    slots = _slots(request, found, keeps)
    context = {
        "as_of": as_of,
        "commitment": found,
        "agreement": agreement,
        "may_keep": keeps,
        "carriers": carriers,
        "carrier_page": carrier_page,
        "carrier_lines": [{"carrier": row, "url": linked.get(row.party.pk, "")} for row in carrier_page],
        "uncertain_count": sum(carrier.uncertain for carrier in carriers),
        "bucket": bucket,
        "bucket_label": wording.bucket_labels()[bucket],
        "gap": _gap(found, day) if found.due_kind == DueKind.NOT_AGREED else None,
        "measure": wording.measure(found),
        "asked": _asked(found),
        "step_label": _step(found.due_diligence_step),
        "themes": [words(theme, "name") for theme in found.themes.all()],
        "then_and_now": _then_and_now(found, keeps),
        "slots": slots,
        "slot_lines": _slot_lines(request, slots, keeps),
    }
    return render_page(request, "covenants/commitment.html", context, fragment="commitment-panel", status=as_of.status)


def _step(number: int | None) -> str:
    return dict(steps_of_due_diligence())[str(number)] if number else ""


def _carriers(found: Commitment, day: Any) -> list[Carrier]:
    return resolve_carriers(found, day, day) if found.carrier_kind != CarrierKind.UNKNOWN else []


def _linked(request: HttpRequest, carriers: list[Carrier]) -> dict[int, str]:
    """Addresses of the carriers whose page this person may open; a name alone is part of the promise."""
    keys = [carrier.party.pk for carrier in carriers]
    seen = Party.objects.visible_to(request.user).filter(pk__in=keys).only("slug")
    return {party.pk: party.get_absolute_url() for party in seen}


def _gap(found: Commitment, day: Any) -> dict[str, str]:
    """How long there has been no date, and since what."""
    ledger = list(PhaseChange.objects.current().filter(agreement=found.agreement).order_by("sequence"))
    since = wording.agreed_since(found, ledger)
    if found.agreed.is_known:
        origin = _("afgesproken: %(day)s") % {"day": render(since)}
    elif since.is_known:
        origin = _("met de ondertekening van het akkoord: %(day)s") % {"day": render(since)}
    else:
        origin = ""
    return {"age": wording.gap(since, day), "origin": origin}


def _asked(found: Commitment) -> list[tuple[str, str]]:
    """Which evidence is asked of whom, the general rule first."""
    by_size = {row.size_class: row for row in found.evidence_requirements.all()}
    if not by_size:
        return []
    every = _("alle organisaties") if len(by_size) == 1 else _("alle andere organisaties")
    names = {"": every}
    for size in SizeClass:
        names[size.value] = _("organisaties van de grootte ‘%(size)s’") % {"size": size.label}
    order = ["", *SizeClass.values]
    lines = [(names[size], str(Rung(by_size[size].rung).label)) for size in order if size in by_size]
    if "" not in by_size:
        lines.append((every, str(Rung.DECLARED.label)))
    return lines


# --- Then and now --------------------------------------------------------------------------------------------------


@dataclass
class Moved:
    """A part of the promise that is no longer as it was first written down."""

    label: str
    first: str
    now: str
    steps: list[dict[str, Any]] = field(default_factory=list)


def seen_versions(found: Commitment, keeps: bool) -> list[Any]:
    """The versions somebody may see, oldest first. What was written while fewer could see it stays theirs."""
    rows = list(found.history.select_related("history_user").order_by("history_date", "history_id")[:MOST_VERSIONS])
    return [row for row in rows if keeps or wording.as_wide(row.visibility, found.visibility)]


def due_words(row: Any) -> str:
    """The term of a commitment or of a version of one."""
    if row.due_kind == DueKind.NOT_AGREED:
        return str(DueKind.NOT_AGREED.label)
    return render(ImpreciseDate(row.due_earliest, row.due_latest, row.due_words))


def _then_and_now(found: Commitment, keeps: bool) -> list[Moved]:
    """Text, term and target as first written down beside how they are now, with every step between."""
    versions = seen_versions(found, keeps)
    if len(versions) < 2:
        return []
    reads = {
        "text": (_("Tekst"), lambda row: row.text_nl),
        "due": (_("Termijn"), due_words),
        "target": (_("Streefwaarde"), lambda row: wording.target(row) or _("niet vastgelegd")),
    }
    moved = []
    for name in PROMISE:
        label, read = reads[name]
        steps = []
        for older, newer in pairwise(versions):
            if read(older) != read(newer):
                steps.append(
                    {
                        "at": newer.history_date,
                        "who": person(newer.history_user),
                        "reason": newer.history_change_reason or "",
                        "decision": newer.decision,
                        "to": read(newer),
                    }
                )
        if steps:
            moved.append(Moved(label, read(versions[0]), read(found), steps))
    return moved


# --- What was reported ---------------------------------------------------------------------------------------------


def _slots(request: HttpRequest, found: Commitment, keeps: bool) -> Page:
    rows = (
        ReportingSlot.objects.visible_to(request.user)
        .filter(commitment=found)
        .select_related("round", "party")
        .order_by(F("round__period_last").desc(), "-round_id", "party__name", "pk")
    )
    return Page(rows if keeps else rows.standing(), request.GET, key="verplichtingen")


def _slot_lines(request: HttpRequest, slots: Page, keeps: bool) -> list[dict[str, Any]]:
    """Each slot in words. Who is neither secretariat nor the party itself learns only that something was approved."""
    own = set() if keeps else set(Party.objects.filter(pk__in=own_parties(request.user)).values_list("pk", flat=True))
    lines = []
    for slot in slots:
        inside = keeps or slot.party_id in own
        state = slot.state if inside else SlotState.APPROVED
        lines.append(
            {
                "slot": slot,
                "url": slot.get_absolute_url(),
                "round_url": slot.round.get_absolute_url(),
                "state": "withdrawn" if slot.withdrawn_at else state,
                "label": _("vervallen") if slot.withdrawn_at else SlotState(state).label,
                "confirmed_on": slot.confirmed_on if inside else None,
                "inside": inside,
            }
        )
    return lines
