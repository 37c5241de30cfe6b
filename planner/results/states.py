"""The state of a place under a standard, and people counted by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
StateArray = npt.NDArray[np.uint8]


class State(IntEnum):
    """The state of a place under a standard: exactly one of these."""

    COVERED = 0
    GAP = 1
    UNREACHABLE = 2
    NOT_CONNECTED = 3
    NO_DATA = 4
    NOT_LOCATED = 5
    NOT_APPLICABLE = 6

    @property
    def label(self) -> str:
        """The state's name in files and on the command line."""
        return self.name.lower()


LACKING = (State.GAP, State.UNREACHABLE, State.NOT_CONNECTED)
"""States of places that are known to be without the service."""

_WORST_FIRST = (
    State.UNREACHABLE,
    State.GAP,
    State.NOT_CONNECTED,
    State.NOT_LOCATED,
    State.NO_DATA,
    State.COVERED,
    State.NOT_APPLICABLE,
)


def frozen(array: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> npt.NDArray[Any]:
    """Return a read-only copy of an array."""
    copy = np.array(array, dtype=dtype)
    copy.setflags(write=False)
    return copy


def worst(states: list[StateArray]) -> StateArray:
    """Return the worst state that applies, place by place.

    Unreachable is worse than a gap, a gap worse than not connected, and any of these worse than not knowing.
    """
    rank = np.empty(len(State), dtype=np.uint8)
    for position, state in enumerate(_WORST_FIRST):
        rank[state] = position
    order = np.array(_WORST_FIRST, dtype=np.uint8)
    stacked = np.stack([rank[s] for s in states])
    return np.asarray(order[stacked.min(axis=0)], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds between which nine of ten draws lie; NaN where nothing is known."""

    low: float
    high: float

    def __bool__(self) -> bool:
        """Whether the bounds are known."""
        return self.low == self.low


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far the headline of a standard moves if what is assumed is otherwise.

    Attributes
    ----------
    share : Interval
        Of the share of people covered, 0 to 1.
    lacking : Interval
        Of the people without the service.
    causes : mapping of str to Interval
        Of the share if one assumption alone is otherwise: ``populations``, ``positions``, ``facilities``; only those
        that there is doubt about.
    """

    share: Interval
    lacking: Interval
    causes: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Tally:
    """People of a district or a zone by state, and the verdict on them.

    Attributes
    ----------
    people : mapping of State to float
    share_covered : float or None
        Covered people as a share of those whose state is known; None where no state is known.
    target_share : float or None
    met : bool or None
        Whether the share reaches the target (everyone, where the standard names no share); None where unknown.
    """

    people: Mapping[State, float]
    share_covered: float | None
    target_share: float | None
    met: bool | None

    @property
    def lacking(self) -> float:
        """People known to be without the service."""
        return sum(self.people[s] for s in LACKING)

    @property
    def unknown(self) -> float:
        """People addressed whose state cannot be told."""
        return self.people[State.NO_DATA] + self.people[State.NOT_LOCATED]

    @property
    def addressed(self) -> float:
        """People whom the standard addresses."""
        return sum(self.people.values()) - self.people[State.NOT_APPLICABLE]


def tally(people: Mapping[State, float], target_share: float | None) -> Tally:
    """Return the verdict on people by state.

    The share covered is taken over people whose state is known: neither ``no_data`` nor ``not_located``
    counts as a gap or as covered.
    """
    known = people[State.COVERED] + sum(people[s] for s in LACKING)
    share = people[State.COVERED] / known if known > 0 else None
    # The least bit of rounding in a sum of people must not turn "all" into "not all".
    met = None if share is None else bool(share >= (1.0 if target_share is None else target_share) - 1e-12)
    return Tally(people, share, target_share, met)
