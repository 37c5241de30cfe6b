"""Whom one service point serves, as an assessment has found it."""

from __future__ import annotations

import numpy as np

from planner.results import Assessment, Facilities, FacilityCard, StandardResult, State


def facility_card(assessment: Assessment, service: str, facility: str) -> FacilityCard | None:
    """Return a service point as the map of a service shows it; None where the map has no such point.

    Parameters
    ----------
    assessment : Assessment
    service : str
        The service shown; its standards may count points of other services, too.
    facility : str
        Identifier of the point.
    """
    results = assessment.of_service(service)
    layers = [r.facilities for r in results if r.facilities is not None] or [assessment.facilities]
    at = next(((layer, i) for layer in layers if (i := _index(layer, service, facility)) >= 0), None)
    if at is None:
        return None
    layer, i = at
    own = layer.services[i]
    nearest, covered = np.zeros((2, len(assessment.places)), dtype=bool)
    for result in results:
        mine = _nearest(result, own, facility)
        nearest |= mine
        covered |= mine & (result.state == State.COVERED)
    people = assessment.places.population
    return FacilityCard(
        facility, own, layer.names[i], layer.sources[i], int(nearest.sum()), float(people[nearest].sum()),
        float(people[covered].sum()),
    )  # fmt: skip


def nearest_facility(assessment: Assessment, service: str, place: int) -> str | None:
    """Return the identifier of the service's own point that is nearest to a place; None where none is known."""
    for result in assessment.of_service(service):
        i = int(result.nearest[place])
        if result.facilities is not None and i >= 0 and result.facilities.services[i] == service:
            return result.facilities.ids[i]
    return None


def _index(layer: Facilities, service: str, facility: str) -> int:
    """Return the index of a point, one of the service itself before others of the same identifier; -1 without one."""
    hits = [i for i, known in enumerate(layer.ids) if known == facility]
    return next((i for i in hits if layer.services[i] == service), hits[0] if hits else -1)


def _nearest(result: StandardResult, service: str, facility: str) -> np.ndarray:
    layer = result.facilities
    if layer is None:
        return np.zeros(len(result.state), dtype=bool)
    i = next(
        (i for i, known in enumerate(layer.ids) if known == facility and layer.services[i] == service), -2
    )
    return np.asarray(result.nearest == i)
