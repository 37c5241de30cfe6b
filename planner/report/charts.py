"""Bars of people by state, as numbers that the page draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.results import State, Tally

BAR_STATES = tuple(State)
"""Left to right in a bar: covered, the three ways of lacking, the two of not knowing, not addressed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar: where it begins and how long it is, of a length of 100."""

    state: str
    x: float
    width: float
    people: float


def bar(tally: Tally) -> tuple[Segment, ...]:
    """Return the segments of a bar for everyone in the tally; states without people are left out."""
    total = sum(tally.people.values())
    if total <= 0:
        return ()
    segments, x = [], 0.0
    for state in BAR_STATES:
        people = tally.people[state]
        if people > 0:
            width = 100.0 * people / total
            segments.append(Segment(state.label, round(x, 3), round(width, 3), people))
            x += width
    return tuple(segments)


def present(tallies: Sequence[Tally]) -> tuple[State, ...]:
    """Return the states that occur in any of the tallies: what a legend has to explain."""
    return tuple(s for s in BAR_STATES if any(t.people[s] > 0 for t in tallies))
