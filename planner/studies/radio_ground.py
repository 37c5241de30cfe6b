"""The ground of a district for radio: where its raster's cells are, and how high it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from planner.coverage.line_of_sight import obstruction
from planner.errors import InputError
from planner.layers.terrain import heights
from planner.studies.inputs import Inputs

FloatArray = npt.NDArray[np.float64]

MOST_CELLS = 40_000
"""The raster's cells grow so that there are no more than this, unless their size was asked for."""
MOST_ASKED_CELLS = 400_000
_MOST_STATIONS = 4_000_000
_AROUND_M = 1000.0
"""Without a boundary the district is the hull of its places, so much wider."""


@dataclass(frozen=True, slots=True)
class Elevation:
    """Heights of the ground, from wherever they come.

    Attributes
    ----------
    names, digests : tuple of str
        Of the files.
    heights : callable
        Longitude and latitude, (n, 2) degrees → metres, NaN where unknown.
    """

    names: tuple[str, ...]
    digests: tuple[str, ...]
    heights: Callable[[FloatArray], FloatArray]


def elevation_of(rasters: Sequence[Path]) -> Elevation:
    """Return heights out of rasters; of several that know a point the first counts.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    digests = []
    for path in rasters:
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise InputError(
                "{file} cannot be read ({reason}).", "Name a raster of heights that can be read.",
                file=path.name, reason=error.strerror or error,
            ) from error  # fmt: skip
    return Elevation(tuple(p.name for p in rasters), tuple(digests), partial(heights, list(rasters)))


@dataclass(frozen=True, slots=True)
class CellGrid:
    """The cells of a district: those whose middle lies in it.

    Attributes
    ----------
    middle : (c, 2) float array
        On the grid.
    size_m : float
    district : shapely geometry
    """

    middle: FloatArray
    size_m: float
    district: shapely.Geometry

    def outline(self, chosen: npt.NDArray[np.bool_]) -> shapely.Geometry:
        """Return the union of cells, cut at the district."""
        half = self.size_m / 2
        x, y = self.middle[chosen].T
        whole = shapely.coverage_union_all(shapely.box(x - half, y - half, x + half, y + half))
        parts = shapely.get_parts(shapely.intersection(whole, self.district))
        # Cells that only touch the border leave lines and points behind.
        return shapely.multipolygons(parts[shapely.area(parts) > 0])


def cells_of(inputs: Inputs, size_m: float, *, asked: bool) -> CellGrid:
    """Return the cells of a district.

    Parameters
    ----------
    inputs : Inputs
    size_m : float
    asked : bool
        Whether the size was asked for, and is not to grow.

    Raises
    ------
    InputError
        If so many cells were asked for that they cannot be computed.
    """
    district = inputs.boundary
    if district is None or shapely.area(district) <= 0:
        located = inputs.place_xy[np.isfinite(inputs.place_xy).all(axis=1)]
        district = shapely.buffer(shapely.convex_hull(shapely.multipoints(located)), _AROUND_M)
    district = shapely.make_valid(district)
    area = float(shapely.area(district))
    if not asked:
        size_m = max(size_m, float(np.ceil((area / MOST_CELLS) ** 0.5 / 100) * 100))
    elif area / size_m**2 > MOST_ASKED_CELLS:
        raise InputError(
            "Cells of {size} m would be {count} for this district; at most {limit} are computed.",
            "Choose larger cells.",
            size=f"{size_m:g}", count=round(area / size_m**2), limit=MOST_ASKED_CELLS,
        )  # fmt: skip
    west, south, east, north = np.floor(np.array(shapely.bounds(district)) / size_m)
    x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    middle = (np.column_stack([x.ravel(), y.ravel()]) + 0.5) * size_m
    # Cells on the border count too, by what of them is inside.
    half = size_m / 2
    boxes = shapely.box(*(middle - half).T, *(middle + half).T)
    shapely.prepare(district)
    return CellGrid(middle[shapely.intersects(district, boxes)], size_m, district)


class Sight:
    """Rays over the ground from masts to points.

    Parameters
    ----------
    elevation : Elevation
    inputs : Inputs
    xy : (n, 2) float array
        Grid positions between which rays run.
    step_m : float
        Between stations; grows where the ground would be too large to hold.
    """

    def __init__(self, elevation: Elevation, inputs: Inputs, xy: FloatArray, step_m: float) -> None:
        west, south = np.nanmin(xy, axis=0) - step_m
        east, north = np.nanmax(xy, axis=0) + step_m
        area = (east - west) * (north - south)
        self.step_m = max(step_m, float((area / _MOST_STATIONS) ** 0.5))
        self._origin = (float(west), float(south))
        x = np.arange(west, east + self.step_m, self.step_m)
        y = np.arange(south, north + self.step_m, self.step_m)
        points = np.column_stack([a.ravel() for a in np.meshgrid(x, y)])
        found = elevation.heights(inputs.grid.to_degrees(points))
        self._ground = found.reshape(y.size, x.size)

    @property
    def known(self) -> bool:
        """Whether any height is known."""
        return bool(np.isfinite(self._ground).any())

    def obstruction(
        self, mast_xy: FloatArray, height_m: float, points: FloatArray, mobile_m: float, farthest_m: float
    ) -> FloatArray:
        """Return how far the ground rises into rays, see :func:`planner.coverage.line_of_sight.obstruction`."""
        base = (float(mast_xy[0]), float(mast_xy[1]), height_m)
        return obstruction(self._ground, self._origin, self.step_m, base, points, mobile_m, farthest_m)
