"""There and back: the facilities to which the way there and the way back cost least together.

The best facility there and back need be neither the nearest to go to nor the nearest to come from, and it need not be
that of the next node along the way, so one pass over the network does not find it. What is done instead is exact:

1. Only ways within a strongly connected part lead there and back; arcs between such parts are shut.
2. The k nearest facilities to go to give each node a bound: the greatest of their k round trips is no less than that
   of the k best.
3. The way to a facility worth considering at node v costs no more than the bound less the least cost of any way
   back. This allowance is carried along the network: at node w it is the greatest, over all v, of v's allowance less
   the cost from v to w. All nodes on a way that is worth considering keep within their allowance.
4. From each facility the network is searched in both directions as far as the allowances go, and every round trip
   found is entered in the list of its node.
"""

from __future__ import annotations

from dataclasses import replace
from queue import SimpleQueue

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from planner.network import heap, search
from planner.network.arcs import Arcs
from planner.network.kernel import FloatArray, Graph, Int32Array, IntArray, kernel
from planner.network.queue import Queue
from planner.network.rows import Scratch, Seen, processors, reach, side_by_side
from planner.network.search import entered

_SLACK = 1e-9
"""Bounds and allowances are widened by this share, which is more than rounding along any way takes away."""

Lists = tuple[FloatArray, Int32Array]


def k_nearest(forward: Arcs, backward: Arcs, sources: IntArray, k: int) -> Lists:
    """Return for every node its k nearest facilities there and back, nearest first.

    Parameters
    ----------
    forward, backward : Arcs
        The arcs of the network, and the same turned round.
    sources : (f,) int array
        Node of each facility.
    k : int
        At least 1.

    Returns
    -------
    best : (n, k) float array
        The cost to the facility plus the cost from it; inf where there are fewer.
    which : (n, k) int32 array
        The lowest index first at equal cost; -1 where there are fewer.
    """
    if forward is backward:
        find = search.nearest(forward, sources) if k == 1 else search.k_nearest(forward, sources, k)
        return 2.0 * find[0].reshape(-1, k), find[1].reshape(-1, k)
    part = _parts(forward)
    forward, backward = _within(forward, part), _within(backward, part)
    there, listed = search.k_nearest(backward, sources, k)
    back, _ = search.nearest(forward, sources)
    # Wider by what rounding may have taken from a sum of two costs of which one is far greater than the other.
    bound = (1.0 + _SLACK) * _bound(forward, sources, there, listed)
    to_go = _allowance(forward, bound - back)
    to_come = _allowance(backward, bound - there[:, 0])
    return _searched(forward, backward, sources, to_go, to_come, k)


def _parts(arcs: Arcs) -> Int32Array:
    """Return the number of each node's strongly connected part."""
    n = arcs.start.size - 1
    table = csr_array(
        (np.ones(arcs.head.size, dtype=np.int8), arcs.head.astype(np.int64), arcs.start.astype(np.int64)),
        shape=(n, n),
    )
    part: Int32Array = connected_components(table, directed=True, connection="strong")[1]
    return part


def _within(arcs: Arcs, part: Int32Array) -> Arcs:
    """Return arcs with those shut that leave a part."""
    inside = part[arcs.tail] == part[arcs.head]
    return replace(arcs, weight=np.where(inside, arcs.weight, np.inf))


def _bound(forward: Arcs, sources: IntArray, there: FloatArray, listed: Int32Array) -> FloatArray:
    """Return the greatest round trip of each node to the facilities in its list; -inf without one."""
    flat = listed.ravel()
    order = np.argsort(flat, kind="stable")
    begin = np.searchsorted(flat[order], np.arange(sources.size + 1))
    node, trips = order // listed.shape[1], np.full(flat.size, -np.inf)
    cost_there = there.ravel()[order]
    spare: SimpleQueue[Scratch] = SimpleQueue()
    for _ in range(processors()):
        spare.put(Scratch.make(forward))

    def search_back(facilities: IntArray) -> None:
        scratch = spare.get()
        for f in facilities:
            some = slice(begin[f], begin[f + 1])
            trips[order[some]] = cost_there[some] + _costs_back(
                forward.graph, int(sources[f]), node[some], float(cost_there[some].max(initial=0.0)),
                forward.per_bucket, scratch.line, scratch.seen,
            )  # fmt: skip
        spare.put(scratch)

    side_by_side(search_back, np.array_split(np.arange(sources.size), processors()))
    return np.asarray(trips.reshape(listed.shape).max(axis=1))


