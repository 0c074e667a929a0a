"""Attackers of our own, sharing no code with the package: they read what is published and try to undo it.

The unknowns are the inner cells (of a ladder: the steps); everything published is an equation over them. One attacker
uses scipy's programs, the other writes down every table of whole numbers that fits.
"""

from fractions import Fraction
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from ser_portal.disclosure import REACHED, STOPPED, TOTAL, Contribution, Hidden, Ladder, Shown, Table


class Recovered(AssertionError):
    """The attack found a hidden figure, or came closer than it may."""


class Attack:
    """Knows the published cells of some tables, and how tables hang together (`equal`: lists of cells that add up)."""

    def __init__(self, sources, published, *, equal=(), below=()):
        self.sources, self.published = list(sources), dict(published)
        self.amounts = {(source.name, *place): amounts(source, place) for source in sources for place in places(source)}
        self.insides, self.unknowns = {}, {}
        for source in self.sources:
            for inner in inner_places(source):
                self.unknowns[source.name, *inner] = len(self.unknowns)
        self.whole = all(isinstance(s, Ladder) or s.kind == "count" for s in self.sources)
        self.equations = [
            (self.sum_of(source, place), float(cell.value))
            for source in self.sources
            for place, cell in self.published[source.name].items()
            if isinstance(cell, Shown)
        ]
        by_name = {source.name: source for source in self.sources}
        for total, parts in equal:
            row = self.sum_of(by_name[total[0]], total[1:])
            for part in parts:
                row = row - self.sum_of(by_name[part[0]], part[1:])
            self.equations.append((row, 0.0))
        self.below = [
            self.sum_of(by_name[small[0]], small[1:]) - self.sum_of(by_name[large[0]], large[1:])
            for small, large in below
        ]
        self.known = [
            (self.sum_of(source, place), float(sum(self.amounts[source.name, *place].values())))
            for source in self.sources
            for place in places(source)
            if is_public(source, place)
        ]

    def sum_of(self, source, place):
        row = np.zeros(len(self.unknowns))
        for inner in parts_of(source, place):
            row[self.unknowns[source.name, *inner]] = 1.0
        return row

    def hidden(self):
        """Every hidden cell as (source, place)."""
        return [
            (source, place)
            for source in self.sources
            for place, cell in self.published[source.name].items()
            if isinstance(cell, Hidden)
        ]

    def inside(self, who):
        """What `who` adds: at least its own part of each cell, and exactly the cells in which it is alone."""
        if who in self.insides:
            return self.insides[who]
        least = np.zeros(len(self.unknowns))
        exact = []
        for source in self.sources:
            for place in places(source):
                found = self.amounts[source.name, *place]
                if who in found and (source.name, *place) in self.unknowns:
                    least[self.unknowns[source.name, *place]] = float(found[who])
                if set(found) == {who}:
                    exact.append((self.sum_of(source, place), float(found[who])))
        self.insides[who] = least, exact
        return least, exact

    def interval(self, source, place, who=None, *, published=True):
        """The lowest and highest value that fits everything this attacker knows."""
        least, exact = self.inside(who) if who else (np.zeros(len(self.unknowns)), [])
        equations = (self.equations if published else self.known + self.equations_of_links()) + exact
        size = 1.0 if self.whole else max(1.0, *(value for _, value in [*self.equations, *equations, (0, 1.0)]))
        constraints = []
        if equations:
            right = np.array([value for _, value in equations]) / size
            constraints.append(LinearConstraint(np.array([row for row, _ in equations]), right, right))
        if self.below:
            constraints.append(LinearConstraint(np.array(self.below), -np.inf, 0.0))
        target, ends = self.sum_of(source, place), []
        for sign in (1, -1):
            found = milp(
                sign * target,
                constraints=constraints,
                bounds=Bounds(least / size, np.inf),
                integrality=np.full(len(target), int(self.whole)),
            )
            if found.status in (3, 4) and sign < 0:
                ends.append(np.inf)
                continue
            assert found.status == 0, found.message
            ends.append(sign * found.fun * size)
        return tuple(ends)

    def equations_of_links(self):
        shown = sum(isinstance(cell, Shown) for table in self.published.values() for cell in table.values())
        return self.equations[shown:]

    def run(self, minimum, percent, who=None):
        """Attack every hidden cell as `who` (or an outsider); raises Recovered when one interval is too narrow."""
        for source, place in self.hidden():
            found = self.amounts[source.name, *place]
            if who and set(found) == {who}:
                continue  # its own answer
            rest = float(sum(found.values()) - found.get(who, 0))
            low, high = self.interval(source, place, who)
            if isinstance(source, Ladder) or source.kind == "count":
                needed = minimum - (1 if who else 0)
            else:
                needed = 2 * percent / 100 * rest * (1 - 1e-4)
            if high - low >= needed - 1e-6:
                continue
            before_low, before_high = self.interval(source, place, who, published=False)
            if high - low < min(needed, before_high - before_low) - 1e-6:
                raise Recovered((source.name, place, who, (low, high), needed))


