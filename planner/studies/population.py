"""The population of a district from a raster, or from the totals of its zones."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import shapely

from planner.coverage.access import first_inside
from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.population import (
    Edge,
    PeopleCells,
    dasymetric_weights,
    people_by_zone,
    spread,
    to_nearest,
)
from planner.layers.prepare import prepare
from planner.layers.schema import BUILDING, WGS84, Role
from planner.standards.model import Text
from planner.studies.inputs import load
from planner.studies.progress import Progress, part
from planner.studies.zone_totals import file_totals, own_totals
from planner.workspace import LayerOrigin, LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

Target = Literal["places", "cells", "zones"]
Members = Literal["places", "buildings"]

_MUCH = 0.01


@dataclass(frozen=True, slots=True)
class Populated:
    """What was done to the population of a district.

    Attributes
    ----------
    record : LayerRecord
        The new version of the layer that holds the people now.
    before, after : float
        People of that layer.
    inside, touched : float
        Of a raster: people by exact fractions of area, and of all cells that the district touches; NaN otherwise.
    """

    record: LayerRecord
    before: float
    after: float
    inside: float = float("nan")
    touched: float = float("nan")

    @property
    def loses_at_edges(self) -> bool:
        """Whether cells that are cut hold so many people that it matters how they are counted."""
        return self.touched - self.inside > _MUCH * self.touched


def from_raster(
    workspace: Workspace,
    raster: Path,
    *,
    target: Target = "places",
    edge: Edge = "fraction",
    expected: str | None = None,
    progress: Progress | None = None,
) -> Populated:
    """Take the population of a district from a raster of people per cell.

    Parameters
    ----------
    workspace : Workspace
        With a boundary, or for the target ``zones`` with zones; and with settlements, for the target ``places``.
    raster : pathlib.Path
    target : {"places", "cells", "zones"}
        ``places``: the people of each cell belong to the nearest settlement, whose own number they replace.
        ``cells``: every cell with people becomes a place of its own.
        ``zones``: each zone gets the people within it, in its column ``population``.
    edge : {"fraction", "coast", "whole"}
        What becomes of cells that the district covers in part: see :data:`planner.layers.population.Edge`.
    expected : str, optional
        The version of the workspace that the planner had looked at; the one at the start of the work if not given.
    progress : callable, optional

    Raises
    ------
    ConflictError
        If somebody else has changed the settlements since.
    InputError
        If the raster cannot be used, or the workspace lacks a boundary, zones or settlements.
    """
    tell = part(progress, 0.0, 1.0)
    tell(0.05, "areas")
    looked_at = expected or workspace.version()
    records = {(r.role, r.service): r for r in workspace.layers()}
    areas = _areas(workspace, records, target)
    shapes = areas.geometry.to_numpy()
    tell(0.1, "raster")
    found = people_by_zone(raster, shapes if target == "zones" else [shapely.union_all(shapes)], edge)
    cells = found.cells
    if not cells.people.size:
        raise InputError("{file} has nobody within the district.", "Take another raster.", file=raster.name)
    tell(0.6, "places")
    held = records.get((Role.ZONES if target == "zones" else Role.DEMAND, ""))
    before = areas if target == "zones" else None if held is None else workspace.read(held)
    if target == "zones":
        frame = areas.assign(population=found.people, population_source=raster.stem)
    elif target == "cells":
        frame = _cells_as_places(cells, raster.stem)
    elif before is None:
        raise InputError("The workspace has no settlements to bring people to.",
                         "Add them, or take every cell as a place of its own.")  # fmt: skip
    else:
        frame = _people_to_places(before, cells, raster.stem)
    layer = _Layer(Role.ZONES if target == "zones" else Role.DEMAND, "", held, looked_at)
    tell(0.9, "layer")
    done = _keep(workspace, frame, layer, _origin(raster), _people(before))
    return dataclasses.replace(done, inside=cells.inside, touched=cells.touched)


def _areas(
    workspace: Workspace, records: Mapping[tuple[Role, str], LayerRecord], target: Target
) -> GeoDataFrame:
    """Return the areas that people are taken within."""
    if target == "zones" and (Role.ZONES, "") not in records:
        raise InputError("The workspace has no zones to take people into.",
                         "Add some with: planner add {path} FILE --as zones", path=workspace.shown_as)  # fmt: skip
    if target != "zones" and (Role.BOUNDARY, "") not in records:
        raise InputError("The workspace has no boundary to take people within.",
                         "Add one with: planner add {path} FILE --as boundary", path=workspace.shown_as)  # fmt: skip
    return workspace.read(records[Role.ZONES if target == "zones" else Role.BOUNDARY, ""])


def from_totals(
    workspace: Workspace,
    file: Path | None,
    column: str,
    *,
    target: Members = "places",
    expected: str | None = None,
    progress: Progress | None = None,
) -> Populated:
    """Share the totals of zones out over their settlements or their buildings, whole people, every total kept exactly.

    A settlement's share is in proportion to the people it has so far; where all of a zone have none, shares are equal.
    A building's is in proportion to its dwellings where all homes of the zone tell them, else to its floor area, which
    is the footprint where no levels are known: never two units within one zone. Who lies in no zone of the file keeps
    their number (dasymetric mapping, settlements or buildings as ancillary data; Mennis 2003).

    Parameters
    ----------
    workspace : Workspace
        With settlements; for the target ``buildings`` with demand by building, as an OpenStreetMap import brings it.
    file : pathlib.Path or None
        Zones with a column of totals: polygons, or a table with the names of zones that the workspace knows. None:
        the column of the workspace's own zones; numbers that are not whole are made so by largest remainders, their
        sum rounded.
    column : str
        Of the totals.
    target : {"places", "buildings"}
    expected : str, optional
        The version of the workspace that the planner had looked at; the one at the start of the work if not given.
    progress : callable, optional

    Raises
    ------
    ConflictError
        If somebody else has changed what people are shared over since.
    InputError
        If a zone is not known or named twice, has nothing to put its people in, or its total is not a whole number.
    """
    tell = part(progress, 0.0, 1.0)
    looked_at = expected or workspace.version()
    inputs = load(workspace, progress=part(tell, 0.0, 0.5))
    totals = own_totals(inputs, column) if file is None else file_totals(inputs, file, column)
    if target == "buildings":
        record = _building_layer(workspace)
        layer = _Layer(Role.DEMAND, BUILDING, record, looked_at)
        members = _buildings(workspace.read(record), inputs.grid, inputs.zone_shapes)
    else:
        demand = inputs.layers[Role.DEMAND, ""]
        layer = _Layer(Role.DEMAND, "", demand.record, looked_at)
        people = inputs.places.population.copy()
        members = _Members(demand.frame.copy(), inputs.places.zone, people, lambda rows: people[rows])
    before = _people(members.frame)
    tell(0.7, "shares")
    _shared_out(members, totals, inputs.zones.names)
    tell(0.9, "layer")
    zones = inputs.layers[Role.ZONES, ""].record.origin if file is None else _origin(file)
    return _keep(workspace, members.frame, layer, zones, before)


def from_total(workspace: Workspace, total: int, *, expected: str | None = None) -> Populated:
    """Share the people of a whole town out over its buildings, whole people, the total kept exactly.

    As :func:`from_totals` for one zone: all within the boundary, all there are without one; others keep their number.

    Parameters
    ----------
    workspace : Workspace
        With demand by building.
    total : int
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Raises
    ------
    ConflictError
        If somebody else has changed the buildings since.
    InputError
        If the total is not a number of people, or there is no home to put them in.
    """
    if total < 1:
        raise InputError("{total} is not the number of people of a town.", "Give a whole number above 0.",
                         total=total)  # fmt: skip
    looked_at = expected or workspace.version()
    record = _building_layer(workspace)
    frame = workspace.read(record)
    west, south, east, north = shapely.total_bounds(frame.geometry.to_numpy())
    grid = Grid.around([west, east], [south, north])
    outline = [workspace.read(r) for r in workspace.layers() if r.role is Role.BOUNDARY]
    town = outline[0].geometry.to_numpy() if outline else [shapely.box(west, south, east, north)]
    members = _buildings(
        frame, grid, np.array([shapely.union_all(grid.project(np.asarray(town)))], dtype=object)
    )
    before = _people(members.frame)
    _shared_out(members, {0: total}, [workspace.district.name])
    layer = _Layer(Role.DEMAND, BUILDING, record, looked_at)
    sources = [record.origin.source, f"people: total of {total}"]
    origin = LayerOrigin(source="; ".join(filter(None, sources)), licence=record.origin.licence)
    return _keep(workspace, members.frame, layer, origin, before)


def _building_layer(workspace: Workspace) -> LayerRecord:
    found = [r for r in workspace.layers() if (r.role, r.service) == (Role.DEMAND, BUILDING) and r.features]
    if not found:
        raise InputError("The workspace has no buildings to spread people over.",
                         "Take them from OpenStreetMap, or add them with: planner add {path} FILE --as demand "
                         "--service building", path=workspace.shown_as)  # fmt: skip
    return found[0]


@dataclass(frozen=True)
class _Layer:
    """The layer that gets a new version, and the state of the workspace that this rests on."""

    role: Role
    service: str
    held: LayerRecord | None
    looked_at: str


@dataclass(frozen=True)
class _Members:
    """What people are spread over: zone of each, -1 for none; people so far; weights of those of one zone."""

    frame: GeoDataFrame
    zone: IntArray
    people: FloatArray
    weights: Callable[[IntArray], FloatArray]


def _buildings(frame: GeoDataFrame, grid: Grid, zones: ObjectArray) -> _Members:
    """Return the buildings in which somebody may live; `zones` are on the grid."""
    import pandas as pd

    def numbers(column: str) -> FloatArray:
        given = (
            pd.to_numeric(frame[column], errors="coerce")
            if column in frame
            else pd.Series(np.nan, frame.index)
        )
        return np.array(given, dtype=np.float64)

    at = shapely.point_on_surface(np.asarray(grid.project(frame.geometry.to_numpy()), dtype=object))
    zone = first_inside(shapely.get_coordinates(at), zones)
    homes = frame["residential"].fillna("").astype(str) != "no" if "residential" in frame else zone >= -1
    on_grid = np.asarray(grid.project(frame.geometry.to_numpy()), dtype=object)
    footprint = shapely.area(on_grid) / Grid.scale(shapely.get_x(at)) ** 2
    levels = numbers("levels")
    floor = np.where(levels > 0, footprint * levels, footprint)
    dwellings = numbers("dwellings")
    zone = np.where(homes, zone, -1)
    return _Members(
        frame.copy(),
        zone,
        numbers("population"),
        lambda rows: dasymetric_weights(dwellings[rows], floor[rows]),
    )


def _shared_out(members: _Members, totals: Mapping[int, int], names: Sequence[Text]) -> None:
    """Write the shares into the frame."""
    people = members.people
    if "population_source" in members.frame:
        source = np.array(members.frame["population_source"], dtype=object)
    else:
        source = np.full(len(members.frame), None, dtype=object)
    for index, total in totals.items():
        rows = np.flatnonzero(members.zone == index)
        if not rows.size and total:
            raise InputError("Nothing lies in the zone {name} to put its {total} people in.",
                             "Add its settlements or its homes first.", name=names[index]["en"],
                             total=total)  # fmt: skip
        if rows.size:
            people[rows] = spread(total, members.weights(rows))
            source[rows] = "zone total"
    members.frame["population"], members.frame["population_source"] = people, source


def _cells_as_places(cells: PeopleCells, source: str) -> GeoDataFrame:
    import geopandas as gpd

    ids = [f"cell-{i + 1}" for i in range(cells.people.size)]
    return gpd.GeoDataFrame(
        {"id": ids, "name": ids, "kind": "village", "population": cells.people, "population_source": source},
        geometry=gpd.points_from_xy(*cells.lonlat.T), crs=WGS84,
    )  # fmt: skip


def _people_to_places(demand: GeoDataFrame, cells: PeopleCells, source: str) -> GeoDataFrame:
    grid = Grid.around(*cells.lonlat.T)
    points = demand.geometry.representative_point()
    place_xy = grid.to_grid(points.x, points.y)
    frame = demand.copy()
    frame["population"] = to_nearest(cells, grid.to_grid(*cells.lonlat.T), place_xy)
    frame["population_source"] = source
    return frame


def _people(frame: GeoDataFrame | None) -> float:
    return 0.0 if frame is None or "population" not in frame else float(frame["population"].fillna(0).sum())


def _origin(file: Path) -> LayerOrigin:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return LayerOrigin(file_name=file.name, file_digest=digest, source=file.stem)


_TITLES: dict[tuple[Role, str], Text] = {
    (Role.DEMAND, ""): {"en": "People by settlement", "ru": "Население", "be": "Насельніцтва"},
    (Role.DEMAND, BUILDING): {
        "en": "People by building", "ru": "Население по домам", "be": "Насельніцтва па дамах",
    },
}  # fmt: skip


def _keep(
    workspace: Workspace, frame: GeoDataFrame, layer: _Layer, origin: LayerOrigin, before: float
) -> Populated:
    title = _TITLES.get((layer.role, layer.service)) or (layer.held.title if layer.held else {"en": "Zones"})
    record = workspace.add(
        prepare(frame, layer.role, service=layer.service or None), layer.role, layer.service,
        title=title, origin=dataclasses.replace(origin, findings=(), repairs=()), expected=layer.looked_at,
    )  # fmt: skip
    return Populated(record, before, _people(frame))
