"""What a decision wants to know beside the solution: the runner-up, what each site is worth, people against sites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.errors import InfeasibleError, StoppedError
from planner.siting.problem import IntArray, Problem
from planner.siting.solution import Solution
from planner.siting.solve import solve
from planner.siting.watch import Watch


@dataclass(frozen=True)
class Step:
    """One point of the curve of people against sites.

    Attributes
    ----------
    sites : int
        How many sites are open.
    objective, bound : float
        In the terms of the model that the curve is drawn for.
    people : float
        Covered.
    proven : bool
    """

    sites: int
    objective: float
    bound: float
    people: float
    proven: bool


@dataclass(frozen=True)
class Alternative:
    """The best that is left where one of the sites may not be used.

    Attributes
    ----------
    without : int
        The site.
    solution : Solution or None
        None where nothing is left that would do.
    loss : float
        How much worse the objective is; inf without a solution.
    people : float
        How many fewer are covered.
    worse_off : float
        People whose way to their site gets longer, or who have none any more.
    """

    without: int
    solution: Solution | None
    loss: float
    people: float
    worse_off: float


@dataclass(frozen=True)
class Certificate:
    """A solution with its proof and its neighbours.

    Attributes
    ----------
    solution : Solution
    alternatives : tuple of Alternative
        One for each site that was free to choose, the least loss first: the first of them is the runner-up.
    curve : tuple of Step
        The fewest sites first.
    fixed, forbidden : int arrays
        What was given.
    complete : bool
        Whether all of it was found and proven in the time given.
    """

    solution: Solution
    alternatives: tuple[Alternative, ...]
    curve: tuple[Step, ...]
    fixed: IntArray
    forbidden: IntArray
    complete: bool

    @property
    def runner_up(self) -> Alternative | None:
        """The best different choice; None where there is none."""
        first = self.alternatives[0] if self.alternatives else None
        return first if first is not None and first.solution is not None else None

    @property
    def forced(self) -> IntArray:
        """Sites without which nothing as good exists: they stand in every optimal solution."""
        better = [
            a.without for a in self.alternatives if a.loss > 1e-9 * max(1.0, abs(self.solution.objective))
        ]
        return np.array(sorted(better), dtype=np.int64)

    def step(self, sites: int) -> Step | None:
        """Return the point of the curve with so many sites, if it was computed."""
        return next((step for step in self.curve if step.sites == sites), None)

    def gained(self, sites: int) -> float | None:
        """Return how many more people are covered with so many sites than with one fewer."""
        here, before = self.step(sites), self.step(sites - 1)
        return None if here is None or before is None else here.people - before.people


def certificate(
    problem: Problem,
    solution: Solution,
    *,
    counts: Sequence[int] | None = None,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Certificate:
    """Solve the neighbours of a problem.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of this problem.
    counts : sequence of int, optional
        Numbers of sites for which the curve is wanted; by default one fewer, as many, and one more. For the LSCP the
        curve tells the most people that fewer sites cover (MCLP).
    time_limit_s : float, optional
        For all of it together.
    cancel : callable, optional

    Returns
    -------
    Certificate
    """
    watch = Watch(time_limit_s, cancel)
    free = np.setdiff1d(solution.sites, problem.fixed)
    alternatives = [a for j in free if (a := _without(problem, solution, int(j), watch)) is not None]
    alternatives.sort(key=lambda a: (a.loss, a.people, a.without))
    asked = (
        (solution.sites.size - 1, solution.sites.size, solution.sites.size + 1) if counts is None else counts
    )
    curve = people_by_sites(problem, asked, watch=watch)
    proven = all(a.solution is None or a.solution.proven for a in alternatives) and all(
        s.proven for s in curve
    )
    complete = proven and len(alternatives) == free.size and not watch.over()
    return Certificate(
        solution, tuple(alternatives), curve, problem.fixed, problem.forbidden, complete and solution.proven
    )


def _without(problem: Problem, solution: Solution, site: int, watch: Watch) -> Alternative | None:
    """Return the best without one site; None where the time is over."""
    if watch.over():
        return None
    people = float(problem.demand.sum())
    try:
        other = solve(
            replace(problem, forbidden=np.append(problem.forbidden, site)),
            _left(watch),
            cancel=watch.cancelled,
        )
    except StoppedError:
        return None
    except (InfeasibleError, ValueError):
        # Too few candidates are left to open as many sites, or to reach everybody.
        return Alternative(site, None, float("inf"), solution.people, people)
    sign = -1.0 if problem.model == "mclp" else 1.0
    loss = max(sign * (other.objective - solution.objective), 0.0)
    longer = float(problem.demand[other.cost > solution.cost].sum())
    return Alternative(site, other, loss, solution.people - other.people, longer)


def _left(watch: Watch) -> float | None:
    return None if watch.limit_s is None else max(watch.left_s, 0.01)


def people_by_sites(
    problem: Problem, counts: Sequence[int], *, time_limit_s: float | None = None, watch: Watch | None = None
) -> tuple[Step, ...]:
    """Return the best for each number of sites: the curve of people against sites.

    Parameters
    ----------
    problem : Problem
        Its own number of sites, budget and target share are left aside.
    counts : sequence of int
        Numbers of sites; those that cannot be opened, or with which there is no solution, are left out.
    time_limit_s : float, optional
        For all of it together.
    watch : Watch, optional
        In place of a limit.

    Returns
    -------
    tuple of Step
    """
    watch = watch or Watch(time_limit_s)
    model = "mclp" if problem.model == "lscp" else problem.model
    usable = problem.shape[1] - problem.forbidden.size
    steps = []
    for count in sorted(set(counts)):
        if not max(problem.fixed.size, problem.backup, 1) <= count <= usable or watch.over():
            continue
        asked = replace(problem, model=model, sites=count, target_share=None, opening_cost=None, budget=None)
        try:
            found = solve(asked, _left(watch), cancel=watch.cancelled)
        except (InfeasibleError, StoppedError):
            continue
        steps.append(Step(count, found.objective, found.bound, found.people, found.proven))
    return tuple(steps)
