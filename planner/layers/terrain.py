"""Heights of the ground along roads: read out of rasters, kept as a column of the road layer."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.schema import WGS84

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

HEIGHTS = "heights_m"
"""The column of the road layer: heights at equal distances along the line, metres, from its first point to its last;
the parts of a line of several are parted by a semicolon, a height that is not known is a dash."""

STEP_M = 100.0
"""Stations stand at most this far apart. Nearer ones would measure the raster's own error, not the slope."""

MAX_CELLS = 100_000_000
"""A window of more cells than this is refused: it would not fit into the memory of an ordinary machine."""


def heights(rasters: Sequence[Path], lonlat: FloatArray) -> FloatArray:
    """Return the height of the ground at points, bilinear between the four cells around each.

    Only the window around the points is read. A point takes its height from the first raster that knows it.

    Parameters
    ----------
    rasters : sequence of pathlib.Path
        GeoTIFF or SRTM's HGT, also in a zip; heights in metres, in any coordinate system.
    lonlat : (n, 2) float array
        Degrees, WGS 84; NaN where a point has no place.

    Returns
    -------
    (n,) float array
        Metres; NaN where no raster knows the height.

    Raises
    ------
    InputError
        If a file cannot be read as a raster of one band with a coordinate system, or its window is too large.
    """
    found = np.full(len(lonlat), np.nan)
    for path in rasters:
        missing = np.flatnonzero(np.isnan(found) & np.isfinite(lonlat).all(axis=1))
        if missing.size:
            found[missing] = _heights_in(path, lonlat[missing])
    return found


def stations(lines: ObjectArray, grid: Grid, spans: npt.NDArray[np.bool_]) -> tuple[FloatArray, IntArray]:
    """Return the points of lines at which heights are read.

    Parameters
    ----------
    lines : (k,) object array of shapely LineString
        WGS 84.
    grid : Grid
    spans : (k,) bool array
        Bridges and tunnels: they leave the ground, so only their ends are taken.

    Returns
    -------
    lonlat : (s, 2) float array
    line : (s,) int array
        Which line each station is on, ascending.
    """
    on_grid = np.asarray(grid.project(lines), dtype=object)
    length = shapely.length(on_grid)
    pieces = np.where(spans, 1, np.maximum(np.ceil(length / STEP_M), 1)).astype(np.int64)
    line = np.repeat(np.arange(len(lines)), pieces + 1)
    number = np.arange(line.size) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    along = number / pieces[line]
    points = shapely.line_interpolate_point(on_grid[line], along, normalized=True)
    return grid.to_degrees(shapely.get_coordinates(points)), line


def written(found: FloatArray, line: IntArray, row: IntArray, n_rows: int) -> list[str]:
    """Return heights as the column's texts, one for each of the layer's rows; empty where nothing is known.

    Parameters
    ----------
    found : (s,) float array
        Heights at stations, metres.
    line : (s,) int array
        The line of each station, ascending.
    row : (k,) int array
        The layer's row that each line is a part of, ascending.
    n_rows : int
    """
    texts: list[list[str]] = [[] for _ in range(n_rows)]
    cuts = np.flatnonzero(np.diff(line)) + 1
    for part, values in enumerate(np.split(found, cuts) if line.size else []):
        texts[row[part]].append(" ".join("-" if np.isnan(v) else f"{v:.1f}" for v in values))
    return [";".join(parts) if any(c.isdigit() for c in "".join(parts)) else "" for parts in texts]


def profiles(texts: ObjectArray, row: IntArray) -> list[FloatArray]:
    """Return the heights along each line from the column's texts; an empty array where they are not known.

    Parameters
    ----------
    texts : (n,) object array of str
        Of the layer's rows.
    row : (k,) int array
        The row that each line is a part of, ascending.
    """
    nothing = np.empty(0)
    found = []
    number = np.arange(row.size) - np.searchsorted(row, row)
    for line_row, part in zip(row, number, strict=True):
        parts = str(texts[line_row]).split(";")
        # A layer whose lines were changed since has other parts: its heights say nothing then.
        found.append(_profile(parts[part]) if part < len(parts) else nothing)
    return found


