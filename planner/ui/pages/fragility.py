"""Fragility: the single roads and mains on which most people hang."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.i18n import Speech
from planner.maps.fragility_map import fragility_layer, fragility_legend
from planner.maps.legend import legend_html
from planner.report.fragility import (
    element_columns,
    element_name,
    element_rows,
    fragility_sentences,
    junction_columns,
    junction_rows,
)
from planner.results import Fragility
from planner.standards.model import in_language
from planner.ui import cache, state
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.notices import tell_nobody
from planner.ui.season import tell_season
from planner.ui.tables import styled
from planner.ui.text import plain

_HEIGHT = 520
_CHOSEN = "fragility_element"


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    with st.spinner(say("Measuring the district …")):
        assessment = cache.assessment(location, version)
        services = cache.fragile(location, version)
    if not services:
        st.info(say("No roads are loaded, and no mains with their sources: there is no network to study."))
        return
    tell_nobody(assessment, say)
    tell_season(say)
    _desk(say, location, version, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, dark: bool) -> None:
    """Draw the choices, the map and the table; a choice draws only this again."""
    found = _choose(say, location, version)
    names = [element_name(found, element, say) for element in found.elements]
    left, right = st.columns([0.55, 0.45], gap="medium")
    with right:
        for sentence in fragility_sentences(found, say):
            st.markdown(plain(sentence))
        chosen = 0
        if names:
            chosen = st.selectbox(
                say("On the map"),
                range(len(names)),
                format_func=lambda k: f"{k + 1}. {names[k]}",
                key=f"{_CHOSEN}_{found.service}",
            )
        note = say("Modelled data: not a record of what exists on the ground.") if found.modelled else ""
        st.html(legend_html(fragility_legend(found, chosen, say, dark=dark), say, note, dark=dark))
    with left:
        show_map(
            cache.base(location, version, say.language, dark, False),
            [fragility_layer(found, chosen, names, say)],
            key="fragility",
            height=_HEIGHT,
            on_click=_clicked(found),
        )
    if names:
        st.dataframe(
            styled(element_columns(say), element_rows(found, say), say),
            hide_index=True,
            key="fragility_table",
        )
    if found.junctions:
        st.dataframe(
            styled(junction_columns(say), junction_rows(found, say), say),
            hide_index=True,
            key="fragility_junctions",
        )


def _choose(say: Speech, location: str, version: str) -> Fragility:
    services = cache.fragile(location, version)
    st.session_state[state.SERVICE_KEY] = state.linked(state.SERVICE_KEY, list(services)) or next(
        iter(services)
    )
    service = st.selectbox(
        say("Service"),
        list(services),
        format_func=lambda s: in_language(services[s], say.language),
        key=state.SERVICE_KEY,
        persist_state="session",
    )
    with st.spinner(say("Searching …")):
        return cache.fragility(location, version, service, state.season())


def _clicked(found: Fragility) -> Callable[[str, str], None]:
    """Return what a click on the map does: a piece of the network becomes the chosen one."""

    def choose(kind: str, identifier: str) -> None:
        if kind == "road" and identifier.isdecimal() and int(identifier) < len(found.elements):
            st.session_state[f"{_CHOSEN}_{found.service}"] = int(identifier)

    return choose
