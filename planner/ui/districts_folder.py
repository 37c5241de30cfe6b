"""Which comparison of districts is shown: one that the operator has set out, or a folder that the planner names."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from planner.i18n import Speech
from planner.report.files import MEDIA_TYPES
from planner.serve import own_data
from planner.studies.districts import FILE
from planner.ui import team
from planner.ui.text import plain

_SETTING = "PLANNER_DISTRICTS"
_KEY, _NAMED, _NEXT = "districts_chosen", "districts_folder", "districts_next"


def choose_folder(say: Speech) -> tuple[str, int] | None:
    """Let a comparison be chosen and return its folder and when it was written; None where there is none yet.

    Where the operator has set ``PLANNER_DISTRICTS``, to a folder of results or one that holds several, only what is
    there can be shown.
    """
    setting = os.environ.get(_SETTING)
    if not setting and team.is_required():
        # Whoever may sign in may not look through all of the machine.
        st.info(say("The operator has not set a folder of comparisons (PLANNER_DISTRICTS)."))
        return None
    root = results_root()
    offered = [] if root is None else _offered(root)
    following = st.session_state.pop(_NEXT, None)
    if following in offered:
        st.session_state[_KEY], st.session_state[_NAMED] = following, ""
    chosen = None
    if offered:
        if st.session_state.get(_KEY) not in offered:
            # The folder has gone; another takes its place.
            st.session_state[_KEY] = offered[0]
        chosen = offered[0]
        if len(offered) > 1 or not setting:
            chosen = st.selectbox(
                say("Comparison"), offered, key=_KEY, persist_state="session", format_func=lambda p: p.name
            )
    if setting:
        if chosen is None:
            st.warning(say("There is no comparison of districts in the folder that the operator has set."))
            return None
        return _dated(chosen, say)
    named = st.text_input(
        say("Folder of results"), key=_NAMED, persist_state="session",
        help=say("What “planner batch” was told with --out."),
    )  # fmt: skip
    if named.strip():
        return _dated(Path(named.strip()).expanduser(), say)
    return None if chosen is None else _dated(chosen, say)


def results_root() -> Path | None:
    """Return the folder in which each comparison made from the page gets one; None where the operator has named none.

    Where the operator has named a single comparison, it is that one that is made anew.
    """
    setting = os.environ.get(_SETTING)
    if setting:
        return Path(setting)
    return None if team.is_required() else own_data() / "districts"


def folder_of(root: Path, name: str) -> Path:
    """Return the folder of a comparison."""
    return root if (root / FILE).is_file() else root / name


def chosen_from_now_on(folder: Path) -> None:
    """Let a comparison be the one that is shown when the page is drawn again."""
    st.session_state[_NEXT] = folder


def offer_files(folder: str, say: Speech) -> None:
    """Offer the report's files of a comparison, where they were written."""
    written = sorted(path for path in Path(folder).glob("districts-*.*") if path.suffix[1:] in MEDIA_TYPES)
    if not written:
        return
    st.caption(say("The report on these districts"))
    for column, path in zip(st.columns(len(written)), written, strict=True):
        column.download_button(
            plain(path.name), data=path.read_bytes, file_name=path.name, mime=MEDIA_TYPES[path.suffix[1:]],
            on_click="ignore", key=f"districts_{path.name}", width="stretch",
        )  # fmt: skip


def _offered(folder: Path) -> list[Path]:
    if (folder / FILE).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{FILE}"))


def _dated(folder: Path, say: Speech) -> tuple[str, int] | None:
    try:
        return str(folder), (folder / FILE).stat().st_mtime_ns
    except (OSError, ValueError):
        st.warning(say("There is no comparison of districts in this folder: it holds no {file}.", file=FILE))
        return None
