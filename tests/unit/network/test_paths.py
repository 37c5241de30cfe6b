"""The ways behind costs: as long as their costs say, over arcs that follow each other, as networkx finds them."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from planner.network.attach import Joined
from planner.network.paths import Ways


def joined(n: int, edges: list[tuple[int, int, float, int]]) -> Joined:
    """Return edges (u, v, cost, oneway) as a mode's roads with nothing attached."""
    u, v, cost, way = (np.array(column) for column in zip(*edges, strict=True))
    each = np.arange(len(edges))
    costs = cost.astype(float)
    return Joined(n, u, v, costs, costs, way, each, np.zeros(n), np.ones(n), np.arange(n))


@pytest.mark.parametrize("seed", range(8))
def test_ways_cost_what_networkx_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, m = 40, 90
    edges = [
        (
            int(random.integers(n)),
            int(random.integers(n)),
            float(random.integers(0, 9)),
            int(random.integers(-1, 2)),
        )
        for _ in range(m)
    ]
    roads = joined(n, edges)
    graph: networkx.MultiDiGraph[int] = networkx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    for k, (u, v, cost, way) in enumerate(edges):
        if way >= 0:
            graph.add_edge(u, v, key=k, weight=cost)
        if way <= 0:
            graph.add_edge(v, u, key=k, weight=cost)
    tree = Ways(roads.network(), roads).tree(0)
    known = networkx.single_source_dijkstra_path_length(graph, 0)
    total = tree.along(roads.there)
    for node in range(n):
        assert tree.cost[node] == total[node] == known.get(node, np.inf)
        if node not in known:
            with pytest.raises(ValueError, match="no way"):
                tree.way(node)
            continue
        at = 0
        for part, entered in tree.way(node):
            assert entered == at
            at = int(roads.v[part] if roads.u[part] == at else roads.u[part])
            assert graph.has_edge(entered, at, key=part)
        assert at == node
