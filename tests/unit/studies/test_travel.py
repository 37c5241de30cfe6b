"""Travel time and distance over the roads: every number here is worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import CLOSE, Town, standard, states_of

NAN, INF = float("nan"), float("inf")


def test_the_way_to_the_road_and_along_it_and_from_it_is_the_cost(town: Town) -> None:
    town.road((0, 0), (5000, 0)).place("a", (1000, 300)).facility("post_office", (4000, -100))
    # 300 m to the road at 10 km/h: 1.8 min; 3000 m at 60 km/h: 3 min; 100 m from the road: 0.6 min. In all 5.4 min.
    found = town.judge(standard("travel_time", 5))
    assert found.cost == pytest.approx([5.4], rel=CLOSE)
    assert states_of(found) == ["gap"]
    assert found.shortfall == pytest.approx([0.4], rel=1e-4)
    assert found.relative_shortfall == pytest.approx([0.4 / 5], rel=1e-4)
    # By distance: 300 + 3000 + 100 = 3400 m.
    assert town.judge(standard("travel_distance", 3500)).cost == pytest.approx([3400], rel=CLOSE)


def test_on_foot_every_road_is_as_fast_and_one_way_streets_do_not_bind(town: Town) -> None:
    town.road((0, 0), (1500, 0), road_class="residential", oneway="yes").place("a", (1500, 0))
    town.facility("post_office", (0, 0))
    # 1500 m at 75 m a minute: 20 min.
    found = town.judge(standard("travel_time", 20.01, mode="walk"))
    assert found.cost == pytest.approx([20.0], rel=CLOSE)
    assert states_of(found) == ["covered"]
    assert found.shortfall.tolist() == [0.0]
    # By car, against the only street: there is no way.
    assert states_of(town.judge(standard("travel_time", 60))) == ["unreachable"]


@pytest.mark.parametrize(
    ("road_class", "surface", "more", "minutes"),
    [
        # 6000 m at the class's own speed for its surface.
        ("primary", "asphalt", {}, 4.5),  # 80 km/h
        ("primary_link", "asphalt", {}, 4.5),
        ("primary", "gravel", {}, 6.0),  # 60 km/h
        ("unclassified", "unpaved", {}, 9.0),  # 40 km/h
        ("no such class", "paved", {}, 7.2),  # as unclassified: 50 km/h
        # A speed stated on the road counts for nine tenths: 40 km/h gives 36.
        ("primary", "asphalt", {"speed_kmh": 40.0}, 10.0),
        ("primary", "asphalt", {"speed_kmh": 0.0}, 4.5),
    ],
)
def test_speed_by_class_and_surface(
    town: Town, road_class: str, surface: str, more: dict[str, float], minutes: float
) -> None:
    town.road((0, 0), (6000, 0), road_class=road_class, surface=surface, **more)
    town.place("a", (0, 0)).facility("post_office", (6000, 0))
    assert town.judge(standard("travel_time", 60)).cost == pytest.approx([minutes], rel=CLOSE)


def test_cars_may_not_use_a_path_which_walkers_may(town: Town) -> None:
    # Along the path 750 m; round by the road 1000 + 750 + 1000 m.
    town.road((0, 0), (750, 0), road_class="footway")
    town.road((0, 0), (0, 1000), (750, 1000), (750, 0))
    town.place("a", (0, 0)).facility("post_office", (750, 0))
    assert town.judge(standard("travel_distance", 1)).cost == pytest.approx([2750], rel=CLOSE)
    assert town.judge(standard("travel_distance", 1, mode="walk")).cost == pytest.approx([750], rel=CLOSE)


@pytest.mark.parametrize("indicator", ["travel_time", "travel_distance", "straight_distance"])
def test_exactly_at_the_threshold_is_covered_and_the_least_beyond_is_not(town: Town, indicator: str) -> None:
    town.road((0, 0), (3000, 0)).place("a", (0, 170)).facility("post_office", (2345, 0))
    measured = float(town.judge(standard(indicator, 1)).cost[0])
    at = town.judge(standard(indicator, measured))
    below = town.judge(standard(indicator, float(np.nextafter(measured, 0))))
    assert states_of(at) == ["covered"]
    assert at.shortfall.tolist() == [0.0]
    assert states_of(below) == ["gap"]
    assert below.shortfall[0] > 0


def one_way_square(town: Town) -> Town:
    """A square of 1 km streets, its south side one-way to the east; the post office stands at its south-east corner.

    From the south-west corner it is 1 km; the way back goes round the other three sides: 3 km.
    """
    town.road((0, 0), (1000, 0), oneway="yes").road((1000, 0), (1000, 1000), (0, 1000), (0, 0))
    return town.facility("post_office", (1000, 0))


def test_from_the_facility_the_one_way_street_is_against_it(town: Town) -> None:
    one_way_square(town).place("a", (0, 0))
    to_it = town.judge(standard("travel_distance", 1000.1))
    assert to_it.cost == pytest.approx([1000], rel=CLOSE)
    assert states_of(to_it) == ["covered"]
    from_it = town.judge(standard("travel_distance", 1000.1, from_facility=True))
    assert from_it.cost == pytest.approx([3000], rel=CLOSE)
    assert states_of(from_it) == ["gap"]
    assert from_it.shortfall == pytest.approx([1999.9], rel=1e-4)


def test_a_street_one_way_against_its_own_drawing(town: Town) -> None:
    # -1: open from its last point to its first only, so the place at its first point cannot leave.
    town.road((0, 0), (1000, 0), oneway="-1").place("first", (0, 0)).place("last", (1000, 0))
    town.facility("post_office", (500, 0))
    found = town.judge(standard("travel_distance", 5000))
    assert states_of(found) == ["unreachable", "covered"]
    assert found.cost == pytest.approx([INF, 500], rel=CLOSE)
    assert found.nearest.tolist() == [-1, 0]
    # How far it misses the standard no number says; for a ranking it lacks the service as a whole.
    assert np.isnan(found.shortfall[0])
    assert found.relative_shortfall[0] == 1.0


def test_a_facility_on_a_loose_road_is_reached_from_the_main_one(town: Town) -> None:
    # The loose road of 400 m is shorter than the main one of 5 km: the facility reaches the latter over 500 m.
    town.road((0, 0), (5000, 0)).road((2000, 500), (2400, 500))
    town.place("a", (0, 0)).facility("post_office", (2200, 500))
    found = town.judge(standard("travel_distance", 3000))
    assert found.cost == pytest.approx([2200 + 500], rel=CLOSE)
    assert states_of(found) == ["covered"]
    said = [template for template, _ in town.assess(standard("travel_distance", 3000)).warnings]
    assert any("not joined to the rest" in template for template in said)


def test_a_place_beyond_two_kilometres_of_any_road_is_not_connected(town: Town) -> None:
    town.road((0, 0), (1000, 0)).facility("post_office", (0, 0))
    town.place("near", (0, 1999)).place("far", (0, 2001))
    town_wide = town.assess(standard("travel_distance", 1e6))
    found = town_wide.results[0]
    assert states_of(found) == ["covered", "not_connected"]
    assert found.nearest.tolist() == [0, -1]
    assert found.relative_shortfall.tolist() == [0.0, 1.0]
    assert town_wide.places.road_distance_m == pytest.approx([1999, 2001], rel=CLOSE)


def test_facilities_that_no_road_reaches_serve_nobody(town: Town) -> None:
    town.road((0, 0), (1000, 0)).place("a", (0, 0)).facility("post_office", (0, 2500))
    assert states_of(town.judge(standard("travel_distance", 1e6))) == ["unreachable"]


def test_no_roads_and_no_facilities_are_not_the_same(town: Town) -> None:
    town.place("a", (0, 0)).nothing_of("school")
    # Nothing is known of post offices; that there is no school is known, but not of roads.
    assert states_of(town.judge(standard("travel_time", 5))) == ["no_data"]
    assert states_of(town.judge(standard("travel_time", 5, "school"))) == ["no_data"]
    town.road((0, 0), (1000, 0))
    assert states_of(town.judge(standard("travel_time", 5))) == ["no_data"]
    found = town.judge(standard("travel_time", 5, "school"))
    assert states_of(found) == ["unreachable"]
    assert found.facilities is None


def test_a_place_without_coordinates_is_not_located(town: Town) -> None:
    town.road((0, 0), (1000, 0)).facility("post_office", (0, 0)).facility("post_office", None)
    town.place("lost", None, 168).place("a", (1000, 0))
    whole = town.assess(standard("travel_distance", 1e6))
    found = whole.results[0]
    assert states_of(found) == ["not_located", "covered"]
    assert np.isnan([found.cost[0], found.shortfall[0], found.relative_shortfall[0]]).all()
    said = [template.format(**values) for template, values in whole.warnings]
    assert "Settlements without coordinates, counted as not located: 1 with 168 people." in said
    assert "Facilities of the service “post_office” without coordinates, which are not counted: 1." in said


def test_the_nearest_by_time_need_not_be_the_nearest_by_distance(town: Town) -> None:
    # West 3 km of track (15 km/h: 12 min), east 5 km of tertiary road (5 min).
    town.road((0, 0), (-3000, 0), road_class="track", surface="ground").road((0, 0), (5000, 0))
    town.place("a", (0, 0)).facility("post_office", (-3000, 0)).facility("post_office", (5000, 0))
    by_time, by_distance = (
        town.judge(standard("travel_time", 10)),
        town.judge(standard("travel_distance", 10)),
    )
    assert (by_time.nearest.tolist(), by_distance.nearest.tolist()) == ([1], [0])
    assert by_time.cost == pytest.approx([5], rel=CLOSE)
    assert by_distance.cost == pytest.approx([3000], rel=CLOSE)


def test_at_equal_cost_the_facility_listed_first_is_the_nearest(town: Town) -> None:
    town.road((0, 0), (1000, 0)).place("a", (0, 0))
    town.facility("school", (1000, 0)).facility("post_office", (1000, 0)).facility("post_office", (1000, 0))
    found = town.judge(standard("travel_distance", 5000, "post_office", "school"))
    assert found.facilities is not None
    assert found.facilities.services == ("school", "post_office", "post_office")
    assert found.nearest.tolist() == [0]
    assert town.judge(standard("travel_distance", 5000)).nearest.tolist() == [0]


def test_several_sources_count_together_and_a_missing_one_is_remarked(town: Town) -> None:
    town.road((0, 0), (4000, 0)).place("a", (0, 0)).place("b", (4000, 0))
    town.facility("clinic", (500, 0)).facility("feldsher", (3800, 0))
    found = town.judge(standard("travel_distance", 600, "clinic", "feldsher", "hospital"))
    assert found.cost == pytest.approx([500, 200], rel=1e-5)
    assert found.facilities is not None
    assert found.facilities.services == ("clinic", "feldsher")
    said = [
        values["service"]
        for template, values in town.assess(standard("travel_distance", 600, "clinic", "hospital")).warnings
        if template.startswith("No layer of the service")
    ]
    assert said == ["hospital"]


def test_only_features_with_the_wanted_value_count(town: Town) -> None:
    town.road((0, 0), (4000, 0)).place("a", (0, 0))
    town.facility("school", (500, 0), level="primary").facility("school", (3000, 0), level="full")
    found = town.judge(standard("travel_distance", 600, "school", where={"level": ("full",)}))
    assert found.cost == pytest.approx([3000], rel=CLOSE)
    assert found.facilities is not None
    assert found.facilities.ids == ("1",)


def test_value_of_the_nearest_facility(town: Town) -> None:
    town.road((0, 0), (9000, 0))
    town.facility("bus", (0, 0), trips_week=14.0).facility("bus", (3000, 0), trips_week=NAN)
    town.facility("bus", (9000, 0), trips_week=70.0)
    for name, x in (("a", 400), ("b", 2600), ("c", 8000), ("d", 7600)):
        town.place(name, (x, 0))
    # a: 14 trips. b: the nearest stop's trips are not known. c and d: 70 trips at 1000 and 1400 m.
    found = town.judge(standard("nearest_value", 21, "bus", comparator=">=", attribute="trips_week"))
    assert states_of(found) == ["gap", "no_data", "covered", "covered"]
    assert found.cost == pytest.approx([14, NAN, 70, 70], nan_ok=True)
    assert found.shortfall == pytest.approx([7, NAN, 0, 0], nan_ok=True)
    assert found.relative_shortfall == pytest.approx([1 / 3, NAN, 0, 0], nan_ok=True)
    # Within 1200 m only: d has no bus at all, which is known. All 21 trips are missing.
    bound = town.judge(
        standard("nearest_value", 21, "bus", comparator=">=", attribute="trips_week", reach_m=1200.0)
    )
    assert states_of(bound) == ["gap", "no_data", "covered", "gap"]
    assert bound.cost == pytest.approx([14, NAN, 70, 0], nan_ok=True)
    assert bound.nearest.tolist() == [0, -1, 2, -1]
    assert bound.shortfall[3] == 21


def test_exactly_at_the_reach_and_at_the_value_is_covered(town: Town) -> None:
    town.road((0, 0), (3000, 0)).facility("bus", (0, 0), trips_week=14.0).place("a", (1234, 0))
    reach = float(town.judge(standard("travel_distance", 1, "bus")).cost[0])

    def judged(reach_m: float, trips: float) -> list[str]:
        return states_of(
            town.judge(
                standard(
                    "nearest_value", trips, "bus", comparator=">=", attribute="trips_week", reach_m=reach_m
                )
            )
        )

    assert judged(reach, 14.0) == ["covered"]
    assert judged(float(np.nextafter(reach, 0)), 14.0) == ["gap"]
    assert judged(reach, float(np.nextafter(14.0, 15))) == ["gap"]


def test_a_wait_at_the_nearest_facility_may_be_at_most_so_long(town: Town) -> None:
    town.road((0, 0), (3000, 0)).facility("clinic", (0, 0), wait_days=3.0).facility(
        "clinic", (3000, 0), wait_days=9.0
    )
    town.place("a", (100, 0)).place("b", (2900, 0))
    found = town.judge(standard("nearest_value", 5, "clinic", attribute="wait_days"))
    assert states_of(found) == ["covered", "gap"]
    assert found.shortfall.tolist() == [0, 4]
