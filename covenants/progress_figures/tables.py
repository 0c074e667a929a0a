"""From what a round holds to the tables that may leave the house: who contributed what, and what stays hidden.

Two tables are released together because they can be compared: the ladder in parties, and the status table in
obligations, commitment by status. They share no cell, but each narrows the other: a silent party has no status on any
commitment, a wholly assessed one has one on every commitment. `joined` tells the audit so; protected apart, one in
nine made-up rounds gave a hidden cell away to an attacker who knew it. Measured values are a table per commitment and
are protected apart, for they share nothing with the others.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from covenants.models import Commitment, MeasureKind, ProgressStatus, ReportingRound
from covenants.progress_figures.reading import RUNGS, RoundFacts
from ser_portal.disclosure import (
    REACHED,
    STOPPED,
    Cell,
    Contribution,
    Hidden,
    Ladder,
    Link,
    Pair,
    Protected,
    Release,
    Rule,
    Shown,
    Table,
    may_follow,
    protect,
)
from ser_portal.disclosure.audit import Audit
from ser_portal.disclosure.decide import _hide_more
from ser_portal.disclosure.inputs import Ref, Source
from ser_portal.disclosure.layout import System, attackers, build, primary
from ser_portal.disclosure.outcome import Why

LADDER, STATUS = "ladder", "status"
NONE: Final = "none"  # no approved answer that was sent in time
COLUMNS: Final = (*ProgressStatus.values, NONE)
SUM: Final = "sum"
BEHIND: Final = "~"  # cells that are on no page and tie the tables together
MOST_SETS: Final = 12
PLACES: Final = {"silent": {"asked"}, "some": {"answered"}, "whole": {"assessed", "compliant"}}
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
    """All tables of a round as they may be published together. Deterministic; reads nothing.

    First both together, for who knows how they hang together; then each by itself, for who makes nothing of the other.
    What is hidden later never spoils what was safe before.
    """
    system = _built(given.sources)
    joined(system, given)
    why = primary(system, rule)
    hidden, last_resort = _settled(system, rule, {system.refs[j] for j in why})
    for source in given.sources:
        more, further = _settled(_built([source]), rule, hidden)
        hidden, last_resort = hidden | more, last_resort | further
    tables = _as_released(system, why, hidden, last_resort)
    for measure in given.measures:
        found = protect(measure.tables, rule, pairs=measure.pairs)
        # Nobody reported an amount, of those asked: that is told no more than that one or two did.
        tables |= found.tables if measure.above else {name: _closed(table) for name, table in found.tables.items()}
    return Release(tables)


def _closed(table: Protected) -> Protected:
    return replace(table, cells={place: Hidden("small") for place in table.cells})


def _built(sources: list[Source]) -> System:
    system = build(sources)
    if sources[0].name == LADDER:
        # That everybody who answered was wholly assessed tells how far the secretariat came, and of nobody what it did.
        system.partitions.remove((system.index[LADDER, REACHED, "answered"], system.index[LADDER, REACHED, "assessed"]))
    return system


def _settled(system: System, rule: Rule, hidden: set[Ref]) -> tuple[set[Ref], set[str]]:
    """What to hide, these and what they need, as `disclosure.protect` decides it, and the tables of a last resort.

    Cells behind the tables need no protection of their own.
    """
    behind = np.array([ref[0].startswith(BEHIND) for ref in system.refs])
    audit = Audit(system, attackers(system, rule), np.array([ref in hidden for ref in system.refs]) | behind)
    audit.need[:, behind] = 0.0
    audit.hide(audit.hidden)
    last_resort: set[str] = set()
    while (place := audit.first_short()) is not None:
        a, p = place
        if audit.look(a, p):
            continue
        audit.mend(a, p)
        if audit.is_short(a, p):
            last_resort |= _hide_more(audit, a, p)
    found = {system.refs[j] for j in np.flatnonzero(audit.hidden & ~behind)}
    return found, last_resort & system.tables.keys()


def _as_released(system: System, why: dict[int, Why], hidden: set[Ref], last_resort: set[str]) -> dict[str, Protected]:
    made: dict[str, Protected] = {}
    for name, source in system.tables.items():
        cells: dict[tuple[str, str], Cell] = {
            ref[1:]: Hidden(why.get(j, "secondary")) if ref in hidden else Shown(int(system.total(j)))
            for ref, j in system.index.items()
            if ref[0] == name
        }
        if isinstance(source, Ladder):
            made[name] = Protected(name, "ladder", (REACHED, STOPPED), source.rungs, cells, name in last_resort)
        else:
            made[name] = Protected(name, source.kind, source.rows, source.columns, cells, name in last_resort)
    return made


def joined(system: System, given: Contributed, when: str = "") -> None:
    """Tells the audit how the ladder and the status table narrow each other, by cells behind both.

    Who is asked about what is known. Among parties asked about the same commitments: a silent one has no status on any
    of them, a wholly assessed one has one on all, and any other may lack any. The most common sets of commitments are
    told apart exactly; the others are taken together, with what then still follows for each row and for all.
    """
    asked_about: dict[str, set[str]] = {}
    for each in given.status:
        asked_about.setdefault(each.unit, set()).add(each.row)
    if not asked_about:
        return
    sets = {unit: tuple(sorted(rows)) for unit, rows in asked_about.items()}
    common = dict(sorted(Counter(sets.values()).items(), key=lambda item: (-item[1], item[0]))[:MOST_SETS])
    at, ladder, status = system.index, when + LADDER, when + STATUS
    lacks = {(each.unit, each.row) for each in given.status if each.column == NONE}
    rung = {each.unit: each for each in given.ladder}
    silent: list[int] = []
    partly: list[int] = []
    without: dict[str, list[int]] = {row: [] for row in dict.fromkeys(each.row for each in given.status)}
    for number, rows in enumerate([*common, None]):
        units = [unit for unit, own in sets.items() if (own == rows if rows else own not in common)]
        if not units:
            continue

        def cell(name: str, inside: Iterable[str], *, known: bool = False, number: int = number) -> int:
            who = Counter(rung[unit].contributor for unit in inside)
            ref = (f"{BEHIND}{when}", str(number), name)
            return system.add_cell(
                ref, {each: Fraction(n) for each, n in who.items()}, count=True, known=known, weight=0.0
            )

        by_rung = {name: [u for u in units if rung[u].column in on] for name, on in PLACES.items()}
        everybody = cell("all", units, known=True)
        quiet, some, whole = (cell(name, inside) for name, inside in by_rung.items())
        system.equations.append([(everybody, -1.0), (quiet, 1.0), (some, 1.0), (whole, 1.0)])
        silent.append(quiet)
        partly.append(some)
        open_cells = []
        for row in rows or without:
            here = [unit for unit in units if row in sets[unit]]
            if rows:
                lacking = cell(f"none {row}", [u for u in by_rung["some"] if (u, row) in lacks])
                system.at_most.append([(lacking, 1.0), (some, -1.0)])
                without[row] += [quiet, lacking]
            elif here:
                asked = cell(f"asked {row}", here, known=True)
                lacking = cell(f"none {row}", [u for u in here if (u, row) in lacks])
                system.at_most.append([(quiet, 1.0), (everybody, -1.0), (asked, 1.0), (lacking, -1.0)])
                system.at_most.append([(lacking, 1.0), (quiet, -1.0), (some, -1.0)])
                system.at_most.append([(lacking, 1.0), (asked, -1.0)])
                without[row].append(lacking)
                open_cells.append((lacking, asked))
        if not rows:
            sizes = [len(sets[unit]) for unit in units]
            fewest, most = float(min(sizes)), float(max(sizes))
            lacking_all, asked_all = [[(pair[k], 1.0) for pair in open_cells] for k in (0, 1)]
            has_all = [*asked_all, *((j, -1.0) for j, _ in lacking_all)]
            system.at_most += [
                [(quiet, fewest), *((j, -1.0) for j, _ in lacking_all)],
                [*lacking_all, (quiet, -most), (some, -most)],
                [(whole, fewest), *((j, -factor) for j, factor in has_all)],
                [*has_all, (some, -most), (whole, -most)],
            ]
    for total, parts in (
        (at[ladder, STOPPED, "asked"], silent),
        (at[ladder, STOPPED, "answered"], partly),
        *((at[status, row, NONE], parts) for row, parts in without.items()),
    ):
        system.equations.append([(total, -1.0), *((part, 1.0) for part in parts)])


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
    objections = may_follow(before.sources, after.sources, rule).objections
    if any(objection.code != "combined" for objection in objections):
        return False  # what both together give away is looked at below, with what ties the two tables
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
    system = build(sources, links)
    joined(system, before, "previous ")
    joined(system, after, "current ")
    behind = np.array([ref[0].startswith(BEHIND) for ref in system.refs])
    audit = Audit(system, attackers(system, rule), np.array([ref in hidden for ref in system.refs]) | behind)
    audit.need[:, behind] = 0.0
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
