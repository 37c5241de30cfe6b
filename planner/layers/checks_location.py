"""Check where a layer lies: its coordinate system, its district, features on one spot, copies."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from planner.layers.crs import is_degrees
from planner.layers.faults import examples, finding
from planner.layers.findings import Finding
from planner.layers.reading import FID, Reading
from planner.layers.recognise import fitting
from planner.layers.schema import WGS84

NEAR_DISTRICT_M = 5000.0
"""How far outside the district a feature may lie unremarked: neighbours' services serve its people too."""

Mask = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]


def check_location(reading: Reading, district: Any = None, country: Any = None) -> list[Finding]:
    """Return findings about where the features of a layer lie.

    Parameters
    ----------
    reading : Reading
    district : shapely geometry, optional
        The district's outline, WGS 84.
    country : shapely geometry, optional
        The country's, WGS 84. Without a district, coordinate systems are recognised by it.
    """
    geometries: Geometries = np.asarray(reading.frame.geometry.values, dtype=object)
    ids = reading.frame[FID].to_numpy(dtype=object)
    # Positions that are not numbers have their own finding and no place.
    with np.errstate(invalid="ignore"):
        bounds = shapely.bounds(geometries)
    placed = np.isfinite(bounds).all(axis=1)
    found = _copies(reading, geometries)
    if not placed.any():
        return found
    wrong_system = _system(reading, bounds[placed])
    found += wrong_system
    # A layer of another country is no business of this one's, as long as it can be in the system that it names.
    known = country if district is None and wrong_system else district
    found += _recognised(reading, geometries[placed], bounds[placed], bool(wrong_system), known)
    found += _one_spot(reading.name, geometries, ids)
    if wrong_system and wrong_system[0].code != "crs_assumed":
        return found
    if reading.crs is None or is_degrees(reading.crs):
        return found + _on_earth(reading.name, geometries, ids, bounds, placed, (district, country))
    if district is not None:
        to_degrees = pyproj.Transformer.from_crs(reading.crs, WGS84, always_xy=True)
        found += _elsewhere(reading.name, moved(geometries, to_degrees), ids, placed, district, country)
    return found


def _system(reading: Reading, bounds: npt.NDArray[np.float64]) -> list[Finding]:
    """Find that the declared coordinate system is missing, or cannot be that of the numbers."""
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    text = f"{low[0]:.6g}, {low[1]:.6g}, {high[0]:.6g}, {high[1]:.6g}"
    largest = np.abs(bounds).max(axis=1)
    like_degrees = bool((np.abs([low[0], high[0]]) <= 180).all() and (np.abs([low[1], high[1]]) <= 90).all())
    if reading.crs is None:
        return [finding("crs_assumed" if like_degrees else "crs_missing", reading.name)]
    if is_degrees(reading.crs):
        if (largest > 1000).mean() > 0.5:
            return [finding("projected_as_degrees", reading.name, bounds=text)]
    elif like_degrees:
        return [finding("degrees_as_projected", reading.name, crs=reading.crs[:40], bounds=text)]
    return []


def _recognised(
    reading: Reading,
    geometries: Geometries,
    bounds: npt.NDArray[np.float64],
    wrong: bool,
    district: Any,
) -> list[Finding]:
    """Find the coordinate system that the numbers are in, where the one declared puts them elsewhere or none is."""
    like_metres = bool((np.abs(bounds).max(axis=1) > 1000).mean() > 0.5)
    if district is None or not like_metres:
        return []
    near, metres = _neighbourhood(district)
    if not wrong and reading.crs is not None:
        there = moved(geometries, pyproj.Transformer.from_crs(reading.crs, WGS84, always_xy=True))
        if _reaches(there, near, metres).any():
            return []
    systems = fitting(geometries, district, near, metres)
    # Where the one named is among them, only its axes can be meant to be swapped.
    systems = tuple(system for system in systems if system.crs == reading.crs) or systems
    if len(systems) == 1:
        only = systems[0]
        code = "crs_recognised_swapped" if only.swapped else "crs_recognised"
        return [finding(code, reading.name, crs=only.crs, title=only.title)]
    if systems:
        titles = tuple(f"{s.title}{'; N, E' if s.swapped else ''}" for s in systems)
        named = ", ".join(f"{s.crs} ({title})" for s, title in zip(systems, titles, strict=True))
        return [
            finding(
                "crs_candidates",
                reading.name,
                systems=named,
                first=systems[0].crs,
                choices=tuple(system.crs for system in systems),
                titles=titles,
            )
        ]
    return []


