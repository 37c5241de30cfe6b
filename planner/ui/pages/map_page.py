"""Map: one service at a time, the state of every settlement, and the card of the one that is chosen."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from planner.i18n import Speech, words
from planner.maps.areas_layer import areas_layer
from planner.maps.district_map import layer_of
from planner.maps.legend import legend_html, modelled_note
from planner.maps.text_rows import service_text
from planner.maps.view import service_name
from planner.network.modes import DRY
from planner.results import Assessment
from planner.standards.model import in_language
from planner.studies.facility import nearest_facility
from planner.studies.settlement import card
from planner.ui import cache, state
from planner.ui.areas import ask, tell
from planner.ui.card import card_html
from planner.ui.card_tools import passport_buttons, show_facility, what_next
from planner.ui.finder import Names, find
from planner.ui.guard import guarded
from planner.ui.map_table import map_table
from planner.ui.mapview import answering, show_map
from planner.ui.notices import tell_nobody
from planner.ui.season import choose_season
from planner.ui.study import measured
from planner.ui.text import plain

_HEIGHT = 560


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version = workspace.location, workspace.version()
    assessment = measured(say, location, version)
    if not assessment.results:
        st.info(say("No standard can be measured yet. Add layers on the page “Layers”."))
        return
    tell_nobody(assessment, say)
    basemap = bool(cache.BASEMAP_URL) and st.sidebar.toggle(say("Background map"), key="basemap")
    _desk(say, location, version, basemap, state.is_dark())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, basemap: bool, dark: bool) -> None:
    """Draw the choices, the map and the card; a click on the map draws only this again."""
    assessment = cache.assessment(location, version, state.season())
    service, standard = _choose(assessment, say)
    season = state.season()
    left, right = st.columns([0.62, 0.38], gap="medium")
    # The map comes first; what it is asked for besides stands below it.
    over, under = left.container(), left.container()
    with under:
        reach = ask(service, say, location, version)
    place = state.linked(state.PLACE_KEY, assessment.places.ids)
    state.link(service=service, standard=standard, place=place, season=season if season != DRY else None)
    shown = cache.layer(location, version, say.language, service, standard, season)
    marks = layer_of(shown, service_name(assessment, service, say), selected=place)
    with over:
        show_map(
            cache.base(location, version, say.language, dark, basemap),
            [*([areas_layer(reach, say)] if reach else []), marks],
            key="district",
            height=_HEIGHT,
            on_click=_clicked,
        )
    with under:
        map_table(lambda: service_text(assessment, service, standard, say), say, "district")
    with right:
        rows = cache.legend_rows(location, version, say.language, service, standard, dark, season)
        st.html(legend_html(rows, say, modelled_note(assessment, say, service, standard), dark=dark))
        _own_facilities(assessment, service, standard, say)
        if reach is not None:
            tell(reach, say)
        show_facility(assessment, service, say, location, version)
        _choose_place(cache.place_names(location, version, say.language), say)
        chosen = card(assessment, place, cache.parity(location, version, season)) if place else None
        if chosen is None:
            st.caption(say("Click a settlement on the map, or find it by name, to see its card."))
        else:
            what_next(service, nearest_facility(assessment, service, chosen.index), say, location, version)
            passport_buttons(assessment, chosen, say)
            st.html(answering("place", card_html(assessment, chosen, say, dark=dark)))


def _own_facilities(assessment: Assessment, service: str, standard: str | None, say: Speech) -> None:
    """Say what holds without facilities of neighbouring districts, where any of them is counted."""
    alone = (
        assessment.own_tally(assessment.result(standard))
        if standard
        else assessment.own_service_tally(service)
    )
    if alone is not None:
        st.caption(
            say(
                "Without facilities of neighbouring districts {people} people lack it, and {share} are covered.",
                people=say.number(alone.lacking),
                share=say.percent(alone.share_covered),
            )
        )


def _choose(assessment: Assessment, say: Speech) -> tuple[str, str | None]:
    services = assessment.service_ids()
    st.session_state[state.SERVICE_KEY] = state.linked(state.SERVICE_KEY, services) or services[0]
    first, second, third = st.columns([0.34, 0.46, 0.2], gap="medium")
    choose_season(third, say)
    service = first.selectbox(
        say("Service"),
        services,
        format_func=lambda s: _service_label(assessment.services, s, say),
        key=state.SERVICE_KEY,
        persist_state="session",
    )
    standards = [r.standard.id for r in assessment.of_service(service)]
    st.session_state[state.STANDARD_KEY] = state.linked(state.STANDARD_KEY, standards)
    titles = {
        r.standard.id: _standard_label(assessment, r.standard.id, say) for r in assessment.of_service(service)
    }
    if len(standards) == 1:
        with second.container(gap="xxsmall"):
            st.caption(say("Standard"))
            st.markdown(plain(titles[standards[0]]))
        return service, None
    standard = second.selectbox(
        say("Standard"),
        standards,
        index=None,
        placeholder=say("All standards of the service together"),
        format_func=titles.__getitem__,
        key=state.STANDARD_KEY,
        persist_state="session",
    )
    return service, standard


def _choose_place(names: Names, say: Speech) -> None:
    find(st.container(), names, say("Settlement"), say, key=state.PLACE_KEY,
         placeholder=say("Find a settlement"), hidden=True)  # fmt: skip


def _clicked(kind: str, identifier: str) -> None:
    st.session_state[state.FACILITY_KEY] = identifier if kind == "facility" else None
    if kind == "place":
        st.session_state[state.PLACE_KEY] = identifier


def _service_label(services: Mapping[str, Mapping[str, str]], service: str, say: Speech) -> str:
    return in_language(services[service], say.language) if service in services else service


def _standard_label(assessment: Assessment, identifier: str, say: Speech) -> str:
    standard = assessment.result(identifier).standard
    labels = words.standing(say, standard, assessment.jurisdiction)
    title = in_language(standard.title, say.language)
    return f"{title} ({'; '.join(labels)})" if labels else title
