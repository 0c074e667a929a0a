"""An attack on the ladder and the status table of one release together, down to every party and commitment.

The attacker knows who was asked about what, what is shown, and that a silent party has no status anywhere while a
wholly assessed one has one everywhere. Every way to fill in all answers that fits is searched (a mixed integer
program), not only sums of cells: more than the protection itself looks at.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from covenants.progress_figures import COLUMNS, LADDER, NONE, RUNGS, STATUS
from ser_portal.disclosure import REACHED, STOPPED, TOTAL, Hidden, Shown


class JointAttack:
    def __init__(self, given, release):
        """`given` (a Contributed) is the truth; `release` is a dictionary (table, row, column) → Cell."""
        self.given = given
        self.status = {(row.unit, row.row): row.column for row in given.status}
        self.rung = {row.unit: row.column for row in given.ladder}
        self.who = {row.unit: row.contributor for row in (*given.ladder, *given.status)}
        self.at = {}
        for place in self.status:
            for column in COLUMNS:
                self.at["x", *place, column] = len(self.at)
        for unit in self.rung:
            for rung in RUNGS:
                self.at["y", unit, rung] = len(self.at)
        self.published = {ref: cell for ref, cell in release.items() if ref[0] in (LADDER, STATUS)}
        self.rules = self._rules()
        self.shown = [
            (self.cell(ref), float(cell.value)) for ref, cell in self.published.items() if isinstance(cell, Shown)
        ]

    def cell(self, ref):
        """The unknowns a cell is the sum of."""
        table, row, column = ref
        if table == STATUS:
            columns = COLUMNS if column == TOTAL else (column,)
            return [
                self.at["x", unit, commitment, each]
                for unit, commitment in self.status
                for each in columns
                if row in (TOTAL, commitment)
            ]
        height = RUNGS.index(column)
        rungs = RUNGS[height:] if row == REACHED else (column,)
        return [self.at["y", unit, rung] for unit in self.rung for rung in rungs]

    def truth(self, ref, who=None):
        """What really is in a cell, of everybody or of one contributor; and of how many contributors it is."""
        table, row, column = ref
        if table == STATUS:
            inside = [
                unit
                for (unit, commitment), status in self.status.items()
                if row in (TOTAL, commitment) and column in (TOTAL, status)
            ]
        else:
            height = RUNGS.index(column)
            inside = [
                unit
                for unit, rung in self.rung.items()
                if (RUNGS.index(rung) >= height if row == REACHED else rung == column)
            ]
        mine = sum(self.who[unit] == who for unit in inside)
        return len(inside), mine, len({self.who[unit] for unit in inside})

    def _rules(self):
        rows = []  # (unknowns with factors, low, high)
        asked = {unit for unit, _ in self.status}
        for unit, commitment in self.status:
            rows.append(([(self.at["x", unit, commitment, c], 1) for c in COLUMNS], 1, 1))
            none = self.at["x", unit, commitment, NONE]
            rows.append(([(none, 1), (self.at["y", unit, "asked"], -1)], 0, np.inf))
            done = [(self.at["y", unit, rung], 1) for rung in ("assessed", "compliant")]
            rows.append(([(none, 1), *done], -np.inf, 1))
        for unit in self.rung:
            rows.append(([(self.at["y", unit, rung], 1) for rung in RUNGS], 1, 1))
            rows.append(([(self.at["y", unit, "members"], 1)], unit not in asked, unit not in asked))
        return rows

    def interval(self, ref, who=None, *, published=True):
        rows = list(self.rules)
        if published:
            rows += [([(k, 1) for k in cell], value, value) for cell, value in self.shown]
        low, high = np.zeros(len(self.at)), np.ones(len(self.at))
        for (unit, commitment), status in self.status.items():
            if self.who[unit] == who:
                low[self.at["x", unit, commitment, status]] = 1
        for unit, rung in self.rung.items():
            if self.who[unit] == who:
                low[self.at["y", unit, rung]] = 1
        matrix = lil_matrix((len(rows), len(self.at)))
        for n, (factors, _low, _high) in enumerate(rows):
            for k, factor in factors:
                matrix[n, k] += factor
        constraint = LinearConstraint(matrix.tocsr(), [row[1] for row in rows], [row[2] for row in rows])
        target, ends = np.zeros(len(self.at)), []
        target[self.cell(ref)] = 1
        for sign in (1, -1):
            found = milp(sign * target, constraints=constraint, bounds=Bounds(low, high), integrality=np.ones(len(low)))
            assert found.status == 0, found.message
            ends.append(round(sign * found.fun))
        return tuple(ends)

    def recovered(self, minimum, who=None):
        """The hidden cells this attacker comes too close to: [(cell, interval)]."""
        found = []
        for ref, cell in self.published.items():
            total, mine, contributors = self.truth(ref, who)
            if (
                not isinstance(cell, Hidden)
                or (mine and contributors == 1)
                or (ref[1] == STOPPED and ref[2] == RUNGS[-1])
            ):
                continue
            low, high = self.interval(ref, who)
            assert low <= total <= high
            if high - low >= minimum - (1 if who else 0):
                continue
            before = self.interval(ref, who, published=False)
            if high - low < min(minimum - (1 if who else 0), before[1] - before[0]):
                found.append((ref, (low, high), total))
        return found
