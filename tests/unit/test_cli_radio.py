"""``planner radio`` as scripts rely on it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from planner.cli import main
from tests.builders import Town, degrees


@pytest.fixture
def workspace(town: Town) -> Path:
    town.place("near", (2_000, 0), 20).place("far", (25_000, 0), 50).place("lost", None, 5)
    town.facility("mast", (0, 0), height_m=40.0, band_mhz="800,1800").workspace()
    return town.path


def test_one_document_and_messages_apart(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["radio", str(workspace), "--cell", "2000", "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert {row["reach"]: row["people"] for row in document["classes"]} == {
        "covered": 20, "uncertain": 0, "not_covered": 0, "not_computed": 50, "not_located": 5,
    }  # fmt: skip
    near, far, lost = document["places"]
    assert (near["mast"], near["band_mhz"], near["reach"]) == ("0", 800, "covered")
    assert near["distance_m"] == pytest.approx(2_000, rel=1e-5)
    assert (far["margin_high_db"], lost["mast"]) == (None, None)
    assert document["mapped"] is None
    assert document["masts"] == [{"id": "0", "height_m": 40.0, "band_mhz": [800.0, 1800.0]}]


def test_the_table_and_the_file(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "coverage.geojson"
    assert main(["radio", str(workspace), "--cell", "2000", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1].split()[:4] == ["near", "20", "covered", "0"]
    assert "not_computed: 50 people, 1 settlement" in said.err
    assert json.loads(out.read_text("utf-8"))["type"] == "FeatureCollection"


def test_over_a_raster_of_heights(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import rasterio
    from rasterio.transform import from_origin

    west, north = degrees([(-2_000, 2_000)])[0]
    heights = np.full((40, 600), 100.0, dtype=np.float32)
    # A wall of 80 m, somewhere between 0.9 and 1.1 km to the east.
    heights[:, 44:48] = 180.0
    raster = tmp_path / "heights.tif"
    with rasterio.open(
        raster, "w", driver="GTiff", height=40, width=600, count=1, dtype="float32", crs="EPSG:4326",
        transform=from_origin(west, north, 0.001, 0.001),
    ) as file:  # fmt: skip
        file.write(heights, 1)
    assert main(["radio", str(workspace), "--cell", "2000", "--terrain", str(raster), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["terrain"] == ["heights.tif"]
    near = document["places"][0]
    assert (near["line_of_sight"], near["reach"]) == ("cut", "uncertain")


def test_what_cannot_be_done_is_refused(
    workspace: Path, tmp_path: Path, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no raster")
    for words, named in (
        (["--model", "itm"], "okumura-hata"),
        (["--terrain", str(broken)], "broken.tif"),
        (["--assumptions", str(tmp_path / "none.yaml")], "none.yaml"),
        (["--cell", "-5"], "Cells of"),
        (["--out", str(tmp_path / "no" / "where.geojson")], "where.geojson"),
    ):
        assert main(["radio", str(workspace), *words]) == 2
        assert named in capsys.readouterr().err
