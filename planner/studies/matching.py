"""A list of places known by name only, joined to places whose position is known."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError, WorkspaceError
from planner.layers.columns import normal
from planner.layers.gazetteer import Locality, Match, Record, match
from planner.layers.read import read, read_records
from planner.layers.schema import ALIASES, WGS84, Role
from planner.layers.tables import NAMED
from planner.workspace import open_workspace

_NAMES = (
    *NAMED,
    "name_en",
    "name_variants",
    "alt_names",
    "old_name",
    *ALIASES["name_ru"],
    *ALIASES["name_be"],
)
_KIND = ("kind", "type", *ALIASES["kind"])
_COUNCIL = ("rural_council", *ALIASES["rural_council"])
_DISTRICT = ("district", "raion", "county", "район", "раён", "adm2")
_ID = ("id", "geonameid", "wof_id", *ALIASES["id"])
_ADDED = ("lat", "lon", "match", "match_score", "match_name", "match_id", "match_reasons", "match_candidates")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Matching:
    """A list and what each of its rows was joined to.

    Attributes
    ----------
    table : pandas.DataFrame
        The list as it was read.
    matches : tuple of Match
        One for each row.
    """

    table: pd.DataFrame
    matches: tuple[Match, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows are ``sure``, ``doubtful``, ``none``."""
        found = Counter(one.certainty for one in self.matches)
        return {certainty: found[certainty] for certainty in ("sure", "doubtful", "none")}


def match_list(path: Path, against: Path, *, encoding: str | None = None) -> Matching:
    """Join a list of places to known ones.

    Parameters
    ----------
    path : pathlib.Path
        A table (CSV or XLSX) with a column of names; kind, rural council and district are used where they are.
    against : pathlib.Path
        A workspace, whose settlements and other named points are the known places, or a file of places with names.
    encoding : str, optional
        Of the list.

    Raises
    ------
    InputError
        If the list has no column of names, or nothing with a name and a position is known.
    """
    table = read_records(path, encoding=encoding)
    if _column(table, NAMED) is None:
        raise InputError(
            "The table {name} has no column with names of places; it has: {columns}.",
            "Name the column: name.",
            name=path.name,
            columns=", ".join(map(str, table.columns[:40])),
        )
    known = known_places(against)
    if not known:
        raise InputError(
            "{name} knows no places with a name and a position.",
            "Add settlements to the workspace first, or name a file of places.",
            name=against.name,
        )
    return Matching(table, match(_records(table), known))


def known_places(against: Path) -> list[Locality]:
    """Return the named places of a workspace or of a file, each place once.

    Raises
    ------
    InputError
        If it is neither a workspace nor a file that can be read.
    """
    try:
        workspace = open_workspace(against)
    except WorkspaceError:
        return localities(read(against).frame.to_crs(WGS84))
    places: list[Locality] = []
    for record in workspace.layers():
        if record.role is Role.DEMAND and not record.service:
            places += localities(workspace.read(record))
    return places


def localities(frame: GeoDataFrame) -> list[Locality]:
    """Return the rows of a layer of places (WGS 84) that have a name and a position."""
    names = [c for c in frame.columns if normal(str(c)) in {normal(n) for n in _NAMES}]
    order = [normal(n) for n in ("name_ru", "name_be", *_NAMES)]
    names.sort(key=lambda column: order.index(normal(str(column))))
    kind, council, district, own = (_column(frame, asked) for asked in (_KIND, _COUNCIL, _DISTRICT, _ID))
    at = shapely.point_on_surface(frame.geometry.values)
    there = ~(shapely.is_missing(at) | shapely.is_empty(at))
    found: list[Locality] = []
    for row, values in enumerate(frame.drop(columns=frame.geometry.name).to_dict("records")):
        written = tuple(part for c in names for part in _text(values[c]).split("|") if part.strip())
        if written and there[row]:
            found.append(
                Locality(
                    (_text(values[own]) if own else "") or str(row + 1), written, at[row].x, at[row].y,
                    *(_text(values[c]) if c else "" for c in (kind, council, district)),
                )
            )  # fmt: skip
    return found


def _records(table: pd.DataFrame) -> list[Record]:
    columns = [_column(table, asked) for asked in (NAMED, _KIND, _COUNCIL, _DISTRICT)]
    taken: set[str] = set()
    for at, column in enumerate(columns):
        columns[at] = None if column in taken else column
        taken.add(column or "")
    return [
        Record(*(_text(row[c]) if c else "" for c in columns))
        for row in table.to_dict("records")
    ]  # fmt: skip


def _column(frame: pd.DataFrame, asked: Sequence[str]) -> str | None:
    by_name = {normal(str(column)): str(column) for column in reversed(list(frame.columns))}
    return next((by_name[normal(name)] for name in asked if normal(name) in by_name), None)


def _text(value: object) -> str:
    missing = value is None or value != value or value is pd.NA
    if isinstance(value, float) and not missing and value.is_integer():
        value = int(value)
    return "" if missing else str(value).strip()


def as_rows(matching: Matching) -> list[dict[str, Any]]:
    """Return the list with the position of every sure match, and what was found for every row."""
    rows = []
    for written, one in zip(matching.table.to_dict("records"), matching.matches, strict=True):
        place = one.locality
        rows.append(
            {
                **{str(column): _text(value) for column, value in written.items() if column not in _ADDED},
                "lat": place.lat if place else None,
                "lon": place.lon if place else None,
                "match": one.certainty,
                "match_score": one.score,
                "match_name": place.names[0] if place else None,
                "match_id": place.id if place else None,
                "match_reasons": "; ".join(one.reasons),
                "match_candidates": "; ".join(
                    f"{c.locality.names[0]} ({c.locality.id}; {c.locality.lat:.5f}, {c.locality.lon:.5f}; {c.score})"
                    for c in one.candidates
                ),
            }
        )
    return rows


def write_csv(matching: Matching, path: Path) -> None:
    """Write the list as CSV (UTF-8), ready to be added as a layer once the doubtful rows are settled.

    Texts that a spreadsheet would take for a formula are written behind an apostrophe.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    rows = as_rows(matching)
    columns = list(
        dict.fromkeys([*(c for c in map(str, matching.table.columns) if c not in _ADDED), *_ADDED])
    )
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    except OSError as error:
        raise InputError(
            "{name} cannot be written: {reason}.",
            "Choose another folder, or make room.",
            name=path.name,
            reason=error.strerror or str(error),
        ) from error


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value
