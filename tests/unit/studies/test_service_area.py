"""Service areas of a workspace: people by their own way, cutoffs nested, questions that cannot be answered."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.cli import main
from planner.errors import InputError
from planner.network.modes import Conditions
from planner.results import ServiceAreas
from planner.studies.service_area import numbers, service_areas
from tests.builders import Town, standard

GEOD = Geod(ellps="WGS84")


def street(town: Town) -> Town:
    """Ten kilometres of road at a kilometre a minute, a post office at each end, three places."""
    town.road((0, 0), (10000, 0)).facility("post_office", (0, 0)).facility("post_office", (10000, 0))
    return town.place("near", (1000, 0), 10).place("off", (2000, 500), 20).place("middle", (5000, 0), 40)


def test_roads_people_and_ground_within_each_cutoff(town: Town) -> None:
    found = service_areas(street(town).workspace(), "post_office", [5, 2], width_m=100)
    # 2 min: 2 km from either end, and the place at 1 km; the one 500 m off the road needs 2 + 3 min and is in at 5.
    assert [(band.cutoff, band.people, band.places) for band in found.bands] == [(2, 10, 1), (5, 70, 3)]
    assert [band.road_km for band in found.bands] == pytest.approx([4, 10], rel=1e-5)
    # Along 2 × 2 km on both sides of 100 m, with half a circle at each end.
    expected = [2 * 2000 * 200 + 2 * np.pi * 100**2, 10000 * 200 + np.pi * 100**2]
    assert [band.area_km2 * 1e6 for band in found.bands] == pytest.approx(expected, rel=2e-3)
    shapes = [shapely.geometry.shape(band.outline) for band in found.bands]
    assert shapely.covers(shapes[1], shapes[0])
    drawn = abs(GEOD.geometry_area_perimeter(shapes[1])[0]) / 1e6
    assert drawn == pytest.approx(found.bands[1].area_km2, rel=1e-3)


def test_the_people_within_are_those_that_a_standard_covers(town: Town) -> None:
    street(town)
    judged = town.assess(standard("travel_time", 5.0)).results[0]
    town.path.unlink()
    within = service_areas(town.workspace(), "post_office", [5.0]).bands[0].people
    assert within == judged.people_by_state(np.array([10.0, 20, 40]))[0]  # type: ignore[index]


def test_one_facility_only_the_way_from_it_and_the_season(town: Town) -> None:
    town.road((0, 0), (10000, 0), surface="gravel", oneway="yes").place("a", (5000, 0), 40)
    town.facility("post_office", (0, 0)).facility("post_office", (10000, 0)).road((10000, 0), (0, 0))
    workspace = town.workspace()

    def asked(**more: object) -> ServiceAreas:
        return service_areas(workspace, "post_office", [10], **more)  # type: ignore[arg-type]

    one = asked(facility="0", by="distance", mode="walk")
    assert (one.unit, one.facilities) == ("m", ("0",))
    assert asked().facilities == ("0", "1")
    assert asked(from_facility=True).from_facility is True
    # Gravel at 45 km/h, in spring at 70 % of it.
    dry = service_areas(workspace, "post_office", [1], from_facility=True)
    spring = service_areas(workspace, "post_office", [1], from_facility=True, conditions=Conditions("spring"))
    assert dry.bands[0].road_km - spring.bands[0].road_km == pytest.approx(0.3 * 45 / 60, rel=1e-4)


def test_by_bus_the_ground_around_stops_is_reached(town: Town) -> None:
    street(town).facility("bus", (1000, 0), trips_week=448.0).facility("bus", (5000, 0), trips_week=448.0)
    found = service_areas(town.workspace(), "post_office", [30], mode="bus")
    # Walking 30 min is 2.25 km from either end. By bus 13.3 min on foot, 6 riding, 7.5 waiting leave 3.17 min: 237.5 m
    # to either side of the stop.
    left = 30 - 1000 / 75 - 6 - 7.5
    assert found.bands[0].road_km == pytest.approx(2 * 2.25 + 2 * left * 0.075, rel=1e-4)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"cutoffs": []}, "from 1 to 12"),
        ({"cutoffs": [0]}, "from 1 to 12"),
        ({"cutoffs": [float("nan")]}, "from 1 to 12"),
        ({"mode": "horse"}, "horse"),
        ({"mode": "bus", "by": "distance"}, "bus and distance"),
        ({"mode": "bus"}, "no layer of bus stops"),
        ({"width_m": 0}, "width of 0"),
        ({"facility": "9"}, "no facility 9"),
        ({"service": "school"}, "no facilities of the service school"),
    ],
)
def test_questions_that_cannot_be_answered(town: Town, asked: dict[str, object], said: str) -> None:
    workspace = street(town).workspace()
    question: dict[str, object] = {"service": "post_office", "cutoffs": [5], **asked}
    with pytest.raises(InputError, match=said):
        service_areas(workspace, **question)  # type: ignore[arg-type]


def test_numbers_with_commas_between() -> None:
    assert numbers("10, 20,30") == (10.0, 20.0, 30.0)
    with pytest.raises(InputError, match="not a list of numbers"):
        numbers("ten")


def test_the_command_writes_the_largest_first(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    street(town).workspace()
    out = tmp_path / "reach.geojson"
    command = [
        "service-area",
        str(town.path),
        "--service",
        "post_office",
        "--cutoffs",
        "2,5",
        "--out",
        str(out),
    ]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [area["people"] for area in told["areas"]] == [10, 70]
    assert told["manifest"]["travel"] == {
        "season": "dry", "speeds": "shipped", "modes": ["car"], "heights": False, "barriers": False,
    }  # fmt: skip
    features = json.loads(out.read_text("utf-8"))["features"]
    assert [f["properties"]["cutoff"] for f in features] == [5, 2]
    assert main([*command[:-1], str(tmp_path / "no" / "such.geojson")]) == 2
    assert main([*command, "--season", "monsoon"]) == 2
