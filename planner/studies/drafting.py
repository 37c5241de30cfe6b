"""What a click on the map means for a scenario: which facility it hits, and what a new one is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from planner.layers.schema import BUILDING, Role
from planner.results import Assessment, FloatArray
from planner.scenario import AddArea, AddFacility, Scenario
from planner.standards.catalogue import REFERENCE_SERVICE, Catalogue
from planner.standards.model import Standard, Text, in_language
from planner.studies.inputs import Inputs

_NEAR_M = 5000.0
"""A new facility is called after the settlement that is so near."""

_EARTH_M_PER_DEGREE = 111_320.0


def hit(assessment: Assessment, identifier: str, lon: float, lat: float) -> tuple[str, str] | None:
    """Return service and identifier of the facility of that identifier nearest to a click; None where there is none."""
    points = assessment.facilities
    same = [i for i in range(len(points)) if points.ids[i] == identifier and np.isfinite(points.lon[i])]
    if not same:
        return None
    away = _away(points.lon[same], points.lat[same], lon, lat)
    return points.services[same[int(np.argmin(away))]], identifier


def position(assessment: Assessment, service: str, identifier: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a facility; None where it is not there or not located."""
    points = assessment.facilities
    for i in range(len(points)):
        if points.ids[i] == identifier and points.services[i] == service and np.isfinite(points.lon[i]):
            return float(points.lon[i]), float(points.lat[i])
    return None


def new_facility(
    inputs: Inputs,
    catalogue: Catalogue,
    scenario: Scenario,
    service: str,
    at: tuple[float, float],
    name: str = "",
    attributes: Mapping[str, float | str] | None = None,
) -> AddFacility:
    """Return the edit that adds a facility where a planner clicked.

    Parameters
    ----------
    inputs : Inputs
    catalogue : Catalogue
    scenario : Scenario
        What it is to be added to; identifiers do not repeat.
    service : str
    at : (lon, lat)
    name : str
        Without it, the facility is called by what it is and the settlement nearest to it.
    attributes : mapping, optional
    """
    identifier = _free(scenario, _ids(inputs, Role.FACILITIES, service))
    called = {"ru": name, "be": name, "en": name} if name else _name(inputs, catalogue, service, at)
    return AddFacility(service, identifier, called, round(at[0], 6), round(at[1], 6), dict(attributes or {}))


def new_area(
    inputs: Inputs,
    scenario: Scenario,
    service: str,
    corners: Sequence[tuple[float, float]],
    attributes: Mapping[str, float | str] | None = None,
) -> AddArea:
    """Return the edit that adds an area whose corners (lon, lat) a planner clicked.

    Raises
    ------
    InputError
        If the outline crosses itself, or has fewer than three corners.
    """
    ring = [[round(lon, 6), round(lat, 6)] for lon, lat in corners]
    outline = {"type": "Polygon", "coordinates": [[*ring, *ring[:1]]]}
    identifier = _free(scenario, _ids(inputs, Role.SERVICE_AREA, service))
    return AddArea(service, identifier, outline, dict(attributes or {}))


def addable(inputs: Inputs, catalogue: Catalogue, standards: Sequence[Standard]) -> tuple[str, ...]:
    """Return the services that may get a facility: those that a standard counts, then those with a layer."""
    counted = [
        source
        for standard in standards
        if standard.measure is not None
        for source in standard.measure.sources
        if (Role.FACILITIES, source) in inputs.layers
        or (source in catalogue.services and catalogue.services[source].facility)
    ]
    loaded = [service for role, service in inputs.layers if role is Role.FACILITIES]
    return tuple(s for s in dict.fromkeys([*counted, *loaded]) if s != REFERENCE_SERVICE)


def drawable(standards: Sequence[Standard]) -> tuple[str, ...]:
    """Return the services that may get an area: those that a standard looks for in one."""
    found = [
        source
        for standard in standards
        if standard.measure is not None and standard.measure.indicator in ("within_area", "settlement_value")
        for source in standard.measure.sources
    ]
    return tuple(dict.fromkeys(found))


def wanted_attributes(standards: Sequence[Standard], service: str) -> dict[str, tuple[float | str, ...]]:
    """Return the columns that standards read of a service's features, with the values that they accept.

    Nothing is listed for a number: any may be given.
    """
    found: dict[str, tuple[float | str, ...]] = {}
    for standard in standards:
        measure = standard.measure
        if measure is None or service not in measure.sources:
            continue
        for column, values in measure.where.items():
            found[column] = tuple(dict.fromkeys([*found.get(column, ()), *values]))
        if measure.attribute is not None:
            found.setdefault(measure.attribute, ())
    return found


def _name(inputs: Inputs, catalogue: Catalogue, service: str, at: tuple[float, float]) -> Text:
    known = catalogue.services.get(service)
    what: Text = (known.facility or known.name) if known else {"en": service}
    places = inputs.places
    away = _away(places.lon, places.lat, *at)
    near = int(np.nanargmin(away)) if np.isfinite(away).any() else -1
    there = near >= 0 and away[near] <= _NEAR_M
    if inputs.layers[Role.DEMAND, ""].record.service == BUILDING:
        # A house without an address is called by its identifier, which says nothing to anybody.
        there = there and places.name(near, "en") != places.ids[near]
    said = {x: in_language(what, x) for x in ("ru", "be", "en")}
    said = {x: text[:1].upper() + text[1:] for x, text in said.items()}
    return {x: f"{text}, {places.name(near, x)}" if there else text for x, text in said.items()}


def _away(lons: FloatArray, lats: FloatArray, lon: float, lat: float) -> FloatArray:
    """Return metres, near enough to tell which is nearest."""
    return np.asarray(np.hypot((lons - lon) * np.cos(np.radians(lat)), lats - lat) * _EARTH_M_PER_DEGREE)


def _ids(inputs: Inputs, role: Role, service: str) -> set[str]:
    layer = inputs.layers.get((role, service))
    return set() if layer is None else set(layer.texts("id"))


def _free(scenario: Scenario, taken: set[str]) -> str:
    """Return an identifier that neither a layer nor an edit has."""
    used = taken | {e.id for e in scenario.edits if isinstance(e, AddFacility | AddArea)}
    return next(f"new-{n}" for n in range(1, len(used) + 2) if f"new-{n}" not in used)
