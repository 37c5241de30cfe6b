"""The report as a workbook: the same numbers as the page, and every place."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from planner.i18n import Speech
from planner.i18n import words as common
from planner.report.chapters import Chapter, chapters
from planner.report.content import Content, compose, place_kind, source_name
from planner.report.edition import Edition
from planner.results import Assessment, State
from planner.standards.model import in_language

Cell = str | float | int | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, how wide it is in characters, and how its cells are written."""

    title: str
    width: float = 12
    style: str = "text"


_LONGEST = 31
"""The longest name of a sheet that spreadsheet programs take, in characters."""

_STYLES: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "people": {"num_format": "#,##0", "valign": "top"},
    # A share just short of everyone must not read as 100 %.
    "share": {"num_format": '[=1]0%;[>=0.9995]"< "0%;0.0%', "valign": "top"},
    "degrees": {"num_format": "0.000000", "valign": "top"},
    "value": {"num_format": "#,##0.0##", "valign": "top"},
    "header": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EDF2"},
    "title": {"bold": True, "font_size": 16},
    "bold": {"bold": True, "valign": "top"},
}


class _Book:
    """A workbook in which no text becomes a formula or a link, whatever it begins with."""

    def __init__(self, made_at: dt.datetime, title: str) -> None:
        self._stream = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._stream,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # The file's own clock: the report's, so that the same inputs give the same bytes.
        created = made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
        self.book.set_properties({"title": title, "created": created})
        self.styles = {name: self.book.add_format(given) for name, given in _STYLES.items()}

    def table(self, name: str, columns: Sequence[Column], rows: Sequence[Row], freeze: int = 1) -> None:
        """Add a sheet with one table: header frozen with so many columns, a filter on every column."""
        sheet = self.book.add_worksheet(sheet_name(name))
        for j, column in enumerate(columns):
            sheet.set_column(j, j, column.width)
            sheet.write_string(0, j, column.title, self.styles["header"])
        for i, row in enumerate(rows, start=1):
            for j, (value, column) in enumerate(zip(row, columns, strict=True)):
                self.cell(sheet, i, j, value, column.style)
        sheet.freeze_panes(1, freeze)
        if columns:
            sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def cell(self, sheet: Any, i: int, j: int, value: Cell, style: str) -> None:
        """Write a cell; an unknown or infinite number leaves it empty."""
        if isinstance(value, str):
            sheet.write_string(i, j, value, self.styles[style if style in ("title", "bold") else "text"])
        elif value is None or not math.isfinite(value):
            sheet.write_blank(i, j, None, self.styles[style])
        else:
            sheet.write_number(i, j, value, self.styles[style])

    def close(self) -> bytes:
        """Return the finished workbook."""
        self.book.close()
        return self._stream.getvalue()


def xlsx(assessment: Assessment, edition: Edition) -> bytes:
    """Return the report as a workbook with the sheets Summary, Services, Places, Councils, Standards, Data.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
    """
    say = edition.say
    content = compose(assessment, say, say.date(edition.made_at.date()), edition.findings)
    book = _Book(edition.made_at, content.title)
    sheets: tuple[Callable[[], None], ...] = (
        lambda: _summary(book, content),
        lambda: _services(book, content),
        lambda: _places(book, content, assessment, edition),
        lambda: _councils(book, content),
        lambda: _chapters(book, content, edition),
        lambda: _standards(book, content),
        lambda: _data(book, content),
    )
    for add in sheets:
        add()
    return book.close()


def sheet_name(name: str) -> str:
    """Return a name that a workbook accepts: 31 characters, cut between words, none of those it reserves."""
    said = "".join("-" if c in "[]:*?/\\'" else c for c in name)
    if len(said) <= _LONGEST:
        return said
    whole, space, _ = said[:_LONGEST].rpartition(" ")
    return (whole if space else said[: _LONGEST - 1]) + "…"


