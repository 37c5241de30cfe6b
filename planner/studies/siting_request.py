"""What a report is asked to plan, in one line: the service, the model, how many sites, and further terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.errors import InputError
from planner.network.modes import Conditions
from planner.results import Plan, SharedSites, YearlySites
from planner.scenario import Scenario
from planner.studies.site import site
from planner.studies.siting_closing import close_well
from planner.studies.siting_shared import under_one_roof
from planner.studies.siting_terms import SitingTerms
from planner.studies.siting_years import by_years
from planner.workspace import Workspace

_TERMS: Mapping[str, Callable[[str], Any]] = {
    "standard": str, "candidates": str, "fixed": str, "cutoff": float, "budget": float, "site-cost": float,
    "capacity": float, "target-share": float, "backup": int, "forbid": lambda text: tuple(text.split("+")),
}  # fmt: skip
"""Terms by their name on the command line, with what reads their value."""


@dataclass(frozen=True)
class SitingRequest:
    """A plan that was asked for.

    Attributes
    ----------
    service : str
    terms : SitingTerms
    years : tuple of float
        New sites of each year, or money where the terms say what a site costs; empty for one plan.
    closing : int or None
        How many service points are to close, in place of opening any.
    beside : tuple of str
        Services that may share its buildings.
    building_cost : float
        Of a shared building.
    """

    service: str
    terms: SitingTerms
    years: tuple[float, ...] = ()
    closing: int | None = None
    beside: tuple[str, ...] = ()
    building_cost: float = 1.0


_FURTHER: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "years": ("years", lambda text: tuple(float(part) for part in text.split(","))),
    "closing": ("closing", int),
    "with": ("beside", lambda text: tuple(text.split("+"))),
    "building-cost": ("building_cost", float),
}


def request_from(text: str) -> SitingRequest:
    """Return what ``SERVICE:MODEL[:SITES][:NAME=VALUE]…`` asks for, the names being those of ``planner site``.

    Examples are ``shop:mclp:3``, ``fire:lscp``, ``shop:mclp:years=2,2,1`` and ``school:mclp:budget=30:with=library``.

    Raises
    ------
    InputError
        If it asks for nothing that can be planned.
    """
    service, *rest = text.split(":")
    model, rest = (rest[0], rest[1:]) if rest else ("", [])
    count = rest.pop(0) if rest and "=" not in rest[0] else ""
    try:
        terms: dict[str, Any] = {"model": model, "sites": int(count) if count else None}
        further: dict[str, Any] = {}
        for part in rest:
            name, _, value = part.partition("=")
            if name in _FURTHER:
                key, read = _FURTHER[name]
                further[key] = read(value)
            elif name in _TERMS:
                terms[name.replace("-", "_")] = _TERMS[name](value)
            else:
                raise ValueError(name)
        if len(further.keys() & {"years", "closing", "beside"}) > 1:
            raise InputError("--years, --closing and --with cannot be combined.", "Give one of them.")
        asked = SitingTerms(**terms)
        # With years or closings the number of sites is theirs to say.
        checked = asked if further.keys() & {"years", "closing"} else asked.checked()
    except ValueError as error:
        raise InputError(
            "“{text}” is no plan of sites ({reason}).",
            "Write the service, the model and the number of new sites, then further terms: shop:mclp:3, fire:lscp or "
            "shop:mclp:years=2,2,1.",
            text=text, reason=error,
        ) from error  # fmt: skip
    return SitingRequest(service, checked, **further)


def planned(
    workspace: Workspace,
    request: SitingRequest,
    *,
    conditions: Conditions | None = None,
    scenario: Scenario | None = None,
) -> Plan | YearlySites | SharedSites:
    """Return the plan that was asked for.

    Raises
    ------
    InputError, InfeasibleError, StoppedError
        As the study that finds it does: :func:`planner.studies.site.site` and those beside it.
    """
    service, terms = request.service, request.terms
    under: dict[str, Any] = {"conditions": conditions, "scenario": scenario}
    if request.years:
        return by_years(workspace, service, terms, request.years, **under)
    if request.closing is not None:
        return close_well(workspace, service, terms, request.closing, **under)
    if request.beside:
        services = (service, *request.beside)
        return under_one_roof(workspace, services, terms, building_cost=request.building_cost, **under)
    return site(workspace, service, terms, **under)
