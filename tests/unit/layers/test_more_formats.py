"""Formats beside the most common ones: sequences, TopoJSON, Parquet, workbooks, MapInfo, folders, curves."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from planner.errors import InputError
from planner.layers.check import check
from planner.layers.read import Limits, Reading, read
from planner.layers.tables import numbers

NAMES = ["Глубокое", "Подсвилье"]
WKT = ["POINT (27.69 55.14)", "POINT (27.96 55.15)"]


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": NAMES, "population": [18082, 2270]},
        geometry=shapely.from_wkt(WKT),
        crs=4326,
    )


def located(reading: Reading) -> dict[str, str]:
    return dict(zip(reading.frame["name"], (g.wkt for g in reading.frame.geometry), strict=True))


def features(places: gpd.GeoDataFrame) -> list[str]:
    return [json.dumps(feature, ensure_ascii=False, indent=1) for feature in places.iterfeatures()]


@pytest.mark.parametrize("count", [1, 2])
def test_a_sequence_with_record_separators_may_spread_its_features_over_lines(
    places: gpd.GeoDataFrame, tmp_path: Path, count: int
) -> None:
    path = tmp_path / "p.geojsons"
    path.write_text("".join(f"\x1e{text}\n" for text in features(places)[:count]), "utf-8")
    assert located(read(path)) == dict(zip(NAMES[:count], WKT, strict=False))


def test_features_one_a_line(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "p.ndjson"
    path.write_text("\n".join(json.dumps(json.loads(text)) for text in features(places)), "utf-8")
    assert located(read(path)) == dict(zip(NAMES, WKT, strict=True))


TOPOLOGY: dict[str, Any] = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [27, 55]},
    "objects": {
        "places": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Point", "coordinates": [2, 2], "properties": {"name": "A"}}],
        },
        "areas": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "w", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "id": "e", "arcs": [[[-1, 2]]]},
                {"type": None},
            ],
        },
    },
    # The border (0 → 1) is shared by the two areas; steps on the grid.
    "arcs": [[[1, 0], [0, 4]], [[1, 4], [-1, 0], [0, -4], [1, 0]], [[1, 0], [1, 0], [0, 4], [-1, 0]]],
}


def test_topojson_shares_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({**TOPOLOGY, "arcs": [TOPOLOGY["arcs"][0], TOPOLOGY["arcs"][1],
                                                     [[1, 4], [1, 0], [0, -4], [-1, 0]]]}))  # fmt: skip
    assert located(read(path)) == {"A": "POINT (28 55.5)"}
    reading = read(path, layer="areas")
    assert (reading.driver, reading.layer, reading.layers) == ("TopoJSON", "areas", ("places", "areas"))
    west, east, none = reading.frame.geometry
    assert west.equals(shapely.box(27, 55, 27.5, 56))
    assert none is None
    assert list(reading.frame["_fid"]) == ["w", "e", "3"]
    # The second starts with the border run backwards, from north to south.
    assert east.geoms[0].exterior.coords[0] == (27.5, 56)


@pytest.mark.parametrize(
    "change",
    [
        {"arcs": [[[1, 0]]]},
        {"arcs": 5},
        {"transform": {"scale": [1]}},
        {"objects": {"areas": {"type": "Polygon", "arcs": [["x"]]}}},
        {"objects": {}},
        {"objects": {"areas": {"type": "Sphere"}}},
    ],
)
def test_topojson_that_does_not_hold_together_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({**TOPOLOGY, **change}))
    with pytest.raises(InputError):
        read(path, layer="areas")


def test_geoparquet_keeps_its_system(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    places.to_parquet(tmp_path / "p.parquet")
    places.to_crs(32635).to_parquet(tmp_path / "m.parquet")
    reading = read(tmp_path / "p.parquet")
    assert (reading.driver, reading.crs, located(reading)) == (
        "Parquet", "EPSG:4326", dict(zip(NAMES, WKT, strict=True))
    )  # fmt: skip
    assert read(tmp_path / "m.parquet").crs == "EPSG:32635"
    with pytest.raises(InputError, match="at most 1"):
        read(tmp_path / "p.parquet", limits=Limits(max_features=1))


def test_a_parquet_table_is_located_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    pd.DataFrame({"name": NAMES, "lat": [55.14, 55.15], "lon": [27.69, np.nan]}).to_parquet(path)
    frame = read(path).frame
    assert frame.geometry.iloc[0].wkt == WKT[0]
    assert list(frame["name"]) == NAMES
    assert frame.geometry.iloc[1] is None
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        read(path)


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.create_sheet("Пусто")
    book.save(path)
    return path


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    head: list[object] = ["name", "Широта", "Долгота", "население"]
    path = workbook(tmp_path / "p.xlsx", head, ["Глубокое", 55.14, 27.69, 18082],
                    ["Подсвилье", "55°09'00\"N", "27,96", "2 270"])  # fmt: skip
    reading = read(path)
    assert (reading.driver, reading.layer, reading.layers) == ("XLSX", "Sheet", ("Sheet",))
    assert located(reading) == dict(zip(NAMES, WKT, strict=True))
    with pytest.raises(InputError, match="no layer"):
        read(path, layer="Лист9")
    with pytest.raises(InputError, match=r"at most|more than"):
        read(path, limits=Limits(max_features=1))
    with pytest.raises(InputError, match="unpacks to more than"):
        read(path, limits=Limits(max_expanded_bytes=1000))


def test_formulas_of_a_workbook_are_not_evaluated(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", ["name", "lat", "lon"], ["A", "=50+5", 27], ["B", 55, 28],
                    ["C", '=WEBSERVICE("http://localhost/")', 28])  # fmt: skip
    reading = read(path)
    assert [None if g is None else g.wkt for g in reading.frame.geometry] == [None, "POINT (28 55)", None]
    assert "formulas" in {found.code for found in reading.findings}
    assert "formulas" not in {f.code for f in read(workbook(path, ["lat", "lon"], [55, 27])).findings}


def test_a_workbook_that_refers_elsewhere_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", ["lat", "lon"], [55, 27])
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w") as after:
        for member in before.namelist():
            text = before.read(member)
            if member.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]>' + text
            after.writestr(member, text)
    path.write_bytes(changed.getvalue())
    with pytest.raises(InputError, match="outside the file"):
        read(path)


@pytest.mark.parametrize("suffix", ["tab", "mif"])
@pytest.mark.parametrize("kind", ["file", "zip", "folder"])
def test_mapinfo_is_read(places: gpd.GeoDataFrame, tmp_path: Path, suffix: str, kind: str) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    path = folder / f"p.{suffix}"
    pyogrio.write_dataframe(places, path, driver="MapInfo File", encoding="UTF-8")
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
            for part in folder.iterdir():
                archive.write(part, part.name)
        path = tmp_path / "p.zip"
    reading = read(folder if kind == "folder" else path)
    assert (reading.driver, list(reading.frame["name"])) == ("MapInfo File", NAMES)
    assert [(round(g.x, 4), round(g.y, 4)) for g in reading.frame.geometry] == [
        (27.69, 55.14),
        (27.96, 55.15),
    ]


def test_a_mapinfo_table_may_not_name_files_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "p.tab"
    path.write_text('!table\n!version 300\nDefinition Table\n  File "/etc/hostname"\n  Type "DBF"\n')
    (tmp_path / "p.dat").write_bytes(b"x")
    with pytest.raises(InputError, match="outside the file"):
        read(path)


def test_a_folder_is_read_where_it_holds_a_shapefile(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)
    pyogrio.write_dataframe(places, tmp_path / "p.shp", encoding="cp1251")
    assert located(read(tmp_path)) == dict(zip(NAMES, WKT, strict=True))
    first = read(tmp_path).digest
    pyogrio.write_dataframe(places.iloc[:1], tmp_path / "q.shp", encoding="cp1251")
    assert (read(tmp_path).layers, len(read(tmp_path, layer="q").frame)) == (("p", "q"), 1)
    assert read(tmp_path).digest != first


def test_curves_are_drawn_as_short_lines_and_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "name;wkt\nhalf;CIRCULARSTRING (0 0, 1 1, 2 0)\nstraight;LINESTRING (0 0, 1 1)\n"
        "disc;CURVEPOLYGON (CIRCULARSTRING (0 0, 2 0, 0 0))\nbad;CIRCULARSTRING (0 0, x\n"
    )
    reading = read(path)
    half, straight, disc, bad = reading.frame.geometry
    assert half.length == pytest.approx(np.pi, rel=1e-3)
    assert disc.area == pytest.approx(np.pi, rel=2e-3)
    assert (straight.wkt, bad) == ("LINESTRING (0 0, 1 1)", None)
    found = {f.code: f.feature_ids for f in check(reading)}
    assert (found["curves"], found["geometry_unreadable"]) == (("1", "3"), ("4",))


def test_curves_of_a_geopackage_are_named(tmp_path: Path) -> None:
    gml = tmp_path / "c.gml"
    gml.write_text(
        '<?xml version="1.0"?><w xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><f><g><gml:Curve '
        'srsName="EPSG:32635"><gml:segments><gml:Arc><gml:posList>500000 6100000 500100 6100100 500200 6100000'
        "</gml:posList></gml:Arc></gml:segments></gml:Curve></g></f></gml:featureMember></w>"
    )
    reading = read(gml)
    assert reading.frame.geometry.iloc[0].length == pytest.approx(100 * np.pi, rel=1e-3)
    assert [f.code for f in reading.findings] == ["curves"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55°08'18\"N", 55.138333), ("55 08 18 N", 55.138333), ("N55.1384", 55.1384), ("55.1384 N", 55.1384),
        ("55:08:18", 55.138333), ("55-08-18", 55.138333), ("-55 08 18", -55.138333), ("55°08.3'", 55.138333),
        ("55°08,3′ с.ш.", 55.138333), ("S 10 30", -10.5), ("27d41m24sE", 27.69), ("55° 08′ 18,0″", 55.138333),
        ("N 55 08 18.0", 55.138333), ("З 10°", -10.0),
        ("55 61 00", np.nan), ("6 110 000", np.nan), ("540 000", np.nan), ("5 км", np.nan), ("2020-01-02-3", np.nan),
        ("+375 29 1", np.nan), ("N", np.nan), ("°", np.nan),
    ],
)  # fmt: skip
def test_coordinates_are_read_as_people_write_them(text: str, value: float) -> None:
    assert numbers(np.array([text], dtype=object))[0] == pytest.approx(value, nan_ok=True, abs=1e-6)


@pytest.mark.parametrize(
    "pair", ["55 08 24 N 27 41 24 E", "55°08'24\"N, 27°41'24\"E", "55.14, 27.69", "55.14 27.69"]
)
def test_a_column_may_hold_both_coordinates(tmp_path: Path, pair: str) -> None:
    path = tmp_path / "p.tsv"
    path.write_text(f"name\tcoordinates\nГлубокое\t{pair}\n", "utf-8")
    at = read(path).frame.geometry.iloc[0]
    assert (round(at.x, 5), round(at.y, 5)) == (27.69, 55.14)


def test_a_table_of_names_without_coordinates_says_how_to_get_them(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("settlement,pop2009\nд Арабовщина,535\n", "utf-8")
    with pytest.raises(InputError, match="planner match FILE --against WORKSPACE"):
        read(path)
