"""Whether a few sites cover all rows, by trying: quick where weights on the rows leave little to waste.

Let the weights y >= 0 be such that no candidate covers rows of more than 1 together (a solution of the dual of the
linear relaxation). If k sites are to cover rows of weight W, what they cover twice or leave light may weigh k - W at
most, and a site that would waste more is not tried (Balas and Ho 1980 bound set covering by such duals). The row that
fewest candidates may still cover is tried first; a candidate that was tried for it is out for the tries after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, kernel
from planner.siting.mip import INF, Program, prices_of_lines
from planner.siting.rows import by_column
from planner.siting.watch import Watch

GOES_ON, NO, YES = 0, 1, 2
SLICE = 5_000
"""Candidates tried between two looks at the clock: a fraction of a second."""
ENOUGH = 200_000
"""Candidates after which a solver may do better."""
ROUNDING = 1e-7
_DEPTH, _BARE = 0, 1


@dataclass
class Trying:
    """A search for a cover of at most so many candidates, which can be left and taken up again.

    Attributes
    ----------
    start, col : int arrays
        Candidates of each row; every row has at least one.
    m, most : int
        Number of candidates, and how many may be chosen (at least 1).
    weight : (n,) float array
        Of each row; no candidate covers more than 1 together.
    """

    start: IntArray
    col: ColumnArray
    m: int
    most: int
    weight: FloatArray
    tries: int = 0
    at: IntArray = field(init=False)
    chosen: IntArray = field(init=False)
    size: IntArray = field(init=False)
    order: IntArray = field(init=False)
    count: IntArray = field(init=False)
    times: IntArray = field(init=False)
    banned: IntArray = field(init=False)
    value: FloatArray = field(init=False)
    left: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        n = self.start.size - 1
        self.at, self.chosen = np.zeros(self.most, np.int64), np.full(self.most, -1)
        self.size, self.order = np.full(self.most, -1), np.zeros((self.most, self.m), np.int64)
        self.times, self.banned = np.zeros(n, np.int64), np.zeros(self.m, np.int64)
        self.count = np.array([0, n])
        owner = np.repeat(self.weight, np.diff(self.start))
        self.value = np.bincount(self.col, weights=owner, minlength=self.m).astype(np.float64)
        self.left = np.array([float(self.weight.sum())])

    def run(self, watch: Watch) -> tuple[int, IntArray]:
        """Return YES and a cover, NO, or GOES_ON where it gave up or was stopped."""
        cstart, crow, _ = by_column(self.start, self.col, np.zeros(self.col.size), self.m)
        while self.tries < ENOUGH and not watch.over():
            told = _try(
                self.start, self.col, cstart, crow, self.weight, self.most, SLICE, self.at, self.chosen, self.size,
                self.order, self.count, self.times, self.banned, self.value, self.left,
            )  # fmt: skip
            self.tries += SLICE
            if told != GOES_ON:
                return told, self.chosen[self.chosen >= 0] if told == YES else np.zeros(0, np.int64)
        return GOES_ON, np.zeros(0, np.int64)


def weights(start: IntArray, col: ColumnArray, m: int, watch: Watch) -> FloatArray:
    """Return weights of the rows, as great together as can be, of which no candidate covers more than 1."""
    n = start.size - 1
    program = Program(np.ones(m), np.zeros(m, dtype=bool), np.full(m, INF))
    program.lines(np.diff(start), col, 1.0, np.ones(n), INF)
    found = prices_of_lines(program, watch)
    most = float(np.bincount(col, weights=np.repeat(found, np.diff(start)), minlength=m).max())
    return found / max(1.0, most)


@kernel
def _try(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, weight: FloatArray, most: int,
    tries: int, at: IntArray, chosen: IntArray, size: IntArray, order: IntArray, count: IntArray,
    times: IntArray, banned: IntArray, value: FloatArray, left: FloatArray,
) -> int:  # fmt: skip
    """Try so many candidates, from where the arrays were left."""
    while True:
        depth = count[_DEPTH]
        if depth < 0:
            return NO
        if size[depth] < 0:
            size[depth] = _candidates(
                start, col, times, banned, value, left[0] - (most - depth - 1) - ROUNDING, order[depth]
            )
            at[depth] = 0
        if chosen[depth] >= 0:
            j = chosen[depth]
            _turn(start, col, cstart, crow, weight, times, value, count, left, j, -1)
            banned[j] += 1
            chosen[depth] = -1
        if at[depth] >= size[depth]:
            for k in range(size[depth]):
                banned[order[depth, k]] -= 1
            size[depth] = -1
            count[_DEPTH] -= 1
            continue
        if tries == 0:
            return GOES_ON
        tries -= 1
        j = order[depth, at[depth]]
        at[depth] += 1
        chosen[depth] = j
        _turn(start, col, cstart, crow, weight, times, value, count, left, j, 1)
        if count[_BARE] == 0:
            return YES
        if depth + 1 < most and left[0] <= most - depth - 1 + ROUNDING:
            count[_DEPTH] += 1


@kernel
def _candidates(
    start: IntArray, col: ColumnArray, times: IntArray, banned: IntArray, value: FloatArray, least: float,
    order: IntArray,
) -> int:  # fmt: skip
    """Write the candidates for the uncovered row that fewest may cover into `order`; returns how many.

    Those of most weight come first. `least` is the weight below which a candidate wastes too much.
    """
    best, which = np.iinfo(np.int64).max, -1
    for i in range(times.size):
        if times[i] > 0:
            continue
        found = 0
        for k in range(start[i], start[i + 1]):
            if banned[col[k]] == 0 and value[col[k]] >= least:
                found += 1
                if found >= best:
                    break
        if found == 0:
            return 0
        if found < best:
            best, which = found, i
    mine = np.empty(best, np.int64)
    found = 0
    for k in range(start[which], start[which + 1]):
        if banned[col[k]] == 0 and value[col[k]] >= least:
            mine[found] = col[k]
            found += 1
    by_value = np.argsort(-value[mine])
    for k in range(found):
        order[k] = mine[by_value[k]]
    return found


@kernel
def _turn(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, weight: FloatArray, times: IntArray,
    value: FloatArray, count: IntArray, left: FloatArray, j: int, sign: int,
) -> None:  # fmt: skip
    """Choose candidate j (sign 1) or take that back (-1); `value` is the weight of the uncovered rows of each."""
    for k in range(cstart[j], cstart[j + 1]):
        i = crow[k]
        times[i] += sign
        if times[i] == (1 if sign > 0 else 0):
            count[_BARE] -= sign
            if weight[i] > 0.0:
                left[0] -= sign * weight[i]
                for e in range(start[i], start[i + 1]):
                    value[col[e]] -= sign * weight[i]
