"""Ends of lines that stop just short of another line, and the vertices that would join them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame

from planner.layers.columns import match_columns
from planner.layers.crs import is_degrees
from planner.layers.faults import finding
from planner.layers.findings import Finding
from planner.layers.reading import FID, Reading
from planner.layers.schema import Role

TOLERANCE_M = 5.0
"""An end this near another line was meant to meet it; farther away it is a dead end like any other."""

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
_SAME_PLACE_M = 0.5
_PASSES = 5
_DEGREE_M = 111_195.0
_NO = {"", "no", "0", "0.0", "false", "f", "n", "none", "nan", "<na>", "нет", "не"}


@dataclass(frozen=True)
class Dangling:
    """Ends of lines that nearly meet another line, k of them.

    Attributes
    ----------
    row, other : (k,) int arrays
        The line that ends, and the nearest line that it should meet: positions in `lines`.
    at_start : (k,) bool array
        Whether it is the line's first position, rather than its last.
    join : (k, 2) float array
        Where they meet, on the other line, in the layer's own coordinates.
    crossing : (k,) bool array
        The line crosses the other one there already: only the common vertex is missing.
    lines : (m,) array of geometries
        The simple lines of the layer, in the layer's own coordinates.
    of : (m,) int array
        The feature that each line is, or is a part of: its position in the layer.
    """

    row: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    at_start: npt.NDArray[np.bool_]
    join: Floats
    crossing: npt.NDArray[np.bool_]
    lines: Geometries
    of: npt.NDArray[np.int64]


def check_dangling(reading: Reading) -> list[Finding]:
    """Return a finding about lines of a road layer that stop just short of another."""
    found = dangling_ends(reading.frame, reading.crs)
    if not len(found.row):
        return []
    ids = reading.frame[FID].to_numpy(dtype=object)
    names = tuple(dict.fromkeys(ids[found.of[found.row]]))
    return [finding("dangling_end", reading.name, names, tolerance=int(TOLERANCE_M))]


def dangling_ends(frame: GeoDataFrame, crs: str | None) -> Dangling:
    """Return the ends of lines within :data:`TOLERANCE_M` of another line that they do not meet.

    Lines meet where they share a vertex. Lines on different levels (bridge, tunnel, level) are not expected
    to.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Only its lines are looked at, each part of one for itself.
    crs : str or None
        None is taken as degrees.
    """
    lines, of = _lines(frame, crs)
    scale = _metres_per_unit(lines, crs)
    metric: Geometries = np.asarray(shapely.transform(lines, lambda xy: xy * scale), dtype=object)
    end_line, at_start = _free_ends(lines) if len(lines) > 1 else (of[:0], of[:0].astype(bool))
    xy = np.where(at_start[:, None], _positions(metric[end_line], 0), _positions(metric[end_line], -1))
    ends, others = _nearest_other(xy, end_line, metric, _levels(frame.iloc[of]))
    join_m, crossing = _joins(xy[ends], metric[end_line[ends]], metric[others])
    join = join_m / scale
    for row, other in enumerate(others):
        # A vertex that is there already serves as well as a new one beside it.
        away = np.hypot(*(shapely.get_coordinates(metric[other]) - join_m[row]).T)
        if away.min() <= _SAME_PLACE_M and not crossing[row]:
            join[row] = shapely.get_coordinates(lines[other])[away.argmin()]
    return Dangling(end_line[ends], others, at_start[ends], join, crossing, lines, of)


def _lines(frame: GeoDataFrame, crs: str | None) -> tuple[Geometries, npt.NDArray[np.int64]]:
    """Return the simple lines of a layer that lie somewhere on earth, and the row of each."""
    geometries: Geometries = np.asarray(frame.geometry.values, dtype=object)
    parts, of = shapely.get_parts(geometries, return_index=True)
    with np.errstate(invalid="ignore"):
        bounds = np.abs(shapely.bounds(parts))
        usable = (shapely.get_type_id(parts) == 1) & np.isfinite(bounds).all(axis=1)
        if crs is None or is_degrees(crs):
            usable &= (bounds[:, [0, 2]] <= 180).all(axis=1) & (bounds[:, [1, 3]] <= 90).all(axis=1)
    return np.asarray(shapely.force_2d(parts[usable]), dtype=object), of[usable].astype(np.int64)


def _metres_per_unit(lines: Geometries, crs: str | None) -> Floats:
    """Return how many metres a unit of a layer's coordinates is, eastwards and northwards.

    A mere scale keeps straight what is straight in degrees, so that a vertex put into a long line does not
    bend it. It is exact at the middle latitude of the layer, and within a per cent over a district.
    """
    if not len(lines) or (crs is not None and not is_degrees(crs)):
        return np.ones(2)
    _, south, _, north = shapely.total_bounds(lines)
    shrink = max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    return np.array([_DEGREE_M * shrink, _DEGREE_M])


def _positions(lines: Geometries, which: int) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.get_point(lines, which)), dtype=np.float64)


def _free_ends(lines: Geometries) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the ends of lines whose position is no vertex of any line but themselves, once."""
    coordinates, index = shapely.get_coordinates(lines, return_index=True)
    _, which, counts = np.unique(coordinates, axis=0, return_inverse=True, return_counts=True)
    last = np.append(np.flatnonzero(np.diff(index)), len(index) - 1)
    first = np.append(0, last[:-1] + 1)
    free_start = np.flatnonzero(counts[which[first]] == 1)
    free_end = np.flatnonzero(counts[which[last]] == 1)
    line = np.concatenate([free_start, free_end]).astype(np.int64)
    return line, np.arange(len(line)) < len(free_start)


