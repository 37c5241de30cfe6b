"""Capacity in towns that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import speech
from planner.report.capacity import capacity_sentences
from planner.results import Capacity, State
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.capacity import METHODS, Terms, capacity, capacity_of, choices, choices_of
from planner.workspace import open_workspace
from tests.builders import CLOSE, Town, standard

PER_SEAT = standard(
    "capacity_per_people", 100, "school", id="seats", comparator=">=", attribute="seats", per=1000.0
)
WITHIN = standard("travel_time", 9, "school", id="way", mode="car")


def on_a_road(town: Town) -> Town:
    """A kilometre is a minute. Schools at 0 and 12 km; places at 0, 2, 13 and 30 km, and one without a position."""
    town.road((0, 0), (2000, 0), (12000, 0), (13000, 0), (30000, 0))
    for id, x, people in (("a", 0, 300), ("b", 2000, 200), ("c", 13000, 80), ("far", 30000, 40)):
        town.place(id, (x, 0), people)
    town.place("lost", None, 5).place("off", (15000, 9000), 3)
    town.facility("school", (0, 0), name="Old", seats=40).facility("school", (12000, 0), name="New", seats=10)
    return town.facility("school", (12000, 0), seats=None).facility("school", (12000, 0), seats=0)


def study(town: Town, *standards: Standard, **terms: object) -> Capacity:
    return capacity_of(town.inputs(), standards, load_standards(), "school", Terms(**terms))  # type: ignore[arg-type]


def test_gap_deficit_and_what_is_not_known_are_three_things(town: Town) -> None:
    found = study(on_a_road(town), PER_SEAT, WITHIN)
    assert found.people_per_unit == 10
    assert found.people_per_unit_from == "seats"
    assert found.cutoff_min == 9
    assert [State(int(s)).label for s in found.state] == [
        "covered", "covered", "covered", "gap", "not_located", "not_connected",
    ]  # fmt: skip
    # The old school takes 400 of the 500 within nine minutes; b is ten from the new one.
    assert found.room.tolist() == [400, 100]
    assert found.used == pytest.approx([400, 80])
    assert found.deficit.sum() == pytest.approx(100)
    assert found.overflow == pytest.approx([100, 0])
    assert found.nearest_people.tolist() == [500, 80]
    assert found.left_out == 1
    told = found.as_dict()
    without = sum(told[s] for s in ("gap", "unreachable", "not_connected", "not_located"))
    assert told["people"] == pytest.approx(told["room_found"] + told["deficit"] + without)


def test_whoever_finds_no_room_nearby_goes_where_there_is(town: Town) -> None:
    found = study(on_a_road(town), PER_SEAT, WITHIN, cutoff_min=11.0)
    assert found.used == pytest.approx([400, 100])
    assert found.deficit.sum() == pytest.approx(80)


def test_the_score_is_that_of_the_floating_catchments(town: Town) -> None:
    found = study(on_a_road(town), PER_SEAT, WITHIN)
    assert found.access[:4] == pytest.approx([80, 80, 125, 0])
    assert np.isnan(found.access[4:]).all()
    assert found.mean_access == pytest.approx((500 * 80 + 80 * 125) / 620)
    faded = study(town, PER_SEAT, WITHIN, method="e2sfca")
    assert faded.decay == "zones"
    # The school's own place is in the first zone, b (2 minutes of 9) too.
    assert faded.access[:2] == pytest.approx([80, 80])
    linear = study(town, PER_SEAT, WITHIN, decay="linear").access
    assert linear[1] / linear[0] == pytest.approx(7 / 9, rel=10 * CLOSE)


def test_the_standard_of_a_unit_is_told_by_its_title(town: Town) -> None:
    named = replace(PER_SEAT, title={"en": "Ten people for a seat"})
    counted, *_ = capacity_sentences(study(on_a_road(town), named, WITHIN), speech("en"))
    assert "(standard “Ten people for a seat”)" in counted


def test_without_a_standard_a_unit_serves_the_average_of_the_district(town: Town) -> None:
    found = study(on_a_road(town))
    assert found.people_per_unit == pytest.approx(628 / 50)
    assert (found.people_per_unit_from, found.cutoff_min) == ("district", 30)
    assert study(town, people_per_unit=7.0).people_per_unit_from == "given"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"method": "guess"}, "no method"),
        ({"decay": "fast"}, "no decay"),
        ({"cutoff_min": 0.0}, "cutoff"),
        ({"cutoff_min": float("nan")}, "cutoff"),
        ({"people_per_unit": -1.0}, "cannot serve"),
        ({"attribute": "beds"}, "Choose one of: school"),
    ],
)
def test_terms_that_cannot_be_used_are_refused(town: Town, terms: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        study(on_a_road(town), **terms)


def test_without_roads_or_a_position_nothing_is_guessed(town: Town) -> None:
    with pytest.raises(InputError, match="No roads"):
        study(town.place("a", (0, 0)).facility("school", (0, 0), seats=5))
    with pytest.raises(InputError, match="has a position"):
        study(Town(town.path.with_name("other.gpkg")).place("a", (0, 0)).facility("school", None, seats=5))


def test_the_choices_of_the_sample(sample_file: Path) -> None:
    workspace = open_workspace(sample_file)
    found = {(c.service, c.attribute): c for c in choices(workspace)}
    assert {("school", "seats"), ("shop", "floor_m2"), ("ambulance", "brigades")} <= set(found)
    doctors = found["primary_care", "physicians"]
    assert (doctors.people_per_unit, doctors.standard, doctors.cutoff_min) == (1300, "by_gp_per", 30)
    assert found["ambulance", "brigades"].from_facility
    for method in METHODS:
        one = capacity(workspace, "primary_care", Terms(method=method))
        people = one.places.population[np.isfinite(one.access)]
        # All physicians that anybody can reach are shared out, whatever the method.
        if method == "2sfca":
            assert (people * one.access[np.isfinite(one.access)]).sum() / 1000 == pytest.approx(
                one.supply.sum()
            )
        assert (one.used <= one.room + 1e-6).all()


def test_a_layer_without_a_capacity_is_no_choice(town: Town) -> None:
    inputs = town.place("a", (0, 0)).facility("post_office", (0, 0)).inputs()
    assert choices_of(inputs, (), load_standards()) == ()
