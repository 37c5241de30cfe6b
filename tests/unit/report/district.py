"""A small district for the report's tests: every number in it can be told by hand."""

from __future__ import annotations

import datetime as dt
from html import escape

import numpy as np

from planner.results import (
    Assessment,
    Facilities,
    GapZone,
    Places,
    StandardResult,
    State,
    Zones,
    frozen,
)
from planner.standards.model import AreaRule, Indicator, Measure, Standard

MADE_AT = dt.datetime(2026, 3, 5, 9, 30, tzinfo=dt.UTC)
NAN, INF = float("nan"), float("inf")
C, G, U, N, D, L, A = (int(s) for s in State)
SCRIPT = "<script>alert('x')</script>"
FORMULA = "=1+1"


def square(lon: float, lat: float, size: float) -> dict[str, object]:
    """Return a square wound clockwise, so that a writer has something to put right."""
    ring = [[lon, lat], [lon, lat + size], [lon + size, lat + size], [lon + size, lat], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def standard(
    name: str,
    service: str,
    layer: str,
    measure: Measure | None,
    *,
    jurisdiction: str = "BY",
    target: float | None = None,
    url: str = "https://example.org/act",
    confidence: str = "read",
) -> Standard:
    return Standard(
        id=name,
        jurisdiction=jurisdiction,
        layer=layer,
        service=service,
        title={"en": f"Standard {name} & more", "ru": f"Норма {name}", "be": f"Норма {name}"},
        measure=measure,
        area=AreaRule(),
        target_share=target,
        legal_basis={"en": f"Act of {name}", "ru": f"Акт {name}"},
        clause="5",
        url=url,
        status="current",
        confidence=confidence,
        kind="norm",
        note="",
    )


def assessment() -> Assessment:
    """Return six places (1,000 people), two zones, three standards of two services."""
    names = ("Alpha", SCRIPT, FORMULA, "Delta", "Epsilon", "Zeta")
    population = frozen([500.0, 200.0, 100.0, 100.0, 60.0, 40.0])
    places = Places(
        ids=tuple(f"p{i}" for i in range(6)),
        names=tuple({"en": n, "ru": f"{n} ру"} for n in names),
        kinds=("town", "village", "village", "village", "village", "village"),
        area_types=("urban", "village", "village", "village", "village", "village"),
        population=population,
        population_source=("census 2009",) * 4 + ("estimated",) * 2,
        zone=frozen([-1, 0, 0, 1, 1, 1]),
        lon=frozen([27.12345678, 27.2, 27.3, 27.4, 27.5, NAN]),
        lat=frozen([55.1, 55.2, 55.3, 55.4, 55.5, NAN]),
        road_distance_m=frozen([10.0, 20.0, 30.0, 40.0, 50.0, NAN]),
    )
    zones = Zones(
        ("z0", "z1"),
        ({"en": "North council", "ru": "Северный"}, {"en": "South <b>council</b>", "ru": "Южный"}),
        (square(27.0, 55.0, 0.5), square(27.5, 55.0, 0.5)),
        ("modelled", "modelled"),
    )
    shops = Facilities(
        ("s0", "s1", "s2"),
        ({"en": "Shop one"}, {"en": "+shop two"}, {"en": "Shop three"}),
        ("shop", "shop", "post_office"),
        ("modelled", "modelled", "public register"),
        frozen([27.1, NAN, 27.4]),
        frozen([55.1, NAN, 55.4]),
    )
    return Assessment(
        district={"en": "Test District", "ru": "Тестовый район", "be": "Тэставы раён"},
        jurisdiction="BY",
        places=places,
        zones=zones,
        outline=square(27.0, 55.0, 1.0),
        roads={"type": "FeatureCollection", "features": []},
        results=_results(shops),
        without_value=(
            standard("by_unread", "shop", "trade", None, url="javascript:alert(1)", confidence="not_found"),
        ),
        services={
            "shop": {"en": "Shop", "ru": "Магазин", "be": "Крама"},
            "post_office": {"en": "Post office"},
        },
        facilities=shops,
        warnings=(("{count} roads lead nowhere near {place}.", {"count": 2, "place": SCRIPT}),),
        manifest={
            "layers": {
                "roads": {"role": "roads", "digest": "ab12", "source": "modelled", "features": 9},
                "demand": "cd34",
            },
            "version": "0.1.0",
            "seconds": 1.25,
        },
    )


def _results(shops: Facilities) -> tuple[StandardResult, ...]:
    near = Measure(Indicator.TRAVEL_DISTANCE, 2000.0, "m", "<=", ("shop",), mode="walk")
    post = Measure(Indicator.TRAVEL_TIME, 30.0, "min", "<=", ("post_office",), mode="car")
    trips = Measure(Indicator.FACILITIES_PER_PEOPLE, 400.0, "people/facility", "<=", ("shop",))
    none = frozen([-1] * 6)
    zone = GapZone(square(27.2000004, 55.2, 0.1), (1, 2), 300.0, 12.5)
    return (
        StandardResult(
            standard("by_shop", "shop", "trade", near, target=0.9),
            False,
            True,
            frozen([C, G, G, U, N, L], np.uint8),
            frozen([500.0, 3000.0, 2500.0, INF, NAN, NAN]),
            frozen([0, 0, 0, -1, -1, -1]),
            frozen([0.0, 1000.0, 500.0, NAN, NAN, NAN]),
            frozen([0.0, 0.5, 0.25, 1.0, 1.0, NAN]),
            shops,
            (zone,),
        ),
        StandardResult(
            standard("ru_shop_count", "shop", "trade", trips, jurisdiction="RU"),
            True,
            True,
            frozen([A, C, G, C, D, L], np.uint8),
            frozen([NAN, 300.0, 500.0, 100.0, NAN, NAN]),
            none,
            frozen([NAN, 0.0, 100.0, 0.0, NAN, NAN]),
            frozen([NAN, 0.0, 0.75, 0.0, NAN, NAN]),
            None,
            (),
        ),
        StandardResult(
            standard("by_post", "post_office", "post", post),
            False,
            False,
            frozen([C, C, C, C, C, L], np.uint8),
            frozen([1.0, 2.0, 3.0, 4.0, 5.0, NAN]),
            frozen([2, 2, 2, 2, 2, -1]),
            frozen([0.0] * 5 + [NAN]),
            frozen([0.0] * 5 + [NAN]),
            shops,
            (),
        ),
    )


def picture(service: str) -> str:
    """Draw a square for a service: a small but real SVG."""
    name = escape(service)
    rectangle = '<rect width="4" height="3" fill="#dde"/>'
    return f'<svg viewBox="0 0 4 3" role="img" aria-label="{name}">{rectangle}</svg>'
