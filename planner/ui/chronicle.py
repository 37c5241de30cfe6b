"""Who changed what, and when: the workspace's log on a page."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.workspace import Workspace
from planner.workspace.chronicle import told

_MOST = 1000


def show_log(workspace: Workspace, titles: Mapping[str, str], say: Speech) -> None:
    """Show the latest changes, the last one first.

    Parameters
    ----------
    workspace : Workspace
    titles : mapping of str to str
        What layers are called in the language, by their names.
    say : Speech
    """
    with st.expander(say("Who changed what")):
        entries = workspace.log()[::-1][:_MOST]
        st.dataframe(
            pd.DataFrame(
                {
                    say("When"): [say.moment(e.at.astimezone()) for e in entries],
                    say("Who"): [e.actor or "?" for e in entries],
                    say("What was done"): [words.told(say, *told(e, titles)) for e in entries],
                }
            ),
            hide_index=True,
            height=280,
            column_config={
                say("When"): st.column_config.TextColumn(width=200),
                say("Who"): st.column_config.TextColumn(width=200),
                say("What was done"): st.column_config.TextColumn(width=640),
            },
        )
