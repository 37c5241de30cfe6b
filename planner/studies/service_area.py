"""Service areas: how far a service's facilities reach over the roads, and who lives there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from pyproj import Geod

from planner import __version__
from planner.coverage.access import within
from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.schema import Role
from planner.network.attach import Impedance, ModeRoads
from planner.network.bus import BusRoads
from planner.network.graph import Direction
from planner.network.modes import Conditions
from planner.network.service_area import MOST_WIDTH_M, TOLERANCE_M, Reached, outlines, reached
from planner.results import Assessment, ServiceArea, ServiceAreas
from planner.scenario import Scenario
from planner.standards.catalogue import Catalogue
from planner.standards.model import Indicator, Measure, Standard, Text
from planner.studies.assess import district_under
from planner.studies.inputs import Inputs
from planner.studies.progress import Progress, each
from planner.studies.travel import BUS, TravelRoads, roads_of_mode, travel_manifest
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_GEOD = Geod(ellps="WGS84")
_MOST_CUTOFFS = 12
WIDTH_M = 300.0
"""Ground within this of a road reached belongs to a service area, unless told otherwise."""

_BY_FACILITY = (
    Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE, Indicator.NEAREST_VALUE, Indicator.STRAIGHT_DISTANCE,
)  # fmt: skip
"""Indicators under which places go to facilities."""

_BY_NETWORK = (Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE)
_PARTS = (0.5, 1.0, 2.0)
"""Cutoffs of a report, as parts of a standard's threshold."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, checked: cutoffs in seconds or metres beside those that were given."""

    service: str
    chosen: IntArray
    name: Text
    mode: str
    impedance: Impedance
    direction: Direction
    given: tuple[float, ...]
    cutoffs: tuple[float, ...]
    width_m: float


def service_areas(
    workspace: Workspace,
    service: str,
    cutoffs: Sequence[float],
    *,
    mode: str = "car",
    by: str = "time",
    facility: str | None = None,
    from_facility: bool | None = None,
    width_m: float = WIDTH_M,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
) -> ServiceAreas:
    """Return the ground within reach of a service's facilities.

    Parameters
    ----------
    workspace : Workspace
    service : str
    cutoffs : sequence of float
        Minutes, or metres where measured by distance; in any order.
    mode : str
        ``walk``, ``cycle``, ``car`` or ``bus``.
    by : {"time", "distance"}
    facility : str, optional
        Identifier of the only facility that counts; all of the service unless given.
    from_facility : bool, optional
        The way from the facility to the place, not the way to it; as the service's standards in force measure it
        unless given.
    width_m : float
        Ground within this of a road reached belongs to the area, metres.
    conditions : Conditions, optional
    scenario : Scenario, optional
        Edits that are made before.

    Raises
    ------
    InputError
        If the workspace holds no such facilities or no roads, or a cutoff, mode or width is none.
    """
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    asked = _asked(workspace.shown_as, inputs, standards, catalogue, service, cutoffs, mode, by, facility,
                   from_facility, width_m)  # fmt: skip
    return _areas(workspace.shown_as, inputs, asked)


def _areas(shown_as: str, inputs: Inputs, asked: _Asked) -> ServiceAreas:
    """Return the areas of a question that was checked."""
    roads = roads_of_mode(inputs, asked.mode)
    if roads is None and inputs.roads is not None:
        raise InputError("The workspace {path} has no layer of bus stops.",
                         "Add it with: planner add {path} FILE --as facilities --service bus",
                         path=shown_as)  # fmt: skip
    if roads is None:
        raise InputError("The workspace {path} has no roads.", "Add them with: planner add {path} FILE --as roads",
                         path=shown_as)  # fmt: skip
    bands, used = _bands(inputs, roads, asked)
    return ServiceAreas(
        service=asked.service,
        name=asked.name,
        facilities=used,
        mode=asked.mode,
        season=inputs.conditions.season,
        unit="min" if asked.impedance == "time" else "m",
        from_facility=asked.direction == "from",
        width_m=asked.width_m,
        tolerance_m=TOLERANCE_M,
        bands=bands,
        manifest={
            "version": __version__,
            "workspace": inputs.version,
            "layers": {layer.record.name: layer.record.digest for layer in inputs.layers.values()},
            "travel": travel_manifest(inputs, (asked.mode,)),
        },
        modelled=_modelled(inputs, asked),
    )


def areas_by_standards(
    workspace: Workspace,
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
) -> tuple[ServiceAreas, ...]:
    """Return how far each service reaches by the first standard in force that measures a way over the network.

    The cutoffs are a half, the whole and the double of the standard's threshold. Services whose facilities or roads
    are missing are left out.

    Parameters
    ----------
    workspace : Workspace
    conditions : Conditions, optional
    scenario : Scenario, optional
        Edits that are made before.
    progress : callable, optional
    """
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    first: dict[str, Measure] = {}
    for standard in standards:
        measure = standard.measure
        if measure is not None and measure.indicator in _BY_NETWORK and measure.mode is not None:
            first.setdefault(standard.service, measure)
    there = set(inputs.facilities.services)
    found = []
    for service, measure in each([*first.items()], progress, lambda one: one[0]):
        if roads_of_mode(inputs, measure.mode or "") is None or there.isdisjoint({service, *measure.sources}):
            continue
        cutoffs = [part * measure.threshold for part in _PARTS]
        by = "time" if measure.indicator is Indicator.TRAVEL_TIME else "distance"
        asked = _asked(workspace.shown_as, inputs, standards, catalogue, service, cutoffs, measure.mode or "", by,
                       None, None, WIDTH_M)  # fmt: skip
        found.append(_areas(workspace.shown_as, inputs, asked))
    return tuple(found)


