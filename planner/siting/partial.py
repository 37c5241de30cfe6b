"""The LSCP for a share of the people: least sites, or least money, that reach so many."""

from __future__ import annotations

import numpy as np

from planner.siting.covering import add_limits
from planner.siting.interchange import greedy, total_loss
from planner.siting.lagrange import FREE, OPEN, ColumnArray, FloatArray, IntArray, StatusArray
from planner.siting.mip import INF, Program, minimise
from planner.siting.problem import Problem
from planner.siting.rows import Rows
from planner.siting.shrink import keep
from planner.siting.watch import Watch


def least_for_share(
    problem: Problem,
    start: IntArray,
    col: ColumnArray,
    price: FloatArray,
    limits: tuple[tuple[FloatArray, float], ...],
    watch: Watch,
    gap: float,
) -> tuple[IntArray | None, float]:
    """Solve the partial covering problem (Daskin and Owen 1999).

    Returns
    -------
    sites : int array or None
    bound : float
        inf with a proof that no sites will do.
    """
    m = problem.shape[1]
    people, times = problem.demand, problem.backup
    rows = Rows(start, col, np.zeros(col.size), people.copy(), people.copy(), m, times)
    status = np.zeros(m, dtype=np.int8)
    status[problem.forbidden] = -1
    # Candidates keep their numbers: forbidden ones only lose their rows.
    merged, which, _ = keep(rows, status)
    wanted = (problem.target_share or 0.0) * float(people.sum())
    if float(merged.cap.sum()) < wanted * (1 - 1e-12):
        return None, np.inf
    sets = merged.n
    program = Program(
        np.concatenate([price, np.zeros(sets)]),
        np.concatenate([np.ones(m, dtype=bool), np.zeros(sets, dtype=bool)]),
        np.ones(m + sets),
    )
    program.upper[problem.forbidden] = 0.0
    size = np.diff(merged.start)
    index = np.insert(which[merged.col], merged.start[1:], m + np.arange(sets))
    value = np.insert(np.ones(merged.col.size), merged.start[1:], -float(times))
    if times > 1:
        program.whole[m:] = True
    program.lines(size + 1, index, value, 0.0, INF)
    scale = max(float(people.sum()), 1e-12)
    program.lines(sets, m + np.arange(sets), merged.cap / scale, wanted / scale - 1e-12, INF)
    program.lines(np.ones(problem.fixed.size), problem.fixed, 1.0, 1.0, 1.0)
    add_limits(program, limits, problem.apart())
    whole = (price == np.round(price)).all() and price.any() and price.max() < 1e9
    unit = float(np.gcd.reduce(price.astype(np.int64))) if whole else 0.0
    first = None
    if times == 1 and not limits and problem.apart() is None:
        first = _first(merged, which, problem.fixed, price, wanted)
    answer = minimise(program, watch, start=None if first is None else first[1], unit=unit, gap=gap)
    if answer.x is None:
        # The first sites are a solution, so there is one whatever the solver came to.
        return (
            (None, answer.bound)
            if first is None
            else (first[0], min(answer.bound, float(price[first[0]].sum())))
        )
    return np.flatnonzero(answer.x[:m] > 0.5), answer.bound


def _first(
    rows: Rows, which: IntArray, fixed: IntArray, price: FloatArray, wanted: float
) -> tuple[IntArray, FloatArray] | None:
    """Return sites that reach so many people, chosen greedily, and the same as values of the program's variables."""
    status = np.zeros(rows.m, dtype=np.int8)
    status[np.isin(which, fixed)] = OPEN
    free, none = int((status == FREE).sum()), np.zeros((0, 0), dtype=np.int8)
    few, many = 0, free
    best: StatusArray | None = None
    while few <= many:
        count = (few + many) // 2
        is_open = greedy(
            *rows.columns, rows.cap, status, count, np.inf, price[which], bool(np.ptp(price) > 0), none
        )
        lost = float(total_loss(rows.start, rows.col, rows.loss, rows.cap, 1, is_open))
        if float(rows.cap.sum()) - lost >= wanted:
            best, many = is_open, count - 1
        else:
            few = count + 1
    if best is None:
        return None
    values = np.zeros(price.size + rows.n)
    sites = np.union1d(which[best == OPEN], fixed)
    values[sites] = 1.0
    owner = np.repeat(np.arange(rows.n), np.diff(rows.start))
    values[price.size + owner[best[rows.col] == OPEN]] = 1.0
    return sites, values
