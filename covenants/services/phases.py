"""Moving an agreement through its phases, and putting right what was recorded wrongly."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import NEXT_PHASES, Agreement, Phase, PhaseChange, Stall
from covenants.services.checks import happened, note_newer, required
from covenants.services.conflict import claim
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate, day_after


def derive_bounds(agreement: Agreement) -> None:
    """Bring `possible_from` and `certain_from` of the current changes in line with their dates and order.

    A change can not come before the earliest of any change before it, nor after the latest of any change after it.
    Raises ValidationError naming the two entries when their dates contradict their order.
    """
    ledger = list(agreement.phase_changes.current().order_by("sequence"))
    # An end date is the last day of what went before: the new phase holds from the day after.
    firsts = [day_after(row.effective_on.earliest) if row.ends else row.effective_on.earliest for row in ledger]
    lasts = [day_after(row.effective_on.latest) if row.ends else row.effective_on.latest for row in ledger]

    possible: list[tuple[date | None, PhaseChange | None]] = []
    floor: tuple[date | None, PhaseChange | None] = (None, None)
    for row, first in zip(ledger, firsts, strict=True):
        if first and (floor[0] is None or first > floor[0]):
            floor = (first, row)
        possible.append(floor)
    certain: list[date | None] = []
    ceiling: date | None = None
    for last in reversed(lasts):
        ceiling = min(ceiling, last) if ceiling and last else (ceiling or last)
        certain.append(ceiling)
    certain.reverse()

    for row, (earliest, setter), latest in zip(ledger, possible, certain, strict=True):
        if earliest and latest and earliest > latest:
            other = (
                setter
                if setter is not None and setter.pk != row.pk
                else ledger[min(ledger.index(row) + 1, len(ledger) - 1)]
            )
            raise ValidationError(
                {
                    "effective_on": _(
                        "De volgorde klopt niet: ‘%(one)s’ (%(one_date)s) en ‘%(other)s’ (%(other_date)s)."
                    )
                    % {
                        "one": row.label_nl or row.get_to_phase_display(),
                        "one_date": row.effective_on,
                        "other": other.label_nl or other.get_to_phase_display(),
                        "other_date": other.effective_on,
                    }
                }
            )
        if (row.possible_from, row.certain_from) != (earliest, latest):
            row.possible_from, row.certain_from = earliest, latest
            row.save(update_fields=["possible_from", "certain_from"])


@transaction.atomic
def change_phase(
    agreement: Agreement,
    *,
    version: int,
    to: str,
    effective_on: ImpreciseDate,
    reason: str,
    source: str = "",
    label: str = "",
    by: Any,
) -> PhaseChange:
    """Move an agreement to its next phase and keep the step as history.

    The version is taken first, so two people clicking at once make one change and one Conflict.
    Raises ValidationError when the agreement cannot go there from where it is, or not on that day.
    """
    claim(agreement, version)
    last = agreement.phase_changes.current().order_by("sequence").last()
    if to not in NEXT_PHASES[last.to_phase if last else ""]:
        raise ValidationError({"to": _("Deze stap kan niet vanuit de huidige fase.")})
    happened(effective_on, "effective_on")
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))

    change = _append(agreement, to=to, effective_on=effective_on, reason=reason, source=source, label=label, by=by)
    audit.record(
        "covenants.phase_changed", on=agreement, by=by, old=last.to_phase if last else "", new=to, change=change.pk
    )
    note_newer(effective_on)
    return change


def _append(
    agreement: Agreement, *, to: str, effective_on: ImpreciseDate, reason: str, source: str, label: str, by: Any
) -> PhaseChange:
    """One more change at the end of the order. Inside a transaction that holds the agreement."""
    highest = agreement.phase_changes.order_by("-sequence").values_list("sequence", flat=True).first()
    change = PhaseChange(
        agreement=agreement,
        sequence=0 if highest is None else highest + 1,
        to_phase=to,
        effective_on=effective_on,
        label_nl=label.strip(),
        reason=reason,
        source=source.strip(),
        recorded_by=by,
    )
    change.full_clean(exclude={"agreement", "recorded_by"})
    change.save()
    derive_bounds(agreement)
    return change


@transaction.atomic
def correct_phase_change(
    change: PhaseChange,
    *,
    version: int,
    to: str = "",
    effective_on: ImpreciseDate | None = None,
    correction_reason: str,
    source: str = "",
    withdraw: bool = False,
    by: Any,
) -> PhaseChange:
    """Put a wrong entry right by a new row that supersedes it; the old one stays as it was written.

    `version` is the agreement's. With `withdraw` the new row says that the step did not happen.
    Raises Conflict when somebody was first, ValidationError when the result would contradict its neighbours.
    """
    agreement = change.agreement
    claim(agreement, version)
    change.refresh_from_db()
    if change.superseded_at or change.withdrawn:
        raise ValidationError(_("Deze vastlegging is al vervangen; corrigeer de nieuwste."))
    correction_reason = required(correction_reason, "correction_reason", _("Geef de reden van de correctie."))
    to = to or change.to_phase
    when = change.effective_on if withdraw or effective_on is None else happened(effective_on, "effective_on")
    ledger = list(agreement.phase_changes.current().order_by("sequence"))
    if withdraw and len(ledger) == 1:
        raise ValidationError(
            _("Dit is de enige fase van het akkoord; corrigeer haar in plaats van haar in te trekken.")
        )
    if not withdraw and to != change.to_phase:
        _check_neighbours(ledger, change, to)
    if not withdraw and (to, when, source.strip() or change.source) == (
        change.to_phase,
        change.effective_on,
        change.source,
    ):
        raise ValidationError(_("Er is niets gewijzigd."))

    now = timezone.now()
    change.superseded_at = now
    change.save(update_fields=["superseded_at"])
    correction = PhaseChange(
        agreement=agreement,
        sequence=change.sequence,
        to_phase=to,
        effective_on=when,
        label_nl=change.label_nl if to == change.to_phase else "",
        label_en=change.label_en if to == change.to_phase else "",
        reason=change.reason,
        source=source.strip() or change.source,
        source_2=change.source_2,
        confidence="" if source.strip() else change.confidence,
        note=change.note,
        recorded_by=by,
        recorded_at=now,
        corrects=change,
        correction_reason=correction_reason,
        withdrawn=withdraw,
    )
    correction.full_clean(exclude={"agreement", "recorded_by", "corrects"})
    correction.save()
    derive_bounds(agreement)
    audit.record(
        "covenants.phase_change_withdrawn" if withdraw else "covenants.phase_change_corrected",
        on=agreement,
        by=by,
        old=change.pk,
        new=correction.pk,
    )
    if not withdraw:
        note_newer(when)
    return correction


def _check_neighbours(ledger: list[PhaseChange], change: PhaseChange, to: str) -> None:
    """A corrected phase still has to follow from the one before and lead to the one after."""
    place = [row.pk for row in ledger].index(change.pk)
    before = ledger[place - 1].to_phase if place else ""
    after = ledger[place + 1].to_phase if place + 1 < len(ledger) else None
    follows = to == before or to in NEXT_PHASES[before] or not before
    leads = after is None or after == to or after in NEXT_PHASES[to]
    if to not in Phase.values or not follows or not leads:
        raise ValidationError({"to": _("Deze fase past niet tussen de vorige en de volgende vastlegging.")})


@transaction.atomic
def mark_stalled(
    agreement: Agreement, *, version: int, began: ImpreciseDate, reason: str, source: str = "", by: Any
) -> Stall:
    """Say that the talks or the work came to a standstill. Raises ValidationError when that is already marked."""
    claim(agreement, version)
    if agreement.stalls.filter(lifted_at__isnull=True).exists():
        raise ValidationError(_("Dit akkoord staat al als stilgevallen vermeld."))
    happened(began, "began")
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    stall = Stall(agreement=agreement, began=began, reason=reason, source=source.strip(), recorded_by=by)
    stall.full_clean(exclude={"agreement", "recorded_by"})
    stall.save()
    audit.record("covenants.stalled", on=agreement, by=by, stall=stall.pk)
    note_newer(began)
    return stall


@transaction.atomic
def lift_stall(agreement: Agreement, *, version: int, lifted: ImpreciseDate, reason: str, by: Any) -> Stall:
    """Say that things are moving again. Raises ValidationError when nothing was marked, or the day lies before it."""
    claim(agreement, version)
    stall = agreement.stalls.filter(lifted_at__isnull=True).first()
    if stall is None:
        raise ValidationError(_("Dit akkoord staat niet als stilgevallen vermeld."))
    happened(lifted, "lifted")
    if lifted.latest and stall.began.earliest and lifted.latest < stall.began.earliest:
        raise ValidationError({"lifted": _("Dit ligt vóór het stilvallen (%(began)s).") % {"began": stall.began}})
    stall.lifted = lifted
    stall.lifted_reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    stall.lifted_by, stall.lifted_at = by, timezone.now()
    stall.save(
        update_fields=["lifted_earliest", "lifted_latest", "lifted_words", "lifted_reason", "lifted_by", "lifted_at"]
    )
    audit.record("covenants.stall_lifted", on=agreement, by=by, stall=stall.pk)
    note_newer(lifted)
    return stall
