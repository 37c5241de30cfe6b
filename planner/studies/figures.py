"""What one district adds to a comparison of many: its figures, small enough to be kept and sent about."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner import __version__
from planner.coverage.between import spread
from planner.errors import PlannerError
from planner.results import (
    GROUPS,
    LACKING,
    Assessment,
    DistrictFigures,
    FloatArray,
    Parity,
    ReferenceParity,
    ServiceFigures,
    Spread,
    State,
)
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs
from planner.studies.centre import centre_of, named_centre
from planner.studies.inputs import Inputs, load
from planner.studies.parity import parity_inputs
from planner.studies.standards_in_force import in_force
from planner.workspace import Workspace, is_database, open_workspace
from planner.workspace.database_url import DatabaseUrl

SMALL_BELOW = 500.0
"""People: a settlement with fewer, other than the district's centre, counts as small unless told otherwise."""

FORMAT = 1
"""Of what is kept: figures written in another one are measured anew."""

_DRAWN_TO_M = 100.0
"""To so many metres outlines are simplified for the map of all districts."""

_LOST = {
    "message": "The district was not assessed: {reason}.",
    "fix": "Try it alone with: planner assess; if it fails there as well, report it.",
}

_PER_RUN = ("seconds", "workspace")
"""Of a manifest: what differs although what was measured is the same."""


def key_of(workspace: Workspace, small_below: float) -> str:
    """Return the digest of all that a district's figures follow from.

    Parameters
    ----------
    workspace : Workspace
        Its layers and standards count.
    small_below : float
        People.
    """
    standards, _ = in_force(workspace)
    return _key(workspace.version(), standards, small_below)


def _key(version: str, standards: Sequence[Standard], small_below: float) -> str:
    said = [dataclasses.asdict(s) for s in standards]
    parts = [FORMAT, __version__, version, float(small_below), said]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def figures(workspace: Workspace, small_below: float = SMALL_BELOW) -> DistrictFigures:
    """Assess a district, compare its settlements with its reference places, and keep what a comparison needs.

    Parameters
    ----------
    workspace : Workspace
    small_below : float
        A settlement with fewer people, other than the district's centre, is a small one.

    Returns
    -------
    DistrictFigures
        Without id and location, so that the same district gives the same figures wherever it is kept.

    Raises
    ------
    InputError
        If the workspace holds no settlements.
    StandardsError
        If its own catalogue cannot be read.
    WorkspaceError
        If it cannot be read.
    """
    standards, catalogue = in_force(workspace)
    inputs = load(workspace)
    found = assess_inputs(inputs, standards, catalogue)
    parity = parity_inputs(inputs, standards, found)
    groups = _groups(inputs, small_below)
    return DistrictFigures(
        id="",
        location="",
        key=_key(inputs.version, standards, small_below),
        name=dict(found.district),
        jurisdiction=found.jurisdiction,
        people=found.people,
        places=len(found.places),
        small_places=int(groups["small"].sum()),
        centre=_centre(inputs),
        outline=_outline(inputs),
        services=tuple(_service(found, parity, service, groups) for service in found.service_ids()),
        level=_spreads(parity.level, found.places.population, groups),
        parity=_parity(parity, found.places.population, groups),
        standards=tuple(found.as_dict()["services"]),
        remarks=tuple((template, dict(values)) for template, values in (*found.warnings, *parity.remarks)),
        manifest={
            **{k: v for k, v in found.manifest.items() if k not in _PER_RUN},
            # When a layer was added is no property of what it holds.
            "layers": [{k: v for k, v in e.items() if k != "added_at"} for e in found.manifest["layers"]],
            "names": {service: dict(name) for service, name in found.services.items()},
        },
    )


