"""Deciding which cells of tables may be published together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from ser_portal.disclosure.audit import Audit
from ser_portal.disclosure.inputs import REACHED, STOPPED, TOTAL, Ladder, Link, Pair, Rule, Source
from ser_portal.disclosure.layout import Flags, System, attackers, build, primary
from ser_portal.disclosure.outcome import Cell, Hidden, Protected, Release, Shown, Why, place_names


def protect(
    sources: Iterable[Source], rule: Rule, *, links: Sequence[Link] = (), pairs: Sequence[Pair] = ()
) -> Release:
    """The tables as they may be published together: what gives somebody away hidden, and enough besides.

    Tables that share figures (a count with and without party type, a ladder and a status table) go in together with
    their links; published apart they could be compared. Deterministic. Raises ValueError for tables or links that
    make no sense.
    """
    system = build(list(sources), links, pairs)
    why = primary(system, rule)
    hidden, last_resort = settle(system, rule, why)
    return _release(system, why, hidden, last_resort)


def protect_table(source: Source, rule: Rule) -> Protected:
    """One table that shares no figure with another."""
    return protect([source], rule)[source.name]


def settle(system: System, rule: Rule, why: dict[int, Why]) -> tuple[Flags, set[str]]:
    """The cells to hide, and the tables in which only hiding whole rows or all of it was enough."""
    last_resort: set[str] = set()
    audit = Audit(system, attackers(system, rule), np.array([j in why for j in range(len(system.refs))]))
    audit.hide(audit.hidden)  # with what is tied to them
    while (place := audit.first_short()) is not None:
        a, p = place
        if audit.look(a, p):
            continue
        audit.mend(a, p)
        if audit.is_short(a, p):
            last_resort |= _hide_more(audit, a, p)
    return audit.hidden, last_resort


def _hide_more(audit: Audit, a: int, p: int) -> set[str]:
    """When no program finds a way: the row, then the table, then everything. With all of it hidden an interval is as
    wide as the known totals leave, and no more can be asked."""
    table, row, _ = audit.system.refs[p]
    for scope in ((table, row), (table,), ()):
        wider = np.array([ref[: len(scope)] == scope for ref in audit.system.refs]) & ~audit.known & ~audit.hidden
        if wider.any():
            audit.hide(wider)
            return {audit.system.refs[j][0] for j in np.flatnonzero(wider)}
    audit.need[a, p] = 0.0
    return set()


def _release(system: System, why: dict[int, Why], hidden: Flags, last_resort: set[str]) -> Release:
    cells: dict[str, dict[tuple[str, str], Cell]] = {name: {} for name in system.tables}
    for j, (table, row, column) in enumerate(system.refs):
        cells[table][row, column] = (
            Hidden(why.get(j, "secondary")) if hidden[j] else Shown(_plain(system.total(j), count=system.count[j]))
        )
    made = {}
    for name, source in system.tables.items():
        if isinstance(source, Ladder):
            places = place_names(source.rungs)
            rows: tuple[str, ...] = (REACHED, STOPPED)
            columns, kind = source.rungs, "ladder"
        else:
            rows, columns, kind = source.rows, source.columns, source.kind
            places = [(row, column) for row in (*rows, TOTAL) for column in (*columns, TOTAL)]
        made[name] = Protected(
            name,
            kind,  # type: ignore[arg-type]
            rows,
            columns,
            {place: cells[name][place] for place in places},
            name in last_resort,
        )
    return Release(made)


def _plain(value: Fraction, *, count: bool) -> int | Decimal:
    if count or value.denominator == 1:
        return int(value)
    exact = Context(prec=200)  # sums of decimals are decimals: the division ends
    return exact.divide(Decimal(value.numerator), Decimal(value.denominator))
