"""Until when a file has to be read; whoever works long looks at the clock now and then."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from planner.errors import InputError


@dataclass(frozen=True, slots=True)
class _Until:
    name: str
    seconds: float
    moment: float


_UNTIL: ContextVar[_Until | None] = ContextVar("planner_deadline", default=None)


@contextmanager
def within(seconds: float, name: str) -> Iterator[None]:
    """Give what is done inside so many seconds, in this thread.

    Parameters
    ----------
    seconds : float
    name : str
        Of the file, for the message.
    """
    before = _UNTIL.set(_Until(name, seconds, time.monotonic() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(before)


def left() -> float | None:
    """Return how many seconds are left, None where none were set."""
    until = _UNTIL.get()
    return None if until is None else max(until.moment - time.monotonic(), 0.0)


def check_time() -> None:
    """Raise where the time is over.

    Raises
    ------
    InputError
    """
    until = _UNTIL.get()
    if until is not None and time.monotonic() > until.moment:
        raise too_slow()


def too_slow() -> InputError:
    """Return what is said where the time is over."""
    until = _UNTIL.get() or _Until("The file", 0.0, 0.0)
    return InputError(
        "Reading {name} was stopped: it took more than {seconds} s.",
        "Split the layer, or raise PLANNER_MAX_SECONDS.",
        name=until.name,
        seconds=f"{until.seconds:g}",
    )
