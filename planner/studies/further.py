"""The studies that a report tells of beside the assessment."""

from __future__ import annotations

from collections.abc import Mapping

from planner.layers.schema import Role
from planner.network.modes import Conditions
from planner.results import Assessment, Capacity, Closures, Fragility, MobileCoverage, Parity, ServiceAreas
from planner.scenario import Scenario
from planner.studies.assess import assess_inputs, district_under
from planner.studies.capacity import Terms, capacity_of, choices_of
from planner.studies.closures import closures_of, services_with_closures
from planner.studies.fragility import fragility_of
from planner.studies.parity import parity_inputs
from planner.studies.radio import has_usable_masts, screen_inputs
from planner.studies.service_area import areas_by_standards
from planner.studies.steps import StepCost
from planner.studies.webs import services_with_webs
from planner.workspace import Workspace

_CLOSED_TOGETHER = 3
"""A report names so many closures that together harm least, where there are more service points than that."""


_ELEMENTS = 5
"""So many elements of each network are named."""

Further = Closures | Capacity | Fragility | MobileCoverage | Parity | ServiceAreas


def further_findings(
    workspace: Workspace,
    *,
    assessment: Assessment | None = None,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    costs: Mapping[str, StepCost] | None = None,
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

    Raises
    ------
    InputError, StandardsError
        As :func:`planner.studies.assess.assess` does.
    """
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    found: list[Further] = []
    measured = assessment or assess_inputs(inputs, standards, catalogue)
    parity = parity_inputs(inputs, standards, measured, costs=costs)
    if parity.services:
        found.append(parity)
    found.extend(areas_by_standards(workspace, conditions=conditions, scenario=scenario))
    for service in services_with_closures(inputs, standards):
        one = closures_of(inputs, standards, catalogue, service)
        if one.searched and len(one.facilities) > _CLOSED_TOGETHER:
            one = closures_of(inputs, standards, catalogue, service, count=_CLOSED_TOGETHER)
        found.append(one)
    if (Role.ROADS, "") in inputs.layers:
        for choice in choices_of(inputs, standards, catalogue):
            terms = Terms(attribute=choice.attribute)
            found.append(capacity_of(inputs, standards, catalogue, choice.service, terms))
    found.extend(
        fragility_of(inputs, standards, catalogue, service, shown=_ELEMENTS)
        for service in services_with_webs(inputs, standards)
    )
    if has_usable_masts(inputs):
        found.append(screen_inputs(inputs))
    return tuple(found)
