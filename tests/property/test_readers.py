"""Any file that can be put together: it is taken or refused with a message, and nothing else happens.

What is done with each is in :mod:`tests.fuzz.chains`. A few examples of each kind are tried; ``PLANNER_EXAMPLES=2000``
tries so many, which takes an hour or two.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pyogrio.errors
import pytest
import shapely
import xlsxwriter
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from planner.standards.catalogue import load, to_yaml
from tests.fuzz.chains import KINDS, Bench, bench_in

EXAMPLES = int(os.environ.get("PLANNER_EXAMPLES", "12"))
tried = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    derandomize=EXAMPLES < 50,
)

CHOICES = st.integers(0, 255)
ODD = st.sampled_from([
    "", " ", "null", "nan", "inf", "-1", "0", "1e400", "9" * 40, "1 200", "55,14", "27.69", "yes", "{", "{name}",
    "%s", "'", '"',
    "\u0000", "\ufeff", "\ud7ff", "Ў", "<b>", "&amp;", "]]>", "=1+1", "POINT (27 55)", "POINT (NaN 1)", "../x",
    "x" * 300, "village",
])  # fmt: skip
TEXTS = st.one_of(ODD, st.text(max_size=6))
NUMBERS = st.one_of(
    st.sampled_from([0, -1, 27.05, 55.01, 1e308, -1e308, 1e-320, 2**53, 2**63, 10**40, 180, 90, -181, 500000, 6095000]),
    st.floats(26.9, 55.1), st.floats(), st.integers(),
)  # fmt: skip
FIELDS = st.sampled_from([
    "id", "ID", "name", "name_ru", "population", "население", "kind", "lat", "lon", "x", "y", "wkt", "total",
    "geometry", "geom", "fid",
    "_fid", "_fid_1", "rural_council", "source", "capacity", "speed_kmh", "oneway", "road_class", "surface",
    "opening_hours", "",
    "a\u0000b", 'a"b', "x" * 80, "{0}",
])  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return a district to try files on."""
    before = tempfile.tempdir
    yield bench_in(tmp_path_factory.mktemp("bench"))
    tempfile.tempdir = before


def endure(bench: Bench, suffix: str, data: bytes, choice: int) -> None:
    """Do all that is done with files of this kind; whatever the planner lets through fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in KINDS:
            if kind.suffix == suffix:
                assert bench.try_out(kind, data, choice) in ("taken", "refused")


POSITIONS = st.one_of(
    st.tuples(st.floats(26.95, 27.12), st.floats(54.98, 55.04)).map(list),
    st.lists(NUMBERS, max_size=4),
    TEXTS,
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def often(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what is usual, and at times anything at all."""
    return st.integers(0, 9).flatmap(lambda roll: VALUES if roll == 0 else usual)


COORDINATES = st.recursive(often(POSITIONS), lambda inner: st.lists(inner, max_size=5), max_leaves=12)
GEOMETRIES: st.SearchStrategy[Any] = st.recursive(
    st.fixed_dictionaries(
        {
            "type": often(st.sampled_from(["Point", "LineString", "Polygon", "MultiPoint", "MultiPolygon", "point"])),
            "coordinates": often(COORDINATES),
        }
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": often(st.lists(inner, max_size=3))}
    ),
    max_leaves=4,
)  # fmt: skip
FEATURES = st.fixed_dictionaries(
    {"type": often(st.just("Feature")), "geometry": often(GEOMETRIES)},
    optional={
        "properties": often(st.dictionaries(FIELDS, VALUES, max_size=4)), "id": VALUES, "bbox": VALUES, "crs": VALUES,
    },
)  # fmt: skip
TOPOLOGIES = st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection"])},
    optional={"arcs": VALUES, "coordinates": often(POSITIONS), "geometries": VALUES, "properties": VALUES},
)
GRIDS = st.fixed_dictionaries(
    {"scale": st.lists(NUMBERS, min_size=2, max_size=2), "translate": often(st.just([27, 55]))}
)
DOCUMENTS = st.one_of(
    st.fixed_dictionaries(
        {"type": often(st.just("FeatureCollection")), "features": often(st.lists(often(FEATURES), max_size=4))},
        optional={"bbox": VALUES, "crs": VALUES, "name": VALUES},
    ),
    FEATURES, GEOMETRIES, VALUES,
    st.fixed_dictionaries(
        {
            "type": st.just("Topology"),
            "objects": often(st.dictionaries(TEXTS, often(TOPOLOGIES), max_size=2)),
        },
        optional={
            "arcs": often(st.lists(st.lists(POSITIONS, max_size=4), max_size=3)), "transform": often(GRIDS),
        },
    ),
)  # fmt: skip


