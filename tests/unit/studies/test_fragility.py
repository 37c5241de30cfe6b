"""Roads and mains on which people hang: towns worked out by hand, and the sample with every road taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from planner.errors import InputError
from planner.results import Fragility
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs
from planner.studies.fragility import _Trial, fragile_services, fragility, fragility_of
from planner.studies.inputs import Inputs, load
from planner.studies.standards_in_force import in_force
from planner.studies.terrain import add_terrain
from planner.studies.webs import web_of
from planner.workspace import open_workspace
from tests.builders import CLOSE, Town, standard
from tests.unit.studies.test_terrain import raster

FloatArray = npt.NDArray[np.float64]

BY_CAR = standard("travel_time", 12, "post_office", id="car", mode="car")
STRAIGHT = standard("straight_distance", 90_000, "post_office", id="straight")


def study(town: Town, *standards: Standard, service: str = "post_office", **more: Any) -> Fragility:
    return fragility_of(town.inputs(), standards, load_standards(), service, **more)


def with_a_loop(town: Town) -> Town:
    """A post office at the origin; b beyond a bridge; a ring road to c, the short way over the ford."""
    town.place("b", (-3000, 0), 40).place("c", (10_000, 0), 70).facility("post_office", (0, 0))
    town.road((-3000, 0), (-1000, 0), id="west").road(
        (-1000, 0), (0, 0), id="bridge", bridge="yes", name="Old bridge"
    )
    town.road((0, 0), (5000, 0), (10_000, 0), id="ford")
    return town.road((0, 0), (0, 8000), (10_000, 8000), (10_000, 0), id="round")


def test_what_is_cut_and_what_only_takes_longer(town: Town) -> None:
    found = study(with_a_loop(town), BY_CAR)
    names = {e.id: e for e in found.elements}
    # Without the short way c is 26 minutes from the post office: it loses the standard, and is not cut off.
    assert (names["ford"].lost, names["ford"].cut_off, names["ford"].bridge) == (70, 0, False)
    assert names["ford"].length_m == pytest.approx(10_000, rel=CLOSE)
    # The road west and the bridge do the same: one element, found by its bridge.
    (west,) = [e for e in found.elements if e.bridge]
    assert (west.lost, west.cut_off, west.structure) == (40, 40, True)
    assert west.length_m == pytest.approx(3000, rel=CLOSE)
    assert [found.places.ids[i] for i in west.cut] == ["b"]
    assert [e.lost for e in found.elements] == [70, 40]
    assert found.proven
    assert found.elements[0].line["type"] == "MultiLineString"


def test_without_a_standard_over_the_network_only_being_cut_off_counts(town: Town) -> None:
    found = study(with_a_loop(town), STRAIGHT)
    assert [(e.lost, e.cut_off) for e in found.elements] == [(40, 40)]
    assert found.standards == ()


def test_what_is_measured_by_bus_is_not_judged(town: Town) -> None:
    town.facility("bus", (-3000, 0), trips_week=70)
    by_bus = standard("travel_time", 60, "post_office", id="bus", mode="bus")
    found = study(with_a_loop(town), by_bus, BY_CAR)
    assert [s.id for s in found.standards] == ["car"]
    assert [e.lost for e in found.elements] == [70, 40]


def test_standards_that_count_other_service_points_are_not_mixed(town: Town) -> None:
    """The pharmacy next door is no post office: b still loses the post when the bridge is lost."""
    town.facility("pharmacy", (-3000, 0))
    either = standard("travel_time", 12, "post_office", "pharmacy", id="either", mode="car")
    found = study(with_a_loop(town), BY_CAR, either)
    assert [s.id for s in found.standards] == ["car"]
    assert [e.lost for e in found.elements] == [70, 40]


def test_a_junction_without_which_people_are_cut_off(town: Town) -> None:
    town.road((0, 0), (1000, 0)).road((1000, 0), (1000, 3000)).road((1000, 0), (4000, 0))
    town.place("n", (1000, 3000), 11).place("e", (4000, 0), 5).facility("post_office", (0, 0))
    (only,) = study(town, BY_CAR).junctions
    assert only.cut_off == 16
    assert found_near(only.lon, only.lat)


def found_near(lon: float, lat: float) -> bool:
    """Return whether a position is that of (1000, 0), to a metre."""
    from tests.builders import degrees

    expected = degrees([(1000, 0)])[0]
    return abs(lon - expected[0]) < 2e-5 and abs(lat - expected[1]) < 1e-5


def test_a_search_that_is_stopped_says_so(town: Town) -> None:
    assert not study(with_a_loop(town), BY_CAR, tried_at_most=1).proven


def costs_beside_an_assessment(inputs: Inputs, one: Standard) -> tuple[FloatArray, FloatArray]:
    """Return minutes to the nearest by the network that is taken apart, and by an assessment."""
    trial = _Trial(inputs, web_of(inputs, [one], one.service))
    return trial.cost / 60, assess_inputs(inputs, [one], load_standards()).results[0].cost


def test_on_foot_slopes_count_as_in_an_assessment(town: Town, tmp_path: Path) -> None:
    """A kilometre up by 10 %: 19 minutes, and 13 back. The road round takes 4 more."""
    town.road((0, 0), (1000, 0), id="up").place("a", (0, 0), 30)
    town.road((0, 0), (0, 150), (1000, 150), (1000, 0), id="round").facility("post_office", (1000, 0))
    workspace = town.workspace()
    add_terrain(workspace, [raster(tmp_path / "plane.tif")])
    for outward in (False, True):
        one = standard("travel_time", 20, "post_office", id="foot", mode="walk", from_facility=outward)
        trial, assessed = costs_beside_an_assessment(inputs := load(workspace), one)
        assert trial.tolist() == assessed.tolist()
        found = fragility_of(inputs, [one], load_standards(), "post_office")
        # Uphill only the straight road leads there within 20 minutes; downhill both do.
        assert [e.id for e in found.elements] == ([] if outward else ["up"])


def test_who_reaches_a_one_way_street_at_its_end_is_not_bound_by_it(town: Town) -> None:
    town.road((0, 0), (1000, 0), id="there", oneway="yes").road((0, 0), (-1000, 0), id="west")
    town.place("a", (0, 0), 30).facility("post_office", (-1000, 0))
    trial, assessed = costs_beside_an_assessment(town.inputs(), BY_CAR)
    assert trial.tolist() == assessed.tolist()


def test_mains_are_traced_from_their_source(town: Town) -> None:
    """A pump feeds a and b in a row; c has a main that leads nowhere, d none at all."""
    town.place("a", (1000, 0), 10).place("b", (2000, 50), 20).place("c", (9000, 0), 30).place(
        "d", (5000, 5000), 5
    )
    town.line("water", (0, 0), (1000, 0), (2000, 0), id="first").line(
        "water", (9000, 0), (9500, 0), id="loose"
    )
    town.facility("water", (0, 0), name="Pump")
    found = study(town, service="water")
    assert found.kind == "lines"
    assert found.connected.tolist() == [1, 1, 0, 2]
    assert [(e.lost, e.bridge) for e in found.elements] == [(30, True), (20, True)]
    assert [e.length_m for e in found.elements] == pytest.approx([1000, 1000], rel=CLOSE)
    assert found.as_dict()["people_without_source"] == 30


def test_what_has_no_network_is_refused(town: Town) -> None:
    town.place("a", (0, 0)).line("water", (0, 0), (10, 0))
    with pytest.raises(InputError, match="come from"):
        study(town, service="water")
    with pytest.raises(InputError, match="reached over a network"):
        study(town, BY_CAR)


@pytest.mark.parametrize("service", ["fire", "library"])
def test_no_road_of_the_sample_does_more_harm_than_those_found(sample_file: Path, service: str) -> None:
    workspace = open_workspace(sample_file)
    inputs, (standards, catalogue) = load(workspace), in_force(workspace)
    found = fragility_of(inputs, standards, catalogue, service, shown=3)
    assert found.proven
    trial = _Trial(inputs, web := web_of(inputs, standards, service))
    draw = np.random.default_rng(1)
    people = inputs.places.population
    for piece in draw.choice(np.flatnonzero(web.pieces.on_road), 60, replace=False):
        losing, cut = trial.without(int(piece))
        assert people[losing].sum() <= found.elements[-1].lost or any(
            set(e.losing) == set(losing.tolist()) for e in found.elements
        )
        # The sample has no one-way roads: what the bridges say is what is cut off.
        assert people[cut].sum() == trial.cuts.edge_lost[piece]


def test_the_services_of_the_sample(sample_file: Path) -> None:
    workspace = open_workspace(sample_file)
    assert {"fire", "post_office", "shop"} <= set(fragile_services(workspace))
    told = fragility(workspace, "library").as_dict()
    assert told["proven"]
    assert told["elements"][0]["people_losing"] >= told["elements"][1]["people_losing"]
