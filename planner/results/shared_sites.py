"""Sites of several services, some of them under one roof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.results.evidence import known
from planner.results.plan import Plan
from planner.standards.model import Text


@dataclass(frozen=True, slots=True)
class Building:
    """A new building and the services in it."""

    id: str
    name: Text
    lon: float
    lat: float
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedSites:
    """Sites of several services with one budget.

    Attributes
    ----------
    plans : tuple of Plan
        One for each service; their bounds are those of the whole.
    buildings : tuple of Building
        Those with most services first.
    objective, bound, gap : float
        People covered, added up over services; what no plan exceeds; the distance relative to the objective.
    money, saved : float
        What all of it costs, and what it would cost more with a building for every site.
    proven : bool
    seconds : float
    """

    plans: tuple[Plan, ...]
    buildings: tuple[Building, ...]
    objective: float
    bound: float
    gap: float
    money: float
    saved: float
    proven: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as ``planner site --with --json`` prints it."""
        return {
            "services": [plan.as_dict() for plan in self.plans],
            "buildings": [
                {"id": b.id, "name": b.name["en"], "lon": b.lon, "lat": b.lat, "services": list(b.services)}
                for b in self.buildings
            ],
            "objective": self.objective,
            "bound": self.bound,
            "gap": known(self.gap),
            "money": self.money,
            "saved": self.saved,
            "proven": self.proven,
            "seconds": self.seconds,
        }
