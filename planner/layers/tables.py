"""Read tables of places: coordinates in columns, or geometries as WKT."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers.angles import from_degrees
from planner.layers.columns import normal
from planner.layers.deadline import check_time
from planner.layers.encoding import decode, excerpt
from planner.layers.geojson_geometry import shown
from planner.layers.reading import (
    FID,
    Content,
    Limits,
    Notes,
    column_names,
    id_column,
    numbered,
    refuse_wide,
    unique_ids,
)
from planner.layers.schema import WGS84
from planner.layers.wkt import from_wkt, looks_like_wkt

_LATITUDE = ("lat", "latitude", "широта", "шырата", "lat_dd", "geo_lat", "lat_wgs84", "gps_lat", "y_wgs84")
_LONGITUDE = ("lon", "lng", "long", "longitude", "долгота", "даўгата", "lon_dd", "geo_lon", "geo_lng",
              "lon_wgs84", "gps_lon", "x_wgs84")  # fmt: skip
_Y = ("y", "point_y", "coord_y", "y_coord", "ycoord", "northing", "коорд_y", "координата_y", "у")
_X = ("x", "point_x", "coord_x", "x_coord", "xcoord", "easting", "коорд_x", "координата_x", "х")
_PAIR = ("coordinates", "coords", "latlon", "lat_lon", "координаты", "каардынаты")
_WKT = ("wkt", "geometry", "geom", "the_geom", "wkt_geom", "геометрия")
NAMED = (
    "name", "settlement", "place", "locality", "населенный_пункт", "населенный пункт", "название", "наименование",
    "населены_пункт", "назва", "name_ru", "name_be",
)  # fmt: skip
"""Columns that name places."""
_SEPARATORS = (",", ";", "\t", "|")
_RARE_SEPARATORS = ("^", "~", " ")
_TITLES = 20
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_BETWEEN = re.compile(r"(?<=[NSСЮ])\s*[,;\s]\s*(?=\d)", re.IGNORECASE)
Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


def read_table(
    data: bytes, name: str, *, encoding: str | None = None, limits: Limits | None = None
) -> Content:
    """Return the rows of a table of text with a location each.

    The separator (comma, semicolon, tab, bar, caret, tilde, blanks), the encoding, a decimal comma, titles above the
    heading and the columns that hold the coordinates are found out. Columns in which every cell is a plain number
    become numbers.

    Parameters
    ----------
    data : bytes
    name : str
        Of the layer, for findings.
    encoding : str, optional
    limits : Limits, optional

    Raises
    ------
    InputError
        If there is no heading, or no column that holds coordinates.
    """
    limits = limits or Limits()
    notes = Notes(name)
    decoded = decode(data, encoding)
    if not decoded.certain:
        notes.add("encoding_guessed", encoding=decoded.encoding, example=shown(excerpt(decoded.text)))
    header, rows, ragged = _cells(decoded.text, limits, name)
    content = table(header, rows, notes)
    if ragged:
        lines = Notes(name, {"row_length": list(range(len(ragged)))}, {"row_length": {}})
        found = lines.findings([str(line) for line in ragged])
        content = replace(content, findings=(*content.findings, *found))
    return replace(content, encoding=decoded.encoding)


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], notes: Notes, *, driver: str = "CSV"
) -> Content:
    """Return the rows of a table as features.

    Parameters
    ----------
    header : sequence of str
    rows : sequence of sequences of str
        Each as long as the heading.
    notes : Notes
        What was noted of the file already.
    driver : str
        The format it came in.

    Raises
    ------
    InputError
        If no column holds coordinates.
    """
    header, rows = _below_titles(header, rows, notes)
    cells, frame = columns_of(header, rows, notes)
    geometries = _located(cells, notes)
    frame.columns = pd.Index(column_names(frame.columns))
    ids = unique_ids(id_column(frame) or [None] * len(frame), notes)
    frame[FID] = ids
    layer = GeoDataFrame(frame, geometry=geometries, crs=WGS84)
    return Content(driver, layer, WGS84, True, notes.findings(ids))


def records(
    data: bytes, name: str, *, encoding: str | None = None, limits: Limits | None = None
) -> pd.DataFrame:
    """Return the rows of a table whether or not they have coordinates; every cell is text or a number.

    Raises
    ------
    InputError
        If it is no table.
    """
    header, rows, _ = _cells(decode(data, encoding).text, limits or Limits(), name)
    return table_records(header, rows, Notes(name))


def table_records(header: Sequence[str], rows: Sequence[Sequence[str]], notes: Notes) -> pd.DataFrame:
    """Return the rows of a table below its heading, columns of plain numbers as numbers."""
    return columns_of(*_below_titles(header, rows, notes), notes)[1]


def _below_titles(
    header: Sequence[str], rows: Sequence[Sequence[str]], notes: Notes
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return the heading and the rows of a table that may have titles above its heading, as lists of offices do.

    Parameters
    ----------
    header : sequence of str
        What stands first.
    rows : sequence of sequences of str
        What stands below, each as long as the heading.
    notes : Notes
        Gets what was left out.
    """
    if _speaks(header):
        return header, rows
    for at, row in enumerate(rows[:_TITLES]):
        if _speaks(row) and sum(bool(cell.strip()) for cell in row) > 1:
            title = next((cell for cell in header if cell.strip()), "")
            notes.add("titles_above", rows=at + 1, example=shown(title))
            return row, rows[at + 1 :]
    return header, rows


