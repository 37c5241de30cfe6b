"""How settlements keep up with the centre, service by service and altogether."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.results.district import Places
from planner.results.states import FloatArray
from planner.standards.model import Standard, Text, in_language

REFERENCE_KINDS = ("district_centre", "regional_centre", "capital")
"""With whom settlements are compared, nearest first."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that settlements are compared with.

    Attributes
    ----------
    kind : str
        One of :data:`REFERENCE_KINDS`.
    name : mapping of str to str
        By language.
    modelled : bool
        Whether what is known of it is modelled, not real.
    """

    kind: str
    name: Text
    modelled: bool


@dataclass(frozen=True, slots=True)
class MeasureParity:
    """One measure of a service, at every place and at every reference place.

    Attributes
    ----------
    standard : Standard
        Whose measure and threshold are taken: of several that measure alike, the one that addresses most people.
    alike : tuple of str
        Identifiers of all standards that measure like this one, itself among them.
    modelled : bool
        At least one layer it was measured on is modelled.
    has_number : bool
        False where the value only says yes (1) or no (0).
    value : (n,) float array
        In the unit of the standard; infinite where unreachable, NaN where unknown.
    at_reference : (r,) float array
        The same at each reference place, NaN where unknown.
    parity : (r, n) float array
        0 to 1, NaN where unknown; see :func:`planner.coverage.parity.parity`.
    level : (n,) float array
        0 to 1, NaN where unknown; see :func:`planner.coverage.parity.level`.
    """

    standard: Standard
    alike: tuple[str, ...]
    modelled: bool
    has_number: bool
    value: FloatArray
    at_reference: FloatArray
    parity: FloatArray
    level: FloatArray


@dataclass(frozen=True, slots=True)
class ServiceParity:
    """A service: the mean of its measures.

    Attributes
    ----------
    service : str
    weight : float
        In the composite; at least 0.
    measures : tuple of MeasureParity
    parity : (r, n) float array
    level : (n,) float array
    """

    service: str
    weight: float
    measures: tuple[MeasureParity, ...]
    parity: FloatArray
    level: FloatArray


@dataclass(frozen=True, slots=True)
class Equity:
    """How evenly a level of service is spread over the people of a district.

    Attributes
    ----------
    people : float
        Of whom the level is known.
    mean : float
        Level, by people.
    gini, palma : float
    share_of_people, share_of_level : (m,) float arrays
        The Lorenz curve.
    """

    people: float
    mean: float
    gini: float
    palma: float
    share_of_people: FloatArray
    share_of_level: FloatArray


@dataclass(frozen=True, slots=True)
class Step:
    """The cheapest step up for a settlement: one standard that it misses, and what meeting it takes.

    Attributes
    ----------
    service : str
    standard : Standard
    shortfall : float
        In the unit of the standard; NaN where no number says by how much.
    cost : float
        In the units of the table of costs.
    gain : float
        By how much the composite parity with the first reference rises, 0 to 1.
    """

    service: str
    standard: Standard
    shortfall: float
    cost: float
    gain: float


@dataclass(frozen=True)
class Parity:
    """Parity of every settlement of a district with its reference places.

    Attributes
    ----------
    district : mapping of str to str
    places : Places
    references : tuple of Reference
        The district's own centre first.
    services : tuple of ServiceParity
        In the order of the catalogue.
    names : mapping of str to mapping
        Name by language of each service.
    composite, known : (r, n) float arrays
        Weighted mean over services, NaN where nothing is known; and the share of the weight that it rests on.
    level : (n,) float array
        Weighted mean of the services' levels.
    equity : mapping of str to Equity
        By service; of all services together under the empty key.
    steps : tuple of Step or None
        For each place; None where it misses nothing that a step is known for.
    remarks : tuple of (str, mapping)
        What a reader has to know: a message template and its values.
    manifest : mapping
    """

    district: Text
    places: Places
    references: tuple[Reference, ...]
    services: tuple[ServiceParity, ...]
    names: Mapping[str, Text]
    composite: FloatArray
    known: FloatArray
    level: FloatArray
    equity: Mapping[str, Equity]
    steps: tuple[Step | None, ...]
    remarks: tuple[tuple[str, Mapping[str, object]], ...]
    manifest: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return what ``planner parity --json`` prints: unknown numbers are null."""
        return {
            "district": in_language(self.district, "en"),
            "references": [{"kind": r.kind, "name": in_language(r.name, "en"), "modelled": r.modelled}
                           for r in self.references],
            "weights": {s.service: s.weight for s in self.services},
            "equity": {key or "all": {"people": e.people, "mean": number(e.mean), "gini": number(e.gini),
                                      "palma": number(e.palma)} for key, e in self.equity.items()},
            "places": [self._place(i) for i in range(len(self.places))],
            "manifest": dict(self.manifest),
        }  # fmt: skip

    def _place(self, i: int) -> dict[str, Any]:
        step = self.steps[i]
        kinds = [r.kind for r in self.references]
        return {
            "id": self.places.ids[i],
            "name": self.places.name(i, "en"),
            "people": float(self.places.population[i]),
            "composite": {k: number(self.composite[r, i]) for r, k in enumerate(kinds)},
            "known": {k: number(self.known[r, i]) for r, k in enumerate(kinds)},
            "level": number(self.level[i]),
            "services": {
                s.service: {k: number(s.parity[r, i]) for r, k in enumerate(kinds)} for s in self.services
            },
            "step": None
            if step is None
            else {"service": step.service, "standard": step.standard.id, "shortfall": number(step.shortfall),
                  "cost": step.cost, "gain": number(step.gain)},
        }  # fmt: skip


def number(value: float) -> float | None:
    """Return a number as JSON has it: null where it is unknown or infinite."""
    found = float(value)
    return found if found - found == 0 else None