def _summary(book: _Book, content: Content) -> None:
    head, col = content.labels.headings, content.labels.columns
    sheet = book.book.add_worksheet(sheet_name(head["summary"]))
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 6, 16)
    lines: list[tuple[str, str]] = [(content.title, "title"), (content.made, "text"), ("", "text")]
    lines += [(text, "plain") for text in (*content.summary, *content.notes)]
    row = 0
    for text, style in lines:
        # Long sentences run on over the empty cells beside them rather than being squeezed into one.
        sheet.write_string(row, 0, text, book.styles["title"] if style == "title" else None)
        row += 1
    row += 1
    titles = [
        col[k] for k in ("service", "basis", "people", "lacking_long", "unknown", "share_long", "verdict")
    ]
    for j, title in enumerate(titles):
        sheet.write_string(row, j, title, book.styles["header"])
    for service in content.services:
        row += 1
        values: tuple[tuple[Cell, str], ...] = (
            (service.name, "text"),
            (", ".join(service.basis), "text"),
            (sum(service.tally.people.values()), "people"),
            (service.tally.lacking, "people"),
            (service.tally.unknown, "people"),
            (service.tally.share_covered, "share"),
            (content.labels.verdicts[service.verdict], "text"),
        )
        for j, (value, style) in enumerate(values):
            book.cell(sheet, row, j, value, style)
    if content.warnings:
        row += 2
        sheet.write_string(row, 0, head["warnings"], book.styles["bold"])
        for warning in content.warnings:
            row += 1
            sheet.write_string(row, 0, warning)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _services(book: _Book, content: Content) -> None:
    col = content.labels.columns
    columns = [
        Column(col["service"], 24),
        Column(col["id"], 24),
        Column(col["standard"], 48),
        Column(col["required"], 30),
        Column(col["who"], 24),
        Column(col["standing"], 28),
        *(Column(name, 13, "people") for name in content.states.values()),
        Column(col["share_long"], 12, "share"),
        Column(col["share_low"], 12, "share"),
        Column(col["share_high"], 12, "share"),
        Column(col["target_long"], 12, "share"),
        Column(col["verdict"], 14),
        Column(col["places_in_gap"], 12, "people"),
    ]
    rows = [
        (
            row.text.service_name,
            row.text.id,
            row.text.title,
            row.text.threshold,
            row.text.area,
            "; ".join(row.labels),
            *(row.tally.people[s] for s in State),
            row.tally.share_covered,
            row.doubt.share.low if row.doubt and row.doubt.share else None,
            row.doubt.share.high if row.doubt and row.doubt.share else None,
            row.tally.target_share,
            content.labels.verdicts[row.verdict],
            row.places_in_gap,
        )
        for row in content.standards
    ]
    book.table(content.labels.headings["services"], columns, rows, freeze=3)


def _places(book: _Book, content: Content, assessment: Assessment, edition: Edition) -> None:
    col, places, language = content.labels.columns, assessment.places, edition.say.language
    say = edition.say
    weight = {row.index: row for row in content.ranking}
    outside = content.labels.phrases["outside"]
    columns = [
        Column(col["place"], 24),
        Column(col["id"], 12),
        Column(col["council"], 26),
        Column(col["kind"], 16),
        Column(col["people"], 10, "people"),
        Column(col["population_source"], 16),
        Column(col["lon"], 12, "degrees"),
        Column(col["lat"], 12, "degrees"),
        Column(col["services_lacking"], 10, "people"),
        Column(col["weight"], 12, "value"),
        *(Column(f"{r.text.service_name}: {r.text.title}{_marks(r.labels)}", 22) for r in content.standards),
        *(
            Column(f"{col['value']}, {_unit(say, r)}: {r.standard.id}", 14, "value")
            for r in assessment.results
        ),
    ]
    rows: list[Row] = []
    for i in range(len(places)):
        zone, ranked = int(places.zone[i]), weight.get(i)
        rows.append(
            (
                places.name(i, language),
                places.ids[i],
                in_language(assessment.zones.names[zone], language) if zone >= 0 else outside,
                place_kind(say, places.kinds[i]),
                float(places.population[i]),
                source_name(say, places.population_source[i]),
                float(places.lon[i]),
                float(places.lat[i]),
                len(ranked.services) if ranked else 0,
                ranked.weight if ranked else 0.0,
                *(content.states[State(int(r.state[i]))] for r in assessment.results),
                *(float(r.cost[i]) for r in assessment.results),
            )
        )
    book.table(content.labels.headings["places"], columns, rows)


def _marks(labels: Sequence[str]) -> str:
    return f" ({'; '.join(labels)})" if labels else ""


