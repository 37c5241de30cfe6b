"""A plan of sites for one service: where, for whom, how good it is at best, and what speaks for each site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.results.district import Places, Zones
from planner.results.evidence import Evidence, Replacement, known
from planner.results.states import FloatArray, IntArray, State, StateArray
from planner.standards.model import Standard, Text

BoolArray = npt.NDArray[np.bool_]

OBJECTIVES = {
    "lscp": "sites",
    "mclp": "people",
    "p-median": "people x {unit}",
    "p-center": "{unit}",
    "money": "money",
}
"""What the objective of each model counts; that of the LSCP where sites have prices is ``money``."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a plan.

    Attributes
    ----------
    id : str
        Of the candidate, or of the facility that stands.
    name : mapping of str to str
    lon, lat : float
        WGS 84 degrees.
    new : bool
    place : int
        Index of the settlement it stands at, -1 for none.
    served : float
        People addressed for whom it is the nearest (or, with capacities, the one that has room for them).
    gained : float
        Those of them who are covered by the plan and were not before.
    mean_cost : float
        From them to the site, in the unit of the standard; NaN where it serves nobody.
    money : float or None
        To open it.
    modelled : bool
        Whether it stands in a layer that is not real data; a new one does not.
    """

    id: str
    name: Text
    lon: float
    lat: float
    new: bool
    place: int
    served: float
    gained: float
    mean_cost: float
    money: float | None
    modelled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the site as ``planner site --json`` prints it."""
        return {
            "id": self.id,
            "name": self.name["en"],
            "lon": self.lon,
            "lat": self.lat,
            "new": self.new,
            "people_served": self.served,
            "people_gained": self.gained,
            "mean_cost": known(self.mean_cost),
            "opening_cost": self.money,
        }


