"""The ways behind costs: which edges lead from one point to others, and how long they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from planner.network.attach import Joined
from planner.network.graph import RoadNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tree:
    """The cheapest ways from one node to all others.

    Attributes
    ----------
    source : int
    cost : (n,) float array
        In the unit of the search; inf where no way leads.
    before : (n,) int array
        The node before each on its way; its own number at the source and where no way leads.
    part : (n,) int array
        The part of :class:`Joined` that leads to it from there; -1 likewise.
    """

    source: int
    cost: FloatArray
    before: IntArray
    part: IntArray

    def way(self, node: int) -> list[tuple[int, int]]:
        """Return the parts on the way to a node, from the source on, each with the node it is entered at."""
        found = []
        while node != self.source:
            if self.part[node] < 0:
                raise ValueError(f"node: no way leads from {self.source} to it")
            found.append((int(self.part[node]), int(self.before[node])))
            node = int(self.before[node])
        return found[::-1]

    def along(self, value: FloatArray) -> FloatArray:
        """Return the sum of a value of the parts along the way to each node; inf where no way leads."""
        total = np.where(self.part >= 0, value[self.part], 0.0)
        before = self.before.copy()
        # Each step doubles how far back the sums reach.
        while True:
            further = before[before]
            total = total + np.where(before != np.arange(before.size), total[before], 0.0)
            if np.array_equal(further, before):
                break
            before = further
        return np.where(np.isfinite(self.cost), total, np.inf)


class Ways:
    """Finds the ways over a network whose edges are known.

    Parameters
    ----------
    network : RoadNetwork
        Of `joined`.
    joined : Joined
    """

    def __init__(self, network: RoadNetwork, joined: Joined) -> None:
        self._network = network
        on, against = np.flatnonzero(joined.oneway >= 0), np.flatnonzero(joined.oneway <= 0)
        self._tail = np.concatenate([joined.u[on], joined.v[against]])
        self._head = np.concatenate([joined.v[on], joined.u[against]])
        self._cost = np.concatenate([joined.there[on], joined.back[against]])
        self._part = np.concatenate([on, against])

    def tree(self, source: int) -> Tree:
        """Return the cheapest ways from a node.

        An arc lies on one where the cost at its head is that at its tail and its own, to the last digit: costs are
        summed in the order of the way. Any way over such arcs alone is a cheapest one; of several, one with the fewest
        arcs is taken.

        Parameters
        ----------
        source : int
        """
        n = self._network.n_nodes
        row = self._network.costs_within([source], np.inf, direction="from")
        cost = np.full(n, np.inf)
        cost[row.indices] = row.data
        near = np.isfinite(cost[self._tail])
        tight = np.flatnonzero(near & (cost[self._tail] + self._cost == cost[self._head]))
        tail, head = self._tail[tight], self._head[tight]
        arcs = csr_array((np.ones(tight.size), (tail, head)), shape=(n, n))
        order, before = breadth_first_order(arcs, source)
        found = np.arange(n)
        found[order[1:]] = before[order[1:]]
        part = np.full(n, -1, dtype=np.int64)
        used = found[head] == tail
        part[head[used][::-1]] = self._part[tight[used]][::-1]
        part[source] = -1
        return Tree(source, cost, found, part)
