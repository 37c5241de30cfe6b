"""Service areas: which parts of the roads lie within a cutoff of facilities, and the ground along them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from planner.network.attach import Joined
from planner.network.graph import Direction

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

TOLERANCE_M = 5.0
"""How far an outline may lie from the exact one, on either side."""

MOST_WIDTH_M = 1000.0

# Bends of less than this are drawn straight; the rest of the tolerance is for the arcs, which are drawn as chords:
# with 16 a quarter, they fall short of the circle by 0.12 % of the width.
_STRAIGHTENED_M = 3.5
_CHORDS = 16


@dataclass(frozen=True, slots=True)
class Reached:
    """Stretches of edges within a cutoff, none of them overlapping another.

    Attributes
    ----------
    edge : (r,) int array
        Index into the mode's `edges`, ascending.
    begin, end : (r,) float array
        Which part of the edge, 0 to 1 along it.
    """

    edge: IntArray
    begin: FloatArray
    end: FloatArray


def reached(joined: Joined, cost: FloatArray, cutoff: float, direction: Direction) -> Reached:
    """Return the parts of edges within a cutoff; an edge that is left or entered half-way is cut exactly there.

    Parameters
    ----------
    joined : Joined
        The edges with the facilities joined to them.
    cost : (n,) float array
        Of each node to its nearest facility (or from it), in the unit of the edges' costs; inf where there is none.
    cutoff : float
        A cost equal to it is within.
    direction : {"to", "from"}
        Whether `cost` is that of the way to the facility or from it.
    """
    part = np.flatnonzero(joined.edge >= 0)
    way = joined.oneway[part]
    along, against = (way <= 0, way >= 0) if direction == "to" else (way >= 0, way <= 0)
    there, back = joined.there[part], joined.back[part]
    # From the end u a stretch is reached along the part, from v against it.
    from_u, from_v = (back, there) if direction == "to" else (there, back)
    u = _share(cutoff - cost[joined.u[part]], from_u, along)
    v = _share(cutoff - cost[joined.v[part]], from_v, against)
    whole = u + v >= 1
    begin, end = joined.begin[part], joined.end[part]
    length, edge = end - begin, joined.edge[part]
    pieces = (
        (edge, begin, np.where(whole, end, begin + u * length), whole | (u > 0)),
        (edge, end - v * length, end, ~whole & (v > 0)),
    )
    edges, begins, ends = (np.concatenate([piece[i][piece[3]] for piece in pieces]) for i in range(3))
    return _merged(edges, begins, ends)


def _share(left: FloatArray, price: FloatArray, allowed: npt.NDArray[np.bool_]) -> FloatArray:
    """Return which share of a part is reached with what is left of the cutoff; 1 where it costs nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(price > 0, left / price, 1.0)
    return np.where(allowed & (left >= 0), np.clip(share, 0.0, 1.0), 0.0)


def _merged(edge: IntArray, begin: FloatArray, end: FloatArray) -> Reached:
    """Join stretches that continue each other on the same edge."""
    order = np.lexsort((begin, edge))
    edge, begin, end = edge[order], begin[order], end[order]
    new = np.ones(edge.size, dtype=bool)
    new[1:] = (edge[1:] != edge[:-1]) | (begin[1:] > end[:-1] + 1e-12)
    first = np.flatnonzero(new)
    return Reached(edge[first], begin[first], np.maximum.reduceat(end, first) if first.size else end)


def stretches(lines: ObjectArray, parts: Reached) -> ObjectArray:
    """Return the parts of lines as lines of their own.

    Parameters
    ----------
    lines : (e,) object array of shapely LineString
        Of the mode's edges, on the grid.
    parts : Reached
    """
    found = lines[parts.edge]
    for i in np.flatnonzero((parts.begin > 0) | (parts.end < 1)):
        found[i] = substring(found[i], parts.begin[i], parts.end[i], normalized=True)
    return found


def outlines(lines: ObjectArray, cutoffs: Sequence[Reached], width_m: float) -> Iterator[Any]:
    """Yield the ground within a width of the roads reached, one area for each cutoff, each within the next.

    The distance from any point of an outline's edge to the nearest road reached differs from the width by at most
    :data:`TOLERANCE_M`.

    Parameters
    ----------
    lines : (e,) object array of shapely LineString
    cutoffs : sequence of Reached
        From the least cutoff to the greatest.
    width_m : float
        Metres of the grid, at most :data:`MOST_WIDTH_M`.

    Raises
    ------
    ValueError
        If the width is not more than 0 and at most that.
    """
    if not 0 < width_m <= MOST_WIDTH_M:
        raise ValueError(f"width_m: {width_m:g} is not more than 0 and at most {MOST_WIDTH_M:g}")
    area: Any = shapely.Polygon()
    before: set[tuple[int, float, float]] = set()
    for parts in cutoffs:
        keys = list(zip(parts.edge.tolist(), parts.begin.tolist(), parts.end.tolist(), strict=True))
        fresh = np.array([key not in before for key in keys], dtype=bool)
        added = Reached(parts.edge[fresh], parts.begin[fresh], parts.end[fresh])
        bent = shapely.simplify(stretches(lines, added), _STRAIGHTENED_M)
        # What is new is added to what was there: no area can fail to hold the one before it.
        area = shapely.union_all([area, *shapely.buffer(bent, width_m, quad_segs=_CHORDS)])
        before.update(keys)
        yield area
