"""What a scenario does to a district, standard by standard: people, gap and the cost of closing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from planner.results import Assessment, StandardResult, State
from planner.standards.model import Standard
from planner.studies.steps import StepCost, step_costs


@dataclass(frozen=True, slots=True)
class Count:
    """One side of an effect.

    Attributes
    ----------
    lacking : float
        People in a gap, unreachable or not connected.
    share_covered : float or None
        Of the people of whom it is known; None where it is known of nobody.
    cost : float or None
        Of a step up for every settlement in a gap, in units of the table of costs; None where it has no row, and by
        building, since nobody builds a kindergarten for a house.
    met : bool or None
    """

    lacking: float
    share_covered: float | None
    cost: float | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A standard before and after; None on a side where it is not in force."""

    standard: Standard
    before: Count | None
    after: Count | None

    @property
    def changes(self) -> bool:
        """Whether anything differs."""
        return self.before != self.after


def effects(
    before: Assessment, after: Assessment, service: str = "", costs: Mapping[str, StepCost] | None = None
) -> tuple[Effect, ...]:
    """Return the standards of a service, then all others that differ.

    Parameters
    ----------
    before, after : Assessment
        Of the same places.
    service : str
        Whose standards come first, whether they differ or not.
    costs : mapping of str to StepCost, optional
        What a step up costs, by service; the planner's own table where not given.
    """
    table = step_costs() if costs is None else costs
    found = list(_pairs(before, after, table))
    first = [e for e in found if e.standard.service == service]
    return (*first, *(e for e in found if e.standard.service != service and e.changes))


def _pairs(before: Assessment, after: Assessment, costs: Mapping[str, StepCost]) -> Iterator[Effect]:
    old = {r.standard.id: r for r in before.results}
    new = {r.standard.id: r for r in after.results}
    for identifier in dict.fromkeys([*old, *new]):
        one, other = old.get(identifier), new.get(identifier)
        standard = (other or one).standard  # type: ignore[union-attr]
        counted = _count(before, one, costs) if one else None
        # What was not measured anew is the same object: its numbers are, too.
        yield Effect(standard, counted, counted if one is other else _count(after, other, costs))


def _count(
    assessment: Assessment, result: StandardResult | None, costs: Mapping[str, StepCost]
) -> Count | None:
    if result is None:
        return None
    counted = assessment.tally(result)
    cost = None if assessment.by_building else _cost(result, costs)
    return Count(counted.lacking, counted.share_covered, cost, counted.met)


def _cost(result: StandardResult, costs: Mapping[str, StepCost]) -> float | None:
    cost, measure = costs.get(result.standard.service), result.standard.measure
    if cost is None or measure is None:
        return None
    short = result.shortfall[result.state == State.GAP]
    known = np.where(np.isfinite(short), short / (1000.0 if measure.unit == "m" else 1.0), 0.0)
    return float(short.size * cost.fixed + cost.per_unit * known.sum())
