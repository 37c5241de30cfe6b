"""The plan that a report proposes, made once for each version of a workspace."""

from __future__ import annotations

import streamlit as st

from planner.network.modes import DRY
from planner.results import Plan
from planner.studies.proposal import proposals
from planner.studies.travel import conditions_of
from planner.ui import cache
from planner.workspace import open_workspace


@st.cache_resource(max_entries=6, show_spinner=False)
def proposed(location: str, version: str, season: str = DRY) -> tuple[Plan, ...]:
    """Return the plan that a report proposes where the session has made none."""
    return proposals(
        open_workspace(location),
        cache.assessment(location, version, season),
        conditions=conditions_of(season),
    )
