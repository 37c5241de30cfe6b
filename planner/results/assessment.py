"""The state of every place of a district under every standard in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.states import (
    LACKING,
    Doubt,
    FloatArray,
    IntArray,
    State,
    StateArray,
    Tally,
    tally,
    worst,
)
from planner.standards.model import Standard, Text, in_language


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
    own_state : (n,) uint8 array or None
        The state of each place without facilities of neighbouring districts; None where none of them is counted.
    doubt : Doubt or None
        None where nothing that the standard rests on is in doubt, or nothing was asked.
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
    own_state: StateArray | None = None
    doubt: Doubt | None = None

    def people_by_state(
        self, population: FloatArray, mask: npt.NDArray[np.bool_] | None = None
    ) -> dict[State, float]:
        """Return the people in each state, all seven, within `mask` where given."""
        state = self.state if mask is None else self.state[mask]
        people = population if mask is None else population[mask]
        sums = np.bincount(state, weights=people, minlength=len(State))
        return {s: float(sums[s]) for s in State}


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
    service_doubt : mapping of str to Doubt
        By service, under all its standards together; what is beyond doubt is left out.
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
    service_doubt: Mapping[str, Doubt] = field(default_factory=dict)

    @cached_property
    def people(self) -> float:
        """People of the district."""
        return float(self.places.population.sum())

    @property
    def by_building(self) -> bool:
        """Whether its places are the homes of a town: demand by building was measured, not that of settlements."""
        return self.manifest.get("places") == "homes"

    @property
    def scenario(self) -> str:
        """Name of the scenario it was made under; empty for the district as it is."""
        told = self.manifest.get("scenario")
        return str(told["name"]) if told else ""

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

    def own_tally(self, result: StandardResult) -> Tally | None:
        """Return people by state without facilities of neighbouring districts; None where none of them is counted."""
        if result.own_state is None:
            return None
        alone = replace(result, state=result.own_state)
        return tally(alone.people_by_state(self.places.population), result.standard.target_share)

    def own_service_tally(self, service: str) -> Tally | None:
        """Return :meth:`own_tally` for a service under all its standards together."""
        results = self.of_service(service)
        if all(r.own_state is None for r in results):
            return None
        state = worst([r.state if r.own_state is None else r.own_state for r in results])
        sums = np.bincount(state, weights=self.places.population, minlength=len(State))
        return tally({s: float(sums[s]) for s in State}, None)

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
            share_low=_bound(result.doubt, "low"),
            share_high=_bound(result.doubt, "high"),
            without_neighbours=self._alone(result),
            proxy=result.proxy,
            modelled=result.modelled,
        )
        return row

    def _alone(self, result: StandardResult) -> dict[str, Any] | None:
        counted = self.own_tally(result)
        if counted is None:
            return None
        people = {s.label: _plain(counted.people[s]) for s in State}
        return {**people, "share_covered": counted.share_covered, "met": counted.met}


def _bound(doubt: Doubt | None, end: str) -> float | None:
    """Return a bound of the share, null where there is no doubt or nothing is known."""
    return float(getattr(doubt.share, end)) if doubt and doubt.share else None


def _plain(people: float) -> int | float:
    """Return whole people as an integer, for readers of the JSON."""
    number = float(people)
    # Beyond this a float tells whole numbers no longer apart, and JSON's readers give up.
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
