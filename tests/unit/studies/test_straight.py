"""Straight lines, areas and lines: distances without a network, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import CLOSE, Town, standard, states_of


def test_straight_distance_needs_no_roads(town: Town) -> None:
    # 3-4-5 triangles: 500 m and 5000 m.
    town.place("a", (300, 400)).place("b", (3000, 4000)).facility("post_office", (0, 0))
    found = town.judge(standard("straight_distance", 501))
    assert found.cost == pytest.approx([500, 5000], rel=CLOSE)
    assert states_of(found) == ["covered", "gap"]
    assert found.shortfall == pytest.approx([0, 4499], rel=1e-5)


def test_straight_distance_on_the_ground_not_on_the_grid(town: Town) -> None:
    # 10 km on the ground are 9996 m on the grid here: measured on the grid they would be within 9998 m.
    town.place("a", (0, 10_000)).facility("post_office", (0, 0))
    assert states_of(town.judge(standard("straight_distance", 9_998))) == ["gap"]
    assert states_of(town.judge(standard("straight_distance", 10_000.5))) == ["covered"]


def test_where_there_is_none_the_service_is_unreachable_and_where_nothing_is_known_no_data(
    town: Town,
) -> None:
    town.place("a", (0, 0)).place("lost", None).nothing_of("school").facility("club", None)
    # There is no layer; the layer says that there is none; where the only one is nobody knows.
    for service, state in (("post_office", "no_data"), ("school", "unreachable"), ("club", "no_data")):
        assert states_of(town.judge(standard("straight_distance", 5, service))) == [state, "not_located"]


def test_of_facilities_on_one_spot_the_first_is_the_nearest(town: Town) -> None:
    town.place("a", (0, 0))
    for x in (900, 500, 500):
        town.facility("post_office", (x, 0))
    assert town.judge(standard("straight_distance", 5)).nearest.tolist() == [1]


def test_within_an_area_or_on_its_edge(town: Town) -> None:
    town.area("mobile", (0, 0, 1000, 1000), technology="4G").area(
        "mobile", (1000, 0, 2000, 1000), technology="2G"
    )
    for name, x in (("a", 500), ("edge", 1000), ("b", 1500), ("c", 2500)):
        town.place(name, (x, 500))
    town.place("lost", None)
    anything = town.judge(standard("within_area", 1, "mobile", comparator=">="))
    assert states_of(anything) == ["covered", "covered", "covered", "gap", "not_located"]
    # The standard says yes or no: there is no number to report, and a gap is a whole one.
    assert np.isnan(anything.cost).all()
    assert np.isnan(anything.shortfall).all()
    assert anything.relative_shortfall[3] == 1.0
    fast = town.judge(standard("within_area", 1, "mobile", comparator=">=", where={"technology": ("4G",)}))
    assert states_of(fast) == ["covered", "covered", "gap", "gap", "not_located"]
    assert (
        states_of(town.judge(standard("within_area", 1, "broadband", comparator=">=")))[:4] == ["no_data"] * 4
    )


def test_distance_to_a_line_is_to_its_nearest_point(town: Town) -> None:
    town.line("water", (0, 0), (1000, 0), (1000, 1000)).line("water", (9000, 9000), (9000, 9100))
    # a stands 120 m beside the middle of the main; b 300 east and 400 north of its end.
    town.place("a", (500, -120)).place("b", (1300, 1400)).place("on it", (1000, 500))
    found = town.judge(standard("distance_to_line", 150, "water"))
    assert found.cost == pytest.approx([120, 500, 0], rel=1e-4, abs=0.02)
    assert states_of(found) == ["covered", "gap", "covered"]
    assert found.shortfall == pytest.approx([0, 350, 0], rel=1e-4)


def test_distance_to_a_paved_road_whatever_the_pavement_is_called(town: Town) -> None:
    town.road((0, 0), (5000, 0), surface="gravel").road((0, 2000), (5000, 2000), surface="asphalt")
    town.road((0, 9000), (5000, 9000), surface="paved")
    town.place("a", (1000, 500)).place("b", (1000, 8800))
    found = town.judge(standard("distance_to_line", 1600, "roads", where={"surface": ("paved",)}))
    assert found.cost == pytest.approx([1500, 200], rel=1e-4)
    any_road = town.judge(standard("distance_to_line", 1600, "roads"))
    assert any_road.cost == pytest.approx([500, 200], rel=1e-4)
    assert states_of(town.judge(standard("distance_to_line", 9, "heating"))) == ["no_data", "no_data"]


def test_no_line_of_the_wanted_kind_is_out_of_reach(town: Town) -> None:
    town.road((0, 0), (5000, 0), surface="gravel").place("a", (0, 0))
    paved = town.judge(standard("distance_to_line", 1600, "roads", where={"surface": ("paved",)}))
    assert states_of(paved) == ["unreachable"]
