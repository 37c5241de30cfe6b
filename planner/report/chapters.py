"""What a report says of studies beyond the assessment: chapters, each with one part for every service studied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.i18n import Speech
from planner.results import (
    Capacity,
    Closures,
    Comparison,
    Fragility,
    MobileCoverage,
    Parity,
    Plan,
    ServiceAreas,
    SharedSites,
    Tours,
    YearlySites,
)

Cell = str | float | None

Finding = (
    Closures
    | Capacity
    | Comparison
    | Fragility
    | MobileCoverage
    | Parity
    | ServiceAreas
    | Tours
    | Plan
    | YearlySites
    | SharedSites
)
"""A result of another study than the assessment, which a report can tell of."""

_IN_A_ROW = 5

DIGITS = {"people": 0, "km": 1, "number": 1, "score": 2}
"""Styles of columns that hold numbers, with the digits after the point."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and how its cells are written (``text`` or a key of :data:`DIGITS`)."""

    title: str
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Part:
    """What a study found for one service.

    Attributes
    ----------
    subject : str
        The service, with the marks that its reader has to see.
    sentences : tuple of str
    rows : tuple
        Of the chapter's columns; a number may be NaN or infinite, None is not known.
    """

    subject: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def listed(self) -> bool:
        """Whether its sentences are too many to be read as one paragraph."""
        return len(self.sentences) > _IN_A_ROW


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of study in a report: a heading, how it was done, a part for every service, all in the same columns.

    Of a chapter that is not `whole`, pages show the first rows of each part; the workbook always has them all.
    """

    id: str
    heading: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    whole: bool = False


def chapters(findings: Sequence[Finding], say: Speech) -> tuple[Chapter, ...]:
    """Return the chapters that tell of studies, in the order in which they were given.

    Parameters
    ----------
    findings : sequence
        Results of studies; those of one kind make one chapter.
    say : Speech
    """
    from planner.report.capacity import capacity_chapters
    from planner.report.closures import closures_chapter
    from planner.report.comparison import comparison_chapter
    from planner.report.fragility import fragility_chapter
    from planner.report.mobile import mobile_chapter
    from planner.report.parity import parity_chapter
    from planner.report.reach import reach_chapter
    from planner.report.siting import siting_chapter
    from planner.report.tour import tour_chapters

    closed = [found for found in findings if isinstance(found, Closures)]
    capacities = [found for found in findings if isinstance(found, Capacity)]
    reaching = [found for found in findings if isinstance(found, ServiceAreas)]
    fragile = [found for found in findings if isinstance(found, Fragility)]
    plans = [found for found in findings if isinstance(found, Plan | YearlySites | SharedSites)]
    visiting = [found for found in findings if isinstance(found, Tours)]
    return (
        *(comparison_chapter(found, say) for found in findings if isinstance(found, Comparison)),
        *(parity_chapter(found, say) for found in findings if isinstance(found, Parity)),
        *((reach_chapter(reaching, say),) if reaching else ()),
        *((closures_chapter(closed, say),) if closed else ()),
        *(capacity_chapters(capacities, say) if capacities else ()),
        *((fragility_chapter(fragile, say),) if fragile else ()),
        *(mobile_chapter(found, say) for found in findings if isinstance(found, MobileCoverage)),
        *((siting_chapter(plans, say),) if plans else ()),
        *(tour_chapters(visiting, say) if visiting else ()),
    )


def written(cell: Cell, style: str, say: Speech) -> str:
    """Return a cell as a page shows it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return say.number(cell, DIGITS[style])


def subject(name: str, *, proxy: bool, modelled: bool) -> str:
    """Return a service's name with its signs, as everywhere in the report: † for a proxy, * for modelled data."""
    return f"{name}{'†' * proxy}{'*' * modelled}"
