"""A road network as arrays, and the questions asked of it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Direction = Literal["to", "from"]


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Arcs sorted by tail: those of node i are ``start[i]:start[i + 1]``."""

    start: IntArray
    head: IntArray
    weight: FloatArray

    @classmethod
    def sort(cls, n_nodes: int, tail: IntArray, head: IntArray, weight: FloatArray) -> _Arcs:
        order = np.argsort(tail, kind="stable")
        start = np.zeros(n_nodes + 1, dtype=np.int64)
        np.cumsum(np.bincount(tail, minlength=n_nodes), out=start[1:])
        return cls(start, np.ascontiguousarray(head[order]), np.ascontiguousarray(weight[order]))


class RoadNetwork:
    """A network of nodes and arcs with a cost each.

    Make one with :meth:`from_edges`. Parallel edges, loops, edges that cost nothing and several components
    are all allowed.
    """

    def __init__(self, n_nodes: int, forward: _Arcs, backward: _Arcs) -> None:
        self.n_nodes = n_nodes
        self._forward = forward
        self._backward = backward

    @classmethod
    def from_edges(
        cls,
        n_nodes: int,
        u: npt.ArrayLike,
        v: npt.ArrayLike,
        cost: npt.ArrayLike,
        oneway: npt.ArrayLike | None = None,
    ) -> RoadNetwork:
        """Build a network from its edges.

        Parameters
        ----------
        n_nodes : int
            Nodes are numbered 0 to ``n_nodes - 1``.
        u, v : (m,) int array_like
            Ends of each edge.
        cost : (m,) float array_like
            Seconds or metres, at least 0 and finite.
        oneway : (m,) bool or int array_like, optional
            True or 1: only from u to v; -1: only from v to u; False or 0: both ways (the default).

        Returns
        -------
        RoadNetwork

        Raises
        ------
        ValueError
            Naming the argument: shapes that do not fit, a node out of range, a cost that is negative or NaN.
        """
        n_nodes = _whole("n_nodes", n_nodes, 0)
        tail = _nodes("u", u, n_nodes)
        head = _nodes("v", v, n_nodes)
        weight = _costs("cost", cost)
        if not tail.shape == head.shape == weight.shape:
            raise ValueError(
                f"u, v, cost: lengths {tail.size}, {head.size} and {weight.size} do not fit together"
            )
        way: npt.NDArray[Any] = np.zeros(tail.size, np.int8) if oneway is None else np.asarray(oneway)
        if way.shape != tail.shape:
            raise ValueError(f"oneway: length {way.size} does not fit the {tail.size} edges")
        if way.size and (way.dtype.kind not in "biuf" or not bool(np.isin(way, (-1, 0, 1)).all())):
            raise ValueError("oneway: only True, False or 1, 0, -1 are allowed")
        way = way.astype(np.int8)
        there, back = way >= 0, way <= 0
        arcs = (
            np.concatenate([tail[there], head[back]]),
            np.concatenate([head[there], tail[back]]),
            np.concatenate([weight[there], weight[back]]),
        )
        forward = _Arcs.sort(n_nodes, *arcs)
        # A network without one-way edges reads the same in both directions.
        symmetric = bool(there.all() and back.all())
        backward = forward if symmetric else _Arcs.sort(n_nodes, arcs[1], arcs[0], arcs[2])
        return cls(n_nodes, forward, backward)

    def nearest(
        self, facility_nodes: npt.ArrayLike, *, direction: Direction = "to"
    ) -> tuple[FloatArray, IntArray]:
        """Return for every node its nearest facility, in one pass over the network.

        Parameters
        ----------
        facility_nodes : (f,) int array_like
            The node of each facility; several may stand on one node.
        direction : {"to", "from"}
            ``"to"``: the cost from the node to the facility (a resident on the way to a service). ``"from"``: from
            the facility to the node (an ambulance on the way to a resident). The same without one-way edges.

        Returns
        -------
        cost : (n_nodes,) float array
            In the unit of the edges' costs; inf where no facility can be reached.
        which : (n_nodes,) int array
            Index into `facility_nodes`, the lowest at equal cost; -1 where no facility can be reached.

        Raises
        ------
        ValueError
            If a facility is not on a node of the network.

        Notes
        -----
        Dijkstra's algorithm from all facilities at once (Dijkstra 1959; Erwig 2000 for the network Voronoi diagram).
        """
        from planner.network import search

        sources = _nodes("facility_nodes", facility_nodes, self.n_nodes)
        arcs = self._arcs(direction)
        cost, which = search.nearest(arcs.start, arcs.head, arcs.weight, sources)
        return cost, which

    def k_nearest(
        self, facility_nodes: npt.ArrayLike, k: int, *, direction: Direction = "to"
    ) -> tuple[FloatArray, IntArray]:
        """Return for every node its k nearest distinct facilities.

        Parameters
        ----------
        facility_nodes : (f,) int array_like
        k : int
            At least 1.
        direction : {"to", "from"}
            As in :meth:`nearest`.

        Returns
        -------
        costs : (n_nodes, k) float array
            Nearest first; inf where fewer than k facilities can be reached.
        whiches : (n_nodes, k) int array
            Indices into `facility_nodes`, the lowest first at equal cost; -1 where there is none.

        Raises
        ------
        ValueError
            If k is not a positive whole number, or a facility is not on a node of the network.
        """
        from planner.network import search

        k = _whole("k", k, 1)
        sources = _nodes("facility_nodes", facility_nodes, self.n_nodes)
        arcs = self._arcs(direction)
        costs, whiches = search.k_nearest(arcs.start, arcs.head, arcs.weight, sources, k)
        return costs, whiches

    def costs_within(
        self, origin_nodes: npt.ArrayLike, cutoff: float, *, direction: Direction = "from"
    ) -> csr_array[Any]:
        """Return the costs from each origin to all nodes within a cutoff.

        Parameters
        ----------
        origin_nodes : (o,) int array_like
        cutoff : float
            In the unit of the edges' costs; a cost equal to it is within.
        direction : {"from", "to"}
            ``"from"``: from the origin to the node; ``"to"``: from the node to the origin.

        Returns
        -------
        scipy.sparse.csr_array
            Origins × nodes. A stored zero is a cost of nothing; what is not stored is out of reach.

        Raises
        ------
        ValueError
            If the cutoff is negative or NaN, or an origin is not a node of the network.
        """
        from scipy.sparse import csr_array

        from planner.network import search

        limit = _number(cutoff)
        if not limit >= 0:
            raise ValueError(f"cutoff: {cutoff!r} is not a cost of 0 or more")
        origins = _nodes("origin_nodes", origin_nodes, self.n_nodes)
        arcs = self._arcs(direction)
        chunks = np.array_split(origins, max(1, min(os.cpu_count() or 1, origins.size // 16)))
        with ThreadPoolExecutor(len(chunks)) as pool:
            found = list(
                pool.map(
                    lambda part: search.costs_within(arcs.start, arcs.head, arcs.weight, part, limit), chunks
                )
            )
        starts = [np.zeros(1, np.int64)]
        for rows, _, _ in found:
            starts.append(rows[1:] + starts[-1][-1])
        nodes = np.concatenate([part for _, part, _ in found])
        costs = np.concatenate([part for _, _, part in found])
        table = csr_array((costs, nodes, np.concatenate(starts)), shape=(origins.size, self.n_nodes))
        table.sort_indices()
        return table

    def _arcs(self, direction: Direction) -> _Arcs:
        """Return the arcs to search along: backward when the cost is that of the way to the sources."""
        if direction not in ("to", "from"):
            raise ValueError(f"direction: {direction!r} is neither 'to' nor 'from'")
        return self._backward if direction == "to" else self._forward


def _number(value: object) -> float:
    """Return a number, NaN for what is none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def _whole(name: str, value: object, least: int) -> int:
    number = _number(value)
    if isinstance(value, (bool, np.bool_)) or not number.is_integer() or number < least:
        raise ValueError(f"{name}: {value!r} is not a whole number of {least} or more")
    return int(number)


def _nodes(name: str, values: npt.ArrayLike, n_nodes: int) -> IntArray:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: one dimension is needed, not {array.ndim}")
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    if array.dtype.kind not in "iu" and not (
        array.dtype.kind == "f" and bool(np.all(array == np.floor(array)))
    ):
        raise ValueError(f"{name}: node numbers have to be whole")
    if array.min() < 0 or array.max() >= n_nodes:
        raise ValueError(f"{name}: a node is out of range 0 to {n_nodes - 1}")
    return np.ascontiguousarray(array, dtype=np.int64)


def _costs(name: str, values: npt.ArrayLike) -> FloatArray:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error
    if array.ndim != 1:
        raise ValueError(f"{name}: one dimension is needed, not {array.ndim}")
    if np.isnan(array).any():
        raise ValueError(f"{name}: NaN at position {int(np.flatnonzero(np.isnan(array))[0])}")
    if (array < 0).any():
        raise ValueError(f"{name}: negative at position {int(np.flatnonzero(array < 0)[0])}")
    if np.isinf(array).any():
        raise ValueError(
            f"{name}: infinite at position {int(np.flatnonzero(np.isinf(array))[0])}; leave the edge out"
        )
    return np.ascontiguousarray(array)
