"""Why a place fits a name, or does not: in English, and as a template that an interface can translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Reason(str):
    """A reason: its English text, which compares and joins as any text does.

    Parameters
    ----------
    template : str
        With ``{placeholders}``.
    **values
        What they stand for.

    Attributes
    ----------
    template : str
    values : mapping
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Return the reason with its placeholders filled in."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made


SAME_NAME = Reason("same name")
SAME_IN_OTHER_SPELLING = Reason("same name in another spelling")
SIMILAR_NAME = Reason("similar name")
ANOTHER_NUMBER = Reason("another number")
NUMBER_ON_ONE_SIDE = Reason("number on one side only")
ANOTHER_KIND = Reason("another kind")
AREAS: Mapping[tuple[str, bool], Reason] = {
    ("council", True): Reason("same council"),
    ("council", False): Reason("another council"),
    ("district", True): Reason("same district"),
    ("district", False): Reason("another district"),
}
UNKNOWN_NAME = Reason("no place of this name is known")
NOT_SIMILAR = Reason("no name is similar enough")
FAR_FROM_COUNCIL = Reason("far from the other places of its council")
CLAIMED_TWICE = Reason("another record claims the place")
SETTLED = Reason("settled by the planner")
NONE_OF_THEM = Reason("none of the known places, as settled by the planner")


def fit_as_well(count: int) -> Reason:
    """Return that so many places fit about as well as one another."""
    return Reason("{count} places fit about as well", count=count)


def from_council(km: float) -> Reason:
    """Return how far a place lies from the middle of its council, kilometres."""
    return Reason("{km} km from its council", km=round(km))
