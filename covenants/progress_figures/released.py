"""Reading what was released: the frozen table and nothing else, the same for every reader, day and language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db.models import Prefetch, QuerySet

from covenants.models import Agreement, ProgressStatus, ReportingRound, RoundRelease, kept_agreements
from covenants.progress_figures.reading import RUNGS, RoundFacts
from covenants.progress_figures.tables import LADDER, NONE, STATUS, SUM, sha256_of
from ser_portal.disclosure import REACHED, STOPPED, TOTAL, Cell, Hidden, Release, Shown
from ser_portal.figures import all_figures

DEFINITION_VERSION: Final = 1
"""Goes up when any of the figures below, or how they are protected, starts to mean something else."""
SCHEMA: Final = "round-release/1"

# The cells a figure is read from: the first, less the others. A figure that is not here is never released.
CELLS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    **{f"round.{rung}": ((LADDER, REACHED, rung),) for rung in RUNGS},
    "round.silent": ((LADDER, STOPPED, "asked"),),
    "round.obligations": ((STATUS, TOTAL, TOTAL),),
    "round.with_status": ((STATUS, TOTAL, TOTAL), (STATUS, TOTAL, NONE)),
    **{f"round.status.{status}": ((STATUS, TOTAL, status),) for status in ProgressStatus.values},
}


def frozen(facts: RoundFacts, release: Release, *, number: int) -> dict[str, Any]:
    """What a release freezes and shows: the tables as parties may see them, and what the numbers mean."""
    rungs: dict[int, set[int]] = {}
    for slot in facts.standing:
        rungs.setdefault(slot.commitment, set()).add(slot.rung_required)
    return {
        "schema": SCHEMA,
        "round": facts.round.pk,
        "number": number,
        "definition_version": DEFINITION_VERSION,
        "figures": {figure.code: figure.version for figure in all_figures("round") if figure.code in CELLS},
        "commitments": [{"id": pk, "rungs": sorted(found)} for pk, found in sorted(rungs.items())],
        "tables": release.for_parties().to_json(),
    }


@dataclass(frozen=True)
class Released:
    """One release as it was frozen."""

    row: RoundRelease

    @cached_property
    def tables(self) -> Release:
        return Release.from_json(self.row.table["tables"])

    @property
    def is_intact(self) -> bool:
        """Whether the table is still the one whose hash was kept."""
        return sha256_of(self.row.table) == self.row.sha256

    @property
    def commitments(self) -> list[int]:
        return [each["id"] for each in self.row.table["commitments"]]

    @property
    def rungs(self) -> dict[int, list[int]]:
        """The evidence asked about each commitment, over all sizes of party."""
        return {each["id"]: each["rungs"] for each in self.row.table["commitments"]}

    def cell(self, table: str, row: str, column: str) -> Cell:
        """Raises KeyError for a cell that is in no table of this release."""
        return self.tables[table][row, column]

    def figure(self, code: str) -> Cell | None:
        """The released number; None for a figure that is never released or has no table here."""
        try:
            found = [self.cell(*place) for place in CELLS.get(code, ())]
        except KeyError:
            return None
        return difference(found)

    def measure(self, commitment: int) -> dict[str, Cell]:
        """The sums about a commitment by part: `value`, or `numerator` and `denominator`."""
        return {
            part: self.tables[name][SUM, SUM]
            for part in ("value", "numerator", "denominator")
            if (name := f"{part}/c{commitment}") in self.tables.tables
        }


def difference(cells: list[Cell]) -> Cell | None:
    """The first less the others; hidden when one of them is, None when there are none."""
    if not cells:
        return None
    values: list[int | Decimal] = []
    for cell in cells:
        if isinstance(cell, Hidden):
            return cell
        values.append(cell.value)
    return Shown(values[0] - sum(values[1:]))


def rounds_for(viewer: Any, *, agreement: Agreement | None = None) -> QuerySet[ReportingRound]:
    """The rounds with figures this viewer may look at: those released, and for a facilitator the own ones.

    `released` is the list of releases, the newest first; invented agreements are nobody's figures outside the house.
    """
    rows = ReportingRound.objects.visible_to(viewer)
    if viewer is None:
        rows = rows.filter(agreement__is_sample=False)
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    told = RoundRelease.objects.values("round")
    newest_first = RoundRelease.objects.defer("contributions", "report").order_by("-number")
    return (
        (rows.filter(pk__in=told) | rows.filter(agreement__in=kept_agreements(viewer)))
        .select_related("agreement__sector")
        .prefetch_related(Prefetch("releases", queryset=newest_first, to_attr="released"))
        .order_by("-period_last", "-pk")
    )


def releases_of(reporting_round: ReportingRound) -> list[Released]:
    """The releases of a round, the newest first."""
    rows = reporting_round.releases.defer("contributions", "report").select_related("made_by").order_by("-number")
    return [Released(row) for row in rows]


@dataclass(frozen=True)
class Break:
    """Why two neighbours in a series cannot be compared."""

    definition: bool
    added: list[int]
    removed: list[int]
    rungs: list[int]  # commitments of which other evidence was asked

    def __bool__(self) -> bool:
        return bool(self.definition or self.added or self.removed or self.rungs)


def break_between(before: Released, after: Released) -> Break:
    """What changed in what is counted: the definitions, what was asked, or how firmly it had to be shown."""
    old, new = before.rungs, after.rungs
    return Break(
        definition=(before.row.definition_version, before.row.table["figures"])
        != (after.row.definition_version, after.row.table["figures"]),
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        rungs=sorted(pk for pk in old.keys() & new.keys() if old[pk] != new[pk]),
    )


def series(releases: Iterable[tuple[ReportingRound, Released]]) -> list[tuple[ReportingRound, Released, Break | None]]:
    """Released rounds in order of their period, each with how it breaks with the one before (None: it does not)."""
    found: list[tuple[ReportingRound, Released, Break | None]] = []
    for reporting_round, released in sorted(releases, key=lambda pair: (pair[0].period_last, pair[0].pk)):
        broken = break_between(found[-1][1], released) if found else None
        found.append((reporting_round, released, broken or None))
    return found
