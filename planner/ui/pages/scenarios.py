"""Scenarios: what if? Edits are made on the map, and the numbers follow at once; the district stays as it is."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.maps.edit_layer import Drawing
from planner.maps.text_rows import service_text
from planner.results import Assessment
from planner.standards.model import in_language
from planner.studies.desk import Desk
from planner.studies.drafting import position
from planner.studies.inputs import By
from planner.studies.scenarios import fitting, misfits
from planner.ui import cache, desk_form, desk_map, desk_numbers, desk_shelf, desk_tools, draft, state
from planner.ui.guard import guarded
from planner.ui.map_table import map_table
from planner.ui.mapview import show_map
from planner.ui.season import tell_season
from planner.ui.what_places import choose_places, ground_of, measured_by

_HEIGHT = 500


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    by = choose_places(workspace, say)
    baseline = measured_by(say, location, version, by)
    if baseline is None:
        return
    if not baseline.results:
        st.info(say("No standard can be measured yet. Add layers on the page “Layers”."))
        return
    tell_season(say)
    basemap = bool(cache.BASEMAP_URL) and st.sidebar.toggle(say("Background map"), key="basemap")
    _desk(say, location, version, by, basemap, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, by: By, basemap: bool, dark: bool) -> None:
    """Draw the tools, the map and the numbers; a click on the map draws only this again."""
    desk = cache.desk(location, version, state.season(), by)
    scenario = draft.draft(say).scenario
    wrong = misfits(desk.inputs, scenario, desk.catalogue, desk.standards)
    after = desk.under(fitting(scenario, wrong))
    first, second = st.columns([0.25, 0.75], vertical_alignment="bottom", gap="medium")
    with first:
        service = _choose(desk, after, say)
    with second:
        tool = desk_tools.choose_tool(say)
    click = desk_tools.on_spot(desk, after, say)
    left, right = st.columns([0.58, 0.42], gap="medium")
    # Below both: where a tablet stacks them, the tools come right after the map.
    below = st.container()
    with left:
        fitted = fitting(scenario, wrong)
        digest = f"{by} {fitted.digest}"
        marks = cache.live_layer(location, version, say.language, service, digest, state.season(), after)
        show_map(
            ground_of(by)(location, version, say.language, dark, basemap),
            [desk_map.edits_layer(desk, fitted, _drawing(after, tool), say), *([marks] if marks else [])],
            key=f"desk_{by}",
            height=_HEIGHT,
            on_spot=click,
        )
        if after.of_service(service):
            map_table(lambda: service_text(after, service, None, say), say, "desk")
    # The numbers scroll beside the map, which stays in view.
    pane = right.container(height=_HEIGHT, border=False)
    with pane:
        # A message that comes or goes in one of these moves nothing that follows it: what is moved is made anew, and a
        # button that is made anew loses the focus.
        with st.container():
            desk_shelf.head(say)
        with st.container():
            desk_tools.tool_options(desk, after, tool, service, say)
        desk_form.without_map(desk, after, tool, service, click, say)
        desk_numbers.numbers(desk.baseline, after, service, say)
        if scenario.edits:
            with st.container(key="desk_edits"):
                desk_numbers.edits(desk, wrong, say)
            desk_shelf.save(say)
    with below:
        of = f"{location} {version} {state.season()} {digest}"
        desk_map.show_legend(desk, fitted, after, service, of, say, dark=dark)
    with pane:
        # Last: it takes longer than an edit may, and what stands above it is there already.
        desk_numbers.doubt(desk, after, service, say, location, version, state.season(), by)


def _choose(desk: Desk, after: Assessment, say: Speech) -> str:
    services = tuple(dict.fromkeys([*desk.baseline.service_ids(), *after.service_ids()]))
    st.session_state[state.SERVICE_KEY] = state.linked(state.SERVICE_KEY, services) or services[0]
    names = {**desk.baseline.services, **after.services}
    chosen: str = st.selectbox(
        say("Service"),
        services,
        format_func=lambda s: in_language(names[s], say.language) if s in names else s,
        key=state.SERVICE_KEY,
        persist_state="session",
    )
    state.link(service=chosen)
    return chosen


def _drawing(after: Assessment, tool: str) -> Drawing:
    held = draft.picked()
    return Drawing(position(after, *held) if held else None, draft.outline(), desk_tools.wanted(tool))
