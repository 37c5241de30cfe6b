"""What a report is made with, apart from the assessment itself."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass

from planner.errors import InputError
from planner.i18n import Speech
from planner.report.chapters import Finding

Pictures = Callable[[str], str]
"""Draws the map of a service (by its id) as an SVG element."""

Interactive = Callable[[], str]
"""Returns a whole HTML document with a map that can be moved about."""


EPOCH = "SOURCE_DATE_EPOCH"
"""The variable by which builds that can be made again name their moment, in seconds since 1970."""


def moment() -> dt.datetime:
    """Return the date that a report bears where none is given: that of the clock, or of ``SOURCE_DATE_EPOCH``.

    Raises
    ------
    InputError
        If the variable does not hold a moment.
    """
    told = os.environ.get(EPOCH, "")
    if not told:
        return dt.datetime.now().astimezone()
    try:
        return dt.datetime.fromtimestamp(int(told), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            "{name} holds “{text}”, which is no moment.",
            "Give whole seconds since the beginning of 1970, or leave it out.",
            name=EPOCH,
            text=told,
        ) from error


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a report.

    Attributes
    ----------
    say : Speech
        The language of the report.
    made_at : datetime.datetime
        The moment shown as the report's date, and kept in the files' properties.
    pictures : callable or None
        Draws the static maps; None takes the planner's own.
    interactive : callable or None
        Makes the interactive map; None takes the planner's own.
    findings : tuple
        Results of other studies than the assessment; each kind makes a chapter.
    """

    say: Speech
    made_at: dt.datetime
    pictures: Pictures | None = None
    interactive: Interactive | None = None
    findings: tuple[Finding, ...] = ()
