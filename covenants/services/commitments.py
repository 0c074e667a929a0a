"""What was promised: registering it, moving it with a reason and a decision, and ending it.

A version holds the whole promise: its own columns, who shares it and what evidence is asked. All of it is written in
one transaction and bears one moment in the history, by which the steps of different tables are read together.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from covenants.models import (
    Agreement,
    CarrierKind,
    Commitment,
    CoResponsible,
    DueKind,
    EvidenceRequirement,
    MeasureKind,
    Party,
    PartyType,
    Rung,
    SizeClass,
    Theme,
)
from covenants.services.checks import RANDOM, apply, note_newer, required
from covenants.services.conflict import claim
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate, ImpreciseDateField

IMPRECISE = ("agreed", "due")
OF_QUANTITY = ("measure_value", "baseline_value")
OF_SHARE = (
    "numerator_label", "denominator_label", "target_numerator", "target_denominator", "baseline_numerator",
    "baseline_denominator",
)  # fmt: skip
EDITABLE = {
    "text_nl", "text_en", "clause", "agreed", "carrier_kind", "carrier", "carrier_types", "lead", "due_kind", "due",
    "recurrence", "due_diligence_step", "measure_kind", "measure_unit", "measure_detail", *OF_QUANTITY, *OF_SHARE,
    "visibility", "note", "source",
}  # fmt: skip
# Kept in rows of their own: parties that share it, evidence per size ({size or '': rung or None}), themes.
RELATED = ("co_responsible", "requirements", "themes")
MOST_SHARING = 200


@dataclass(frozen=True)
class Related:
    """What belongs to a commitment in rows of its own; None leaves it as it is."""

    co_responsible: list[Party] | None = None
    requirements: dict[str, int | None] | None = None
    themes: list[Theme] | None = None


class Step:
    """Who changes what for which reason, at one moment: what the history of every row in it will say."""

    def __init__(self, reason: str, by: Any) -> None:
        self.reason, self.by, self.at = reason, by, timezone.now()

    @contextmanager
    def of(self, row: Any) -> Iterator[Any]:
        """simple-history reads these from a row when it is saved or deleted."""
        row._change_reason, row._history_user, row._history_date = self.reason, self.by, self.at
        yield row
        del row._change_reason, row._history_user, row._history_date


@transaction.atomic
def register_commitment(agreement: Agreement, *, by: Any, **values: Any) -> Commitment:
    """A new commitment of this agreement; `values` are the EDITABLE and RELATED names.

    Raises ValidationError in Dutch, under the name of the value, and KeyError for a name that is none of these.
    """
    own, related = _split(values)
    own["text_nl"] = required(own.get("text_nl", ""), "text_nl", _("Schrijf op wat er is afgesproken."))
    commitment = Commitment(agreement=agreement, code=f"a-{get_random_string(10, RANDOM)}")
    related = _check(commitment, own, related)
    apply(commitment, own, allowed=EDITABLE)
    commitment.full_clean(exclude={"agreement", "lead"})
    step = Step(_("Vastgelegd"), by)
    with step.of(commitment):
        commitment.save()
    _write(commitment, related, step)
    audit.record("covenants.commitment_registered", on=commitment, by=by, agreement=agreement.pk)
    note_newer(commitment.agreed)
    return commitment


@transaction.atomic
def edit_commitment(
    commitment: Commitment, *, version: int, changes: dict[str, Any], reason: str, decision: str = "", by: Any
) -> Commitment:
    """Change a promise; the version before stays, with the reason and the decision that moved it.

    Raises Conflict when somebody saved first, ValidationError when nothing changed, a value is refused or no reason is
    given.
    """
    claim(commitment, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    own, related = _split(changes)
    if "text_nl" in own:
        own["text_nl"] = required(own["text_nl"], "text_nl", _("Schrijf op wat er is afgesproken."))
    related = _check(commitment, own, related)
    changed = set(apply(commitment, own, allowed=EDITABLE))
    themes_before = sorted(commitment.themes.values_list("pk", flat=True)) if related.themes is not None else []
    step = Step(reason, by)
    moved = changed | _write(commitment, related, step)
    if not moved:
        raise ValidationError(_("Er is niets gewijzigd."))
    _keep(commitment, changed, step, decision=decision)
    details: dict[str, Any] = {"fields": sorted(moved), "version": commitment.version}
    if "themes" in moved:
        details["themes_before"] = themes_before
        details["themes_after"] = sorted(theme.pk for theme in related.themes or [])
    audit.record("covenants.commitment_edited", on=commitment, by=by, **details)
    return commitment


@transaction.atomic
def end_commitment(
    commitment: Commitment, *, version: int, ended_on: date | None, reason: str, decision: str = "", by: Any
) -> Commitment:
    """The promise lapses as of a day, which may lie ahead; None puts a wrong ending right: it still stands.

    What was reported about it stays. Raises Conflict, and ValidationError when nothing changes or the day lies before
    the promise was made.
    """
    claim(commitment, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    if ended_on == commitment.ended_on:
        sentence = _("Geef de dag vanaf wanneer de afspraak vervalt.") if ended_on is None else _("Dit stond er al.")
        raise ValidationError({"ended_on": sentence})
    if ended_on and commitment.agreed.earliest and ended_on < commitment.agreed.earliest:
        raise ValidationError({"ended_on": _("Deze dag ligt voor de dag waarop de afspraak is gemaakt.")})
    commitment.ended_on = ended_on
    _keep(commitment, {"ended_on"}, Step(reason, by), decision=decision)
    audit.record(
        "covenants.commitment_ended" if ended_on else "covenants.commitment_revived",
        on=commitment,
        by=by,
        ended_on=ended_on.isoformat() if ended_on else "",
        version=commitment.version,
    )
    if ended_on and ended_on <= timezone.localdate():
        note_newer(ImpreciseDate.on(ended_on))
    return commitment


def _split(values: dict[str, Any]) -> tuple[dict[str, Any], Related]:
    own = {name: value for name, value in values.items() if name not in RELATED}
    return own, Related(**{name: value for name, value in values.items() if name in RELATED})


def _keep(commitment: Commitment, changed: Iterable[str], step: "Step", *, decision: str) -> None:
    """Save the columns that changed and the decision that belongs to this version."""
    commitment.decision = decision.strip()
    commitment.full_clean(exclude={"agreement", "lead", "version"})
    columns = [
        column for name in changed for column in (ImpreciseDateField.columns(name) if name in IMPRECISE else [name])
    ]
    with step.of(commitment):
        commitment.save(update_fields=sorted({*columns, "decision"}))


# --- What may be promised ------------------------------------------------------------------------------------------


def _check(commitment: Commitment, own: dict[str, Any], related: Related) -> Related:
    """The rules between values, on what the commitment will be. Empties what belongs to a kind that was left.

    Raises ValidationError with every complaint at its own value.
    """
    after = {name: own.get(name, getattr(commitment, name)) for name in EDITABLE}
    wrong: dict[str, str] = {}
    related = _check_carriers(commitment, own, related, after, wrong)
    _check_due(own, after, wrong)
    _check_measure(commitment, after, wrong)
    for size, rung in (related.requirements or {}).items():
        if size not in ("", *SizeClass.values) or (rung is not None and rung not in Rung.values):
            wrong["requirements"] = _("Dit soort bewijs kent het portaal niet.")
    if wrong:
        raise ValidationError(wrong)
    return related


def _check_carriers(
    commitment: Commitment, own: dict[str, Any], related: Related, after: dict[str, Any], wrong: dict[str, str]
) -> Related:
    """By name, or a class, or unknown: never two of them."""
    kind = after["carrier_kind"]
    leaving = kind != commitment.carrier_kind
    if kind != CarrierKind.NAMED:
        if own.get("lead") is not None:
            wrong["lead"] = _("Een trekker hoort bij ‘met name genoemde partijen’.")
        own["lead"] = after["lead"] = None
        if related.co_responsible:
            wrong["co_responsible"] = _("Alleen naast een trekker zijn er medeverantwoordelijken.")
        elif leaving:
            related = Related([], related.requirements, related.themes)
    elif after["lead"] is None:
        wrong["lead"] = _("Noem de partij die trekt, of kies een soort partijen.")
    sharing = related.co_responsible or []
    if after["lead"] is not None and after["lead"] in sharing:
        wrong["co_responsible"] = _("De trekker is niet ook medeverantwoordelijke.")
    if len(sharing) > MOST_SHARING:
        wrong["co_responsible"] = _("Er zijn hoogstens %(most)s medeverantwoordelijken.") % {"most": MOST_SHARING}
    if kind == CarrierKind.CLASS:
        if set(after["carrier_types"] or []) - set(PartyType.values):
            wrong["carrier_types"] = _("Deze soort partij kent het portaal niet.")
    elif own.get("carrier_types"):
        wrong["carrier_types"] = _("Een soort partijen hoort bij ‘alle deelnemende partijen van een soort’.")
    elif leaving:
        own["carrier_types"] = []
    if (
        related.co_responsible is None
        and after["lead"] is not None
        and commitment.pk
        and commitment.co_responsible.filter(party=after["lead"]).exists()
    ):
        wrong["lead"] = _("Deze partij is al medeverantwoordelijke; haal haar daar eerst weg.")
    return related


def _check_due(own: dict[str, Any], after: dict[str, Any], wrong: dict[str, str]) -> None:
    """A date, or words about an event, or explicitly none: never a date that somebody made up."""
    kind, due = after["due_kind"], after["due"]
    if kind == DueKind.DATE and not due.is_known:
        wrong["due"] = _("Geef de termijn, of kies ‘geen datum afgesproken’.")
    elif kind == DueKind.RELATIVE and not due.words:
        wrong["due"] = _("Schrijf waarvanaf de termijn telt, bijvoorbeeld ‘ondertekening + 12 maanden’.")
    elif kind == DueKind.NOT_AGREED:
        typed = own.get("due")
        if typed is not None and (typed.is_known or typed.words):
            wrong["due"] = _("U koos ‘geen datum afgesproken’; haal de datum weg of kies een andere termijn.")
        own["due"] = after["due"] = ImpreciseDate()


def _check_measure(commitment: Commitment, after: dict[str, Any], wrong: dict[str, str]) -> None:
    """A share has both sides, and a percentage without a denominator is only ever somebody else's."""
    kind = after["measure_kind"]
    if kind == MeasureKind.QUOTED and commitment.measure_kind != MeasureKind.QUOTED:
        wrong["measure_kind"] = _("Een percentage zonder noemer wordt alleen uit een bron overgenomen.")
    if kind == MeasureKind.QUANTITY and "%" in (after["measure_unit"] or ""):
        wrong["measure_unit"] = _("Een percentage zegt niets zonder noemer: kies ‘een aandeel’.")
    strange = {
        MeasureKind.NONE: (*OF_QUANTITY, *OF_SHARE),
        MeasureKind.QUANTITY: OF_SHARE,
        MeasureKind.QUOTED: OF_SHARE,
        MeasureKind.SHARE: OF_QUANTITY,
    }
    for name in strange.get(MeasureKind(kind) if kind in MeasureKind.values else MeasureKind.NONE, ()):
        if after[name] not in (None, ""):
            wrong[name] = _("Dit hoort niet bij de gekozen maat; maak het leeg of kies een andere maat.")
    for part in ("target", "baseline"):
        numerator, denominator = after[f"{part}_numerator"], after[f"{part}_denominator"]
        if (numerator is None) != (denominator is None):
            missing = "numerator" if numerator is None else "denominator"
            wrong[f"{part}_{missing}"] = _("Geef teller en noemer, of geen van beide.")
        elif numerator is not None and numerator > denominator:
            wrong[f"{part}_numerator"] = _("De teller is groter dan de noemer.")


