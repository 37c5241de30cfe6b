"""Sites by years: a budget for each, and no year undoes an earlier one."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.errors import InfeasibleError, InputError
from planner.network.modes import Conditions
from planner.results import SiteYear, YearlySites
from planner.scenario import Scenario
from planner.siting import phased
from planner.siting.solution import meets
from planner.studies.site import plan_from
from planner.studies.siting_ground import people_within
from planner.studies.siting_problem import Cancel, case_of, refusal
from planner.studies.siting_terms import SitingTerms
from planner.workspace import Workspace


def by_years(
    workspace: Workspace,
    service: str,
    terms: SitingTerms,
    yearly: Sequence[float],
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    time_limit_s: float | None = None,
    cancel: Cancel | None = None,
) -> YearlySites:
    """Spread new sites over years.

    Parameters
    ----------
    workspace : Workspace
    service : str
    terms : SitingTerms
        Their number of sites and budget are left aside.
    yearly : sequence of float
        New sites of each year; money of each year where the terms say what a site costs.
    conditions, scenario, time_limit_s, cancel
        As for :func:`planner.studies.site.site`.

    Returns
    -------
    YearlySites

    Raises
    ------
    InputError
        If the years or the terms cannot be used.
    InfeasibleError, StoppedError
        As for :func:`planner.studies.site.site`.
    """
    began = time.perf_counter()
    asked = _asked(terms, yearly).checked()
    case = case_of(workspace, service, asked, conditions, scenario)
    old = case.kept.size
    if asked.budget is None and not old and yearly[0] < 1:
        raise InputError("In the first year nothing stands and nothing opens.", "Give the first year a site.")
    problem = case.problem(asked)
    try:
        found = phased(problem, yearly, time_limit_s=time_limit_s, cancel=cancel)
    except InfeasibleError as error:
        raise refusal(error, case, asked) from error
    last = found.phases[-1].solution
    column = {int(j): k for k, j in enumerate(last.sites)}
    years = tuple(
        SiteYear(
            opened=tuple(column[int(j)] for j in phase.opened if j >= old),
            objective=phase.solution.objective,
            bound=phase.alone.bound,
            alone=phase.alone.objective,
            people=people_within(case.cost, phase.solution.sites, case.people, case.threshold),
        )
        for phase in found.phases
    )
    return YearlySites(
        plan=plan_from(case, asked, last, None, began),
        years=years,
        total=found.total,
        bound=found.bound,
        gap=found.gap,
        proven=meets(found.total, found.bound),
    )


def _asked(terms: SitingTerms, yearly: Sequence[float]) -> SitingTerms:
    if terms.model == "lscp":
        raise InputError(
            "Sites by years cannot be planned with the model lscp: it has no budget.",
            "Choose mclp, p-median or p-center.",
        )
    amounts = list(yearly)
    money = terms.site_cost is not None
    whole = all(a == math.floor(a) for a in amounts if math.isfinite(a))
    if not amounts or not all(math.isfinite(a) and a >= 0 for a in amounts) or not (money or whole):
        raise InputError(
            "The amounts of the years cannot be used.",
            "Give a whole number of new sites for each year, or money where you say what a site costs.",
        )
    total = float(np.sum(amounts))
    if money:
        return replace(terms, sites=None, budget=total)
    if total < 1:
        raise InputError("No year opens a site.", "Give at least one.")
    return replace(terms, sites=int(total), budget=None)
