"""The metric grid of a district: its own UTM zone, with lengths brought back to the ground."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from planner.errors import InputError
from planner.layers.schema import WGS84

FloatArray = npt.NDArray[np.float64]

_K0 = 0.9996
_FALSE_EASTING = 500_000.0
_EARTH_RADIUS_M = 6_378_137.0 * (1 - 1 / 298.257223563 / 2)


class Grid:
    """Metres for a district.

    Coordinates are those of the UTM zone that holds the district. A length on the UTM plane differs from that on
    the ground by up to 0.04 %; :meth:`scale` brings it back, to about one part in a million within the zone.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS 84: a point in the middle of the district.

    Raises
    ------
    InputError
        If it lies nearer to a pole than UTM reaches.
    """

    def __init__(self, lon: float, lat: float) -> None:
        self.crs = _utm(round(lon, 3), round(lat, 3))
        self._forward = Transformer.from_crs(WGS84, self.crs, always_xy=True)

    @classmethod
    def around(cls, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Grid:
        """Return the grid for the middle of the extent of some points, NaN left aside."""
        lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        return cls(
            float((np.nanmin(lons) + np.nanmax(lons)) / 2), float((np.nanmin(lats) + np.nanmax(lats)) / 2)
        )

    def to_grid(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> FloatArray:
        """Return grid coordinates, shape (n, 2), metres; NaN stays NaN."""
        x, y = self._forward.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        xy = np.column_stack([x, y])
        xy[~np.isfinite(xy).all(axis=1)] = np.nan
        return xy

    def to_degrees(self, xy: npt.ArrayLike) -> FloatArray:
        """Return longitude and latitude, shape (n, 2), degrees."""
        points = np.asarray(xy, dtype=float).reshape(-1, 2)
        return np.column_stack(self._forward.transform(points[:, 0], points[:, 1], direction="INVERSE"))

    def project(self, geometries: Any) -> Any:
        """Return geometries (an array, or one) moved from degrees to the grid."""
        return shapely.transform(geometries, lambda c: self.to_grid(c[:, 0], c[:, 1]))

    def unproject(self, geometries: Any) -> Any:
        """Return geometries (an array, or one) moved from the grid to degrees."""
        return shapely.transform(geometries, self.to_degrees)

    @staticmethod
    def scale(x: npt.ArrayLike) -> FloatArray:
        """Return how many metres on the plane stand for one metre on the ground, at an easting.

        The point scale factor of the transverse Mercator projection, to the second order in the distance from
        the central meridian (Snyder, *Map Projections: A Working Manual*, 1987, eq. 8-11, leading terms).
        """
        east = (np.asarray(x, dtype=float) - _FALSE_EASTING) / (_K0 * _EARTH_RADIUS_M)
        return np.asarray(_K0 * (1 + east**2 / 2), dtype=np.float64)


@cache
def _utm(lon: float, lat: float) -> CRS:
    info = query_utm_crs_info(
        datum_name="WGS 84",
        area_of_interest=AreaOfInterest(lon, lat, lon, lat),
    )
    if not info:
        raise InputError(
            "The district lies at latitude {lat}, where there are no UTM zones to measure in.",
            "The planner measures between 80° south and 84° north; check the coordinates.",
            lat=lat,
        )
    return CRS.from_epsg(int(info[0].code))
