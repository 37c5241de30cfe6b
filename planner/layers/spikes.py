"""Needles in outlines: a vertex to which a ring runs out and straight back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

SHARPEST_DEGREES = 0.5
"""Angle below which a vertex is a needle; no surveyed outline turns round so sharply."""
_ROUNDS = 8


def spiky(geometries: Geometries, asked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which of the areas asked for have needles that can be taken off without harm to the rest.

    Parameters
    ----------
    geometries : (n,) array of shapely geometries
    asked : (n,) bool array
        Valid polygons and multipolygons.
    """
    found = np.zeros(len(geometries), dtype=bool)
    rows = np.flatnonzero(asked)
    parts, part_of = shapely.get_parts(geometries[rows], return_index=True)
    rings, index = shapely.get_rings(parts, return_index=True)
    index = part_of[index]
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    if not len(coordinates):
        return found
    for row in np.unique(index[ring_of[_needles(coordinates, ring_of)]]):
        found[rows[row]] = without_needles(geometries[rows[row]]) is not geometries[rows[row]]
    return found


def _needles(xy: Floats, ring: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return which positions are needles; the first and last of a ring stand next to each other."""
    if not len(xy):
        return np.empty(0, dtype=np.intp)
    first = np.r_[True, ring[1:] != ring[:-1]]
    last = np.r_[ring[1:] != ring[:-1], True]
    starts, ends = np.flatnonzero(first), np.flatnonzero(last)
    before = np.arange(len(xy)) - 1
    after = np.arange(len(xy)) + 1
    # A ring's last position repeats its first: the first comes after the one before the last.
    before[starts] = ends - 1
    after[ends] = starts + 1
    scale = np.ones(2)
    if np.abs(xy).max() <= 360:
        scale[0] = max(float(np.cos(np.radians(np.clip(xy[:, 1].mean(), -85, 85)))), 0.05)
    back, on = (xy[before] - xy) * scale, (xy[after] - xy) * scale
    lengths = np.hypot(*back.T) * np.hypot(*on.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Where two positions are one there is no angle: NaN is sharper than nothing.
        sharp = (back * on).sum(axis=1) / lengths > np.cos(np.radians(SHARPEST_DEGREES))
    return np.flatnonzero(sharp & ~last)


def without_needles(geometry: Any) -> Any:
    """Return an area without its needles; the very same object where taking them off would spoil it."""
    changed = geometry
    for _ in range(_ROUNDS):
        parts = [_part(part) for part in shapely.get_parts(changed)]
        if all(after is before for before, after in parts):
            break
        changed = shapely.multipolygons([after for _, after in parts]) if len(parts) > 1 else parts[0][1]
    sound = changed is not geometry and shapely.is_valid(changed) and not shapely.is_empty(changed)
    if not sound or not 0.99 <= shapely.area(changed) / max(shapely.area(geometry), 1e-300) <= 1.01:
        return geometry
    if shapely.get_type_id(geometry) == shapely.GeometryType.MULTIPOLYGON:
        return shapely.multipolygons(shapely.get_parts(changed))
    return changed


def _part(polygon: Any) -> tuple[Any, Any]:
    rings = [_ring(ring) for ring in shapely.get_rings(polygon)]
    if all(after is before for before, after in rings):
        return polygon, polygon
    return polygon, shapely.Polygon(rings[0][1], [after for _, after in rings[1:]])


def _ring(ring: Any) -> tuple[Any, Any]:
    coordinates = shapely.get_coordinates(ring, include_z=bool(shapely.has_z(ring)))
    sharp = _needles(coordinates[:, :2], np.zeros(len(coordinates), dtype=np.intp))
    if not len(sharp):
        return ring, ring
    kept = np.delete(coordinates[:-1], sharp, axis=0)
    if len(kept) < 3:
        return ring, ring
    return ring, shapely.linearrings(np.vstack([kept, kept[:1]]))
