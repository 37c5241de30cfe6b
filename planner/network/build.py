"""From road lines to edges: noding, lengths, components."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.layers.coded import coded
from planner.layers.grid import Grid
from planner.network.modes import GROUND, UNPAVED
from planner.network.slope import mean_factors

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]

_MICRO = 1e7
"""Vertices are the same when they agree to 1e-7 degrees, about a centimetre on the ground."""


@dataclass(frozen=True)
class Roads:
    """The roads of a district as edges between nodes.

    Attributes
    ----------
    n_nodes : int
    u, v : (m,) int array
        Ends of each edge.
    first, last : (m,) int array
        The edge's vertices are ``xy[first:last + 1]``.
    xy : (c, 2) float array
        Vertices on the district's grid, metres.
    node_xy : (n_nodes, 2) float array
    length_m : (m,) float array
        Length on the ground, metres.
    road_class : (m,) object array of str
    paved : (m,) bool array
    speed_kmh : (m,) float array
        As stated on the road, NaN where it is not.
    oneway : (m,) int array
        1 from u to v only, -1 from v to u only, 0 both ways.
    line : (m,) int array
        The line that each edge is a part of.
    soft : (m,) bool array or None
        Unpaved roads of ground, not gravel; None where no such difference was made.
    slope_there, slope_back : (m,) float array or None
        Factor on the walking time from u to v and from v to u; None without heights.
    barriers : (b,) object array of shapely lines
        On the grid: what the way from a place to a road cannot cross.
    """

    n_nodes: int
    u: IntArray
    v: IntArray
    first: IntArray
    last: IntArray
    xy: FloatArray
    node_xy: FloatArray
    length_m: FloatArray
    road_class: ObjectArray
    paved: BoolArray
    speed_kmh: FloatArray
    oneway: IntArray
    line: IntArray
    soft: BoolArray | None = None
    slope_there: FloatArray | None = None
    slope_back: FloatArray | None = None
    barriers: ObjectArray = field(default_factory=lambda: np.empty(0, dtype=object))

    def __len__(self) -> int:
        """How many edges there are."""
        return int(self.u.size)

    def geometry(self, edges: IntArray) -> ObjectArray:
        """Return the given edges as line strings on the grid."""
        counts = self.last[edges] - self.first[edges] + 1
        offsets = np.concatenate([[0], np.cumsum(counts)])
        position = (
            np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts) + np.repeat(self.first[edges], counts)
        )
        lines = shapely.linestrings(self.xy[position], indices=np.repeat(np.arange(edges.size), counts))
        return np.asarray(lines, dtype=object)

    def components(self, usable: BoolArray) -> IntArray:
        """Return for each edge the number of its component, -1 where it is not usable.

        Component 0 is the longest by road length: the main component.
        """
        label = np.full(len(self), -1, dtype=np.int64)
        if not usable.any():
            return label
        links = coo_array(
            (np.ones(int(usable.sum())), (self.u[usable], self.v[usable])), shape=(self.n_nodes, self.n_nodes)
        )
        _, of_node = connected_components(links.tocsr(), directed=False)
        found = of_node[self.u[usable]]
        total = np.bincount(found, weights=self.length_m[usable])
        rank = np.empty(total.size, dtype=np.int64)
        rank[np.argsort(-total, kind="stable")] = np.arange(total.size)
        label[usable] = rank[found]
        return label


def single_lines(lines: ObjectArray) -> tuple[ObjectArray, IntArray]:
    """Return the single lines that lines are made of, and which line each is part of."""
    if bool((shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING).all()):
        return lines, np.arange(len(lines))
    parts, row = shapely.get_parts(lines, return_index=True)
    return parts, row


def build(
    lines: ObjectArray,
    grid: Grid,
    *,
    road_class: ObjectArray,
    surface: ObjectArray,
    speed_kmh: FloatArray,
    oneway: IntArray,
    detail: ObjectArray | None = None,
    heights: Sequence[FloatArray] | None = None,
    barriers: ObjectArray | None = None,
) -> Roads:
    """Node road lines where they share a vertex and measure the edges between.

    Lines that cross without a shared vertex (a bridge) are not joined.

    Parameters
    ----------
    lines : (k,) object array of shapely LineString
        WGS 84 degrees.
    grid : Grid
    road_class, surface : (k,) object array of str
        As in OpenStreetMap's ``highway`` and ``surface``.
    speed_kmh : (k,) float array
        Stated speed, NaN where there is none.
    oneway : (k,) int array
        1 along the line, -1 against it, 0 both ways.
    detail : (k,) object array of str, optional
        The surface said more closely, where `surface` only says that it is unpaved.
    heights : sequence of k float arrays, optional
        Heights at equal distances along each line, metres; an empty one where they are not known.
    barriers : (b,) object array of shapely lines, optional
        On the grid.

    Returns
    -------
    Roads
    """
    degrees, line = shapely.get_coordinates(lines, return_index=True)
    degrees, line = _without_repeats(degrees, line)
    vertex = _vertex_ids(degrees)
    ends = np.ones(line.size, dtype=bool)
    ends[1:-1] = (line[1:-1] != line[:-2]) | (line[1:-1] != line[2:])
    shared = np.bincount(vertex, minlength=1)[vertex] > 1
    position = np.flatnonzero(ends | shared)
    same = line[position[:-1]] == line[position[1:]]
    first, last = position[:-1][same], position[1:][same]
    xy = grid.to_grid(degrees[:, 0], degrees[:, 1])
    along = _running_length(xy, line)
    used = np.zeros(line.size, dtype=bool)
    used[vertex[first]] = used[vertex[last]] = True
    number = np.cumsum(used) - 1
    n_nodes, u, v = int(used.sum()), number[vertex[first]], number[vertex[last]]
    node_xy = np.empty((n_nodes, 2))
    node_xy[u], node_xy[v] = xy[first], xy[last]
    of = line[first]
    paved = ~_among(surface, UNPAVED)
    there, back = (None, None) if heights is None else _slopes(along, line, heights, first, last)
    return Roads(
        n_nodes=n_nodes, u=u, v=v, first=first, last=last, xy=xy, node_xy=node_xy,
        length_m=along[last] - along[first], road_class=road_class[of],
        paved=paved[of], speed_kmh=speed_kmh[of], oneway=oneway[of], line=of,
        soft=(~paved & _of_ground(road_class, surface, detail))[of], slope_there=there, slope_back=back,
        barriers=np.empty(0, dtype=object) if barriers is None else barriers,
    )  # fmt: skip


def _of_ground(road_class: ObjectArray, surface: ObjectArray, detail: ObjectArray | None) -> BoolArray:
    """Return which lines are of ground: those that say so, and tracks of which no surface is known but "unpaved"."""
    bare, ground = _among(surface, ("unpaved",)), _among(surface, GROUND)
    if detail is not None:
        closer = bare & ~_among(detail, ("",))
        ground = np.where(closer, _among(detail, GROUND), ground)
        bare = np.where(closer, _among(detail, ("unpaved",)), bare)
    return np.asarray(ground | (bare & _among(road_class, ("track",))), dtype=bool)


def _among(texts: ObjectArray, wanted: Iterable[str]) -> BoolArray:
    """Return which texts are one of those wanted."""
    names, code = coded(texts)
    return np.asarray(np.isin(names, list(wanted))[code], dtype=bool)


def _slopes(
    along: FloatArray, line: IntArray, heights: Sequence[FloatArray], first: IntArray, last: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the factors of slopes on the walking time of each edge, with its line and against it."""
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    ends = np.append(starts[1:], line.size) - 1
    profiles = [heights[number] for number in line[starts]]
    return mean_factors(along[starts], along[ends] - along[starts], profiles, along[first], along[last])


