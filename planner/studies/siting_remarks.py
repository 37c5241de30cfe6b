"""What a reader of a plan of sites has to know beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from planner.layers.schema import Role
from planner.studies.siting_problem import Case
from planner.studies.siting_terms import SitingTerms

Remark = tuple[str, dict[str, object]]


def remarks(case: Case, terms: SitingTerms, *, priced: bool) -> Iterator[Remark]:
    """Yield remarks, each a template and its values.

    Parameters
    ----------
    case : Case
    terms : SitingTerms
    priced : bool
        Whether the plan counts money.
    """
    left = case.ground.left_out()
    if left.size and terms.target_share is None:
        yield (
            "Settlements that no site could serve, as they have no position or are away from all roads: {count} with "
            "{people} people.",
            {"count": int(left.size), "people": round(float(case.inputs.places.population[left].sum()))},
        )
    if case.ground.dropped:
        yield (
            "Candidates away from all roads, which were left out: {count}.",
            {"count": case.ground.dropped},
        )
    layers = {service for role, service in case.inputs.layers if role is Role.FACILITIES}
    if not layers & set(case.ground.measure.sources):
        yield "No layer says what stands already: the plan begins with nothing.", {}
    if priced and case.assumed_price is not None:
        yield (
            "A site is taken to cost {price}, in conditional units; give your own price.",
            {"price": f"{case.assumed_price:g}"},
        )
    if terms.capacity is not None:
        yield "Service points that stand are taken to have room for everybody.", {}
    if terms.backup > 1:
        yield (
            "Each settlement is planned to reach {backup} sites; who reaches one is told as covered.",
            {"backup": terms.backup},
        )
