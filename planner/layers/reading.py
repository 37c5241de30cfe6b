"""What reading a file gives: its features as they are, and what is remarkable about them."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers.faults import finding
from planner.layers.findings import Finding
from planner.layers.limits import MIB, Limits

__all__ = [
    "FID", "MIB", "Content", "Limits", "Notes", "Reading", "column_names", "id_column", "numbered", "refuse_wide",
    "unique_ids",
]  # fmt: skip

FID = "_fid"
"""The column of a reading that holds its features' ids."""

MAX_COLUMNS, MAX_CELLS = 4000, 200_000_000
"""How wide a layer may be, and how large its table."""

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
    numbers: dict[str, int] = {}
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
            text = numbered(text, seen, numbers, "~")
        seen.add(text)
        ids.append(text)
    return ids


def numbered(name: str, taken: Collection[str], numbers: dict[str, int], between: str = "_") -> str:
    """Return a name with the first number behind it, from 2, that makes it one that is not taken.

    Parameters
    ----------
    name : str
    taken : collection of str
    numbers : dict of str to int
        By name, where to go on counting: a name that stands in a file ten thousand times is not counted up anew for
        each of them.
    between : str
    """
    number = numbers.get(name, 2)
    while f"{name}{between}{number}" in taken:
        number += 1
    numbers[name] = number + 1
    return f"{name}{between}{number}"


def refuse_wide(columns: int, rows: int, name: str) -> None:
    """Refuse a layer of too many columns; a small file may name a new one with every feature.

    Raises
    ------
    InputError
    """
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        raise InputError(
            "{name} has {columns} columns and {rows} rows; at most {limit} columns and {cells} cells are read.",
            "Keep the columns that are needed.",
            name=name, columns=columns, rows=rows, limit=MAX_COLUMNS, cells=MAX_CELLS,
        )  # fmt: skip


def column_names(columns: Iterable[object]) -> list[str]:
    """Return a file's columns under names of which no two are alike, nor like a layer's own."""
    given = [str(column) for column in columns]
    everywhere = {way for name in given for way in (name, name.casefold())}
    numbers: dict[str, int] = {}
    seen: set[str] = set()
    names: list[str] = []
    for name in given:
        if name in ("geometry", FID):
            name += "_1"
            while name.casefold() in everywhere:
                name += "_1"
        if name in seen:
            name = numbered(name, everywhere, numbers)
        everywhere.update((name, name.casefold()))
        seen.add(name)
        names.append(name)
    return names


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
