"""The report as a document that an office edits: real headings, tables, pictures with words for them, page numbers."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from planner.layers.deadline import check_time
from planner.report import docx_parts as parts
from planner.report.blocks import (
    Block,
    Bullets,
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
from planner.report.files import archive
from planner.report.pdf import rasters
from planner.results import Assessment

LOCALES = {"ru": "ru-RU", "be": "be-BY", "en": "en-GB"}

_PAGE_MM = (210.0, 297.0)
_MARGIN_MM = 15.0
_WIDTH_MM = _PAGE_MM[0] - 2 * _MARGIN_MM
_MEMO_MM, _MEMO_ROW_MM = 198.0, 5.1
"""Of the first page: what the map may take together with the table, and what a row of the table takes of it."""
_MEMO_LEADS, _MEMO_EFFECT_MM = 3, 18.0
"""So many sentences has a summary; under a scenario one more says what it changes, and takes so much of the map."""
_MEMO_MAP_MM = (45.0, 124.0)
_MAP_SCALE = 0.8
"""Of maps beside those of the PDF: an office's letters take more room, and a service is to fit a page."""
_STYLES = {"plain": "Normal", "lead": "Lead", "note": "Note", "kicker": "Note", "rest": "Note"}


def as_docx(assessment: Assessment, edition: Edition) -> bytes:
    """Return the report as a document of Office Open XML (DOCX).

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
        Where it brings no pictures, the planner's own maps are drawn.
    """
    return set_docx(document(assessment, edition), edition.made_at)


def set_docx(printed: Document, made_at: dt.datetime) -> bytes:
    """Return a document as DOCX, made at `made_at` as far as its properties and its parts tell."""
    import docx as office

    file = office.Document()
    parts.set_up(file, LOCALES[printed.language], _PAGE_MM, _MARGIN_MM)
    _properties(file, printed, made_at)
    parts.footer(file, f"{kept(clean(printed.title))} · {kept(clean(printed.made))}", printed.page, _WIDTH_MM)
    writer = _Writer(file, rasters(_pictures(printed)))
    writer.line(f"{printed.kicker} · {printed.made}", "Note")
    writer.line(printed.title, "Title")
    rows = sum(len(block.rows) + 1 for block in printed.memo if isinstance(block, Table))
    leads = sum(isinstance(block, Paragraph) and block.style == "lead" for block in printed.memo)
    room_mm = _MEMO_MM - _MEMO_ROW_MM * rows - _MEMO_EFFECT_MM * (leads > _MEMO_LEADS)
    writer.memo_map_mm = min(max(room_mm, _MEMO_MAP_MM[0]), _MEMO_MAP_MM[1])
    writer.add_all(printed.memo)
    writer.contents(printed)
    writer.add_all(printed.body)
    stream = io.BytesIO()
    file.save(stream)
    return _settled(stream.getvalue(), made_at)


def _pictures(printed: Document) -> Iterator[str]:
    """Yield the pictures in the order in which they are placed."""
    for block in (*printed.memo, *printed.body):
        if isinstance(block, Figure):
            yield block.svg


def _properties(file: Any, printed: Document, made_at: dt.datetime) -> None:
    about = file.core_properties
    moment = made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    about.title = clean(printed.title)[:255]
    about.subject = clean(printed.kicker)[:255]
    about.author = about.last_modified_by = "Smart-district planner"
    about.comments = about.keywords = about.category = ""
    about.created = about.modified = about.last_printed = moment
    about.language, about.revision = LOCALES[printed.language], 1


def _settled(made: bytes, made_at: dt.datetime) -> bytes:
    """Return a package whose parts carry the report's date, not that of the clock."""
    with zipfile.ZipFile(io.BytesIO(made)) as given:
        return archive({name: given.read(name) for name in given.namelist()}, made_at)


class _Writer:
    """Writes blocks into a document, one after the other."""

    def __init__(self, file: Any, pictures: Sequence[bytes]) -> None:
        self.file = file
        self.memo_map_mm = _MEMO_MAP_MM[1]
        self._pictures = iter(pictures)
        self._headings = 0
        self._begun = False

    def line(self, text: str, style: str) -> Any:
        """Add a paragraph and return it."""
        return self.file.add_paragraph(kept(clean(text)), style=style)

    def add_all(self, blocks: Sequence[Block]) -> None:
        """Add blocks, none of which is parted from what belongs to it by the end of a page."""
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            check_time()
            rest = isinstance(following, Paragraph) and following.style == "rest"
            leads = isinstance(following, Table | Figure) or (
                isinstance(following, Paragraph | Bullets) and not rest
            )
            # A note under the heading of a chapter leads to the first part of it.
            leads |= isinstance(following, Heading) and isinstance(block, Paragraph) and block.style == "note"
            self.add(block, leads=rest if isinstance(block, Table) else leads)

    def add(self, block: Block, *, leads: bool = False) -> None:
        """Add a block; a key to colours is left out, as the bars that it explains are.

        What `leads` to the next block stays on its page.
        """
        match block:
            case Heading():
                self._heading(block)
            case Paragraph(text, style):
                self.line(text, _STYLES[style]).paragraph_format.keep_with_next = leads
            case Bullets(items):
                for item in items:
                    self.line(item, "List Bullet").paragraph_format.keep_with_next = leads
            case Figure():
                self._figure(block)
            case Table():
                self._table(block, leads=leads)
            case Key():
                pass

    def _heading(self, block: Heading) -> None:
        # What the table of contents does not list is of a level that it does not collect.
        level = block.level if block.listed else 3
        paragraph = self.line(block.text, f"Heading {level}")
        # How much an office's letters get on a page nobody knows beforehand: chapters follow each other, so that no
        # page holds the last two rows of a table alone. Only the first begins a page, after the contents.
        paragraph.paragraph_format.page_break_before = block.new_page and not self._begun
        self._begun |= block.new_page
        if block.listed:
            parts.bookmark(paragraph, self._headings)
            self._headings += 1

    def _figure(self, block: Figure) -> None:
        from docx.shared import Mm

        height = _MAP_SCALE * block.height_mm or self.memo_map_mm
        paragraph = self.file.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(next(self._pictures)), height=Mm(height))
        if shape.width > Mm(_WIDTH_MM):
            shape.height = round(shape.height * Mm(_WIDTH_MM) / shape.width)
            shape.width = Mm(_WIDTH_MM)
        about = shape._inline.docPr
        about.set("descr", clean(block.alt))
        about.set("title", clean(block.caption))
        self.line(block.caption, "Note")

    def _table(self, block: Table, *, leads: bool) -> None:
        if block.caption:
            self.line(block.caption, "Table heading")
        body = self.file.element.body
        body.insert(len(body) - 1, parts.table(block, _WIDTH_MM, leads=leads))
        self.file.add_paragraph(style="After table").paragraph_format.keep_with_next = leads

    def contents(self, printed: Document) -> None:
        """Add the table of contents, on a page of its own."""
        heading = self.line(printed.contents, "Contents heading")
        heading.paragraph_format.page_break_before = True
        lines = [heading]
        listed = [block for block in printed.body if isinstance(block, Heading) and block.listed]
        for number, block in enumerate(listed):
            lines.append(self.file.add_paragraph(style=f"toc {block.level}"))
            parts.contents_line(lines[-1], kept(clean(block.text)), number)
        parts.as_contents(lines)
