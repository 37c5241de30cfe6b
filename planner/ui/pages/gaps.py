"""Gaps: the scorecard of services, the settlements that lack most, the rural councils."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import Speech, words
from planner.report.content import Content, RankedPlace, ServiceRow
from planner.report.edition import moment
from planner.results import Assessment
from planner.standards.model import LAYERS
from planner.ui import cache, state
from planner.ui.notices import tell_nobody
from planner.ui.season import tell_season
from planner.ui.study import measured
from planner.ui.tables import to_map, written
from planner.ui.text import plain

_OPEN, _TABS = "gaps_open", "gaps_tabs"
"""Which tab is open, by its number: the names of the tabs change with the language."""

_SIGNS = {"met": "✓", "not_met": "✕", "unknown": "?"}
"""What a verdict is seen by before it is read."""


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    assessment = measured(say, location, version)
    today = say.date(moment().date())
    content = cache.content(location, version, say.language, today, state.season())
    tell_nobody(assessment, say)
    tell_season(say)
    for sentence in content.summary:
        st.markdown(plain(sentence))
    _notes(content, say)
    services, places, councils = _tabs([say("Services"), say("Settlements"), say("Rural councils")])
    with services:
        _scorecard(assessment, content, say)
    with places:
        _settlements(assessment, content, say)
    with councils:
        _councils(content, say)


def _tabs(titles: list[str]) -> Sequence[DeltaGenerator]:
    """Return the tabs; whoever comes back from the map finds the one that was open."""
    # Said through the state and not as the default: with another default they would be other tabs, and a click on the
    # old ones would be lost.
    if st.session_state.get(_TABS) not in titles:
        st.session_state[_TABS] = titles[st.session_state.get(_OPEN, 0)]
    shown = st.tabs(titles, key=_TABS, on_change="rerun")
    for number, tab in enumerate(shown):
        if tab.open:
            st.session_state[_OPEN] = number
    return shown


def _notes(content: Content, say: Speech) -> None:
    if content.warnings or content.notes:
        with st.expander(say("What to know about these numbers"), expanded=False):
            for note in (*content.notes, *content.warnings):
                st.text(note)


def _scorecard(assessment: Assessment, content: Content, say: Speech) -> None:
    of_service = {r.standard.service: r.standard.layer for r in assessment.results}
    present = [layer for layer in LAYERS if layer in of_service.values()]
    only = st.pills(
        say("Layers"), present, selection_mode="multi", format_func=lambda x: say(words.LAYERS[x]), key="score_layers",
        label_visibility="collapsed", wrap=True, persist_state="session",
    )  # fmt: skip
    rows = [row for row in content.services if not only or of_service[row.id] in only]
    table = _scores(assessment, content, rows, say)
    whole = (
        say("People addressed"),
        say("People lacking it"),
        say("Settlements lacking it"),
        say("Unknown, people"),
    )
    shares = (say("Covered"), say("Covered by own facilities"))
    found = st.dataframe(
        written(table, dict.fromkeys(whole, say.number) | dict.fromkeys(shares, say.percent)),
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        key="scorecard",
        placeholder="–",
        column_config={
            content.labels.columns["service"]: st.column_config.TextColumn(pinned=True, width=275),
            " ": st.column_config.ProgressColumn(format=" ", min_value=0.0, max_value=1.0, width=60),
            say("Nine draws of ten"): st.column_config.TextColumn(width=120),
        },
    )
    st.caption(content.labels.phrases["signs"])
    if any(row.range for row in rows):
        st.caption(
            say(
                "Nine draws of ten: between these bounds the share lies when estimated populations, unlocated "
                "places and doubtful facilities are other than assumed. The share itself is that of the data as they "
                "are: where whatever is in doubt can only do harm, it lies outside them."
            )
        )
    chosen = found.selection.rows
    if chosen:
        to_map(service=rows[chosen[0]].id, standard=None)
    st.caption(say("Click the box at the left of a row to see the service on the map."))


def _scores(
    assessment: Assessment, content: Content, rows: Sequence[ServiceRow], say: Speech
) -> pd.DataFrame:
    """Return the table of services: what decides first, and no column that has nothing to tell."""
    tallies = [assessment.own_service_tally(row.id) for row in rows]
    alone = [t.share_covered if t else None for t in tallies]
    table = pd.DataFrame(
        {
            content.labels.columns["service"]: [row.marked for row in rows],
            say("Verdict"): [
                f"{_SIGNS.get(row.verdict, '–')} {content.labels.verdicts[row.verdict]}" for row in rows
            ],
            say("Covered"): [row.tally.share_covered for row in rows],
            " ": [row.tally.share_covered for row in rows],
            say("People lacking it"): [row.tally.lacking for row in rows],
            say("Settlements lacking it"): [len(row.places) for row in rows],
            say("Unknown, people"): [row.tally.unknown for row in rows],
            say("People addressed"): [row.tally.addressed for row in rows],
            say("Nine draws of ten"): [row.range for row in rows],
            say("Covered by own facilities"): alone,
        }
    )
    nothing = []
    if not any(tallies):
        # Where no neighbour's facility is counted, there is one answer and not two.
        nothing.append(say("Covered by own facilities"))
    if not any(row.range for row in rows):
        nothing.append(say("Nine draws of ten"))
    return table.drop(columns=nothing)


def _settlements(assessment: Assessment, content: Content, say: Speech) -> None:
    first, second, third = st.columns(3)
    services = [row.marked for row in content.services]
    wanted = first.multiselect(
        say("Services"),
        services,
        key=f"rank_services_{say.language}",
        placeholder=say("all"),
        persist_state="session",
    )
    councils = sorted({row.council for row in content.ranking if row.council})
    within = second.multiselect(
        say("Rural councils"),
        councils,
        key=f"rank_councils_{say.language}",
        placeholder=say("all"),
        persist_state="session",
    )
    least = third.number_input(
        say("People, at least"), min_value=0, value=0, step=10, key="rank_people", persist_state="session"
    )
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
    found = st.dataframe(
        written(_ranking_table(rows, say), {say("People"): say.number, say("Weight"): say.number}),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="ranking",
        height=520,
    )
    if found.selection.rows:
        to_map(place=assessment.places.ids[rows[found.selection.rows[0]].index])


def _ranking_table(rows: list[RankedPlace], say: Speech) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("Settlement"): [row.name for row in rows],
            say("Rural council"): [row.council for row in rows],
            say("People"): [row.people for row in rows],
            say("Weight"): [row.weight for row in rows],
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
    shares = dict.fromkeys((service.name for service in content.services), say.percent)
    st.dataframe(
        written(table, {say("People"): say.number, **shares}),
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={say("Rural council"): st.column_config.TextColumn(pinned=True, width=215)},
    )
