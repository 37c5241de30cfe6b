"""Several services under one roof: who shares a building shares its cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from planner.errors import InfeasibleError, InputError
from planner.network.modes import Conditions
from planner.results import Building, Plan, SharedSites
from planner.scenario import Scenario
from planner.siting import Problem, SharedPlan, solve, together
from planner.siting.solution import relative_gap
from planner.standards.catalogue import Catalogue
from planner.standards.model import Standard
from planner.studies.assess import district_under
from planner.studies.candidates import candidates_of
from planner.studies.inputs import Inputs
from planner.studies.site import plan_from
from planner.studies.siting_problem import Cancel, Case, case_from, refusal
from planner.studies.siting_terms import SitingTerms
from planner.workspace import Workspace

IntArray = npt.NDArray[np.int64]


def under_one_roof(
    workspace: Workspace,
    services: Sequence[str],
    terms: SitingTerms,
    *,
    building_cost: float = 1.0,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    time_limit_s: float | None = None,
    cancel: Cancel | None = None,
) -> SharedSites:
    """Cover the most people, added up over services, when services at one site share its building.

    Parameters
    ----------
    workspace : Workspace
    services : sequence of str
        At least two.
    terms : SitingTerms
        The model mclp with a budget for all of it; `site_cost` is what a service costs beside its building, the same
        for each, `sites` limits each service. Standards are those that most people miss.
    building_cost : float
        Of a building, paid once however many services move in.
    conditions, scenario, time_limit_s, cancel
        As for :func:`planner.studies.site.site`.

    Returns
    -------
    SharedSites

    Raises
    ------
    InputError
        If the services or the terms cannot be used.
    StoppedError
        If the search ended before it found any plan.
    """
    began = time.perf_counter()
    asked = _asked(services, terms, building_cost).checked()
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    cases = _cases(inputs, standards, catalogue, services, asked)
    olds = [case.kept.size for case in cases]
    problems = [_beside(case, asked, k, olds) for k, case in enumerate(cases)]
    before, m = sum(olds), len(cases[0].ground.candidates)
    building = np.concatenate([np.zeros(before), np.full(m, building_cost)])
    try:
        found = together(
            problems, building, float(asked.budget or 0.0), time_limit_s=time_limit_s, cancel=cancel
        )
    except InfeasibleError as error:
        raise refusal(error, cases[0], asked) from error
    chosen = [sites[sites >= before] - before for sites in found.sites]
    return SharedSites(
        plans=tuple(_plan(case, asked, new, found, began) for case, new in zip(cases, chosen, strict=True)),
        buildings=_buildings(cases, chosen),
        objective=found.objective,
        bound=found.bound,
        gap=relative_gap(found.objective, found.bound),
        money=found.money,
        saved=found.saved,
        proven=found.proven,
        seconds=found.seconds,
    )


def _asked(services: Sequence[str], terms: SitingTerms, building_cost: float) -> SitingTerms:
    if len(set(services)) < 2 or len(set(services)) < len(services):
        raise InputError("Sharing needs different services.", "Name at least two, each once.")
    if terms.model != "mclp" or terms.budget is None:
        raise InputError(
            "Sharing is planned for the most people within a budget.",
            "Choose the model mclp and give a budget.",
        )
    if not (np.isfinite(building_cost) and building_cost >= 0):
        raise InputError("The cost of a building cannot be used.", "Give a number from 0 on.")
    if terms.capacity is not None or terms.min_distance_m is not None or terms.max_distance_m is not None:
        raise InputError(
            "Capacities and distances between sites cannot be combined with sharing.", "Leave them out."
        )
    if terms.standard is not None or terms.cutoff is not None:
        raise InputError(
            "With several services each is planned for its own standard.",
            "Leave the standard and the cutoff out.",
        )
    return terms


def _cases(
    inputs: Inputs,
    standards: tuple[Standard, ...],
    catalogue: Catalogue,
    services: Sequence[str],
    terms: SitingTerms,
) -> list[Case]:
    """Return a case for each service, all over those candidates that people can reach for every one of them."""
    cases = [case_from(inputs, standards, catalogue, service, terms) for service in services]
    common = set(cases[0].ground.candidates.ids).intersection(*(c.ground.candidates.ids for c in cases[1:]))
    mode = cases[0].ground.measure.mode
    everything = candidates_of(inputs, terms.candidates, mode, terms.points)
    kept = np.array([i for i, id in enumerate(everything.ids) if id in common], dtype=np.int64)
    return [
        case_from(inputs, standards, catalogue, service, terms, everything.some(kept)) for service in services
    ]


def _beside(case: Case, terms: SitingTerms, number: int, olds: Sequence[int]) -> Problem:
    """Return a service's problem over what stands of all services, one after another, and then the candidates."""
    before, own = sum(olds), sum(olds[:number]) + np.arange(olds[number])
    others = np.setdiff1d(np.arange(before), own)
    cost = np.full((case.rows.size, before + len(case.ground.candidates)), np.inf)
    cost[:, own] = case.cost[:, : own.size]
    cost[:, before:] = case.cost[:, own.size :]
    alone = case.problem(terms)
    return replace(
        alone,
        cost=cost,
        fixed=own,
        forbidden=np.concatenate([others, before + case.forbidden]),
        opening_cost=np.concatenate([np.zeros(before), case.prices]),
    )


def _plan(case: Case, terms: SitingTerms, new: IntArray, found: SharedPlan, began: float) -> Plan:
    """Return a service's own part; whether it is the best is known of the whole only."""
    old = case.kept.size
    sites = np.concatenate([np.arange(old), old + new])
    everything = np.arange(case.cost.shape[1])
    # A budget of nothing where nothing is open: the problem asks for a number of sites otherwise.
    alone = replace(
        case.problem(replace(terms, sites=None)),
        fixed=sites,
        forbidden=np.setdiff1d(everything, sites),
        opening_cost=np.zeros(everything.size),
        budget=0.0,
    )
    solution = solve(alone)
    return plan_from(case, terms, replace(solution, seconds=found.seconds), None, began)


def _buildings(cases: Sequence[Case], chosen: Sequence[IntArray]) -> tuple[Building, ...]:
    candidates = cases[0].ground.candidates
    inside: dict[int, list[str]] = {}
    for case, new in zip(cases, chosen, strict=True):
        for j in new.tolist():
            inside.setdefault(j, []).append(case.service)
    made = [
        Building(
            candidates.ids[j],
            candidates.names[j],
            float(candidates.lon[j]),
            float(candidates.lat[j]),
            tuple(s),
        )
        for j, s in sorted(inside.items())
    ]
    return tuple(sorted(made, key=lambda b: -len(b.services)))
