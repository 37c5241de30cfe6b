"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.standards.model import Standard, Text, in_language

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


@dataclass(frozen=True, slots=True)
class Places:
    """The demand of a district: people at places, n of them.

    Attributes
    ----------
    ids : tuple of str
    names : tuple of mapping
        A name by language, for each place.
    kinds, area_types : tuple of str
        Kind as given; ``urban``, ``agrotown``, ``village`` or empty where unknown.
    population : (n,) float array
        People.
    population_source : tuple of str
        For example ``census 2009`` or ``estimated``.
    zone : (n,) int array
        Index into the assessment's zones, -1 where the place lies in none.
    lon, lat : (n,) float array
        WGS 84 degrees, NaN where the place is not located.
    road_distance_m : (n,) float array
        Straight way from the place to the nearest usable road, metres; NaN where it was not measured.
    """

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    kinds: tuple[str, ...]
    area_types: tuple[str, ...]
    population: FloatArray
    population_source: tuple[str, ...]
    zone: IntArray
    lon: FloatArray
    lat: FloatArray
    road_distance_m: FloatArray

    def __len__(self) -> int:
        """How many places there are."""
        return len(self.ids)

    def name(self, index: int, language: str) -> str:
        """Return a place's name in a language."""
        return in_language(self.names[index], language)


@dataclass(frozen=True, slots=True)
class Zones:
    """The parts of a district (rural councils), with the outline of each as a GeoJSON geometry in WGS 84."""

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    outlines: tuple[Mapping[str, Any], ...]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        """How many zones there are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Facilities:
    """Existing service points, m of them, of one or several services.

    Attributes
    ----------
    ids : tuple of str
    names : tuple of mapping
    services : tuple of str
        The service of each.
    sources : tuple of str
        Where each comes from; ``modelled`` where it is not real data.
    lon, lat : (m,) float array
        WGS 84 degrees, NaN where a facility is not located.
    """

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    services: tuple[str, ...]
    sources: tuple[str, ...]
    lon: FloatArray
    lat: FloatArray

    def __len__(self) -> int:
        """How many facilities there are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class GapZone:
    """A contiguous part of the district whose places lack a service.

    Attributes
    ----------
    outline : mapping
        GeoJSON geometry, WGS 84.
    places : tuple of int
        Indices of its places.
    people : float
    area_km2 : float
        Geodesic.
    """

    outline: Mapping[str, Any]
    places: tuple[int, ...]
    people: float
    area_km2: float


@dataclass(frozen=True, slots=True)
class StandardResult:
    """What one standard gives for each of the n places.

    Attributes
    ----------
    standard : Standard
    proxy : bool
        The standard is foreign to the district's jurisdiction.
    modelled : bool
        At least one layer it was measured on is modelled, not real.
    state : (n,) uint8 array
        Codes of :class:`State`.
    cost : (n,) float array
        The measured value in the unit of the standard; infinite where unreachable, NaN where unknown or where
        the indicator has no number.
    nearest : (n,) int array
        Index into `facilities` of the facility the cost belongs to, -1 where there is none.
    shortfall : (n,) float array
        By how much the standard is missed, in its unit, at places in a gap; 0 where covered; NaN elsewhere.
    relative_shortfall : (n,) float array
        Shortfall as a share of the threshold; 1 where a place lacks the service and no number says by how much.
    facilities : Facilities or None
    gap_zones : tuple of GapZone
        Largest number of people first.
    """

    standard: Standard
    proxy: bool
    modelled: bool
    state: StateArray
    cost: FloatArray
    nearest: IntArray
    shortfall: FloatArray
    relative_shortfall: FloatArray
    facilities: Facilities | None
    gap_zones: tuple[GapZone, ...]

    def people_by_state(
        self, population: FloatArray, mask: npt.NDArray[np.bool_] | None = None
    ) -> dict[State, float]:
        """Return the people in each state, all seven, within `mask` where given."""
        state = self.state if mask is None else self.state[mask]
        people = population if mask is None else population[mask]
        sums = np.bincount(state, weights=people, minlength=len(State))
        return {s: float(sums[s]) for s in State}


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


