"""The GeoPackage itself: what other programs see, what is refused, what a killed process leaves."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from planner.errors import WorkspaceError
from planner.layers.schema import Role
from planner.workspace import District, LayerOrigin, create_workspace, open_workspace
from tests.builders import Town

ROOT = Path(__file__).resolve().parents[3]


def ask(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


@pytest.fixture
def made(town: Town) -> Path:
    town.place("a", (0, 0)).place("lost", None).road((0, 0), (1000, 0)).zone("z", (0, 0, 1000, 1000))
    town.facility("post_office", (0, 0)).line("water", (0, 0), (500, 0)).workspace()
    return town.path


def test_other_programs_read_every_layer_with_its_coordinate_system(made: Path) -> None:
    listed = dict(pyogrio.list_layers(made))
    assert {name: kind for name, kind in listed.items() if kind is not None} == {
        "demand_v1": "Unknown", "roads_v1": "LineString", "zones_v1": "Polygon", "post_office_v1": "Point",
        "water_lines_v1": "LineString",
    }  # fmt: skip
    roads = gpd.read_file(made, layer="roads_v1")
    assert roads.crs.to_epsg() == 4326
    assert roads.road_class.tolist() == ["tertiary"]
    assert gpd.read_file(made, layer="demand_v1").geometry.isna().tolist() == [False, True]


def test_the_file_is_a_geopackage_by_the_letter(made: Path) -> None:
    # OGC 12-128r18: requirements 1 and 2 (the file's header), 5 to 12 (spatial references), 13 to 16 (contents),
    # 21 to 26 (geometry columns), 29 and 30 (feature tables).
    assert made.read_bytes()[:16] == b"SQLite format 3\0"
    assert ask(made, "PRAGMA application_id") == [(0x47504B47,)]
    assert ask(made, "PRAGMA user_version")[0][0] >= 10200
    assert ask(made, "PRAGMA integrity_check") == [("ok",)]
    assert ask(made, "PRAGMA foreign_key_check") == []
    references = {
        row[0]: row[1:]
        for row in ask(made, "SELECT srs_id, organization, definition FROM gpkg_spatial_ref_sys")
    }
    assert {-1, 0, 4326} <= set(references)
    assert references[4326][0] == "EPSG"
    assert references[4326][1].startswith("GEOGCS[")
    tables = {name for (name,) in ask(made, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    contents = ask(made, "SELECT table_name, data_type, srs_id, last_change FROM gpkg_contents")
    assert all(name in tables and kind in ("features", "attributes") for name, kind, _, _ in contents)
    assert all(changed.endswith("Z") for *_, changed in contents)
    columns = ask(
        made, "SELECT table_name, column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
    )
    assert {row[0] for row in columns} == {name for name, kind, _, _ in contents if kind == "features"}
    for table, column, kind, srs in columns:
        assert srs == 4326
        assert kind in ("GEOMETRY", "POINT", "LINESTRING", "POLYGON")
        described = ask(made, f'PRAGMA table_info("{table}")')
        assert [c[1] for c in described if c[5]] == ["fid"]
        assert column in [c[1] for c in described]
        blobs = [b for (b,) in ask(made, f'SELECT "{column}" FROM "{table}"') if b is not None]
        assert all(blob[:2] == b"GP" for blob in blobs)
    for name in tables:
        if name.startswith("planner_"):
            assert name in {row[0] for row in contents}


def test_the_extent_of_a_layer_is_listed(made: Path) -> None:
    (found,) = ask(made, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'roads_v1'")
    assert np.array(found) == pytest.approx(gpd.read_file(made, layer="roads_v1").total_bounds)


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(path: Path, match: str) -> None:
    with pytest.raises(WorkspaceError, match=match):
        open_workspace(path)


def test_what_is_no_workspace_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, empty, other = tmp_path / "text.gpkg", tmp_path / "empty.gpkg", tmp_path / "other.gpkg"
    text.write_text("not a database at all, however long it is\n" * 50)
    empty.touch()
    gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([27], [55]), crs=4326).to_file(other)
    before = {path: sha(path) for path in (text, empty, other)}
    refused(text, "cannot be read as a workspace")
    refused(empty, "not a workspace of the planner")
    refused(other, "not a workspace of the planner.*planner add")
    refused(tmp_path, "no workspace at")
    refused(tmp_path / "missing.gpkg", "no workspace at")
    assert {path: sha(path) for path in before} == before
    assert not (tmp_path / "missing.gpkg").exists()


def test_a_damaged_workspace_says_so(made: Path) -> None:
    data = bytearray(made.read_bytes())
    data[4096 : len(data) - 4096] = b"\xff" * (len(data) - 8192)
    made.write_bytes(data)
    with pytest.raises(WorkspaceError, match="cannot be read"):
        open_workspace(made).layers()


def test_a_layer_whose_table_is_gone_says_how_to_get_it_back(made: Path) -> None:
    with closing(sqlite3.connect(made)) as db:
        for statement in (
            "DELETE FROM gpkg_geometry_columns WHERE table_name = 'roads_v1'",
            "DELETE FROM gpkg_contents WHERE table_name = 'roads_v1'",
            "DROP TABLE roads_v1",
        ):
            db.execute(statement)
        db.commit()
    workspace = open_workspace(made)
    record = next(r for r in workspace.layers() if r.role is Role.ROADS)
    with pytest.raises(WorkspaceError, match=r"roads cannot be read.*add the layer again"):
        workspace.read(record)


def test_where_no_file_can_be_made_none_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        create_workspace(tmp_path / "file" / "town.gpkg", District({"en": "Town"}))
    with pytest.raises(WorkspaceError, match="exists already"):
        create_workspace(tmp_path, District({"en": "Town"}))
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    create_workspace(tmp_path / "a" / "b" / "town.gpkg", District({"en": "Town"}))
    assert open_workspace(tmp_path / "a" / "b" / "town.gpkg").district.name == {"en": "Town"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorkspaceError, match="cannot be written"):
        create_workspace(tmp_path / "town.gpkg", District({"en": "Town"}))


def test_names_in_layers_are_never_statements(town: Town) -> None:
    nasty = 'x"; DROP TABLE planner_layers; --'
    town.place("a", (0, 0))
    frame = next(iter(town.frames().values())).assign(**{nasty: ["v"]})
    workspace = create_workspace(town.path, District({"en": nasty}))
    record = workspace.add(frame, Role.FACILITIES, "club", title={"en": nasty}, origin=LayerOrigin(nasty))
    assert workspace.layers() == (record,)
    assert workspace.read(record)[nasty].tolist() == ["v"]
