"""What a study proposes, kept as a scenario and put on the desk with one click."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.scenario import LONGEST_NAME, Scenario
from planner.ui import draft, state, team
from planner.ui.guard import complain
from planner.ui.text import plain


def offer(make: Callable[[str], Scenario], proposed: str, key: str, say: Speech) -> None:
    """Show a name and a button that keeps a scenario under it; it then lies on the desk as well.

    Parameters
    ----------
    make : callable
        Returns the scenario of a name.
    proposed : str
        Its name unless the planner says otherwise.
    key : str
        Of the page; its fields are ``KEY_name_…`` and ``KEY_keep``.
    say : Speech
    """
    name = st.text_input(
        say("Name of the scenario"), proposed[:LONGEST_NAME].strip(), key=f"{key}_name_{proposed}",
        max_chars=LONGEST_NAME,
    )  # fmt: skip
    if not st.button(say("Make it a scenario"), key=f"{key}_keep", disabled=not team.may_keep(say)):
        return
    try:
        scenario = make(name.strip())
        record = state.workspace().save_scenario(scenario.name, scenario.to_json(), expected="")
    except PlannerError as error:
        complain(say, error)
        return
    draft.begin(say, scenario, draft.Seen(scenario, record.digest))
    st.success(plain(say("Kept as the scenario “{name}”.", name=record.name)))
    pages = st.session_state.get("pages")
    if pages:
        st.page_link(pages["scenarios"], label=say("Scenarios"), icon=":material/arrow_forward:")
