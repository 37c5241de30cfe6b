"""Cells tile the district; gap zones are their contiguous unions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from planner.coverage.zones import Cells

NAN = float("nan")


def ragged(seed: int) -> Any:
    """Return an outline of 60 points at uneven distances from its middle, with bays."""
    draw = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 9000 + 3500 * np.sin(5 * angle) + draw.uniform(-900, 900, 60)
    return shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))


def scattered(seed: int, n: int) -> np.ndarray:
    places = np.random.default_rng(seed).normal(0, 5000, (n, 2))
    places[3], places[5] = places[2], NAN
    return places


@pytest.mark.parametrize("seed", range(5))
def test_cells_tile_the_district_and_each_holds_what_is_nearest_to_its_place(seed: int) -> None:
    boundary, places = ragged(seed), scattered(seed, 40)
    places[~shapely.contains_xy(boundary, np.nan_to_num(places))] = NAN
    places[3] = places[2]
    cells = Cells(places, boundary)
    everything = cells.zones(np.ones(40, dtype=bool))
    assert shapely.union_all([outline for outline, _ in everything]).symmetric_difference(boundary).area < 1.0
    single = {i: cells.zones(np.arange(40) == i) for i in range(40)}
    assert single[5] == []
    total = 0.0
    for i, found in single.items():
        if i in (3, 5) or not found:
            continue
        assert all(members.tolist() == [i] for _, members in found)
        total += sum(outline.area for outline, _ in found)
    # Disconnected parts of a cell cut off by a bay belong to no single-place zone; they are small.
    assert total == pytest.approx(boundary.area, rel=0.05)
    for point in np.random.default_rng(seed).uniform(-9000, 9000, (100, 2)):
        nearest = int(np.nanargmin(np.hypot(*(places - point).T)))
        for i, found in single.items():
            for outline, _ in found:
                if shapely.contains_xy(outline, *point):
                    assert i in (nearest, 3 if nearest == 2 else nearest)


@pytest.mark.parametrize("seed", range(5))
def test_zones_are_contiguous_disjoint_and_hold_every_lacking_place_once(seed: int) -> None:
    boundary, places = ragged(seed), scattered(seed, 60)
    lacking = np.random.default_rng(seed).random(60) < 0.4
    zones = Cells(places, boundary).zones(lacking)
    inside = [i for i in np.flatnonzero(lacking) if np.isfinite(places[i, 0])]
    assert sorted(i for _, members in zones for i in members.tolist()) == inside
    outlines = [outline for outline, _ in zones]
    assert all(outline.geom_type == "Polygon" and outline.is_valid for outline in outlines)
    apart = shapely.area(shapely.intersection(np.array(outlines)[:, None], np.array(outlines)[None, :]))
    assert (apart - np.diag(np.diag(apart))).max() < 1.0
    for outline, members in zones:
        for i in members:
            if shapely.contains_xy(boundary, *places[i]):
                assert shapely.distance(outline, shapely.Point(places[i])) < 1e-6


def test_neighbours_make_one_zone_and_those_apart_two() -> None:
    # Five villages in a row, 1 km apart, in a district of 5 by 1 km: each has its own kilometre.
    places = np.column_stack([np.arange(5) * 1000.0 + 500, np.full(5, 500.0)])
    cells = Cells(places, shapely.box(0, 0, 5000, 1000))
    found = cells.zones(np.array([True, True, False, False, True]))
    assert [members.tolist() for _, members in found] == [[0, 1], [4]]
    assert [outline.area for outline, _ in found] == pytest.approx([2e6, 1e6])
    assert found[0][0].equals(shapely.box(0, 0, 2000, 1000))
    assert cells.zones(np.zeros(5, dtype=bool)) == []


def test_places_on_one_spot_share_a_cell_that_lacks_when_any_of_them_does() -> None:
    places = np.array([[500.0, 500.0], [500.0, 500.0], [1500.0, 500.0]])
    (zone,) = Cells(places, shapely.box(0, 0, 2000, 1000)).zones(np.array([False, True, False]))
    assert zone[0].equals(shapely.box(0, 0, 1000, 1000))
    assert zone[1].tolist() == [1]


def test_one_place_takes_the_whole_district_and_none_takes_nothing() -> None:
    district = shapely.box(0, 0, 2000, 1000)
    (zone,) = Cells(np.array([[9000.0, 9000.0]]), district).zones(np.array([True]))
    assert zone[0].equals(district)
    assert Cells(np.full((2, 2), NAN), district).zones(np.array([True, True])) == []
    assert Cells(np.empty((0, 2)), None).zones(np.empty(0, dtype=bool)) == []


def test_without_an_outline_the_district_is_where_its_places_are() -> None:
    places = np.array([[0.0, 0.0], [4000.0, 0.0], [0.0, 4000.0]])
    zones = Cells(places, None).zones(np.array([True, True, True]))
    whole = shapely.buffer(shapely.MultiPoint(places).convex_hull, 1000)
    (zone,) = zones
    assert zone[0].symmetric_difference(whole).area < 1.0


def test_people_of_a_place_outside_the_outline_are_in_a_zone_too() -> None:
    # Behind its neighbour: no part of the district is nearest to the place outside.
    places = np.array([[500.0, 500.0], [1500.0, 500.0], [9000.0, 500.0]])
    cells = Cells(places, shapely.box(0, 0, 2000, 1000))
    found = cells.zones(np.array([False, True, True]))
    assert sorted(i for _, members in found for i in members.tolist()) == [1, 2]


def test_places_in_straight_rows_have_zones() -> None:
    # Houses along a street that turns: far-off corners of the diagram do not meet to the last digit.
    rows = [(50.0 * i, 10.0) for i in range(30)] + [(1490.0, 50.0 * i) for i in range(30)]
    places = np.array(rows) * 0.9996 + (500_000.0, 6_094_791.4)
    cells = Cells(places, None)
    for lacking in (np.ones(60, dtype=bool), np.arange(60) % 60 > 4, np.arange(60) < 40):
        found = cells.zones(lacking)
        assert sorted(i for _, members in found for i in members) == np.flatnonzero(lacking).tolist()
        assert all(outline.geom_type == "Polygon" and outline.is_valid for outline, _ in found)
    ((whole, _),) = cells.zones(np.ones(60, dtype=bool))
    hull = shapely.buffer(shapely.convex_hull(shapely.multipoints(places)), 1000.0)
    assert whole.symmetric_difference(hull).area < 1.0
