"""Closures and plans of sites as GeoJSON features, with the figures that the command line prints of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.report.chapters import Finding
from planner.report.geojson_parts import feature, number, point, points
from planner.results import Closure, Closures, Plan, SharedSites, YearlySites
from planner.standards.model import in_language

_CLOSURE = (
    "people_served",
    "people_losing",
    "people_unknown",
    "people_without_way",
    "people_longer_by_standard",
    "extra_mean_m",
    "extra_max_m",
    "extra_person_km",
)
_LEAST = ("count", *_CLOSURE, "bound", "proven", "sets")
_PLAN = (
    "service", "builds", "standard", "model", "cutoff", "unit", "proxy", "modelled", "candidates", "new_sites",
    "closed", "money", "people", "covered_before", "covered", "gained", "lost", "mean_cost", "worst_cost",
    "objective", "objective_unit", "bound", "gap", "proven", "stopped",
)  # fmt: skip
# Not the seconds that it took: the same inputs give the same bytes.
_SITE = ("id", "name", "new", "people_served", "people_gained", "mean_cost", "opening_cost")
_YEARS = ("proven", "years", "total", "total_bound", "total_gap")
_TOGETHER = ("objective", "bound", "gap", "proven", "money", "saved")


def study_features(findings: Sequence[Finding], language: str) -> Iterator[dict[str, Any]]:
    """Yield what was found of closures, then the plans, each followed by its sites.

    A ``closure`` stands at the service point that closes, the ``least_harmful`` closures at all of theirs. A
    ``plan`` stands at its new sites and has the certificate; a ``site`` names its plan by number. What figures are
    called is what ``planner closures --json`` and ``planner site --json`` call them.

    Parameters
    ----------
    findings : sequence
        Results of studies, of which others than closures and plans are passed over.
    language : {"ru", "be", "en"}
        Of the names.
    """
    for found in findings:
        if isinstance(found, Closures):
            yield from _closures(found, language)
    for position, (plan, whole, of_site) in enumerate(_plans(findings), start=1):
        yield from _plan(position, plan, whole, of_site, language)


def _closures(found: Closures, language: str) -> Iterator[dict[str, Any]]:
    told = found.as_dict()
    common = {"service": found.service, **_some(told, ("standards", "proxy", "modelled", "extra_travel"))}
    for closure, row in zip(found.ordered(), told["closures"], strict=True):
        at = closure.closed[0]
        properties = {
            "feature": "closure",
            **common,
            **_closed(found, closure, language),
            **_some(row, _CLOSURE),
        }
        yield feature(properties, point(found.facilities.lon[at], found.facilities.lat[at]))
    if found.least is not None:
        closure, row = found.least.closure, told["least_harmful"]
        properties = {
            "feature": "least_harmful", **common, **_closed(found, closure, language), **_some(row, _LEAST)
        }  # fmt: skip
        where = ((found.facilities.lon[at], found.facilities.lat[at]) for at in closure.closed)
        yield feature(properties, points(where))


def _closed(found: Closures, closure: Closure, language: str) -> dict[str, Any]:
    """Return what closes, who loses the standard by it, and where people go then."""
    facilities, places = found.facilities, found.places
    return {
        "facilities": [facilities.ids[f] for f in closure.closed],
        "names": [in_language(facilities.names[f], language) for f in closure.closed],
        "places_losing": [places.ids[i] for i in closure.losing],
        "go_to": [facilities.ids[f] for f, _ in closure.destinations],
        "go_to_people": [number(people) for _, people in closure.destinations],
    }


def _plans(
    findings: Sequence[Finding],
) -> Iterator[tuple[Plan, dict[str, Any], dict[str, dict[str, Any]]]]:
    """Yield every plan with what holds of it and those made with it, and what is told of its sites, by identifier."""
    for found in findings:
        if isinstance(found, Plan):
            yield found, {}, {}
        elif isinstance(found, YearlySites):
            opened = enumerate((year.opened for year in found.years), start=1)
            years = {found.plan.sites[i].id: {"year": year} for year, new in opened for i in new}
            yield found.plan, _some(found.as_dict(), _YEARS), years
        elif isinstance(found, SharedSites):
            # How good a service's own part is, is known of the whole only.
            whole = {"services": [p.service for p in found.plans], **_some(found.as_dict(), _TOGETHER)}
            shared = {building.id: {"services": building.services} for building in found.buildings}
            for plan in found.plans:
                yield plan, whole, shared


def _plan(
    position: int,
    plan: Plan,
    whole: Mapping[str, Any],
    of_site: Mapping[str, Mapping[str, Any]],
    language: str,
) -> Iterator[dict[str, Any]]:
    told = plan.as_dict()
    properties = {"feature": "plan", "plan": position, **_some(told, _PLAN), **_worth(told), **whole}
    yield feature(properties, points((plan.sites[i].lon, plan.sites[i].lat) for i in plan.new))
    without = _without(plan, told, language)
    for i, (site, row) in enumerate(zip(plan.sites, told["sites"], strict=True)):
        properties = {
            "feature": "site",
            "plan": position,
            "service": plan.service,
            **_some(row, _SITE),
            "name": in_language(site.name, language),
            "unit": plan.unit,
            **(of_site.get(site.id, {}) if site.new else {}),
            **without.get(i, {}),
        }
        yield feature(properties, point(site.lon, site.lat))


def _worth(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the last site is worth, what the next would be, and which sites stand in every best plan."""
    known = told["certificate"]
    return _some(known, ("value_of_last_site", "value_of_next_site", "forced", "complete")) if known else {}


def _without(plan: Plan, told: Mapping[str, Any], language: str) -> dict[int, dict[str, Any]]:
    """Return what it would cost to do without each new site, by its position."""
    if plan.evidence is None:
        return {}
    found = {}
    for one, row in zip(plan.evidence.replacements, told["certificate"]["replacements"], strict=True):
        figures = _some(row, ("possible", "loss", "people", "people_worse_off"))
        instead = [in_language(name, language) for name in one.instead]
        found[one.without] = {f"without_{name}": value for name, value in figures.items()}
        found[one.without]["without_instead"] = instead
    return found


def _some(told: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return some of the figures, whole numbers as integers."""
    return {name: number(told[name]) if isinstance(told[name], float) else told[name] for name in names}
