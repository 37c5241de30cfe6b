"""A value of the settlement itself: from a record of it, an area it lies in, or a column of its own."""

from __future__ import annotations

import pytest

from planner.results import StandardResult
from tests.builders import Town, standard, states_of

NAN = float("nan")


def judged(town: Town, threshold: float = 10.0, *sources: str, attribute: str = "mbps") -> StandardResult:
    wanted = sources or ("broadband",)
    return town.judge(standard("settlement_value", threshold, *wanted, comparator=">=", attribute=attribute))


def test_records_speak_for_the_place_they_name_wherever_they_stand(town: Town) -> None:
    town.place("a", (0, 0)).place("b", (100, 0)).place("c", (200, 0)).place("d", (300, 0))
    # The record of a stands on b, and one of a place that is not here on d: neither speaks for its neighbours.
    town.facility("broadband", (100, 0), place_id="a", mbps=50.0)
    town.facility("broadband", (100, 0), place_id="b", mbps=4.0)
    town.facility("broadband", (100, 0), place_id="b", mbps=6.0)
    town.facility("broadband", (200, 0), place_id="c", mbps=NAN)
    town.facility("broadband", (300, 0), place_id="elsewhere", mbps=99.0)
    found = judged(town)
    assert states_of(found) == ["covered", "gap", "no_data", "no_data"]
    assert found.cost == pytest.approx([50, 6, NAN, NAN], nan_ok=True)
    assert found.nearest.tolist() == [0, 2, -1, -1]
    assert found.shortfall == pytest.approx([0, 4, NAN, NAN], nan_ok=True)
    assert found.relative_shortfall == pytest.approx([0, 0.4, NAN, NAN], nan_ok=True)


def test_a_record_that_names_no_place_speaks_for_those_within_a_kilometre(town: Town) -> None:
    town.place("a", (0, 0)).place("b", (999, 0)).place("c", (1001, 0))
    town.facility("broadband", (0, 0), mbps=30.0)
    assert states_of(judged(town)) == ["covered", "covered", "no_data"]


def test_exactly_the_value_is_enough(town: Town) -> None:
    town.place("a", (0, 0), mbps=10.0).place("b", (0, 0), mbps=9.999)
    assert states_of(judged(town)) == ["covered", "gap"]


def test_numbers_that_name_places_match_however_they_are_kept(town: Town) -> None:
    # A column of whole numbers with one missing is kept as decimals: 12 becomes 12.0, and is the same place.
    town.place("12", (0, 0)).place("13", (5000, 0))
    town.facility("broadband", (0, 0), place_id=12.0, mbps=50.0)
    town.facility("broadband", (5000, 0), place_id=NAN, mbps=50.0)
    assert states_of(judged(town)) == ["covered", "covered"]


def test_areas_give_their_value_and_outside_all_of_them_there_is_nothing(town: Town) -> None:
    town.area("mobile", (0, 0, 1000, 1000), mbps=20.0).area("mobile", (500, 0, 2000, 1000), mbps=5.0)
    for name, x in (("a", 700), ("b", 1500), ("c", 3000)):
        town.place(name, (x, 500))
    town.place("lost", None)
    found = judged(town, 10.0, "mobile")
    assert states_of(found) == ["covered", "gap", "gap", "not_located"]
    assert found.cost == pytest.approx([20, 5, 0, NAN], nan_ok=True)


def test_inside_an_area_whose_value_is_not_known_it_is_not_known(town: Town) -> None:
    town.area("mobile", (0, 0, 1000, 1000), mbps=NAN).area("mobile", (500, 0, 2000, 1000), mbps=50.0)
    town.place("a", (100, 500)).place("b", (700, 500)).place("c", (3000, 500))
    assert states_of(judged(town, 10.0, "mobile")) == ["no_data", "covered", "gap"]


def test_the_places_own_column(town: Town) -> None:
    town.place("a", (0, 0), trips_week=14.0).place("b", (0, 0), trips_week=2.0).place(
        "c", (0, 0), trips_week=NAN
    )
    found = judged(town, 7.0, "bus", attribute="trips_week")
    assert states_of(found) == ["covered", "gap", "no_data"]
    assert found.shortfall == pytest.approx([0, 5, NAN], nan_ok=True)


def test_of_several_that_speak_the_greatest_counts(town: Town) -> None:
    town.place("a", (0, 0), mbps=3.0).place("b", (0, 0), mbps=80.0)
    town.area("broadband", (-10, -10, 10, 10), mbps=40.0)
    town.facility("broadband", (0, 0), place_id="a", mbps=60.0)
    found = judged(town)
    assert found.cost.tolist() == [60, 80]
    assert found.nearest.tolist() == [0, -1]


def test_nothing_that_could_say_is_no_data(town: Town) -> None:
    town.place("a", (0, 0))
    assert states_of(judged(town)) == ["no_data"]
