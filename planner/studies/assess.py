"""Assessment: the state of every place of a district under every standard in force."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from pyproj import Geod

from planner import __version__
from planner.coverage.judge import shortfalls
from planner.layers.schema import BUILDING, Role
from planner.network.modes import Conditions
from planner.results import (
    LACKING,
    Assessment,
    Facilities,
    GapZone,
    StandardResult,
    State,
    frozen,
)
from planner.scenario import Scenario
from planner.standards.catalogue import Catalogue
from planner.standards.model import Measure, Service, Standard, Text
from planner.studies.doubt import doubts
from planner.studies.inputs import By, Inputs, load
from planner.studies.measure import Gauge, Measured, whom
from planner.studies.progress import Progress, each, part
from planner.studies.remarks import remarks
from planner.studies.scenarios import edited, standards_under, told
from planner.studies.selection import some_facilities
from planner.studies.standards_in_force import in_force
from planner.studies.travel import travel_manifest
from planner.workspace import Workspace

_GEOD = Geod(ellps="WGS84")

_READ, _MEASURED = 0.2, 0.7
"""So much of the work is reading the layers, and measuring; the rest is doubt."""


def assess(
    workspace: Workspace,
    *,
    by: By = "settlement",
    conditions: Conditions | None = None,
    neighbours: bool = True,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Assess a district: who is left without which service, by how much.

    Parameters
    ----------
    workspace : Workspace
    by : {"settlement", "building"}
        Places are settlements; or the homes of a town, judged on foot by the standards for that.
    conditions : Conditions, optional
        Season and table of speeds; the dry season with the shipped speeds unless given.
    neighbours : bool
        Whether facilities of neighbouring districts count; what is without them stands beside each result.
    scenario : Scenario, optional
        Edits that are made before anything is measured; the workspace stays as it is.
    progress : callable, optional
        Told the share done and the standard being measured.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        If the workspace holds no settlements, or by building no people; or an edit of the scenario does not fit.
    StandardsError
        If its own catalogue cannot be read.
    """
    began = time.perf_counter()
    district = district_under(workspace, scenario, by, conditions, part(progress, 0.0, _READ))
    return assess_inputs(*district, neighbours=neighbours, began=began, progress=part(progress, _READ, 1.0))


