"""Capacity: what is within reach against the people who share it, and who finds no room."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from planner.coverage.allocation import allocate
from planner.coverage.floating import (
    DECAYS,
    Decay,
    three_step_floating_catchment,
    two_step_floating_catchment,
)
from planner.errors import InputError
from planner.layers.schema import Role
from planner.network.graph import Direction
from planner.network.modes import Conditions
from planner.results import Capacity, State, StateArray, frozen
from planner.scenario import Scenario
from planner.standards.catalogue import Catalogue
from planner.standards.model import Indicator, Standard, Text
from planner.studies.assess import district_under, loaded, manifest
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge
from planner.studies.progress import Progress, part
from planner.studies.reach import costs_within, k_nearest
from planner.studies.selection import check_one_by_one, some_facilities
from planner.studies.standards_in_force import in_force
from planner.studies.travel import travel_manifest
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ATTRIBUTES = ("physicians", "beds", "seats", "floor_m2", "brigades", "engines", "capacity")
"""Columns that hold a capacity; those of the standards in force are looked for too."""

METHODS = ("2sfca", "e2sfca", "3sfca")
DEFAULT_CUTOFF_MIN = 30.0
"""Where no standard in force sets a travel time by car: that of Luo and Wang (2003)."""

ZONE_WEIGHTS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
"""The enhanced method's zones as shares of the cutoff, with their weights (Luo and Qi, 2009: 10, 20, 30 minutes)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A service whose capacity can be studied.

    Attributes
    ----------
    service : str
    name : mapping of str to str
    attribute : str
        The column that holds the capacity.
    sources : tuple of str
        The services whose layers supply it.
    cutoff_min : float
        Minutes by car that a standard in force sets, or :data:`DEFAULT_CUTOFF_MIN`.
    people_per_unit : float or None
        What a standard in force holds a unit of capacity to serve; None where none does.
    standard : str
        Identifier of that standard, or empty.
    from_facility : bool
        Whether the way is from the service point to the place, as of an ambulance.
    """

    service: str
    name: Text
    attribute: str
    sources: tuple[str, ...]
    cutoff_min: float
    people_per_unit: float | None
    standard: str
    from_facility: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How a capacity is to be studied; None takes what the standards say, or the method's own.

    Attributes
    ----------
    attribute : str or None
    method : str
        One of :data:`METHODS`.
    decay : str or None
        One of :data:`planner.coverage.floating.DECAYS`.
    cutoff_min : float or None
    people_per_unit : float or None
    """

    attribute: str | None = None
    method: str = "2sfca"
    decay: str | None = None
    cutoff_min: float | None = None
    people_per_unit: float | None = None


def choices(workspace: Workspace) -> tuple[Choice, ...]:
    """Return the services of a workspace whose layers say how much they can take."""
    standards, catalogue = in_force(workspace)
    return choices_of(loaded(workspace), standards, catalogue)


def choices_of(inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue) -> tuple[Choice, ...]:
    """Return the services whose layers say how much they can take, those with a standard for it first.

    Of services that the same layers supply, only the first.
    """
    found: dict[tuple[tuple[str, ...], str], Choice] = {}
    for choice in _every_choice(inputs, standards, catalogue):
        found.setdefault((choice.sources, choice.attribute), choice)
    return tuple(sorted(found.values(), key=lambda choice: not choice.standard))


def _every_choice(inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue) -> tuple[Choice, ...]:
    """Return every service with every capacity that its layers tell."""
    layers = {service: layer for (role, service), layer in inputs.layers.items() if role is Role.FACILITIES}
    named = (s.measure.attribute for s in standards if s.measure and _by_capacity(s))
    asked = dict.fromkeys((*ATTRIBUTES, *(attribute for attribute in named if attribute)))
    sources: dict[str, tuple[str, ...]] = {}
    for standard in standards:
        if standard.measure is not None:
            wanted = (*sources.get(standard.service, ()), *standard.measure.sources)
            sources[standard.service] = tuple(s for s in dict.fromkeys(wanted) if s in layers)
    taken = {s for supplied in sources.values() for s in supplied}
    sources.update({service: (service,) for service in layers if service not in taken})
    return tuple(
        _choice(service, supplied, attribute, standards, catalogue)
        for service, supplied in sources.items()
        for attribute in asked
        if any((np.nan_to_num(layers[s].numbers(attribute)) > 0).any() for s in supplied)
    )


def _by_capacity(standard: Standard) -> bool:
    return standard.measure is not None and standard.measure.indicator is Indicator.CAPACITY_PER_PEOPLE


