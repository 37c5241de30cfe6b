"""Recognise the coordinate system of numbers by where it would put them: into the district, or not."""

from __future__ import annotations

import threading
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


# SK-63 shifts the origin of each region and puts the zone's number before the easting; only these zones of it are in
# the register (longitudes of their central meridians).
_SK63 = {
    3350: 21.95, 3351: 24.95, 3352: 27.95,
    7825: 23.5, 7826: 26.5, 7827: 29.5, 7828: 32.5, 7829: 35.5, 7830: 38.5, 7831: 41.5,
    2935: 41.53, 2936: 44.53, 2937: 47.53, 2938: 50.53, 2939: 50.77, 2940: 53.77, 2941: 56.77,
}  # fmt: skip
_SK63_REACH_DEG = 4.0


@lru_cache(maxsize=64)
def _usual(west: float, east: float) -> tuple[tuple[str, str], ...]:
    """Return the systems that offices use between two meridians, those used most often first.

    Web and World Mercator; UTM; Gauss-Krüger on Pulkovo 1942 in zones of six degrees and of three, with the zone's
    number before the easting and without; SK-63.
    """
    codes = [3857, 3395]
    utm = range(int((west + 180) // 6), int((east + 180) // 6) + 3)
    codes += [32600 + zone for zone in utm if 1 <= zone <= 60]
    wide = range(int(west // 6), int(east // 6) + 3)
    codes += [28400 + zone for zone in wide if 2 <= zone <= 32]
    # The same zones without the zone's number.
    codes += [2494 + zone - 4 for zone in wide if 4 <= zone <= 31]
    narrow = range(round(west / 3) - 1, round(east / 3) + 2)
    codes += [2523 + zone - 7 for zone in narrow if 7 <= zone <= 64]
    codes += [2582 + zone - 7 for zone in narrow if 7 <= zone <= 23]
    codes += [code for code, meridian in _SK63.items()
              if west - _SK63_REACH_DEG <= meridian <= east + _SK63_REACH_DEG]  # fmt: skip
    return tuple((f"EPSG:{code}", str(pyproj.CRS.from_epsg(code).name)) for code in codes)


_own = threading.local()


def _way(crs: str) -> pyproj.Transformer:
    """Return the way from a system to WGS 84; finding it takes long, and threads cannot share it."""
    ways: dict[str, pyproj.Transformer] = _own.__dict__.setdefault("ways", {})
    if crs not in ways:
        ways[crs] = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    return ways[crs]


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
    west, _, east, _ = (round(float(edge), 2) for edge in shapely.bounds(district))
    taken: list[tuple[bool, npt.NDArray[np.float64], npt.NDArray[np.float64]]] = []
    for crs, title in _usual(west, east):
        way = _way(crs)
        for swapped in (False, True):
            lon, lat = way.transform(*((y, x) if swapped else (x, y)))
            good = np.isfinite(lon) & np.isfinite(lat)
            if not good.any():
                continue
            lon, lat = lon[good], lat[good]
            share = shapely.contains_xy(near, *metres.transform(lon, lat)).sum() / len(x)
            if share >= _ENOUGH and not _already(taken, swapped, lon, lat):
                taken.append((swapped, lon, lat))
                inside = float(shapely.contains_xy(district, lon, lat).sum() / len(x))
                found.append((-inside, System(crs, title, swapped)))
    found.sort(key=lambda pair: pair[0])
    return tuple(system for _, system in found)


def _already(
    taken: list[tuple[bool, npt.NDArray[np.float64], npt.NDArray[np.float64]]],
    swapped: bool,
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
) -> bool:
    """Return whether another system that fits puts the layer on the same spot: a zone under two names is one."""
    return any(
        swapped == before
        and len(x) == len(lon)
        and bool(np.allclose(x, lon, atol=1e-7) and np.allclose(y, lat, atol=1e-7))
        for before, x, y in taken
    )


def relocated(geometries: Geometries, crs: str, swapped: bool) -> Geometries:
    """Return geometries brought from a system to longitude and latitude of WGS 84, without heights."""
    way = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        east, north = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
        return np.column_stack(way.transform(east, north))

    return np.asarray(shapely.transform(shapely.force_2d(geometries), move), dtype=object)