def reachable(assessment: Assessment, service: str) -> dict[str, Text]:
    """Return the located facilities that a service's standards count as ones to go to: names by identifier."""
    found: dict[str, Text] = {}
    for result in assessment.of_service(service):
        measure, points = result.standard.measure, result.facilities
        if measure is not None and points is not None and measure.indicator in _BY_FACILITY:
            there = np.flatnonzero(np.isfinite(points.lon))
            found.update({points.ids[i]: points.names[i] for i in there})
    return found


def numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a list such as ``10,20,30``.

    Raises
    ------
    InputError
        If a part of it is no number.
    """
    try:
        return tuple(float(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError as error:
        raise InputError(
            "{text} is not a list of numbers.", "Write them with commas between: 10,20,30", text=text
        ) from error


def _asked(
    shown_as: str, inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue, service: str,
    cutoffs: Sequence[float], mode: str, by: str, facility: str | None, from_facility: bool | None, width_m: float,
) -> _Asked:  # fmt: skip
    """Check a question and return it."""
    given = tuple(sorted({float(c) for c in cutoffs}))
    if not given or len(given) > _MOST_CUTOFFS or not all(0 < c < np.inf for c in given):
        raise InputError("Cutoffs are from 1 to {most} numbers greater than 0.", "Give minutes, or metres by distance.",
                         most=_MOST_CUTOFFS)  # fmt: skip
    if not 0 < width_m <= MOST_WIDTH_M:
        raise InputError("A width of {width} m cannot be drawn.", "Give more than 0 and at most {most} m.",
                         width=width_m, most=f"{MOST_WIDTH_M:g}")  # fmt: skip
    known = inputs.conditions.modes
    if mode not in known or by not in ("time", "distance") or (mode == BUS and by == "distance"):
        raise InputError("Service areas are not measured by {mode} and {by}.",
                         "Take one of {known}, by time or distance; by bus only the time can be measured.",
                         mode=mode, by=by, known=", ".join(known))  # fmt: skip
    points = inputs.facilities
    measures = [s.measure for s in standards if s.service == service and s.measure is not None]
    wanted = {service, *(source for m in measures if m.indicator in _BY_FACILITY for source in m.sources)}
    if from_facility is None:
        from_facility = any(m.from_facility for m in measures)
    chosen = np.flatnonzero(np.isin(np.array(points.services, dtype=str), list(wanted)))
    if facility is not None:
        chosen = chosen[[points.ids[i] == facility for i in chosen]]
    if not chosen.size:
        message = "The workspace {path} has no facilities of the service {service} to go to."
        if facility is not None:
            message = "The workspace {path} has no facility {facility} of the service {service}."
        raise InputError(message, "See its layers with: planner layers {path}",
                         path=shown_as, facility=facility or "", service=service)  # fmt: skip
    services = catalogue.services
    name = services[service].name if service in services else {"en": service}
    return _Asked(
        service, chosen, name if facility is None else points.names[chosen[0]], mode,
        "time" if by == "time" else "distance", "from" if from_facility else "to", given,
        tuple(c * 60 if by == "time" else c for c in given), width_m,
    )  # fmt: skip


def _bands(
    inputs: Inputs, roads: TravelRoads, asked: _Asked
) -> tuple[tuple[ServiceArea, ...], tuple[str, ...]]:
    """Return the areas, and the identifiers of the facilities that reach the roads."""
    n = len(inputs.places)
    points = roads.snap(np.concatenate([inputs.place_xy, inputs.facility_xy[asked.chosen]]))
    network, joined = roads.joined(points, asked.impedance)
    usable = np.flatnonzero(points.connected[n:])
    cost, _ = network.nearest(joined.node[n + usable], direction=asked.direction)
    of_place = np.where(points.connected[:n], cost[joined.node[:n]], np.inf)
    # In the unit of the cutoffs as given, as an assessment compares them.
    of_place = of_place / 60 if asked.impedance == "time" else of_place
    parts = [reached(joined, cost, cutoff, asked.direction) for cutoff in asked.cutoffs]
    ground = roads.walk if isinstance(roads, BusRoads) else roads
    bands = []
    middle = float(np.nanmean(inputs.place_xy[:, 0]))
    areas = outlines(ground.lines, parts, asked.width_m * float(Grid.scale(middle)))
    for given, part, area in zip(asked.given, parts, areas, strict=True):
        near = within(of_place, given)
        outline = inputs.grid.unproject(area)
        bands.append(
            ServiceArea(
                cutoff=given,
                outline=_geojson(outline),
                people=float(inputs.places.population[near].sum()),
                places=int(near.sum()),
                road_km=_kilometres(ground, part),
                area_km2=abs(_GEOD.geometry_area_perimeter(shapely.orient_polygons(outline))[0]) / 1e6,
            )
        )
    return tuple(bands), tuple(inputs.facilities.ids[i] for i in asked.chosen[usable])


def _modelled(inputs: Inputs, asked: _Asked) -> bool:
    """Return whether the roads, or the layer of any facility that counts, are modelled."""
    services = {inputs.facilities.services[i] for i in asked.chosen}
    used = [(Role.ROADS, ""), *((Role.FACILITIES, service) for service in services)]
    return any(inputs.layers[key].modelled for key in used)


def _kilometres(roads: ModeRoads, part: Reached) -> float:
    length = roads.roads.length_m[roads.edges][part.edge]
    return float(((part.end - part.begin) * length).sum()) / 1000


def _geojson(outline: Any) -> Any:
    rounded = shapely.set_precision(outline, 1e-6, mode="pointwise")
    return orjson.loads(shapely.to_geojson(shapely.orient_polygons(rounded)))
