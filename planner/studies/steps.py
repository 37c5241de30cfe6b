"""The cheapest next step up: of the standards a settlement misses, the one that costs least to meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from planner.coverage.parity import parity
from planner.errors import InputError
from planner.results import Assessment, Parity, StandardResult, State, Step
from planner.standards.model import Text
from planner.standards.plain import read_plain


@dataclass(frozen=True, slots=True)
class StepCost:
    """What a step up in a service costs.

    Attributes
    ----------
    fixed : float
        For any shortfall, in units of the table.
    per_unit : float
        For each unit of the standard that is short (a kilometre for distances), in units of the table.
    what : mapping of str to str
        What is done, by language.
    """

    fixed: float
    per_unit: float
    what: Text

    def of(self, shortfall: float, unit: str) -> float:
        """Return the cost of making up a shortfall; without a number, the fixed part alone."""
        if not np.isfinite(shortfall):
            return self.fixed
        return self.fixed + self.per_unit * (shortfall / 1000.0 if unit == "m" else shortfall)


@cache
def step_costs() -> Mapping[str, StepCost]:
    """Return the planner's own table of costs by service, in conditional units."""
    text = (resources.files("planner.studies") / "steps.yaml").read_text("utf-8")
    return _table(yaml.safe_load(text), "steps.yaml")


def read_step_costs(path: Path) -> Mapping[str, StepCost]:
    """Read a table of costs of the user's own; services that it leaves out keep the planner's.

    Raises
    ------
    InputError
        If it cannot be read or is not such a table.
    """
    try:
        document = read_plain(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            "The table of costs {file} cannot be read: {reason}.",
            "Give a YAML file with a row for each service below “steps:”.",
            file=path.name, reason=str(error).replace("\n", " "),
        ) from error  # fmt: skip
    return {**step_costs(), **_table(document, path.name)}


def _table(document: Any, file: str) -> dict[str, StepCost]:
    rows = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(rows, dict):
        raise InputError(
            "The table of costs {file} has no list “steps”.",
            "Write a row for each service below “steps:”.",
            file=file,
        )
    return {str(service): _cost(row, str(service), file) for service, row in rows.items()}


def _cost(row: Any, service: str, file: str) -> StepCost:
    try:
        fixed, per_unit = float(row.get("fixed", 0)), float(row.get("per_unit", 0))
        what = {str(k): str(v) for k, v in dict(row.get("what") or {}).items()}
        # A table in one language is read in all of them.
        what = {"en": next(iter(what.values())), **what} if what else {}
    except (AttributeError, TypeError, ValueError):
        fixed = per_unit = float("nan")
        what = {}
    if not (np.isfinite([fixed, per_unit]).all() and min(fixed, per_unit) >= 0):
        raise InputError(
            "The row of {service} in {file} is not a cost.",
            "Give numbers of at least 0 for “fixed” and “per_unit”.",
            service=service, file=file,
        )  # fmt: skip
    return StepCost(fixed, per_unit, what)


def next_steps(
    found: Parity, assessment: Assessment, costs: Mapping[str, StepCost]
) -> tuple[Step | None, ...]:
    """Return the cheapest step up of each place; at equal cost the one that brings most, then the first.

    Parameters
    ----------
    found : Parity
        With its composite.
    assessment : Assessment
        Of the same district.
    costs : mapping of str to StepCost
        Services without a row are left out.
    """
    best: list[Step | None] = [None] * len(found.places)
    for result in assessment.results:
        cost = costs.get(result.standard.service)
        if cost is None or result.standard.measure is None:
            continue
        gain = _gains(found, result)
        # Where no way leads, neither a van nor a bus does: what such a place needs first is a road.
        for i in np.flatnonzero(result.state == State.GAP):
            short = float(result.shortfall[i])
            step = Step(result.standard.service, result.standard, short,
                        cost.of(short, result.standard.measure.unit), float(gain[i]))  # fmt: skip
            known = best[i]
            if known is None or (step.cost, -step.gain) < (known.cost, -known.gain):
                best[i] = step
    return tuple(best)


def _gains(found: Parity, result: StandardResult) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return by how much the composite with the first reference rises where a standard is just met."""
    n = len(found.places)
    mine = next((s for s in found.services if s.service == result.standard.service), None)
    measure = result.standard.measure
    if mine is None or measure is None or not found.references:
        return np.zeros(n)
    weights = np.array([s.weight for s in found.services])
    there = np.stack([~np.isnan(s.parity[0]) for s in found.services])
    counted = (there * weights[:, None]).sum(axis=0)
    rise = np.zeros(n)
    for part in mine.measures:
        counts = part.standard.measure
        if result.standard.id not in part.alike or counts is None:
            continue
        # What is reached is the threshold that was missed; it is compared as the service's parity is.
        yard, comparator, value = counts.threshold, counts.comparator, measure.threshold
        if not part.has_number:
            yard, comparator, value = 1.0, ">=", 1.0
        met = parity(np.full(n, value), float(part.at_reference[0]), yard, comparator)
        rise += np.nan_to_num(np.maximum(0.0, met - part.parity[0]))
    share = np.divide(mine.weight, counted, out=np.zeros(n), where=counted > 0)
    known = np.sum([~np.isnan(part.parity[0]) for part in mine.measures], axis=0)
    return np.asarray(rise * share / np.maximum(1, known))
