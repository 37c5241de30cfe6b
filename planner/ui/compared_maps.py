"""The maps of a comparison of scenarios: who gains and who loses, or both sides moving together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

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
from planner.maps.offline import OfflineMap
from planner.maps.quarter_layer import quarter_legend
from planner.report.comparison import side
from planner.results import Comparison
from planner.studies.inputs import By
from planner.ui import cache, state
from planner.ui.map_table import map_table
from planner.ui.mapview import show_map
from planner.ui.text import plain
from planner.ui.what_places import ground_of

_HEIGHT = 430
_CHANNEL = "compare_channel"


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies below the maps: a workspace at a version, its settlements or homes, light or dark."""

    location: str
    version: str
    by: By
    dark: bool

    def map(self, say: Speech) -> OfflineMap:
        """Return the map that layers are shown on."""
        return ground_of(self.by)(self.location, self.version, say.language, self.dark, False)


def difference(found: Comparison, service: str, ground: Ground, say: Speech) -> None:
    """Show one map of who gains and who loses, with its legend and as a table."""
    if ground.by == "building":
        town = cache.quarters(ground.location, ground.version, state.season())
        layer, places = difference_homes(found, town, service, say), say("homes")
    else:
        layer, places = difference_layer(found, service, say), ""
    left, right = st.columns([0.64, 0.36], gap="medium")
    with left:
        show_map(
            ground.map(say),
            [layer],
            key=f"difference_{ground.by}",
            height=_HEIGHT + 60,
        )
        map_table(lambda: difference_text(found, service, say), say, "difference")
    with right:
        rows = difference_legend(found, service, say, dark=ground.dark)
        st.html(legend_html(rows, say, "", places=places, dark=ground.dark))


def side_by_side(found: Comparison, service: str, ground: Ground, say: Speech) -> None:
    """Show a map of each side; they move together."""
    channel = st.session_state.setdefault(_CHANNEL, uuid.uuid4().hex)
    sides = ((found.before, found.before_name), (found.after, found.after_name))
    for number, (column, (assessment, name)) in enumerate(zip(st.columns(2), sides, strict=True)):
        with column:
            st.caption(plain(side(name, say)))
            if not assessment.of_service(service):
                st.info(say("Not measured here."))
                continue
            told = assessment.manifest.get("scenario")
            digest = f"{ground.by} {told['digest'] if told else 'as it is'}"
            marks = cache.live_layer(
                ground.location, ground.version, say.language, service, digest, state.season(), assessment
            )
            show_map(
                ground.map(say),
                [*([marks] if marks else []), linked(channel)],
                key=f"side{number}_{ground.by}",
                height=_HEIGHT,
            )
            note = modelled_note(assessment, say, service)
            homes = ground.by == "building"
            rows = (quarter_legend if homes else legend)(assessment, say, service, dark=ground.dark)
            st.html(legend_html(rows, say, note, places=say("homes") if homes else "", dark=ground.dark))
