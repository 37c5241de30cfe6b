"""Taking a time, and what is said of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    what : str
    value : float or None
        In `unit`; None where it could not be measured.
    unit : str
    target : float or None
        At most this; None where the number is for comparison only.
    note : str
    """

    what: str
    value: float | None
    unit: str = "s"
    target: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.value is None:
            return "not measured"
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else "MISSED"


def seconds(run: Callable[[], object], times: int = 5, *, warm: bool = True) -> float:
    """Return the median time of a run, after one that does not count."""
    if warm:
        run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
