"""Compare: two scenarios, or a scenario and the district as it is, on maps that move together."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.report.comparison import (
    comparison_csv,
    comparison_sentences,
    council_columns,
    council_rows,
    council_title,
    service_columns,
    service_rows,
    service_title,
    side,
)
from planner.results import Comparison
from planner.studies.inputs import By
from planner.studies.kept_scenarios import kept_scenarios
from planner.ui import cache, state, work
from planner.ui.compared_maps import Ground, difference, side_by_side
from planner.ui.guard import guarded
from planner.ui.tables import styled
from planner.ui.text import plain
from planner.ui.unreadable import show_unreadable
from planner.ui.what_places import choose_places, measured_by
from planner.workspace import ScenarioRecord

_AS_IS = ""


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    found = kept_scenarios(workspace)
    show_unreadable(found, say, "compare")
    kept = {one.record.name: one.record for one in found if one.scenario is not None}
    if not kept:
        st.info(say("No scenario is saved yet. Make one on the page “Scenarios”, then compare it here."))
        return
    location, version, by = workspace.location, workspace.version(), choose_places(workspace, say)
    if measured_by(say, location, version, by) is not None:
        _desk(say, location, version, by, kept, state.is_dark())


@st.fragment
@guarded
def _desk(
    say: Speech, location: str, version: str, by: By, kept: dict[str, ScenarioRecord], dark: bool
) -> None:
    """Draw the choices, the maps and the tables; a choice draws only this again."""
    found = _choose(say, location, version, by, kept)
    if found is None:
        st.info(say("Choose two different sides."))
        return
    if not found.services():
        st.info(say("No standard can be measured yet. Add layers on the page “Layers”."))
        return
    for sentence in comparison_sentences(found, say):
        st.markdown(plain(sentence))
    service = _choose_service(found, say)
    ground = Ground(location, version, by, dark)
    if st.session_state.get("compare_view") == "difference":
        difference(found, service, ground, say)
    else:
        side_by_side(found, service, ground, say)
    _tables(found, service, say)


def _choose(
    say: Speech, location: str, version: str, by: By, kept: dict[str, ScenarioRecord]
) -> Comparison | None:
    first, second = st.columns(2, gap="medium")
    sides = [_AS_IS, *kept]
    names = {name: side(name, say) for name in sides}
    before = first.selectbox(
        say("Before"), sides, format_func=names.__getitem__, key="compare_before", persist_state="session"
    )
    after = second.selectbox(
        say("After"),
        sides,
        index=len(sides) - 1,
        format_func=names.__getitem__,
        key="compare_after",
        persist_state="session",
    )
    if before == after:
        return None
    old, new = (kept[name].document if name else "" for name in (before, after))
    asked = (location, version, old, new, state.season(), by)
    return work.need(say, say("Comparing …"), cache.comparison, *asked)


def _choose_service(found: Comparison, say: Speech) -> str:
    # What changes comes first: it is what the page is opened for.
    changed = found.changed_services()
    services = [*changed, *(s for s in found.services() if s not in changed)]
    pair = (st.session_state.get("compare_before"), st.session_state.get("compare_after"))
    others = st.session_state.get("compare_pair", pair) != pair
    if others and changed and st.session_state.get("compare_service") not in changed:
        # Of other sides another service changes: the one that was shown would say that nothing does.
        st.session_state["compare_service"] = changed[0]
    st.session_state["compare_pair"] = pair
    first, second = st.columns([0.5, 0.5], gap="medium", vertical_alignment="bottom")
    chosen: str = first.selectbox(
        say("Service"), services, format_func=lambda s: service_title(found, s, say), key="compare_service"
    )
    views = {"difference": say("Who gains and loses"), "sides": say("Side by side")}
    second.segmented_control(
        say("Map"), list(views), format_func=views.__getitem__, default="difference", required=True,
        key="compare_view", label_visibility="collapsed",
    )  # fmt: skip
    return chosen


def _tables(found: Comparison, service: str, say: Speech) -> None:
    st.caption(say("By service"))
    rows = service_rows(found, say, found.changed_services())
    if rows:
        st.dataframe(styled(service_columns(say), rows, say), hide_index=True)
    councils = council_rows(found, service, say)
    if councils:
        st.caption(plain(council_title(found, service, say)))
        st.dataframe(styled(council_columns(found, say), councils, say), hide_index=True)
    st.download_button(
        say("Download the table (CSV)"), comparison_csv(found, say).encode(), "comparison.csv", "text/csv",
        on_click="ignore",
    )  # fmt: skip
