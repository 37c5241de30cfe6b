"""A small made-up district for the maps' tests: every state occurs, and names try to be markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.results import Assessment, Facilities, GapZone, Places, StandardResult, State, Zones, frozen
from planner.standards.model import AreaRule, Indicator, Measure, Standard

HOSTILE = "<img src=x onerror=\"window.hacked=1\">'`${window.hacked=1}</script><!--\u2028{{'x'}}"

OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[27.0, 55.0], [28.0, 55.0], [28.0, 55.5], [27.0, 55.5], [27.0, 55.0]]],
}
HALVES = (
    {
        "type": "Polygon",
        "coordinates": [[[27.0, 55.0], [27.5, 55.0], [27.5, 55.5], [27.0, 55.5], [27.0, 55.0]]],
    },
    {
        "type": "Polygon",
        "coordinates": [[[27.5, 55.0], [28.0, 55.0], [28.0, 55.5], [27.5, 55.5], [27.5, 55.0]]],
    },
)


def text(name: str) -> dict[str, str]:
    """Return a name that is the same in all languages."""
    return {"en": name, "ru": name, "be": name}


def standard(service: str, number: int = 1, indicator: Indicator = Indicator.TRAVEL_TIME) -> Standard:
    """Return a standard of 30 minutes by car."""
    measure = Measure(indicator, 30.0, "min", "<=", (service,), "car")
    return Standard(
        id=f"BY-{service}-{number}",
        jurisdiction="BY",
        layer="post",
        service=service,
        title=text(f"{service} within 30 minutes"),
        measure=measure,
        area=AreaRule(),
        target_share=None,
        legal_basis=text("act"),
        clause="1",
        url="",
        status="current",
        confidence="read",
        kind="norm",
        note="",
    )


def facilities(service: str, sources: Sequence[str] = ("post", "modelled")) -> Facilities:
    """Return a facility in each half of the district."""
    n = len(sources)
    return Facilities(
        ids=tuple(f"{service}-{i}" for i in range(n)),
        names=tuple(text(f"Office {i} & sons") for i in range(n)),
        services=(service,) * n,
        sources=tuple(sources),
        lon=frozen(np.linspace(27.25, 27.75, n)),
        lat=frozen(np.full(n, 55.25)),
    )


def result(
    service: str, states: Sequence[State], number: int = 1, zones: Sequence[GapZone] = ()
) -> StandardResult:
    """Return a result with these states; the nearest facility is the first, 20 minutes away (50 at a gap)."""
    state = frozen(states, np.uint8)
    cost = np.where(state == State.COVERED, 20.0, np.where(state == State.GAP, 50.0, np.nan))
    return StandardResult(
        standard=standard(service, number),
        proxy=False,
        modelled=service == "school",
        state=state,
        cost=frozen(cost),
        nearest=frozen(np.where(np.isnan(cost), -1, 0), np.int64),
        shortfall=frozen(np.where(state == State.GAP, 20.0, 0.0)),
        relative_shortfall=frozen(np.where(state == State.GAP, 2 / 3, 0.0)),
        facilities=facilities(service),
        gap_zones=tuple(zones),
    )


def gap_zone(west: float, east: float, places: Sequence[int], people: float) -> GapZone:
    """Return a gap zone, a box between two meridians."""
    ring = [[west, 55.1], [east, 55.1], [east, 55.4], [west, 55.4], [west, 55.1]]
    return GapZone({"type": "Polygon", "coordinates": [ring]}, tuple(places), people, 10.0)


def roads() -> dict[str, Any]:
    """Return a paved main road and a gravel track."""
    lines = (
        ({"road_class": "primary", "surface": "paved"}, [[27.0, 55.25], [28.0, 55.25]]),
        ({"road_class": "track", "surface": "gravel"}, [[27.5, 55.0], [27.5, 55.5]]),
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": p, "geometry": {"type": "LineString", "coordinates": c}}
            for p, c in lines
        ],
    }


def district(first_name: str = "Большое", population: float = 4000.0) -> Assessment:
    """Return a district of seven places, one for each state under ``post_office``; the sixth is not located.

    ``school`` has two standards: under the first the first place is in a gap, under the second the second.
    """
    n = len(State)
    lon, lat = np.linspace(27.1, 27.9, n), np.linspace(55.1, 55.4, n)
    lon[State.NOT_LOCATED] = lat[State.NOT_LOCATED] = np.nan
    places = Places(
        ids=tuple(f"p{i}" for i in range(n)),
        names=(text(first_name), *(text(f"Место {i}") for i in range(1, n))),
        kinds=("village",) * n,
        area_types=("village",) * n,
        population=frozen([population, *(100.0 * i for i in range(1, n))]),
        population_source=("census 2009",) * (n - 1) + ("estimated",),
        zone=frozen([0, 0, 0, 0, 1, -1, 1], np.int64),
        lon=frozen(lon),
        lat=frozen(lat),
        road_distance_m=frozen(np.full(n, 50.0)),
    )
    first = [State.GAP] + [State.COVERED] * (n - 1)
    second = [State.COVERED, State.GAP] + [State.COVERED] * (n - 2)
    results = (
        result("post_office", list(State), zones=[gap_zone(27.15, 27.3, [1], 100.0)]),
        result("school", first, 1, [gap_zone(27.05, 27.2, [0], population)]),
        result("school", second, 2, [gap_zone(27.18, 27.3, [1], 100.0), gap_zone(27.6, 27.7, [4], 400.0)]),
    )
    return Assessment(
        district=text("Раён & Co"),
        jurisdiction="BY",
        places=places,
        zones=Zones(("z0", "z1"), (text("West"), text("East")), HALVES, ("", "")),
        outline=OUTLINE,
        roads=roads(),
        results=results,
        without_value=(),
        services={"post_office": text("Почта <b>"), "school": text("Школа")},
        facilities=facilities("post_office"),
        warnings=(),
        manifest={},
    )
