"""Report: choose language and formats; it is made beside the page and comes down when it is done."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import LANGUAGES, Speech
from planner.report import FORMATS
from planner.report.comparison import side
from planner.report.content import compose
from planner.report.edition import moment
from planner.results import Plan, Tours
from planner.studies.kept_scenarios import kept_scenarios
from planner.studies.progress import Progress
from planner.ui import cache, state, work
from planner.ui.report_making import Asked, Made, as_page, assessed, effect, made
from planner.ui.season import tell_season
from planner.ui.study import measured
from planner.ui.text import plain

JOB = "report"
_FETCHED, _BEGUN = "report_fetched", "report_begun"
_SCENARIO, _LANGUAGE, _FORMAT = "report_scenario", "report_language_{}", "format_{}"
"""Choices of the page; that of the report's language by the language of the page."""


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    at, season = (workspace.location, workspace.version()), state.season()
    _choose_as_asked(at, season, say)
    measured(say, *at)
    st.header(plain(cache.content(*at, say.language, say.date(moment().date()), season).title))
    tell_season(say)
    scenario = _choose_scenario(say)
    for sentence in _summary(at, season, scenario, say):
        st.markdown(plain(sentence))
    left, right = st.columns([0.3, 0.7])
    st.session_state.setdefault(_LANGUAGE.format(say.language), say.language)
    language = left.radio(
        say("Language of the report"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=_LANGUAGE.format(say.language),
        persist_state="session",
    )
    formats = _choose_formats(right, say)
    if not formats:
        st.info(say("Choose at least one format."))
        return
    asked = Asked(*at, season, language, tuple(formats), scenario)
    _make(asked, say)
    if st.toggle(say("Show the report here"), key="report_shown"):
        st.iframe(_shown(asked, say), height=900)


def _choose_as_asked(at: tuple[str, str], season: str, say: Speech) -> None:
    """Choose in a new session what the same person's last report is made of: its file is offered where it is chosen."""
    if _BEGUN in st.session_state:
        return
    st.session_state[_BEGUN] = True
    job: work.Job[Made] | None = work.job(JOB)
    if job is None or job.cancelled():
        return
    asked: Asked = job.settings[0]  # type: ignore[index]
    names = {"": "", **{document: name for name, document in _documents().items()}}
    if (asked.location, asked.version, asked.season) != (*at, season) or asked.scenario not in names:
        return
    st.session_state[_SCENARIO] = names[asked.scenario]
    st.session_state[_LANGUAGE.format(say.language)] = asked.language
    for form in FORMATS:
        st.session_state[_FORMAT.format(form)] = form in asked.formats


def _documents() -> dict[str, str]:
    """Return the documents of the scenarios that are kept and can be read, by name."""
    found = kept_scenarios(state.workspace())
    return {one.record.name: one.record.document for one in found if one.scenario is not None}


def _choose_scenario(say: Speech) -> str:
    """Let the user choose a kept scenario and return its document; empty for the district as it is."""
    kept = _documents()
    if not kept:
        return ""
    names = ["", *kept]
    chosen = st.selectbox(
        say("Scenario"), names, format_func=lambda name: side(name, say), key=_SCENARIO, persist_state="session",
    )  # fmt: skip
    return kept.get(chosen, "")


def _summary(at: tuple[str, str], season: str, scenario: str, say: Speech) -> tuple[str, ...]:
    """Return the report's first sentences."""
    today = say.date(moment().date())
    if not scenario:
        return cache.content(*at, say.language, today, season).summary
    found = work.need(say, say("Measuring under the scenario …"), assessed, *at, season, scenario)
    if state.for_report(at[1], season):
        st.caption(
            say(
                "Timetables and plans that were found on the other pages are of the district as it is, and are not "
                "in this report; it proposes a plan of its own."
            )
        )
    return compose(found, say, today, (effect(*at, season, scenario),)).summary


def _extra(asked: Asked) -> tuple[Tours | Plan, ...]:
    """Return what the session adds to a report."""
    return () if asked.scenario else state.for_report(asked.version, asked.season)


def _make(asked: Asked, say: Speech) -> None:
    """Show the button that makes the report, how that stands, and the file once it is there."""
    job: work.Job[Made] | None = work.job(JOB)
    busy = job is not None and job.running and not job.cancelled()
    if st.button(say("Make the report"), type="primary", key="report_make", disabled=busy) and not busy:
        extra = _extra(asked)
        job = work.start(
            JOB, (asked, tuple(map(id, extra))), lambda running: made(asked, extra, running.step)
        )
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


def _shown(asked: Asked, say: Speech) -> str:
    """Return the report as a page; it is made beside this one."""
    extra = _extra(asked)

    def drawn(of: Asked, _ids: tuple[int, ...], told: Progress) -> str:
        return as_page(of, extra, told)

    return work.need(say, say("Drawing the report …"), drawn, asked, tuple(map(id, extra)))


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
    for form in FORMATS:
        st.session_state.setdefault(_FORMAT.format(form), form == "html")
    return [
        form
        for form in FORMATS
        if column.checkbox(
            f"**{form.upper()}** — {described.get(form, '')}",
            key=_FORMAT.format(form),
            persist_state="session",
        )
    ]
