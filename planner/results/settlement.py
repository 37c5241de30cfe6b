"""One settlement: under every standard that addresses it, and beside the centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.results.assessment import StandardResult
from planner.results.parity import Reference, Step, number
from planner.results.states import LACKING, State
from planner.standards.model import Text


@dataclass(frozen=True, slots=True)
class CardRow:
    """What one standard says of the settlement.

    Attributes
    ----------
    result : StandardResult
    state : State
    cost, shortfall : float
        In the unit of the standard; NaN where there is no number.
    nearest : mapping or None
        Name by language of the facility that the cost belongs to.
    """

    result: StandardResult
    state: State
    cost: float
    shortfall: float
    nearest: Text | None

    def nearest_index(self, place: int) -> int:
        """Return the index of that facility among the result's, -1 where there is none, for the place of the card."""
        return int(self.result.nearest[place])


@dataclass(frozen=True, slots=True)
class PlaceParity:
    """How a settlement keeps up with the centre, and what would bring it nearest at least cost.

    Attributes
    ----------
    references : tuple of Reference
        The district's own centre first.
    composite : tuple of float
        Parity of all services together with each reference, 0 to 1; NaN where nothing is known.
    level : float
        Of service, all services together, 0 to 1.
    rank : int or None
        Among settlements whose composite with the first reference is known, the best 1; equals share the better
        one. None where its own is not known.
    ranked : int
        How many settlements that are.
    services : mapping of str to float
        Parity of each service with the first reference; only those that are known.
    step : Step or None
        The cheapest next step up; None where it misses nothing that a step is known for.
    step_what : mapping of str to str
        What is done, by language; empty without a step, or where the table of costs does not say.
    after : float
        The composite with the first reference once the step is taken; NaN without one.
    own_cost : bool
        Whether what the step costs is the user's own, not the planner's assumption.
    """

    references: tuple[Reference, ...]
    composite: tuple[float, ...]
    level: float
    rank: int | None
    ranked: int
    services: Mapping[str, float]
    step: Step | None
    step_what: Text
    after: float
    own_cost: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; what is not known is None."""
        step = self.step
        return {
            "composite": {
                reference.kind: number(value)
                for reference, value in zip(self.references, self.composite, strict=True)
            },
            "level": number(self.level),
            "rank": self.rank,
            "ranked": self.ranked,
            "services": {service: number(value) for service, value in self.services.items()},
            "step": None
            if step is None
            else {
                "service": step.service,
                "standard": step.standard.id,
                "what": self.step_what.get("en", ""),
                "cost": step.cost,
                "shortfall": number(step.shortfall),
                "composite_after": number(self.after),
            },
        }


@dataclass(frozen=True, slots=True)
class SettlementCard:
    """A settlement and what every standard that addresses it says.

    Attributes
    ----------
    index : int
        Of the place.
    zone : mapping or None
        Name by language of its rural council.
    rows : tuple of CardRow
        The worst first.
    parity : PlaceParity or None
        Where parity was studied.
    """

    index: int
    zone: Text | None
    rows: tuple[CardRow, ...]
    parity: PlaceParity | None = None

    @property
    def lacking(self) -> int:
        """How many services it is known to lack."""
        return len({row.result.standard.service for row in self.rows if row.state in LACKING})
