"""Find which points and areas of OpenStreetMap are one and the same facility or place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

SAME_NAME_M, SAME_SPOT_M = 60.0, 15.0
"""Within the first distance what has the same name is one; within the second, what has no other name."""

ObjectArray = npt.NDArray[np.object_]


def same(
    shapes: ObjectArray, points: ObjectArray, names: Sequence[frozenset[str]], *, by_name: bool
) -> list[list[int]]:
    """Return groups of rows that are one and the same; most groups have one row.

    Parameters
    ----------
    shapes : (n,) object array of shapely Point, Polygon or MultiPolygon
        On a grid of metres.
    points : (n,) object array of shapely Point
        The point that stands for each shape, on the same grid.
    names : sequence of frozenset of str
        All names of each, as they are compared; empty for what has none.
    by_name : bool
        Whether what lies inside an area has to share a name with it to be the same. Places do: a hamlet inside a
        town's outline is not the town. A point inside a school's ground is the school.

    Returns
    -------
    list of list of int
        In the order of their first rows.
    """
    groups = _Groups(names)
    for inner, outer in _inside(shapes, points):
        if not by_name or names[inner] & names[outer]:
            groups.join(inner, outer)
    for first, second in _near(shapes, SAME_NAME_M):
        if names[first] & names[second]:
            groups.join(first, second)
    if not by_name:
        for first, second in _near(points, SAME_SPOT_M):
            if groups.agree(first, second):
                groups.join(first, second)
    return groups.listed()


def _inside(shapes: ObjectArray, points: ObjectArray) -> list[tuple[int, int]]:
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not areas.size:
        return []
    which, hit = shapely.STRtree(shapes[areas]).query(points, predicate="within")
    return [(int(p), int(a)) for p, a in zip(which, areas[hit], strict=True) if p != a]


def _near(shapes: ObjectArray, distance_m: float) -> list[tuple[int, int]]:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=distance_m)
    once = first < second
    first, second = first[once], second[once]
    order = np.argsort(shapely.distance(shapes[first], shapes[second]), kind="stable")
    return [(int(a), int(b)) for a, b in zip(first[order], second[order], strict=True)]


class _Groups:
    """Rows in groups that can be joined; each group knows all names of its rows."""

    def __init__(self, names: Sequence[frozenset[str]]) -> None:
        self._parent = list(range(len(names)))
        self._names: list[frozenset[str]] = list(names)

    def agree(self, first: int, second: int) -> bool:
        """Return whether the groups of two rows share a name, or one of them has none."""
        one, other = self._names[self._top(first)], self._names[self._top(second)]
        return not one or not other or bool(one & other)

    def join(self, first: int, second: int) -> None:
        """Make the groups of two rows one."""
        low, high = sorted((self._top(first), self._top(second)))
        if low != high:
            self._parent[high] = low
            self._names[low] |= self._names[high]

    def listed(self) -> list[list[int]]:
        """Return the rows of each group."""
        found: dict[int, list[int]] = {}
        for row in range(len(self._parent)):
            found.setdefault(self._top(row), []).append(row)
        return list(found.values())

    def _top(self, row: int) -> int:
        while self._parent[row] != row:
            self._parent[row] = self._parent[self._parent[row]]
            row = self._parent[row]
        return row


def main_row(rows: Sequence[int], shapes: ObjectArray, *, prefer_point: bool) -> int:
    """Return the row that stands for a group: its largest area, or its first point where points are preferred."""
    areas: Any = shapely.area(shapes[list(rows)])
    if prefer_point and (areas == 0).any():
        return rows[int(np.flatnonzero(areas == 0)[0])]
    return rows[int(np.argmax(areas))]
