"""What no plan of tours can beat: the least number of trips, and the least length of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.siting.problem import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from planner.siting.tour import TourProblem

_STEPS = 250
_PATIENCE = 15
_NEVER = 1e12
"""Metres; more than any way on Earth, and still exact to a metre in sums of floats."""


def closed(table: IntArray) -> IntArray:
    """Return the least sums along any way through the points of a table (Floyd 1962)."""
    least = table.copy()
    for k in range(len(least)):
        np.minimum(least, least[:, k, None] + least[None, k], out=least)
    return least


def routes_bound(problem: TourProblem) -> int:
    """Return how many trips a week are needed at least.

    The greatest of: visits that have to be packed into working days, each with half of the least drive to and from it;
    the same with metres and the range; the visits of stops of which no two fit into one trip.

    Parameters
    ----------
    problem : TourProblem
        Every stop of which can be visited in a day.

    Notes
    -----
    The packing bound is L2 of Martello and Toth (1990). A drive from a to b takes at least the mean of the least drive
    out of a and the least drive into b.
    """
    found = [int(problem.visits.max()), _clique(problem)]
    found.append(_packed(problem.seconds, problem.service_s, problem.visits, problem.work_s))
    if problem.range_m is not None:
        nothing = np.zeros_like(problem.service_s)
        found.append(_packed(problem.metres, nothing, problem.visits, problem.range_m))
    return max(found)


def _packed(table: IntArray, service: IntArray, visits: IntArray, limit: int) -> int:
    """Return L2 for visits with their halves of the drives; in doubled units, so that halves are whole."""
    apart = table.astype(np.float64)
    np.fill_diagonal(apart, np.inf)
    half = (apart.min(axis=0) + apart.min(axis=1)).astype(np.int64)
    size = np.repeat(2 * service + half[1:], visits)
    room = 2 * limit - int(half[0])
    if room <= 0:
        return 1
    best = 0
    for small in np.unique(np.append(size[2 * size <= room], 0)):
        alone = int((size > room - small).sum())
        large = size[(size <= room - small) & (2 * size > room)]
        rest = int(size[(size >= small) & (2 * size <= room)].sum())
        beside = large.size * room - int(large.sum())
        best = max(best, alone + large.size + max(0, -(-(rest - beside) // room)))
    return best


def _clique(problem: TourProblem) -> int:
    """Return the visits of a set of stops of which no two fit into one trip; grown greedily from each stop."""
    conflict = _exclude(problem.least_seconds, problem.service_s, problem.work_s)
    if problem.range_m is not None:
        conflict |= _exclude(problem.least_metres, np.zeros_like(problem.service_s), problem.range_m)
    weight = problem.visits
    order = np.lexsort((np.arange(weight.size), -(conflict * weight).sum(axis=1)))
    best = int(weight.max())
    for first in order:
        able, total = conflict[first].copy(), int(weight[first])
        while able.any():
            chosen = order[able[order]][0]
            total += int(weight[chosen])
            able &= conflict[chosen]
        best = max(best, total)
    return best


def _exclude(least: IntArray, service: IntArray, limit: int) -> BoolArray:
    """Return which pairs of stops no trip can hold together."""
    there = least[0, 1:, None] + least[1:, 1:] + least[None, 1:, 0]
    both = np.minimum(there, there.T) + service[:, None] + service[None, :]
    found = both > limit
    np.fill_diagonal(found, False)
    return np.asarray(found)


def metres_bound(problem: TourProblem, fewest: int, most: int, known: int) -> int:
    """Return a length that no plan with a number of trips between `fewest` and `most` goes below.

    Parameters
    ----------
    problem : TourProblem
    fewest, most : int
        Trips.
    known : int
        Metres of a plan; only steers the search for the bound.

    Notes
    -----
    The least K-tree (Fisher 1994): a plan of K trips with N visits is a connected graph of N + K ways, so it is at
    least as long as the shortest tree that joins depot and visits, and the K shortest ways beside it. Prices on the
    visits, each of which has two ways, and on the depot with its 2 K raise the bound (Held and Karp 1971); any prices
    give a valid one. One-way roads are taken in their shorter direction. Where days are full of service a radial bound
    may be greater (after Haimovich and Rinnooy Kan 1985): a trip that goes as far as a stop has only the rest of the
    day for service, so each visit carries its share of the way there and back.
    """
    return max(_radial(problem), _joined(problem, fewest, most, known))


def _radial(problem: TourProblem) -> int:
    time, way = problem.least_seconds, problem.least_metres
    rest = problem.work_s - (time[0, 1:] + time[1:, 0])
    share = problem.visits * problem.service_s * (way[0, 1:] + way[1:, 0])
    return int(np.ceil((share[rest > 0] / rest[rest > 0]).sum() - 1e-3))


def _joined(problem: TourProblem, fewest: int, most: int, known: int) -> int:
    """Return the least K-tree's length under the best prices found."""
    stop = np.repeat(np.arange(problem.visits.size), problem.visits) + 1
    node = np.append(0, stop)
    way = np.minimum(problem.metres, problem.metres.T)[np.ix_(node, node)].astype(np.float64)
    way[(node[:, None] == node[None, :]) & (node > 0)[:, None]] = _NEVER
    np.fill_diagonal(way, np.inf)
    most = max(fewest, min(most, stop.size))
    price, best, best_price, idle, scale = np.zeros(node.size), 0.0, np.zeros(node.size), 0, 1.0
    for _ in range(_STEPS):
        value, slope = _k_tree(way, price, fewest, most)
        idle += 1
        if value > best + 1e-6:
            best, best_price, idle = value, price.copy(), 0
        if idle >= _PATIENCE:
            scale, idle, price = scale / 2, 0, best_price.copy()
        if not slope.any() or scale < 1e-3 or best >= known:
            break
        price = price + scale * max(known - value, 1.0) / float(slope @ slope) * slope
    return int(np.ceil(best - 1e-3))


