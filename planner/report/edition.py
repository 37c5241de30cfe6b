"""What a report is made with, apart from the assessment itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from planner.i18n import Speech
from planner.report.chapters import Finding

Pictures = Callable[[str], str]
"""Draws the map of a service (by its id) as an SVG element."""

Interactive = Callable[[], str]
"""Returns a whole HTML document with a map that can be moved about."""


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
