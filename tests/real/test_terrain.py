"""Heights out of real tiles of SRTM, along the roads of a piece of rural Germany."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from planner.layers.schema import Role
from planner.layers.terrain import heights
from planner.studies.inputs import load
from planner.studies.osm_import import found_from_osm
from planner.studies.terrain import add_terrain
from planner.workspace import open_workspace

pytestmark = pytest.mark.shared

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
TILES = (DATA / "terrain" / "N49E011.hgt.zip", DATA / "terrain" / "N50E011.hgt.zip")
BAYREUTH = DATA / "osm" / "north-bayreuth.osm.gz"


def samples(tile: Path) -> np.ndarray:
    """Return the tile's heights as its format says: big-endian whole numbers, rows from the north."""
    with zipfile.ZipFile(tile) as archive:
        (name,) = [n for n in archive.namelist() if n.lower().endswith(".hgt")]
        values = np.frombuffer(archive.read(name), dtype=">i2")
    side = round(values.size**0.5)
    return values.reshape(side, side).astype(np.float64)


def test_heights_are_those_of_the_tile_and_bilinear_between_them() -> None:
    band = samples(TILES[0])
    side = band.shape[0] - 1
    draw = np.random.default_rng(1)
    row, column = draw.integers(1, side - 1, 200), draw.integers(1, side - 1, 200)
    fr, fc = draw.random(200), draw.random(200)
    fr[:50] = fc[:50] = 0.0  # on a sample itself
    corners = (band[row, column], band[row, column + 1], band[row + 1, column], band[row + 1, column + 1])
    upper = corners[0] * (1 - fc) + corners[1] * fc
    lower = corners[2] * (1 - fc) + corners[3] * fc
    expected = upper * (1 - fr) + lower * fr
    lonlat = np.column_stack([11 + (column + fc) / side, 50 - (row + fr) / side])
    known = np.min(corners, axis=0) > -32768
    assert known.sum() > 150
    assert heights(TILES[:1], lonlat)[known] == pytest.approx(expected[known], abs=1e-3)


def test_roads_across_two_tiles_get_heights_and_barriers_come_with_them(tmp_path: Path) -> None:
    outline = tmp_path / "outline.geojson"
    outline.write_text(shapely.to_geojson(shapely.box(11.2, 49.7, 11.9, 50.3)), "utf-8")
    location = tmp_path / "district.gpkg"
    found_from_osm(location, BAYREUTH, boundary=outline, jurisdiction="INT")
    workspace = open_workspace(str(location))
    done = add_terrain(workspace, TILES)
    assert done.stations > 5000
    assert done.unknown == 0
    # North of Bayreuth the ground lies between the valley of the Red Main and the edge of the Fichtel mountains.
    assert 290 < done.lowest_m < done.highest_m < 620
    inputs = load(workspace)
    roads = inputs.roads
    assert roads is not None
    assert roads.slope_there is not None
    assert roads.slope_back is not None
    # Up one way is down the other; no road is faster than 5 % down all along, and hills cost more than they give.
    assert min(roads.slope_there.min(), roads.slope_back.min()) >= np.exp(-0.175) - 1e-9
    assert (roads.slope_there * roads.length_m).sum() > roads.length_m.sum()
    assert (Role.LINES, "barrier") in inputs.layers