def assess_inputs(
    inputs: Inputs,
    standards: Sequence[Standard],
    catalogue: Catalogue,
    *,
    neighbours: bool = True,
    gauge: Gauge | None = None,
    began: float | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Assess a district from layers that are already read; see :func:`assess`.

    Parameters
    ----------
    inputs : Inputs
    standards : sequence of Standard
        Those in force.
    catalogue : Catalogue
        Names of services.
    neighbours : bool
        Whether facilities of neighbouring districts count.
    gauge : Gauge, optional
        Of the inputs, with all facilities, where there is one already.
    began : float, optional
        ``time.perf_counter()`` at the start of the work, for the manifest.
    progress : callable, optional
    """
    began = time.perf_counter() if began is None else began
    gauge = gauge or Gauge(inputs)
    gauge = gauge if neighbours else gauge.own()
    measured = [s for s in standards if s.measure is not None]
    one_by_one = each(measured, part(progress, 0.0, _MEASURED), lambda s: s.id)
    found = [result_of(inputs, gauge, standard) for standard in one_by_one]
    of_standards, of_services = doubts(
        inputs, gauge, [(result.standard, m) for result, m in found], progress=part(progress, _MEASURED, 1.0)
    )
    results = [dataclasses.replace(r, doubt=of_standards.get(r.standard.id)) for r, _ in found]
    places = dataclasses.replace(inputs.places, road_distance_m=_road_distance(inputs, gauge))
    boundary = inputs.boundary
    return Assessment(
        district=inputs.district.name,
        jurisdiction=inputs.district.jurisdiction,
        places=places,
        zones=inputs.zones,
        outline=None if boundary is None else _geojson(inputs, boundary),
        roads=inputs.drawn_roads,
        results=tuple(results),
        without_value=tuple(s for s in standards if s.measure is None),
        services=service_names(inputs, standards, catalogue.services),
        facilities=inputs.facilities,
        warnings=tuple(remarks(inputs, gauge, measured)),
        service_doubt=of_services,
        manifest={
            **manifest(inputs, standards, time.perf_counter() - began),
            "neighbours": neighbours,
            "travel": travel_manifest(inputs, gauge.used_modes),
        },
    )


def district_under(
    workspace: Workspace,
    scenario: Scenario | None = None,
    by: By = "settlement",
    conditions: Conditions | None = None,
    progress: Progress | None = None,
) -> tuple[Inputs, tuple[Standard, ...], Catalogue]:
    """Return a district and the standards in force there, as a scenario makes them, and the catalogue.

    Raises
    ------
    InputError
        As :func:`assess` does.
    """
    inputs = loaded(workspace, by, progress).under(conditions or Conditions())
    standards, catalogue = in_force(workspace, by)
    if scenario is None:
        return inputs, standards, catalogue
    found = standards_under(standards, scenario, catalogue)
    return edited(inputs, scenario, catalogue), found, catalogue


_KEPT = 4
_recent: dict[tuple[str, str, By], Inputs] = {}


def loaded(workspace: Workspace, by: By = "settlement", progress: Progress | None = None) -> Inputs:
    """Read a workspace, or take it as it was read before while nothing in it has changed."""
    key = (workspace.location, workspace.version(), by)
    found = _recent.pop(key, None) or load(workspace, by, progress)
    _recent[key] = found
    while len(_recent) > _KEPT:
        _recent.pop(next(iter(_recent)), None)
    return found


def result_of(inputs: Inputs, gauge: Gauge, standard: Standard) -> tuple[StandardResult, Measured]:
    """Return what one standard gives, without doubt; and what was measured for it.

    Raises
    ------
    ValueError
        If the standard has no measure.
    """
    measure = standard.measure
    if measure is None:
        raise ValueError(f"standard: {standard.id} has no measure")
    applies = whom(inputs, standard, inputs.places.population)
    found = gauge.measure(measure, applies)
    threshold, comparator = found.asked(measure)
    located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
    state = found.states(measure, applies, located)
    shortfall, relative = shortfalls(found.value, state, threshold, comparator)
    told = np.isin(state, (State.COVERED, State.GAP, State.UNREACHABLE))
    facilities, nearest = _used_facilities(inputs, gauge.facilities_of(measure), found)
    nothing = np.full(len(inputs.places), np.nan)
    result = StandardResult(
        standard=standard,
        proxy=standard.is_proxy(inputs.district.jurisdiction),
        modelled=any(layer.modelled for layer in found.layers),
        state=frozen(state),
        cost=frozen(np.where(told, found.value, np.nan) if found.has_number else nothing),
        nearest=frozen(np.where(told, nearest, -1)),
        shortfall=frozen(shortfall if found.has_number else nothing),
        relative_shortfall=frozen(relative),
        facilities=facilities,
        gap_zones=_gap_zones(inputs, np.isin(state, LACKING)),
        own_state=_own_state(inputs, gauge, measure, applies, located),
    )
    return result, found


def _own_state(
    inputs: Inputs,
    gauge: Gauge,
    measure: Measure,
    applies: npt.NDArray[np.bool_],
    located: npt.NDArray[np.bool_],
) -> npt.NDArray[np.uint8] | None:
    """Return the states without facilities of neighbouring districts; None where the standard counts none of them."""
    if not gauge.counts_neighbours(measure):
        return None
    own = gauge.own().measure(measure, applies)
    return frozen(own.states(measure, applies, located))


def _used_facilities(
    inputs: Inputs, chosen: npt.NDArray[np.int64], found: Measured
) -> tuple[Facilities | None, npt.NDArray[np.int64]]:
    """Return the facilities that a standard counts, and the nearest of each place among them."""
    if not chosen.size:
        return None, np.full(len(inputs.places), -1, dtype=np.int64)
    position = np.full(len(inputs.facilities) + 1, -1, dtype=np.int64)
    position[chosen] = np.arange(chosen.size)
    return some_facilities(inputs, chosen), position[found.nearest]


def _gap_zones(inputs: Inputs, lacking: npt.NDArray[np.bool_]) -> tuple[GapZone, ...]:
    found = inputs.cells.zones(lacking)
    if not found:
        return ()
    degrees = inputs.grid.unproject(np.array([outline for outline, _ in found], dtype=object))
    zones = [
        GapZone(
            outline=outline,
            places=tuple(members.tolist()),
            people=float(inputs.places.population[members].sum()),
            area_km2=abs(_GEOD.geometry_area_perimeter(shape)[0]) / 1e6,
        )
        for (_, members), shape, outline in zip(found, degrees, _geojsons(degrees), strict=True)
    ]
    return tuple(sorted(zones, key=lambda zone: (-zone.people, zone.places)))


def _geojson(inputs: Inputs, shape: Any) -> Mapping[str, Any]:
    return _geojsons(np.array([inputs.grid.unproject(shape)], dtype=object))[0]


def _geojsons(degrees: npt.NDArray[np.object_]) -> list[Mapping[str, Any]]:
    """Return polygons in degrees as GeoJSON, to about a metre."""
    rounded = shapely.set_precision(degrees, 1e-5, mode="pointwise")
    return [orjson.loads(text) for text in shapely.to_geojson(shapely.orient_polygons(rounded))]


def _road_distance(inputs: Inputs, gauge: Gauge) -> npt.NDArray[np.float64]:
    n = len(inputs.places)
    snapped = gauge.snapped("walk")
    return frozen(np.full(n, np.nan) if snapped is None else snapped.distance_m[:n])


def service_names(
    inputs: Inputs, standards: Sequence[Standard], services: Mapping[str, Service]
) -> Mapping[str, Text]:
    """Return the name by language of every service that occurs."""
    used = dict.fromkeys(
        [s.service for s in standards] + [service for _, service in inputs.layers if service]
    )
    return {service: services[service].name if service in services else {"en": service} for service in used}


def manifest(inputs: Inputs, standards: Sequence[Standard], seconds: float) -> Mapping[str, Any]:
    """Return what a result was made from: layers, standards, scenario, version of the program, seconds taken."""
    said = orjson.dumps([dataclasses.asdict(s) for s in standards], option=orjson.OPT_SORT_KEYS)
    homes = inputs.layers[Role.DEMAND, ""].record.service == BUILDING
    return {
        "version": __version__,
        "workspace": inputs.version,
        # Of settlements, the manifest stays as scripts know it.
        **({"places": "homes"} if homes else {}),
        "layers": [
            {
                "name": layer.record.name,
                "version": layer.record.version,
                "role": str(layer.record.role),
                "service": layer.record.service,
                "digest": layer.record.digest,
                "file": layer.record.origin.file_name,
                "source": layer.record.origin.source,
                "licence": layer.record.origin.licence,
                "modelled": layer.modelled,
                "features": layer.record.features,
                "added_at": layer.record.added_at.isoformat(),
                "title": dict(layer.record.title),
            }
            for layer in inputs.layers.values()
            if layer.record.version > 0  # what a scenario alone brought is told by the scenario
        ],
        "standards": {"ids": [s.id for s in standards], "digest": hashlib.sha256(said).hexdigest()},
        "scenario": None if inputs.scenario is None else told(inputs.scenario),
        "seconds": round(seconds, 3),
    }
