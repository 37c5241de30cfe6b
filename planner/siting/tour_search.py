"""The search for trips, by PyVRP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from planner.siting.watch import Watch

if TYPE_CHECKING:
    from pyvrp import ProblemData, Solution, VehicleType

    from planner.siting.tour import TourProblem

DAY_S = 200_000
"""Days lie one after the other on PyVRP's clock, far enough apart that none reaches into the next."""

_PER_METRE = 1000
"""A trip costs as much as a millimetre: of plans with the same driving, one with fewer trips is taken."""

Trip = tuple[int, int, tuple[int, ...]]


class _Rounds:
    """Ends a search after so many rounds, or with the watch, or with the first plan."""

    def __init__(self, rounds: int, watch: Watch) -> None:
        self._all, self._left, self._watch = rounds, rounds, watch

    def __call__(self, best_cost: int) -> bool:
        self._left -= 1
        self._watch.news(best_cost / _PER_METRE, 0.0, 1.0 - max(0, self._left) / self._all)
        return self._left < 0 or self._watch.over()


class Search:
    """Trips of a given number of vehicles.

    Parameters
    ----------
    problem : TourProblem
    vehicles : int
    seed : int
    watch : Watch
    """

    def __init__(self, problem: TourProblem, vehicles: int, seed: int, watch: Watch) -> None:
        self._problem, self._vehicles, self._seed, self._watch = problem, vehicles, seed, watch
        self._stop_of = np.repeat(np.arange(problem.visits.size), problem.visits)
        self._data = self._instance()
        self._best: Solution | None = None

    def first(self, rounds: int) -> bool:
        """Look for any plan, and return whether there is one."""
        from pyvrp import solve
        from pyvrp.stop import FirstFeasible, MultipleCriteria

        stop = MultipleCriteria([FirstFeasible(), _Rounds(rounds, self._watch)])
        found = solve(self._data, stop, seed=self._seed, collect_stats=False).best
        self._best = found if found.is_feasible() else None
        return self._best is not None

    def better(self, rounds: int) -> list[Trip]:
        """Look for a plan with less driving, from the one that was found, and return it."""
        from pyvrp import solve

        assert self._best is not None  # `first` has found it
        stop = _Rounds(rounds, self._watch)
        found = solve(self._data, stop, seed=self._seed, collect_stats=False, initial_solution=self._best)
        if found.best.is_feasible() and found.best.distance() <= self._best.distance():
            self._best = found.best
        return self._read(self._best)

    def _instance(self) -> ProblemData:
        from pyvrp import Client, Depot, Location, ProblemData

        problem = self._problem
        everywhere = [Location(0.0, 0.0) for _ in range(problem.visits.size + 1)]
        endless = int(np.iinfo(np.int64).max)
        clients = [
            Client(
                location=int(stop) + 1,
                service_duration=int(problem.service_s[stop]),
                tw_early=first * DAY_S,
                tw_late=endless if last is None else last * DAY_S + problem.work_s,
            )
            for stop, first, last in self._windows()
        ]
        return ProblemData(
            everywhere, clients, [Depot(0)], self._vehicle_types(), [problem.metres], [problem.seconds]
        )

    def _windows(self) -> Iterator[tuple[int, int, int | None]]:
        """Yield for each visit its stop and the days it may fall on, so that visits keep their distance.

        Of the days that are left over, each visit gets an equal number to move in.
        """
        problem = self._problem
        for stop, visits in enumerate(problem.visits.tolist()):
            if visits == 1:
                yield stop, 0, None
                continue
            apart = problem.apart(visits)
            play = (problem.days - 1 - (visits - 1) * apart) // visits
            for k in range(visits):
                first = k * (apart + play)
                yield stop, first, first + play

    def _vehicle_types(self) -> list[VehicleType]:
        from pyvrp import VehicleType

        problem = self._problem
        endless = int(np.iinfo(np.int64).max)
        farthest = endless if problem.range_m is None else problem.range_m
        like = VehicleType(
            self._vehicles,
            fixed_cost=1,
            unit_distance_cost=_PER_METRE,
            shift_duration=problem.work_s,
            max_distance=farthest,
        )
        if not problem.weekly:
            # All days are alike: a vehicle of the search is a vehicle on a day.
            return [like.replace(num_available=self._vehicles * problem.days)]
        shifts = [(day * DAY_S, day * DAY_S + problem.work_s) for day in range(problem.days)]
        return [like.replace(tw_early=begin, start_late=end, tw_late=end) for begin, end in shifts]

    def _read(self, found: Solution) -> list[Trip]:
        """Return the trips with vehicle and day; which route is driven on which day follows the least stop on it."""
        routes = sorted(
            (route.vehicle_type(), [int(self._stop_of[a.idx]) for a in route.schedule() if a.is_client()])
            for route in found.routes()
        )
        routes.sort(key=lambda route: (route[0], min(route[1])))
        if not self._problem.weekly:
            days = self._problem.days
            return [(r // days, r % days, tuple(stops)) for r, (_, stops) in enumerate(routes)]
        used = [0] * self._problem.days
        trips = []
        for day, stops in routes:
            trips.append((used[day], day, tuple(stops)))
            used[day] += 1
        return trips