def _levels(frame: GeoDataFrame) -> Sequence[tuple[str, ...]]:
    """Return on which level each line runs, comparable between lines."""
    chosen = match_columns([str(column) for column in frame.columns], Role.ROADS).chosen
    parts = [frame[chosen[name]] for name in ("level", "bridge", "tunnel") if name in chosen]
    if not parts:
        return [()] * len(frame)
    return list(zip(*(part.map(_level) for part in parts), strict=True))


def _level(value: object) -> str:
    text = str(value).strip().casefold()
    return "" if text in _NO else text.removesuffix(".0")


def _nearest_other(
    xy: Floats, line: npt.NDArray[np.int64], metric: Geometries, levels: Sequence[tuple[str, ...]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the ends that have another line of their level within reach, and the nearest such line."""
    if not len(xy):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(metric)
    points = shapely.points(xy)
    ends, others = tree.query(points, predicate="dwithin", distance=TOLERANCE_M)
    code = {level: number for number, level in enumerate(dict.fromkeys(levels))}
    level = np.array([code[found] for found in levels])
    keep = (others != line[ends]) & (level[others] == level[line[ends]])
    ends, others = ends[keep], others[keep]
    distance = shapely.distance(points[ends], metric[others])
    order = np.lexsort((others, distance, ends))
    ends, others = ends[order], others[order]
    first = np.unique(ends, return_index=True)[1]
    ends, others = ends[first], others[first]
    apart = ~_joined(metric[line[ends]], metric[others], xy[ends], _junctions(metric))
    return ends[apart], others[apart]


def _joined(
    lines: Geometries, others: Geometries, ends: Floats, junctions: set[tuple[float, ...]]
) -> npt.NDArray[np.bool_]:
    """Return where a line meets the other one near its end already, the end being a stub behind."""
    mask = np.zeros(len(lines), dtype=bool)
    for row, (line, other, end) in enumerate(zip(lines, others, ends, strict=True)):
        own = shapely.get_coordinates(line)
        near = own[np.hypot(*(own - end).T) <= 2 * TOLERANCE_M]
        met = [position for position in near if tuple(position.tolist()) in junctions]
        mask[row] = bool(met) and bool((shapely.distance(shapely.points(met), other) <= _SAME_PLACE_M).any())
    return mask


def _junctions(lines: Geometries) -> set[tuple[float, ...]]:
    """Return the positions that are a vertex more than once."""
    places, counts = np.unique(shapely.get_coordinates(lines), axis=0, return_counts=True)
    return set(map(tuple, places[counts > 1].tolist()))


def _joins(ends: Floats, lines: Geometries, others: Geometries) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return where ends meet the other lines: where they cross near the end, else the nearest place."""
    points = shapely.points(ends)
    projected = shapely.line_interpolate_point(others, shapely.line_locate_point(others, points))
    join = shapely.get_coordinates(projected)
    crossing = np.zeros(len(ends), dtype=bool)
    for row in np.flatnonzero(shapely.crosses(lines, others)):
        met = shapely.get_coordinates(shapely.intersection(lines[row], others[row]))
        away = np.hypot(*(met - ends[row]).T)
        if len(met) and away.min() <= 2 * TOLERANCE_M:
            join[row] = met[away.argmin()]
            crossing[row] = away.min() > 0
    return join, crossing


def joined(frame: GeoDataFrame, crs: str | None) -> tuple[Geometries, list[int]]:
    """Return a layer's geometries with a common vertex wherever a line stops short of another.

    The line that ends is drawn on to the other one, which gets a vertex there; a line that crosses it already
    gets a vertex as well. Returned besides are the rows whose lines were given an end, in order.
    """
    changed: set[int] = set()
    # In a tangle, a line drawn on may come near a third one; that is settled by looking again.
    for _ in range(_PASSES):
        geometries, rows = _joined_once(frame, crs)
        changed.update(rows)
        if not rows:
            break
        frame = GeoDataFrame(
            frame.drop(columns=frame.geometry.name), geometry=list(geometries), crs=frame.crs
        )
    return np.asarray(frame.geometry.values, dtype=object).copy(), sorted(changed)


def _joined_once(frame: GeoDataFrame, crs: str | None) -> tuple[Geometries, list[int]]:
    found = dangling_ends(frame, crs)
    lines = found.lines.copy()
    vertices: dict[int, list[Floats]] = {}
    drawn: dict[tuple[int, bytes], bytes] = {}
    for at, (row, other) in enumerate(zip(found.row, found.other, strict=True)):
        place = found.join[at]
        end = shapely.get_coordinates(found.lines[row])[0 if found.at_start[at] else -1]
        if drawn.get((int(other), place.tobytes())) == end.tobytes():
            # Two ends that face each other: the other one was drawn to this one already.
            continue
        vertices.setdefault(int(other), []).append(place)
        if found.crossing[at]:
            vertices.setdefault(int(row), []).append(place)
        else:
            drawn[int(row), end.tobytes()] = place.tobytes()
            lines[row] = _drawn_on(lines[row], place, bool(found.at_start[at]))
    for row, places in vertices.items():
        for place in places:
            lines[row] = _with_vertex(lines[row], place)
    touched = {int(row) for row in found.of[[*vertices, *found.row]]} if len(found.row) else set()
    geometries: Geometries = np.asarray(frame.geometry.values, dtype=object).copy()
    for row in touched:
        own = lines[found.of == row]
        geometries[row] = own[0] if len(own) == 1 else shapely.multilinestrings(own)
    return geometries, sorted({int(row) for row in found.of[found.row]})


def _drawn_on(line: object, place: Floats, at_start: bool) -> object:
    positions = shapely.get_coordinates(line)
    new = place[None, :]
    if (positions[0 if at_start else -1] == new[0]).all():
        return line
    return shapely.linestrings(np.concatenate([new, positions] if at_start else [positions, new]))


def _with_vertex(line: object, point: Floats) -> object:
    """Return a line with one more vertex, in the segment that is nearest to it."""
    positions = shapely.get_coordinates(line)
    if (positions == point).all(axis=1).any():
        return line
    start, step = positions[:-1], np.diff(positions, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-300)
    along = np.clip(((point - start) * step).sum(axis=1) / square, 0.0, 1.0)
    away = np.hypot(*(start + along[:, None] * step - point).T)
    return shapely.linestrings(np.insert(positions, int(away.argmin()) + 1, point, axis=0))
