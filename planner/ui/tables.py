"""What tables of the pages share: numbers written as the language has them, and the way to the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from planner.i18n import Speech
from planner.report import chapters


def to_map(**choice: str | None) -> None:
    """Go to the map with a service or a settlement chosen."""
    st.session_state.update(choice)
    st.switch_page(st.session_state["pages"]["map"])


def written(table: pd.DataFrame, ways: dict[str, Callable[..., str]]) -> Styler:
    """Return a table whose numbers are written as the language has them, and still sort as numbers."""
    formats: dict[Any, Any] = dict(ways)
    return table.style.format(formats, na_rep="–")


def styled(
    columns: Sequence[chapters.Column], rows: Sequence[Sequence[chapters.Cell]], say: Speech
) -> Styler:
    """Return a table of a report's chapter for ``st.dataframe``."""
    table = pd.DataFrame({c.title: [row[j] for row in rows] for j, c in enumerate(columns)})
    return written(
        table,
        {c.title: partial(chapters.written, style=c.style, say=say) for c in columns if c.style != "text"},
    )
