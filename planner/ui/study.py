"""What the pages of studies share: how they begin, the choice of a service, the legend beside their map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import Speech
from planner.maps.legend import LegendRow, legend_html
from planner.network.modes import DRY
from planner.results import Assessment
from planner.standards.model import Text, in_language
from planner.ui import cache, state, work
from planner.ui.notices import tell_nobody
from planner.ui.season import tell_season


def measured(say: Speech, location: str, version: str) -> Assessment:
    """Return the assessment of a workspace in the session's season; while it is made, show how far it has come.

    Raises
    ------
    NotYet
        If it is not made yet.
    """
    title = say("Measuring the district …")
    # The map below every study is that of the dry season.
    work.need(say, title, cache.assessment, location, version, DRY)
    return work.need(say, title, cache.assessment, location, version, state.season())


def begun(say: Speech, able: Callable[[str, str], Sized], nothing: str) -> tuple[str, str] | None:
    """Measure the district and say what a reader has to know first.

    Parameters
    ----------
    say : Speech
    able : callable
        Returns what can be studied in a workspace at a version.
    nothing : str
        Said where that is nothing.

    Returns
    -------
    (str, str) or None
        Location and version of the workspace; None where nothing can be studied.

    Raises
    ------
    NotYet
        If the district is not measured yet.
    """
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    assessment = measured(say, location, version)
    found = able(location, version)
    if not found:
        st.info(nothing)
        return None
    tell_nobody(assessment, say)
    tell_season(say)
    return location, version


def choose_service(place: DeltaGenerator, services: Mapping[str, Text], say: Speech) -> str:
    """Show the choice of the session's service, among those that can be studied, and return it."""
    first = next(iter(services))
    st.session_state[state.SERVICE_KEY] = state.linked(state.SERVICE_KEY, list(services)) or first
    chosen = place.selectbox(
        say("Service"), list(services), format_func=lambda s: in_language(services[s], say.language),
        key=state.SERVICE_KEY, persist_state="session",
    )  # fmt: skip
    return chosen or first


def show_legend(rows: Sequence[LegendRow], say: Speech, *, modelled: bool, dark: bool) -> None:
    """Show the legend of a study's map, with a remark where data behind it are modelled."""
    note = say("Modelled data: not a record of what exists on the ground.") if modelled else ""
    st.html(legend_html(list(rows), say, note, dark=dark))
