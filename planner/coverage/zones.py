"""Contiguous gap zones: the parts of a district nearest to places that lack a service."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree, Voronoi

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_HAIR_M = 0.001
"""Borders that differ by less are the same."""

_RING, _RING_AWAY = 12, 10.0
"""Points of the ring around a diagram, and how many times the district's extent they are away from its middle."""


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
        shapely.prepare(boundary)
        whole = _diagram(sites, boundary)
        crossing = ~shapely.contains_properly(boundary, whole)
        whole[crossing] = _areas(shapely.intersection(whole[crossing], boundary))
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
        parts = shapely.get_parts(_joined(self._cells[filled]))
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


def _diagram(sites: FloatArray, boundary: Any) -> npt.NDArray[np.object_]:
    """Return the Voronoi cell of each site, wide enough to hold its part of the boundary; empty where there is none.

    Of sites in a straight line cells go on without end, and far-off corners are lost in rounding. So sites are taken
    from the middle, and a ring of others, too far away to be nearest to anything within the boundary, closes each cell.
    """
    west, south, east, north = shapely.total_bounds([boundary, shapely.multipoints(sites)])
    middle = np.array([west + east, south + north]) / 2
    angle = np.linspace(0.1, 0.1 + 2 * np.pi, _RING, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * _RING_AWAY * max(east - west, north - south)
    found = Voronoi(np.concatenate([sites - middle, ring]))
    # A site within rounding of another one has no region of its own.
    regions = [found.regions[r] if r >= 0 else [] for r in found.point_region[: len(sites)].tolist()]
    size = np.fromiter(map(len, regions), dtype=np.int64, count=len(regions))
    held = np.flatnonzero(size > 2)
    rings = [corners for i in held.tolist() for corners in (regions[i], regions[i][:1])]
    corner = np.fromiter(itertools.chain.from_iterable(rings), dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(size[held] + 1)])
    cells = np.full(len(sites), shapely.Polygon(), dtype=object)
    cells[held] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, found.vertices[corner] + middle, (ends, np.arange(held.size + 1))
    )
    return cells


def _joined(cells: npt.NDArray[np.object_]) -> Any:
    """Return the union of cells that touch and do not overlap."""
    try:
        return shapely.coverage_union_all(cells)
    except shapely.errors.GEOSException:
        # Neighbours may miss each other by the last digit of a far-off corner.
        return shapely.union_all(cells, grid_size=_HAIR_M)


def _areas(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return shapes without the points and lines in which two of them only touched."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for i in mixed:
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return shapes
