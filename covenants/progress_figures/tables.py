"""From what a round holds to the tables that may leave the house: who contributed what, and what stays hidden.

Two tables are released together because they can be compared: the ladder in parties, and the status table in
obligations, commitment by status. They share no cell, but each narrows the other: a silent party has no status on any
commitment, a wholly assessed one has one on every commitment. `BOUNDS` says so to the audit; without them five silent
parties among otherwise assessed ones would give away every row. Measured values are a table per commitment and are
protected apart, for they share nothing with the others.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import numpy as np

from covenants.models import Commitment, MeasureKind, ProgressStatus, ReportingRound
from covenants.progress_figures.reading import RUNGS, RoundFacts
from ser_portal.disclosure import (
    REACHED,
    STOPPED,
    TOTAL,
    Contribution,
    Hidden,
    Ladder,
    Link,
    Pair,
    Protected,
    Release,
    Rule,
    Table,
    may_follow,
    protect,
)
from ser_portal.disclosure.audit import Audit
from ser_portal.disclosure.decide import _release, settle
from ser_portal.disclosure.inputs import Ref, Source
from ser_portal.disclosure.layout import System, attackers, build, primary

LADDER, STATUS = "ladder", "status"
NONE: Final = "none"  # no approved answer that was sent in time
COLUMNS: Final = (*ProgressStatus.values, NONE)
SUM: Final = "sum"
QUANTITIES: Final = frozenset({MeasureKind.QUANTITY})
SHARES: Final = frozenset({MeasureKind.SHARE, MeasureKind.QUOTED})


@dataclass(frozen=True)
class Measure:
    """The reported amounts about one commitment: a quantity, or a numerator and a denominator of the same parties."""

    commitment: int
    is_share: bool
    above: tuple[Contribution, ...]
    below: tuple[Contribution, ...] = ()

    @property
    def tables(self) -> list[Table]:
        """One cell each; a share has two, numerator first."""
        parts = {"numerator": self.above, "denominator": self.below} if self.is_share else {"value": self.above}
        return [
            Table(f"{part}/c{self.commitment}", (SUM,), (SUM,), given, kind="magnitude")
            for part, given in parts.items()
        ]

    @property
    def pairs(self) -> list[Pair]:
        names = [table.name for table in self.tables]
        return [Pair(names[0], names[1], part_of_whole=True)] if len(names) == 2 else []


@dataclass(frozen=True)
class Contributed:
    """Who contributed what to the totals of a round; survives a trip through JSON, which is how it is frozen."""

    ladder: tuple[Contribution, ...]
    status: tuple[Contribution, ...]
    measures: tuple[Measure, ...]

    @classmethod
    def of(cls, facts: RoundFacts) -> Contributed:
        """Reads what the round holds now; one query more than the facts."""
        group = {pk: party.counts_as for pk, party in facts.members.items()}
        ladder = tuple(Contribution(str(pk), "", rung, group[pk]) for pk, rung in facts.rung_of.items())
        status = tuple(
            Contribution(
                str(slot.party), f"c{slot.commitment}", slot.approved.status if slot.approved else NONE,
                group[slot.party],
            )
            for slot in facts.standing
        )  # fmt: skip
        return cls(_ordered(ladder), _ordered(status), tuple(_measures(facts, group)))

    def to_json(self) -> dict[str, Any]:
        def listed(rows: Iterable[Contribution]) -> list[list[str]]:
            return [[row.unit, row.group, row.row, row.column, str(row.value)] for row in rows]

        return {
            "ladder": listed(self.ladder),
            "status": listed(self.status),
            "measures": [
                [each.commitment, each.is_share, listed(each.above), listed(each.below)] for each in self.measures
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Contributed:
        def read(rows: list[list[str]]) -> tuple[Contribution, ...]:
            return tuple(
                Contribution(unit, row, column, group, Decimal(value)) for unit, group, row, column, value in rows
            )

        return cls(
            read(data["ladder"]),
            read(data["status"]),
            tuple(Measure(int(pk), share, read(above), read(below)) for pk, share, above, below in data["measures"]),
        )

    @property
    def digest(self) -> str:
        """The same as long as nobody's contribution changed."""
        return sha256_of(self.to_json())

    @property
    def sources(self) -> list[Source]:
        """The ladder and, when anything is asked, the status table."""
        found: list[Source] = [
            # How many there are and are asked follows from who takes part; that everybody answered harms nobody.
            Ladder(LADDER, RUNGS, self.ladder, frozenset({"members", "asked"}), frozenset({"answered"}))
        ]
        rows = tuple(dict.fromkeys(row.row for row in self.status))
        if rows:
            found.append(Table(STATUS, rows, COLUMNS, self.status, harmless=frozenset({NONE})))
        return found


