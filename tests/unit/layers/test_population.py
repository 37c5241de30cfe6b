"""People from rasters and totals: fractions by hand, nothing lost, nothing made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin

from planner.errors import InputError
from planner.layers.population import (
    Edge,
    PeopleCells,
    dasymetric_weights,
    people_by_zone,
    people_cells,
    spread,
    to_nearest,
)

NODATA = -9999.0


def raster(
    path: Path, values: list[list[float]], *, crs: str | None = "EPSG:4326", step: float = 0.1
) -> Path:
    """Write people per cell; the upper left corner is at 27° E, 55° N (or at 0, 0 in metres)."""
    array = np.array(values, dtype=np.float32)
    corner = (27.0, 55.0) if crs == "EPSG:4326" else (0.0, 0.0)
    with rasterio.open(
        path, "w", driver="GTiff", height=array.shape[0], width=array.shape[1], count=1, dtype="float32",
        crs=crs, transform=from_origin(*corner, step, step), nodata=NODATA,
    ) as file:  # fmt: skip
        file.write(array, 1)
    return path


def test_a_border_cell_counts_by_the_fraction_inside(tmp_path: Path) -> None:
    path = raster(tmp_path / "people.tif", [[10, 20], [30, 40]])
    # The whole of the left column, a quarter of the right one.
    found = people_cells(path, shapely.box(27.0, 54.8, 27.125, 55.0))
    assert sorted(found.people) == pytest.approx([5, 10, 10, 30])
    assert found.lonlat[:, 0].min() == pytest.approx(27.05)


def test_nodata_is_nobody_and_negative_cells_are_told(tmp_path: Path) -> None:
    path = raster(tmp_path / "people.tif", [[10, NODATA], [-3, 0]])
    found = people_cells(path, shapely.box(26, 54, 28, 56))
    assert (found.people.tolist(), found.negative) == ([10.0], 1)


def test_a_raster_in_metres_keeps_its_total(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 50, (30, 40)).astype(float)
    path = raster(tmp_path / "people.tif", values.tolist(), crs="EPSG:32635", step=1000.0)
    with rasterio.open(path) as file:
        from pyproj import Transformer

        back = Transformer.from_crs(file.crs, "EPSG:4326", always_xy=True)
        around = shapely.transform(
            shapely.box(*file.bounds).buffer(5000), lambda c: np.column_stack(back.transform(*c.T))
        )
    assert people_cells(path, around).people.sum() == pytest.approx(values.sum(), rel=1e-6)


def test_zones_share_the_cells_that_their_border_cuts(tmp_path: Path) -> None:
    path = raster(tmp_path / "people.tif", [[10, 20], [30, 40]])
    west, east = shapely.box(27.0, 54.8, 27.125, 55.0), shapely.box(27.125, 54.8, 27.2, 55.0)
    found = people_by_zone(path, [west, east])
    assert found.people == pytest.approx([10 + 30 + 5 + 10, 15 + 30])
    assert found.cells.people.sum() == pytest.approx(100)
    # Zones that lie on one another do not count anybody twice.
    # Of the cells that the border cuts the west covers a quarter twice, so it has 2/5 of their 60 and the east 3/5.
    assert people_by_zone(path, [west, east, west]).people == pytest.approx([20 + 12, 36, 20 + 12])


@pytest.mark.parametrize(
    ("edge", "people"),
    # By hand: 2/5 of the 60 of each of three rows; the cell at the sea wholly, or all three.
    [("fraction", 3 * 24), ("coast", 3 * 60), ("whole", 3 * 60)],
)
def test_cells_at_the_sea_can_count_wholly(tmp_path: Path, edge: Edge, people: float) -> None:
    values = [[60, NODATA, NODATA]] * 3
    path = raster(tmp_path / "people.tif", values)
    found = people_by_zone(path, [shapely.box(27, 54.7, 27.04, 55)], edge)
    assert found.people.tolist() == pytest.approx([people])
    assert (found.cells.inside, found.cells.touched) == pytest.approx((72, 180))


def test_inland_neighbours_keep_their_part_of_a_cell(tmp_path: Path) -> None:
    # Nine columns of people and rows enough; the district ends in the middle of a cell far from any edge of the data.
    path = raster(tmp_path / "people.tif", [[100.0] * 11] * 11)
    area = shapely.box(27.35, 54.45, 27.75, 54.65)
    assert people_cells(path, area, "coast").people.sum() == pytest.approx(100 * 4 * 2)
    assert people_cells(path, area, "whole").people.sum() == pytest.approx(100 * 5 * 3)


def test_an_unknown_way_with_cells_names_the_argument(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="edge"):
        people_cells(raster(tmp_path / "p.tif", [[1]]), shapely.box(27, 54, 28, 55), "half")  # type: ignore[arg-type]


def test_buildings_are_weighted_in_one_unit_only() -> None:
    floor = np.array([100.0, 300.0])
    assert dasymetric_weights(np.array([1.0, 36.0]), floor).tolist() == [1, 36]
    # One that does not tell its dwellings: floor area then, for both.
    assert dasymetric_weights(np.array([np.nan, 36.0]), floor).tolist() == [100, 300]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda p: p.write_bytes(b"no raster"), "cannot be read as a raster"),
        (lambda p: raster(p, [[1]], crs=None), "coordinate system"),
        (lambda p: raster(p, [[1]]), "does not reach"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, build: object, said: str) -> None:
    path = tmp_path / "people.tif"
    build(path)  # type: ignore[operator]
    with pytest.raises(InputError, match=said):
        people_cells(path, shapely.box(10, 10, 11, 11))


def test_people_go_to_the_nearest_place_and_none_is_lost() -> None:
    cells = PeopleCells(np.zeros((3, 2)), np.array([5.0, 7.0, 11.0]), 0)
    at = np.array([[0.0, 0.0], [9.0, 0.0], [100.0, 0.0]])
    places = np.array([[10.0, 0.0], [np.nan, np.nan], [60.0, 0.0]])
    assert to_nearest(cells, at, places).tolist() == [12.0, 0.0, 11.0]


def test_shares_by_largest_remainder() -> None:
    # 10 people by 1 : 1 : 1 is 3⅓ each: the one left over goes to the first.
    assert spread(10, [1, 1, 1]).tolist() == [4, 3, 3]
    # 7 by 0.5 : 1.5 is 1.75 and 5.25.
    assert spread(7, [0.5, 1.5]).tolist() == [2, 5]
    assert spread(5, [0, 0]).tolist() == [3, 2]


@given(st.integers(0, 10**7), st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_a_total_is_kept_exactly(total: int, weights: list[float]) -> None:
    shares = spread(total, weights)
    assert shares.sum() == total
    assert (shares >= 0).all()


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [-1]), (1, [np.nan])])
def test_impossible_shares_name_the_argument(total: int, weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"total|weights"):
        spread(total, weights)