def _without_repeats(degrees: FloatArray, line: IntArray) -> tuple[FloatArray, IntArray]:
    """Drop vertices that repeat the one before them; they would make edges of no length."""
    keep = np.ones(line.size, dtype=bool)
    keep[1:] = (line[1:] != line[:-1]) | (degrees[1:] != degrees[:-1]).any(axis=1)
    return degrees[keep], line[keep].astype(np.int64)


def _vertex_ids(degrees: FloatArray) -> IntArray:
    """Return a number for each distinct position."""
    rounded = np.round(degrees * _MICRO).astype(np.int64)
    # Longitude and latitude in 1e-7 degrees need 32 bits each: one 64-bit key holds both.
    key = (rounded[:, 0] << 32) ^ (rounded[:, 1] & 0xFFFFFFFF)
    return np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64)


def _running_length(xy: FloatArray, line: IntArray) -> FloatArray:
    """Return the length on the ground from the first vertex of all to each vertex, jumps between lines left out."""
    step = np.zeros(line.size)
    middle = (xy[1:, 0] + xy[:-1, 0]) / 2
    step[1:] = np.hypot(*(xy[1:] - xy[:-1]).T) / Grid.scale(middle)
    step[1:][line[1:] != line[:-1]] = 0.0
    return np.cumsum(step)
