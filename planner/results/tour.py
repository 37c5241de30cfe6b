"""A service that comes to people: where vehicles stop, when, and whom they serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.results.district import Places
from planner.results.states import FloatArray, IntArray
from planner.standards.model import Standard, Text, in_language

TOO_FAR, TOO_LONG, NO_STOP, NO_ROAD, NOT_LOCATED = "too_far", "too_long", "no_stop", "no_road", "not_located"
"""Why a place is not served: no vehicle gets to a stop of its own and back within the range, or within the working day;
no stop lies within walking distance; the place is away from all roads, or cut off; it has no position."""


@dataclass(frozen=True, slots=True)
class TourStop:
    """Where vehicles stop.

    Attributes
    ----------
    id : str
        Of the place, or of the crossing.
    name : mapping of str to str
        Of the place, or of the place nearest to the crossing.
    crossing : bool
        Whether it is a crossing of roads and not a place.
    lon, lat : float
    serves : tuple of int
        Indices of the places whose people go there.
    people : float
        In them.
    farthest_m : float
        Longest way on foot to it.
    visits : int
        A week.
    service_s : int
        Of one visit.
    """

    id: str
    name: Text
    crossing: bool
    lon: float
    lat: float
    serves: tuple[int, ...]
    people: float
    farthest_m: float
    visits: int
    service_s: int


@dataclass(frozen=True, slots=True)
class Halt:
    """One visit of a stop: times in seconds since midnight, and the drive to it from the halt before."""

    stop: int
    arrival_s: int
    departure_s: int
    drive_s: int
    drive_m: int


@dataclass(frozen=True, slots=True)
class Trip:
    """What one vehicle does on one day.

    Attributes
    ----------
    vehicle, day : int
        From 0; day 0 is Monday.
    start_s, end_s : int
        Seconds since midnight: it leaves the depot, and is back.
    halts : tuple of Halt
    pause : tuple of int or None
        Beginning and end of the driver's break, after the halt before it.
    drive_s, drive_m : int
        Of the whole trip.
    line : mapping
        GeoJSON geometry, WGS 84: its way along the roads.
    """

    vehicle: int
    day: int
    start_s: int
    end_s: int
    halts: tuple[Halt, ...]
    pause: tuple[int, int] | None
    drive_s: int
    drive_m: int
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unserved:
    """A place that no stop serves: why, and what would do.

    Attributes
    ----------
    place : int
        Index into the places.
    reason : str
        One of the constants of this module.
    needed : float
        Hours of work, or kilometres of range, that would do; for ``no_stop`` metres to the nearest stop that a vehicle
        can come to. NaN where nothing would.
    """

    place: int
    reason: str
    needed: float


@dataclass(frozen=True, slots=True)
class Tours:
    """Stops and a weekly timetable for a service.

    Attributes
    ----------
    district : mapping of str to str
    service : str
    service_name : mapping of str to str
    standards : tuple of Standard
        Whose gaps are served.
    proxy, modelled : bool
        Of the standards and of their layers; see :class:`planner.results.StandardResult`.
    season : str
    terms : mapping
        What was asked for, with units in the names.
    places : Places
    lacking : (n,) bool array
        Places with people that lack the service under the standards.
    serving : (n,) int array
        Index into `stops` of the stop each of them goes to; -1 elsewhere.
    walk_m : (n,) float array
        To it; NaN elsewhere.
    stops : tuple of TourStop
    stops_bound : int
        No fewer stops do.
    trips : tuple of Trip
        By vehicle, then by day.
    vehicles, vehicles_bound : int
        No fewer vehicles than the bound do.
    drive_m, drive_bound_m : int
        Of the week; no plan with so many vehicles is shorter than the bound.
    depot : TourStop
        It serves nobody.
    unserved : tuple of Unserved
        Most people first.
    stopped : str
        ``time`` or ``cancelled`` where the search ended early.
    manifest : mapping
    """

    district: Text
    service: str
    service_name: Text
    standards: tuple[Standard, ...]
    proxy: bool
    modelled: bool
    season: str
    terms: Mapping[str, Any]
    places: Places
    lacking: npt.NDArray[np.bool_]
    serving: IntArray
    walk_m: FloatArray
    stops: tuple[TourStop, ...]
    stops_bound: int
    trips: tuple[Trip, ...]
    vehicles: int
    vehicles_bound: int
    drive_m: int
    drive_bound_m: int
    depot: TourStop
    unserved: tuple[Unserved, ...]
    stopped: str
    manifest: Mapping[str, Any]

    @property
    def served(self) -> float:
        """People who get a stop within walking distance."""
        return float(sum(stop.people for stop in self.stops))

    @property
    def unserved_people(self) -> float:
        """People who lack the service and get no stop."""
        return float(sum(self.places.population[one.place] for one in self.unserved))

    @property
    def drive_s(self) -> int:
        """Seconds of driving in a week."""
        return sum(trip.drive_s for trip in self.trips)

    @property
    def work_s(self) -> int:
        """Seconds of work in a week, all vehicles together, breaks included."""
        return sum(trip.end_s - trip.start_s for trip in self.trips)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as ``planner tour --json`` prints it."""
        return {
            "district": in_language(self.district, "en"),
            "service": self.service,
            "standards": [s.id for s in self.standards],
            "season": self.season,
            "terms": dict(self.terms),
            "people_lacking": float(self.places.population[self.lacking].sum()),
            "people_served": self.served,
            "people_unserved": self.unserved_people,
            "depot": self._named(self.depot),
            "stops": [self._stop(stop) for stop in self.stops],
            "stops_bound": self.stops_bound,
            "stops_proven": len(self.stops) == self.stops_bound,
            "vehicles": self.vehicles,
            "vehicles_bound": self.vehicles_bound,
            "vehicles_proven": self.vehicles == self.vehicles_bound,
            "drive_km": self.drive_m / 1000,
            "drive_km_bound": self.drive_bound_m / 1000,
            "drive_hours": self.drive_s / 3600,
            "work_hours": self.work_s / 3600,
            "stopped": self.stopped,
            "trips": [self._trip(trip) for trip in self.trips],
            "unserved": [self._unserved(one) for one in self.unserved],
            "manifest": dict(self.manifest),
        }

    def _named(self, stop: TourStop) -> dict[str, Any]:
        return {"id": stop.id, "name": in_language(stop.name, "en"), "lon": stop.lon, "lat": stop.lat}

    def _stop(self, stop: TourStop) -> dict[str, Any]:
        return {
            **self._named(stop), "crossing": stop.crossing, "people": stop.people, "visits": stop.visits,
            "minutes": stop.service_s / 60, "farthest_walk_m": stop.farthest_m,
            "serves": [self.places.ids[i] for i in stop.serves],
        }  # fmt: skip

    def _trip(self, trip: Trip) -> dict[str, Any]:
        return {
            "vehicle": trip.vehicle + 1,
            "day": trip.day + 1,
            "start": clock(trip.start_s),
            "end": clock(trip.end_s),
            "break": None if trip.pause is None else [clock(t) for t in trip.pause],
            "drive_km": trip.drive_m / 1000,
            "drive_hours": trip.drive_s / 3600,
            "halts": [
                {
                    "stop": self.stops[halt.stop].id,
                    "name": in_language(self.stops[halt.stop].name, "en"),
                    "arrival": clock(halt.arrival_s),
                    "departure": clock(halt.departure_s),
                    "people": self.stops[halt.stop].people,
                    "drive_km": halt.drive_m / 1000,
                }
                for halt in trip.halts
            ],
        }

    def _unserved(self, one: Unserved) -> dict[str, Any]:
        return {
            "id": self.places.ids[one.place],
            "name": self.places.name(one.place, "en"),
            "people": float(self.places.population[one.place]),
            "reason": one.reason,
            "needed": one.needed if one.needed < float("inf") else None,
        }


def clock(seconds: int) -> str:
    """Return a time of day as a timetable writes it, ``08:05``; to the minute, downward."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
