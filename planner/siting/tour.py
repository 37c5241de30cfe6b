"""Weekly tours that bring a service to stops: fewest vehicles, then least driving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from planner.errors import InfeasibleError, StoppedError
from planner.siting.problem import FloatArray, IntArray
from planner.siting.tour_bounds import closed, metres_bound, routes_bound
from planner.siting.tour_check import check
from planner.siting.watch import Progress, Watch

MOST_DAYS = 7
_MORE_VEHICLES = 25
"""So many vehicles beyond the bound are tried before the search gives up."""

_IMPOSSIBLE = {
    "vehicles": "{count} vehicles do not suffice: {fewest} are needed at least.",
    "stops": "{count} stops are too far for a day's work or range.",
}
_WOULD_DO = {
    "vehicles": "Allow more vehicles, more days or longer days, or ask for fewer or shorter stops.",
    "stops": "Allow longer days or a greater range, or take another depot.",
}


@dataclass(frozen=True, eq=False)
class TourProblem:
    """Stops that want visits, and what a vehicle can do in a day.

    Parameters
    ----------
    seconds, metres : (n + 1, n + 1) int array_like
        Driving time and length from row to column; number 0 is the depot, stop i is number i + 1. At least 0, and 0 on
        the diagonal.
    service_s : (n,) int array_like
        Seconds that a visit of each stop takes.
    visits : (n,) int array_like, optional
        How often a week each stop is visited, on different days; once unless given.
    days : int
        Working days of the week, 1 to 7; every vehicle makes at most one trip a day, from the depot and back.
    work_s : int
        Longest trip, seconds, with driving and service.
    range_m : int, optional
        Longest trip, metres.
    spacing : int, optional
        Least number of days between two visits of a stop; unless given as many as `days` divided by its visits.

    Raises
    ------
    ValueError
        Naming the argument that cannot be used.
    """

    seconds: Any
    metres: Any
    service_s: Any
    _: KW_ONLY
    visits: Any = None
    days: int = 5
    work_s: int = 8 * 3600
    range_m: int | None = None
    spacing: int | None = None

    def __post_init__(self) -> None:
        service = _row("service_s", self.service_s, None)
        n = service.size
        if n == 0:
            raise ValueError("service_s: there has to be at least one stop")
        visits = np.ones(n, dtype=np.int64) if self.visits is None else _row("visits", self.visits, n)
        _set(self, "service_s", service)
        _set(self, "visits", visits)
        for name in ("seconds", "metres"):
            _set(self, name, _square(name, getattr(self, name), n + 1))
        if not 1 <= self.days <= MOST_DAYS:
            raise ValueError(f"days: {self.days!r} is not a number from 1 to {MOST_DAYS}")
        if self.work_s <= 0:
            raise ValueError(f"work_s: {self.work_s!r} is not a number above 0")
        if self.range_m is not None and self.range_m <= 0:
            raise ValueError(f"range_m: {self.range_m!r} is not a number above 0")
        if self.spacing is not None and self.spacing < 1:
            raise ValueError(f"spacing: {self.spacing!r} is not a number from 1 on")
        if (visits < 1).any():
            raise ValueError("visits: every stop is visited at least once")
        for f in np.unique(visits).tolist():
            if (f - 1) * self.apart(f) >= self.days:
                raise ValueError(f"visits: {f} visits {self.apart(f)} days apart do not fit {self.days} days")

    @cached_property
    def least_seconds(self) -> IntArray:
        """Least driving time between any two, by way of others where that is quicker."""
        return closed(self.seconds)

    @cached_property
    def least_metres(self) -> IntArray:
        """Least length between any two, by way of others where that is shorter."""
        return closed(self.metres)

    def apart(self, visits: int) -> int:
        """Return how many days lie at least between two visits of a stop with so many of them."""
        return self.spacing if self.spacing is not None else max(1, self.days // visits)

    @property
    def weekly(self) -> bool:
        """Whether the days matter, because some stop is visited more than once."""
        return bool((self.visits > 1).any())


@dataclass(frozen=True, slots=True)
class TourTrip:
    """What one vehicle does on one day: the stops in their order, numbered from 0."""

    vehicle: int
    day: int
    stops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TourPlan:
    """Trips of a week, and how good they are at best.

    Attributes
    ----------
    trips : tuple of TourTrip
        By vehicle, then by day.
    vehicles : int
    vehicles_bound : int
        No plan manages with fewer.
    metres : int
        Of all trips of the week.
    metres_bound : int
        No plan with so many vehicles is shorter than this.
    seconds : int
        Of driving.
    stopped : str
        Why the search ended before its last round: ``time`` or ``cancelled``; empty where it did not.
    """

    trips: tuple[TourTrip, ...]
    vehicles: int
    vehicles_bound: int
    metres: int
    metres_bound: int
    seconds: int
    stopped: str = ""

    @property
    def vehicles_proven(self) -> bool:
        """Whether fewer vehicles are proven not to do."""
        return self.vehicles == self.vehicles_bound


def plan_tours(
    problem: TourProblem,
    *,
    most_vehicles: int | None = None,
    rounds: int = 3000,
    seed: int = 1,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> TourPlan:
    """Find trips that visit every stop as often as asked, with as few vehicles as can be and then little driving.

    Parameters
    ----------
    problem : TourProblem
    most_vehicles : int, optional
        More than so many are not to be had.
    rounds : int
        Of the search for little driving; the same number gives the same trips.
    seed : int
    time_limit_s : float, optional
        Seconds after which the best trips so far are returned. Trips then may differ from run to run.
    cancel : callable, optional
        Asked now and then; True ends the search as a time limit does. So does Ctrl-C.
    progress : callable, optional
        Called with a :class:`planner.siting.Progress` now and then: metres, and their bound.

    Returns
    -------
    TourPlan
        Checked against the problem by :func:`planner.siting.tour_check.check`.

    Raises
    ------
    InfeasibleError
        If there is proof that no plan exists; `demand` holds the stops that no vehicle can visit in a day.
    StoppedError
        If the search ended before it found any plan.

    Notes
    -----
    Vehicle routing with limits on the time and the length of each route (Toth and Vigo 2014); with several visits a
    week a periodic one. The trips are found by PyVRP (Wouda, Lan and Kool 2024), by iterated local search, which gives
    no bound. The bounds are the planner's own, see :mod:`planner.siting.tour_bounds`.
    """
    watch = Watch(None if time_limit_s is None else float(time_limit_s), cancel, progress)
    with watch.interruptible():
        _refuse(problem)
        least = routes_bound(problem)
        fewest = max(1, -(-least // problem.days))
        if most_vehicles is not None and fewest > most_vehicles:
            raise InfeasibleError(
                _IMPOSSIBLE["vehicles"], _WOULD_DO["vehicles"],
                count=most_vehicles, fewest=fewest,
            )  # fmt: skip
        trips = _trips(problem, fewest, most_vehicles, rounds, seed, watch)
        vehicles = 1 + max(trip.vehicle for trip in trips)
        metres = sum(_along(problem.metres, trip) for trip in trips)
        bound = min(metres, metres_bound(problem, least, vehicles * problem.days, metres))
    plan = TourPlan(
        trips=trips,
        vehicles=vehicles,
        vehicles_bound=fewest,
        metres=metres,
        metres_bound=bound,
        seconds=sum(_along(problem.seconds, trip) for trip in trips),
        stopped=watch.why(0.0) if watch.over() else "",
    )
    check(problem, plan)
    return plan


def _trips(
    problem: TourProblem, fewest: int, most: int | None, rounds: int, seed: int, watch: Watch
) -> tuple[TourTrip, ...]:
    """Return trips with the least number of vehicles for which any are found, then with little driving."""
    from planner.siting.tour_search import Search

    limit = most if most is not None else fewest + _MORE_VEHICLES
    for vehicles in range(fewest, limit + 1):
        search = Search(problem, vehicles, seed, watch)
        if search.first(max(500, rounds // 3)):
            trips = search.better(rounds)
            return tuple(TourTrip(v, d, stops) for v, d, stops in sorted(trips))
        if watch.over():
            break
    raise StoppedError(
        "No plan was found with up to {count} vehicles, and there is no proof that there is none.",
        "Allow more vehicles, more days, longer days or more time.",
        count=vehicles,
    )


def visitable(problem: TourProblem) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which stops some vehicle can visit in a day, (n,): by the least way there and back."""
    time, way = (t[0, 1:] + t[1:, 0] for t in (problem.least_seconds, problem.least_metres))
    able = time + problem.service_s <= problem.work_s
    return np.asarray(able if problem.range_m is None else able & (way <= problem.range_m))


