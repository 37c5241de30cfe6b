"""What the closing of facilities does: who loses the service, how much farther people go, which closures harm least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from planner.coverage.access import first_of_equals
from planner.network.kernel import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Best = tuple[IntArray, float, float, float, bool, int]

NODE_LIMIT = 3_000_000
"""So many sets are looked at before a search ends without a proof; a count, so that a rerun ends at the same point."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Where people go once some facilities are closed.

    Attributes
    ----------
    goes_to : (n,) int array
        The nearest facility that stays open; -1 where none can be reached.
    extra : (n,) float array
        What the way there costs more than the way to the nearest of all; 0 where nothing changes, inf where no
        open facility can be reached, NaN where none could before.
    """

    goes_to: IntArray
    extra: FloatArray


@dataclass(frozen=True, slots=True)
class LeastHarmful:
    """The closures that harm least.

    Attributes
    ----------
    closed : (p,) int array
        Facilities, ascending.
    lost : float
        People who lose the service.
    bound : float
        No p closures make fewer people lose it; equal to `lost` where that is proven.
    proven : bool
        Whether no other p closures are better, by people who lose the service and then by extra travel.
    nodes : int
        Sets looked at.
    """

    closed: IntArray
    lost: float
    bound: float
    proven: bool
    nodes: int


def k_nearest_straight(
    places: FloatArray, facilities: FloatArray, ground: FloatArray, k: int
) -> tuple[FloatArray, IntArray]:
    """Return the k nearest facilities of each place as the crow flies.

    Parameters
    ----------
    places : (n, 2) float array
        On a metric grid; NaN where a place is not located.
    facilities : (m, 2) float array
        Likewise; those that are not located are left out.
    ground : (n,) float array
        Grid metres per metre on the ground at each place.
    k : int

    Returns
    -------
    distance_m : (n, k) float array
        Metres on the ground, nearest first; inf where there are fewer than k.
    which : (n, k) int array
        The lowest index first at equal distance; -1 where there is none.
    """
    distance = np.full((len(places), k), np.inf)
    which = np.full((len(places), k), -1, dtype=np.int64)
    asked = np.flatnonzero(np.isfinite(places).all(axis=1))
    there = np.flatnonzero(np.isfinite(facilities).all(axis=1))
    if asked.size and there.size:
        known = min(k, there.size)
        found, at = first_of_equals(KDTree(facilities[there]), places[asked], known)
        distance[asked, :known] = found / ground[asked, None]
        which[asked, :known] = there[at]
    return distance, which


def moves(cost: FloatArray, which: IntArray, closed: BoolArray) -> Moves:
    """Return where people go once some facilities are closed.

    Parameters
    ----------
    cost, which : (n, k) float and int arrays
        The k nearest facilities of each place, nearest first, as
        :meth:`planner.network.RoadNetwork.k_nearest` gives them; k has to exceed the number of those closed, or
        be the number of all.
    closed : (m,) bool array
    """
    open_ = (which >= 0) & ~np.append(closed, True)[which]
    there = open_.any(axis=1)
    first = open_.argmax(axis=1)
    row = np.arange(len(cost))
    goes_to = np.where(there, which[row, first], -1)
    with np.errstate(invalid="ignore"):
        extra = np.where(there, cost[row, first] - cost[:, 0], np.inf)
    return Moves(goes_to, np.where(which[:, 0] >= 0, extra, np.nan))


def lost_with(which: IntArray, cover: IntArray, place: IntArray) -> tuple[IntArray, IntArray]:
    """Return which places lose the service with which single facility.

    Parameters
    ----------
    which : (r, k) int array
        For each requirement of a place (one for each standard that it is held to) the nearest facilities.
    cover : (r,) int array
        How many of them, from the first, fulfil the requirement.
    place : (r,) int array

    Returns
    -------
    place, facility : (q,) int arrays
        Each pair once, by facility and then by place.
    """
    sole = cover == 1
    pairs = np.unique(np.column_stack([which[sole, 0], place[sole]]), axis=0)
    return pairs[:, 1], pairs[:, 0]


def least_harmful(
    n_facilities: int,
    p: int,
    people: FloatArray,
    requirements: tuple[IntArray, IntArray, IntArray],
    cost: FloatArray,
    which: IntArray,
    *,
    node_limit: int = NODE_LIMIT,
) -> LeastHarmful:
    """Return the p closures by which the fewest people lose the service; of these, those with the least extra travel.

    Branch and bound. Extra travel grows with every closure, and the more so the more is closed already (it is a
    supermodular set function), so that a set with r closures to come cannot end below its own value plus the r least
    increments that a single further closure would cause now. The bound is that of Nemhauser, Wolsey and Fisher (1978).
    It holds for people who lose the service where each is held to one requirement. Who would lose it with any one of q
    facilities is lost once, not q times: each of them bears a share of 1 / min(q, r), and r closures no more than all.

    Parameters
    ----------
    n_facilities : int
    p : int
        How many are to close; fewer than there are.
    people : (n,) float array
    requirements : (which, cover, place)
        As for :func:`lost_with`; a place loses the service when any one of its requirements is no longer
        fulfilled.
    cost, which : (n, k) float and int arrays
        The nearest facilities for the extra travel, k > p or all of them. A place that none is left to is
        charged the greatest cost in the table.
    node_limit : int
        So many sets are looked at at most.

    Raises
    ------
    ValueError
        Naming the argument: a p that is not between 1 and the number of facilities less one, tables that hold
        too few of the nearest, a limit below 1.
    """
    if not 1 <= p < n_facilities:
        raise ValueError(f"p: {p} closures of {n_facilities} facilities")
    if node_limit < 1:
        raise ValueError(f"node_limit: {node_limit} is not a number of 1 or more")
    for name, table in (("which", which), ("requirements", requirements[0])):
        if table.shape[1] < min(p + 1, n_facilities):
            raise ValueError(f"{name}: {table.shape[1]} nearest are too few for {p} closures")
    order = np.argsort(requirements[2], kind="stable")
    finite = cost[np.isfinite(cost)]
    found = _search(
        n_facilities,
        p,
        np.ascontiguousarray(people, dtype=np.float64),
        (np.ascontiguousarray(requirements[0][order]), requirements[1][order], requirements[2][order]),
        (
            np.ascontiguousarray(cost),
            np.ascontiguousarray(which),
            float(finite.max()) if finite.size else 0.0,
        ),
        node_limit,
    )
    return LeastHarmful(np.sort(found[0]), found[1], min(found[3], found[1]), found[4], found[5])


@kernel
def _increments(
    closed: BoolArray,
    people: FloatArray,
    requirements: tuple[IntArray, IntArray, IntArray],
    travel: tuple[FloatArray, IntArray, float],
    more_lost: FloatArray,
    more_extra: FloatArray,
    to_come: int,
) -> tuple[float, float]:
    """Return people lost and extra travel of a set of closures; write what each of those to come adds at least.

    With one to come that is what it adds.
    """
    near, cover, place = requirements
    cost, which, top = travel
    more_lost[:] = 0.0
    more_extra[:] = 0.0
    gone = np.zeros(people.size, np.bool_)
    sole = np.full(place.size, -1, np.int64)
    for r in range(place.size):
        left = 0
        for c in range(cover[r]):
            if not closed[near[r, c]]:
                left += 1
                sole[r] = near[r, c]
                if left == 2:
                    sole[r] = -1
                    break
        if left == 0 and cover[r] > 0:
            gone[place[r]] = True
    lost = 0.0
    for i in range(people.size):
        if gone[i]:
            lost += people[i]
    _shared_out(people, place, sole, gone, more_lost, to_come)
    extra = 0.0
    for i in range(people.size):
        if which[i, 0] < 0:
            continue
        first, here, beyond = -1, top, top
        for c in range(which.shape[1]):
            f = which[i, c]
            if f < 0:
                break
            if closed[f]:
                continue
            if first >= 0:
                beyond = cost[i, c]
                break
            first, here = f, cost[i, c]
        extra += people[i] * (here - cost[i, 0])
        if first >= 0:
            more_extra[first] += people[i] * (beyond - here)
    return lost, extra


@kernel
def _shared_out(
    people: FloatArray, place: IntArray, sole: IntArray, gone: BoolArray, more_lost: FloatArray, to_come: int
) -> None:
    """Share the people of each place out over the facilities on any one of which a requirement of it hangs."""
    # The rows of a place stand together, so that one mark a facility tells whether the place is counted already.
    marked = np.full(more_lost.size, -1, np.int64)
    first = 0
    while first < place.size:
        after, hanging = first, 0
        while after < place.size and place[after] == place[first]:
            f = sole[after]
            if f >= 0 and marked[f] != place[first]:
                marked[f] = place[first]
                hanging += 1
            else:
                sole[after] = -1
            after += 1
        if not gone[place[first]]:
            for r in range(first, after):
                if sole[r] >= 0:
                    more_lost[sole[r]] += people[place[r]] / min(hanging, to_come)
        first = after


@kernel
def _rest(more: FloatArray, order: IntArray, r: int) -> FloatArray:
    """Return for each position the sum of the r least increments at later positions."""
    m = order.size
    found = np.zeros(m)
    least = np.full(max(r, 1), np.inf)
    for t in range(m - 1, -1, -1):
        found[t] = least[:r].sum() if r > 0 else 0.0
        value = more[order[t]]
        c = r - 1
        if c >= 0 and value < least[c]:
            while c > 0 and least[c - 1] > value:
                least[c] = least[c - 1]
                c -= 1
            least[c] = value
    return found


@kernel
def _search(
    m: int,
    p: int,
    people: FloatArray,
    requirements: tuple[IntArray, IntArray, IntArray],
    travel: tuple[FloatArray, IntArray, float],
    node_limit: int,
) -> Best:
    """Return closed, people lost, extra travel, the bound on people lost, whether it is proven, sets looked at."""
    closed = np.zeros(m, np.bool_)
    lost, extra = np.empty(m), np.empty(m)
    _increments(closed, people, requirements, travel, lost, extra, 1)
    order = np.argsort(extra, kind="mergesort")
    order = order[np.argsort(lost[order], kind="mergesort")]
    best, best_lost, best_extra = _greedy(m, p, people, requirements, travel)
    near_lost = 1e-9 * (1.0 + people.sum())
    near_extra = 1e-9 * (1.0 + people.sum() * travel[2])
    low_lost, low_extra = np.full((p, m), np.inf), np.full((p, m), np.inf)
    at = np.zeros(p + 1, np.int64)
    chosen = np.empty(p, np.int64)
    depth, nodes, fresh = 0, 0, True
    while depth >= 0:
        if fresh:
            if nodes == node_limit:
                break
            nodes += 1
            base_lost, base_extra = _increments(closed, people, requirements, travel, lost, extra, p - depth)
            r = p - depth - 1
            rest_lost, rest_extra = _rest(lost, order, r), _rest(extra, order, r)
            for t in range(at[depth], m - r):
                low_lost[depth, t] = base_lost + lost[order[t]] + rest_lost[t]
                low_extra[depth, t] = base_extra + extra[order[t]] + rest_extra[t]
            fresh = False
        t = at[depth]
        if t > m - (p - depth):
            depth -= 1
            if depth >= 0:
                closed[order[chosen[depth]]] = False
            continue
        at[depth] = t + 1
        one, two = low_lost[depth, t], low_extra[depth, t]
        if one > best_lost + near_lost or (one >= best_lost - near_lost and two >= best_extra - near_extra):
            continue
        chosen[depth] = t
        if depth == p - 1:
            best_lost, best_extra = one, two
            for c in range(p):
                best[c] = order[chosen[c]]
            continue
        closed[order[t]] = True
        depth += 1
        at[depth] = t + 1
        fresh = True
    bound = best_lost
    if depth >= 0:
        # Stopped: what is left is the rest of the set in work and those after it, each with its own bound.
        bound = min(bound, low_lost[0, max(at[0] - 1, 0) :].min())
    return best, best_lost, best_extra, bound, depth < 0, nodes


@kernel
def _greedy(
    m: int,
    p: int,
    people: FloatArray,
    requirements: tuple[IntArray, IntArray, IntArray],
    travel: tuple[FloatArray, IntArray, float],
) -> tuple[IntArray, float, float]:
    """Return p closures, each the least harmful after those before it, with people lost and extra travel."""
    closed = np.zeros(m, np.bool_)
    lost, extra = np.empty(m), np.empty(m)
    found = np.empty(p, np.int64)
    for c in range(p):
        _increments(closed, people, requirements, travel, lost, extra, 1)
        pick = -1
        for f in range(m):
            if not closed[f] and (
                pick < 0 or lost[f] < lost[pick] or (lost[f] == lost[pick] and extra[f] < extra[pick])
            ):
                pick = f
        closed[pick] = True
        found[c] = pick
    total_lost, total_extra = _increments(closed, people, requirements, travel, lost, extra, 1)
    return found, total_lost, total_extra
