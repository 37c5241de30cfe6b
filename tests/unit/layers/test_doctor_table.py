"""Every fault that the doctor promises to find: a crafted file each, and the finding that names it."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.layers.check import check, usable
from planner.layers.country import country_outline
from planner.layers.faults import FAULTS
from planner.layers.read import read
from planner.layers.schema import Role
from planner.studies import founding, intake
from planner.workspace import District

DISTRICT = shapely.box(27.4, 55.0, 28.3, 55.4)
PLACES = gpd.GeoDataFrame(
    {"name": ["Озерцы", "Плиса"]}, geometry=shapely.points([[27.5, 55.05], [28.2, 55.3]]), crs=4326
)
SPOTS = [[27.69, 55.14], [27.96, 55.15], [28.1, 55.3]]
RING = [[27.5, 55.1], [27.7, 55.1], [27.7, 55.2], [27.5, 55.2], [27.5, 55.1]]
Make = Callable[[Path], Path]


def geojson(*geometries: Any, **columns: list[Any]) -> Make:
    """Return what writes a file of geometries, given as GeoJSON."""

    def make(folder: Path) -> Path:
        features = [
            {"type": "Feature", "geometry": shape, "properties": {k: values[row] for k, values in columns.items()}}
            for row, shape in enumerate(geometries)
        ]  # fmt: skip
        path = folder / "x.geojson"
        path.write_text(
            json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
            encoding="utf-8",
        )
        return path

    return make


def points(*spots: Any, **columns: list[Any]) -> Make:
    return geojson(*({"type": "Point", "coordinates": spot} for spot in spots), **columns)


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": rings}


def text(name: str, content: str, encoding: str = "utf-8") -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode(encoding))
        return path

    return make


def moved(crs: int, *, swapped: bool = False, named: int | None = 4326, suffix: str = "gpkg") -> Make:
    """Return what writes the spots in the numbers of a system, under the name of another or of none."""

    def make(folder: Path) -> Path:
        there = gpd.GeoSeries(shapely.points(SPOTS), crs=4326).to_crs(crs)
        shapes = shapely.transform(there.to_numpy(), lambda xy: xy[:, ::-1]) if swapped else there.to_numpy()
        path = folder / f"x.{suffix}"
        frame = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=list(shapes), crs=named)
        if named is None:
            frame.to_parquet(path)
        else:
            frame.to_file(path)
        return path

    return make


def shapefile(*, declared: str | None, encoding: str) -> Make:
    def make(folder: Path) -> Path:
        frame = gpd.GeoDataFrame(
            {"name": ["Глубокое", "Подсвилье", "Плиса"]}, geometry=shapely.points(SPOTS), crs=4326
        )
        frame.to_file(folder / "x.shp", encoding=encoding)
        (folder / "x.cpg").unlink(missing_ok=True)
        if declared:
            (folder / "x.cpg").write_text(declared, encoding="ascii")
        return folder / "x.shp"

    return make


def mif(charset: str, encoding: str) -> Make:
    def make(folder: Path) -> Path:
        head = f'Version 300\nCharset "{charset}"\nDelimiter ","\nCoordSys Earth Projection 1, 104\n'
        head += "Columns 1\n  name Char(40)\n"
        (folder / "x.mif").write_text(head + "Data\n\nPoint 27.7 55.1\nPoint 27.8 55.2\n", encoding="ascii")
        (folder / "x.mid").write_bytes('"Глубокое"\n"Подсвилье"\n'.encode(encoding))
        return folder / "x.mif"

    return make


def curve(folder: Path) -> Path:
    return text("x.wkt", "CIRCULARSTRING (27.5 55.1, 27.6 55.2, 27.7 55.1)")(folder)


def measured(folder: Path) -> Path:
    """Write a Shapefile of one point with a measure, byte by byte: shape type 21."""
    (folder / "x").mkdir()
    path = points([27.69, 55.14], name=["Плиса"])(folder / "x")
    read(path).frame.drop(columns="_fid").to_file(folder / "x.shp")
    shp, shx = (bytearray((folder / f"x.{part}").read_bytes()) for part in ("shp", "shx"))
    record = struct.pack("<iddd", 21, 27.69, 55.14, 3.0)
    shp[100:] = struct.pack(">ii", 1, len(record) // 2) + record
    shx[100:] = struct.pack(">ii", 50, len(record) // 2)
    for data in (shp, shx):
        data[24:28], data[32:36] = struct.pack(">i", len(data) // 2), struct.pack("<i", 21)
    (folder / "x.shp").write_bytes(shp)
    (folder / "x.shx").write_bytes(shx)
    return folder / "x.shp"


CSV = "name,lat,lon,population\nПлиса,55.21,27.95,473\nУделе,55.14,27.6,12\n"
LINE = {"type": "LineString", "coordinates": [[27.5, 55.1], [27.6, 55.2]]}
POINT = {"type": "Point", "coordinates": [27.6, 55.1]}
NEEDLE = [*RING[:3], [27.6002, 55.2], [27.6001, 55.39], [27.6, 55.2], *RING[3:]]
HOLE = [[27.55, 55.12], [27.65, 55.12], [27.65, 55.18], [27.55, 55.18], [27.55, 55.12]]

CASES: list[tuple[str, str, Role | None, Make]] = [
    ("an invalid ring", "self_intersection", Role.ZONES,
     geojson(polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]))),
    ("an unclosed ring", "ring_unclosed", Role.ZONES, geojson(polygon(RING[:-1]))),
    ("a ring of two points", "ring_too_few_points", Role.ZONES, geojson(polygon([RING[0], RING[1], RING[0]]))),
    ("wrong winding", "exterior_not_ccw", Role.ZONES, geojson(polygon(RING[::-1]))),
    ("a hole's wrong winding", "interior_not_cw", Role.ZONES, geojson(polygon(RING, HOLE))),
    ("duplicate vertices", "duplicate_vertices", Role.ZONES, geojson(polygon([*RING[:2], *RING[1:]]))),
    ("spikes", "spikes", Role.ZONES, geojson(polygon(NEEDLE))),
    ("a null geometry", "geometry_null", Role.CANDIDATES, geojson(POINT, None)),
    ("a null geometry that is needed", "geometry_needed", Role.ZONES, geojson(polygon(RING), None)),
    ("an empty geometry", "geometry_empty", Role.CANDIDATES,
     text("x.csv", "wkt\nPOINT (27.6 55.1)\nPOINT EMPTY\n")),
    ("mixed geometries", "geometry_mixed", None, geojson(POINT, LINE)),
    ("geometries that do not fit", "geometry_type_wrong", Role.CANDIDATES, geojson(POINT, LINE)),
    ("a collection", "geometry_collection", None,
     geojson({"type": "GeometryCollection", "geometries": [POINT, LINE]})),
    ("a collection in a role", "collection_for_role", Role.CANDIDATES,
     geojson({"type": "GeometryCollection", "geometries": [POINT, LINE]})),
    ("heights", "geometry_3d", Role.CANDIDATES, points([27.6, 55.1, 170])),
    ("measures", "measures_dropped", Role.CANDIDATES, measured),
    ("curves", "curves", None, curve),
    ("across the antimeridian", "antimeridian", None,
     geojson({"type": "LineString", "coordinates": [[179, 60], [-179, 60]]})),
    ("no coordinate system, metres", "crs_missing", Role.CANDIDATES, moved(32635, named=None, suffix="parquet")),
    ("no coordinate system, degrees", "crs_assumed", Role.CANDIDATES, moved(4326, named=None, suffix="parquet")),
    ("degrees stored as metres", "degrees_as_projected", Role.CANDIDATES, moved(4326, named=32635)),
    ("metres stored as degrees", "projected_as_degrees", Role.CANDIDATES, moved(32635)),
    ("Web Mercator labelled WGS 84", "crs_recognised", Role.CANDIDATES, moved(3857)),
    ("Gauss-Krüger zone 5 labelled WGS 84", "crs_recognised", Role.CANDIDATES, moved(28405)),
    ("Gauss-Krüger, northing first", "crs_recognised_swapped", Role.CANDIDATES, moved(28405, swapped=True)),
    ("Gauss-Krüger of the zone beside", "crs_recognised", Role.CANDIDATES, moved(28404)),
    ("Gauss-Krüger, three degrees, zone 9", "crs_recognised", Role.CANDIDATES, moved(2525)),
    ("Gauss-Krüger without its zone", "crs_candidates", Role.CANDIDATES, moved(2495)),
    ("Gauss-Krüger without any system", "crs_recognised", Role.CANDIDATES,
     moved(28405, named=None, suffix="parquet")),
    ("SK-63 zone C2 labelled WGS 84", "crs_recognised", Role.CANDIDATES, moved(3352)),
    ("SK-63 zone C1, northing first", "crs_recognised_swapped", Role.CANDIDATES, moved(3351, swapped=True)),
    ("SK-63 without any system", "crs_recognised", Role.CANDIDATES, moved(3352, named=None, suffix="parquet")),
    ("swapped coordinates", "lon_lat_swapped", Role.CANDIDATES, points([55.14, 27.69], [27.96, 55.15])),
    ("shifted columns", "columns_shifted", Role.CANDIDATES,
     text("x.csv", "id,name,lat,lon\n1,Плиса,w17,55.21\n2,Удело,w18,55.14\n")),
    ("outside the district", "outside_district", Role.CANDIDATES, points([27.6, 55.1], [26.0, 54.5])),
    ("all outside the district", "outside_district_all", Role.CANDIDATES, points([26.1, 54.5], [26.0, 54.5])),
    ("outside the country", "outside_country", Role.CANDIDATES, points([27.6, 55.1], [37.6, 55.7])),
    ("on Null Island", "null_island", Role.CANDIDATES, points([27.6, 55.1], [0, 0])),
    ("no place on Earth", "coordinates_outside", Role.CANDIDATES, points([27.6, 55.1], [276, 55.1])),
    ("duplicates", "duplicate_features", Role.CANDIDATES, points(SPOTS[0], SPOTS[0], name=["a", "a"])),
    ("several on one point", "same_point", Role.FACILITIES, points(SPOTS[0], SPOTS[0], name=["a", "b"])),
    ("far from its namesake", "far_from_namesake", Role.FACILITIES, points([27.5, 55.3], name=["Плиса"])),
    ("suspicious zeros of people", "population_zero", Role.DEMAND,
     points(*SPOTS, population=[0, 0, 12], kind=["town", "village", "village"])),
    ("suspicious zeros of seats", "number_zero", Role.FACILITIES, points(*SPOTS, seats=[0, 20, 12])),
    ("negative people", "population_negative", Role.DEMAND, points(*SPOTS, population=[-5, 20, 12])),
    ("negative seats", "number_negative", Role.FACILITIES, points(*SPOTS, seats=[-5, 20, 12])),
    ("people as text", "population_text", Role.DEMAND, points(*SPOTS, population=["много", "20", "12"])),
    ("people formatted", "population_number_format", Role.DEMAND, points(*SPOTS, population=["1 200", "20", "12"])),
    ("people missing", "population_missing", Role.DEMAND, points(*SPOTS, population=[None, 20, 12])),
    ("seats as text", "number_text", Role.FACILITIES, points(*SPOTS, seats=["много", 20, 12])),
    ("a column that is needed", "column_missing", Role.DEMAND, points(*SPOTS, name=["a", "b", "c"])),
    ("unknown fields", "columns_unknown", Role.CANDIDATES, points(*SPOTS, colour=["a", "b", "c"])),
    ("cp1251", "encoding_guessed", Role.DEMAND, text("x.csv", CSV, "cp1251")),
    ("cp866", "encoding_guessed", Role.DEMAND, text("x.csv", CSV, "cp866")),
    ("a .cpg that lies", "encoding_contradicted", Role.CANDIDATES, shapefile(declared="UTF-8", encoding="cp1251")),
    ("a Shapefile without .cpg", "encoding_guessed", Role.CANDIDATES, shapefile(declared=None, encoding="cp1251")),
    ("MapInfo that names none", "encoding_guessed", Role.CANDIDATES, mif("Neutral", "cp866")),
    ("MapInfo that lies", "encoding_contradicted", Role.CANDIDATES, mif("WindowsLatin1", "cp1251")),
    ("garbled before", "text_garbled", Role.CANDIDATES,
     points(*SPOTS, name=["Глубокое".encode().decode("cp1251"), "Плиса", "Удело"])),
    ("letters lost", "text_lost", Role.CANDIDATES, points(*SPOTS, name=["????????", "Плиса", "Удело"])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "role", "make"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_fault_is_named(tmp_path: Path, code: str, role: Role | None, make: Make) -> None:
    # Where no measure against a district is asked for, the fault is to be found without one.
    district = None if role is None or code in ("crs_missing", "projected_as_degrees") else DISTRICT
    country = None if code in ("crs_missing", "projected_as_degrees") else country_outline("BY")
    findings = check(read(make(tmp_path)), role, district=district, places=PLACES, country=country)
    named = [found for found in findings if found.code == code]
    assert len(named) == 1, [found.code for found in findings]
    assert named[0].message and named[0].fix
    assert named[0].severity == FAULTS[code].severity or code == "geometry_null"


SOUND: list[tuple[str, Role | None, Make]] = [
    ("zones", Role.ZONES, geojson(polygon(RING, HOLE[::-1]))),
    ("roads", Role.ROADS, geojson(LINE)),
    ("candidates in metres", Role.CANDIDATES, moved(32635, named=32635)),
    ("candidates in Gauss-Krüger", Role.CANDIDATES, moved(28405, named=28405)),
    ("candidates in SK-63", Role.CANDIDATES, moved(3352, named=3352)),
    ("a Shapefile in cp1251", Role.CANDIDATES, shapefile(declared="1251", encoding="cp1251")),
    ("MapInfo in cp1251", Role.CANDIDATES, mif("WindowsCyrillic", "cp1251")),
    ("MapInfo in cp866", Role.CANDIDATES, mif("CodePage866", "cp866")),
    ("a table in UTF-8", Role.DEMAND, text("x.csv", CSV)),
    ("a table in UTF-8 with its mark", Role.DEMAND, text("x.csv", CSV, "utf-8-sig")),
    ("a table in UTF-16", Role.DEMAND, text("x.csv", CSV, "utf-16")),
    ("places", Role.DEMAND, points(*SPOTS, population=[1, 2, 3], kind=["town", "village", "agrotown"])),
    ("facilities", Role.FACILITIES, points([28.19, 55.31], name=["Плиса"])),
]


@pytest.mark.parametrize(("role", "make"), [case[1:] for case in SOUND], ids=[case[0] for case in SOUND])
def test_sound_files_give_none(tmp_path: Path, role: Role | None, make: Make) -> None:
    reading = read(make(tmp_path))
    findings = check(reading, role, district=DISTRICT, places=PLACES, country=country_outline("BY"))
    told = {"coordinate_columns", "holes", "columns_unknown"}
    assert [found.code for found in findings if found.code not in told] == []
    assert usable(findings)
    if "name" in reading.frame:
        assert set(reading.frame["name"]) <= {"Глубокое", "Подсвилье", "Плиса", "Уделе"}


def test_without_a_district_the_country_tells_the_system(tmp_path: Path) -> None:
    _, findings = intake.look(moved(28405)(tmp_path), Role.BOUNDARY)
    assert {"crs_recognised", "projected_as_degrees"} <= {found.code for found in findings}
    # A layer of another country in a system that can be is nobody's business.
    elsewhere = gpd.GeoDataFrame(geometry=shapely.points([[500_000, 5_500_000]]), crs=32632)
    elsewhere.to_file(tmp_path / "y.gpkg")
    assert intake.look(tmp_path / "y.gpkg", Role.CANDIDATES)[1] == ()


def test_a_system_that_is_chosen_settles_what_could_be_several(tmp_path: Path) -> None:
    for swapped, expected in ((False, set()), (True, {"crs_recognised_swapped", "outside_district_all"})):
        path = moved(2495, swapped=swapped)(tmp_path)
        (several,) = [f for f in check(read(path), district=DISTRICT) if f.code == "crs_candidates"]
        assert several.values["choices"] == ("EPSG:32635", "EPSG:2495")
        chosen = check(read(path, crs="EPSG:2495"), district=DISTRICT)
        assert {found.code for found in chosen if found.severity == "error"} == expected


def test_a_workspace_tells_the_country(tmp_path: Path) -> None:
    path = points([27.6, 55.1], [37.6, 55.7])(tmp_path)
    outline = tmp_path / "outline.gpkg"
    gpd.GeoDataFrame(geometry=[DISTRICT], crs=4326).to_file(outline)
    for jurisdiction, found in (("BY", {"outside_country"}), ("RU", {"outside_district"})):
        district = District({"en": "x"}, jurisdiction)
        workspace = founding.found(tmp_path / f"{jurisdiction}.gpkg", district, outline)
        assert {f.code for f in intake.examine(path, Role.CANDIDATES, workspace=workspace).findings} == found
        assert {f.code for f in intake.look(path, workspace=workspace)[1]} == found
