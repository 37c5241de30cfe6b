"""Random networks, small enough to be searched by networkx, awkward enough to find what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from planner.network import RoadNetwork

INF = float("inf")
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Net:
    """Edges as they are given to the planner."""

    n: int
    u: IntArray
    v: IntArray
    cost: FloatArray
    oneway: IntArray

    def planner(self) -> RoadNetwork:
        return RoadNetwork.from_edges(self.n, self.u, self.v, self.cost, self.oneway)

    def graph(self, direction: str) -> nx.DiGraph[int]:
        """Return the arcs along which a search from a facility runs, the cheapest of parallel ones."""
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(self.n))
        for a, b, cost, way in zip(
            self.u.tolist(), self.v.tolist(), self.cost.tolist(), self.oneway.tolist(), strict=True
        ):
            arcs = {0: ((a, b), (b, a)), 1: ((a, b),), -1: ((b, a),)}[way]
            for tail, head in arcs:
                # The way to a facility is searched from it against the arcs.
                arc = (head, tail) if direction == "to" else (tail, head)
                if cost < graph.get_edge_data(*arc, {"weight": INF})["weight"]:
                    graph.add_edge(*arc, weight=cost)
        return graph

    def table(self, sources: list[int], direction: str) -> FloatArray:
        """Return the cost of every node (columns) from, to or to and from every source (rows), by networkx."""
        if direction == "round trip":
            return self.table(sources, "to") + self.table(sources, "from")
        graph = self.graph(direction)
        found = np.full((len(sources), self.n), INF)
        for row, source in enumerate(sources):
            for node, cost in nx.single_source_dijkstra_path_length(graph, source).items():
                found[row, node] = cost
        return found


def random_net(seed: int) -> Net:
    """Return a random network: few distinct whole costs, so that ties abound, zeros, loops, parallels, components."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(1, 40))
    m = int(draw.integers(0, 3 * n))
    return Net(
        n,
        draw.integers(0, n, m),
        draw.integers(0, n, m),
        draw.integers(0, int(draw.integers(1, 6)), m).astype(float),
        draw.choice([0, 0, 0, 1, -1], m) if seed % 3 else np.zeros(m, dtype=np.int64),
    )


def random_nodes(net: Net, seed: int, most: int = 6) -> list[int]:
    """Return up to `most` nodes, some of them perhaps twice, perhaps none."""
    draw = np.random.default_rng(seed + 1_000_000)
    return [int(node) for node in draw.integers(0, net.n, int(draw.integers(0, most + 1)))]
