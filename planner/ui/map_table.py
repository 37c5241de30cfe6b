"""The map as a table: the same for whoever cannot see the map, or wants to sort what it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from planner.i18n import Speech
from planner.maps.text_rows import TextRow
from planner.ui.tables import written


def map_table(rows: Callable[[], Sequence[TextRow]], say: Speech, key: str) -> None:
    """Offer what the map shows as a table, which is made only when it is opened.

    Parameters
    ----------
    rows : callable
        Returns the rows.
    say : Speech
    key : str
        Tells this table from others on the page.
    """
    panel = st.expander(say("The map as a table"), key=f"map_table_{key}", on_change="rerun")
    if not panel.open:
        return
    found = rows()
    table = pd.DataFrame(
        {
            say("Settlement"): [row.place for row in found],
            say("People"): [row.people for row in found],
            say("On the map"): [row.mark for row in found],
            say("What is told"): [row.told for row in found],
        }
    )
    panel.dataframe(
        written(table, {say("People"): say.number}), hide_index=True, height=360, key=f"map_rows_{key}",
        column_config={
            say("Settlement"): st.column_config.TextColumn(pinned=True, width=150),
            say("What is told"): st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
