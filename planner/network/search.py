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
from planner.network.queue import PATIENCE, Queue, bucket_of, put


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
    room = arcs.head.size + sources.size + 1
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
    room = 2 * k * n + arcs.head.size + sources.size + 1
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
) -> bool:  # pragma: no cover - compiled
    """Fill in cost and source of each node; False where buckets do not suit, with the arrays half filled."""
    start, head, weight = graph
    first, nodes, _, following = line
    best[:] = np.inf
    which[:] = -1
    used, looks, current = np.uint64(0), np.uint64(0), np.int64(0)
    for i in range(sources.size):
        source = np.uint64(sources[i])
        if best[source] > 0.0:
            best[source] = 0.0
            which[source] = i
            put(line, 0, used, source, True)
            used += np.uint64(1)
    patience = np.uint64(PATIENCE) * np.uint64(best.size) + np.uint64(1024)
    while looks < used:
        bucket = np.uint64(current & np.int64(first.size - 1))
        entry = np.int64(first[bucket])
        if entry < 0:
            current += 1
            continue
        first[bucket] = -1
        while entry >= 0:
            node = nodes[np.uint64(entry)]
            entry = np.int64(following[np.uint64(entry)])
            looks += np.uint64(1)
            cost, label = best[node], which[node]
            if np.int64(cost * per_bucket) != current:
                continue  # bettered since, and looked at in an earlier bucket
            begin, end = np.uint64(start[node]), np.uint64(start[node + np.uint32(1)])
            if looks > patience or used + end - begin >= np.uint64(nodes.size):
                return False
            for a in range(begin, end):
                to, new = np.uint64(head[a]), cost + weight[a]
                former, before = best[to], which[to]
                better = (new < former) | ((new == former) & (label < before))
                put(line, bucket_of(line, new, per_bucket), used, to, better)
                used += np.uint64(better)
                best[to] = new if better else former
                which[to] = label if better else before
    return True


@kernel
def entered(
    best: FloatArray, which: Int32Array, begin: Index, end: Index, cost: float, label: Index
) -> bool:  # pragma: no cover - compiled
    """Enter a source into a node's ordered list, from `begin` to `end`, if it belongs there; it stands there once.

    All places are looked at and written, whether they change or not: that leaves the processor nothing to guess.
    """
    own = np.uint64(end) - np.uint64(1)
    for place in range(np.uint64(begin), np.uint64(end)):
        own = np.uint64(place) if which[place] == label else own
    # It takes the place of its own former cost, or of the last in the list; those between move down by one.
    cost_above, label_above, before_above, before = 0.0, np.int32(-1), False, False
    for place in range(np.uint64(begin), own + np.uint64(1)):
        old_cost, old_label = best[place], which[place]
        before = (cost < old_cost) | ((cost == old_cost) & (label < old_label))
        best[place] = cost_above if before_above else cost if before else old_cost
        which[place] = label_above if before_above else label if before else old_label
        cost_above, label_above, before_above = old_cost, old_label, before
    return before


@kernel
def _k_nearest(
    graph: Graph,
    sources: IntArray,
    per_bucket: float,
    line: Queue,
    best: FloatArray,
    which: Int32Array,
) -> bool:  # pragma: no cover - compiled
    """Fill in the lists of all nodes; False where buckets do not suit, with the arrays half filled."""
    start, head, weight = graph
    first, nodes, labels, following = line
    k = np.uint64(best.size // (start.size - 1))
    best[:] = np.inf
    which[:] = -1
    used, looks, current = np.uint64(0), np.uint64(0), np.int64(0)
    for i in range(sources.size):
        begin = np.uint64(sources[i]) * k
        labels[used] = i
        wanted = entered(best, which, begin, begin + k, 0.0, i)
        put(line, 0, used, np.uint32(sources[i]), wanted)
        used += np.uint64(wanted)
    patience = np.uint64(PATIENCE) * np.uint64(best.size) + np.uint64(1024)
    while looks < used:
        bucket = np.uint64(current & np.int64(first.size - 1))
        entry = np.int64(first[bucket])
        if entry < 0:
            current += 1
            continue
        first[bucket] = -1
        while entry >= 0:
            node, label = nodes[np.uint64(entry)], labels[np.uint64(entry)]
            entry = np.int64(following[np.uint64(entry)])
            looks += np.uint64(1)
            place = np.uint64(node) * k
            end = place + k
            own = end
            for at in range(place, end):
                own = np.uint64(at) if which[at] == label else own
            if own == end or np.int64(best[own] * per_bucket) != current:
                continue  # pushed off the list since, or bettered and looked at in an earlier bucket
            cost = best[own]
            begin, after = np.uint64(start[node]), np.uint64(start[node + np.uint32(1)])
            if looks > patience or used + after - begin >= np.uint64(nodes.size):
                return False
            for a in range(begin, after):
                to, new = np.uint64(head[a]), cost + weight[a]
                place = to * k
                if k > np.uint64(4) and new > best[place + k - np.uint64(1)]:
                    continue
                better = entered(best, which, place, place + k, new, label)
                labels[used] = label
                put(line, bucket_of(line, new, per_bucket), used, to, better)
                used += np.uint64(better)
    return True
