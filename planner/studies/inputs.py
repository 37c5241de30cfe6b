"""A district's layers as the analysis takes them: arrays, on the district's own grid."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.coverage.access import first_inside
from planner.coverage.zones import Cells
from planner.errors import InputError, NoHomesError
from planner.layers.coded import coded
from planner.layers.grid import Grid
from planner.layers.schema import BUILDING, Role, area_type
from planner.layers.terrain import HEIGHTS, profiles
from planner.network.build import Roads, build, single_lines
from planner.network.modes import Conditions
from planner.results import Facilities, Places, Zones, frozen
from planner.scenario import Scenario
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.standards.model import Text
from planner.studies.by_building import homes, quarters
from planner.studies.drawing import road_features
from planner.studies.layer import Layer, flags, layer_names
from planner.studies.progress import Progress, each
from planner.workspace import District, LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]

By = Literal["settlement", "building"]
"""What the places of an analysis are: settlements, or the homes of a town."""


NOT_SAID, STRANGE = -1, -2
"""Homes of facilities that name no place, or one that the district has not."""

BARRIER = "barrier"
"""The service of lines that the way from a place to a road cannot cross."""


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
    scenario : Scenario or None
        Whose edits were made, see :func:`planner.studies.scenarios.edited`; for the manifest of what is found.
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
    scenario: Scenario | None = None

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
        if layer is None or not layer.placed:
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
    def beyond(self) -> IntArray:
        """Facilities of neighbouring districts: brought from one, or outside the outline and of no own settlement."""
        if self.boundary is None:
            return np.empty(0, dtype=np.int64)
        located = np.isfinite(self.facility_xy).all(axis=1)
        outside = np.zeros(len(self.facilities), dtype=bool)
        shapely.prepare(self.boundary)
        outside[located] = ~shapely.intersects_xy(self.boundary, *self.facility_xy[located].T)
        return np.flatnonzero((outside & (self.home < 0)) | self._brought)

    def of_service(self, service: str) -> IntArray:
        """Return the facilities of a service, indices ascending."""
        return self._by_service.get(service, np.empty(0, dtype=np.int64))

    @cached_property
    def _by_service(self) -> Mapping[str, IntArray]:
        names, code = coded(np.array(self.facilities.services, dtype=object))
        ends = np.cumsum(np.bincount(code, minlength=names.size))[:-1]
        return dict(zip(names.tolist(), np.split(np.argsort(code, kind="stable"), ends), strict=False))

    def layers_of_facilities(self) -> list[tuple[Layer, IntArray]]:
        """Return the layers that facilities are of, and the indices of the facilities of each."""
        found = ((self.layers.get((Role.FACILITIES, name)), mine) for name, mine in self._by_service.items())
        return [(layer, mine) for layer, mine in found if layer is not None]

    @cached_property
    def home(self) -> IntArray:
        """The place that each facility says it belongs to, (m,); :data:`NOT_SAID`, or :data:`STRANGE` for none here."""
        number = {"": NOT_SAID, **{place: i for i, place in enumerate(self.places.ids)}}
        found = np.full(len(self.facilities), NOT_SAID, dtype=np.int64)
        for layer, mine in self.layers_of_facilities():
            names, code = coded(layer.texts("place_id"))
            place = np.array([number.get(name, STRANGE) for name in names.tolist()], dtype=np.int64)
            found[mine] = place[code[self.facility_row[mine]]]
        return found

    @property
    def _brought(self) -> BoolArray:
        """Which facilities were brought from another district, (m,)."""
        found = np.zeros(len(self.facilities), dtype=bool)
        for layer, mine in self.layers_of_facilities():
            found[mine] = layer.brought[self.facility_row[mine]]
        return found

    @cached_property
    def cells(self) -> Cells:
        """The part of the district nearest to each place."""
        return Cells(self.place_xy, self.boundary)

    @cached_property
    def edited(self) -> OrderedDict[bytes, Any]:
        """What :mod:`planner.studies.edited_layers` has made of layers, by layer and edits."""
        return OrderedDict()

    @cached_property
    def drawn_roads(self) -> Mapping[str, Any]:
        """The roads as a GeoJSON feature collection, for drawing."""
        layer = self.layers.get((Role.ROADS, ""))
        if layer is None:
            return {"type": "FeatureCollection", "features": []}
        return road_features(layer)


def load(workspace: Workspace, by: By = "settlement", progress: Progress | None = None) -> Inputs:
    """Read a workspace for the analysis.

    Parameters
    ----------
    workspace : Workspace
    by : {"settlement", "building"}
        Places are settlements; or buildings with people, and the zones are quarters: those of the workspace where
        people live in at least two of them, else what main streets divide the town into.
    progress : callable, optional
        Told the share of layers read.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        If it holds no settlements, or by building no people, or none of them is located.
    """
    version = workspace.version()
    frames = _frames(workspace, by, progress)
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
    outline = layers.get((Role.BOUNDARY, ""))
    boundary = shapely.union_all(outline.shapes) if outline and outline.placed else None
    place_xy = grid.to_grid(lonlat[:, 0], lonlat[:, 1])
    demand = layers[Role.DEMAND, ""]
    zones, zone_shapes = _zones(layers.get((Role.ZONES, "")))
    zone = _zone_of(demand, place_xy, zones, zone_shapes)
    if by == "building" and np.unique(zone[zone >= 0]).size < 2:
        people = np.nan_to_num(demand.numbers("population"), nan=0.0)
        zones, zone_shapes, zone = quarters(*_streets(layers), boundary, place_xy, people, grid)
    facilities, facility_row = facilities_of_layers(
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
        places=_places(demand, lonlat, zone),
        place_xy=place_xy,
        council_centre=flags(demand.texts("council_centre")),
        zones=zones,
        zone_shapes=zone_shapes,
        boundary=boundary,
        facilities=facilities,
        facility_xy=grid.to_grid(facilities.lon, facilities.lat),
        facility_row=facility_row,
        layers=layers,
    )


def _frames(
    workspace: Workspace, by: By, progress: Progress | None = None
) -> dict[tuple[Role, str], tuple[LayerRecord, GeoDataFrame]]:
    """Return the layers that are measured; the places are demand without a service, whatever they are."""
    # Demand by building lies beside that of settlements: every person is counted once.
    wanted = BUILDING if by == "building" else ""
    used = [r for r in workspace.layers() if r.role is not Role.DEMAND or r.service == wanted]
    frames = {
        (r.role, "" if r.role is Role.DEMAND else r.service): (r, workspace.read(r))
        for r in each(used, progress, lambda record: record.name)
    }
    if by == "building":
        record, frame = frames.get((Role.DEMAND, ""), (None, None))
        kept = None if frame is None else homes(frame)
        if record is None or kept is None or not len(kept):
            raise NoHomesError(
                "The workspace {path} holds no buildings with people.",
                "Bring buildings with planner import-osm, then share the town's people out over them: "
                "planner population {path} --total PEOPLE --to buildings",
                path=workspace.shown_as,
            )  # fmt: skip
        frames[Role.DEMAND, ""] = record, kept
    return frames


def _streets(
    layers: Mapping[tuple[Role, str], Layer],
) -> tuple[ObjectArray, npt.NDArray[np.str_], tuple[Text, ...]]:
    """Return the streets of a town, their classes and names."""
    roads = layers.get((Role.ROADS, ""))
    if roads is None:
        return np.empty(0, dtype=object), np.empty(0, dtype=str), ()
    named = [
        {"en": ""} if not plain else names
        for plain, names in zip(roads.texts("name"), layer_names(roads), strict=True)
    ]
    return roads.shapes, roads.texts("road_class").astype(str), tuple(named)


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


def _zones(layer: Layer | None) -> tuple[Zones, ObjectArray]:
    if layer is None:
        return Zones((), (), (), ()), np.empty(0, dtype=object)
    shapes = layer.frame.geometry.to_numpy().copy()
    # A council that nobody has drawn is one all the same: settlements say that they belong to it.
    shapes[shapely.is_missing(shapes)] = shapely.Polygon()
    outlines = shapely.to_geojson(shapely.set_precision(shapes, 1e-5, mode="pointwise"))
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
    lies_in = first_inside(place_xy, shapes).tolist()
    return np.array([by_name.get(said[i], zone) for i, zone in enumerate(lies_in)], dtype=np.int64)


def facilities_of_layers(layers: list[Layer]) -> tuple[Facilities, IntArray]:
    """Return the facilities of layers one after another, and the row of each in its own layer."""
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


def _oneway(texts: ObjectArray) -> IntArray:
    names, code = coded(texts)
    way = np.where(np.isin(np.char.lower(names), ("-1", "-1.0", "reverse")), -1, 0)[code]
    return np.where(flags(texts), 1, way).astype(np.int64)
