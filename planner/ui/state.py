"""What a session keeps: its language, its workspace, its choices; and what outlives it: the language."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import DEFAULT_LANGUAGE, LANGUAGES, Speech, speech
from planner.network.modes import DRY, shipped_speeds
from planner.results import Plan, Tours
from planner.ui import team
from planner.workspace import Workspace, open_workspace

LANGUAGE_KEY = "lang"
SERVICE_KEY = "service"
STANDARD_KEY = "standard"
PLACE_KEY = "place"
SEASON_KEY = "season"
FACILITY_KEY = "facility"
CLOSING_KEY = "closing"
"""The service point whose closing is to be shown, until the page Closures has taken it up."""
_SEEN_KEY = "seen"
_CHOICES = (
    "upload_role", "upload_service", "osm_replace", "people_target", "people_edge", "totals_target", "names_target",
    "names_outcome",
)  # fmt: skip
"""Choices of the page Layers whose words change with the language."""

_SHORT = {"ru": "Рус", "be": "Бел", "en": "Eng"}


def workspace() -> Workspace:
    """Return the workspace the app was opened on.

    Raises
    ------
    WorkspaceError
        If there is none.
    ForbiddenError
        If nobody has signed in who would have to.
    """
    return open_workspace(location(), team.member())


def location() -> str:
    """Return where the workspace is; the sample district's, made on first use, where none was named."""
    named = os.environ.get("PLANNER_WORKSPACE")
    if named:
        return named
    from planner.serve import sample_workspace

    return str(sample_workspace())


def seen() -> str | None:
    """Return the version of the workspace that the session's pages last showed; None before the first page.

    A change that the planner asks for rests on what they saw, not on what the workspace is when the click arrives.
    """
    version: str | None = st.session_state.get(_SEEN_KEY)
    return version


def note_seen(version: str) -> None:
    """Remember the version of the workspace that a page has shown."""
    st.session_state[_SEEN_KEY] = version


def choose_language(place: DeltaGenerator) -> Speech:
    """Show the choice of language at a place of the page and return the planner's voice in it.

    The choice stands in the page's address and is remembered on this machine for the next session.
    """
    if LANGUAGE_KEY not in st.session_state:
        st.session_state[LANGUAGE_KEY] = _first_language()
    chosen = place.segmented_control(
        "Язык · Мова · Language",
        list(LANGUAGES),
        required=True,
        format_func=_SHORT.__getitem__,
        key=LANGUAGE_KEY,
        persist_state="session",
        on_change=_remember_language,
        label_visibility="collapsed",
    )
    language = chosen or DEFAULT_LANGUAGE
    st.query_params[LANGUAGE_KEY] = language
    return speech(language)


def linked(key: str, allowed: Collection[str]) -> str | None:
    """Return a choice of the session; a new session takes it from the page's address, where that names one.

    Parameters
    ----------
    key : str
        Of the session and of the address alike.
    allowed : collection of str
        What may be chosen; anything else in the address is ignored.
    """
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in allowed else None
    chosen = st.session_state[key]
    return chosen if chosen in allowed else None


def link(**choices: str | None) -> None:
    """Let the page's address name the session's choices, so that it can be passed on."""
    for key, chosen in choices.items():
        if chosen:
            st.query_params[key] = chosen
        else:
            st.query_params.pop(key, None)


def season() -> str:
    """Return the season that the session's numbers are of; the dry one unless another was chosen."""
    return linked(SEASON_KEY, shipped_speeds().seasons) or DRY


def kept_tours() -> dict[str, Tours]:
    """Return the timetables that the session puts into its report, by service; what is put in here stays."""
    kept: dict[str, Tours] = st.session_state.setdefault("tours_for_report", {})
    return kept


def kept_plans() -> dict[str, Plan]:
    """Return the plans of sites that the session puts into its report, by service; what is put in here stays."""
    kept: dict[str, Plan] = st.session_state.setdefault("plans_for_report", {})
    return kept


def for_report(version: str, season: str) -> tuple[Tours | Plan, ...]:
    """Return timetables and plans for a report on a version of the workspace in a season; older ones are left out."""
    plans: list[Tours | Plan] = [one for one in kept_plans().values() if one.terms["season"] == season]
    tours = [one for one in kept_tours().values() if one.season == season]
    return tuple(one for one in (*plans, *tours) if one.manifest["workspace"] == version)


def is_dark() -> bool:
    """Return whether the page is shown in the dark theme."""
    return bool(st.context.theme.type == "dark")


def _first_language() -> str:
    asked = st.query_params.get(LANGUAGE_KEY)
    if asked in LANGUAGES:
        return asked
    remembered = _settings_file()
    if remembered.is_file() and not team.is_required():
        language = remembered.read_text("utf-8").strip()
        if language in LANGUAGES:
            return language
    preferred = (st.context.locale or "").split("-")[0]
    return preferred if preferred in LANGUAGES else DEFAULT_LANGUAGE


def _remember_language() -> None:
    language = st.session_state.get(LANGUAGE_KEY)
    for key in _CHOICES:
        # The browser knows a choice by its words; said in others it would be lost unless it is made anew.
        if st.session_state.get(key) is not None:
            st.session_state[key] = st.session_state[key]
    path = _settings_file()
    # What a team shares is not one person's to choose.
    if language in LANGUAGES and not team.is_required():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{language}\n", "utf-8")
        except OSError:
            # A machine that keeps no settings still keeps the choice in the address and in the session.
            return


def _settings_file() -> Path:
    home = os.environ.get("PLANNER_HOME") or os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "planner" / "language"