def _speaks(row: Sequence[str]) -> bool:
    """Return whether cells are the names of columns that tell where or what a place is."""
    pairs = ((_LATITUDE, _LONGITUDE), (_Y, _X))
    if any(_find(row, lat) is not None and _find(row, lon) is not None for lat, lon in pairs):
        return True
    return any(_find(row, names) is not None for names in (_WKT, _PAIR, NAMED))


def columns_of(
    header: Sequence[str], rows: Sequence[Sequence[str]], notes: Notes
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells as they are written, and with columns of plain numbers as numbers."""
    refuse_wide(len(header), len(rows), notes.layer)
    columns = _named(header, notes)
    cells = pd.DataFrame(list(rows), columns=columns, dtype=object) if len(rows) else None
    cells = pd.DataFrame(columns=columns, dtype=object) if cells is None else cells
    return cells, pd.DataFrame({column: typed(cells[column]) for column in columns}, columns=columns)


def _cells(text: str, limits: Limits, name: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the heading, the rows (as long as the heading), and the lines whose length had to be made so."""
    if not text.strip():
        raise InputError("The table {name} is empty.", "Choose a file with a heading and rows.", name=name)
    if "\0" in text:
        raise InputError(
            "The file {name} is not a text: it holds zero bytes.", "Save the table as CSV.", name=name
        )
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    separator = _separator(text)
    lines = text.splitlines(keepends=True)
    if separator == " ":
        lines = [line.strip(" ") for line in lines]
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator == " ")
    header: list[str] = []
    rows: list[list[str]] = []
    ragged: list[int] = []
    try:
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            if not header:
                header = row
                continue
            if len(row) != len(header):
                ragged.append(reader.line_num)
                row = (row + [""] * len(header))[: len(header)]
            rows.append(row)
            refuse_wide(len(header), len(rows), name)
            if len(rows) % 4096 == 0:
                check_time()
            if len(rows) > limits.max_features:
                raise InputError(
                    "{name} holds more than {limit} rows.",
                    "Split the table, or raise the limit.",
                    name=name,
                    limit=limits.max_features,
                )
    except csv.Error as error:
        raise InputError(
            "The table {name} cannot be read: {reason}, line {line}.",
            "Save the table again as CSV.",
            name=name,
            reason=str(error),
            line=reader.line_num,
        ) from error
    return header, rows, ragged


def _separator(text: str) -> str:
    """Return the separator that stands most often in the heading, and as often in the rows below.

    Blanks part a table only where nothing else does, every line has as many and at least three cells.
    """
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:50_000].splitlines()[:50] if line.strip()]

    def regular(separator: str) -> tuple[float, int]:
        counts = [line.count(separator) for line in lines]
        usual = Counter(counts).most_common(1)[0][0]
        return (counts.count(counts[0]) / len(counts) if counts[0] and usual else 0.0, counts[0])

    chosen = max(_SEPARATORS, key=regular)
    if regular(chosen)[0]:
        return chosen
    lines = [re.sub(" +", " ", line).strip() for line in lines]
    rare = max(_RARE_SEPARATORS, key=regular)
    share, count = regular(rare)
    return rare if share == 1 and count >= 2 else chosen


def _named(header: Sequence[str], notes: Notes) -> list[str]:
    columns: list[str] = []
    changed: list[str] = []
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    for place, cell in enumerate(header, start=1):
        written = " ".join(cell.split())
        column = written or f"column_{place}"
        if column in seen:
            column = numbered(column, seen, numbers)
        if column != written:
            changed.append(column)
        seen.add(column)
        columns.append(column)
    if changed:
        notes.add("header_repeated", columns=", ".join(changed))
    return columns


