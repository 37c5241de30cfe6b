"""The app: pages, language, and a message in place of a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.standards.model import in_language
from planner.ui import state
from planner.ui.pages import gaps, layers, map_page, report, standards

_ICON = Path(__file__).resolve().parent / "icon.svg"
_STYLE = Path(__file__).resolve().parent / "style.css"
_LOG = logging.getLogger("planner")

Show = Callable[[Speech], None]


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_title="Planner", page_icon=str(_ICON), layout="wide")
    st.html(_STYLE)
    say = state.choose_language()
    pages = {
        "map": st.Page(_guarded(map_page.show, say), title=say("Map"), url_path="map", default=True),
        "gaps": st.Page(_guarded(gaps.show, say), title=say("Gaps"), url_path="gaps"),
        "layers": st.Page(_guarded(layers.show, say), title=say("Layers"), url_path="layers"),
        "standards": st.Page(_guarded(standards.show, say), title=say("Standards"), url_path="standards"),
        "report": st.Page(_guarded(report.show, say), title=say("Report"), url_path="report"),
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()), position="top")
    _sidebar(say)
    chosen.run()


def _sidebar(say: Speech) -> None:
    try:
        workspace = state.workspace()
    except PlannerError as error:
        _complain(say, error)
        return
    st.sidebar.subheader(in_language(workspace.district.name, say.language))
    st.sidebar.caption(say("Workspace: {name}", name=Path(workspace.location).name))


def _guarded(show: Show, say: Speech) -> Callable[[], None]:
    """Wrap a page so that whatever goes wrong is told, and the session goes on."""

    def run() -> None:
        try:
            show(say)
        except PlannerError as error:
            _complain(say, error)
        except Exception:
            _LOG.exception("A page failed.")
            st.error(
                say(
                    "Something went wrong on this page. Your workspace is as it was; the other pages go on working."
                )
            )

    return run


def _complain(say: Speech, error: PlannerError) -> None:
    st.error(words.told(say, error.template, error.values))
    if error.fix_template:
        st.info(words.told(say, error.fix_template, error.values))
