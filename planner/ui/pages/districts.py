"""Districts: many of them side by side on one map, ranked, with small settlements against the centres."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.i18n import Speech
from planner.maps.districts_map import districts_legend, modelled_districts_note, title_of
from planner.maps.legend import legend_html
from planner.report import districts_tables as told
from planner.results import TOGETHER, Districts
from planner.ui import districts_cache, state
from planner.ui.batch_form import show_batch
from planner.ui.district_card import card_table, district_card_html
from planner.ui.districts_folder import choose_folder, offer_files, results_root
from planner.ui.guard import guarded
from planner.ui.mapview import answering, show_map
from planner.ui.tables import written
from planner.ui.text import plain

DISTRICT_KEY, OTHER_KEY = "district", "district_other"
_SERVICE_KEY = "districts_service"
_HEIGHT = 470
_SHORT = 10
"""A table of so many rows is shown to its end; a longer one is moved."""


def show(say: Speech) -> None:
    """Draw the page."""
    folder = choose_folder(say)
    if folder is None and results_root() is not None:
        st.info(
            say(
                "Here many districts stand side by side. Compare them first: below, or with “planner batch "
                "WORKSPACES... --out FOLDER”; then name the folder above."
            )
        )
    guarded(_batch)(say)
    if folder is None:
        return
    found = districts_cache.districts(*folder)
    if not found.districts:
        st.info(say("None of the districts could be assessed."))
        _table(told.failures(found, say), say)
        return
    st.markdown(plain(" ".join(told.summary(found, say))))
    for remark in told.remarks(found, say):
        st.caption(plain(remark))
    _desk(say, folder, state.is_dark())
    offer_files(folder[0], say)


def _batch(say: Speech) -> None:
    show_batch(say)


@st.fragment
@guarded
def _desk(say: Speech, folder: tuple[str, int], dark: bool) -> None:
    """Draw the choices, the map, the card and the tables; a click on the map draws only this again."""
    found = districts_cache.districts(*folder)
    first, second, third = st.columns(3, gap="medium")
    service = first.selectbox(
        say("Service"), [TOGETHER, *_known_first(found)], key=_SERVICE_KEY, persist_state="session",
        format_func=lambda s: title_of(found, s, say),
    )  # fmt: skip
    with second:
        chosen = _choose(found, DISTRICT_KEY, say("District"), say)
    with third:
        other = _choose(found, OTHER_KEY, say("Compare with"), say)
    left, right = st.columns([0.56, 0.44], gap="medium")
    marked = tuple(d for d in (chosen, other) if d)
    with left:
        show_map(
            districts_cache.districts_base(*folder, say.language, dark),
            [districts_cache.districts_layer(*folder, say.language, service, marked)],
            key="districts", height=_HEIGHT, on_click=_clicked,
        )  # fmt: skip
    with right:
        rows = districts_legend(found, say, service)
        note = modelled_districts_note(found, say, service)
        st.html(legend_html(rows, say, note, places=say("districts"), dark=dark))
        if chosen is None:
            st.caption(say("Click a district on the map, or choose it from the list, to see its card."))
        else:
            st.html(answering("district", district_card_html(found, found.district(chosen), say)))
            table, ways = card_table(found, chosen, other, say)
            narrow = {say("Service"): st.column_config.TextColumn(width=150, pinned=True)}
            st.dataframe(
                written(table, ways), hide_index=True, placeholder="–", height=300, column_config=narrow
            )
    _tables(found, service, say)


def _known_first(found: Districts) -> list[str]:
    """Return the services, those that anything is known of first."""
    unknown = {s for s in found.names if all(r.rank is None for r in found.ranking[s])}
    return sorted(found.names, key=lambda s: s in unknown)


def _choose(found: Districts, key: str, label: str, say: Speech) -> str | None:
    names = {d.id: found.name(d.id, say.language) for d in found.districts}
    st.session_state[key] = state.linked(key, names)
    chosen = st.selectbox(
        label, sorted(names, key=names.__getitem__), index=None, placeholder=say("Choose a district"),
        format_func=names.__getitem__, key=key, persist_state="session",
    )  # fmt: skip
    state.link(**{key: chosen})
    return chosen


def _tables(found: Districts, service: str, say: Speech) -> None:
    tables = [told.ranking(found, say, service), told.groups(found, say), told.parity(found, say)]
    tables += [told.between(found, say), *([told.failures(found, say)] if found.failures else [])]
    for tab, table in zip(st.tabs([t.heading for t in tables]), tables, strict=True):
        with tab:
            _table(table, say)


def _table(table: told.Table, say: Speech) -> None:
    for note in table.notes:
        st.caption(plain(note))
    columns = {title: [row[j] for row in table.rows] for j, (title, _) in enumerate(table.columns)}
    ways = {
        title: lambda cell, style=style: told.written(cell, style, say)
        for title, style in table.columns
        if style != "text"
    }
    st.dataframe(written(pd.DataFrame(columns), ways), hide_index=True, placeholder="–",
                 height=420 if len(table.rows) > _SHORT else "content")  # fmt: skip


def _clicked(kind: str, identifier: str) -> None:
    if kind == "district":
        st.session_state[DISTRICT_KEY] = identifier
