"""Every study of travel in every season: a gravelled road that in spring takes ten sevenths of the time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.cli import main
from planner.results import State
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs
from planner.studies.capacity import Terms, capacity, capacity_of
from planner.studies.closures import closures, closures_of
from planner.studies.fragility import fragility, fragility_of
from planner.studies.further import further_findings
from planner.studies.inputs import Inputs
from planner.studies.parity import parity_inputs, study_parity
from planner.studies.travel import conditions_of
from planner.workspace import open_workspace
from tests.builders import CLOSE, Town, standard

SPRING = conditions_of("spring")


@pytest.fixture
def gravelled(town: Town) -> tuple[Inputs, float]:
    """Places at 0 and 10 km of a gravel road, a post office at each; and the minutes between them in the dry season."""
    town.road((0, 0), (10_000, 0), surface="gravel")
    town.place("a", (0, 0), 300).place("b", (10_000, 0), 40)
    town.facility("post_office", (0, 0), seats=5.0).facility("post_office", (10_000, 0), seats=0.0)
    inputs = town.inputs()
    alone = Town(town.path.with_name("alone.gpkg")).road((0, 0), (10_000, 0), surface="gravel")
    alone.place("b", (10_000, 0)).facility("post_office", (0, 0))
    return inputs, float(alone.judge(standard("travel_time", 1)).cost[0])


def within(minutes: float) -> Standard:
    return standard("travel_time", minutes, "post_office", id="car")


def test_a_closure_harms_more_in_spring(gravelled: tuple[Inputs, float]) -> None:
    inputs, minutes = gravelled
    asked = ((within(minutes * 1.2),), load_standards(), "post_office")
    dry, spring = (closures_of(under, *asked) for under in (inputs, inputs.under(SPRING)))
    assert [c.lost for c in dry.closures] == [0, 0]
    assert [c.lost for c in spring.closures] == [300, 40]
    assert (dry.manifest["travel"]["season"], spring.manifest["travel"]["season"]) == ("dry", "spring")
    assert spring.closures[0].extra_max == pytest.approx(dry.closures[0].extra_max)


def test_who_reaches_a_capacity_in_spring(gravelled: tuple[Inputs, float]) -> None:
    inputs, minutes = gravelled
    asked = ((within(5),), load_standards(), "post_office", Terms("seats", cutoff_min=minutes * 1.2))
    dry, spring = (capacity_of(under, *asked) for under in (inputs, inputs.under(SPRING)))
    assert dry.state.tolist() == [State.COVERED, State.COVERED]
    assert spring.state.tolist() == [State.COVERED, State.GAP]
    assert spring.manifest["travel"] == {**dry.manifest["travel"], "season": "spring"}


def test_a_road_is_missed_only_by_those_whom_it_serves_in_spring(town: Town) -> None:
    town.road((0, 0), (10_000, 0), surface="gravel").place("b", (10_000, 0), 40)
    town.facility("post_office", (0, 0))
    inputs = town.inputs()
    minutes = float(town.judge(standard("travel_time", 1)).cost[0])
    asked = ((within(minutes * 1.2),), load_standards(), "post_office")
    assert fragility_of(inputs, *asked).elements[0].lost == 40
    in_spring = fragility_of(inputs.under(SPRING), *asked)
    assert (in_spring.elements[0].lost, in_spring.elements[0].cut_off) == (0, 40)
    assert in_spring.manifest["travel"]["season"] == "spring"


def test_a_village_lags_farther_behind_in_spring(town: Town) -> None:
    town.road((0, 0), (10_000, 0), surface="gravel")
    town.place("centre", (0, 0), 900).place("b", (10_000, 0), 40).facility("post_office", (0, 0))
    inputs, rule = town.inputs(), (within(10),)
    measured = []
    for under in (inputs, inputs.under(SPRING)):
        found = parity_inputs(under, rule, assess_inputs(under, rule, load_standards()))
        measured.append(found.services[0].measures[0].value[1])
    assert measured[1] == pytest.approx(measured[0] / 0.7, rel=CLOSE)


@pytest.mark.parametrize("count_neighbours", [True, False])
def test_parity_counts_the_facilities_that_the_assessment_counts(town: Town, count_neighbours: bool) -> None:
    town.road((0, 0), (4000, 0)).boundary((-1000, -1000, 3000, 1000))
    town.place("a", (0, 0), 900).place("b", (2000, 0), 40)
    town.facility("post_office", (0, 0)).facility("post_office", (4000, 0))
    inputs, rule = town.inputs(), (standard("travel_distance", 500),)
    assessed = assess_inputs(inputs, rule, load_standards(), neighbours=count_neighbours)
    found = parity_inputs(inputs, rule, assessed)
    assert found.services[0].measures[0].value == pytest.approx(assessed.results[0].cost, rel=CLOSE)


def test_a_report_does_not_measure_parity_of_another_assessment(sample_file: Path) -> None:
    workspace = open_workspace(sample_file)
    found = further_findings(workspace, conditions=SPRING)
    assert {one.manifest["travel"]["season"] for one in found if "travel" in one.manifest} == {"spring"}


@pytest.mark.parametrize("season", ["dry", "spring"])
def test_the_commands_print_what_the_studies_find(
    sample_file: Path, capsys: pytest.CaptureFixture[str], season: str
) -> None:
    workspace, conditions = open_workspace(sample_file), conditions_of(season)
    studies = {
        "closures": closures(workspace, "ambulance", conditions=conditions).as_dict(),
        "capacity": capacity(workspace, "ambulance", conditions=conditions).as_dict(),
        "fragility": fragility(workspace, "ambulance", conditions=conditions).as_dict(),
        "parity": study_parity(workspace, conditions=conditions).as_dict(),
    }
    for command, found in studies.items():
        service = () if command == "parity" else ("--service", "ambulance")
        assert main([command, str(sample_file), *service, "--season", season, "--json"]) == 0
        told, expected = json.loads(capsys.readouterr().out), json.loads(json.dumps(found, default=str))
        assert told["manifest"]["travel"]["season"] == season
        for document in (told, expected):
            del document["manifest"]
        assert told == expected
