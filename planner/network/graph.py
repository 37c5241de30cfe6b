"""A road network as arrays, and the questions asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from planner.network.arcs import Arcs
    from planner.network.rows import Numbering

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Direction = Literal["to", "from", "round trip"]


class RoadNetwork:
    """A network of nodes and arcs with a cost each.

    Make one with :meth:`from_edges`. Parallel edges, loops, edges that cost nothing and several components
    are all allowed.
    """

    def __init__(self, n_nodes: int, forward: Arcs, backward: Arcs, numbering: Numbering) -> None:
        self.n_nodes = n_nodes
        self._forward = forward
        self._backward = backward
        self._numbering = numbering

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
        way = np.zeros(tail.size, np.int8) if oneway is None else _array("oneway", oneway)
        if way.shape != tail.shape:
            raise ValueError(f"oneway: length {way.size} does not fit the {tail.size} edges")
        if way.size and (way.dtype.kind not in "biuf" or not bool(np.isin(way, (-1, 0, 1)).all())):
            raise ValueError("oneway: only True, False or 1, 0, -1 are allowed")
        way = way.astype(np.int8)
        return cls._built(n_nodes, tail, head, weight, way)

    @classmethod
    def _built(
        cls, n_nodes: int, u: IntArray, v: IntArray, weight: FloatArray, way: npt.NDArray[np.int8]
    ) -> RoadNetwork:
        """Sort the arcs of edges that have been checked, renumbering nodes where that makes searches quicker."""
        from planner.network.arcs import Arcs, compact_numbers, scattered
        from planner.network.rows import Numbering

        forward = Arcs.sort(n_nodes, u, v, weight, way)
        inner = outer = np.empty(0, dtype=np.uint32)
        if scattered(n_nodes, u, v):
            inner = compact_numbers(forward)
            outer = np.empty_like(inner)
            outer[inner] = np.arange(n_nodes, dtype=np.uint32)
            u, v = inner[u].astype(np.int64), inner[v].astype(np.int64)
            forward = Arcs.sort(n_nodes, u, v, weight, way)
        # A network without one-way edges reads the same in both directions.
        backward = Arcs.sort(n_nodes, v, u, weight, way) if way.any() else forward
        return cls(n_nodes, forward, backward, Numbering(inner, outer))

    def nearest(
        self, facility_nodes: npt.ArrayLike, *, direction: Direction = "to"
    ) -> tuple[FloatArray, IntArray]:
        """Return for every node its nearest facility, in one pass over the network.

        Parameters
        ----------
        facility_nodes : (f,) int array_like
            The node of each facility; several may stand on one node.
        direction : {"to", "from", "round trip"}
            ``"to"``: the cost from the node to the facility (a resident on the way to a service). ``"from"``: from
            the facility to the node (an ambulance on the way to a resident). The same without one-way edges.
            ``"round trip"``: there and back, to the facility for which the two cost least together (a school bus, an
            errand); it need not be the nearest in either direction.

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
        One search from all facilities at once (Dijkstra 1959; Erwig 2000 for the network Voronoi diagram) with a
        bucket queue (Dial 1969; Denardo and Fox 1979). Round trips take a search from each facility as far as it may
        matter, see :mod:`planner.network.round_trip`.
        """
        from planner.network import round_trip, search

        sources = self._numbering.inside(_nodes("facility_nodes", facility_nodes, self.n_nodes))
        if direction == "round trip":
            costs, whiches = round_trip.k_nearest(self._forward, self._backward, sources, 1)
            cost, which = costs[:, 0], whiches[:, 0]
        else:
            cost, which = search.nearest(self._arcs(direction), sources)
        return self._numbering.outside(cost), self._numbering.outside(which).astype(np.int64)

    def k_nearest(
        self, facility_nodes: npt.ArrayLike, k: int, *, direction: Direction = "to"
    ) -> tuple[FloatArray, IntArray]:
        """Return for every node its k nearest distinct facilities.

        Parameters
        ----------
        facility_nodes : (f,) int array_like
        k : int
            At least 1.
        direction : {"to", "from", "round trip"}
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
        from planner.network import round_trip, search

        k = _whole("k", k, 1)
        sources = self._numbering.inside(_nodes("facility_nodes", facility_nodes, self.n_nodes))
        if direction == "round trip":
            costs, whiches = round_trip.k_nearest(self._forward, self._backward, sources, k)
        else:
            costs, whiches = search.k_nearest(self._arcs(direction), sources, k)
        return self._numbering.outside(costs), self._numbering.outside(whiches).astype(np.int64)

    def costs_within(
        self, origin_nodes: npt.ArrayLike, cutoff: float, *, direction: Direction = "from"
    ) -> csr_array[Any]:
        """Return the costs from each origin to all nodes within a cutoff.

        Parameters
        ----------
        origin_nodes : (o,) int array_like
        cutoff : float
            In the unit of the edges' costs; a cost equal to it is within.
        direction : {"from", "to", "round trip"}
            ``"from"``: from the origin to the node; ``"to"``: from the node to the origin; ``"round trip"``: the sum
            of the two is within the cutoff.

        Returns
        -------
        scipy.sparse.csr_array
            Origins × nodes. A stored zero is a cost of nothing; what is not stored is out of reach.

        Raises
        ------
        ValueError
            If the cutoff is negative or NaN, or an origin is not a node of the network.
        """
        from planner.network import rows, within

        limit = _number(cutoff)
        if not limit >= 0:
            raise ValueError(f"cutoff: {cutoff!r} is not a cost of 0 or more")
        origins = self._numbering.inside(_nodes("origin_nodes", origin_nodes, self.n_nodes))
        if direction == "round trip":
            there, back = (
                within.costs_within(arcs, self._numbering, origins, limit)
                for arcs in (self._backward, self._forward)
            )
            return _table(*rows.added(there, back, limit), self.n_nodes)
        found = within.costs_within(self._arcs(direction), self._numbering, origins, limit)
        return _table(*found, self.n_nodes)

    def _arcs(self, direction: Direction) -> Arcs:
        """Return the arcs to search along: backward when the cost is that of the way to the sources."""
        if direction not in ("to", "from"):
            raise ValueError(f"direction: {direction!r} is none of 'to', 'from', 'round trip'")
        return self._backward if direction == "to" else self._forward


def _table(starts: IntArray, nodes: npt.NDArray[np.int32], costs: FloatArray, n_nodes: int) -> csr_array[Any]:
    """Return sparse rows as a table whose rows are known to be in order."""
    from scipy.sparse import csr_array

    # Both kinds of index have to be equally wide.
    width = np.int32 if starts[-1] < 2**31 else np.int64
    shape = (starts.size - 1, n_nodes)
    table = csr_array((costs, nodes.astype(width, copy=False), starts.astype(width)), shape=shape)
    table.has_canonical_format = True
    return table


def _array(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _number(value: object) -> float:
    """Return a number, NaN for what is none."""
    if isinstance(value, (str, bytes)):
        return float("nan")
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
    array = _array(name, values)
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
    given = _array(name, values)
    if given.dtype.kind == "c":
        raise ValueError(f"{name}: a cost is no complex number")
    try:
        array = given.astype(np.float64)
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
