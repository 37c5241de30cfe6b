"""Report: choose language and formats, download."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import LANGUAGES, Speech
from planner.report import FORMATS, Finding, filename, render
from planner.results import Assessment, Plan
from planner.ui import cache, state
from planner.ui.season import tell_season
from planner.ui.text import plain

_MIME = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    at, season = (workspace.location, workspace.version()), state.season()
    with st.spinner(say("Measuring the district …")):
        assessment = cache.assessment(workspace.location, workspace.version(), state.season())
        today = say.date(dt.datetime.now().astimezone().date())
        content = cache.content(workspace.location, workspace.version(), say.language, today, state.season())
    st.header(plain(content.title))
    tell_season(say)
    for sentence in content.summary:
        st.markdown(plain(sentence))
    left, right = st.columns([0.3, 0.7])
    language = left.radio(
        say("Language of the report"),
        list(LANGUAGES),
        index=list(LANGUAGES).index(say.language),
        format_func=LANGUAGES.__getitem__,
        key=f"report_language_{say.language}",
    )
    formats = _choose_formats(right, say)
    if not formats:
        st.info(say("Choose at least one format."))
        return
    name, mime = _named(assessment, formats, language)
    st.download_button(
        say("Download the report"),
        data=lambda: _bytes(assessment, formats, language, _findings(*at, season)),
        file_name=name,
        mime=mime,
        type="primary",
        on_click="ignore",
        key="download",
    )
    st.caption(
        say("The file is made when you click; it needs no internet, neither here nor where it is read.")
    )
    if st.toggle(say("Show the report here"), key="report_shown"):
        with st.spinner(say("Drawing the report …")):
            st.iframe(_page(*at, language, season), height=900)


def _findings(location: str, version: str, season: str) -> tuple[Finding, ...]:
    """Return what the studies found, and the timetables that the session wants in its report."""
    kept = state.for_report(version, season)
    planned = any(isinstance(one, Plan) for one in kept)
    proposed = () if planned else cache.proposed(location, version, season)
    return (*cache.findings(location, version, season), *kept, *proposed)


def _page(location: str, version: str, language: str, season: str) -> str:
    if not state.for_report(version, season):
        return cache.page(location, version, language, season)
    findings = _findings(location, version, season)
    return render(cache.assessment(location, version, season), "html", language, findings=findings).decode()


def _choose_formats(column: DeltaGenerator, say: Speech) -> list[str]:
    column.caption(say("Formats"))
    described = {
        "html": say("a page to read and print, with maps"),
        "pdf": say("pages to print and sign, the council's memo first"),
        "docx": say("a document that the office edits"),
        "xlsx": say("a workbook with every settlement"),
        "geojson": say("settlements, gap zones and facilities for a GIS"),
        "gpkg": say("layers that QGIS opens in the planner's colours"),
    }
    return [
        form
        for form in FORMATS
        if column.checkbox(
            f"**{form.upper()}** — {described.get(form, '')}", value=form == "html", key=f"format_{form}"
        )
    ]


def _named(assessment: Assessment, formats: Sequence[str], language: str) -> tuple[str, str]:
    if len(formats) == 1:
        return filename(assessment, formats[0], language), _MIME.get(formats[0], "application/octet-stream")
    return filename(assessment, formats[0], language).rsplit(".", 1)[0] + ".zip", "application/zip"


def _bytes(
    assessment: Assessment, formats: Sequence[str], language: str, findings: Sequence[Finding]
) -> bytes:
    moment = dt.datetime.now().astimezone()
    if len(formats) == 1:
        return render(assessment, formats[0], language, made_at=moment, findings=findings)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for form in formats:
            made = render(assessment, form, language, made_at=moment, findings=findings)
            archive.writestr(filename(assessment, form, language), made)
    return packed.getvalue()
