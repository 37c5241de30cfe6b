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
    least : bool
        Whether the target is to be reached instead: at least this.
    failed : bool
        Whether it did not come to what was to be measured, so that the value is when it was given up.
    """

    what: str
    value: float | None
    unit: str = "s"
    target: float | None = None
    note: str = ""
    least: bool = False
    failed: bool = False

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.value is None:
            return "not measured"
        if self.target is None:
            return ""
        if self.failed:
            return "MISSED"
        met = self.value >= self.target if self.least else self.value <= self.target
        return "met" if met else "MISSED"


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


def fastest(
    *runs: Callable[[], object], times: int = 5, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the least time of each run, after one that does not count; they take turns.

    What else goes on in a machine only ever makes a run longer, and while they take turns it meets all of them.
    """
    taken: list[list[float]] = [[] for _ in runs]
    for turn in range(times + 1):
        for run, times_of_it in zip(runs, taken, strict=True):
            began = clock()
            run()
            if turn:
                times_of_it.append(clock() - began)
    return [min(each) for each in taken]
