"""The form that asks what vehicles and people can do."""

from __future__ import annotations

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
            say("Working day, hours"), 1.0, 16.0, own.hours, 0.5, "%.1f", key="visiting_hours"
        )
        minutes = c.number_input(
            say("At a stop, minutes"), 0, 240, int(own.stop_minutes), 5, key="visiting_minutes"
        )
        days = d.number_input(say("Working days a week"), 1, 7, own.days, key="visiting_days")
        visits = e.number_input(say("Visits a week"), 1, 7, own.visits, key="visiting_visits")
        more, send = st.columns([0.85, 0.15])
        with more.expander(say("More conditions")):
            a, b, c = st.columns(3, vertical_alignment="bottom")
            person = a.number_input(
                say("For each person, minutes"),
                0.0,
                60.0,
                own.minutes_per_person,
                0.5,
                "%.1f",
                key="visiting_person",
            )
            range_km = b.number_input(
                say("Range a day, km (empty: no limit)"),
                1,
                2000,
                None,
                10,
                key="visiting_range",
                placeholder="–",
            )
            vehicles = c.number_input(
                say("Vehicles at most (empty: as needed)"),
                1,
                100,
                None,
                1,
                key="visiting_vehicles",
                placeholder="–",
            )
            pause = a.number_input(
                say("Break, minutes"), 0, 120, int(own.break_minutes), 5, key="visiting_break"
            )
            start = b.selectbox(
                say("Leaves the depot at"), [f"{h:02d}:{m:02d}" for h in range(5, 13) for m in (0, 30)], index=6,
                key="visiting_start",
            )  # fmt: skip
            depot = c.selectbox(
                say("Depot"), [_CENTRE, *_by_size(places)],
                format_func=lambda i: say("the district's centre") if i == _CENTRE else places.name(
                    places.ids.index(i), say.language
                ),
                key="visiting_depot",
            )  # fmt: skip
            crossings = st.checkbox(
                say("Vehicles may also stop at crossings between settlements"), key="visiting_cross"
            )
        send.form_submit_button(say("Plan"), type="primary", width="stretch")
    return TourTerms(
        walk_m=float(walk), vehicles=vehicles, days=int(days), hours=float(hours),
        range_km=None if range_km is None else float(range_km), stop_minutes=float(minutes),
        minutes_per_person=float(person), visits=int(visits), depot=depot or None,
        start=start, break_minutes=float(pause), crossings=bool(crossings),
    )  # fmt: skip


def _by_size(places: Places) -> list[str]:
    located = np.flatnonzero(np.isfinite(places.lon) & (places.population > 0))
    return [places.ids[i] for i in located[np.argsort(-places.population[located], kind="stable")]]
