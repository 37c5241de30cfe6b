"""The studies that a report tells of beside the assessment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from planner.errors import InputError
from planner.network.modes import Conditions
from planner.results import Assessment, Capacity, Closures, Fragility, MobileCoverage, Parity, ServiceAreas
from planner.scenario import Scenario
from planner.standards.catalogue import Catalogue
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs, district_under
from planner.studies.capacity import Terms, capacity_of, choices_of
from planner.studies.closures import closures_of, services_with_closures
from planner.studies.fragility import fragility_of
from planner.studies.inputs import Inputs
from planner.studies.parity import parity_inputs
from planner.studies.progress import Progress, each, part
from planner.studies.radio import has_usable_masts, screen_inputs
from planner.studies.service_area import areas_by_standards
from planner.studies.steps import StepCost
from planner.studies.webs import services_with_webs
from planner.workspace import Workspace

_CLOSED_TOGETHER = 3
"""A report names so many closures that together harm least, where there are more service points than that."""


_ELEMENTS = 5
"""So many elements of each network are named."""

_READ, _COMPARED, _REACHED = 0.05, 0.2, 0.35
"""The shares of the work at which the district is read, its settlements are compared, and its reaches are known."""

Further = Closures | Capacity | Fragility | MobileCoverage | Parity | ServiceAreas


def further_findings(
    workspace: Workspace,
    *,
    assessment: Assessment | None = None,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    costs: Mapping[str, StepCost] | None = None,
    progress: Progress | None = None,
) -> tuple[Further, ...]:
    """Return what the further studies find in a workspace, service by service.

    Parameters
    ----------
    workspace : Workspace
    assessment : Assessment, optional
        Of the same workspace under the same conditions, where one is at hand: settlements are not assessed again.
    conditions : Conditions, optional
    scenario : Scenario, optional
        As for :func:`planner.studies.assess.assess`.
    costs : mapping of str to StepCost, optional
        Of a step up, by service; the planner's own table where not given.
    progress : callable, optional

    Raises
    ------
    InputError, StandardsError
        As :func:`planner.studies.assess.assess` does.
    """
    inputs, standards, catalogue = district_under(
        workspace, scenario, conditions=conditions, progress=part(progress, 0.0, _READ)
    )
    found: list[Further] = []
    measured = assessment or assess_inputs(inputs, standards, catalogue)
    parity = parity_inputs(
        inputs, standards, measured, costs=costs, progress=part(progress, _READ, _COMPARED)
    )
    if parity.services:
        found.append(parity)
    found.extend(
        areas_by_standards(
            workspace, conditions=conditions, scenario=scenario, progress=part(progress, _COMPARED, _REACHED)
        )
    )
    studies = _by_service(inputs, standards, catalogue)
    for study in each(studies, part(progress, _REACHED, 1.0), lambda _: ""):
        # What the data of one service do not allow leaves the others alone; the assessment's remarks say what is amiss.
        with suppress(InputError):
            found.append(study())
    return tuple(found)


def _by_service(
    inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue
) -> list[Callable[[], Further]]:
    """Return the studies that are made service by service, in the order of the report."""
    closing = services_with_closures(inputs, standards)
    studies: list[Callable[[], Further]] = [
        partial(_closures, inputs, standards, catalogue, service) for service in closing
    ]
    if inputs.roads is not None:
        studies += [
            partial(
                capacity_of, inputs, standards, catalogue, choice.service, Terms(attribute=choice.attribute)
            )
            for choice in choices_of(inputs, standards, catalogue)
        ]
    studies += [
        partial(fragility_of, inputs, standards, catalogue, service, shown=_ELEMENTS)
        for service in services_with_webs(inputs, standards)
    ]
    if has_usable_masts(inputs):
        studies.append(partial(screen_inputs, inputs))
    return studies


def _closures(inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue, service: str) -> Closures:
    one = closures_of(inputs, standards, catalogue, service)
    if one.searched and len(one.facilities) > _CLOSED_TOGETHER:
        return closures_of(inputs, standards, catalogue, service, count=_CLOSED_TOGETHER)
    return one
