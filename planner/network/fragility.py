"""What hangs on single elements of a network: bridges, articulation points, and edges whose loss costs most.

A *bridge* is an edge, an *articulation point* a node, without which the network falls apart. Both come from one
depth-first search (Tarjan, 1972; Hopcroft and Tarjan, 1973), in time linear in nodes and edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.network.kernel import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cuts:
    """What every element of a network separates; edges are taken to be passable both ways.

    Attributes
    ----------
    bridge : (m,) bool array
    articulation : (n,) bool array
    edge_lost : (m,) float array
        Weight that is cut off from all sources when the edge is lost; 0 where it is no bridge.
    node_lost : (n,) float array
        Weight elsewhere that is cut off from all sources when the node is lost.
    edge_side : (m,) uint64 array
        A number for what the edge cuts off, the same for edges that cut off the same weighted nodes; 0 for nothing.
    served : (n,) bool array
        Whether the node reaches a source at all.
    """

    bridge: BoolArray
    articulation: BoolArray
    edge_lost: FloatArray
    node_lost: FloatArray
    edge_side: npt.NDArray[np.uint64]
    served: BoolArray


def cuts(n_nodes: int, u: IntArray, v: IntArray, weight: FloatArray, source: BoolArray) -> Cuts:
    """Return what every element of a network separates from all sources.

    Parameters
    ----------
    n_nodes : int
    u, v : (m,) int arrays
        Ends of each edge; loops, parallel edges and several components are allowed.
    weight : (n,) float array
        People at each node.
    source : (n,) bool array
        Nodes that a service comes from.

    Returns
    -------
    Cuts
    """
    tree = _search(*_adjacency(n_nodes, u, v))
    order, tin, size, low, parent, parent_edge, root = tree
    people = np.concatenate([[0.0], np.cumsum(weight[order])])
    sources = np.concatenate([[0], np.cumsum(source[order].astype(np.int64))])
    draw = np.random.default_rng(20_150_101).integers(1, 2**63, n_nodes, dtype=np.uint64)
    mark = np.concatenate(
        [np.zeros(1, np.uint64), np.cumsum(np.where(weight > 0, draw, 0)[order], dtype=np.uint64)]
    )
    begin, end = tin, tin + size
    below, below_sources, below_mark = (
        people[end] - people[begin],
        sources[end] - sources[begin],
        mark[end] - mark[begin],
    )
    whole, whole_sources, whole_mark = below[root], below_sources[root], below_mark[root]
    edge_lost, edge_side = np.zeros(u.size), np.zeros(u.size, np.uint64)
    bridge = np.zeros(u.size, dtype=bool)
    child = np.flatnonzero((parent >= 0) & (low == tin))
    edge = parent_edge[child]
    bridge[edge] = True
    served = whole_sources > 0
    under = served[child] & (below_sources[child] == 0)
    over = served[child] & (below_sources[child] == whole_sources[child])
    edge_lost[edge] = np.select([under, over], [below[child], (whole - below)[child]], 0.0)
    edge_side[edge] = np.select(
        [under, over], [below_mark[child], (whole_mark - below_mark)[child]], np.uint64(0)
    )
    node_lost, articulation = _nodes(tree, weight, below, below_sources, source)
    return Cuts(bridge, articulation, edge_lost, node_lost, edge_side, served)


Tree = tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]


def _nodes(
    tree: Tree, weight: FloatArray, below: FloatArray, below_sources: IntArray, source: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Return the weight that each node's loss cuts off, and which nodes are articulation points."""
    _, tin, _, low, parent, _, root = tree
    n = tin.size
    inner = np.flatnonzero(parent >= 0)
    above = parent[inner]
    # The part below a child hangs on its parent where no edge leads around; below a root every child's part does.
    hangs = inner[(low[inner] >= tin[above])]
    parts = np.bincount(parent[hangs], minlength=n)
    is_root = parent < 0
    articulation = np.where(is_root, parts > 1, parts > 0)
    served = below_sources[root] > 0
    dry = hangs[below_sources[hangs] == 0]
    lost = np.bincount(parent[dry], weights=below[dry], minlength=n)
    gone = np.bincount(parent[hangs], weights=below[hangs], minlength=n)
    gone_sources = np.bincount(parent[hangs], weights=below_sources[hangs], minlength=n)
    rest = below[root] - gone - weight
    rest_sources = below_sources[root] - gone_sources - source
    lost = lost + np.where(~is_root & (rest_sources == 0), rest, 0.0)
    return np.where(served, np.maximum(lost, 0.0), 0.0), np.asarray(articulation, dtype=bool)


