"""Covering problems made smaller: rows and columns that others speak for are left out, to a fixpoint.

A row is spoken for by one whose candidates it contains; a column by one that covers all it covers and costs no more
(Toregas and ReVelle 1972).
"""

from __future__ import annotations

import numpy as np

from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, kernel
from planner.siting.problem import BoolArray
from planner.siting.rows import by_column


@kernel
def _spoken_for(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, weight: FloatArray, m: int
) -> BoolArray:
    """Return which rows contain another row of at least their weight; of equal ones, all but the first."""
    n = start.size - 1
    words = (m + 63) // 64
    bits = np.zeros((n, words), np.uint64)
    for i in range(n):
        for k in range(start[i], start[i + 1]):
            bits[i, col[k] // 64] |= np.uint64(1) << np.uint64(col[k] % 64)
    gone = np.zeros(n, np.bool_)
    order = np.argsort(start[1:] - start[:-1], kind="mergesort")
    for o in order:
        if gone[o] or start[o + 1] == start[o]:
            continue
        rare = col[start[o]]
        for k in range(start[o], start[o + 1]):
            j = col[k]
            if cstart[j + 1] - cstart[j] < cstart[rare + 1] - cstart[rare]:
                rare = j
        size = start[o + 1] - start[o]
        for k in range(cstart[rare], cstart[rare + 1]):
            i = crow[k]
            if i == o or gone[i] or weight[i] > weight[o]:
                continue
            other = start[i + 1] - start[i]
            if other < size or (other == size and weight[i] == weight[o] and i < o):
                continue
            inside = True
            for w in range(words):
                if bits[o, w] & ~bits[i, w]:
                    inside = False
                    break
            if inside:
                gone[i] = True
    return gone


@kernel
def _submatrix(
    start: IntArray, col: ColumnArray, row_stays: BoolArray, col_stays: BoolArray
) -> tuple[IntArray, ColumnArray]:
    number = np.cumsum(col_stays) - 1
    new_start = np.zeros(int(row_stays.sum()) + 1, np.int64)
    new_col = np.empty(col.size, np.int32)
    at, r = 0, 0
    for i in range(start.size - 1):
        if row_stays[i]:
            for k in range(start[i], start[i + 1]):
                if col_stays[col[k]]:
                    new_col[at] = number[col[k]]
                    at += 1
            r += 1
            new_start[r] = at
    return new_start, new_col[:at].copy()


def reduce(
    start: IntArray, col: ColumnArray, m: int, need: FloatArray, price: FloatArray, *, columns: bool = True
) -> tuple[IntArray, ColumnArray, IntArray, IntArray]:
    """Leave out what others speak for.

    Parameters
    ----------
    start, col : int arrays
        Candidates of each row.
    m : int
        Number of candidates.
    need : (n,) float array
        How many sites each row needs.
    price : (m,) float array
    columns : bool
        Whether candidates may be left out as well; not where pairs of them exclude each other.

    Returns
    -------
    start, col : int arrays
        What is left.
    rows, which : int arrays
        Numbers of the rows and candidates that are left.
    """
    rows, which = np.arange(start.size - 1), np.arange(m)
    while True:
        width = int(which.size)
        cstart, crow, _ = by_column(start, col, np.zeros(col.size), width)
        row_stays = ~_spoken_for(start, col, cstart, crow, need[rows], width)
        start, col = _submatrix(start, col, row_stays, np.ones(width, dtype=np.bool_))
        rows = rows[row_stays]
        col_stays = np.ones(width, dtype=np.bool_)
        # One site that covers more cannot stand for two where rows need several.
        if columns and rows.size and need[rows].max() <= 1:
            cstart, crow, _ = by_column(start, col, np.zeros(col.size), width)
            col_stays = ~_contained(start, col, cstart, crow, price[which], int(rows.size))
            start, col = _submatrix(start, col, np.ones(rows.size, dtype=np.bool_), col_stays)
            which = which[col_stays]
        if row_stays.all() and col_stays.all():
            return start, col, rows, which


@kernel
def _contained(
    start: IntArray, col: ColumnArray, cstart: IntArray, crow: ColumnArray, price: FloatArray, n: int
) -> BoolArray:
    """Return which columns lie within another that costs no more; of equal ones, all but the first."""
    m = cstart.size - 1
    words = (n + 63) // 64
    bits = np.zeros((m, words), np.uint64)
    for j in range(m):
        for k in range(cstart[j], cstart[j + 1]):
            bits[j, crow[k] // 64] |= np.uint64(1) << np.uint64(crow[k] % 64)
    gone = np.zeros(m, np.bool_)
    for j in range(m):
        size = cstart[j + 1] - cstart[j]
        if size == 0:
            gone[j] = True
            continue
        rare = crow[cstart[j]]
        for k in range(cstart[j], cstart[j + 1]):
            i = crow[k]
            if start[i + 1] - start[i] < start[rare + 1] - start[rare]:
                rare = i
        for k in range(start[rare], start[rare + 1]):
            other = col[k]
            if other == j or gone[other] or price[other] > price[j]:
                continue
            wide = cstart[other + 1] - cstart[other]
            if wide < size or (wide == size and price[other] == price[j] and other > j):
                continue
            inside = True
            for w in range(words):
                if bits[j, w] & ~bits[other, w]:
                    inside = False
                    break
            if inside:
                gone[j] = True
                break
    return gone
