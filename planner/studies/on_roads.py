"""The roads of one mode of travel with the places and the facilities of a district joined to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.layers.schema import Role
from planner.network.attach import Impedance, Joined, ModeRoads, Snapped
from planner.network.graph import RoadNetwork
from planner.network.modes import UNPAVED
from planner.standards.model import Measure
from planner.studies.inputs import Inputs
from planner.studies.layer import Layer
from planner.studies.travel import STOPS, TravelRoads

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Spot = tuple[float, float]
"""On the grid."""


@dataclass(frozen=True, slots=True)
class _Since:
    """What facilities were changed since others were joined: which points were there before, and which are new."""

    base: OnRoads
    before: IntArray
    at: IntArray
    found: Snapped
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class _Grown:
    """A network with new points on it, which serves as long as no other is asked for: nodes of all, by spot."""

    network: RoadNetwork
    node: IntArray
    at: dict[Spot, int]


@dataclass
class OnRoads:
    """The roads of one mode with all places, then all facilities, joined to them.

    Attributes
    ----------
    roads : TravelRoads
    points : Snapped
    networks : dict
        By impedance, with the node of each point; made when they are asked for.
    """

    roads: TravelRoads
    points: Snapped
    networks: dict[Impedance, tuple[RoadNetwork, IntArray]] = field(default_factory=dict)
    _joined: dict[Impedance, Joined] = field(default_factory=dict)
    _made: dict[Impedance, _Grown] = field(default_factory=dict)
    _since: _Since | None = None

    def network(self, impedance: Impedance) -> tuple[RoadNetwork, IntArray]:
        """Return the network and the node of each point."""
        if impedance not in self.networks:
            self.networks[impedance] = self._network(impedance)
        return self.networks[impedance]

    def _network(self, impedance: Impedance) -> tuple[RoadNetwork, IntArray]:
        since = self._since
        if since is None or not isinstance(self.roads, ModeRoads):
            return self.roads.network(self.points, impedance)
        made = since.base._made.get(impedance)
        if made is None or not made.at.keys() >= set(since.spots):
            made = since.base._made[impedance] = self._grown(since, impedance)
        node = np.append(made.node, -1)[since.before]
        node[since.at] = [made.at[spot] for spot in since.spots]
        return made.network, node

    def _grown(self, since: _Since, impedance: Impedance) -> _Grown:
        """Return the network with new points on it."""
        assert isinstance(self.roads, ModeRoads)  # buses go another way
        kept = since.base._joined.get(impedance)
        if kept is None:
            # For whoever edits; an assessment alone does without, and with less memory.
            kept = since.base._joined[impedance] = self.roads.join(since.base.points, impedance)
        joined = self.roads.join_more(kept, since.found, impedance)
        at = dict(zip(since.spots, joined.node[kept.node.size :].tolist(), strict=True))
        return _Grown(joined.network(), kept.node, at)

    def with_facilities(self, n_places: int, facility_xy: FloatArray, same: IntArray) -> OnRoads:
        """Return the same roads with other facilities; only new ones are looked up.

        Parameters
        ----------
        n_places : int
        facility_xy : (m, 2) float array
        same : (m,) int array
            Index of the facility here that stands on the same spot, -1 where there is none.
        """
        fresh = np.flatnonzero(same < 0)
        found = self.roads.snap(facility_xy[fresh])
        # A new one takes the place of any other for the moment.
        before = np.concatenate([np.arange(n_places), n_places + np.maximum(same, 0)])
        at = n_places + fresh

        def taken(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
            values: npt.NDArray[Any] = np.append(old, new[:1])[before]
            values[at] = new
            return values

        # What is not located is never reached: one node does for all of it.
        where = np.nan_to_num(facility_xy[fresh], nan=np.inf)
        spots = tuple((float(x), float(y)) for x, y in where)
        points = Snapped(
            taken(self.points.edge, found.edge),
            taken(self.points.fraction, found.fraction),
            taken(self.points.distance_m, found.distance_m),
            taken(self.points.connected, found.connected),
        )
        other = OnRoads(self.roads, points, _since=_Since(self, before, at, found, spots))
        if not fresh.size:
            # Costs do not depend on where others are joined: the network serves on, with fewer points on it.
            other.networks.update({i: (net, node[before]) for i, (net, node) in self.networks.items()})
        return other


def same_stops(one: Inputs, other: Inputs) -> bool:
    """Return whether two states of a district have the same bus stops."""
    key = (Role.FACILITIES, STOPS)
    return one.layers.get(key) is other.layers.get(key)


def matching_lines(layer: Layer, measure: Measure) -> BoolArray:
    """Return which lines of a layer count; on roads ``surface: paved`` stands for every paved surface."""
    surface = measure.where.get("surface")
    if layer.record.role is not Role.ROADS or surface is None:
        return layer.matching(measure.where)
    others = {column: wanted for column, wanted in measure.where.items() if column != "surface"}
    paved = ~np.isin(layer.texts("surface").astype(str), list(UNPAVED))
    return layer.matching(others) & (paved if "paved" in surface else ~paved)
