"""Visiting services in towns drawn by hand: stops, times, who is served and who is not, and why."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.errors import CheckError, InfeasibleError, InputError
from planner.results import Tours
from planner.results.tour import NO_ROAD, NO_STOP, NOT_LOCATED, TOO_FAR, TOO_LONG
from planner.scenario import AddFacility, Scenario
from planner.siting.tour_stops import fewest_stops
from planner.studies.tour import tours, visitable_services
from planner.studies.tour_terms import TourTerms
from tests.builders import Town, degrees


def lonely(town: Town) -> Town:
    """Return a town with a post office in its middle and four villages along its roads, 4 to 9 km away."""
    town.place("centre", (0, 0), 5000, kind="town").facility("post_office", (0, 0))
    town.place("north", (0, 6000), 50).place("beyond", (0, 6600), 40)
    town.place("east", (8000, 0), 30).place("west", (-9000, 0), 20)
    return town.road((-9000, 0), (0, 0), (8000, 0)).road((0, 0), (0, 6600))


def planned(town: Town, **terms: object) -> Tours:
    asked = {"rounds": 200, "stop_minutes": 30.0, **terms}
    return tours(town.workspace(), "post_office", TourTerms(**asked), standard="uk_post_3mi_rural")  # type: ignore[arg-type]


def reasons(found: Tours) -> dict[str, str]:
    return {found.places.ids[one.place]: one.reason for one in found.unserved}


def test_a_timetable_by_hand(town: Town) -> None:
    found = planned(lonely(town))
    # 60 km/h everywhere: a kilometre is a minute. One stop serves both villages in the north, where more people live.
    assert {stop.id for stop in found.stops} == {"north", "east", "west"}
    assert found.stops[[s.id for s in found.stops].index("north")].people == 90
    assert (found.vehicles, found.vehicles_bound, len(found.trips)) == (1, 1, 1)
    assert found.served == 140
    trip = found.trips[0]
    # There and back on each of three arms: 2 * (6 + 8 + 9) km, and as many minutes.
    assert trip.drive_m == found.drive_m == pytest.approx(46_000, abs=3)
    assert trip.drive_s == pytest.approx(46 * 60, abs=6)
    assert trip.end_s - trip.start_s == trip.drive_s + 3 * 1800
    clock = trip.start_s
    for halt in trip.halts:
        assert halt.arrival_s == clock + halt.drive_s
        clock = halt.departure_s
        assert clock - halt.arrival_s == 1800
    assert found.drive_bound_m <= found.drive_m
    assert found.unserved == ()


def test_the_line_follows_the_roads(town: Town) -> None:
    found = planned(lonely(town))
    line = shapely.geometry.shape(found.trips[0].line)
    assert Geod(ellps="WGS84").geometry_length(line) == pytest.approx(found.drive_m, rel=1e-4)
    ends = shapely.get_coordinates(line)[[0, -1]]
    assert ends == pytest.approx(np.array([[27.0, 55.0], [27.0, 55.0]]), abs=1e-5)
    for stop in found.stops:
        assert line.distance(shapely.Point(stop.lon, stop.lat)) < 1e-5


def test_one_way_streets_and_places_off_the_road(town: Town) -> None:
    town.place("centre", (0, 0), 5000, kind="town").facility("post_office", (0, 0))
    town.place("ring", (6000, -6300), 50)
    # A ring road in one direction only: 6 km out, 6 km down, then 12 km back round; the village lies 300 m off it.
    town.road((0, 0), (6000, 0), (6000, -6000), (0, -6000), (0, 0), oneway="yes")
    found = planned(town)
    assert found.drive_m == pytest.approx(24_000 + 600, abs=3)
    assert found.trips[0].drive_s == pytest.approx(24 * 60 + 600 / (10 / 3.6), abs=3)
    line = shapely.geometry.shape(found.trips[0].line)
    assert Geod(ellps="WGS84").geometry_length(line) == pytest.approx(24_600, rel=1e-4)


def test_a_break_is_part_of_the_day(town: Town) -> None:
    found = planned(lonely(town), break_minutes=45.0, start="07:30", hours=5.0)
    trip = found.trips[0]
    assert trip.start_s == 7.5 * 3600
    assert trip.pause is not None
    assert trip.pause[1] - trip.pause[0] == 45 * 60
    assert trip.end_s - trip.start_s == trip.drive_s + 3 * 1800 + 45 * 60 <= 5 * 3600
    before = next(halt for halt in trip.halts if halt.departure_s == trip.pause[0])
    after = trip.halts[trip.halts.index(before) + 1]
    assert after.arrival_s == trip.pause[1] + after.drive_s


def test_people_take_time_and_visits_come_more_than_once(town: Town) -> None:
    found = planned(lonely(town), minutes_per_person=2.0, visits_at={"beyond": 2}, days=4)
    north = next(stop for stop in found.stops if "north" in [found.places.ids[i] for i in stop.serves])
    assert (north.visits, north.service_s) == (2, (30 + 2 * 90) * 60)
    k = found.stops.index(north)
    days = sorted(trip.day for trip in found.trips for halt in trip.halts if halt.stop == k)
    assert len(days) == 2
    assert days[1] - days[0] >= 2


def test_a_stop_at_a_crossing_serves_two_villages(town: Town) -> None:
    town.place("centre", (0, 0), 5000, kind="town").facility("post_office", (0, 0))
    town.place("up", (7000, 700), 30).place("down", (7000, -700), 20)
    town.road((0, 0), (7000, 0)).road((7000, 700), (7000, 0)).road((7000, 0), (7000, -700))
    assert len(planned(town).stops) == 2
    town.path.unlink()
    found = planned(town, crossings=True)
    assert [stop.crossing for stop in found.stops] == [True]
    assert found.stops[0].farthest_m == pytest.approx(700, rel=1e-4)
    assert found.served == 50


def test_who_cannot_be_served_is_named_with_what_would_do(town: Town) -> None:
    lonely(town).place("island", (3000, 9000), 25).place("nowhere", None, 10)
    town.road((0, 6600), (0, 15_000)).place("far", (0, 15_000), 35)
    found = planned(town, range_km=20.0)
    assert reasons(found) == {"island": NO_ROAD, "far": TOO_FAR}
    far = next(one for one in found.unserved if one.reason == TOO_FAR)
    assert far.needed == pytest.approx(30, rel=1e-3)
    town.path.unlink()
    found = planned(town, hours=1.0, stop_minutes=32.0)
    assert reasons(found) == {"island": NO_ROAD, "far": TOO_LONG}
    assert found.unserved_people == 60
    far = next(one for one in found.unserved if one.reason == TOO_LONG)
    assert far.needed == pytest.approx((30 + 32) / 60, rel=1e-3)


def test_a_place_that_cars_cannot_come_near_is_told_how_far_the_nearest_stop_is(town: Town) -> None:
    lonely(town).place("wood", (8000, 3000), 25)
    town.road((8000, 0), (8000, 3000), road_class="footway")
    found = planned(town, walk_m=500.0)
    assert reasons(found) == {"wood": NO_STOP}
    assert found.unserved[0].needed == pytest.approx(3000, rel=1e-3)
    town.path.unlink()
    assert planned(town, walk_m=3001.0).unserved == ()


def test_nobody_to_be_served_is_refused_with_names(town: Town) -> None:
    with pytest.raises(InfeasibleError, match="north"):
        planned(lonely(town), hours=0.5)
    with pytest.raises(InfeasibleError, match="1 vehicles do not suffice"):
        planned_again(town, vehicles=1, days=1, hours=1.0)


def planned_again(town: Town, **terms: object) -> Tours:
    town.path.unlink()
    return planned(town, **terms)


def test_the_best_order_of_stops_is_found(town: Town) -> None:
    random = np.random.default_rng(3)
    town.place("centre", (0, 0), 5000, kind="town").facility("post_office", (0, 0))
    at = {f"v{k}": (float(x), float(y)) for k, (x, y) in enumerate(random.integers(5500, 9900, (5, 2)))}
    for name, point in at.items():
        town.place(name, point, 10)
    # A web of straight roads: ways are as the crow flies.
    spots = [(0.0, 0.0), *at.values()]
    for a, b in itertools.combinations(spots, 2):
        town.road(a, b)
    found = planned(town, walk_m=100.0)
    best = min(
        sum(np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in itertools.pairwise([(0, 0), *order, (0, 0)]))
        for order in itertools.permutations(at.values())
    )
    assert found.drive_m == pytest.approx(best, rel=1e-4)


def test_a_tampered_walk_is_seen(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*given: object, **named: object) -> object:
        stops = fewest_stops(*given, **named)  # type: ignore[arg-type]
        stops.walk[0] += 5000
        return stops

    monkeypatch.setattr("planner.studies.tour.fewest_stops", wrong)
    with pytest.raises(CheckError, match="walk"):
        planned(lonely(town))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"walk_m": -1.0}, "walk_m"),
        ({"days": 9}, "days"),
        ({"hours": 30.0}, "hours"),
        ({"visits": 6}, "visits"),
        ({"visits": 3, "spacing": 3}, "apart"),
        ({"start": "8 o'clock"}, "time of day"),
        ({"start": "20:00"}, "midnight"),
        ({"break_minutes": 480.0}, "break"),
        ({"visits_at": {"x": 9}}, "visits_at x"),
        ({"range_km": float("nan")}, "range_km"),
    ],
)
def test_terms_that_cannot_be_used_are_named(terms: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        TourTerms(**terms)  # type: ignore[arg-type]


def test_what_is_not_there_is_refused(town: Town) -> None:
    workspace = lonely(town).workspace()
    with pytest.raises(InputError, match="no place frobnicate for a depot"):
        tours(workspace, "post_office", TourTerms(depot="frobnicate"))
    with pytest.raises(InputError, match="no place frobnicate to visit"):
        tours(workspace, "post_office", TourTerms(visits_at={"frobnicate": 2}))
    with pytest.raises(InputError, match="frobnicate"):
        tours(workspace, "frobnicate")
    with pytest.raises(InputError, match="Nobody"):
        tours(workspace, "post_office", standard="ru_post_zone_urban")


def test_services_that_somebody_lacks(town: Town) -> None:
    from planner.studies.assess import assess

    assert "post_office" in visitable_services(assess(lonely(town).workspace()))


def test_unlocated_places_are_no_gap(town: Town) -> None:
    found = planned(lonely(town).place("nowhere", None, 10))
    assert NOT_LOCATED not in reasons(found).values()
    assert found.served == 140


def test_a_depot_off_the_road_that_lacks_the_service_is_a_stop_without_a_drive(town: Town) -> None:
    town.place("centre", (0, 400), 500, kind="agrotown").facility("post_office", (40_000, 0)).road(
        (0, 0), (40_000, 0)
    )
    town.place("next", (10_000, 0), 20)
    found = planned(town)
    first = found.trips[0]
    assert {found.stops[halt.stop].id for halt in first.halts} == {"centre", "next"}
    assert found.drive_m == pytest.approx(2 * 10_400, abs=2)
    own = next(halt for halt in first.halts if found.stops[halt.stop].id == "centre")
    assert (own.drive_m, own.drive_s) in {(0, 0), (10_400, first.drive_s // 2)}


def test_a_scenario_with_a_new_post_office_needs_fewer_stops(town: Town) -> None:
    workspace = lonely(town).workspace()
    terms = TourTerms(rounds=100)
    here = degrees([(8000.0, 0.0)])[0]
    built = Scenario("built", (AddFacility("post_office", "new", {"en": "New"}, *here),))
    with_it = tours(workspace, "post_office", terms, standard="uk_post_3mi_rural", scenario=built)
    without = tours(workspace, "post_office", terms, standard="uk_post_3mi_rural")
    assert {s.id for s in without.stops} - {s.id for s in with_it.stops} == {"east"}
    assert with_it.manifest["scenario"] is not None
    assert without.manifest["scenario"] is None
