"""One service point and the people whose nearest it is."""

from __future__ import annotations

from dataclasses import dataclass

from planner.standards.model import Text


@dataclass(frozen=True, slots=True)
class FacilityCard:
    """A service point and whom it serves.

    Attributes
    ----------
    id, service : str
    name : mapping of str to str
        By language.
    source : str
        Where it is known from; ``modelled`` where it is not real data.
    places : int
        Settlements whose nearest it is under at least one standard of the service shown.
    people : float
        Their people.
    covered : float
        Those of them whom it brings within at least one of these standards.
    """

    id: str
    service: str
    name: Text
    source: str
    places: int
    people: float
    covered: float