def contributor(each):
    return ("group", each.group) if each.group else ("unit", each.unit)


def contributors(*sources):
    return sorted({contributor(each) for source in sources for each in source.contributions})


def is_public(source, place):
    if isinstance(source, Ladder):
        above = source.rungs.index(place[1])
        if place[0] == REACHED:
            return place[1] in source.known
        return {place[1], source.rungs[above + 1]} <= source.known
    if source.kind == "magnitude" and not amounts(source, place):
        return True
    return bool(source.known_row_totals) and place[1] == TOTAL


def places(source):
    if isinstance(source, Ladder):
        return [(REACHED, r) for r in source.rungs] + [(STOPPED, r) for r in source.rungs[:-1]]
    return list(product([*source.rows, TOTAL], [*source.columns, TOTAL]))


def inner_places(source):
    if isinstance(source, Ladder):
        return [(STOPPED, r) for r in source.rungs[:-1]] + [(REACHED, source.rungs[-1])]
    return list(product(source.rows, source.columns))


def parts_of(source, place):
    if isinstance(source, Ladder):
        if place[0] == STOPPED:
            return [place]
        start = source.rungs.index(place[1])
        return [(STOPPED, r) for r in source.rungs[start:-1]] + [(REACHED, source.rungs[-1])]
    return [
        (row, column)
        for row, column in product(source.rows, source.columns)
        if place[0] in (row, TOTAL) and place[1] in (column, TOTAL)
    ]


def amounts(source, place):
    """Contributor → amount in one cell, straight from the contributions."""
    found = {}
    for each in source.contributions:
        if isinstance(source, Ladder):
            last = source.rungs.index(each.column)
            here = source.rungs.index(place[1])
            inside = last >= here if place[0] == REACHED else last == here
        else:
            inside = place[0] in (each.row, TOTAL) and place[1] in (each.column, TOTAL)
        if inside:
            counts = isinstance(source, Ladder) or source.kind == "count"
            who = contributor(each)
            found[who] = found.get(who, 0) + (1 if counts else Fraction(each.value))
    return found


def all_fillings(table: Table):
    """Every table of whole numbers with these row totals: an array filling × row × column."""
    columns = len(table.columns)
    per_row = []
    for row in table.rows:
        total = sum(amounts(table, (row, TOTAL)).values())
        per_row.append([f for f in product(range(total + 1), repeat=columns) if sum(f) == total])
    return np.array(list(product(*per_row)))


def enumerate_attack(table: Table, cells, minimum):
    """Attack by writing down all tables that fit; needs known row totals. Raises Recovered like `Attack.run`."""
    everything = all_fillings(table)

    def values(fillings, place):
        rows = [k for k, row in enumerate(table.rows) if place[0] in (row, TOTAL)]
        columns = [k for k, column in enumerate(table.columns) if place[1] in (column, TOTAL)]
        return fillings[:, rows][:, :, columns].sum(axis=(1, 2))

    fits = np.ones(len(everything), dtype=bool)
    for place, cell in cells.items():
        if isinstance(cell, Shown):
            fits &= values(everything, place) == cell.value
    assert fits.any(), "the truth itself has to fit"
    for who in (None, *contributors(table)):
        knows = np.ones(len(everything), dtype=bool)
        for place in places(table):
            found = amounts(table, place)
            if who in found and TOTAL not in place:
                knows &= values(everything, place) >= found[who]
            if set(found) == {who}:
                knows &= values(everything, place) == found[who]
        for place, cell in cells.items():
            found = amounts(table, place)
            if isinstance(cell, Shown) or set(found) == {who}:
                continue
            width = np.ptp(values(everything[fits & knows], place))
            before = np.ptp(values(everything[knows], place))
            if width < min(minimum - bool(who), before):
                raise Recovered((place, who, width, before))


def counted(rows):
    """A table of counts from its figures: `rows` maps a row to its cells, and every party is asked in one row."""
    columns = tuple(f"k{c}" for c in range(len(next(iter(rows.values())))))
    made = [
        Contribution(f"{row}-{column}-{i}", row, column)
        for row, cells in rows.items()
        for column, number in zip(columns, cells, strict=True)
        for i in range(number)
    ]
    return Table("status", tuple(rows), columns, tuple(made))