def _ordered(rows: Iterable[Contribution]) -> tuple[Contribution, ...]:
    return tuple(sorted(rows, key=lambda row: (len(row.row), row.row, len(row.unit), row.unit)))


def _measures(facts: RoundFacts, group: dict[int, str]) -> list[Measure]:
    kinds = dict(
        Commitment.objects.filter(pk__in={slot.commitment for slot in facts.standing}).values_list("pk", "measure_kind")
    )
    above: dict[int, list[Contribution]] = {pk: [] for pk, kind in kinds.items() if kind in (QUANTITIES | SHARES)}
    below: dict[int, list[Contribution]] = {pk: [] for pk in above}
    for slot in facts.standing:
        found, kind = slot.approved, kinds.get(slot.commitment)
        if found is None or slot.commitment not in above:
            continue
        who = {"unit": str(slot.party), "row": SUM, "column": SUM, "group": group[slot.party]}
        if kind in QUANTITIES and found.value is not None and found.value >= 0:
            above[slot.commitment].append(Contribution(**who, value=_plain(found.value)))
        elif kind in SHARES and found.numerator is not None and found.denominator is not None:
            above[slot.commitment].append(Contribution(**who, value=_plain(found.numerator)))
            below[slot.commitment].append(Contribution(**who, value=_plain(found.denominator)))
    return [Measure(pk, kinds[pk] in SHARES, _ordered(above[pk]), _ordered(below[pk])) for pk in sorted(above)]


