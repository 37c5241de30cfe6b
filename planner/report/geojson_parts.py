"""The parts of a GeoJSON document: features, numbers, positions and outlines as RFC 7946 asks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely

COORDINATE_DIGITS = 6
"""Decimals of a degree: about a decimetre."""


def feature(properties: Mapping[str, Any], geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a feature; its geometry is None where nobody knows where it is."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def number(value: float) -> int | float | None:
    """Return a number as JSON can have it: whole ones as integers, None for what is infinite or unknown."""
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def point(lon: float, lat: float) -> dict[str, Any] | None:
    """Return a point, WGS 84 degrees; None without a location."""
    at = _position(lon, lat)
    return None if at is None else {"type": "Point", "coordinates": at}


def points(where: Iterable[tuple[float, float]]) -> dict[str, Any] | None:
    """Return those of several points, longitude and latitude, that have a location; None where none has."""
    found = [at for lon, lat in where if (at := _position(lon, lat)) is not None]
    return {"type": "MultiPoint", "coordinates": found} if found else None


def outline(outline: Mapping[str, Any]) -> dict[str, Any]:
    """Return an outline with rounded coordinates and its rings wound as RFC 7946 asks."""
    shape = shapely.geometry.shape(outline)
    rounded = shapely.transform(shape, lambda xy: np.round(xy, COORDINATE_DIGITS))
    return dict(shapely.geometry.mapping(shapely.orient_polygons(rounded)))


def _position(lon: float, lat: float) -> list[float] | None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return [round(float(lon), COORDINATE_DIGITS), round(float(lat), COORDINATE_DIGITS)]
