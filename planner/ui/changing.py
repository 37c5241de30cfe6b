"""Changes of the workspace: made beside the page where they may take long, told with what they did to the gaps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.network.modes import DRY
from planner.results import Assessment
from planner.standards.model import Text, in_language
from planner.studies.change import changes
from planner.studies.progress import Progress, part
from planner.studies.standards_in_force import in_force
from planner.ui import cache, work
from planner.ui.text import plain
from planner.workspace import Workspace

CHANGED = "changed"
"""In the session: the title of the layer that was changed last, and the assessment before; gone once it is told."""
UPLOADS = "uploads"
"""In the session: how many layers were changed; a form for each."""
_MINE = "changing_{key}"

R = TypeVar("R")


def keep_and_tell(workspace: Workspace, change: Callable[[], Text | None]) -> None:
    """Make a change that takes no time and draw the page again: with what it changed, and an empty form.

    Parameters
    ----------
    workspace : Workspace
    change : callable
        Returns the title of what was changed, by language; None where nothing was.
    """
    before = _known(workspace)
    _done(change(), before)


def change_button(
    workspace: Workspace,
    say: Speech,
    key: str,
    label: str,
    told: str,
    change: Callable[[], Callable[[Progress], R]],
    finish: Callable[[R], Text | None],
    *,
    disabled: bool = False,
) -> None:
    """Show a button that changes the workspace in a job, and how the job stands; cancelled, it leaves no trace.

    Parameters
    ----------
    workspace : Workspace
    say : Speech
    key : str
        Of the button, and the job's name.
    label : str
        On the button.
    told : str
        What is being done, while it is.
    change : callable
        Called on the click; returns what makes the change and tells its progress, away from the page.
    finish : callable
        Takes what the change gave, on the page, and returns the title of what was changed; None where nothing was.
    disabled : bool
        Whether it cannot be clicked.

    Raises
    ------
    PlannerError
        As the change does.
    """
    made: work.Job[tuple[R, Assessment | None]] | None = work.job(key)
    busy = made is not None and made.running
    if st.button(label, type="primary", key=key, disabled=disabled or busy) and not busy:
        made = work.start(key, (workspace.location, workspace.version()), _run(workspace, change()))
        st.session_state[_MINE.format(key=key)] = made
    if made is None:
        return
    if made.running:
        work.watch(made, say, lambda _: told)
        return
    work.drop(key)
    mine = st.session_state.pop(_MINE.format(key=key), None) is made
    if made.error is not None:
        raise made.error
    if made.found is None:
        st.info(say("Cancelled. Nothing was changed."))
        return
    _done(finish(made.found[0]), made.found[1], mine=mine)


def _run(
    workspace: Workspace, make: Callable[[Progress], R]
) -> Callable[[work.Job[tuple[R, Assessment | None]]], tuple[R, Assessment | None]]:
    def run(job: work.Job[tuple[R, Assessment | None]]) -> tuple[R, Assessment | None]:
        before = _assessed(workspace, part(job.step, 0.0, 0.1))
        return make(part(job.step, 0.1, 1.0)), before

    return run


def _done(title: Text | None, before: Assessment | None, *, mine: bool = True) -> None:
    st.session_state[CHANGED] = None if title is None else (title, before)
    if mine:
        st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
        st.session_state.pop("proposal", None)
        st.session_state.pop("sent", None)
        st.session_state.pop("looked_at", None)
    st.rerun()


def _assessed(workspace: Workspace, progress: Progress) -> Assessment | None:
    # A workspace that is still being filled cannot be assessed yet; that is no reason to refuse a layer.
    with suppress(PlannerError):
        return cache.assessment(workspace.location, workspace.version(), DRY, progress)
    return None


def _known(workspace: Workspace) -> Assessment | None:
    return _assessed(workspace, lambda share, what: None)


def show_changes(workspace: Workspace, say: Speech) -> None:
    """Say what the last change of a layer did: which gaps it opened or closed."""
    told: tuple[Text, Assessment | None] | None = st.session_state.get(CHANGED)
    if told is None:
        return
    title, before = told
    st.success(plain(say("Changed: “{title}”.", title=in_language(title, say.language))))
    if before is None:
        return
    try:
        asked = (workspace.location, workspace.version(), DRY)
        after = work.offered(say, say("Measuring the district …"), cache.assessment, *asked)
    except PlannerError:
        return
    if after is None:
        return
    found = changes(before, after)
    if not found:
        st.caption(say("No gap has changed."))
        return
    services = in_force(workspace)[1].services
    st.caption(say("What has changed, people:"))
    people = {
        say("Lacked it before"): [c.before.lacking if c.before else None for c in found],
        say("Lack it now"): [c.after.lacking if c.after else None for c in found],
        say("Unknown before"): [c.before.unknown if c.before else None for c in found],
        say("Unknown now"): [c.after.unknown if c.after else None for c in found],
    }
    names = [
        in_language(services[c.service].name, say.language) if c.service in services else c.service
        for c in found
    ]
    table = pd.DataFrame({say("Service"): names, **people})
    written: dict[Any, Any] = dict.fromkeys(people, say.number)
    st.dataframe(table.style.format(written, na_rep="–"), hide_index=True, placeholder="–")
