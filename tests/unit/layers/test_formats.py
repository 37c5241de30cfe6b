"""Formats read through GDAL, archives, and files that lie about what they are."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from planner.errors import InputError
from planner.layers.check import check
from planner.layers.read import Limits, read
from planner.layers.reading import MIB

NAMES = ["Глубокое", "Подсвилье"]


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    points = shapely.points([[27.69, 55.14], [27.96, 55.15]])
    return gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": NAMES, "population": [18082, 2270]}, geometry=points, crs=4326
    )


def write_shapefile(frame: gpd.GeoDataFrame, folder: Path, encoding: str) -> list[Path]:
    pyogrio.write_dataframe(frame, folder / "p.shp", driver="ESRI Shapefile", encoding=encoding)
    return sorted(folder.glob("p.*"))


@pytest.mark.parametrize(
    ("suffix", "driver"), [("gpkg", "GPKG"), ("kml", "KML"), ("fgb", "FlatGeobuf"), ("gml", "GML")]
)
def test_formats_give_the_same_places(
    places: gpd.GeoDataFrame, tmp_path: Path, suffix: str, driver: str
) -> None:
    path = tmp_path / f"p.{suffix}"
    pyogrio.write_dataframe(places, path, driver=driver)
    before = path.read_bytes(), sorted(p.name for p in tmp_path.iterdir())
    reading = read(path)
    column = "Name" if suffix == "kml" else "name"
    located = dict(zip(reading.frame[column], (g.wkt for g in reading.frame.geometry), strict=True))
    assert located == {"Глубокое": "POINT (27.69 55.14)", "Подсвилье": "POINT (27.96 55.15)"}
    assert reading.crs == "EPSG:4326"
    assert (path.read_bytes(), sorted(p.name for p in tmp_path.iterdir())) == before


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "UTF-8"])
@pytest.mark.parametrize("said", [True, False])
def test_a_zipped_shapefile_is_read_in_its_encoding(
    places: gpd.GeoDataFrame, tmp_path: Path, encoding: str, said: bool
) -> None:
    path = tmp_path / "p.zip"
    (tmp_path / "parts").mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for part in write_shapefile(places, tmp_path / "parts", encoding):
            if said or part.suffix != ".cpg":
                archive.write(part, f"data/{part.name.upper()}")
    reading = read(path)
    assert list(reading.frame["name"]) == NAMES
    assert reading.encoding == encoding.lower()


def test_a_cpg_that_contradicts_the_text_is_not_believed(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_shapefile(places, tmp_path, "cp1251")
    (tmp_path / "p.cpg").write_text("UTF-8")
    reading = read(tmp_path / "p.shp")
    assert list(reading.frame["name"]) == NAMES
    assert [found.code for found in reading.findings] == ["encoding_contradicted"]


def test_a_shapefile_without_prj_needs_the_system_to_be_accepted_or_given(
    places: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    write_shapefile(places, tmp_path, "UTF-8")
    (tmp_path / "p.prj").unlink()
    reading = read(tmp_path / "p.shp")
    assert (reading.crs, reading.crs_declared) == (None, False)
    assert [found.code for found in check(reading)] == ["crs_assumed"]
    assert check(read(tmp_path / "p.shp", crs="EPSG:4326")) == ()
    with pytest.raises(InputError, match="not known"):
        read(tmp_path / "p.shp", crs="EPSG:99999999")


def test_a_shapefile_alone_names_what_is_missing(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_shapefile(places, tmp_path, "UTF-8")
    (tmp_path / "p.dbf").unlink()
    with pytest.raises(InputError, match=r"missing: \.dbf"):
        read(tmp_path / "p.shp")


def test_layers_are_listed_and_chosen(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(places.to_crs(32635), path, layer="metres")
    pyogrio.write_dataframe(places, path, layer="degrees", append=True)
    reading = read(path)
    assert (reading.layer, reading.layers, reading.crs) == ("metres", ("metres", "degrees"), "EPSG:32635")
    assert read(path, layer="degrees").crs == "EPSG:4326"
    with pytest.raises(InputError, match="metres, degrees"):
        read(path, layer="feet")


def test_content_decides_what_a_file_is(places: gpd.GeoDataFrame, tmp_path: Path) -> None:
    pyogrio.write_dataframe(places, tmp_path / "p.gpkg")
    lying = tmp_path / "p.geojson"
    lying.write_bytes((tmp_path / "p.gpkg").read_bytes())
    assert read(lying).driver == "GPKG"
    text = tmp_path / "p.txt"
    text.write_text("POLYGON ((0 0, 1 0, 1 1, 0 0))\nPOINT (3 4)\n")
    assert (read(text).driver, len(read(text).frame)) == ("WKT", 2)


def _archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("../out.csv", "outside itself"),
        ("/etc/out.csv", "outside itself"),
        ("C:\\out.csv", "outside itself"),
        ("inner.zip", "another archive"),
        ("readme.doc", "holds no layer"),
        ("p.shp", "not complete"),
    ],
)
def test_archives_that_could_harm_or_hold_nothing_are_refused(tmp_path: Path, member: str, said: str) -> None:
    (tmp_path / "in").mkdir()
    path = _archive(tmp_path / "in" / "a.zip", (member, b"lat,lon\n1,2\n"))
    with pytest.raises(InputError, match=said):
        read(path)
    assert [p.name for p in tmp_path.rglob("*.csv")] == []


def test_an_archive_that_unpacks_to_too_much_is_refused_although_it_lies_about_it(tmp_path: Path) -> None:
    path = _archive(tmp_path / "bomb.zip", ("a.csv", b"0" * 5 * MIB))
    with pytest.raises(InputError, match="unpacks to more than 1 MiB"):
        read(path, limits=Limits(max_expanded_bytes=MIB))
    data = path.read_bytes()
    size = (5 * MIB).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(InputError):
        read(path, limits=Limits(max_expanded_bytes=MIB))


def test_one_of_several_files_in_an_archive_is_chosen_by_name(tmp_path: Path) -> None:
    path = _archive(tmp_path / "a.zip", ("x.csv", b"lat,lon\n55,27\n"), ("y.csv", b"lat,lon\n56,28\n"))
    assert read(path).layers == ("x", "y")
    assert read(path, layer="y").frame.geometry.iloc[0].wkt == "POINT (28 56)"
    with pytest.raises(InputError, match="x, y"):
        read(path, layer="z")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml><name>&x;</name></kml>',
        "<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>",
        "<OGRWFSDataSource><URL>http://localhost/</URL></OGRWFSDataSource>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_refers_elsewhere_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "x.kml"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(InputError, match="outside the file"):
        read(path)


@pytest.mark.parametrize(
    "name", ["http://example.org/a.geojson", "/vsicurl/http://example.org/a.gpkg", "no.gpkg", "."]
)
def test_only_files_on_this_machine_are_read(name: str) -> None:
    with pytest.raises(InputError):
        read(name)


def _garbage() -> bytes:
    return bytes((n * 7919 + n * n * 31) % 256 for n in range(4000))


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        _garbage,
        lambda: b"PK\x03\x04" + _garbage(),
        lambda: b"SQLite format 3\0" + _garbage(),
        lambda: b"<kml>" + _garbage(),
        lambda: b"fgb\x03fgb" + _garbage(),
    ],
)
def test_garbage_is_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "garbage.bin"
    path.write_bytes(make())
    with pytest.raises(InputError) as refusal:
        read(path)
    assert "/" not in refusal.value.text().replace("<DRIVER>", "")


@pytest.mark.parametrize("encoding", ["windows-1251", "cp866", "koi8-r"])
def test_kml_in_an_encoding_of_offices_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(
        f'<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        "<name>Плиса</name><Point><coordinates>27.6,55.2</coordinates></Point></Placemark></Document></kml>"
        .encode(encoding)
    )  # fmt: skip
    assert [str(value) for value in read(path).frame.iloc[0]][0:3].count("Плиса") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b" <!DOCTYPE html>\n<html>",
    ],
)
@pytest.mark.parametrize("suffix", [".geojson", ".csv"])
def test_a_document_under_the_name_of_a_layer_is_called_none(
    tmp_path: Path, head: bytes, suffix: str
) -> None:
    path = tmp_path / f"memo{suffix}"
    path.write_bytes(head + b"text " * 200)
    with pytest.raises(InputError, match=f"memo{suffix} is in no format that can be read"):
        read(path)


def test_a_raster_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "people.tif"
    path.write_bytes(b"II*\0" + bytes(200))
    with pytest.raises(InputError, match="planner population"):
        read(path)
