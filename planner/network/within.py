"""Costs within a cutoff of many origins, as sparse rows: blocks of origins are searched side by side in threads."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue

import numpy as np

from planner.network.arcs import Arcs
from planner.network.fours import Fours, fill_fours, groups
from planner.network.kernel import FloatArray, Int32Array, IntArray, kernel
from planner.network.rows import Numbering, Rows, Scratch, fill, processors, side_by_side

_MOST_ROWS = 64
_ROOM = 1 << 18
_MOST_ROOM = 1 << 20
"""Entries in the arrays a thread writes on: few where few are found, then so many that the system gives large pages."""
_spare: SimpleQueue[tuple[Int32Array, FloatArray]] = SimpleQueue()
"""Large arrays of earlier searches, one to a processor: taking memory from the system costs a fifth of a search."""


def costs_within(arcs: Arcs, numbering: Numbering, origins: IntArray, cutoff: float) -> Rows:
    """Return the nodes within a cutoff of each origin.

    Parameters
    ----------
    arcs : Arcs
    numbering : Numbering
    origins : (o,) int array
        Numbers inside of the network.
    cutoff : float

    Returns
    -------
    rows : (o + 1,) int array
        Where the entries of each origin begin.
    nodes : int32 array
        The caller's number of each entry's node, ascending in each row.
    costs : float array
    """
    fours, others = groups(arcs, origins, cutoff)
    size = max(4, min(_MOST_ROWS, origins.size // (8 * processors()) // 4 * 4))
    blocks = [(True, block) for block in _blocks(fours.ravel(), size)]
    blocks += [(False, block) for block in _blocks(others, size)]
    desks: SimpleQueue[_Desk] = SimpleQueue()
    for _ in range(min(len(blocks), processors())):
        desks.put(_Desk(arcs, numbering, cutoff))

    def search(block: tuple[bool, IntArray]) -> list[_Piece]:
        desk = desks.get()
        try:
            return (desk.search_fours if block[0] else desk.search)(block[1], origins[block[1]])
        finally:
            desks.put(desk)

    table = _joined([piece for found in side_by_side(search, blocks) for piece in found], origins.size)
    while not desks.empty():
        desks.get().leave()
    return table


def _blocks(rows: IntArray, size: int) -> list[IntArray]:
    return [rows[i : i + size] for i in range(0, rows.size, size)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows found: which they are, where each begins and how many entries it has, nodes and costs of all."""

    rows: IntArray
    begins: IntArray
    counts: IntArray
    nodes: Int32Array
    costs: FloatArray


class _Desk:
    """Where one thread works: its scratch, and arrays that are filled row by row and made anew when they are full."""

    def __init__(self, arcs: Arcs, numbering: Numbering, cutoff: float) -> None:
        self._arcs = arcs
        self._numbering = numbering
        self._cutoff = cutoff
        self._scratch: Scratch | None = None
        self._fours: Fours | None = None
        self._unsuited = False
        self._large: list[tuple[Int32Array, FloatArray]] = []
        self._nodes, self._costs = np.empty(0, dtype=np.int32), np.empty(0)
        self._make_room(0)

    def search(self, rows: IntArray, origins: IntArray) -> list[_Piece]:
        """Return the rows of some origins, in as many pieces as there is need of arrays to hold them."""
        scratch = self._scratch = self._scratch or Scratch.make(self._arcs)
        limits = np.array([self._cutoff])
        pieces: list[_Piece] = []
        done = 0
        while done < origins.size:
            counts = np.zeros(origins.size - done, dtype=np.int64)
            found = fill(
                self._arcs.graph, origins[done:], limits, self._arcs.per_bucket, scratch.line, scratch.seen,
                self._numbering.inner, self._numbering.outer, counts, self._nodes, self._costs,
            )  # fmt: skip
            begins = np.cumsum(counts[:found]) - counts[:found]
            pieces.append(self._taken(rows[done : done + found], begins, counts[:found]))
            done += found
            if done < origins.size:
                self._make_room(int(counts[found]))
        return pieces

    def search_fours(self, rows: IntArray, origins: IntArray) -> list[_Piece]:
        """Return the rows of origins of which every four lie close together."""
        if self._unsuited:
            return self.search(rows, origins)
        own = self._fours = self._fours or Fours.make(self._arcs, self._cutoff)
        pieces: list[_Piece] = []
        done = 0
        while done < origins.size:
            begins, counts = np.zeros((2, origins.size - done), dtype=np.int64)
            done_fours, needed = fill_fours(
                self._arcs.graph, origins[done:], own.never, own.per_bucket, own.costs, own.touched, own.marks,
                own.lines, self._numbering.inner, self._numbering.outer, begins, counts, self._nodes, self._costs,
            )  # fmt: skip
            found = 4 * done_fours
            pieces.append(self._taken(rows[done : done + found], begins[:found], counts[:found]))
            done += found
            if needed < 0:
                self._unsuited = True
                return [*pieces, *self.search(rows[done:], origins[done:])]
            if done < origins.size:
                self._make_room(needed)
        return pieces

    def _taken(self, rows: IntArray, begins: IntArray, counts: IntArray) -> _Piece:
        """Return rows just written as a piece; what is behind them is for the next."""
        filled = int(begins[-1] + counts[-1]) if rows.size else 0
        piece = _Piece(rows, begins, counts, self._nodes[:filled], self._costs[:filled])
        self._nodes, self._costs = self._nodes[filled:], self._costs[filled:]
        return piece

    def _make_room(self, needed: int) -> None:
        """Take arrays for a row that did not fit, which is searched again, and what its neighbours may need."""
        if 4 * needed <= _MOST_ROOM and (needed or not _spare.empty()):
            try:
                room = _spare.get_nowait()
            except Empty:
                room = np.empty(_MOST_ROOM, dtype=np.int32), np.empty(_MOST_ROOM)
            self._large.append(room)
        else:
            size = max(_ROOM, 4 * needed)
            room = np.empty(size, dtype=np.int32), np.empty(size)
        self._nodes, self._costs = room

    def leave(self) -> None:
        """Leave arrays to later searches, once nothing is read from them any more."""
        for room in self._large:
            if _spare.qsize() < processors():
                _spare.put(room)


def _joined(pieces: list[_Piece], n_rows: int) -> Rows:
    """Return pieces as one table, their rows in order; they are copied side by side."""
    starts = np.zeros(n_rows + 1, dtype=np.int64)
    for piece in pieces:
        starts[piece.rows + 1] = piece.counts
    np.cumsum(starts, out=starts)
    nodes, costs = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])

    def copy(piece: _Piece) -> None:
        _copy_rows(starts, piece.rows, piece.begins, piece.nodes, piece.costs, nodes, costs)

    side_by_side(copy, pieces)
    return starts, nodes, costs


@kernel
def _copy_rows(
    starts: IntArray,
    rows: IntArray,
    begins: IntArray,
    from_nodes: Int32Array,
    from_costs: FloatArray,
    nodes: Int32Array,
    costs: FloatArray,
) -> None:
    """Copy rows to where each begins in the whole table."""
    for i in range(rows.size):
        begin, end, at = starts[rows[i]], starts[rows[i] + 1], begins[i]
        nodes[begin:end] = from_nodes[at : at + end - begin]
        costs[begin:end] = from_costs[at : at + end - begin]
