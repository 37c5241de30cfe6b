"""What the places are on a page that measures either: settlements, or the homes of a town; and the map below them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.errors import NoHomesError
from planner.i18n import Speech
from planner.layers.schema import BUILDING, Role
from planner.maps.offline import OfflineMap
from planner.results import Assessment
from planner.studies.inputs import By
from planner.ui import cache, state, work
from planner.workspace import Workspace

_KEY = "desk_by"


def choose_places(workspace: Workspace, say: Speech) -> By:
    """Ask what the places are, where people are known by building too; all pages that ask share the answer."""
    if not any((r.role, r.service) == (Role.DEMAND, BUILDING) for r in workspace.layers()):
        return "settlement"
    names: dict[By, str] = {"settlement": say("By settlement"), "building": say("By building, on foot")}
    chosen: By | None = st.segmented_control(
        say("What the places are"), list(names), format_func=names.__getitem__, key=_KEY, persist_state="session",
        default="settlement" if _KEY not in st.session_state else None, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or "settlement"


def measured_by(say: Speech, location: str, version: str, by: By) -> Assessment | None:
    """Return the assessment by settlement or by building in the session's season.

    None where the people of the buildings are not known; the page says then what to do.

    Raises
    ------
    NotYet
        If it is not made yet.
    """
    asked = (location, version, state.season(), by)
    try:
        found: Assessment = work.need(say, say("Measuring the district …"), cache.baseline, *asked)
    except NoHomesError:
        st.info(
            say(
                "The buildings are known, the people in them are not. Say how many there are on the page “Quarter”."
            )
        )
        return None
    return found


def ground_of(by: By) -> Callable[[str, str, str, bool, bool], OfflineMap]:
    """Return what makes the map that settlements, or homes, are shown on."""
    return cache.base if by == "settlement" else cache.town
