"""People from a raster or from the totals of zones to the places of a district, none lost and none made up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import InputError
from planner.layers.checks_fields import EVERYBODY
from planner.layers.schema import WGS84

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MAX_CELLS = 100_000_000
"""A window of more cells than this is refused: it would not fit into the memory of an ordinary machine."""

_CORNERS_PER_EDGE = 21


@dataclass(frozen=True, slots=True)
class PeopleCells:
    """People of the cells of a raster, m of them, as far as they lie in a district.

    Attributes
    ----------
    lonlat : (m, 2) float array
        Centre of each cell, degrees.
    people : (m,) float array
        Of the part of the cell that lies in the district, by exact fraction of its area.
    negative : int
        Cells with fewer than no people, which were left out.
    """

    lonlat: FloatArray
    people: FloatArray
    negative: int


def people_cells(path: Path, area: Any) -> PeopleCells:
    """Read the people of a population raster inside an area.

    The area is moved to the coordinates of the raster, not the raster to those of the area, so that no cell is
    resampled and the total is kept; a border cell counts by the exact fraction of it that is inside (the library
    exactextract).

    Parameters
    ----------
    path : pathlib.Path
        A GeoTIFF of people per cell, in any coordinate system; its nodata value counts as nobody.
    area : shapely polygon
        WGS 84 degrees.

    Returns
    -------
    PeopleCells
        Cells with people only.

    Raises
    ------
    InputError
        If the file cannot be read, has no coordinate system, or does not reach the area.
    """
    import geopandas as gpd
    import rasterio
    from exactextract import exact_extract
    from exactextract.raster import RasterioRasterSource
    from pyproj import Transformer
    from pyproj.exceptions import ProjError
    from rasterio.errors import RasterioError

    if not path.is_file():
        raise InputError("There is no file {path}.", "Check its name and folder.", path=path)
    try:
        # This format alone: others may name further files, here or elsewhere, and would have them read.
        with rasterio.open(path, driver="GTiff") as raster:
            _refuse(raster, path)
            there = Transformer.from_crs(WGS84, raster.crs, always_xy=True)
            outline = _moved(area, there)
            _refuse_window(raster, outline, path)
            features = gpd.GeoDataFrame(geometry=[outline], crs=raster.crs)
            (found,) = exact_extract(
                RasterioRasterSource(raster), features, ["values", "coverage", "center_x", "center_y"]
            )
    except (
        RasterioError,
        ProjError,
        shapely.errors.GEOSException,
        OSError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise InputError(
            "{file} cannot be read as a raster ({reason}).", "Give a GeoTIFF of people per cell.",
            file=path.name, reason=error,
        ) from error  # fmt: skip
    told = found["properties"]
    values = np.ma.filled(np.ma.asarray(told["values"], dtype=np.float64), np.nan)
    people = values * np.asarray(told["coverage"], dtype=np.float64)
    negative = int(np.sum(people < 0))
    kept = np.isfinite(people) & (people > 0)
    if np.minimum(people[kept], 2 * EVERYBODY).sum() > EVERYBODY:
        raise InputError("{file} has more people in the district than there are on Earth.",
                         "Give a raster of people per cell.", file=path.name)  # fmt: skip
    centres = np.column_stack([np.asarray(told["center_x"]), np.asarray(told["center_y"])])[kept]
    back = there.transform(centres[:, 0], centres[:, 1], direction="INVERSE")
    return PeopleCells(np.column_stack(back), people[kept], negative)


def to_nearest(cells: PeopleCells, cell_xy: FloatArray, place_xy: FloatArray) -> FloatArray:
    """Return the people of each place: those of the cells that it is the nearest place of.

    Parameters
    ----------
    cells : PeopleCells
    cell_xy : (m, 2) float array
        The cells on a metric grid.
    place_xy : (n, 2) float array
        On the same grid; NaN where a place is not located, which gets nobody.

    Returns
    -------
    (n,) float array
        It adds up to the people of the cells.
    """
    from scipy.spatial import KDTree

    people = np.zeros(len(place_xy))
    located = np.flatnonzero(np.isfinite(place_xy).all(axis=1))
    if located.size and len(cell_xy):
        nearest = located[KDTree(place_xy[located]).query(cell_xy)[1]]
        people += np.bincount(nearest, weights=cells.people, minlength=people.size)
    return people


def spread(total: int, weights: npt.ArrayLike) -> IntArray:
    """Share out whole people in proportion to weights, the total kept exactly.

    Each share is rounded down, and the people left over go to the largest fractions, the first of equal ones (the
    method of largest remainders; Hamilton 1792).

    Parameters
    ----------
    total : int
        People, at least 0.
    weights : (n,) float array_like
        At least 0; where all are 0, the shares are equal.

    Raises
    ------
    ValueError
        If the total is negative, a weight is negative or not a number, or there is nobody to share among.
    """
    weight = np.asarray(weights, dtype=np.float64)
    if total < 0 or int(total) != total:
        raise ValueError(f"total: {total!r} is not a number of people")
    if weight.ndim != 1 or not weight.size or not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("weights: one number of 0 or more for each place is needed")
    if not weight.sum():
        weight = np.ones(weight.size)
    quota = total * (weight / weight.sum())
    shares = np.floor(quota).astype(np.int64)
    left = int(total) - int(shares.sum())
    shares[np.argsort(-(quota - shares), kind="stable")[:left]] += 1
    return np.asarray(shares, dtype=np.int64)


def _moved(area: Any, there: Any) -> Any:
    # Long edges bend on the way into another projection, so they are given vertices to bend at.
    step = max(np.ptp(np.asarray(shapely.bounds(area)).reshape(2, 2), axis=0)) / _CORNERS_PER_EDGE
    return shapely.transform(
        shapely.segmentize(area, step), lambda c: np.column_stack(there.transform(c[:, 0], c[:, 1]))
    )


def _refuse(raster: DatasetReader, path: Path) -> None:
    if raster.crs is None:
        raise InputError("{file} does not say which coordinate system it is in.",
                         "Export it again with its coordinate system.", file=path.name)  # fmt: skip
    if raster.count != 1:
        raise InputError("{file} has {count} bands; which one holds the people is not known.",
                         "Export the band of people alone.", file=path.name, count=raster.count)  # fmt: skip
    if raster.dtypes[0].startswith("complex"):
        raise InputError("The cells of {file} do not hold plain numbers.", "Give a raster of people per cell.",
                         file=path.name)  # fmt: skip
    across = raster.transform
    if across.b or across.d or across.a <= 0 or across.e >= 0:
        raise InputError("The rows of {file} do not run from west to east, the northernmost first.",
                         "Export it again with north up and no rotation.", file=path.name)  # fmt: skip


def _refuse_window(raster: DatasetReader, outline: Any, path: Path) -> None:
    extent = shapely.box(*raster.bounds)
    if not shapely.intersects(extent, outline):
        raise InputError(
            "{file} does not reach the district.", "Take the sheet that covers it.", file=path.name
        )
    west, south, east, north = shapely.bounds(
        shapely.intersection(extent, shapely.box(*shapely.bounds(outline)))
    )
    cells = int((east - west) / abs(raster.res[0])) * int((north - south) / abs(raster.res[1]))
    if cells > MAX_CELLS:
        raise InputError(
            "{file} has {cells} cells within the district; at most {limit} can be read.",
            "Take a coarser raster.", file=path.name, cells=cells, limit=MAX_CELLS,
        )  # fmt: skip
