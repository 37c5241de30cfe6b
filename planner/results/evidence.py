"""What speaks for a plan of sites beside its bound: the runner-up, what each site is worth, people against sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.standards.model import Text


@dataclass(frozen=True, slots=True)
class Replacement:
    """The best plan without one of the new sites.

    Attributes
    ----------
    without : int
        Index of the site in the plan.
    instead : tuple of mapping
        Names of the sites that would be opened in place of those that are not.
    possible : bool
        Whether anything is left that would do.
    loss : float
        How much worse the objective is; inf where nothing would do.
    people : float
        How many fewer are covered by the standard.
    worse_off : float
        People whose way gets longer.
    """

    without: int
    instead: tuple[Text, ...]
    possible: bool
    loss: float
    people: float
    worse_off: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The best with so many new sites.

    Attributes
    ----------
    sites : int
        New ones.
    people : float
        Covered, those that were before included; of the p-median and the p-center, served.
    objective, bound : float
        Of the model; for the LSCP those of the most people.
    proven : bool
    """

    sites: int
    people: float
    objective: float
    bound: float
    proven: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the point as JSON has it."""
        told = ("people", "objective", "bound", "proven")
        return {"new_sites": self.sites, **{name: getattr(self, name) for name in told}}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a plan beside its bound.

    Attributes
    ----------
    replacements : tuple of Replacement
        One for each new site, the least loss first: the first is the runner-up.
    curve : tuple of CurvePoint
        The fewest sites first.
    forced : tuple of int
        Sites that stand in every optimal plan.
    forbidden : tuple of mapping
        Names of the candidates that were not to be used.
    complete : bool
        Whether all of it was found and proven in the time given.
    """

    replacements: tuple[Replacement, ...]
    curve: tuple[CurvePoint, ...]
    forced: tuple[int, ...]
    forbidden: tuple[Text, ...]
    complete: bool

    @property
    def runner_up(self) -> Replacement | None:
        """The best different choice; None where there is none."""
        first = self.replacements[0] if self.replacements else None
        return first if first is not None and first.possible else None

    def point(self, sites: int) -> CurvePoint | None:
        """Return the point of the curve with so many new sites, if it was computed."""
        return next((p for p in self.curve if p.sites == sites), None)

    def gained(self, sites: int) -> float | None:
        """Return how many more people so many new sites cover than one fewer."""
        here, before = self.point(sites), self.point(sites - 1)
        return None if here is None or before is None else here.people - before.people


def known(value: float) -> float | None:
    """Return a number as JSON can have it: None for one that is infinite or unknown."""
    return float(value) if np.isfinite(value) else None
