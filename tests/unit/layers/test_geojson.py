"""GeoJSON: every defect is a finding that names it; what can be read is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from planner.errors import InputError
from planner.layers.check import check, usable
from planner.layers.read import Limits, Reading, read

SQUARE = [[[27.0, 55.0], [27.1, 55.0], [27.1, 55.1], [27.0, 55.1], [27.0, 55.0]]]


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def read_features(tmp_path: Path, *features: Any, **members: Any) -> Reading:
    path = tmp_path / "layer.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8"
    )
    return read(path)


def codes(reading: Reading) -> dict[str, tuple[str, ...]]:
    return {found.code: found.feature_ids for found in reading.findings}


def test_all_types_are_built_in_the_order_of_the_file(tmp_path: Path) -> None:
    collection = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Point", "coordinates": [1, 2]},
            {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        ],
    }
    reading = read_features(
        tmp_path,
        feature("Polygon", SQUARE),
        feature("Point", [27, 55]),
        feature("MultiPolygon", [SQUARE, [[[1, 1], [2, 1], [2, 2], [1, 1]]]]),
        feature("LineString", [[27, 55], [28, 56]]),
        feature("MultiPoint", [[27, 55], [28, 56]]),
        feature("MultiLineString", [[[0, 0], [1, 1]], [[2, 2], [3, 3], [4, 4]]]),
        {"type": "Feature", "properties": {}, "geometry": collection},
        feature("Point", [28, 56]),
    )
    assert reading.findings == ()
    assert [geometry.wkt for geometry in reading.frame.geometry] == [
        "POLYGON ((27 55, 27.1 55, 27.1 55.1, 27 55.1, 27 55))",
        "POINT (27 55)",
        "MULTIPOLYGON (((27 55, 27.1 55, 27.1 55.1, 27 55.1, 27 55)), ((1 1, 2 1, 2 2, 1 1)))",
        "LINESTRING (27 55, 28 56)",
        "MULTIPOINT ((27 55), (28 56))",
        "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
        "POINT (28 56)",
    ]


@pytest.mark.parametrize(
    ("kind", "coordinates", "code"),
    [
        ("Point", [], None),
        ("Point", [27], "coordinates_1d"),
        ("Point", ["27,5", "55"], "coordinates_string"),
        ("Point", ["east", 55], "coordinates_not_numbers"),
        ("Point", [True, 55], "coordinates_not_numbers"),
        ("Point", [None, 55], "coordinates_not_numbers"),
        ("Point", [10**400, 55], "coordinates_not_numbers"),
        ("Point", ["inf", 55], "coordinates_not_finite"),
        ("Point", [[27, 55]], "coordinates_too_deep"),
        ("Point", 27, "coordinates_not_numbers"),
        ("LineString", [[27, 55]], "line_too_short"),
        ("LineString", [[27, 55], []], "coordinates_empty_position"),
        ("LineString", {"x": 1}, "coordinates_too_shallow"),
        ("Polygon", [[[0, 0], [1, 1], [0, 0]]], "ring_too_few_points"),
        ("Polygon", [[[0, 0], [1, 0], [1, 1]]], "ring_unclosed"),
        ("Polygon", [[]], "coordinates_empty_position"),
        ("MultiPolygon", SQUARE, "coordinates_too_shallow"),
        ("Circle", [27, 55], "geometry_type_unknown"),
        ("point", [27, 55], "type_case"),
        ("Point", None, "coordinates_missing"),
    ],
)
def test_a_faulty_geometry_is_named_and_its_neighbours_are_read(
    tmp_path: Path, kind: str, coordinates: Any, code: str | None
) -> None:
    reading = read_features(
        tmp_path, feature(kind, coordinates), feature("Point", [27, 55]), feature("Polygon", SQUARE)
    )
    assert codes(reading) == ({code: ("1",)} if code else {})
    assert reading.frame.geometry.iloc[1].wkt == "POINT (27 55)"
    assert reading.frame.geometry.iloc[2].area == pytest.approx(0.01)


def test_numbers_in_text_and_open_rings_are_read_but_must_be_accepted(tmp_path: Path) -> None:
    reading = read_features(
        tmp_path, feature("Point", ["27,5", " 55 "]), feature("Polygon", [[[0, 0], [1, 0], [1, 1]]])
    )
    assert [geometry.wkt for geometry in reading.frame.geometry] == [
        "POINT (27.5 55)",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
    ]
    assert not usable(reading.findings)
    assert all(found.repairable for found in reading.findings if found.severity == "error")


def test_positions_of_different_dimension_share_the_lower_one(tmp_path: Path) -> None:
    reading = read_features(
        tmp_path,
        feature("LineString", [[0, 0, 5], [1, 1]]),
        feature("Point", [1, 2, 3]),
        feature("Point", [1, 2]),
    )
    assert list(shapely.has_z(reading.frame.geometry.values)) == [False, True, False]


def test_ids_are_unique_whatever_the_file_says(tmp_path: Path) -> None:
    given: list[Any] = ["a", None, "a", {}, 7, 7.0, "2"]
    features = [{**feature("Point", [27, 55 + n / 100]), "id": value} for n, value in enumerate(given)]
    reading = read_features(tmp_path, *features)
    assert list(reading.frame["_fid"]) == ["a", "2", "a~2", "4", "7", "7~2", "2~2"]
    assert codes(reading) == {"id_missing": ("2",), "id_duplicate": ("a~2", "7~2", "2~2"), "id_type": ("4",)}


def test_a_property_id_names_the_features_where_no_member_does(tmp_path: Path) -> None:
    reading = read_features(tmp_path, feature("Point", [27, 55], ID="x"), feature("Point", [28, 55], ID="y"))
    assert list(reading.frame["_fid"]) == ["x", "y"]


def test_properties_that_would_hide_the_geometry_are_renamed(tmp_path: Path) -> None:
    reading = read_features(
        tmp_path, feature("Point", [27, 55], geometry="here", geometry_1="there", _fid="z")
    )
    row = reading.frame.iloc[0]
    assert (row["geometry_1_1"], row["geometry_1"], row["_fid_1"]) == ("here", "there", "z")
    assert row.geometry.wkt == "POINT (27 55)"


def test_nan_literals_are_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "nan.json"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"population":NaN},'
        '"geometry":{"type":"Point","coordinates":[NaN,55]}}]}'
    )
    reading = read(path)
    assert set(codes(reading)) == {"json_nan", "coordinates_not_finite"}
    assert reading.frame["population"].isna().all()


def test_a_sequence_of_features_is_a_layer(tmp_path: Path) -> None:
    path = tmp_path / "rows.geojsonl"
    path.write_text("\n".join(json.dumps(feature("Point", [27 + n, 55])) for n in range(3)))
    assert len(read(path).frame) == 3


def test_the_named_coordinate_system_is_used(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}}
    reading = read_features(tmp_path, feature("Point", [540000.0, 6110000.0]), crs=crs)
    assert reading.crs == "EPSG:32635"
    assert [found.code for found in check(reading)] == ["crs_not_wgs84"]
    unknown = read_features(
        tmp_path, feature("Point", [1, 2]), crs={"type": "name", "properties": {"name": "/etc/x"}}
    )
    assert codes(unknown) == {"crs_unknown": ()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "FeatureCollection",\n "features": [}', "line 2"),
        ('{"type": "FeatureCollection",\n "features": [{"type": "Fea', "ends in the middle: line 2"),
        ("[1, 2]", "not GeoJSON"),
        ('{"a": ' * 2000 + "1" + "}" * 2000, "not valid JSON"),
    ],
)
def test_what_is_not_geojson_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read(path)


def test_deeply_nested_collections_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    geometry = '{"type":"GeometryCollection","geometries":[' * 400
    path = tmp_path / "deep.geojson"
    path.write_text(geometry + '{"type":"Point","coordinates":[27,55]}' + "]}" * 400)
    assert read(path).frame.geometry.iloc[0].wkt == "POINT (27 55)"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_other_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [feature("Point", [27, 55], name="Глубокое, районный центр")],
        },
        ensure_ascii=False,
    )
    path = tmp_path / "x.geojson"
    path.write_bytes(text.encode(encoding))
    assert read(path).frame["name"].iloc[0] == "Глубокое, районный центр"


def test_limits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "many.geojson"
    features = [feature("LineString", [[27, 55], [28, 55], [28, 56]]) for _ in range(4)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    for limits in (Limits(max_features=3), Limits(max_vertices=11), Limits(max_bytes=100)):
        with pytest.raises(InputError, match="at most"):
            read(path, limits=limits)
    assert len(read(path, limits=Limits(max_features=4, max_vertices=12)).frame) == 4
