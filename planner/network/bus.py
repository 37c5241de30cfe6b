"""Walking to a bus stop, riding, walking on: what can be reckoned where routes and timetables are not known."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from planner.network.attach import Impedance, Joined, ModeRoads, Snapped, whole_quanta
from planner.network.graph import RoadNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class BusRoads:
    """Roads to walk along, roads that buses use, and stops that join them.

    From a stop with enough trips a week a bus is taken to go the quickest way along the roads to any other such stop.
    Where no routes are known that is the least that the ride can take: the time is a lower bound. Boarding costs the
    mean wait, each time; alighting costs nothing. Walking all the way is always possible.

    Parameters
    ----------
    walk : ModeRoads
        As walkers see the roads.
    ride : ModeRoads
        As buses see them; its mode says how the ride is reckoned.
    stop_xy : (s, 2) float array
        On the grid, NaN where a stop is not located.
    trips_week : (s,) float array
        NaN where it is not known.

    Attributes
    ----------
    stops : (t,) int array
        Indices of the stops that count: enough trips, and near enough to a road for walkers and one for buses.

    Raises
    ------
    ValueError
        If the mode of `ride` does not say how a ride is reckoned.
    """

    def __init__(self, walk: ModeRoads, ride: ModeRoads, stop_xy: FloatArray, trips_week: FloatArray) -> None:
        reckoned = ride.mode.ride
        if reckoned is None:
            raise ValueError(f"ride: the mode {ride.mode.name} has no ride")
        self.walk, self.ride = walk, ride
        wait = reckoned.wait_s(trips_week)
        on_foot, by_bus = walk.snap(stop_xy), ride.snap(stop_xy)
        with np.errstate(invalid="ignore"):
            served = by_bus.connected & (by_bus.distance_m <= reckoned.stop_road_m)
        self.stops = np.flatnonzero(on_foot.connected & served & np.isfinite(wait))
        self._wait = whole_quanta(wait[self.stops])
        self._on_foot, self._by_bus = _taken(on_foot, self.stops), _taken(by_bus, self.stops)

    @property
    def component_share(self) -> float:
        """The main component's share of the length of the roads open to walkers."""
        return self.walk.component_share

    def snap(self, xy: FloatArray) -> Snapped:
        """Return where points reach the roads, on foot; see :meth:`ModeRoads.snap`."""
        return self.walk.snap(xy)

    def network(self, points: Snapped, impedance: Impedance) -> tuple[RoadNetwork, IntArray]:
        """Return the network of both ways of moving with points joined to it, and the node of each point.

        Parameters
        ----------
        points : Snapped
            By :meth:`snap`.
        impedance : {"time"}
            A ride has a time; a distance of walking and riding together means nothing.

        Raises
        ------
        ValueError
            If a distance is asked for.
        """
        network, walking = self.joined(points, impedance)
        return network, walking.node

    def joined(self, points: Snapped, impedance: Impedance) -> tuple[RoadNetwork, Joined]:
        """Return the same network, and the edges that are walked, whose nodes are its first.

        Raises
        ------
        ValueError
            If a distance is asked for.
        """
        if impedance != "time":
            raise ValueError("impedance: by bus only the time can be measured")
        n = points.edge.size
        walking = self.walk.join(_together(points, self._on_foot), "time")
        riding = self.ride.join(self._by_bus, "time")
        board, alight = walking.node[n:], riding.node + walking.n_nodes
        once = np.ones(self.stops.size, dtype=np.int64)
        tail, head, cost, way = zip(
            walking.arcs(),
            _shifted(riding, walking.n_nodes),
            (board, alight, self._wait, once),
            (alight, board, np.zeros(once.size), once),
            strict=True,
        )
        network = RoadNetwork.from_edges(
            walking.n_nodes + riding.n_nodes,
            np.concatenate(tail), np.concatenate(head), np.concatenate(cost), np.concatenate(way),
        )  # fmt: skip
        return network, dataclasses.replace(walking, node=walking.node[:n])


def _shifted(joined: Joined, by: int) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
    u, v, cost, way = joined.arcs()
    return u + by, v + by, cost, way


def _taken(points: Snapped, which: IntArray) -> Snapped:
    return Snapped(
        points.edge[which], points.fraction[which], points.distance_m[which], points.connected[which]
    )


def _together(first: Snapped, second: Snapped) -> Snapped:
    return Snapped(
        np.concatenate([first.edge, second.edge]),
        np.concatenate([first.fraction, second.fraction]),
        np.concatenate([first.distance_m, second.distance_m]),
        np.concatenate([first.connected, second.connected]),
    )
