"""Contiguous gap zones: the parts of a district nearest to places that lack a service."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class Cells:
    """The part of a district that is nearest to each of its places: Voronoi cells, cut at the boundary.

    Parameters
    ----------
    places : (n, 2) float array
        On a metric grid; NaN where a place is not located. Places on one point share a cell; one that no part of
        the district is nearest to shares that of the nearest place with a cell.
    boundary : shapely geometry or None
        On the same grid; without one, the convex hull of the places, a kilometre wider.
    """

    def __init__(self, places: FloatArray, boundary: Any | None) -> None:
        self._cell_of = np.full(len(places), -1, dtype=np.int64)
        located = np.flatnonzero(np.isfinite(places).all(axis=1))
        self._cells = np.empty(0, dtype=object)
        if not located.size:
            return
        sites, self._cell_of[located] = np.unique(places[located], axis=0, return_inverse=True)
        points = shapely.multipoints(sites)
        if boundary is None:
            boundary = shapely.buffer(shapely.convex_hull(points), 1000.0)
        if len(sites) == 1:
            self._cells = np.array([boundary], dtype=object)
            return
        collection = shapely.voronoi_polygons(points, extend_to=boundary, ordered=True)
        shapely.prepare(boundary)
        whole = shapely.get_parts(collection)
        crossing = ~shapely.contains_properly(boundary, whole)
        whole[crossing] = shapely.intersection(whole[crossing], boundary)
        self._cells = whole
        held = np.flatnonzero(shapely.area(whole) > 0)
        if 0 < held.size < whole.size:
            nearest = held[KDTree(sites[held]).query(sites)[1]]
            self._cell_of[located] = nearest[self._cell_of[located]]

    def zones(self, lacking: BoolArray) -> list[tuple[Any, IntArray]]:
        """Return the contiguous unions of the cells of places that lack a service.

        A cell that several places share belongs to a zone when any of them lacks the service.

        Parameters
        ----------
        lacking : (n,) bool array

        Returns
        -------
        list of (shapely polygon, int array)
            Outline on the grid, and the indices of the lacking places in it.
        """
        places = np.flatnonzero(lacking & (self._cell_of >= 0))
        cells = np.unique(self._cell_of[places])
        filled = cells[self._filled[cells]]
        if not filled.size:
            return []
        parts = shapely.get_parts(shapely.coverage_union_all(self._cells[filled]))
        parts = parts[shapely.area(parts) > 0]
        # Asked this way round, the large shapes are prepared once for all points.
        part, cell = shapely.STRtree(self._inner[filled]).query(parts, predicate="intersects")
        part_of = np.full(self._cells.size, -1, dtype=np.int64)
        part_of[filled[cell]] = part
        of_place = part_of[self._cell_of[places]]
        order = np.argsort(of_place, kind="stable")
        begin = np.searchsorted(of_place[order], np.arange(len(parts) + 1))
        found = [(parts[p], places[order[begin[p] : begin[p + 1]]]) for p in range(len(parts))]
        return [(outline, members) for outline, members in found if members.size]

    @cached_property
    def _filled(self) -> BoolArray:
        return np.asarray(shapely.area(self._cells) > 0, dtype=bool)

    @cached_property
    def _inner(self) -> Any:
        """A point inside each cell."""
        return shapely.point_on_surface(self._cells)
