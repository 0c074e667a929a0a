"""The register's numbers, each declared once.

The rule of all phase figures: an agreement counts in the last phase that is certain on that day; one that may already
have moved on is part of the value and reported as uncertain. An end date is the last day that counts.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _

from covenants.models import Agreement, Phase, PhaseChange, PhaseState, Secretariat, SecretariatCapacity, Stall
from ser_portal.dates import ImpreciseDateField
from ser_portal.figures import Record, Records, Selection, figure, shared
from ser_portal.words import words

AGREEMENTS = ("akkoorden", "agreements")


def _ledgers(day: date, viewer: Any) -> list[Agreement]:
    """The real covenants this viewer may know of, each with its current phase changes; two queries."""
    who = None if viewer is None else (viewer.is_authenticated, viewer.pk)
    return shared(("covenants", day, who), lambda: _read_ledgers(day, viewer))


def _read_ledgers(day: date, viewer: Any) -> list[Agreement]:
    ser = Secretariat.objects.on(day).filter(
        agreement=OuterRef("pk"), run_by_ser=True, capacity=SecretariatCapacity.SECRETARIAT
    )
    return list(
        Agreement.objects.visible_to(viewer)
        .covenants()
        .filter(is_sample=False)  # invented ones count for nobody, also not for who may see them
        .select_related("sector")
        .only("slug", "name_nl", "name_en", "version", "sector__name_nl", "sector__name_en")
        .annotate(ser_secretariat=Exists(ser), stalled=Exists(Stall.objects.on(day).filter(agreement=OuterRef("pk"))))
        .prefetch_related(
            Prefetch(
                "phase_changes",
                queryset=PhaseChange.objects.current()
                .only(
                    "agreement",
                    "sequence",
                    "to_phase",
                    "possible_from",
                    "certain_from",
                    *ImpreciseDateField.columns("effective_on"),
                )
                .order_by("sequence"),
                to_attr="current_changes",
            )
        )
        .order_by("sector__name_nl", "pk")
    )


Pair = tuple[tuple[str, int], Callable[[], Record]]


def _pair(agreement: Agreement, write: Callable[[], dict[str, str]]) -> Pair:
    """A record whose reason or detail is written when it is read."""

    def make() -> Record:
        return Record(
            model="covenants.agreement",
            pk=agreement.pk,
            label=f"{words(agreement.sector, 'name')}: {words(agreement, 'name')}",
            url=agreement.get_absolute_url(),
            version=agreement.version,
            **write(),
        )

    return ("covenants.agreement", agreement.pk), make


def _in_phase(
    phase: Phase, day: date, viewer: Any, *, condition: Callable[[Agreement], str] = lambda agreement: ""
) -> Selection:
    """Agreements in `phase` on `day`; `condition` gives the reason to leave one out after all, or nothing."""
    counted: list[Pair] = []
    left_out: list[Pair] = []
    uncertain: list[Pair] = []
    for agreement in _ledgers(day, viewer):
        state = PhaseState.of(agreement.ledger, day)
        if state.change is None and not state.uncertain:
            continue  # on that day it did not exist yet
        refused = condition(agreement)
        if state.phase == phase and not refused:
            counted.append(_pair(agreement, partial(_why_counted, agreement, state)))
            if state.uncertain:
                uncertain.append(_pair(agreement, partial(_why_uncertain, state, is_counted=True)))
            continue
        left_out.append(_pair(agreement, partial(_why_left_out, state, refused if state.phase == phase else "")))
        if not refused and any(row.to_phase == phase for row in state.uncertain):
            uncertain.append(_pair(agreement, partial(_why_uncertain, state, is_counted=False)))
    return Selection(Records(counted), Records(left_out), Records(uncertain))


def _why_counted(agreement: Agreement, state: PhaseState) -> dict[str, str]:
    when = state.change.effective_on if state.change else ""
    detail = _("%(phase)s sinds %(when)s") % {"phase": state.label, "when": when}
    if agreement.stalled:  # type: ignore[attr-defined]
        detail = _("%(detail)s; stilgevallen") % {"detail": detail}
    return {"detail": detail}


def _why_left_out(state: PhaseState, refused: str) -> dict[str, str]:
    return {"reason": refused or _out(state)}


def _why_uncertain(state: PhaseState, *, is_counted: bool) -> dict[str, str]:
    moved = ", ".join(
        _("%(phase)s (%(when)s)") % {"phase": Phase(row.to_phase).label.lower(), "when": row.effective_on}
        for row in state.uncertain
    )
    sentence = (
        _("telt mee, maar kan al zijn overgegaan naar %(moved)s")
        if is_counted
        else _("telt niet mee, maar kan al in deze fase zijn: %(moved)s")
    )
    return {"reason": sentence % {"moved": moved}}


def _out(state: PhaseState) -> str:
    """Why an agreement in another phase is not counted."""
    if state.change is None:
        return _("nog geen fase zeker op deze dag")
    return _("op deze dag: %(phase)s (%(when)s)") % {"phase": state.label.lower(), "when": state.change.effective_on}


def _without_ser_secretariat(agreement: Agreement) -> str:
    return "" if agreement.ser_secretariat else _("het secretariaat is niet van de SER")  # type: ignore[attr-defined]


@figure(
    "agreements.in_implementation",
    title=("Sectoren met een convenant in uitvoering", "Sectors with an agreement in implementation"),
    definition=(
        "Convenanten waarvan de laatste zekere fase op de peildatum ‘implementatie’ is. Een einddatum telt nog mee. "
        "Een convenant dat misschien al verder is, telt mee en staat bij de onzekere.",
        "Agreements whose last certain phase on the reference date is ‘implementation’. The end date itself still "
        "counts. An agreement that may have moved on already is counted and listed as uncertain.",
    ),
    unit=AGREEMENTS,
)
def in_implementation(day: date, viewer: Any) -> Selection:
    return _in_phase(Phase.IMPLEMENTATION, day, viewer)


@figure(
    "agreements.in_implementation_with_ser_secretariat",
    title=("Daarvan met een secretariaat van de SER", "Of which with a secretariat run by the SER"),
    definition=(
        "Convenanten in uitvoering waarvan de SER op de peildatum het secretariaat voert. Begeleiding van de "
        "onderhandeling alleen telt niet.",
        "Agreements in implementation whose secretariat is run by the SER on the reference date. Facilitating the "
        "negotiation alone does not count.",
    ),
    unit=AGREEMENTS,
)
def in_implementation_with_ser_secretariat(day: date, viewer: Any) -> Selection:
    return _in_phase(Phase.IMPLEMENTATION, day, viewer, condition=_without_ser_secretariat)


@figure(
    "agreements.in_negotiation",
    title=("Akkoorden in onderhandeling", "Agreements in negotiation"),
    definition=(
        "Akkoorden waarvan de laatste zekere fase op de peildatum ‘onderhandeling’ is, ook als het gesprek stilligt.",
        "Agreements whose last certain phase on the reference date is ‘negotiation’, also when the talks are stalled.",
    ),
    unit=AGREEMENTS,
)
def in_negotiation(day: date, viewer: Any) -> Selection:
    return _in_phase(Phase.NEGOTIATION, day, viewer)
