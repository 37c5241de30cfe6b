"""Siting: where to open service points so that a standard is met, with a proof of how good that is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import InfeasibleError
from planner.network.modes import Conditions
from planner.results import Evidence, Plan, Site, State, frozen
from planner.scenario import Scenario
from planner.siting import Solution, solve
from planner.siting.solution import meets, relative_gap
from planner.studies.assess import manifest
from planner.studies.siting_evidence import PROOF_LIMIT_S, evidence_for
from planner.studies.siting_problem import Cancel, Case, Tell, case_of, refusal
from planner.studies.siting_remarks import remarks
from planner.studies.siting_terms import SitingTerms
from planner.studies.travel import travel_manifest
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def site(
    workspace: Workspace,
    service: str,
    terms: SitingTerms | None = None,
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
    time_limit_s: float | None = None,
    certify: bool = True,
    progress: Tell | None = None,
    cancel: Cancel | None = None,
    first: Callable[[Plan], None] | None = None,
) -> Plan:
    """Find where to open service points of a service.

    Parameters
    ----------
    workspace : Workspace
    service : str
    terms : SitingTerms, optional
        What is asked: the model, how many sites, what stays.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    scenario : Scenario, optional
        Its edits are made first: the plan is for the district that it makes.
    time_limit_s : float, optional
        Of the search; the best so far is returned then, with its bound. The evidence takes as long again at most, and
        no more than 10 seconds.
    certify : bool
        Whether to look for the runner-up and the curve of people against sites too.
    progress : callable, optional
        Told now and then how the search stands.
    cancel : callable, optional
        Asked now and then; True ends the search with the best so far.
    first : callable, optional
        Called with the plan as soon as it is found, before the evidence is looked for.

    Returns
    -------
    Plan
        States and costs are those that an assessment finds once its sites are open and nothing else has changed.

    Raises
    ------
    InputError
        If the terms cannot be used, or sites for the service cannot be planned.
    InfeasibleError
        If there is proof that no plan exists; it names the settlements, or what would help.
    StoppedError
        If the search ended before it found any plan.
    """
    began = time.perf_counter()
    asked = (terms or SitingTerms(sites=1)).checked()
    case = case_of(workspace, service, asked, conditions, scenario)
    return plan_of(
        case, asked, time_limit_s=time_limit_s, certify=certify, progress=progress, cancel=cancel, first=first,
        began=began,
    )  # fmt: skip


def plan_of(
    case: Case,
    terms: SitingTerms,
    *,
    time_limit_s: float | None = None,
    certify: bool = True,
    progress: Tell | None = None,
    cancel: Cancel | None = None,
    first: Callable[[Plan], None] | None = None,
    began: float | None = None,
) -> Plan:
    """Find where to open service points in a case that is ready; see :func:`site`."""
    began = time.perf_counter() if began is None else began
    problem = case.problem(terms)
    try:
        solution = solve(problem, time_limit_s, progress=progress, cancel=cancel)
    except InfeasibleError as error:
        raise refusal(error, case, terms) from error
    evidence = None
    if first is not None:
        first(plan_from(case, terms, solution, None, began))
    # Who stopped the search does not wait for more; who stops the evidence has the plan.
    if certify and solution.stopped != "cancelled":
        limit = PROOF_LIMIT_S if time_limit_s is None else min(time_limit_s, PROOF_LIMIT_S)
        with contextlib.suppress(KeyboardInterrupt):
            evidence = evidence_for(case, problem, solution, limit, cancel)
    return plan_from(case, terms, solution, evidence, began)


def plan_from(
    case: Case, terms: SitingTerms, solution: Solution, evidence: Evidence | None, began: float
) -> Plan:
    """Return the plan that a solution is, measured again with its sites open.

    Parameters
    ----------
    case : Case
    terms : SitingTerms
    solution : Solution
        Of the case's problem.
    evidence : Evidence or None
    began : float
        ``time.perf_counter()`` at the start of the work.
    """
    ground, old = case.ground, case.kept.size
    kept = case.kept[solution.sites[solution.sites < old]]
    chosen = solution.sites[solution.sites >= old] - old
    cost, which, after = ground.after(kept, chosen)
    if terms.capacity is not None or np.isfinite(ground.candidates.capacity).any():
        cost, which = _with_room(case, solution, cost, which)
    which = np.where(ground.applies, which, -1)
    objective, bound = _in_terms(case, terms, solution, after)
    people = case.inputs.places.population
    covered = float(people[after == State.COVERED].sum())
    own = terms.model == "mclp" and terms.capacity is None and terms.backup == 1
    proven = bool(solution.proven) and (not own or bool(meets(covered, solution.bound)))
    layers = {*(case.ground.measure.sources), ""}
    named = case.catalogue.services.get(case.service)
    left = ground.left_out()
    return Plan(
        district=case.inputs.district.name,
        service=case.service,
        service_name=named.name if named else {"en": case.service},
        built=case.built,
        standard=ground.standard,
        asked_threshold=_threshold(case),
        proxy=case.given.is_proxy(case.inputs.district.jurisdiction),
        modelled=any(layer.modelled for (_, name), layer in case.inputs.layers.items() if name in layers),
        model=terms.model,
        terms={
            **terms.as_dict(),
            "priced": _priced(terms),
            "assumed_price": case.assumed_price,
            "season": case.inputs.conditions.season,
        },
        sites=_sites(case, kept, chosen, which, cost, after),
        closed=_closed(case, kept),
        places=case.inputs.places,
        zones=case.inputs.zones,
        site=frozen(which),
        cost=frozen(np.where(ground.applies, cost, np.nan)),
        before=frozen(ground.state_before),
        after=frozen(after),
        left_out=int(left.size),
        left_out_people=float(people[left].sum()),
        candidates=len(ground.candidates) - case.forbidden.size,
        objective=objective,
        bound=bound if proven or not own else max(bound, solution.bound),
        gap=relative_gap(objective, bound),
        proven=proven,
        stopped=solution.stopped,
        seconds=solution.seconds,
        evidence=evidence,
        remarks=tuple(remarks(case, terms, priced=_priced(terms))),
        manifest={
            **manifest(case.inputs, case.standards, time.perf_counter() - began),
            "travel": travel_manifest(
                case.inputs, () if ground.straight else (ground.measure.mode or "car",)
            ),
        },
    )


def _priced(terms: SitingTerms) -> bool:
    return terms.budget is not None or terms.site_cost is not None


def _threshold(case: Case) -> float:
    return case.given.measure.threshold if case.given.measure else case.threshold


def _in_terms(case: Case, terms: SitingTerms, solution: Solution, after: np.ndarray) -> tuple[float, float]:
    """Return objective and bound as a planner counts them: new sites, people as the assessment adds them up."""
    if terms.model == "lscp" and not _priced(terms):
        return solution.objective - case.kept.size, max(solution.bound - case.kept.size, 0.0)
    if terms.model == "mclp" and terms.capacity is None and terms.backup == 1:
        covered = float(case.inputs.places.population[after == State.COVERED].sum())
        return covered, covered if solution.proven and meets(covered, solution.bound) else max(
            solution.bound, covered
        )
    return solution.objective, solution.bound


def _with_room(
    case: Case, solution: Solution, cost: FloatArray, which: IntArray
) -> tuple[FloatArray, IntArray]:
    """Return costs and sites as the capacities share people out; who finds no room has no site."""
    cost, which = cost.copy(), np.full(which.size, -1, dtype=np.int64)
    there = solution.allocation >= 0
    which[case.rows[there]] = np.searchsorted(solution.sites, solution.allocation[there])
    cost[case.rows] = solution.cost
    return cost, which


def _sites(
    case: Case,
    kept: IntArray,
    chosen: IntArray,
    which: IntArray,
    cost: FloatArray,
    after: np.ndarray,
) -> tuple[Site, ...]:
    ground, people = case.ground, case.inputs.places.population
    facilities, candidates = case.inputs.facilities, ground.candidates
    gains = (after == State.COVERED) & (ground.state_before != State.COVERED)
    sites = []
    for number in range(kept.size + chosen.size):
        mine = (which == number) & np.isfinite(cost) & (people > 0)
        served = float(people[mine].sum())
        told: dict[str, Any] = {
            "served": served,
            "gained": float(people[mine & gains].sum()),
            "mean_cost": float((people[mine] * cost[mine]).sum()) / served if served else float("nan"),
        }
        if number < kept.size:
            f = int(ground.standing[kept[number]])
            sites.append(Site(facilities.ids[f], facilities.names[f], float(facilities.lon[f]),
                              float(facilities.lat[f]), False, -1, money=None,
                              modelled=facilities.sources[f] == "modelled", **told))  # fmt: skip
        else:
            j = int(chosen[number - kept.size])
            sites.append(Site(candidates.ids[j], candidates.names[j], float(candidates.lon[j]),
                              float(candidates.lat[j]), True, int(candidates.place[j]),
                              money=float(case.prices[j]), **told))  # fmt: skip
    return tuple(sites)


def _closed(case: Case, kept: IntArray) -> tuple[str, ...]:
    gone = np.setdiff1d(case.ground.standing, case.ground.standing[kept])
    facilities = case.inputs.facilities
    return tuple(f"{facilities.services[f]}/{facilities.ids[f]}" for f in gone)
