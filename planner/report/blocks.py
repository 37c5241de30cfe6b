"""What a printed report is made of: headings, paragraphs, tables, pictures, whichever program sets them.

The PDF and the document for an office are set from the same blocks, so that neither says what the other does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.report.charts import Segment

Tone = Literal["", "good", "bad", "soft", "strong"]
Style = Literal["plain", "lead", "note", "kicker", "rest"]

_KEEP = re.compile(r"(?<=\d) (?=[^\W\d]|[%°²])")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_WORD, _LONGEST_IN_HEADING = 18.0, 11.0
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
    sub : tuple of str
        Lines below it, smaller.
    tone : {"", "good", "bad", "soft", "strong"}
    bar : tuple of Segment
        People by state, to be drawn where the setter can draw.
    url : str
        A web address that the text leads to; empty where it leads nowhere.
    """

    text: str
    sub: tuple[str, ...] = ()
    tone: Tone = ""
    bar: tuple[Segment, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: `width` is its share of the page, of any sum; `upright` turns its heading on its side.

    A column of drawn bars has no words: what cannot draw leaves it out.
    """

    title: str
    width: float = 1.0
    numeric: bool = False
    upright: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading is repeated on every page; the last `totals` rows are totals."""

    id: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    totals: int = 0
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (SVG) with what it shows in words, at most so many millimetres high; 0 fills what the page leaves."""

    svg: str
    alt: str
    caption: str
    height_mm: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 or 2; `listed` ones stand in the table of contents."""

    level: int
    text: str
    listed: bool = True
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What the colours of bars mean: labels of states with their names."""

    states: tuple[tuple[str, str], ...]


Block = Table | Figure | Heading | Paragraph | Bullets | Key


@dataclass(frozen=True, slots=True)
class Document:
    """A report to be printed.

    Attributes
    ----------
    title, made, kicker : str
        Its title, the sentence with its date, the kind of its first page.
    language : str
    contents : str
        The heading over the table of contents.
    page : str
        How pages are numbered: a text with ``{page}`` and ``{pages}``.
    memo : tuple
        The first page.
    body : tuple
        What follows the table of contents.
    """

    title: str
    made: str
    kicker: str
    language: str
    contents: str
    page: str
    memo: tuple[Block, ...]
    body: tuple[Block, ...]


def kept(text: str) -> str:
    """Return a text in which no number is parted from what it counts by the end of a line."""
    # Some offices draw the narrow space of a date as none at all.
    return _KEEP.sub(_NO_BREAK, text.replace("\u202f", _NO_BREAK))


def clean(text: str) -> str:
    """Return a text without the characters that no printed document can hold; a mark stands for each of them."""
    return _NOT_IN_XML.sub("\ufffd", text)


def fitted(
    titles: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> tuple[float, ...]:
    """Return widths of columns that suit what stands in them, in characters.

    A column is at least as wide as its longest word; columns of text share what is left by how much they hold.

    Parameters
    ----------
    titles : sequence of str
    rows : sequence of sequences of str
    numeric : sequence of bool
    """
    widths = []
    for j, title in enumerate(titles):
        cells = [row[j] for row in rows]
        word = max((len(w) for text in cells for w in text.split(" ")), default=1)
        # A long word of a heading may be parted; a number and a name are not.
        heading = max(len(w) for w in title.replace("-", " ").split(" "))
        least = max(min(word, _LONGEST_WORD), min(heading, _LONGEST_IN_HEADING)) + 1.5
        if numeric[j]:
            widths.append(max(least, 6.0))
            continue
        longest = max((len(text) for text in cells), default=0)
        widths.append(max(least, min(6.0 + 0.7 * longest, 36.0)))
    return tuple(widths)
