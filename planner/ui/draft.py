"""The scenario that a session is working on: it outlives pages, languages and errors, and every step can be undone.

What outlives the session itself: see :mod:`planner.ui.unsaved`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from planner.i18n import Speech
from planner.scenario import Edit, Scenario
from planner.ui import unsaved

_KEY = "draft"
PICKED_KEY, OUTLINE_KEY = "draft_picked", "draft_outline"
"""What the planner is in the middle of: a facility picked up, corners of an area."""


Step = tuple[Scenario, str]
"""A scenario, and the name of the kept one that it was loaded from or saved as; empty for none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A scenario that the workspace keeps, as the session last saw it; `digest` is that of its document."""

    scenario: Scenario
    digest: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario with the states before it and those that were undone.

    Attributes
    ----------
    scenario : Scenario
    origin : str
        Name of the kept scenario that it was loaded from or saved as; empty for none.
    past, future : tuple of Step
        Latest last.
    seen : mapping of str to Seen
        By name what the session loaded or saved: undo may lead back to another scenario.
    """

    scenario: Scenario
    origin: str = ""
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)

    def to(self, scenario: Scenario) -> Draft:
        """Return the draft one step on."""
        return dataclasses.replace(self, scenario=scenario, past=(*self.past, self._step), future=())

    def anew(self, scenario: Scenario, seen: Seen | None = None) -> Draft:
        """Return the draft with another scenario in place of its own, which undo brings back.

        Parameters
        ----------
        scenario : Scenario
        seen : Seen, optional
            The same as the workspace keeps it; None where it was not loaded from there.
        """
        past = (*self.past, self._step) if self.scenario.edits else self.past
        return Draft(scenario, scenario.name if seen else "", past, (), self.seen).saw(seen)

    def over(self, other: Draft) -> Draft:
        """Return the draft of another session in place of its own, which undo leads back to."""
        here = (*self.past, self._step) if self.scenario.edits else self.past
        return dataclasses.replace(other, past=(*here, *other.past), seen={**self.seen, **other.seen})

    def saw(self, seen: Seen | None) -> Draft:
        """Return the draft with word of what the workspace keeps."""
        return self if seen is None else dataclasses.replace(
            self, seen={**self.seen, seen.scenario.name: seen}
        )  # fmt: skip

    def saved(self, scenario: Scenario, digest: str) -> Draft:
        """Return the draft after it was saved, under its own name or another one."""
        return dataclasses.replace(self, scenario=scenario, origin=scenario.name).saw(Seen(scenario, digest))

    def removed(self, name: str) -> Draft:
        """Return the draft after a kept scenario was removed; what is on the desk stays there, unsaved."""
        return dataclasses.replace(self, seen={n: s for n, s in self.seen.items() if n != name})

    def undone(self) -> Draft:
        """Return the draft one step back."""
        if not self.past:
            return self
        scenario, origin = self.past[-1]
        future = (*self.future, self._step)
        return dataclasses.replace(self, scenario=scenario, origin=origin, past=self.past[:-1], future=future)

    def redone(self) -> Draft:
        """Return the draft with the last undo taken back."""
        if not self.future:
            return self
        scenario, origin = self.future[-1]
        past = (*self.past, self._step)
        return dataclasses.replace(self, scenario=scenario, origin=origin, past=past, future=self.future[:-1])

    def expected(self, name: str) -> str:
        """Return the digest of what the session last saw kept under a name that the draft is to be saved under.

        Empty where the draft is not that scenario: one that is there is not written over.
        """
        known = self.seen.get(name)
        return known.digest if known is not None and name == self.origin else ""

    @property
    def changed(self) -> bool:
        """Whether it holds what is not saved."""
        known = self.seen.get(self.origin)
        return self.scenario.edits != (known.scenario.edits if known else ())

    @property
    def _step(self) -> Step:
        return self.scenario, self.origin


def draft(say: Speech) -> Draft:
    """Return the draft of the session, an empty one to begin with."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Draft(Scenario(say("New scenario")))
    found: Draft = st.session_state[_KEY]
    return found


def put(new: Draft) -> None:
    """Make another draft that of the session."""
    st.session_state[_KEY] = new
    unsaved.note(new)
    drop_work()


def begin(say: Speech, scenario: Scenario, seen: Seen | None = None) -> None:
    """Put another scenario on the desk; undo brings back the one before it."""
    put(draft(say).anew(scenario, seen))


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
