"""The population raster of São Miguel: the total is kept, and the figures are those of another program."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
import shapely

from planner.layers.population import people_by_zone, people_cells

pytestmark = pytest.mark.shared


def test_the_whole_island_and_its_parts(shared_data: Path) -> None:
    path = shared_data / "data" / "raster" / "gpw_v411_2020_count_2020.tif"
    parts = gpd.read_file(shared_data / "data" / "raster" / "concelhos.gpkg").to_crs(4326)
    island = shapely.union_all(parts.geometry.to_numpy())
    with rasterio.open(path) as file:
        total = float(file.read(1, masked=True).sum())
    whole = people_cells(path, island.buffer(0.1)).people.sum()
    assert total == pytest.approx(145_603, abs=1)
    assert whole == pytest.approx(total, rel=1e-3)
    by_zone = people_by_zone(path, list(parts.geometry), "coast")
    assert by_zone.people.sum() == pytest.approx(total, rel=1e-3)
    assert by_zone.cells.inside == pytest.approx(131_864, abs=1)
    assert people_by_zone(path, list(parts.geometry)).people.sum() == pytest.approx(131_864, abs=1)
    shared_out = sum(people_cells(path, part).people.sum() for part in parts.geometry)
    assert shared_out == pytest.approx(people_cells(path, island).people.sum(), rel=1e-3)
