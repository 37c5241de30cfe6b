"""Tables of the report on a page: numbers as the language writes them, that still sort as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from planner.i18n import Speech
from planner.report.chapters import Cell, Column, written


def styled(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], say: Speech) -> Styler:
    """Return a table of a report for ``st.dataframe``."""
    table = pd.DataFrame({c.title: [row[j] for row in rows] for j, c in enumerate(columns)})
    ways: dict[Any, Any] = {
        c.title: partial(written, style=c.style, say=say) for c in columns if c.style != "text"
    }
    return table.style.format(ways, na_rep="—")
