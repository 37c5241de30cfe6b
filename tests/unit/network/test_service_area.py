"""Which parts of roads are reached, against a road cut into ten-metre pieces; outlines against single points."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely

from planner.network.attach import ModeRoads
from planner.network.build import Roads
from planner.network.graph import Direction
from planner.network.modes import modes
from planner.network.service_area import TOLERANCE_M, Reached, outlines, reached, stretches
from tests.builders import CLOSE, Town
from tests.unit.network.test_attach import points_around, random_streets, roads_of

PIECE_M = 10.0


def reached_of(
    of_mode: ModeRoads, at: np.ndarray, cutoffs: list[float], direction: Direction
) -> list[Reached]:
    network, joined = of_mode.joined(of_mode.snap(at), "distance")
    cost, _ = network.nearest(joined.node, direction=direction)
    return [reached(joined, cost, cutoff, direction) for cutoff in cutoffs]


def pieces(of_mode: ModeRoads, at: np.ndarray) -> tuple[nx.MultiDiGraph[object], list[tuple[int, float]]]:
    """Return the roads cut into short pieces as a graph of its own, and where the nodes along them are."""
    roads, snapped = of_mode.roads, of_mode.snap(at)
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    where: list[tuple[int, float]] = []
    for number, edge in enumerate(of_mode.edges):
        length = float(roads.length_m[edge])
        cuts = np.linspace(0, 1, int(np.ceil(length / PIECE_M)) + 1)
        on_it = np.flatnonzero((snapped.edge == number) & snapped.connected)
        cuts = np.unique(np.concatenate([cuts, snapped.fraction[on_it]]))
        names: list[object] = [(number, float(f)) for f in cuts]
        # The ends belong to other edges too, which may be reached where this one is one-way and is not.
        where += [(number, float(f)) for f in cuts[1:-1]]
        for f, name in zip(cuts, names, strict=True):
            for end, node in ((0.0, int(roads.u[edge])), (1.0, int(roads.v[edge]))):
                if f == end:
                    graph.add_edge(name, node, weight=0.0)
                    graph.add_edge(node, name, weight=0.0)
        for i in range(len(cuts) - 1):
            step = float(cuts[i + 1] - cuts[i]) * length
            if roads.oneway[edge] >= 0:
                graph.add_edge(names[i], names[i + 1], weight=step)
            if roads.oneway[edge] <= 0:
                graph.add_edge(names[i + 1], names[i], weight=step)
        for p in on_it.tolist():
            name = (number, float(snapped.fraction[p]))
            graph.add_edge("facility", name, weight=float(snapped.distance_m[p]))
            graph.add_edge(name, "facility", weight=float(snapped.distance_m[p]))
    return graph, where


@pytest.mark.parametrize("direction", ["to", "from"])
@pytest.mark.parametrize("seed", range(3))
def test_the_parts_reached_are_those_of_roads_cut_into_small_pieces(
    town: Town, seed: int, direction: Direction
) -> None:
    roads, _ = roads_of(random_streets(town, seed))
    of_mode = ModeRoads(roads, modes()["car"])
    at = points_around(roads.node_xy, seed + 50, 3)
    graph, where = pieces(of_mode, at)
    # The facility is no way through: its own node is a source or a target only.
    searched = graph if direction == "from" else graph.reverse()
    costs = nx.single_source_dijkstra_path_length(searched, "facility")
    cutoffs = [400.0, 900.0, 1500.0]
    found = reached_of(of_mode, at, cutoffs, direction)
    counted = 0
    for cutoff, parts in zip(cutoffs, found, strict=True):
        for edge, fraction in where:
            cost = costs.get((edge, fraction), np.inf)
            if abs(cost - cutoff) < 1e-6:
                continue
            here = parts.edge == edge
            inside = bool(((parts.begin <= fraction + 1e-9) & (fraction <= parts.end + 1e-9) & here).any())
            assert inside == (cost < cutoff), (edge, fraction, cost)
            counted += inside
    assert counted > 50


@pytest.mark.parametrize("seed", range(2))
def test_an_outline_is_within_its_tolerance_of_the_roads_reached_and_each_holds_the_one_before(
    town: Town, seed: int
) -> None:
    roads, _ = roads_of(random_streets(town, seed))
    of_mode = ModeRoads(roads, modes()["walk"])
    parts = reached_of(of_mode, roads.node_xy[[3, 11]] + 20, [300.0, 700.0, 1400.0], "to")
    width = 120.0
    areas = list(outlines(of_mode.lines, parts, width))
    draw = np.random.default_rng(seed)
    low, high = roads.node_xy.min(axis=0) - 300, roads.node_xy.max(axis=0) + 300
    points = shapely.points(low + draw.random((4000, 2)) * (high - low))
    for part, area in zip(parts, areas, strict=True):
        assert area.is_valid
        apart = shapely.distance(points, shapely.union_all(stretches(of_mode.lines, part)))
        inside = shapely.contains(area, points)
        assert inside[apart < width - TOLERANCE_M].all()
        assert not inside[apart > width + TOLERANCE_M].any()
        assert 0 < inside.sum() < len(points)
    for smaller, larger in pairwise(areas):
        assert shapely.difference(smaller, larger).area < 1e-6 < larger.area - smaller.area


def straight(town: Town, **road: str) -> tuple[ModeRoads, Roads]:
    roads, _ = roads_of(town.road((0, 0), (1000, 0), **road))
    return ModeRoads(roads, modes()["car"]), roads


def test_an_edge_is_cut_exactly_where_the_cutoff_falls(town: Town) -> None:
    of_mode, roads = straight(town)
    end = roads.node_xy[roads.u[0]][None, :]
    (half,), (whole,) = (reached_of(of_mode, end, [cutoff], "to") for cutoff in (400.0, 1001.0))
    assert (half.edge.tolist(), half.begin.tolist()) == ([0], [0.0])
    assert half.end == pytest.approx([0.4], rel=1e-4)
    assert (whole.begin.tolist(), whole.end.tolist()) == ([0.0], [1.0])


def test_from_the_middle_both_ways_and_one_way_only(town: Town) -> None:
    of_mode, roads = straight(town, oneway="yes")
    middle = roads.node_xy.mean(axis=0)[None, :]
    (to_it,), (from_it,) = (reached_of(of_mode, middle, [200.0], way) for way in ("to", "from"))
    assert (to_it.begin[0], to_it.end[0]) == pytest.approx((0.3, 0.5), rel=1e-4)
    assert (from_it.begin[0], from_it.end[0]) == pytest.approx((0.5, 0.7), rel=1e-4)


def test_from_both_ends_the_middle_may_stay_out_of_reach(town: Town) -> None:
    of_mode, roads = straight(town)
    (parts,) = reached_of(of_mode, roads.node_xy, [300.0], "to")
    assert parts.edge.tolist() == [0, 0]
    assert parts.begin == pytest.approx([0.0, 0.7], rel=1e-4)
    assert parts.end == pytest.approx([0.3, 1.0], rel=1e-4)
    lengths = shapely.length(stretches(of_mode.lines, parts)) / 0.9996
    assert lengths == pytest.approx([300, 300], rel=CLOSE)


def test_a_width_that_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="width_m"):
        list(outlines(np.empty(0, dtype=object), [], 0.0))
