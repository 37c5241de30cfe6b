"""Results → HTML, PDF, DOCX, XLSX, GeoJSON, GeoPackage: the report that a council decides on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from planner.errors import InputError
from planner.i18n import speech
from planner.report.chapters import Finding
from planner.report.docx import as_docx
from planner.report.edition import Edition, Interactive, Pictures, moment
from planner.report.features import geojson
from planner.report.files import part_of_name, write_files
from planner.report.gpkg import as_gpkg
from planner.report.page import html
from planner.report.pdf import as_pdf
from planner.report.sheets import xlsx
from planner.results import Assessment
from planner.standards.model import in_language

__all__ = [
    "FORMATS",
    "Edition",
    "Finding",
    "Interactive",
    "Pictures",
    "Writer",
    "filename",
    "render",
    "write",
]

Writer = Callable[[Assessment, Edition], bytes]

FORMATS: dict[str, Writer] = {
    "html": html,
    "pdf": as_pdf,
    "docx": as_docx,
    "xlsx": xlsx,
    "geojson": geojson,
    "gpkg": as_gpkg,
}
"""What writes each format, by the format's name, which is also the file's ending."""


def render(
    assessment: Assessment,
    format: str,
    language: str,
    *,
    made_at: dt.datetime | None = None,
    pictures: Pictures | None = None,
    interactive: Interactive | None = None,
    findings: Sequence[Finding] = (),
) -> bytes:
    """Return the report in one format.

    Parameters
    ----------
    assessment : Assessment
    format : str
        A key of :data:`FORMATS`.
    language : {"ru", "be", "en"}
    made_at : datetime.datetime, optional
        The report's date; :func:`planner.report.edition.moment` where it is not given.
    pictures, interactive : callable, optional
        Draw the maps in place of the planner's own; see :class:`Edition`.
    findings : sequence, optional
        Results of other studies, to be told of in chapters of their own.

    Raises
    ------
    InputError
        If the format is not one of those available.
    """
    writer = _writer(format)
    return writer(
        assessment, Edition(speech(language), made_at or moment(), pictures, interactive, tuple(findings))
    )


def filename(assessment: Assessment, format: str, language: str) -> str:
    """Return the name of a report's file: ``gap-report-DISTRICT-LANGUAGE.FORMAT``, in plain ASCII.

    A name in Cyrillic is romanised; see :func:`planner.layers.latin.slug`.

    Under a scenario the first signs of its digest stand in it too, so that the report on the district as it is stays.

    Raises
    ------
    InputError
        If the format is not one of those available.
    """
    _writer(format)
    name = part_of_name(in_language(assessment.district, "en"))
    scenario = assessment.manifest.get("scenario")
    under = f"-scenario-{scenario['digest'][:8]}" if scenario else ""
    return f"gap-report-{name or 'district'}{under}-{language}.{format}"


def write(
    assessment: Assessment,
    formats: Sequence[str],
    language: str,
    out: Path,
    *,
    made_at: dt.datetime | None = None,
    pictures: Pictures | None = None,
    interactive: Interactive | None = None,
    findings: Sequence[Finding] = (),
) -> tuple[Path, ...]:
    """Write the report in several formats into a folder.

    Nothing is written unless all formats could be made, and a file is replaced whole or not at all.

    Parameters
    ----------
    assessment : Assessment
    formats : sequence of str
        Keys of :data:`FORMATS`.
    language : {"ru", "be", "en"}
    out : pathlib.Path
        The folder; it is made where it does not exist.
    made_at, pictures, interactive, findings
        As for :func:`render`.

    Returns
    -------
    tuple of pathlib.Path
        The files, in the order of `formats`.

    Raises
    ------
    InputError
        If no format is named or one is not available, or the folder cannot be written to.
    """
    chosen = tuple(dict.fromkeys(formats))
    if not chosen:
        raise InputError(
            "No format of the report is named.", "Choose from: {available}.", available=", ".join(FORMATS)
        )
    for name in chosen:
        _writer(name)
    made_at = made_at or moment()
    made = {
        filename(assessment, name, language): render(
            assessment,
            name,
            language,
            made_at=made_at,
            pictures=pictures,
            interactive=interactive,
            findings=findings,
        )
        for name in chosen
    }
    return write_files(out, made)


def _writer(name: str) -> Writer:
    if name not in FORMATS:
        raise InputError(
            "There is no report format {format!r}.",
            "Choose from: {available}.",
            format=name,
            available=", ".join(FORMATS),
        )
    return FORMATS[name]
