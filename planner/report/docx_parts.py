"""Pieces of Office Open XML that a report is put together from: styles, tables, fields, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor

from planner.report.blocks import Cell, Table, TableColumn, clean, kept

FONT = "Times New Roman"
"""On every office's computers, or replaced by one of the same measures."""

_TWIPS_PER_MM = 1440 / 25.4
_HEAD_MM, _WORD_MM, _PADDING_MM = 1.45, 1.6, 2.0
"""Room of a letter in the heading of a table and in its cells, and of the space on both sides of it."""
_LONGEST_WORD = 14
_TOGETHER, _TOGETHER_UPRIGHT = 10, 24
"""So many rows stay on one page; those below high headings, which would take most of the page again, even more."""
_LONG = 40
_SOFT, _RULE, _INK = "566373", "CCD4DC", "1B2430"
_TONES = {"good": "1D6B47", "bad": "A23A12", "soft": _SOFT}
_STYLES = (
    # name, its base, size in points, bold, colour, space before and after in points
    ("Lead", "Normal", 10.5, False, _INK, 0.0, 2.0),
    ("Note", "Normal", 8.0, False, _SOFT, 1.0, 2.0),
    ("Picture", "Normal", 9.0, False, _INK, 3.0, 0.0),
    ("Table heading", "Normal", 9.5, True, _INK, 6.0, 2.0),
    ("After table", "Normal", 4.0, False, _INK, 0.0, 0.0),
    ("Contents heading", "Normal", 14.0, True, _INK, 0.0, 6.0),
    ("toc 1", "Normal", 9.5, True, _INK, 1.0, 1.0),
    ("toc 2", "Normal", 9.5, False, _INK, 0.0, 0.0),
)
_HEADINGS = (
    ("Title", 17.0, 0.0, 4.0),
    ("Heading 1", 14.0, 12.0, 6.0),
    ("Heading 2", 12.0, 10.0, 4.0),
    ("Heading 3", 11.0, 8.0, 3.0),
)


def set_up(file: Any, locale: str, page_mm: tuple[float, float], margin_mm: float) -> None:
    """Set paper, margins, language and styles of a new document."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(page_mm[0]), Mm(page_mm[1])
    section.left_margin = section.right_margin = section.top_margin = Mm(margin_mm)
    section.bottom_margin, section.footer_distance = Mm(margin_mm), Mm(8)
    normal = file.styles["Normal"]
    normal.paragraph_format.space_before, normal.paragraph_format.space_after = Pt(2), Pt(4)
    _letters(normal, 10.0, _INK, bold=False)
    for name, size, before, after in _HEADINGS:
        style = file.styles[name]
        _letters(style, size, _INK, bold=True)
        _spaced(style, before, after)
        for line in style.element.findall(f".//{qn('w:pBdr')}"):
            line.getparent().remove(line)
    for name, base, size, bold, colour, before, after in _STYLES:
        # Offices know the styles of a table of contents by name, as their own.
        style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
        style.base_style = file.styles[base]
        _letters(style, size, colour, bold=bold)
        _spaced(style, before, after)
    _leads(file, page_mm[0] - 2 * margin_mm)
    for found in file.styles.element.iter(qn("w:lang")):
        for kind in ("w:val", "w:eastAsia"):
            found.set(qn(kind), locale)


def _leads(file: Any, width_mm: float) -> None:
    """Let captions keep with their tables, and the contents' lines lead to their page."""
    file.styles["Table heading"].paragraph_format.keep_with_next = True
    file.styles["Picture"].paragraph_format.keep_with_next = True
    bullets = file.styles["List Bullet"]
    _letters(bullets, 9.5, _INK, bold=False)
    _spaced(bullets, 0.0, 2.0)
    for name, indent in (("toc 1", 0.0), ("toc 2", 6.0)):
        layout = file.styles[name].paragraph_format
        layout.left_indent = Mm(indent)
        layout.tab_stops.add_tab_stop(Mm(width_mm), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _letters(style: Any, size: float, colour: str, *, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    # A theme's font would have the last word otherwise.
    for name in list(fonts.attrib):
        if "heme" in name:
            del fonts.attrib[name]
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)


def _spaced(style: Any, before: float, after: float) -> None:
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.0


def footer(file: Any, text: str, page: str, width_mm: float) -> None:
    """Number the pages: `page` is a text with ``{page}`` and ``{pages}``, which become fields."""
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.style = file.styles["Note"]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width_mm), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{text}\t")
    rest = page
    while rest:
        at = rest.find("{")
        if at < 0:
            paragraph.add_run(rest)
            break
        if at:
            paragraph.add_run(rest[:at])
        name, rest = rest[at + 1 :].split("}", 1)
        for piece in _field("PAGE" if name == "page" else "NUMPAGES", "1"):
            paragraph._p.append(piece)


