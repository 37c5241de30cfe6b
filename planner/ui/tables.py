"""What tables of the pages share: numbers written as the language has them, and the way to the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from planner.i18n import Speech
from planner.report import chapters
from planner.ui import state

_INK, _INK_DARK = "#000000", "#ffffff"
"""Streamlit lets six tenths of the ink through in a column that stays in sight: of these, enough is left to be read."""


def to_map(**choice: str | None) -> None:
    """Go to the map with a service or a settlement chosen."""
    st.session_state.update(choice)
    st.switch_page(st.session_state["pages"]["map"])


def written(table: pd.DataFrame, ways: dict[str, Callable[..., str]]) -> Styler:
    """Return a table whose numbers are written as the language has them, and still sort as numbers."""
    formats: dict[Any, Any] = dict(ways)
    ink = f"color: {_INK_DARK if state.is_dark() else _INK}"
    return table.style.format(formats, na_rep="–").map(lambda _: ink, subset=list(table.columns[:1]))


def staying(columns: Sequence[chapters.Column], width: int | None = None) -> dict[str, ColumnConfig]:
    """Return the settings by which the first column of a table stays in sight when the others are moved sideways."""
    return {columns[0].title: st.column_config.TextColumn(pinned=True, width=width)}


def styled(
    columns: Sequence[chapters.Column], rows: Sequence[Sequence[chapters.Cell]], say: Speech
) -> Styler:
    """Return a table of a report's chapter for ``st.dataframe``."""
    table = pd.DataFrame({c.title: [row[j] for row in rows] for j, c in enumerate(columns)})
    return written(
        table,
        {c.title: partial(chapters.written, style=c.style, say=say) for c in columns if c.style != "text"},
    )
