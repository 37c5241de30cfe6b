"""What fuzzing found, each as an input written by hand: refused with a message, or read, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import xlsxwriter
from rasterio.io import MemoryFile
from rasterio.transform import Affine, from_origin

from planner.errors import InputError
from planner.i18n import Speech
from planner.layers.attribute_encoding import attribute_encoding
from planner.layers.osm_mapping import read_mapping
from planner.layers.population import people_cells
from planner.layers.read import read, read_records
from planner.layers.reading import Notes
from planner.layers.schema import Role
from planner.maps.preview import preview_map
from planner.studies import intake
from planner.studies.matching import match_list
from planner.studies.steps import read_step_costs
from planner.workspace import District, create_workspace
from planner.workspace.contract import content_digest

DISTRICT = shapely.box(27.0, 55.0, 27.1, 55.05)


def test_a_member_of_an_archive_without_a_name(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x.csv", "lat,lon\n55,27\n")
    path = tmp_path / "x.zip"
    path.write_bytes(made.getvalue().replace(b"x.csv", b"\0.csv"))
    with pytest.raises(InputError, match="is damaged"):
        read(path)


@pytest.mark.parametrize(
    "value", ["2024-13-45", "!!int ''", "!!timestamp x", "9" * 5000, "!!float x", "!!bool x", "!!binary ў"]
)
def test_a_mapping_with_a_value_that_yaml_itself_trips_over(tmp_path: Path, value: str) -> None:
    path = tmp_path / "tags.yaml"
    path.write_text(f"services: [{{service: post_office, when: {{amenity: {value}}}}}]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"tags\.yaml cannot be read"):
        read_mapping(path)


def raster(path: Path, value: float = 1.0, **kept: Any) -> Path:
    """Write a raster of 10 × 10 cells around the district."""
    profile: dict[str, Any] = {
        "width": 10, "height": 10, "count": 1, "dtype": "float64", "crs": "EPSG:4326",
        "transform": from_origin(27.0, 55.1, 0.01, 0.01), **kept,
    }  # fmt: skip
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", **profile) as made:
            made.write(np.full((1, 10, 10), value, dtype=profile["dtype"]))
        path.write_bytes(memory.read())
    return path


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"transform": Affine(0.01, 0.001, 27.0, 0.001, -0.01, 55.1)}, "do not run from west to east"),
        ({"transform": Affine(0.01, 0, 27.0, 0, 0.01, 55.0)}, "do not run from west to east"),
        ({"transform": Affine(-0.01, 0, 27.1, 0, -0.01, 55.1)}, "do not run from west to east"),
        ({"crs": 'LOCAL_CS["x",UNIT["m",1]]'}, "cannot be read as a raster"),
        ({"dtype": "complex64"}, "do not hold plain numbers"),
        ({"value": 1.7e308}, "than there are on Earth"),
        ({"value": 1e9}, "than there are on Earth"),
    ],
)
def test_a_raster_that_cannot_be_people_per_cell(tmp_path: Path, kept: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        people_cells(raster(tmp_path / "people.tif", **kept), DISTRICT)


def test_a_raster_does_not_lead_to_other_files(tmp_path: Path) -> None:
    other = raster(tmp_path / "other.tif")
    assert people_cells(other, DISTRICT).people.sum() == pytest.approx(50)
    path = tmp_path / "people.tif"
    with rasterio.open(other) as found:
        grid = ",".join(map(str, found.transform.to_gdal()))
    path.write_text(
        f'<VRTDataset rasterXSize="10" rasterYSize="10"><SRS>EPSG:4326</SRS><GeoTransform>{grid}</GeoTransform>'
        '<VRTRasterBand dataType="Float64" band="1"><SimpleSource><SourceFilename>'
        f"{other}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="cannot be read as a raster"):
        people_cells(path, DISTRICT)
    for elsewhere in ("/vsicurl/http://example.org/people.tif", f"/vsizip/{path}/people.tif"):
        with pytest.raises(InputError, match="no file"):
            people_cells(Path(elsewhere), DISTRICT)


def test_an_area_of_one_part_beside_one_of_several_is_kept_as_it_is(tmp_path: Path) -> None:
    one, several = shapely.box(27, 55, 27.1, 55.1), shapely.MultiPolygon([shapely.box(27.2, 55, 27.3, 55.1)])
    path = tmp_path / "zones.geojson"
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shapely.geometry.mapping(shape)}
        for name, shape in (("a", one), ("b", several))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    workspace = create_workspace(tmp_path / "w.gpkg", District({"en": "x"}))
    proposal = intake.examine(path, Role.ZONES, workspace=workspace)
    record = intake.keep(workspace, proposal, intake.mend(proposal, "all"))
    back = workspace.read(record)
    assert back.geometry.geom_type.tolist() == ["Polygon", "MultiPolygon"]
    assert content_digest(back) == record.digest


def test_digits_of_other_scripts_are_no_numbers_for_a_computer(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("lat,lon,code\n55,27,27.1٣\n55,27.1,1\n", encoding="utf-8")
    assert read(path).frame["code"].tolist() == ["27.1٣", "1"]


def test_a_system_that_leads_nowhere_is_an_unknown_one(tmp_path: Path) -> None:
    drawn = 'ENGCRS["x",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["m",1]]'
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(27, 55)], crs=drawn).to_parquet(
        tmp_path / "x.parquet"
    )
    reading = read(tmp_path / "x.parquet")
    assert reading.crs is None and not reading.crs_declared
    repaired = intake.mend(intake.examine(tmp_path / "x.parquet", Role.ZONES), "all")
    preview_map(reading.frame, repaired.frame, Speech("en"))
    # A depth under the sea is none either.
    with pytest.raises(InputError, match="EPSG:5773 is not known"):
        read(tmp_path / "x.parquet", crs="EPSG:5773")


def test_columns_named_like_a_layers_own_and_like_each_other(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("lat,lon,_fid,_fid_1,geometry_1,geometry,a,a,a\n55,27,1,2,3,4,5,6,7\n", encoding="utf-8")
    columns = list(read(path).frame.columns)
    expected = "lat lon _fid_1_1 _fid_1 geometry_1 geometry_1_1 a a_2 a_3 _fid geometry"
    assert columns == expected.split()
    places = gpd.GeoDataFrame({"_fid": [1], "_fid_1": [2]}, geometry=[shapely.Point(27, 55)], crs=4326)
    places.to_parquet(tmp_path / "x.parquet")
    places.to_file(tmp_path / "x.gpkg", engine="pyogrio")
    for name in ("x.parquet", "x.gpkg"):
        row = read(tmp_path / name).frame.iloc[0]
        assert (row["_fid_1_1"], row["_fid_1"], row["_fid"]) == (1, 2, "1"), name


def test_a_workbook_whose_columns_have_one_name(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["name", "name", "lat"])
        book.worksheets()[0].write_row(1, 0, ["Плиса", "Plisa", 1])
    table = read_records(path)
    assert table.to_dict("records") == [{"name": "Плиса", "name_2": "Plisa", "lat": 1}]


def test_a_new_column_with_every_feature_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {f"a{i}": 1},
            "geometry": {"type": "Point", "coordinates": [27, 55]},
        }
        for i in range(30_000)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(InputError, match="30000 columns"):
        read(path)


def test_ten_thousand_columns_or_features_of_one_name_take_no_longer_than_others(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"lat,lon{',a' * 500}{',' * 500}\n55,27{',1' * 1000}\n", encoding="utf-8")
    columns = list(read(path).frame.columns)
    assert len(set(columns)) == 1004
    assert max(map(len, columns)) < 20
    path.write_text(f"lat,lon{',a' * 20_000}{',' * 20_000}\n" + "55,27\n" * 100_000, encoding="utf-8")
    with pytest.raises(InputError, match="40002 columns"):
        read(path)
    path.write_text("lat,lon,id\n" + "55,27,1\n" * 40_000, encoding="utf-8")
    assert read(path).frame["_fid"].is_unique


def scribble(vertices: int) -> list[tuple[float, float]]:
    """Return a ring that crosses itself again and again."""
    ring = [(27 + (i * 7919 % 997) / 1e4, 55 + (i * 104729 % 991) / 1e4) for i in range(vertices)]
    return [*ring, ring[0]]


def test_a_scribble_is_rebuilt_or_given_up_in_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [scribble(n)]}}
        for n in (30, 500, 3000)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    repaired = intake.mend(intake.examine(path, Role.ZONES), "all")
    assert repaired.frame["id"].tolist() == ["1", "2"]
    assert repaired.frame.geometry.is_valid.all()
    few, many = repaired.frame.geometry
    # What is crossed a few times is inside where an odd number of outlines surrounds it, as always.
    odd = shapely.make_valid(shapely.Polygon(scribble(30)), method="linework")
    assert few.area == pytest.approx(odd.area)
    assert 0.5 < many.area / many.convex_hull.area <= 1
    assert any("3" in done.feature_ids for done in repaired.repairs)


def test_a_table_of_attributes_whose_columns_are_wider_than_its_rows(tmp_path: Path) -> None:
    columns = 1000
    head = bytearray(b"\x03" + bytes(31))
    head[4:8] = (1).to_bytes(4, "little")
    head[8:10] = (33 + 32 * columns).to_bytes(2, "little")
    head[10:12] = (1).to_bytes(2, "little")
    for i in range(columns):
        head += f"c{i}".encode().ljust(11, b"\0") + b"C" + bytes(4) + b"\x01" + bytes(15)
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[shapely.Point(27, 55)], crs=4326).to_file(
        tmp_path / "x.shp", engine="pyogrio"
    )
    table = tmp_path / "x.dbf"
    (tmp_path / "x.cpg").unlink()
    table.write_bytes(bytes(head) + b"\r" + b"\xe0" * 2_000_000)
    notes = Notes("x")
    assert attribute_encoding(tmp_path / "x.shp", notes, None) in ("cp866", "cp1251")


def test_a_few_lines_of_yaml_do_not_become_millions(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    lines = [
        "a: &a0 {k: v}",
        *(f"b{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 4)}]}}" for i in range(1, 30)),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match="<< is not taken here"):
        read_mapping(path)
    with pytest.raises(InputError, match="<< is not taken here"):
        read_step_costs(path)
    path.write_text("steps: {post_office: {fixed: 2024-13-45}}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_step_costs(path)


def test_names_that_are_all_alike_are_given_up_when_the_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    rows = "".join(f"Плиса{i % 7},55.0,27.{i}\n" for i in range(9000))
    path.write_text(f"name,lat,lon\n{rows}", encoding="utf-8")
    monkeypatch.setenv("PLANNER_MAX_SECONDS", "2")
    with pytest.raises(InputError, match="was stopped: it took more than 2 s"):
        match_list(path, path)


def test_a_line_with_a_position_that_is_no_number_is_not_drawn() -> None:
    with np.errstate(invalid="ignore"):
        lines = [
            shapely.LineString([(27, 55), (27.1, np.nan), (27.2, 55)]),
            shapely.LineString([(27, 55), (28, 55)]),
        ]
    frame = gpd.GeoDataFrame({"id": ["odd", "sound"]}, geometry=lines, crs="EPSG:4326")
    drawn = preview_map(frame, None, Speech("en")).get_root().render()
    assert "sound" in drawn and "odd" not in drawn


def test_a_table_shorter_than_its_head_says_is_read_as_far_as_it_goes() -> None:
    from planner.layers.attribute_encoding import _texts

    head = bytes(8) + (200).to_bytes(2, "little") + (50).to_bytes(2, "little") + bytes(20)
    assert _texts(head + b"name" + bytes(10), None) == b""


def test_a_ring_without_positions_has_no_needle() -> None:
    from planner.layers.spikes import _needles

    assert _needles(np.empty((0, 2)), np.empty(0, dtype=np.intp)).size == 0
