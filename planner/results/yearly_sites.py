"""A plan of sites spread over years, none of which undoes an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.results.evidence import known
from planner.results.plan import Plan


@dataclass(frozen=True, slots=True)
class SiteYear:
    """One year.

    Attributes
    ----------
    opened : tuple of int
        Indices of the sites in the plan of the last year.
    objective, bound : float
        Of all that is open by then, in the terms of the model, and what no plan for this year alone could beat.
    alone : float
        The best that the same means could do by then if no other year mattered.
    people : float
        Covered by then.
    """

    opened: tuple[int, ...]
    objective: float
    bound: float
    alone: float
    people: float


@dataclass(frozen=True, slots=True)
class YearlySites:
    """Sites by years.

    Attributes
    ----------
    plan : Plan
        What stands after the last year.
    years : tuple of SiteYear
    total, bound, gap : float
        Sum of the years' objectives, what no plan by years could beat, and the distance relative to the total.
    proven : bool
        Whether the total meets the bound.
    """

    plan: Plan
    years: tuple[SiteYear, ...]
    total: float
    bound: float
    gap: float
    proven: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as ``planner site --years --json`` prints it."""
        return {
            **self.plan.as_dict(),
            "proven": self.proven,
            "years": [
                {
                    "opened": [self.plan.sites[i].id for i in year.opened],
                    "people_covered": year.people,
                    "objective": year.objective,
                    "bound": year.bound,
                    "best_alone": year.alone,
                }
                for year in self.years
            ],
            "total": self.total,
            "total_bound": self.bound,
            "total_gap": known(self.gap),
        }
