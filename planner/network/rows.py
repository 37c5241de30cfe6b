"""Searches as far as a limit, one origin at a time, and their results as sparse rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from planner.network import heap, queue
from planner.network.arcs import Arcs
from planner.network.kernel import (
    FloatArray,
    Graph,
    Index,
    Int32Array,
    IntArray,
    UInt32Array,
    UInt64Array,
    kernel,
    lowest_bit,
)
from planner.network.queue import Queue, bucket_of, put_if
from planner.network.search import PATIENCE

_WORD = 64

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")
_Value = TypeVar("_Value", bound=np.generic)
Rows = tuple[IntArray, Int32Array, FloatArray]
"""Where the entries of each row begin, with one more for the end of all; node and cost of each entry."""
Seen = tuple[FloatArray, UInt32Array, UInt64Array, UInt64Array]
"""Cost of each node; the nodes that have one; a bit for each of those, and for each word of bits that is not zero."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How nodes are numbered inside of a network.

    Attributes
    ----------
    inner : (n,) uint32 array
        Number inside by the caller's number; without entries where the two are the same.
    outer : (n,) uint32 array
        The caller's number by the number inside.
    """

    inner: UInt32Array
    outer: UInt32Array

    def inside(self, nodes: IntArray) -> IntArray:
        """Return the numbers inside of nodes that are given by the caller's."""
        return self.inner[nodes].astype(np.int64) if self.inner.size else nodes

    def outside(self, values: npt.NDArray[_Value]) -> npt.NDArray[_Value]:
        """Return values of all nodes in the order of the caller's numbers."""
        return values[self.inner] if self.inner.size else values


