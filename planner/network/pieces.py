"""The roads of a mode with points joined to them, piece by piece, and which road each piece is part of."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import shapely

from planner.network.attach import Impedance, Joined, ModeRoads, Snapped
from planner.network.graph import RoadNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pieces(Joined):
    """A network of pieces of road between junctions and the points where something is joined to the road.

    Attributes
    ----------
    n_junctions : int
        The nodes of the roads themselves come first, so many.
    """

    n_junctions: int

    @property
    def on_road(self) -> BoolArray:
        """Which pieces have a length on a road."""
        return (self.edge >= 0) & (self.end > self.begin)

    def network(self, without: int = -1) -> RoadNetwork:
        """Return the network, without one of its pieces where one is named."""
        left = np.arange(self.u.size) != without
        there = self.there[left]
        kept = Joined(
            self.n_nodes, self.u[left], self.v[left], there,
            there if self.back is self.there else self.back[left],
            self.oneway[left], self.edge[left], self.begin[left], self.end[left], self.node,
        )  # fmt: skip
        return kept.network()


def pieces(roads: ModeRoads, points: Snapped, impedance: Impedance) -> Pieces:
    """Return the network of a mode with points joined to it, as :meth:`ModeRoads.join` joins them.

    Parameters
    ----------
    roads : ModeRoads
    points : Snapped
    impedance : {"time", "distance"}
    """
    joined = roads.join(points, impedance)
    known = {field.name: getattr(joined, field.name) for field in fields(joined)}
    return Pieces(**known, n_junctions=roads.roads.n_nodes)


def split(
    n_nodes: int,
    u: IntArray,
    v: IntArray,
    cost: FloatArray,
    oneway: IntArray,
    points: Snapped,
    per_metre: float,
) -> Pieces:
    """Cut edges where points reach them, and join each point at the end of a way of its own.

    Parameters
    ----------
    n_nodes : int
    u, v, cost, oneway : (e,) arrays
        The edges.
    points : Snapped
        p of them; those that are not connected become nodes without edges.
    per_metre : float
        Cost of a metre of the way to the edge.
    """
    on = np.flatnonzero(points.connected)
    order = on[np.lexsort((on, points.fraction[on], points.edge[on]))]
    number, none = np.arange(u.size), np.full(order.size, -1)
    joint = n_nodes + np.arange(order.size)
    node = n_nodes + order.size + np.arange(points.edge.size)
    # Along every edge: its first node, the points on it, its last node. Consecutive ones make the pieces.
    of = np.concatenate([number, points.edge[order], number])
    at = np.concatenate([np.full(u.size, -1.0), points.fraction[order], np.full(u.size, 2.0)])
    nodes = np.concatenate([u, joint, v])
    sequence = np.lexsort((np.arange(of.size), at, of))
    of, at, nodes = of[sequence], np.clip(at[sequence], 0.0, 1.0), nodes[sequence]
    first = np.flatnonzero(of[1:] == of[:-1])
    begin, end = at[first], at[first + 1]
    along = np.concatenate([(end - begin) * cost[of[first]], points.distance_m[order] * per_metre])
    return Pieces(
        n_nodes=int(n_nodes + order.size + points.edge.size),
        n_junctions=n_nodes,
        u=np.concatenate([nodes[first], node[order]]),
        v=np.concatenate([nodes[first + 1], joint]),
        there=along,
        back=along,
        oneway=np.concatenate([oneway[of[first]], np.zeros(order.size, dtype=np.int64)]),
        edge=np.concatenate([of[first], none]),
        begin=np.concatenate([begin, np.zeros(order.size)]),
        end=np.concatenate([end, np.zeros(order.size)]),
        node=node,
    )


def snap_within(
    lines: npt.NDArray[np.object_], xy: FloatArray, ground: FloatArray, reach_m: float
) -> Snapped:
    """Return where points meet lines, which need not be joined to one another; beyond the reach they do not.

    Parameters
    ----------
    lines : (e,) object array of shapely LineString
        On a metric grid.
    xy : (p, 2) float array
        On the same grid; NaN where a point is not located.
    ground : (p,) float array
        Grid metres per metre on the ground at each point.
    reach_m : float
        Metres on the ground.

    Returns
    -------
    Snapped
        At equal distance the line that comes first.
    """
    n = len(xy)
    edge, fraction, distance = np.full(n, -1, dtype=np.int64), np.zeros(n), np.full(n, np.nan)
    located = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if located.size and lines.size:
        points = shapely.points(xy[located])
        asked, found = shapely.STRtree(lines).query_nearest(points)
        order = np.lexsort((found, asked))
        asked, first = np.unique(asked[order], return_index=True)
        chosen = found[order][first]
        edge[located] = chosen
        along = shapely.line_locate_point(lines[chosen], points) / shapely.length(lines[chosen])
        fraction[located] = np.clip(along, 0.0, 1.0)
        distance[located] = shapely.distance(lines[chosen], points) / ground[located]
    with np.errstate(invalid="ignore"):
        connected = distance <= reach_m
    return Snapped(edge, fraction, distance, connected)
