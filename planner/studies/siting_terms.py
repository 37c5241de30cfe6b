"""What is asked of a plan, and which services and standards can be planned for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.errors import InputError
from planner.layers.schema import Role
from planner.results import LACKING
from planner.siting.problem import MODELS
from planner.standards.model import Measure, Standard, Text
from planner.studies.assess import loaded
from planner.studies.candidates import SETTLEMENTS, Point
from planner.studies.closures import BY_THE_WAY
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, whom
from planner.studies.standards_in_force import in_force
from planner.workspace import Workspace

EXISTING, NONE = "existing", "none"


@dataclass(frozen=True)
class SitingTerms:
    """What is asked of a plan.

    Attributes
    ----------
    model : {"lscp", "mclp", "p-median", "p-center"}
    sites : int or None
        New sites; for the LSCP and with a budget, at most so many.
    standard : str or None
        Its identifier; of several of the service, the one that most people miss, where not given.
    candidates : str
        ``settlements``, ``nodes``, the name of a layer, or empty for the points alone.
    points : tuple of (lon, lat)
        More candidates.
    cutoff : float or None
        In place of the standard's threshold, in its unit. For the p-median and the p-center a hard limit.
    fixed : {"existing", "none"}
        Whether facilities that stand are kept, or the plan begins with a blank sheet.
    forbid : tuple of str
        Identifiers or names of candidates that may not be opened.
    budget, site_cost : float or None
        Money for the new sites together, and for each that no layer gives a price for.
    capacity : float or None
        Most people that a new site serves. Facilities that stand are taken to have room.
    target_share : float or None
        LSCP only: share of the people addressed that has to be covered; None asks for all.
    backup : int
        How many sites each place counts on.
    min_distance_m, max_distance_m : float or None
        Between any two sites, of which one is new; straight line.
    """

    model: str = "mclp"
    sites: int | None = None
    standard: str | None = None
    candidates: str = SETTLEMENTS
    points: tuple[Point, ...] = ()
    cutoff: float | None = None
    fixed: str = EXISTING
    forbid: tuple[str, ...] = ()
    budget: float | None = None
    site_cost: float | None = None
    capacity: float | None = None
    target_share: float | None = None
    backup: int = 1
    min_distance_m: float | None = None
    max_distance_m: float | None = None

    def checked(self) -> SitingTerms:
        """Return the terms, or raise InputError naming the first that cannot be used."""
        for name, chosen, able in (("model", self.model, MODELS), ("fixed", self.fixed, (EXISTING, NONE))):
            if chosen not in able:
                raise InputError(
                    "The setting “{what}” cannot be used.", "Choose one of: {available}.",
                    what=name, available=", ".join(able),
                )  # fmt: skip
        self._check_numbers()
        if self.target_share is not None and self.model != "lscp":
            raise InputError(
                "Only the model lscp takes a target share.", "Choose it, or leave the share out."
            )
        if self.capacity is not None and self.backup > 1:
            raise InputError("Backup cannot be combined with a capacity.", "Leave one of them out.")
        if self.model != "lscp" and self.sites is None and self.budget is None:
            raise InputError(
                "The model {model} needs a number of new sites, or a budget.",
                "Give one of them.",
                model=self.model,
            )
        return self

    def _check_numbers(self) -> None:
        share = self.target_share
        wrong = [
            name for name in ("sites", "backup") if (getattr(self, name) or 1) < 1 or getattr(self, name) == 0
        ]
        wrong += [name for name in ("cutoff", "capacity") if not _fits(getattr(self, name), above=True)]
        amounts = ("budget", "site_cost", "min_distance_m", "max_distance_m")
        wrong += [name for name in amounts if not _fits(getattr(self, name))]
        if share is not None and not 0 < share <= 1:
            wrong.append("target_share")
        if wrong:
            raise InputError(
                "The setting “{what}” cannot be used.",
                "Give a number above 0; of a share, at most 1.",
                what=wrong[0].removesuffix("_m").replace("_", " "),
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the terms as plain values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in dataclasses.asdict(self).items()}


def _fits(value: float | None, *, above: bool = False) -> bool:
    """Whether a number is one from 0 on, or above it; none fits as well."""
    return value is None or (math.isfinite(value) and (value > 0 if above else value >= 0))


def plannable(standards: Sequence[Standard]) -> tuple[Standard, ...]:
    """Return the standards that a siting can meet: measured by the way to the nearest service point."""
    return tuple(s for s in standards if s.measure is not None and s.measure.indicator in BY_THE_WAY)


def sitable(workspace: Workspace) -> dict[str, Text]:
    """Return the services of a workspace that sites can be planned for, with their names by language."""
    standards, catalogue = in_force(workspace)
    layers = {service for role, service in loaded(workspace).layers if role is Role.FACILITIES}
    found = [s.service for s in plannable(standards) if s.measure and layers & set(s.measure.sources)]
    return {
        s: catalogue.services[s].name if s in catalogue.services else {"en": s} for s in dict.fromkeys(found)
    }


def standards_of(workspace: Workspace, service: str) -> tuple[Standard, ...]:
    """Return the standards of a service that sites can be planned for."""
    return tuple(s for s in plannable(in_force(workspace)[0]) if s.service == service)


def standard_for(inputs: Inputs, standards: Sequence[Standard], service: str, asked: str | None) -> Standard:
    """Return the standard to plan for.

    Raises
    ------
    InputError
        If the service has none that can be planned for, or not the one asked for.
    """
    able = plannable(standards)
    mine = [s for s in able if s.service == service]
    if not mine:
        raise InputError(
            "Sites for “{service}” cannot be planned: no standard in force measures the way to its service points.",
            "Choose one of: {available}.",
            service=service,
            available=", ".join(dict.fromkeys(s.service for s in able)) or "—",
        )
    if asked is not None:
        for one in mine:
            if one.id == asked:
                return one
        raise InputError(
            "“{standard}” is not a standard of “{service}” that sites can be planned for.",
            "Choose one of: {available}.",
            standard=asked,
            service=service,
            available=", ".join(s.id for s in mine),
        )
    gauge = Gauge(inputs)
    missing = [_lacking(inputs, gauge, s) for s in mine]
    return mine[int(np.argmax(missing))]


def _lacking(inputs: Inputs, gauge: Gauge, standard: Standard) -> float:
    measure = standard.measure
    assert measure is not None  # only those with one can be planned for
    applies = whom(inputs, standard, inputs.places.population)
    located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
    state = gauge.measure(measure, applies).states(measure, applies, located)
    return float(inputs.places.population[np.isin(state, LACKING)].sum())


def built_service(inputs: Inputs, measure: Measure, service: str) -> str:
    """Return the service whose layer a new site belongs to: of several, the one with most service points."""
    if service in measure.sources:
        return service
    services = inputs.facilities.services
    return max(measure.sources, key=lambda s: (services.count(s), -measure.sources.index(s)))
