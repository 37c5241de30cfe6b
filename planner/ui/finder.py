"""A choice among very many named things: a list where it can be read through, else a search in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.i18n import Speech
from planner.ui.text import plain

MOST_LISTED = 1_500
"""A list of more names would take longer to send to the browser than the map it stands beside."""
_MOST_FOUND = 40


@dataclass(frozen=True)
class Names:
    """Names by identifier, in the order of the alphabet."""

    by_id: Mapping[str, str]

    @classmethod
    def sorted(cls, by_id: Mapping[str, str]) -> Names:
        """Return names put into the order of the alphabet."""
        return cls(dict(sorted(by_id.items(), key=lambda item: item[1])))

    @cached_property
    def _sought(self) -> list[tuple[str, str]]:
        return [(name.casefold(), identifier) for identifier, name in self.by_id.items()]

    def like(self, part: str, most: int = _MOST_FOUND) -> list[str]:
        """Return identifiers of names that hold a part, those that begin with it first, at most so many."""
        asked = part.strip().casefold()
        if not asked:
            return []
        begin = [identifier for name, identifier in self._sought if name.startswith(asked)][:most]
        within = (i for name, i in self._sought if asked in name and not name.startswith(asked))
        return [*begin, *(i for _, i in zip(range(most - len(begin)), within, strict=False))]


def find(
    place: DeltaGenerator,
    names: Names,
    label: str,
    say: Speech,
    *,
    key: str,
    placeholder: str,
    hidden: bool = False,
) -> str | None:
    """Show the choice and return what is chosen.

    Parameters
    ----------
    place : DeltaGenerator
        Where on the page.
    names : Names
    label : str
        What is chosen.
    say : Speech
    key : str
        Of the session, under which the chosen identifier is kept.
    placeholder : str
        Shown where nothing is chosen.
    hidden : bool
        Whether the label is told to screen readers only.
    """
    shown: Literal["collapsed", "visible"] = "collapsed" if hidden else "visible"
    options = list(names.by_id)
    if len(options) > MOST_LISTED:
        sought = place.text_input(
            say("Part of the name"), key=f"{key}_sought", placeholder=placeholder, max_chars=80, label_visibility=shown,
        )  # fmt: skip
        options = names.like(sought)
        if sought.strip() and not options:
            place.caption(say("No name holds “{part}”.", part=plain(sought)))
        chosen: str | None = st.session_state.get(key)
        if chosen is not None and chosen in names.by_id and chosen not in options:
            options = [chosen, *options]
        if not options:
            return None
        placeholder = say("Found: {count}", count=say.number(len(options)))
    found: str | None = place.selectbox(
        label, options, index=None, placeholder=placeholder, format_func=names.by_id.__getitem__, key=key,
        persist_state="session", label_visibility=shown,
    )  # fmt: skip
    return found
