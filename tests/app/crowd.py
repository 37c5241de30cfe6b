"""A district with very many marks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.results import Assessment, Facilities, frozen
from tests.unit.maps.district import HOSTILE, district, text


def crowd(side: int, posts: int, row: int) -> Assessment:
    """Return a square of settlements, in turn covered and in a gap, and post offices in a band south of it.

    Parameters
    ----------
    side : int
        Settlements along each side of the square.
    posts, row : int
        Post offices, and how many of them stand in a row of the band. A second service has none at all.
    """
    small, n = district(), side * side
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(np.linspace(27.1, 27.9, side), np.linspace(55.2, 55.4, side))
    )
    names = tuple(text(HOSTILE if i == 0 else f"Village {i}") for i in range(n))
    places = replace(
        small.places, ids=tuple(f"v{i}" for i in range(n)), names=names, kinds=("village",) * n,
        area_types=("village",) * n, population=frozen(np.full(n, 5.0)), population_source=("",) * n,
        zone=frozen(np.zeros(n), np.int64), lon=frozen(lon), lat=frozen(lat), road_distance_m=frozen(np.zeros(n)),
    )  # fmt: skip
    at = np.arange(posts)
    offices = Facilities(
        tuple(f"post{i}" for i in at), tuple(text(f"Post {i}") for i in at), ("post_office",) * posts, ("",) * posts,
        frozen(27.1 + 0.8 * (at % row) / row), frozen(55.1 + 0.08 * (at // row) * row / posts),
    )  # fmt: skip
    one = small.results[0]
    shape: dict[str, Any] = {
        "state": frozen(np.arange(n) % 2, np.uint8), "cost": frozen(np.full(n, 7.0)), "gap_zones": (),
        "shortfall": frozen(np.zeros(n)), "relative_shortfall": frozen(np.zeros(n)),
    }  # fmt: skip
    many = replace(one, **shape, facilities=offices, nearest=frozen(np.arange(n) % posts))
    standard = replace(one.standard, id="BY-school-9", service="school")
    none = replace(one, **shape, standard=standard, facilities=None, nearest=frozen(np.full(n, -1)))
    return replace(small, places=places, results=(many, none), facilities=offices)
