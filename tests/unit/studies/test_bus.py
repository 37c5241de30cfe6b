"""Walking and riding: every number is worked out by hand. On foot 75 m a minute, the bus 40 km/h on the road drawn."""

from __future__ import annotations

import numpy as np
import pytest

from planner.network.attach import ModeRoads
from planner.network.bus import BusRoads
from planner.network.modes import modes
from tests.builders import CLOSE, Town, standard, states_of

NAN = float("nan")
WALK = 1000 / 75
"""Minutes for a kilometre."""


def line(town: Town, trips: float = 448.0, last: float = 448.0) -> Town:
    """A road of 10 km: a place at its beginning, a post office at its end, a stop 1 km from either."""
    town.road((0, 0), (10000, 0)).place("a", (0, 0)).facility("post_office", (10000, 0))
    return town.facility("bus", (1000, 0), trips_week=trips).facility("bus", (9000, 0), trips_week=last)


def minutes(town: Town) -> list[float]:
    return [float(v) for v in town.judge(standard("travel_time", 60, mode="bus")).cost]


def test_walk_wait_ride_and_walk(town: Town) -> None:
    # 448 trips in 112 hours: a bus every 15 min, a mean wait of 7.5. The ride: 8 km at 40 km/h, 12 min.
    assert minutes(line(town)) == pytest.approx([WALK + 7.5 + 12 + WALK], rel=CLOSE)


def test_where_buses_are_few_the_wait_is_bounded(town: Town) -> None:
    assert minutes(line(town, trips=7.0)) == pytest.approx([WALK + 15 + 12 + WALK], rel=CLOSE)


@pytest.mark.parametrize("trips", [6.9, NAN])
def test_a_stop_with_too_few_trips_or_unknown_ones_is_not_counted_on(town: Town, trips: float) -> None:
    assert minutes(line(town, trips=trips)) == pytest.approx([10 * WALK], rel=CLOSE)
    said = [
        template.format(**v) for template, v in town.assess(standard("travel_time", 60, mode="bus")).warnings
    ]
    assert any(text.startswith("By bus: 1 of 2 stops have enough trips") for text in said)


def test_nobody_alights_where_no_bus_is_counted_on(town: Town) -> None:
    assert minutes(line(town, last=3.0)) == pytest.approx([10 * WALK], rel=CLOSE)


def test_a_short_way_is_walked(town: Town) -> None:
    line(town).place("near", (9500, 0))
    assert minutes(town)[1] == pytest.approx(0.5 * WALK, rel=CLOSE)


def test_the_wait_is_that_of_the_stop_where_one_boards(town: Town) -> None:
    line(town, trips=448.0, last=14.0)
    to_it = town.judge(standard("travel_time", 60, mode="bus"))
    from_it = town.judge(standard("travel_time", 60, mode="bus", from_facility=True))
    assert to_it.cost == pytest.approx([2 * WALK + 12 + 7.5], rel=CLOSE)
    assert from_it.cost == pytest.approx([2 * WALK + 12 + 15], rel=CLOSE)


def test_no_layer_of_stops_is_no_data_and_an_empty_one_is_walking(town: Town) -> None:
    town.road((0, 0), (1500, 0)).place("a", (0, 0)).facility("post_office", (1500, 0))
    by_bus = standard("travel_time", 60, mode="bus")
    assert states_of(town.judge(by_bus)) == ["no_data"]
    town.nothing_of("bus")
    assert town.judge(by_bus).cost == pytest.approx([20], rel=CLOSE)


def test_a_stop_far_from_every_road_of_the_buses_is_not_served(town: Town) -> None:
    # The first stop lies 300 m along a path, which no bus uses.
    town.road((0, 0), (10000, 0)).road((1000, 0), (1000, 300), road_class="path")
    town.place("a", (0, 0)).facility("post_office", (10000, 0))
    town.facility("bus", (1000, 300), trips_week=448.0).facility("bus", (9000, 0), trips_week=448.0)
    assert minutes(town) == pytest.approx([10 * WALK], rel=CLOSE)


def test_riding_has_no_distance(town: Town) -> None:
    inputs = line(town).inputs()
    assert inputs.roads is not None
    walk, ride = (ModeRoads(inputs.roads, modes()[mode]) for mode in ("walk", "bus"))
    both = BusRoads(walk, ride, inputs.facility_xy[1:], np.array([448.0, 448.0]))
    with pytest.raises(ValueError, match="impedance"):
        both.network(both.snap(inputs.place_xy), "distance")
    with pytest.raises(ValueError, match="walk has no ride"):
        BusRoads(walk, walk, inputs.facility_xy[1:], np.array([448.0, 448.0]))
