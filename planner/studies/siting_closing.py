"""Closing well: which service points to close with the least harm."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.errors import InfeasibleError, InputError
from planner.network.modes import Conditions
from planner.results import Plan
from planner.scenario import Scenario
from planner.siting import closing
from planner.studies.site import plan_from
from planner.studies.siting_problem import Cancel, Case, case_of, refusal
from planner.studies.siting_terms import EXISTING, SitingTerms
from planner.workspace import Workspace


def close_well(
    workspace: Workspace,
    service: str,
    terms: SitingTerms,
    count: int,
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    time_limit_s: float | None = None,
    cancel: Cancel | None = None,
) -> Plan:
    """Choose which service points to close.

    Parameters
    ----------
    workspace : Workspace
    service : str
    terms : SitingTerms
        Their model says what harm is: people who lose the standard (mclp), travel (p-median), the worst case
        (p-center). Sites, candidates and budget are left aside; `forbid` names service points that stay.
    count : int
    conditions, scenario, time_limit_s, cancel
        As for :func:`planner.studies.site.site`.

    Returns
    -------
    Plan
        What remains; `closed` names the others. Service points of neighbouring districts always remain.

    Raises
    ------
    InputError
        If so many cannot be closed, or the model is the LSCP.
    InfeasibleError, StoppedError
        As for :func:`planner.studies.site.site`.
    """
    began = time.perf_counter()
    if terms.model == "lscp":
        raise InputError("The model lscp closes nothing.", "Choose mclp, p-median or p-center.")
    asked = replace(
        terms, sites=1, budget=None, site_cost=None, fixed=EXISTING, forbid=(), capacity=None,
        min_distance_m=None, max_distance_m=None,
    ).checked()  # fmt: skip
    case = case_of(workspace, service, asked, conditions, scenario)
    stay = _staying(case, terms)
    most = case.kept.size - max(stay.size, asked.backup, 1)
    if not 1 <= count <= most:
        raise InputError(
            "{count} of the {total} service points of “{service}” cannot close.",
            "Give a number from 1 to {most}." if most >= 1 else "There is none that may close.",
            count=count,
            total=int(case.kept.size),
            service=service,
            most=most,
        )
    old = case.kept.size
    problem = replace(
        case.problem(asked),
        cost=case.cost[:, :old],
        sites=old - count,
        fixed=stay,
        forbidden=(),
        capacity=None,
    )
    try:
        _, solution = closing(problem, count, time_limit_s=time_limit_s, cancel=cancel)
    except InfeasibleError as error:
        raise refusal(error, case, asked) from error
    # The plan opens nothing: the number that the problem needed is none that was asked for.
    return plan_from(case, replace(asked, sites=None, forbid=terms.forbid), solution, None, began)


def _staying(case: Case, terms: SitingTerms) -> np.ndarray:
    """Return which of the kept facilities may not close: those of neighbours, and those that the terms name."""
    facilities, standing = case.inputs.facilities, case.ground.standing[case.kept]
    stay = set(np.flatnonzero(np.isin(standing, case.inputs.beyond)).tolist())
    for text in terms.forbid:
        wanted = text.strip().casefold()
        hits = [
            k for k, f in enumerate(standing)
            if facilities.ids[f] == text.strip() or wanted in {n.casefold() for n in facilities.names[f].values()}
        ]  # fmt: skip
        if not hits:
            raise InputError(
                "There is no service point “{name}”.", "Give its identifier or its name.", name=text
            )
        stay.update(hits)
    return np.array(sorted(stay), dtype=np.int64)
