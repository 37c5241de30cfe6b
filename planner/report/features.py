"""The report as one GeoJSON feature collection: places, gap zones, service points, closures and plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import orjson

from planner.report.edition import Edition
from planner.report.geojson_parts import feature, number, outline, point
from planner.report.provenance import service_name
from planner.report.study_features import study_features
from planner.results import Assessment, StandardResult, State
from planner.standards.model import in_language


def geojson(assessment: Assessment, edition: Edition) -> bytes:
    """Return the assessment as GeoJSON (RFC 7946), UTF-8.

    Each feature's ``feature`` is ``place``, ``gap_zone`` or ``facility``, and where such studies stand in the
    edition ``closure``, ``least_harmful``, ``plan`` or ``site``. A place has ``state_ID``, ``cost_ID``,
    ``shortfall_ID`` for every standard; what is unknown or infinite is null, and what has no location has a
    null geometry. The members beside ``features`` say what was measured by what.
    """
    language = edition.say.language
    features = [
        *_places(assessment, language),
        *_gap_zones(assessment, language),
        *_facilities(assessment, language),
        *study_features(edition.findings, language),
    ]
    document = {
        "type": "FeatureCollection",
        "district": in_language(assessment.district, language),
        "people": number(assessment.people),
        "made_at": edition.made_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "standards": [_standard(assessment, r, edition) for r in assessment.results],
        "features": features,
    }
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _standard(assessment: Assessment, result: StandardResult, edition: Edition) -> dict[str, Any]:
    standard, measure, language = result.standard, result.standard.measure, edition.say.language
    counted = assessment.tally(result)
    return {
        "standard": standard.id,
        "service": standard.service,
        "service_name": service_name(assessment, standard.service, edition.say),
        "title": in_language(standard.title, language),
        "threshold": measure.threshold if measure else None,
        "unit": measure.unit if measure else None,
        "proxy": result.proxy,
        "modelled": result.modelled,
        "share_covered": counted.share_covered,
        "target_share": counted.target_share,
        "met": counted.met,
    }


def _places(assessment: Assessment, language: str) -> Iterator[dict[str, Any]]:
    places, zones = assessment.places, assessment.zones
    for i, place_id in enumerate(places.ids):
        zone = int(places.zone[i])
        properties: dict[str, Any] = {
            "feature": "place",
            "id": place_id,
            "name": places.name(i, language),
            "kind": places.kinds[i],
            "people": number(places.population[i]),
            "population_source": places.population_source[i],
            "zone": in_language(zones.names[zone], language) if zone >= 0 else None,
        }
        for result in assessment.results:
            key = result.standard.id
            properties[f"state_{key}"] = State(int(result.state[i])).label
            properties[f"cost_{key}"] = number(result.cost[i])
            properties[f"shortfall_{key}"] = number(result.shortfall[i])
        yield feature(properties, point(places.lon[i], places.lat[i]))


def _gap_zones(assessment: Assessment, language: str) -> Iterator[dict[str, Any]]:
    for result in assessment.results:
        for zone in result.gap_zones:
            properties = {
                "feature": "gap_zone",
                "standard": result.standard.id,
                "service": result.standard.service,
                "people": number(zone.people),
                "area_km2": number(zone.area_km2),
                "places": [assessment.places.ids[i] for i in zone.places],
                "names": [assessment.places.name(i, language) for i in zone.places],
            }
            yield feature(properties, outline(zone.outline))


def _facilities(assessment: Assessment, language: str) -> Iterator[dict[str, Any]]:
    points = assessment.facilities
    for i, facility_id in enumerate(points.ids):
        properties = {
            "feature": "facility",
            "id": facility_id,
            "name": in_language(points.names[i], language),
            "service": points.services[i],
            "source": points.sources[i],
        }
        yield feature(properties, point(points.lon[i], points.lat[i]))
