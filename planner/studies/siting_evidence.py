"""What speaks for a plan beside its bound: the runner-up, what each site is worth, people against sites."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from planner.results import CurvePoint, Evidence, Replacement
from planner.siting import Problem, Solution, certificate, people_by_sites
from planner.siting.certificate import Alternative
from planner.siting.watch import Watch
from planner.studies.siting_ground import people_within
from planner.studies.siting_problem import Cancel, Case

PROOF_LIMIT_S = 10.0
"""Most seconds that the evidence may take."""

CURVE_POINTS, BEYOND = 24, 3
"""Most points of the curve, and how many sites more than the plan's it reaches."""


def evidence_for(
    case: Case, problem: Problem, solution: Solution, limit_s: float, cancel: Cancel | None = None
) -> Evidence:
    """Look for what a council asks next: what else, and why not one site more or fewer.

    Parameters
    ----------
    case : Case
    problem : Problem
        Of the case.
    solution : Solution
        Of the problem.
    limit_s : float
        For all of it.
    cancel : callable, optional
    """
    old = case.kept.size
    new = int((solution.sites >= old).sum())
    began = time.perf_counter()
    # The curve first: where many sites are new, trying without each of them takes the longer.
    half = Watch(limit_s / 2, cancel)
    curve = _curve(case, problem, solution, curve_counts(new), half)
    drawn = not half.over() and all(point.proven for point in curve)
    left = max(limit_s - (time.perf_counter() - began), 0.01)
    found = certificate(problem, solution, counts=(), time_limit_s=left, cancel=cancel)
    columns = {int(j): k for k, j in enumerate(solution.sites)}
    return Evidence(
        replacements=tuple(_replacement(case, solution, a, columns) for a in found.alternatives),
        curve=curve,
        forced=tuple(columns[int(j)] for j in found.forced if int(j) >= old),
        forbidden=tuple(case.ground.candidates.names[j] for j in case.forbidden),
        complete=bool(found.complete and drawn),
    )


def _curve(
    case: Case, problem: Problem, solution: Solution, counts: Sequence[int], watch: Watch
) -> tuple[CurvePoint, ...]:
    """Return the best for each number of new sites; once nobody is left who could be covered, more change nothing."""
    old, covering = case.kept.size, problem.model in ("lscp", "mclp")
    open_ = np.setdiff1d(np.arange(case.cost.shape[1]), problem.forbidden)
    most = people_within(case.cost, open_, case.people, case.threshold) if covering else np.inf
    enough: float = np.inf
    if people_within(case.cost, solution.sites, case.people, case.threshold) >= most * (1 - 1e-12):
        enough = solution.sites.size - old
    curve: dict[int, CurvePoint] = {}
    new = solution.sites.size - old
    # What the last site is worth is asked first: the time may not do for all.
    for count in sorted(counts, key=lambda k: (abs(k - new) > 1, k)):
        if covering and not old and count == 0:
            curve[0] = CurvePoint(0, 0.0, 0.0, 0.0, True)
        elif count >= enough:
            curve[count] = CurvePoint(count, most, most, most, True)
        else:
            for s in people_by_sites(problem, [old + count], watch=watch):
                curve[count] = CurvePoint(count, s.people, s.objective, s.bound, bool(s.proven))
    return tuple(curve[count] for count in sorted(curve))


def curve_counts(new: int) -> Sequence[int]:
    """Return for which numbers of new sites the curve is drawn: all to a little beyond, or evenly spaced ones."""
    last = new + BEYOND
    if last < CURVE_POINTS:
        return range(last + 1)
    spaced = {int(k) for k in np.linspace(0, last, CURVE_POINTS - 4)}
    return sorted({*spaced, new - 1, new, new + 1, 1})


def _replacement(case: Case, solution: Solution, one: Alternative, columns: dict[int, int]) -> Replacement:
    if one.solution is None:
        return Replacement(columns[one.without], (), False, one.loss, one.people, one.worse_off)
    old, names = case.kept.size, case.ground.candidates.names
    instead = np.setdiff1d(one.solution.sites, solution.sites)
    ours = people_within(case.cost, solution.sites, case.people, case.threshold)
    theirs = people_within(case.cost, one.solution.sites, case.people, case.threshold)
    return Replacement(
        columns[one.without],
        tuple(names[int(j) - old] for j in instead),
        True,
        one.loss + 0.0,
        ours - theirs,
        one.worse_off,
    )
