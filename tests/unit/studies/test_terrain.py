"""Heights along the roads: read, kept, and minded by walkers each way; by hand, on a plane rising to the east."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from planner.errors import InputError
from planner.layers.schema import Role
from planner.layers.terrain import HEIGHTS, heights, profiles
from planner.network.modes import Conditions
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.inputs import load
from planner.studies.terrain import add_terrain
from planner.workspace import Workspace
from tests.builders import _EAST, _NORTH, Point, Town, degrees, standard

RISE = 0.1
"""Metres up for a metre on the ground to the east, in the rasters made here."""


def raster(
    path: Path, *, rise: float = RISE, west: float = -2000, size: int = 100, hole: bool = False
) -> Path:
    """Write heights of a plane on cells of 50 m: 200 m at the origin."""
    cell = 50.0
    east = west + cell * (np.arange(size) + 0.5)
    band = np.broadcast_to(200 + rise * east / 0.9996, (size, size)).astype(np.float32).copy()
    if hole:
        band[:, size // 2] = -9999
    profile = {
        "driver": "GTiff", "width": size, "height": size, "count": 1, "dtype": "float32", "nodata": -9999,
        "crs": "EPSG:32635", "transform": from_origin(_EAST + west, _NORTH + 2500, cell, cell),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as made:
        made.write(band, 1)
    return path


def walked(workspace: Workspace, **measure: object) -> list[float]:
    one = standard("travel_time", 60, mode="walk", **measure)  # type: ignore[arg-type]
    found = assess_inputs(load(workspace), [one], load_standards())
    return [float(v) for v in found.results[0].cost]


def hill(town: Town) -> Town:
    """A kilometre of road from a village up to a post office, 100 m higher."""
    return town.road((0, 0), (1000, 0)).place("a", (0, 0)).facility("post_office", (1000, 0))


def test_uphill_takes_longer_than_down(town: Town, tmp_path: Path) -> None:
    workspace = hill(town).workspace()
    flat = 1000 / 75
    assert walked(workspace) == pytest.approx([flat], rel=1e-5)
    done = add_terrain(workspace, [raster(tmp_path / "plane.tif")])
    assert (done.stations, done.unknown) == (11, 0)
    assert (done.lowest_m, done.highest_m) == pytest.approx((200, 300), abs=0.1)
    # 10 % up: exp(3.5 × 0.15) / exp(3.5 × 0.05) = exp(0.35) as long. 10 % down: |−0.1 + 0.05| is 0.05: as on the flat.
    assert walked(workspace) == pytest.approx([flat * math.exp(0.35)], rel=2e-3)
    assert walked(workspace, from_facility=True) == pytest.approx([flat], rel=2e-3)
    record = next(r for r in workspace.layers() if r.role is Role.ROADS)
    assert record.version == 2
    assert record.origin.source.endswith("heights: plane.tif")


def test_cars_and_distances_do_not_mind_slopes(town: Town, tmp_path: Path) -> None:
    workspace = hill(town).workspace()
    asked = [standard("travel_time", 60), standard("travel_distance", 60, mode="walk", id="d")]
    before = assess_inputs(load(workspace), asked, load_standards())
    add_terrain(workspace, [raster(tmp_path / "plane.tif")])
    after = assess_inputs(load(workspace), asked, load_standards())
    assert [r.cost.tolist() for r in before.results] == [r.cost.tolist() for r in after.results]
    assert (before.manifest["travel"]["heights"], after.manifest["travel"]["heights"]) == (False, True)


def test_season_and_slope_together(town: Town, tmp_path: Path) -> None:
    town.road((0, 0), (1000, 0), surface="ground").place("a", (0, 0)).facility("post_office", (1000, 0))
    workspace = town.workspace()
    add_terrain(workspace, [raster(tmp_path / "plane.tif")])
    inputs = load(workspace).under(Conditions("spring"))
    found = assess_inputs(inputs, [standard("travel_time", 60, mode="walk")], load_standards())
    assert found.results[0].cost == pytest.approx([1000 / 75 / 0.8 * math.exp(0.35)], rel=2e-3)
    assert found.manifest["travel"]["season"] == "spring"


def test_a_bridge_goes_straight_from_bank_to_bank(town: Town, tmp_path: Path) -> None:
    hill(town).road((1000, 0), (2000, 0), bridge="yes")
    add_terrain(workspace := town.workspace(), [raster(tmp_path / "plane.tif")])
    texts = load(workspace).layers[Role.ROADS, ""].texts(HEIGHTS)
    assert [len(text.split()) for text in texts] == [11, 2]


def test_the_first_raster_that_knows_a_height_counts(tmp_path: Path) -> None:
    at: list[Point] = [(0, 0), (510, 0), (9000, 0)]
    holed, whole = raster(tmp_path / "holed.tif", hole=True), raster(tmp_path / "whole.tif", rise=0.2)
    found = heights([holed, whole], np.array([*degrees(at), (np.nan, np.nan)]))
    # In the hole and half a cell beside it (475 to 575 m east) the second raster counts; far outside, none.
    assert found == pytest.approx([200, 200 + 0.2 * 510, np.nan, np.nan], abs=0.05, nan_ok=True)


def test_a_raster_in_a_zip(tmp_path: Path) -> None:
    made = raster(tmp_path / "plane.tif")
    with zipfile.ZipFile(tmp_path / "plane.zip", "w") as archive:
        archive.write(made, "folder/plane.tif")
    spots = np.array(degrees([(120, 30), (730, -400)]))
    assert heights([tmp_path / "plane.zip"], spots) == pytest.approx(heights([made], spots))


@pytest.mark.parametrize(
    "what", ["no raster", "two in a zip", "no crs", "two bands", "elsewhere", "no roads"]
)
def test_what_cannot_be_used_is_refused_with_a_reason(town: Town, tmp_path: Path, what: str) -> None:
    path = tmp_path / "plane.tif"
    if what == "no raster":
        path.write_text("heights")
    elif what == "two in a zip":
        path = tmp_path / "two.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.tif", b"")
            archive.writestr("b.tif", b"")
    elif what == "elsewhere":
        raster(path, west=90_000)
    elif what == "no roads":
        raster(path)
    else:
        crs, count = (None, 1) if what == "no crs" else ("EPSG:32635", 2)
        with rasterio.open(
            path, "w", driver="GTiff", width=2, height=2, count=count, dtype="uint8", crs=crs,
            transform=from_origin(_EAST, _NORTH, 9, 9),
        ) as made:  # fmt: skip
            made.write(np.ones((count, 2, 2), dtype=np.uint8))
    workspace = (town.place("a", (0, 0)) if what == "no roads" else hill(town)).workspace()
    said = {"no raster": "cannot be read", "two in a zip": "holds 2 rasters", "no crs": "coordinate system",
            "two bands": "2 bands", "elsewhere": "does not know", "no roads": "no roads"}  # fmt: skip
    with pytest.raises(InputError, match=said[what]):
        add_terrain(workspace, [path])


def test_heights_that_are_no_numbers_or_of_other_lines_say_nothing() -> None:
    texts = np.array(["1 2 -;3 4", "1 x", ""], dtype=object)
    found = profiles(texts, np.array([0, 0, 0, 1, 2]))
    assert [f.tolist() for f in found[1:]] == [[3.0, 4.0], [], [], []]
    assert found[0] == pytest.approx([1, 2, np.nan], nan_ok=True)
