"""Capacity: who finds room within reach, and how much capacity each settlement can reach."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.maps.capacity_map import capacity_layer, capacity_legend
from planner.report.capacity import (
    METHODS,
    attribute_name,
    capacity_sentences,
    place_columns,
    place_rows,
    point_columns,
    point_rows,
    score_sentence,
)
from planner.results import Capacity
from planner.standards.model import in_language
from planner.ui import cache, state, work
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.study import begun, show_legend
from planner.ui.tables import staying, styled
from planner.ui.text import plain

_HEIGHT = 520


def show(say: Speech) -> None:
    """Draw the page."""
    nothing = say(
        "No layer says how much its service points can take. Add a column with it (physicians, beds, seats, "
        "floor_m2 …) to a layer of facilities, and the layer on the page “Layers”."
    )
    at = begun(say, cache.capacity_choices, nothing)
    if at is not None:
        _desk(say, *at, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, dark: bool) -> None:
    """Draw the choices, the map and the tables; a choice draws only this again."""
    found = _choose(say, location, version)
    left, right = st.columns([0.55, 0.45], gap="medium")
    with right:
        for sentence in (*capacity_sentences(found, say), score_sentence(found, say)):
            st.markdown(plain(sentence))
        by_score = st.segmented_control(
            say("On the map"),
            (False, True),
            format_func=lambda score: say("access score") if score else say("room"),
            default=False,
            key="capacity_shown",
            required=True,
        )
        rows = capacity_legend(found, say, by_score=bool(by_score), dark=dark)
        show_legend(rows, say, modelled=found.modelled, dark=dark)
    with left:
        show_map(
            cache.base(location, version, say.language, dark, False),
            [capacity_layer(found, say, by_score=bool(by_score))],
            key="capacity",
            height=_HEIGHT,
        )
    points, places = st.tabs([say("Service points"), say("Settlements")])
    points.dataframe(
        styled(point_columns(say), point_rows(found, say), say),
        hide_index=True,
        key="capacity_points",
        column_config=staying(point_columns(say)),
    )
    places.dataframe(
        styled(place_columns(say), place_rows(found, say), say),
        hide_index=True,
        key="capacity_places",
        column_config=staying(place_columns(say)),
    )


def _choose(say: Speech, location: str, version: str) -> Capacity:
    choices = cache.capacity_choices(location, version)
    first, second, third, fourth = st.columns([0.34, 0.3, 0.16, 0.2], gap="medium")
    chosen = first.selectbox(
        say("Service"),
        choices,
        format_func=lambda c: f"{in_language(c.name, say.language)}: {attribute_name(say, c.attribute)}",
        key="capacity_service",
    )
    method = second.selectbox(
        say("Method"), list(METHODS), format_func=lambda m: say(METHODS[m]), key="capacity_method"
    )
    of = f"{chosen.service}_{chosen.attribute}"
    minutes = third.number_input(
        say("Minutes by car"),
        min_value=1.0,
        max_value=240.0,
        value=chosen.cutoff_min,
        step=5.0,
        format="%.0f",
        key=f"capacity_minutes_{of}",
    )
    season = state.season()
    asked = (location, version, chosen.service, chosen.attribute, method, minutes)
    standing = work.need(say, say("Searching …"), cache.capacity, *asked, None, season)
    people = fourth.number_input(
        say("People for one unit"),
        min_value=0.1,
        value=round(standing.people_per_unit, 1),
        format="%g",
        key=f"capacity_people_{of}",
        help=say(
            "How many people one unit of capacity is to serve. Where no standard says so, it is all people over all "
            "capacity of the district."
        ),
    )
    if abs(people - round(standing.people_per_unit, 1)) < 0.05:
        return standing
    return work.need(say, say("Searching …"), cache.capacity, *asked, float(people), season)