@dataclass(frozen=True, slots=True)
class Scratch:
    """What one thread writes on. It is reset where it was touched: a row costs what it reaches, not the network."""

    seen: Seen
    line: Queue

    @classmethod
    def make(cls, arcs: Arcs) -> Scratch:
        """Return scratch for a search along arcs."""
        n = arcs.start.size - 1
        words = -(-n // _WORD)
        seen = (
            np.full(n, np.inf),
            np.empty(n + 1, dtype=np.uint32),
            np.zeros(words, dtype=np.uint64),
            np.zeros(-(-words // _WORD), dtype=np.uint64),
        )
        return cls(seen, queue.make(arcs.buckets, arcs.head.size + 1, labelled=False))


def side_by_side(work: Callable[[_Item], _Found], items: Iterable[_Item]) -> list[_Found]:
    """Return what comes of each item, in their order, worked on by as many threads as there are processors."""
    todo = list(items)
    if len(todo) < 2 or processors() < 2:
        return [work(item) for item in todo]
    with ThreadPoolExecutor(min(processors(), len(todo))) as pool:
        return list(pool.map(work, todo))


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def added(one: Rows, other: Rows, cutoff: float) -> Rows:
    """Return the sums of entries that two tables have in common, as far as they are within a cutoff."""
    rows, nodes, costs = np.zeros_like(one[0]), one[1], one[2]
    filled = _add(*one, *other, cutoff, rows)
    return rows, nodes[:filled], costs[:filled]


@kernel
def fill(
    graph: Graph,
    origins: IntArray,
    limits: FloatArray,
    per_bucket: float,
    line: Queue,
    seen: Seen,
    inner: UInt32Array,
    outer: UInt32Array,
    counts: IntArray,
    nodes: Int32Array,
    costs: FloatArray,
) -> int:
    """Write rows while there is room; returns how many, and in `counts` what the one that did not fit needs."""
    filled = 0
    for row in range(origins.size):
        origin = np.uint32(origins[row])
        reached = reach(graph, origin, limits, per_bucket, line, seen[0], seen[1])
        counts[row] = reached
        if filled + reached > nodes.size:
            for i in range(reached):
                seen[0][seen[1][i]] = np.inf
            return row
        _write(
            seen, reached, inner, outer, nodes[filled : filled + reached], costs[filled : filled + reached]
        )
        filled += reached
    return origins.size


@kernel
def _write(
    seen: Seen, reached: int, inner: UInt32Array, outer: UInt32Array, nodes: Int32Array, costs: FloatArray
) -> None:
    """Write the entries of a row in the order of the caller's numbers, and reset what was seen."""
    best, touched, words, summary = seen
    same = inner.size == 0
    for i in range(reached):
        node = np.uint64(touched[i]) if same else np.uint64(outer[touched[i]])
        word = node >> np.uint64(6)
        bits = words[word]
        if bits == np.uint64(0):
            summary[word >> np.uint64(6)] |= np.uint64(1) << (word & np.uint64(63))
        words[word] = bits | (np.uint64(1) << (node & np.uint64(63)))
    at = np.uint64(0)
    for s in range(summary.size):
        some = summary[s]
        summary[s] = 0
        while some != np.uint64(0):
            word = np.uint64(s) * np.uint64(64) + np.uint64(lowest_bit(some))
            some &= some - np.uint64(1)
            bits = words[word]
            words[word] = 0
            while bits != np.uint64(0):
                number = word * np.uint64(64) + np.uint64(lowest_bit(bits))
                bits &= bits - np.uint64(1)
                place = number if same else np.uint64(inner[number])
                nodes[at] = number
                costs[at] = best[place]
                best[place] = np.inf
                at += np.uint64(1)


@kernel
def reach(
    graph: Graph,
    origin: Index,
    limits: FloatArray,
    per_bucket: float,
    line: Queue,
    best: FloatArray,
    touched: UInt32Array,
) -> int:
    """Set the cost of each node within a limit of an origin; returns how many, which are listed in `touched`.

    There is one limit for all nodes, or one for each.
    """
    if per_bucket == 0.0:
        return heap.reach(graph, origin, limits, best, touched)
    start, head, weight = graph
    first, nodes, _, following, _ = line
    each = np.uint64(1) if limits.size > 1 else np.uint64(0)
    best[origin] = 0.0
    touched[0] = origin
    put_if(line, 0, 0, origin, True)
    reached, used, looks, current = np.uint64(1), np.uint64(1), np.uint64(0), np.int64(0)
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
            cost = best[node]
            if np.int64(cost * per_bucket) != current:
                continue  # bettered since, and looked at in an earlier bucket
            begin, end = np.uint64(start[node]), np.uint64(start[node + np.uint32(1)])
            if looks > np.uint64(PATIENCE) * reached + np.uint64(1024) or used + end - begin >= np.uint64(
                nodes.size
            ):
                first[:] = -1
                for i in range(reached):
                    best[touched[i]] = np.inf
                return heap.reach(graph, origin, limits, best, touched)
            for a in range(begin, end):
                to, new = np.uint64(head[a]), cost + weight[a]
                former = best[to]
                better = (new < former) & (new <= limits[to * each])
                put_if(line, bucket_of(line, new, per_bucket), used, to, better)
                used += np.uint64(better)
                touched[reached] = to
                reached += np.uint64(better & (former == np.inf))
                best[to] = new if better else former
    return int(reached)


@kernel
def _add(
    rows: IntArray,
    nodes: Int32Array,
    costs: FloatArray,
    other_rows: IntArray,
    other_nodes: Int32Array,
    other_costs: FloatArray,
    cutoff: float,
    starts: IntArray,
) -> int:
    """Add up the entries that two tables of sparse rows have in common, in place of the first's entries.

    Returns how many sums are within the cutoff; `starts` receives where those of each row begin.
    """
    filled = 0
    for row in range(rows.size - 1):
        j, end = other_rows[row], other_rows[row + 1]
        for i in range(rows[row], rows[row + 1]):
            while j < end and other_nodes[j] < nodes[i]:
                j += 1
            if j < end and other_nodes[j] == nodes[i] and costs[i] + other_costs[j] <= cutoff:
                nodes[filled] = nodes[i]
                costs[filled] = costs[i] + other_costs[j]
                filled += 1
        starts[row + 1] = filled
    return filled
