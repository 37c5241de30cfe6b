"""Coordinate systems by name, and what coordinates themselves say about theirs."""

from __future__ import annotations

import re
from functools import lru_cache

import pyproj
from pyproj.exceptions import ProjError

from planner.layers.schema import WGS84

_NAME = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?(EPSG|OGC)(?::[\d.]*)?:(\w{1,12})", re.IGNORECASE)
_LIKE_WGS84 = {"OGC:CRS84", "EPSG:4326", "EPSG:4979", "OGC:CRS84H"}


def crs_from_name(name: object) -> str | None:
    """Return a coordinate system that a file names, as ``EPSG:code``; None where the name is not known.

    Only names of the EPSG and OGC registers are taken: a definition in a file may refer to other files.
    """
    match = _NAME.fullmatch(name.strip()) if isinstance(name, str) else None
    if match is None:
        return None
    return known_crs(f"{match[1].upper()}:{match[2].upper()}")


@lru_cache(maxsize=64)
def known_crs(text: str) -> str | None:
    """Return a coordinate system's short name, or its definition where it has none; None where unknown.

    One that no way leads from to longitude and latitude, such as a draughtsman's own or one of heights alone, is as
    good as unknown.
    """
    try:
        system = pyproj.CRS.from_user_input(text)
        pyproj.Transformer.from_crs(system, WGS84, always_xy=True)
    except ProjError:
        return None
    if not (system.is_geographic or system.is_projected):
        return None
    authority = system.to_authority(min_confidence=90)
    return ":".join(authority) if authority else str(system.to_wkt())


def is_wgs84(name: str) -> bool:
    """Return whether a coordinate system is longitude and latitude of WGS 84."""
    return name in _LIKE_WGS84


@lru_cache(maxsize=64)
def is_degrees(name: str) -> bool:
    """Return whether a coordinate system counts in degrees."""
    return bool(pyproj.CRS.from_user_input(name).is_geographic)


def normal(name: str) -> str:
    """Return a system's name, all names of WGS 84 being one."""
    return WGS84 if is_wgs84(name) else name
