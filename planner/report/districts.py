"""Districts compared → HTML, PDF, DOCX, XLSX, GeoJSON, GeoPackage: the report for a region or a whole country."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from markupsafe import Markup

from planner.errors import InputError, PlannerError
from planner.i18n import Speech, speech
from planner.report import districts_tables as told
from planner.report.districts_document import districts_document, districts_figure, first_table
from planner.report.districts_gpkg import as_gpkg
from planner.report.docx import set_docx
from planner.report.edition import moment
from planner.report.files import write_files
from planner.report.pdf import set_pdf
from planner.report.sheets import sheet_name
from planner.report.templating import templates
from planner.results import Districts

_NUMBERS = {"people": "#,##0", "count": "0", "share": "0.0%", "score": "0.00", "index": "0.000"}
_WIDTHS = {"text": 26.0}


def formats_of(text: str) -> tuple[str, ...]:
    """Return the formats that a list with commas names.

    Raises
    ------
    InputError
        If none is named, or one does not exist.
    """
    named = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    wrong = [name for name in named if name not in FORMATS]
    if wrong or not named:
        raise InputError(
            "There is no report format {format!r}.", "Choose from: {available}.",
            format=wrong[0] if wrong else text, available=", ".join(FORMATS),
        )  # fmt: skip
    return named


def render_districts(
    found: Districts, format: str, language: str, *, made_at: dt.datetime | None = None
) -> bytes:
    """Return the report on many districts in one format.

    Parameters
    ----------
    found : Districts
    format : str
        A key of :data:`FORMATS`.
    language : {"ru", "be", "en"}
    made_at : datetime.datetime, optional
        The report's date; :func:`planner.report.edition.moment` where it is not given.

    Raises
    ------
    InputError
        If the format is not one of those available.
    """
    (name,) = formats_of(format)
    return FORMATS[name](found, speech(language), made_at or moment())


def write_districts(
    found: Districts, formats: Sequence[str], language: str, out: Path, *, made_at: dt.datetime | None = None
) -> tuple[Path, ...]:
    """Write the report on many districts into a folder: ``districts-LANGUAGE.FORMAT``, and the map to move about in.

    Parameters
    ----------
    found : Districts
    formats : sequence of str
        Keys of :data:`FORMATS`.
    language : {"ru", "be", "en"}
    out : pathlib.Path
    made_at : datetime.datetime, optional

    Returns
    -------
    tuple of pathlib.Path
        The files.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    say, made_at = speech(language), made_at or moment()
    made = {
        f"districts-{language}.{name}": render_districts(found, name, language, made_at=made_at)
        for name in formats
    }
    page = _map_page(found, say) if "html" in formats else b""
    if page:
        made[f"districts-map-{language}.html"] = page
    return write_files(out, made)


def _map_page(found: Districts, say: Speech) -> bytes:
    from planner.maps.districts_map import districts_bounds, districts_page

    if districts_bounds(found) is None:
        return b""
    try:
        return districts_page(found, say).encode()
    except PlannerError:
        # Without the browser's map library there still is the picture in the report.
        return b""


def html(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return the report as a self-contained HTML document, UTF-8, that prints on A4."""
    figure, first = districts_figure(found, say), first_table(found, say)
    page = (
        templates()
        .get_template("districts.html.j2")
        .render(
            say=say,
            title=say("Districts compared"),
            made=say.date(made_at.date()),
            summary=told.summary(found, say),
            remarks=told.remarks(found, say),
            tables=told.tables(found, say),
            written=told.written,
            # The planner's own drawing, in which every text is escaped.
            picture=Markup(figure.svg if figure else ""),  # noqa: S704
            first=first,
            more=len(found.ranking[""]) - len(first.rows),
            manifest=found.manifest,
        )
    )
    return page.encode()


def xlsx(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return the report as a workbook: a sheet for each table, and the ranking for each service."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    created = made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": say("Districts compared"), "created": created})
    styles = {name: book.add_format({"num_format": code, "valign": "top"}) for name, code in _NUMBERS.items()}
    styles["text"] = book.add_format({"text_wrap": True, "valign": "top"})
    styles["head"] = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for table in told.tables(found, say):
        _sheet(book, table.heading, table, styles)
    for number, service in enumerate(found.names, start=1):
        table = told.ranking(found, say, service)
        _sheet(book, f"{number}. {found.names[service].get(say.language) or service}", table, styles)
    book.close()
    return stream.getvalue()


def _sheet(book: Any, name: str, table: told.Table, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(sheet_name(name))
    for j, (title, style) in enumerate(table.columns):
        sheet.set_column(j, j, _WIDTHS.get(style, 13.0))
        sheet.write_string(0, j, title, styles["head"])
    for i, row in enumerate(table.rows, start=1):
        for j, (cell, (_, style)) in enumerate(zip(row, table.columns, strict=True)):
            if isinstance(cell, str):
                sheet.write_string(i, j, cell, styles["text"])
            elif cell is not None:
                sheet.write_number(i, j, cell, styles[style])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)


def geojson(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return the districts as GeoJSON: outline, people, level of service, share covered by service, rank."""
    ranks = {row.id: row for row in found.ranking[""]}
    features = []
    for district in found.districts:
        row = ranks[district.id]
        features.append(
            {
                "type": "Feature",
                "id": district.id,
                "geometry": district.outline,
                "properties": {
                    "name": found.name(district.id, say.language),
                    "region": found.regions.get(district.id),
                    "people": district.people,
                    "rank": row.rank,
                    "level": row.value,
                    "against_country": row.against_country,
                    **{f"small_against_{r.kind}": r.mean.get("small") for r in district.parity},
                    **{f"covered_{s.service}": s.share_covered for s in district.services},
                },
            }
        )
    return orjson.dumps({"type": "FeatureCollection", "features": features}) + b"\n"


def pdf(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return the report as a tagged PDF."""
    return set_pdf(districts_document(found, say, made_at), made_at)


def docx(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return the report as a document that an office edits."""
    return set_docx(districts_document(found, say, made_at), made_at)


FORMATS: dict[str, Callable[[Districts, Speech, dt.datetime], bytes]] = {
    "html": html,
    "pdf": pdf,
    "docx": docx,
    "xlsx": xlsx,
    "geojson": geojson,
    "gpkg": as_gpkg,
}
"""What writes each format, by the format's name, which is also the file's ending."""
