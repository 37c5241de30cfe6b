"""Gaps: the scorecard of services, the settlements that lack most, the rural councils."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.report.content import Content, RankedPlace
from planner.results import Assessment, State
from planner.standards.model import LAYERS
from planner.ui import cache, state
from planner.ui.text import plain


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    with st.spinner(say("Measuring the district …")):
        assessment = cache.assessment(workspace.location, workspace.version())
        today = say.date(dt.datetime.now().astimezone().date())
        content = cache.content(workspace.location, workspace.version(), say.language, today)
    for sentence in content.summary:
        st.markdown(plain(sentence))
    _notes(content, say)
    services, places, councils = st.tabs([say("Services"), say("Settlements"), say("Rural councils")])
    with services:
        _scorecard(content, say)
    with places:
        _settlements(assessment, content, say)
    with councils:
        _councils(content, say)


def _notes(content: Content, say: Speech) -> None:
    if content.warnings or content.notes:
        with st.expander(say("What to know about these numbers"), expanded=False):
            for note in (*content.notes, *content.warnings):
                st.text(note)


def _scorecard(content: Content, say: Speech) -> None:
    columns = content.labels.columns
    present = [layer for layer in LAYERS if any(row.layer == layer for row in content.services)]
    only = st.pills(
        say("Layers"),
        present,
        selection_mode="multi",
        format_func=lambda x: say(words.LAYERS[x]),
        key="score_layers",
    )
    rows = [row for row in content.services if not only or row.layer in only]
    table = pd.DataFrame(
        {
            columns["service"]: [row.marked for row in rows],
            say("People lacking it"): [row.tally.lacking for row in rows],
            say("Covered"): [row.tally.share_covered for row in rows],
            say("Covered, people"): [row.tally.people[State.COVERED] for row in rows],
            say("Unknown, people"): [row.tally.unknown for row in rows],
            say("Settlements lacking it"): [len(row.places) for row in rows],
            say("Verdict"): [content.labels.verdicts[row.verdict] for row in rows],
        }
    )
    whole = {
        name: st.column_config.NumberColumn(format="localized")
        for name in (say("Covered, people"), say("Unknown, people"), say("Settlements lacking it"))
    }
    found = st.dataframe(
        table,
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        key="scorecard",
        column_config={
            say("People lacking it"): st.column_config.NumberColumn(format="localized"),
            say("Covered"): st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
            **whole,
        },
    )
    st.caption(content.labels.phrases.get("signs", ""))
    chosen = found.selection.rows
    if chosen:
        _to_map(service=rows[chosen[0]].id, standard=None)
    st.caption(say("Click the box at the left of a row to see the service on the map."))


def _settlements(assessment: Assessment, content: Content, say: Speech) -> None:
    first, second, third = st.columns(3)
    services = {row.name: row.id for row in content.services}
    wanted = first.multiselect(say("Services"), list(services), key="rank_services")
    councils = sorted({row.council for row in content.ranking if row.council})
    within = second.multiselect(say("Rural councils"), councils, key="rank_councils")
    least = third.number_input(say("People, at least"), min_value=0, value=0, step=10, key="rank_people")
    rows = [
        row
        for row in content.ranking
        if row.people >= least
        and (not within or row.council in within)
        and (not wanted or set(wanted) & set(row.services))
    ]
    st.caption(
        say.plural("{count} settlement lacks a service.", "{count} settlements lack a service.", len(rows))
        + " "
        + say("Ranked by people times relative shortfall, added up over services.")
    )
    table = _ranking_table(rows, say)
    found = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="ranking",
        height=520,
        column_config={
            say("People"): st.column_config.NumberColumn(format="localized", width="small"),
            say("Weight"): st.column_config.NumberColumn(format="localized", width="small"),
        },
    )
    if found.selection.rows:
        _to_map(place=assessment.places.ids[rows[found.selection.rows[0]].index])


def _ranking_table(rows: list[RankedPlace], say: Speech) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("Settlement"): [row.name for row in rows],
            say("Rural council"): [row.council for row in rows],
            say("People"): [row.people for row in rows],
            say("Weight"): [round(row.weight) for row in rows],
            say("Services it lacks"): [", ".join(row.services) for row in rows],
        }
    )


def _councils(content: Content, say: Speech) -> None:
    st.caption(say("Share of people covered, of those whose state is known, by rural council and service."))
    rows = [*content.councils, content.district]
    table = pd.DataFrame(
        {
            say("Rural council"): [row.name for row in rows],
            say("People"): [row.people for row in rows],
            **{
                service.name: [row.cells[i].tally.share_covered for row in rows]
                for i, service in enumerate(content.services)
            },
        }
    )
    shares = {service.name: st.column_config.NumberColumn(format="percent") for service in content.services}
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={
            say("Rural council"): st.column_config.TextColumn(pinned=True),
            say("People"): st.column_config.NumberColumn(format="localized"),
            **shares,
        },
    )


def _to_map(**choice: str | None) -> None:
    """Go to the map with a service or a settlement chosen."""
    st.session_state.update(choice)
    st.switch_page(st.session_state["pages"]["map"])
