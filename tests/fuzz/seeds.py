"""What the fuzzing starts from: small files of every kind, and the real ones beside the checkout, cut to size."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from planner.standards.catalogue import load, to_yaml
from tests.fuzz.chains import KINDS, layer
from tests.fuzz.mutate import unpacked_pbf

LARGEST = 40_000
"""Bytes; what is larger is cut."""

_POINTS = gpd.GeoDataFrame(
    {"name": ["Плиса", "Удело", None], "population": [473, 12, 0], "open": ["yes", "no", ""]},
    geometry=[shapely.Point(27.0, 55.0), shapely.Point(27.04, 55.001), shapely.Point(27.1, 55.02)], crs="EPSG:4326",
)  # fmt: skip
_AREAS = gpd.GeoDataFrame(
    {"name": ["z", "y"], "total": [100, 3]},
    geometry=[
        shapely.Polygon(
            [(26.9, 54.9), (27.2, 54.9), (27.2, 55.1), (26.9, 55.1)], [[(27, 55), (27.05, 55), (27, 55.05)]]
        ),
        shapely.MultiPolygon([shapely.box(26.9, 55.2, 27.1, 55.3)]),
    ],
    crs="EPSG:4326",
)  # fmt: skip
_LINES = gpd.GeoDataFrame(
    {"road_class": ["tertiary", "track"], "surface": ["paved", None], "oneway": ["no", "-1"], "speed_kmh": [60, 20]},
    geometry=[shapely.LineString([(27, 55), (27.04, 55)]), shapely.LineString([(27.04, 55.00001), (27.1, 55.02)])],
    crs="EPSG:4326",
)  # fmt: skip
_OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="54.99" lon="26.97"/><node id="2" lat="54.99" lon="27.13"/><node id="3" lat="55.03" lon="27.13"/>
 <node id="4" lat="55.03" lon="26.97"/>
 <node id="5" lat="55.0" lon="27.0"><tag k="place" v="village"/><tag k="name" v="Pl"/>
  <tag k="population" v="1 200"/></node>
 <node id="6" lat="55.001" lon="27.04"><tag k="amenity" v="post_office"/><tag k="opening_hours" v="Mo-Fr 9-17"/></node>
 <node id="7" lat="55.002" lon="27.05"><tag k="shop" v="convenience;bakery"/><tag k="amenity" v="pharmacy"/></node>
 <way id="10"><nd ref="5"/><nd ref="6"/><nd ref="7"/><tag k="highway" v="tertiary"/><tag k="maxspeed" v="RU:urban"/>
  <tag k="oneway" v="-1"/><tag k="surface" v="asphalt;gravel"/><tag k="layer" v="1"/></way>
 <way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way><way id="12"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
 <way id="13"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="5"/><tag k="amenity" v="school"/>
  <tag k="building" v="yes"/></way>
 <way id="14"><nd ref="5"/><nd ref="99"/><nd ref="7"/><tag k="power" v="line"/><tag k="highway" v="path"/></way>
 <relation id="20"><member type="way" ref="11" role="outer"/><member type="way" ref="12" role="outer"/>
  <member type="way" ref="13" role="inner"/><tag k="type" v="boundary"/><tag k="boundary" v="administrative"/>
  <tag k="admin_level" v="6"/><tag k="name" v="Town"/></relation>
 <relation id="21"><member type="way" ref="13" role=""/><tag k="type" v="multipolygon"/><tag k="amenity" v="hospital"/>
 </relation>
</osm>"""
_MAPPING = """never: [{disused: "*"}]
roads: {classes: {tertiary: tertiary}, unless: [{area: yes}], access: {cars: [motor_vehicle], closed: [private]},
  speed_kmh: {"RU:urban": 60}, oneway: {junctions: [roundabout]}}
places: {kinds: {village: village}, refined: [{kind: town, when: {capital: yes}}], population: population}
services:
- {service: post_office, when: {amenity: post_office}, columns: {hours: opening_hours}}
- {service: power, role: lines, when: [{power: [line, cable]}], enabled: true}
"""
_KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Points</name>
<Placemark id="a"><name>Плиса</name><ExtendedData><Data name="population"><value>473</value></Data></ExtendedData>
<Point><coordinates>27.0,55.0,3</coordinates></Point></Placemark><Placemark><MultiGeometry><LineString><coordinates>
27,55 27.1,55.1</coordinates></LineString></MultiGeometry><TimeStamp><when>2024-01-01</when></TimeStamp></Placemark>
</Folder></Document></kml>"""
_GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="55.0"
lon="27.0"><ele>1</ele><time>2024-01-01T00:00:00Z</time><name>a</name></wpt><trk><trkseg><trkpt lat="55" lon="27"/>
<trkpt lat="55.1" lon="27.1"/></trkseg></trk></gpx>"""
_TABLES = (
    "id;name;широта;долгота;население\n1;Плиса;55,00;27,0;473\n2;Удело;55,001;27,04;1 200\n3;;;;\n".encode(
        "cp1251"
    ),
    "name\tlat\tlon\na\t55°08'24\"N\t27°41'24\"E\nb\t55-08-24\t27 41 24\n".encode("utf-16"),
    b'name,wkt\na,"POINT (27 55)"\nb,"POLYGON ((27 55, 27.1 55, 27.1 55.1))"\nc,"CURVEPOLYGON (CIRCULARSTRING (27 55, '
    b'27.1 55.1, 27.2 55, 27.1 54.9, 27 55))"\n',
    b'name,coordinates,population\na,"55.0, 27.0",5\nb,"N 55 01 E 27 02",x\n',
    b"name|x|y|total\nz|500000|6095000|100\ny|500100|6095100|3\n",
    b"name,kind,rural_council,lat,lon,total,wkt\nz,village,c,55,27,100,\ny,town,,55.1,27.1,2,\n",
)
_WKT = (
    b"POINT (27 55)\nPOLYGON ((27 55, 27.1 55, 27.1 55.1, 27 55))\n",
    b"SRID=4326;MULTICURVE ((27 55, 27.1 55.1), CIRCULARSTRING (27 55, 27.1 55.1, 27.2 55))",
    b"GEOMETRYCOLLECTION Z (POINT Z (27 55 1), LINESTRING EMPTY)",
)
_TOPOLOGY = {
    "type": "Topology", "transform": {"scale": [0.0001, 0.0001], "translate": [26.9, 54.9]},
    "arcs": [[[0, 0], [1000, 0], [0, 1000]], [[1000, 1000], [-1000, 0], [0, -1000]]],
    "objects": {"a": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "z", "total": 5}, "id": 7},
        {"type": "Point", "coordinates": [500, 500]}, {"type": "MultiLineString", "arcs": [[0], [-2]]},
        {"type": None}]}},
}  # fmt: skip