def document_of(location: str, small_below: float) -> bytes:
    """Return a district's figures as JSON, or why there are none; what a worker runs.

    Parameters
    ----------
    location : str
        Of the workspace: a path or the address of a database.
    small_below : float

    Returns
    -------
    bytes
        An object with ``figures`` (see :func:`read_figures`), or with ``failure``: ``message``, ``fix``, ``values``.
        Never raises: whatever is wrong with one district must not stop the others.
    """
    try:
        found = figures(open_workspace(location), small_below)
    except PlannerError as error:
        told = {"message": error.template, "fix": error.fix_template, "values": error.values}
    except Exception as error:
        # A fault of the program, most likely; it is one district's all the same.
        told = failure_of(location, f"{type(error).__name__}: {error}")
    else:
        return orjson.dumps({"figures": dataclasses.asdict(found)}, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps({"failure": told}, default=str, option=orjson.OPT_SORT_KEYS)


def failure_of(location: str, reason: str) -> dict[str, Any]:
    """Return a failure that no error of the planner tells of, without the secrets of a database's address."""
    shown = DatabaseUrl.parse(location).without_secrets(reason) if is_database(location) else reason
    return {**_LOST, "values": {"reason": shown.rstrip(".")}}


def read_figures(document: Mapping[str, Any], *, id: str = "", location: str = "") -> DistrictFigures:
    """Return figures out of their JSON document, given the district's id and location.

    Raises
    ------
    KeyError, TypeError
        If it is not such a document.
    """
    return DistrictFigures(
        **{
            **document,
            "id": id or document["id"],
            "location": location or document["location"],
            "services": tuple(_read_service(s) for s in document["services"]),
            "level": _read_spreads(document["level"]),
            "parity": tuple(ReferenceParity(**p) for p in document["parity"]),
            "standards": tuple(document["standards"]),
            "remarks": tuple((template, values) for template, values in document["remarks"]),
        }
    )


def _read_service(document: Mapping[str, Any]) -> ServiceFigures:
    return ServiceFigures(**{**document, "level": _read_spreads(document["level"])})


def _read_spreads(document: Mapping[str, Any]) -> dict[str, Spread]:
    return {group: Spread(**sums) for group, sums in document.items()}


def _groups(inputs: Inputs, small_below: float) -> dict[str, npt.NDArray[np.bool_]]:
    """Return which places are small settlements, which are others, and which is the centre."""
    centre = np.zeros(len(inputs.places), dtype=bool)
    centre[centre_of(inputs)] = True
    small = ~centre & (inputs.places.population < small_below)
    return dict(zip(GROUPS, (small, ~centre & ~small, centre), strict=True))


def _centre(inputs: Inputs) -> dict[str, Any]:
    i, places = centre_of(inputs), inputs.places
    located = bool(np.isfinite([places.lon[i], places.lat[i]]).all())
    return {
        "id": places.ids[i],
        "name": dict(places.names[i]),
        "people": float(places.population[i]),
        "lon": round(float(places.lon[i]), 6) if located else None,
        "lat": round(float(places.lat[i]), 6) if located else None,
        "named": named_centre(inputs) is not None,
    }


def _outline(inputs: Inputs) -> Any:
    if inputs.boundary is None:
        return None
    drawn = shapely.simplify(inputs.boundary, _DRAWN_TO_M)
    degrees = shapely.set_precision(inputs.grid.unproject(drawn), 1e-4, mode="pointwise")
    return orjson.loads(shapely.to_geojson(shapely.orient_polygons(degrees)))


def _service(
    found: Assessment, parity: Parity, service: str, groups: Mapping[str, npt.NDArray[np.bool_]]
) -> ServiceFigures:
    state, population = found.service_state(service), found.places.population
    doubt = found.service_doubt.get(service)
    known = doubt is not None and bool(doubt.share)
    measured = next((s for s in parity.services if s.service == service), None)
    results = found.of_service(service)
    return ServiceFigures(
        service=service,
        people={
            group: {s.label: float(population[here & (state == s)].sum()) for s in State}
            for group, here in groups.items()
        },
        low=float(doubt.share.low) if doubt is not None and known else None,
        high=float(doubt.share.high) if doubt is not None and known else None,
        places_in_gap=int(np.isin(state, LACKING).sum()),
        proxy=any(r.proxy for r in results),
        modelled=any(r.modelled for r in results),
        level={} if measured is None else _spreads(measured.level, population, groups),
    )


def _spreads(
    level: FloatArray, people: FloatArray, groups: Mapping[str, npt.NDArray[np.bool_]]
) -> dict[str, Spread]:
    if not level.size:
        return {group: Spread(0.0, 0.0, 0.0) for group in groups}
    return {group: Spread(*spread(level[here], people[here])) for group, here in groups.items()}


def _parity(
    found: Parity, people: FloatArray, groups: Mapping[str, npt.NDArray[np.bool_]]
) -> tuple[ReferenceParity, ...]:
    of_references = []
    for number, reference in enumerate(found.references if len(found.services) else ()):
        value = found.composite[number]
        mean = {}
        for group, here in groups.items():
            counted, total, _ = spread(value[here], people[here])
            if counted > 0:
                mean[group] = total / counted
        of_references.append(ReferenceParity(reference.kind, dict(reference.name), reference.modelled, mean))
    return tuple(of_references)
