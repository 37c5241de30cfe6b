"""Facilities of neighbouring districts: counted or not, and both answers shown."""

from __future__ import annotations

import pytest

from planner.results import Assessment
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from tests.builders import Town, standard, states_of

POST = standard("straight_distance", 1500, "post_office", id="post")


@pytest.fixture
def district(town: Town) -> Town:
    # The district ends at 5 km; at its edge stands b, whose nearest office is a kilometre beyond.
    town.boundary((-1000, -1000, 5000, 1000)).place("a", (0, 0), 60).place("b", (4900, 0), 40)
    return town.facility("post_office", (0, 0)).facility("post_office", (6000, 0))


def test_both_answers_stand_side_by_side(district: Town) -> None:
    found = district.assess(POST)
    (result,) = found.results
    assert states_of(result) == ["covered", "covered"]
    alone = found.own_tally(result)
    assert alone is not None
    assert (alone.lacking, alone.share_covered, alone.met) == (40, 0.6, False)
    row = found.as_dict()["services"][0]
    assert (row["covered"], row["without_neighbours"]["covered"], row["without_neighbours"]["gap"]) == (
        100,
        60,
        40,
    )


def test_without_neighbours_the_whole_assessment_is_of_own_facilities(district: Town) -> None:
    inputs = district.inputs()
    found = assess_inputs(inputs, (POST,), load_standards(), neighbours=False)
    assert states_of(found.results[0]) == ["covered", "gap"]
    assert found.results[0].own_state is None
    assert found.manifest["neighbours"] is False


def test_a_facility_outside_that_belongs_to_a_settlement_of_the_district_is_its_own(town: Town) -> None:
    town.boundary((-1000, -1000, 5000, 1000)).place("a", (0, 0)).place("b", (5500, 0))
    town.facility("post_office", (0, 0)).facility("post_office", (5500, 0), place_id="b")
    found = town.assess(POST)
    assert found.own_tally(found.results[0]) is None
    assert found.as_dict()["services"][0]["without_neighbours"] is None


def test_only_standards_that_count_a_neighbours_facility_have_two_answers(district: Town) -> None:
    district.facility("shop", (0, 0))
    found = district.assess(POST, standard("straight_distance", 9000, "shop", id="shop"))
    assert [r.own_state is None for r in found.results] == [False, True]
    assert found.own_service_tally("shop") is None


def test_a_service_without_neighbours_is_the_worst_of_its_standards(district: Town) -> None:
    lax = standard("straight_distance", 9000, "post_office", id="lax")
    found: Assessment = district.assess(lax, POST)
    alone = found.own_service_tally("post_office")
    assert alone is not None
    assert alone.lacking == 40


def test_without_an_outline_nobody_is_a_neighbour(town: Town) -> None:
    town.place("a", (0, 0)).facility("post_office", (90000, 0))
    assert town.assess(POST).results[0].own_state is None


def test_neighbours_facilities_are_not_set_against_the_people_of_the_district(district: Town) -> None:
    # One office for 100 people; the one beyond the border has people of its own.
    found = district.assess(standard("facilities_per_people", 60, "post_office", id="ratio"))
    assert states_of(found.results[0]) == ["gap", "gap"]
    assert found.results[0].cost.tolist() == [100, 100]
    assert found.own_tally(found.results[0]) is None