def _profile(text: str) -> FloatArray:
    try:
        return np.array([np.nan if word == "-" else float(word) for word in text.split()], dtype=np.float64)
    except ValueError:
        return np.empty(0)


def _heights_in(path: Path, lonlat: FloatArray) -> FloatArray:
    import rasterio
    from pyproj import Transformer
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(_address(path)) as raster:
            _refuse(raster, path)
            there = Transformer.from_crs(WGS84, raster.crs, always_xy=True)
            x, y = there.transform(lonlat[:, 0], lonlat[:, 1])
            column, line = ~raster.transform * (np.asarray(x), np.asarray(y))
            # Whole numbers stand at the middle of cells.
            return _bilinear(raster, np.asarray(column) - 0.5, np.asarray(line) - 0.5, path)
    except (RasterioError, OSError, zipfile.BadZipFile) as error:
        raise InputError(
            "{file} cannot be read as a raster of heights ({reason}).",
            "Give a GeoTIFF or an HGT file of SRTM, as it is or in its zip.",
            file=path.name, reason=error,
        ) from error  # fmt: skip


def _address(path: Path) -> str:
    """Return how the raster library finds a file: one in a zip by the zip's path and its own name."""
    if path.suffix.lower() != ".zip":
        return str(path)
    with zipfile.ZipFile(path) as archive:
        inside = [n for n in archive.namelist() if n.lower().endswith((".hgt", ".tif", ".tiff"))]
    if len(inside) != 1:
        raise InputError(
            "{file} holds {count} rasters; one is needed.", "Unpack it, and give the rasters by name.",
            file=path.name, count=len(inside),
        )  # fmt: skip
    return f"/vsizip/{path.resolve()}/{inside[0]}"


def _refuse(raster: DatasetReader, path: Path) -> None:
    if raster.crs is None:
        raise InputError("{file} does not say which coordinate system it is in.",
                         "Export it again with its coordinate system.", file=path.name)  # fmt: skip
    if raster.count != 1:
        raise InputError("{file} has {count} bands; which one holds the heights is not known.",
                         "Export the band of heights alone.", file=path.name, count=raster.count)  # fmt: skip


def _bilinear(raster: DatasetReader, column: FloatArray, line: FloatArray, path: Path) -> FloatArray:
    """Return heights at places counted in cells; NaN outside the raster and beside cells without data."""
    found = np.full(column.size, np.nan)
    # Half a cell beyond the middle of the outermost ones is still inside the raster.
    inside = (
        (column >= -0.5) & (column <= raster.width - 0.5) & (line >= -0.5) & (line <= raster.height - 0.5)
    )
    if not inside.any():
        return found
    c = np.clip(column[inside], 0, raster.width - 1)
    r = np.clip(line[inside], 0, raster.height - 1)
    left, top = int(np.floor(c.min())), int(np.floor(r.min()))
    right, bottom = int(np.ceil(c.max())) + 1, int(np.ceil(r.max())) + 1
    cells = (right - left) * (bottom - top)
    if cells > MAX_CELLS:
        raise InputError(
            "{file} has {cells} cells within the district; at most {limit} can be read.",
            "Take a coarser raster.", file=path.name, cells=cells, limit=MAX_CELLS,
        )  # fmt: skip
    window: Any = ((top, bottom), (left, right))
    band = np.ma.filled(raster.read(1, window=window, masked=True).astype(np.float64), np.nan)
    c0, r0 = np.floor(c).astype(np.int64) - left, np.floor(r).astype(np.int64) - top
    c1, r1 = np.minimum(c0 + 1, band.shape[1] - 1), np.minimum(r0 + 1, band.shape[0] - 1)
    fc, fr = c - np.floor(c), r - np.floor(r)
    upper = _between(band[r0, c0], band[r0, c1], fc)
    found[inside] = _between(upper, _between(band[r1, c0], band[r1, c1], fc), fr)
    return found


def _between(a: FloatArray, b: FloatArray, share: FloatArray) -> FloatArray:
    """Return values between two; one of which nothing is wanted may be unknown."""
    return np.where(share == 0, a, np.where(share == 1, b, a * (1 - share) + b * share))
