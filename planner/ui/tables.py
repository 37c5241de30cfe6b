"""What tables of the pages share: numbers written as the language has them, and the way to the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler


def to_map(**choice: str | None) -> None:
    """Go to the map with a service or a settlement chosen."""
    st.session_state.update(choice)
    st.switch_page(st.session_state["pages"]["map"])


def written(table: pd.DataFrame, ways: dict[str, Callable[..., str]]) -> Styler:
    """Return a table whose numbers are written as the language has them, and still sort as numbers."""
    formats: dict[Any, Any] = dict(ways)
    return table.style.format(formats, na_rep="–")
