"""Parity: each settlement against the district centre, the regional centre and the capital."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.coverage import equity as even
from planner.coverage.parity import composite, level, parity
from planner.errors import InputError
from planner.network.modes import DRY, Conditions
from planner.results import (
    Assessment,
    Equity,
    MeasureParity,
    Parity,
    Reference,
    ServiceParity,
    frozen,
)
from planner.scenario import Scenario
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs, district_under
from planner.studies.centre import centre_of, named_centre
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, Measured, whom
from planner.studies.progress import Progress, each, part
from planner.studies.reference_places import ReferencePlace, reference_places
from planner.studies.steps import StepCost, next_steps, step_costs
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]


def study_parity(
    workspace: Workspace,
    *,
    weights: Mapping[str, float] | None = None,
    costs: Mapping[str, StepCost] | None = None,
    assessment: Assessment | None = None,
    scenario: Scenario | None = None,
    conditions: Conditions | None = None,
    progress: Progress | None = None,
) -> Parity:
    """Compare every settlement of a district with its centre, and with the reference places that are loaded.

    Parameters
    ----------
    workspace : Workspace
    weights : mapping of str to float, optional
        Of services in the composite; 1 for those that are not named.
    costs : mapping of str to StepCost, optional
        What a step up costs, by service; the planner's own table where not given.
    assessment : Assessment, optional
        Of the same workspace under the same scenario and conditions, where one is at hand.
    scenario : Scenario, optional
        Edits that are made before.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    progress : callable, optional

    Returns
    -------
    Parity

    Raises
    ------
    InputError
        If the workspace holds no settlements, or a weight is of a service that is not compared, negative or not
        finite.
    """
    inputs, standards, catalogue = district_under(
        workspace, scenario, conditions=conditions, progress=part(progress, 0.0, 0.1)
    )
    found = assessment or assess_inputs(inputs, standards, catalogue, progress=part(progress, 0.1, 0.5))
    return parity_inputs(
        inputs, standards, found, weights=weights, costs=costs, progress=part(progress, 0.5, 1.0)
    )


def parity_inputs(
    inputs: Inputs,
    standards: Sequence[Standard],
    assessment: Assessment,
    *,
    weights: Mapping[str, float] | None = None,
    costs: Mapping[str, StepCost] | None = None,
    progress: Progress | None = None,
) -> Parity:
    """Compare the settlements of a district whose layers are already read; see :func:`study_parity`."""
    references, others = _references(inputs)
    # What is compared is what was assessed.
    neighbours = bool(assessment.manifest.get("neighbours", True))
    measured = measured_services(inputs, standards, neighbours=neighbours, progress=progress)
    chosen = dict.fromkeys(measured, 1.0) | dict(weights or {})
    _check_weights(chosen, measured)
    services = tuple(
        _service(service, chosen[service], parts, references, others) for service, parts in measured.items()
    )
    unweighted = Parity(
        district=inputs.district.name,
        places=assessment.places,
        references=tuple(r for r, _ in references),
        services=services,
        names=assessment.services,
        composite=np.empty((0, 0)),
        known=np.empty((0, 0)),
        level=np.empty(0),
        equity={},
        steps=(),
        remarks=tuple(_remarks(inputs, others)),
        manifest=assessment.manifest,
    )
    return _weighed(unweighted, assessment, costs or step_costs())


def reweigh(
    found: Parity, assessment: Assessment, weights: Mapping[str, float], costs: Mapping[str, StepCost]
) -> Parity:
    """Return a comparison with other weights and costs of steps; nothing is measured again.

    Raises
    ------
    InputError
        If a weight is of a service that is not compared, negative or not finite.
    """
    _check_weights(weights, [s.service for s in found.services])
    services = tuple(
        dataclasses.replace(s, weight=float(weights.get(s.service, s.weight))) for s in found.services
    )
    return _weighed(dataclasses.replace(found, services=services), assessment, costs)


@dataclass(frozen=True, slots=True)
class MeasuredStandard:
    """What a standard measures at every place, whomever it addresses, and the standards that measure alike."""

    standard: Standard
    alike: tuple[str, ...]
    found: Measured


def measured_services(
    inputs: Inputs,
    standards: Sequence[Standard],
    *,
    neighbours: bool = True,
    progress: Progress | None = None,
) -> dict[str, list[MeasuredStandard]]:
    """Return what standards measure at every place, by service.

    Standards that measure alike count once. Those that set people of the whole district against facilities are left
    out: they are the same at every place. Facilities of neighbouring districts count where `neighbours` says so.
    """
    gauge = Gauge(inputs) if neighbours else Gauge(inputs).own()
    everyone = np.ones(len(inputs.places), dtype=bool)
    unlocated = ~np.isfinite(inputs.place_xy).all(axis=1)
    measured: dict[str, list[MeasuredStandard]] = {}
    for standard, alike in each(_one_of_each(inputs, standards), progress, lambda one: one[0].id):
        if standard.measure is None:
            continue
        found = gauge.measure(standard.measure, everyone)
        value = np.array(found.value)
        value[unlocated] = np.nan
        if not np.isnan(value).all():
            known = dataclasses.replace(found, value=frozen(value))
            measured.setdefault(standard.service, []).append(MeasuredStandard(standard, alike, known))
    return measured


def _one_of_each(inputs: Inputs, standards: Sequence[Standard]) -> list[tuple[Standard, tuple[str, ...]]]:
    """Return standards whose measures differ in more than their threshold: that of most people of each kind."""
    kinds: dict[tuple[str, str], list[Standard]] = {}
    for standard in standards:
        measure = standard.measure
        if measure is None or measure.of_district:
            continue
        kind = repr(dataclasses.replace(measure, threshold=0.0, assumption={}))
        kinds.setdefault((standard.service, kind), []).append(standard)
    return [
        (max(alike, key=lambda s: _people_addressed(inputs, s)), tuple(s.id for s in alike))
        for alike in kinds.values()
    ]


def _people_addressed(inputs: Inputs, standard: Standard) -> float:
    applies = whom(inputs, standard, inputs.places.population)
    return float(inputs.places.population[applies].sum())


def _references(
    inputs: Inputs,
) -> tuple[list[tuple[Reference, int]], list[ReferencePlace]]:
    """Return the references (with the index of the district's centre, -1 for the others) and what is known of them."""
    centre = centre_of(inputs)
    others = reference_places(inputs)
    own = Reference("district_centre", inputs.places.names[centre], False)
    return [(own, centre), *((o.reference, -1) for o in others)], others


def _remarks(inputs: Inputs, others: Sequence[ReferencePlace]) -> Iterator[tuple[str, Mapping[str, object]]]:
    if named_centre(inputs) is None:
        yield (
            "No settlement is named as the district's centre; the one with most people is taken: {name}.",
            {"name": inputs.places.names[centre_of(inputs)]},
        )
    if not others:
        yield (
            "Nothing is known of the regional centre and the capital; load a layer of reference places to "
            "compare with them.",
            {},
        )
    elif inputs.conditions.season != DRY:
        yield (
            "The regional centre and the capital are as their layer gives them, whatever the season.",
            {},
        )


def _check_weights(weights: Mapping[str, float], services: Sequence[str] | Mapping[str, object]) -> None:
    for service, weight in weights.items():
        if service not in services:
            raise InputError(
                "A weight is given for {service}, which is not compared here.",
                "Take the services from: {known}.",
                service=service,
                known=", ".join(services),
            )
        if not np.isfinite(weight) or weight < 0:
            raise InputError(
                "The weight of {service} is {weight}.",
                "Give a number of at least 0; only the proportions of weights matter.",
                service=service,
                weight=weight,
            )


def _service(
    service: str,
    weight: float,
    parts: list[MeasuredStandard],
    references: list[tuple[Reference, int]],
    others: list[ReferencePlace],
) -> ServiceParity:
    measures = tuple(_measure(part, references, others) for part in parts)
    return ServiceParity(
        service=service,
        weight=float(weight),
        measures=measures,
        parity=frozen(_mean([m.parity for m in measures])),
        level=frozen(_mean([m.level for m in measures])),
    )


def _measure(
    part: MeasuredStandard, references: list[tuple[Reference, int]], others: list[ReferencePlace]
) -> MeasureParity:
    standard, found, measure = part.standard, part.found, part.standard.measure
    if measure is None:
        raise ValueError(f"standard: {standard.id} has no measure")
    threshold, comparator = found.asked(measure)
    known = [next((o.values[s] for s in part.alike if s in o.values), np.nan) for o in others]
    at = np.array([float(found.value[references[0][1]]), *known])
    return MeasureParity(
        standard=standard,
        alike=part.alike,
        modelled=any(layer.modelled for layer in found.layers),
        has_number=found.has_number,
        value=found.value,
        at_reference=frozen(at),
        parity=frozen(np.stack([parity(found.value, r, threshold, comparator) for r in at])),
        level=frozen(level(found.value, threshold, comparator)),
    )


def _mean(rows: list[FloatArray]) -> FloatArray:
    """Return the mean of what is known."""
    with warnings.catch_warnings():
        # Where no measure is known neither is the mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(np.stack(rows), axis=0))


def _weighed(found: Parity, assessment: Assessment, costs: Mapping[str, StepCost]) -> Parity:
    weights = np.array([s.weight for s in found.services])
    n, r = len(found.places), len(found.references)
    parts = np.stack([s.parity for s in found.services]) if found.services else np.empty((0, r, n))
    joined = [composite(parts[:, k], weights) for k in range(r)]
    levels = np.stack([s.level for s in found.services]) if found.services else np.empty((0, n))
    overall, _ = composite(levels, weights)
    people = found.places.population
    by_service = {s.service: _equity(s.level, people) for s in found.services}
    whole = dataclasses.replace(
        found,
        composite=frozen(np.stack([mean for mean, _ in joined])),
        known=frozen(np.stack([known for _, known in joined])),
        level=frozen(overall),
        equity={"": _equity(overall, people), **by_service},
    )
    return dataclasses.replace(whole, steps=next_steps(whole, assessment, costs))


def _equity(good: FloatArray, people: FloatArray) -> Equity:
    known = ~np.isnan(good)
    counted = float(people[known].sum())
    curve = even.lorenz(good, people)
    return Equity(
        people=counted,
        mean=float((good[known] * people[known]).sum() / counted) if counted > 0 else float("nan"),
        gini=even.gini(good, people),
        palma=even.palma(good, people),
        share_of_people=frozen(curve[0]),
        share_of_level=frozen(curve[1]),
    )
