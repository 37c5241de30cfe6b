"""Geometry made small for a page: lines as whole numbers, roads grouped by their look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

SCALE = 100_000
"""Coordinates go to the browser in hundred-thousandths of a degree (about a metre)."""

_SIMPLIFY_DEG = 0.00004

_MAJOR = {"motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link", "republican"}
_MIDDLE = {"secondary", "tertiary", "secondary_link", "tertiary_link", "local"}
_UNPAVED = {
    "unpaved",
    "gravel",
    "dirt",
    "ground",
    "earth",
    "sand",
    "grass",
    "compacted",
    "fine_gravel",
    "mud",
}

Ring = list[int]
Bounds = tuple[float, float, float, float]


def road_rank(road_class: object) -> str:
    """Return how prominent a road is drawn: ``major``, ``middle`` or ``minor``."""
    name = str(road_class).strip().lower()
    if name in _MAJOR:
        return "major"
    return "middle" if name in _MIDDLE else "minor"


def paved(properties: Mapping[str, Any]) -> bool:
    """Whether a road is drawn as paved: every surface is that is not known to be loose."""
    return str(properties.get("surface", "")).strip().lower() not in _UNPAVED


def grouped_roads(roads: Mapping[str, Any]) -> dict[tuple[str, bool], list[BaseGeometry]]:
    """Return the road lines by look: rank (least first) and whether they are paved."""
    looks: dict[tuple[str, bool], list[BaseGeometry]] = {
        (rank, hard): [] for rank in ("minor", "middle", "major") for hard in (False, True)
    }
    features = [feature for feature in roads.get("features", ()) if feature.get("geometry")]
    shapes = as_geometries([feature["geometry"] for feature in features])
    for feature, shape in zip(features, shapes, strict=True):
        properties = feature.get("properties") or {}
        looks[road_rank(properties.get("road_class")), paved(properties)].append(shape)
    return {look: lines for look, lines in looks.items() if lines}


def as_geometry(geojson: Mapping[str, Any]) -> BaseGeometry:
    """Return a shapely geometry from a GeoJSON one, flat."""
    return shapely.force_2d(shapely.geometry.shape(geojson))


def as_geometries(geojson: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.object_]:
    """Return shapely geometries from very many GeoJSON ones, flat."""
    texts = np.array([orjson.dumps(one) for one in geojson], dtype=object)
    return np.asarray(shapely.force_2d(shapely.from_geojson(texts)), dtype=object)


def packed_lines(geometries: Sequence[BaseGeometry]) -> list[Ring]:
    """Return lines for the browser: simplified, first point then differences, lon and lat in turn."""
    simple = shapely.simplify(np.asarray(geometries, dtype=object), _SIMPLIFY_DEG)
    parts = shapely.get_parts(shapely.get_parts(simple))
    return [_packed(shapely.get_coordinates(part)) for part in parts if shapely.get_type_id(part) in (1, 2)]


def packed_together(geometries: Sequence[BaseGeometry]) -> dict[str, npt.NDArray[np.int64]]:
    """Return very many lines for the browser: how many points each has, and the steps from point to point."""
    simple = shapely.simplify(np.asarray(geometries, dtype=object), _SIMPLIFY_DEG)
    parts = shapely.get_parts(shapely.get_parts(simple))
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    whole = np.round(coordinates * SCALE).astype(np.int64)
    return {
        "sizes": np.bincount(line, minlength=len(lines)),
        "steps": np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel(),
    }


def packed_polygons(geometry: BaseGeometry) -> list[list[Ring]]:
    """Return the polygons of a geometry for the browser, each as its rings."""
    polygons = [p for p in shapely.get_parts(shapely.get_parts(geometry)) if shapely.get_type_id(p) == 3]
    return [[_packed(shapely.get_coordinates(ring)) for ring in shapely.get_rings(p)] for p in polygons]


def bounds_of(geometries: Iterable[BaseGeometry]) -> Bounds | None:
    """Return west, south, east and north of all geometries together; None where there is nothing."""
    known = [g for g in geometries if g is not None and not g.is_empty]
    if not known:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(known, dtype=object))
    return float(west), float(south), float(east), float(north)


def utm_epsg(bounds: Bounds) -> int:
    """Return the EPSG code of the UTM zone of the middle of some bounds (WGS 84), in which maps of it are drawn."""
    west, south, east, north = bounds
    zone = int(((west + east) / 2 + 180) // 6) % 60 + 1
    return (32600 if south + north >= 0 else 32700) + zone


def _packed(coordinates: npt.NDArray[np.float64]) -> Ring:
    whole = np.round(coordinates * SCALE).astype(np.int64)
    whole[1:] -= whole[:-1].copy()
    return [int(v) for v in whole.ravel()]
