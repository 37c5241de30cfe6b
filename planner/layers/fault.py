"""A kind of fault: its words, its weight, whether it can be mended."""

from __future__ import annotations

from dataclasses import dataclass

from planner.layers.findings import Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    Attributes
    ----------
    severity : {"error", "warning", "info"}
    message, fix : str
        Templates; ``{count}`` and ``{examples}`` stand for how many features, and the first few of them.
    repairable : bool
        Whether :func:`planner.layers.repair.repair` can mend it.
    """

    severity: Severity
    message: str
    fix: str
    repairable: bool = False
