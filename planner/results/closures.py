"""What becomes of people when service points close: who loses the standard, where they go, how much farther."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.results.district import Facilities, Places
from planner.results.states import FloatArray, IntArray
from planner.standards.model import Standard, Text


@dataclass(frozen=True, slots=True)
class LongerWay:
    """A place whose way gets longer as a standard measures it, while the nearest service point by road stays open.

    Attributes
    ----------
    place, standard : int
        Indices into the places and the standards of :class:`Closures`.
    goes_to : int
        Where the standard measures the way to from then on, index into the facilities; -1 for none.
    extra : float
        How much longer the way is, in the standard's unit; inf where none can be reached any more.
    """

    place: int
    standard: int
    goes_to: int
    extra: float


@dataclass(frozen=True, slots=True)
class Closure:
    """What the closing of one service point, or of several at once, does.

    Attributes
    ----------
    closed : tuple of int
        Indices into the facilities of :class:`Closures`.
    served : float
        People for whom one of these is the nearest by road.
    moved : float
        Those of them who have another to go to.
    lost : float
        People who lose a standard that they have now.
    unknown : float
        People who have the standards now, and of whom it would not be known whether they keep them: what would serve
        them does not tell what it offers.
    stranded : float
        People to whom no way to any other is left; none of them is in the extra travel.
    extra_mean, extra_max : float
        Extra way, metres one way, of those who move; 0 where nobody does.
    extra_total : float
        People times extra metres.
    losing : tuple of int
        Indices of the places that lose the standard, those with most people first.
    goes_to : (n,) int array
        Where the people of each place go, index into the facilities: the nearest that stays open, -1 for none.
    extra_m : (n,) float array
        How much farther it is; NaN where no service point could be reached before, inf where none can any more.
    destinations : tuple of (int, float)
        Service points that take over, with the people that come to each, most first.
    longer : tuple of LongerWay
        Places whose nearest by road stays open and that have longer all the same, as the nearest in minutes, or in a
        straight line, is another than the nearest by road.
    """

    closed: tuple[int, ...]
    served: float
    moved: float
    lost: float
    unknown: float
    stranded: float
    extra_mean: float
    extra_max: float
    extra_total: float
    losing: tuple[int, ...]
    goes_to: IntArray
    extra_m: FloatArray
    destinations: tuple[tuple[int, float], ...]
    longer: tuple[LongerWay, ...] = ()


@dataclass(frozen=True, slots=True)
class LeastClosures:
    """The closures that harm least.

    Attributes
    ----------
    closure : Closure
    bound : float
        So many people lose the standard at least, whichever service points are closed.
    proven : bool
        Whether no other choice is better.
    sets : int
        How many sets the search looked at.
    """

    closure: Closure
    bound: float
    proven: bool
    sets: int


@dataclass(frozen=True, slots=True)
class Closures:
    """What becomes of the people of a district when service points of a service close.

    Attributes
    ----------
    district : mapping of str to str
    service : str
    service_name : mapping of str to str
    standards : tuple of Standard
        Those that people can lose: of the service, and counting its service points.
    searched : tuple of Standard
        Those of them that the search for the closures that together harm least minds: measured by the way to the
        nearest service point. Without any, nothing is searched for.
    proxy, modelled : bool
        Whether one of these is of another jurisdiction, and whether a layer behind it is modelled.
    by_road : bool
        Whether the extra travel is along roads; where none are loaded it is in a straight line.
    facilities : Facilities
        Those that people can reach.
    left_out : int
        Service points without a position or away from all roads; nothing can be said of them.
    places : Places
    lacking : (n,) bool array
        Places that lack one of the standards already.
    closures : tuple of Closure
        One for each facility, in the order of `facilities`.
    least : LeastClosures or None
        Where it was asked for.
    manifest : mapping
    """

    district: Text
    service: str
    service_name: Text
    standards: tuple[Standard, ...]
    searched: tuple[Standard, ...]
    proxy: bool
    modelled: bool
    by_road: bool
    facilities: Facilities
    left_out: int
    places: Places
    lacking: np.ndarray
    closures: tuple[Closure, ...]
    least: LeastClosures | None
    manifest: Mapping[str, Any]

    def ordered(self) -> tuple[Closure, ...]:
        """Return the closures, the most harmful first: by people who lose the standard, then by extra travel."""
        return tuple(sorted(self.closures, key=lambda c: (-c.lost, -c.stranded, -c.extra_total, c.closed)))

    def as_dict(self) -> dict[str, Any]:
        """Return the study as ``planner closures --json`` prints it."""
        least = None
        if self.least is not None:
            least = {
                "count": len(self.least.closure.closed),
                **self._row(self.least.closure),
                "bound": self.least.bound,
                "proven": self.least.proven,
                "sets": self.least.sets,
            }
        return {
            "district": self.district["en"],
            "service": self.service,
            "standards": [s.id for s in self.standards],
            "proxy": self.proxy,
            "modelled": self.modelled,
            "extra_travel": "road_m" if self.by_road else "straight_m",
            "facilities_left_out": self.left_out,
            "closures": [self._row(c) for c in self.ordered()],
            "least_harmful": least,
            "manifest": dict(self.manifest),
        }

    def _row(self, closure: Closure) -> dict[str, Any]:
        names, people = self.facilities, self.places.population
        return {
            "facilities": [{"id": names.ids[f], "name": names.names[f]["en"]} for f in closure.closed],
            "people_served": closure.served,
            "people_losing": closure.lost,
            "people_unknown": closure.unknown,
            "people_without_way": closure.stranded,
            "people_longer_by_standard": float(people[[way.place for way in closure.longer]].sum()),
            "extra_mean_m": closure.extra_mean,
            "extra_max_m": closure.extra_max,
            "extra_person_km": closure.extra_total / 1000.0,
            "places_losing": [
                {
                    "id": self.places.ids[i],
                    "name": self.places.name(i, "en"),
                    "people": float(people[i]),
                    "goes_to": names.ids[closure.goes_to[i]] if closure.goes_to[i] >= 0 else None,
                    "extra_m": float(closure.extra_m[i]) if np.isfinite(closure.extra_m[i]) else None,
                }
                for i in closure.losing
            ],
            "go_to": [
                {"id": names.ids[f], "name": names.names[f]["en"], "people": count}
                for f, count in closure.destinations
            ],
        }
