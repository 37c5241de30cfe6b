"""Places and facilities on the network: each reaches it at the nearest point of an edge of the main component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from planner.layers.grid import Grid
from planner.network.build import Roads
from planner.network.graph import RoadNetwork
from planner.network.modes import Mode

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Impedance = Literal["time", "distance"]


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
        Straight way from the point to the edge, metres; NaN where there is none.
    connected : (n,) bool array
        Whether that way is short enough to count.
    """

    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray
    connected: BoolArray


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
        Time along each of them.
    component_share : float
        Length of the main component as a share of the length of all usable roads.
    """

    def __init__(self, roads: Roads, mode: Mode) -> None:
        self.roads = roads
        self.mode = mode
        kmh = mode.edge_kmh(roads.road_class, roads.paved, roads.speed_kmh)
        usable = np.isfinite(kmh)
        component = roads.components(usable)
        self.edges = np.flatnonzero(component == 0)
        self.seconds = roads.length_m[self.edges] / (kmh[self.edges] / 3.6)
        whole = float(roads.length_m[usable].sum())
        self.component_share = float(roads.length_m[self.edges].sum()) / whole if whole else 0.0
        from planner.network.snap import EdgeGrid

        self._grid = EdgeGrid(roads.xy, roads.first[self.edges], roads.last[self.edges])

    def snap(self, xy: FloatArray) -> Snapped:
        """Return where points reach the network.

        Parameters
        ----------
        xy : (n, 2) float array
            On the district's grid, metres; NaN where a point is not located.

        Returns
        -------
        Snapped
            At equal distance the edge that comes first in the road layer.
        """
        n = len(xy)
        edge = np.full(n, -1, dtype=np.int64)
        fraction = np.zeros(n)
        distance = np.full(n, np.nan)
        located = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if located.size and self.edges.size:
            edge[located], fraction[located], apart = self._grid.nearest(xy[located])
            distance[located] = apart / Grid.scale(xy[located, 0])
        with np.errstate(invalid="ignore"):
            connected = distance <= self.mode.max_road_distance_m
        return Snapped(edge, fraction, distance, connected)

    def network(self, points: Snapped, impedance: Impedance) -> tuple[RoadNetwork, IntArray]:
        """Return the network with points joined to it, and the node of each point.

        Each edge is split where points reach it; a point is a node of its own at the end of a spur that costs the
        way from the point to the edge, so that no way leads through a point. A point that is not connected is a node
        without edges.

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
        on = np.flatnonzero(points.connected)
        order = on[np.lexsort((on, points.fraction[on], points.edge[on]))]
        cost = self.seconds if impedance == "time" else self.roads.length_m[self.edges]
        per_metre = 3.6 / self.mode.access_kmh if impedance == "time" else 1.0
        n_roads, n_points = self.roads.n_nodes, points.edge.size
        split = n_roads + np.arange(order.size)
        node = n_roads + order.size + np.arange(n_points)
        u, v, weight, way = self._split(points.edge[order], points.fraction[order], split, cost)
        network = RoadNetwork.from_edges(
            n_roads + order.size + n_points,
            np.concatenate([u, node[order]]),
            np.concatenate([v, split]),
            np.concatenate([weight, points.distance_m[order] * per_metre]),
            np.concatenate([way, np.zeros(order.size, dtype=np.int64)]),
        )
        return network, node

    def _split(
        self, edge: IntArray, fraction: FloatArray, split: IntArray, cost: FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
        """Return the edges cut at the given points, which are sorted by edge and by fraction along it."""
        roads, number = self.roads, np.arange(self.edges.size)
        # Along every edge: its first node, the points on it, its last node. Consecutive ones make the parts.
        of = np.concatenate([number, edge, number])
        at = np.concatenate([np.full(number.size, -1.0), fraction, np.full(number.size, 2.0)])
        nodes = np.concatenate([roads.u[self.edges], split, roads.v[self.edges]])
        order = np.lexsort((np.arange(of.size), at, of))
        of, at, nodes = of[order], np.clip(at[order], 0.0, 1.0), nodes[order]
        part = np.flatnonzero(of[1:] == of[:-1])
        weight = (at[part + 1] - at[part]) * cost[of[part]]
        oneway = (
            roads.oneway[self.edges] if self.mode.keeps_oneway else np.zeros(self.edges.size, dtype=np.int64)
        )
        return nodes[part], nodes[part + 1], weight, oneway[of[part]]