@tried
@given(document=DOCUMENTS, choice=CHOICES, lines=st.booleans())
def test_any_json(bench: Bench, document: Any, choice: int, lines: bool) -> None:
    parts = document.get("features") if lines and isinstance(document, dict) else None
    texts = [json.dumps(part) for part in (parts if isinstance(parts, list) else [document])]
    endure(bench, ".geojsonl" if lines else ".geojson", "\n".join(texts).encode("utf-8", "replace"), choice)


TABLES = st.tuples(
    st.lists(st.one_of(FIELDS, TEXTS), min_size=1, max_size=6),
    st.lists(
        st.lists(st.one_of(NUMBERS.map(str), TEXTS, st.just("55.01"), st.just("27.05")), max_size=7),
        max_size=5,
    ),
)


@tried
@given(
    table=TABLES, choice=CHOICES, located=st.booleans(), separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866", "utf-32"]),
)  # fmt: skip
def test_any_table(
    bench: Bench, table: Any, choice: int, located: bool, separator: str, encoding: str
) -> None:
    header, rows = table
    if located:
        header, rows = (
            ["lat", "lon", *header],
            [["55.01", "27,05" if separator == ";" else "27.05", *row] for row in rows],
        )
    text = "\n".join(separator.join(cells) for cells in (header, *rows))
    endure(bench, ".csv", text.encode(encoding, "replace"), choice)


@tried
@given(table=TABLES, choice=CHOICES, second=st.booleans())
def test_any_workbook(bench: Bench, table: Any, choice: int, second: bool) -> None:
    made = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with xlsxwriter.Workbook(made, {"nan_inf_to_errors": True}) as book:
            if second:
                book.add_worksheet()
            sheet = book.add_worksheet()
            for row, cells in enumerate(
                (["lat", "lon", *table[0]], *(["55.01", 27.05, *row] for row in table[1]))
            ):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell)
    endure(bench, ".xlsx", made.getvalue(), choice)


# A coarse grid, so that shapes touch, cross, repeat and collapse often.
GRID = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (27.0 + at[0] / 50, 55.0 + at[1] / 100))
RINGS = st.lists(GRID, min_size=4, max_size=7).map(lambda ring: [*ring, ring[0]])
WIDE = st.sampled_from(
    [0.0, 27.0, 55.0, 181.0, -91.0, 1e9, 1e300, float("nan"), float("inf"), 500000.0, 6095000.0]
)


def quietly(make: Any, coordinates: Any) -> Any:
    """Make a geometry; numbers that are none make NumPy warn."""
    with np.errstate(invalid="ignore"):
        return make(coordinates)


SHAPES = st.one_of(
    GRID.map(shapely.Point), st.tuples(WIDE, WIDE).map(shapely.Point), st.tuples(WIDE, WIDE, WIDE).map(shapely.Point),
    st.lists(GRID, min_size=2, max_size=5).map(shapely.LineString), RINGS.map(shapely.Polygon),
    st.lists(st.tuples(WIDE, WIDE), min_size=2, max_size=4).map(lambda way: quietly(shapely.LineString, way)),
    st.tuples(RINGS, RINGS).map(lambda rings: shapely.Polygon(rings[0], [rings[1]])),
    st.tuples(RINGS, RINGS).map(lambda rings: shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])),
    st.tuples(GRID, RINGS).map(
        lambda both: shapely.GeometryCollection([shapely.Point(both[0]), shapely.Polygon(both[1])])
    ),
    st.sampled_from([None, shapely.Point(), shapely.Polygon(), shapely.GeometryCollection()]),
)  # fmt: skip
COLUMNS = st.sampled_from([
    [1, 2, 3], [1.5, None, float("inf")], ["", None, "\u0000Ў"], [True, False, True],
    [b"\x00", None, b"x"], [2**62, -5, 0], np.array(["2024-01-01", "NaT", "1800-01-01"], dtype="datetime64[s]"),
    ["1 200", "x", "-5"], ["id", "id", "id"], [1e12, -0.0, 3.0],
])  # fmt: skip
LAYERS = st.tuples(
    st.lists(SHAPES, min_size=3, max_size=3),
    st.dictionaries(FIELDS.filter(lambda name: name != "geometry"), COLUMNS, max_size=4),
)


