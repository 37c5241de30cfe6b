"""Until when a file has to be read, and whether it is still wanted; whoever works long looks now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from planner.errors import InputError, Stopped


@dataclass(frozen=True, slots=True)
class _Until:
    name: str
    seconds: float
    moment: float


_UNTIL: ContextVar[_Until | None] = ContextVar("planner_deadline", default=None)
_UNWANTED: ContextVar[Callable[[], bool] | None] = ContextVar("planner_unwanted", default=None)


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


@contextmanager
def stoppable(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Let what is done inside, in this thread, be ended from without.

    Parameters
    ----------
    unwanted : callable
        Whether the work is to end; asked often, so it has to answer at once.
    """
    before = _UNWANTED.set(unwanted)
    try:
        yield
    finally:
        _UNWANTED.reset(before)


def is_over() -> Callable[[], bool]:
    """Return what tells whether the work of this thread is to end; for one that waits on its behalf."""
    until, unwanted = _UNTIL.get(), _UNWANTED.get()

    def over() -> bool:
        late = until is not None and time.monotonic() > until.moment
        return late or (unwanted is not None and unwanted())

    return over


def check_time() -> None:
    """Raise where the time is over, or the work is not wanted any more.

    Raises
    ------
    InputError
        If the time is over.
    Stopped
        If somebody asked the work to end.
    """
    unwanted = _UNWANTED.get()
    if unwanted is not None and unwanted():
        raise Stopped
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
