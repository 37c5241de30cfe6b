"""Solving a problem: which machinery answers which model, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real

import numpy as np

from planner.errors import StoppedError
from planner.siting import answers, certify, explain
from planner.siting.answers import Found
from planner.siting.problem import Problem
from planner.siting.solution import Solution, meets
from planner.siting.watch import Progress, Watch


def solve(
    problem: Problem,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Find the best sites, with a bound that no solution beats.

    Parameters
    ----------
    problem : Problem
    time_limit_s : float, optional
        Seconds after which the best solution so far is returned, with its bound.
    gap : float
        Relative distance between objective and bound that is near enough; 0 asks for a proof.
    progress : callable, optional
        Called with a :class:`Progress` now and then.
    cancel : callable, optional
        Asked now and then; True ends the search as a time limit does. So does Ctrl-C.

    Returns
    -------
    Solution
        Checked against the problem by :func:`planner.siting.certify.check`.

    Raises
    ------
    ValueError
        Naming the argument that cannot be used.
    InfeasibleError
        If there is proof that no solution exists; it names what stands against it and what would help.
    StoppedError
        If the search ended before it found any solution.
    """
    if time_limit_s is not None and not (_is_number(time_limit_s) and time_limit_s > 0):
        raise ValueError(f"time_limit_s: {time_limit_s!r} is not a number above 0")
    if not (_is_number(gap) and 0 <= gap < 1):
        raise ValueError(f"gap: {gap!r} is not a number from 0 to below 1")
    watch = Watch(None if time_limit_s is None else float(time_limit_s), cancel, progress)
    with watch.interruptible():
        explain.refuse(problem, watch)
        found = answers.find(problem, watch, gap)
        if found.sites is None:
            if found.impossible:
                raise explain.infeasible(problem, watch)
            raise StoppedError(
                "The search ended after {seconds:.0f} s before it found any solution.",
                "Give it more time, more sites or a wider cutoff.",
                seconds=watch.seconds,
            )
    solution = _told(problem, found, watch, gap)
    certify.check(problem, solution)
    return solution


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _told(problem: Problem, found: Found, watch: Watch, gap: float) -> Solution:
    assert found.sites is not None
    sites = _filled(problem, found.sites)
    allocation, cost, covered = answers.served(problem, sites, found.allocation)
    objective = answers.objective(problem, sites, allocation, cost, covered)
    if problem.model == "mclp":
        # A search that was stopped early may have no bound but the obvious one.
        bound = max(min(found.bound, float(problem.demand.sum())), objective)
    else:
        bound = min(max(found.bound, 0.0), objective)
    proven = meets(objective, bound)
    return Solution(
        model=problem.model,
        sites=sites,
        allocation=allocation,
        objective=objective,
        bound=objective if proven else bound,
        proven=proven,
        covered=covered,
        seconds=watch.seconds,
        cost=cost,
        people=float(problem.demand[covered].sum()),
        stopped="" if proven else watch.why(gap),
    )


def _filled(problem: Problem, sites: np.ndarray) -> np.ndarray:
    """Open as many sites as were asked for, also where the last ones change nothing."""
    exact = problem.model != "lscp" and problem.budget is None and problem.apart() is None
    if not exact or problem.sites is None or sites.size >= problem.sites:
        return sites
    shut = np.setdiff1d(np.arange(problem.shape[1]), np.union1d(sites, problem.forbidden))
    return np.union1d(sites, shut[: problem.sites - sites.size])