def bookmark(paragraph: Any, number: int) -> None:
    """Mark a heading, so that the table of contents can lead to it."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for piece in (start, end):
        piece.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _name(number))
    paragraph._p.insert(1, start)
    paragraph._p.append(end)


def contents_line(paragraph: Any, text: str, number: int) -> None:
    """Write a line of the table of contents: it leads to its heading and asks the office for its page."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _name(number))
    link.set(qn("w:history"), "1")
    link.append(_run(_words(text)))
    link.append(_run(OxmlElement("w:tab")))
    for piece in _field(f"PAGEREF {_name(number)} \\h", "…"):
        link.append(piece)
    paragraph._p.append(link)


def as_contents(paragraphs: Sequence[Any]) -> None:
    """Make paragraphs the document's table of contents, which an office offers to replace by one of its own."""
    frame, about, part = OxmlElement("w:sdt"), OxmlElement("w:sdtPr"), OxmlElement("w:docPartObj")
    part.append(_sized("w:docPartGallery", val="Table of Contents"))
    part.append(OxmlElement("w:docPartUnique"))
    about.append(part)
    content = OxmlElement("w:sdtContent")
    paragraphs[0]._p.addprevious(frame)
    for paragraph in paragraphs:
        content.append(paragraph._p)
    frame.append(about)
    frame.append(content)


def _name(number: int) -> str:
    return f"_Toc{number + 1:06d}"


def _run(*pieces: Any) -> Any:
    run = OxmlElement("w:r")
    for piece in pieces:
        run.append(piece)
    return run


def _words(text: str) -> Any:
    words = OxmlElement("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    return words


def _mark(kind: str, *, dirty: bool = False) -> Any:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        # The office counts the pages when it opens the document: only it knows where they end.
        mark.set(qn("w:dirty"), "true")
    return mark


def _instruction(text: str) -> Any:
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {text} "
    return instruction


def _field(instruction: str, shown: str) -> tuple[Any, ...]:
    """Return the runs of a field: what is to be worked out, and what is shown until then."""
    return (
        _run(_mark("begin", dirty=True)),
        _run(_instruction(instruction)),
        _run(_mark("separate")),
        _run(_words(shown)),
        _run(_mark("end")),
    )


def table(given: Table, width_mm: float, *, leads: bool = False) -> Any:
    """Return a table; columns that are drawn, not written, are left out.

    A short table stays on one page; one that `leads` to the line after it keeps its last row with that line.
    """
    chosen = [j for j, column in enumerate(given.columns) if not column.drawn]
    columns = [given.columns[j] for j in chosen]
    written = [[row[j] for j in chosen] for row in given.rows]
    widths = [round(width * _TWIPS_PER_MM) for width in _column_widths(columns, written, width_mm)]
    made = OxmlElement("w:tbl")
    made.append(_table_properties(sum(widths)))
    grid = OxmlElement("w:tblGrid")
    for width in widths:
        grid.append(_sized("w:gridCol", w=width))
    made.append(grid)
    made.append(_row([_head(c, w) for c, w in zip(columns, widths, strict=True)], head=True, columns=columns))
    upright = any(column.upright for column in columns)
    together = len(given.rows) <= (_TOGETHER_UPRIGHT if upright else _TOGETHER)
    for i, row in enumerate(given.rows):
        strong, last = i >= len(given.rows) - given.totals, i == len(given.rows) - 1
        keep = leads if last else together or (leads and i == len(given.rows) - 2)
        made.append(
            _row(
                [
                    _body(row[j], given.columns[j], w, strong=strong, keep=keep)
                    for j, w in zip(chosen, widths, strict=True)
                ]
            )
        )
    return made


def _column_widths(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[Cell]], width_mm: float
) -> list[float]:
    """Return widths of columns in millimetres: shares of the page, but no word of a heading or a cell is parted."""
    least = []
    for j, column in enumerate(columns):
        heading = 0 if column.upright else _longest(column.title.replace("-", "- "))
        word = max((_longest(kept(row[j].text)) for row in rows), default=0)
        least.append(max(_HEAD_MM * heading, _WORD_MM * min(word, _LONGEST_WORD)) + _PADDING_MM)
    total = sum(column.width for column in columns)
    widths = [column.width / total * width_mm for column in columns]
    if sum(least) > width_mm:
        return widths
    short = [max(0.0, need - width) for need, width in zip(least, widths, strict=True)]
    spare = [max(0.0, width - need) for need, width in zip(least, widths, strict=True)]
    # What is missing in one column is taken from those that have more than they need.
    share = sum(short) / sum(spare) if sum(spare) > 0 else 0.0
    return [width + more - share * less for width, more, less in zip(widths, short, spare, strict=True)]


