"""Making rows fewer and shorter without changing the answer: closed candidates, fixed ones, equal rows."""

from __future__ import annotations

import numpy as np

from planner.siting.lagrange import (
    CLOSED,
    OPEN,
    ColumnArray,
    FloatArray,
    IntArray,
    StatusArray,
    kernel,
)
from planner.siting.rows import Rows


@kernel
def _kept(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    cap: FloatArray,
    status: StatusArray,
    number: ColumnArray,
    fold: bool,
) -> tuple[IntArray, ColumnArray, FloatArray, FloatArray]:
    n = cap.size
    new_start = np.zeros(n + 1, np.int64)
    new_col = np.empty(col.size, np.int32)
    new_loss = np.empty(col.size, np.float64)
    new_cap = cap.copy()
    at = 0
    for i in range(n):
        for k in range(start[i], start[i + 1]):
            j = col[k]
            if loss[k] >= new_cap[i]:
                break
            if fold and status[j] == OPEN:
                new_cap[i] = loss[k]
                break
            if status[j] != CLOSED:
                new_col[at] = number[j]
                new_loss[at] = loss[k]
                at += 1
        new_start[i + 1] = at
    return new_start, new_col[:at].copy(), new_loss[:at].copy(), new_cap


def keep(rows: Rows, status: StatusArray) -> tuple[Rows, IntArray, IntArray]:
    """Take out closed candidates, and fold open ones into the caps where a row takes one site.

    Returns
    -------
    rows : Rows
        Over the candidates that stay; rows that have become equal are merged where that is possible.
    which : (m',) int array
        Numbers of those candidates before.
    group : (n,) int array
        The row into which each former row went; -1 where nothing can change its loss any more.
    """
    fold = rows.times == 1
    which = np.flatnonzero(status == 0) if fold else np.flatnonzero(status != CLOSED)
    number = np.full(rows.m, -1, dtype=np.int32)
    number[which] = np.arange(which.size, dtype=np.int32)
    start, col, loss, cap = _kept(rows.start, rows.col, rows.loss, rows.cap, status, number, fold)
    stays = np.diff(start) >= rows.times
    constant = rows.constant + float(cap[~stays].sum())
    if not stays.all():
        size = np.diff(start)
        entry = np.repeat(stays, size)
        col, loss, cap = col[entry], loss[entry], cap[stays]
        start = np.concatenate([[0], np.cumsum(size[stays])])
    group = np.where(stays, np.cumsum(stays) - 1, -1)
    kept = Rows(start, col, loss, cap, rows.weight[stays], int(which.size), rows.times, constant)
    if kept.n and not kept.loss.any():
        kept, into = _merged(kept)
        group = np.where(stays, into[group], -1)
    return kept, which, group


def _merged(rows: Rows) -> tuple[Rows, IntArray]:
    """Merge rows that the same candidates reach at no loss: their caps add up."""
    key = _keys(rows.m)
    h1, h2 = (np.bitwise_xor.reduceat(key[part, rows.col], rows.start[:-1]) for part in (0, 1))
    into, speaker = _groups(h1, h2)
    cap: FloatArray = np.bincount(into, weights=rows.cap).astype(np.float64)
    weight: FloatArray = np.bincount(into, weights=rows.weight).astype(np.float64)
    size = np.diff(rows.start)[speaker]
    start = np.concatenate([[0], np.cumsum(size)])
    entry = np.repeat(rows.start[speaker] - start[:-1], size) + np.arange(int(start[-1]))
    merged = Rows(start, rows.col[entry], rows.loss[entry], cap, weight, rows.m, rows.times, rows.constant)
    return merged, into


def _keys(m: int) -> IntArray:
    """Return 128 random bits for each candidate; a set is told from others by their exclusive or."""
    draw = np.random.default_rng(20_260_000)
    return draw.integers(-(2**63), 2**63 - 1, (2, max(m, 1)), dtype=np.int64)


def _groups(h1: IntArray, h2: IntArray) -> tuple[IntArray, IntArray]:
    """Return the group of each pair of hashes, and one member of each group."""
    order = np.lexsort((h2, h1))
    a, b = h1[order], h2[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    group = np.empty(order.size, dtype=np.int64)
    group[order] = np.cumsum(new) - 1
    return group, order[new]
