"""The form that coverage and travel share, as sparse rows.

Minimise the sum over rows i of ``min(cap[i], sum of the `times` least loss[i, j] over open j)``: row i is a place,
`loss` what it loses when site j serves it, `cap` what it loses when nobody does. People covered (MCLP) have losses of 0
and a cap of their number; the p-median has people times cost, and a cap that no solution can pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, kernel
from planner.siting.problem import Problem


@dataclass(frozen=True)
class Rows:
    """Sparse rows, each with its losses in ascending order.

    Attributes
    ----------
    start : (n + 1,) int array
        Entries of row i are ``start[i]:start[i + 1]``.
    col : (nnz,) int32 array
        Candidate of each entry.
    loss : (nnz,) float array
        At least 0, below the row's cap.
    cap : (n,) float array
    weight : (n,) float array
        People in each row, above 0.
    m : int
        Number of candidates.
    times : int
        How many sites a row takes.
    constant : float
        Loss of rows that were taken out because nothing can change it.
    """

    start: IntArray
    col: ColumnArray
    loss: FloatArray
    cap: FloatArray
    weight: FloatArray
    m: int
    times: int = 1
    constant: float = 0.0

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.cap.size)

    @property
    def dearest(self) -> float:
        """What no choice that serves every row loses more than."""
        return (
            self.constant + self.times * float(self.loss[self.start[1:] - 1].sum())
            if self.n
            else self.constant
        )

    @cached_property
    def columns(self) -> tuple[IntArray, ColumnArray, FloatArray]:
        """The same entries by candidate: starts, rows, losses."""
        return by_column(self.start, self.col, self.loss, self.m)


@kernel
def by_column(
    start: IntArray, col: ColumnArray, loss: FloatArray, m: int
) -> tuple[IntArray, ColumnArray, FloatArray]:
    """Return entries by column: starts, row of each entry (ascending), its loss."""
    cstart = np.zeros(m + 1, np.int64)
    for k in range(col.size):
        cstart[col[k] + 1] += 1
    for j in range(m):
        cstart[j + 1] += cstart[j]
    at = cstart[:-1].copy()
    crow = np.empty(col.size, np.int32)
    closs = np.empty(col.size, np.float64)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            j = col[k]
            crow[at[j]] = i
            closs[at[j]] = loss[k]
            at[j] += 1
    return cstart, crow, closs


def table(problem: Problem) -> tuple[IntArray, ColumnArray, FloatArray]:
    """Return the pairs within the cutoff (all that can be reached without one) as sparse rows, nearest first."""
    limit = np.inf if problem.cutoff is None else problem.cutoff
    if isinstance(problem.cost, np.ndarray):
        inside = problem.cost <= limit if np.isfinite(limit) else np.isfinite(problem.cost)
        start = np.concatenate([[0], np.cumsum(inside.sum(axis=1))]).astype(np.int64)
        if inside.all():
            col = np.argsort(problem.cost, axis=1).astype(np.int32)
            cost = np.take_along_axis(problem.cost, col, axis=1).ravel()
            return start, col.ravel(), cost
        col, cost = np.nonzero(inside)[1].astype(np.int32), problem.cost[inside]
    else:
        stored = problem.cost
        inside = stored.data <= limit
        start = np.concatenate([[0], np.cumsum(inside)])[stored.indptr].astype(np.int64)
        col, cost = stored.indices[inside].astype(np.int32), stored.data[inside].copy()
    sort_rows(start, col, cost)
    return start, col, cost


@kernel
def sort_rows(start: IntArray, col: ColumnArray, cost: FloatArray) -> None:
    """Sort each row by cost, in place."""
    for i in range(start.size - 1):
        begin, end = start[i], start[i + 1]
        order = np.argsort(cost[begin:end], kind="mergesort")
        col[begin:end] = col[begin:end][order]
        cost[begin:end] = cost[begin:end][order]


def covering_rows(problem: Problem) -> Rows:
    """State the MCLP: a row loses its people unless `backup` open sites reach it."""
    start, col, _ = table(problem)
    people = problem.demand.copy()
    return _enough(Rows(start, col, np.zeros(col.size), people, people, problem.shape[1], problem.backup))


def travel_rows(problem: Problem) -> Rows:
    """State the p-median: a row loses people times cost; one that nobody serves, more than all solutions differ by."""
    start, col, cost = table(problem)
    people = problem.demand
    loss = cost * np.repeat(people, np.diff(start))
    last = np.where(np.diff(start) > 0, loss[np.minimum(start[1:], loss.size) - 1] if loss.size else 0.0, 0.0)
    # Well apart from what can be paid: a search tells losses apart only down to a small part of themselves.
    never = float(np.ceil(1.001 * problem.backup * last.sum())) + 2.0
    cap = np.where(people > 0, never, 0.0)
    return _enough(Rows(start, col, loss, cap, people.copy(), problem.shape[1], problem.backup))


def _enough(rows: Rows) -> Rows:
    """Take out the rows that too few candidates reach, and those that have nothing to lose."""
    size = np.diff(rows.start)
    stays = (size >= rows.times) & (rows.cap > 0)
    if stays.all():
        return rows
    entry = np.repeat(stays, size)
    start = np.concatenate([[0], np.cumsum(size[stays])])
    constant = rows.constant + float(rows.cap[~stays].sum())
    return Rows(
        start,
        rows.col[entry],
        rows.loss[entry],
        rows.cap[stays],
        rows.weight[stays],
        rows.m,
        rows.times,
        constant,
    )
