"""From a district to a siting problem in arrays, and from its refusal back to settlements with names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import InfeasibleError, InputError
from planner.network.modes import Conditions
from planner.results import Places
from planner.scenario import Scenario
from planner.siting import Problem, Progress
from planner.standards.catalogue import Catalogue
from planner.standards.model import LANGUAGES, Standard
from planner.studies.assess import district_under
from planner.studies.candidates import Candidates, candidates_of
from planner.studies.inputs import Inputs
from planner.studies.siting_ground import Ground, asked_of
from planner.studies.siting_terms import EXISTING, SitingTerms, built_service, standard_for
from planner.studies.steps import step_costs
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NAMED = 12
"""Most settlements that a refusal names."""

Cancel = Callable[[], bool]
Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Case:
    """A service of a district made ready for planning.

    Attributes
    ----------
    inputs : Inputs
    standards : tuple of Standard
        All in force.
    catalogue : Catalogue
    service, built : str
        Planned for, and the service whose layer new sites belong to.
    given : Standard
        As it is in force; `ground.standard` has the threshold planned for.
    ground : Ground
    kept : (e,) int array
        Positions in `ground.standing` of what stays.
    rows : (r,) int array
        Places that the plan is for.
    cost : (r, e + m) float array
        To what is kept, then to the candidates; in the unit of the standard, inf where there is no way.
    prices : (m,) float array
        Of the candidates.
    assumed_price : float or None
        What stands in where nobody has given a price.
    forbidden : (f,) int array
        Candidates that may not be opened.
    """

    inputs: Inputs
    standards: tuple[Standard, ...]
    catalogue: Catalogue
    service: str
    built: str
    given: Standard
    ground: Ground
    kept: IntArray
    rows: IntArray
    cost: FloatArray
    prices: FloatArray
    assumed_price: float | None
    forbidden: IntArray

    @property
    def threshold(self) -> float:
        """What is planned for, in the unit of the standard."""
        return self.ground.measure.threshold

    @property
    def people(self) -> FloatArray:
        """People at the rows."""
        return np.asarray(self.inputs.places.population[self.rows])

    def threshold_binds(self, terms: SitingTerms) -> bool:
        """Whether nobody may be served from beyond the threshold."""
        return terms.model in ("lscp", "mclp") or terms.cutoff is not None

    def problem(self, terms: SitingTerms, model: str | None = None) -> Problem:
        """Return the problem that terms make of it.

        Raises
        ------
        InputError
            If more sites are asked for than there are candidates.
        """
        chosen, old, m = model or terms.model, self.kept.size, len(self.ground.candidates)
        room = m - self.forbidden.size
        if terms.sites is not None and terms.sites > room:
            raise InputError(
                "{sites} new sites are more than the {count} candidates that may be opened.",
                "Ask for fewer sites or give more candidates.",
                sites=terms.sites,
                count=room,
            )
        if terms.backup > old + room:
            raise InputError(
                "Each place cannot count on {backup} sites: there are {count} in all.",
                "Ask for less, or give more candidates.",
                backup=terms.backup,
                count=old + room,
            )
        priced = terms.budget is not None or (terms.site_cost is not None and chosen == "lscp")
        apart = terms.min_distance_m is not None or terms.max_distance_m is not None
        return Problem(
            chosen,  # type: ignore[arg-type]  # checked with the terms
            self.cost,
            self.people,
            sites=None if terms.sites is None else terms.sites + old,
            cutoff=self.threshold if chosen in ("lscp", "mclp") else terms.cutoff,
            fixed=np.arange(old),
            forbidden=old + self.forbidden,
            capacity=self._room(terms),
            opening_cost=np.concatenate([np.zeros(old), self.prices]) if priced else None,
            budget=terms.budget,
            target_share=terms.target_share,
            backup=terms.backup,
            between=self._between() if apart else None,
            min_distance=terms.min_distance_m,
            max_distance=terms.max_distance_m,
        )

    def _room(self, terms: SitingTerms) -> FloatArray | None:
        said = self.ground.candidates.capacity
        if terms.capacity is None and np.isnan(said).all():
            return None
        everybody = float(self.people.sum())
        room = np.where(np.isnan(said), everybody if terms.capacity is None else terms.capacity, said)
        return np.concatenate([np.full(self.kept.size, everybody), room])

    def _between(self) -> FloatArray:
        chosen = np.concatenate(
            [self.kept, self.ground.standing.size + np.arange(len(self.ground.candidates))]
        )
        return np.asarray(self.ground.between()[np.ix_(chosen, chosen)])


def case_of(
    workspace: Workspace,
    service: str,
    terms: SitingTerms,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
) -> Case:
    """Read a workspace and make a service of it ready for planning, as a scenario makes it; see :func:`case_from`."""
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    return case_from(inputs, standards, catalogue, service, terms)


def case_from(
    inputs: Inputs,
    standards: tuple[Standard, ...],
    catalogue: Catalogue,
    service: str,
    terms: SitingTerms,
    candidates: Candidates | None = None,
) -> Case:
    """Make a service of a district ready for planning.

    Parameters
    ----------
    inputs : Inputs
    standards : tuple of Standard
        In force.
    catalogue : Catalogue
    service : str
    terms : SitingTerms
    candidates : Candidates, optional
        In place of those that the terms name.

    Raises
    ------
    InputError
        If there is no standard that sites can be planned for, nobody whom it addresses, or no candidate.
    """
    given = standard_for(inputs, standards, service, terms.standard)
    standard = asked_of(given, terms.cutoff)
    measure = standard.measure
    assert measure is not None  # only those with one can be planned for
    if candidates is None:
        candidates = candidates_of(inputs, terms.candidates, measure.mode, terms.points)
    ground = Ground(inputs, standard, candidates)
    rows = ground.rows(unreached=terms.target_share is not None)
    if not rows.size:
        raise InputError(
            "The standard “{standard}” addresses nobody here who could be served.",
            "Choose another standard of the service.",
            standard=given.id,
        )
    if not len(ground.candidates):
        raise InputError(
            "No candidate can be reached by road.", "Give other candidates; settlements are those by default."
        )
    kept = np.arange(ground.standing.size) if terms.fixed == EXISTING else np.empty(0, dtype=np.int64)
    whole = ground.costs(rows)
    columns = np.concatenate([kept, ground.standing.size + np.arange(len(ground.candidates))])
    prices, assumed = _prices(ground.candidates, service, terms)
    return Case(
        inputs, standards, catalogue, service, built_service(inputs, measure, service), given, ground, kept,
        rows, np.ascontiguousarray(whole[:, columns]), prices, assumed, ground.candidates.find(terms.forbid),
    )  # fmt: skip


def _prices(candidates: Candidates, service: str, terms: SitingTerms) -> tuple[FloatArray, float | None]:
    """Return what each candidate costs, and what was assumed where neither a layer nor the terms say it."""
    unknown = np.isnan(candidates.price)
    if terms.site_cost is not None:
        return np.where(unknown, terms.site_cost, candidates.price), None
    known = step_costs().get(service)
    price = known.fixed if known is not None else 1.0
    return np.where(unknown, price, candidates.price), price if unknown.any() else None


class NoPlanError(InfeasibleError):
    """There is no plan of sites, told in a planner's words; its `demand` holds indices of the district's places."""


def refusal(error: InfeasibleError, case: Case, terms: SitingTerms) -> NoPlanError:
    """Return why there is no plan, in the words of a planner: settlements with names, new sites, units.

    Parameters
    ----------
    error : InfeasibleError
        Of the problem in arrays.
    case : Case
    terms : SitingTerms

    Returns
    -------
    NoPlanError
    """
    if "room" in error.values:
        return _no_room(error, case)
    if error.demand:
        return _unreached(error, case, terms)
    if error.fewest_sites is not None:
        return _too_few(error, case, terms)
    told: dict[str, Any] = {
        name: f"{float(str(error.values[name])):g}"
        for name in ("reached", "total", "money")
        if name in error.values
    }
    smallest = error.smallest_cutoff
    able = smallest is not None and math.isfinite(smallest)
    unit: dict[str, Any] = {"cutoff": f"{case.threshold:g}", "unit": case.ground.measure.unit}
    if "reached" in told:
        return NoPlanError(
            "All candidates together reach {reached} of {total} people within {cutoff} {unit}.",
            "Ask for a smaller share of the people, raise the threshold to {smallest} {unit} or give more candidates."
            if able
            else "Ask for a smaller share of the people, or give more candidates.",
            smallest_cutoff=smallest, smallest=_told(smallest), **told, **unit,
        )  # fmt: skip
    if "money" in told:
        return NoPlanError(
            "The budget of {budget} is not enough to reach everybody; at least {money} is needed.",
            "Raise the budget, or raise the threshold.", **told, budget=f"{terms.budget:g}",
        )  # fmt: skip
    return NoPlanError(
        "No choice of sites meets all conditions together.",
        "Loosen the distances between sites, their number or the budget.",
    )


def _no_room(error: InfeasibleError, case: Case) -> NoPlanError:
    room = round(float(str(error.values["room"])))
    if not error.demand:
        return NoPlanError(
            "The capacities do not suffice: all candidates have room for {room} people, and there are {people}.",
            "Raise the capacity, the number of sites or the threshold.",
            room=room,
            people=round(float(case.people.sum())),
        )
    demand = [int(case.rows[i]) for i in error.demand]
    return NoPlanError(
        "No site in reach has room for {places}: {people} people there, and room for {room} at most.",
        "Raise the capacity, or give more candidates.", demand=demand, places=Names(case.inputs.places, demand[:1]),
        people=round(float(case.inputs.places.population[demand[0]])), room=room,
    )  # fmt: skip


def _unreached(error: InfeasibleError, case: Case, terms: SitingTerms) -> NoPlanError:
    demand, smallest = [int(case.rows[i]) for i in error.demand], error.smallest_cutoff
    able = smallest is not None and math.isfinite(smallest)
    return NoPlanError(
        "No candidate reaches {count} settlements within {cutoff} {unit}: {places}."
        if case.threshold_binds(terms)
        else "No candidate reaches {count} settlements: {places}.",
        "The smallest threshold that would do is {smallest} {unit}; or give candidates nearer to them, or ask for a "
        "share of the people."
        if able
        else "No threshold would do with the sites, money and distances allowed; loosen those as well."
        if math.isfinite(float(str(error.values.get("reach", math.inf))))
        else "No threshold would do, as there is no way from some of them; give candidates there.",
        demand=demand,
        smallest_cutoff=smallest,
        count=len(demand),
        places=Names(case.inputs.places, demand),
        cutoff=f"{case.threshold:g}",
        unit=case.ground.measure.unit,
        smallest=_told(smallest),
    )


def _too_few(error: InfeasibleError, case: Case, terms: SitingTerms) -> NoPlanError:
    fewest, smallest = (error.fewest_sites or 0) - case.kept.size, error.smallest_cutoff
    able = smallest is not None and math.isfinite(smallest)
    return NoPlanError(
        "{sites} new sites cannot reach everybody within {cutoff} {unit}; at least {fewest} are needed.",
        "Open {more} more sites, or raise the threshold to {smallest} {unit}."
        if able
        else "Open {more} more sites.",
        fewest_sites=fewest,
        smallest_cutoff=smallest,
        sites=terms.sites,
        fewest=fewest,
        more=fewest - (terms.sites or 0),
        cutoff=f"{case.threshold:g}",
        unit=case.ground.measure.unit,
        smallest=_told(smallest),
    )


class Names(dict[str, str]):
    """The names of some places by language, those with most people first; the last of many are counted.

    Where no language is asked for, it reads in English.
    """

    def __init__(self, places: Places, chosen: Sequence[int]) -> None:
        ordered = sorted(chosen, key=lambda i: (-places.population[i], i))
        more = f" (+{len(ordered) - NAMED})" if len(ordered) > NAMED else ""
        super().__init__(
            {code: ", ".join(places.name(i, code) for i in ordered[:NAMED]) + more for code in LANGUAGES}
        )

    def __str__(self) -> str:
        """Return the names in English."""
        return self["en"]


def _told(threshold: float | None) -> str:
    """Write a threshold with few digits, so that it still does; nothing where there is none."""
    if threshold is None or not math.isfinite(threshold):
        return ""
    step = 10.0 ** (math.floor(math.log10(threshold)) - 3) if threshold > 0 else 1.0
    return f"{math.ceil(threshold / step - 1e-12) * step:g}"