def _find(columns: Sequence[str], names: Sequence[str]) -> str | None:
    by_name = {normal(column): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def _located(cells: pd.DataFrame, notes: Notes) -> Texts:
    columns = list(cells.columns)
    for lat_names, lon_names in ((_LATITUDE, _LONGITUDE), (_Y, _X)):
        lat, lon = _find(columns, lat_names), _find(columns, lon_names)
        if lat is not None and lon is not None:
            return _points(cells, lon, lat, notes)
    wkt = _find(columns, _WKT) or _wkt_column(cells)
    if wkt is not None:
        return from_wkt(_texts(cells[wkt]), notes)
    pair = _find(columns, _PAIR)
    if pair is not None:
        written = cells[pair].str.replace(_BETWEEN, ";", n=1, regex=True)
        between = r";\s*" if written.str.contains(";").all() else r"[;\s]\s*|,\s+|,(?=\d+\.)"
        halves = written.str.split(between, n=1, regex=True, expand=True)
        if halves.shape[1] == 2:
            both = pd.DataFrame({pair: halves[0].fillna(""), f"{pair} (2)": halves[1].fillna("")})
            return _points(both, f"{pair} (2)", pair, notes)
    names = _find(columns, NAMED)
    if names is not None:
        raise InputError(
            "The table {name} has no coordinates, but names of places in the column {column}.",
            "Join it to known places by name first: on the page “Layers” under “List of names”, or with planner match "
            "FILE --against WORKSPACE --out FOUND.csv, and add what that gives. Or name the columns of coordinates "
            "lat and lon.",
            name=notes.layer,
            column=shown(names),
        )
    raise InputError(
        "No column of the table {name} holds coordinates; it has: {columns}.",
        "Name the columns lat and lon, or give a column wkt.",
        name=notes.layer,
        columns=shown(", ".join(columns), 300),
    )


def _wkt_column(cells: pd.DataFrame) -> str | None:
    for column in cells.columns:
        filled = [cell for cell in cells[column].head(20) if cell.strip()]
        if filled and all(map(looks_like_wkt, filled)):
            return str(column)
    return None


def _points(cells: pd.DataFrame, lon: str, lat: str, notes: Notes) -> Texts:
    notes.add("coordinate_columns", columns=f"{lon}, {lat}")
    lon_text, lat_text = _texts(cells[lon]), _texts(cells[lat])
    comma = sum("," in text for text in lon_text[:1000]) + sum("," in text for text in lat_text[:1000])
    if comma:
        notes.add("decimal_comma")
    x, y = numbers(lon_text), numbers(lat_text)
    given = (lon_text != "") | (lat_text != "")
    good = np.isfinite(x) & np.isfinite(y)
    _shifted(cells, (lon, x, lon_text), (lat, y, lat_text), notes)
    for row in np.flatnonzero(given & ~good):
        notes.add("coordinates_unreadable", int(row), columns=f"{lon}, {lat}")
    geometries: Texts = np.full(len(cells), None, dtype=object)
    geometries[good] = shapely.points(x[good], y[good])
    return geometries


def _shifted(
    cells: pd.DataFrame, lon: tuple[str, Floats, Texts], lat: tuple[str, Floats, Texts], notes: Notes
) -> None:
    """Note that one coordinate column holds something else, while its neighbour holds numbers that fit it."""
    for (bad, broken, texts), (other, numbers_there, _), looks in (
        (lat, lon, "the latitude"),
        (lon, lat, "the longitude"),
    ):
        filled = texts != ""
        with np.errstate(invalid="ignore"):
            fits, sound = np.abs(broken) <= 360, np.abs(numbers_there) <= 360
        if not filled.any() or fits[filled].mean() > 0.5:
            continue
        # Metres are large in both columns; that is another matter.
        if sound.any() and sound[filled].mean() > 0.5:
            notes.add(
                "columns_shifted", column=bad, example=shown(texts[filled][0]), other=other, looks=looks
            )


def _texts(column: pd.Series[str]) -> Texts:
    return np.array([cell.strip() for cell in column], dtype=object)


def numbers(texts: Texts) -> Floats:
    """Return texts as numbers, also with decimal comma or in degrees and minutes; NaN where one is none."""
    plain = pd.to_numeric(pd.Series(texts, dtype=object).str.replace(",", ".", n=1), errors="coerce")
    values = np.array(plain, dtype=np.float64)
    values[np.isinf(values)] = np.nan
    for row in np.flatnonzero(np.isnan(values)):
        check_time()
        values[row] = from_degrees(texts[row])
    return values


def typed(column: pd.Series[str]) -> pd.Series[str]:
    """Return a column as numbers where every filled cell is one, written as a computer writes it."""
    stripped = column.str.strip()
    filled = stripped[stripped != ""]
    if len(filled) and filled.str.fullmatch(_PLAIN).all():
        # Codes of many digits must not lose their last ones to rounding.
        whole = filled[~filled.str.contains(".", regex=False)]
        if len(whole) and whole.str.len().max() > 15:
            return stripped.where(stripped != "", None)
        return pd.to_numeric(stripped.where(stripped != "", None))
    return column.where(stripped != "", None)
