"""Building in steps: a budget for each year, and no year undoes what an earlier one built; and closing well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.errors import InfeasibleError
from planner.siting.problem import FloatArray, IntArray, Problem
from planner.siting.solution import Solution
from planner.siting.solve import solve
from planner.siting.watch import Watch


@dataclass(frozen=True)
class Phase:
    """One year of a plan.

    Attributes
    ----------
    opened : (k,) int array
        Sites that open this year.
    solution : Solution
        All that is open by then, with its value.
    alone : Solution
        The best that the same means could do by then if no other year mattered.
    """

    opened: IntArray
    solution: Solution
    alone: Solution

    @property
    def regret(self) -> float:
        """How much worse the objective is than that of the best plan for this year alone."""
        return abs(self.alone.objective - self.solution.objective)


@dataclass(frozen=True)
class PhasedPlan:
    """Years that build on each other.

    Attributes
    ----------
    phases : tuple of Phase
    total : float
        Sum of the years' objectives: people covered times years, and so on.
    bound : float
        Sum of the bounds of the years taken alone: no phased plan has a better total.
    """

    phases: tuple[Phase, ...]
    total: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance of the bound from the total, relative to the total."""
        return abs(self.total - self.bound) / abs(self.total) if self.total else 0.0


def phased(
    problem: Problem,
    yearly: Sequence[float],
    *,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
) -> PhasedPlan:
    """Spread building over years.

    Parameters
    ----------
    problem : Problem
        MCLP, p-median or p-center; its own number of sites or budget is left aside.
    yearly : sequence of float
        What each year brings: money where the problem has opening costs (what is left over stays for later years),
        otherwise a number of new sites.
    time_limit_s : float, optional
        For all of it together.
    cancel : callable, optional

    Returns
    -------
    PhasedPlan
        The better of two: each year the best that keeps what stands, and the best last year reached by the best way.

    Raises
    ------
    ValueError
        Naming the argument.
    InfeasibleError
        If some year has no solution.
    """
    amounts = np.asarray(yearly, dtype=np.float64)
    if amounts.ndim != 1 or not amounts.size or not (amounts >= 0).all() or not np.isfinite(amounts).all():
        raise ValueError("yearly: a row of amounts from 0 on is needed, one for each year")
    if problem.model == "lscp":
        raise ValueError(
            "model: a plan by years needs the mclp, p-median or p-center; the lscp has no budget"
        )
    if problem.opening_cost is None and (amounts != np.round(amounts)).any():
        raise ValueError("yearly: without opening costs these are numbers of sites, so whole")
    stood = int(problem.fixed.size)
    if problem.opening_cost is None and stood + amounts[0] < 1:
        raise ValueError("yearly: the first year has to bring a site, as none stands before it")
    watch = Watch(time_limit_s, cancel)
    means = np.cumsum(amounts)
    alone = [_best(problem, amount, watch, stood=stood) for amount in means]
    plans = [_forward(problem, means, watch), _backward(problem, means, alone[-1], watch)]
    sign = 1.0 if problem.model == "mclp" else -1.0
    best = max((p for p in plans if p is not None), key=lambda p: sign * sum(s.objective for s in p))
    before, phases = problem.fixed, []
    for solution, single in zip(best, alone, strict=True):
        phases.append(Phase(np.setdiff1d(solution.sites, before), solution, single))
        before = solution.sites
    total = float(sum(p.solution.objective for p in phases))
    return PhasedPlan(tuple(phases), total, float(sum(p.alone.bound for p in phases)))


def _best(
    problem: Problem, amount: float, watch: Watch, *, stood: int, fixed: IntArray | None = None
) -> Solution:
    """Solve the problem with everything that has come in so far; `stood` sites were there before the first year."""
    if problem.opening_cost is not None:
        asked = replace(problem, sites=None, budget=float(amount))
    else:
        room = problem.shape[1] - problem.forbidden.size
        asked = replace(problem, sites=min(stood + int(amount), room))
    if fixed is not None:
        asked = replace(asked, fixed=fixed)
    limit = None if watch.limit_s is None else max(watch.left_s, 0.01)
    return solve(asked, limit, cancel=watch.cancelled)


def _forward(problem: Problem, means: FloatArray, watch: Watch) -> list[Solution]:
    solutions: list[Solution] = []
    stands = problem.fixed
    for amount in means:
        solutions.append(_best(problem, amount, watch, stood=int(problem.fixed.size), fixed=stands))
        stands = solutions[-1].sites
    return solutions


def _backward(problem: Problem, means: FloatArray, last: Solution, watch: Watch) -> list[Solution] | None:
    """Take the best last year, and for each earlier one the best among its sites."""
    solutions = [last]
    everything = np.arange(problem.shape[1])
    for amount in means[-2::-1]:
        kept = solutions[0].sites
        # The problem's own number of sites is left aside: it may be more than are left to choose from.
        count = None if problem.opening_cost is not None else kept.size
        narrowed = replace(problem, forbidden=np.setdiff1d(everything, kept), sites=count)
        try:
            solutions.insert(0, _best(narrowed, amount, watch, stood=int(problem.fixed.size)))
        except InfeasibleError:
            return None
    return solutions


def closing(
    problem: Problem,
    count: int,
    *,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[IntArray, Solution]:
    """Choose which facilities to close with the least harm.

    Parameters
    ----------
    problem : Problem
        Its candidates are the facilities that stand; `fixed` ones are not to be closed. Its own number of sites and
        budget are left aside.
    count : int
        How many to close.
    time_limit_s, cancel
        As for :func:`planner.siting.solve`.

    Returns
    -------
    closed : (count,) int array
        The facilities to close.
    solution : Solution
        What the others give.

    Raises
    ------
    ValueError
        If so many cannot be closed.
    InfeasibleError
        If nothing that would do is left.
    """
    stand = np.setdiff1d(np.arange(problem.shape[1]), problem.forbidden)
    most = stand.size - max(problem.fixed.size, problem.backup, 1)
    if not 1 <= count <= most:
        raise ValueError(f"count: between 1 and {most} facilities can be closed, not {count}")
    asked = replace(problem, sites=int(stand.size - count), budget=None, opening_cost=None)
    solution = solve(asked, time_limit_s, cancel=cancel)
    return np.setdiff1d(stand, solution.sites), solution
