"""Ties that only rounding makes: two facilities that cost the same at a node, though not where their ways met.

One pass keeps one facility for each node. Where 0.1 + 0.2 and 0.3 meet, the second is kept, being less by one digit
in the last place; farther on, where the costs have grown, the two may round to the same number, and the lower index
has to win there. Such near ties are rare, and found by one look at every arc; from each of them the facility with the
lower index is followed on, behind the one that was kept, for as long as it stays as near.
"""

from __future__ import annotations

import numpy as np

from planner.network.arcs import Arcs
from planner.network.heap import grown, pop, push
from planner.network.kernel import FloatArray, Graph, Int32Array, UInt32Array, kernel

_NEAR = 2.0**-40
"""How near a near tie is, as a share of the greatest cost: rounding up 4,096 times takes less away."""


def settle(arcs: Arcs, best: FloatArray, which: Int32Array) -> None:
    """Set the lowest facility of each node among those whose cost, summed along the way, is the node's cost.

    Parameters
    ----------
    arcs : Arcs
    best : (n,) float array
        Least cost of each node, inf where there is none.
    which : (n,) int32 array
        A facility at that cost, -1 where there is none; changed in place.
    """
    margin = _NEAR * float(best.max(initial=0.0, where=np.isfinite(best)))
    count = _count_near_ties(arcs.tail, arcs.head, arcs.weight, best, which, margin)
    if count:
        nodes, labels, costs = np.empty(count, np.uint32), np.empty(count, np.int32), np.empty(count)
        _near_ties(arcs.tail, arcs.head, arcs.weight, best, which, margin, nodes, labels, costs)
        order = np.argsort(labels, kind="stable")
        _follow(arcs.graph, best, which, margin, nodes[order], labels[order], costs[order])


@kernel
def _count_near_ties(
    tail: UInt32Array,
    head: UInt32Array,
    weight: FloatArray,
    best: FloatArray,
    which: Int32Array,
    margin: float,
) -> int:
    """Return along how many arcs a lower facility comes near a node's cost.

    Which of two facilities is the lower one cannot be foreseen, so it is not asked by a branch.
    """
    count = 0
    for a in range(tail.size):
        at, to = np.uint64(tail[a]), np.uint64(head[a])
        count += int((which[to] > which[at]) & (best[at] + weight[a] <= best[to] + margin))
    return count


@kernel
def _near_ties(
    tail: UInt32Array,
    head: UInt32Array,
    weight: FloatArray,
    best: FloatArray,
    which: Int32Array,
    margin: float,
    nodes: UInt32Array,
    labels: Int32Array,
    costs: FloatArray,
) -> None:
    """List the arcs along which a lower facility comes near a node's cost."""
    count = 0
    for a in range(tail.size):
        label, to = which[tail[a]], head[a]
        if which[to] > label and best[tail[a]] + weight[a] <= best[to] + margin:
            nodes[count] = to
            labels[count] = label
            costs[count] = best[tail[a]] + weight[a]
            count += 1


@kernel
def _follow(
    graph: Graph,
    best: FloatArray,
    which: Int32Array,
    margin: float,
    nodes: UInt32Array,
    labels: Int32Array,
    costs: FloatArray,
) -> None:
    """Follow facilities from their near ties on, the lowest first: behind it no higher one can win."""
    start, head, weight = graph
    been = np.full(best.size, np.inf)
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.uint32))
    seed, size = 0, 0
    while seed < nodes.size:
        label = labels[seed]
        while seed < nodes.size and labels[seed] == label:
            if size == heap[0].size:
                heap = grown(heap)
            size = push(heap, size, costs[seed], label, nodes[seed])
            seed += 1
        while size > 0:
            cost, node = heap[0][0], heap[2][0]
            size = pop(heap, size)
            if which[node] <= label or cost >= been[node]:
                continue
            been[node] = cost
            if cost == best[node]:
                which[node] = label
            for a in range(start[node], start[node + np.uint32(1)]):
                to, new = head[a], cost + weight[a]
                if which[to] > label and new <= best[to] + margin and new < been[to]:
                    if size == heap[0].size:
                        heap = grown(heap)
                    size = push(heap, size, new, label, to)
