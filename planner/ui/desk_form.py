"""The desk without the map: what a click would say, chosen from lists or typed as coordinates."""

from __future__ import annotations

import numpy as np
import streamlit as st

from planner.i18n import Speech
from planner.results import Assessment
from planner.standards.model import in_language
from planner.studies.desk import Desk
from planner.studies.drafting import position
from planner.ui import draft
from planner.ui.desk_tools import ADD, AREA, CLOSE, MOVE, Click

_PLACE_KEY, _LAT_KEY, _LON_KEY = "desk_place", "desk_lat", "desk_lon"


def without_map(desk: Desk, after: Assessment, tool: str, shown: str, click: Click, say: Speech) -> None:
    """Show the form that stands for a click on the map with the tool in hand.

    Parameters
    ----------
    desk : Desk
    after : Assessment
        Under the edits so far.
    tool : str
    shown : str
        The service on the map.
    click : callable
        What a click on the map calls, see :func:`planner.ui.desk_tools.on_spot`.
    say : Speech
    """
    if tool not in (ADD, MOVE, CLOSE, AREA):
        return
    with st.expander(say("Without the map: from a list or by coordinates"), key="desk_form"):
        if tool == CLOSE or (tool == MOVE and draft.picked() is None):
            _facility(after, tool, shown, click, say)
        else:
            _spot(desk, tool, click, say)


def _facility(after: Assessment, tool: str, shown: str, click: Click, say: Speech) -> None:
    """Choose a service point of the service on the map."""
    points = after.facilities
    names = {
        points.ids[i]: in_language(points.names[i], say.language) or points.ids[i]
        for i in range(len(points))
        if points.services[i] == shown and np.isfinite(points.lon[i])
    }
    key = f"desk_facility_{shown}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = None
    chosen = st.selectbox(
        say("Service point"), sorted(names, key=names.__getitem__), index=None, key=key,
        placeholder=say("Choose a service point"), format_func=names.__getitem__,
    )  # fmt: skip

    def take() -> None:
        at = position(after, shown, str(chosen))
        if at is not None:
            click("facility", str(chosen), at)

    st.button(
        say("Close it down") if tool == CLOSE else say("Take it to move it"),
        on_click=take, disabled=chosen is None, width="stretch", key="desk_take",
    )  # fmt: skip


def _spot(desk: Desk, tool: str, click: Click, say: Speech) -> None:
    """Choose a spot: a settlement, or latitude and longitude."""
    places = desk.baseline.places
    located = [i for i in range(len(places)) if np.isfinite(places.lon[i])]
    names = {places.ids[i]: places.name(i, say.language) for i in located}
    rows = {places.ids[i]: i for i in located}
    chosen = st.selectbox(
        say("Settlement"), sorted(names, key=names.__getitem__), index=None, key=_PLACE_KEY,
        placeholder=say("Find a settlement"), format_func=names.__getitem__, persist_state="session",
        on_change=_take_position, args=(desk,),
    )  # fmt: skip
    first, second = st.columns(2)
    lat = first.number_input(
        say("Latitude, degrees"), -90.0, 90.0, value=None, step=0.005, format="%.5f", key=_LAT_KEY
    )
    lon = second.number_input(
        say("Longitude, degrees"), -180.0, 180.0, value=None, step=0.005, format="%.5f", key=_LON_KEY
    )
    stands_in = chosen is not None and _is_at(desk, rows[chosen], lat, lon)

    def put() -> None:
        if lat is not None and lon is not None:
            click("place" if stands_in else "ground", str(chosen) if stands_in else "ground", (lon, lat))

    names_of = {ADD: say("Add it here"), MOVE: say("Move it here"), AREA: say("Add this corner")}
    st.button(
        names_of[tool], on_click=put, disabled=lat is None or lon is None, width="stretch",
        type="primary", key="desk_put",
    )  # fmt: skip


def _take_position(desk: Desk) -> None:
    """Write the coordinates of the settlement that was chosen, from where they may be changed."""
    chosen, places = st.session_state.get(_PLACE_KEY), desk.baseline.places
    if chosen in places.ids:
        row = places.ids.index(chosen)
        st.session_state[_LAT_KEY] = round(float(places.lat[row]), 5)
        st.session_state[_LON_KEY] = round(float(places.lon[row]), 5)


def _is_at(desk: Desk, row: int, lat: float | None, lon: float | None) -> bool:
    places = desk.baseline.places
    return (lat, lon) == (round(float(places.lat[row]), 5), round(float(places.lon[row]), 5))
