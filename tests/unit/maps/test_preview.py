import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import GeometryCollection, LineString, Point, Polygon

from planner.i18n import speech
from planner.maps import preview
from planner.maps.preview import preview_map, preview_note
from tests.unit.maps.district import HOSTILE

say = speech("en")


def data(shown: Any) -> dict[str, Any]:
    (call,) = [child for child in shown._children.values() if hasattr(child, "function")]
    found: dict[str, Any] = json.loads(call.data)
    return found


def test_both_layers_are_drawn_in_degrees() -> None:
    square = Polygon([(27, 55), (28, 55), (28, 56), (27, 56)])
    before = gpd.GeoDataFrame({"id": [HOSTILE, "b"]}, geometry=[Point(27.5, 55.5), None], crs="EPSG:4326")
    after = gpd.GeoDataFrame({"id": ["c"]}, geometry=[square], crs="EPSG:4326").to_crs("EPSG:32635")
    shown = data(preview_map(before, after, say))
    assert [side["kind"] for side in shown["sides"]] == ["before", "after"]
    assert shown["sides"][0]["features"] == [
        {"id": HOSTILE, "points": [[2750000, 5550000]], "lines": [], "polygons": []}
    ]
    assert len(shown["sides"][1]["features"][0]["polygons"]) == 1
    assert np.ravel(shown["bounds"]).tolist() == pytest.approx([55, 27, 56, 28], abs=1e-6)


def test_the_map_is_fitted_to_what_is_kept() -> None:
    swapped = gpd.GeoDataFrame(geometry=[Point(55.5, 27.5)], crs="EPSG:4326")
    mended = gpd.GeoDataFrame(geometry=[Point(27.5, 55.5)], crs="EPSG:4326")
    shown = data(preview_map(swapped, mended, say))
    assert np.ravel(shown["bounds"]).tolist() == pytest.approx([55.5, 27.5, 55.5, 27.5])


def test_the_district_lies_under_the_layer_and_is_in_sight() -> None:
    district = Polygon([(27, 55), (28, 55), (28, 56), (27, 56)])
    shown = data(
        preview_map(
            None, gpd.GeoDataFrame(geometry=[Point(27.5, 56.5)], crs="EPSG:4326"), say, district=district
        )
    )
    assert len(shown["outline"]) == 1
    assert np.ravel(shown["bounds"]).tolist() == pytest.approx([55, 27, 56.5, 28])


def test_parts_of_all_kinds_are_drawn() -> None:
    mixed = GeometryCollection([Point(27, 55), LineString([(27, 55), (28, 55)])])
    (side,) = data(preview_map(gpd.GeoDataFrame(geometry=[mixed], crs="EPSG:4326"), None, say))["sides"]
    assert side["features"] == [
        {"id": "0", "points": [[2700000, 5500000]], "lines": [[2700000, 5500000, 100000, 0]], "polygons": []}
    ]


def test_what_cannot_be_drawn_is_left_out() -> None:
    frame = gpd.GeoDataFrame(geometry=[None, Point(), Point(500000, 6100000)], crs=None)
    shown = data(preview_map(frame, None, say))
    assert shown["sides"][0]["features"] == []
    assert shown["bounds"] is None


def test_a_large_layer_is_drawn_in_part_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MAX_FEATURES", 2)
    frame = gpd.GeoDataFrame(geometry=[Point(27 + i / 10, 55) for i in range(5)], crs="EPSG:4326")
    assert len(data(preview_map(None, frame, say))["sides"][0]["features"]) == 2
    assert (
        preview_note(None, frame, say) == "The map shows the first 2 of 5 features; all of them were checked."
    )
    assert preview_note(None, frame.iloc[:2], say) == ""
