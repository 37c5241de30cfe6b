"""Compare: two scenarios, or a scenario and the district as it is, on maps that move together."""

from __future__ import annotations

import uuid

import streamlit as st

from planner.i18n import Speech
from planner.maps.comparison_map import (
    difference_homes,
    difference_layer,
    difference_legend,
    difference_text,
    linked,
)
from planner.maps.legend import legend, legend_html, modelled_note
from planner.maps.quarter_layer import quarter_legend
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
from planner.ui.guard import guarded
from planner.ui.map_table import map_table
from planner.ui.mapview import show_map
from planner.ui.tables import styled
from planner.ui.text import plain
from planner.ui.unreadable import show_unreadable
from planner.ui.what_places import choose_places, ground_of, measured_by
from planner.workspace import ScenarioRecord

_HEIGHT = 430
_AS_IS = ""
_CHANNEL = "compare_channel"


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    found = kept_scenarios(workspace)
    show_unreadable(found, say, "compare")
    kept = {one.record.name: one.record for one in found if one.scenario is not None}
    if not kept:
        st.info(say("No scenario is saved yet. Make one on the page «Scenarios», then compare it here."))
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
    for sentence in comparison_sentences(found, say):
        st.markdown(plain(sentence))
    service = _choose_service(found, say)
    if st.session_state.get("compare_view") == "difference":
        _difference(found, service, say, location, version, by, dark)
    else:
        _side_by_side(found, service, say, location, version, by, dark)
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


def _difference(
    found: Comparison, service: str, say: Speech, location: str, version: str, by: By, dark: bool
) -> None:
    if by == "building":
        town = cache.quarters(location, version, state.season())
        layer, places = difference_homes(found, town, service, say), say("homes")
    else:
        layer, places = difference_layer(found, service, say), ""
    left, right = st.columns([0.64, 0.36], gap="medium")
    with left:
        show_map(
            ground_of(by)(location, version, say.language, dark, False),
            [layer],
            key=f"difference_{by}",
            height=_HEIGHT + 60,
        )
        map_table(lambda: difference_text(found, service, say), say, "difference")
    with right:
        rows = difference_legend(found, service, say, dark=dark)
        st.html(legend_html(rows, say, "", places=places, dark=dark))


def _side_by_side(
    found: Comparison, service: str, say: Speech, location: str, version: str, by: By, dark: bool
) -> None:
    channel = st.session_state.setdefault(_CHANNEL, uuid.uuid4().hex)
    sides = ((found.before, found.before_name), (found.after, found.after_name))
    for number, (column, (assessment, name)) in enumerate(zip(st.columns(2), sides, strict=True)):
        with column:
            st.caption(plain(side(name, say)))
            if not assessment.of_service(service):
                st.info(say("Not measured here."))
                continue
            told = assessment.manifest.get("scenario")
            digest = f"{by} {told['digest'] if told else 'as it is'}"
            marks = cache.live_layer(
                location, version, say.language, service, digest, state.season(), assessment
            )
            show_map(
                ground_of(by)(location, version, say.language, dark, False),
                [*([marks] if marks else []), linked(channel)],
                key=f"side{number}_{by}",
                height=_HEIGHT,
            )
            note = modelled_note(assessment, say, service)
            homes = by == "building"
            rows = (quarter_legend if homes else legend)(assessment, say, service, dark=dark)
            st.html(legend_html(rows, say, note, places=say("homes") if homes else "", dark=dark))


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