def _adjacency(n_nodes: int, u: IntArray, v: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the edges at each node: where they start, the node at the other end, which edge it is."""
    tail, head = np.concatenate([u, v]), np.concatenate([v, u])
    order = np.argsort(tail, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n_nodes))]).astype(np.int64)
    return start, head[order].astype(np.int64), (order % max(u.size, 1)).astype(np.int64)


@kernel
def _search(start: IntArray, head: IntArray, edge: IntArray) -> Tree:
    """Return the depth-first search of a network.

    Nodes in the order they were found, the position of each in it, how many lie below it (itself included), the first
    position that its part reaches without its own edge to above, its parent, the edge to it, its component's root.
    """
    n = start.size - 1
    order = np.empty(n, np.int64)
    tin, size, low = np.full(n, -1, np.int64), np.ones(n, np.int64), np.empty(n, np.int64)
    parent, parent_edge = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    root, next_arc = np.empty(n, np.int64), start[:-1].copy()
    found = 0
    for first in range(n):
        if tin[first] >= 0:
            continue
        node = first
        tin[node], low[node], root[node] = found, found, first
        order[found] = node
        found += 1
        while node >= 0:
            a = next_arc[node]
            if a < start[node + 1]:
                next_arc[node] = a + 1
                if edge[a] == parent_edge[node]:
                    continue
                to = head[a]
                if tin[to] < 0:
                    parent[to], parent_edge[to], root[to] = node, edge[a], first
                    tin[to], low[to] = found, found
                    order[found] = to
                    found += 1
                    node = to
                elif tin[to] < low[node]:
                    low[node] = tin[to]
            else:
                up = parent[node]
                if up >= 0:
                    size[up] += size[node]
                    low[up] = min(low[up], low[node])
                node = up
    return order, tin, size, low, parent, parent_edge, root


def flows(
    n_nodes: int,
    u: IntArray,
    v: IntArray,
    cost: FloatArray,
    oneway: IntArray,
    to_source: FloatArray,
    weight: FloatArray,
    source: BoolArray,
    *,
    back: FloatArray | None = None,
) -> FloatArray:
    """Return the weight that passes each edge when everybody takes a shortest way.

    Parameters
    ----------
    n_nodes : int
    u, v, cost, oneway : (m,) arrays
        As for :meth:`planner.network.RoadNetwork.from_edges`; for ways from the sources, with `u` and `v` swapped.
    to_source : (n,) float array
        Cost from each node to its nearest source, inf where there is none.
    weight : (n,) float array
        Who sets out at each node.
    source : (n,) bool array
    back : (m,) float array, optional
        Cost from v to u where it is not that from u to v.

    Returns
    -------
    (m,) float array
        Where several ways cost the same, everybody of a node takes the same one of them.
    """
    tail, head = np.concatenate([u, v]), np.concatenate([v, u])
    number = np.concatenate([np.arange(u.size), np.arange(u.size)])
    open_ = np.concatenate([oneway >= 0, oneway <= 0])
    costs = np.concatenate([cost, cost if back is None else back])
    reach = np.isfinite(to_source[tail]) & np.isfinite(to_source[head]) & open_
    tail, head, number = tail[reach], head[reach], number[reach]
    along = costs[reach] + to_source[head]
    tight = np.abs(along - to_source[tail]) <= 1e-9 * (1.0 + to_source[tail])
    tail, head, number = tail[tight], head[tight], number[tight]
    order = np.argsort(head, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(head, minlength=n_nodes))]).astype(np.int64)
    passed = _passed(start, tail[order], number[order], source, np.asarray(weight, np.float64), u.size)
    return np.asarray(passed)


@kernel
def _passed(
    start: IntArray, tail: IntArray, edge: IntArray, source: BoolArray, weight: FloatArray, m: int
) -> FloatArray:
    """Walk the shortest ways back from the sources, breadth first, and add up along them from the far ends."""
    n = source.size
    queue, onward, by = np.empty(n, np.int64), np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    seen = source.copy()
    found = 0
    for node in range(n):
        if seen[node]:
            queue[found] = node
            found += 1
    at = 0
    while at < found:
        node = queue[at]
        at += 1
        for a in range(start[node], start[node + 1]):
            if not seen[tail[a]]:
                seen[tail[a]] = True
                onward[tail[a]], by[tail[a]] = node, edge[a]
                queue[found] = tail[a]
                found += 1
    load = np.zeros(n)
    total = np.zeros(m)
    for position in range(found - 1, -1, -1):
        node = queue[position]
        load[node] += weight[node]
        if onward[node] >= 0:
            load[onward[node]] += load[node]
            total[by[node]] += load[node]
    return total
