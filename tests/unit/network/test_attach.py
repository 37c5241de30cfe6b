"""Places on the roads: the nearest point of the main component, and the network with points joined to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely

from planner.layers.grid import Grid
from planner.network.attach import ModeRoads, Snapped
from planner.network.build import Roads
from planner.network.modes import modes
from tests.builders import CLOSE, Town

NAN = float("nan")


def roads_of(town: Town) -> tuple[Roads, Grid]:
    inputs = town.place("somewhere", (0, 0)).inputs()
    assert inputs.roads is not None
    return inputs.roads, inputs.grid


def random_streets(town: Town, seed: int, n: int = 40) -> Town:
    """Draw streets between random corners of a lattice of 500 m, bent in the middle."""
    draw = np.random.default_rng(seed)
    for _ in range(n):
        a = draw.integers(0, 6, 2)
        b = a + draw.choice([[1, 0], [0, 1], [1, 1]])
        middle = (a + b) * 250 + draw.normal(0, 60, 2)
        town.road(
            tuple(a * 500.0), tuple(middle), tuple(b * 500.0),
            road_class=str(draw.choice(["tertiary", "track", "footway"])),
            oneway=str(draw.choice(["no", "no", "yes", "-1"])),
        )  # fmt: skip
    return town


def points_around(grid_xy: np.ndarray, seed: int, n: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    low, high = grid_xy.min(axis=0) - 300, grid_xy.max(axis=0) + 300
    return np.asarray(low + draw.random((n, 2)) * (high - low))


@pytest.mark.parametrize("mode", ["car", "walk"])
@pytest.mark.parametrize("seed", range(4))
def test_a_point_reaches_the_nearest_edge_of_the_main_component(town: Town, seed: int, mode: str) -> None:
    roads, _ = roads_of(random_streets(town, seed))
    of_mode = ModeRoads(roads, modes()[mode])
    # The main component by networkx: the one with the most road among edges that the mode may use.
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    closed = modes()[mode].closed
    for edge in range(len(roads)):
        if roads.road_class[edge] not in closed:
            graph.add_edge(int(roads.u[edge]), int(roads.v[edge]), number=edge, length=roads.length_m[edge])
    parts = [graph.subgraph(nodes) for nodes in nx.connected_components(graph)]
    main = max(parts, key=lambda part: part.size(weight="length"))
    assert sorted(int(told["number"]) for _, _, told in main.edges(data=True)) == of_mode.edges.tolist()
    share = main.size(weight="length") / graph.size(weight="length")
    assert of_mode.component_share == pytest.approx(share)
    # Every point against every edge of it.
    xy = points_around(roads.node_xy, seed, 60)
    lines, points = roads.geometry(of_mode.edges), shapely.points(xy)
    apart = shapely.distance(points[:, None], lines[None, :])
    found = of_mode.snap(xy)
    assert found.edge.tolist() == apart.argmin(axis=1).tolist()
    assert found.distance_m == pytest.approx(apart.min(axis=1) / Grid.scale(xy[:, 0]))
    reached = shapely.line_interpolate_point(lines[found.edge], found.fraction, normalized=True)
    assert shapely.distance(reached, points) == pytest.approx(apart.min(axis=1), abs=1e-6)


def test_at_equal_distance_the_edge_listed_first_is_taken(town: Town) -> None:
    town.road((0, 0), (500, 0)).road((500, 0), (1000, 0)).road((500, 0), (500, -900))
    roads, _ = roads_of(town)
    of_mode = ModeRoads(roads, modes()["car"])
    # Straight above the crossing all three edges are equally near.
    crossing = roads.node_xy[roads.v[0]]
    found = of_mode.snap(crossing[None, :] + [[0, 0]])
    assert found.edge.tolist() == [0]
    assert found.fraction.tolist() == [1.0]
    assert found.distance_m.tolist() == [0.0]


def test_points_without_coordinates_and_modes_without_roads(town: Town) -> None:
    roads, _ = roads_of(town.road((0, 0), (1000, 0), road_class="footway"))
    walk = ModeRoads(roads, modes()["walk"]).snap(np.array([[NAN, NAN], roads.node_xy[0]]))
    assert walk.edge.tolist() == [-1, 0]
    assert walk.connected.tolist() == [False, True]
    by_car = ModeRoads(roads, modes()["car"])
    assert by_car.component_share == 0
    car = by_car.snap(roads.node_xy)
    assert car.edge.tolist() == [-1, -1]
    assert car.connected.tolist() == [False, False]
    network, node = by_car.network(car, "time")
    assert np.isinf(network.nearest(node[:1])[0][node[1]])


def snapped(*at: tuple[int, float, float]) -> Snapped:
    """Return points by edge, fraction and distance."""
    edge, fraction, distance = zip(*at, strict=True)
    return Snapped(
        np.array(edge), np.array(fraction, float), np.array(distance, float), np.ones(len(at), dtype=bool)
    )


def test_several_points_on_one_edge_and_at_its_ends(town: Town) -> None:
    roads, _ = roads_of(town.road((0, 0), (1000, 0)))
    of_mode = ModeRoads(roads, modes()["car"])
    # At 750 m, 250 m, both ends, and at 250 m again from another side; each with its own way to the road.
    points = snapped((0, 0.75, 10), (0, 0.25, 0), (0, 0.0, 5), (0, 1.0, 0), (0, 0.25, 40))
    network, node = of_mode.network(points, "distance")
    table = network.costs_within(node, 1e9).toarray()[:, node]
    along, spur = np.array([750, 250, 0, 1000, 250]), np.array([10, 0, 5, 0, 40])
    expected = np.abs(along[:, None] - along[None, :]) + spur[:, None] + spur[None, :]
    np.fill_diagonal(expected, 0)
    assert table == pytest.approx(expected, rel=1e-4, abs=1e-6)
    # In time: 60 km/h on the road, 10 km/h beside it: 40 m are 14.4 s, 500 m are 30 s.
    network, node = of_mode.network(points, "time")
    assert network.nearest([node[4]])[0][node[0]] == pytest.approx(14.4 + 30 + 3.6, rel=CLOSE)


def test_a_point_is_no_way_through(town: Town) -> None:
    # The point's own spur is long: nobody else pays it, and no one saves by it.
    roads, _ = roads_of(town.road((0, 0), (1000, 0)))
    of_mode = ModeRoads(roads, modes()["car"])
    network, node = of_mode.network(snapped((0, 0.1, 0), (0, 0.5, 1500), (0, 0.9, 0)), "distance")
    assert network.nearest([node[0]])[0][node[2]] == pytest.approx(800, rel=CLOSE)


def test_points_on_a_one_way_street_follow_it(town: Town) -> None:
    town.road((0, 0), (1000, 0), oneway="yes").road((1000, 0), (1000, 1000), (0, 1000), (0, 0))
    roads, _ = roads_of(town)
    street = int(np.flatnonzero(roads.oneway == 1)[0])
    of_mode = ModeRoads(roads, modes()["car"])
    assert of_mode.edges.tolist() == list(range(len(roads)))
    network, node = of_mode.network(snapped((street, 0.25, 0), (street, 0.75, 0)), "distance")
    table = network.costs_within(node, 1e9).toarray()[:, node]
    # With it 500 m; back on to its end, round three sides, and in again: 250 + 3000 + 250 m.
    assert table[0, 1] == pytest.approx(500, rel=CLOSE)
    assert table[1, 0] == pytest.approx(3500, rel=CLOSE)
    on_foot, node = ModeRoads(roads, modes()["walk"]).network(
        snapped((street, 0.25, 0), (street, 0.75, 0)), "distance"
    )
    assert on_foot.costs_within(node, 1e9).toarray()[:, node][1, 0] == pytest.approx(500, rel=CLOSE)


@pytest.mark.parametrize("seed", range(2))
def test_slopes_cost_by_direction_as_in_a_graph_built_otherwise(town: Town, seed: int) -> None:
    flat, _ = roads_of(random_streets(town, seed))
    there, back = np.random.default_rng(seed).uniform(0.84, 3, (2, len(flat)))
    of_mode = ModeRoads(replace(flat, slope_there=there, slope_back=back), modes()["walk"])
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for edge in of_mode.edges.tolist():
        seconds = float(flat.length_m[edge]) / (4.5 / 3.6)
        graph.add_edge(int(flat.u[edge]), int(flat.v[edge]), weight=seconds * float(there[edge]))
        graph.add_edge(int(flat.v[edge]), int(flat.u[edge]), weight=seconds * float(back[edge]))
    network, _ = of_mode.network(of_mode.snap(np.empty((0, 2))), "time")
    start = int(flat.u[of_mode.edges[0]])
    for direction, searched in (("from", graph), ("to", graph.reverse())):
        expected = nx.single_source_dijkstra_path_length(searched, start)
        cost, _ = network.nearest([start], direction=direction)  # type: ignore[arg-type]
        assert {n: cost[n] for n in expected} == pytest.approx(expected)
        assert np.isinf(np.delete(cost, list(expected))).all()


def test_a_point_at_the_end_of_a_one_way_street_is_not_bound_by_it(town: Town) -> None:
    # North of the crossing; the street listed first leads away from it to the east only, the other to the west.
    town.road((0, 0), (1000, 0), oneway="yes").road((-1000, 0), (0, 0))
    roads, _ = roads_of(town)
    of_mode = ModeRoads(roads, modes()["car"])
    network, node = of_mode.network(snapped((0, 0.0, 50), (0, 0.0, 70), (1, 0.5, 0)), "distance")
    table = network.costs_within(node, 1e9).toarray()[:, node]
    assert table[0, 2] == pytest.approx(50 + 500, rel=CLOSE)
    assert table[2, 0] == pytest.approx(500 + 50, rel=CLOSE)
    assert (table[0, 1], table[1, 0]) == pytest.approx((120, 120), rel=CLOSE)


def test_costs_between_points_are_those_of_a_graph_built_otherwise(town: Town) -> None:
    roads, _ = roads_of(random_streets(town, 11, n=60))
    of_mode = ModeRoads(roads, modes()["car"])
    xy = points_around(roads.node_xy, 5, 30)
    at = of_mode.snap(xy)
    network, node = of_mode.network(at, "time")
    found = network.costs_within(node, 1e9).toarray()[:, node]
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    for number, edge in enumerate(of_mode.edges):
        # The same edge, cut at every point on it one after another.
        on_it = sorted((float(at.fraction[p]), p) for p in np.flatnonzero(at.edge == number))
        stops = [(0.0, ("node", int(roads.u[edge])))]
        stops += [(f, ("split", int(p))) for f, p in on_it] + [(1.0, ("node", int(roads.v[edge])))]
        for (f0, a), (f1, b) in pairwise(stops):
            seconds = (f1 - f0) * float(of_mode.seconds[number])
            if roads.oneway[edge] >= 0 or f0 == f1:
                graph.add_edge(a, b, weight=seconds)
            if roads.oneway[edge] <= 0 or f0 == f1:
                graph.add_edge(b, a, weight=seconds)
    connected = np.flatnonzero(at.connected)
    assert 20 < connected.size < len(xy)
    for p in connected.tolist():
        spur = float(at.distance_m[p]) / (10 / 3.6)
        graph.add_edge(("point", p), ("split", p), weight=spur)
        graph.add_edge(("split", p), ("point", p), weight=spur)
    for p in range(len(xy)):
        costs = nx.single_source_dijkstra_path_length(graph, ("point", p)) if at.connected[p] else {}
        expected = [costs.get(("point", q), 0.0) for q in range(len(xy))]
        assert found[p] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mode", ["car", "walk"])
def test_points_joined_later_cost_what_they_cost_joined_at_once(town: Town, seed: int, mode: str) -> None:
    flat, _ = roads_of(random_streets(town, seed, n=60))
    there, back = np.random.default_rng(seed).uniform(0.84, 3, (2, len(flat)))
    of_mode = ModeRoads(replace(flat, slope_there=there, slope_back=back), modes()[mode])
    xy = points_around(flat.node_xy, seed + 7, 40)
    # Some stand where others do, on crossings and far from all roads.
    xy[3], xy[30], xy[31], xy[35] = xy[33], xy[2], flat.node_xy[0], xy.max() + 1e6
    everything = of_mode.snap(xy)
    for impedance in ("time", "distance"):
        first = of_mode.join(of_mode.snap(xy[:25]), impedance)
        later = of_mode.join_more(first, of_mode.snap(xy[25:]), impedance)
        at_once = of_mode.join(everything, impedance)
        costs = [j.network().costs_within(j.node, 1e9).toarray()[:, j.node] for j in (later, at_once)]
        np.testing.assert_array_equal(*costs)
        # What was joined first does not cost otherwise for what came later.
        alone = first.network().costs_within(first.node, 1e9).toarray()[:, first.node]
        np.testing.assert_array_equal(alone, costs[0][:25, :25])
    assert everything.connected.sum() > 30
