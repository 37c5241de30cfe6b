"""How far a study has come: told as it goes, and the place where it ends when nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from planner.layers.deadline import check_time

Progress = Callable[[float, str], None]
"""Called with the share done, from 0 to 1, and the identifier of what is being done."""

T = TypeVar("T")


def part(progress: Progress | None, begin: float, end: float) -> Progress:
    """Return what a part of a study tells its progress to, so that the whole of it goes from one share to another.

    Parameters
    ----------
    progress : callable or None
        Of the whole.
    begin, end : float
        From 0 to 1.
    """

    def told(share: float, what: str) -> None:
        check_time()
        if progress is not None:
            progress(begin + (end - begin) * min(1.0, max(0.0, share)), what)

    return told


def each(of: Sequence[T], progress: Progress | None, name: Callable[[T], str] = str) -> Iterator[T]:
    """Yield what a study goes through one by one, and tell before each how many are done.

    Parameters
    ----------
    of : sequence
    progress : callable, optional
    name : callable
        Returns the identifier of one.

    Raises
    ------
    Stopped
        If somebody asked the work to end.
    """
    tell = part(progress, 0.0, 1.0)
    for number, one in enumerate(of):
        tell(number / len(of), name(one))
        yield one


def wanted(of: Iterable[T]) -> Iterator[T]:
    """Yield what is gone through as long as the work is wanted.

    Raises
    ------
    Stopped
        If somebody asked the work to end.
    """
    for one in of:
        check_time()
        yield one
