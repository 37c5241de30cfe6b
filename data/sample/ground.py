"""Ground rules of the sample: plane coordinates, rounding, seeded draws and GeoJSON as it is written."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

XY = tuple[float, float]
"""Easting and northing in metres (UTM zone 35N, the district's own)."""

LonLat = tuple[float, float]
Feature = dict[str, Any]

UTM = "EPSG:32635"
DECIMALS = 5
GRID = 10.0**-DECIMALS
SEED = "hlybokaye-1"


@cache
def _transformer(to_plane: bool) -> Transformer:
    ends = ("EPSG:4326", UTM) if to_plane else (UTM, "EPSG:4326")
    return Transformer.from_crs(*ends, always_xy=True)


def to_xy(point: LonLat) -> XY:
    """Return the plane coordinates of a longitude and latitude."""
    x, y = _transformer(True).transform(*point)
    return float(x), float(y)


def to_lonlat(point: XY) -> LonLat:
    """Return longitude and latitude of a plane point, rounded as they are written."""
    lon, lat = _transformer(False).transform(*point)
    return round(float(lon), DECIMALS), round(float(lat), DECIMALS)


def draws(*key: object) -> random.Random:
    """Return a source of draws of its own for a key, so that one change leaves every other draw as it was."""
    return random.Random(":".join([SEED, *map(str, key)]))


def away(point: XY, metres: float, angle: float) -> XY:
    """Return the point a distance away in a direction (radians, counter-clockwise from east)."""
    return point[0] + metres * math.cos(angle), point[1] + metres * math.sin(angle)


def line_lonlat(points: Iterable[XY]) -> list[LonLat]:
    """Return a line in longitude and latitude, without vertices that rounding made equal."""
    line: list[LonLat] = []
    for point in map(to_lonlat, points):
        if not line or point != line[-1]:
            line.append(point)
    return line


def point_geometry(point: XY) -> dict[str, Any]:
    """Return a GeoJSON point of a plane position."""
    return {"type": "Point", "coordinates": to_lonlat(point)}


def known_geometry(point: LonLat | None) -> dict[str, Any] | None:
    """Return a GeoJSON point of a position that the facts give in degrees, or nothing where there is none."""
    return None if point is None else {"type": "Point", "coordinates": _rounded(point)}


def line_geometry(points: Iterable[XY]) -> dict[str, Any]:
    """Return a GeoJSON line."""
    return {"type": "LineString", "coordinates": line_lonlat(points)}


def polygon_geometry(shape: BaseGeometry) -> dict[str, Any]:
    """Return a polygon given in degrees as GeoJSON: outer rings counter-clockwise, holes clockwise.

    Parameters
    ----------
    shape : shapely.Polygon or shapely.MultiPolygon
        In longitude and latitude.
    """
    parts = [
        [[_rounded(position) for position in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shapely.orient_polygons(shape))
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _rounded(position: Sequence[float]) -> LonLat:
    return round(position[0], DECIMALS), round(position[1], DECIMALS)


def feature(identifier: str, geometry: dict[str, Any] | None, **properties: object) -> Feature:
    """Return a GeoJSON feature whose id stands both where the format wants it and among its attributes."""
    return {
        "type": "Feature",
        "id": identifier,
        "properties": {"id": identifier, **properties},
        "geometry": geometry,
    }


def write_layer(path: Path, features: Sequence[Feature]) -> None:
    """Write a feature collection, one feature a line, so that a difference can be read."""
    lines = (
        json.dumps(each, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for each in features
    )
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(text.encode())
