"""The p-center, exactly: the worst cost is searched among the costs, with a covering problem at each step.

Minieka (1970) showed that the p-center is a series of covering problems; here each is stated over a few demands first,
and over more only where the sites found leave some behind (Chen and Handler 1987, Contardo, Iori and Kramer 2019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.siting.covering import Covering
from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, kernel
from planner.siting.problem import BoolArray
from planner.siting.watch import Watch


@kernel
def served_at(
    start: IntArray, col: ColumnArray, cost: FloatArray, times: int, is_open: BoolArray
) -> FloatArray:
    """Return for each row the cost of its `times`-th nearest open candidate; inf without one."""
    n = start.size - 1
    found = np.full(n, np.inf)
    for i in range(n):
        left = times
        for k in range(start[i], start[i + 1]):
            if is_open[col[k]]:
                left -= 1
                if left == 0:
                    found[i] = cost[k]
                    break
    return found


@dataclass
class Center:
    """A search for the least worst cost.

    Attributes
    ----------
    start, col, cost : arrays
        Pairs in reach, nearest first; every row has at least `times`.
    m, times : int
        Number of candidates; how many sites each row counts on.
    fixed, forbidden : int arrays
    price, most : array, float
        What is limited, summed over open candidates (1 each, or money), and its limit.
    limits : sequence
        Further limits, as in :class:`Covering`.
    apart : array, optional
    """

    start: IntArray
    col: ColumnArray
    cost: FloatArray
    m: int
    times: int
    fixed: IntArray
    forbidden: IntArray
    price: FloatArray
    most: float
    limits: tuple[tuple[FloatArray, float], ...]
    apart: BoolArray | None

    def worst(self, sites: IntArray) -> FloatArray:
        """Return the cost of each row with these sites."""
        is_open = np.zeros(self.m, dtype=np.bool_)
        is_open[sites] = True
        return served_at(self.start, self.col, self.cost, self.times, is_open)

    def covering(self, rows: IntArray, limit: float) -> Covering:
        """Return the covering problem of some rows at a cost."""
        size = np.diff(self.start)[rows]
        entry = np.repeat(self.start[rows] - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(
            int(size.sum())
        )
        inside = self.cost[entry] <= limit
        owner = np.repeat(np.arange(rows.size), size)[inside]
        start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows.size))])
        need = np.full(rows.size, float(self.times))
        whole = Covering(start, self.col[entry][inside], need, self.price, self.limits, self.apart)
        return whole.settled(self.fixed, self.forbidden)

    def reach(self, rows: IntArray, limit: float, watch: Watch) -> tuple[IntArray | None, bool]:
        """Return sites that reach some rows at a cost, or None and whether there is proof that no sites do."""
        room = self.most - float(self.price[self.fixed].sum())
        sites, price, bound = self.covering(rows, limit).least(watch, enough=room)
        if sites is not None and price <= room * (1 + 1e-12) + 1e-9:
            return np.union1d(sites, self.fixed), False
        return None, bool(bound > room * (1 + 1e-9) + 1e-9)

    def run(
        self, watch: Watch, slack: float, say: Callable[[float, float], None]
    ) -> tuple[IntArray | None, float, float]:
        """Search.

        Parameters
        ----------
        watch : Watch
        slack : float
            Relative gap at which to stop.
        say : callable
            Told the worst cost and its bound.

        Returns
        -------
        sites : int array or None
            None where there are none within the limits, or none was found in time.
        cost, bound : float
        """
        low = self._floor()
        best, upper = None, np.inf
        active = self._spread()
        values = np.unique(self.cost[self.cost >= low])
        # A first solution is found also where the time was over before: over so few demands it takes no time.
        while values.size and low < upper and (best is None or not watch.over()):
            if np.isfinite(upper) and upper - low <= slack * upper:
                break
            # The first trial is the greatest cost: whether there are sites at all.
            limit = float(values[-1] if best is None else values[(values.size - 1) // 2])
            sites, never = self.reach(active, limit, watch.silent())
            if sites is None:
                if not never:
                    break
                values = values[values > limit]
                low = float(values[0]) if values.size else np.inf
                continue
            each = self.worst(sites)
            if float(each.max()) < upper:
                best, upper = sites, float(each.max())
                values = values[values <= upper]
            if each.max() > limit:
                active = np.union1d(active, self._behind(each, limit))
            say(upper, min(low, upper))
        return best, upper, min(low, upper) if best is not None else low

    def _floor(self) -> float:
        """Return what no choice of sites is below: the worst row's best cost."""
        allowed = np.ones(self.m, dtype=np.bool_)
        allowed[self.forbidden] = False
        return float(served_at(self.start, self.col, self.cost, self.times, allowed).max())

    def _spread(self) -> IntArray:
        """Return rows far from each other: the next is the farthest from the nearest sites of those before."""
        chosen: list[int] = []
        nearest = np.full(self.start.size - 1, np.inf)
        allowed = np.ones(self.m, dtype=np.bool_)
        allowed[self.forbidden] = False
        for _ in range(min(40, self.start.size - 1)):
            row = int(np.argmax(nearest))
            chosen.append(row)
            mine = self.col[self.start[row] : self.start[row + 1]]
            mine = mine[allowed[mine]]
            site = np.zeros(self.m, dtype=np.bool_)
            site[mine[:1]] = True
            nearest = np.minimum(nearest, served_at(self.start, self.col, self.cost, 1, site))
            nearest[row] = -1.0
        return np.array(sorted(set(chosen)), dtype=np.int64)

    def _behind(self, each: FloatArray, limit: float) -> IntArray:
        """Return rows that were left behind: the worst ones, few at a time."""
        behind = np.flatnonzero(each > limit)
        return behind[np.argsort(-each[behind], kind="stable")[:10]]
