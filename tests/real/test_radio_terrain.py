"""Rays over real ground: the Fichtelgebirge in the tiles N49E011 and N50E011 of SRTM."""

from __future__ import annotations

from pathlib import Path

import pytest
from geopandas import GeoDataFrame, points_from_xy

from planner.layers.schema import WGS84, Role
from planner.results import MobileCoverage, Reach
from planner.studies.inputs import load
from planner.studies.radio import screen_inputs
from planner.studies.radio_ground import elevation_of
from planner.workspace import District, LayerOrigin, create_workspace

BISCHOFSGRUEN, WARMENSTEINACH = (11.797, 50.053), (11.778, 49.995)
"""North and south of the Ochsenkopf, whose 1,024 m stand between them."""
OCHSENKOPF = (11.8075, 50.0303)


@pytest.mark.shared
def test_a_mountain_cuts_what_a_mast_on_it_would_see(shared_data: Path, tmp_path: Path) -> None:
    tiles = [shared_data / "data" / "terrain" / name for name in ("N49E011.hgt.zip", "N50E011.hgt.zip")]
    cut: dict[str, MobileCoverage] = {}
    from_top: dict[str, MobileCoverage] = {}
    for name, at, found in (("valley", BISCHOFSGRUEN, cut), ("top", OCHSENKOPF, from_top)):
        workspace = create_workspace(tmp_path / f"{name}.gpkg", District({"en": "Fichtelgebirge"}))
        places = {
            "id": ["bischofsgruen", "warmensteinach"],
            "population": [1900.0, 2200.0],
            "kind": ["village"] * 2,
        }
        lon, lat = zip(BISCHOFSGRUEN, WARMENSTEINACH, strict=True)
        demand = GeoDataFrame(places, geometry=points_from_xy(lon, lat), crs=WGS84)
        workspace.add(demand, Role.DEMAND, "", title={"en": "Places"}, origin=LayerOrigin())
        masts = {"id": ["m"], "height_m": [40.0], "band_mhz": ["800"]}
        layer = GeoDataFrame(masts, geometry=points_from_xy([at[0]], [at[1]]), crs=WGS84)
        workspace.add(layer, Role.FACILITIES, "mast", title={"en": "Masts"}, origin=LayerOrigin())
        inputs = load(workspace)
        found["bare"] = screen_inputs(inputs, cell_m=1_000)
        found["over"] = screen_inputs(inputs, elevation=elevation_of(tiles), cell_m=1_000)
    assert cut["over"].sight(1) == "cut"
    # Some 350 m of mountain in the ray of 6.6 km cost far more than a grazing edge.
    assert cut["bare"].margin_high_db[1] - cut["over"].margin_high_db[1] > 20
    assert Reach(int(cut["over"].reach[1])) is Reach.NOT_COVERED
    assert Reach(int(cut["bare"].reach[1])) is not Reach.NOT_COVERED
    assert all(from_top["over"].sight(i) != "cut" for i in range(2))
    assert from_top["over"].margin_low_db.tolist() == from_top["bare"].margin_low_db.tolist()
    assert from_top["over"].terrain == ("N49E011.hgt.zip", "N50E011.hgt.zip")
    assert not from_top["over"].remarks
