"""Bring a layer into the form in which the planner keeps and measures it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import orjson
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers.checks_fields import Counts
from planner.layers.columns import match_columns
from planner.layers.faults import examples
from planner.layers.geojson_geometry import shown
from planner.layers.reading import FID, ID_BEFORE
from planner.layers.schema import SCHEMAS, WGS84, Role

_LONGEST_NAME = 60
_ROOM = 6
"""Letters of a name that may have to make room for a number."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMERIC = ("speed_kmh", "trips_week", "mbps", "cost")
_OWN = ("id", "geometry", "geom", "fid", FID)


def prepare(frame: GeoDataFrame, role: Role, *, service: str | None = None) -> GeoDataFrame:
    """Return a layer with canonical columns, in WGS 84.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        As :func:`planner.layers.repair.repair` gives it, or as it was read where nothing needed mending.
    role : Role
    service : str, optional
        The service the layer belongs to; needed where the role asks for one.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns of the role under their canonical names, ``id`` first (text, unique), then all others as they
        were, under names that a GeoPackage can hold; ``population`` is a float, NaN where it is not given.
        Geometries keep their type: a facility given as an area keeps its area.

    Raises
    ------
    InputError
        If the coordinate system is not known, a required column is missing, or no service is named.
    """
    if SCHEMAS[role].needs_service and not service:
        raise InputError(
            "A {role} layer has to name its service.", "Say which service it is of.", role=role.value
        )
    if frame.crs is None:
        raise InputError(
            "The coordinate system of the layer is not known.",
            "Give it when reading the file, for example EPSG:32635.",
        )
    columns = [str(column) for column in frame.columns if column not in (frame.geometry.name, FID)]
    chosen = match_columns(columns, role).chosen
    missing = [name for name in SCHEMAS[role].required if name not in chosen]
    if missing:
        raise InputError(
            "A {role} layer needs the column {column}.",
            "Rename the column that holds it, or choose another role.",
            role=role.value,
            column=", ".join(missing),
        )
    located = _in_degrees(frame)
    canonical = {column: name for name, column in chosen.items()}
    rest = [column for column in columns if column not in canonical]
    ids, own = _ids(frame, chosen.get("id"))
    kept: dict[str, pd.Series] = {"id": ids}
    for name, column in chosen.items():
        if name != "id":
            kept[name] = _canonical(frame[column], name)
    for column, name in zip(rest, _safe_names(rest, kept), strict=True):
        kept[name] = _storable(frame[column])
    if own is not None:
        (name,) = _safe_names([ID_BEFORE], kept)
        kept[name] = own
    data = pd.DataFrame(kept, index=frame.index)
    layer = GeoDataFrame(data, geometry=located.geometry.to_numpy(), crs=WGS84)
    return layer.reset_index(drop=True)


def prepare_table(rows: pd.DataFrame, role: Role) -> pd.DataFrame:
    """Return a table that has no positions with the canonical columns of a role, as :func:`prepare` does for a layer.

    Parameters
    ----------
    rows : pandas.DataFrame
        As :func:`planner.layers.read.read_records` gives it.
    role : Role
    """
    layer = prepare(GeoDataFrame(rows, geometry=[None] * len(rows), crs=WGS84), role)
    return pd.DataFrame(layer.drop(columns=[layer.geometry.name]))


def _in_degrees(frame: GeoDataFrame) -> GeoDataFrame:
    located = frame.to_crs(WGS84)
    with np.errstate(invalid="ignore"):
        there = ~(shapely.is_missing(frame.geometry.values) | shapely.is_empty(frame.geometry.values))
        lost = there & ~np.isfinite(shapely.bounds(located.geometry.values)).all(axis=1)
    if lost.any():
        names = frame[FID] if FID in frame.columns else pd.Series(range(1, len(frame) + 1))
        raise InputError(
            "Positions that the coordinate system {crs} does not have: {count} ({examples}).",
            "Check the coordinate system and these coordinates.",
            crs=shown(frame.crs.to_string()),
            count=int(lost.sum()),
            examples=examples(names[lost]),
        )
    return located


def _ids(frame: GeoDataFrame, column: str | None) -> tuple[pd.Series, pd.Series | None]:
    """Return the layer's own ids where they tell all features apart, else those of the reading, and its own beside."""
    fids = frame[FID].astype(str) if FID in frame.columns else pd.Series(range(1, len(frame) + 1)).astype(str)
    others = pd.Series(list(fids), index=frame.index, dtype=object)
    if column is None:
        return others, None
    own = [_text(value) for value in frame[column]]
    if all(own) and len(set(own)) == len(own):
        return pd.Series(own, index=frame.index, dtype=object), None
    return others, pd.Series(own, index=frame.index, dtype=object) if any(own) else None


def _canonical(column: pd.Series, name: str) -> pd.Series:
    if name == "population":
        return pd.Series(Counts(column).value, index=column.index)
    if name in _NUMERIC:
        numbers = Counts(column)
        # A speed may be a word ("RU:urban"): such a column stays text, for whoever reads it to make out.
        if not numbers.text.any():
            return pd.Series(numbers.value, index=column.index)
    return _storable(column)


def _safe_names(columns: Sequence[str], taken: dict[str, pd.Series]) -> list[str]:
    """Return names that a GeoPackage can hold side by side: its columns do not differ by case alone."""
    seen = {name.casefold() for name in (*taken, *_OWN)}
    numbers: dict[str, int] = {}
    names: list[str] = []
    for column in columns:
        plain = " ".join(_CONTROL.sub(" ", column).replace('"', "'").split()) or "column"
        name = plain[:_LONGEST_NAME].rstrip()
        start = plain[: _LONGEST_NAME - _ROOM].casefold()
        while name.casefold() in seen:
            number = numbers[start] = numbers.get(start, 1) + 1
            suffix = f"_{number}"
            name = plain[: _LONGEST_NAME - len(suffix)].rstrip() + suffix
        seen.add(name.casefold())
        names.append(name)
    return names


def _storable(column: pd.Series) -> pd.Series:
    """Return a column of one type that a GeoPackage holds: numbers, truth values, or text."""
    dtype = column.dtype
    if pd.api.types.is_bool_dtype(dtype) and not column.isna().any():
        return column.astype(bool)
    if (
        pd.api.types.is_unsigned_integer_dtype(dtype)
        and len(column)
        and column.max() > np.iinfo(np.int64).max
    ):
        return pd.Series([_text(value) for value in column], index=column.index, dtype=object)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return column if isinstance(dtype, np.dtype) else column.astype(float)
    values = [value for value in column if not _missing(value)]
    if values and all(type(value) is int and abs(value) < 2**53 for value in values):
        return column.map(lambda value: math.nan if _missing(value) else float(value)).astype(float)
    if (
        values
        and all(type(value) in (int, float) for value in values)
        and any(type(v) is float for v in values)
    ):
        return column.map(lambda value: math.nan if _missing(value) else float(value)).astype(float)
    return pd.Series([_text(value) for value in column], index=column.index, dtype=object)


def _missing(value: object) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


def _text(value: object) -> str | None:
    """Return a value as text, lists and objects as JSON; None where there is none."""
    if _missing(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (dict, list)):
        try:
            value = orjson.dumps(value).decode()
        except (TypeError, ValueError, RecursionError):
            value = str(value)
    return _CONTROL.sub(" ", str(value))
