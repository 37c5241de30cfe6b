"""Geometries of GeoJSON built in bulk, and one by one where something is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from planner.layers.deadline import check_time
from planner.layers.reading import Notes

Geometries = npt.NDArray[np.object_]

_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How many lists enclose the positions of each type."""
COLLECTION = "GeometryCollection"
KINDS = (*_DEPTHS, COLLECTION)
_BY_LOWER_CASE = {kind.lower(): kind for kind in KINDS}
_LIKE = {0: "Point", 1: "LineString", 2: "Polygon", 3: "MultiPolygon"}

_RAGGED = {
    "MultiPoint": GeometryType.MULTIPOINT,
    "LineString": GeometryType.LINESTRING,
    "MultiLineString": GeometryType.MULTILINESTRING,
    "Polygon": GeometryType.POLYGON,
    "MultiPolygon": GeometryType.MULTIPOLYGON,
}


class _UnreadableError(Exception):
    """A geometry that cannot be read: the code of its fault, and what the fault's message asks for."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values


def geometries_of(objects: Sequence[object], notes: Notes) -> Geometries:
    """Return a geometry for each GeoJSON geometry object; None where there is none or it cannot be read.

    Whole batches of one type are built at once. Only where a batch holds a fault are its geometries looked at
    one by one; each fault is noted with its row, and what can be read without guessing is.
    """
    built: Geometries = np.full(len(objects), None, dtype=object)
    batches: dict[str, list[int]] = {}
    for row, found in enumerate(objects):
        if found is None:
            continue
        kind = found.get("type") if type(found) is dict else None
        if type(kind) is str and kind in _DEPTHS and found.get("coordinates"):  # type: ignore[attr-defined]
            batches.setdefault(kind, []).append(row)
        else:
            built[row] = _one(found, row, notes)
    for kind, rows in batches.items():
        coordinates = [objects[row]["coordinates"] for row in rows]  # type: ignore[index]
        made = _batch(kind, coordinates)
        if made is None:
            _piecewise(kind, coordinates, rows, notes, built)
        else:
            built[rows] = made
    return built


def _piecewise(
    kind: str, coordinates: Sequence[object], rows: Sequence[int], notes: Notes, built: Geometries
) -> None:
    """Build what can be built of a batch that is not sound as a whole."""
    sound: dict[int, tuple[list[int], list[Any]]] = {2: ([], []), 3: ([], [])}
    for row, given in zip(rows, coordinates, strict=True):
        check_time()
        try:
            mended, dimension = _mended(kind, given, row, notes)
        except _UnreadableError as fault:
            notes.add(fault.code, row, **fault.values)
            continue
        sound[dimension][0].append(row)
        sound[dimension][1].append(mended)
    for kept, clean in sound.values():
        if kept:
            built[kept] = _batch(kind, clean)


def _batch(kind: str, coordinates: Sequence[Any]) -> Geometries | None:
    """Return the geometries of one type, all of them, or None where any of them is not sound."""
    level: list[Any] = list(coordinates)
    offsets: list[npt.NDArray[np.int64]] = []
    for _ in range(_DEPTHS[kind]):
        if set(map(type, level)) != {list}:
            return None
        lengths = np.fromiter(map(len, level), dtype=np.int64, count=len(level))
        if (lengths == 0).any():
            return None
        offsets.append(np.concatenate([[0], np.cumsum(lengths)]))
        level = list(chain.from_iterable(level))
    if set(map(type, level)) != {list}:
        return None
    sizes = set(map(len, level))
    if sizes not in ({2}, {3}):
        return None
    flat = list(chain.from_iterable(level))
    if not set(map(type, flat)) <= {int, float}:
        return None
    try:
        positions = np.array(flat, dtype=np.float64).reshape(-1, sizes.pop())
    except OverflowError:
        return None
    if not np.isfinite(positions).all():
        return None
    if kind == "Point":
        return np.asarray(shapely.points(positions), dtype=object)
    if not _long_enough(kind, positions, offsets[-1]):
        return None
    return np.asarray(shapely.from_ragged_array(_RAGGED[kind], positions, tuple(offsets[::-1])), dtype=object)


def _long_enough(kind: str, positions: npt.NDArray[np.float64], starts: npt.NDArray[np.int64]) -> bool:
    """Return whether every line has two positions, and every ring four of which the last is the first."""
    lengths = np.diff(starts)
    if kind in ("LineString", "MultiLineString"):
        return bool((lengths >= 2).all())
    if kind == "MultiPoint":
        return True
    closed = (positions[starts[:-1], :2] == positions[starts[1:] - 1, :2]).all()
    return bool((lengths >= 4).all() and closed)


def _one(found: object, row: int, notes: Notes) -> object:
    """Return a single geometry with its faults noted; None where it cannot be read."""
    try:
        if isinstance(found, dict) and _kind(found, row, notes) == COLLECTION:
            return _collection(found, row, notes)
        return _simple(found, row, notes)
    except _UnreadableError as fault:
        notes.add(fault.code, row, **fault.values)
        return None


def _simple(found: object, row: int, notes: Notes) -> object:
    if not isinstance(found, dict):
        raise _UnreadableError("geometry_not_object")
    kind = _kind(found, row, notes)
    if "coordinates" not in found or found["coordinates"] is None:
        raise _UnreadableError("coordinates_missing")
    if found["coordinates"] == []:
        return shapely.from_wkt(f"{kind.upper()} EMPTY")
    mended, _ = _mended(kind, found["coordinates"], row, notes)
    made = _batch(kind, [mended])
    if made is None:
        raise _UnreadableError("geometry_unreadable")
    return made[0]


def _kind(found: dict[str, Any], row: int, notes: Notes) -> str:
    kind = found.get("type")
    if kind is None:
        raise _UnreadableError("geometry_type_missing")
    if isinstance(kind, str):
        if kind in KINDS:
            return kind
        if kind.lower() in _BY_LOWER_CASE:
            notes.add("type_case", row, type=kind)
            return _BY_LOWER_CASE[kind.lower()]
    raise _UnreadableError("geometry_type_unknown", type=shown(kind))


def _collection(found: dict[str, Any], row: int, notes: Notes) -> object:
    """Return a collection of simple geometries; the parts of collections in it are taken out of them."""
    parts: list[object] = []
    waiting: list[tuple[object, int]] = [(found, 0)]
    while waiting:
        member, level = waiting.pop()
        if not isinstance(member, dict):
            notes.add("collection_null_geometry", row)
        elif _kind(member, row, notes) == COLLECTION:
            if level:
                notes.add("collection_nested", row)
            members = member.get("geometries")
            if not isinstance(members, list):
                raise _UnreadableError("geometries_missing")
            if len(members) == 1 and level == 0:
                notes.add("collection_single", row)
            waiting.extend((part, level + 1) for part in reversed(members))
        else:
            parts.append(_simple(member, row, notes))
    return shapely.GeometryCollection(parts) if len(parts) != 1 else parts[0]


def _mended(kind: str, coordinates: object, row: int, notes: Notes) -> tuple[Any, int]:
    """Return coordinates that can be built, and their dimension; raises where that would be guessing."""
    depth = _DEPTHS[kind]
    if isinstance(coordinates, list) and depth and not any(isinstance(part, list) for part in coordinates):
        code = "coordinates_1d" if len(coordinates) == 1 else "coordinates_too_shallow"
        raise _UnreadableError(code, type=_nesting(kind, coordinates))
    # What was mended on the way matters only where the geometry can be read in the end.
    mends = Notes(notes.layer)
    walked = _walk(coordinates, depth, kind, row, mends)
    positions: list[Any] = [walked] if depth == 0 else walked
    for _ in range(depth - 1):
        positions = list(chain.from_iterable(positions))
    dimension = min(map(len, positions))
    for position in positions:
        # Positions were made by _walk for this purpose, so that changing them in place harms nobody.
        del position[dimension:]
    if kind in ("LineString", "MultiLineString"):
        lines = [walked] if kind == "LineString" else walked
        if any(len(line) < 2 for line in lines):
            raise _UnreadableError("line_too_short")
    elif kind in ("Polygon", "MultiPolygon"):
        for ring in walked if kind == "Polygon" else chain.from_iterable(walked):
            _close(ring, row, mends)
    for code in mends.rows:
        notes.add(code, row)
    return walked, dimension


def _walk(value: object, depth: int, kind: str, row: int, notes: Notes) -> list[Any]:
    if not isinstance(value, list):
        raise _UnreadableError("coordinates_too_shallow" if depth else "coordinates_not_numbers", type=kind)
    if depth == 0:
        return _position(value, kind, row, notes)
    if not value:
        raise _UnreadableError("coordinates_empty_position")
    if any(not isinstance(part, list) for part in value):
        raise _UnreadableError("coordinates_too_shallow", type=_nesting(kind, value))
    return [_walk(part, depth - 1, kind, row, notes) for part in value]


def _position(value: list[Any], kind: str, row: int, notes: Notes) -> list[float]:
    if any(isinstance(part, list) for part in value):
        raise _UnreadableError("coordinates_too_deep", type=_nesting(kind, value, _DEPTHS[kind]))
    if not value:
        raise _UnreadableError("coordinates_empty_position")
    if len(value) == 1:
        raise _UnreadableError("coordinates_1d")
    if len(value) > 3:
        notes.add("coordinates_4d", row)
    numbers: list[float] = []
    for part in value[:3]:
        if isinstance(part, str):
            notes.add("coordinates_string", row)
        elif isinstance(part, bool) or not isinstance(part, (int, float)):
            raise _UnreadableError("coordinates_not_numbers")
        numbers.append(_number(part))
    return numbers


def _number(part: str | float) -> float:
    try:
        number = float(part.strip().replace(",", ".") if isinstance(part, str) else part)
    except (ValueError, OverflowError):
        raise _UnreadableError("coordinates_not_numbers") from None
    if not math.isfinite(number):
        raise _UnreadableError("coordinates_not_finite")
    return number


def _close(ring: list[list[float]], row: int, notes: Notes) -> None:
    if len({tuple(position[:2]) for position in ring}) < 3:
        raise _UnreadableError("ring_too_few_points")
    if ring[0][:2] != ring[-1][:2]:
        notes.add("ring_unclosed", row)
        ring.append(list(ring[0]))


def _nesting(kind: str, value: object, above: int = 0) -> str:
    """Return how coordinates are nested against what their type asks for, in a phrase."""
    depth = above - 1
    while isinstance(value, list):
        depth += 1
        value = value[0] if value else None
    return f"{kind}, nested like {_LIKE.get(depth, 'nothing in GeoJSON')}"


def shown(value: object, longest: int = 40) -> str:
    """Return something from a file as it may be shown in a message: short, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def as_written(found: object) -> BaseGeometry | None:
    """Return the positions of a faulty geometry object as plain points and lines, nothing mended; for pictures."""
    parts: list[BaseGeometry] = []
    held = found if isinstance(found, dict) else {}
    several = held.get("geometries")
    for one in several if isinstance(several, list) else [held]:
        _gather(one.get("coordinates") if isinstance(one, dict) else None, parts)
    return shapely.geometrycollections(parts) if parts else None


def _gather(value: object, parts: list[BaseGeometry]) -> None:
    if not isinstance(value, list):
        return
    positions = [at for at in map(_written_position, value) if at is not None]
    alone = _written_position(value)
    if alone is not None:
        parts.append(shapely.Point(alone))
    elif positions:
        parts.append(shapely.LineString(positions) if len(positions) > 1 else shapely.Point(positions[0]))
    for part in value if alone is None and not positions else ():
        _gather(part, parts)


def _written_position(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) < 2:
        return None
    try:
        x, y = (_number(part) if isinstance(part, (str, int, float)) else math.nan for part in value[:2])
    except _UnreadableError:
        return None
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None