@tried
@given(
    made=LAYERS, choice=CHOICES,
    driver=st.sampled_from(["GPKG", "FlatGeobuf", "ESRI Shapefile", "GML", "MapInfo File", "Parquet"]),
    crs=st.sampled_from(["EPSG:4326", "EPSG:32635", "EPSG:3857", None, "EPSG:28405", "EPSG:4979"]),
)  # fmt: skip
def test_any_layer_that_a_gis_writes(
    bench: Bench, made: Any, choice: int, driver: str, crs: str | None
) -> None:
    shapes, columns = made
    suffixes = {"GPKG": ".gpkg", "FlatGeobuf": ".fgb", "GML": ".gml", "Parquet": ".parquet"}
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        path = folder / f"x{suffixes.get(driver, '.shp' if driver.startswith('ESRI') else '.tab')}"
        try:
            frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
            if driver == "Parquet":
                frame.to_parquet(path)
            else:
                frame.to_file(path, driver=driver, engine="pyogrio")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ValueError,
                RuntimeError, OverflowError):  # fmt: skip
            # A GIS would not have written it either.
            return
        if driver in suffixes:
            suffix, data = path.suffix, path.read_bytes()
        else:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for part in sorted(folder.iterdir()):
                    archive.writestr(part.name, part.read_bytes())
            suffix, data = ".zip", packed.getvalue()
    endure(bench, suffix, data, choice)


TAGS = st.dictionaries(
    st.sampled_from([
        "place", "name", "name:ru", "population", "amenity", "shop", "highway", "oneway", "maxspeed", "surface",
        "layer", "type",
        "boundary", "admin_level", "power", "building", "railway", "access", "disused", "note", "opening_hours",
        "capacity",
    ]),
    st.sampled_from([
        "village", "town", "Town", "post_office", "school", "tertiary", "track", "yes", "no", "-1", "60",
        "RU:urban", "asphalt;gravel",
        "multipolygon", "boundary", "administrative", "6", "line", "station", "1 200", "9" * 30, "", "{0}",
        "a;b;;c", "private", "convenience",
    ]),
    max_size=5,
)  # fmt: skip
REFS = st.lists(st.integers(1, 7), max_size=6)
EXTRACTS = st.tuples(
    st.lists(st.tuples(st.one_of(st.integers(1, 6), st.sampled_from([-1, 0, 2**40, 2**63])), st.one_of(
        GRID, st.tuples(st.sampled_from([0.0, 181.0, 27.0, 1e9]), st.sampled_from([55.0, 91.0, 0.0]))
    ), TAGS), max_size=7),
    st.lists(st.tuples(st.integers(10, 13), REFS, TAGS), max_size=4),
    st.lists(st.tuples(
        st.lists(st.tuples(st.integers(10, 14), st.sampled_from(["outer", "inner", "", "x"])), max_size=4), TAGS
    ), max_size=3),
)  # fmt: skip


