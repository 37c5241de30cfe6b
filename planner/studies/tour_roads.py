"""Roads for tours: ways on foot from places to stops, drives between stops, and the lines of the drives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from planner.layers.grid import Grid
from planner.network.attach import ModeRoads, Snapped
from planner.network.paths import Tree, Ways
from planner.studies.inputs import Inputs

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_CAR, _WALK = "car", "walk"
_ROUNDING = 1e-6
"""Sums of floats that should be whole are."""


@dataclass(frozen=True)
class Spots:
    """Where a vehicle may stop: places, then crossings of roads.

    Attributes
    ----------
    xy : (m, 2) float array
        On the grid.
    place : (m,) int array
        The place that a spot is, or the nearest to a crossing.
    crossing : (m,) bool array
    """

    xy: FloatArray
    place: IntArray
    crossing: BoolArray


def places_as_spots(inputs: Inputs) -> Spots:
    """Return the places of a district as spots."""
    n = len(inputs.places)
    return Spots(inputs.place_xy, np.arange(n), np.zeros(n, dtype=bool))


def with_crossings(inputs: Inputs, spots: Spots, wanted: IntArray, walk_m: float) -> Spots:
    """Return spots with the crossings from which more than one of the wanted places could be in walking distance.

    Parameters
    ----------
    inputs : Inputs
    spots : Spots
    wanted : (k,) int array
        Indices of places.
    walk_m : float
    """
    roads = inputs.roads
    if roads is None or not wanted.size:
        return spots
    degree = np.bincount(np.concatenate([roads.u, roads.v]), minlength=roads.n_nodes)
    crossing = np.flatnonzero(degree >= 3)
    at = roads.node_xy[crossing]
    scale = float(Grid.scale(float(np.nanmean(inputs.place_xy[:, 0]))))
    tree = shapely.STRtree(shapely.points(inputs.place_xy[wanted]))
    hit, _ = tree.query(shapely.points(at), predicate="dwithin", distance=walk_m * scale)
    kept = np.flatnonzero(np.bincount(hit, minlength=crossing.size) > 1)
    located = np.flatnonzero(np.isfinite(inputs.place_xy).all(axis=1))
    nearest = shapely.STRtree(shapely.points(inputs.place_xy[located])).nearest(shapely.points(at[kept]))
    return Spots(
        np.concatenate([spots.xy, at[kept]]),
        np.concatenate([spots.place, located[nearest]]),
        np.concatenate([spots.crossing, np.ones(kept.size, dtype=bool)]),
    )


class Foot:
    """The roads as people walk them, with spots joined to them."""

    def __init__(self, inputs: Inputs, spots: Spots) -> None:
        assert inputs.roads is not None
        roads = ModeRoads(inputs.roads, inputs.conditions.modes[_WALK])
        self.points: Snapped = roads.snap(spots.xy)
        self._network, self._node = roads.network(self.points, "distance")

    def metres(self, places: IntArray, spots: IntArray, most_m: float) -> FloatArray:
        """Return the way from places to spots on foot, metres, (places, spots); inf where it is longer than that."""
        found = np.full((places.size, spots.size), np.inf)
        here = self.points.connected[places]
        costs = self._network.costs_within(self._node[places[here]], most_m, direction="from")
        column = np.full(self._network.n_nodes, -1, dtype=np.int64)
        column[self._node[spots]] = np.arange(spots.size)
        row = np.repeat(np.flatnonzero(here), np.diff(costs.indptr))
        at = column[costs.indices]
        found[row[at >= 0], at[at >= 0]] = costs.data[at >= 0]
        return found

    def nearest(self, spots: IntArray) -> FloatArray:
        """Return the way from every spot to the nearest of some, metres; inf where there is none."""
        usable = spots[self.points.connected[spots]]
        return np.asarray(self._network.nearest(self._node[usable])[0][self._node])


class Drives:
    """The roads as vehicles drive them, with spots joined to them.

    Parameters
    ----------
    inputs : Inputs
    spots : Spots
    """

    def __init__(self, inputs: Inputs, spots: Spots) -> None:
        assert inputs.roads is not None
        self._xy = spots.xy
        self._roads = ModeRoads(inputs.roads, inputs.conditions.modes[_CAR])
        self.points = self._roads.snap(spots.xy)
        self._network, self.joined = self._roads.joined(self.points, "time")
        self._ways = Ways(self._network, self.joined)
        self._trees: dict[int, Tree] = {}

    @cached_property
    def _metres(self) -> FloatArray:
        """Length of each part: of an edge, or of the way between a spot and the road."""
        joined, length = self.joined, self._roads.roads.length_m[self._roads.edges]
        spur = joined.there * self._roads.mode.access_kmh / 3.6
        along = (joined.end - joined.begin) * length[np.maximum(joined.edge, 0)]
        return np.asarray(np.where(joined.edge < 0, spur, along))

    def round_trips(self, depot: int) -> tuple[FloatArray, FloatArray]:
        """Return the fastest way from the depot to each spot and back, seconds and metres; inf where none leads."""
        turned = replace(self.joined, u=self.joined.v, v=self.joined.u)
        node = self.joined.node
        trees = self._tree(depot), Ways(turned.network(), turned).tree(int(node[depot]))
        seconds, metres = (
            sum(parts) for parts in zip(*((t.cost, t.along(self._metres)) for t in trees), strict=True)
        )
        return np.asarray(seconds)[node], np.asarray(metres)[node]

    def tables(self, spots: IntArray) -> tuple[IntArray, IntArray]:
        """Return driving times and lengths between spots, along the fastest ways, row to column.

        Seconds are rounded up and metres to the nearest, so that a timetable adds up.
        """
        node = self.joined.node[spots]
        trees = [self._tree(int(spot)) for spot in spots]
        seconds = np.stack([tree.cost[node] for tree in trees])
        metres = np.stack([tree.along(self._metres)[node] for tree in trees])
        return np.ceil(seconds - _ROUNDING).astype(np.int64), np.rint(metres).astype(np.int64)

    def line(self, spots: IntArray) -> shapely.LineString:
        """Return the way from spot to spot, in their order, on the grid."""
        parts = [self._xy[spots[:1]]]
        for begin, end in zip(spots[:-1].tolist(), spots[1:].tolist(), strict=True):
            parts += [self._along(part, entered) for part, entered in self._way(begin, end)]
            parts.append(self._xy[end : end + 1])
        points = np.concatenate(parts)
        moved = np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))
        kept = points[moved]
        return shapely.LineString(kept if len(kept) > 1 else np.repeat(kept, 2, axis=0))

    def _way(self, begin: int, end: int) -> list[tuple[int, int]]:
        return self._tree(begin).way(int(self.joined.node[end]))

    def _tree(self, spot: int) -> Tree:
        if spot not in self._trees:
            self._trees[spot] = self._ways.tree(int(self.joined.node[spot]))
        return self._trees[spot]

    def _along(self, part: int, entered: int) -> FloatArray:
        """Return the points of a part in the direction it is driven; of the way to a spot none, they are its ends."""
        joined = self.joined
        if joined.edge[part] < 0:
            return np.empty((0, 2))
        begin, end = float(joined.begin[part]), float(joined.end[part])
        if joined.u[part] != entered:
            begin, end = end, begin
        line = self._roads.lines[joined.edge[part]]
        return np.asarray(shapely.get_coordinates(substring(line, begin, end, normalized=True)))
