"""Why a problem has no solution, and the least that would give it one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.errors import InfeasibleError
from planner.siting import answers
from planner.siting.problem import FloatArray, IntArray, Problem
from planner.siting.watch import Watch

PATIENCE_S = 5.0
"""Most seconds that a refusal takes to find the smallest cutoff with which limits on the sites are met as well."""

NAMED = 10
"""Most demands that a message names; the error holds them all."""

ROWS_AT_ONCE = 8_192


def refuse(problem: Problem, watch: Watch) -> None:
    """Raise if no choice of sites can do, for a reason that shows without a search.

    Raises
    ------
    InfeasibleError
    """
    if problem.budget is not None:
        spent = float(problem.opening_cost[problem.fixed].sum())
        if spent > problem.budget * (1 + 1e-9):
            raise InfeasibleError(
                "The fixed sites cost {spent:g}, more than the budget of {budget:g}.",
                "Raise the budget, or leave some of them out.",
                spent=spent,
                budget=problem.budget,
            )
    if problem.model == "mclp" or problem.target_share is not None:
        return
    nearest = _nearest(problem)
    reached = (nearest <= _limit(problem)) & np.isfinite(nearest)
    if problem.model == "p-center":
        if not reached.any():
            _unreached(problem, np.arange(nearest.size), nearest, watch)
        return
    needed = problem.demand > 0 if problem.model == "p-median" else np.ones(nearest.size, dtype=bool)
    if (needed & ~reached).any():
        _unreached(problem, np.flatnonzero(needed & ~reached), nearest[needed], watch)


def infeasible(problem: Problem, watch: Watch) -> InfeasibleError:
    """Return the error for a problem that a search has proven to have no solution."""
    if problem.capacity is not None:
        return _no_room(problem)
    if problem.target_share is not None:
        nearest = _nearest(problem)
        reached = float(problem.demand[nearest <= _limit(problem)].sum())
        total = float(problem.demand.sum())
        if reached < problem.target_share * total:
            smallest = float("inf") if _limited(problem) else _cutoff_for_share(problem, nearest)
            return InfeasibleError(
                "All candidates together reach {reached:g} of {total:g} people within {cutoff:g}.",
                "Lower the target share, widen the cutoff"
                + (" to {smallest:.12g}" if np.isfinite(smallest) else "")
                + " or add candidates.",
                smallest_cutoff=smallest if np.isfinite(smallest) else None,
                reached=reached,
                total=total,
                cutoff=problem.cutoff,
                smallest=smallest,
            )
    fewest = _fewest(problem, watch)
    if fewest is not None and problem.sites is not None and fewest > problem.sites:
        cutoff = _smallest_cutoff(problem, watch)
        cutoff = cutoff if cutoff is not None and np.isfinite(cutoff) else None
        return InfeasibleError(
            "{sites} sites cannot reach everybody{within}; at least {fewest} are needed.",
            "Open {more} more sites" + (", or widen the cutoff to {smallest:g}." if cutoff else "."),
            fewest_sites=fewest,
            smallest_cutoff=cutoff,
            sites=problem.sites,
            fewest=fewest,
            more=fewest - problem.sites,
            smallest=cutoff,
            within="" if problem.cutoff is None else f" within {problem.cutoff:g}",
        )
    money = _least_money(problem, watch)
    if money is not None and problem.budget is not None and money > problem.budget:
        return InfeasibleError(
            "The budget of {budget:g} is not enough to reach everybody; at least {money:g} is needed.",
            "Raise the budget, or widen the cutoff.",
            budget=problem.budget,
            money=money,
        )
    return InfeasibleError(
        "No choice of sites meets all conditions together.",
        "Loosen the distances between sites, the number of sites or the budget.",
    )


def _limit(problem: Problem) -> float:
    return float("inf") if problem.cutoff is None else problem.cutoff


def _nearest(problem: Problem) -> FloatArray:
    """Return the cost at which each demand has as many candidates as it counts on; inf where it never has."""
    allowed = np.setdiff1d(np.arange(problem.shape[1]), problem.forbidden)
    n, times = problem.shape[0], problem.backup
    found = np.full(n, np.inf)
    # Some rows at a time: a copy of the whole table may not fit beside it.
    for begin in range(0, n, ROWS_AT_ONCE):
        end = min(begin + ROWS_AT_ONCE, n)
        near = answers.costs_to(problem.cost[begin:end], allowed)
        if near.shape[1] >= times:
            found[begin:end] = np.partition(near, times - 1, axis=1)[:, times - 1]
    return found


def _limited(problem: Problem) -> bool:
    """Whether not all candidates may be open together."""
    return problem.sites is not None or problem.budget is not None or problem.apart() is not None


def _cutoff_for_share(problem: Problem, nearest: FloatArray) -> float:
    """Return the least cutoff with which all candidates together reach the target share."""
    order = np.argsort(nearest, kind="stable")
    enough = np.cumsum(problem.demand[order]) >= (problem.target_share or 1.0) * problem.demand.sum() * (
        1 - 1e-12
    )
    return float(nearest[order[int(np.argmax(enough))]]) if enough.any() else float("inf")


def _unreached(problem: Problem, rows: IntArray, nearest: FloatArray, watch: Watch) -> None:
    """Raise for demands that no candidate reaches."""
    smallest = float(nearest.max())
    if _limited(problem) and problem.cutoff is not None and np.isfinite(smallest):
        # What reaches everybody may need more sites than there may be.
        soon = Watch(min(watch.left_s, PATIENCE_S), watch.cancelled)
        smallest = max(smallest, _smallest_cutoff(problem, soon) or smallest)
    reach = float(nearest.max())
    named = ", ".join(str(i) for i in rows[:NAMED])
    if rows.size > NAMED:
        named += f" and {rows.size - NAMED} more"
    times = "" if problem.backup == 1 else f" {problem.backup} times"
    if problem.cutoff is None:
        message, fix = "No candidate reaches demand {named}{times}.", "Add candidates there, or leave it out."
    elif np.isfinite(smallest):
        message = "No candidate reaches demand {named}{times} within {cutoff:g}."
        fix = "The smallest cutoff that would do is {smallest:.12g}; or add candidates."
    elif np.isfinite(reach):
        message = "No candidate reaches demand {named}{times} within {cutoff:g}."
        fix = "No cutoff would do with the sites, money and distances allowed: loosen those as well."
    else:
        message = "No candidate reaches demand {named}{times} within {cutoff:g}."
        fix = (
            "No cutoff would do, as some of it has no way to any candidate: add candidates, or leave it out."
        )
    raise InfeasibleError(
        message, fix, demand=[int(i) for i in rows], smallest_cutoff=smallest,
        named=named, times=times, cutoff=problem.cutoff, smallest=smallest, reach=reach,
    )  # fmt: skip


def _fewest(problem: Problem, watch: Watch) -> int | None:
    """Return the fewest sites with which everybody who can be is reached, whatever it costs."""
    if problem.sites is None:
        return None
    cutoff = _limit(problem)
    nearest = _nearest(problem)
    # A share is of all people, those included whom nobody reaches.
    rows = np.flatnonzero((np.isfinite(nearest) & (nearest <= cutoff)) | (problem.target_share is not None))
    if problem.model == "p-median":
        rows = rows[problem.demand[rows] > 0]
    wanted = replace(
        problem, model="lscp", cost=problem.cost[rows], demand=problem.demand[rows], cutoff=cutoff, sites=None,
        budget=None, opening_cost=None,
    )  # fmt: skip
    found = answers.find(wanted, watch, 0.0)
    if not np.isfinite(found.bound):
        return None
    return int(np.ceil(found.bound - 1e-6))


def _smallest_cutoff(problem: Problem, watch: Watch) -> float | None:
    """Return the least cutoff with which the sites would do; one that does where the watch ends the search.

    It is inf where none does, and None where nothing is known of it.
    """
    if problem.cutoff is None or problem.target_share is not None:
        return None
    money, sites = (None if problem.budget is None else problem.opening_cost), problem.sites
    if sites is None and money is None:
        sites = problem.shape[1] - problem.forbidden.size
    rows = np.flatnonzero(problem.demand > 0) if problem.model == "p-median" else np.arange(problem.shape[0])
    center = replace(
        problem, model="p-center", cost=problem.cost[rows], demand=problem.demand[rows], cutoff=None, sites=sites,
        opening_cost=money,
    )  # fmt: skip
    found = answers.find(center, watch, 0.0)
    if found.sites is None:
        return float("inf") if found.impossible else None
    return answers.objective(center, found.sites, *answers.served(center, found.sites, found.allocation))


def _least_money(problem: Problem, watch: Watch) -> float | None:
    if problem.budget is None:
        return None
    cutoff = _limit(problem)
    nearest = _nearest(problem)
    rows = np.flatnonzero(np.isfinite(nearest) & (nearest <= cutoff))
    wanted = replace(
        problem,
        model="lscp",
        cost=problem.cost[rows],
        demand=problem.demand[rows],
        cutoff=cutoff,
        budget=None,
    )
    found = answers.find(wanted, watch, 0.0)
    return float(found.bound) if np.isfinite(found.bound) else None


def _no_room(problem: Problem) -> InfeasibleError:
    """Return the error where capacities stand in the way."""
    allowed = np.setdiff1d(np.arange(problem.shape[1]), problem.forbidden)
    room = problem.capacity[allowed]
    reach = np.isfinite(answers.open_costs(problem, allowed))
    needed = problem.demand > 0 if problem.model == "p-median" else reach.any(axis=1)
    widest = np.where(reach, room[None, :], -np.inf).max(axis=1)
    tight = np.flatnonzero(needed & (problem.demand > widest))
    if tight.size:
        i = int(tight[0])
        return InfeasibleError(
            "No candidate in reach has room for demand {number}: {people:g} people, and room for {room:g} at most.",
            "Raise the capacities, split that demand into parts, or add candidates.",
            demand=[int(k) for k in tight],
            number=i,
            people=float(problem.demand[i]),
            room=max(float(widest[i]), 0.0),
        )
    return InfeasibleError(
        "The capacities do not suffice to serve everybody with what may be opened; there is room for {room:g} at all "
        "candidates and there are {people:g} people.",
        "Raise capacities, the number of sites, the budget or the cutoff.",
        room=float(room.sum()),
        people=float(problem.demand.sum()),
    )
