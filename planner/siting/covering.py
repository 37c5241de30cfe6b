"""Least sites, or least money, that cover rows: the machinery of the LSCP and inside the p-center."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.siting import backtrack
from planner.siting.domination import reduce
from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, StatusArray, kernel
from planner.siting.mip import INF, Answer, Program, minimise
from planner.siting.problem import BoolArray
from planner.siting.rows import by_column
from planner.siting.watch import Watch

SHAKES = 500_000
"""Most steps of the local search: under a second where 10,000 demands are to be covered."""


@dataclass(frozen=True)
class Covering:
    """Rows to be covered, and what is allowed.

    Attributes
    ----------
    start, col : int arrays
        Candidates that cover each row: ``col[start[i]:start[i + 1]]``.
    need : (n,) float array
        How many of them have to be open.
    price : (m,) float array
        What is to be kept small, summed over open candidates.
    limits : sequence of (weights, most)
        Further sums over open candidates and the most they may be.
    apart : (m, m) bool array, optional
        Pairs of which one at most may be open.
    """

    start: IntArray
    col: ColumnArray
    need: FloatArray
    price: FloatArray
    limits: tuple[tuple[FloatArray, float], ...] = ()
    apart: BoolArray | None = None

    @property
    def unit(self) -> float:
        """Sums of prices are multiples of it; 0 where none is known."""
        whole = self.price == np.round(self.price)
        if not whole.all() or not self.price.any() or self.price.max() > 1e9:
            return 0.0
        return float(np.gcd.reduce(self.price.astype(np.int64)))

    def settled(self, fixed: IntArray, forbidden: IntArray) -> Covering:
        """Return what is left when some candidates are open, for which the rows need fewer, and some closed."""
        m = self.price.size
        is_open, closed = np.zeros(m, dtype=bool), np.zeros(m, dtype=bool)
        is_open[fixed], closed[forbidden] = True, True
        if self.apart is not None and fixed.size:
            closed |= self.apart[fixed].any(axis=0) & ~is_open
        row = np.repeat(np.arange(self.need.size), np.diff(self.start))
        need = self.need - np.bincount(row[is_open[self.col]], minlength=self.need.size)
        entry = ~(is_open | closed)[self.col] & (need > 0)[row]
        size = np.bincount(row[entry], minlength=self.need.size)[need > 0]
        start = np.concatenate([[0], np.cumsum(size)])
        limits = tuple((weight, most - float(weight[fixed].sum())) for weight, most in self.limits)
        return Covering(start, self.col[entry], need[need > 0], self.price, limits, self.apart)

    def least(
        self, watch: Watch, *, enough: float | None = None, gap: float = 0.0, search: bool = True
    ) -> tuple[IntArray | None, float, float]:
        """Cover all rows at the least price.

        Parameters
        ----------
        watch : Watch
        enough : float, optional
            Any cover of this price or less will do; the bound tells where there is none.
        gap : float
        search : bool
            Whether to look for a good cover by local search first.

        Returns
        -------
        sites : int array or None
            None where no cover was found.
        price, bound : float
            inf without a cover; the bound is inf with a proof that there is none.
        """
        if (np.diff(self.start) < self.need).any() or any(most < -1e-9 for _, most in self.limits):
            return None, np.inf, np.inf
        plain = self.apart is None and not self.limits
        start, col, rows, which = reduce(
            self.start, self.col, self.price.size, self.need, self._dearest(), columns=self._comparable()
        )
        if not rows.size:
            return np.zeros(0, dtype=np.int64), 0.0, 0.0
        left = Covering(
            start, col, self.need[rows], self.price[which], self._cut(which), self._between(which)
        )
        first = left.searched(enough) if plain and search and (left.need == 1).all() else None
        if first is not None and enough is not None and float(left.price[first].sum()) <= enough:
            return which[first], float(left.price[first].sum()), -np.inf
        if first is not None and enough is not None and np.ptp(left.price) == 0:
            most = int(enough / float(left.price[0]) + 1e-9) if left.price[0] > 0 else left.price.size
            told, sites = left.tried(most, watch)
            if told == backtrack.YES:
                return which[sites], float(left.price[sites].sum()), -np.inf
            if told == backtrack.NO:
                return which[first], float(left.price[first].sum()), (most + 1) * float(left.price[0])
        answer = left.program_answer(watch, first, enough, gap)
        bound = max(answer.bound, left.packed())
        if answer.x is None:
            if first is None or answer.impossible:
                return None, np.inf, bound
            return which[first], float(left.price[first].sum()), bound
        chosen = np.flatnonzero(answer.x[: which.size] > 0.5)
        if first is not None and float(left.price[first].sum()) < float(left.price[chosen].sum()):
            chosen = first
        return which[chosen], float(left.price[chosen].sum()), bound

    def _varied(self) -> list[FloatArray]:
        sums = [self.price, *(weight for weight, _ in self.limits)]
        return [s for s in sums if np.ptp(s) > 0]

    def _comparable(self) -> bool:
        """Whether one candidate may stand for another: nothing excludes pairs, and one price decides."""
        varied = self._varied()
        return self.apart is None and all(np.array_equal(varied[0], s) for s in varied[1:])

    def _dearest(self) -> FloatArray:
        varied = self._varied()
        return varied[0] if varied else self.price

    def _cut(self, which: IntArray) -> tuple[tuple[FloatArray, float], ...]:
        return tuple((weight[which], most) for weight, most in self.limits)

    def _between(self, which: IntArray) -> BoolArray | None:
        return None if self.apart is None else self.apart[np.ix_(which, which)]

    def searched(self, enough: float | None) -> IntArray:
        """Return a good cover, by local search where all prices are equal; one of price `enough` will do."""
        cstart, crow, _ = by_column(self.start, self.col, np.zeros(self.col.size), self.price.size)
        # Where a number is given, trying settles quickly what the local search leaves open.
        each = 500 if enough is None else 100
        shakes = min(SHAKES, each * self.need.size) if np.ptp(self.price) == 0 else 0
        wanted = -1 if enough is None else int(enough / max(float(self.price[0]), 1e-12) + 1e-9)
        found = search_cover(self.start, self.col, cstart, crow, self.price, shakes, wanted, 1)
        return np.flatnonzero(found)

    def tried(self, most: int, watch: Watch) -> tuple[int, IntArray]:
        """Find out by trying whether `most` sites cover all rows, each of which needs one."""
        if most < 1:
            return backtrack.NO, np.zeros(0, dtype=np.int64)
        m = self.price.size
        weight = backtrack.weights(self.start, self.col, m, watch)
        return backtrack.Trying(self.start, self.col, m, most, weight).run(watch)

    def packed(self) -> float:
        """Return a bound that needs no solver: rows that share no candidate have to be paid for one by one."""
        return float(packing(self.start, self.col, self.need, self.price))

    def program_answer(
        self, watch: Watch, first: IntArray | None, enough: float | None, gap: float
    ) -> Answer:
        """Solve what is left with HiGHS."""
        m = self.price.size
        program = Program(self.price, np.ones(m, dtype=bool), np.ones(m))
        program.lines(np.diff(self.start), self.col, 1.0, self.need, INF)
        add_limits(program, self.limits, self.apart)
        start = None
        if first is not None:
            start = np.zeros(m)
            start[first] = 1.0
        return minimise(program, watch, start=start, unit=self.unit, gap=gap, enough=enough)


def add_limits(
    program: Program, limits: tuple[tuple[FloatArray, float], ...], apart: BoolArray | None
) -> None:
    """Add to a program, whose first variables are the candidates, sums that are limited and pairs that exclude."""
    for weight, most in limits:
        some = np.flatnonzero(weight)
        program.lines(some.size, some, weight[some], -INF, most)
    if apart is not None:
        a, b = np.nonzero(np.triu(apart))
        program.lines(np.full(a.size, 2), np.stack([a, b], axis=1).ravel(), 1.0, -INF, 1.0)


@kernel
def packing(start: IntArray, col: ColumnArray, need: FloatArray, price: FloatArray) -> float:
    """Return the price of rows without a candidate in common, the shortest rows first."""
    taken = np.zeros(price.size, np.bool_)
    total = 0.0
    for i in np.argsort(start[1:] - start[:-1], kind="mergesort"):
        own = col[start[i] : start[i + 1]]
        if not taken[own].any():
            taken[own] = True
            total += np.sort(price[own])[: int(need[i])].sum()
    return total


@kernel
def search_cover(
    start: IntArray,
    col: ColumnArray,
    cstart: IntArray,
    crow: ColumnArray,
    price: FloatArray,
    steps: int,
    wanted: int,
    seed: int,
) -> StatusArray:
    """Return a cover (1 where open): greedy, then local search with weights on rows that are hard to cover.

    The search is that of Gao, Weise and Li (2015) for equal prices: whenever all is covered, one site is taken out;
    then sites are swapped, with weights that grow on rows that stay uncovered. It ends after so many steps, or with a
    cover of `wanted` sites.
    """
    draw = seed
    n, m = start.size - 1, cstart.size - 1
    weight, times = np.ones(n, np.int64), np.zeros(n, np.int64)
    score, stamp = cstart[1:] - cstart[:-1], np.zeros(m, np.int64)
    is_open, may = np.zeros(m, np.int8), np.ones(m, np.bool_)
    bare, place, n_bare = np.arange(n), np.arange(n), n
    n_bare = _cover_all(
        start, col, cstart, crow, price, weight, times, score, is_open, may, bare, place, n_bare
    )
    best = is_open.copy()
    last = -1
    for step in range(1, steps + 1):
        while n_bare == 0:
            best[:] = is_open
            j = _cheapest(score, is_open, stamp, -1)
            if j < 0 or best.sum() <= wanted:
                return best
            n_bare = _close(
                start, col, cstart, crow, weight, times, score, is_open, may, bare, place, n_bare, j
            )
            stamp[j] = step
        j = _cheapest(score, is_open, stamp, last)
        if j >= 0:
            n_bare = _close(
                start, col, cstart, crow, weight, times, score, is_open, may, bare, place, n_bare, j
            )
            stamp[j] = step
            may[j] = False
        draw = (draw * 1103515245 + 12345) & 0x7FFFFFFF
        i = bare[(draw >> 8) % n_bare]
        j = _coming(start, col, score, stamp, may, i, draw >> 8)
        n_bare = _open(start, col, cstart, crow, weight, times, score, is_open, may, bare, place, n_bare, j)
        stamp[j] = step
        last = j
        for b in range(n_bare):
            i = bare[b]
            weight[i] += 1
            for k in range(start[i], start[i + 1]):
                score[col[k]] += 1
    if n_bare == 0:
        best[:] = is_open
    return best


@kernel
def _cover_all(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, price: FloatArray, weight: IntArray,
    times: IntArray, score: IntArray, is_open: StatusArray, may: BoolArray, bare: IntArray, place: IntArray,
    n_bare: int,
) -> int:  # fmt: skip
    """Open what covers most for its price until all is covered, then close what is not needed."""
    m = score.size
    while n_bare > 0:
        j = -1
        for k in range(m):
            if is_open[k] == 0 and score[k] > 0:
                best = j < 0 or score[k] / max(price[k], 1e-9) > score[j] / max(price[j], 1e-9)
                j = k if best else j
        n_bare = _open(start, col, cstart, crow, weight, times, score, is_open, may, bare, place, n_bare, j)
    for j in range(m):
        if is_open[j] == 1 and score[j] == 0:
            n_bare = _close(
                start, col, cstart, crow, weight, times, score, is_open, may, bare, place, n_bare, j
            )
    return n_bare


@kernel
def _coming(
    start: IntArray, col: ColumnArray, score: IntArray, stamp: IntArray, may: BoolArray, i: int, draw: int
) -> int:
    """Return the site that should open for row i: the best score, the longest at rest; any if all are barred."""
    j = -1
    for k in range(start[i], start[i + 1]):
        c = col[k]
        if may[c] and (j < 0 or score[c] > score[j] or (score[c] == score[j] and stamp[c] < stamp[j])):
            j = c
    return j if j >= 0 else col[start[i] + draw % (start[i + 1] - start[i])]


@kernel
def _cheapest(score: IntArray, is_open: StatusArray, stamp: IntArray, barred: int) -> int:
    j = -1
    for k in range(score.size):
        if is_open[k] == 0 or k == barred:
            continue
        if j < 0 or score[k] < score[j] or (score[k] == score[j] and stamp[k] < stamp[j]):
            j = k
    return j


@kernel
def _open(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, weight: IntArray, times: IntArray,
    score: IntArray, is_open: StatusArray, may: BoolArray, bare: IntArray, place: IntArray, n_bare: int, j: int,
) -> int:  # fmt: skip
    """Open site j; a closed site scores the weight it would add, an open one the weight it alone covers."""
    is_open[j] = 1
    score[j] = 0
    for k in range(cstart[j], cstart[j + 1]):
        i = crow[k]
        times[i] += 1
        if times[i] == 1:
            n_bare -= 1
            other = bare[n_bare]
            bare[place[i]], bare[n_bare] = other, i
            place[other], place[i] = place[i], n_bare
            score[j] += weight[i]
            for e in range(start[i], start[i + 1]):
                if col[e] != j:
                    score[col[e]] -= weight[i]
                    may[col[e]] = True
        elif times[i] == 2:
            for e in range(start[i], start[i + 1]):
                if is_open[col[e]] == 1 and col[e] != j:
                    score[col[e]] -= weight[i]
                    break
    return n_bare


@kernel
def _close(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, weight: IntArray, times: IntArray,
    score: IntArray, is_open: StatusArray, may: BoolArray, bare: IntArray, place: IntArray, n_bare: int, j: int,
) -> int:  # fmt: skip
    """Close site j."""
    is_open[j] = 0
    score[j] = 0
    for k in range(cstart[j], cstart[j + 1]):
        i = crow[k]
        times[i] -= 1
        if times[i] == 0:
            other = bare[n_bare]
            bare[place[i]], bare[n_bare] = other, i
            place[other], place[i] = place[i], n_bare
            n_bare += 1
            score[j] += weight[i]
            for e in range(start[i], start[i + 1]):
                if col[e] != j:
                    score[col[e]] += weight[i]
                    may[col[e]] = True
        elif times[i] == 1:
            for e in range(start[i], start[i + 1]):
                if is_open[col[e]] == 1:
                    score[col[e]] += weight[i]
                    break
    return n_bare
