"""A list of places known by name only, joined to places whose position is known."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError, WorkspaceError
from planner.layers.columns import normal
from planner.layers.deadline import within
from planner.layers.gazetteer import Locality, Match, Record, match
from planner.layers.limits import Limits
from planner.layers.read import read, read_records
from planner.layers.schema import ALIASES, WGS84, Role
from planner.layers.tables import NAMED
from planner.studies.progress import Progress, part
from planner.workspace import LayerRecord, open_workspace

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
class KnownPlaces:
    """Places whose position is known.

    Attributes
    ----------
    localities : tuple of Locality
        Those with a name and a position.
    frame : GeoDataFrame
        The rows that they were made of, one for each, WGS 84.
    name, digest : str
        Of the file, or of the layer of a workspace.
    layer : LayerRecord or None
        The layer of settlements; None for a file.
    """

    localities: tuple[Locality, ...]
    frame: GeoDataFrame
    name: str
    digest: str
    layer: LayerRecord | None = None


@dataclass(frozen=True)
class Matching:
    """A list and what each of its rows was joined to.

    Attributes
    ----------
    table : pandas.DataFrame
        The list as it was read.
    matches : tuple of Match
        One for each row.
    known : KnownPlaces
        What the rows were joined to.
    file_name, file_digest : str
        The list's own; the digest is SHA-256 of its bytes, hexadecimal.
    """

    table: pd.DataFrame
    matches: tuple[Match, ...]
    known: KnownPlaces
    file_name: str
    file_digest: str

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows are ``sure``, ``doubtful``, ``none`` and ``settled``."""
        found = Counter(one.certainty for one in self.matches)
        return {certainty: found[certainty] for certainty in ("sure", "doubtful", "none", "settled")}


def match_list(
    path: Path, against: str | Path, *, encoding: str | None = None, progress: Progress | None = None
) -> Matching:
    """Join a list of places to known ones.

    Parameters
    ----------
    path : pathlib.Path
        A table (CSV or XLSX) with a column of names; kind, rural council and district are used where they are.
    against : str or pathlib.Path
        A workspace, whose settlements are the known places, or a file of places with names.
    encoding : str, optional
        Of the list.
    progress : callable, optional

    Raises
    ------
    InputError
        If the list has no column of names, or nothing with a name and a position is known.
    """
    table = read_records(path, encoding=encoding)
    if column_of(table, NAMED) is None:
        raise InputError(
            "The table {name} has no column with names of places; it has: {columns}.",
            "Name the column: name.",
            name=path.name,
            columns=", ".join(map(str, table.columns[:40])),
        )
    known = known_places(against)
    if not known.localities:
        raise InputError(
            "{name} knows no places with a name and a position.",
            "Add settlements to the workspace first, or name a file of places.",
            name=known.name,
        )
    digest = hashlib.sha256(b"" if path.is_dir() else path.read_bytes()).hexdigest()
    with within(Limits.in_force().max_seconds, path.name):
        found = match(_told(_records(table), part(progress, 0.2, 1.0)), known.localities)
    return Matching(table, found, known, path.name, digest)


def _told(records: list[Record], progress: Progress) -> Iterator[Record]:
    """Yield records and tell, one in a hundred, how many are done."""
    for number, record in enumerate(records):
        if number % 100 == 0:
            progress(number / len(records), record.name)
        yield record


def known_places(against: str | Path) -> KnownPlaces:
    """Return the named places of a workspace or of a file.

    Raises
    ------
    InputError
        If it is neither a workspace nor a file that can be read.
    """
    try:
        workspace = open_workspace(against)
    except WorkspaceError:
        reading = read(against)
        found = reading.frame.to_crs(WGS84) if reading.frame.crs is not None else reading.frame.set_crs(WGS84)
        return _known(found, reading.path.name, reading.digest)
    record = next((r for r in workspace.layers() if r.role is Role.DEMAND and not r.service), None)
    if record is None:
        raise InputError(
            "{name} knows no places with a name and a position.",
            "Add settlements to the workspace first, or name a file of places.",
            name=workspace.shown_as,
        )
    return _known(workspace.read(record), f"{record.name}, {record.version}", record.digest, record)


def _known(frame: GeoDataFrame, name: str, digest: str, record: LayerRecord | None = None) -> KnownPlaces:
    rows, places = _localities(frame)
    return KnownPlaces(tuple(places), frame.iloc[rows].reset_index(drop=True), name, digest, record)


def localities(frame: GeoDataFrame) -> list[Locality]:
    """Return the rows of a layer of places (WGS 84) that have a name and a position."""
    return _localities(frame)[1]


def _localities(frame: GeoDataFrame) -> tuple[list[int], list[Locality]]:
    """Return the places of a layer, and which of its rows they are."""
    names = [c for c in frame.columns if normal(str(c)) in {normal(n) for n in _NAMES}]
    order = [normal(n) for n in ("name_ru", "name_be", *_NAMES)]
    names.sort(key=lambda column: order.index(normal(str(column))))
    kind, council, district, own = (column_of(frame, asked) for asked in (_KIND, _COUNCIL, _DISTRICT, _ID))
    at = shapely.point_on_surface(frame.geometry.values)
    there = ~(shapely.is_missing(at) | shapely.is_empty(at))
    found: list[Locality] = []
    rows: list[int] = []
    taken: set[str] = set()
    for row, values in enumerate(frame.drop(columns=frame.geometry.name).to_dict("records")):
        written = tuple(part for c in names for part in plain_text(values[c]).split("|") if part.strip())
        if written and there[row]:
            # A decision names a place by its id, so no two places may share one.
            name = (plain_text(values[own]) if own else "") or str(row + 1)
            while name in taken:
                name += "~"
            taken.add(name)
            rows.append(row)
            found.append(
                Locality(
                    name, written, at[row].x, at[row].y,
                    *(plain_text(values[c]) if c else "" for c in (kind, council, district)),
                )
            )  # fmt: skip
    return rows, found


def _records(table: pd.DataFrame) -> list[Record]:
    columns = [column_of(table, asked) for asked in (NAMED, _KIND, _COUNCIL, _DISTRICT)]
    taken: set[str] = set()
    for at, column in enumerate(columns):
        columns[at] = None if column in taken else column
        taken.add(column or "")
    return [
        Record(*(plain_text(row[c]) if c else "" for c in columns))
        for row in table.to_dict("records")
    ]  # fmt: skip


def column_of(frame: pd.DataFrame, asked: Sequence[str]) -> str | None:
    """Return the first column of a table that goes by one of the names asked for; None where none does."""
    by_name = {normal(str(column)): str(column) for column in reversed(list(frame.columns))}
    return next((by_name[normal(name)] for name in asked if normal(name) in by_name), None)


def plain_text(value: object) -> str:
    """Return a cell as text, whole numbers without a fraction; the empty string where nothing is in it."""
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
                **{
                    str(column): plain_text(value)
                    for column, value in written.items()
                    if column not in _ADDED
                },
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
            writer.writerows({key: harmless(value) for key, value in row.items()} for row in rows)
    except OSError as error:
        raise InputError(
            "{name} cannot be written: {reason}.",
            "Choose another folder, or make room.",
            name=path.name,
            reason=error.strerror or str(error),
        ) from error


def harmless(value: object) -> object:
    """Return a value of a table; a text that a spreadsheet would take for a formula, behind an apostrophe."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value
