"""The arcs of a network in the order in which a search reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.network.kernel import FloatArray, Graph, IntArray, Offsets, UInt32Array, kernel

_FAR = 8192
"""Numbers this far apart lie in different parts of the processor's cache."""
_LARGE = 65_536
"""A network with fewer nodes fits into the cache, however it is numbered."""
_CLUSTER = 1024
_MOST_BUCKETS = 1 << 17
_FINENESS = (8, 32, 128)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs sorted by tail: those of node i are ``start[i]:start[i + 1]``.

    Attributes
    ----------
    start : (n + 1,) uint32 or int64 array
    tail, head : (m,) uint32 array
    weight : (m,) float array
    per_bucket : float
        Buckets to a unit of cost in the queue of a search; 0 where buckets do not suit the weights.
    buckets : int
        How many buckets the longest arc spans, a power of 2.
    """

    start: Offsets
    tail: UInt32Array
    head: UInt32Array
    weight: FloatArray
    per_bucket: float
    buckets: int

    @property
    def graph(self) -> Graph:
        """As the kernels take it."""
        return self.start, self.head, self.weight

    @classmethod
    def sort(
        cls, n_nodes: int, u: IntArray, v: IntArray, weight: FloatArray, way: npt.NDArray[np.int8]
    ) -> Arcs:
        """Make the arcs of edges.

        Parameters
        ----------
        n_nodes : int
        u, v : (e,) int array
        weight : (e,) float array
        way : (e,) int8 array
            1 from u to v only, -1 from v to u only, 0 both ways.
        """
        m = int(u.size + np.count_nonzero(way == 0))
        start = np.zeros(n_nodes + 1, dtype=np.uint32 if m < 2**32 else np.int64)
        tail, head = np.empty(m, dtype=np.uint32), np.empty(m, dtype=np.uint32)
        costs = np.empty(m)
        _count(u, v, way, start)
        _fill(u, v, weight, way, start, tail, head, costs)
        per_bucket, buckets = _queue_shape(costs)
        return cls(start, tail, head, costs, per_bucket, buckets)


def scattered(n_nodes: int, u: IntArray, v: IntArray) -> bool:
    """Return whether neighbours are numbered so far apart that most steps of a search miss the cache."""
    return n_nodes >= _LARGE and bool(np.count_nonzero(np.abs(u - v) > _FAR) > 0.3 * u.size)


def compact_numbers(arcs: Arcs) -> UInt32Array:
    """Return a new number for each node, such that nodes near each other on the network have near numbers."""
    number = np.empty(arcs.start.size - 1, dtype=np.uint32)
    _number_clusters(arcs.start, arcs.head, _CLUSTER, number)
    return number


def _queue_shape(weight: FloatArray) -> tuple[float, int]:
    """Return how many buckets go to a unit of cost, and how many the longest arc spans.

    Within a bucket nodes are taken in any order, and taken again where an arc shorter than a bucket betters them;
    so buckets are an eighth of the mean arc, or finer where many arcs are shorter than that.
    """
    with np.errstate(over="ignore"):
        mean = float(weight.mean()) if weight.size else 0.0
        longest = float(weight.max()) if weight.size else 0.0
        for fineness in _FINENESS:
            width = mean / fineness
            if np.count_nonzero(weight < width) <= 0.2 * weight.size:
                break
        per_unit = float(np.float64(1.0) / width) if width > 0 else 0.0
    span = longest * per_unit + 3
    if not (np.isfinite(mean) and np.isfinite(per_unit) and span <= _MOST_BUCKETS):
        return 0.0, 1
    return per_unit, 1 << int(np.ceil(np.log2(span)))


@kernel
def _count(u: IntArray, v: IntArray, way: npt.NDArray[np.int8], start: Offsets) -> None:
    """Set where the arcs of each node end; :func:`_fill` takes them down to where they begin."""
    for e in range(u.size):
        if way[e] >= 0:
            start[u[e]] += 1
        if way[e] <= 0:
            start[v[e]] += 1
    for i in range(1, start.size):
        start[i] += start[i - 1]


@kernel
def _fill(
    u: IntArray,
    v: IntArray,
    weight: FloatArray,
    way: npt.NDArray[np.int8],
    start: Offsets,
    tail: UInt32Array,
    head: UInt32Array,
    costs: FloatArray,
) -> None:
    """Put each arc in its place, the last edge first, so that arcs of a node keep the order of the edges."""
    for e in range(u.size - 1, -1, -1):
        if way[e] <= 0:
            start[v[e]] -= 1
            tail[start[v[e]]] = v[e]
            head[start[v[e]]] = u[e]
            costs[start[v[e]]] = weight[e]
        if way[e] >= 0:
            start[u[e]] -= 1
            tail[start[u[e]]] = u[e]
            head[start[u[e]]] = v[e]
            costs[start[u[e]]] = weight[e]


@kernel
def _number_clusters(start: Offsets, head: UInt32Array, size: int, number: UInt32Array) -> None:
    """Number nodes cluster by cluster, each grown breadth-first from the edge of those before it."""
    n = start.size - 1
    order = np.empty(n, np.uint32)
    edge = np.empty(n, np.uint32)
    seen = np.zeros(n, np.uint8)
    done, at, end, unseen = 0, 0, 0, 0
    while done < n:
        while at < end and seen[edge[at]] == 2:
            at += 1
        if at < end:
            seed = np.int64(edge[at])
        else:
            while seen[unseen] != 0:
                unseen += 1
            seed = np.int64(unseen)
        seen[seed] = 2
        order[done] = seed
        i, last = done, done + size
        done += 1
        while i < done:
            node = order[i]
            number[node] = i
            i += 1
            for a in range(start[node], start[node + np.uint32(1)]):
                to = head[a]
                if seen[to] != 2 and done < last:
                    seen[to] = 2
                    order[done] = to
                    done += 1
                elif seen[to] == 0:
                    seen[to] = 1
                    edge[end] = to
                    end += 1
