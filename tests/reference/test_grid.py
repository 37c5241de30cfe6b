"""The district's grid against geopandas' choice of zone and pyproj's geodesics."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.layers.grid import Grid

GEOD = Geod(ellps="WGS84")


def test_the_zone_is_the_one_geopandas_estimates() -> None:
    draw = np.random.default_rng(3)
    wide = zip(draw.uniform(-179, 179, 12), draw.uniform(-79, 83, 12), strict=True)
    # Belarus lies in zones 34 to 36; Norway and Svalbard have zones of their own shape.
    belarus = [(23.999, 54.0), (24.001, 54.0), (29.999, 52.0), (30.001, 52.0)]
    odd = [(4.5, 60.0), (8.0, 78.0), (-179.5, 10.0), (179.5, -10.0)]
    for lon, lat in [*wide, *belarus, *odd]:
        expected = gpd.GeoSeries([shapely.Point(lon, lat)], crs="EPSG:4326").estimate_utm_crs()
        assert Grid(lon, lat).crs == expected, (lon, lat)


def test_the_grid_of_points_is_that_of_the_middle_of_their_extent() -> None:
    # The extent's middle (27.5) is in zone 35 though most points lie in zone 36.
    around = Grid.around([24.9, 30.05, 30.1, float("nan")], [55.0, 55.1, 55.2, float("nan")])
    assert around.crs.to_epsg() == 32635


@pytest.mark.parametrize(
    ("lon", "lat"), [(27.0, 55.0), (24.05, 52.0), (29.95, 56.0), (-3.0, -45.0), (33.1, 0.3)]
)
def test_lengths_brought_back_to_the_ground_are_geodesic(lon: float, lat: float) -> None:
    grid, draw = Grid(lon, lat), np.random.default_rng(7)
    for kilometres in (0.1, 1.0, 5.0):
        azimuth = draw.uniform(0, 360, 200)
        there = GEOD.fwd(np.full(200, lon), np.full(200, lat), azimuth, np.full(200, 1000 * kilometres))
        a, b = grid.to_grid([lon], [lat]), grid.to_grid(there[0], there[1])
        metres = np.hypot(*(b - a).T) / Grid.scale((a[0, 0] + b[:, 0]) / 2)
        assert metres == pytest.approx(1000 * kilometres, rel=1e-5)


def test_degrees_to_metres_and_back() -> None:
    grid = Grid(27.0, 55.0)
    lon, lat = np.random.default_rng(5).uniform(26, 28, 50), np.random.default_rng(6).uniform(54, 56, 50)
    back = grid.to_degrees(grid.to_grid(lon, lat))
    assert back == pytest.approx(np.column_stack([lon, lat]), abs=1e-10)
    assert np.isnan(grid.to_grid([float("nan")], [55.0])).all()
    outline = shapely.box(26.9, 54.9, 27.1, 55.1)
    assert shapely.hausdorff_distance(grid.unproject(grid.project(outline)), outline) < 1e-10
