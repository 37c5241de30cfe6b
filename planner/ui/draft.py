"""The scenario that a session is working on: it outlives pages, languages and errors, and every step can be undone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import streamlit as st

from planner.i18n import Speech
from planner.scenario import Edit, Scenario

_KEY = "draft"
PICKED_KEY, OUTLINE_KEY = "draft_picked", "draft_outline"
"""What the planner is in the middle of: a facility picked up, corners of an area."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario with the states before it and those that were undone.

    Attributes
    ----------
    scenario : Scenario
    past, future : tuple of Scenario
        Latest last.
    kept : str
        Digest of the document that the workspace keeps under its name, as the session last saw it; empty for none.
    saved : Scenario or None
        As it was last saved or loaded.
    """

    scenario: Scenario
    past: tuple[Scenario, ...] = ()
    future: tuple[Scenario, ...] = ()
    kept: str = ""
    saved: Scenario | None = None

    def to(self, scenario: Scenario) -> Draft:
        """Return the draft one step on."""
        return dataclasses.replace(self, scenario=scenario, past=(*self.past, self.scenario), future=())

    def undone(self) -> Draft:
        """Return the draft one step back."""
        if not self.past:
            return self
        return dataclasses.replace(
            self, scenario=self.past[-1], past=self.past[:-1], future=(*self.future, self.scenario)
        )

    def redone(self) -> Draft:
        """Return the draft with the last undo taken back."""
        if not self.future:
            return self
        return dataclasses.replace(
            self, scenario=self.future[-1], past=(*self.past, self.scenario), future=self.future[:-1]
        )

    @property
    def changed(self) -> bool:
        """Whether it holds what is not saved."""
        return self.scenario.edits != (self.saved.edits if self.saved else ())


def draft(say: Speech) -> Draft:
    """Return the draft of the session, an empty one to begin with."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Draft(Scenario(say("New scenario")))
    found: Draft = st.session_state[_KEY]
    return found


def put(new: Draft) -> None:
    """Make another draft that of the session."""
    st.session_state[_KEY] = new
    drop_work()


def step(say: Speech, edit: Edit) -> None:
    """Make an edit."""
    now = draft(say)
    put(now.to(now.scenario.with_edit(edit)))


def drop_work() -> None:
    """Forget what the planner was in the middle of."""
    st.session_state[PICKED_KEY] = None
    st.session_state[OUTLINE_KEY] = ()


def picked() -> tuple[str, str] | None:
    """Return service and identifier of the facility that was picked up."""
    found: tuple[str, str] | None = st.session_state.get(PICKED_KEY)
    return found


def outline() -> tuple[tuple[float, float], ...]:
    """Return the corners of the area that is being drawn, longitude and latitude."""
    found: tuple[tuple[float, float], ...] = st.session_state.get(OUTLINE_KEY, ())
    return found
