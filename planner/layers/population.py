"""People from a raster or from the totals of zones to the places of a district, none lost and none made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

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
BoolArray = npt.NDArray[np.bool_]

MAX_CELLS = 100_000_000
"""A window of more cells than this is refused: it would not fit into the memory of an ordinary machine."""

_CORNERS_PER_EDGE = 21
_NEAR_CELLS = 2
"""How near the sea a cell is at it: coast lines and rasters of people disagree by a cell, and a bay cuts two."""


Edge = Literal["fraction", "coast", "whole"]
"""What becomes of the people of a cell that an area covers in part.

``fraction``: the part of the cell that is covered counts. ``coast``: a cell at the sea counts wholly, shared between
the areas that cover it; one is at the sea when a cell within two rows and columns of it holds no data or lies off the
raster. ``whole``: every such cell counts wholly.
"""


@dataclass(frozen=True, slots=True)
class PeopleCells:
    """People of the cells of a raster, m of them, as far as they lie in a district.

    Attributes
    ----------
    lonlat : (m, 2) float array
        Centre of each cell, degrees.
    people : (m,) float array
        Of the part of the cell that counts.
    negative : int
        Cells with fewer than no people, which were left out.
    inside, touched : float
        People of the district by exact fractions of area, and of all cells that it touches. Where they differ much,
        the outline or the sea cuts many cells.
    """

    lonlat: FloatArray
    people: FloatArray
    negative: int
    inside: float = float("nan")
    touched: float = float("nan")


@dataclass(frozen=True, slots=True)
class ZonePeople:
    """People of a raster by zone, z of them.

    Attributes
    ----------
    people : (z,) float array
    cells : PeopleCells
        Of all zones together.
    """

    people: FloatArray
    cells: PeopleCells


def people_cells(path: Path, area: Any, edge: Edge = "fraction") -> PeopleCells:
    """Read the people of a population raster inside an area.

    See :func:`people_by_zone`, of which this is the case of one zone.
    """
    return people_by_zone(path, [area], edge).cells


def people_by_zone(path: Path, areas: Sequence[Any], edge: Edge = "fraction") -> ZonePeople:
    """Read the people of a population raster inside each of several areas.

    The areas are moved to the coordinates of the raster, not the raster to those of the areas, so that no cell is
    resampled and the total is kept; a border cell counts by the exact fraction of it that is inside (the library
    exactextract), or as `edge` says. A cell that areas cover more than once is shared between them.

    Parameters
    ----------
    path : pathlib.Path
        A GeoTIFF of people per cell, in any coordinate system; its nodata value counts as nobody.
    areas : sequence of shapely polygon
        WGS 84 degrees.
    edge : {"fraction", "coast", "whole"}
        See :data:`Edge`.

    Returns
    -------
    ZonePeople
        With the cells that have people only.

    Raises
    ------
    InputError
        If the file cannot be read, has no coordinate system, or does not reach the areas.
    """
    import rasterio
    from pyproj import Transformer
    from pyproj.exceptions import ProjError
    from rasterio.errors import RasterioError

    if edge not in get_args(Edge):
        raise ValueError(f"edge: one of {', '.join(get_args(Edge))} is needed, not {edge!r}")
    if not path.is_file():
        raise InputError("There is no file {path}.", "Check its name and folder.", path=path)
    try:
        # This format alone: others may name further files, here or elsewhere, and would have them read.
        with rasterio.open(path, driver="GTiff") as raster:
            _refuse(raster, path)
            there = Transformer.from_crs(WGS84, raster.crs, always_xy=True)
            outlines = [_moved(area, there) for area in areas]
            _refuse_window(raster, shapely.union_all(outlines), path)
            parts = _parts(raster, outlines)
            at_sea = (
                _at_sea(raster, parts.cell) if edge == "coast" else np.full(len(parts.cell), edge == "whole")
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
    if np.clip(np.nan_to_num(parts.value, posinf=0.0), 0.0, 2 * EVERYBODY).sum() > EVERYBODY:
        raise InputError("{file} has more people in the district than there are on Earth.",
                         "Give a raster of people per cell.", file=path.name)  # fmt: skip
    return _counted(parts, at_sea, len(areas), there)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of cells that areas cover: number of the cell, of the area, value, share covered, centre."""

    cell: IntArray
    area: IntArray
    value: FloatArray
    share: FloatArray
    centre: FloatArray


