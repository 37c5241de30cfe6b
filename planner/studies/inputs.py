"""A district's layers as the analysis takes them: arrays, on the district's own grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.coverage.access import inside
from planner.coverage.zones import Cells
from planner.errors import InputError
from planner.layers.coded import coded
from planner.layers.grid import Grid
from planner.layers.schema import Role, area_type
from planner.layers.terrain import HEIGHTS, profiles
from planner.network.build import Roads, build, single_lines
from planner.network.modes import Conditions
from planner.results import Facilities, Places, Zones, frozen
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.standards.model import Text
from planner.workspace import District, LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]


BARRIER = "barrier"
"""The service of lines that the way from a place to a road cannot cross."""


@dataclass(frozen=True)
class Layer:
    """A layer of a workspace with its features, geometries on the district's grid beside them.

    Attributes
    ----------
    record : LayerRecord
    frame : GeoDataFrame
        WGS 84.
    grid : Grid
        The district's.
    """

    record: LayerRecord
    frame: GeoDataFrame
    grid: Grid

    @cached_property
    def shapes(self) -> ObjectArray:
        """Geometries on the grid, made when they are asked for; None where a feature has no geometry."""
        return np.asarray(self.grid.project(self.frame.geometry.to_numpy()), dtype=object)

    @property
    def modelled(self) -> bool:
        """Whether it holds anything modelled rather than real."""
        said = "source" in self.frame and bool((self.frame["source"] == "modelled").any())
        return self.record.origin.modelled or said

    def numbers(self, column: str) -> FloatArray:
        """Return a column as numbers, NaN where there is none."""
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        return _numbers(self.frame[column])

    def texts(self, column: str) -> ObjectArray:
        """Return a column as texts, empty where there is none; whole numbers without decimals."""
        if column not in self.frame:
            return np.full(len(self.frame), "", dtype=object)
        values = self.frame[column]
        given = ~values.isna()
        if values.dtype.kind == "f" and ((values[given] % 1 == 0) & (values[given].abs() < 2**53)).all():
            # A column of whole numbers with one missing is kept as decimals: 12.0 is the place 12.
            values = values.fillna(0).astype(np.int64)
        return np.where(given, values.astype(str), "").astype(object)

    def flags(self, column: str) -> BoolArray:
        """Return a column as yes or no; no where there is none."""
        return _flags(self.texts(column))

    def matching(self, where: Mapping[str, Sequence[str]]) -> BoolArray:
        """Return which features have one of the wanted values in each of the columns."""
        found = np.ones(len(self.frame), dtype=bool)
        for column, wanted in where.items():
            found &= np.isin(self.texts(column).astype(str), list(wanted))
        return found


@dataclass(frozen=True)
class Inputs:
    """All that an assessment of a district needs, read once.

    Attributes
    ----------
    district : District
    version : str
        Of the workspace, as :meth:`planner.workspace.Workspace.version` gives it.
    grid : Grid
    places : Places
        Without the way to the road, which depends on the mode.
    place_xy : (n, 2) float array
        On the grid, NaN where a place is not located.
    council_centre : (n,) bool array
    zones : Zones
    zone_shapes : (z,) object array
        On the grid.
    boundary : shapely geometry or None
        On the grid.
    facilities : Facilities
        Of all services, in the order of the layers.
    facility_xy : (m, 2) float array
    facility_row : (m,) int array
        Row in the facility's own layer.
    layers : mapping of (Role, str) to Layer
        By role and service.
    conditions : Conditions
        Season and table of speeds; see :meth:`under`.
    """

    district: District
    version: str
    grid: Grid
    places: Places
    place_xy: FloatArray
    council_centre: BoolArray
    zones: Zones
    zone_shapes: ObjectArray
    boundary: Any | None
    facilities: Facilities
    facility_xy: FloatArray
    facility_row: IntArray
    layers: Mapping[tuple[Role, str], Layer]
    conditions: Conditions = field(default_factory=Conditions)

    def under(self, conditions: Conditions) -> Inputs:
        """Return the same district under other conditions of travel."""
        if conditions == self.conditions:
            return self
        other = dataclasses.replace(self, conditions=conditions)
        # What was worked out does not depend on them.
        for name in ("ground", "roads", "cells", "drawn_roads"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    @cached_property
    def ground(self) -> FloatArray:
        """Grid metres per metre on the ground at each place."""
        return Grid.scale(self.place_xy[:, 0])

    @cached_property
    def roads(self) -> Roads | None:
        """The road network, built once; None where no roads are loaded."""
        layer = self.layers.get((Role.ROADS, ""))
        if layer is None:
            return None
        parts, row = single_lines(layer.frame.geometry.to_numpy())
        barriers = self.layers.get((Role.LINES, BARRIER))
        return build(
            parts,
            self.grid,
            road_class=layer.texts("road_class")[row],
            surface=layer.texts("surface")[row],
            speed_kmh=layer.numbers("speed_kmh")[row],
            oneway=_oneway(layer.texts("oneway"))[row],
            detail=layer.texts("osm_surface")[row],
            heights=profiles(layer.texts(HEIGHTS), row) if HEIGHTS in layer.frame else None,
            barriers=None if barriers is None else barriers.shapes,
        )

    @cached_property
    def cells(self) -> Cells:
        """The part of the district nearest to each place."""
        return Cells(self.place_xy, self.boundary)

    @cached_property
    def drawn_roads(self) -> Mapping[str, Any]:
        """The roads as a GeoJSON feature collection, for drawing."""
        layer = self.layers.get((Role.ROADS, ""))
        if layer is None:
            return {"type": "FeatureCollection", "features": []}
        classes, surfaces = layer.texts("road_class"), layer.texts("surface")
        drawn = _worth_drawing(classes)
        shapes = shapely.set_precision(layer.frame.geometry.to_numpy()[drawn], 1e-5, mode="pointwise")
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": orjson.loads(text),
                    "properties": {"road_class": classes[i], "surface": surfaces[i]},
                }
                for i, text in zip(drawn, shapely.to_geojson(shapes), strict=True)
                if text is not None
            ],
        }


_MOST_DRAWN = 60_000
_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")


def _worth_drawing(classes: ObjectArray) -> IntArray:
    """Return which roads are drawn: all, or where they are too many for a map the greater classes that fit."""
    if classes.size <= _MOST_DRAWN:
        return np.arange(classes.size)
    names, of_name = coded(classes)
    ranks = {name: number for number, name in enumerate(_CLASSES)}
    rank = np.array([ranks.get(name.removesuffix("_link"), len(_CLASSES)) for name in names])[of_name]
    enough = max((r for r in range(len(_CLASSES)) if (rank <= r).sum() <= _MOST_DRAWN), default=-1)
    return np.flatnonzero(rank <= enough)


def load(workspace: Workspace) -> Inputs:
    """Read a workspace for the analysis.

    Parameters
    ----------
    workspace : Workspace

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        If it holds no settlements, or none of them is located.
    """
    version = workspace.version()
    records = workspace.layers()
    # Demand by building lies beside that of settlements: many features, which no standard is measured at.
    measured = [r for r in records if not (r.role is Role.DEMAND and r.service)]
    frames = {(r.role, r.service): (r, workspace.read(r)) for r in measured}
    if (Role.DEMAND, "") not in frames:
        raise InputError(
            "The workspace {path} holds no settlements with population.",
            "Add them with: planner add {path} FILE --as demand",
            path=workspace.shown_as,
        )
    lonlat = _points(frames[Role.DEMAND, ""][1].geometry.to_numpy())
    if not np.isfinite(lonlat).any():
        raise InputError(
            "None of the {count} settlements of {path} has coordinates.",
            "Add a demand layer with points, or with columns of longitude and latitude.",
            count=len(lonlat), path=workspace.shown_as,
        )  # fmt: skip
    grid = Grid.around(lonlat[:, 0], lonlat[:, 1])
    layers = {key: Layer(record, frame, grid) for key, (record, frame) in frames.items()}
    zones, zone_shapes = _zones(layers.get((Role.ZONES, "")))
    boundary = layers.get((Role.BOUNDARY, ""))
    place_xy = grid.to_grid(lonlat[:, 0], lonlat[:, 1])
    demand = layers[Role.DEMAND, ""]
    facilities, facility_row = _facilities(
        [
            layer
            for (role, service), layer in layers.items()
            if role is Role.FACILITIES and service != REFERENCE_SERVICE
        ]
    )
    return Inputs(
        district=workspace.district,
        version=version,
        grid=grid,
        places=_places(demand, lonlat, _zone_of(demand, place_xy, zones, zone_shapes)),
        place_xy=place_xy,
        council_centre=_flags(demand.texts("council_centre")),
        zones=zones,
        zone_shapes=zone_shapes,
        boundary=shapely.union_all(boundary.shapes) if boundary else None,
        facilities=facilities,
        facility_xy=grid.to_grid(facilities.lon, facilities.lat),
        facility_row=facility_row,
        layers=layers,
    )


def _points(geometries: ObjectArray) -> FloatArray:
    """Return the point that stands for each geometry, (n, 2), NaN where there is none; an area's is inside it."""
    found = np.full((len(geometries), 2), np.nan)
    there = np.flatnonzero(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))
    points = geometries[there]
    areas = shapely.get_type_id(points) != shapely.GeometryType.POINT
    points[areas] = shapely.point_on_surface(points[areas])
    found[there] = shapely.get_coordinates(points)
    return found


