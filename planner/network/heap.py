"""The same searches with a binary heap: for weights that do not suit buckets.

Dijkstra's algorithm (1959), entries ordered by cost and, at equal cost, by facility. Slower than buckets on road
networks, but as quick on weights of any range: all of them zero, or 300 orders of magnitude apart.
"""

from __future__ import annotations

import numpy as np

from planner.network.kernel import FloatArray, Graph, Index, Int32Array, IntArray, UInt32Array, kernel

Heap = tuple[FloatArray, IntArray, UInt32Array]


@kernel
def grown(heap: Heap) -> Heap:
    """Return the heap in arrays twice as long."""
    cost, label, node = heap
    size = cost.size
    wider = (np.empty(2 * size, np.float64), np.empty(2 * size, np.int64), np.empty(2 * size, np.uint32))
    wider[0][:size] = cost
    wider[1][:size] = label
    wider[2][:size] = node
    return wider


@kernel
def push(heap: Heap, size: int, cost: float, label: Index, node: Index) -> int:
    """Sift an entry into the heap; the caller has made room for it. Returns the new size."""
    costs, labels, nodes = heap
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if costs[up] < cost or (costs[up] == cost and labels[up] <= label):
            break
        costs[i] = costs[up]
        labels[i] = labels[up]
        nodes[i] = nodes[up]
        i = up
    costs[i] = cost
    labels[i] = label
    nodes[i] = node
    return size + 1


@kernel
def pop(heap: Heap, size: int) -> int:
    """Remove the least entry, which the caller has read at position 0. Returns the new size."""
    costs, labels, nodes = heap
    size -= 1
    cost, label, node = costs[size], labels[size], nodes[size]
    i = 0
    while True:
        down = 2 * i + 1
        if down >= size:
            break
        right = down + 1
        if right < size and (
            costs[right] < costs[down] or (costs[right] == costs[down] and labels[right] < labels[down])
        ):
            down = right
        if cost < costs[down] or (cost == costs[down] and label <= labels[down]):
            break
        costs[i] = costs[down]
        labels[i] = labels[down]
        nodes[i] = nodes[down]
        i = down
    costs[i] = cost
    labels[i] = label
    nodes[i] = node
    return size


@kernel
def nearest(graph: Graph, sources: IntArray, best: FloatArray, which: Int32Array) -> None:
    """Set for every node the cost from its nearest source and that source's index; inf and -1 without one."""
    start, head, weight = graph
    best[:] = np.inf
    which[:] = -1
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.uint32))
    size = 0
    for i in range(sources.size):
        source = np.uint32(sources[i])
        if best[source] > 0.0:
            best[source] = 0.0
            which[source] = i
            if size == heap[0].size:
                heap = grown(heap)
            size = push(heap, size, 0.0, i, source)
    while size > 0:
        cost, label, node = heap[0][0], heap[1][0], heap[2][0]
        size = pop(heap, size)
        if cost > best[node] or (cost == best[node] and label > which[node]):
            continue
        for a in range(start[node], start[node + np.uint32(1)]):
            to = head[a]
            new = cost + weight[a]
            if new < best[to] or (new == best[to] and label < which[to]):
                best[to] = new
                which[to] = label
                if size == heap[0].size:
                    heap = grown(heap)
                size = push(heap, size, new, label, to)


@kernel
def k_nearest(graph: Graph, sources: IntArray, best: FloatArray, which: Int32Array) -> None:
    """Set for every node its nearest distinct sources, nearest first; inf and -1 where there are fewer."""
    start, head, weight = graph
    k = best.shape[1]
    best[:] = np.inf
    which[:] = -1
    count = np.zeros(best.shape[0], np.int64)
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.uint32))
    size = 0
    for i in range(sources.size):
        if size == heap[0].size:
            heap = grown(heap)
        size = push(heap, size, 0.0, i, np.uint32(sources[i]))
    while size > 0:
        cost, label, node = heap[0][0], heap[1][0], heap[2][0]
        size = pop(heap, size)
        have = count[node]
        if have == k:
            continue
        settled = False
        for j in range(have):
            if which[node, j] == label:
                settled = True
        if settled:
            continue
        best[node, have] = cost
        which[node, have] = label
        count[node] = have + 1
        for a in range(start[node], start[node + np.uint32(1)]):
            if count[head[a]] < k and cost + weight[a] < np.inf:
                if size == heap[0].size:
                    heap = grown(heap)
                size = push(heap, size, cost + weight[a], label, head[a])


@kernel
def reach(
    graph: Graph,
    origin: Index,
    limits: FloatArray,
    best: FloatArray,
    touched: UInt32Array,
) -> int:
    """Set the cost of each node within its limit, or the one limit, of an origin; they are listed in `touched`."""
    start, head, weight = graph
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.uint32))
    reached = 1
    touched[0] = origin
    best[origin] = 0.0
    size = push(heap, 0, 0.0, 0, origin)
    while size > 0:
        cost, node = heap[0][0], heap[2][0]
        size = pop(heap, size)
        if cost > best[node]:
            continue
        for a in range(start[node], start[node + np.uint32(1)]):
            to = head[a]
            new = cost + weight[a]
            if new < best[to] and new <= limits[to if limits.size > 1 else np.uint32(0)]:
                if best[to] == np.inf:
                    touched[reached] = to
                    reached += 1
                best[to] = new
                if size == heap[0].size:
                    heap = grown(heap)
                size = push(heap, size, new, 0, to)
    return reached


@kernel
def spread(graph: Graph, best: FloatArray) -> None:
    """Lower the cost of each node to that of the best way to it from any other, to which that one's cost is added."""
    start, head, weight = graph
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.uint32))
    size = 0
    for i in range(best.size):
        if best[i] < np.inf:
            if size == heap[0].size:
                heap = grown(heap)
            size = push(heap, size, best[i], 0, np.uint32(i))
    while size > 0:
        cost, node = heap[0][0], heap[2][0]
        size = pop(heap, size)
        if cost > best[node]:
            continue
        for a in range(start[node], start[node + np.uint32(1)]):
            to, new = head[a], cost + weight[a]
            if new < best[to]:
                best[to] = new
                if size == heap[0].size:
                    heap = grown(heap)
                size = push(heap, size, new, 0, to)
