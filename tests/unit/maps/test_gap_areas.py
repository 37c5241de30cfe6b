"""Gap zones of several standards laid together: the ground of all of them, once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from planner.maps.view import gap_areas, service_view
from planner.results import GapZone
from tests.unit.maps.district import district


def zone(west: float, south: float, east: float, north: float, places: tuple[int, ...]) -> GapZone:
    """Return a rectangle with some places in it."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return GapZone({"type": "Polygon", "coordinates": [ring]}, places, 1.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # One within the other; the same twice; overlapping; touching along an edge; apart.
        ([zone(0, 0, 3, 1, (0, 1, 2))], [zone(1, 0, 2, 1, (1,))], [((0, 0, 3, 1), 3)]),
        ([zone(0, 0, 1, 1, (0,))], [zone(0, 0, 1, 1, (0,))], [((0, 0, 1, 1), 1)]),
        ([zone(0, 0, 2, 1, (0, 1))], [zone(1, 0, 3, 1, (1, 2))], [((0, 0, 3, 1), 3)]),
        ([zone(0, 0, 1, 1, (0,))], [zone(1, 0, 2, 1, (1,))], [((0, 0, 2, 1), 2)]),
        ([zone(0, 0, 1, 1, (0,))], [zone(4, 0, 5, 1, (4,))], [((0, 0, 1, 1), 1), ((4, 0, 5, 1), 1)]),
        ([], [zone(0, 0, 1, 1, (0,))], [((0, 0, 1, 1), 1)]),
        ([], [], []),
    ],
)
def test_zones_of_two_standards(
    first: list[GapZone], second: list[GapZone], expected: list[tuple[tuple[float, ...], int]]
) -> None:
    town = district()
    schools = iter((tuple(first), tuple(second)))
    results = tuple(
        replace(r, gap_zones=next(schools)) if r.standard.service == "school" else r for r in town.results
    )
    found = gap_areas(town := replace(town, results=results), service_view(town, "school"))
    assert sorted((area.geometry.bounds, area.places) for area in found) == expected
    union = shapely.union_all([shapely.box(*bounds) for bounds, _ in expected])
    assert shapely.union_all([area.geometry for area in found]).symmetric_difference(
        union
    ).area == pytest.approx(0)
    assert all(area.people <= float(np.sum(town.places.population)) for area in found)
