"""A workspace whose own tables say nonsense: one sentence in place of a traceback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from planner.errors import WorkspaceError
from planner.layers.prepare import prepare
from planner.layers.schema import Role
from planner.workspace import District, LayerOrigin, create_workspace, open_workspace

NAMES = {"en": "Place"}


def points(**columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([27.6, 27.7], [55.1, 55.2]), crs="EPSG:4326")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    workspace = create_workspace(path, District(NAMES))
    frame = prepare(points(population=[1, 2]), Role.DEMAND)
    workspace.add(frame, Role.DEMAND, "", title=NAMES, origin=LayerOrigin())
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE planner_layers SET title = '{'",
        "UPDATE planner_layers SET role = 'castle'",
        "UPDATE planner_layers SET origin = '{}'",
        "UPDATE planner_layers SET origin = '[]'",
        'UPDATE planner_layers SET origin = \'{"findings": [], "repairs": [], "more": 1}\'',
        "UPDATE planner_layers SET added_at = 'yesterday'",
        "DELETE FROM planner_district",
        "UPDATE planner_district SET value = '[1]'",
        "UPDATE planner_district SET value = '{\"ru\": \"x\"}' WHERE key = 'name'",
        "UPDATE planner_log SET at = 'x'",
        "DELETE FROM gpkg_contents WHERE table_name = 'demand_v1'",
    ],
)
def test_nonsense_in_the_planners_tables_is_told(made: Path, statement: str) -> None:
    with closing(sqlite3.connect(made)) as db, db:
        db.execute(statement)
    with pytest.raises(WorkspaceError, match="cannot be read"):
        workspace = open_workspace(made)
        assert workspace.district.name["en"]
        for record in workspace.layers():
            workspace.read(record)
        workspace.log()


def test_columns_called_as_a_geopackages_own_are_kept_beside_them(made: Path) -> None:
    own = {
        "geom": ["a", "b"],
        "geom_": [1, 2],
        "Geom": [3, 4],
        "fid_": [5, 6],
        "rowid": [7, 8],
    }
    workspace = open_workspace(made)
    frame = prepare(points(**own), Role.ZONES)
    record = workspace.add(frame, Role.ZONES, "", title=NAMES, origin=LayerOrigin())
    back = workspace.read(record)
    kept = [list(back[column]) for column in back.columns if column not in ("id", "geometry")]
    assert sorted(map(str, kept)) == sorted(map(str, own.values()))
    assert list(back.geometry.x) == pytest.approx([27.6, 27.7])
