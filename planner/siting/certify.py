"""Checking a solution from the data of its problem; nothing here is shared with what found it."""

from __future__ import annotations

import numpy as np

from planner.errors import CheckError
from planner.siting.problem import FloatArray, Problem
from planner.siting.solution import Solution

NEAR = 1e-6
"""Relative difference that rounding may make between two ways of adding up."""


def check(problem: Problem, solution: Solution) -> None:
    """Go through a solution as an auditor would.

    Raises
    ------
    CheckError
        Saying the first thing that does not hold.
    """
    wrong = faults(problem, solution)
    if wrong:
        raise CheckError(
            "The sites found do not stand the check against the data: {fault}",
            "This is a fault of the program; please report it with the data.",
            fault=wrong[0],
        )


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Return everything in a solution that the data of the problem contradict."""
    return [*_sites(problem, solution), *_service(problem, solution), *_value(problem, solution)]


def _sites(problem: Problem, solution: Solution) -> list[str]:
    chosen = [int(j) for j in solution.sites]
    wrong = []
    if len(set(chosen)) != len(chosen) or any(not 0 <= j < problem.shape[1] for j in chosen):
        wrong.append("a site is no candidate, or stands there twice")
    if set(problem.fixed.tolist()) - set(chosen):
        wrong.append("a fixed site is closed")
    if set(problem.forbidden.tolist()) & set(chosen):
        wrong.append("a forbidden site is open")
    if problem.sites is not None and len(chosen) > problem.sites:
        wrong.append("there are too many sites")
    if problem.budget is not None:
        spent = sum(float(problem.opening_cost[j]) for j in chosen)
        if spent > problem.budget + NEAR * max(1.0, problem.budget):
            wrong.append("the sites cost more than the budget")
    if problem.between is not None:
        for a in chosen:
            for b in chosen:
                if a < b and not (a in problem.fixed and b in problem.fixed):
                    apart = float(problem.between[a, b])
                    if problem.min_distance is not None and apart < problem.min_distance:
                        wrong.append("two sites are too near to each other")
                    if problem.max_distance is not None and apart > problem.max_distance:
                        wrong.append("two sites are too far from each other")
    return wrong


def _columns(problem: Problem, solution: Solution) -> FloatArray:
    """Return costs to the sites, column by column; inf where there is no way."""
    table = np.full((problem.shape[0], solution.sites.size), np.inf)
    if isinstance(problem.cost, np.ndarray):
        for place, j in enumerate(solution.sites):
            table[:, place] = problem.cost[:, j]
        return table
    by_column = problem.cost.tocsc()
    for place, j in enumerate(solution.sites):
        begin, end = by_column.indptr[j], by_column.indptr[j + 1]
        table[by_column.indices[begin:end], place] = by_column.data[begin:end]
    return table


def _service(problem: Problem, solution: Solution) -> list[str]:
    table = _columns(problem, solution)
    limit = float("inf") if problem.cutoff is None else problem.cutoff
    place = {int(j): k for k, j in enumerate(solution.sites)}
    wrong = []
    served = solution.allocation >= 0
    if set(solution.allocation[served].tolist()) - set(place):
        return ["somebody is served by a site that is not open"]
    column = np.array([place.get(int(j), 0) for j in solution.allocation], dtype=np.int64)
    own = np.full(served.size, np.inf)
    own[served] = table[np.flatnonzero(served), column[served]]
    if (own[served] > limit).any() or not np.isfinite(own[served]).all():
        wrong.append("somebody is served from beyond the cutoff")
    if not np.array_equal(own, solution.cost):
        wrong.append("a cost is not the one in the data")
    if problem.capacity is not None:
        for j in place:
            load = float(problem.demand[solution.allocation == j].sum())
            if load > problem.capacity[j] * (1 + 1e-9):
                wrong.append("a site serves more than its capacity")
        enough = served
    else:
        if table.shape[1] and (own > np.where(table <= limit, table, np.inf).min(axis=1)).any():
            wrong.append("somebody is not served by the nearest site")
        enough = ((table <= limit) & np.isfinite(table)).sum(axis=1) >= problem.backup
    if not np.array_equal(enough, solution.covered):
        wrong.append("who is covered is told wrongly")
    return wrong


def _value(problem: Problem, solution: Solution) -> list[str]:
    wrong = []
    people = problem.demand
    table = np.sort(_columns(problem, solution), axis=1)
    if problem.cutoff is not None:
        table[table > problem.cutoff] = np.inf
    covered = float(people[solution.covered].sum())
    if problem.model == "lscp":
        price = np.ones(problem.shape[1]) if problem.opening_cost is None else problem.opening_cost
        value = float(price[solution.sites].sum())
        if problem.target_share is None and not solution.covered.all():
            wrong.append("somebody is left uncovered")
        share = problem.target_share
        if share is not None and covered < share * float(people.sum()) * (1 - NEAR):
            wrong.append("fewer people are covered than the target asks for")
    elif problem.model == "mclp":
        value = covered
    else:
        own = solution.cost if problem.capacity is not None else _nearest_sum(problem, table)
        if problem.model == "p-median":
            some = people > 0
            value = float((people[some] * own[some]).sum())
        else:
            value = float(own[np.isfinite(own)].max()) if np.isfinite(own).any() else 0.0
            if (_reachable(problem) & ~np.isfinite(own)).any():
                wrong.append("somebody who can be reached is not served")
    if not abs(value - solution.objective) <= NEAR * max(1.0, abs(value)):
        wrong.append(f"the objective is {value:g}, not {solution.objective:g}")
    better = (
        solution.bound - solution.objective
        if problem.model == "mclp"
        else solution.objective - solution.bound
    )
    if better < -NEAR * max(1.0, abs(value)):
        wrong.append("the bound is worse than the objective")
    return wrong


def _nearest_sum(problem: Problem, table: FloatArray) -> FloatArray:
    """Return what each demand counts: the sum over its nearest sites, or the last of them for the p-center."""
    if table.shape[1] < problem.backup:
        return np.full(table.shape[0], np.inf)
    near = table[:, : problem.backup]
    found: FloatArray = near.sum(axis=1) if problem.model == "p-median" else near[:, -1]
    return found


def _reachable(problem: Problem) -> np.ndarray:
    allowed = np.ones(problem.shape[1], dtype=bool)
    allowed[problem.forbidden] = False
    limit = float("inf") if problem.cutoff is None else problem.cutoff
    if isinstance(problem.cost, np.ndarray):
        inside = (problem.cost <= limit) & np.isfinite(problem.cost)
        return np.asarray(inside[:, allowed].sum(axis=1) >= problem.backup)
    stored = problem.cost.tocoo()
    near = (stored.data <= limit) & allowed[stored.col]
    return np.bincount(stored.row[near], minlength=problem.shape[0]) >= problem.backup
