"""Values in files that mean nothing: told as unknown, never as covered, and no report fails on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from planner import report
from planner.layers.schema import Role
from planner.results import State
from planner.studies import intake
from planner.studies.assess import assess
from planner.studies.founding import found
from planner.workspace import District, Workspace

LON, LAT = 27.0, 55.0


def point(dx: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [LON + dx, LAT]}


@pytest.fixture
def town(tmp_path: Path) -> Workspace:
    ring = [[LON - 0.1, LAT - 0.1], [LON + 0.1, LAT - 0.1], [LON + 0.1, LAT + 0.1], [LON - 0.1, LAT + 0.1]]
    outline = tmp_path / "outline.geojson"
    save(outline, [({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, {})])
    workspace = found(tmp_path / "town.gpkg", District({"en": "Town"}), outline)
    add(
        workspace,
        Role.DEMAND,
        "",
        [(point(x), {"id": str(x), "population": 100, "kind": "village"}) for x in (0, 0.03)],
    )
    return workspace


def save(path: Path, features: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    made = [{"type": "Feature", "geometry": g, "properties": p} for g, p in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")


def add(
    workspace: Workspace, role: Role, service: str, features: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    path = Path(workspace.location).with_name(f"{role}{service}.geojson")
    save(path, features)
    proposal = intake.examine(path, role, service, workspace=workspace)
    repaired = intake.mend(proposal)
    assert repaired.acceptable, repaired.left
    intake.keep(workspace, proposal, repaired)


def test_a_negative_number_of_physicians_covers_nobody(town: Workspace) -> None:
    add(town, Role.FACILITIES, "clinic", [(point(0), {"physicians": -4})])
    assert set(assess(town).result("by_gp_per").state) == {State.NO_DATA}


def test_a_negative_record_does_not_lessen_what_others_give(town: Workspace) -> None:
    add(town, Role.FACILITIES, "clinic", [(point(0), {"physicians": 2}), (point(0.01), {"physicians": -4})])
    assert list(assessed(town)) == pytest.approx([100.0, 100.0])


def assessed(town: Workspace) -> Any:
    return assess(town).result("by_gp_per").cost


@pytest.mark.parametrize("speed", [1e-300, 0.01, 1e300, -50, 0])
def test_a_speed_that_is_none_is_not_taken(town: Workspace, speed: float) -> None:
    way = {"type": "LineString", "coordinates": [[LON, LAT], [LON + 0.03, LAT]]}
    add(town, Role.FACILITIES, "clinic", [(point(0), {})])
    add(town, Role.ROADS, "", [(way, {"road_class": "primary"})])
    usual = assess(town).result("ru_health_rural").cost
    add(town, Role.ROADS, "", [(way, {"road_class": "primary", "speed_kmh": speed})])
    assert list(assess(town).result("ru_health_rural").cost) == list(usual)


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_numbers_of_any_size_are_reported(town: Workspace, language: str) -> None:
    for service in ("bus", "broadband", "clinic"):
        given = {"trips_week": 1e40, "mbps": 1e300, "available": 1e25, "physicians": 1e-300}
        add(town, Role.FACILITIES, service, [(point(x), given) for x in (0, 0.03)])
    way = {"type": "LineString", "coordinates": [[LON, LAT], [LON + 0.03, LAT]]}
    add(town, Role.ROADS, "", [(way, {"road_class": "primary"})])
    assessment = assess(town)
    for form in report.FORMATS:
        assert report.render(assessment, form, language)
    assert orjson.dumps(assessment.as_dict())
