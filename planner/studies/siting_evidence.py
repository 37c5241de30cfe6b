"""What speaks for a plan beside its bound: the runner-up, what each site is worth, people against sites."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from planner.results import CurvePoint, Evidence, Replacement
from planner.siting import Problem, Solution, certificate
from planner.siting.certificate import Alternative
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
    found = certificate(
        problem, solution, counts=[old + k for k in curve_counts(new)], time_limit_s=limit_s, cancel=cancel
    )
    in_time = time.perf_counter() - began < limit_s
    columns = {int(j): k for k, j in enumerate(solution.sites)}
    curve = [CurvePoint(s.sites - old, s.people, s.objective, s.bound, s.proven) for s in found.curve]
    if not old and problem.model in ("lscp", "mclp"):
        curve.insert(0, CurvePoint(0, 0.0, 0.0, 0.0, True))
    return Evidence(
        replacements=tuple(_replacement(case, solution, a, columns) for a in found.alternatives),
        curve=tuple(curve),
        forced=tuple(columns[int(j)] for j in found.forced if int(j) >= old),
        forbidden=tuple(case.ground.candidates.names[j] for j in case.forbidden),
        complete=found.complete and in_time,
    )


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
