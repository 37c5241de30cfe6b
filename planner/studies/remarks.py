"""What a reader of an assessment's numbers has to know about the data behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planner.layers.schema import Role
from planner.standards.model import Standard
from planner.studies import selection
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge
from planner.studies.travel import BUS, STOPS

Remark = tuple[str, Mapping[str, object]]

_JOINED_ENOUGH = 0.995


def remarks(inputs: Inputs, gauge: Gauge, standards: Sequence[Standard]) -> Iterator[Remark]:
    """Yield remarks as message templates with their values.

    Parameters
    ----------
    inputs : Inputs
    gauge : Gauge
        After it has measured the standards.
    standards : sequence of Standard
        Those that were measured.
    """
    yield from _about_places(inputs)
    for service, count in _unlocated_facilities(inputs).items():
        yield (
            "Facilities of the service “{service}” without coordinates, which are not counted: {count}.",
            {"count": count, "service": service},
        )
    for service, count in Counter(inputs.facilities.services).items():
        if count > selection.MOST_ONE_BY_ONE:
            yield (
                "“{service}” has {count} service points. Standards are measured on all of them; closures and capacity "
                "are studied one by one up to {most}, and are left out.",
                {"service": service, "count": count, "most": selection.MOST_ONE_BY_ONE},
            )
    for layer in _unplaced(inputs):
        yield (
            "Nothing in the layer “{layer}” has a position: what is measured on it is not known.",
            {"layer": layer},
        )
    if (Role.ROADS, "") not in inputs.layers:
        yield "No roads are loaded: travel times and distances are not known.", {}
    for mode in gauge.used_modes:
        loose = 1 - gauge.main_component_share(mode)
        if loose > 1 - _JOINED_ENOUGH:
            yield (
                "{share} of the road length open to the mode “{mode}” is not joined to the rest and is not used.",
                {"share": loose, "mode": mode},
            )
    if BUS in gauge.used_modes:
        yield (
            "By bus: {count} of {total} stops have enough trips a week and are counted on. Routes are not known: "
            "a bus is taken to go the quickest way between any two of them, so that the times are the least possible.",
            {"count": gauge.stops_counted_on(), "total": inputs.facilities.services.count(STOPS)},
        )
    for service in _partly_loaded(inputs, standards):
        yield (
            "No layer of the service “{service}” is loaded; the services it belongs with are.",
            {"service": service},
        )


def _about_places(inputs: Inputs) -> Iterator[Remark]:
    places = inputs.places
    lost = ~np.isfinite(places.lon)
    if lost.any():
        yield (
            "Settlements without coordinates, counted as not located: {count} with {people} people.",
            {"count": int(lost.sum()), "people": round(float(places.population[lost].sum()))},
        )
    estimated = np.array([source == "estimated" for source in places.population_source])
    if estimated.any():
        yield (
            "Settlements whose population is estimated: {count} with {people} people.",
            {"count": int(estimated.sum()), "people": round(float(places.population[estimated].sum()))},
        )


def _unplaced(inputs: Inputs) -> list[str]:
    """Return the layers none of whose features has a position, by their service or their role."""
    return [
        service or str(role)
        for (role, service), layer in inputs.layers.items()
        if role is not Role.DEMAND and not layer.placed
    ]


def _unlocated_facilities(inputs: Inputs) -> Counter[str]:
    lost = np.flatnonzero(~np.isfinite(inputs.facilities.lon))
    return Counter(inputs.facilities.services[i] for i in lost)


def _partly_loaded(inputs: Inputs, standards: Sequence[Standard]) -> list[str]:
    """Return services without a layer whose companions under the same standard have one."""
    loaded = {service for _, service in inputs.layers} | {"roads"}
    missing: set[str] = set()
    for standard in standards:
        sources = set(standard.measure.sources) if standard.measure else set()
        if sources & loaded:
            missing |= sources - loaded
    return sorted(missing)
