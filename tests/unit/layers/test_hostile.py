"""Files made to do harm: nothing in them runs, and nothing outside them is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.errors import InputError
from planner.layers.limits import Limits
from planner.layers.read import read

SECRET = "wkt\nPOINT (27.69 55.14)\n"
PLACEMARK = "<Placemark><name>{}</name><Point><coordinates>27.7,55.1</coordinates></Point></Placemark>"


@pytest.mark.parametrize("member", ["../out.csv", "/tmp/out.csv", "a/../../out.csv", "C:\\out.csv"])
def test_an_inner_archive_cannot_write_outside_either(tmp_path: Path, member: str) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr(member, SECRET)
    path = tmp_path / "deep" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("inner.zip", inner.getvalue())
    with pytest.raises(InputError, match="outside itself"):
        read(path, limits=Limits(max_nesting=2))
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["deep", "x.zip"]


@pytest.mark.parametrize(
    "text",
    [
        "<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        '<!DOCTYPE x [<!ENTITY y SYSTEM "file://{}">]><kml xmlns="http://www.opengis.net/kml/2.2"><name>&y;</name></kml>',
        '<gml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{}"/></gml>',
    ],
    ids=["virtual", "entity", "include"],
)
def test_a_file_that_names_another_is_refused(tmp_path: Path, text: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(SECRET, encoding="utf-8")
    for name in ("x.kml", "x.gml", "x.csv", "x.geojson"):
        path = tmp_path / name
        path.write_text(text.format(secret), encoding="utf-8")
        with pytest.raises(InputError, match="outside the file"):
            read(path)


def test_a_link_of_kml_is_not_followed(tmp_path: Path) -> None:
    kml = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
    (tmp_path / "secret.kml").write_text(kml.format(PLACEMARK.format("secret")), encoding="utf-8")
    link = f"<NetworkLink><Link><href>{tmp_path / 'secret.kml'}</href></Link></NetworkLink>"
    path = tmp_path / "x.kml"
    path.write_text(kml.format(link + PLACEMARK.format("open")), encoding="utf-8")
    assert list(read(path).frame["Name"]) == ["open"]


def test_names_that_look_like_paths_or_programs_are_text(tmp_path: Path) -> None:
    names = [
        "/vsicurl/http://example.org/a.gpkg",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{0.__class__}",
    ]
    frame = gpd.GeoDataFrame(
        {"name": names}, geometry=shapely.points([[27.6, 55.1 + i / 100] for i in range(4)]), crs=4326
    )
    for suffix in ("gpkg", "geojson", "fgb", "kml"):
        path = tmp_path / f"x.{suffix}"
        frame.rename(columns={"name": "Name"}).to_file(path, driver="KML" if suffix == "kml" else None)
        assert sorted(read(path).frame["Name"]) == sorted(names)


def test_a_link_in_the_file_system_out_of_a_shapefile_gives_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        entry = zipfile.ZipInfo("x.csv")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/hostname")
    # A link in an archive is unpacked as what it is to a reader: a text that names a path.
    with pytest.raises(InputError, match="holds coordinates"):
        read(path)
