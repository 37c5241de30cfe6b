"""Geometries written as WKT: straight ones, unclosed ones, and curves, which are drawn as short straight lines."""

from __future__ import annotations

import csv
import re
import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio.errors
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers import gdal
from planner.layers.encoding import decode
from planner.layers.geojson_geometry import shown
from planner.layers.reading import FID, Content, Notes
from planner.layers.schema import WGS84
from planner.layers.scratch import scratch

Texts = npt.NDArray[np.object_]

_START = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)|GEOMETRYCOLLECTION|CIRCULARSTRING"
    r"|COMPOUNDCURVE|CURVEPOLYGON)\s*(?:ZM|Z|M)?\s*(?:\(|EMPTY)",
    re.IGNORECASE,
)
_CURVED = re.compile(r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE", re.IGNORECASE)


def looks_like_wkt(text: str) -> bool:
    """Return whether a text begins like a geometry in WKT."""
    return _START.match(text) is not None


def read_wkt(data: bytes, name: str, *, encoding: str | None = None) -> Content:
    """Return the geometries of a text that holds one or more in WKT, one a line.

    Raises
    ------
    InputError
        If it is no WKT.
    """
    text = decode(data, encoding).text.strip()
    whole = _plain(np.array([text], dtype=object))[0] if "\n" in text and not _CURVED.search(text) else None
    lines = [text] if whole is not None else [line for line in text.splitlines() if line.strip()]
    notes = Notes(name)
    geometries = from_wkt(np.array(lines, dtype=object), notes)
    if not shapely.is_geometry(geometries).any():
        raise InputError(
            "The text is not WKT: it begins with {start}.",
            "Write one geometry a line, for example POINT (27.69 55.14).",
            start=shown(text),
        )
    frame = pd.DataFrame({FID: [str(row + 1) for row in range(len(lines))]})
    layer = GeoDataFrame(frame, geometry=geometries, crs=WGS84)
    return Content("WKT", layer, WGS84, True, notes.findings(list(frame[FID])))


def from_wkt(texts: Texts, notes: Notes) -> Texts:
    """Return a geometry for each text, None for an empty one and for what cannot be read, which is noted."""
    bare = np.array([re.sub(r"^\s*SRID=\d+;", "", text, flags=re.IGNORECASE) for text in texts], dtype=object)
    filled = np.array([bool(text.strip()) for text in bare], dtype=bool)
    curved = np.array([_CURVED.search(text) is not None for text in bare], dtype=bool)
    geometries: Texts = np.full(len(texts), None, dtype=object)
    geometries[filled & ~curved] = _plain(bare[filled & ~curved])
    # A ring by itself is a line; no file format knows it as anything else.
    rings = shapely.get_type_id(geometries) == shapely.GeometryType.LINEARRING
    for row in np.flatnonzero(rings):
        if not shapely.is_simple(geometries[row]):
            notes.add("ring_crosses_itself", int(row))
    geometries[rings] = [shapely.LineString(ring) for ring in geometries[rings]]
    if curved.any():
        geometries[curved] = _straightened(bare[curved])
        for row in np.flatnonzero(curved & (geometries != None)):  # noqa: E711 - compared element by element
            notes.add("curves", int(row))
    for row in np.flatnonzero(filled & (geometries == None)):  # noqa: E711 - compared element by element
        fixed = _closed(bare[row]) if "POLYGON" in bare[row].upper() and not curved[row] else None
        if fixed is not None:
            geometries[row] = fixed
            notes.add("ring_unclosed", int(row))
        else:
            notes.add("geometry_unreadable", int(row))
    return geometries


def _plain(texts: Texts) -> Texts:
    # Numbers that are not finite make NumPy warn; the checks find them.
    with np.errstate(invalid="ignore"):
        try:
            return np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
        except (NotImplementedError, shapely.errors.GEOSException):
            # One text of a kind that is not known stops the batch: the others are read without it.
            if len(texts) == 1:
                return np.array([None], dtype=object)
            return np.concatenate([_plain(texts[row : row + 1]) for row in range(len(texts))])


def _closed(text: str) -> object:
    try:
        fixed = shapely.from_wkt(text, on_invalid="fix")
    except (NotImplementedError, shapely.errors.GEOSException):
        return None
    return None if fixed is None or shapely.is_empty(fixed) else fixed


def _straightened(texts: Texts) -> Texts:
    """Return curves as lines and areas of short straight pieces; None for what is no geometry."""
    made: Texts = np.full(len(texts), None, dtype=object)
    with scratch() as folder:
        path = folder / "curves.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("n", "WKT"), *((row, text) for row, text in enumerate(texts))])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _, _, wkb, (rows,) = gdal.read(path, columns=["n"])
            straight = shapely.from_wkb(wkb, on_invalid="ignore")
        except (pyogrio.errors.DataSourceError, NotImplementedError, ValueError, RuntimeError):
            return made
    made[[int(row) for row in rows]] = straight
    return made