@tried
@given(extract=EXTRACTS, choice=CHOICES)
def test_any_extract(bench: Bench, extract: Any, choice: int) -> None:
    def tags(given: dict[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in given.items())

    nodes, ways, relations = extract
    parts = [f'<node id="{n}" lon="{at[0]}" lat="{at[1]}">{tags(given)}</node>' for n, at, given in nodes]
    parts += [
        f'<way id="{n}">{"".join(f"""<nd ref="{ref}"/>""" for ref in refs)}{tags(given)}</way>'
        for n, refs, given in ways
    ]
    for number, (members, given_tags) in enumerate(relations):
        listed = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
        parts.append(f'<relation id="{20 + number}">{listed}{tags(given_tags)}</relation>')
    endure(bench, ".osm", f'<osm version="0.6">{"".join(parts)}</osm>'.encode(), choice)


NAMES = st.sampled_from([
    "kml", "Document", "Folder", "Placemark", "name", "Point", "LineString", "Polygon", "outerBoundaryIs",
    "LinearRing", "coordinates",
    "MultiGeometry", "ExtendedData", "Data", "value", "SchemaData", "gpx", "wpt", "trk", "trkseg", "trkpt", "ele",
    "time", "TimeStamp",
    "gml:FeatureCollection", "gml:featureMember", "gml:Point", "gml:pos", "gml:posList", "gml:Curve", "gml:Arc", "f",
])  # fmt: skip
MARKS = st.sampled_from(["", ' lat="55" lon="27"', ' srsName="EPSG:4326"', ' id="a"', ' name="n"'])
XML: st.SearchStrategy[str] = st.recursive(
    st.one_of(
        st.just("27,55 27.1,55.1,3 27,55"), st.just("27 55 27.1 55"), TEXTS.map(lambda t: escape(t.replace("\0", "")))
    ),
    lambda inner: st.tuples(NAMES, MARKS, st.lists(inner, max_size=4)).map(
        lambda e: f"<{e[0]}{e[1]}>{''.join(e[2])}</{e[0]}>"
    ),
    max_leaves=12,
)  # fmt: skip


@tried
@given(inside=st.lists(XML, max_size=3), root=st.sampled_from(["kml", "gpx", "gml"]), choice=CHOICES)
def test_any_document_of_marks(bench: Bench, inside: list[str], root: str, choice: int) -> None:
    spaces = {
        "kml": ("kml", 'xmlns="http://www.opengis.net/kml/2.2"'),
        "gpx": ("gpx", 'version="1.1" xmlns="http://www.topografix.com/GPX/1/1"'),
        "gml": ("gml:FeatureCollection", 'xmlns:gml="http://www.opengis.net/gml"'),
    }
    name, space = spaces[root]
    text = f'<?xml version="1.0"?><{name} {space}>{"".join(inside)}</{name}>'
    endure(bench, f".{root}", text.encode("utf-8", "replace"), choice)


@tried
@given(
    cells=st.lists(st.one_of(st.floats(0, 50), st.floats(width=32)), min_size=12, max_size=12), choice=CHOICES,
    dtype=st.sampled_from(["float32", "float64", "uint8", "int16", "int32"]),
    nodata=st.sampled_from([None, 0, -1, 255, float("nan")]),
    crs=st.sampled_from(["EPSG:4326", "EPSG:32635", "EPSG:3857", "EPSG:3031", "EPSG:4978", None]),
    steps=st.tuples(*[st.sampled_from([0.05, 0.0, -0.05, 1e-9, 50.0, 3000.0])] * 2),
    corner=st.sampled_from([(26.9, 55.1), (495000.0, 6100000.0), (3005000.0, 7375000.0), (0.0, 0.0), (1e300, -1e300)]),
    turned=st.booleans(),
)  # fmt: skip
def test_any_raster(
    bench: Bench, cells: list[float], choice: int, dtype: str, nodata: float | None, crs: str | None,
    steps: tuple[float, float], corner: tuple[float, float], turned: bool,
) -> None:  # fmt: skip
    with warnings.catch_warnings(), np.errstate(all="ignore"), MemoryFile() as memory:
        warnings.simplefilter("ignore")
        try:
            with memory.open(
                driver="GTiff", width=4, height=3, count=1, dtype=dtype, crs=crs, nodata=nodata,
                transform=Affine(steps[0], 0.01 * turned, corner[0], 0.0, -steps[1], corner[1]),
            ) as raster:  # fmt: skip
                raster.write(np.array(cells).reshape(1, 3, 4).astype(dtype))
        except ValueError:
            # No such "no data" in this type.
            return
        data = memory.read()
    endure(bench, ".tif", data, choice)


CATALOGUES = [yaml.safe_load(to_yaml([one])) for one in load().standards[::9]]


@tried
@given(data=st.data(), choice=CHOICES, tags=st.booleans())
def test_any_catalogue_and_any_mapping_of_tags(
    bench: Bench, data: st.DataObject, choice: int, tags: bool
) -> None:
    if tags:
        document = data.draw(st.fixed_dictionaries({}, optional={
            "never": VALUES, "roads": VALUES, "places": VALUES,
            "services": often(st.lists(often(st.fixed_dictionaries({"service": st.just("a"), "when": VALUES})),
            max_size=2)),
        }))  # fmt: skip
    else:
        document = json.loads(json.dumps(data.draw(st.sampled_from(CATALOGUES)), default=str))
        (one,) = document["standards"]
        for _ in range(data.draw(st.integers(1, 3))):
            inner = [
                found for found in (one.get("measure"), one.get("area")) if isinstance(found, dict) and found
            ]
            part = data.draw(st.sampled_from([one, *inner]))
            part[data.draw(st.sampled_from(sorted(part)) | TEXTS)] = data.draw(VALUES)
    text = yaml.safe_dump(document, allow_unicode=True, default_flow_style=False)
    endure(bench, ".yml" if tags else ".yaml", text.encode("utf-8", "replace"), choice)
