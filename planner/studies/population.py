"""The population of a district from a raster, or from the totals of its zones."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from planner.errors import InputError
from planner.layers.checks_fields import EVERYBODY
from planner.layers.grid import Grid
from planner.layers.population import PeopleCells, people_cells, spread, to_nearest
from planner.layers.prepare import prepare
from planner.layers.read import read
from planner.layers.schema import WGS84, Role
from planner.studies.inputs import load
from planner.workspace import LayerOrigin, LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Target = Literal["places", "cells"]


@dataclass(frozen=True, slots=True)
class Populated:
    """What was done to the population of a district.

    Attributes
    ----------
    record : LayerRecord
        The new version of the demand layer.
    before, after : float
        People of the district.
    """

    record: LayerRecord
    before: float
    after: float


def from_raster(workspace: Workspace, raster: Path, *, target: Target = "places") -> Populated:
    """Take the population of a district from a raster of people per cell.

    Parameters
    ----------
    workspace : Workspace
        With a boundary; and with settlements, for the target ``places``.
    raster : pathlib.Path
    target : {"places", "cells"}
        ``places``: the people of each cell belong to the nearest settlement, whose own number they replace.
        ``cells``: every cell with people becomes a place of its own.

    Raises
    ------
    InputError
        If the raster cannot be used, or the workspace lacks a boundary or settlements.
    """
    records = {r.role: r for r in workspace.layers()}
    if Role.BOUNDARY not in records:
        raise InputError("The workspace has no boundary to take people within.",
                         "Add one with: planner add {path} FILE --as boundary", path=workspace.shown_as)  # fmt: skip
    area = shapely.union_all(workspace.read(records[Role.BOUNDARY]).geometry.to_numpy())
    cells = people_cells(raster, area)
    if not cells.people.size:
        raise InputError("{file} has nobody within the district.", "Take another raster.", file=raster.name)
    demand = workspace.read(records[Role.DEMAND]) if Role.DEMAND in records else None
    if target == "cells":
        frame = _cells_as_places(cells, raster.stem)
    elif demand is None:
        raise InputError("The workspace has no settlements to bring people to.",
                         "Add them, or take every cell as a place of its own.")  # fmt: skip
    else:
        frame = _people_to_places(demand, cells, raster.stem)
    with raster.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    origin = LayerOrigin(file_name=raster.name, file_digest=digest, source=raster.stem)
    before = 0.0 if demand is None else float(demand["population"].fillna(0).sum())
    return _keep(workspace, frame, origin, before)


def from_totals(workspace: Workspace, file: Path, column: str) -> Populated:
    """Share the totals of zones out over the settlements in them, whole people, every total kept exactly.

    A settlement's share is in proportion to the people it has so far; where all of a zone have none, shares are equal.
    Settlements in no zone of the file keep their number (dasymetric mapping, places as ancillary data; Mennis 2003).

    Parameters
    ----------
    workspace : Workspace
        With settlements.
    file : pathlib.Path
        Zones with a column of totals: polygons, or a table with the names of zones that the workspace knows.
    column : str
        Of the totals.

    Raises
    ------
    InputError
        If a zone is not known, has no settlement to put its people in, or its total is not a whole number.
    """
    totals = _totals(file, column)
    inputs = load(workspace)
    known = {name: i for i, names in enumerate(inputs.zones.names) for name in names.values()}
    known.update({identifier: i for i, identifier in enumerate(inputs.zones.ids)})
    unknown = [name for name in totals if name not in known]
    if unknown:
        raise InputError(
            "The workspace knows no zone called {names}.", "Write the names as in the layer of zones.",
            names=", ".join(unknown[:5]),
        )  # fmt: skip
    demand = inputs.layers[Role.DEMAND, ""].frame.copy()
    people = inputs.places.population.copy()
    source = np.array(inputs.places.population_source, dtype=object)
    for name, total in totals.items():
        members = np.flatnonzero(inputs.places.zone == known[name])
        if not members.size:
            raise InputError("No settlement lies in the zone {name}, for its {total} people.",
                             "Add its settlements first.", name=name, total=total)  # fmt: skip
        people[members] = spread(total, people[members])
        source[members] = "zone total"
    demand["population"], demand["population_source"] = people, source
    origin = LayerOrigin(
        file_name=file.name, file_digest=hashlib.sha256(file.read_bytes()).hexdigest(), source=file.stem
    )
    return _keep(workspace, demand, origin, float(inputs.places.population.sum()))


def _totals(file: Path, column: str) -> dict[str, int]:
    import pandas as pd

    table = prepare(read(file).frame, Role.ZONES, service=None)
    if column not in table or "name" not in table:
        raise InputError("{file} has no columns name and {column}.", "Name the column of totals with --totals.",
                         file=file.name, column=column)  # fmt: skip
    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = table["name"][~((numbers >= 0) & (numbers <= EVERYBODY) & (numbers % 1 == 0))]
    if len(wrong):
        raise InputError("The total of {names} is not a whole number of people.", "Mend the file.",
                         names=", ".join(map(str, wrong[:5])))  # fmt: skip
    return dict(zip(table["name"].astype(str), numbers.astype(int), strict=True))


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


def _keep(workspace: Workspace, frame: GeoDataFrame, origin: LayerOrigin, before: float) -> Populated:
    title = {"en": "People by settlement", "ru": "Население", "be": "Насельніцтва"}
    origin = dataclasses.replace(origin, findings=())
    record = workspace.add(
        prepare(frame, Role.DEMAND, service=None), Role.DEMAND, "", title=title, origin=origin
    )
    return Populated(record, before, float(frame["population"].sum()))
