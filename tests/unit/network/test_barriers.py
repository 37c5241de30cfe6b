"""The way from a place to a road crosses no river: villages on the other bank, walls with ends, places shut in."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.network.barriers import Barriers
from tests.builders import CLOSE, Town, standard, states_of


def two_banks(town: Town) -> Town:
    """A road on each bank, joined by a bridge 1 km to the east of the village; the post office is across the river."""
    town.road((0, -400), (2000, -400), (2000, 100), (0, 100))
    town.place("village", (1000, 0)).facility("post_office", (1000, 100))
    return town


def test_a_village_across_a_river_goes_by_the_road_of_its_own_bank(town: Town) -> None:
    two_banks(town)
    # Without the river: straight to the road that the post office stands on.
    assert town.judge(standard("travel_distance", 1)).cost == pytest.approx([100], rel=CLOSE)
    town.line("barrier", (-500, 50), (2500, 50), kind="river")
    # With it: 400 m to the southern road, 1000 m to the bridge, 500 m across it, 1000 m back.
    whole = town.assess(standard("travel_distance", 3000))
    assert whole.results[0].cost == pytest.approx([2900], rel=CLOSE)
    assert states_of(whole.results[0]) == ["covered"]
    assert whole.places.road_distance_m == pytest.approx([400], rel=CLOSE)
    assert whole.manifest["travel"]["barriers"] is True


def test_lines_of_other_services_are_no_barriers(town: Town) -> None:
    two_banks(town).line("water", (-500, 50), (2500, 50))
    assert town.judge(standard("travel_distance", 1)).cost == pytest.approx([100], rel=CLOSE)


def test_a_facility_keeps_to_its_own_bank_too(town: Town) -> None:
    two_banks(town).line("barrier", (-500, 50), (2500, 50))
    # A school in the meadow below the river: 10 m from it, 60 m from the northern road, 440 m from the southern.
    town.facility("school", (500, 40))
    assert town.judge(standard("travel_distance", 1, "school")).cost == pytest.approx(
        [400 + 500 + 440], rel=CLOSE
    )


def test_round_the_end_of_a_wall_the_nearest_point_that_is_seen_counts(town: Town) -> None:
    # Half-way to the road, 100 m to either side: what lies within 200 m of the foot is hidden.
    town.road((0, 100), (2000, 100)).place("a", (1000, 0)).facility("post_office", (0, 100))
    town.line("barrier", (900, 50), (1150, 50))
    found = town.assess(standard("travel_distance", 5000))
    # To the west the sight passes the wall's end at (800, 100): hypot(200, 100) m, then 800 m.
    assert found.places.road_distance_m == pytest.approx([np.hypot(200, 100)], rel=CLOSE)
    assert found.results[0].cost == pytest.approx([np.hypot(200, 100) + 800], rel=CLOSE)


def test_a_place_shut_in_has_no_way_to_the_road(town: Town) -> None:
    town.road((0, 100), (2000, 100)).facility("post_office", (0, 100)).place("island", (1000, 0))
    town.line("barrier", (950, -50), (1050, -50), (1050, 50), (950, 50), (950, -50))
    whole = town.assess(standard("travel_distance", 5000))
    assert states_of(whole.results[0]) == ["not_connected"]
    assert np.isnan(whole.places.road_distance_m).all()


def test_a_place_or_a_road_point_on_the_barrier_itself_is_not_cut_off() -> None:
    road = np.array([shapely.LineString([(0, 100), (1000, 100)])], dtype=object)
    river = Barriers(np.array([shapely.LineString([(0, 0), (1000, 0)]), None], dtype=object))
    ways = np.array([shapely.LineString([(500, 0), (500, 100)]), shapely.LineString([(500, -1), (500, 100)]),
                     shapely.LineString([(500, -9), (500, 0)])], dtype=object)  # fmt: skip
    assert river.crossed(ways).tolist() == [False, True, False]
    tree = shapely.STRtree(road)
    assert river.nearest_seen(np.array([500.0, 0.0]), road, tree, 2000) == pytest.approx((0, 0.5, 100))
    assert river.nearest_seen(np.array([500.0, -1.0]), road, tree, 2000) is None


def test_a_river_drawn_in_two_ways_has_no_gap_where_they_meet() -> None:
    west, east = shapely.LineString([(0, 0), (500, 0)]), shapely.LineString([(500, 0), (900, 0)])
    river = Barriers(np.array([west, east], dtype=object))
    assert river.crossed(np.array([shapely.LineString([(500, -10), (500, 10)])], dtype=object)).tolist() == [
        True
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_point_seen_is_that_of_many_points_tried_one_by_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    roads = shapely.linestrings(draw.uniform(0, 1000, (8, 3, 2)))
    lines = shapely.linestrings(draw.uniform(0, 1000, (12, 2, 2)))
    barriers, tree = Barriers(np.asarray(lines, dtype=object)), shapely.STRtree(roads)
    step = 10.0
    on_roads = np.concatenate([shapely.get_coordinates(shapely.segmentize(road, step)) for road in roads])
    hidden = 0
    for point in draw.uniform(0, 1000, (10, 2)):
        ways = shapely.linestrings(np.stack([np.broadcast_to(point, on_roads.shape), on_roads], axis=1))
        apart = shapely.length(ways)
        free = ~shapely.crosses(ways[:, None], lines[None, :]).any(axis=1)
        found = barriers.nearest_seen(point, roads, tree, 2000)
        if not free.any():
            hidden += 1
            assert found is None or found[2] > 0
            continue
        assert found is not None
        edge, fraction, distance = found
        at = shapely.line_interpolate_point(roads[edge], fraction, normalized=True)
        assert shapely.distance(at, shapely.Point(point)) == pytest.approx(distance, abs=1e-6)
        # As near as the best of the points tried, and never nearer than half a step better.
        assert apart[free].min() - step <= distance <= apart[free].min() + 1e-6
    assert hidden < 10
