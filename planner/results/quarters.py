"""Quarters of a town: what each of them has within a walk of its homes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.results.assessment import Assessment
from planner.results.states import FloatArray, State, Tally
from planner.standards.model import Text, in_language


@dataclass(frozen=True, slots=True)
class QuarterService:
    """One standard in a quarter.

    Attributes
    ----------
    standard, service : str
        Identifiers.
    tally : Tally
        People of the quarter by state, on foot along streets and paths.
    share_radius : float or None
        Share of its people with the service within the same distance as the crow flies, by the letter of an act that
        names a radius; None where the act names a way on foot, or nothing is known.
    walk_min : float
        Mean walk to the nearest facility, minutes, over the people who can walk there; NaN where nobody can, or the
        standard is not about a facility.
    facilities : int
        Service points that lie in the quarter.
    """

    standard: str
    service: str
    tally: Tally
    share_radius: float | None
    walk_min: float
    facilities: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """The card of a quarter.

    Attributes
    ----------
    id : str
        Empty for homes that lie in no quarter.
    name : mapping of str to str
        By language.
    people : float
    homes : int
        Buildings with people.
    services : tuple of QuarterService
        In the order of the assessment's results.
    """

    id: str
    name: Text
    people: float
    homes: int
    services: tuple[QuarterService, ...]

    @property
    def worst(self) -> QuarterService | None:
        """The service of which the most people of the quarter are without; None where nobody lacks any."""
        lacking = [s for s in self.services if s.tally.lacking > 0]
        return max(lacking, key=lambda s: s.tally.lacking, default=None)

    @property
    def facilities(self) -> int:
        """Service points in the quarter, of all services together."""
        return sum({s.service: s.facilities for s in self.services}.values())

    @property
    def share_covered(self) -> float | None:
        """Mean over the services of the share of people covered; None where nothing is known."""
        known = [s.tally.share_covered for s in self.services if s.tally.share_covered is not None]
        return sum(known) / len(known) if known else None

    @property
    def walk_min(self) -> float:
        """Mean over the services of the mean walk, minutes; NaN where nobody can walk to any."""
        known = [w for w in {s.service: s.walk_min for s in self.services}.values() if w == w]
        return sum(known) / len(known) if known else float("nan")


@dataclass(frozen=True)
class Quarters:
    """A town by building and by quarter.

    Attributes
    ----------
    assessment : Assessment
        Its places are homes, its zones quarters.
    walk_min : mapping of str to (n,) float array
        By standard: the walk from each home to the nearest facility, minutes; infinite where there is no way, NaN where
        it is not known.
    quarters : tuple of Quarter
        In the order of the assessment's zones; then, where there are such, the homes that lie in none.
    """

    assessment: Assessment
    walk_min: Mapping[str, FloatArray]
    quarters: tuple[Quarter, ...]

    def quarter(self, identifier: str) -> Quarter | None:
        """Return the quarter of an identifier, None where there is none."""
        return next((q for q in self.quarters if q.id == identifier), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the quarters as ``planner quarter --json`` prints them."""
        return {
            "district": in_language(self.assessment.district, "en"),
            "people": self.assessment.people,
            "homes": len(self.assessment.places),
            "quarters": [_quarter_row(quarter) for quarter in self.quarters],
            "town": self.assessment.as_dict()["services"],
            "manifest": dict(self.assessment.manifest),
        }


def _quarter_row(quarter: Quarter) -> dict[str, Any]:
    return {
        "id": quarter.id,
        "name": in_language(quarter.name, "en"),
        "people": quarter.people,
        "homes": quarter.homes,
        "facilities": quarter.facilities,
        "share_covered": quarter.share_covered,
        "walk_min": _known(quarter.walk_min),
        "worst": quarter.worst.standard if quarter.worst else None,
        "services": [
            {
                "standard": s.standard,
                "service": s.service,
                **{state.label: s.tally.people[state] for state in State},
                "share_covered": s.tally.share_covered,
                "share_radius": s.share_radius,
                "met": s.tally.met,
                "walk_min": _known(s.walk_min),
                "facilities": s.facilities,
            }
            for s in quarter.services
        ],
    }


def _known(value: float) -> float | None:
    return value if value == value else None