def _longest(text: str) -> int:
    return max(len(word) for word in text.split(" "))


def _sized(tag: str, **values: object) -> Any:
    piece = OxmlElement(tag)
    for name, value in values.items():
        piece.set(qn(f"w:{name}"), str(value))
    return piece


def _table_properties(width: int) -> Any:
    about = OxmlElement("w:tblPr")
    about.append(_sized("w:tblW", w=width, type="dxa"))
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_sized(f"w:{side}", val="single", sz=4, space=0, color=_RULE))
    about.append(borders)
    about.append(_sized("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side, space in (("left", 50), ("right", 50)):
        margins.append(_sized(f"w:{side}", w=space, type="dxa"))
    about.append(margins)
    about.append(_sized("w:tblLook", val="0620", firstRow=1, noHBand=1, noVBand=1))
    return about


def _row(cells: list[Any], *, head: bool = False, columns: list[TableColumn] | None = None) -> Any:
    row = OxmlElement("w:tr")
    about = OxmlElement("w:trPr")
    about.append(OxmlElement("w:cantSplit"))
    if columns and any(column.upright for column in columns):
        about.append(_sized("w:trHeight", val=round(36 * _TWIPS_PER_MM), hRule="exact"))
    if head:
        about.append(OxmlElement("w:tblHeader"))
    row.append(about)
    for cell in cells:
        row.append(cell)
    return row


def _head(column: TableColumn, width: int) -> Any:
    cell, about = OxmlElement("w:tc"), OxmlElement("w:tcPr")
    about.append(_sized("w:tcW", w=width, type="dxa"))
    borders = OxmlElement("w:tcBorders")
    borders.append(_sized("w:bottom", val="single", sz=8, space=0, color=_SOFT))
    about.append(borders)
    if column.upright:
        about.append(_sized("w:textDirection", val="btLr"))
    about.append(_sized("w:vAlign", val="bottom"))
    cell.append(about)
    right = column.numeric and not column.upright
    cell.append(_line(column.title, 7.5, _SOFT, right=right, keep=True))
    return cell


def _body(given: Cell, column: TableColumn, width: int, *, strong: bool, keep: bool) -> Any:
    cell, about = OxmlElement("w:tc"), OxmlElement("w:tcPr")
    about.append(_sized("w:tcW", w=width, type="dxa"))
    cell.append(about)
    colour = _TONES.get(given.tone, "")
    bold = strong or given.tone == "strong"
    # A digest is to be compared, not read.
    size = 7.5 if given.tone == "soft" and len(given.text) > _LONG else 8.5
    cell.append(_line(given.text, size, colour, right=column.numeric, bold=bold, keep=keep))
    for text in given.sub:
        cell.append(_line(text, 7.5, _SOFT, right=column.numeric, keep=keep))
    return cell


def _line(
    text: str, size: float, colour: str, *, right: bool = False, bold: bool = False, keep: bool = False
) -> Any:
    """Return a paragraph of a cell: no space around it, its letters of a size in points."""
    line, about, letters = OxmlElement("w:p"), OxmlElement("w:pPr"), OxmlElement("w:rPr")
    if keep:
        about.append(OxmlElement("w:keepNext"))
    about.append(_sized("w:spacing", before=20, after=20, line=240, lineRule="auto"))
    if right:
        about.append(_sized("w:jc", val="right"))
    if bold:
        letters.append(OxmlElement("w:b"))
    if colour:
        letters.append(_sized("w:color", val=colour))
    letters.append(_sized("w:sz", val=round(2 * size)))
    letters.append(_sized("w:szCs", val=round(2 * size)))
    line.append(about)
    if text:
        line.append(_run(letters, _words(kept(clean(text)))))
    return line
