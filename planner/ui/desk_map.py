"""What the map of the desk has besides a service: the edits, and the legend below it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from planner.i18n import Speech, speech
from planner.maps.edit_layer import Drawing, Spot, edit_layer, edit_legend
from planner.maps.legend import LegendRow, legend, legend_html, modelled_note
from planner.maps.offline import Group
from planner.maps.quarter_layer import quarter_legend
from planner.results import Assessment
from planner.scenario import Scenario
from planner.studies.desk import Desk
from planner.studies.scenarios import edited_facilities


def edits_layer(at: Desk, scenario: Scenario, drawing: Drawing, say: Speech) -> Group:
    """Return the map layer of a scenario's edits."""
    return edit_layer(scenario.edits, _before(at, scenario), drawing, say)


def show_legend(
    at: Desk, scenario: Scenario, after: Assessment, service: str, digest: str, say: Speech, *, dark: bool
) -> None:
    """Show what the signs on the map stand for, with people and places under the edits.

    Parameters
    ----------
    at : Desk
    scenario : Scenario
        Those edits that fit.
    after : Assessment
        Under them.
    service : str
        On the map.
    digest : str
        Of all that the assessment was made of.
    say : Speech
    dark : bool
    """
    known = bool(after.of_service(service))
    rows = [
        *(_states(say.language, service, digest, dark, after) if known else []),
        *edit_legend(scenario.edits, _before(at, scenario), say, dark=dark),
    ]
    if rows:
        note = modelled_note(after, say, service) if known else ""
        homes = say("homes") if after.by_building else ""
        st.html(legend_html(rows, say, note, places=homes, dark=dark))


@st.cache_resource(max_entries=60, show_spinner=False)
def _states(language: str, service: str, digest: str, dark: bool, _after: Assessment) -> list[LegendRow]:
    """Return the legend of a service; drawing gap zones together takes long in a whole country."""
    return (quarter_legend if _after.by_building else legend)(_after, speech(language), service, dark=dark)


def _before(at: Desk, scenario: Scenario) -> dict[tuple[str, str], Spot]:
    """Return where the facilities that a scenario edits stand without it, by service and identifier."""
    points = at.inputs.facilities
    return {
        (points.services[i], points.ids[i]): (float(points.lon[i]), float(points.lat[i]))
        for i in edited_facilities(at.inputs, scenario)
        if np.isfinite(points.lon[i])
    }