@kernel
def _costs_back(
    graph: Graph, source: int, nodes: IntArray, radius: float, per_bucket: float, line: Queue, seen: Seen
) -> FloatArray:
    """Return the cost from a facility to each of some nodes, all of which it reaches."""
    best, touched = seen[0], seen[1]
    costs = np.empty(nodes.size)
    limits = np.array([2.0 * radius])
    while True:
        reached = reach(graph, np.uint32(source), limits, per_bucket, line, best, touched)
        missed = False
        for i in range(nodes.size):
            costs[i] = best[nodes[i]]
            missed = missed or costs[i] == np.inf
        for i in range(reached):
            best[touched[i]] = np.inf
        if not missed:
            return costs
        # The way back is far longer than the way there.
        limits[0] = 4.0 * limits[0] if limits[0] > 0.0 else np.inf


def _allowance(arcs: Arcs, own: FloatArray) -> FloatArray:
    """Return the greatest of the nodes' own allowances less the cost from there; -inf where nothing is allowed."""
    own = np.where(np.isfinite(own), own, -np.inf)
    greatest = float(own.max(initial=-np.inf))
    if not np.isfinite(greatest):
        return own
    short = greatest - own
    heap.spread(arcs.graph, short)
    return greatest - short + _SLACK * greatest


def _searched(
    forward: Arcs, backward: Arcs, sources: IntArray, to_go: FloatArray, to_come: FloatArray, k: int
) -> Lists:
    """Return the lists of all nodes, facilities searched side by side in threads that each keep lists of their own."""
    n = to_go.size

    def search_from(facilities: IntArray) -> Lists:
        there, back = Scratch.make(backward), Scratch.make(forward)
        best, which = np.full(n * k, np.inf), np.full(n * k, -1, dtype=np.int32)
        _enter_trips(
            forward.graph, backward.graph, sources, facilities, to_go, to_come, forward.per_bucket,
            there.line, there.seen, back.line, back.seen, best, which,
        )  # fmt: skip
        return best, which

    first, *others = side_by_side(search_from, np.array_split(np.arange(sources.size), processors()))
    for other in others:
        _merge(*first, *other, k)
    return first[0].reshape(n, k), first[1].reshape(n, k)


@kernel
def _enter_trips(
    forward: Graph,
    backward: Graph,
    sources: IntArray,
    facilities: IntArray,
    to_go: FloatArray,
    to_come: FloatArray,
    per_bucket: float,
    there_line: Queue,
    there: Seen,
    back_line: Queue,
    back: Seen,
    best: FloatArray,
    which: Int32Array,
) -> None:
    """Enter the round trips to some facilities into the lists of the nodes."""
    k = np.uint64(best.size // there[0].size)
    for f in facilities:
        source = np.uint32(sources[f])
        gone = reach(backward, source, to_go, per_bucket, there_line, there[0], there[1])
        come = reach(forward, source, to_come, per_bucket, back_line, back[0], back[1])
        for i in range(gone):
            node = there[1][i]
            trip = there[0][node] + back[0][node]
            if trip < np.inf:
                begin = np.uint64(node) * k
                entered(best, which, begin, begin + k, trip, f)
            there[0][node] = np.inf
        for i in range(come):
            back[0][back[1][i]] = np.inf


@kernel
def _merge(
    best: FloatArray, which: Int32Array, other_best: FloatArray, other_which: Int32Array, k: int
) -> None:
    """Enter one list of each node into the other."""
    for begin in range(0, best.size, k):
        for i in range(begin, begin + k):
            if other_which[i] >= 0:
                entered(best, which, begin, begin + k, other_best[i], other_which[i])