def _refuse(problem: TourProblem) -> None:
    cannot = np.flatnonzero(~visitable(problem))
    if cannot.size:
        raise InfeasibleError(
            _IMPOSSIBLE["stops"],
            _WOULD_DO["stops"],
            demand=cannot.tolist(),
            count=int(cannot.size),
        )


def _along(table: IntArray, trip: TourTrip) -> int:
    way = [0, *(stop + 1 for stop in trip.stops), 0]
    return int(table[way[:-1], way[1:]].sum())


def _set(problem: TourProblem, name: str, value: IntArray) -> None:
    value.setflags(write=False)
    object.__setattr__(problem, name, value)


def _row(name: str, values: Any, size: int | None) -> IntArray:
    given = _whole(name, values)
    if given.ndim != 1 or (size is not None and given.size != size):
        raise ValueError(f"{name}: shape {given.shape} does not fit the stops")
    return given


def _square(name: str, values: Any, size: int) -> IntArray:
    given = _whole(name, values)
    if given.shape != (size, size):
        raise ValueError(f"{name}: shape {given.shape} is not ({size}, {size}): depot and stops")
    if given.diagonal().any():
        raise ValueError(f"{name}: the way from a stop to itself is 0")
    return given


def _whole(name: str, values: Any) -> IntArray:
    given: FloatArray = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any() or (given != np.floor(given)).any():
        raise ValueError(f"{name}: whole numbers of at least 0 are needed")
    return given.astype(np.int64)