def _choice(
    service: str,
    sources: tuple[str, ...],
    attribute: str,
    standards: Sequence[Standard],
    catalogue: Catalogue,
) -> Choice:
    near = [s for s in standards if s.measure and set(s.measure.sources) & set(sources)]
    minutes = [
        s.measure.threshold
        for s in near
        if s.measure and s.measure.indicator is Indicator.TRAVEL_TIME and s.measure.mode == "car"
    ]
    per_unit, named = None, ""
    for s in near:
        if s.measure and _by_capacity(s) and s.measure.attribute == attribute:
            at_most = s.measure.comparator == "<="
            per_unit, named = (s.measure.threshold if at_most else s.measure.per / s.measure.threshold), s.id
            break
    name = catalogue.services[service].name if service in catalogue.services else {"en": service}
    outward = any(s.measure.from_facility for s in near if s.measure)
    return Choice(
        service, name, attribute, sources, max(minutes, default=DEFAULT_CUTOFF_MIN), per_unit, named, outward
    )


def capacity(
    workspace: Workspace,
    service: str,
    terms: Terms | None = None,
    *,
    scenario: Scenario | None = None,
    conditions: Conditions | None = None,
    progress: Progress | None = None,
) -> Capacity:
    """Study the capacity of a service against the people who can reach it.

    Parameters
    ----------
    workspace : Workspace
    service : str
    terms : Terms, optional
    scenario : Scenario, optional
        Edits that are made before.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    progress : callable, optional

    Returns
    -------
    Capacity

    Raises
    ------
    InputError
        If no layer of the service says how much it can take, no roads are loaded, or a term cannot be used.
    """
    began = time.perf_counter()
    return capacity_of(
        *district_under(workspace, scenario, conditions=conditions, progress=part(progress, 0.0, 0.4)),
        service,
        terms,
        began=began,
        progress=part(progress, 0.4, 1.0),
    )


def capacity_of(
    inputs: Inputs,
    standards: Sequence[Standard],
    catalogue: Catalogue,
    service: str,
    terms: Terms | None = None,
    *,
    began: float | None = None,
    progress: Progress | None = None,
) -> Capacity:
    """Study capacity on layers that are already read; see :func:`capacity`."""
    began = time.perf_counter() if began is None else began
    terms = terms or Terms()
    chosen = _chosen(_every_choice(inputs, standards, catalogue), service, terms)
    cutoff = chosen.cutoff_min if terms.cutoff_min is None else terms.cutoff_min
    _check(terms, cutoff)
    supply = _Supply(inputs, Gauge(inputs), chosen)
    people = inputs.places.population
    per_unit, said_by = _per_unit(terms, chosen, float(people.sum()), float(supply.units.sum()))
    tell = part(progress, 0.0, 1.0)
    tell(0.1, "roads")
    cost, nearest, connected = supply.reach(cutoff)
    tell(0.5, "access")
    state = _states(inputs, cost, nearest, connected)
    demand = np.where(connected, people, 0.0)
    decay, named = _decay(terms, cutoff)
    method = three_step_floating_catchment if terms.method == "3sfca" else two_step_floating_catchment
    score = 1000.0 * method(cost, demand, supply.units, cutoff, decay)
    tell(0.7, "room")
    found = allocate(cost, demand, supply.units * per_unit)
    first = np.where(state == State.COVERED, nearest[1], -1)
    left = np.where(state == State.COVERED, np.maximum(people - found.allocated, 0.0), 0.0)
    m = supply.units.size
    return Capacity(
        district=inputs.district.name, service=service, service_name=chosen.name, attribute=chosen.attribute,
        method=terms.method, decay=named, cutoff_min=cutoff, people_per_unit=per_unit, people_per_unit_from=said_by,
        people_per_unit_title=next((s.title for s in standards if s.id == said_by), {}),
        modelled=any(layer.modelled for (_, name), layer in inputs.layers.items() if name in {*chosen.sources, ""}),
        facilities=supply.facilities, left_out=supply.left_out, supply=frozen(supply.units), places=inputs.places,
        state=frozen(state), access=frozen(np.where(connected, score, np.nan)), allocated=frozen(found.allocated),
        used=frozen(found.used), nearest_people=frozen(_sums(first, people, m)), overflow=frozen(_sums(first, left, m)),
        manifest={
            **manifest(inputs, standards, time.perf_counter() - began), "travel": travel_manifest(inputs, ("car",)),
        },
    )  # fmt: skip


def _chosen(found: Sequence[Choice], service: str, terms: Terms) -> Choice:
    of_service = [c for c in found if c.service == service]
    wanted = [c for c in of_service if terms.attribute in (None, c.attribute)]
    if not wanted:
        raise InputError(
            "No layer of “{service}” says how much it can take{attribute}.",
            "Choose one of: {available}.",
            service=service,
            attribute=f" ({terms.attribute})" if terms.attribute else "",
            available=", ".join(f"{c.service} ({c.attribute})" for c in found) or "—",
        )
    return next((c for c in wanted if c.standard), wanted[0])


