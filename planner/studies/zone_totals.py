"""The totals of a district's zones: those of its own layer, or those of a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.errors import InputError
from planner.layers.checks_fields import EVERYBODY
from planner.layers.columns import match_columns
from planner.layers.population import spread
from planner.layers.prepare import prepare_table
from planner.layers.read import read_records
from planner.layers.schema import Role
from planner.studies.inputs import Inputs


def own_totals(inputs: Inputs, column: str) -> dict[int, int]:
    """Return the totals of the workspace's own zones by their number, whole numbers with the same sum, rounded.

    Raises
    ------
    InputError
        If the zones have no such column of numbers.
    """
    layer = inputs.layers.get((Role.ZONES, ""))
    numbers = np.full(0, np.nan) if layer is None else layer.numbers(column)
    given = np.flatnonzero(np.isfinite(numbers))
    if not given.size or (numbers[given] < 0).any():
        raise InputError("The zones of the workspace have no numbers of people in a column {column}.",
                         "Take them from a raster first, or give a file of totals.", column=column)  # fmt: skip
    whole = spread(round(float(numbers[given].sum())), numbers[given])
    return dict(zip(given.tolist(), whole.tolist(), strict=True))


def file_totals(inputs: Inputs, file: Path, column: str) -> dict[int, int]:
    """Return the totals of a file's zones by their number in the workspace.

    Raises
    ------
    InputError
        If a zone is not known or named twice, or its total is not a whole number of people.
    """
    import pandas as pd

    frame = read_records(file)  # A table of councils has names and totals, and as a rule no coordinates.
    table = prepare_table(frame, Role.ZONES)
    if match_columns([str(c) for c in frame.columns], Role.ZONES).chosen.get("population") == column:
        # A name that other offices use is kept under the planner's own.
        column = "population"
    if column not in table or "name" not in table:
        raise InputError("{file} has no columns name and {column}.", "Name the column of totals with --totals.",
                         file=file.name, column=column)  # fmt: skip
    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = table["name"][~((numbers >= 0) & (numbers <= EVERYBODY) & (numbers % 1 == 0))]
    if len(wrong):
        raise InputError("The total of {names} is not a whole number of people.", "Mend the file.",
                         names=", ".join(map(str, wrong[:5])))  # fmt: skip
    known = {name: i for i, names in enumerate(inputs.zones.names) for name in names.values()}
    known.update({identifier: i for i, identifier in enumerate(inputs.zones.ids)})
    names = table["name"].astype(str).tolist()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            "The workspace knows no zone called {names}.", "Write the names as in the layer of zones.",
            names=", ".join(unknown[:5]),
        )  # fmt: skip
    rows = [known[name] for name in names]
    twice = [name for name, row in zip(names, rows, strict=True) if rows.count(row) > 1]
    if twice:
        raise InputError("{file} gives the total of a zone twice: {names}.", "Leave one of them out.",
                         file=file.name, names=", ".join(twice[:5]))  # fmt: skip
    return dict(zip(rows, numbers.astype(int).tolist(), strict=True))
