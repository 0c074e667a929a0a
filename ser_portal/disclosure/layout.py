"""Tables as one system: every cell a number, every margin and link an equation, every contributor what it knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ser_portal.disclosure.inputs import REACHED, STOPPED, TOTAL, Contribution, Ladder, Link, Pair, Ref, Rule, Source
from ser_portal.disclosure.outcome import Why

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# What it costs to hide a cell, so that the least useful go first: inner cells, then rungs, then margins.
INNER, STEP, RUNG, MARGIN, GRAND = 1.0, 1.0, 2.0, 4.0, 8.0


@dataclass
class System:
    """All cells of tables that are protected together. Equations are rows of (cell, coefficient) that add up to zero,
    inequalities rows that add up to at most zero; `partitions` are (population, part) of counts."""

    refs: list[Ref] = field(default_factory=list)
    index: dict[Ref, int] = field(default_factory=dict)
    by_cell: list[dict[str, Fraction]] = field(default_factory=list)
    count: list[bool] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    population: list[int] = field(default_factory=list)
    equations: list[list[tuple[int, float]]] = field(default_factory=list)
    at_most: list[list[tuple[int, float]]] = field(default_factory=list)
    partitions: list[tuple[int, int]] = field(default_factory=list)
    ties: list[tuple[int, int]] = field(default_factory=list)
    tables: dict[str, Source] = field(default_factory=dict)

    def add_cell(self, ref: Ref, who: dict[str, Fraction], *, count: bool, known: bool, weight: float) -> int:
        self.index[ref] = j = len(self.refs)
        self.refs.append(ref)
        self.by_cell.append(who)
        self.count.append(count)
        self.known.append(known or (not count and not who))  # an amount to which nobody was asked is known to be zero
        self.weight.append(weight)
        self.population.append(-1)
        return j

    def total(self, j: int) -> Fraction:
        return sum(self.by_cell[j].values(), Fraction(0))


def build(sources: Sequence[Source], links: Sequence[Link] = (), pairs: Sequence[Pair] = ()) -> System:
    """The system of these tables. Raises ValueError for equal names, unknown cells, and links that do not add up."""
    system = System()
    for source in sources:
        if source.name in system.tables:
            raise ValueError("two tables have one name")
        system.tables[source.name] = source
        if isinstance(source, Ladder):
            _add_ladder(system, source)
        else:
            _add_table(system, source)
    for link in links:
        _add_link(system, link)
    for pair in pairs:
        _add_pair(system, pair)
    return system


def _sums(contributions: Sequence[Contribution], *, count: bool) -> dict[tuple[str, str], dict[str, Fraction]]:
    sums: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for each in contributions:
        value = Fraction(1) if count else Fraction(each.value)
        for place in ((each.row, each.column), (each.row, TOTAL), (TOTAL, each.column), (TOTAL, TOTAL)):
            sums[place][each.contributor] += value
    return sums


def _add_table(system: System, table: Source) -> None:
    assert not isinstance(table, Ladder)  # noqa: S101 - narrows the type
    count, known_rows = table.kind == "count", bool(table.known_row_totals)
    sums = _sums(table.contributions, count=count)
    number: dict[tuple[str, str], int] = {}
    for row in (*table.rows, TOTAL):
        for column in (*table.columns, TOTAL):
            margins = (row == TOTAL) + (column == TOTAL)
            number[row, column] = system.add_cell(
                (table.name, row, column),
                dict(sums.get((row, column), {})),
                count=count,
                known=known_rows and column == TOTAL,
                weight=(INNER, MARGIN, GRAND)[margins],
            )
    for row in (*table.rows, TOTAL):
        whole = number[row, TOTAL]
        parts = [number[row, column] for column in table.columns]
        system.equations.append([(whole, -1.0), *((part, 1.0) for part in parts)])
        for column, part in zip(table.columns, parts, strict=True):
            if known_rows:
                system.population[part] = whole
            if count and column not in table.harmless:
                system.partitions.append((whole, part))
    for column in (*table.columns, TOTAL):
        parts = [number[row, column] for row in table.rows]
        system.equations.append([(number[TOTAL, column], -1.0), *((part, 1.0) for part in parts)])


def _add_ladder(system: System, ladder: Ladder) -> None:
    height = {rung: k for k, rung in enumerate(ladder.rungs)}
    reached: list[dict[str, Fraction]] = [defaultdict(Fraction) for _ in ladder.rungs]
    stopped: list[dict[str, Fraction]] = [defaultdict(Fraction) for _ in ladder.rungs]
    for each in ladder.contributions:
        top = height[each.column]
        stopped[top][each.contributor] += 1
        for k in range(top + 1):
            reached[k][each.contributor] += 1
    rungs = [
        system.add_cell(
            (ladder.name, REACHED, rung), dict(reached[k]), count=True, known=rung in ladder.known, weight=RUNG
        )
        for rung, k in height.items()
    ]
    steps = []
    for rung, k in list(height.items())[:-1]:
        both_known = rung in ladder.known and ladder.rungs[k + 1] in ladder.known
        steps.append(
            system.add_cell((ladder.name, STOPPED, rung), dict(stopped[k]), count=True, known=both_known, weight=STEP)
        )
    nearest = -1
    for k, rung in enumerate(ladder.rungs):
        system.population[rungs[k]] = nearest
        if rung in ladder.known:
            nearest = rungs[k]
        if k == len(steps):
            break
        system.population[steps[k]] = nearest
        system.equations.append([(rungs[k], -1.0), (steps[k], 1.0), (rungs[k + 1], 1.0)])
        if ladder.rungs[k + 1] not in ladder.harmless:
            system.partitions.append((rungs[k], rungs[k + 1]))
        if rung not in ladder.harmless:
            system.partitions.append((rungs[k], steps[k]))


def _add_link(system: System, link: Link) -> None:
    if any(ref not in system.index for ref in (link.total, *link.parts)):
        raise ValueError("a link names an unknown cell")
    whole, parts = system.index[link.total], [system.index[ref] for ref in link.parts]
    if len({system.count[j] for j in (whole, *parts)}) > 1:
        raise ValueError("a link joins counts and amounts")
    if system.total(whole) != sum((system.total(part) for part in parts), Fraction(0)):
        raise ValueError("a link does not add up")
    system.equations.append([(whole, -1.0), *((part, 1.0) for part in parts)])
    if len(parts) == 1:
        system.ties.append((whole, parts[0]))


def _add_pair(system: System, pair: Pair) -> None:
    try:
        above, below = system.tables[pair.numerator], system.tables[pair.denominator]
    except KeyError:
        raise ValueError("a pair names an unknown table") from None
    if (
        isinstance(above, Ladder)
        or isinstance(below, Ladder)
        or (above.rows, above.columns)
        != (
            below.rows,
            below.columns,
        )
    ):
        raise ValueError("numerators and denominators need one layout")
    for row in (*above.rows, TOTAL):
        for column in (*above.columns, TOTAL):
            j, k = system.index[above.name, row, column], system.index[below.name, row, column]
            system.ties.append((j, k))
            if pair.part_of_whole:
                if system.count[j] != system.count[k] or system.total(j) > system.total(k):
                    raise ValueError("a numerator is not part of its denominator")
                system.at_most.append([(j, 1.0), (k, -1.0)])


def primary(system: System, rule: Rule) -> dict[int, Why]:
    """The cells that would themselves give somebody away, with the first reason that applies."""
    found: dict[int, Why] = {}
    for j, who in enumerate(system.by_cell):
        if system.known[j] or not who:
            continue
        if len(who) < rule.minimum:
            found[j] = "small"
        elif not system.count[j]:
            if not any(who.values()):
                found[j] = "group"  # a sum of nothing says that each reported nothing
            elif too_dominant(list(who.values()), rule):
                found[j] = "dominance"
    for whole, part in system.partitions:
        inside, around = system.by_cell[part], system.by_cell[whole]
        if inside and not system.known[part] and part not in found:
            outside = sum(around[who] > inside.get(who, 0) for who in around)
            if outside <= 1:  # the one outside knows itself, and hence all the others
                found[part] = "group"
    return found


def too_dominant(values: Sequence[Fraction], rule: Rule) -> bool:
    """The p% rule: the second largest, who subtracts its own amount, would know the largest within p%."""
    largest, second = ([*sorted(values, reverse=True), Fraction(0), Fraction(0)])[:2]
    return sum(values, Fraction(0)) - largest - second < rule.p * largest


@dataclass
class Attackers:
    """What each attacker knows: row 0 is an outsider, then every contributor with its own part of every cell.

    A contributor that is alone in a cell is taken to know that it is, and so to know the cell (`exact`).
    `need`: how wide its interval for a cell must stay.
    """

    names: list[str]
    own: Floats
    exact: Flags
    need: Floats


def attackers(system: System, rule: Rule) -> Attackers:
    """Everybody who could try. Counts: `minimum` wide for an outsider, one less for a contributor; amounts: p percent
    of what the others contributed on either side. Never more than the known totals leave anyhow."""
    names = sorted({who for cell in system.by_cell for who in cell})
    at = {name: a for a, name in enumerate(names, start=1)}
    n = len(system.refs)
    own = np.zeros((len(names) + 1, n))
    exact = np.zeros((len(names) + 1, n), dtype=bool)
    exact[:, system.known] = True
    for j, cell in enumerate(system.by_cell):
        for who, value in cell.items():
            own[at[who], j] = float(value)
        if len(cell) == 1:
            exact[at[next(iter(cell))], j] = True
    values = np.array([float(system.total(j)) for j in range(n)])
    rest = values[None, :] - own
    count = np.array(system.count)
    need = np.where(count[None, :], float(rule.minimum), 0.0).repeat(len(names) + 1, axis=0)
    need[1:, count] -= 1.0
    for name, source in system.tables.items():
        if isinstance(source, Ladder) or source.kind == "count":
            continue
        mine = np.array([ref[0] == name for ref in system.refs])
        positive = values[mine & (values > 0)]
        least = positive.min() if positive.size else 1.0  # keeps a cell of zero from needing no protection at all
        need[:, mine] = 2 * float(rule.p) * np.maximum(rest[:, mine], least)
    population = np.array(system.population)
    bound = population >= 0
    need[:, bound] = np.minimum(need[:, bound], rest[:, population[bound]])
    need[exact] = 0.0
    return Attackers(["outsider", *names], own, exact, need)
