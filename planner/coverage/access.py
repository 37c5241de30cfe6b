"""Costs from places to services, and the one predicate that decides coverage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def within(cost: npt.ArrayLike, cutoff: float) -> BoolArray:
    """Return where a cost is within a cutoff: ``cost <= cutoff``; False where the cost is unknown (NaN).

    Parameters
    ----------
    cost : float array_like
    cutoff : float
        In the same unit.
    """
    return np.asarray(np.asarray(cost, dtype=np.float64) <= cutoff)


def nearest_straight(
    places: FloatArray, facilities: FloatArray, ground: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return the straight-line distance from each place to its nearest facility.

    Parameters
    ----------
    places : (n, 2) float array
        On a metric grid; NaN where a place is not located.
    facilities : (m, 2) float array
        Likewise.
    ground : (n,) float array
        Grid metres per metre on the ground at each place.

    Returns
    -------
    distance_m : (n,) float array
        Metres on the ground; inf where there is no facility, NaN where the place is not located.
    which : (n,) int array
        Index of the facility, the lowest where several are equally near; -1 where there is none.
    """
    distance = np.full(len(places), np.nan)
    which = np.full(len(places), -1, dtype=np.int64)
    asked = np.isfinite(places).all(axis=1)
    distance[asked] = np.inf
    there = np.flatnonzero(np.isfinite(facilities).all(axis=1))
    if there.size and asked.any():
        # As complex numbers, pairs are sorted four times as fast. A tree that is asked little need not be even.
        paired = np.ascontiguousarray(facilities[there]).view(np.complex128)[:, 0]
        spots, first = np.unique(paired, return_index=True)
        tree = KDTree(spots.view(np.float64).reshape(-1, 2), balanced_tree=False, compact_nodes=False)
        found, at = tree.query(places[asked], k=[1, 2])
        first_of = first[at[:, 0]]
        for i in np.flatnonzero(found[:, 0] == found[:, 1]):
            # The tree returns any of those at one distance; squaring and rooting costs the last digit of it.
            first_of[i] = first[tree.query_ball_point(places[asked][i], found[i, 0] * (1 + 1e-12))].min()
        distance[asked] = found[:, 0] / ground[asked]
        which[asked] = there[first_of]
    return distance, which


