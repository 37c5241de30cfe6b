"""Kept scenarios that cannot be read: told, with what is wrong and a way to be rid of them; the others go on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.i18n import Speech, words
from planner.studies.kept_scenarios import KeptScenario
from planner.ui import state, team
from planner.ui.text import plain
from planner.workspace import Rank


def show_unreadable(found: Sequence[KeptScenario], say: Speech, key: str) -> None:
    """Show the kept scenarios that cannot be read, each with a button that removes it.

    Parameters
    ----------
    found : sequence of KeptScenario
    say : Speech
    key : str
        Of the place where they are shown.
    """
    for one in found:
        wrong = one.wrong
        if wrong is None:
            continue
        why = words.told(say, wrong.template, wrong.values)
        st.warning(
            plain(say("The scenario “{name}” cannot be read: {reason}", name=one.record.name, reason=why))
        )
        if team.may(Rank.PLANNER) and st.button(
            say("Remove “{name}”", name=one.record.name), key=f"unreadable_{key}_{one.record.digest[:12]}"
        ):
            state.workspace().remove_scenario(one.record.name, expected=one.record.digest)
            st.rerun()
