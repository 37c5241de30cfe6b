"""Check columns: whether those a role needs are there, and what stands in them."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.layers.columns import Matched, match_columns, normal
from planner.layers.faults import finding
from planner.layers.findings import Finding
from planner.layers.geojson_geometry import shown
from planner.layers.reading import FID, ID_BEFORE, Reading
from planner.layers.schema import ALIASES, SCHEMAS, Role, area_type

_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d+)?")
_COMMA = re.compile(r"\d+,\d+")
_BLANK = {"", "-", "–", "—", "nan", "none", "null", "n/a", "нет", "н/д", "<na>"}
_NEVER_ZERO = {"seats", "floor_m2", "height_m", "engines", "brigades"}
"""Of these a facility that works has some."""
_CAPACITIES = {*_NEVER_ZERO, "physicians", "beds", "mbps", "trips_week"}
_MOST_NAMED = 40
EVERYBODY = 1e10
"""More people than there are."""


def check_fields(reading: Reading, role: Role) -> list[Finding]:
    """Return findings about the columns of a layer in a role."""
    columns = [str(column) for column in reading.frame.columns if column not in ("geometry", FID)]
    matched = match_columns(columns, role)
    found = _names(reading, columns, matched, role)
    if "population" in matched.chosen and role is Role.DEMAND:
        found += _population(reading, matched.chosen["population"])
        found += _zeros(reading, matched.chosen["population"], matched.chosen.get("kind"))
    if role in (Role.FACILITIES, Role.SERVICE_AREA):
        found += _attributes(reading, columns)
    return found


def _zeros(reading: Reading, column: str, kind: str | None) -> list[Finding]:
    """Find towns and agrotowns without people, and lists in which most places have none.

    A village may well have died out: one zero among many numbers is nothing to remark.
    """
    zero = Counts(reading.frame[column]).value == 0
    filled = np.isfinite(Counts(reading.frame[column]).value)
    if zero.sum() * 2 <= filled.sum():
        larger = [area_type(value) in ("urban", "agrotown") for value in reading.frame[kind]] if kind else []
        zero = zero & np.array(larger, dtype=bool) if larger else np.zeros(len(zero), dtype=bool)
    ids = reading.frame[FID].to_numpy(dtype=object)
    return [finding("population_zero", reading.name, tuple(ids[zero]))] if zero.any() else []


def _attributes(reading: Reading, columns: list[str]) -> list[Finding]:
    """Find what is no number, negative or an impossible zero among a service's capacities."""
    ids = reading.frame[FID].to_numpy(dtype=object)
    found: list[Finding] = []
    for column in columns:
        name = normal(column)
        if name not in _CAPACITIES:
            continue
        cells = reading.frame[column]
        counts = Counts(cells)
        numbers = np.isfinite(counts.value)
        with np.errstate(invalid="ignore"):
            masks = {
                "number_text": counts.text & (numbers.sum() > counts.text.sum()),
                "number_negative": counts.value < 0,
                "number_zero": (counts.value == 0) & (name in _NEVER_ZERO),
            }
        for code, mask in masks.items():
            if mask.any():
                example = shown(cells.iloc[int(np.flatnonzero(mask)[0])])
                found.append(finding(code, reading.name, tuple(ids[mask]), column=column, example=example))
    return found


def _names(reading: Reading, columns: list[str], matched: Matched, role: Role) -> list[Finding]:
    layer = reading.name
    found = [
        finding(
            "column_missing",
            layer,
            role=role.value,
            column=name,
            aliases=", ".join(ALIASES.get(name, ())) or "-",
            columns=_listed(columns),
        )
        for name in SCHEMAS[role].required
        if name not in matched.chosen
    ]
    found += [
        finding("column_ambiguous", layer, column=name, columns=_listed(rivals), chosen=matched.chosen[name])
        for name, rivals in matched.rivals.items()
    ]
    known = (
        {ID_BEFORE}
        | set(matched.chosen.values())
        | {name for rivals in matched.rivals.values() for name in rivals}
    )
    for fault in reading.findings:
        if fault.code == "coordinate_columns":
            known |= set(str(fault.values["columns"]).split(", "))
    unknown = [column for column in columns if column not in known]
    # Attributes of a service are its standard's own; only the standard knows which of them count.
    if unknown and not SCHEMAS[role].needs_service:
        found.append(finding("columns_unknown", layer, columns=_listed(unknown)))
    return found


def _listed(columns: list[str] | tuple[str, ...]) -> str:
    listed = ", ".join(shown(column) for column in columns[:_MOST_NAMED])
    return listed + (", …" if len(columns) > _MOST_NAMED else "") if columns else "-"


class Counts:
    """A column of counts of people, as numbers where its cells are such.

    Attributes
    ----------
    value : (n,) float array
        NaN where there is none.
    blank, formatted, text : (n,) bool array
        Cells that are empty; that are numbers formatted for people (decimal comma, grouped thousands);
        that are something else.
    """

    def __init__(self, column: pd.Series) -> None:
        self.value: npt.NDArray[np.float64] = np.full(len(column), np.nan)
        self.blank = np.asarray(column.isna(), dtype=bool).copy()
        self.formatted = np.zeros(len(column), dtype=bool)
        self.text = np.zeros(len(column), dtype=bool)
        if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            self.value[:] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            for row in np.flatnonzero(~self.blank):
                self._cell(int(row), column.iloc[row])
        infinite = np.isinf(self.value)
        self.text |= infinite
        self.value[infinite] = np.nan
        self.blank |= np.isnan(self.value) & ~self.text

    def _cell(self, row: int, cell: object) -> None:
        if isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool):
            try:
                self.value[row] = float(cell)
            except OverflowError:
                self.text[row] = True
            return
        text = str(cell).strip()
        if text.casefold() in _BLANK:
            self.blank[row] = True
            return
        unsigned = text.lstrip("-−")
        sign = -1.0 if unsigned != text else 1.0
        try:
            if _GROUPED.fullmatch(unsigned) or _COMMA.fullmatch(unsigned):
                self.value[row] = sign * float(re.sub(r"[^\d.,]", "", unsigned).replace(",", "."))
                self.formatted[row] = True
            elif re.fullmatch(r"\d+(?:\.\d+)?", unsigned):
                self.value[row] = sign * float(unsigned)
            else:
                self.text[row] = True
        except ValueError:
            self.text[row] = True


def _population(reading: Reading, column: str) -> list[Finding]:
    cells = reading.frame[column]
    counts = Counts(cells)
    ids = reading.frame[FID].to_numpy(dtype=object)
    found: list[Finding] = []
    with np.errstate(invalid="ignore"):
        negative = counts.value < 0
        too_large = counts.value > EVERYBODY
        fraction = (counts.value != np.round(counts.value)) & np.isfinite(counts.value)
    for code, mask in (
        ("population_text", counts.text),
        ("population_number_format", counts.formatted),
        ("population_negative", negative),
        ("population_too_large", too_large),
        ("population_missing", counts.blank),
        ("population_fraction", fraction),
    ):
        if not mask.any():
            continue
        first = int(np.flatnonzero(mask)[0])
        said = {"example": shown(cells.iloc[first]), "number": f"{counts.value[first]:g}", "column": column}
        found.append(finding(code, reading.name, tuple(ids[mask]), said=said))
    return found
