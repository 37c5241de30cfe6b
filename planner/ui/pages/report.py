"""Report: choose language and formats; it is made beside the page and comes down when it is done."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import LANGUAGES, Speech
from planner.report import FORMATS, Finding, filename, render
from planner.results import Assessment, Plan
from planner.studies.progress import Progress, each, part
from planner.ui import cache, state, work
from planner.ui.proposed import proposed
from planner.ui.season import tell_season
from planner.ui.study import measured
from planner.ui.text import plain

JOB = "report"
_MIME = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


_FETCHED = "report_fetched"
_STUDIED, _PLANNED = 0.3, 0.4
"""So much of the work are the studies, and a plan after them; the rest is writing the formats."""


@dataclass(frozen=True)
class Asked:
    """What a report is made of.

    Attributes
    ----------
    location, version, season, language : str
    formats : tuple of str
    """

    location: str
    version: str
    season: str
    language: str
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A report that is made: its file."""

    name: str
    mime: str
    data: bytes


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    at, season = (workspace.location, workspace.version()), state.season()
    measured(say, *at)
    today = say.date(dt.datetime.now().astimezone().date())
    content = cache.content(*at, say.language, today, season)
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
    asked = Asked(*at, season, language, tuple(formats))
    _make(asked, say)
    if st.toggle(say("Show the report here"), key="report_shown"):
        st.iframe(_shown(asked, say), height=900)


def _make(asked: Asked, say: Speech) -> None:
    """Show the button that makes the report, how that stands, and the file once it is there."""
    job: work.Job[Made] | None = work.job(JOB)
    busy = job is not None and job.running and not job.cancelled()
    if st.button(say("Make the report"), type="primary", key="report_make", disabled=busy) and not busy:
        extra = state.for_report(asked.version, asked.season)
        job = work.start(JOB, (asked, tuple(map(id, extra))), lambda made: _file(asked, extra, made.step))
        st.session_state[_FETCHED] = None
    st.caption(say("It needs no internet, neither here nor where it is read."))
    if job is None:
        return
    work.watch(job, say, lambda news: _told(news, say), changes=False)
    settings: tuple[Asked, tuple[int, ...]] = job.settings  # type: ignore[assignment]
    if job.cancelled() and settings[0] == asked:
        st.info(say("Cancelled. Nothing was changed."))
        return
    if job.found is None or settings[0] != asked:
        return
    st.download_button(
        say("Download the report"), data=job.found.data, file_name=job.found.name, mime=job.found.mime,
        on_click="ignore", key="download",
    )  # fmt: skip
    if _FETCHED in st.session_state and st.session_state[_FETCHED] is None:
        # One click makes and fetches it, in the tab where it was asked for.
        st.session_state[_FETCHED] = job
        st.html(_FETCH, unsafe_allow_javascript=True)


_FETCH = """<script>
setTimeout(() => document.querySelector(".st-key-download button")?.click(), 300);
</script>"""


def _told(news: object, say: Speech) -> str:
    if news in FORMATS:
        return say("Writing the report: {format} …", format=str(news).upper())
    return say("Making the studies of the report …")


def _file(asked: Asked, extra: Sequence[Finding], told: Progress) -> Made:
    at = (asked.location, asked.version)
    assessment = cache.assessment(*at, asked.season)
    findings = _findings(*at, asked.season, extra, told)
    moment = dt.datetime.now().astimezone()
    files = {
        filename(assessment, form, asked.language): render(
            assessment, form, asked.language, made_at=moment, findings=findings
        )
        for form in each(asked.formats, part(told, _PLANNED, 1.0))
    }
    name, mime = _named(assessment, asked.formats, asked.language)
    if len(files) == 1:
        return Made(name, mime, files[name])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each_name, data in files.items():
            archive.writestr(each_name, data)
    return Made(name, mime, packed.getvalue())


def _findings(
    location: str, version: str, season: str, extra: Sequence[Finding], told: Progress
) -> tuple[Finding, ...]:
    """Return what the studies found, and the timetables and plans that the session wants in its report.

    Where the session has made no plan, the report proposes one.
    """
    found = cache.findings(location, version, season, part(told, 0.0, _STUDIED))
    told(_STUDIED, "")
    planned = any(isinstance(one, Plan) for one in extra)
    more = () if planned else proposed(location, version, season)
    told(_PLANNED, "html")
    return (*found, *extra, *more)


def _shown(asked: Asked, say: Speech) -> str:
    """Return the report as a page; it is made beside this one."""
    extra = state.for_report(asked.version, asked.season)

    def drawn(
        location: str, version: str, season: str, language: str, of: tuple[int, ...], told: Progress
    ) -> str:
        found = _findings(location, version, season, extra, told)
        return render(cache.assessment(location, version, season), "html", language, findings=found).decode()

    at = (asked.location, asked.version, asked.season, asked.language)
    return work.need(say, say("Drawing the report …"), drawn, *at, tuple(map(id, extra)))


def _choose_formats(column: DeltaGenerator, say: Speech) -> list[str]:
    column.caption(say("Formats"))
    described = {
        "html": say("a page to read and print, with maps"),
        "pdf": say("pages to print and sign, the council's memo first"),
        "docx": say("a document that the office edits"),
        "xlsx": say("a workbook with every settlement"),
        "geojson": say("settlements, gap zones, service points, closures and plans for a GIS"),
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
