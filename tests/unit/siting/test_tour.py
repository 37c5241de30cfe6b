"""Tours of vehicles: against every order there is, with bounds that hold and a check that sees what is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from planner.errors import InfeasibleError, StoppedError
from planner.siting.tour import TourPlan, TourProblem, TourTrip, plan_tours
from planner.siting.tour_bounds import closed, metres_bound, routes_bound
from planner.siting.tour_check import faults, walking_faults
from planner.siting.tour_stops import fewest_stops

IntArray = npt.NDArray[np.int64]


def partitions(stops: list[int]) -> Iterator[list[list[int]]]:
    """Yield every way to part stops into groups."""
    if not stops:
        yield []
        return
    first, rest = stops[0], stops[1:]
    for groups in partitions(rest):
        yield [[first], *groups]
        for k in range(len(groups)):
            yield [*groups[:k], [first, *groups[k]], *groups[k + 1 :]]


def least_by_hand(problem: TourProblem) -> tuple[int, int]:
    """Return vehicles and metres of the best plan, by trying all orders in all partitions; every stop once a week."""
    best = (10**9, 10**9)
    for groups in partitions(list(range(problem.service_s.size))):
        total = 0
        for group in groups:
            found = []
            for order in itertools.permutations(group):
                way = [0, *(s + 1 for s in order), 0]
                time = sum(problem.seconds[a, b] for a, b in itertools.pairwise(way))
                time += problem.service_s[list(order)].sum()
                metres = sum(problem.metres[a, b] for a, b in itertools.pairwise(way))
                if time <= problem.work_s and (problem.range_m is None or metres <= problem.range_m):
                    found.append(int(metres))
            total += min(found, default=10**9)
        if total < 10**9:
            best = min(best, (-(-len(groups) // problem.days), total))
    return best


def town(seed: int, stops: int, one_way: bool = False) -> tuple[IntArray, IntArray]:
    """Return driving seconds and metres between a depot and stops strewn over 20 km."""
    random = np.random.default_rng(seed)
    at = random.random((stops + 1, 2)) * 20_000
    metres = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    if one_way:
        metres = metres + np.triu(random.integers(0, 3000, metres.shape), 1)
    return np.ceil(metres / 12).astype(np.int64), metres


@pytest.mark.parametrize("seed", range(12))
def test_small_plans_are_the_best_there_are(seed: int) -> None:
    stops = 2 + seed % 4
    seconds, metres = town(seed, stops, one_way=seed % 2 == 1)
    problem = TourProblem(
        seconds, metres, np.full(stops, 1200), days=1 + seed % 2, work_s=3 * 3600,
        range_m=60_000 if seed % 3 == 0 else None,
    )  # fmt: skip
    best = least_by_hand(problem)
    found = plan_tours(problem, rounds=300)
    assert (found.vehicles, found.metres) == best
    assert found.vehicles_bound <= best[0]
    assert found.metres_bound <= best[1]
    assert found == plan_tours(problem, rounds=300)


@pytest.mark.parametrize("seed", range(20))
def test_bounds_hold_whatever_the_limits(seed: int) -> None:
    random = np.random.default_rng(seed)
    stops = int(random.integers(2, 6))
    seconds, metres = town(seed + 100, stops, one_way=True)
    problem = TourProblem(
        seconds, metres, random.integers(0, 4000, stops), days=1,
        work_s=int(random.integers(8000, 20_000)), range_m=int(random.integers(60_000, 90_000)),
    )  # fmt: skip
    vehicles, least = least_by_hand(problem)
    if least == 10**9:
        pytest.skip("no plan exists")
    fewest = routes_bound(problem)
    assert fewest <= vehicles
    assert metres_bound(problem, fewest, vehicles, least) <= least


def test_bounds_are_met_where_the_answer_is_plain() -> None:
    # Three stops, each an hour away on a road of its own, an hour of service: one of them fills a day of three hours.
    seconds = np.full((4, 4), 7200)
    seconds[0], seconds[:, 0] = 3600, 3600
    np.fill_diagonal(seconds, 0)
    problem = TourProblem(seconds, seconds * 10, np.full(3, 3600), days=1, work_s=3 * 3600)
    found = plan_tours(problem, rounds=50)
    assert (found.vehicles, found.vehicles_bound, found.vehicles_proven) == (3, 3, True)
    assert (found.metres, found.metres_bound) == (216_000, 216_000)


def test_visits_of_a_stop_keep_their_days_apart() -> None:
    seconds, metres = town(5, 6)
    problem = TourProblem(
        seconds, metres, np.full(6, 600), visits=[2, 3, 1, 1, 5, 1], days=5, work_s=4 * 3600
    )
    found = plan_tours(problem, rounds=300)
    days = {stop: sorted(t.day for t in found.trips for s in t.stops if s == stop) for stop in range(6)}
    assert len(days[0]) == 2
    assert days[0][1] - days[0][0] >= 2
    assert (len(days[1]), len(set(days[1]))) == (3, 3)
    assert days[4] == [0, 1, 2, 3, 4]
    assert found.metres_bound <= found.metres


def test_what_no_vehicle_can_do_is_named() -> None:
    seconds, metres = town(1, 4)
    far = 2 * int(metres[0, 1:].max())
    with pytest.raises(InfeasibleError) as refused:
        plan_tours(TourProblem(seconds, metres, np.full(4, 600), range_m=far - 2))
    assert refused.value.demand == (int(np.argmax(metres[0, 1:])),)
    with pytest.raises(InfeasibleError) as refused:
        plan_tours(TourProblem(seconds, metres, np.array([600, 90_000, 600, 600])))
    assert refused.value.demand == (1,)


def test_too_few_vehicles_are_refused_with_the_number_needed() -> None:
    seconds, metres = town(2, 9)
    problem = TourProblem(seconds, metres, np.full(9, 3600), days=1, work_s=3 * 3600)
    with pytest.raises(InfeasibleError, match="at least"):
        plan_tours(problem, most_vehicles=1)


def test_a_search_without_time_says_so() -> None:
    seconds, metres = town(3, 30)
    problem = TourProblem(seconds, metres, np.full(30, 1500))
    full = TourProblem(seconds, metres, np.full(30, 1500), days=1, work_s=3 * 3600)
    with pytest.raises(StoppedError):
        plan_tours(full, cancel=lambda: True)
    asked = iter(range(10_000))
    found = plan_tours(problem, rounds=100_000, cancel=lambda: next(asked) > 400)
    assert found.stopped == "cancelled"
    assert faults(problem, found) == []


def test_the_check_sees_what_is_wrong() -> None:
    seconds, metres = town(4, 5)
    problem = TourProblem(
        seconds, metres, np.full(5, 1500), visits=[2, 1, 1, 1, 1], work_s=4 * 3600, range_m=80_000
    )
    plan = plan_tours(problem, rounds=200)
    assert faults(problem, plan) == []
    first, *others = plan.trips
    tampered = {
        "visited": replace(plan, trips=(replace(first, stops=first.stops[1:] or (4,)), *others)),
        "works": replace(plan, trips=(replace(first, stops=(*first.stops, *([2] * 12))), *others)),
        "sum of the drives": replace(plan, metres=plan.metres + 1, metres_bound=0),
        "bound is beaten": replace(plan, metres_bound=plan.metres + 1),
        "two trips": replace(plan, trips=(*plan.trips, first)),
        "no trip": replace(plan, trips=(*plan.trips, TourTrip(9, 0, (1,)))),
        "none": replace(plan, trips=(replace(first, stops=(7,)), *others)),
    }  # fmt: skip
    for said, wrong in tampered.items():
        assert any(said in fault for fault in faults(problem, wrong)), said
    tight = replace(problem, range_m=int(max(_length(problem, t) for t in plan.trips)) - 1)
    assert any("drives" in fault for fault in faults(tight, plan))


def test_visits_too_near_to_each_other_are_seen() -> None:
    problem = TourProblem(np.zeros((2, 2)), np.zeros((2, 2)), [60], visits=[2], spacing=3)
    near = TourPlan((TourTrip(0, 0, (0,)), TourTrip(0, 2, (0,))), 1, 1, 0, 0, 0)
    assert faults(problem, near) == ["the visits of stop 0 are too near to each other"]


def test_walks_that_are_too_long_are_seen() -> None:
    walk = np.array([[500.0, 1500.0], [900.0, np.inf]])
    assert walking_faults(walk, 1000, np.array([0, -1]), np.array([500.0, np.nan])) == []
    assert len(walking_faults(walk, 1000, np.array([1, 1]), np.array([1500.0, np.inf]))) == 2
    assert walking_faults(walk, 1000, np.array([0, -1]), np.array([400.0, np.nan])) != []


@pytest.mark.parametrize("seed", range(15))
def test_stops_are_the_fewest_there_are(seed: int) -> None:
    random = np.random.default_rng(seed)
    at, spots = random.random((7, 2)) * 4000, random.random((6, 2)) * 4000
    walk = np.hypot(*(at[:, None] - np.concatenate([at, spots])[None]).transpose(2, 0, 1))
    people = random.integers(1, 100, 7).astype(float)
    found = fewest_stops(walk, people, 1500.0)
    fewest = next(
        k
        for k in range(1, 8)
        if any((walk[:, c] <= 1500).any(axis=1).all() for c in itertools.combinations(range(13), k))
    )
    assert (found.chosen.size, found.bound, found.proven) == (fewest, fewest, True)
    assert (found.walk <= 1500).all()
    assert np.array_equal(found.walk, walk[:, found.chosen].min(axis=1))


def test_a_stop_without_time_for_all_sends_some_elsewhere() -> None:
    walk = np.array([[0.0, 400.0], [400.0, 0.0]])
    assert fewest_stops(walk, np.array([60.0, 60.0]), 500.0, np.array([200.0, 200.0])).chosen.size == 1
    assert fewest_stops(walk, np.array([60.0, 60.0]), 500.0, np.array([100.0, 100.0])).chosen.size == 2


def test_a_spot_without_time_for_all_at_once_is_a_stop_twice() -> None:
    walk = np.array([[100.0], [200.0], [300.0]])
    found = fewest_stops(walk, np.array([60.0, 60.0, 30.0]), 500.0, np.array([100.0]))
    assert found.chosen.tolist() == [0, 0]
    load = np.bincount(found.serving, weights=[60, 60, 30])
    assert sorted(load) == [60, 90]
    assert found.walk.tolist() == [100, 200, 300]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seconds": np.ones((3, 3))}, "seconds"),
        ({"metres": np.zeros((2, 2))}, "metres"),
        ({"metres": np.full((3, 3), np.inf)}, "metres"),
        ({"service_s": [1.5, 2]}, "service_s"),
        ({"service_s": []}, "service_s"),
        ({"visits": [0, 1]}, "visits"),
        ({"visits": [6, 1]}, "visits"),
        ({"visits": [3, 1], "spacing": 3}, "visits"),
        ({"days": 8}, "days"),
        ({"work_s": 0}, "work_s"),
        ({"range_m": 0}, "range_m"),
        ({"spacing": 0}, "spacing"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, object], named: str) -> None:
    table = np.zeros((3, 3))
    with pytest.raises(ValueError, match=named):
        TourProblem(**{"seconds": table, "metres": table, "service_s": [1, 2], **change})  # type: ignore[arg-type]


def test_least_sums_go_through_other_points() -> None:
    table = np.array([[0, 9, 1], [9, 0, 9], [5, 2, 0]])
    assert closed(table).tolist() == [[0, 3, 1], [9, 0, 9], [5, 2, 0]]


def _length(problem: TourProblem, trip: TourTrip) -> int:
    way = [0, *(s + 1 for s in trip.stops), 0]
    return int(sum(problem.metres[a, b] for a, b in itertools.pairwise(way)))
