"""Repairs: only what was accepted, stated, with nothing lost silently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from planner.layers.check import check, usable
from planner.layers.faults import FAULTS
from planner.layers.read import read
from planner.layers.reading import Reading
from planner.layers.repair import DONE, mended, repair
from planner.layers.schema import Role
from tests.unit.layers.test_check import DISTRICT, MAIN, _to_main, layer


def mend(reading: Reading, role: Role | None = None, accept: Any = "all", **more: Any) -> tuple[Reading, Any]:
    frame, repairs = repair(reading, check(reading, role, **more), accept)
    return mended(reading, frame, repairs), repairs


def test_every_repairable_fault_has_a_repair_and_no_other_has() -> None:
    assert {code for code, fault in FAULTS.items() if fault.repairable} == set(DONE)


@pytest.mark.parametrize(
    ("wkt", "area"),
    [
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", 2.0),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (3 3, 5 3, 5 5, 3 5, 3 3))", 18.0),
        ("POLYGON ((0 0, 4 0, 4 4, 6 4, 4 4, 0 4, 0 0))", 16.0),
    ],
)
def test_areas_are_rebuilt_and_keep_the_polygonal_part(wkt: str, area: float) -> None:
    reading = layer([wkt])
    after, repairs = mend(reading)
    shape = after.frame.geometry.iloc[0]
    assert shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon")
    assert shape.area == pytest.approx(area)
    assert repairs[0].feature_ids == ("1",)
    assert usable(check(after))
    assert reading.frame.geometry.iloc[0].wkt == shapely.from_wkt(wkt).wkt


def test_an_area_that_encloses_nothing_is_kept_without_location_and_said_so() -> None:
    after, repairs = mend(layer(["POLYGON ((0 0, 1 1, 2 2, 0 0))", "POLYGON ((0 0, 1 0, 1 1, 0 0))"]))
    assert list(after.frame.geometry.isna()) == [True, False]
    assert any("encloses nothing" in done.message and done.feature_ids == ("1",) for done in repairs)


def test_nothing_is_done_that_was_not_accepted() -> None:
    reading = layer(["POINT Z (55.2 27.5 100)", "POINT Z (55.3 27.6 100)"])
    after, repairs = mend(reading, accept={"geometry_3d"}, district=DISTRICT)
    assert [done.code for done in repairs] == ["geometry_3d"]
    assert [g.wkt for g in after.frame.geometry] == ["POINT (55.2 27.5)", "POINT (55.3 27.6)"]
    same, nothing = mend(reading, accept=())
    assert nothing == () and same.frame.geometry.equals(reading.frame.geometry)


def test_swapped_coordinates_are_swapped_back_with_their_heights() -> None:
    after, _ = mend(
        layer(["POINT Z (55.2 27.5 100)", "POINT (27.6 55.3)"]), accept={"lon_lat_swapped"}, district=DISTRICT
    )
    assert shapely.get_coordinates(after.frame.geometry.values, include_z=True)[0].tolist() == [
        27.5,
        55.2,
        100.0,
    ]
    assert after.frame.geometry.iloc[1].wkt == "POINT (27.6 55.3)"


def test_what_is_left_out_is_named() -> None:
    lines = [
        "LINESTRING (27 55, 28 55)",
        "LINESTRING (27 55, 28 55)",
        None,
        "POINT (27 55)",
        "LINESTRING (1 1, 1 1)",
    ]
    after, repairs = mend(layer(lines), Role.ROADS)
    assert list(after.frame["_fid"]) == ["1"]
    assert {done.code: done.feature_ids for done in repairs} == {
        "zero_length_line": ("5",),
        "geometry_type_wrong": ("4",),
        "geometry_needed": ("3",),
        "duplicate_features": ("2",),
    }


def test_a_place_without_location_is_never_left_out() -> None:
    after, repairs = mend(layer([None, "POINT EMPTY", "POINT (27 55)"], population=[5, 6, 7]), Role.DEMAND)
    assert list(after.frame["population"]) == [5, 6, 7]
    assert [done.code for done in repairs] == ["geometry_empty"]


def test_collections_give_the_parts_that_fit() -> None:
    square = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"
    wkt = f"GEOMETRYCOLLECTION (POINT (5 5), {square}, GEOMETRYCOLLECTION (POLYGON ((3 3, 4 3, 4 4, 3 3))))"
    after, _ = mend(layer([wkt]), Role.BOUNDARY)
    assert after.frame.geometry.iloc[0].geom_type == "MultiPolygon"
    assert after.frame.geometry.iloc[0].area == pytest.approx(1.5)


def test_numbers_written_for_people_are_read() -> None:
    values = ["18 000", "12,5", "-3", "about 20", "7"]
    points = [f"POINT ({27 + n / 10} 55)" for n in range(5)]
    after, repairs = mend(layer(points, population=values), Role.DEMAND)
    assert list(after.frame["population"]) == [18000.0, 12.5, None, None, "7"]
    assert {done.code: done.count for done in repairs} == {
        "population_number_format": 2,
        "population_negative": 1,
        "population_text": 1,
    }


def test_a_system_is_assumed_only_when_accepted() -> None:
    after, repairs = mend(layer(["POINT (27 55)", "POINT (28 55)"], crs=None))
    assert (after.crs, after.crs_declared, repairs[0].count) == ("EPSG:4326", True, 0)
    assert check(after) == ()
    relabelled, _ = mend(layer(["POINT (27 55)", "POINT (28 55)"], crs="EPSG:32635"))
    assert relabelled.frame.geometry.iloc[0].wkt == "POINT (27 55)" and check(relabelled) == ()


@pytest.mark.parametrize("metres", [3, 0.2, 0, -3])
def test_dangling_ends_are_joined_by_a_common_vertex(metres: float) -> None:
    after, repairs = mend(layer([MAIN, _to_main(metres)]), Role.ROADS)
    main, side = after.frame.geometry
    common = {tuple(p) for p in main.coords} & {tuple(p) for p in side.coords}
    assert len(common) == 1
    assert common.pop() == pytest.approx((27.005, 55.0), abs=1e-9)
    assert main.length == pytest.approx(0.01, rel=1e-6)
    assert [(done.code, done.feature_ids) for done in repairs] == [("dangling_end", ("2",))]
    assert check(after, Role.ROADS) == ()


def test_two_ends_that_face_each_other_are_joined_once() -> None:
    gap = ["LINESTRING (27 55, 27.005 55)", "LINESTRING (27.00503 55, 27.01 55)"]
    after, repairs = mend(layer(gap), Role.ROADS)
    assert repairs[0].feature_ids == ("1", "2")
    assert sum(len(g.coords) for g in after.frame.geometry) == 5
    assert check(after, Role.ROADS) == ()


def test_parts_of_a_multiline_are_joined_and_stay_one_feature() -> None:
    pair = "MULTILINESTRING ((27.005 55.01, 27.005 55.00002), (27.2 55.2, 27.3 55.2))"
    after, _ = mend(layer([MAIN, pair]), Role.ROADS)
    assert after.frame.geometry.iloc[1].geom_type == "MultiLineString"
    assert len(after.frame.geometry.iloc[0].coords) == 3
    assert check(after, Role.ROADS) == ()


def test_faults_mended_in_reading_are_settled_by_accepting_them(tmp_path: Path) -> None:
    ring = [[27, 55], [28, 55], [28, 56]]
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}},
            {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": 5}},
            None,
        ],
    }
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps(document))
    after, repairs = mend(read(path))
    assert {done.code: done.feature_ids for done in repairs} == {
        "ring_unclosed": ("1",),
        "coordinates_too_shallow": ("2",),
        "feature_null": ("3",),
    }
    assert usable(check(after))
    assert [f.code for f in check(after, Role.DEMAND) if f.code == "geometry_null"] == ["geometry_null"]
    zones, left_out = mend(read(path), Role.ZONES)
    assert list(zones.frame["_fid"]) == ["1"]
    assert {"coordinates_too_shallow", "geometry_needed"} <= {done.code for done in left_out}
    assert np.all(shapely.is_valid(zones.frame.geometry.values))