def _plain(value: Decimal) -> Decimal:
    """Without needless zeros: SQLite and PostgreSQL, and today and tomorrow, write one number one way."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


# --- What may be shown --------------------------------------------------------------------------------------------


def rule_of(reporting_round: ReportingRound) -> Rule:
    """The protection the agreement asked for when the round opened."""
    return Rule(max(reporting_round.minimum_count, 3), max(reporting_round.dominance_percent, 1))


def protected(given: Contributed, rule: Rule) -> Release:
    """All tables of a round as they may be published together. Deterministic; reads nothing."""
    system = _bounded(build(given.sources), given)
    why = primary(system, rule)
    hidden, last_resort = settle(system, rule, why)
    tables = dict(_release(system, why, hidden, last_resort).tables)
    for measure in given.measures:
        found = protect(measure.tables, rule, pairs=measure.pairs)
        # Nobody reported an amount, of those asked: that is told no more than that one or two did.
        tables |= found.tables if measure.above else {name: _closed(table) for name, table in found.tables.items()}
    return Release(tables)


def _closed(table: Protected) -> Protected:
    return replace(table, cells={place: Hidden("small") for place in table.cells})


def _bounded(system: System, given: Contributed, when: str = "") -> System:
    """Tells the audit how the ladder and the status table narrow each other.

    Of each commitment: no fewer are without a status than there are silent parties among those asked about it, and no
    more than there are parties not wholly assessed. Over all commitments: every silent party lacks at least the fewest
    obligations anybody has, every wholly assessed one has at least so many, and nobody more than the most.
    """
    if not given.status:
        return system
    ladder, status = when + LADDER, when + STATUS
    at = system.index
    asked, answered = at[ladder, REACHED, "asked"], at[ladder, REACHED, "answered"]
    assessed = at[ladder, REACHED, "assessed"]
    silent, unjudged = at[ladder, STOPPED, "asked"], at[ladder, STOPPED, "answered"]
    for row in dict.fromkeys(each.row for each in given.status):
        whole, none = at[status, row, TOTAL], at[status, row, NONE]
        system.at_most.append([(silent, 1.0), (asked, -1.0), (whole, 1.0), (none, -1.0)])
        system.at_most.append([(none, 1.0), (silent, -1.0), (unjudged, -1.0)])
    each_has = Counter(row.unit for row in given.status).values()
    fewest, most = float(min(each_has)), float(max(each_has))
    whole, none = at[status, TOTAL, TOTAL], at[status, TOTAL, NONE]
    system.at_most += [
        [(silent, fewest), (none, -1.0)],
        [(assessed, fewest), (none, 1.0), (whole, -1.0)],
        [(none, 1.0), (silent, -most), (unjudged, -most)],
        [(whole, 1.0), (none, -1.0), (answered, -most)],
    ]
    return system


def may_replace(before: Contributed, after: Contributed, rule: Rule) -> bool:
    """Whether the totals may be released again without the difference telling what somebody reported.

    Parties that came in or dropped out of a table are refused as a change of one would be.
    """
    names = {table.name for measure in before.measures for table in measure.tables}
    for measure in after.measures:
        earlier = next((each for each in before.measures if each.commitment == measure.commitment), None)
        if earlier is None:
            continue
        if len(earlier.tables) != len(measure.tables):
            return False
        if not may_follow(earlier.tables, measure.tables, rule, pairs=measure.pairs).allowed:
            return False
        names -= {table.name for table in measure.tables}
    if names:
        return False  # a sum that was told would no longer be
    if (before.ladder, before.status) == (after.ladder, after.status):
        return True
    if {(row.unit, row.row) for row in before.status} != {(row.unit, row.row) for row in after.status}:
        return False
    if not may_follow(before.sources, after.sources, rule).allowed:
        return False
    return _stay_hidden(before, after, rule)


def _stay_hidden(before: Contributed, after: Contributed, rule: Rule) -> bool:
    """Both releases as one system with all bounds: whether every hidden cell stays as wide as it has to be."""
    sources: list[Source] = []
    links: list[Link] = []
    hidden: set[Ref] = set()
    cells: dict[str, dict[Ref, dict[str, Any]]] = {}
    for when, given in (("previous ", before), ("current ", after)):
        for name, table in protected(replace(given, measures=()), rule).tables.items():
            hidden |= {(when + name, *place) for place, cell in table.cells.items() if isinstance(cell, Hidden)}
        system = build(given.sources)
        cells[when] = {ref: dict(system.by_cell[j]) for ref, j in system.index.items()}
        sources += [replace(source, name=when + source.name) for source in given.sources]
    for ref, who in cells["current "].items():
        if cells["previous "].get(ref) == who:  # readers are taken to know that nothing changed here
            links.append(Link(("current " + ref[0], *ref[1:]), (("previous " + ref[0], *ref[1:]),)))
    system = _bounded(_bounded(build(sources, links), before, "previous "), after, "current ")
    audit = Audit(system, attackers(system, rule), np.array([ref in hidden for ref in system.refs]))
    while (place := audit.first_short()) is not None:
        a, p = place
        if not audit.look(a, p):
            audit.limit(a, p)
            if audit.is_short(a, p):
                return False
    return True


# --- One text, one hash -------------------------------------------------------------------------------------------


def canonical(data: Any) -> str:
    """The one JSON text of some plain values: sorted keys, no spaces."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def exact_cells(given: Contributed) -> dict[Ref, int | Decimal]:
    """Every cell as it is, for the secretariat: the same sums the protection works with."""
    sources = [*given.sources, *(table for measure in given.measures for table in measure.tables)]
    system = build(sources)
    return {
        ref: int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
        for ref, j in system.index.items()
        for value in [system.total(j)]
    }
