"""Closures against brute force: every facility, and every set of them, is taken away and the rest measured again."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from planner.coverage.closure import k_nearest_straight, least_harmful, lost_with, moves
from planner.network import RoadNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
INF = float("inf")


def k_of(table: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    """Return the k nearest of each row, the lowest index first at equal cost."""
    order = np.argsort(table, axis=1, kind="stable")[:, :k]
    cost = np.take_along_axis(table, order, 1)
    return cost, np.where(np.isfinite(cost), order, -1)


def harm(
    table: FloatArray, people: FloatArray, cutoffs: list[float], closed: tuple[int, ...]
) -> tuple[float, float]:
    """Return people who lose the service and extra travel, by measuring again with what is left."""
    left = np.delete(table, closed, axis=1).min(axis=1)
    before = table.min(axis=1)
    lost = np.zeros(people.size, dtype=bool)
    for cutoff in cutoffs:
        lost |= (before <= cutoff) & (left > cutoff)
    reached = np.isfinite(before)
    top = table[np.isfinite(table)].max(initial=0.0)
    extra = np.where(np.isfinite(left), left, top)[reached] - before[reached]
    return float(people[lost].sum()), float((extra * people[reached]).sum())


def town(seed: int) -> tuple[FloatArray, FloatArray, list[float]]:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 15)), int(draw.integers(2, 9))
    table = draw.integers(0, 12, (n, m)).astype(float)
    table[draw.random((n, m)) < 0.15] = INF
    return table, draw.integers(0, 50, n).astype(float), [4.0, 8.0][: 1 + seed % 2]


def requirements(table: FloatArray, cutoffs: list[float], k: int) -> tuple[IntArray, IntArray, IntArray]:
    cost, which = k_of(table, k)
    n = len(table)
    cover = np.concatenate([(cost <= cutoff).sum(axis=1) for cutoff in cutoffs])
    return np.vstack([which] * len(cutoffs)), cover, np.tile(np.arange(n), len(cutoffs))


@pytest.mark.parametrize("seed", range(150))
def test_the_least_harmful_closures_are_those_of_a_full_search(seed: int) -> None:
    table, people, cutoffs = town(seed)
    m = table.shape[1]
    p = 1 + seed % (m - 1)
    k = min(p + 1, m)
    cost, which = k_of(table, k)
    found = least_harmful(m, p, people, requirements(table, cutoffs, k), cost, which)
    best = min(harm(table, people, cutoffs, closed) for closed in combinations(range(m), p))
    assert found.proven
    assert found.bound == found.lost
    assert harm(table, people, cutoffs, tuple(found.closed.tolist())) == pytest.approx(best)
    assert found.lost == pytest.approx(best[0])


@pytest.mark.parametrize("seed", range(120))
def test_places_held_to_standards_of_several_ways_are_counted_once(seed: int) -> None:
    """By time and by distance different service points are nearest: who loses by either of two loses once."""
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 5)), int(draw.integers(3, 7))
    p = int(draw.integers(2, m))
    people = draw.integers(1, 50, n).astype(float)
    travel, *ways = (draw.permuted(np.tile(np.arange(m) * 1.0, (n, 1)), axis=1) for _ in range(4))
    parts = [requirements(way, [float(draw.integers(0, 2))], p + 1) for way in ways]
    which, cover, place = (np.concatenate(rows) for rows in zip(*parts, strict=True))

    def harm_of(closed: tuple[int, ...]) -> tuple[float, float]:
        left = np.isin(which, closed, invert=True) & (np.arange(p + 1) < cover[:, None])
        lost = float(people[np.unique(place[~left.any(axis=1)])].sum())
        return lost, harm(travel, people, [], closed)[1]

    found = least_harmful(m, p, people, (which, cover, place), *k_of(travel, p + 1))
    best = min(harm_of(closed) for closed in combinations(range(m), p))
    assert found.proven
    assert harm_of(tuple(found.closed.tolist())) == best
    assert found.lost == found.bound == best[0]


@pytest.mark.parametrize("seed", range(60))
def test_a_search_that_is_stopped_gives_a_bound_that_holds(seed: int) -> None:
    table, people, cutoffs = town(seed)
    m = table.shape[1]
    p = max(1, m // 2)
    cost, which = k_of(table, min(p + 1, m))
    rows = requirements(table, cutoffs, min(p + 1, m))
    whole = least_harmful(m, p, people, rows, cost, which)
    stopped = least_harmful(m, p, people, rows, cost, which, node_limit=2)
    assert stopped.bound <= whole.lost <= stopped.lost
    assert stopped.closed.size == p
    assert stopped.nodes <= 2


@pytest.mark.parametrize("seed", range(60))
def test_single_closures_are_those_of_measuring_again(seed: int) -> None:
    table, people, cutoffs = town(seed)
    m = table.shape[1]
    place, facility = lost_with(*requirements(table, cutoffs, 2))
    for f in range(m):
        lost, _ = harm(table, people, cutoffs, (f,))
        assert people[place[facility == f]].sum() == lost
        closed = np.arange(m) == f
        found = moves(*k_of(table, 2), closed)
        left = np.where(closed, INF, table)
        assert np.array_equal(found.goes_to, np.where(np.isfinite(left.min(axis=1)), left.argmin(axis=1), -1))
        reached = np.isfinite(table.min(axis=1))
        assert np.array_equal(found.extra[reached], left.min(axis=1)[reached] - table.min(axis=1)[reached])
        assert np.isnan(found.extra[~reached]).all()


def test_the_second_nearest_on_a_road_tells_what_a_closure_does() -> None:
    road = RoadNetwork.from_edges(5, [0, 1, 2, 3], [1, 2, 3, 4], [1.0, 2.0, 2.0, 5.0])
    cost, which = road.k_nearest([0, 3], 2)
    found = moves(cost, which, np.array([True, False]))
    assert found.goes_to.tolist() == [1, 1, 1, 1, 1]
    assert found.extra.tolist() == [5, 3, 0, 0, 0]


def test_nearest_in_a_straight_line() -> None:
    places = np.array([[0.0, 0.0], [np.nan, 0.0]])
    sites = np.array([[0.0, 30.0], [np.nan, 0.0], [40.0, 0.0], [30.0, 0.0]])
    distance, which = k_nearest_straight(places, sites, np.array([0.5, 1.0]), 4)
    assert distance[0].tolist() == [60, 60, 80, INF]
    assert which[0].tolist() == [0, 3, 2, -1]
    assert which[1].tolist() == [-1] * 4


def test_of_equally_near_ones_the_first_come_first_where_not_all_are_asked_for() -> None:
    sites = np.zeros((12, 2))
    sites[[0, 5]] = (1.0, 0.0)
    distance, which = k_nearest_straight(np.array([[0.0, 0.0], [1.0, 0.0]]), sites, np.ones(2), 3)
    assert which.tolist() == [[1, 2, 3], [0, 5, 1]]
    assert distance.tolist() == [[0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("p", [0, 3, 4])
def test_a_number_of_closures_that_cannot_be_is_refused(p: int) -> None:
    table, people = np.zeros((2, 3)), np.ones(2)
    with pytest.raises(ValueError, match="p: "):
        least_harmful(3, p, people, requirements(table, [1.0], 3), *k_of(table, 3))


def test_tables_that_hold_too_few_are_refused() -> None:
    table, people = np.zeros((2, 3)), np.ones(2)
    with pytest.raises(ValueError, match="which: 1 nearest are too few"):
        least_harmful(3, 1, people, requirements(table, [1.0], 2), *k_of(table, 1))
    with pytest.raises(ValueError, match="node_limit"):
        least_harmful(3, 1, people, requirements(table, [1.0], 2), *k_of(table, 2), node_limit=0)
