"""The check of a plan of tours, visit by visit from the problem's data, by code that shares nothing with the search."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.errors import CheckError
from planner.siting.problem import FloatArray, IntArray

if TYPE_CHECKING:
    from planner.siting.tour import TourPlan, TourProblem


def check(problem: TourProblem, plan: TourPlan) -> None:
    """Raise where a plan contradicts its problem.

    Raises
    ------
    CheckError
    """
    wrong = faults(problem, plan)
    if wrong:
        raise CheckError(
            "The tours contradict the data: {wrong}.", "This is a fault of the planner; please report it.",
            wrong="; ".join(wrong),
        )  # fmt: skip


def faults(problem: TourProblem, plan: TourPlan) -> list[str]:
    """Return what is wrong with a plan: times, range, visits and the days between them, sums and bounds."""
    wrong: list[str] = []
    on_days: dict[int, list[int]] = {}
    taken: set[tuple[int, int]] = set()
    total_m = total_s = 0
    for trip in plan.trips:
        name = f"vehicle {trip.vehicle + 1} on day {trip.day + 1}"
        if not (0 <= trip.day < problem.days and 0 <= trip.vehicle < plan.vehicles) or not trip.stops:
            wrong.append(f"{name} is no trip")
            continue
        if (trip.vehicle, trip.day) in taken:
            wrong.append(f"{name} makes two trips")
        taken.add((trip.vehicle, trip.day))
        at = clock = driven = 0
        for stop in trip.stops:
            if not 0 <= stop < len(problem.service_s):
                return [*wrong, f"{name} visits a stop that is none"]
            clock += int(problem.seconds[at][stop + 1]) + int(problem.service_s[stop])
            driven += int(problem.metres[at][stop + 1])
            total_s += int(problem.seconds[at][stop + 1])
            on_days.setdefault(stop, []).append(trip.day)
            at = stop + 1
        clock, driven = clock + int(problem.seconds[at][0]), driven + int(problem.metres[at][0])
        total_s, total_m = total_s + int(problem.seconds[at][0]), total_m + driven
        if clock > problem.work_s:
            wrong.append(f"{name} works {clock} s, more than {problem.work_s}")
        if problem.range_m is not None and driven > problem.range_m:
            wrong.append(f"{name} drives {driven} m, more than {problem.range_m}")
    wrong += _visits(problem, on_days)
    if (total_m, total_s) != (plan.metres, plan.seconds):
        wrong.append("the sum of the drives is not that of the trips")
    if plan.metres_bound > plan.metres or plan.vehicles_bound > plan.vehicles:
        wrong.append("a bound is beaten")
    return wrong


def _visits(problem: TourProblem, on_days: Mapping[int, Sequence[int]]) -> list[str]:
    wrong = []
    for stop, asked in enumerate(problem.visits.tolist()):
        days = sorted(on_days.get(stop, ()))
        if len(days) != asked:
            wrong.append(f"stop {stop} is visited {len(days)} times, not {asked}")
        apart = problem.spacing if problem.spacing is not None else max(1, problem.days // asked)
        if any(later - earlier < apart for earlier, later in itertools.pairwise(days)):
            wrong.append(f"the visits of stop {stop} are too near to each other")
    return wrong


def walking_faults(walk: FloatArray, cutoff: float, serving: IntArray, walked: FloatArray) -> list[str]:
    """Return what is wrong with who goes to which stop.

    Parameters
    ----------
    walk : (n, s) float array
        Metres on foot from each place to each stop that is made; inf where there is no way.
    cutoff : float
        Metres.
    serving : (n,) int array
        The stop each place goes to, -1 where it goes to none.
    walked : (n,) float array
        Metres that are told.
    """
    wrong = []
    for place, stop in enumerate(serving.tolist()):
        if stop < 0:
            continue
        if stop >= walk.shape[1] or not walk[place][stop] <= cutoff:
            wrong.append(f"place {place} walks farther than {cutoff:g} m")
        elif walk[place][stop] != walked[place]:
            wrong.append(f"the walk of place {place} is told wrongly")
    return wrong
