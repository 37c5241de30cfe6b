"""Read a sheet of an XLSX workbook as a table: the values that stand in its cells; formulas are never evaluated."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from planner.errors import InputError
from planner.layers import gdal
from planner.layers.archive import DAMAGED, most_expanded
from planner.layers.faults import examples
from planner.layers.geojson_geometry import shown
from planner.layers.reading import Content, Limits, Notes
from planner.layers.tables import table, table_records
from planner.layers.vector import FAILURES, refuse_references

_BLOCK = 1 << 20
_OPTIONS = {"HEADERS": "FORCE", "FIELD_TYPES": "STRING"}
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def read_spreadsheet(
    data: bytes, path: Path, name: str, *, layer: str | None = None, limits: Limits | None = None
) -> Content:
    """Return the rows of a sheet with a location each.

    Parameters
    ----------
    data : bytes
        The workbook.
    path : pathlib.Path
        A copy of it that may be opened freely.
    name : str
        For findings.
    layer : str, optional
        Which sheet; otherwise the first that holds rows.
    limits : Limits, optional

    Raises
    ------
    InputError
        If the workbook is damaged or too large, refers to things outside itself, or no column of the sheet holds
        coordinates.
    """
    notes = Notes(name)
    sheets, chosen, frame = _sheet(data, path, name, layer, limits or Limits(), notes)
    header = [str(column) for column in frame.columns]
    content = table(header, frame.to_numpy(dtype=object).tolist(), notes, driver="XLSX")
    return replace(content, layer=chosen, layers=sheets)


def sheet_records(data: bytes, path: Path, name: str, *, limits: Limits | None = None) -> pd.DataFrame:
    """Return the rows of the first sheet that holds any, whether or not they have coordinates."""
    notes = Notes(name)
    frame = _sheet(data, path, name, None, limits or Limits(), notes)[2]
    return table_records([str(c) for c in frame.columns], frame.to_numpy(dtype=object).tolist(), notes)


def _sheet(
    data: bytes, path: Path, name: str, layer: str | None, limits: Limits, notes: Notes
) -> tuple[tuple[str, ...], str, pd.DataFrame]:
    formulas = _inspect(data, name, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = tuple(str(found) for found in gdal.list_layers(path)[:, 0])
            filled = [sheet for sheet in sheets if _rows(path, sheet)]
            chosen = layer if layer is not None else (filled or list(sheets) or [""])[0]
            if chosen not in sheets:
                raise _no_such(name, layer, sheets)
            _refuse_long(_rows(path, chosen), name, limits)
            meta, _, _, columns = gdal.read(path, layer=chosen, read_geometry=False, **_OPTIONS)
    except InputError:
        raise
    except FAILURES as error:
        raise InputError(
            "{name} cannot be read: {reason}.",
            "Save the sheet as CSV.",
            name=name,
            reason=shown(str(error).replace(str(path), name).split(";")[0].rstrip("."), 200),
        ) from error
    if layer is None and len(filled) > 1:
        notes.add("layer_chosen", layers=examples(sheets), chosen=chosen)
    if formulas:
        notes.add("formulas")
    fields = [str(field) for field in meta["fields"]]
    cells = pd.DataFrame(dict(enumerate(columns)), dtype=object).fillna("").astype(str).astype(object)
    cells.columns = pd.Index(fields)
    there = (cells != "").any(axis=1).to_numpy()
    return sheets, chosen, cells[there].reset_index(drop=True)


def _rows(path: Path, sheet: str) -> int:
    return int(gdal.read_info(path, layer=sheet, force_feature_count=True, **_OPTIONS)["features"])


def _no_such(name: str, layer: str | None, sheets: tuple[str, ...]) -> InputError:
    if not sheets:
        return InputError("{name} holds no layer.", "Choose a file with features.", name=name)
    return InputError(
        "{name} has no layer {layer}; it has: {layers}.",
        "Name one of these.",
        name=name,
        layer=shown(layer),
        layers=examples(sheets),
    )


def _refuse_long(count: int, name: str, limits: Limits) -> None:
    if count > limits.max_features:
        raise InputError(
            "{name} holds more than {limit} rows.",
            "Split the table, or raise the limit.",
            name=name,
            limit=limits.max_features,
        )


def _inspect(data: bytes, name: str, limits: Limits) -> bool:
    """Refuse a workbook that is too large unpacked or refers elsewhere; return whether a sheet holds formulas."""
    formulas = False
    left = most = most_expanded(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                for block in _blocks(archive, member):
                    left -= len(block)
                    if left < 0:
                        raise InputError(
                            "The archive {name} unpacks to more than {limit} MiB.",
                            "Pack fewer layers, or raise the limit.",
                            name=name,
                            limit=most // _BLOCK,
                        )
                    if member.filename.endswith((".xml", ".rels")):
                        refuse_references(block, name)
                    formulas |= "worksheets/" in member.filename and _FORMULA.search(block) is not None
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(
            "The archive {name} is damaged: {reason}.", "Pack it again.", name=name, reason=shown(error)
        ) from error
    return formulas


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            yield block
