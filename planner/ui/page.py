"""What every page has around it: its title, its language, and Streamlit's own words in that language."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import streamlit as st

from planner.i18n import Speech

_SCRIPT = Path(__file__).resolve().parent / "page.js"


def speak(say: Speech) -> None:
    """Give the page its language, also where Streamlit has texts in English only, for eyes and for reading voices."""
    glyphs = {"↶": say("Undo"), "↷": say("Redo"), "✕": say("Take this edit out")}
    told = {"language": say.language, "words": _words(say), "starts": _starts(say), "glyphs": glyphs}
    data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    script = _SCRIPT.read_text("utf-8")
    st.html(f"<script>{script}\nwindow.plannerPage({data});</script>", unsafe_allow_javascript=True)


def head_html(title: str, district: str, file: str) -> str:
    """Return the head of a page: what it is, of which district, out of which file; every text escaped.

    Parameters
    ----------
    title, district, file : str
        In the language of the page; the last two empty where no workspace can be read.
    """
    of = f' <span class="planner-of">{escape(district)}</span>' if district else ""
    where = f'<p class="planner-file">{escape(file)}</p>' if file else ""
    return f'<div class="planner-head"><h1>{escape(title)}{of}</h1>{where}</div>'


def _words(say: Speech) -> dict[str, str]:
    """Return Streamlit's own texts with their translation."""
    return {
        "Skip to main content": say("Skip to main content"),
        "App pages": say("Pages"),
        "Main menu": say("Menu of the app"),
        "Rerun": say("Draw anew"),
        "Print": say("Print"),
        "Settings": say("Settings"),
        "Show/hide columns": say("Show or hide columns"),
        "Download as CSV": say("Download as CSV"),
        "Search": say("Search"),
        "Close Search": say("Close the search"),
        "Previous Result": say("Previous find"),
        "Next Result": say("Next find"),
        "Type to search": say("Type to search"),
        "Fullscreen": say("Whole screen"),
        "Close fullscreen": say("Leave the whole screen"),
        "Choose an option": say("Choose"),
        "Choose options": say("Choose"),
        "Clear value": say("Clear"),
        "Clear all": say("Clear all"),
        "Select all": say("Select all"),
        "Open": say("Show the choice"),
        "No results": say("Nothing found"),
        "file upload": say("Choose a file"),
        "Link to heading": say("Link to this heading"),
        "Copy to clipboard": say("Copy"),
        "Sort ascending": say("Sort upwards"),
        "Sort descending": say("Sort downwards"),
        "Format": say("Format"),
        "Autosize": say("Fit the width"),
        "Pin column": say("Keep the column in sight"),
        "Unpin column": say("Let the column go"),
        "Hide column": say("Hide the column"),
        "Increment": say("More"),
        "Decrement": say("Less"),
        "streamlit_folium.st_folium": say("Map"),
        "Help": say("Help"),
        "Close": say("Close"),
        "Page not found": say("There is no such page"),
        "The page that you have requested does not seem to exist. Running the app's main page.": say(
            "The address names no page of the planner. The map is shown in its place."
        ),
    }


def _starts(say: Speech) -> dict[str, str]:
    """Return beginnings of Streamlit's own texts that go on with a name, with their translation."""
    return {
        "Help for ": f"{say('Help')}: ",
        "Remove ": f"{say('Remove')}: ",
        "Press Enter to apply": say("Press Enter to apply"),
    }