def _check(terms: Terms, cutoff: float) -> None:
    if terms.method not in METHODS:
        raise InputError(
            "There is no method “{method}”.", "Choose one of: {available}.",
            method=terms.method, available=", ".join(METHODS),
        )  # fmt: skip
    if terms.decay is not None and terms.decay not in DECAYS:
        raise InputError(
            "There is no decay “{decay}”.", "Choose one of: {available}.",
            decay=terms.decay, available=", ".join(DECAYS),
        )  # fmt: skip
    if not (0 < cutoff < np.inf):
        raise InputError("A cutoff of {minutes} minutes is none.", "Give a number above 0.", minutes=cutoff)
    if terms.people_per_unit is not None and not (0 < terms.people_per_unit < np.inf):
        raise InputError(
            "A unit of capacity cannot serve {people} people.",
            "Give a number above 0.",
            people=terms.people_per_unit,
        )


def _per_unit(terms: Terms, chosen: Choice, people: float, units: float) -> tuple[float, str]:
    if terms.people_per_unit is not None:
        return terms.people_per_unit, "given"
    if chosen.people_per_unit is not None:
        return chosen.people_per_unit, chosen.standard
    return people / units, "district"


def _decay(terms: Terms, cutoff: float) -> tuple[Decay, str]:
    if terms.decay is not None:
        return terms.decay, terms.decay
    if terms.method == "2sfca":
        return None, "step"
    return [(share * cutoff, weight) for share, weight in ZONE_WEIGHTS], "zones"


class _Supply:
    """The facilities that have a capacity, and the way to them."""

    def __init__(self, inputs: Inputs, gauge: Gauge, chosen: Choice) -> None:
        self._inputs, self._gauge = inputs, gauge
        self._direction: Direction = "from" if chosen.from_facility else "to"
        mine = np.sort(np.concatenate([inputs.of_service(source) for source in chosen.sources]))
        units = np.full(len(inputs.facilities), np.nan)
        for source in chosen.sources:
            units[inputs.of_service(source)] = inputs.layers[Role.FACILITIES, source].numbers(
                chosen.attribute
            )
        located = np.asarray(np.isfinite(inputs.facility_xy).all(axis=1))
        with np.errstate(invalid="ignore"):
            self.used = mine[(units[mine] > 0) & located[mine]]
            self.left_out = int((~(units[mine] >= 0) | ~located[mine]).sum())
        check_one_by_one(chosen.service, self.used.size)
        self.units = units[self.used]
        if not self.used.size:
            raise InputError(
                "No service point of “{service}” with a capacity has a position.",
                "Check its layer on the page “Layers”.",
                service=chosen.service,
            )
        self.facilities = some_facilities(inputs, self.used)

    def reach(self, cutoff_min: float) -> tuple[csr_array[Any], tuple[FloatArray, IntArray], BoolArray]:
        """Return minutes to what is within the cutoff, the nearest (minutes, which), and which places are connected."""
        table = costs_within(self._gauge, "car", "time", self._direction, self.used, cutoff_min * 60.0)
        nearest = k_nearest(self._gauge, "car", "time", self._direction, self.used, 1)
        snapped = self._gauge.snapped("car")
        if table is None or nearest is None or snapped is None:
            raise InputError(
                "No roads are loaded: who can reach a capacity is not known.",
                "Add them on the page “Layers”.",
            )
        table.data /= 60.0
        number = np.full(len(self._inputs.facilities) + 1, -1, dtype=np.int64)
        number[self.used] = np.arange(self.used.size)
        which = number[nearest[1][:, 0]]
        return table, (nearest[0][:, 0] / 60.0, which), snapped.connected[: len(self._inputs.places)]


def _states(
    inputs: Inputs, cost: csr_array[Any], nearest: tuple[FloatArray, IntArray], connected: BoolArray
) -> StateArray:
    state = np.full(len(inputs.places), State.GAP, dtype=np.uint8)
    state[np.diff(cost.indptr) > 0] = State.COVERED
    state[np.isposinf(nearest[0])] = State.UNREACHABLE
    state[~connected] = State.NOT_CONNECTED
    state[~np.isfinite(inputs.place_xy).all(axis=1)] = State.NOT_LOCATED
    return state


def _sums(group: IntArray, values: FloatArray, n: int) -> FloatArray:
    inside = group >= 0
    return np.asarray(np.bincount(group[inside], weights=values[inside], minlength=n), dtype=np.float64)