def first_of_equals(tree: KDTree, points: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    """Return the k nearest of a tree, of equally near ones those that come first, also where others are left out.

    Parameters
    ----------
    tree : scipy.spatial.KDTree
    points : (n, 2) float array
    k : int
        At most as many as the tree holds.

    Returns
    -------
    distance : (n, k) float array
    at : (n, k) int array
    """
    found, at = tree.query(points, k=list(range(1, min(k + 1, tree.n) + 1)))
    if k < tree.n:
        # The tree takes any of those that share the last distance: all of them are asked for.
        for i in np.flatnonzero(found[:, k - 1] == found[:, k]):
            near = tree.query_ball_point(points[i], found[i, k] * (1 + 1e-12))
            away, number = tree.query(points[i], k=list(range(1, len(near) + 1)))
            first = np.lexsort((number, away))[:k]
            found[i, :k], at[i, :k] = away[first], number[first]
    order = np.lexsort((at[:, :k], found[:, :k]), axis=1)
    return np.take_along_axis(found, order, 1), np.take_along_axis(at, order, 1)


def nearest_line(places: FloatArray, lines: npt.NDArray[np.object_], ground: FloatArray) -> FloatArray:
    """Return the straight-line distance from each place to the nearest line, metres; inf where there is no line.

    Parameters
    ----------
    places : (n, 2) float array
        On a metric grid; NaN where a place is not located.
    lines : (k,) object array of shapely geometries
        On the same grid.
    ground : (n,) float array
        Grid metres per metre on the ground at each place.
    """
    distance = np.full(len(places), np.nan)
    asked = np.flatnonzero(np.isfinite(places).all(axis=1))
    distance[asked] = np.inf
    if asked.size and lines.size:
        (found, _), metres = shapely.STRtree(lines).query_nearest(
            shapely.points(places[asked]), return_distance=True, all_matches=False
        )
        distance[asked[found]] = metres / ground[asked[found]]
    return distance


def inside(places: FloatArray, areas: npt.NDArray[np.object_]) -> list[IntArray]:
    """Return for each place the areas that hold it or touch it (indices, ascending).

    Parameters
    ----------
    places : (n, 2) float array
        NaN where a place is not located.
    areas : (k,) object array of shapely polygons
        In the same coordinates.
    """
    found: list[IntArray] = [np.empty(0, dtype=np.int64) for _ in range(len(places))]
    asked = np.flatnonzero(np.isfinite(places).all(axis=1))
    if asked.size and areas.size:
        place, area = shapely.STRtree(areas).query(shapely.points(places[asked]), predicate="intersects")
        order = np.lexsort((area, place))
        starts = np.searchsorted(place[order], np.arange(asked.size + 1))
        for i, p in enumerate(asked):
            found[p] = area[order][starts[i] : starts[i + 1]].astype(np.int64)
    return found


def first_inside(points: FloatArray, areas: npt.NDArray[np.object_]) -> IntArray:
    """Return for each point the first of the areas that hold it or touch it, -1 where none does.

    Parameters
    ----------
    points : (n, 2) float array
        NaN where a point is not located.
    areas : (k,) object array of shapely polygons
        In the same coordinates.

    Returns
    -------
    (n,) int array
    """
    found = np.full(len(points), -1, dtype=np.int64)
    asked = np.flatnonzero(np.isfinite(points).all(axis=1))
    # There may be a million points, but only so many areas: these ask for theirs.
    area, point = shapely.STRtree(shapely.points(points[asked])).query(areas, predicate="intersects")
    last_first = np.argsort(-area, kind="stable")
    found[asked[point[last_first]]] = area[last_first]
    return found


def best_first(values: FloatArray, least: bool) -> IntArray:
    """Return the order of values from the best to the worst and the unknown; equal ones stay in theirs.

    What is found twice at one cost, as both directions of a bus line at one stop, is settled by it and not by the order
    of the rows of a file.

    Parameters
    ----------
    values : (m,) float array
        NaN where unknown.
    least : bool
        Whether less is better.

    Returns
    -------
    (m,) int array
    """
    worse = values if least else -values
    return np.argsort(np.where(np.isnan(worse), np.inf, worse), kind="stable")


def greatest(values: FloatArray, groups: list[IntArray]) -> tuple[FloatArray, IntArray]:
    """Return for each group of indices the greatest known value and the first index that has it.

    NaN and -1 for a group without a known value.
    """
    best = np.full(len(groups), np.nan)
    which = np.full(len(groups), -1, dtype=np.int64)
    for i, members in enumerate(groups):
        known = members[np.isfinite(values[members])]
        if known.size:
            which[i] = known[np.argmax(values[known])]
            best[i] = values[which[i]]
    return best, which


def ratio_by_group(
    people: FloatArray, people_group: IntArray, supply: FloatArray, supply_group: IntArray, n_groups: int
) -> tuple[FloatArray, FloatArray]:
    """Return people and supply added up by group.

    Parameters
    ----------
    people : (n,) float array
    people_group : (n,) int array
        Group of each place; -1 is left out.
    supply : (m,) float array
        Facilities (1 each) or their capacity; NaN is left out.
    supply_group : (m,) int array
    n_groups : int

    Returns
    -------
    people, supply : (n_groups,) float arrays
    """
    counted = people_group >= 0
    given = (supply_group >= 0) & np.isfinite(supply)
    return _sums(people_group[counted], people[counted], n_groups), _sums(
        supply_group[given], supply[given], n_groups
    )


def _sums(group: IntArray, values: FloatArray, n_groups: int) -> FloatArray:
    return np.asarray(np.bincount(group, weights=values, minlength=n_groups), dtype=np.float64)
