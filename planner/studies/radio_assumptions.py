"""What the screening of mobile coverage assumes: a table of the planner's own, which a file can change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml

from planner.coverage.radio import ENVIRONMENTS
from planner.errors import InputError

SIDES = ("optimistic", "pessimistic")
SURROUNDINGS = ("rural", "town")
FORMULAS = (
    *(f"okumura_hata/{e}" for e in ENVIRONMENTS),
    *(f"cost231/{e}" for e in ENVIRONMENTS if e != "open"),
    "rma/los",
    "rma/nlos",
)
AUTO = "auto"

Rules = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Formulas by surroundings and side, the first that holds is taken."""

_NUMBERS = {
    "mobile_height_m": (1.0, 10.0),
    "building_height_m": (5.0, 50.0),
    "street_width_m": (5.0, 50.0),
    "power_dbm": (0.0, 70.0),
    "gain_dbi": (0.0, 40.0),
    "loss_db": (0.0, 40.0),
    "threshold_dbm": (-150.0, -40.0),
    "shadow_db": (0.0, 20.0),
    "town_radius_m": (0.0, 50_000.0),
    "cell_m": (50.0, 10_000.0),
    "terrain_step_m": (25.0, 1_000.0),
}
"""Within which bounds each number makes sense."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The numbers of ``radio.yaml``, under their names there.

    Attributes
    ----------
    subcarriers_low, subcarriers_high : float
        Below 1,000 MHz and from there on.
    share_optimistic, share_pessimistic : float
        Of spots at which the threshold is held.
    models : mapping of str to Rules
    """

    mobile_height_m: float
    building_height_m: float
    street_width_m: float
    power_dbm: float
    gain_dbi: float
    loss_db: float
    threshold_dbm: float
    shadow_db: float
    town_radius_m: float
    cell_m: float
    terrain_step_m: float
    subcarriers_low: float
    subcarriers_high: float
    share_optimistic: float
    share_pessimistic: float
    models: Mapping[str, Rules]

    def rules(self, model: str) -> Rules:
        """Return the formulas of a model.

        Raises
        ------
        InputError
            If there is no such model.
        """
        if model not in self.models:
            raise InputError(
                "There is no model “{model}” for mobile coverage.", "Choose from: {available}.",
                model=model, available=", ".join(self.models),
            )  # fmt: skip
        return self.models[model]

    def subcarriers(self, frequency_mhz: float) -> float:
        """Return how many subcarriers share the power of a carrier."""
        return self.subcarriers_low if frequency_mhz < 1000 else self.subcarriers_high

    def share(self, side: str) -> float:
        """Return the share of spots for a side of the band."""
        return self.share_optimistic if side == "optimistic" else self.share_pessimistic

    def digest(self) -> str:
        """Return a digest of all numbers and rules."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def assumptions() -> Assumptions:
    """Return the planner's own assumptions."""
    return _assumptions(_own(), "radio.yaml")


def read_assumptions(path: Path) -> Assumptions:
    """Read assumptions of the user's own; what they leave out stays the planner's.

    Raises
    ------
    InputError
        If the file cannot be read, names something unknown, or a number makes no sense.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "The assumptions {file} cannot be read: {reason}.",
            "Give a YAML file with names and numbers, as the how-to on mobile coverage shows.",
            file=path.name, reason=str(error).replace("\n", " "),
        ) from error  # fmt: skip
    if not isinstance(document, dict):
        raise _refused(path.name, "the file", "names and numbers")
    own = _own()
    for name in document:
        if name not in own:
            raise _refused(path.name, str(name), f"one of: {', '.join(own)}")
    return _assumptions({**own, **_nested(own, document, path.name)}, path.name)


def _own() -> dict[str, Any]:
    return dict(yaml.safe_load((resources.files("planner.studies") / "radio.yaml").read_text("utf-8")))


def _nested(own: Mapping[str, Any], given: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return what is given, its groups filled up from the planner's own."""
    found = dict(given)
    for group in ("subcarriers", "share_of_spots", "models"):
        if group in given:
            if not isinstance(given[group], dict):
                raise _refused(file, group, "names and values")
            found[group] = {**own[group], **given[group]}
    return found


def _assumptions(document: Mapping[str, Any], file: str) -> Assumptions:
    subcarriers, shares = document["subcarriers"], document["share_of_spots"]
    found = Assumptions(
        **{name: _number(document[name], name, *bounds, file) for name, bounds in _NUMBERS.items()},
        subcarriers_low=_number(subcarriers["below_1000_mhz"], "below_1000_mhz", 1, 1e5, file),
        subcarriers_high=_number(subcarriers["from_1000_mhz"], "from_1000_mhz", 1, 1e5, file),
        share_optimistic=_number(shares["optimistic"], "optimistic", 0.01, 0.999, file),
        share_pessimistic=_number(shares["pessimistic"], "pessimistic", 0.01, 0.999, file),
        models={str(name): _rules(rows, str(name), file) for name, rows in document["models"].items()},
    )
    if found.share_optimistic > found.share_pessimistic:
        raise _refused(file, "share_of_spots", "an optimistic share that is not above the pessimistic one")
    return found


def _number(value: Any, name: str, low: float, high: float, file: str) -> float:
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not np.isfinite(number) or not low <= number <= high:
        raise _refused(file, name, f"a number from {low:g} to {high:g}")
    return number


def _rules(rows: Any, model: str, file: str) -> Rules:
    try:
        rules = {s: {side: tuple(rows[s][side]) for side in SIDES} for s in SURROUNDINGS}
    except (KeyError, TypeError) as error:
        raise _refused(file, model, "rural and town, each with optimistic and pessimistic") from error
    for name in (n for sides in rules.values() for names in sides.values() for n in names):
        if name not in FORMULAS:
            raise _refused(file, f"{model}: {name}", f"one of: {', '.join(FORMULAS)}")
    return rules


def _refused(file: str, name: str, wanted: str) -> InputError:
    return InputError(
        "In {file}, “{name}” is not what is asked for there.",
        "Give {asked}.",
        file=file,
        name=name,
        asked=wanted,
    )
