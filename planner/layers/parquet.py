"""Read GeoParquet, and Parquet tables with coordinates in columns."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj.exceptions import CRSError

from planner.errors import InputError
from planner.layers.crs import known_crs, normal
from planner.layers.geojson_geometry import shown
from planner.layers.reading import FID, Content, Limits, Notes, column_names, id_column, unique_ids
from planner.layers.tables import table

_FAILURES = (
    pa.ArrowException, OSError, ValueError, KeyError, TypeError, NotImplementedError, OverflowError, AttributeError,
    IndexError, RecursionError, UnicodeError, CRSError, shapely.errors.ShapelyError, MemoryError,
)  # fmt: skip
_MIB = 1 << 20


def read_parquet(data: bytes, name: str, *, limits: Limits | None = None) -> Content:
    """Return the features of a Parquet file.

    Parameters
    ----------
    data : bytes
    name : str
        Of the layer, for findings.
    limits : Limits, optional

    Raises
    ------
    InputError
        If it cannot be read, is too large unpacked, or nothing in it is a location.
    """
    limits = limits or Limits()
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _refuse_large(file, name, limits)
        if b"geo" not in (file.schema_arrow.metadata or {}):
            plain = file.read().to_pandas()
            return _as_table(plain, Notes(name))
        return _as_features(gpd.read_parquet(io.BytesIO(data)), Notes(name))
    except InputError:
        raise
    except _FAILURES as error:
        raise InputError(
            "{name} cannot be read: {reason}.",
            "Open it in a GIS and export it again, for example as GeoPackage.",
            name=name,
            reason=shown(str(error).split("\n")[0].rstrip("."), 200),
        ) from error


def _refuse_large(file: pq.ParquetFile, name: str, limits: Limits) -> None:
    meta = file.metadata
    if meta.num_rows > limits.max_features:
        raise InputError(
            "{name} holds {count} features; at most {limit} are read.",
            "Split the layer, or raise the limit.",
            name=name,
            count=meta.num_rows,
            limit=limits.max_features,
        )
    if sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)) > limits.max_expanded_bytes:
        raise InputError(
            "The archive {name} unpacks to more than {limit} MiB.",
            "Pack fewer layers, or raise the limit.",
            name=name,
            limit=limits.max_expanded_bytes // _MIB,
        )


def _as_table(plain: pd.DataFrame, notes: Notes) -> Content:
    rows = [["" if _blank(cell) else str(cell) for cell in row] for row in plain.itertuples(index=False)]
    return table([str(column) for column in plain.columns], rows, notes, driver="Parquet")


def _blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell))


def _as_features(read: gpd.GeoDataFrame, notes: Notes) -> Content:
    geometries = np.asarray(read.geometry.values, dtype=object)
    found = known_crs(read.crs.to_wkt()) if read.crs is not None else None
    crs = normal(found) if found else None
    frame = pd.DataFrame(read.drop(columns=read.geometry.name)).reset_index(drop=True)
    frame.columns = pd.Index(column_names(frame.columns))
    for column in list(frame.columns):
        if isinstance(frame[column].dtype, gpd.array.GeometryDtype):
            frame[column] = [None if shape is None else shape.wkt for shape in frame[column]]
    ids = unique_ids(id_column(frame) or [None] * len(frame), notes)
    frame[FID] = ids
    layer = gpd.GeoDataFrame(frame, geometry=geometries, crs=crs)
    return Content("Parquet", layer, crs, crs is not None, notes.findings(ids))
