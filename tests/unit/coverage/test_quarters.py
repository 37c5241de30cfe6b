"""Quarters out of a street network: blocks that tile the town, small ones joined where the common border is longest."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import shapely

from planner.coverage.quarters import beside, blocks, merged, united

TOWN = shapely.box(0, 0, 400, 300)


def lines(*paths: list[tuple[float, float]]) -> Any:
    return np.array([shapely.LineString(path) for path in paths], dtype=object)


def test_streets_divide_the_town_and_dead_ends_do_not() -> None:
    streets = lines([(100, -50), (100, 350)], [(100, 100), (400, 100)], [(400, 200), (300, 200)])
    cells = blocks(streets, TOWN)
    assert sorted(shapely.area(cells).round(6)) == [100 * 300, 300 * 100, 300 * 200]
    assert shapely.equals(shapely.union_all(cells), TOWN)


def test_a_town_without_streets_is_one_block() -> None:
    cells = blocks(lines(), TOWN)
    assert len(cells) == 1
    assert merged(cells, np.array([5.0]), least_people=100, least_m2=1).tolist() == [0]


def test_a_small_block_joins_the_neighbour_with_the_longest_common_border() -> None:
    # A (0-100) borders on B below by 100 m and on C to the right by 50 m.
    cells = np.array(
        [shapely.box(0, 0, 100, 200), shapely.box(0, 200, 100, 250), shapely.box(100, 0, 400, 250)]
    )
    quarter = merged(cells, np.array([500.0, 20.0, 500.0]), least_people=100, least_m2=1)
    assert quarter.tolist() == [0, 0, 1]
    assert shapely.area(united(cells, quarter)).tolist() == [100 * 250, 300 * 250]


def test_a_block_too_small_by_area_is_joined_however_many_live_there() -> None:
    cells = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 110, 100)])
    assert merged(cells, np.array([500.0, 400.0]), least_people=100, least_m2=2000).tolist() == [0, 0]


def test_an_exclave_joins_the_nearest_quarter() -> None:
    cells = np.array([shapely.box(0, 0, 9, 9), shapely.box(50, 0, 59, 9), shapely.box(70, 0, 71, 9)])
    assert merged(cells, np.array([200.0, 200.0, 3.0]), least_people=100, least_m2=1).tolist() == [0, 1, 1]


def test_of_random_blocks_every_quarter_is_large_enough_and_in_one_piece() -> None:
    rng = np.random.default_rng(4)
    cells = np.array([shapely.box(x, y, x + 10, y + 10) for y in range(0, 80, 10) for x in range(0, 80, 10)])
    people = rng.integers(0, 60, size=len(cells)).astype(float)
    quarter = merged(cells, people, least_people=100, least_m2=250)
    sums = np.bincount(quarter, weights=people)
    assert sums.min() >= 100
    assert np.bincount(quarter).min() >= 3
    assert sums.sum() == people.sum()
    beside_each_other = nx.grid_2d_graph(8, 8)
    for number in range(len(sums)):
        members = [(i // 8, i % 8) for i in np.flatnonzero(quarter == number)]
        assert nx.is_connected(beside_each_other.subgraph(members))


def test_streets_beside_a_quarter_are_those_along_its_border() -> None:
    quarters = np.array([shapely.box(0, 0, 100, 100)])
    streets = lines(
        [(0, 100), (100, 100)], [(50, 50), (50, 300)], [(0, 200), (100, 200)], [(100, 0), (100, 60)]
    )
    quarter, street, length = beside(quarters, streets)
    assert (quarter.tolist(), street.tolist()) == ([0, 0], [0, 3])
    np.testing.assert_allclose(length, [100, 60], atol=2)