# --- Rows of their own ---------------------------------------------------------------------------------------------


def _write(commitment: Commitment, related: Related, step: Step) -> set[str]:
    """Bring the rows of their own up to date, each with its history; returns what really changed."""
    moved = set()
    if related.co_responsible is not None and _write_sharing(commitment, related.co_responsible, step):
        moved.add("co_responsible")
    if related.requirements is not None and _write_requirements(commitment, related.requirements, step):
        moved.add("requirements")
    if related.themes is not None:
        before = set(commitment.themes.values_list("pk", flat=True))
        if before != {theme.pk for theme in related.themes}:
            commitment.themes.set(related.themes)
            moved.add("themes")
    return moved


def _write_sharing(commitment: Commitment, parties: list[Party], step: Step) -> bool:
    there = {row.party_id: row for row in commitment.co_responsible.all()}
    wanted = {party.pk: party for party in parties}
    for key in there.keys() - wanted.keys():
        with step.of(there[key]) as row:
            row.delete()
    for key in wanted.keys() - there.keys():
        with step.of(CoResponsible(commitment=commitment, party=wanted[key])) as row:
            row.save()
    return there.keys() != wanted.keys()


def _write_requirements(commitment: Commitment, rungs: dict[str, int | None], step: Step) -> bool:
    there = {row.size_class: row for row in commitment.evidence_requirements.all()}
    moved = False
    for size, rung in rungs.items():
        row = there.get(size)
        if rung is None and row is not None:
            with step.of(row):
                row.delete()
            moved = True
        elif rung is not None and (row is None or row.rung != rung):
            row = row or EvidenceRequirement(commitment=commitment, size_class=size)
            row.rung = rung
            with step.of(row):
                row.save()
            moved = True
    return moved
