"""The audit: what can be worked out from what is published, by linear programs, for every attacker at once.

A *filling* is another set of figures that fits everything published. It is kept as the difference from the truth, so
it fits every attacker whose own part it leaves alone. An attacker's interval for a cell is at least as wide as the
fillings that fit it differ there: a pool of fillings proves safety for most attackers without a program of their own.
Hiding more cells never spoils a filling, so the pool only grows.
"""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
from highspy._core import _Highs

from ser_portal.disclosure.layout import Attackers, Flags, Floats, System

NOISE: Final = 1e-5  # moves below this part of what is asked do not count as moves
FAR: Final = 100.0  # amounts are moved at most this many times what is asked
MIP_NODES: Final = 200  # a limit in work, not in seconds: the same input gives the same table on any machine
SEEN: Final = 1e-4  # price of moving a hidden cell
FELT: Final = 1e-3  # price of a move that some contributor would know to be untrue


class Audit:
    """Knows which cells are hidden, hides more where it must, and which intervals are proven wide enough."""

    def __init__(self, system: System, attackers: Attackers, hidden: Flags) -> None:
        self.system, self.attackers = system, attackers
        self.hidden = hidden.copy()
        self.need = attackers.need.copy()
        self.values: Floats = np.array([float(system.total(j)) for j in range(len(system.refs))])
        self.count: Flags = np.array(system.count)
        self.known: Flags = np.array(system.known)
        self.weight: Floats = np.array(system.weight) * (1 + np.log1p(self.values) / 8)
        self.lowest: Floats = np.where(attackers.exact, 0.0, np.minimum(attackers.own - self.values, 0.0))
        self.highest: Floats = np.where(attackers.exact, 0.0, np.inf)
        self.shyest: Floats = self.lowest.max(axis=0)  # the room that every attacker leaves
        self.alone: Flags = attackers.exact[1:].any(axis=0) & ~self.known
        self.low = np.zeros_like(self.lowest)
        self.high = np.zeros_like(self.lowest)
        self._done = 0
        self._program = Program(system, self.values)

    def short(self, a: int) -> Flags:
        """The cells that are hidden, not known to attacker `a`, and not yet proven wide enough."""
        enough = self.high[a] - self.low[a] >= self.need[a] * (1 - 1e-6) - 1e-12
        return self.hidden & ~self.attackers.exact[a] & ~enough

    def is_short(self, a: int, p: int) -> bool:
        return bool(self.short(a)[p])

    def hide(self, cells: Flags) -> None:
        """Hide these too, where that is possible, with what is tied to them; everybody has to be looked at again."""
        self.hidden |= cells & ~self.known
        changed = True
        while changed:
            changed = False
            for j, k in self.system.ties:
                for one, other in ((j, k), (k, j)):
                    if self.hidden[one] and not self.hidden[other] and not self.known[other]:
                        self.hidden[other] = changed = True
        self._done = 0

    def first_short(self) -> tuple[int, int] | None:
        """The attacker and cell to look at next, or None when everything is proven: outsider first."""
        while self._done < len(self.attackers.names):
            cells = np.flatnonzero(self.short(self._done))
            if len(cells):
                return self._done, int(cells[0])
            self._done += 1
        return None

    def look(self, a: int, p: int) -> bool:
        """Whether what is hidden now leaves attacker `a` an interval for cell `p` as wide as needed."""
        need = float(self.need[a, p])
        for sign in (1, -1):
            if self.is_short(a, p):
                reach = need + self.low[a, p] if sign > 0 else need - self.high[a, p]
                filling = self._program.furthest(self, a, p, sign, reach, self.hidden)
                if filling is not None:
                    self.credit(filling, need)
        return not self.is_short(a, p)

    def limit(self, a: int, p: int) -> tuple[float, float]:
        """How far up and down the cell could be if everything were hidden; lowers what is asked to that."""
        need, free = float(self.need[a, p]), ~self.known
        room: list[float] = []
        for sign in (1, -1):
            filling = self._program.furthest(self, a, p, sign, need, free)
            if filling is None:  # standing still always fits, so the program itself failed: ask no less
                return np.inf, float(-self.lowest[a, p])
            room.append(abs(float(filling[p])))
        self.need[a, p] = min(need, sum(room) * (1.0 if self.count[p] else 1 - 1e-9))
        return room[0], room[1]

    def mend(self, a: int, p: int) -> None:
        """Hide the cheapest cells that widen the interval enough, as far as the known totals leave room."""
        room_up, room_down = np.inf, float(-self.lowest[a, p])
        for attempt in range(2):
            if attempt:  # there was less room than hoped
                room_up, room_down = self.limit(a, p)
            need = float(self.need[a, p])
            half = float(np.ceil(need / 2)) if self.count[p] else need / 2
            up = min(max(self.high[a, p], half, need - room_down), room_up)
            gone, fillings = self.hidden.copy(), []
            for sign, target, have in ((1, up, self.high[a, p]), (-1, need - up, -self.low[a, p])):
                if target > have:
                    filling = self._program.cheapest(self, a, p, sign, target, gone)
                    if filling is None:
                        break
                    fillings.append(filling)
                    gone |= np.abs(filling) > (0.5 if self.count[p] else NOISE * need)
            else:
                self.hide(gone)
                for filling in fillings:
                    self.credit(filling, need)
                return

    def credit(self, filling: Floats, scale: float) -> None:
        """Count a filling, and its mirror image where that fits too, for every attacker it fits."""
        real = np.flatnonzero(self.count | (np.abs(filling) >= NOISE * scale))
        real = real[filling[real] != 0]
        slack = np.where(self.count[real], 0.0, 1e-6 * scale)
        lowest, highest = self.lowest[:, real] - slack, self.highest[:, real] + slack
        for sign in (1, -1):
            if not self._fits_at_most(sign * filling, scale):
                continue
            move = sign * filling[real]
            fits = np.flatnonzero(((move >= lowest) & (move <= highest)).all(axis=1))
            where = np.ix_(fits, real)
            self.high[where] = np.maximum(self.high[where], move)
            self.low[where] = np.minimum(self.low[where], move)

    def _fits_at_most(self, move: Floats, scale: float) -> bool:
        return all(
            sum(factor * (self.values[j] + move[j]) for j, factor in row) <= 1e-6 * scale for row in self.system.at_most
        )