def _places(demand: Layer, lonlat: FloatArray, zone: IntArray) -> Places:
    kinds = tuple(demand.texts("kind"))
    sources = demand.texts("population_source")
    return Places(
        ids=tuple(demand.texts("id")),
        names=layer_names(demand),
        kinds=kinds,
        area_types=tuple(area_type(kind) for kind in kinds),
        population=frozen(np.nan_to_num(demand.numbers("population"), nan=0.0)),
        population_source=tuple(sources),
        zone=frozen(zone),
        lon=frozen(lonlat[:, 0]),
        lat=frozen(lonlat[:, 1]),
        road_distance_m=frozen(np.full(len(lonlat), np.nan)),
    )


def layer_names(layer: Layer) -> tuple[Text, ...]:
    """Return the name of each feature in every language; where one is missing, the nearest that there is."""
    plain, ids = layer.texts("name"), layer.texts("id")
    ru, be, en = (layer.texts(f"name_{language}") for language in ("ru", "be", "en"))
    return tuple(
        {
            "ru": ru[i] or plain[i] or be[i] or en[i] or ids[i],
            "be": be[i] or plain[i] or ru[i] or en[i] or ids[i],
            "en": en[i] or plain[i] or ru[i] or be[i] or ids[i],
        }
        for i in range(len(ids))
    )


