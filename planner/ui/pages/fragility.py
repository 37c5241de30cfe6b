"""Fragility: the single roads and mains on which most people hang."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.i18n import Speech
from planner.maps.fragility_map import fragility_layer, fragility_legend
from planner.report.fragility import (
    element_columns,
    element_name,
    element_rows,
    fragility_sentences,
    junction_columns,
    junction_rows,
)
from planner.results import Fragility
from planner.ui import cache, state, work
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.study import begun, choose_service, show_legend
from planner.ui.tables import staying, styled
from planner.ui.text import plain

_HEIGHT = 520
_CHOSEN = "fragility_element"


def show(say: Speech) -> None:
    """Draw the page."""
    nothing = say("No roads are loaded, and no mains with their sources: there is no network to study.")
    at = begun(say, cache.fragile, nothing)
    if at is not None:
        _desk(say, *at, state.is_dark())


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
        rows = fragility_legend(found, chosen, say, dark=dark)
        show_legend(rows, say, modelled=found.modelled, dark=dark)
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
            column_config=staying(element_columns(say)),
        )
    if found.junctions:
        st.dataframe(
            styled(junction_columns(say), junction_rows(found, say), say),
            hide_index=True,
            key="fragility_junctions",
            width="content",
        )


def _choose(say: Speech, location: str, version: str) -> Fragility:
    (place,) = st.columns(1)
    service = choose_service(place, cache.fragile(location, version), say)
    return work.need(say, say("Searching …"), cache.fragility, location, version, service, state.season())


def _clicked(found: Fragility) -> Callable[[str, str], None]:
    """Return what a click on the map does: a piece of the network becomes the chosen one."""

    def choose(kind: str, identifier: str) -> None:
        if kind == "road" and identifier.isdecimal() and int(identifier) < len(found.elements):
            st.session_state[f"{_CHOSEN}_{found.service}"] = int(identifier)

    return choose
