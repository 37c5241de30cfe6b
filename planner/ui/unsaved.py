"""Drafts that their page has left: it was loaded anew or closed, and the same person's next session is offered them.

They are kept in the server's memory, by workspace and person. The draft of a session that a browser holds is offered
to nobody: two tabs have a draft each, and neither gets into the other.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from planner.errors import ForbiddenError
from planner.ui import state, team

if TYPE_CHECKING:
    from planner.ui.draft import Draft

_MOST = 20
"""So many drafts are kept of a person; the oldest go."""
_TAB = "unsaved_tab"


@dataclass(frozen=True, slots=True)
class Left:
    """A draft of a tab, with the session that it was made in."""

    tab: str
    session: str
    draft: Draft


_kept: dict[tuple[str, str], OrderedDict[str, Left]] = {}
"""By workspace and person, then by tab; the one changed last comes last."""
_lock = threading.Lock()


def note(draft: Draft) -> None:
    """Remember the draft of this session; an empty one takes the place of none that could be lost."""
    if not draft.scenario.edits:
        return
    # Who has signed out meanwhile has a page that is about to close; what it had before is kept.
    with suppress(ForbiddenError):
        whose, tab = _whose(), _tab()
        with _lock:
            mine = _kept.setdefault(whose, OrderedDict())
            mine[tab] = Left(tab, _session(), draft)
            mine.move_to_end(tab)
            while len(mine) > _MOST:
                mine.popitem(last=False)


def left() -> tuple[Left, ...]:
    """Return what this person's sessions that are closed have left, the latest first.

    What is saved as it is can be opened, and is returned only where it is the latest.
    """
    whose, tab = _whose(), _tab()
    with _lock:
        mine = [*reversed(_kept.get(whose, OrderedDict[str, Left]()).values())]
    closed = [each for each in mine if each.tab != tab and not _is_open(each.session)]
    return tuple(each for number, each in enumerate(closed) if number == 0 or each.draft.changed)


def take(tab: str) -> Draft | None:
    """Return what a tab has left, which is nobody else's from now on; None where another session has it already."""
    whose = _whose()
    with _lock:
        found = _kept.get(whose, OrderedDict[str, Left]()).pop(tab, None)
    return found.draft if found else None


def forget_all() -> None:
    """Forget all drafts."""
    with _lock:
        _kept.clear()


def _whose() -> tuple[str, str]:
    return state.location(), team.person()


def _tab() -> str:
    tab: str = st.session_state.setdefault(_TAB, uuid.uuid4().hex)
    return tab


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""


def _is_open(session: str) -> bool:
    """Whether a browser holds a session."""
    return get_instance().is_active_session(session)
