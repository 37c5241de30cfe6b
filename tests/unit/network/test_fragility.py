"""Bridges, articulation points and what they cut off, against networkx and against taking each element away."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pytest

from planner.network import RoadNetwork
from planner.network.fragility import cuts, flows

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Network = tuple[int, IntArray, IntArray, FloatArray, BoolArray]


def network(seed: int) -> Network:
    """Return nodes, edges (sparse, with loops and parallels), people and sources."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(1, 25))
    m = int(draw.integers(0, n + n // 2 + 1))
    u, v = draw.integers(0, n, m), draw.integers(0, n, m)
    if seed % 2 and n > 1:
        # A tree with a few edges more: as roads are.
        u = np.concatenate([u[: m // 4], np.arange(1, n)])
        v = np.concatenate([v[: m // 4], [int(draw.integers(0, i)) for i in range(1, n)]])
    people = draw.integers(0, 20, n).astype(float)
    source = draw.random(n) < 0.2
    people[source] = 0.0
    return n, u, v, people, source


def graph(net: Network, *, without_edge: int = -1, without_node: int = -1) -> nx.MultiGraph[int]:
    made: nx.MultiGraph[int] = nx.MultiGraph()
    made.add_nodes_from(i for i in range(net[0]) if i != without_node)
    for k, (a, b) in enumerate(zip(net[1].tolist(), net[2].tolist(), strict=True)):
        if k != without_edge and without_node not in (a, b):
            made.add_edge(a, b, key=k)
    return made


def served(made: nx.MultiGraph[int], source: BoolArray) -> set[int]:
    """Return the nodes that reach a source."""
    return {i for part in nx.connected_components(made) if any(source[j] for j in part) for i in part}


@pytest.mark.parametrize("seed", range(300))
def test_bridges_and_articulation_points_are_those_of_networkx(seed: int) -> None:
    net = network(seed)
    found = cuts(*net)
    simple: nx.Graph[int] = nx.Graph()
    simple.add_nodes_from(range(net[0]))
    pairs = [(min(p), max(p)) for p in zip(net[1].tolist(), net[2].tolist(), strict=True)]
    simple.add_edges_from(p for p in pairs if p[0] != p[1])
    broken: list[Any] = list(nx.bridges(simple))
    single = {(min(x), max(x)) for x in broken}
    assert found.bridge.tolist() == [p in single and pairs.count(p) == 1 for p in pairs]
    assert set(np.flatnonzero(found.articulation).tolist()) == set(nx.articulation_points(simple))


@pytest.mark.parametrize("seed", range(100))
def test_what_is_cut_off_is_what_taking_the_element_away_cuts_off(seed: int) -> None:
    net = network(seed)
    n, u, _, people, source = net
    found = cuts(*net)
    before = served(graph(net), source)
    assert set(np.flatnonzero(found.served).tolist()) == before
    sides: dict[int, frozenset[int]] = {}
    for k in range(u.size):
        gone = before - served(graph(net, without_edge=k), source)
        assert found.edge_lost[k] == sum(people[i] for i in gone)
        side = frozenset(i for i in gone if people[i] > 0)
        assert sides.setdefault(int(found.edge_side[k]), side) == side
    assert len(set(sides.values())) == len(sides)
    for i in range(n):
        gone = before - served(graph(net, without_node=i), source) - {i}
        assert found.node_lost[i] == sum(people[j] for j in gone)


@pytest.mark.parametrize("seed", range(50))
def test_everybody_passes_along_a_shortest_way(seed: int) -> None:
    net = network(seed)
    n, u, v, people, source = net
    draw = np.random.default_rng(seed)
    cost = draw.integers(0, 5, u.size).astype(float)
    oneway = draw.choice([0, 0, 1, -1], u.size)
    roads = RoadNetwork.from_edges(n, u, v, cost, oneway)
    to_source, _ = roads.nearest(np.flatnonzero(source))
    passed = flows(n, u, v, cost, oneway, to_source, people, source)
    reached = np.isfinite(to_source)
    # What all travel adds up to is the same, person by person or edge by edge.
    assert (passed * cost).sum() == pytest.approx((people * np.where(reached, to_source, 0))[reached].sum())
    for k in range(u.size):
        left = np.arange(u.size) != k
        again, _ = RoadNetwork.from_edges(n, u[left], v[left], cost[left], oneway[left]).nearest(
            np.flatnonzero(source)
        )
        assert people[again > to_source].sum() <= passed[k] + 1e-9


def test_a_long_road_is_no_deeper_than_memory() -> None:
    n = 200_000
    found = cuts(n, np.arange(n - 1), np.arange(1, n), np.ones(n), np.arange(n) == 0)
    assert found.bridge.all()
    assert found.edge_lost[0] == n - 1
    assert found.node_lost[1] == n - 2
