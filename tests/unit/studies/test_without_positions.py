"""A layer in which nothing has a position: its services are not known, the others are measured as ever."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from planner.layers.schema import Role
from planner.report import render
from planner.results import Assessment
from planner.standards.model import Standard
from planner.studies.assess import assess
from planner.studies.closures import closable
from planner.studies.further import further_findings
from planner.workspace import LayerOrigin
from tests.builders import Town, standard, states_of

OTHER = standard("travel_time", 5, "school", id="other")


def street(path: Path) -> Town:
    town = Town(path).boundary((-1000, -1000, 12_000, 1000)).zone("west", (-1000, -1000, 6000, 1000))
    town.road((0, 0), (10_000, 0)).place("a", (0, 0)).place("b", (10_000, 0))
    return town.facility("school", (0, 0))


def told(found: Assessment) -> list[object]:
    return [
        values["layer"] for template, values in found.warnings if template.startswith("Nothing in the layer")
    ]


@pytest.mark.parametrize(
    "one",
    [
        standard("travel_time", 5, "shop"),
        standard("travel_distance", 5000, "shop"),
        standard("straight_distance", 5000, "shop"),
        standard("nearest_value", 3, "shop", comparator=">=", attribute="floor_m2"),
        standard("facilities_per_people", 300, "shop", scope="zone"),
    ],
    ids=lambda one: str(one.measure.indicator),
)
def test_points_without_positions_are_no_gap_and_nowhere_unreachable(tmp_path: Path, one: Standard) -> None:
    town = (
        street(tmp_path / "t.gpkg").facility("shop", None, floor_m2=9.0).facility("shop", None, floor_m2=9.0)
    )
    found = town.assess(one, OTHER)
    assert states_of(found.results[0]) == ["no_data", "no_data"]
    assert states_of(found.results[1]) == ["covered", "gap"]
    assert told(found) == ["shop"]


def test_one_position_is_enough_to_measure_by(tmp_path: Path) -> None:
    town = street(tmp_path / "t.gpkg").facility("shop", None).facility("shop", (10_000, 0))
    found = town.assess(standard("travel_time", 5, "shop"))
    assert states_of(found.results[0]) == ["gap", "covered"]
    assert told(found) == []


def test_a_count_for_the_whole_district_needs_no_positions(tmp_path: Path) -> None:
    town = street(tmp_path / "t.gpkg").facility("shop", None)
    found = town.assess(standard("facilities_per_people", 300, "shop"))
    assert states_of(found.results[0]) == ["covered", "covered"]


@pytest.mark.parametrize(
    ("role", "service", "states"),
    [
        (Role.LINES, "water", ["no_data", "no_data"]),
        (Role.SERVICE_AREA, "mobile", ["no_data", "no_data"]),
        (Role.ROADS, "", ["no_data", "no_data"]),
        (Role.ZONES, "", ["covered", "gap"]),
        (Role.BOUNDARY, "", ["covered", "gap"]),
    ],
    ids=str,
)
def test_no_layer_without_shapes_stops_the_assessment_or_the_report(
    tmp_path: Path, role: Role, service: str, states: list[str]
) -> None:
    town = street(tmp_path / "t.gpkg")
    town._add(role, service, geometry=shapely.Point(), name="x")
    frames = town.frames()
    kept = town.workspace()
    frame = frames[role, service].copy()
    frame.geometry = [None] * len(frame)
    kept.add(frame, role, service, title={"en": "x"}, origin=LayerOrigin())
    found = assess(kept)
    known = {r.standard.id: r for r in found.results}
    about = {Role.LINES: "water", Role.SERVICE_AREA: "mobile"}.get(role, "school")
    measured = [r for r in known.values() if r.standard.service == about and r.standard.measure]
    assert measured
    if role in (Role.LINES, Role.SERVICE_AREA):
        assert all(set(states_of(r)) <= {"no_data", "not_applicable"} for r in measured)
    assert told(found) == [service or str(role)]
    assert found.outline is None or role is not Role.BOUNDARY
    assert render(found, "html", "en", findings=further_findings(kept, assessment=found))


def test_closures_of_what_is_nowhere_are_not_offered(tmp_path: Path) -> None:
    town = street(tmp_path / "t.gpkg").facility("shop", None)
    assert "shop" not in closable(town.workspace())
