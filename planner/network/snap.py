"""The nearest edge of many points: segments in the cells of a grid, points searched side by side in threads."""

from __future__ import annotations

import numpy as np

from planner.network.kernel import FloatArray, Index, IntArray, UInt32Array, kernel
from planner.network.rows import processors, side_by_side

_BLOCK = 16_384
_ENTRIES = 3.0
"""Cells are made so large that a segment lies in about this many at most, on average."""
_FARTHEST = 1e9
"""Cells away from the grid; what is farther is treated as if it were so near."""
_SLACK = 1e-9
"""Bounds give way by this share, so that rounding never hides a segment that is as near as the nearest."""

Frame = tuple[float, float, float, int, int]
"""Least x and y of the grid, side of a cell, columns, rows."""


class EdgeGrid:
    """Edges in a grid, to be asked for the nearest one.

    Parameters
    ----------
    vertices : (c, 2) float array
        Finite coordinates in a plane, metres.
    first, last : (e,) int array
        Edge i runs along ``vertices[first[i]:last[i] + 1]``; ``first[i] < last[i]``.
    """

    def __init__(self, vertices: FloatArray, first: IntArray, last: IntArray) -> None:
        vertices = np.ascontiguousarray(vertices, dtype=np.float64)
        if vertices.ndim != 2 or vertices.shape[1] != 2 or not bool(np.isfinite(vertices).all()):
            raise ValueError("vertices: pairs of finite coordinates are needed")
        counts = np.asarray(last) - np.asarray(first)
        if counts.size and (counts.min() < 1 or np.min(first) < 0 or np.max(last) >= len(vertices)):
            raise ValueError("first, last: an edge needs two vertices or more, and those have to exist")
        begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        at = np.arange(begin[-1]) - np.repeat(begin[:-1], counts) + np.repeat(first, counts)
        self._segments = np.column_stack([vertices[at], vertices[at + 1]])
        self._edge = np.repeat(np.arange(counts.size), counts)
        length = np.hypot(*(self._segments[:, 2:] - self._segments[:, :2]).T)
        before = np.cumsum(length) - length
        # Along its edge: where each segment begins, and how long the edge is as a whole.
        self._before = before - np.repeat(before[begin[:-1]] if counts.size else before, counts)
        self._length = length
        self._final = np.zeros(len(length), dtype=bool)
        self._final[begin[1:] - 1] = True
        self._whole = np.repeat(np.bincount(self._edge, weights=length, minlength=counts.size), counts)
        self._frame = _frame(self._segments, length)
        self._start, self._members = _binned(self._segments, self._frame)

    def nearest(self, points: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Return the nearest edge of each point.

        Parameters
        ----------
        points : (n, 2) float array
            In the plane of the vertices.

        Returns
        -------
        edge : (n,) int array
            Of equally near edges the first; -1 for a point that is not finite, or where there are no edges.
        fraction : (n,) float array
            How far along the edge its nearest point lies, 0 to 1; the first of equally near ones.
        distance : (n,) float array
            NaN where there is no edge.
        """
        points = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 2)
        segment, distance = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.nan)
        along = np.zeros(len(points))
        if len(self._segments):
            size = max(1, min(_BLOCK, -(-len(points) // processors())))

            def search(at: int) -> None:
                part = slice(at, at + size)
                _nearest(
                    points[part], self._segments, self._frame, self._start, self._members,
                    segment[part], along[part], distance[part],
                )  # fmt: skip

            side_by_side(search, range(0, len(points), size))
        found = segment >= 0
        chosen = segment[found]
        edge, fraction = segment, np.zeros(len(points))
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (self._before[chosen] + along[found] * self._length[chosen]) / self._whole[chosen]
        # The end of an edge is a crossing: a rounding short of it would cut a piece of no length off the edge.
        share[(along[found] == 1.0) & self._final[chosen]] = 1.0
        fraction[found] = np.clip(np.nan_to_num(share), 0.0, 1.0)
        edge[found] = self._edge[chosen]
        return edge, fraction, distance


def nearest_edge(
    points: FloatArray, vertices: FloatArray, first: IntArray, last: IntArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the nearest edge of each point, how far along it (0 to 1) and the distance; see :class:`EdgeGrid`."""
    return EdgeGrid(vertices, first, last).nearest(points)


def _frame(segments: FloatArray, length: FloatArray) -> Frame:
    """Return a grid of about as many cells as there are segments, fewer where segments are long."""
    if not len(segments):
        return 0.0, 0.0, 1.0, 1, 1
    low = np.minimum(segments[:, :2], segments[:, 2:]).min(axis=0)
    wide, high = np.maximum(segments[:, :2], segments[:, 2:]).max(axis=0) - low
    count = len(segments)
    by_area = float(np.sqrt(wide * high / count))
    by_length = float(length.sum()) / (_ENTRIES * count)
    # All on one line: as many cells along it as there are segments.
    cell = max(by_area, by_length, float(max(wide, high)) / (4.0 * count)) or 1.0
    return float(low[0]), float(low[1]), cell, int(wide / cell) + 1, int(high / cell) + 1


def _binned(segments: FloatArray, frame: Frame) -> tuple[IntArray, UInt32Array]:
    """Return the segments of each cell: where they begin in a list, and the list."""
    start = np.zeros(frame[3] * frame[4] + 1, dtype=np.int64)
    _enter(segments, frame, start, np.empty(0, dtype=np.uint32))
    np.cumsum(start, out=start)
    members = np.empty(int(start[-1]), dtype=np.uint32)
    _enter(segments, frame, start, members)
    return start, members


@kernel
def _enter(segments: FloatArray, frame: Frame, start: IntArray, members: UInt32Array) -> None:
    """Count the segments in each cell, or list them, the last one first from where those of the cell end."""
    x0, y0, cell, columns, rows = frame
    for s in range(segments.shape[0] - 1, -1, -1):
        ax, ay = (segments[s, 0] - x0) / cell, (segments[s, 1] - y0) / cell
        bx, by = (segments[s, 2] - x0) / cell, (segments[s, 3] - y0) / cell
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        for row in range(max(0, int(ay - 1e-6)), min(rows - 1, int(by + 1e-6)) + 1):
            # The part of the segment in this row of cells, a little longer for rounding.
            x1, x2 = ax, bx
            if by - ay > 1e-6:
                x1 = ax + (bx - ax) * min(max((row - 1e-6 - ay) / (by - ay), 0.0), 1.0)
                x2 = ax + (bx - ax) * min(max((row + 1 + 1e-6 - ay) / (by - ay), 0.0), 1.0)
            for column in range(
                max(0, int(min(x1, x2) - 1e-6)), min(columns - 1, int(max(x1, x2) + 1e-6)) + 1
            ):
                i = row * columns + column
                if members.size == 0:
                    start[i] += 1
                else:
                    start[i] -= 1
                    members[start[i]] = s


@kernel
def _nearest(
    points: FloatArray,
    segments: FloatArray,
    frame: Frame,
    start: IntArray,
    members: UInt32Array,
    found: IntArray,
    along: FloatArray,
    distance: FloatArray,
) -> None:
    """Look for the nearest segment of each point in rings of cells around its own."""
    x0, y0, cell, columns, rows = frame
    for i in range(points.shape[0]):
        x, y = points[i, 0], points[i, 1]
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        # Where the point lies in the grid, in cells; and in the first ring that touches the grid.
        px = min(max((x - x0) / cell, -_FARTHEST), _FARTHEST)
        py = min(max((y - y0) / cell, -_FARTHEST), _FARTHEST)
        column, row = int(np.floor(px)), int(np.floor(py))
        ring = max(0, -column, column - columns + 1, -row, row - rows + 1)
        best, which, share = np.inf, np.int64(-1), 0.0
        while True:
            left, right, low, high = column - ring, column + ring, row - ring, row + ring
            for r in range(max(0, low), min(rows - 1, high) + 1):
                # The first and the last row of a ring are whole, of the others only the two ends belong to it.
                step = 1 if r in (low, high) or ring == 0 else 2 * ring
                c = left if step > 1 else max(0, left)
                while c <= min(columns - 1, right):
                    if c >= 0 and _apart(px, py, c, r) * cell * cell * (1.0 - _SLACK) <= best:
                        at = np.uint64(r * columns + c)
                        for m in range(start[at], start[at + np.uint64(1)]):
                            s = np.int64(members[m])
                            square, t = _to_segment(x, y, segments, s)
                            if square < best or (square == best and s < which):
                                best, which, share = square, s, t
                    c += step
            reached = _inside(px, py, left, right, low, high, columns, rows) * cell * (1.0 - _SLACK)
            if reached * reached > best or reached == np.inf:
                break
            ring += 1
        found[i] = which
        along[i] = share
        distance[i] = np.sqrt(best)


@kernel
def _apart(px: float, py: float, column: int, row: int) -> float:
    """Return the square of the distance from a point to a cell, in cells."""
    dx = max(column - px, 0.0, px - column - 1.0)
    dy = max(row - py, 0.0, py - row - 1.0)
    return dx * dx + dy * dy


@kernel
def _inside(
    px: float, py: float, left: int, right: int, low: int, high: int, columns: int, rows: int
) -> float:
    """Return the distance from a point to what lies outside of its rings; infinite if nothing of the grid does."""
    apart = np.inf
    if left > 0:
        apart = min(apart, px - left)
    if right < columns - 1:
        apart = min(apart, right + 1.0 - px)
    if low > 0:
        apart = min(apart, py - low)
    if high < rows - 1:
        apart = min(apart, high + 1.0 - py)
    return max(apart, 0.0)


@kernel
def _to_segment(x: float, y: float, segments: FloatArray, s: Index) -> tuple[float, float]:
    """Return the square of the distance to a segment, and how far along it the nearest point lies, 0 to 1."""
    at = np.uint64(s)
    ax, ay, bx, by = segments[at, 0], segments[at, 1], segments[at, 2], segments[at, 3]
    dx, dy = bx - ax, by - ay
    t = (x - ax) * dx + (y - ay) * dy
    square = dx * dx + dy * dy
    # Its ends are taken as they are: segments that share one are equally near there, to the last digit.
    if t <= 0.0:
        return (x - ax) ** 2 + (y - ay) ** 2, 0.0
    if t >= square:
        return (x - bx) ** 2 + (y - by) ** 2, 1.0
    t /= square
    return (x - (ax + t * dx)) ** 2 + (y - (ay + t * dy)) ** 2, t
