"""Closure mode: for every service point of a service, what its closing does, and which closures harm least."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.coverage.access import within
from planner.coverage.closure import (
    NODE_LIMIT,
    Moves,
    k_nearest_straight,
    least_harmful,
    lost_with,
    moves,
)
from planner.errors import InputError
from planner.layers.schema import Role
from planner.network.graph import Direction
from planner.network.modes import Conditions
from planner.results import Closure, Closures, LeastClosures, frozen
from planner.scenario import CloseFacility, Scenario
from planner.standards.catalogue import Catalogue
from planner.standards.model import Indicator, Measure, Standard, Text
from planner.studies.assess import district_under, loaded, manifest
from planner.studies.inputs import Inputs
from planner.studies.losses import BY_WHAT_IS_THERE, Losses
from planner.studies.measure import Gauge, whom
from planner.studies.progress import Progress, each, part
from planner.studies.reach import k_nearest
from planner.studies.selection import check_one_by_one, some_facilities
from planner.studies.standards_in_force import in_force
from planner.studies.travel import travel_manifest
from planner.studies.ways import Ways, along, longer_ways, mode_of
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

BY_THE_WAY = (Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE, Indicator.STRAIGHT_DISTANCE)
"""Indicators that are the way to the nearest service point: which closures together harm least can be searched for."""

_SHARED = (Indicator.FACILITIES_PER_PEOPLE, Indicator.CAPACITY_PER_PEOPLE)


def closures(
    workspace: Workspace,
    service: str,
    *,
    count: int | None = None,
    node_limit: int = NODE_LIMIT,
    scenario: Scenario | None = None,
    conditions: Conditions | None = None,
    progress: Progress | None = None,
) -> Closures:
    """Study what the closing of each service point of a service does.

    Parameters
    ----------
    workspace : Workspace
    service : str
    count : int, optional
        Also find so many closures that together harm least.
    scenario : Scenario, optional
        Edits that are made before.
    node_limit : int
        Of the search for them; see :func:`planner.coverage.closure.least_harmful`.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    progress : callable, optional

    Returns
    -------
    Closures

    Raises
    ------
    InputError
        If the service has no standard in force that counts its service points, or no service point that people can
        reach, or not more of them than are to close; if several are to close and none of its standards is measured
        by the way.
    """
    began = time.perf_counter()
    return closures_of(
        *district_under(workspace, scenario, conditions=conditions, progress=part(progress, 0.0, 0.2)),
        service,
        count=count,
        node_limit=node_limit,
        began=began,
        progress=part(progress, 0.2, 1.0),
    )


def services_with_closures(inputs: Inputs, standards: Sequence[Standard]) -> tuple[str, ...]:
    """Return the services whose closures can be studied: a standard that counts service points, and one of them."""
    loaded_services = set(inputs.facilities.services)
    return tuple(
        dict.fromkeys(
            s.service
            for s in standards
            if s.measure is not None
            and s.measure.indicator in (*BY_THE_WAY, *BY_WHAT_IS_THERE)
            and loaded_services & set(s.measure.sources)
        )
    )


def closable(workspace: Workspace) -> dict[str, Text]:
    """Return the services of a workspace whose closures can be studied, with their names by language."""
    standards, catalogue = in_force(workspace)
    inputs = loaded(workspace)
    located = np.flatnonzero(np.isfinite(inputs.facility_xy).all(axis=1))
    placed = {inputs.facilities.services[i] for i in located}
    sources = {s.service: s.measure.sources for s in standards if s.measure is not None}
    services = [s for s in services_with_closures(inputs, standards) if placed.intersection(sources[s])]
    return {s: catalogue.services[s].name if s in catalogue.services else {"en": s} for s in services}


def closures_of(
    inputs: Inputs,
    standards: Sequence[Standard],
    catalogue: Catalogue,
    service: str,
    *,
    count: int | None = None,
    node_limit: int = NODE_LIMIT,
    began: float | None = None,
    progress: Progress | None = None,
) -> Closures:
    """Study closures on layers that are already read; see :func:`closures`."""
    began = time.perf_counter() if began is None else began
    chosen = _judged(inputs, standards, service)
    gauge = Gauge(inputs)
    reach = _Reach(inputs, gauge, chosen, 2 if count is None else count + 1)
    if not reach.used.size:
        raise _nowhere(service)
    alone = tuple(
        _closure(inputs, reach, (f,)) for f in each(range(reach.used.size), part(progress, 0.3, 1.0))
    )
    least = None if count is None else _least(inputs, reach, alone, service, count, node_limit)
    layers = {layer for s in chosen if s.measure for layer in s.measure.sources}
    named = catalogue.services.get(service)
    return Closures(
        district=inputs.district.name,
        service=service,
        service_name=named.name if named else {"en": service},
        standards=chosen,
        searched=tuple(s for s in chosen if _by_way(s)),
        proxy=any(s.is_proxy(inputs.district.jurisdiction) for s in chosen),
        modelled=any(layer.modelled for (_, name), layer in inputs.layers.items() if name in {*layers, ""}),
        by_road=reach.by_road,
        facilities=some_facilities(inputs, reach.used),
        left_out=reach.left_out,
        places=inputs.places,
        lacking=frozen(reach.lacking),
        closures=alone,
        least=least,
        manifest={
            **manifest(inputs, standards, time.perf_counter() - began),
            "travel": travel_manifest(inputs, gauge.used_modes),
        },
    )


def closing(found: Closures, closure: Closure, name: str) -> Scenario:
    """Return the scenario in which the service points of a closure are there no more.

    Raises
    ------
    InputError
        If the name cannot be one.
    """
    points = found.facilities
    return Scenario(name, tuple(CloseFacility(points.services[f], points.ids[f]) for f in closure.closed))


def _judged(inputs: Inputs, standards: Sequence[Standard], service: str) -> tuple[Standard, ...]:
    able = services_with_closures(inputs, standards)
    mine = tuple(
        s
        for s in standards
        if s.service == service and s.measure and s.measure.indicator in (*BY_THE_WAY, *BY_WHAT_IS_THERE)
    )
    if service in able:
        return mine
    if any(
        (Role.FACILITIES, source) in inputs.layers for s in mine if s.measure for source in s.measure.sources
    ):
        raise _nowhere(service)
    raise InputError(
        "Closures of “{service}” cannot be studied: no standard in force counts its service points.",
        "Choose one of: {available}.",
        service=service,
        available=", ".join(able) or "—",
    )


def _nowhere(service: str) -> InputError:
    return InputError(
        "No service point of “{service}” has a position that people can reach.",
        "Check its layer on the page “Layers”.",
        service=service,
    )


def _by_way(standard: Standard) -> bool:
    return standard.measure is not None and standard.measure.indicator in BY_THE_WAY


@dataclass(frozen=True, slots=True)
class _Rows:
    """What places are held to: the nearest facilities of each requirement, how many of them fulfil it, whose it is."""

    which: IntArray
    cover: IntArray
    place: IntArray


class _Reach:
    """The k nearest facilities of every place: for each standard, and for the extra travel.

    Facilities are numbered from 0 among those that are used.
    """

    def __init__(self, inputs: Inputs, gauge: Gauge, standards: Sequence[Standard], k: int) -> None:
        self._inputs, self._gauge, self._standards, self.k = inputs, gauge, tuple(standards), k
        self.ways: list[Ways] = []
        measures = [s.measure for s in standards if s.measure]
        everything = np.unique(np.concatenate([gauge.facilities_of(m) for m in measures]))
        check_one_by_one(standards[0].service, everything.size)
        way = self._way(
            everything, mode_of(measures), "from" if any(m.from_facility for m in measures) else "to"
        )
        timed = [s for s in standards if _by_way(s)]
        tables = [self._of(s.measure) for s in timed if s.measure]
        self.searchable = bool(timed)
        self._others = Losses(inputs, gauge, [s for s in standards if not _by_way(s)], k)
        self.used = everything[self._usable(everything, measures)]
        self.left_out = int(everything.size - self.used.size)
        number = np.full(len(inputs.facilities) + 1, -1, dtype=np.int64)
        number[self.used] = np.arange(self.used.size)
        self.cost, self.which = way[0], number[way[1]]
        self._requirements(timed, [(cost, number[which]) for cost, which in tables])
        self.lacking |= self._others.lacking

    def _usable(self, facilities: IntArray, measures: Sequence[Measure]) -> npt.NDArray[np.bool_]:
        """Return which facilities people can reach in one of the ways that count."""
        located = np.asarray(np.isfinite(self._inputs.facility_xy[facilities]).all(axis=1))
        off_roads = (Indicator.STRAIGHT_DISTANCE, *_SHARED)
        if not self.by_road or any(m.indicator in off_roads for m in measures):
            return located
        n = len(self._inputs.places)
        snapped = [self._gauge.snapped(mode) for mode in {"car", *(m.mode or "car" for m in measures)}]
        return np.asarray(located & np.any([s.connected[n + facilities] for s in snapped if s], axis=0))

    def _requirements(
        self, standards: Sequence[Standard], tables: Sequence[tuple[FloatArray, IntArray]]
    ) -> None:
        n = len(self._inputs.places)
        which, cover, place = [], [], []
        self.lacking = np.zeros(n, dtype=bool)
        for standard, (cost, near) in zip(standards, tables, strict=True):
            measure = standard.measure
            assert measure is not None  # those without one are not judged
            held = np.flatnonzero(whom(self._inputs, standard, self._inputs.places.population))
            scale = 60.0 if measure.indicator is Indicator.TRAVEL_TIME else 1.0
            measured = cost[held] / scale
            enough = within(measured, measure.threshold).sum(axis=1)
            self.lacking[held[enough == 0]] = True
            self.ways.append(Ways(self._standards.index(standard), held, measured, near[held]))
            which.append(near[held])
            cover.append(enough)
            place.append(held)
        none = np.empty(0, dtype=np.int64)
        self.rows = _Rows(
            np.concatenate([none.reshape(0, self.k), *which]),
            np.concatenate([none, *cover]),
            np.concatenate([none, *place]),
        )

    def _way(self, facilities: IntArray, mode: str, direction: Direction) -> tuple[FloatArray, IntArray]:
        found = k_nearest(self._gauge, mode, "distance", direction, facilities, self.k)
        self.by_road = found is not None
        return found or self._straight(facilities)

    def _of(self, measure: Measure) -> tuple[FloatArray, IntArray]:
        chosen = self._gauge.facilities_of(measure)
        if measure.indicator is Indicator.STRAIGHT_DISTANCE:
            return self._straight(chosen)
        impedance, direction = along(measure)
        found = k_nearest(self._gauge, measure.mode or "car", impedance, direction, chosen, self.k)
        n = len(self._inputs.places)
        return found or (np.full((n, self.k), np.inf), np.full((n, self.k), -1, dtype=np.int64))

    def _straight(self, facilities: IntArray) -> tuple[FloatArray, IntArray]:
        inputs = self._inputs
        distance, which = k_nearest_straight(
            inputs.place_xy, inputs.facility_xy[facilities], inputs.ground, self.k
        )
        return distance, np.append(facilities, -1)[which]

    def losing(self, closed: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
        """Return the places that lose a standard once these facilities are closed, and those that may."""
        others, unknown = self._others.after(self.used[closed])
        losing = np.union1d(self._by_the_way(closed), np.flatnonzero(others))
        return losing, np.setdiff1d(np.flatnonzero(unknown), losing)

    def _by_the_way(self, closed: npt.NDArray[np.bool_]) -> IntArray:
        rows = self.rows
        if closed.sum() == 1:
            place, facility = lost_with(rows.which, rows.cover, rows.place)
            return np.unique(place[closed[facility]])
        fulfils = np.arange(self.k) < rows.cover[:, None]
        left = fulfils & ~np.append(closed, True)[rows.which]
        return np.unique(rows.place[(rows.cover > 0) & ~left.any(axis=1)])


def _closure(inputs: Inputs, reach: _Reach, chosen: tuple[int, ...]) -> Closure:
    people = inputs.places.population
    closed = np.zeros(reach.used.size, dtype=bool)
    closed[list(chosen)] = True
    found: Moves = moves(reach.cost, reach.which, closed)
    mine = (reach.which[:, 0] >= 0) & np.append(closed, False)[reach.which[:, 0]]
    moved = mine & (found.goes_to >= 0)
    extra = np.where(moved, found.extra, 0.0)
    total, going = float((people * extra).sum()), float(people[moved].sum())
    losing, unknown = reach.losing(closed)
    arrivals = np.bincount(found.goes_to[moved], weights=people[moved], minlength=reach.used.size)
    ranked = np.argsort(-arrivals, kind="stable")
    return Closure(
        closed=chosen,
        served=float(people[mine].sum()),
        moved=going,
        lost=float(people[losing].sum()),
        unknown=float(people[unknown].sum()),
        stranded=float(people[mine & ~moved].sum()),
        extra_mean=total / going if going else 0.0,
        extra_max=float(extra[people > 0].max(initial=0.0)),
        extra_total=total,
        losing=tuple(int(i) for i in losing[np.argsort(-people[losing], kind="stable")]),
        goes_to=frozen(found.goes_to),
        extra_m=frozen(found.extra),
        destinations=tuple((int(f), float(arrivals[f])) for f in ranked if arrivals[f] > 0),
        longer=longer_ways(reach.ways, closed, found.extra),
    )


def _least(
    inputs: Inputs, reach: _Reach, alone: Sequence[Closure], service: str, count: int, node_limit: int
) -> LeastClosures:
    if not 1 <= count < reach.used.size:
        raise InputError(
            "{count} of the {total} service points of “{service}” cannot close.",
            "Give a number from 1 to one less than there are.",
            count=count,
            total=int(reach.used.size),
            service=service,
        )
    if count == 1:
        first = min(alone, key=lambda c: (c.lost, c.stranded, c.extra_total, c.closed))
        return LeastClosures(first, first.lost, True, len(alone))
    if not reach.searchable:
        raise InputError(
            "Which closures of “{service}” together harm least is not searched for: none of its standards measures "
            "the way to a service point.",
            "Ask for one closure; each service point by itself is told in any case.",
            service=service,
        )
    rows = reach.rows
    found = least_harmful(
        reach.used.size,
        count,
        inputs.places.population,
        (rows.which, rows.cover, rows.place),
        reach.cost,
        reach.which,
        node_limit=node_limit,
    )
    best = _closure(inputs, reach, tuple(int(f) for f in found.closed))
    # The search minds the way alone; where nobody loses more by the other standards, its proof holds for all of them.
    return LeastClosures(best, found.bound, found.proven and best.lost <= found.bound, found.nodes)
