"""What a map of one service shows, whichever way it is drawn: states, facilities, gap zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from planner.i18n import Speech, words
from planner.maps.geometry import as_geometries
from planner.results import (
    LACKING,
    Assessment,
    Facilities,
    FloatArray,
    GapZone,
    IntArray,
    StandardResult,
    State,
    StateArray,
)
from planner.standards.model import Indicator, in_language

MODELLED = "modelled"


@dataclass(frozen=True, slots=True)
class FacilityPoint:
    """A service point to draw."""

    id: str
    name: str
    service: str
    modelled: bool
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class GapArea:
    """A part of the district without the service: its shape and who lives there."""

    geometry: BaseGeometry
    people: float
    places: int


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service of an assessment as a map shows it.

    Attributes
    ----------
    service : str
    results : tuple of StandardResult
        The standards behind it: one, or all of the service.
    state : (n,) uint8 array
        For each place; the worst of the standards.
    deciding : (n,) int array
        Index into `results` of the standard that gave the place its state.
    modelled : bool
        At least one layer behind it is modelled, not real.
    """

    service: str
    results: tuple[StandardResult, ...]
    state: StateArray
    deciding: np.ndarray
    modelled: bool


def service_view(assessment: Assessment, service: str, standard_id: str | None = None) -> ServiceView:
    """Return what is shown of a service.

    Parameters
    ----------
    assessment : Assessment
    service : str
    standard_id : str, optional
        One of the service's standards; all of them together where not given.

    Raises
    ------
    KeyError
        If the service or the standard was not assessed.
    """
    results = (assessment.result(standard_id),) if standard_id else assessment.of_service(service)
    if not results:
        raise KeyError(service)
    state = results[0].state if standard_id else assessment.service_state(service)
    stacked = np.stack([r.state == state for r in results])
    return ServiceView(service, results, state, stacked.argmax(axis=0), any(r.modelled for r in results))


def service_name(assessment: Assessment, service: str, say: Speech) -> str:
    """Return a service's name, or its identifier where it has none."""
    text = assessment.services.get(service)
    return in_language(text, say.language) if text else service


def facility_points(assessment: Assessment, view: ServiceView, say: Speech) -> list[FacilityPoint]:
    """Return the located service points of a view, each once.

    A layer with one value for each settlement (broadband) has no points of its own: its marks would only hide
    the settlements they stand on.
    """
    if all(_by_settlement(r) for r in view.results):
        return []
    layers = [r.facilities for r in view.results if r.facilities is not None and not _by_settlement(r)]
    found: dict[tuple[str, str], FacilityPoint] = {}
    for layer in _different(layers) or [assessment.facilities]:
        wanted = None if layers else view.service
        for point in _points(layer, wanted, say):
            found.setdefault((point.service, point.id), point)
    return list(found.values())


def _different(layers: Sequence[Facilities]) -> list[Facilities]:
    """Return layers without those that hold the same points as one before: standards of a service mostly share them."""
    kept: list[Facilities] = []
    for layer in layers:
        if not any(layer.ids == other.ids and layer.services == other.services for other in kept):
            kept.append(layer)
    return kept


def _by_settlement(result: StandardResult) -> bool:
    measure = result.standard.measure
    return measure is not None and measure.indicator is Indicator.SETTLEMENT_VALUE


def _points(layer: Facilities, service: str | None, say: Speech) -> list[FacilityPoint]:
    return [
        FacilityPoint(
            layer.ids[i],
            in_language(layer.names[i], say.language),
            layer.services[i],
            layer.sources[i] == MODELLED,
            float(layer.lon[i]),
            float(layer.lat[i]),
        )
        for i in range(len(layer))
        if (service is None or layer.services[i] == service)
        and np.isfinite(layer.lon[i])
        and np.isfinite(layer.lat[i])
    ]


def gap_areas(assessment: Assessment, view: ServiceView) -> list[GapArea]:
    """Return the gap zones of a view; where several standards' zones overlap, their union."""
    zones = _widest(view.results, len(assessment.places))
    shapes = as_geometries([zone.outline for zone in zones])
    if len(view.results) == 1:
        return [GapArea(shape, z.people, len(z.places)) for z, shape in zip(zones, shapes, strict=True)]
    valid = shapely.make_valid(shapes)
    population = assessment.places.population
    return [_merged([zones[i] for i in group], valid[group], population) for group in _touching(valid)]


