"""The predicate that decides coverage, and nearest things without a network."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.coverage.access import (
    first_inside,
    greatest,
    inside,
    nearest_line,
    nearest_straight,
    ratio_by_group,
    within,
)
from planner.coverage.judge import meets

NAN, INF = float("nan"), float("inf")


def test_within_holds_at_the_cutoff_and_not_where_nothing_is_known() -> None:
    costs = [0.0, 5.0, np.nextafter(5.0, 6), INF, NAN]
    assert within(costs, 5.0).tolist() == [True, True, False, False, False]
    assert within([INF], INF).tolist() == [True]


def test_at_least_is_the_same_predicate_the_other_way_round() -> None:
    values = np.array([4.9, 5.0, 5.1, NAN, INF])
    assert meets(values, 5.0, ">=").tolist() == [False, True, True, False, True]
    assert meets(values, 5.0, "<=").tolist() == [True, True, False, False, False]
    assert meets(np.array([0.1 + 0.2]), 0.3, "<=").tolist() == [False]


def test_nearest_straight_is_that_of_a_table_of_all_distances() -> None:
    draw = np.random.default_rng(2)
    for _ in range(50):
        # A coarse lattice: many places and facilities share points, many distances are equal.
        places = draw.integers(0, 5, (12, 2)).astype(float) * 100
        facilities = draw.integers(0, 5, (8, 2)).astype(float) * 100
        places[draw.random(12) < 0.2] = NAN
        facilities[draw.random(8) < 0.2] = NAN
        distance, which = nearest_straight(places, facilities, np.full(12, 0.5))
        table = np.hypot(*(places[:, None] - facilities[None, :]).transpose(2, 0, 1))
        for i in range(12):
            if np.isnan(places[i, 0]):
                assert np.isnan(distance[i])
                assert which[i] == -1
            else:
                assert distance[i] == np.nanmin(table[i]) / 0.5
                # Of facilities at the same distance the one listed first.
                assert which[i] == np.nanargmin(table[i])


def test_no_facility_that_is_located_is_none_at_all() -> None:
    for facilities in (np.empty((0, 2)), np.array([[NAN, NAN]])):
        distance, which = nearest_straight(np.array([[0.0, 0.0], [NAN, NAN]]), facilities, np.ones(2))
        assert distance == pytest.approx([INF, NAN], nan_ok=True)
        assert which.tolist() == [-1, -1]


def test_nearest_line() -> None:
    lines = np.array(
        [shapely.LineString([(0, 0), (10, 0)]), None, shapely.LineString([(0, 9), (10, 9)])], dtype=object
    )
    places = np.array([[5.0, 2.0], [NAN, NAN], [5.0, 8.0], [13.0, 4.0]])
    # The last stands 3 east and 4 north of the end of the first line.
    assert nearest_line(places, lines, np.ones(4)) == pytest.approx([2, NAN, 1, 5], nan_ok=True)
    nothing = np.empty(0, dtype=object)
    assert nearest_line(places, nothing, np.ones(4)) == pytest.approx([INF, NAN, INF, INF], nan_ok=True)


def test_inside_lists_every_area_that_holds_a_place_or_touches_it() -> None:
    areas = np.array([shapely.box(0, 0, 10, 10), None, shapely.box(5, 0, 20, 10)], dtype=object)
    places = np.array([[2.0, 2.0], [5.0, 5.0], [7.0, 7.0], [30.0, 0.0], [NAN, NAN]])
    assert [found.tolist() for found in inside(places, areas)] == [[0], [0, 2], [0, 2], [], []]
    assert [found.tolist() for found in inside(places, np.empty(0, dtype=object))] == [[]] * 5


def test_the_first_area_that_holds_a_point_is_the_first_of_all_that_do() -> None:
    rng = np.random.default_rng(4)
    points = np.append(rng.integers(0, 20, (300, 2)).astype(float), [[np.nan, 1.0]], axis=0)
    corners = rng.integers(0, 18, (12, 2))
    areas = shapely.box(*corners.T, *(corners + rng.integers(1, 7, (12, 2))).T)
    listed = [int(found[0]) if found.size else -1 for found in inside(points, areas)]
    assert first_inside(points, areas).tolist() == listed
    assert {-1, 0} < set(listed)
    assert first_inside(points, areas[:0]).tolist() == [-1] * 301
    assert first_inside(points[:0], areas).tolist() == []


def test_the_greatest_known_value_of_each_group() -> None:
    values = np.array([3.0, 7.0, NAN, 7.0])
    groups = [np.array(g, dtype=np.int64) for g in ([0, 1], [2], [], [0, 2], [3, 1])]
    best, which = greatest(values, groups)
    assert best == pytest.approx([7, NAN, NAN, 3, 7], nan_ok=True)
    assert which.tolist() == [1, -1, -1, 0, 3]


def test_people_and_supply_by_group_leave_out_what_belongs_to_none() -> None:
    people, supply = ratio_by_group(
        np.array([10.0, 20.0, 40.0]), np.array([0, -1, 2]), np.array([1.0, NAN, 4.0]), np.array([2, 0, -1]), 3
    )
    assert people.tolist() == [10, 0, 40]
    assert supply.tolist() == [0, 0, 1]
