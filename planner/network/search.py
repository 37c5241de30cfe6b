"""Shortest-path kernels on arrays, compiled on first use and kept in a cache.

Networks are adjacency arrays: the arcs that leave node ``i`` are ``head[start[i]:start[i + 1]]`` with costs
``weight[start[i]:start[i + 1]]``. The searches are Dijkstra's (1959) with a binary heap ordered by cost and, at
equal cost, by facility index, so that ties resolve to the lowest facility index whatever the order of the arcs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba as nb
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Heap = tuple[FloatArray, IntArray, IntArray]

_Function = TypeVar("_Function", bound=Callable[..., object])


def _kernel(function: _Function) -> _Function:
    """Compile a function, and keep the result on disk; threads may run it side by side."""
    return cast(_Function, nb.njit(cache=True, nogil=True)(function))


@_kernel
def _grown(heap: Heap) -> Heap:  # pragma: no cover - compiled
    """Return the heap in arrays twice as long."""
    cost, label, node = heap
    size = cost.size
    wider = (np.empty(2 * size, np.float64), np.empty(2 * size, np.int64), np.empty(2 * size, np.int64))
    wider[0][:size] = cost
    wider[1][:size] = label
    wider[2][:size] = node
    return wider


@_kernel
def _push(heap: Heap, size: int, cost: float, label: int, node: int) -> int:  # pragma: no cover - compiled
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


@_kernel
def _pop(heap: Heap, size: int) -> int:  # pragma: no cover - compiled
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


@_kernel
def nearest(
    start: IntArray, head: IntArray, weight: FloatArray, sources: IntArray
) -> tuple[FloatArray, IntArray]:  # pragma: no cover - compiled
    """Return for every node the cost from its nearest source and that source's index; inf and -1 without one."""
    n = start.size - 1
    best = np.full(n, np.inf)
    which = np.full(n, -1, np.int64)
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.int64))
    size = 0
    for i in range(sources.size):
        if best[sources[i]] > 0.0:
            best[sources[i]] = 0.0
            which[sources[i]] = i
            if size == heap[0].size:
                heap = _grown(heap)
            size = _push(heap, size, 0.0, i, sources[i])
    while size > 0:
        cost, label, node = heap[0][0], heap[1][0], heap[2][0]
        size = _pop(heap, size)
        if cost > best[node] or (cost == best[node] and label > which[node]):
            continue
        for a in range(start[node], start[node + 1]):
            to = head[a]
            new = cost + weight[a]
            if new < best[to] or (new == best[to] and label < which[to]):
                best[to] = new
                which[to] = label
                if size == heap[0].size:
                    heap = _grown(heap)
                size = _push(heap, size, new, label, to)
    return best, which


@_kernel
def k_nearest(
    start: IntArray, head: IntArray, weight: FloatArray, sources: IntArray, k: int
) -> tuple[FloatArray, IntArray]:  # pragma: no cover - compiled
    """Return for every node its k nearest distinct sources, nearest first; inf and -1 where there are fewer."""
    n = start.size - 1
    best = np.full((n, k), np.inf)
    which = np.full((n, k), -1, np.int64)
    count = np.zeros(n, np.int64)
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.int64))
    size = 0
    for i in range(sources.size):
        if size == heap[0].size:
            heap = _grown(heap)
        size = _push(heap, size, 0.0, i, sources[i])
    while size > 0:
        cost, label, node = heap[0][0], heap[1][0], heap[2][0]
        size = _pop(heap, size)
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
        for a in range(start[node], start[node + 1]):
            if count[head[a]] < k:
                if size == heap[0].size:
                    heap = _grown(heap)
                size = _push(heap, size, cost + weight[a], label, head[a])
    return best, which


@_kernel
def costs_within(
    start: IntArray, head: IntArray, weight: FloatArray, origins: IntArray, cutoff: float
) -> tuple[IntArray, IntArray, FloatArray]:  # pragma: no cover - compiled
    """Return the nodes within a cutoff of each origin, as sparse rows: row starts, node of each entry, its cost."""
    n = start.size - 1
    best = np.full(n, np.inf)
    rows = np.zeros(origins.size + 1, np.int64)
    nodes = np.empty(4096, np.int64)
    costs = np.empty(4096, np.float64)
    heap = (np.empty(1024, np.float64), np.empty(1024, np.int64), np.empty(1024, np.int64))
    touched = np.empty(n, np.int64)
    filled = 0
    for row in range(origins.size):
        reached = 1
        touched[0] = origins[row]
        best[origins[row]] = 0.0
        size = _push(heap, 0, 0.0, 0, origins[row])
        while size > 0:
            cost, node = heap[0][0], heap[2][0]
            size = _pop(heap, size)
            if cost > best[node]:
                continue
            for a in range(start[node], start[node + 1]):
                to = head[a]
                new = cost + weight[a]
                if new <= cutoff and new < best[to]:
                    if best[to] == np.inf:
                        touched[reached] = to
                        reached += 1
                    best[to] = new
                    if size == heap[0].size:
                        heap = _grown(heap)
                    size = _push(heap, size, new, 0, to)
        if filled + reached > nodes.size:
            wider = max(2 * nodes.size, filled + reached)
            more_nodes = np.empty(wider, np.int64)
            more_costs = np.empty(wider, np.float64)
            more_nodes[:filled] = nodes[:filled]
            more_costs[:filled] = costs[:filled]
            nodes, costs = more_nodes, more_costs
        for i in range(reached):
            nodes[filled + i] = touched[i]
            costs[filled + i] = best[touched[i]]
            # Scratch is reset only where it was touched: a row costs what it reaches, not the whole network.
            best[touched[i]] = np.inf
        filled += reached
        rows[row + 1] = filled
    return rows, nodes[:filled], costs[:filled]