def _widest(results: Sequence[StandardResult], n: int) -> list[GapZone]:
    """Return the zones of all standards, without those that lie within one of another standard.

    A zone is the ground nearest to its places: one whose places are all of another's lies within it. Where one
    standard asks for more than another, nothing is left to be laid together.
    """
    kept = []
    owners = [np.full(n, -1, dtype=np.int64) for _ in results]
    for owner, result in zip(owners, results, strict=True):
        for number, zone in enumerate(result.gap_zones):
            owner[list(zone.places)] = number
    for r, result in enumerate(results):
        for zone in result.gap_zones:
            places = list(zone.places)
            within = False
            for other, owner in enumerate(owners):
                there = owner[places]
                if other == r or not places or there[0] < 0 or (there != there[0]).any():
                    continue
                # Of two that are the same the first is kept.
                same = len(results[other].gap_zones[there[0]].places) == len(places)
                within = within or not same or other < r
            if not within:
                kept.append(zone)
    return kept


def _touching(shapes: np.ndarray) -> list[IntArray]:
    """Group shapes that share ground, directly or through others; returns their indices."""
    if not len(shapes):
        return []
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    links = coo_array((np.ones(one.size, dtype=bool), (one, other)), shape=(len(shapes),) * 2)
    _, group = connected_components(links, directed=False)
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _merged(group: list[GapZone], shapes: np.ndarray, population: FloatArray) -> GapArea:
    places = sorted({place for zone in group for place in zone.places})
    shape = shapes[0] if len(group) == 1 else shapely.union_all(shapes)
    return GapArea(shape, float(population[places].sum()), len(places))


def place_texts(assessment: Assessment, view: ServiceView, at: Sequence[int], say: Speech) -> list[list[str]]:
    """Return what places' tooltips say about a service: state, measured value, nearest facility.

    Parameters
    ----------
    assessment : Assessment
    view : ServiceView
        Of the same assessment.
    at : sequence of int
        Indices of the places.
    say : Speech
    """
    states = {int(state): say(words.STATES[State(int(state)).label]) for state in np.unique(view.state)}
    of_result = [_Told(result, say) for result in view.results]
    chosen = np.asarray(at, dtype=np.int64)
    told = []
    for i, state, deciding in zip(
        chosen.tolist(), view.state[chosen].tolist(), view.deciding[chosen].tolist(), strict=True
    ):
        result = of_result[deciding]
        value = result.value(i) if State(state) in (State.COVERED, *LACKING) else None
        told.append([line for line in (states[state], value, result.facility(i)) if line is not None])
    return told


class _Told:
    """What is said of places under one standard; each text is put together once."""

    def __init__(self, result: StandardResult, say: Speech) -> None:
        self._say, self._result = say, result
        self._measure = result.standard.measure
        self._cost, self._nearest = result.cost.tolist(), result.nearest.tolist()
        self._asked = "" if self._measure is None else words.threshold(say, self._measure)
        self._named = result.facilities is not None and not _by_settlement(result)
        self._values: dict[str, str] = {}
        self._facilities: dict[int, str] = {}

    def value(self, index: int) -> str | None:
        """Return the measured value beside what is asked for."""
        cost = self._cost[index]
        if self._measure is None or not self._measure.unit or cost != cost:
            return None
        said = words.quantity(self._say, cost, self._measure.unit)
        if said not in self._values:
            self._values[said] = self._say(
                "{value} (standard: {threshold})", value=said, threshold=self._asked
            )
        return self._values[said]

    def facility(self, index: int) -> str | None:
        """Return the nearest facility's name."""
        nearest = self._nearest[index]
        if not self._named or nearest < 0 or self._result.facilities is None:
            return None
        if nearest not in self._facilities:
            name = in_language(self._result.facilities.names[nearest], self._say.language)
            self._facilities[nearest] = self._say("nearest: {name}", name=name)
        return self._facilities[nearest]
