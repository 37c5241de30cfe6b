"""The season that the numbers of a session are of."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import Speech, words
from planner.network.modes import DRY, shipped_speeds
from planner.ui import state


def choose_season(column: DeltaGenerator, say: Speech) -> str:
    """Show the choice of the season and return it."""
    names = {season: say(words.SEASONS[season]) for season in shipped_speeds().seasons}
    st.session_state[state.SEASON_KEY] = state.season()
    chosen = column.selectbox(
        say("Season"), list(names), format_func=names.__getitem__, key=state.SEASON_KEY, persist_state="session",
        help=say("In spring mud and in winter unpaved roads are slower, and tracks of earth may be closed to cars."),
    )  # fmt: skip
    return chosen or DRY


def tell_season(say: Speech) -> None:
    """Say which season the numbers are of, where it is not the dry one."""
    if state.season() != DRY:
        st.info(
            say(
                "Numbers of the season: {season}. It is chosen on the map.",
                season=say(words.SEASONS[state.season()]),
            )
        )
