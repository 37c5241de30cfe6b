"""The app: its pages and its language."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.standards.model import in_language
from planner.ui import page as page_parts
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
from planner.ui.upload import not_taken
from planner.workspace import Workspace, is_database
from planner.workspace.database_url import DatabaseUrl

_ICON = Path(__file__).resolve().parent / "icon.svg"
_STYLE = Path(__file__).resolve().parent / "style.css"


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_icon=str(_ICON), layout="wide")
    st.html(_STYLE)
    # The page's name, whoever is at work and the language stand in one row, so that the whole width is the page's.
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="planner_top"
    )
    named, at_work, language = row.container(), row.container(), row.container(width="content")
    say = state.choose_language(language)
    with st.container(key="planner_voice"):
        st.html(_streamlit_texts(say))
        page_parts.speak(say)
    if not team.may_enter(say):
        st.set_page_config(page_title=say("The smart-district planner"))
        return
    sections = _sections(say)
    pages = {key: page for section in sections.values() for key, page in section.items()}
    st.session_state["pages"] = pages
    # The first page has the address of the app itself; whoever writes the map's name after it finds the map too.
    map_page_too = st.Page(
        lambda: _to_map(pages["map"]), title=say("Map"), url_path="map", visibility="hidden"
    )
    shown = {title: list(section.values()) for title, section in sections.items()}
    shown[""].append(map_page_too)
    chosen = st.navigation(shown, position="top")
    district = _district(say)
    name, file = (district.name, district.file) if district else ("", "")
    st.set_page_config(page_title=" · ".join(filter(None, (chosen.title, name, say("Planner")))))
    named.html(page_parts.head_html(chosen.title, name, file))
    if district is not None:
        with at_work:
            team.show_member(say)
        if team.is_shared(district.workspace):
            team.show_changes(say, district.workspace, district.version)
        team.tell_only_viewers(say)
    chosen.run()
    if district is not None:
        # Only now: what the page has just been asked to change rests on what it showed before.
        state.note_seen(district.version)


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
    said = {part: json.dumps(text, ensure_ascii=False) for part, text in texts.items()}
    rules = (
        f"{part} {{ font-size: 0 }} {part}::after {{ content: {text}; font-size: .9rem }}"
        for part, text in said.items()
    )
    # Streamlit says why it does not take a file in English only, and only to a mouse that rests on it.
    refused = json.dumps(not_taken(say), ensure_ascii=False)
    told = (
        f'[data-testid="stFileUploader"]:has([aria-invalid="true"])::after '
        f"{{ content: {refused}; color: light-dark(#b3261e, #ffb4ab); font-size: .9rem; margin-top: .5rem }}"
    )
    return f"<style>{' '.join(rules)} {told}</style>"


def _page(show: Callable[[Speech], None], say: Speech) -> Callable[[], None]:
    def run() -> None:
        guarded(show)(say)

    return run


def _short_name(workspace: Workspace) -> str:
    """Return the file's name, or that of the schema in a team's database."""
    if is_database(workspace.location):
        return DatabaseUrl.parse(workspace.location).schema or workspace.shown_as
    return Path(workspace.shown_as).name


@dataclass(frozen=True, slots=True)
class _District:
    """The district whose pages are shown."""

    name: str
    file: str
    workspace: Workspace
    version: str


def _district(say: Speech) -> _District | None:
    """Return the district that the app was opened on; None where there is none to be read."""
    try:
        workspace = state.workspace()
        version = workspace.version()
    except PlannerError as error:
        complain(say, error)
        return None
    file = say("Workspace: {name}", name=_short_name(workspace))
    return _District(in_language(workspace.district.name, say.language), file, workspace, version)
