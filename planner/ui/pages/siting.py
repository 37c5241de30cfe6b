"""Siting: where to open service points or close them, with a proof, on the map and as a scenario."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech, words
from planner.maps.legend import legend_html
from planner.maps.siting_map import ground_layer, siting_layer, siting_legend
from planner.report.siting import council_sentences, plan_sentences, site_columns, site_rows
from planner.results import Plan
from planner.siting import Progress
from planner.standards.model import in_language
from planner.studies.site import site
from planner.studies.siting_closing import close_well
from planner.studies.siting_scenario import scenario_of
from planner.studies.travel import conditions_of
from planner.ui import cache, charts, state, work
from planner.ui.guard import guarded
from planner.ui.keeping import offer
from planner.ui.mapview import show_map
from planner.ui.season import tell_season
from planner.ui.siting_choices import CLOSE, Asked, choose, on_spot
from planner.ui.study import measured
from planner.ui.tables import styled
from planner.ui.text import plain
from planner.workspace import open_workspace

JOB = "siting"
_HEIGHT = 540


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    measured(say, location, version)
    services = cache.sitable(location, version)
    if not services:
        st.info(say("No standard in force measures the way to a service point of this district."))
        return
    tell_season(say)
    _desk(say, location, version, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, dark: bool) -> None:
    left, right = st.columns([0.6, 0.4], gap="medium")
    with right:
        asked = choose(say, location, version)
        if st.button(say("Find the best"), type="primary", key="siting_find", width="stretch"):
            with st.spinner(say("Searching …")):
                work.start(JOB, asked, lambda job: _study(asked, job), keeps=True)
        plan = _plan(asked, say)
        if plan is not None:
            for sentence in plan_sentences(plan, say):
                st.markdown(plain(sentence))
            _keep(plan, say)
    with left:
        show_map(
            cache.base(location, version, say.language, dark, False),
            [ground_layer(asked.terms.points, say), *([siting_layer(plan, say)] if plan is not None else [])],
            key="siting", height=_HEIGHT, on_spot=on_spot,
        )  # fmt: skip
        if plan is not None:
            note = say("Modelled data: not a record of what exists on the ground.") if plan.modelled else ""
            st.html(legend_html(siting_legend(plan, say, dark=dark), say, note, dark=dark))
    if plan is not None:
        _details(plan, say)


def _plan(asked: Asked, say: Speech) -> Plan | None:
    """Watch the search and return its plan, if it is one of the service that is shown; of another it is only told."""
    job: work.Job[Plan] | None = work.job(JOB)
    settings = job.settings if job is not None else None
    if job is None or not isinstance(settings, Asked):
        return None
    ours = settings.district == asked.district and settings.service == asked.service
    if ours or job.running:
        work.watch(job, say, lambda news: _told(news, say))
    if settings.district == asked.district and not ours and (job.running or job.found is not None):
        name = cache.sitable(asked.location, asked.version).get(settings.service, {"en": settings.service})
        st.info(
            plain(
                say(
                    "The plan that was asked for is of the service “{service}”: choose it to see the plan.",
                    service=in_language(name, say.language),
                )
            )
        )
    if not ours or job.found is None:
        return None
    if settings != asked:
        st.warning(say("The settings have changed since: what is shown is of those before."))
    if not job.running:
        state.kept_plans()[job.found.service] = job.found
    return job.found


def _study(asked: Asked, job: work.Job[Plan]) -> Plan:
    workspace, conditions = open_workspace(asked.location), conditions_of(asked.season)
    if asked.task == CLOSE:
        count = asked.terms.sites or 1
        return close_well(
            workspace, asked.service, asked.terms, count, conditions=conditions, cancel=job.cancelled
        )
    return site(
        workspace, asked.service, asked.terms, conditions=conditions, progress=job.tell, cancel=job.cancelled,
        first=job.show,
    )  # fmt: skip


def _told(news: object, say: Speech) -> str:
    if not isinstance(news, Progress):
        return ""
    return say(
        "solution {objective}, bound {bound}, gap {gap}",
        objective=say.number(news.objective), bound=say.number(news.bound), gap=say.percent(news.gap),
    )  # fmt: skip


def _details(plan: Plan, say: Speech) -> None:
    left, right = st.columns([0.66, 0.34], gap="medium")
    with left:
        st.dataframe(
            styled(site_columns(say, plan), site_rows(plan, say), say), hide_index=True, key="siting_sites",
            column_config={say("If it is left out"): st.column_config.TextColumn(width=200)},
        )  # fmt: skip
        for sentence in (
            *council_sentences(plan, say),
            *(words.told(say, *remark) for remark in plan.remarks),
        ):
            st.caption(plain(sentence))
    with right:
        if plan.evidence is not None and len(plan.evidence.curve) > 1:
            told = charts.curve_text(plan, say)
            st.altair_chart(charts.curve_chart(plan, say, dark=state.is_dark()), width="stretch", alt=told)


def _keep(plan: Plan, say: Speech) -> None:
    """Turn the plan into a scenario."""
    if not plan.new and not plan.closed:
        return
    change = f"+{len(plan.new)}" * bool(plan.new) + f" −{len(plan.closed)}" * bool(plan.closed)
    proposed = f"{in_language(plan.service_name, say.language)}: {change.strip()}"
    offer(lambda name: scenario_of([plan], name), proposed, "siting", say)
