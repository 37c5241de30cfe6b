"""Closures: what the closing of each service point would do, and which closures harm least."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.maps.closure_map import closure_layer, closure_legend, closure_text
from planner.report.closures import closure_columns, closure_rows, closure_sentences
from planner.results import Closure, Closures
from planner.standards.model import in_language
from planner.studies.closures import closing
from planner.ui import cache, state, work
from planner.ui.guard import guarded
from planner.ui.keeping import offer
from planner.ui.map_table import map_table
from planner.ui.mapview import show_map
from planner.ui.study import begun, choose_service, show_legend
from planner.ui.tables import staying, styled
from planner.ui.text import plain

_HEIGHT = 520
_ROW = 64
"""Height of a row in which names stand on two lines, pixels."""


def show(say: Speech) -> None:
    """Draw the page."""
    nothing = say("No standard in force counts service points that this district has.")
    at = begun(say, cache.closable, nothing)
    if at is not None:
        _desk(say, *at, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, dark: bool) -> None:
    """Draw the choices, the map and the table; a choice draws only this again."""
    found = _choose(say, location, version)
    least = found.least
    left, right = st.columns([0.55, 0.45], gap="medium")
    with right:
        for sentence in closure_sentences(found, say):
            st.markdown(plain(sentence))
        closure = _choose_closure(found, say)
    with left:
        show_map(
            cache.base(location, version, say.language, dark, False),
            [closure_layer(found, closure, say)],
            key="closures",
            height=_HEIGHT,
        )
        map_table(lambda: closure_text(found, closure, say), say, "closures")
    with right:
        show_legend(closure_legend(found, closure, say, dark=dark), say, modelled=found.modelled, dark=dark)
        closed = "; ".join(in_language(found.facilities.names[f], say.language) for f in closure.closed)
        offer(lambda name: closing(found, closure, name), f"− {closed}", "closures", say)
    if least is not None:
        st.caption(say("The closures that harm least, together"))
        st.dataframe(
            styled(closure_columns(say), closure_rows(found, [least.closure], say), say),
            hide_index=True,
            row_height=_ROW,
            column_config=staying(closure_columns(say), 330),
        )
    st.caption(say("Each service point closed by itself"))
    st.dataframe(
        styled(closure_columns(say), closure_rows(found, found.ordered(), say), say),
        hide_index=True,
        key="closure_table",
        column_config=staying(closure_columns(say)),
    )
    st.caption(plain(" · ".join(in_language(s.title, say.language) for s in found.standards)))


def _choose(say: Speech, location: str, version: str) -> Closures:
    services = cache.closable(location, version)
    first, second = st.columns([0.6, 0.4], gap="medium")
    service = choose_service(first, services, say)
    title = say("Searching …")
    single = work.need(say, title, cache.closures, location, version, service, None, state.season())
    most = len(single.facilities) - 1
    if most < 1 or not single.searched:
        return single
    count = second.number_input(
        say("Closures that together harm least"),
        min_value=1,
        max_value=most,
        value=min(2, most),
        key=f"closures_count_{service}",
    )
    return work.need(say, title, cache.closures, location, version, service, int(count), state.season())


def _choose_closure(found: Closures, say: Speech) -> Closure:
    """Return the closure to show: one service point's, or the least harmful together."""
    options = found.ordered()
    names = [in_language(found.facilities.names[c.closed[0]], say.language) for c in options]
    together = [] if found.least is None else [found.least.closure]
    wanted = st.session_state.pop(state.CLOSING_KEY, None)
    asked = [i for i, c in enumerate(options) if found.facilities.ids[c.closed[0]] == wanted]
    if asked:
        st.session_state[f"closure_{found.service}"] = asked[0]
    chosen = st.selectbox(
        say("On the map"),
        range(len(options) + len(together)),
        format_func=lambda i: names[i] if i < len(names) else say("the closures that harm least, together"),
        key=f"closure_{found.service}",
    )
    return (*options, *together)[chosen]
