"""Read a district out of an OpenStreetMap extract: places, roads, facilities and lines as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.layers.grid import Grid
from planner.layers.osm_areas import Outline, find_outline
from planner.layers.osm_buildings import building_features
from planner.layers.osm_collect import Collected, collect
from planner.layers.osm_divisions import zone_features
from planner.layers.osm_features import (
    Features,
    facility_features,
    line_features,
    names,
    place_features,
)
from planner.layers.osm_mapping import TagMapping, read_mapping
from planner.layers.osm_source import OsmSource, open_osm
from planner.layers.reading import FID, Notes, Reading
from planner.layers.schema import BUILDING, WGS84, Role

SOURCE, LICENCE = "OpenStreetMap contributors", "ODbL 1.0"
"""How data of OpenStreetMap has to be cited."""

_PEOPLE = ("demand", BUILDING)
"""Layers whose people are a column even where nobody's number is known."""

NEAR_M = 2000.0
"""How far outside the district a road may lie and still be taken: places at the border need their roads."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class OsmLayer:
    """One layer out of an extract; `service` is empty for roles without one, ``building`` for demand by building."""

    role: Role
    service: str
    reading: Reading


@dataclass(frozen=True)
class OsmDistrict:
    """What an extract holds of a district.

    Attributes
    ----------
    outline : shapely geometry or None
        The district's outline, WGS 84; None where all of the extract was read.
    named : Outline or None
        Where it was found by name in the extract.
    layers : tuple of OsmLayer
        Boundary (where it was found by name), zones, settlements, roads, facilities, lines and buildings; none without
        features.
    digest : str
        SHA-256 of the extract.
    """

    outline: Any | None
    named: Outline | None
    layers: tuple[OsmLayer, ...]
    digest: str


def read_osm(
    path: str | Path,
    *,
    outline: Any | None = None,
    district: str | None = None,
    mapping: TagMapping | None = None,
    progress: Progress | None = None,
) -> OsmDistrict:
    """Read what an OpenStreetMap extract holds of a district.

    The file is streamed several times; memory grows with the district and with the lines that the mapping names,
    not with the extract.

    Parameters
    ----------
    path : str or pathlib.Path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; its content decides which it is.
    outline : shapely geometry, optional
        The district's outline, WGS 84. Without it and without a name, all of the extract is read.
    district : str, optional
        The name of the district, or its relation's number such as ``r59065``; found in the extract.
    mapping : TagMapping, optional
        Which tags become what; without it, the mapping that comes with the program.
    progress : callable, optional
        Called with the share done, from 0 to 1, and what is being done.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no such district with a complete outline.
    """
    rules = mapping or read_mapping()
    show = progress or (lambda share, what: None)
    source = open_osm(path)
    named = None
    if district is not None:
        show(0.0, "outline")
        named = find_outline(source, district)
        outline = named.geometry
    near = None if outline is None else _around(outline)
    own_level = "" if named is None else named.tags.get("admin_level", "")
    collected = collect(source, rules, outline, near, show, own_level)
    show(0.9, "layers")
    layers = [] if named is None else [_boundary(named, source)]
    layers += _layers(collected, source, rules)
    show(1.0, "layers")
    return OsmDistrict(outline, named, tuple(layers), source.digest)


def _around(outline: Any) -> Any:
    west, south, east, north = shapely.bounds(outline)
    grid = Grid((west + east) / 2, (south + north) / 2)
    return grid.unproject(shapely.buffer(grid.project(outline), NEAR_M, quad_segs=8))


def _boundary(named: Outline, source: OsmSource) -> OsmLayer:
    features = Features([{"id": named.id, **names(named.tags)}], [named.geometry], Notes("boundary"))
    return OsmLayer(Role.BOUNDARY, "", _reading("boundary", features, source))


def _layers(collected: Collected, source: OsmSource, rules: TagMapping) -> list[OsmLayer]:
    made: list[tuple[Role, str, str, Features]] = [
        (Role.ZONES, "", "zones", zone_features(collected.zones, collected.open_areas.get("zones", ()))),
        (Role.DEMAND, "", "demand", place_features(collected.places, rules.places, collected.zone_centres)),
        (Role.ROADS, "", "roads", collected.roads),
    ]
    # In the order of the mapping, whatever the order of the file.
    for service in dict.fromkeys(rule.service for rule in rules.services):
        if found := collected.facilities.get(service):
            features = facility_features(service, found, collected.open_areas.get(service, ()))
            made.append((Role.FACILITIES, service, service, features))
        if lines := collected.lines.get(service):
            made.append((Role.LINES, service, service, line_features(service, lines)))
    if rules.buildings is not None:
        buildings = building_features(collected.buildings, rules.buildings)
        made.append((Role.DEMAND, BUILDING, BUILDING, buildings))
    return [
        OsmLayer(role, service, _reading(name, features, source))
        for role, service, name, features in made
        if features.rows
    ]


def _reading(name: str, features: Features, source: OsmSource) -> Reading:
    """Return features as a file's reading, so that they are checked and kept like those of any other file."""
    frame = pd.DataFrame(features.rows)
    ids = [str(value) for value in frame["id"]]
    empty = frame.columns[frame.isna().all()]
    frame = frame.drop(columns=[column for column in empty if name not in _PEOPLE or column != "population"])
    frame[FID] = ids
    geometries = np.empty(len(ids), dtype=object)
    geometries[:] = features.shapes
    return Reading(
        path=source.path,
        name=name,
        driver="OSM",
        frame=GeoDataFrame(frame, geometry=geometries, crs=WGS84),
        crs=WGS84,
        crs_declared=True,
        encoding="utf-8",
        layer=None,
        layers=(),
        digest=source.digest,
        size_bytes=source.path.stat().st_size,
        findings=features.notes.findings(features.ids),
    )
