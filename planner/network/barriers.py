"""What the straight way from a place to a road cannot cross: rivers, canals, railways, fences."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]

_ON_IT_M = 0.01
"""A place this near to a barrier stands on it, and may leave it on either side."""

_FIRST_LOOK_M = 250.0


class Barriers:
    """Lines that a way off the roads cannot cross. Roads cross them: a bridge is a road.

    Parameters
    ----------
    lines : (b,) object array of shapely lines
        On a metric grid; None and empty ones are left aside.
    """

    def __init__(self, lines: ObjectArray) -> None:
        parts = shapely.get_parts(lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))])
        # Ways that continue each other become one line, so that no gap is left where they meet.
        joined = (
            shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts))) if parts.size else parts
        )
        self._lines = np.asarray(joined, dtype=object)
        ends, of = shapely.get_coordinates(self._lines, return_index=True)
        same = of[1:] == of[:-1]
        self._a, self._b = ends[:-1][same], ends[1:][same]
        self._tree = shapely.STRtree(self._lines)
        self._segments = shapely.STRtree(shapely.linestrings(np.stack([self._a, self._b], axis=1)))

    def __len__(self) -> int:
        """How many lines there are."""
        return int(self._lines.size)

    def crossed(self, ways: ObjectArray) -> BoolArray:
        """Return which straight ways cross a barrier; a way that ends on one does not cross it."""
        found = np.zeros(len(ways), dtype=bool)
        if self._lines.size:
            found[self._tree.query(ways, predicate="crosses")[0]] = True
        return found

    def nearest_seen(
        self, point: FloatArray, lines: ObjectArray, tree: shapely.STRtree, farthest: float
    ) -> tuple[int, float, float] | None:
        """Return the nearest of all points of lines that a straight way reaches without crossing a barrier.

        Every piece of a barrier throws a shadow, away from the point; what of the lines lies in no shadow is seen.
        The nearest point of that is exact. Looked for within a radius that doubles until something is found.

        Parameters
        ----------
        point : (2,) float array
        lines : (e,) object array of shapely LineString
        tree : shapely.STRtree
            Of the lines.
        farthest : float
            Metres of the grid: lines farther than this are not looked at.

        Returns
        -------
        (line, fraction, distance) or None
            Index of the line (the first of equally near ones), how far along it, metres of the grid.
        """
        at = shapely.Point(point)
        radius = min(_FIRST_LOOK_M, farthest)
        while True:
            near = np.sort(tree.query(at, predicate="dwithin", distance=radius))
            seen = shapely.difference(lines[near], self._shadow(point, at, radius)) if near.size else near
            apart = shapely.distance(seen, at) if near.size else np.empty(0)
            # What nothing is left of has no distance.
            apart = np.where(np.isfinite(apart), apart, np.inf)
            if apart.size and apart.min() <= radius:
                which = int(np.argmin(apart))
                foot = shapely.Point(shapely.get_coordinates(shapely.shortest_line(at, seen[which]))[1])
                fraction = shapely.line_locate_point(lines[near[which]], foot, normalized=True)
                return int(near[which]), float(np.clip(fraction, 0.0, 1.0)), float(apart[which])
            if radius >= farthest:
                return None
            radius = min(2 * radius, farthest)

    def _shadow(self, point: FloatArray, at: Any, radius: float) -> Any:
        """Return what the barriers within a radius hide from a point, to beyond that radius."""
        found = self._segments.query(at, predicate="dwithin", distance=radius)
        a, b = self._a[found] - point, self._b[found] - point
        apart = shapely.distance(at, shapely.linestrings(np.stack([self._a[found], self._b[found]], axis=1)))
        turned = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        # A piece that is looked along hides nothing beside it.
        hides = (apart > _ON_IT_M) & (turned > 1e-9)
        a, b, stretch = a[hides], b[hides], (3 * radius / np.maximum(apart[hides], _ON_IT_M))[:, None]
        corners = point + np.stack([a, b, b * stretch, a * stretch], axis=1)
        return shapely.union_all(shapely.polygons(corners))
