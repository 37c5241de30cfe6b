"""Quarter: a town by building, on foot along its streets, and the card of the quarter that is chosen."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from planner.errors import NoHomesError
from planner.i18n import Speech
from planner.layers.schema import BUILDING, Role
from planner.maps.legend import legend_html, modelled_note
from planner.maps.quarter_layer import homes_of, quarter_legend
from planner.maps.view import service_name
from planner.results import Assessment, Quarter, Quarters
from planner.standards.model import in_language
from planner.studies.population import from_total
from planner.ui import cache, state, team, work
from planner.ui.guard import guarded
from planner.ui.mapview import answering, show_map
from planner.ui.quarter_card import quarter_card_html
from planner.ui.season import tell_season
from planner.ui.tables import written
from planner.workspace import Workspace

_HEIGHT = 560
QUARTER_KEY = "quarter"
_SERVICE_KEY = "quarter_service"


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    if not any((r.role, r.service) == (Role.DEMAND, BUILDING) for r in workspace.layers()):
        st.info(
            say(
                "Here a town is judged by building, on foot, quarter by quarter. Its buildings are not loaded yet: "
                "take them from OpenStreetMap on the page “Layers”."
            )
        )
        return
    location, version = workspace.location, workspace.version()
    try:
        title = say("Measuring the town building by building …")
        found = work.need(say, title, cache.quarters, location, version, state.season())
    except NoHomesError:
        _ask_people(workspace, say)
        return
    if not found.assessment.results:
        st.info(say("No standard can be measured yet. Add layers on the page “Layers”."))
        return
    basemap = bool(cache.BASEMAP_URL) and st.sidebar.toggle(say("Background map"), key="basemap")
    tell_season(say)
    _desk(say, location, version, basemap, state.is_dark())


def _ask_people(workspace: Workspace, say: Speech) -> None:
    """Ask how many people the town has, and share them out over its buildings."""
    st.info(
        say(
            "The buildings are known, the people in them are not. Say how many live in the whole town: they are shared "
            "out by dwellings, or by floor area where dwellings are not known, and the total is kept exactly."
        )
    )
    left, _ = st.columns([0.4, 0.6])
    people = left.number_input(say("People of the town"), min_value=1, step=100, value=None)
    can = team.may_keep(say)
    ask = say("Share them out over the buildings")
    if left.button(ask, type="primary", disabled=people is None or not can) and people:
        from_total(workspace, int(people), expected=state.seen())
        st.rerun()


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, basemap: bool, dark: bool) -> None:
    """Draw the choices, the map, the card and the list; a click on the map draws only this again."""
    found = cache.quarters(location, version, state.season())
    assessment = found.assessment
    first, second = st.columns([0.4, 0.6], gap="medium")
    service = first.selectbox(
        say("Service"), _known_first(assessment), key=_SERVICE_KEY, persist_state="session",
        format_func=lambda s: in_language(assessment.services[s], say.language),
    )  # fmt: skip
    chosen = _choose(second, found, say)
    left, right = st.columns([0.62, 0.38], gap="medium")
    homes = cache.homes(location, version, say.language, service, state.season())
    with left:
        show_map(
            cache.town(location, version, say.language, dark, basemap),
            [homes_of(homes, service_name(assessment, service, say), selected=chosen.id if chosen else None)],
            key="town", height=_HEIGHT, on_click=_clicked,
        )  # fmt: skip
    with right:
        note = modelled_note(assessment, say, service)
        rows = quarter_legend(assessment, say, service, dark=dark)
        st.html(legend_html(rows, say, note, places=say("homes"), dark=dark))
        if chosen is None:
            st.caption(say("Click a quarter on the map, or choose it from the list, to see its card."))
        else:
            st.html(answering("quarter", quarter_card_html(assessment, chosen, say, dark=dark)))
    _table(found, say)


def _known_first(assessment: Assessment) -> list[str]:
    """Return the services, those that anything is known of first."""
    unknown = {s for s in assessment.service_ids() if not any(r.facilities for r in assessment.of_service(s))}
    return sorted(assessment.service_ids(), key=lambda s: s in unknown)


def _choose(place: st.delta_generator.DeltaGenerator, found: Quarters, say: Speech) -> Quarter | None:
    names = {q.id: in_language(q.name, say.language) for q in found.quarters}
    st.session_state[QUARTER_KEY] = state.linked(QUARTER_KEY, names)
    chosen = place.selectbox(
        say("Quarter"), list(names), index=None, placeholder=say("Choose a quarter"),
        format_func=names.__getitem__, key=QUARTER_KEY, persist_state="session",
    )  # fmt: skip
    state.link(quarter=chosen)
    return found.quarter(chosen) if chosen is not None else None


def _table(found: Quarters, say: Speech) -> None:
    worst = [q.worst for q in found.quarters]
    services = found.assessment.services
    table = pd.DataFrame(
        {
            say("Quarter"): [in_language(q.name, say.language) for q in found.quarters],
            say("People"): [q.people for q in found.quarters],
            say("Homes"): [q.homes for q in found.quarters],
            say("Service points"): [q.facilities for q in found.quarters],
            say("Covered on foot, mean of services"): [q.share_covered for q in found.quarters],
            say("Mean walk, min"): [q.walk_min for q in found.quarters],
            say("Worst gap"): [in_language(services[w.service], say.language) if w else "" for w in worst],
            say("People without it"): [w.tally.lacking if w else 0 for w in worst],
        }
    )
    ways: dict[str, Callable[..., str]] = {
        say(c): say.number for c in ("People", "Homes", "Service points", "People without it")
    }
    ways |= {say("Covered on foot, mean of services"): lambda x: say.percent(x, 0)}
    ways |= {say("Mean walk, min"): lambda x: say.number(x, 1)}
    st.dataframe(written(table, ways), hide_index=True, placeholder="–", height=380)


def _clicked(kind: str, identifier: str) -> None:
    if kind == "quarter":
        st.session_state[QUARTER_KEY] = identifier
