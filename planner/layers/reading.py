"""What reading a file gives: its features as they are, and what is remarkable about them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from planner.layers.faults import finding
from planner.layers.findings import Finding
from planner.layers.limits import MIB, Limits

__all__ = [
    "FID", "MIB", "Content", "Limits", "Notes", "Reading", "id_column", "unique_ids",
]  # fmt: skip

FID = "_fid"
"""The column of a reading that holds its features' ids."""

ID_BEFORE = "id_original"
"""The column that keeps ids as the file has them, where they had to be changed to tell features apart."""


@dataclass(frozen=True)
class Reading:
    """A layer as it stands in its file.

    Attributes
    ----------
    path : pathlib.Path
    name : str
        The file's name without its extension.
    driver : str
        The format: ``GeoJSON``, ``GPKG``, ``ESRI Shapefile``, ``KML``, ``CSV``, ``WKT``, …
    frame : geopandas.GeoDataFrame
        Columns as in the file, and the text column ``_fid`` with an id for every feature, unique.
    crs : str or None
        As the file or the caller declares it.
    crs_declared : bool
        Whether anybody declared it; GeoJSON, KML, GPX and tables of longitude and latitude are WGS 84 by
        their nature.
    encoding : str or None
        Of the text, where the format leaves it open.
    layer : str or None
        Which of the file's layers was read.
    layers : tuple of str
        All layers of the file.
    digest : str
        SHA-256 of the file's bytes.
    size_bytes : int
    findings : tuple of Finding
        What was remarkable already on reading.
    """

    path: Path
    name: str
    driver: str
    frame: GeoDataFrame
    crs: str | None
    crs_declared: bool
    encoding: str | None
    layer: str | None
    layers: tuple[str, ...]
    digest: str
    size_bytes: int
    findings: tuple[Finding, ...]

    @property
    def bounds(self) -> list[float] | None:
        """West, south, east, north in the file's own coordinates; None where nothing has coordinates."""
        found = [float(edge) for edge in self.frame.total_bounds]
        return found if all(map(math.isfinite, found)) else None


@dataclass
class Notes:
    """Findings in the making: which rows of a file have which fault.

    Attributes
    ----------
    layer : str
    rows : dict of str to list of int
        Rows by code of the fault; an empty list for a fault of the file as a whole.
    values : dict of str to dict
        What the placeholders stand for, by code: the first that was noted.
    """

    layer: str
    rows: dict[str, list[int]] = field(default_factory=dict)
    values: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(self, code: str, row: int | None = None, **values: object) -> None:
        """Note a fault of a row, or of the whole file; a fault noted twice for a row counts once."""
        rows = self.rows.setdefault(code, [])
        if row is not None and (not rows or rows[-1] != row):
            rows.append(row)
        self.values.setdefault(code, values)

    def findings(self, ids: Sequence[str]) -> tuple[Finding, ...]:
        """Return the findings, rows replaced by the features' ids."""
        return tuple(
            finding(code, self.layer, tuple(ids[row] for row in dict.fromkeys(rows)), said=self.values[code])
            for code, rows in self.rows.items()
        )


@dataclass(frozen=True)
class Content:
    """What a format's reader makes of a file: the parts of a :class:`Reading` that the reader knows."""

    driver: str
    frame: GeoDataFrame
    crs: str | None
    crs_declared: bool
    findings: tuple[Finding, ...]
    encoding: str | None = None
    layer: str | None = None
    layers: tuple[str, ...] = ()


def unique_ids(given: Sequence[Any], notes: Notes) -> list[str]:
    """Return an id for every feature: the one given, or its position in the file; unique in any case.

    Parameters
    ----------
    given : sequence
        The id of each feature as the file has it, None where there is none.
    notes : Notes
        Takes note of ids that are missing here and there, of another type than text or number, or repeated.
    """
    plain = _plain_ids(given)
    if plain is not None:
        return plain
    some = any(value is not None for value in given)
    ids: list[str] = []
    seen: set[str] = set()
    for row, value in enumerate(given):
        text = _id_text(value)
        if text is None:
            if value is not None:
                notes.add("id_type", row)
            elif some:
                notes.add("id_missing", row)
            text = str(row + 1)
            while text in seen:
                text += "'"
        elif text in seen:
            notes.add("id_duplicate", row)
            suffix = 2
            while f"{text}~{suffix}" in seen:
                suffix += 1
            text = f"{text}~{suffix}"
        seen.add(text)
        ids.append(text)
    return ids


def _plain_ids(given: Sequence[Any]) -> list[str] | None:
    """Return the ids of a layer in which all are sound, or none is given; None where they are to be looked at."""
    kinds = set(map(type, given))
    if kinds == {type(None)}:
        return [str(row) for row in range(1, len(given) + 1)]
    if len(kinds) != 1 or not kinds <= {str, int} or len(set(given)) != len(given):
        return None
    ids = list(map(str, given))
    return ids if all(map(str.strip, ids)) else None


def _id_text(value: object) -> str | None:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def id_column(frame: pd.DataFrame) -> list[Any] | None:
    """Return the values of a column named ``id`` where every row has one; otherwise None."""
    for column in frame.columns:
        if str(column).strip().casefold() == "id":
            values = frame[column]
            if values.notna().all() and values.map(_is_simple).all():
                return [value.item() if hasattr(value, "item") else value for value in values]
    return None


def _is_simple(value: Hashable) -> bool:
    return isinstance(value, (str, int, float)) or hasattr(value, "item")
