"""Places and facilities on the network: each reaches it at the nearest point of an edge of the main component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from planner.layers.grid import Grid
from planner.network.barriers import Barriers
from planner.network.build import Roads
from planner.network.graph import RoadNetwork
from planner.network.modes import Mode

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]
Impedance = Literal["time", "distance"]

QUANTUM = 2.0**-32
"""Costs are whole multiples of this, seconds or metres.

Sums of such costs are exact up to 2**21 (24 days, 2,000 km), so that the cost of a way does not depend on where points
cut its edges: who adds a point of one service changes no cost of another, not even in the last digit.
"""


@dataclass(frozen=True, slots=True)
class Snapped:
    """Where points reach the network.

    Attributes
    ----------
    edge : (n,) int array
        Index into the mode's `edges`; -1 for a point without coordinates, or where the mode has no road at all.
    fraction : (n,) float array
        How far along the edge, 0 to 1.
    distance_m : (n,) float array
        Straight way from the point to the edge, metres; NaN where there is none that crosses no barrier.
    connected : (n,) bool array
        Whether that way is short enough to count.
    """

    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray
    connected: BoolArray


@dataclass(frozen=True, slots=True)
class Joined:
    """The edges of a mode, cut where points reach them, with the points' own ways.

    Attributes
    ----------
    n_nodes : int
    u, v : (m,) int array
        Ends of each part.
    there, back : (m,) float array
        Cost from u to v and from v to u, seconds or metres.
    oneway : (m,) int array
        1 from u to v only, -1 from v to u only, 0 both ways.
    edge : (m,) int array
        Index into the mode's `edges`; -1 for the way between a point and the road.
    begin, end : (m,) float array
        Which part of the edge it is, 0 to 1 along it.
    node : (n,) int array
        Of each point.
    """

    n_nodes: int
    u: IntArray
    v: IntArray
    there: FloatArray
    back: FloatArray
    oneway: IntArray
    edge: IntArray
    begin: FloatArray
    end: FloatArray
    node: IntArray

    def arcs(self) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
        """Return ends, costs and directions as :meth:`RoadNetwork.from_edges` takes them."""
        if self.back is self.there:
            return self.u, self.v, self.there, self.oneway
        # Uphill and downhill differ: an edge each way.
        on, against = self.oneway >= 0, self.oneway <= 0
        tail = np.concatenate([self.u[on], self.v[against]])
        head = np.concatenate([self.v[on], self.u[against]])
        cost = np.concatenate([self.there[on], self.back[against]])
        return tail, head, cost, np.ones(tail.size, dtype=np.int64)

    def network(self) -> RoadNetwork:
        """Return it as a network to search."""
        return RoadNetwork.from_edges(self.n_nodes, *self.arcs())


class ModeRoads:
    """The roads of a district as one mode of travel sees them.

    Parameters
    ----------
    roads : Roads
    mode : Mode

    Attributes
    ----------
    edges : (e,) int array
        Edges of the main component among those that the mode may use.
    seconds : (e,) float array
        Time along each of them on the flat.
    component_share : float
        Length of the main component as a share of the length of all usable roads.
    """

    def __init__(self, roads: Roads, mode: Mode) -> None:
        self.roads = roads
        self.mode = mode
        kmh = mode.edge_kmh(roads.road_class, roads.paved, roads.speed_kmh, roads.soft)
        usable = np.isfinite(kmh)
        component = roads.components(usable)
        self.edges = np.flatnonzero(component == 0)
        self.seconds = roads.length_m[self.edges] / (kmh[self.edges] / 3.6)
        whole = float(roads.length_m[usable].sum())
        from planner.network.snap import EdgeGrid

        self.component_share = float(roads.length_m[self.edges].sum()) / whole if whole else 0.0
        self._grid = EdgeGrid(roads.xy, roads.first[self.edges], roads.last[self.edges])
        self._barriers = Barriers(roads.barriers)

    @cached_property
    def lines(self) -> ObjectArray:
        """The edges as lines on the grid."""
        return self.roads.geometry(self.edges)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines)

    def snap(self, xy: FloatArray) -> Snapped:
        """Return where points reach the network, over a straight way that crosses no barrier.

        Parameters
        ----------
        xy : (n, 2) float array
            On the district's grid, metres; NaN where a point is not located.

        Returns
        -------
        Snapped
            At equal distance the edge that comes first in the road layer. Where barriers shut a point off from every
            road within the mode's reach, it has no edge and no distance.
        """
        n = len(xy)
        edge = np.full(n, -1, dtype=np.int64)
        fraction = np.zeros(n)
        distance = np.full(n, np.nan)
        located = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if located.size and self.edges.size:
            edge[located], fraction[located], apart = self._grid.nearest(xy[located])
            distance[located] = apart / Grid.scale(xy[located, 0])
            if len(self._barriers):
                self._go_round(xy, edge, fraction, distance)
        with np.errstate(invalid="ignore"):
            connected = distance <= self.mode.max_road_distance_m
        return Snapped(edge, fraction, distance, connected)

    def _go_round(self, xy: FloatArray, edge: IntArray, fraction: FloatArray, distance: FloatArray) -> None:
        """Give points whose way crosses a barrier the nearest road on their own side."""
        on = np.flatnonzero(distance <= self.mode.max_road_distance_m)
        feet = shapely.line_interpolate_point(self.lines[edge[on]], fraction[on], normalized=True)
        ways = shapely.linestrings(np.stack([xy[on], shapely.get_coordinates(feet)], axis=1))
        for point in on[self._barriers.crossed(ways)]:
            scale = float(Grid.scale(xy[point, 0]))
            farthest = self.mode.max_road_distance_m * scale
            seen = self._barriers.nearest_seen(xy[point], self.lines, self._tree, farthest)
            edge[point], fraction[point], apart = seen or (-1, 0.0, np.nan)
            distance[point] = apart / scale

    def network(self, points: Snapped, impedance: Impedance) -> tuple[RoadNetwork, IntArray]:
        """Return the network with points joined to it, and the node of each point; see :meth:`join`.

        Parameters
        ----------
        points : Snapped
        impedance : {"time", "distance"}
            Seconds or metres.

        Returns
        -------
        network : RoadNetwork
        node : (n,) int array
        """
        network, joined = self.joined(points, impedance)
        return network, joined.node

    def joined(self, points: Snapped, impedance: Impedance) -> tuple[RoadNetwork, Joined]:
        """Return the network with points joined to it, and the edges that it is made of; see :meth:`join`."""
        joined = self.join(points, impedance)
        return joined.network(), joined

    def join(self, points: Snapped, impedance: Impedance) -> Joined:
        """Return the edges with points joined to them.

        Each edge is split where points reach it; a point is a node of its own at the end of a spur that costs the
        way from the point to the edge, so that no way leads through a point. A point that is not connected is a node
        without edges. On a slope an edge costs the same per metre all along it: the mean of its own slopes.

        Parameters
        ----------
        points : Snapped
        impedance : {"time", "distance"}
            Seconds or metres.
        """
        on = np.flatnonzero(points.connected)
        order = on[np.lexsort((on, points.fraction[on], points.edge[on]))]
        per_metre = 3.6 / self.mode.access_kmh if impedance == "time" else 1.0
        n_roads, n_points, n_on = self.roads.n_nodes, points.edge.size, order.size
        split = n_roads + np.arange(n_on)
        node = n_roads + n_on + np.arange(n_points)
        of, begin, end, u, v = self._parts(points.edge[order], points.fraction[order], split)
        oneway = self.roads.oneway[self.edges][of] if self.mode.keeps_oneway else np.zeros_like(of)
        # Who reaches a one-way street at its very end stands on the crossing, and is not bound by it.
        oneway = np.where(end > begin, oneway, 0)
        spur = whole_quanta(points.distance_m[order] * per_metre)
        costs = [
            np.concatenate([whole_quanta(end * cost[of]) - whole_quanta(begin * cost[of]), spur])
            for cost in self._edge_costs(impedance)
        ]  # one for both directions, or one for each
        nothing = np.zeros(n_on)
        return Joined(
            n_nodes=n_roads + n_on + n_points,
            u=np.concatenate([u, node[order]]),
            v=np.concatenate([v, split]),
            there=costs[0],
            back=costs[-1],
            oneway=np.concatenate([oneway, np.zeros(n_on, dtype=np.int64)]),
            edge=np.concatenate([of, np.full(n_on, -1)]),
            begin=np.concatenate([begin, nothing]),
            end=np.concatenate([end, nothing]),
            node=node,
        )

    def join_more(self, joined: Joined, points: Snapped, impedance: Impedance) -> Joined:
        """Return edges with further points joined to them; only the parts that these reach are cut.

        Parameters
        ----------
        joined : Joined
            By :meth:`join`, of the same impedance.
        points : Snapped
            k of them.
        impedance : {"time", "distance"}

        Returns
        -------
        Joined
            What a way costs is the same as if all points had been joined at once. Nodes keep their numbers; those of
            the further points come last in `node`.
        """
        on = np.flatnonzero(points.connected)
        n_on, first = on.size, joined.n_nodes
        reached = np.flatnonzero(np.isin(joined.edge, points.edge[on]))
        parts = [
            Part(int(joined.edge[p]), float(joined.begin[p]), float(joined.end[p]), int(joined.u[p]), int(joined.v[p]))
            for p in reached
        ]  # fmt: skip
        for number, point in enumerate(on):
            parts = cut(parts, int(points.edge[point]), float(points.fraction[point]), first + number)
        of, begin, end, u, v = (
            (np.array(column) for column in zip(*parts, strict=True)) if parts else _NO_PARTS
        )
        per_metre = 3.6 / self.mode.access_kmh if impedance == "time" else 1.0
        spur = whole_quanta(points.distance_m[on] * per_metre)
        costs = [
            np.concatenate([whole_quanta(end * cost[of]) - whole_quanta(begin * cost[of]), spur])
            for cost in self._edge_costs(impedance)
        ]
        oneway = self.roads.oneway[self.edges][of] if self.mode.keeps_oneway else np.zeros_like(of)
        node = first + n_on + np.arange(points.edge.size)
        kept = np.delete(np.arange(joined.edge.size), reached)
        nothing = np.zeros(n_on)
        there = np.concatenate([joined.there[kept], costs[0]])
        return Joined(
            n_nodes=first + n_on + points.edge.size,
            u=np.concatenate([joined.u[kept], u, node[on]]),
            v=np.concatenate([joined.v[kept], v, first + np.arange(n_on)]),
            there=there,
            back=there if joined.back is joined.there else np.concatenate([joined.back[kept], costs[-1]]),
            oneway=np.concatenate(
                [joined.oneway[kept], np.where(end > begin, oneway, 0), nothing.astype(np.int64)]
            ),
            edge=np.concatenate([joined.edge[kept], of, np.full(n_on, -1)]),
            begin=np.concatenate([joined.begin[kept], begin, nothing]),
            end=np.concatenate([joined.end[kept], end, nothing]),
            node=np.concatenate([joined.node, node]),
        )

    def _edge_costs(self, impedance: Impedance) -> tuple[FloatArray, ...]:
        """Return the costs of the edges: from u to v and back, or one where they are the same."""
        if impedance == "distance":
            return (self.roads.length_m[self.edges],)
        there, back = self.roads.slope_there, self.roads.slope_back
        if not self.mode.minds_slopes or there is None or back is None:
            return (self.seconds,)
        return self.seconds * there[self.edges], self.seconds * back[self.edges]

    def _parts(
        self, edge: IntArray, fraction: FloatArray, split: IntArray
    ) -> tuple[IntArray, FloatArray, FloatArray, IntArray, IntArray]:
        """Return the edges cut at the given points, which are sorted by edge and by fraction along it."""
        roads, number = self.roads, np.arange(self.edges.size)
        # Along every edge: its first node, the points on it, its last node. Consecutive ones make the parts.
        before = np.cumsum(np.bincount(edge, minlength=number.size))
        last = 2 * number + 1 + before
        first = np.append(0, last[:-1] + 1)[: number.size]
        point = 2 * edge + 1 + np.arange(edge.size)
        size = 2 * number.size + edge.size
        of, at, nodes = np.empty(size, np.int64), np.empty(size), np.empty(size, np.int64)
        of[first], of[point], of[last] = number, edge, number
        at[first], at[point], at[last] = 0.0, np.clip(fraction, 0.0, 1.0), 1.0
        nodes[first], nodes[point], nodes[last] = roads.u[self.edges], split, roads.v[self.edges]
        part = np.flatnonzero(of[1:] == of[:-1])
        return of[part], at[part], at[part + 1], nodes[part], nodes[part + 1]


class Part(NamedTuple):
    """A part of an edge: from where to where along it (0 to 1), between which nodes."""

    edge: int
    begin: float
    end: float
    u: int
    v: int


_NO_PARTS = tuple(np.empty(0, dtype=kind) for kind in (np.int64, np.float64, np.float64, np.int64, np.int64))


def cut(parts: Sequence[Part], edge: int, fraction: float, node: int) -> list[Part]:
    """Return parts of edges with one of them cut in two by a node that far along its edge."""
    at = min(max(fraction, 0.0), 1.0)
    for i, part in enumerate(parts):
        if part.edge == edge and part.begin <= at <= part.end:
            halves = (part._replace(end=at, v=node), part._replace(begin=at, u=node))
            return [*parts[:i], *halves, *parts[i + 1 :]]
    raise ValueError(f"edge: {edge} has no part {fraction} along it")


def whole_quanta(cost: FloatArray) -> FloatArray:
    """Return costs rounded to whole multiples of :data:`QUANTUM`."""
    return np.asarray(np.rint(cost / QUANTUM) * QUANTUM)