def _on_earth(
    name: str,
    geometries: Geometries,
    ids: npt.NDArray[np.object_],
    bounds: npt.NDArray[np.float64],
    placed: Mask,
    within: tuple[Any, Any],
) -> list[Finding]:
    district, country = within
    with np.errstate(invalid="ignore"):
        off_x = (bounds[:, 0] < -180) | (bounds[:, 2] > 180)
        off_y = (bounds[:, 1] < -90) | (bounds[:, 3] > 90)
        turned_fits = (np.abs(bounds[:, [1, 3]]) <= 180).all(axis=1) & (np.abs(bounds[:, [0, 2]]) <= 90).all(
            axis=1
        )
        across = ((bounds[:, 0] < -180) & (bounds[:, 2] > -180)) | (
            (bounds[:, 0] < 180) & (bounds[:, 2] > 180)
        )
        across |= (bounds[:, 2] - bounds[:, 0] > 180) & ~off_x
        null_island = (np.abs(bounds) < 1e-6).all(axis=1)
    swapped: Mask = np.asarray(placed & off_y & turned_fits, dtype=bool)
    if district is not None:
        asked = np.asarray(placed & ~null_island & turned_fits, dtype=bool)
        swapped = swapped | _turned_into(geometries, asked, district)
    found = _of("lon_lat_swapped", name, ids, swapped)
    found += _of("coordinates_outside", name, ids, placed & (off_x | off_y) & ~swapped)
    found += _of("antimeridian", name, ids, placed & across & ~swapped & ~off_y)
    found += _of("null_island", name, ids, null_island)
    if district is not None:
        asked = placed & ~swapped & ~null_island & ~off_x & ~off_y
        found += _elsewhere(name, geometries, ids, asked, district, country)
    return found


def _of(code: str, name: str, ids: npt.NDArray[np.object_], mask: Any) -> list[Finding]:
    return [finding(code, name, tuple(ids[mask]))] if mask.any() else []


def turned(geometries: Geometries) -> Geometries:
    """Return geometries with the two numbers of every position swapped."""
    if shapely.has_z(geometries).any():
        return np.asarray(
            shapely.transform(geometries, lambda xyz: xyz[:, [1, 0, 2]], include_z=True), dtype=object
        )
    return np.asarray(shapely.transform(geometries, lambda xy: xy[:, ::-1]), dtype=object)


def _turned_into(geometries: Geometries, asked: Mask, district: Any) -> Mask:
    """Return which features lie outside the district, but inside with their coordinates swapped."""
    near, metres = _neighbourhood(district)
    rows = np.flatnonzero(asked)
    here = _reaches(geometries[rows], near, metres)
    rows = rows[~here]
    mask = np.zeros(len(asked), dtype=bool)
    if len(rows):
        mask[rows] = _reaches(turned(shapely.force_2d(geometries[rows])), near, metres)
    return mask


def _elsewhere(
    name: str, geometries: Geometries, ids: npt.NDArray[np.object_], asked: Mask, district: Any, country: Any
) -> list[Finding]:
    """Find what lies outside the district; what lies outside the whole country is named as that."""
    if not asked.any():
        return []
    near, metres = _neighbourhood(district)
    rows = np.flatnonzero(asked)
    outside = rows[~_reaches(geometries[rows], near, metres)]
    if not len(outside):
        return []
    said = {"km": int(NEAR_DISTRICT_M / 1000), "total": len(rows)}
    abroad = np.zeros(len(outside), dtype=bool)
    if country is not None:
        # What is invalid is asked by its box: it cannot be intersected.
        abroad = ~shapely.intersects(country, shapely.box(*shapely.bounds(geometries[outside]).T))
    found = _of("outside_country", name, ids[outside], abroad)
    if len(outside) == len(rows):
        return [*found, finding("outside_district_all", name, tuple(ids[outside]), said=said)]
    if not abroad.all():
        found.append(finding("outside_district", name, tuple(ids[outside[~abroad]]), said=said))
    return found