@dataclass(frozen=True)
class Plan:
    """Sites for one service, under one standard.

    Attributes
    ----------
    district : mapping of str to str
    service : str
    service_name : mapping of str to str
    built : str
        The service whose layer new sites belong to: for primary care, for example, ``feldsher``.
    standard : Standard
        With the threshold that was planned for.
    asked_threshold : float
        That of the standard as it is in force.
    proxy, modelled : bool
        Whether the standard is foreign, and whether a layer behind the plan is modelled.
    model : {"lscp", "mclp", "p-median", "p-center"}
    terms : mapping
        What was asked, as plain values.
    sites : tuple of Site
        Those that are kept first, then the new ones.
    closed : tuple of str
        Identifiers of facilities that the plan does not keep, each with its service as ``service/id``.
    places : Places
    zones : Zones
    site : (n,) int array
        Index of the site that each place is allocated to, -1 for none.
    cost : (n,) float array
        To it, in the unit of the standard; inf where there is none, NaN for places that the standard does not address.
    before, after : (n,) uint8 arrays
        States of the places, codes of :class:`State`.
    left_out : int
        Places addressed that no site anywhere could serve: without a position, or away from all roads.
    left_out_people : float
    candidates : int
        How many could have been chosen.
    objective, bound : float
        In the terms of the model: new sites (or money), people covered, people times cost, worst cost.
    gap : float
        Distance of the bound from the objective, relative to the objective.
    proven : bool
    stopped : str
        Why an unproven search ended: "time", "cancelled"; empty where it is proven.
    seconds : float
        Of the search alone.
    evidence : Evidence or None
        None where it was not asked for.
    remarks : tuple of (str, mapping)
        What a reader has to know: a message template and its values.
    manifest : mapping
    """

    district: Text
    service: str
    service_name: Text
    built: str
    standard: Standard
    asked_threshold: float
    proxy: bool
    modelled: bool
    model: str
    terms: Mapping[str, Any]
    sites: tuple[Site, ...]
    closed: tuple[str, ...]
    places: Places
    zones: Zones
    site: IntArray
    cost: FloatArray
    before: StateArray
    after: StateArray
    left_out: int
    left_out_people: float
    candidates: int
    objective: float
    bound: float
    gap: float
    proven: bool
    stopped: str
    seconds: float
    evidence: Evidence | None
    remarks: tuple[tuple[str, Mapping[str, object]], ...]
    manifest: Mapping[str, Any]

    @property
    def new(self) -> tuple[int, ...]:
        """Indices of the new sites."""
        return tuple(i for i, site in enumerate(self.sites) if site.new)

    @property
    def unit(self) -> str:
        """Unit of the costs."""
        return self.standard.measure.unit if self.standard.measure else ""

    @property
    def objective_unit(self) -> str:
        """What the objective counts."""
        key = "money" if self.model == "lscp" and self.terms.get("priced") else self.model
        return OBJECTIVES[key].format(unit=self.unit)

    @property
    def money(self) -> float | None:
        """What the new sites cost together; None without prices."""
        prices = [s.money for s in self.sites if s.new and s.money is not None]
        return float(sum(prices)) if prices else None

    def people(self, state: State, *, after: bool = True) -> float:
        """Return the people in a state, after the plan or before it."""
        return float(self.places.population[(self.after if after else self.before) == state].sum())

    @property
    def gains(self) -> BoolArray:
        """Which places are covered by the plan and were not before, (n,) bool."""
        return np.asarray((self.after == State.COVERED) & (self.before != State.COVERED))

    @property
    def loses(self) -> BoolArray:
        """Which places were covered before and are no more, (n,) bool."""
        return np.asarray((self.after != State.COVERED) & (self.before == State.COVERED))

    def councils(self) -> tuple[tuple[int, float, float], ...]:
        """Return the zone, the people who gain and those who lose in it, most gain first; -1 for places in none."""
        people, zone = self.places.population, self.places.zone
        rows = [
            (
                int(z),
                float(people[(zone == z) & self.gains].sum()),
                float(people[(zone == z) & self.loses].sum()),
            )
            for z in np.unique(zone)
        ]
        return tuple(sorted((r for r in rows if r[1] or r[2]), key=lambda r: (-r[1], -r[2], r[0])))

    def mean_cost(self) -> float:
        """Return the mean cost of the people who are allocated to a site; NaN where nobody is."""
        there = (self.site >= 0) & np.isfinite(self.cost)
        people = self.places.population[there]
        return float((people * self.cost[there]).sum() / people.sum()) if people.sum() else float("nan")

    def worst_cost(self) -> float:
        """Return the greatest cost of a place with people that is allocated to a site; NaN where none is."""
        there = (self.site >= 0) & np.isfinite(self.cost) & (self.places.population > 0)
        return float(self.cost[there].max()) if there.any() else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as ``planner site --json`` prints it."""
        return {
            "district": self.district["en"],
            "service": self.service,
            "builds": self.built,
            "standard": self.standard.id,
            "model": self.model,
            "cutoff": self.standard.measure.threshold if self.standard.measure else None,
            "unit": self.unit,
            "terms": dict(self.terms),
            "proxy": self.proxy,
            "modelled": self.modelled,
            "candidates": self.candidates,
            "sites": [s.as_dict() for s in self.sites],
            "new_sites": [self.sites[i].id for i in self.new],
            "closed": list(self.closed),
            "objective": self.objective,
            "objective_unit": self.objective_unit,
            "bound": self.bound,
            "gap": known(self.gap),
            "proven": self.proven,
            "stopped": self.stopped,
            "seconds": self.seconds,
            "money": self.money,
            "people": float(self.places.population[self.before != State.NOT_APPLICABLE].sum()),
            "covered_before": self.people(State.COVERED, after=False),
            "covered": self.people(State.COVERED),
            "gained": float(self.places.population[self.gains].sum()),
            "lost": float(self.places.population[self.loses].sum()),
            "left_out": {"places": self.left_out, "people": self.left_out_people},
            "mean_cost": known(self.mean_cost()),
            "worst_cost": known(self.worst_cost()),
            "states_before": {s.label: self.people(s, after=False) for s in State},
            "states": {s.label: self.people(s) for s in State},
            "councils": [self._council(*row) for row in self.councils()],
            "allocation": self._allocation(),
            "certificate": self._certificate(),
            "remarks": [template.format(**values) for template, values in self.remarks],
            "manifest": dict(self.manifest),
        }

    def _council(self, zone: int, gained: float, lost: float) -> dict[str, Any]:
        here = zone >= 0
        return {
            "id": self.zones.ids[zone] if here else None,
            "name": self.zones.names[zone]["en"] if here else None,
            "people_gained": gained,
            "people_lost": lost,
        }

    def _allocation(self) -> list[dict[str, Any]]:
        return [
            {
                "place": self.places.ids[i],
                "name": self.places.name(i, "en"),
                "people": float(self.places.population[i]),
                "site": self.sites[self.site[i]].id if self.site[i] >= 0 else None,
                "cost": known(self.cost[i]),
                "before": State(int(self.before[i])).label,
                "after": State(int(self.after[i])).label,
            }
            for i in np.flatnonzero(self.before != State.NOT_APPLICABLE).tolist()
        ]

    def _certificate(self) -> dict[str, Any] | None:
        found = self.evidence
        if found is None:
            return None
        count = len(self.new)
        best = found.runner_up
        return {
            "runner_up": None if best is None else self._replacement(best),
            "replacements": [self._replacement(r) for r in found.replacements],
            "value_of_last_site": found.gained(count),
            "value_of_next_site": found.gained(count + 1),
            "curve": [p.as_dict() for p in found.curve],
            "forced": [self.sites[i].id for i in found.forced],
            "fixed": [s.id for s in self.sites if not s.new],
            "forbidden": [name["en"] for name in found.forbidden],
            "complete": found.complete,
        }

    def _replacement(self, one: Replacement) -> dict[str, Any]:
        return {
            "without": self.sites[one.without].id,
            "name": self.sites[one.without].name["en"],
            "instead": [name["en"] for name in one.instead],
            "possible": one.possible,
            "loss": known(one.loss),
            "people": one.people,
            "people_worse_off": one.worse_off,
        }