@dataclass(frozen=True)
class Assessment:
    """The state of every place of a district under every standard in force.

    Attributes
    ----------
    district : mapping of str to str
        Its name by language.
    jurisdiction : str
    places : Places
    zones : Zones
    outline : mapping or None
        The district's boundary, a GeoJSON geometry in WGS 84.
    roads : mapping
        The road layer as a GeoJSON feature collection with ``road_class`` and ``surface``, for drawing.
    results : tuple of StandardResult
        In the order of the catalogue.
    without_value : tuple of Standard
        Standards that exist but cannot be measured here, because their value is not loaded.
    services : mapping of str to mapping
        Name by language of every service that occurs.
    facilities : Facilities
        All service points of the district, also of services without a standard.
    warnings : tuple of (str, mapping)
        Remarks that a reader of the numbers has to know: a message template and its values.
    manifest : mapping
        Digest of each input layer, standards, scenario, version, seconds.
    """

    district: Text
    jurisdiction: str
    places: Places
    zones: Zones
    outline: Mapping[str, Any] | None
    roads: Mapping[str, Any]
    results: tuple[StandardResult, ...]
    without_value: tuple[Standard, ...]
    services: Mapping[str, Text]
    facilities: Facilities
    warnings: tuple[tuple[str, Mapping[str, object]], ...]
    manifest: Mapping[str, Any]

    @cached_property
    def people(self) -> float:
        """People of the district."""
        return float(self.places.population.sum())

    def result(self, standard_id: str) -> StandardResult:
        """Return the result of one standard; raises KeyError where it was not assessed."""
        for found in self.results:
            if found.standard.id == standard_id:
                return found
        raise KeyError(standard_id)

    def of_service(self, service: str) -> tuple[StandardResult, ...]:
        """Return the results of all standards of a service."""
        return tuple(r for r in self.results if r.standard.service == service)

    def service_ids(self) -> tuple[str, ...]:
        """Return the services that were assessed, in the order of the catalogue."""
        return tuple(dict.fromkeys(r.standard.service for r in self.results))

    def service_state(self, service: str) -> StateArray:
        """Return for each place its state under all standards of a service together: the worst that applies."""
        return worst([r.state for r in self.of_service(service)])

    def tally(self, result: StandardResult, mask: npt.NDArray[np.bool_] | None = None) -> Tally:
        """Return people by state under a standard and the verdict, for the district or part of its places."""
        return tally(result.people_by_state(self.places.population, mask), result.standard.target_share)

    def zone_tallies(self, result: StandardResult) -> tuple[Tally, ...]:
        """Return a tally for each zone, in the order of `zones`."""
        return tuple(self.tally(result, self.places.zone == z) for z in range(len(self.zones)))

    def as_dict(self) -> dict[str, Any]:
        """Return the assessment as ``planner assess --json`` prints it."""
        return {
            "district": in_language(self.district, "en"),
            "people": _plain(self.people),
            "services": [self._row(r) for r in self.results],
            "manifest": dict(self.manifest),
        }

    def _row(self, result: StandardResult) -> dict[str, Any]:
        counted = self.tally(result)
        row: dict[str, Any] = {
            "standard": result.standard.id,
            "service": result.standard.service,
            "layer": result.standard.layer,
            "people": _plain(self.people),
        }
        row.update({s.label: _plain(counted.people[s]) for s in State})
        row.update(
            share_covered=counted.share_covered,
            target_share=counted.target_share,
            met=counted.met,
            places_in_gap=int(np.isin(result.state, LACKING).sum()),
            proxy=result.proxy,
            modelled=result.modelled,
        )
        return row


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


def _plain(people: float) -> int | float:
    """Return whole people as an integer, for readers of the JSON."""
    number = float(people)
    # Beyond this a float tells whole numbers no longer apart, and JSON's readers give up.
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
