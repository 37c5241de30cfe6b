"""What a report proposes where nobody has asked for a plan: sites for the service with the widest gap."""

from __future__ import annotations

import contextlib

from planner.errors import InfeasibleError, InputError, StoppedError
from planner.network.modes import Conditions
from planner.results import Assessment, Plan
from planner.scenario import Scenario
from planner.studies.site import site
from planner.studies.siting_terms import SitingTerms, plannable
from planner.workspace import Workspace

SITES = 3
"""So many new sites are proposed."""

_LIMIT_S = 30.0


def proposals(
    workspace: Workspace,
    assessment: Assessment,
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
) -> tuple[Plan, ...]:
    """Return a plan for the service that most people lack, of those that sites can be planned for.

    Parameters
    ----------
    workspace : Workspace
    assessment : Assessment
        Of the same workspace under the same conditions, by settlement.
    conditions : Conditions, optional
    scenario : Scenario, optional

    Returns
    -------
    tuple of Plan
        The most people with three new sites, with its evidence. Empty where nobody lacks a service that sites could
        bring, or where no site would bring it.
    """
    able = {s.id for s in plannable([result.standard for result in assessment.results])}
    lacking = [
        (assessment.tally(result).lacking, result.standard)
        for result in assessment.results
        if result.standard.id in able
    ]
    # Of equal gaps the first of the catalogue.
    for people, standard in sorted(lacking, key=lambda one: -one[0]):
        if not people > 0:
            break
        terms = SitingTerms(model="mclp", sites=SITES, standard=standard.id)
        with contextlib.suppress(InputError, InfeasibleError, StoppedError):
            plan = site(
                workspace,
                standard.service,
                terms,
                conditions=conditions,
                scenario=scenario,
                time_limit_s=_LIMIT_S,
            )
            if plan.gains.any():
                return (plan,)
    return ()
