"""Roads from lines: where they join, how long they are, which are one network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.layers.grid import Grid
from planner.network.build import Roads, build
from planner.network.modes import modes
from tests.builders import CLOSE, ORIGIN, Town, degrees

GEOD = Geod(ellps="WGS84")


def made(*lines: Any, grid: Grid | None = None, **given: Any) -> Roads:
    """Return the roads of lines in degrees."""
    n = len(lines)
    return build(
        np.array(lines, dtype=object),
        grid or Grid(*ORIGIN),
        road_class=np.array(given.get("road_class", ["tertiary"] * n), dtype=object),
        surface=np.array(given.get("surface", ["paved"] * n), dtype=object),
        speed_kmh=np.full(n, np.nan),
        oneway=np.array(given.get("oneway", [0] * n), dtype=np.int64),
    )


def drawn(*points: tuple[float, float]) -> Any:
    """Return a line through points in metres."""
    return shapely.LineString(degrees(points))


def pairs(roads: Roads) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(roads.u.tolist(), roads.v.tolist(), strict=True)}


def joined(roads: Roads) -> int:
    """Return how many components there are."""
    return int(roads.components(np.ones(len(roads), dtype=bool)).max()) + 1


def test_lines_join_at_a_vertex_they_share_also_in_the_middle() -> None:
    roads = made(drawn((0, 0), (500, 0), (1000, 0)), drawn((500, 0), (500, 700)))
    # The first line is cut at the shared vertex: three edges, four nodes.
    assert (len(roads), roads.n_nodes, joined(roads)) == (3, 4, 1)
    assert sorted(roads.length_m) == pytest.approx([500, 500, 700], rel=CLOSE)
    assert roads.line.tolist() == [0, 0, 1]


def test_a_vertex_of_one_line_only_makes_no_node() -> None:
    roads = made(drawn((0, 0), (300, 400), (600, 0)))
    assert (len(roads), roads.n_nodes) == (1, 2)
    assert roads.length_m == pytest.approx([1000], rel=CLOSE)


def test_a_bridge_crosses_without_joining() -> None:
    roads = made(drawn((0, 0), (1000, 0)), drawn((500, -500), (500, 500)))
    assert (len(roads), roads.n_nodes, joined(roads)) == (2, 4, 2)


def test_two_lines_crossing_at_a_common_vertex_are_joined() -> None:
    roads = made(drawn((0, 0), (500, 0), (1000, 0)), drawn((500, -500), (500, 0), (500, 500)))
    assert (len(roads), roads.n_nodes, joined(roads)) == (4, 5, 1)


def test_repeated_vertices_do_not_make_edges_of_no_length() -> None:
    roads = made(drawn((0, 0), (0, 0), (500, 0), (500, 0), (500, 0), (1000, 0), (1000, 0)))
    assert len(roads) == 1
    assert roads.length_m == pytest.approx([1000], rel=CLOSE)


def test_a_closed_loop_and_a_line_that_crosses_itself() -> None:
    square = drawn((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    loop = made(square)
    assert (len(loop), loop.n_nodes, loop.u.tolist()) == (1, 1, loop.v.tolist())
    assert loop.length_m == pytest.approx([400], rel=CLOSE)
    reached = made(square, drawn((100, 100), (300, 100)))
    # The corner where the spur begins cuts the loop: 200 m either way round.
    assert sorted(reached.length_m) == pytest.approx([200, 200, 200], rel=CLOSE)
    eight = made(drawn((0, 0), (100, 100), (200, 0), (200, 200), (100, 100), (0, 200)))
    assert (len(eight), eight.n_nodes) == (3, 3)


def test_parallel_lines_between_the_same_ends_stay_apart() -> None:
    roads = made(drawn((0, 0), (1000, 0)), drawn((0, 0), (500, 400), (1000, 0)))
    assert (len(roads), roads.n_nodes, len(pairs(roads))) == (2, 2, 1)


def test_vertices_within_a_centimetre_are_the_same_and_metres_apart_are_not() -> None:
    (x, y), (far, _) = degrees([(500, 0), (1000, 0)])
    first = shapely.LineString([degrees([(0, 0)])[0], (x, y)])
    assert made(first, shapely.LineString([(round(x, 7), round(y, 7)), (far, y)])).n_nodes == 3
    assert joined(made(first, shapely.LineString([(x + 1e-5, y), (far, y)]))) == 2


def test_lines_on_either_side_of_the_zero_meridian_and_the_equator() -> None:
    # Degrees below zero must not be taken for others.
    roads = made(
        shapely.LineString([(-0.01, -0.01), (0, 0), (0.01, 0.01)]),
        shapely.LineString([(0, 0), (-0.01, 0.01)]),
        shapely.LineString([(0.01, -0.01), (0.02, -0.01)]),
        grid=Grid(0, 0),
    )
    assert (len(roads), roads.n_nodes, joined(roads)) == (4, 6, 2)


def test_lengths_are_those_on_the_ellipsoid() -> None:
    draw = np.random.default_rng(1)
    for lon, lat in ((27.7, 55.1), (24.1, 52.3), (29.9, 54.0), (0.5, 5.0), (-70.0, -40.0)):
        lines = [
            shapely.LineString(np.array([lon, lat]) + np.cumsum(draw.normal(0, 0.004, (30, 2)), axis=0))
            for _ in range(20)
        ]
        roads = made(*lines, grid=Grid(lon, lat))
        expected = [GEOD.geometry_length(line) for line in lines]
        assert roads.length_m == pytest.approx(expected, rel=1e-5)


def test_components_are_numbered_by_length_of_road() -> None:
    # A net of five short streets (500 m) and one long road (900 m): the main component is the longer one.
    short = [drawn((0, 100.0 * i), (0, 100.0 * (i + 1))) for i in range(5)]
    roads = made(*short, drawn((5000, 0), (5900, 0)))
    label = roads.components(np.ones(len(roads), dtype=bool))
    assert label.tolist() == [1, 1, 1, 1, 1, 0]
    # What may not be used belongs to none, and cuts what it joined.
    cut = roads.components(np.array([True, True, False, True, True, False]))
    assert cut.tolist()[2] == cut.tolist()[5] == -1
    assert cut[0] == cut[1] != cut[3] == cut[4]
    assert roads.components(np.zeros(len(roads), dtype=bool)).tolist() == [-1] * 6


def test_attributes_stay_with_the_parts_of_their_line() -> None:
    roads = made(
        drawn((0, 0), (500, 0), (1000, 0)),
        drawn((500, 0), (500, 700)),
        road_class=["primary", "track"],
        surface=["asphalt", "mud"],
        oneway=[1, -1],
    )
    assert roads.road_class.tolist() == ["primary", "primary", "track"]
    assert roads.paved.tolist() == [True, True, False]
    assert roads.oneway.tolist() == [1, 1, -1]
    ends = roads.geometry(np.arange(3))
    assert shapely.get_num_points(ends).tolist() == [2, 2, 2]
    assert [tuple(line.coords[0]) for line in ends] == [tuple(roads.node_xy[u]) for u in roads.u]
    assert [tuple(line.coords[-1]) for line in ends] == [tuple(roads.node_xy[v]) for v in roads.v]


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("yes", 1), ("true", 1), ("1", 1), ("да", 1), ("YES", 1), ("-1", -1), ("reverse", -1),
        ("no", 0), ("0", 0), ("", 0), (None, 0), ("alternating", 0),
        (True, 1), (False, 0), (-1, -1), (1.0, 1), (-1.0, -1),
    ],
)  # fmt: skip
def test_one_way_as_it_is_written(town: Town, said: Any, way: int) -> None:
    town.road((0, 0), (1000, 0), oneway=said).place("a", (0, 0))
    roads = town.inputs().roads
    assert roads is not None
    assert roads.oneway.tolist() == [way]


def test_a_road_of_several_parts_counts_in_full(town: Town) -> None:
    town.road((0, 0), (1000, 0)).place("a", (0, 0))
    frame = town.frames()
    parts = shapely.MultiLineString([degrees([(0, 0), (1000, 0)]), degrees([(1000, 0), (1000, 800)])])
    (key,) = [key for key in frame if key[0] == "roads"]
    town._features[key][0]["geometry"] = parts
    roads = town.inputs().roads
    assert roads is not None
    assert roads.length_m == pytest.approx([1000, 800], rel=CLOSE)


def test_every_mode_has_a_speed_for_every_class_it_may_use() -> None:
    named = modes()
    classes = np.array(
        [*named["car"].class_kmh, "footway", "motorway", "", "trunk_link", "nonsense"], dtype=object
    )
    for paved in (True, False):
        flags, none = np.full(classes.size, paved), np.full(classes.size, np.nan)
        car, walk = (
            dict(zip(classes, named[m].edge_kmh(classes, flags, none), strict=True)) for m in ("car", "walk")
        )
        assert np.isnan(car["footway"])
        assert np.isnan(walk["motorway"])
        assert car[""] == car["nonsense"] == car["unclassified"]
        assert car["trunk_link"] == car["trunk"]
        assert all(kmh > 0 for name, kmh in car.items() if name != "footway")
        assert {kmh for name, kmh in walk.items() if name != "motorway"} == {4.5}
