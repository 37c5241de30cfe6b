"""Sites with a capacity: every demand goes whole to one open site that has room for it.

    x[j] = 1 where j is open, y[i, j] = 1 where i goes to j
    sum_j y[i, j] = 1 (at most 1 where not everybody has to be served),  y[i, j] <= x[j],
    sum_i demand[i] * y[i, j] <= capacity[j] * x[j]

over the pairs in reach (Current and Storbeck 1988 for covering; the single-source capacitated p-median for travel).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.siting.covering import add_limits
from planner.siting.lagrange import ColumnArray, FloatArray, IntArray
from planner.siting.mip import INF, Answer, Program, minimise
from planner.siting.problem import BoolArray, Problem
from planner.siting.watch import Watch


@dataclass(frozen=True)
class Pairs:
    """Pairs of demand and candidate in reach that a demand may use.

    Attributes
    ----------
    row, col : int arrays
    cost : float array
    """

    row: IntArray
    col: ColumnArray
    cost: FloatArray

    @classmethod
    def of(cls, problem: Problem, start: IntArray, col: ColumnArray, cost: FloatArray) -> Pairs:
        """Take the pairs whose candidate is allowed and has room for the demand."""
        row = np.repeat(np.arange(start.size - 1), np.diff(start))
        allowed = np.ones(problem.shape[1], dtype=bool)
        allowed[problem.forbidden] = False
        stays = allowed[col] & (problem.demand[row] <= problem.capacity[col])
        return cls(row[stays], col[stays], cost[stays])

    def within(self, limit: float) -> Pairs:
        """Return the pairs of at most this cost."""
        stays = self.cost <= limit
        return Pairs(self.row[stays], self.col[stays], self.cost[stays])

    def of_sites(self, sites: IntArray) -> Pairs:
        """Return the pairs of some sites."""
        stays = np.isin(self.col, sites)
        return Pairs(self.row[stays], self.col[stays], self.cost[stays])


@dataclass(frozen=True)
class Assigning:
    """The program of a capacitated problem.

    Attributes
    ----------
    problem : Problem
    pairs : Pairs
    must : (n,) bool array
        Demands that have to be served.
    site_price : (m,) float array
        Weight of an open site in the objective.
    pair_price : float array
        Weight of a used pair.
    least_people : float
        People that have to be served together; 0 without such a wish.
    """

    problem: Problem
    pairs: Pairs
    must: BoolArray
    site_price: FloatArray
    pair_price: FloatArray
    least_people: float = 0.0

    def program(self) -> Program:
        """Write it down."""
        n, m = self.problem.shape
        row, col, demand = self.pairs.row, self.pairs.col.astype(np.int64), self.problem.demand
        number = m + np.arange(row.size)
        upper = np.ones(m + row.size)
        upper[self.problem.forbidden] = 0.0
        program = Program(
            np.concatenate([self.site_price, self.pair_price]), np.ones(m + row.size, dtype=bool), upper
        )
        by_row = np.argsort(row, kind="stable")
        program.lines(np.bincount(row, minlength=n), number[by_row], 1.0, self.must.astype(np.float64), 1.0)
        program.lines(
            np.full(row.size, 2),
            np.stack([number, col], axis=1).ravel(),
            np.tile([1.0, -1.0], row.size),
            -INF,
            0.0,
        )
        by_col = np.argsort(col, kind="stable")
        size = np.bincount(col, minlength=m)
        tight = np.bincount(col, weights=demand[row], minlength=m) > self.problem.capacity
        entry = by_col[tight[col[by_col]]]
        sites = np.flatnonzero(tight)
        end = np.cumsum(size[sites])
        value = np.insert(demand[row[entry]], end, -self.problem.capacity[sites])
        program.lines(size[sites] + 1, np.insert(number[entry], end, sites), value, -INF, 0.0)
        if self.least_people > 0:
            total = max(float(demand.sum()), 1.0)
            program.lines(row.size, number, demand[row] / total, self.least_people / total - 1e-9, INF)
        program.lines(np.ones(self.problem.fixed.size), self.problem.fixed, 1.0, 1.0, 1.0)
        add_limits(program, limits_of(self.problem), self.problem.apart())
        return program

    def narrowed(self, sites: IntArray) -> tuple[Assigning, IntArray]:
        """Return the same with some sites only, and the numbers of the pairs that are left."""
        used = np.flatnonzero(np.isin(self.pairs.col, sites))
        pairs = Pairs(self.pairs.row[used], self.pairs.col[used], self.pairs.cost[used])
        return replace(self, pairs=pairs, pair_price=self.pair_price[used]), used

    def solve(
        self,
        watch: Watch,
        *,
        unit: float = 0.0,
        gap: float = 0.0,
        enough: float | None = None,
        start: FloatArray | None = None,
    ) -> tuple[IntArray | None, IntArray, Answer]:
        """Return the open sites (None without a solution), where each demand goes (-1: nowhere), and the answer."""
        n, m = self.problem.shape
        answer = minimise(self.program(), watch, start=start, unit=unit, gap=gap, enough=enough)
        where = np.full(n, -1, dtype=np.int64)
        if answer.x is None:
            return None, where, answer
        used = answer.x[m:] > 0.5
        where[self.pairs.row[used]] = self.pairs.col[used]
        return np.flatnonzero(answer.x[:m] > 0.5), where, answer


def limits_of(problem: Problem) -> tuple[tuple[FloatArray, float], ...]:
    """Return what is limited over all open sites: their number, their money."""
    limits: list[tuple[FloatArray, float]] = []
    if problem.sites is not None:
        limits.append((np.ones(problem.shape[1]), float(problem.sites)))
    if problem.budget is not None:
        limits.append((problem.opening_cost, problem.budget))
    return tuple(limits)
