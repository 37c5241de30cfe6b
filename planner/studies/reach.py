"""Which facilities places reach over a network, and at what cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from planner.network.attach import Impedance
from planner.network.graph import Direction
from planner.studies.measure import Gauge

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def k_nearest(
    gauge: Gauge, mode: str, impedance: Impedance, direction: Direction, facilities: IntArray, k: int
) -> tuple[FloatArray, IntArray] | None:
    """Return the k nearest of some facilities for each place over the network; None without roads.

    Parameters
    ----------
    gauge : Gauge
    mode : str
    impedance : {"time", "distance"}
    direction : {"to", "from"}
    facilities : (f,) int array
        Indices into the district's facilities; those that are not connected are left out.
    k : int

    Returns
    -------
    costs : (n, k) float array
        Seconds or metres, nearest first; inf where there are fewer.
    whiches : (n, k) int array
        Indices into the district's facilities; -1 where there are fewer.
    """
    joined, snapped = gauge.network(mode, impedance), gauge.snapped(mode)
    if joined is None or snapped is None:
        return None
    network, node = joined
    n = len(gauge.inputs.places)
    usable = facilities[snapped.connected[n + facilities]]
    costs, whiches = network.k_nearest(node[n + usable], k, direction=direction)
    return costs[node[:n]], np.append(usable, -1)[whiches[node[:n]]]


def costs_within(
    gauge: Gauge, mode: str, impedance: Impedance, direction: Direction, facilities: IntArray, cutoff: float
) -> csr_array[Any] | None:
    """Return the costs between places and some facilities within a cutoff; None without roads.

    Parameters
    ----------
    gauge, mode, impedance, direction, facilities
        As for :func:`k_nearest`.
    cutoff : float
        Seconds or metres.

    Returns
    -------
    scipy.sparse.csr_array
        Places × facilities; what is not stored is out of reach, a stored 0 is a cost of nothing.
    """
    joined, snapped = gauge.network(mode, impedance), gauge.snapped(mode)
    if joined is None or snapped is None:
        return None
    network, node = joined
    n = len(gauge.inputs.places)
    usable = snapped.connected[n + facilities]
    found = network.costs_within(node[n + facilities[usable]], cutoff, direction=direction)
    place_of = np.full(network.n_nodes, -1, dtype=np.int64)
    place_of[node[:n]] = np.arange(n)
    row = np.repeat(np.flatnonzero(usable), np.diff(found.indptr))
    here = place_of[found.indices] >= 0
    cells = (place_of[found.indices[here]], row[here])
    return csr_array((found.data[here], cells), shape=(n, facilities.size))
