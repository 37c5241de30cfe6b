"""The population of a town from a raster and from the totals of its zones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from planner.cli import main
from planner.errors import InputError
from planner.studies.population import from_raster, from_totals
from tests.builders import Town


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