def _unit(say: Any, result: Any) -> str:
    measure = result.standard.measure
    return (common.unit(say, measure.unit) if measure else "") or "—"


def _councils(book: _Book, content: Content) -> None:
    col = content.labels.columns
    columns = [Column(col["council"], 30), Column(col["people"], 12, "people")]
    columns += [
        Column(f"{col['lacking']}: {row.name}{_marks(row.basis)}", 14, "people") for row in content.services
    ]
    rows = [
        (area.name, area.people, *(_lacking(cell.tally) for cell in area.cells))
        for area in (*content.councils, content.district)
    ]
    book.table(content.labels.headings["councils_sheet"], columns, rows, freeze=2)


def _lacking(tally: Any) -> float | None:
    """Return people without a service; nothing where it is not known of anyone, or addresses nobody."""
    return None if tally.share_covered is None else float(tally.lacking)


def _chapters(book: _Book, content: Content, edition: Edition) -> None:
    styles = {"people": "people", "text": "text"}
    told = chapters(edition.findings, edition.say)
    _sentences(book, content, told, edition.say)
    for chapter in told:
        columns = [Column(content.labels.columns["service"], 24)]
        columns += [
            Column(c.title, 36 if c.style == "text" else 13, styles.get(c.style, "value"))
            for c in chapter.columns
        ]
        rows = [(part.subject, *row) for part in chapter.parts for row in part.rows]
        book.table(chapter.heading, columns, rows, freeze=2)


def _sentences(book: _Book, content: Content, told: Sequence[Chapter], say: Speech) -> None:
    """Add what the studies say in words: certificates, costs and what a reader has to know."""
    rows = [
        (chapter.heading, subject, text)
        for chapter in told
        for subject, text in (
            *(("", note) for note in chapter.notes),
            *((part.subject, sentence) for part in chapter.parts for sentence in part.sentences),
        )
    ]
    columns = [
        Column(say("Study"), 30),
        Column(content.labels.columns["service"], 30),
        Column(say("What it found"), 110),
    ]
    if rows:
        book.table(say("Studies"), columns, rows)


def _standards(book: _Book, content: Content) -> None:
    col = content.labels.columns
    columns = [
        Column(col["service"], 24),
        Column(col["id"], 24),
        Column(col["standard"], 48),
        Column(col["required"], 30),
        Column(col["who"], 24),
        Column(col["legal_basis"], 48),
        Column(col["clause"], 14),
        Column(col["address"], 40),
        Column(col["confidence"], 16),
        Column(col["standing"], 28),
        Column(col["assumption"], 40),
    ]
    texts = [(row.text, row.labels) for row in content.standards]
    texts += [(text, text.labels) for text in content.without_value]
    rows = [
        (
            t.service_name,
            t.id,
            t.title,
            t.threshold or t.confidence,
            t.area,
            t.legal_basis,
            t.clause,
            t.url,
            t.confidence,
            "; ".join(labels),
            t.assumption,
        )
        for t, labels in texts
    ]
    book.table(content.labels.headings["standards"], columns, rows, freeze=3)


def _data(book: _Book, content: Content) -> None:
    col, modelled = content.labels.columns, content.labels.phrases["modelled"]
    columns = [
        Column(col["what"], 20),
        Column(col["data_layer"], 40),
        Column(col["number"], 12, "people"),
        Column(col["people"], 12, "people"),
        Column(col["modelled"], 14, "people"),
        Column(col["not_located"], 14, "people"),
        Column(col["source"], 24),
        Column(col["digest"], 68),
    ]
    head = content.labels.headings
    rows: list[Row] = [
        (
            x.role or head["data"],
            x.name,
            x.features,
            None,
            None,
            None,
            modelled if x.modelled else x.source,
            x.digest,
        )
        for x in content.data
    ]
    rows += [(head["data"], c.what, c.number, c.people, None, None, "", "") for c in content.counts]
    rows += [
        (head["facilities"], f.name, f.number, None, f.modelled, f.not_located, "", "")
        for f in content.facilities
    ]
    rows += [(head["method"], name, None, None, None, None, "", value) for name, value in content.facts]
    book.table(content.labels.headings["data"], columns, rows)
