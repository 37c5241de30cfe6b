"""Checks: each fault is found, on the features that have it and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.layers.check import check, usable
from planner.layers.faults import FAULTS
from planner.layers.findings import Finding
from planner.layers.reading import Reading
from planner.layers.schema import Role

DISTRICT = shapely.box(27.4, 55.0, 28.3, 55.4)


def layer(
    geometries: list[Any], crs: str | None = "EPSG:4326", driver: str = "GPKG", **columns: list[Any]
) -> Reading:
    ids = [str(n + 1) for n in range(len(geometries))]
    shapes = [shapely.from_wkt(g) if isinstance(g, str) else g for g in geometries]
    frame = gpd.GeoDataFrame({**columns, "_fid": ids}, geometry=shapes, crs=crs)
    return Reading(Path("x.gpkg"), "x", driver, frame, crs, crs is not None, None, None, (), "", 0, ())


def found(findings: tuple[Finding, ...]) -> dict[str, tuple[str, ...]]:
    return {fault.code: fault.feature_ids for fault in findings}


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "self_intersection"),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (3 3, 5 3, 5 5, 3 5, 3 3))", "rings_intersect"),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 5, 6 5, 6 6, 5 6, 5 5))", "hole_outside_shell"),
        ("POLYGON ((0 0, 2 2, 4 0, 4 4, 2 2, 0 4, 0 0))", "ring_self_intersection"),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((2 2, 3 2, 3 3, 2 3, 2 2)))", "nested_shells"),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (2 0, 4 2, 2 4, 0 2, 2 0))", "interior_disconnected"),
        ("POINT (NaN 1)", "coordinates_not_finite"),
        ("LINESTRING (1 1, 1 1)", "zero_length_line"),
        ("LINESTRING (0 0, 1 1, 1 1, 2 2)", "duplicate_vertices"),
        ("POINT Z (1 2 3)", "geometry_3d"),
        ("POLYGON EMPTY", "geometry_empty"),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 2 3, 3 3, 3 2, 2 2))", "holes"),
        ("POINT (190 1)", "coordinates_outside"),
        ("POINT (0 0)", "null_island"),
        ("LINESTRING (179 1, 181 1)", "antimeridian"),
        ("POINT (55 127)", "lon_lat_swapped"),
    ],
)
def test_a_fault_of_a_geometry_is_named(wkt: str, code: str) -> None:
    sound = ["POINT (27 55)", "LINESTRING (27 55, 28 55)", "POLYGON ((27 55, 28 55, 28 56, 27 55))"]
    findings = check(layer([*sound, wkt]))
    assert found(findings)[code] == ("4",)
    assert not set(found(findings)) - {code, "geometry_mixed", "coordinates_outside", "holes"}


def test_sound_layers_have_no_findings() -> None:
    places = layer(["POINT (27.5 55.1)", "POINT (27.6 55.2)"], population=[1, 2], name=["a", "b"])
    assert check(places, Role.DEMAND, district=DISTRICT) == ()
    roads = layer(["LINESTRING (27.5 55.1, 27.6 55.2)", "LINESTRING (27.6 55.2, 27.7 55.1)"])
    assert check(roads, Role.ROADS, district=DISTRICT) == ()


def test_winding_is_looked_at_in_geojson_only() -> None:
    polygons = ["POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (2 2, 3 2, 3 3, 2 3, 2 2))"]
    assert {"exterior_not_ccw", "interior_not_cw"} <= set(found(check(layer(polygons, driver="GeoJSON"))))
    assert set(found(check(layer(polygons)))) == {"holes"}


@pytest.mark.parametrize(
    ("role", "severity"),
    [(None, "info"), (Role.DEMAND, "warning"), (Role.FACILITIES, "warning"), (Role.ROADS, "error")],
)
def test_a_missing_geometry_weighs_as_the_role_has_it(role: Role | None, severity: str) -> None:
    line = "POINT (27 55)" if role is not Role.ROADS else "LINESTRING (27 55, 28 55)"
    findings = check(layer([line, None], population=[1, 2]), role)
    code = "geometry_needed" if role is Role.ROADS else "geometry_null"
    fault = next(fault for fault in findings if fault.code == code)
    assert (fault.feature_ids, fault.severity) == (("2",), severity)


def test_geometries_that_do_not_fit_the_role_are_errors() -> None:
    collection = "GEOMETRYCOLLECTION (POINT (27 55), POLYGON ((27 55, 28 55, 28 56, 27 55)))"
    findings = check(layer(["POINT (27 55)", collection, "LINESTRING (27 55, 28 55)"]), Role.ZONES)
    assert found(findings) == {"collection_for_role": ("2",), "geometry_type_wrong": ("1", "3")}
    assert all(fault.repairable for fault in findings)
    only = check(layer(["POINT (27 55)", "POINT (28 55)"]), Role.ROADS)
    assert [(fault.code, fault.repairable) for fault in only] == [("geometry_type_wrong", False)]


def test_coordinate_systems_that_cannot_be() -> None:
    metres, degrees = ["POINT (540000 6110000)", "POINT (541000 6110000)"], ["POINT (27 55)", "POINT (28 55)"]
    assert set(found(check(layer(metres)))) == {"projected_as_degrees"}
    assert set(found(check(layer(metres, crs="EPSG:32635"), district=DISTRICT))) == set()
    assert set(found(check(layer(degrees, crs="EPSG:32635")))) == {"degrees_as_projected"}
    assert set(found(check(layer(metres, crs=None)))) == {"crs_missing"}
    assert set(found(check(layer(degrees, crs=None)))) == {"crs_assumed"}


def test_features_beyond_five_kilometres_of_the_district_are_named() -> None:
    # One degree of longitude is 63.9 km at this latitude: 0.07 of it 4.5 km, 0.09 of it 5.7 km.
    points = ["POINT (27.5 55.2)", "POINT (28.37 55.2)", "POINT (28.39 55.2)", None]
    assert found(check(layer(points), district=DISTRICT))["outside_district"] == ("3",)
    assert found(check(layer(points[2:]), district=DISTRICT))["outside_district_all"] == ("1",)
    around = [
        "POLYGON ((20 50, 30 50, 30 60, 20 60, 20 50))",
        "LINESTRING (20 55.2, 30 55.2)",
        "LINESTRING (20 50, 21 50)",
    ]
    assert found(check(layer(around), district=DISTRICT))["outside_district"] == ("3",)


def test_only_the_swapped_features_are_named() -> None:
    points = ["POINT (55.2 27.5)", "POINT (27.5 55.2)", "POINT (55.3 27.6)", "POINT (30 50)"]
    findings = found(check(layer(points), district=DISTRICT))
    assert findings == {"lon_lat_swapped": ("1", "3"), "outside_district": ("4",)}


def test_points_on_one_spot_and_copies_are_named() -> None:
    points = ["POINT (27 55)", "POINT (27 55)", "POINT (27 55)", "POINT (28 55)"]
    findings = found(check(layer(points, name=["a", "b", "a", "a"])))
    assert findings == {"same_point": ("1", "2", "3"), "duplicate_features": ("3",)}


def test_columns_are_known_by_their_other_names() -> None:
    points = ["POINT (27 55)", "POINT (28 55)"]
    for column in ("Население", "POP", "population_2009", "population"):
        columns: dict[str, Any] = {column: [1, 2]}
        assert found(check(layer(points, **columns), Role.DEMAND)) == {}
    missing = next(
        f for f in check(layer(points, people_total=[1, 2]), Role.DEMAND) if f.code == "column_missing"
    )
    assert (
        "people_total" in missing.message
        and "population" in missing.message
        and "население" in missing.message
    )
    both = next(f for f in check(layer(points, pop=[1, 2], population=[1, 2]), Role.DEMAND))
    assert both.code == "column_ambiguous" and "population was taken" in both.message


def test_population_is_a_number_of_people() -> None:
    values = ["18 000", "12,5", "-3", "", None, "about 20", 7, "8", "1 234 567", float("inf"), "нет"]
    points = [f"POINT ({27 + n / 10} 55)" for n in range(len(values))]
    assert found(check(layer(points, population=values), Role.DEMAND)) == {
        "population_text": ("6", "10"),
        "population_number_format": ("1", "2", "9"),
        "population_negative": ("3",),
        "population_missing": ("4", "5", "11"),
        "population_fraction": ("2",),
    }


def test_an_empty_layer_is_an_error_in_a_role_only() -> None:
    assert [(f.code, f.severity) for f in check(layer([]))] == [("layer_empty", "info")]
    assert not usable(check(layer([]), Role.ZONES))
    # That a district has no such service at all can be stated: by a facility layer with nothing in it.
    assert [(f.code, f.severity) for f in check(layer([]), Role.FACILITIES)] == [("layer_empty", "warning")]


def test_a_facility_layer_can_be_checked_before_its_service_is_known() -> None:
    assert check(layer(["POINT (27 55)"]), Role.FACILITIES) == ()


# A road along the parallel 55; a metre north is 0.00000898 degrees.
NORTH = 0.00000898
MAIN = "LINESTRING (27 55, 27.01 55)"


def _to_main(metres: float) -> str:
    return f"LINESTRING (27.005 55.01, 27.005 {55 + metres * NORTH})"


@pytest.mark.parametrize(
    ("line", "dangles"),
    [
        (_to_main(3), True),
        (_to_main(0), True),
        (_to_main(-3), True),
        (_to_main(8), False),
        (_to_main(-20), False),
        ("LINESTRING (27 55, 27 55.01)", False),
        ("MULTILINESTRING ((27.005 55.01, 27.005 55.00002), (27.2 55.2, 27.3 55.2))", True),
    ],
)
def test_ends_that_stop_just_short_of_a_line_dangle(line: str, dangles: bool) -> None:
    assert ("dangling_end" in found(check(layer([MAIN, line]), Role.ROADS))) is dangles


def test_a_road_under_a_bridge_does_not_dangle_from_it() -> None:
    lines = [MAIN, _to_main(2)]
    assert "dangling_end" not in found(
        check(layer(lines, bridge=["yes", None], layer=["1", "0"]), Role.ROADS)
    )
    assert "dangling_end" in found(check(layer(lines, bridge=["no", None], layer=["0", None]), Role.ROADS))


def test_errors_come_first_and_every_message_can_be_said() -> None:
    findings = check(
        layer([None, "POINT (0 0)", "POINT (0 0)"], pop=["x", -1, "2,5"]), Role.DEMAND, district=DISTRICT
    )
    ranks = [["error", "warning", "info"].index(fault.severity) for fault in findings]
    assert ranks == sorted(ranks) and len(ranks) > 4
    for fault in findings:
        assert "{" not in fault.message + fault.fix


def test_every_fault_of_the_catalogue_says_what_to_do() -> None:
    for code, fault in FAULTS.items():
        assert fault.message.endswith(".") and fault.fix.endswith("."), code
        assert fault.repairable == ("ccept the repair" in fault.fix), code
