"""Visiting services: stops and a weekly timetable of vehicles where gaps are too small for a building."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.maps.legend import legend_html
from planner.maps.tour_map import tour_layer, tour_legend, trip_legend_html, trip_name
from planner.report.edition import moment
from planner.report.files import archive
from planner.report.gpx import gpx, gpx_name
from planner.report.tour import (
    stop_columns,
    stop_rows,
    timetable_columns,
    timetable_rows,
    tour_sentences,
    unserved_sentences,
)
from planner.results import Tours
from planner.siting import Progress
from planner.standards.model import in_language
from planner.studies.tour import tours
from planner.studies.tour_terms import TourTerms
from planner.studies.travel import conditions_of
from planner.ui import cache, state, work
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.season import tell_season
from planner.ui.study import measured
from planner.ui.tables import styled
from planner.ui.text import plain
from planner.ui.tour_form import choose_terms
from planner.workspace import open_workspace

_HEIGHT = 520
_LONGEST_S = 60.0


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    measured(say, location, version)
    services = cache.visitable(location, version, state.season())
    tell_season(say)
    if not services:
        st.info(say("Nobody is known to lack a service here: there is nothing to plan."))
        return
    _desk(say, location, version, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, dark: bool) -> None:
    """Draw the choices, the map and the timetable; a choice draws only this again."""
    services = cache.visitable(location, version, state.season())
    asked = state.linked(state.SERVICE_KEY, list(services))
    st.session_state[state.SERVICE_KEY] = asked or next(iter(services))
    service = st.selectbox(
        say("Service"), list(services), format_func=lambda s: in_language(services[s], say.language),
        key=state.SERVICE_KEY, persist_state="session",
    )  # fmt: skip
    terms = choose_terms(say, cache.assessment(location, version, state.season()).places)
    title = say("Planning stops and trips …")
    wanted = (location, version, service, terms, state.season())
    found = work.need(say, title, _planned, *wanted, keeps=True)
    left, right = st.columns([0.58, 0.42], gap="medium")
    with right:
        st.markdown(plain(" ".join(tour_sentences(found, say))))
        shown = _choose_trips(found, say)
        st.html(trip_legend_html(found, shown, say, dark=dark))
        note = say("Modelled data: not a record of what exists on the ground.") if found.modelled else ""
        st.html(legend_html(tour_legend(found, say, dark=dark), say, note, dark=dark))
    with left:
        show_map(
            cache.base(location, version, say.language, dark, False), [tour_layer(found, shown, say)],
            key="visiting", height=_HEIGHT,
        )  # fmt: skip
    for sentence in unserved_sentences(found, say):
        st.caption(plain(sentence))
    if found.stopped == "cancelled":
        st.info(say("The search was cancelled: this is the best plan up to then."))
        st.button(say("Search again"), key="visiting_again", on_click=work.anew, args=(_planned, *wanted))
    elif found.stopped:
        st.info(say("The search was ended after a minute; with more time there may be less driving."))
    _tables(found, shown, say)
    _take_away(found, shown, say)


def _planned(
    location: str, version: str, service: str, terms: TourTerms, season: str, job: work.Job[Tours]
) -> Tours:
    """Return stops and a timetable for a service; the search ends after a minute at most."""

    def told(news: Progress) -> None:
        job.stand(news.share or 0.0)

    job.stand(0.0)
    return tours(
        open_workspace(location), service, terms, conditions=conditions_of(season), time_limit_s=_LONGEST_S,
        cancel=job.cancelled, progress=told,
    )  # fmt: skip


def _choose_trips(found: Tours, say: Speech) -> list[int]:
    """Return the positions of the trips to show: all, those of a vehicle, or one."""
    by_vehicle = [
        [t for t, trip in enumerate(found.trips) if trip.vehicle == v] for v in range(found.vehicles)
    ]
    groups = [(say("All trips of the week"), list(range(len(found.trips))))]
    if found.vehicles > 1:
        groups += [(say("Vehicle {number}", number=v + 1), trips) for v, trips in enumerate(by_vehicle)]
    groups += [(trip_name(found, trip, say), [t]) for t, trip in enumerate(found.trips)]
    chosen = st.selectbox(
        say("On the map"), range(len(groups)), format_func=lambda k: groups[k][0],
        index=min(1, found.vehicles - 1), key=f"visiting_trips_{found.service}_{len(groups)}",
    )  # fmt: skip
    return groups[chosen][1]


def _tables(found: Tours, shown: list[int], say: Speech) -> None:
    timetable, stops = st.tabs([say("Timetable"), say("Stops")])
    timetable.dataframe(
        styled(timetable_columns(say), timetable_rows(found, say, shown), say), hide_index=True, key="visiting_times",
        placeholder="", height=420,
    )  # fmt: skip
    stops.dataframe(
        styled(stop_columns(say), stop_rows(found, say), say),
        hide_index=True,
        key="visiting_stops",
        height=420,
    )


def _take_away(found: Tours, shown: list[int], say: Speech) -> None:
    """Offer the trips shown as GPX, and the timetable for the report."""
    first, second = st.columns([0.4, 0.6], vertical_alignment="center")
    one = len(shown) == 1
    first.download_button(
        say("Download for a navigator (GPX)"), data=lambda: _gpx_files(found, shown, say),
        file_name=gpx_name(found, found.trips[shown[0]]) if one else f"{found.service}-gpx.zip",
        mime="application/gpx+xml" if one else "application/zip", on_click="ignore", key="visiting_gpx",
    )  # fmt: skip
    kept = state.kept_tours()
    if second.toggle(
        say("Put this timetable into the report"),
        value=found.service in kept,
        key=f"visiting_keep_{found.service}",
    ):
        kept[found.service] = found
    else:
        kept.pop(found.service, None)


def _gpx_files(found: Tours, shown: list[int], say: Speech) -> bytes:
    if len(shown) == 1:
        return gpx(found, found.trips[shown[0]], say)
    files = {gpx_name(found, found.trips[t]): gpx(found, found.trips[t], say) for t in shown}
    return archive(files, moment())
