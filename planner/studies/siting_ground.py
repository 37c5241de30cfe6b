"""The ground that a siting stands on: whom a standard addresses, what stands, what could, and the way between them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.coverage.access import nearest_straight
from planner.network.attach import Impedance
from planner.network.graph import Direction
from planner.results import Facilities, StateArray, frozen
from planner.standards.model import Indicator, Measure, Standard
from planner.studies.candidates import Candidates
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, Measured, whom
from planner.studies.reach import costs_within

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CANDIDATE = "\0candidate"
"""The service of points that are not there yet: no standard counts it."""


def with_points(
    inputs: Inputs, lon: FloatArray, lat: FloatArray, without: IntArray | tuple[()] = ()
) -> Inputs:
    """Return a district with more points than its facilities, which no standard counts, and some facilities nowhere."""
    facility_xy = inputs.facility_xy.copy()
    # Where a point reaches a road it cuts an edge in two; one that is gone cuts none, down to the last digit of a sum.
    facility_xy[np.asarray(without, dtype=np.int64)] = np.nan
    old, extra = inputs.facilities, len(lon)
    more = Facilities(
        ids=old.ids + tuple(f"{_CANDIDATE}{i}" for i in range(extra)),
        names=old.names + ({"en": ""},) * extra,
        services=old.services + (_CANDIDATE,) * extra,
        sources=old.sources + ("",) * extra,
        lon=frozen(np.append(old.lon, lon)),
        lat=frozen(np.append(old.lat, lat)),
    )
    other = dataclasses.replace(
        inputs,
        facilities=more,
        facility_xy=np.concatenate([facility_xy, inputs.grid.to_grid(lon, lat)]),
        facility_row=np.append(inputs.facility_row, np.full(extra, -1, dtype=np.int64)),
    )
    # What was worked out of roads and places does not depend on facilities.
    for name in ("ground", "roads", "cells"):
        if name in inputs.__dict__:
            other.__dict__[name] = inputs.__dict__[name]
    return other


class Ground:
    """A standard on a district, with candidates beside the facilities that stand.

    Parameters
    ----------
    inputs : Inputs
    standard : Standard
        Measured by the way to the nearest facility, with the threshold that is planned for.
    candidates : Candidates

    Attributes
    ----------
    candidates : Candidates
        Those that people can reach.
    dropped : int
        Those that are away from all roads.
    """

    def __init__(self, inputs: Inputs, standard: Standard, candidates: Candidates) -> None:
        assert standard.measure is not None
        self.inputs, self.standard, self.measure = inputs, standard, standard.measure
        self._now = Gauge(inputs)
        self.applies = whom(inputs, standard, inputs.places.population)
        self._gauge = Gauge(with_points(inputs, candidates.lon, candidates.lat))
        there = self._usable(self._gauge, len(inputs.facilities) + np.arange(len(candidates)))
        self.candidates = candidates.some(np.flatnonzero(there))
        self._number = len(inputs.facilities) + np.flatnonzero(there)
        self.dropped = int((~there).sum())

    @property
    def straight(self) -> bool:
        """Whether the way is the straight line."""
        return self.measure.indicator is Indicator.STRAIGHT_DISTANCE

    @cached_property
    def located(self) -> BoolArray:
        """Which places have a position."""
        return np.asarray(np.isfinite(self.inputs.place_xy).all(axis=1))

    @cached_property
    def connected(self) -> BoolArray:
        """Which places have a position from which ways can begin."""
        if self.straight:
            return self.located
        snapped = self._now.snapped(self.measure.mode or "car")
        n = len(self.inputs.places)
        return np.zeros(n, dtype=bool) if snapped is None else self.located & snapped.connected[:n]

    @cached_property
    def standing(self) -> IntArray:
        """The facilities that the standard counts and people can reach, indices into those of the district."""
        all_ = self._now.facilities_of(self.measure)
        return all_[self._usable(self._now, all_)]

    @cached_property
    def before(self) -> Measured:
        """What the standard gives as things stand."""
        return self._now.measure(self.measure, self.applies)

    @cached_property
    def state_before(self) -> StateArray:
        """The state of each place as things stand, under the threshold that is planned for."""
        return self.before.states(self.measure, self.applies, self.located)

    def rows(self, *, unreached: bool = False) -> IntArray:
        """Return the places that a plan is for: addressed, with people, and on a road unless `unreached` ones count."""
        on = self.located if unreached else self.connected
        return np.flatnonzero(self.applies & on & (self.inputs.places.population > 0))

    def left_out(self) -> IntArray:
        """Return the places addressed, with people, that no site anywhere could serve."""
        return np.flatnonzero(self.applies & ~self.connected & (self.inputs.places.population > 0))

    def costs(self, rows: IntArray) -> FloatArray:
        """Return the costs from places to what stands, then to the candidates, in the unit of the standard."""
        facilities = np.concatenate([self.standing, self._number])
        if self.straight:
            return self._straight(rows, facilities)
        impedance, scale = _along(self.measure)
        stored = costs_within(
            self._gauge, self.measure.mode or "car", impedance, _direction(self.measure), facilities, np.inf
        )
        table = np.full((len(self.inputs.places), facilities.size), np.inf)
        if stored is not None:
            cells = stored.tocoo()
            table[cells.row, cells.col] = cells.data / scale
        return table[rows]

    def _straight(self, rows: IntArray, facilities: IntArray) -> FloatArray:
        at = self._gauge.inputs.facility_xy[facilities]
        apart = self.inputs.place_xy[rows][:, None, :] - at[None, :, :]
        # As a tree of points adds it up, so that the least bit is the same.
        apart = np.sqrt(apart[..., 0] * apart[..., 0] + apart[..., 1] * apart[..., 1])
        return np.asarray(apart / self.inputs.ground[rows][:, None])

    def between(self) -> FloatArray:
        """Return the straight distances between what stands and the candidates, metres on the ground."""
        xy = self._gauge.inputs.facility_xy[np.concatenate([self.standing, self._number])]
        apart = xy[:, None, :] - xy[None, :, :]
        scale = float(np.nanmean(self.inputs.ground)) if len(self.inputs.ground) else 1.0
        return np.asarray(np.hypot(apart[..., 0], apart[..., 1]) / scale)

    def after(self, kept: IntArray, chosen: IntArray) -> tuple[FloatArray, IntArray, StateArray]:
        """Measure the standard with some facilities kept and some candidates opened, and nothing else on the roads.

        Parameters
        ----------
        kept : (e,) int array
            Positions in `standing`.
        chosen : (k,) int array
            Positions in `candidates`.

        Returns
        -------
        cost : (n,) float array
            In the unit of the standard; inf where there is no way, NaN where a place is not located.
        which : (n,) int array
            Position among the kept, then the chosen; -1 for none.
        state : (n,) uint8 array
        """
        new = self.candidates.some(chosen)
        inputs = with_points(self.inputs, new.lon, new.lat, np.delete(self.standing, kept))
        gauge = Gauge(inputs)
        open_ = np.concatenate([self.standing[kept], len(self.inputs.facilities) + np.arange(chosen.size)])
        if self.straight:
            cost, which = nearest_straight(inputs.place_xy, inputs.facility_xy[open_], inputs.ground)
            connected = None
        else:
            cost, which, connected = _over_roads(gauge, self.measure, open_)
        told = Measured(cost, which, True, np.isposinf(cost), connected)
        return cost, which, told.states(self.measure, self.applies, self.located)

    def _usable(self, gauge: Gauge, facilities: IntArray) -> BoolArray:
        located = np.asarray(np.isfinite(gauge.inputs.facility_xy[facilities]).all(axis=1))
        if self.straight:
            return located
        snapped = gauge.snapped(self.measure.mode or "car")
        n = len(gauge.inputs.places)
        return (
            np.zeros(facilities.size, dtype=bool)
            if snapped is None
            else located & snapped.connected[n + facilities]
        )


def _over_roads(
    gauge: Gauge, measure: Measure, open_: IntArray
) -> tuple[FloatArray, IntArray, BoolArray | None]:
    """Return cost, position in `open_` and connection of each place, as an assessment measures it."""
    n, mode = len(gauge.inputs.places), measure.mode or "car"
    impedance, scale = _along(measure)
    joined, snapped = gauge.network(mode, impedance), gauge.snapped(mode)
    if joined is None or snapped is None:
        return np.full(n, np.nan), np.full(n, -1, dtype=np.int64), None
    network, node = joined
    usable = np.flatnonzero(snapped.connected[n + open_])
    cost, which = network.nearest(node[n + open_[usable]], direction=_direction(measure))
    at = node[:n]
    return cost[at] / scale, np.append(usable, -1)[which[at]], snapped.connected[:n]


def _along(measure: Measure) -> tuple[Impedance, float]:
    return ("time", 60.0) if measure.indicator is Indicator.TRAVEL_TIME else ("distance", 1.0)


def _direction(measure: Measure) -> Direction:
    return "from" if measure.from_facility else "to"


def asked_of(standard: Standard, threshold: float | None) -> Standard:
    """Return a standard with another threshold, or as it is."""
    if threshold is None or standard.measure is None:
        return standard
    return dataclasses.replace(standard, measure=dataclasses.replace(standard.measure, threshold=threshold))


def people_within(
    cost: FloatArray, columns: Sequence[int] | IntArray, people: FloatArray, threshold: float
) -> float:
    """Return the people with one of some columns within a threshold."""
    if not len(columns):
        return 0.0
    return float(people[cost[:, np.asarray(columns)].min(axis=1) <= threshold].sum())
