"""The dated steps of a reference file: phase changes, and standstills within a phase."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from covenants.models import (
    END_PHASES,
    Agreement,
    Phase,
    PhaseChange,
    Stall,
)
from covenants.reference.loader import Loader, digest
from covenants.reference.schema import (
    ReferenceFile,
    Transition,
    span,
)
from covenants.reference.vocabulary import (
    PHASES,
    STANDSTILLS,
    provenance,
    words_of,
)
from covenants.services import derive_bounds
from ser_portal.dates import ImpreciseDate


def load_phases(file: ReferenceFile, agreements: dict[str, Agreement], as_of: date, loader: Loader) -> None:
    status = {record.slug: PHASES[record.status_at_2020_12_31] for record in file.sectors}
    places: dict[str, int] = {}
    for n, step in enumerate(file.transitions):
        agreement, phase = agreements[step.covenant], PHASES[step.to_phase]
        place = places[step.covenant] = places.get(step.covenant, -1) + 1
        when = _when(step, phase, status[step.covenant], as_of)
        common = {
            "agreement": agreement,
            "label_nl": step.label_nl,
            "label_en": step.label_en,
            **provenance(step),
        }
        if step.label_nl in STANDSTILLS:
            reason = step.note or step.label_nl
            loader.upsert(Stall, f"transitions/{step.covenant}/{place}", {**common, "began": when, "reason": reason})
            continue
        load_phase_change(
            loader,
            f"transitions/{step.covenant}/{place}",
            {**common, "sequence": place, "to_phase": phase, "effective_on": when},
            path=f"transitions[{n}]",
        )
    for slug, agreement in agreements.items():
        try:
            derive_bounds(agreement)
        except ValidationError as contradiction:
            loader.error("transitions", " ".join(contradiction.messages), slug)


def _when(step: Transition, phase: Phase, status: Phase, as_of: date) -> ImpreciseDate:
    """The date of a step as far as the file knows it."""
    words = words_of(step.note)
    if step.date:
        return span(step.date, step.date_precision, words)
    earliest = date.fromisoformat(step.earliest) if step.earliest else None
    latest = date.fromisoformat(step.latest) if step.latest else None
    order = list(Phase)
    if earliest is None and latest is None and order.index(phase) > order.index(status):
        # Rule 1: on the file's reference date the agreement was still in an earlier phase. The date of an ending is
        # the last day of what went before, hence that day itself at the earliest.
        earliest = as_of if phase in END_PHASES else as_of + timedelta(days=1)
    return ImpreciseDate(earliest, latest, words)


def load_phase_change(loader: Loader, key: str, values: dict[str, Any], *, path: str) -> None:
    """A phase change is never edited: one that somebody corrected stays, and a changed file is reported."""
    row = PhaseChange.objects.filter(reference_key=key).only("reference_digest").first()
    if row is None:
        loader.upsert(PhaseChange, key, values)
    elif row.reference_digest == digest(values):
        loader.note_unchanged()
    else:
        loader.error(
            path,
            _("deze fase staat al anders vast; corrigeer haar in het portaal, zo blijft de geschiedenis heel"),
            key,
        )
