"""Whether what is within reach suffices: access scores, and people for whom there is no room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.results.district import Facilities, Places
from planner.results.states import FloatArray, State, StateArray
from planner.standards.model import Text


@dataclass(frozen=True, slots=True)
class Capacity:
    """The capacity of a service against the people who can reach it, n places and m facilities.

    Attributes
    ----------
    district : mapping of str to str
    service : str
    service_name : mapping of str to str
    attribute : str
        The column that holds the capacity: ``physicians``, ``seats``, ``floor_m2`` …
    method : str
        ``2sfca``, ``e2sfca`` or ``3sfca``.
    decay : str
        ``step``, ``zones``, ``linear``, ``gaussian`` or ``power``.
    cutoff_min : float
        Minutes by car within which a facility counts.
    people_per_unit : float
        So many people one unit of capacity is held to serve.
    people_per_unit_from : str
        Identifier of the standard that says so, ``given``, or ``district``: all people over all capacity.
    people_per_unit_title : mapping of str to str
        Title of that standard; empty where none says so.
    modelled : bool
    facilities : Facilities
        Those whose capacity is known and above nothing.
    left_out : int
        Facilities whose capacity is not known.
    supply : (m,) float array
        Units of capacity.
    places : Places
    state : (n,) uint8 array
        :class:`State`: covered within the cutoff, gap beyond it, unreachable, not connected, not located.
    access : (n,) float array
        Units of capacity for 1,000 people, NaN where the place is not connected or not located.
    allocated : (n,) float array
        People for whom there is room within the cutoff.
    used : (m,) float array
        People whom each facility takes, when as many as possible find room and then with the least travel.
    nearest_people : (m,) float array
        People who have it as the nearest within the cutoff.
    overflow : (m,) float array
        Those of them for whom no room is left anywhere within the cutoff.
    manifest : mapping
    """

    district: Text
    service: str
    service_name: Text
    attribute: str
    method: str
    decay: str
    cutoff_min: float
    people_per_unit: float
    people_per_unit_from: str
    people_per_unit_title: Text
    modelled: bool
    facilities: Facilities
    left_out: int
    supply: FloatArray
    places: Places
    state: StateArray
    access: FloatArray
    allocated: FloatArray
    used: FloatArray
    nearest_people: FloatArray
    overflow: FloatArray
    manifest: Mapping[str, Any]

    @property
    def room(self) -> FloatArray:
        """People that each facility has room for."""
        return self.supply * self.people_per_unit

    @property
    def deficit(self) -> FloatArray:
        """People of each place who are within the cutoff and find no room; 0 elsewhere."""
        short = np.where(self.state == State.COVERED, self.places.population - self.allocated, 0.0)
        # What is left of a division in the last digits is nobody.
        return np.where(short > 1e-6, short, 0.0)

    def people(self, state: State) -> float:
        """People whose place is in a state."""
        return float(self.places.population[self.state == state].sum())

    @property
    def mean_access(self) -> float:
        """Mean access score of the people whose score is known; NaN where nobody's is."""
        known = np.isfinite(self.access)
        people = self.places.population[known]
        return float((people * self.access[known]).sum() / people.sum()) if people.sum() > 0 else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """Return the study as ``planner capacity --json`` prints it."""
        places, deficit = self.places, self.deficit
        return {
            "district": self.district["en"],
            "service": self.service,
            "attribute": self.attribute,
            "method": self.method,
            "decay": self.decay,
            "cutoff_min": self.cutoff_min,
            "people_per_unit": self.people_per_unit,
            "people_per_unit_from": self.people_per_unit_from,
            "modelled": self.modelled,
            "facilities_left_out": self.left_out,
            "people": float(places.population.sum()),
            "room_found": float(self.allocated.sum()),
            "deficit": float(deficit.sum()),
            **{s.label: self.people(s) for s in _WITHOUT},
            "mean_access_per_1000": None if np.isnan(self.mean_access) else self.mean_access,
            "facilities": [
                {
                    "id": self.facilities.ids[j],
                    "name": self.facilities.names[j]["en"],
                    "capacity": float(self.supply[j]),
                    "room_people": float(self.room[j]),
                    "used_people": float(self.used[j]),
                    "nearest_people": float(self.nearest_people[j]),
                    "deficit_people": float(self.overflow[j]),
                }
                for j in range(len(self.facilities))
            ],
            "places": [
                {
                    "id": places.ids[i],
                    "name": places.name(i, "en"),
                    "people": float(places.population[i]),
                    "state": State(int(self.state[i])).label,
                    "access_per_1000": float(self.access[i]) if np.isfinite(self.access[i]) else None,
                    "deficit_people": float(deficit[i]),
                }
                for i in range(len(places))
            ],
            "manifest": dict(self.manifest),
        }


_WITHOUT = (State.GAP, State.UNREACHABLE, State.NOT_CONNECTED, State.NOT_LOCATED)
