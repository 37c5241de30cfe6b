"""Read the binary and XML formats through GDAL: GeoPackage, Shapefile, FlatGeobuf, KML, GML, GPX, MapInfo."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio.errors
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers import gdal
from planner.layers.attribute_encoding import attribute_encoding
from planner.layers.crs import known_crs, normal
from planner.layers.geojson_geometry import shown
from planner.layers.reading import FID, Content, Limits, Notes, column_names, id_column, unique_ids
from planner.layers.schema import WGS84

_ALWAYS_WGS84 = ("KML", "LIBKML", "GPX")
FAILURES = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    shapely.errors.GEOSException,
    NotImplementedError,
    UnicodeError,
    RuntimeError,
    ValueError,
    OverflowError,
    TypeError,
    MemoryError,
    # pyogrio trips over its own variable where a coordinate system's text is not UTF-8.
    NameError,
)
# An XML file may name others: entities, schemas, remote sources. None of it is needed for places on a map.
_XML_REFERENCES = re.compile(rb"<!DOCTYPE|<!ENTITY|<OGR\w|<GDAL\w|<VRT\w|xi:include", re.IGNORECASE)
_CURVES = (
    "CircularString",
    "CompoundCurve",
    "CurvePolygon",
    "MultiCurve",
    "MultiSurface",
    "Curve",
    "Surface",
)
_ARCS = re.compile(rb"<(?:\w+:)?(?:Arc|Circle|CubicSpline|BSpline|Bezier)\w*[\s>]")
_OF_KML = {
    "description", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility",
    "drawOrder", "icon", "snippet",
}  # fmt: skip
"""Columns that the library adds to every KML layer, whether the file uses them or not."""


def refuse_references(data: bytes, name: str) -> None:
    """Refuse an XML document that refers to what lies outside it.

    Raises
    ------
    InputError
    """
    plain = data.replace(b"\0", b"")
    match = _XML_REFERENCES.search(plain)
    if match:
        raise InputError(
            "{name} refers to things outside the file ({what}); such files are not read.",
            "Export the layer again without a document type or links.",
            name=name,
            what=shown(match[0].decode("ascii", "replace")),
        )


def read_vector(
    path: Path,
    name: str,
    *,
    encoding: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> Content:
    """Return the features of a layer in a format that GDAL reads.

    Parameters
    ----------
    path : pathlib.Path
        A copy of the file that may be opened freely: drivers write side files next to what they read.
    name : str
        Of the layer, for findings.
    encoding : str, optional
        Of the attributes of a Shapefile or a MapInfo table; otherwise the file tells, where the text does not
        contradict it.
    layer : str, optional
        Which layer; otherwise the first that holds features.
    limits : Limits, optional

    Raises
    ------
    InputError
        If the file cannot be opened, or has no such layer.
    """
    limits = limits or Limits()
    notes = Notes(name)
    options = {"DOWNLOAD_SCHEMA": "NO"} if path.suffix == ".gml" else {}
    if path.suffix in (".shp", ".mif", ".tab"):
        encoding = attribute_encoding(path, notes, encoding)
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            layers = [str(found) for found in gdal.list_layers(path)[:, 0]]
            chosen = _choose(path, name, layers, layer, notes)
            info = gdal.read_info(path, layer=chosen, encoding=encoding, force_feature_count=True, **options)
            refuse_many(int(info["features"]), name, limits)
            read = gdal.read(
                path, layer=chosen, encoding=encoding, return_fids=True, datetime_as_string=True, **options
            )
    except InputError:
        raise
    except FAILURES as error:
        raise InputError(
            "{name} cannot be read: {reason}.",
            "Open it in a GIS and export it again, for example as GeoPackage.",
            name=name,
            reason=shown(str(error).replace(str(path), name).split(";")[0].rstrip("."), 200),
        ) from error
    _hear([str(warning.message) for warning in heard], notes)
    if _curved(path, str(info["geometry_type"])):
        notes.add("curves")
    _refuse_detail(read[2], name, limits)
    return _content(read, str(info["driver"]), tuple(layers), chosen, encoding, notes)


def _curved(path: Path, declared: str) -> bool:
    """Return whether a layer holds curves; they were read as lines of short straight pieces."""
    if path.suffix == ".gml":
        # In GML a curve may well be straight: only its segments tell.
        return _ARCS.search(path.read_bytes()) is not None
    return declared.replace(" Z", "").replace(" M", "") in _CURVES


def too_detailed(name: str, count: int, limits: Limits) -> InputError:
    """Return what is said of a layer of too many vertices."""
    return InputError(
        "{name} holds {count} vertices; at most {limit} are taken.",
        "Split or simplify the layer, or raise the limit.",
        name=name,
        count=count,
        limit=limits.max_vertices,
    )


def refuse_many(count: int, name: str, limits: Limits) -> None:
    """Refuse a layer of too many features."""
    if count > limits.max_features:
        raise InputError(
            "{name} holds {count} features; at most {limit} are read.",
            "Split the layer, or raise the limit.",
            name=name,
            count=count,
            limit=limits.max_features,
        )


def _refuse_detail(wkb: Any, name: str, limits: Limits) -> None:
    """Refuse geometries of too many vertices before they are built: each takes at least 16 bytes of the WKB."""
    if wkb is None:
        return
    size = sum(len(each) for each in wkb if each is not None)
    if size <= limits.max_vertices * 16:
        return
    # Heads and heights are in it as well: what only may be too many is counted when it has been built.
    most = size // 32
    if most > limits.max_vertices:
        raise too_detailed(name, most, limits)


def _content(
    read: tuple[Any, ...],
    driver: str,
    layers: tuple[str, ...],
    chosen: str | None,
    encoding: str | None,
    notes: Notes,
) -> Content:
    meta, fids, wkb, columns = read
    fields = [str(field) for field in meta["fields"]]
    names = column_names(fields)
    frame = pd.DataFrame(dict(zip(names, columns, strict=True)), index=range(len(fids)))
    geometries = np.full(len(fids), None, dtype=object)
    if wkb is not None:
        with np.errstate(invalid="ignore"):
            geometries[:] = shapely.from_wkb(wkb, on_invalid="ignore")
        for row in np.flatnonzero((wkb != None) & (geometries == None)):  # noqa: E711 - element by element
            notes.add("geometry_unreadable", int(row))
    if driver in ("KML", "LIBKML"):
        unused = [name for name in frame.columns if name in _OF_KML and _says_nothing(frame[name])]
        frame = frame.drop(columns=unused)
    ids = unique_ids(id_column(frame) or [int(fid) for fid in fids], notes)
    frame[FID] = ids
    crs, declared = _crs(meta["crs"], driver)
    if meta["crs"] and crs is None:
        notes.add("crs_unknown", crs=shown(meta["crs"]))
    text = encoding or meta.get("encoding")
    layer = GeoDataFrame(frame, geometry=geometries, crs=crs)
    return Content(driver, layer, crs, declared, notes.findings(ids), text, chosen, layers)


def _says_nothing(column: pd.Series) -> bool:
    return bool((column.isna() | column.isin([-1, 0, ""])).all())


def _crs(written: str | None, driver: str) -> tuple[str | None, bool]:
    if driver in _ALWAYS_WGS84:
        return WGS84, True
    found = known_crs(written) if written else None
    # GeoPackage's own name for "no system" is a local one without units to rely on.
    if found is None or "Undefined" in found:
        return None, False
    return normal(found), True


def _choose(path: Path, name: str, layers: list[str], layer: str | None, notes: Notes) -> str | None:
    if not layers:
        raise InputError("{name} holds no layer.", "Choose a file with features.", name=name)
    if layer is not None:
        if layer not in layers:
            raise InputError(
                "{name} has no layer {layer}; it has: {layers}.",
                "Name one of these.",
                name=name,
                layer=layer,
                layers=shown(", ".join(layers), 300),
            )
        return layer
    filled = (
        found for found in layers if gdal.read_info(path, layer=found, force_feature_count=True)["features"]
    )
    chosen = next(filled, layers[0]) if len(layers) > 1 else layers[0]
    if len(layers) > 1:
        notes.add("layer_chosen", layers=shown(", ".join(layers), 300), chosen=chosen)
    return chosen


def _hear(remarks: list[str], notes: Notes) -> None:
    """Turn what GDAL grumbles about while reading into findings."""
    for remark in remarks:
        if "Measured" in remark:
            notes.add("measures_dropped")
        elif "organizePolygons" not in remark and "winding order" not in remark:
            notes.add("archive_damaged", reason=shown(remark))
