"""Bands of travel time on the map: all there, the largest first, each in its colour, nothing of a file run."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely

from planner.i18n import speech
from planner.maps.areas_layer import areas_layer, areas_legend_html, band_colours
from planner.maps.offline import Call
from planner.results import ServiceArea, ServiceAreas


def areas() -> ServiceAreas:
    """Three squares around one point, of 10, 20 and 30 minutes."""
    bands = tuple(
        ServiceArea(
            cutoff=10.0 * k,
            outline=json.loads(shapely.to_geojson(shapely.box(28 - k / 10, 55 - k / 10, 28 + k / 10, 55 + k / 10))),
            people=1000.0 * k, places=k, road_km=1.0, area_km2=1.0,
        )
        for k in (1, 2, 3)
    )  # fmt: skip
    return ServiceAreas(
        "shop", {"en": "<b>Shops"}, ("1",), "walk", "dry", "min", False, 300.0, 5.0, bands, {}
    )


def test_the_largest_is_drawn_first_and_the_nearest_is_the_darkest() -> None:
    group = areas_layer(areas(), speech("en"))
    (call,) = [child for child in group._children.values() if isinstance(child, Call)]
    data: dict[str, Any] = json.loads(call.data)
    assert call.function == "areas"
    assert [band["shape"][0][0][0] for band in data["bands"]] == [2830000, 2820000, 2810000]
    shades = [int(band["colour"][1:3], 16) for band in data["bands"]]
    assert shades == sorted(shades, reverse=True)


@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_every_band_has_a_colour_of_its_own(count: int) -> None:
    colours = band_colours(count)
    assert len(set(colours)) == count
    assert all(len(colour) == 7 for colour in colours)


def test_the_legend_counts_people_and_places_within_each_cutoff() -> None:
    html = areas_legend_html(areas(), speech("en"))
    assert (
        html.index("≤ 10\u00a0min")
        < html.index("1,000")
        < html.index("≤ 20\u00a0min")
        < html.index("≤ 30\u00a0min")
    )
    assert "within 300 m" in html
    assert "<b>" not in html
