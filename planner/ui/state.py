"""What a session keeps: its language, its workspace, its choices; and what outlives it: the language."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from planner.i18n import DEFAULT_LANGUAGE, LANGUAGES, Speech, speech
from planner.workspace import Workspace, open_workspace

LANGUAGE_KEY = "lang"
SERVICE_KEY = "service"
STANDARD_KEY = "standard"
PLACE_KEY = "place"


def workspace() -> Workspace:
    """Return the workspace the app was opened on.

    Raises
    ------
    WorkspaceError
        If there is none.
    """
    return open_workspace(location())


def location() -> str:
    """Return where the workspace is; the sample district's, made on first use, where none was named."""
    named = os.environ.get("PLANNER_WORKSPACE")
    if named:
        return named
    from planner.serve import sample_workspace

    return str(sample_workspace())


def choose_language() -> Speech:
    """Show the choice of language and return the planner's voice in it.

    The choice stands in the page's address and is remembered on this machine for the next session.
    """
    if "first_language" not in st.session_state:
        st.session_state["first_language"] = _first_language()
    codes = list(LANGUAGES)
    chosen = st.sidebar.segmented_control(
        "Язык · Мова · Language",
        codes,
        default=st.session_state["first_language"],
        required=True,
        format_func=LANGUAGES.__getitem__,
        key=LANGUAGE_KEY,
        bind="query-params",
        on_change=_remember_language,
        width="stretch",
        label_visibility="collapsed",
    )
    return speech(chosen or st.session_state["first_language"])


def is_dark() -> bool:
    """Return whether the page is shown in the dark theme."""
    return bool(st.context.theme.type == "dark")


def _first_language() -> str:
    remembered = _settings_file()
    if remembered.is_file():
        language = remembered.read_text("utf-8").strip()
        if language in LANGUAGES:
            return language
    preferred = (st.context.locale or "").split("-")[0]
    return preferred if preferred in LANGUAGES else DEFAULT_LANGUAGE


def _remember_language() -> None:
    language = st.session_state.get(LANGUAGE_KEY)
    path = _settings_file()
    if language in LANGUAGES:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{language}\n", "utf-8")
        except OSError:
            # A machine that keeps no settings still keeps the choice in the address and in the session.
            return


def _settings_file() -> Path:
    home = os.environ.get("PLANNER_HOME") or os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "planner" / "language"