def _parts(raster: DatasetReader, outlines: Sequence[Any]) -> _Parts:
    import geopandas as gpd
    from exactextract import exact_extract
    from exactextract.raster import RasterioRasterSource

    told = ["values", "coverage", "center_x", "center_y", "cell_id"]
    features = gpd.GeoDataFrame(geometry=list(outlines), crs=raster.crs)
    found = [each["properties"] for each in exact_extract(RasterioRasterSource(raster), features, told)]
    area = np.repeat(np.arange(len(found)), [len(each["coverage"]) for each in found])

    def column(name: str) -> FloatArray:
        return np.concatenate([
            np.ma.filled(np.ma.asarray(each[name], dtype=np.float64), np.nan).ravel() for each in found
        ])  # fmt: skip

    centre = np.column_stack([column("center_x"), column("center_y")])
    cell = np.concatenate([np.asarray(each["cell_id"], dtype=np.int64).ravel() for each in found])
    return _Parts(cell, area, column("values"), column("coverage"), centre)


def _at_sea(raster: DatasetReader, cell: IntArray) -> BoolArray:
    """Return which cells have one near them that holds no data or lies off the raster."""
    from rasterio.windows import Window
    from scipy.ndimage import binary_dilation

    if not cell.size:
        return np.zeros(0, dtype=bool)
    rows, columns = np.divmod(cell, raster.width)
    top, left = int(rows.min()) - _NEAR_CELLS, int(columns.min()) - _NEAR_CELLS
    shape = int(rows.max()) - top + _NEAR_CELLS + 1, int(columns.max()) - left + _NEAR_CELLS + 1
    window = Window(left, top, shape[1], shape[0])
    # What lies off the raster is filled in as masked.
    values = raster.read(1, window=window, boundless=True, masked=True)
    with np.errstate(invalid="ignore"):
        empty = np.ma.getmaskarray(values) | ~np.isfinite(np.ma.getdata(values).astype(np.float64))
    off = np.ones(shape, dtype=bool)
    off[max(0, -top) : raster.height - top, max(0, -left) : raster.width - left] = False
    around = np.ones((2 * _NEAR_CELLS + 1, 2 * _NEAR_CELLS + 1), dtype=bool)
    near = binary_dilation(empty | off, structure=around)
    return np.asarray(near[rows - top, columns - left], dtype=bool)


def _counted(parts: _Parts, wholly: BoolArray, areas: int, there: Any) -> ZonePeople:
    """Return the people of each area, the cells that count wholly shared between the areas that cover them."""
    there_is = np.isfinite(parts.value) & (parts.share > 0)
    negative = int(np.unique(parts.cell[there_is & (parts.value < 0)]).size)
    kept = there_is & (parts.value > 0)
    cells, first, which = np.unique(parts.cell[kept], return_index=True, return_inverse=True)
    covered = np.bincount(which, weights=parts.share[kept], minlength=len(cells))
    counts = np.where(wholly[kept][first], 1.0, np.minimum(covered, 1.0))
    share = parts.share[kept] * (counts / covered)[which]
    people = parts.value[kept] * share
    value, centres = parts.value[kept][first], parts.centre[kept][first]
    back = np.column_stack(there.transform(centres[:, 0], centres[:, 1], direction="INVERSE"))
    return ZonePeople(
        np.bincount(parts.area[kept], weights=people, minlength=areas).astype(np.float64),
        PeopleCells(
            back.reshape(-1, 2), value * counts, negative,
            float((value * np.minimum(covered, 1.0)).sum()), float(value.sum()),
        ),
    )  # fmt: skip


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


def dasymetric_weights(dwellings: FloatArray, floor_m2: FloatArray) -> FloatArray:
    """Return the weights by which people are spread over the buildings of one zone.

    Dwellings where every building tells them, else floor area: a mean number of people per dwelling or per square
    metre then holds for the zone, and no guess is needed of how many dwellings a square metre is.

    Parameters
    ----------
    dwellings : (n,) float array
        NaN or 0 where it is not known.
    floor_m2 : (n,) float array
        m²; the footprint where no levels are known.
    """
    known = np.isfinite(dwellings) & (dwellings > 0)
    return dwellings if known.all() else np.where(np.isfinite(floor_m2), floor_m2, 0.0)


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