class Program:
    """One linear program in HiGHS, used again and again with other bounds and prices.

    Three columns per cell: up; down as far as nobody feels it; further down.
    """

    def __init__(self, system: System, values: Floats) -> None:
        self.n = n = len(system.refs)
        self.slack = np.array([-sum(f * values[j] for j, f in row) for row in system.at_most])
        self.rows = len(system.equations)
        start, index, value = [0], [], []
        for row in (*system.equations, *system.at_most):
            for j, factor in row:
                index += [j, n + j, 2 * n + j]
                value += [factor, -factor, -factor]
            start.append(len(index))
        self.matrix = np.zeros((self.rows, n))
        for k, row in enumerate(system.equations):
            for j, factor in row:
                self.matrix[k, j] += factor
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 3 * n, len(start) - 1
        lp.col_cost_ = lp.col_lower_ = lp.col_upper_ = np.zeros(3 * n)
        lp.row_lower_ = np.concatenate([np.zeros(self.rows), np.full(len(system.at_most), -np.inf)])
        lp.row_upper_ = np.zeros(lp.num_row_)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array(start), np.array(index)
        lp.a_matrix_.value_ = np.array(value)
        self.highs = _Highs()  # the bare solver: `Highs` prints a banner and calls back into Python
        for option, setting in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0)):
            self.highs.setOptionValue(option, setting)
        self.highs.setOptionValue("mip_max_nodes", MIP_NODES)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.passModel(lp)
        self.all = np.arange(3 * n, dtype=np.int32)
        self.jitter = (np.arange(3 * n) + 1) * 0.618034 % 1.0  # even, and the same every time

    def furthest(self, audit: Audit, a: int, p: int, sign: int, reach: float, free: Flags) -> Floats | None:
        """The filling that moves cell `p` furthest in one direction, up to `reach`, moving only `free` cells."""
        prices = np.where(free, SEEN, 0.0)
        return self._solve(audit, a, p, sign, (0.0, reach), free, prices, reward=100.0)

    def cheapest(self, audit: Audit, a: int, p: int, sign: int, target: float, hidden: Flags) -> Floats | None:
        """The filling that moves cell `p` by `target` at the lowest price of cells that are not `hidden` yet."""
        prices = np.where(hidden, SEEN, audit.weight)
        return self._solve(audit, a, p, sign, (target, target), ~audit.known, prices, reward=0.0)

    def _solve(
        self,
        audit: Audit,
        a: int,
        p: int,
        sign: int,
        reach: tuple[float, float],
        free: Flags,
        prices: Floats,
        *,
        reward: float,
    ) -> Floats | None:
        n, count = self.n, bool(audit.count[p])
        scale = 1.0 if count else float(audit.need[a, p])
        if scale <= 0:
            return None
        movable = free & ~audit.attackers.exact[a] & (audit.count == count)
        far = float(audit.values.sum() + reach[1] + 1) if count else FAR
        room, easy = -audit.lowest[a] / scale, -audit.shyest / scale
        lower, upper, cost = np.zeros(3 * n), np.zeros(3 * n), np.tile(prices, 3)
        upper[:n] = np.where(movable, far, 0.0)
        upper[n : 2 * n] = np.where(movable, np.clip(easy, 0.0, far), 0.0)
        upper[2 * n :] = np.where(movable, np.clip(room - easy, 0.0, far), 0.0)
        cost[2 * n :] += FELT
        cost[:n] += np.where(audit.alone, FELT, 0.0)
        least, most = reach[0] / scale, reach[1] / scale
        if sign > 0:
            upper[n + p] = upper[2 * n + p] = 0.0
            lower[p], upper[p] = least, min(most, upper[p])
            cost[p] = -reward
        else:
            upper[p] = 0.0
            upper[n + p] = min(upper[n + p], most)
            upper[2 * n + p] = min(upper[2 * n + p], most - upper[n + p])
            lower[n + p] = min(least, upper[n + p])
            lower[2 * n + p] = least - lower[n + p]
            cost[n + p] = cost[2 * n + p] = -reward
        if (lower > upper + 1e-9).any():
            return None
        moved = self._run(lower, np.maximum(upper, lower), cost, scale)
        if moved is None or not count:
            return None if moved is None else moved * scale
        for attempt in range(1, 4):  # another corner of the same prices is often whole, and much quicker than a search
            if moved is None or _is_whole(moved):
                break
            moved = self._run(
                *self._pinned(lower, upper, p, sign, moved), cost * (1 + self.jitter * attempt % 0.5), 1.0
            )
        if moved is None or not _is_whole(moved):
            moved = self._search(lower, np.maximum(upper, lower), cost)
        return None if moved is None or (self.matrix @ moved.round()).any() else moved.round()

    def _pinned(self, lower: Floats, upper: Floats, p: int, sign: int, moved: Floats) -> tuple[Floats, Floats]:
        """The bounds with cell `p` at the whole number just within how far it moved: no whole filling goes further."""
        n, target = self.n, float(np.floor(abs(moved[p]) + 1e-6))
        lower, upper = lower.copy(), np.maximum(upper, lower)
        if sign > 0:
            lower[p] = upper[p] = target
        else:
            lower[n + p] = upper[n + p] = min(target, upper[n + p])
            lower[2 * n + p] = upper[2 * n + p] = target - upper[n + p]
        return lower, upper

    def _search(self, lower: Floats, upper: Floats, cost: Floats) -> Floats | None:
        """The filling in whole numbers, by an integer program; None when it finds none within its limit."""
        kinds = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        self.highs.changeColsIntegrality(3 * self.n, self.all, np.array([kinds[0]] * (3 * self.n)))
        moved = self._run(lower, upper, cost, 1.0)
        self.highs.changeColsIntegrality(3 * self.n, self.all, np.array([kinds[1]] * (3 * self.n)))
        return moved if moved is not None and np.abs(moved - moved.round()).max() <= 1e-5 else None

    def _run(self, lower: Floats, upper: Floats, cost: Floats, scale: float) -> Floats | None:
        self.highs.changeColsBounds(3 * self.n, self.all, lower, upper)
        self.highs.changeColsCost(3 * self.n, self.all, cost)
        for k, slack in enumerate(self.slack):
            self.highs.changeRowBounds(self.rows + k, -np.inf, slack / scale)
        return self._go()

    def _go(self) -> Floats | None:
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = np.array(self.highs.getSolution().col_value)
        moved: Floats = found[: self.n] - found[self.n : 2 * self.n] - found[2 * self.n :]
        return moved


def _is_whole(moved: Floats) -> bool:
    return bool(np.abs(moved - moved.round()).max() <= 1e-6)
