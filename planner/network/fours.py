"""Costs within a cutoff of four origins at once, where origins lie close together.

What an origin reaches, its neighbour reaches too, in almost the same order. Their four costs of a node lie side by side
and are bettered together (as Knopp et al., 2007, and Yanagisawa, 2010, do): a processor that would wait for one
node's numbers has four sums to do meanwhile. A node is looked at in the order of the sum of its four costs, and again
whenever one of them was bettered since. So when the search ends no arc betters any cost, and each is that of a search
from its origin alone, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

_NEAR = 0.4
"""Origins this share of the cutoff apart have most of what they reach in common."""
_COARSER = 32
"""Buckets are this many times as wide as those of a search from one origin: fewer are empty, little is done twice."""
_MOST_BUCKETS = 1 << 12
_ROOM = 1 << 15
_MOST_ENTRIES = 1 << 24
"""Entries a bucket has room for, and all have together: no more memory than the system gives in small pages."""
_WORTH = 2_000
"""Nodes of the network to a group: with fewer groups, making room for all nodes takes longer than is saved."""
_TRIES = 16
_WORD = 64

Marks = tuple[UInt64Array, UInt64Array]
"""A bit for each node that was reached, and one for each word of bits that is not zero."""
Lines = tuple[Int32Array, Int32Array, UInt32Array, Int32Array]
"""How many entries each bucket holds, how many of them were looked at; the entries; the bucket each node waits in."""


@dataclass(frozen=True, slots=True)
class Fours:
    """What a thread writes on when it searches from four origins at once; a search that succeeds leaves it as it was.

    Attributes
    ----------
    never : float
        What stands for a node that is not reached: the least number beyond the cutoff.
    per_bucket : float
        Buckets to a unit of the sum of four costs.
    costs : (4 n,) float array
        The four costs of each node.
    touched : uint32 array
        Nodes in the order in which they were looked at.
    marks : Marks
    lines : Lines
    """

    never: float
    per_bucket: float
    costs: FloatArray
    touched: UInt32Array
    marks: Marks
    lines: Lines

    @classmethod
    def make(cls, arcs: Arcs, cutoff: float) -> Fours:
        """Return scratch for searches along arcs; for groups that :func:`groups` has found."""
        n = arcs.start.size - 1
        words = -(-n // _WORD)
        never, per_bucket, buckets = _shape(arcs, cutoff)
        # Not a multiple of 4,096 bytes apart: buckets would all meet in the same few places of the cache.
        room = min(_ROOM, _MOST_ENTRIES // buckets // 1024 * 1024) + 48
        lines = (
            np.zeros(buckets, dtype=np.int32),
            np.zeros(buckets, dtype=np.int32),
            np.empty(buckets * room, dtype=np.uint32),
            np.full(n, -1, dtype=np.int32),
        )
        marks = np.zeros(words, dtype=np.uint64), np.zeros(-(-words // _WORD), dtype=np.uint64)
        return cls(never, per_bucket, np.full(4 * n, never), np.empty(4 * n + 1024, np.uint32), marks, lines)


def _shape(arcs: Arcs, cutoff: float) -> tuple[float, float, int]:
    never = float(np.nextafter(cutoff, np.inf))
    per_bucket = arcs.per_bucket / (4 * _COARSER)
    span = 4.0 * never * per_bucket + 2.0
    return never, per_bucket, int(span) if span < _MOST_BUCKETS else _MOST_BUCKETS + 1


def groups(arcs: Arcs, origins: IntArray, cutoff: float) -> tuple[IntArray, IntArray]:
    """Return which origins are to be searched from four at a time, and which one at a time.

    Parameters
    ----------
    arcs : Arcs
    origins : (o,) int array
    cutoff : float

    Returns
    -------
    fours : (g, 4) int array
        Indices into `origins`.
    others : int array
        The remaining ones, in the order of their nodes.
    """
    order = np.argsort(origins, kind="stable")
    n = arcs.start.size - 1
    none = np.empty((0, 4), dtype=np.int64)
    if n > _WORTH * (origins.size // 4) or not arcs.per_bucket or _shape(arcs, cutoff)[2] > _MOST_BUCKETS:
        return none, order
    fours = np.empty((origins.size // 4, 4), dtype=np.int64)
    found, used = _group(arcs.graph, origins, order, _NEAR * cutoff, fours)
    if n > _WORTH * found:
        return none, order
    return fours[:found], order[~used[order]]


@kernel
def _group(
    graph: Graph, origins: IntArray, order: IntArray, near: float, fours: IntArray
) -> tuple[int, np.ndarray]:
    """Put together origins that a search by numbers of arcs finds soon; gives up where there seem to be none."""
    start, head, weight = graph
    n = start.size - 1
    used = np.zeros(origins.size, np.bool_)
    # The origins on each node as a list: the first, and what follows each.
    on, following = np.full(n, -1, np.int32), np.full(origins.size, -1, np.int32)
    for i in order[::-1]:
        following[i] = on[origins[i]]
        on[origins[i]] = i
    seen, nodes, far = np.full(n, -1, np.int32), np.empty(n, np.uint32), np.empty(n)
    found, misses = 0, 0
    for seed in order:
        if used[seed] or misses > _TRIES + found:
            continue
        size, at, end = 0, 0, 1
        nodes[0], far[0], seen[origins[seed]] = origins[seed], 0.0, seed
        while at < end and size < 4:
            node, cost = nodes[at], far[at]
            at += 1
            i = on[node]
            while i >= 0 and size < 4:
                fours[found, size] = i
                size += 1
                i = following[i]
            for a in range(start[node], start[node + np.uint32(1)]):
                to = head[a]
                if seen[to] != seed and cost + weight[a] <= near:
                    seen[to] = seed
                    nodes[end], far[end] = to, cost + weight[a]
                    end += 1
        if size < 4:
            misses += 1
            continue
        for j in range(4):
            used[fours[found, j]] = True
            node = origins[fours[found, j]]
            on[node] = following[fours[found, j]]
        found += 1
        if found == fours.shape[0]:
            break
    return found, used


@kernel
def fill_fours(
    graph: Graph,
    origins: IntArray,
    never: float,
    per_bucket: float,
    best: FloatArray,
    touched: UInt32Array,
    marks: Marks,
    lines: Lines,
    inner: UInt32Array,
    outer: UInt32Array,
    begins: IntArray,
    counts: IntArray,
    nodes: Int32Array,
    costs: FloatArray,
) -> tuple[int, int]:
    """Write the rows of groups of four while there is room.

    `origins` has four nodes for each group; where the rows begin and how many entries they have goes to `begins` and
    `counts`. Returns how many groups were written, and how many entries there must be room for to write the next;
    -1 if it cannot be done, and then the scratch is of no more use.
    """
    filled = 0
    for group in range(origins.size // 4):
        four = origins[4 * group : 4 * group + 4]
        looks = _reach(graph, four, per_bucket, best, touched, lines)
        if looks < 0:
            return group, -1
        if filled + 4 * looks > nodes.size:
            for i in range(looks):
                for place in range(4 * np.uint64(touched[i]), 4 * np.uint64(touched[i]) + np.uint64(4)):
                    best[place] = never
            return group, 4 * looks
        rows = counts[4 * group : 4 * group + 4]
        for j in range(4):
            begins[4 * group + j] = filled + j * looks
        _write(
            best, touched[:looks], never, marks, inner, outer, rows,
            nodes[filled : filled + 4 * looks], costs[filled : filled + 4 * looks],
        )  # fmt: skip
        filled = begins[4 * group + 3] + rows[3]
    return origins.size // 4, 0


@kernel
def _bettered(best: FloatArray, at: Index, weight: float, to: Index) -> tuple[float, bool]:
    """Better the four costs from `to` on by way of those from `at` on; returns their sum, and whether any was."""
    x0, x1 = best[at] + weight, best[at + np.uint64(1)] + weight
    x2, x3 = best[at + np.uint64(2)] + weight, best[at + np.uint64(3)] + weight
    y0, y1, y2, y3 = best[to], best[to + np.uint64(1)], best[to + np.uint64(2)], best[to + np.uint64(3)]
    better = (x0 < y0) | (x1 < y1) | (x2 < y2) | (x3 < y3)
    z0, z1 = x0 if x0 < y0 else y0, x1 if x1 < y1 else y1
    z2, z3 = x2 if x2 < y2 else y2, x3 if x3 < y3 else y3
    best[to], best[to + np.uint64(1)], best[to + np.uint64(2)], best[to + np.uint64(3)] = z0, z1, z2, z3
    return (z0 + z2) + (z1 + z3), better


@kernel
def _begin(four: IntArray, per_bucket: float, best: FloatArray, lines: Lines) -> Index:
    """Put four origins in their buckets; returns the first of these."""
    put, _, entries, waiting = lines
    room, least = entries.size // put.size, np.int64(put.size)
    for j in range(4):
        best[4 * four[j] + j] = 0.0
    for j in range(4):
        at = 4 * four[j]
        bucket = np.int64(((best[at] + best[at + 2]) + (best[at + 1] + best[at + 3])) * per_bucket)
        entries[bucket * room + put[bucket]] = four[j]
        put[bucket] += 1
        waiting[four[j]] = bucket
        least = min(least, bucket)
    return least


@kernel
def _reach(
    graph: Graph,
    four: IntArray,
    per_bucket: float,
    best: FloatArray,
    touched: UInt32Array,
    lines: Lines,
) -> Index:
    """Set the four costs of each node; returns how many entries of `touched` list them, some perhaps twice.

    -1 where a bucket would overflow, or nodes are looked at too often.
    """
    start, head, weight = graph
    put, taken, entries, waiting = lines
    room = np.uint64(entries.size // put.size)
    current, live = np.int64(_begin(four, per_bucket, best, lines)), np.int64(4)
    looks, most = np.uint64(0), np.uint64(4)
    while live > 0:
        bucket = np.uint64(current)
        first = np.uint64(taken[bucket])
        i, least = first, current
        while i < np.uint64(put[bucket]) and least >= current:
            node = np.uint64(entries[bucket * room + i])
            i += np.uint64(1)
            if waiting[node] != current:
                continue  # bettered since, and looked at in an earlier bucket
            waiting[node] = -1
            begin, end = np.uint64(start[node]), np.uint64(start[node + np.uint64(1)])
            if looks == np.uint64(touched.size) or most + (end - begin) >= room:
                return -1
            touched[looks] = node
            looks += np.uint64(1)
            for a in range(begin, end):
                to = np.uint64(head[a])
                total, better = _bettered(best, node * np.uint64(4), weight[a], to * np.uint64(4))
                into = np.int32(total * per_bucket)
                before = waiting[to]
                better = better & (before != into)
                waiting[to] = into if better else before
                # Written in any case and counted if it is wanted, as in the search from one origin.
                count = np.uint64(put[np.uint64(into)])
                entries[np.uint64(into) * room + count] = to
                count += np.uint64(better)
                put[np.uint64(into)] = count
                most = max(most, count)
                live += np.int64(better)
                least = min(least, np.int64(into) if better else least)
        live -= np.int64(i - first)
        if i == np.uint64(put[bucket]):
            put[bucket] = 0
            taken[bucket] = 0
            current = least if least < current else current + 1
        else:
            taken[bucket] = i
            current = least
    return np.int64(looks)


@kernel
def _mark(touched: UInt32Array, outer: UInt32Array, words: UInt64Array, summary: UInt64Array) -> None:
    """Set the bit of each node in the order of the caller's numbers."""
    for node in touched:
        number = np.uint64(node) if outer.size == 0 else np.uint64(outer[node])
        word = number >> np.uint64(6)
        bits = words[word]
        if bits == np.uint64(0):
            summary[word >> np.uint64(6)] |= np.uint64(1) << (word & np.uint64(63))
        words[word] = bits | (np.uint64(1) << (number & np.uint64(63)))


