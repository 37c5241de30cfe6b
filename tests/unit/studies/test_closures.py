"""Closures of a town on one road, worked out by hand; and against measuring the sample without the facility."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import speech
from planner.maps.closure_map import closure_legend, closure_text
from planner.results import Closures, State
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs
from planner.studies.closures import closable, closures, closures_of
from planner.studies.inputs import Inputs, load
from planner.studies.standards_in_force import in_force
from planner.workspace import open_workspace
from tests.builders import CLOSE, Town, standard


def by_car(minutes: float) -> Standard:
    return standard("travel_time", minutes, "post_office", id="car", mode="car")


BY_CAR = by_car(5)
NEAR = standard("straight_distance", 1500, "post_office", id="near", people=(200, None))


def on_a_road(town: Town) -> Town:
    """Places at 0, 2, 4 and 9 km of a road; post offices at 0 and 6 km; one nobody knows where."""
    town.road((0, 0), (2000, 0), (4000, 0), (6000, 0), (9000, 0))
    town.place("a", (0, 0), 300).place("b", (2000, 0), 100).place("c", (4000, 0), 50).place("d", (9000, 0), 7)
    town.facility("post_office", (0, 0), name="West").facility("post_office", (6000, 0), name="East")
    return town.facility("post_office", None, name="Lost")


def study(town: Town, *standards: Standard, count: int | None = None) -> Closures:
    return closures_of(town.inputs(), standards, load_standards(), "post_office", count=count)


def test_who_loses_where_they_go_and_how_far(town: Town) -> None:
    found = study(on_a_road(town), BY_CAR)
    west, east = found.closures
    assert (west.served, west.lost, west.stranded) == (400, 300, 0)
    assert [found.places.ids[i] for i in west.losing] == ["a"]
    assert west.destinations == ((1, 400.0),)
    # From a 6 km farther, from b 4 km to the east in place of 2 to the west.
    assert west.extra_total == pytest.approx(300 * 6000 + 100 * 2000, rel=CLOSE)
    assert west.extra_mean == pytest.approx(west.extra_total / 400)
    assert west.extra_max == pytest.approx(6000, rel=CLOSE)
    assert (east.served, east.lost) == (57, 7)
    assert east.extra_max == pytest.approx(6000, rel=CLOSE)
    assert found.left_out == 1
    assert found.ordered()[0] is west


def test_a_place_loses_the_service_with_any_of_its_standards(town: Town) -> None:
    found = study(on_a_road(town), by_car(60), NEAR)
    assert [c.lost for c in found.closures] == [300, 0]
    assert not found.lacking.any()


def test_whoever_lacks_it_already_loses_nothing(town: Town) -> None:
    found = study(on_a_road(town), by_car(1))
    assert [c.lost for c in found.closures] == [300, 0]
    assert found.lacking.tolist() == [False, True, True, True]


def test_the_last_one_leaves_people_without_any(town: Town) -> None:
    town.road((0, 0), (1000, 0)).place("a", (0, 0), 8).facility("post_office", (1000, 0))
    (only,) = study(town, BY_CAR).closures
    assert (only.lost, only.stranded, only.moved, only.extra_total) == (8, 8, 0, 0)
    assert only.goes_to.tolist() == [-1]


def test_who_has_longer_in_minutes_is_touched_though_the_nearest_by_road_stays(town: Town) -> None:
    # At nine tenths of the limits 8 km take 5.9 min, while 4 km elsewhere are nearer and take 13.3 min.
    town.place("a", (0, 0), 300).road((0, 0), (8000, 0), speed_kmh=90.0).road(
        (0, 0), (0, 4000), speed_kmh=20.0
    )
    town.facility("post_office", (8000, 0), name="Quick").facility("post_office", (0, 4000), name="Near")
    for minutes, lost in ((10, 300), (20, 0), (2, 0)):
        found = study(town, by_car(minutes))
        quick, near = found.closures
        assert (quick.served, quick.lost, quick.extra_total) == (0, lost, 0)
        (way,) = quick.longer
        assert (way.place, way.goes_to) == (0, 1)
        assert way.extra == pytest.approx(4 / 18 * 60 - 8 / 81 * 60, rel=CLOSE)
        # Whoever goes farther by road is told so already.
        assert near.longer == () and near.extra_total == pytest.approx(300 * 4000, rel=CLOSE)
        say = speech("en")
        untouched = [row.people for row in closure_legend(found, quick, say) if row.label == "not touched"]
        assert untouched == []
        assert "goes to: Near, 7.4\u00a0min farther" in closure_text(found, quick, say)[0].told


def test_who_reaches_no_other_as_the_standard_measures_has_none_and_does_not_go_farther(town: Town) -> None:
    # On foot only the one at 8 km can be reached; by car there is another on a motorway, nearer by road.
    town.road((0, 0), (8000, 0)).road((0, 0), (0, 6000), road_class="motorway").place("a", (0, 0), 300)
    town.facility("post_office", (8000, 0), name="On foot").facility("post_office", (0, 6000), name="By car")
    on_foot = standard("travel_time", 240, "post_office", id="walk", mode="walk")
    far = standard("travel_time", 1, "post_office", id="far", mode="walk")
    for judged, label in ((on_foot, "loses the standard"), (far, "has no other to reach")):
        found = study(town, judged)
        gone = next(c for c in found.closures if found.facilities.names[c.closed[0]]["en"] == "On foot")
        (way,) = gone.longer
        assert (way.goes_to, way.extra) == (-1, np.inf)
        people = {row.label: row.people for row in closure_legend(found, gone, speech("en")) if row.people}
        assert people == {label: 300}


def test_without_roads_the_extra_way_is_straight(town: Town) -> None:
    town.place("a", (0, 0), 300).facility("post_office", (300, 0)).facility("post_office", (0, 1000))
    found = study(town, NEAR)
    assert not found.by_road
    assert found.closures[0].extra_max == pytest.approx(700, rel=CLOSE)


def test_the_closures_that_harm_least(town: Town) -> None:
    found = study(on_a_road(town), BY_CAR, count=1)
    assert found.least is not None
    assert (found.least.closure.closed, found.least.proven, found.least.bound) == ((1,), True, 7)
    for count in (0, 2):
        with pytest.raises(InputError, match="cannot close"):
            study(town, BY_CAR, count=count)


def test_a_service_that_no_standard_measures_by_the_way_is_refused(town: Town) -> None:
    with pytest.raises(InputError, match="Choose one of: post_office"):
        closures_of(on_a_road(town).inputs(), (BY_CAR,), load_standards(), "bus")
    nowhere = town.path.with_name("nowhere.gpkg")
    lost = Town(nowhere).place("a", (0, 0)).facility("post_office", None)
    with pytest.raises(InputError, match="No service point"):
        study(lost, NEAR)


def without(inputs: Inputs, service: str, id: str) -> Inputs:
    """Return a district without one of its facilities, as a new upload of the layer would leave it."""
    gone = next(
        i
        for i, (s, f) in enumerate(zip(inputs.facilities.services, inputs.facilities.ids, strict=True))
        if (s, f) == (service, id)
    )
    lon, lat = inputs.facilities.lon.copy(), inputs.facilities.lat.copy()
    xy = inputs.facility_xy.copy()
    lon[gone] = lat[gone] = xy[gone] = np.nan
    fewer = dataclasses.replace(inputs.facilities, lon=lon, lat=lat)
    return dataclasses.replace(inputs, facilities=fewer, facility_xy=xy)


@pytest.mark.parametrize("service", ["fire", "ambulance", "school", "post_office", "shop"])
def test_the_sample_agrees_with_measuring_again(sample_file: Path, service: str) -> None:
    workspace = open_workspace(sample_file)
    inputs, (standards, catalogue) = load(workspace), in_force(workspace)
    found = closures_of(inputs, standards, catalogue, service)
    before = assess_inputs(inputs, found.standards, catalogue)
    people = inputs.places.population
    for closure in (*found.ordered()[:3], found.ordered()[-1]):
        (f,) = closure.closed
        named = (found.facilities.services[f], found.facilities.ids[f])
        after = assess_inputs(without(inputs, *named), found.standards, catalogue)
        lost, longer = np.zeros(people.size, dtype=bool), np.zeros(people.size, dtype=bool)
        for old, new in zip(before.results, after.results, strict=True):
            lost |= (old.state == State.COVERED) & (new.state != State.COVERED)
            if old.standard in found.searched:
                longer |= (old.state != State.NOT_APPLICABLE) & (new.cost > old.cost)
        assert closure.lost == people[lost].sum()
        assert sorted(closure.losing) == np.flatnonzero(lost).tolist()
        # Whoever has longer goes farther by road, or is told of beside; and whoever loses by the way is among them.
        told = {way.place: way for way in closure.longer}
        assert sorted(told) == np.flatnonzero(longer & ~(closure.extra_m > 0)).tolist()
        for place, way in told.items():
            (old,) = (b for b in before.results if b.standard == found.standards[way.standard])
            (new,) = (a for a in after.results if a.standard == found.standards[way.standard])
            assert way.extra == pytest.approx(new.cost[place] - old.cost[place])
            assert new.facilities is not None
            assert found.facilities.ids[way.goes_to] == new.facilities.ids[new.nearest[place]]


def test_the_services_that_can_be_studied(sample_file: Path) -> None:
    services = closable(open_workspace(sample_file))
    assert {"post_office", "school", "fire", "ambulance", "shop"} <= set(services)
    assert "bus" in services
    assert "mobile" not in services
    assert services["fire"]["en"] != "fire"
    printed = closures(open_workspace(sample_file), "fire", count=2).as_dict()
    assert printed["least_harmful"]["proven"] is True
    assert [len(row["facilities"]) for row in printed["closures"]] == [1] * 4
