"""The nearest facilities of all nodes, on arrays, compiled on first use and kept in a cache.

A search looks at nodes bucket by bucket (:mod:`planner.network.queue`). Within a bucket a node may be bettered after
it was looked at; it is then looked at again, so that at the end no arc betters a node: costs are those of Dijkstra's
algorithm (1959) to the last digit, since along every way they are summed in the same order. Where two ways cost the
same, that to the facility with the lower index is the better one, whatever the order of the arcs. Weights that would
make a search look at nodes too often are left to :mod:`planner.network.heap`.
"""

from __future__ import annotations

import numpy as np

from planner.network import heap, queue, ties
from planner.network.arcs import Arcs
from planner.network.kernel import FloatArray, Graph, Index, Int32Array, IntArray, kernel
from planner.network.queue import LIVE, SPARE, USED, Queue, next_bucket, put, put_labelled

PATIENCE = 4
"""A search that looks at nodes more often than this, on average, is better done with a heap."""


def nearest(arcs: Arcs, sources: IntArray) -> tuple[FloatArray, Int32Array]:
    """Return for every node the cost from its nearest source and that source's index; inf and -1 without one.

    Parameters
    ----------
    arcs : Arcs
    sources : (f,) int array
        Node of each source.

    Returns
    -------
    best : (n,) float array
    which : (n,) int32 array
    """
    n = arcs.start.size - 1
    best, which = np.empty(n), np.empty(n, dtype=np.int32)
    room = arcs.head.size + sources.size
    done = False
    if arcs.per_bucket and room <= queue.LARGEST:
        line = queue.make(arcs.buckets, room, labelled=False)
        done = _nearest(arcs.graph, sources, arcs.per_bucket, line, best, which)
    if not done:
        heap.nearest(arcs.graph, sources, best, which)
    ties.settle(arcs, best, which)
    return best, which


def k_nearest(arcs: Arcs, sources: IntArray, k: int) -> tuple[FloatArray, Int32Array]:
    """Return for every node its k nearest distinct sources, nearest first; inf and -1 where there are fewer.

    Parameters
    ----------
    arcs : Arcs
    sources : (f,) int array
        Node of each source.
    k : int
        At least 1.

    Returns
    -------
    best : (n, k) float array
    which : (n, k) int32 array
    """
    n = arcs.start.size - 1
    best, which = np.empty((n, k)), np.empty((n, k), dtype=np.int32)
    room = k * n + arcs.head.size + sources.size
    if arcs.per_bucket and room <= queue.LARGEST:
        line = queue.make(arcs.buckets, room, labelled=True)
        if _k_nearest(arcs.graph, sources, arcs.per_bucket, line, best.reshape(-1), which.reshape(-1)):
            return best, which
    heap.k_nearest(arcs.graph, sources, best, which)
    return best, which


@kernel
def _nearest(
    graph: Graph,
    sources: IntArray,
    per_bucket: float,
    line: Queue,
    best: FloatArray,
    which: Int32Array,
) -> bool:
    """Fill in cost and source of each node; False where buckets do not suit, with the arrays half filled."""
    start, head, weight = graph
    first, nodes, _, following, state = line
    best[:] = np.inf
    which[:] = -1
    for i in range(sources.size):
        source = np.uint32(sources[i])
        if best[source] > 0.0:
            best[source] = 0.0
            which[source] = i
            put(line, 0.0, per_bucket, source)
    current, looks = 0, PATIENCE * best.size + 1024
    while state[LIVE] > 0:
        current = next_bucket(line, current)
        bucket = np.uint64(current & np.int64(first.size - 1))
        entry = np.int64(first[bucket])
        first[bucket] = -1
        while entry >= 0:
            at = np.uint64(entry)
            node = nodes[at]
            after = following[at]
            following[at] = state[SPARE]
            state[SPARE] = entry
            entry = np.int64(after)
            state[LIVE] -= 1
            cost, label = best[node], which[node]
            if np.int64(cost * per_bucket) != current:
                continue  # bettered since, and looked at in an earlier bucket
            looks -= 1
            if looks < 0 or state[USED] + start[node + np.uint32(1)] - start[node] > nodes.size:
                return False
            for a in range(start[node], start[node + np.uint32(1)]):
                to, new = head[a], cost + weight[a]
                if new < best[to] or (new == best[to] and label < which[to]):
                    best[to] = new
                    which[to] = label
                    put(line, new, per_bucket, to)
    return True


@kernel
def entered(best: FloatArray, which: Int32Array, begin: Index, end: Index, cost: float, label: Index) -> bool:
    """Enter a source into a node's ordered list, from `begin` to `end`, if it belongs there; it stands there once."""
    last = np.uint64(end) - np.uint64(1)
    # It takes the place of its own former cost, or of the last in the list. Looking at all places, and asking once
    # at the end, leaves the processor nothing to guess.
    own = last
    for place in range(np.uint64(begin), last):
        own = np.uint64(place) if which[place] == label else own
    if (best[own] < cost) | ((best[own] == cost) & (which[own] <= label)):
        return False
    while own > np.uint64(begin):
        above = own - np.uint64(1)
        if best[above] < cost or (best[above] == cost and which[above] <= label):
            break
        best[own] = best[above]
        which[own] = which[above]
        own = above
    best[own] = cost
    which[own] = label
    return True


@kernel
def _k_nearest(
    graph: Graph,
    sources: IntArray,
    per_bucket: float,
    line: Queue,
    best: FloatArray,
    which: Int32Array,
) -> bool:
    """Fill in the lists of all nodes; False where buckets do not suit, with the arrays half filled."""
    start, head, weight = graph
    first, nodes, labels, following, state = line
    k = np.uint64(best.size // (start.size - 1))
    best[:] = np.inf
    which[:] = -1
    for i in range(sources.size):
        begin = np.uint64(sources[i]) * k
        if entered(best, which, begin, begin + k, 0.0, i):
            put_labelled(line, 0.0, per_bucket, np.uint32(sources[i]), i)
    current, looks = 0, PATIENCE * best.size + 1024
    while state[LIVE] > 0:
        current = next_bucket(line, current)
        bucket = np.uint64(current & np.int64(first.size - 1))
        entry = np.int64(first[bucket])
        first[bucket] = -1
        while entry >= 0:
            at = np.uint64(entry)
            node, label = nodes[at], labels[at]
            after = following[at]
            following[at] = state[SPARE]
            state[SPARE] = entry
            entry = np.int64(after)
            state[LIVE] -= 1
            place = np.uint64(node) * k
            end = place + k
            while place < end and which[place] != label:
                place += np.uint64(1)
            if place == end or np.int64(best[place] * per_bucket) != current:
                continue  # pushed off the list since, or bettered and looked at in an earlier bucket
            cost = best[place]
            looks -= 1
            if looks < 0 or state[USED] + start[node + np.uint32(1)] - start[node] > nodes.size:
                return False
            for a in range(start[node], start[node + np.uint32(1)]):
                to, new = head[a], cost + weight[a]
                begin = np.uint64(to) * k
                if new <= best[begin + k - np.uint64(1)] and entered(
                    best, which, begin, begin + k, new, label
                ):
                    put_labelled(line, new, per_bucket, to, label)
    return True
