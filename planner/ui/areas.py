"""The panel of the map that asks how far a service reaches."""

from __future__ import annotations

import orjson
import streamlit as st

from planner.i18n import Speech, words
from planner.maps.areas_layer import areas_legend_html
from planner.results import ServiceAreas
from planner.ui import cache, state, work
from planner.ui.finder import find

_CUTOFFS_MIN = (5, 10, 15, 20, 30, 45, 60, 90, 120)
_FIRST_MIN = (10, 20, 30)
_MODES = ("car", "walk", "cycle", "bus")


def ask(service: str, say: Speech, location: str, version: str) -> ServiceAreas | None:
    """Show the panel and return what is to be drawn; None where nothing is, or nobody goes to the service."""
    facilities = cache.facility_names(location, version, say.language, service, state.season())
    if not facilities.by_id:
        return None
    with st.expander(say("How far the service reaches"), key=f"reach_{service}"):
        wanted = st.toggle(say("Draw it on the map"), key="reach_shown", persist_state="session")
        first, second = st.columns([0.6, 0.4])
        facility = find(
            first, facilities, say("Facility"), say, key=f"reach_facility_{service}",
            placeholder=say("All facilities of the service"),
        )  # fmt: skip
        modes = {mode: say(words.MODES[mode]) for mode in _MODES}
        mode = second.selectbox(
            say("Way of travel"),
            _MODES,
            format_func=modes.__getitem__,
            key="reach_mode",
            persist_state="session",
        )
        minutes = st.pills(
            say("Minutes"), _CUTOFFS_MIN, default=_FIRST_MIN, selection_mode="multi", key="reach_minutes",
            persist_state="session",
        )  # fmt: skip
    if not wanted or not minutes:
        return None
    cutoffs = tuple(float(m) for m in sorted(minutes))
    asked = (location, version, service, facility, mode, cutoffs, state.season())
    return work.offered(say, say("Measuring the reach …"), cache.areas, *asked)


def tell(areas: ServiceAreas, say: Speech) -> None:
    """Show what the bands mean, and offer them as a file."""
    st.html(areas_legend_html(areas, say))
    st.download_button(
        say("Download the areas (GeoJSON)"),
        data=lambda: orjson.dumps(areas.as_geojson()),
        file_name=f"reach-{areas.service}-{areas.mode}.geojson",
        mime="application/geo+json",
        on_click="ignore",
        key="reach_download",
    )
