"""How far the headline moves: towns where the extremes can be worked out."""

from __future__ import annotations

import pytest

from planner.results import Doubt, State
from planner.standards.model import Standard
from planner.studies.doubt import doubts
from planner.studies.measure import Gauge, whom
from tests.builders import Town, standard

POST = standard("straight_distance", 1000, "post_office", id="post")


def of_one(town: Town, one: Standard) -> Doubt | None:
    return town.judge(one).doubt


def test_where_everything_is_known_there_is_no_doubt(town: Town) -> None:
    town.place("a", (0, 0)).place("b", (5000, 0)).facility("post_office", (0, 0))
    assert of_one(town, POST) is None


def test_a_place_without_a_position_is_covered_or_not_by_where_it_might_stand(town: Town) -> None:
    town.place("a", (0, 0), 60).place("b", (5000, 0), 40).place("lost", None, 100)
    found = of_one(town.facility("post_office", (0, 0)), POST)
    assert found is not None
    # It stands at a (160 of 200 covered) or at b (60 of 200).
    assert [found.share.low, found.share.high] == pytest.approx([0.3, 0.8])
    assert [found.lacking.low, found.lacking.high] == pytest.approx([40, 140])
    assert set(found.causes) == {"positions"}


def test_a_second_facility_on_one_spot_or_marked_doubtful_may_not_be_there(town: Town) -> None:
    town.place("a", (0, 0), 70).place("b", (5000, 0), 30)
    town.facility("post_office", (0, 0)).facility("post_office", (0, 0)).facility("post_office", (5000, 0))
    assert of_one(town, POST) is None  # one of the two on the spot is enough
    town.facility("post_office", (9000, 0), doubtful="yes").place("c", (9000, 0), 100)
    found = of_one(town, POST)
    assert found is not None
    assert [found.share.low, found.share.high] == pytest.approx([0.5, 1.0])
    assert set(found.causes) == {"facilities"}


def test_a_facility_far_from_the_place_it_names_is_doubtful(town: Town) -> None:
    town.place("a", (0, 0), 50).place("b", (9000, 0), 50)
    town.facility("post_office", (0, 0)).facility("post_office", (9000, 0), place_id="a")
    found = of_one(town, POST)
    assert found is not None
    assert [found.share.low, found.share.high] == pytest.approx([0.5, 1.0])


def test_whom_a_standard_addresses_is_told_from_the_draw(town: Town) -> None:
    # Twenty villages of an estimated 20: some of them have 50, and a standard for 50 addresses those.
    for i in range(20):
        town.place(f"v{i}", (i * 1500.0, 0), 20, population_source="estimated")
    town.facility("post_office", (0, 0))
    result = town.judge(standard("straight_distance", 1000, people=(50, None)))
    assert result.people_by_state(town.inputs().places.population)[State.NOT_APPLICABLE] == 400
    assert result.doubt is not None
    assert result.doubt.lacking.high > 50


def test_a_service_is_judged_by_all_its_standards_in_every_draw(town: Town) -> None:
    town.place("a", (0, 0), 60).place("b", (5000, 0), 40).place("lost", None, 100)
    town.facility("post_office", (0, 0))
    lax = standard("straight_distance", 9000, "post_office", id="lax")
    found = town.assess(lax, POST)
    assert found.results[0].doubt is None  # wherever it stands, it is covered
    strict = found.results[1].doubt
    together = found.service_doubt["post_office"]
    assert strict is not None
    assert (together.share.low, together.share.high) == (strict.share.low, strict.share.high)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another(town: Town) -> None:
    for i in range(9):
        town.place(f"v{i}", (i * 700.0, 0), 20, population_source="estimated")
    inputs = town.facility("post_office", (0, 0)).inputs()
    gauge, measure = Gauge(inputs), POST.measure
    assert measure is not None
    measured = [(POST, gauge.measure(measure, whom(inputs, POST, inputs.places.population)))]
    first, again = doubts(inputs, gauge, measured)[0], doubts(inputs, gauge, measured)[0]
    assert first["post"] == again["post"]
    assert first["post"] != doubts(inputs, gauge, measured, seed=7)[0]["post"]
    with pytest.raises(ValueError, match=r"^draws"):
        doubts(inputs, gauge, measured, draws=3)
