"""The population of a town from a raster and from the totals of its zones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from geopandas import GeoDataFrame
from rasterio.transform import from_origin

from planner.cli import main
from planner.errors import InputError
from planner.layers.prepare import prepare
from planner.layers.schema import BUILDING, WGS84, Role
from planner.studies.inputs import load
from planner.studies.population import from_raster, from_totals
from planner.workspace import LayerOrigin, Workspace
from tests.builders import Town, box


def test_totals_are_shared_out_and_kept_exactly(town: Town, tmp_path: Path) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).zone("east", (1000, -1000, 3000, 1000))
    town.place("a", (0, 0), 30).place("b", (500, 0), 10).place("c", (2000, 0), 0).place("d", (2500, 0), 0)
    workspace = town.workspace()
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people,lon,lat\nwest,100,27,55\neast,5,27,55\n", encoding="utf-8")
    done = from_totals(workspace, totals, "people")
    found = workspace.read(done.record).set_index("id")["population"]
    # West keeps its 3 : 1; east had nobody, so its five are shared equally, the odd one to the first.
    assert found.to_dict() == {"a": 75, "b": 25, "c": 3, "d": 2}
    assert (done.before, done.after) == (40, 105)


def raster(path: Path, west: float, south: float, people: list[list[float]]) -> Path:
    """Write cells of 0.01° with their lower left corner there."""
    values = np.array(people, dtype=np.float32)
    with rasterio.open(
        path, "w", driver="GTiff", height=len(values), width=len(values[0]), count=1, dtype="float32",
        crs="EPSG:4326", transform=from_origin(west, south + 0.01 * len(values), 0.01, 0.01), nodata=-1,
    ) as file:  # fmt: skip
        file.write(values, 1)
    return path


def test_people_of_a_raster_go_to_zones_and_from_there_to_their_settlements(
    town: Town, tmp_path: Path
) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).zone("east", (1000, -1000, 3000, 1000))
    town.place("a", (0, 0), 30).place("b", (500, 0), 10).place("c", (2000, 0), 0)
    workspace = town.workspace()
    bounds = workspace.read(next(r for r in workspace.layers() if r.name == "zones")).total_bounds
    path = raster(tmp_path / "p.tif", bounds[0] - 0.1, bounds[1] - 0.1, [[1.6] * 30] * 30)
    done = from_raster(workspace, path, target="zones")
    zones = workspace.read(done.record).set_index("id")["population"]
    assert done.record.name == "zones"
    assert zones["west"] == pytest.approx(zones["east"], rel=1e-3)
    assert done.before == 0
    assert done.after == pytest.approx(done.inside)
    assert done.touched > done.inside
    after = from_totals(workspace, None, "population")
    people = workspace.read(after.record).set_index("id")["population"]
    assert people.sum() == round(zones.sum()) == after.after
    assert people["a"] + people["b"] == pytest.approx(zones["west"], abs=1)
    assert people["a"] == pytest.approx(3 * people["b"], abs=3)


def with_houses(town: Town, *houses: tuple[float, dict[str, object]]) -> Workspace:
    """Return a workspace with square houses of 10 m at the given metres to the east."""
    workspace = town.workspace()
    rows = [{"id": f"h{i}", "population": None, **told} for i, (_, told) in enumerate(houses)]
    shapes = [box((east, 0, east + 10, 10)) for east, _ in houses]
    frame = prepare(GeoDataFrame(rows, geometry=shapes, crs=WGS84), Role.DEMAND, service=BUILDING)
    workspace.add(frame, Role.DEMAND, BUILDING, title={"en": "Buildings"}, origin=LayerOrigin())
    return workspace


def test_totals_are_spread_over_homes_and_kept_exactly(town: Town, tmp_path: Path) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).zone("east", (1000, -1000, 3000, 1000))
    town.place("a", (0, 0), 30).place("c", (2000, 0), 0)
    workspace = with_houses(
        town,
        (0, {"levels": 1.0}), (100, {"levels": 3.0}), (200, {"residential": "no"}),
        (1500, {"dwellings": 2.0}), (1600, {"dwellings": 5.0, "levels": 9.0}), (9000, {}),
    )  # fmt: skip
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people,lon,lat\nwest,103,27,55\neast,70,27,55\n", encoding="utf-8")
    settlements = workspace.layers()[1]
    done = from_totals(workspace, totals, "people", target="buildings")
    found = workspace.read(done.record)
    # West by floor area, 1 : 3, of 103: 25.75 and 77.25. East by dwellings, 2 : 5. A garage and what is outside: none.
    assert found["population"].tolist()[:2] == [26, 77]
    assert found["population"].tolist()[3:5] == [20, 50]
    assert found["population"].isna().tolist() == [False, False, True, False, False, True]
    assert done.after == 173
    assert done.record.name == "building_demand"
    # The settlements are not touched, and what is assessed is still their people.
    assert settlements in workspace.layers()
    assert load(workspace).places.population.sum() == 30


def test_a_table_of_totals_needs_no_coordinates(town: Town, tmp_path: Path) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).place("a", (0, 0), 30).place("b", (100, 0), 10)
    workspace = town.workspace()
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people\nwest,80\n", encoding="utf-8")
    from_totals(workspace, totals, "people")
    assert load(workspace).places.population.tolist() == [60, 20]


def test_a_zone_without_homes_keeps_its_people_from_nobody(town: Town, tmp_path: Path) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).place("a", (0, 0), 30)
    workspace = with_houses(town, (0, {"residential": "no"}))
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people,lon,lat\nwest,103,27,55\n", encoding="utf-8")
    before = workspace.version()
    with pytest.raises(InputError, match="Nothing lies in the zone west to put its 103 people in"):
        from_totals(workspace, totals, "people", target="buildings")
    assert workspace.version() == before


def test_a_total_that_is_given_twice_is_refused(town: Town, tmp_path: Path) -> None:
    workspace = town.zone("west", (-1000, -1000, 1000, 1000)).place("a", (0, 0), 30).workspace()
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people,lon,lat\nwest,100,27,55\nwest,7,27,55\n", encoding="utf-8")
    with pytest.raises(InputError, match="twice: west"):
        from_totals(workspace, totals, "people")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--totals", "population"], "have no numbers of people in a column population"),
        (["--totals", "population", "--to", "buildings"], "have no numbers of people"),
        (["--totals", "population", "--to", "cells"], "cannot go to cells in this way"),
        (["--to", "buildings"], "cannot go to buildings in this way"),
        ([], "no file to take people from"),
    ],
)
def test_what_the_command_cannot_do_is_said(
    arguments: list[str], said: str, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).place("a", (0, 0), 30).workspace()
    assert main(["population", str(town.path), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_an_unknown_zone_changes_nothing(town: Town, tmp_path: Path) -> None:
    workspace = town.zone("west", (-1000, -1000, 1000, 1000)).place("a", (0, 0), 30).workspace()
    totals = tmp_path / "totals.csv"
    totals.write_text("name,people,lon,lat\nnorth,100,27,55\n", encoding="utf-8")
    before = workspace.version()
    with pytest.raises(InputError, match="no zone called north"):
        from_totals(workspace, totals, "people")
    assert workspace.version() == before


def test_the_command_takes_people_from_a_raster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "w.gpkg"), "--sample"]) == 0
    path = tmp_path / "people.tif"
    # 1.2° × 0.6° around the district, one person in every cell of 0.01°.
    with rasterio.open(
        path, "w", driver="GTiff", height=60, width=120, count=1, dtype="float32", crs="EPSG:4326",
        transform=from_origin(27.3, 55.5, 0.01, 0.01),
    ) as file:  # fmt: skip
        file.write(np.ones((60, 120), dtype=np.float32), 1)
    assert main(["population", str(tmp_path / "w.gpkg"), str(path)]) == 0
    assert "41043 people before" in capsys.readouterr().err
    from planner.workspace import open_workspace

    done = from_raster(open_workspace(tmp_path / "w.gpkg"), path, target="cells")
    # The outline of about 1,780 km² over cells of about 0.709 km².
    assert done.after == pytest.approx(1780 / 0.709, rel=0.02)