def seeds(shared: Path | None) -> Iterator[bytes]:
    """Yield inputs, each with the number of its kind and a choice before the file's bytes.

    Parameters
    ----------
    shared : pathlib.Path or None
        The folder of real files.
    """
    for suffix, data in (*_written(), *(_real(shared) if shared is not None else ())):
        for number, kind in enumerate(KINDS):
            if kind.suffix == suffix:
                for choice in (0, 5) if kind.chain is layer else (0,):
                    yield bytes([number, choice]) + data


def _written() -> Iterator[tuple[str, bytes]]:
    yield from ((".csv", table) for table in _TABLES)
    yield from ((".wkt", text) for text in _WKT)
    yield ".topojson", json.dumps(_TOPOLOGY).encode()
    yield ".kml", _KML.encode()
    yield ".gpx", _GPX.encode()
    yield ".osm", _OSM.encode()
    yield ".osm.gz", gzip.compress(_OSM.encode(), mtime=0)
    yield ".yml", _MAPPING.encode()
    found = load().standards
    for at in range(0, len(found), max(len(found) // 8, 1)):
        yield ".yaml", to_yaml(found[at : at + 2]).encode()
    kmz = io.BytesIO()
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.writestr("doc.kml", _KML)
    yield ".kmz", kmz.getvalue()
    with tempfile.TemporaryDirectory() as name:
        yield from _by_library(Path(name))
        yield from _rasters(Path(name))
        yield from _pbf(Path(name))
        yield from _workbook(Path(name))


def _by_library(folder: Path) -> Iterator[tuple[str, bytes]]:
    frames = {"points": _POINTS, "areas": _AREAS, "lines": _LINES, "metres": _POINTS.to_crs(32635)}
    for title, frame in frames.items():
        for driver, suffix in (("GeoJSON", ".geojson"), ("GeoJSONSeq", ".geojsonl"), ("GPKG", ".gpkg"),
                               ("FlatGeobuf", ".fgb"), ("GML", ".gml")):  # fmt: skip
            if title == "metres" and "JSON" in driver:
                continue
            path = folder / f"{title}{suffix}"
            frame.to_file(path, driver=driver, engine="pyogrio")
            yield suffix, path.read_bytes()
        path = folder / f"{title}.parquet"
        frame.to_parquet(path, compression=None)
        yield ".parquet", path.read_bytes()
        for driver, suffix in (
            ("ESRI Shapefile", ".shp"),
            ("MapInfo File", ".tab"),
            ("MapInfo File", ".mif"),
        ):
            place = folder / f"{title}{suffix[1:]}"
            place.mkdir()
            frame.to_file(place / f"a{suffix}", driver=driver, engine="pyogrio", encoding="cp1251")
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for part in sorted(place.iterdir()):
                    archive.writestr(part.name, part.read_bytes())
            yield ".zip", packed.getvalue()
    _POINTS.assign(lon=_POINTS.geometry.x, lat=_POINTS.geometry.y, total=4).drop(
        columns="geometry"
    ).to_parquet(folder / "plain.parquet", compression=None)
    yield ".parquet", (folder / "plain.parquet").read_bytes()


def _rasters(folder: Path) -> Iterator[tuple[str, bytes]]:
    import rasterio
    from rasterio.transform import from_origin

    for kind, crs, corner, cell in (
        ("float32", "EPSG:4326", (26.9, 55.1), 0.02),
        ("int16", "EPSG:32635", (495000, 6100000), 1000),
    ):
        path = folder / f"{kind}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", width=14, height=11, count=1, dtype=kind, crs=crs,
            transform=from_origin(*corner, cell, cell), nodata=-1,
        ) as raster:  # fmt: skip
            raster.write(np.arange(154, dtype=kind).reshape(1, 11, 14) - 1)
        yield ".tif", path.read_bytes()


def _pbf(folder: Path) -> Iterator[tuple[str, bytes]]:
    import osmium

    source, made = folder / "x.osm", folder / "x.osm.pbf"
    source.write_text(_OSM, encoding="utf-8")
    with osmium.SimpleWriter(str(made)) as writer:
        for each in osmium.FileProcessor(str(source)):
            writer.add(each)
    yield ".osm.pbf", made.read_bytes()
    yield ".osm.pbf", unpacked_pbf(made.read_bytes())


def _workbook(folder: Path) -> Iterator[tuple[str, bytes]]:
    import xlsxwriter

    path = folder / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("places")
        for row, cells in enumerate(
            (("name", "lat", "lon", "n"), ("Плиса", 55.0, 27.0, 5), ("b", "55,1", "27°", "x"))
        ):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(3, 0, "=1+1")
        book.add_worksheet("empty")
    data = path.read_bytes()
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(stored, "w") as archive:
        for member in packed.infolist():
            archive.writestr(member.filename, packed.read(member))
    yield ".xlsx", stored.getvalue()


def _real(shared: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the real files; tables and texts keep their first lines, extracts their beginning."""
    as_read = {".json": ".geojson", ".txt": ".txt", ".gz": ".osm", ".pbf": ".osm.pbf"}
    for path in sorted(each for each in (shared / "data").rglob("*") if each.is_file()):
        suffix = as_read.get(path.suffix, path.suffix)
        data = path.read_bytes()
        if suffix == ".osm":
            data = gzip.decompress(data)[: LARGEST // 2].rpartition(b"\n")[0] + b"\n</osm>"
        elif suffix == ".osm.pbf":
            continue
        elif len(data) > LARGEST and suffix in (".csv", ".txt", ".geojson", ".wkt"):
            data = data[: LARGEST // 4].rpartition(b"\n")[0] or data[: LARGEST // 4]
        elif suffix == ".gpkg":
            few = gpd.read_file(path, engine="pyogrio").iloc[:5]
            with tempfile.TemporaryDirectory() as folder:
                few.to_file(Path(folder) / "few.gpkg", driver="GPKG", engine="pyogrio")
                data = (Path(folder) / "few.gpkg").read_bytes()
        elif len(data) > LARGEST:
            continue
        yield suffix, data
