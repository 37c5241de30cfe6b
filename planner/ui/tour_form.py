"""The form that asks what vehicles and people can do."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from planner.i18n import Speech
from planner.results import Places
from planner.studies.tour_terms import TourTerms

_CENTRE = ""


def choose_terms(say: Speech, places: Places) -> TourTerms:
    """Show the form and return the terms as they were last sent.

    Parameters
    ----------
    say : Speech
    places : Places
        Those that a vehicle may start from.
    """
    own = TourTerms()
    with st.form("visiting_terms"):
        a, b, c, d, e = st.columns(5, vertical_alignment="bottom")
        walk = a.number_input(say("Longest walk, m"), 100, 10_000, int(own.walk_m), 100, key="visiting_walk")
        hours = b.number_input(
            say("Working day, hours"), 1.0, 16.0, own.hours, 0.5, "%g", key="visiting_hours"
        )
        minutes = c.number_input(
            say("At a stop, minutes"), 0, 240, int(own.stop_minutes), 5, key="visiting_minutes"
        )
        days = d.number_input(say("Working days a week"), 1, 7, own.days, key="visiting_days")
        visits = e.number_input(say("Visits a week"), 1, 7, own.visits, key="visiting_visits")
        more, send = st.columns([0.85, 0.15])
        with more.expander(say("More conditions")):
            others = _more(say, places, own)
        send.form_submit_button(say("Plan"), type="primary", width="stretch")
    return TourTerms(
        walk_m=float(walk), hours=float(hours), stop_minutes=float(minutes), days=int(days), visits=int(visits),
        **others,
    )  # fmt: skip


def _more(say: Speech, places: Places, own: TourTerms) -> dict[str, Any]:
    a, b, c = st.columns(3, vertical_alignment="bottom")
    person = a.number_input(
        say("For each person, minutes"), 0.0, 60.0, own.minutes_per_person, 0.5, "%g", key="visiting_person"
    )
    range_km = b.number_input(
        say("Range a day, km (empty: no limit)"), 1, 2000, None, 10, key="visiting_range", placeholder="–"
    )
    vehicles = c.number_input(
        say("Vehicles at most (empty: as needed)"), 1, 100, None, 1, key="visiting_vehicles", placeholder="–"
    )
    pause = a.number_input(say("Break, minutes"), 0, 120, int(own.break_minutes), 5, key="visiting_break")
    starts = [f"{h:02d}:{m:02d}" for h in range(5, 13) for m in (0, 30)]
    start = b.selectbox(say("Leaves the depot at"), starts, starts.index(own.start), key="visiting_start")
    names = {_CENTRE: say("the district's centre"), **_by_size(places, say)}
    depot = c.selectbox(say("Depot"), list(names), format_func=names.__getitem__, key="visiting_depot")
    crossings = st.checkbox(
        say("Vehicles may also stop at crossings between settlements"), key="visiting_cross"
    )
    return {
        "minutes_per_person": float(person),
        "range_km": None if range_km is None else float(range_km),
        "vehicles": vehicles,
        "break_minutes": float(pause),
        "start": start,
        "depot": depot or None,
        "crossings": bool(crossings),
    }


def _by_size(places: Places, say: Speech) -> dict[str, str]:
    """Return the names of the places that a vehicle could start from, most people first."""
    located = np.flatnonzero(np.isfinite(places.lon) & (places.population > 0))
    order = located[np.argsort(-places.population[located], kind="stable")]
    return {places.ids[i]: places.name(int(i), say.language) for i in order}