@kernel
def _write(
    best: FloatArray,
    touched: UInt32Array,
    never: float,
    marks: Marks,
    inner: UInt32Array,
    outer: UInt32Array,
    counts: IntArray,
    nodes: Int32Array,
    costs: FloatArray,
) -> None:
    """Write four rows, each to its quarter, in the order of the caller's numbers, and reset what was touched."""
    words, summary = marks
    same = inner.size == 0
    _mark(touched, outer, words, summary)
    quarter = np.uint64(touched.size)
    a, b, c, d = np.uint64(0), quarter, np.uint64(2) * quarter, np.uint64(3) * quarter
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
                at = np.uint64(4) * (number if same else np.uint64(inner[number]))
                x0, x1 = best[at], best[at + np.uint64(1)]
                x2, x3 = best[at + np.uint64(2)], best[at + np.uint64(3)]
                for place in range(at, at + np.uint64(4)):
                    best[place] = never
                # The next one takes the place of what is not within the cutoff.
                nodes[a], costs[a], nodes[b], costs[b] = number, x0, number, x1
                nodes[c], costs[c], nodes[d], costs[d] = number, x2, number, x3
                a += np.uint64(x0 < never)
                b += np.uint64(x1 < never)
                c += np.uint64(x2 < never)
                d += np.uint64(x3 < never)
    for j in range(4):
        end = (a, b, c, d)[j]
        counts[j] = end - np.uint64(j) * quarter
