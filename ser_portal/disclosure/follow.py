"""Whether a second release may follow a first without giving anything away by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from ser_portal.disclosure.audit import Audit
from ser_portal.disclosure.decide import protect
from ser_portal.disclosure.inputs import Ladder, Link, Pair, Ref, Rule, Source, Table
from ser_portal.disclosure.layout import attackers, build, too_dominant
from ser_portal.disclosure.outcome import Hidden

Reason = Literal["few_changed", "dominated_change", "combined"]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why not: few contributors changed a cell, one dominates its change, or both releases together narrow it down."""

    code: Reason
    cell: Ref


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether both may be published; the objections are for the secretariat, never for parties."""

    allowed: bool
    objections: tuple[Objection, ...]


def may_follow(
    previous: Source | Sequence[Source],
    current: Source | Sequence[Source],
    rule: Rule,
    *,
    links: Sequence[Link] = (),
    pairs: Sequence[Pair] = (),
) -> Answer:
    """Whether the current selection may be published after the previous one, each protected as `protect` does.

    For a corrected release, and for two selections that overlap. Tables and cells are compared by name. Assumes the
    worst: readers know which cells no contributor changed. Not for the next period: those are other facts.
    Raises ValueError as `protect` does.
    """
    old, new = _listed(previous), _listed(current)
    systems = build(old, links, pairs), build(new, links, pairs)
    objections: list[Objection] = []
    unchanged: list[Link] = []
    for ref, j in systems[1].index.items():
        i = systems[0].index.get(ref)
        if i is None:
            continue
        before, after = systems[0].by_cell[i], systems[1].by_cell[j]
        changes = {who: abs(after.get(who, Fraction(0)) - before.get(who, Fraction(0))) for who in {*before, *after}}
        changed = [who for who in changes if changes[who] or (who in before) != (who in after)]
        if not changed:
            unchanged.append(Link(("current " + ref[0], *ref[1:]), (("previous " + ref[0], *ref[1:]),)))
        elif not (systems[0].known[i] and systems[1].known[j]):
            if len(changed) < rule.minimum:
                objections.append(Objection("few_changed", ref))
            elif not systems[1].count[j] and too_dominant([changes[who] for who in changed], rule):
                objections.append(Objection("dominated_change", ref))
    objections += _combined(old, new, rule, links, pairs, unchanged)
    return Answer(not objections, tuple(dict.fromkeys(objections)))


def _combined(
    old: list[Source],
    new: list[Source],
    rule: Rule,
    links: Sequence[Link],
    pairs: Sequence[Pair],
    unchanged: list[Link],
) -> list[Objection]:
    """The audit of both releases as one, hiding nothing more."""
    sources, all_links, all_pairs, hidden = [], list(unchanged), [], set()
    for when, given in (("previous ", old), ("current ", new)):
        release = protect(given, rule, links=links, pairs=pairs)
        for table in release.tables.values():
            hidden |= {(when + table.name, *place) for place, cell in table.cells.items() if isinstance(cell, Hidden)}
        sources += [replace(source, name=when + source.name) for source in given]
        all_links += [
            Link(_moved(link.total, when), tuple(_moved(part, when) for part in link.parts)) for link in links
        ]
        all_pairs += [replace(p, numerator=when + p.numerator, denominator=when + p.denominator) for p in pairs]
    system = build(sources, all_links, all_pairs)
    audit = Audit(system, attackers(system, rule), np.array([ref in hidden for ref in system.refs]))
    found = []
    while (place := audit.first_short()) is not None:
        a, p = place
        if not audit.look(a, p):
            audit.limit(a, p)
            if audit.is_short(a, p):
                name, row, column = system.refs[p]
                found.append(Objection("combined", (name.partition(" ")[2], row, column)))
                audit.hidden[p] = False  # found wanting once is enough
    return found


def _moved(ref: Ref, when: str) -> Ref:
    return (when + ref[0], ref[1], ref[2])


def _listed(given: Source | Sequence[Source]) -> list[Source]:
    return [given] if isinstance(given, Table | Ladder) else list(given)
