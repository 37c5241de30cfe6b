"""GeoPackages whose bytes follow from what is in them: layers, tables, and the styles that QGIS looks for."""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from planner.report.blocks import clean
from planner.report.gpkg_styles import Look

_VERSION = "1.2"
"""Of the GeoPackage: what older programs open without a warning, too."""

_CLOCK = threading.Lock()
POINT, AREA, LINE = "Point", "MultiPolygon", "MultiLineString"

Layers = Mapping[str, tuple[pd.DataFrame, str | None]]
"""Features or rows by the name of their layer or table, with the kind of geometry; None for a table."""


def packed(layers: Layers, crs: str, made_at: dt.datetime) -> bytes:
    """Return a GeoPackage.

    Parameters
    ----------
    layers : mapping
    crs : str
        Into which features are put, for example ``EPSG:32635``.
    made_at : datetime.datetime
        What it notes as the moment of its last change.
    """
    with tempfile.TemporaryDirectory(prefix="planner-report-") as folder, _clock(made_at):
        path = Path(folder) / "report.gpkg"
        for number, (name, (frame, kind)) in enumerate(layers.items()):
            placed = frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame
            pyogrio.write_dataframe(
                placed, path, layer=name, driver="GPKG", append=number > 0, geometry_type=kind,
                promote_to_multi=None if kind in (None, POINT) else True,
                dataset_options={"VERSION": _VERSION} if number == 0 else None,
            )  # fmt: skip
        return path.read_bytes()


@contextmanager
def _clock(made_at: dt.datetime) -> Iterator[None]:
    """Let GDAL note the report's date as that of the last change, so that the same inputs give the same bytes."""
    moment = made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with _CLOCK:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def frame_of(rows: Mapping[str, Any], shapes: list[Any]) -> pd.DataFrame:
    """Return features in longitude and latitude: columns, and a shape or None for each row."""
    made: pd.DataFrame = gpd.GeoDataFrame(pd.DataFrame(dict(rows)), geometry=shapes, crs="EPSG:4326")
    return made


def texts(values: Any) -> pd.Series:
    """Return texts that every reader can show."""
    return pd.Series([None if v is None else clean(str(v)) for v in values], dtype=object)


def points_of(lon: Any, lat: Any) -> list[Any]:
    """Return points; None where a coordinate is unknown."""
    known = np.isfinite(lon) & np.isfinite(lat)
    return [shapely.Point(x, y) if k else None for x, y, k in zip(lon, lat, known, strict=True)]


def numbers_of(values: Any) -> pd.Series:
    """Return numbers of which those that are unknown or infinite are null."""
    numbers = np.asarray(values, dtype=np.float64)
    return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan))


def style_table(found: Sequence[Look], made_at: dt.datetime) -> pd.DataFrame:
    """Return the table in which QGIS looks for the style of a layer."""
    moment = pd.Timestamp(made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0))
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": [look.layer for look in found],
            "f_geometry_column": "geom",
            "styleName": [look.name for look in found],
            "styleQML": [look.qml for look in found],
            "styleSLD": "",
            "useAsDefault": np.array([look.default for look in found], dtype=bool),
            "description": [look.name for look in found],
            "owner": "",
            "ui": "",
            "update_time": pd.Series([moment] * len(found), dtype="datetime64[ms]"),
        }
    )
