"""The app: its pages and its language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.standards.model import in_language
from planner.ui import state, team
from planner.ui.guard import complain, guarded
from planner.ui.pages import (
    capacity,
    closures,
    compare,
    districts,
    fragility,
    gaps,
    layers,
    map_page,
    mobile,
    parity,
    quarter,
    report,
    scenarios,
    siting,
    standards,
    tour,
)
from planner.ui.text import plain
from planner.workspace import Workspace, is_database
from planner.workspace.database_url import DatabaseUrl

_ICON = Path(__file__).resolve().parent / "icon.svg"
_STYLE = Path(__file__).resolve().parent / "style.css"


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_title="Planner", page_icon=str(_ICON), layout="wide")
    st.html(_STYLE)
    say = state.choose_language()
    st.html(_streamlit_texts(say))
    # Streamlit says that every page is in English; what reads aloud would read Russian by English rules.
    st.html(
        f"<script>document.documentElement.lang = {json.dumps(say.language)}</script>",
        unsafe_allow_javascript=True,
    )
    if not team.may_enter(say):
        return
    sections = _sections(say)
    pages = {key: page for section in sections.values() for key, page in section.items()}
    st.session_state["pages"] = pages
    # The first page has the address of the app itself; whoever writes the map's name after it finds the map too.
    named = st.Page(lambda: _to_map(pages["map"]), title=say("Map"), url_path="map", visibility="hidden")
    shown = {title: list(section.values()) for title, section in sections.items()}
    shown[""].append(named)
    chosen = st.navigation(shown, position="top")
    version = _sidebar(say)
    chosen.run()
    if version is not None:
        # Only now: what the page has just been asked to change rests on what it showed before.
        state.note_seen(version)


def _sections(say: Speech) -> dict[str, dict[str, st.Page]]:
    """Return the pages by the menu they stand in; those without a title stand in the row themselves."""

    def page(show: Callable[[Speech], None], title: str, address: str, *, first: bool = False) -> st.Page:
        return st.Page(_page(show, say), title=title, url_path=address, default=first)

    return {
        "": {
            "map": page(map_page.show, say("Map"), "start", first=True),
            "gaps": page(gaps.show, say("Gaps"), "gaps"),
            "parity": page(parity.show, say("Parity"), "parity"),
            "scenarios": page(scenarios.show, say("Scenarios"), "scenarios"),
            "siting": page(siting.show, say("Siting"), "siting"),
            "report": page(report.show, say("Report"), "report"),
        },
        say("Studies"): {
            "closures": page(closures.show, say("Closures"), "closures"),
            "capacity": page(capacity.show, say("Capacity"), "capacity"),
            "fragility": page(fragility.show, say("Fragility"), "fragility"),
            "visiting": page(tour.show, say("Visiting services"), "visiting"),
            "mobile": page(mobile.show, say("Mobile coverage"), "mobile"),
            "quarter": page(quarter.show, say("Quarter"), "quarter"),
        },
        say("Comparisons"): {
            "compare": page(compare.show, say("Scenarios compared"), "compare"),
            "districts": page(districts.show, say("Districts"), "districts"),
        },
        say("Data"): {
            "layers": page(layers.show, say("Layers"), "layers"),
            "standards": page(standards.show, say("Standards"), "standards"),
        },
    }


def _to_map(page: st.Page) -> None:
    st.switch_page(page, query_params=st.query_params.to_dict())


def _streamlit_texts(say: Speech) -> str:
    """Return the style that puts Streamlit's own texts, which it has in English only, into the language."""
    box = '[data-testid="stFileUploaderDropzone"]'
    texts = {
        f'{box} button [data-testid="stMarkdownContainer"] p': say("Choose a file"),
        f'{box} [data-testid="stFileUploaderDropzoneInstructions"] span': say("or drop it here"),
        # What the row of pages has no room for stands behind this.
        '[data-testid="stTopNav"] .rc-overflow-item-rest [data-testid="stTopNavSection"] p': say(
            "More pages"
        ),
    }
    texts['[data-testid="stStatusWidget"] button'] = say("Stop")
    said = {part: json.dumps(text, ensure_ascii=False) for part, text in texts.items()}
    rules = (
        f"{part} {{ font-size: 0 }} {part}::after {{ content: {text}; font-size: .9rem }}"
        for part, text in said.items()
    )
    # White on the light blue of the dark theme could not be read.
    dark = (
        '[data-testid="stBaseButton-primary"]:not(:disabled) p { color: #10202c }' if state.is_dark() else ""
    )
    return f"<style>{' '.join(rules)} {dark}</style>"


def _page(show: Callable[[Speech], None], say: Speech) -> Callable[[], None]:
    def run() -> None:
        guarded(show)(say)

    return run


def _short_name(workspace: Workspace) -> str:
    """Return the file's name, or that of the schema in a team's database."""
    if is_database(workspace.location):
        return DatabaseUrl.parse(workspace.location).schema or workspace.shown_as
    return Path(workspace.shown_as).name


def _sidebar(say: Speech) -> str | None:
    """Name the district and return the version of its workspace; None where there is none to be read."""
    try:
        workspace = state.workspace()
        version = workspace.version()
    except PlannerError as error:
        complain(say, error)
        return None
    with st.sidebar:
        st.subheader(plain(in_language(workspace.district.name, say.language)))
        st.caption(plain(say("Workspace: {name}", name=_short_name(workspace))))
        team.show_member(say)
        if team.is_shared(workspace):
            team.show_changes(say, workspace, version)
    return version
