"""The report as a tagged PDF, set by Typst: Cyrillic fonts inside, nothing fetched, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import orjson

from planner.report.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Key,
    Paragraph,
    Table,
    clean,
    kept,
)
from planner.report.document import document
from planner.report.edition import Edition
from planner.results import Assessment

FONT = "Libertinus Serif"
"""Comes with Typst, so that a report looks the same on every computer; it has all letters of Russian and Belarusian."""

STANDARD = "ua-1"
"""PDF/UA-1: headings, tables and pictures are told apart by programs that read aloud."""

LOOKS = {
    "covered": "#0072b2",
    "gap": "#d55e00",
    "unreachable": "#cc79a7",
    "not_connected": "#e69f00",
    "no_data": "#c3cad2",
    "not_located": "#c3cad2",
    "not_applicable": "#e3e7ec",
}

_FONTS_OF_PICTURES = re.compile(r'font-family="[^"]*"')
PICTURE_PPI = 150.0
"""Of pictures where only dots can be placed, not drawings: lines of half a pixel are still told apart in print."""

_RASTER = b"""
#set page(width: 182mm, height: auto, margin: 0pt)
#for svg in json(bytes(sys.inputs.pictures)) { page(image(bytes(svg), format: "svg", width: 182mm)) }
"""
_LONGEST_WORD = 28
_BREAK = "\u200b"


def as_pdf(assessment: Assessment, edition: Edition) -> bytes:
    """Return the report as a PDF.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
        Where it brings no pictures, the planner's own maps are drawn.
    """
    return set_pdf(document(assessment, edition), edition.made_at)


def set_pdf(printed: Document, made_at: dt.datetime) -> bytes:
    """Return a document as PDF, its date of creation being `made_at`."""
    import typst

    def compiled(standards: list[Any]) -> bytes:
        made: Any = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"report": data},
            ignore_system_fonts=True,
            pdf_standards=standards,
            timestamp=made_at.astimezone(dt.UTC).replace(microsecond=0),
        )
        return bytes(made)

    data = orjson.dumps(_data(printed)).decode()
    try:
        return compiled([STANDARD])
    except typst.TypstError as error:
        # A name in a script that the fonts lack: the report is made nevertheless, tagged, but without the promise.
        if "could not be displayed" not in error.message + error.diagnostic:
            raise
        return compiled([])


def rasters(pictures: Iterable[str]) -> list[bytes]:
    """Return pictures (SVG) as PNG, each as wide as the printed page."""
    import typst

    drawings = [_own_font(svg) for svg in pictures]
    if not drawings:
        return []
    made: Any = typst.compile(
        _RASTER,
        format="png",
        ppi=PICTURE_PPI,
        sys_inputs={"pictures": orjson.dumps(drawings).decode()},
        ignore_system_fonts=True,
    )
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _own_font(svg: str) -> str:
    """Return a picture whose letters are of the font that travels with the program."""
    return _FONTS_OF_PICTURES.sub(f'font-family="{FONT}"', clean(svg))


@cache
def _template() -> bytes:
    return (resources.files("planner.report") / "templates" / "report.typ").read_bytes()


def _data(printed: Document) -> dict[str, Any]:
    return {
        "title": _text(printed.title),
        "made": _text(printed.made),
        "kicker": _text(printed.kicker),
        "date": _text(printed.made),
        "language": printed.language,
        "contents": printed.contents,
        "page": printed.page,
        "font": FONT,
        "looks": LOOKS,
        "memo": [_block(b) for b in printed.memo],
        "body": [_block(b) for b in printed.body],
    }


def _block(block: Block) -> dict[str, Any]:
    """Return a block as plain data, by its kind."""
    match block:
        case Heading(level, text, listed, new_page):
            return {
                "kind": "heading",
                "level": level,
                "text": _text(text),
                "listed": listed,
                "new_page": new_page,
            }
        case Paragraph(text, style):
            return {"kind": "paragraph", "text": _text(text), "style": style}
        case Bullets(items):
            return {"kind": "bullets", "items": [_text(item) for item in items]}
        case Figure():
            return {
                "kind": "figure",
                "svg": _own_font(block.svg),
                "alt": _text(block.alt),
                "caption": _text(block.caption),
                "height_mm": block.height_mm,
            }
        case Key(states):
            return {"kind": "key", "states": states}
        case Table():
            return _table(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _text(table.caption),
        "totals": table.totals,
        "small": table.small,
        "inset": 1.9 if table.small else 2.6,
        "columns": [
            {"title": _text(c.title), "width": c.width, "numeric": c.numeric, "upright": c.upright}
            for c in table.columns
        ],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": _text(cell.text),
        "sub": [_text(line) for line in cell.sub],
        "tone": cell.tone,
        "bar": [{"state": s.state, "x": s.x, "width": s.width} for s in cell.bar],
        "url": cell.url,
    }


def _text(text: str) -> str:
    """Return a text fit to be set: numbers kept with what they count, a word too long for a column broken."""
    return " ".join(_broken(word) for word in kept(clean(text)).split(" "))


def _broken(word: str) -> str:
    if len(word) <= _LONGEST_WORD or "://" in word:
        return word
    return _BREAK.join(word[i : i + 8] for i in range(0, len(word), 8))