def _zones(layer: Layer | None) -> tuple[Zones, ObjectArray]:
    if layer is None:
        return Zones((), (), (), ()), np.empty(0, dtype=object)
    outlines = shapely.to_geojson(
        shapely.set_precision(layer.frame.geometry.to_numpy(), 1e-5, mode="pointwise")
    )
    sources = layer.texts("outline_source") if "outline_source" in layer.frame else layer.texts("source")
    return (
        Zones(
            tuple(layer.texts("id")), layer_names(layer), tuple(map(orjson.loads, outlines)), tuple(sources)
        ),
        layer.shapes,
    )


def _zone_of(demand: Layer, place_xy: FloatArray, zones: Zones, shapes: ObjectArray) -> IntArray:
    """Return the zone of each place: the one it is said to belong to, else the one it lies in."""
    by_name = {name: i for i, names in reversed(list(enumerate(zones.names))) for name in names.values()}
    by_name.update({zone_id: i for i, zone_id in enumerate(zones.ids)})
    said = demand.texts("rural_council")
    lies_in = inside(place_xy, shapes)
    return np.array(
        [by_name.get(said[i], int(found[0]) if found.size else -1) for i, found in enumerate(lies_in)],
        dtype=np.int64,
    )


def _facilities(layers: list[Layer]) -> tuple[Facilities, IntArray]:
    ids: list[str] = []
    names: list[Text] = []
    services: list[str] = []
    sources: list[str] = []
    lonlat, rows = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for layer in layers:
        ids += list(layer.texts("id"))
        names += list(layer_names(layer))
        services += [layer.record.service] * len(layer.frame)
        given = layer.texts("source")
        said = "modelled" if layer.record.origin.modelled else layer.record.origin.source
        sources += [text or said for text in given]
        lonlat.append(_points(layer.frame.geometry.to_numpy()))
        rows.append(np.arange(len(layer.frame)))
    at = np.concatenate(lonlat)
    return (
        Facilities(
            tuple(ids), tuple(names), tuple(services), tuple(sources), frozen(at[:, 0]), frozen(at[:, 1])
        ),
        np.concatenate(rows),
    )


def _numbers(values: Series[Any]) -> FloatArray:
    import pandas as pd

    return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))


def _flags(texts: ObjectArray) -> BoolArray:
    names, code = coded(texts)
    return np.asarray(
        np.isin(np.char.lower(names), ("1", "1.0", "true", "yes", "да", "так"))[code], dtype=bool
    )


def _oneway(texts: ObjectArray) -> IntArray:
    names, code = coded(texts)
    way = np.where(np.isin(np.char.lower(names), ("-1", "-1.0", "reverse")), -1, 0)[code]
    return np.where(_flags(texts), 1, way).astype(np.int64)
