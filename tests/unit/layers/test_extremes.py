"""Values and geometries at the far end of what a file can hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.layers.check import check, usable
from planner.layers.grid import Grid
from planner.layers.read import read
from planner.layers.repair import mended, repair
from planner.layers.schema import Role
from planner.studies import intake
from planner.workspace import District, create_workspace
from tests.unit.layers.test_check import layer

POINTS = ["POINT (27.69 55.14)", "POINT (27.96 55.15)"]


@pytest.mark.parametrize("people", [1e11, 1e25, 1e308, "100000000000"])
def test_more_people_than_there_are_is_an_error_that_can_be_taken_back(people: object) -> None:
    reading = layer(POINTS, population=[people, 12])
    findings = check(reading, Role.DEMAND)
    assert [(f.code, f.feature_ids, f.severity) for f in findings] == [
        ("population_too_large", ("1",), "error")
    ]
    frame, repairs = repair(reading, findings, "all")
    after = mended(reading, frame, repairs)
    assert usable(check(after, Role.DEMAND))
    assert [f.code for f in check(after, Role.DEMAND)] == ["population_missing"]


def test_a_ring_written_as_wkt_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "ring.csv"
    path.write_text('wkt\n"LINEARRING (27 55, 27.1 55.1, 27.1 55, 27 55.1, 27 55)"\n', encoding="utf-8")
    reading = read(path)
    assert list(reading.frame.geom_type) == ["LineString"]
    assert usable(check(reading, Role.LINES))


def test_areas_that_cannot_be_rebuilt_do_not_stop_the_repair_of_others(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    areas = (
        "POLYGON ((27 55, 27.1 NaN, 27.2 55, 27 55.1, 27 55))",
        "GEOMETRYCOLLECTION (LINEARRING (27 55, 27.1 55.1, 27.1 55, 27 55.1, 27 55))",
        "POLYGON ((27 55, 27.1 55.1, 27.1 55, 27 55.1, 27 55))",
    )
    path.write_text("wkt\n" + "".join(f'"{area}"\n' for area in areas), encoding="utf-8")
    proposal = intake.examine(path, Role.ZONES)
    repaired = intake.mend(proposal, "all")
    assert repaired.acceptable
    assert list(repaired.frame.geometry.is_valid) == [True]
    assert repaired.frame["id"].tolist() == ["3"]


@pytest.mark.parametrize("lat", [84.6, -85.0])
def test_where_no_utm_zone_is_the_planner_says_so(lat: float) -> None:
    with pytest.raises(InputError, match="84"):
        Grid(27.0, lat)


def test_a_layer_of_more_columns_than_a_geopackage_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.geojson"
    properties = {f"c{i}": i for i in range(2500)}
    feature = {"type": "Feature", "properties": properties,
               "geometry": {"type": "Point", "coordinates": [27.6, 55.1]}}  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    workspace = create_workspace(tmp_path / "w.gpkg", District({"en": "x"}))
    before = (tmp_path / "w.gpkg").read_bytes()
    proposal = intake.examine(path, Role.FACILITIES, "shop", workspace=workspace)
    with pytest.raises(InputError, match="cannot be kept"):
        intake.keep(workspace, proposal, intake.mend(proposal))
    assert (tmp_path / "w.gpkg").read_bytes() == before
