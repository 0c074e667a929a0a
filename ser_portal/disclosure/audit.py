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
from numpy.typing import NDArray

from ser_portal.disclosure.layout import Attackers, Flags, Floats, System

NOISE: Final = 1e-5  # moves below this part of what is asked do not count as moves
FAR: Final = 100.0  # amounts are moved at most this many times what is asked
MIP_NODES: Final = 2000  # a limit in work, not in seconds: the same input gives the same table on any machine
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
        self._program = Program(system, self.values)

    def short(self) -> Flags:
        """Attacker × cell: hidden, not known to that attacker, and not yet proven wide enough."""
        enough = self.high - self.low >= self.need * (1 - 1e-6) - 1e-12
        return self.hidden[None, :] & ~self.attackers.exact & ~enough

    def first_short(self) -> tuple[int, int] | None:
        """The attacker and cell to look at next, or None when everything is proven: outsider first."""
        places = np.argwhere(self.short())
        return (int(places[0, 0]), int(places[0, 1])) if len(places) else None

    def look(self, a: int, p: int) -> bool:
        """Whether what is hidden now leaves attacker `a` an interval for cell `p` as wide as needed."""
        need = self.need[a, p]
        for sign in (1, -1):
            if not self.short()[a, p]:
                return True
            reach = need + self.low[a, p] if sign > 0 else need - self.high[a, p]
            filling = self._program.furthest(self, a, p, sign, reach, self.hidden)
            if filling is not None:
                self.credit(filling, need)
        return not self.short()[a, p]

    def limit(self, a: int, p: int) -> float:
        """How wide the interval would be if everything were hidden; lowers what is asked to that, and returns it."""
        need, free, width = self.need[a, p], ~self.known, 0.0
        for sign in (1, -1):
            filling = self._program.furthest(self, a, p, sign, need, free)
            width += abs(filling[p]) if filling is not None else 0.0
        if self.count[p]:
            width = float(np.floor(width + 1e-6))
        else:
            width *= 1 - 1e-9
        self.need[a, p] = min(need, width)
        return float(self.need[a, p])

    def mend(self, a: int, p: int) -> NDArray[np.int64]:
        """Hide the cheapest cells that widen the interval enough, as far as the known totals leave room.

        Returns the newly hidden cells; none when no program found a way.
        """
        before, free = self.hidden.copy(), ~self.known
        need = self.limit(a, p)
        room_down = -self.lowest[a, p]
        up = max(self.high[a, p], np.ceil(need / 2) if self.count[p] else need / 2, need - room_down)
        for sign in (1, -1):
            target = up if sign > 0 else need - self.high[a, p]
            have = self.high[a, p] if sign > 0 else -self.low[a, p]
            if target > have + 1e-12:
                filling = self._program.cheapest(self, a, p, sign, min(target, need), free)
                if filling is not None:
                    self._take(filling, need)
        if self.short()[a, p]:  # there was less room below than thought: the rest must come from above
            filling = self._program.cheapest(self, a, p, 1, need + self.low[a, p], free)
            if filling is not None:
                self._take(filling, need)
        return np.flatnonzero(self.hidden & ~before)

    def _take(self, filling: Floats, scale: float) -> None:
        self.hidden |= np.abs(filling) > (0.5 if self.count.all() else NOISE * scale)
        self.hidden &= ~self.known
        self.credit(filling, scale)

    def credit(self, filling: Floats, scale: float) -> None:
        """Count a filling, and its mirror image where that fits too, for every attacker it fits."""
        slack = np.where(self.count, 0.0, 1e-6 * scale)
        moves = np.where(self.count | (np.abs(filling) >= NOISE * scale), filling, 0.0)
        for move in (moves, -moves):
            if not self._fits_at_most(move, scale):
                continue
            fits = ((move >= self.lowest - slack) & (move <= self.highest + slack)).all(axis=1)
            self.high[fits] = np.maximum(self.high[fits], move)
            self.low[fits] = np.minimum(self.low[fits], move)

    def _fits_at_most(self, move: Floats, scale: float) -> bool:
        return all(
            sum(factor * (self.values[j] + move[j]) for j, factor in row) <= 1e-6 * scale
            for row in self.system.at_most
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
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 3 * n, len(start) - 1
        lp.col_cost_ = lp.col_lower_ = lp.col_upper_ = np.zeros(3 * n)
        lp.row_lower_ = np.concatenate([np.zeros(self.rows), np.full(len(system.at_most), -np.inf)])
        lp.row_upper_ = np.zeros(lp.num_row_)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array(start), np.array(index)
        lp.a_matrix_.value_ = np.array(value)
        self.highs = highspy.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0)):
            self.highs.setOptionValue(option, setting)
        self.highs.setOptionValue("mip_max_nodes", MIP_NODES)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.passModel(lp)
        self.all = np.arange(3 * n, dtype=np.int32)

    def furthest(self, audit: Audit, a: int, p: int, sign: int, reach: float, free: Flags) -> Floats | None:
        """The filling that moves cell `p` furthest in one direction, up to `reach`, moving only `free` cells."""
        prices = np.where(free, SEEN, 0.0)
        return self._solve(audit, a, p, sign, (0.0, reach), free, prices, reward=1.0)

    def cheapest(self, audit: Audit, a: int, p: int, sign: int, target: float, free: Flags) -> Floats | None:
        """The filling that moves cell `p` by `target` at the lowest price of cells that are not hidden yet."""
        prices = np.where(audit.hidden, SEEN, audit.weight)
        return self._solve(audit, a, p, sign, (target, target), free, prices, reward=0.0)

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
        far = float(audit.values.sum() + reach[1] + 1) if count else FAR
        movable = free & ~audit.attackers.exact[a] & (audit.count == count)
        lower, upper, cost = np.zeros(3 * n), np.zeros(3 * n), np.tile(prices, 3)
        room, easy = -audit.lowest[a] / scale, -audit.shyest / scale
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
            first = min(least, upper[n + p])
            lower[n + p], lower[2 * n + p] = first, least - first
            upper[n + p] = min(upper[n + p], most)
            upper[2 * n + p] = min(upper[2 * n + p], max(most - upper[n + p], 0.0))
            cost[n + p] = cost[2 * n + p] = -reward
        if (lower > upper + 1e-9).any():
            return None
        upper = np.maximum(upper, lower)
        self.highs.changeColsBounds(3 * n, self.all, lower, upper)
        self.highs.changeColsCost(3 * n, self.all, cost)
        for k, slack in enumerate(self.slack):
            self.highs.changeRowBounds(self.rows + k, -np.inf, slack / scale)
        moved = self._run()
        if moved is None:
            return None
        if not count:
            return moved * scale
        if np.abs(moved - moved.round()).max() > 1e-6:
            whole = [highspy.HighsVarType.kInteger] * (3 * n)
            self.highs.changeColsIntegrality(3 * n, self.all, np.array(whole))
            moved = self._run()
            self.highs.changeColsIntegrality(3 * n, self.all, np.array([highspy.HighsVarType.kContinuous] * (3 * n)))
            if moved is None or np.abs(moved - moved.round()).max() > 1e-5:
                return None
        moved = moved.round()
        return moved if self._adds_up(audit.system, moved) else None

    def _run(self) -> Floats | None:
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = np.array(self.highs.getSolution().col_value)
        moved: Floats = found[: self.n] - found[self.n : 2 * self.n] - found[2 * self.n :]
        return moved

    @staticmethod
    def _adds_up(system: System, moved: Floats) -> bool:
        return all(sum(factor * moved[j] for j, factor in row) == 0 for row in system.equations)
