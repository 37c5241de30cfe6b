"""Recognise the coordinate system of numbers by where it would put them: into the district, or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from planner.layers.schema import WGS84

Geometries = npt.NDArray[np.object_]

_ENOUGH = 0.9
"""Which share of the features has to come to lie in or near the district."""
_SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system that numbers may be in.

    Attributes
    ----------
    crs : str
    title : str
        Its name in the register.
    swapped : bool
        Whether northing stands before easting, as surveyors write it.
    """

    crs: str
    title: str
    swapped: bool = False


@lru_cache(maxsize=32)
def _usual(lon: float) -> tuple[tuple[str, str], ...]:
    """Return the systems that offices use around a meridian: Web Mercator, UTM, Gauss-Krüger on Pulkovo 1942."""
    codes = [3857, 3395]
    utm = int((lon + 180) // 6) + 1
    codes += [32600 + zone for zone in range(max(utm - 1, 1), min(utm + 1, 60) + 1)]
    zone = int(lon // 6) + 1
    for near in range(zone - 1, zone + 2):
        if 2 <= near <= 32:
            codes.append(28400 + near)
        if 4 <= near <= 31:
            # The same zones without the zone's number before the easting.
            codes.append(2494 + near - 4)
    found = []
    for code in codes:
        system = pyproj.CRS.from_epsg(code)
        found.append((f"EPSG:{code}", str(system.name)))
    return tuple(found)


def fitting(
    geometries: Geometries, district: Any, near: Any, metres: pyproj.Transformer
) -> tuple[System, ...]:
    """Return the systems in which a layer would lie in the district or near it.

    Parameters
    ----------
    geometries : (n,) array of shapely geometries
        With numbers that look like metres.
    district : shapely geometry
        Its outline, WGS 84.
    near : shapely geometry
        The district and what is near it, in the coordinates that `metres` gives.
    metres : pyproj.Transformer
        From longitude and latitude to these.

    Returns
    -------
    tuple of System
        Those that put most features into the outline itself come first.
    """
    with np.errstate(invalid="ignore"):
        bounds = shapely.bounds(geometries)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return ()
    step = max(len(bounds) // _SAMPLE, 1)
    x, y = (bounds[::step, 0] + bounds[::step, 2]) / 2, (bounds[::step, 1] + bounds[::step, 3]) / 2
    found: list[tuple[float, System]] = []
    for crs, title in _usual(round(float(shapely.centroid(district).x), 2)):
        way = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        for swapped in (False, True):
            lon, lat = way.transform(*((y, x) if swapped else (x, y)))
            good = np.isfinite(lon) & np.isfinite(lat)
            if not good.any():
                continue
            lon, lat = lon[good], lat[good]
            share = shapely.contains_xy(near, *metres.transform(lon, lat)).sum() / len(x)
            if share >= _ENOUGH:
                inside = float(shapely.contains_xy(district, lon, lat).sum() / len(x))
                found.append((-inside, System(crs, title, swapped)))
    found.sort(key=lambda pair: pair[0])
    return tuple(system for _, system in found)


def relocated(geometries: Geometries, crs: str, swapped: bool) -> Geometries:
    """Return geometries brought from a system to longitude and latitude of WGS 84, without heights."""
    way = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        east, north = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
        return np.column_stack(way.transform(east, north))

    return np.asarray(shapely.transform(shapely.force_2d(geometries), move), dtype=object)
