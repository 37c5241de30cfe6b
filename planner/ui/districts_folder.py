"""Which comparison of districts is shown: one that the operator has set out, or a folder that the planner names."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from planner.i18n import Speech
from planner.studies.districts import FILE
from planner.ui import team

_SETTING = "PLANNER_DISTRICTS"
_KEY = "districts_folder"


def choose_folder(say: Speech) -> tuple[str, int] | None:
    """Let a comparison be chosen and return its folder and when it was written; None where there is none yet.

    Where the operator has set ``PLANNER_DISTRICTS``, to a folder of results or one that holds several, only what is
    there can be shown.
    """
    setting = os.environ.get(_SETTING)
    if setting:
        offered = _offered(Path(setting))
        if not offered:
            st.warning(say("There is no comparison of districts in the folder that the operator has set."))
            return None
        chosen = offered[0]
        if len(offered) > 1:
            chosen = st.selectbox(
                say("Comparison"), offered, key=_KEY, persist_state="session", format_func=lambda p: p.name
            )
        return _dated(chosen)
    if team.is_required():
        # Whoever may sign in may not look through all of the machine.
        st.info(say("The operator has not set a folder of comparisons (PLANNER_DISTRICTS)."))
        return None
    named = st.text_input(
        say("Folder of results"), key=_KEY, persist_state="session",
        help=say("What «planner batch» was told with --out."),
    )  # fmt: skip
    if not named.strip():
        return None
    folder = Path(named.strip()).expanduser()
    if not (folder / FILE).is_file():
        st.warning(say("There is no comparison of districts in this folder: it holds no {file}.", file=FILE))
        return None
    return _dated(folder)


def _offered(folder: Path) -> list[Path]:
    if (folder / FILE).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{FILE}"))


def _dated(folder: Path) -> tuple[str, int]:
    return str(folder), (folder / FILE).stat().st_mtime_ns
