"""Quarters of a town out of its street network: blocks between main streets, the small ones joined to a neighbour."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

_BESIDE_M = 1.0
"""A street within this distance of a quarter's border is that border: noding moves it by less."""


def blocks(streets: ObjectArray, outline: Any) -> ObjectArray:
    """Return the parts that streets and the outline divide a town into.

    A street that ends within a block does not divide it. The parts tile the outline.

    Parameters
    ----------
    streets : (k,) object array of shapely lines
        On a metric grid.
    outline : shapely polygon or multipolygon
        Of the town, on the same grid.

    Returns
    -------
    (b,) object array of shapely polygons
        From south to north, then from west to east, by a point inside each.
    """
    # Not cut at the outline first: rounding would leave their ends a hair's breadth short of it, as dead ends.
    reaching = streets[shapely.intersects(streets, outline)]
    noded = shapely.union_all([*reaching, shapely.boundary(outline)])
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    within = shapely.point_on_surface(cells)
    cells = cells[shapely.intersects(within, outline)]
    points = shapely.get_coordinates(shapely.point_on_surface(cells))
    return np.asarray(cells[np.lexsort((points[:, 0], points[:, 1]))], dtype=object)


def merged(cells: ObjectArray, people: FloatArray, *, least_people: float, least_m2: float) -> IntArray:
    """Return the quarter of each block: small blocks join the neighbour with which they share the longest border.

    The block with the fewest people goes first, the smaller one of two, then the one that comes first; among
    neighbours with borders of one length the first is taken. What has no neighbour, an exclave, joins the nearest.

    Parameters
    ----------
    cells : (b,) object array of shapely polygons
        As :func:`blocks` gives them.
    people : (b,) float array
    least_people : float
        A quarter has at least so many people …
    least_m2 : float
        … and at least this area, m² of the grid.

    Returns
    -------
    (b,) int array
        Numbers from 0, in the order of the first block of each quarter.
    """
    borders = _borders(cells)
    quarter = np.arange(len(cells))
    count, area = people.astype(np.float64).copy(), shapely.area(cells)
    waiting = {i for i in range(len(cells)) if count[i] < least_people or area[i] < least_m2}
    while waiting:
        small = min(waiting, key=lambda i: (count[i], area[i], i))
        waiting.discard(small)
        into = min(borders[small], key=lambda j: (-borders[small][j], j), default=-1)
        if into < 0 and (into := _across(cells, quarter, small)) < 0:
            continue
        _join(borders, small, into)
        quarter[quarter == small] = into
        count[into] += count[small]
        area[into] += area[small]
        if count[into] >= least_people and area[into] >= least_m2:
            waiting.discard(into)
    _, first, number = np.unique(quarter, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return np.asarray(rank[number], dtype=np.int64)


def united(cells: ObjectArray, quarter: IntArray) -> ObjectArray:
    """Return the outline of each quarter: the union of its blocks."""
    found = np.empty(int(quarter.max(initial=-1)) + 1, dtype=object)
    for number in range(found.size):
        found[number] = shapely.union_all(cells[quarter == number])
    return found


def beside(quarters: ObjectArray, streets: ObjectArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return how much of each street lies on the border of each quarter.

    Parameters
    ----------
    quarters : (q,) object array of shapely polygons
    streets : (k,) object array of shapely lines
        On the same metric grid.

    Returns
    -------
    quarter, street : (p,) int arrays
        Pairs with a common way.
    length_m : (p,) float array
        Metres of the grid.
    """
    strips = shapely.buffer(shapely.boundary(quarters), _BESIDE_M, cap_style="flat")
    street, quarter = shapely.STRtree(strips).query(streets, predicate="intersects")
    length = shapely.length(shapely.intersection(streets[street], strips[quarter]))
    # A street that only crosses the border runs along it for as long as the strip is wide.
    along = length > 4 * _BESIDE_M
    return quarter[along].astype(np.int64), street[along].astype(np.int64), np.asarray(length[along])


def _borders(cells: ObjectArray) -> list[dict[int, float]]:
    """Return for each block the length of the border with each of its neighbours."""
    borders: list[dict[int, float]] = [{} for _ in cells]
    one, other = shapely.STRtree(cells).query(cells, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    edges = shapely.boundary(cells)
    length = shapely.length(shapely.intersection(edges[one], edges[other]))
    for i, j, metres in zip(one.tolist(), other.tolist(), length.tolist(), strict=True):
        if metres > 0:
            borders[i][j] = borders[j][i] = metres
    return borders


def _across(cells: ObjectArray, quarter: IntArray, small: int) -> int:
    """Return the quarter nearest to one without neighbours, -1 where there is no other."""
    others = np.flatnonzero(quarter != small)
    if not others.size:
        return -1
    mine = shapely.union_all(cells[quarter == small])
    return int(quarter[others[np.argmin(shapely.distance(mine, cells[others]))]])


def _join(borders: list[dict[int, float]], small: int, into: int) -> None:
    """Give the borders of one block to another, which holds it from now on."""
    for neighbour, metres in borders[small].items():
        del borders[neighbour][small]
        if neighbour != into:
            total = borders[into].get(neighbour, 0.0) + metres
            borders[into][neighbour] = borders[neighbour][into] = total
    borders[small] = {}
