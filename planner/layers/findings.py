"""Faults of a layer, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a layer and what to do about it.

    Attributes
    ----------
    code : str
        Stable name of the fault, for example ``lon_lat_swapped``.
    severity : {"error", "warning", "info"}
        ``error``: the layer is not usable as it is. ``warning``: usable, but look. ``info``: for the record.
    layer : str
        The file or layer it was found in.
    feature_ids : tuple of str
        The features concerned (all of them); empty when it concerns the file as a whole.
    count : int
        How many features; 0 when it concerns the file as a whole.
    message_template, fix_template : str
        What is wrong; what to do. With ``{placeholders}``; kept so that an interface can translate them.
    values : mapping
        What the placeholders stand for.
    repairable : bool
        Whether :func:`planner.layers.repair.repair` can mend it, once accepted.
    """

    code: str
    severity: Severity
    layer: str
    message_template: str
    fix_template: str
    feature_ids: tuple[str, ...] = ()
    count: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    repairable: bool = False

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.message_template.format(**self.values)

    @property
    def fix(self) -> str:
        """What to do about it, in English."""
        return self.fix_template.format(**self.values)

    def as_dict(self) -> dict[str, object]:
        """Return the finding as the command line prints it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "count": self.count,
            "feature_ids": list(self.feature_ids),
            "message": self.message,
            "fix": self.fix,
        }