def _k_tree(way: FloatArray, price: FloatArray, fewest: int, most: int) -> tuple[float, FloatArray]:
    """Return the value of the least K-tree under prices, the least over K, and by how much it misses the degrees."""
    priced = way + price[:, None] + price[None, :]
    parent, tree = _shortest_tree(priced)
    n = price.size
    i, j = np.triu_indices(n, 1)
    rest = priced[i, j]
    in_tree = np.zeros((n, n), dtype=bool)
    in_tree[parent[1:], np.arange(1, n)] = in_tree[np.arange(1, n), parent[1:]] = True
    # A trip to a single stop takes the same way twice: ways at the depot are there twice.
    twice = i == 0
    i, j, spare = (np.concatenate([a, a[twice]]) for a in (i, j, np.where(in_tree[i, j], np.inf, rest)))
    spare[rest.size :] = rest[twice]
    count = min(most, spare.size)
    chosen = np.argpartition(spare, count - 1)[:count]
    chosen = chosen[np.lexsort((chosen, spare[chosen]))]
    sums = tree + np.cumsum(spare[chosen]) - 2 * price[1:].sum() - 2 * price[0] * np.arange(1, count + 1)
    k = fewest + int(np.argmin(sums[fewest - 1 :]))
    degree = np.bincount(parent[1:], minlength=n) + np.append(0, np.ones(n - 1, dtype=np.int64))
    degree += np.bincount(i[chosen[:k]], minlength=n) + np.bincount(j[chosen[:k]], minlength=n)
    target = np.full(n, 2)
    target[0] = 2 * k
    return float(sums[k - 1]), (degree - target).astype(np.float64)


def _shortest_tree(table: FloatArray) -> tuple[IntArray, float]:
    """Return the parent of each node in a shortest tree from node 0, and its length (Prim 1957)."""
    n = len(table)
    parent, near = np.zeros(n, dtype=np.int64), table[0].copy()
    outside, total = np.ones(n, dtype=bool), 0.0
    outside[0] = False
    for _ in range(n - 1):
        node = int(np.argmin(np.where(outside, near, np.inf)))
        outside[node] = False
        total += float(near[node])
        closer = outside & (table[node] < near)
        near[closer], parent[closer] = table[node][closer], node
    return parent, total