def _neighbourhood(district: Any) -> tuple[Any, pyproj.Transformer]:
    """Return the district and what is near it, in metres, and the way from degrees to such metres."""
    centre = shapely.centroid(district)
    # Metres around the district's middle, true in every direction from it.
    local = pyproj.CRS.from_proj4(f"+proj=aeqd +lat_0={centre.y} +lon_0={centre.x} +datum=WGS84 +units=m")
    metres = pyproj.Transformer.from_crs(WGS84, local, always_xy=True)
    outline = moved(np.array([shapely.force_2d(district)], dtype=object), metres)[0]
    near = shapely.buffer(shapely.make_valid(outline), NEAR_DISTRICT_M, quad_segs=8)
    shapely.prepare(near)
    return near, metres


def moved(geometries: Geometries, way: pyproj.Transformer) -> Geometries:
    """Return geometries in the coordinates of another system, without heights."""
    flat = shapely.force_2d(geometries)

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(way.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(flat, move), dtype=object)


def _reaches(geometries: Geometries, near: Any, metres: pyproj.Transformer) -> Mask:
    """Return which geometries, in degrees, have some part in an area, in metres."""
    mask: Mask = np.zeros(len(geometries), dtype=bool)
    points = (shapely.get_type_id(geometries) == 0) & ~shapely.is_empty(geometries)
    xy = shapely.get_coordinates(geometries[points])
    x, y = metres.transform(xy[:, 0], xy[:, 1])
    # What has no place in these metres is far away: nothing contains infinity.
    mask[points] = shapely.contains_xy(near, x, y)
    others = np.flatnonzero(~points)
    for row, shape in zip(others, moved(geometries[others], metres), strict=True):
        with np.errstate(invalid="ignore"):
            if np.isfinite(shapely.bounds(shape)).all():
                # What is invalid cannot be intersected; it is near where one of its vertices is.
                sound = shapely.is_valid(shape)
                mask[row] = shapely.intersects(near, shape) if sound else _has_vertex(near, shape)
    return mask


def _has_vertex(near: Any, geometry: Any) -> bool:
    xy = shapely.get_coordinates(geometry)
    return bool(shapely.contains_xy(near, xy[:, 0], xy[:, 1]).any())


def _one_spot(name: str, geometries: Geometries, ids: npt.NDArray[np.object_]) -> list[Finding]:
    """Find points that stand exactly on others."""
    points = np.flatnonzero((shapely.get_type_id(geometries) == 0) & ~shapely.is_empty(geometries))
    if len(points) < 2:
        return []
    xy = shapely.get_coordinates(geometries[points])
    finite = np.isfinite(xy).all(axis=1)
    points, xy = points[finite], xy[finite]
    # A pair as one complex number sorts in the same order, many times faster than rows do; 0.0 makes -0 a 0.
    pairs = np.ascontiguousarray(xy + 0.0).view(np.complex128)[:, 0]
    spots, which, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    shared = points[counts[which] > 1]
    if not len(shared):
        return []
    places = examples(f"{spot.real:.6g} {spot.imag:.6g}" for spot in spots[counts > 1][:20])
    return [finding("same_point", name, tuple(ids[shared]), places=places)]


def _copies(reading: Reading, geometries: Geometries) -> list[Finding]:
    mask = copies(reading, geometries)
    ids = reading.frame[FID].to_numpy(dtype=object)
    return _of("duplicate_features", reading.name, ids, mask)


def copies(reading: Reading, geometries: Geometries) -> Mask:
    """Return which features are exact copies of one before them, in geometry and in every attribute."""
    frame = reading.frame
    with np.errstate(invalid="ignore"):
        wkb = pd.Series(shapely.to_wkb(geometries), dtype=object)
    alike = wkb.duplicated(keep=False) & wkb.notna()
    mask: Mask = np.zeros(len(frame), dtype=bool)
    rows = np.flatnonzero(alike)
    if not len(rows):
        return mask
    others = [column for column in frame.columns if column not in (frame.geometry.name, FID)]
    attributes = frame.iloc[rows][others].astype(object).map(repr).reset_index(drop=True)
    attributes["_geometry"] = wkb.iloc[rows].to_numpy()
    mask[rows[attributes.duplicated(keep="first").to_numpy()]] = True
    return mask
