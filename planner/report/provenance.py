"""Where the report's numbers come from: standards and their acts, layers and digests, what is modelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from planner.i18n import Speech
from planner.i18n import words as common
from planner.report.labels import SOURCES, STANDARD_KINDS, Labels, known
from planner.results import Assessment
from planner.standards.model import Standard, in_language


@dataclass(frozen=True, slots=True)
class StandardText:
    """A standard in words. `href` is empty where its address is not one that a browser may follow."""

    id: str
    service_name: str
    layer: str
    title: str
    threshold: str
    area: str
    labels: tuple[str, ...]
    legal_basis: str
    clause: str
    url: str
    href: str
    confidence: str
    kind: str
    assumption: str


@dataclass(frozen=True, slots=True)
class FacilityCount:
    """How many service points a service has, and how many of them are modelled or without a location."""

    service: str
    name: str
    number: int
    modelled: int
    not_located: int


@dataclass(frozen=True, slots=True)
class DataLayer:
    """A layer that the assessment was made on."""

    name: str
    role: str
    service: str
    features: int | None
    source: str
    digest: str
    modelled: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many features, and people where it concerns people, come from a source."""

    what: str
    number: int
    people: float | None


def is_modelled(source: str) -> bool:
    """Whether a source says that the data are not real."""
    return source.strip().lower().startswith("modelled")


def href(url: str) -> str:
    """Return an address that a browser may follow: http or https with a host, otherwise nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def service_name(assessment: Assessment, service: str, say: Speech) -> str:
    """Return a service's name, or its identifier where it has none."""
    text = assessment.services.get(service)
    return in_language(text, say.language) if text else service


def standard_text(standard: Standard, say: Speech, assessment: Assessment) -> StandardText:
    """Return a standard in words, with the labels it has to carry in this district."""
    return StandardText(
        id=standard.id,
        service_name=service_name(assessment, standard.service, say),
        layer=say(common.LAYERS[standard.layer]) if standard.layer in common.LAYERS else standard.layer,
        title=in_language(standard.title, say.language),
        threshold=common.threshold(say, standard.measure) if standard.measure else "",
        area=common.area(say, standard.area),
        labels=tuple(common.standing(say, standard, assessment.jurisdiction)),
        legal_basis=in_language(standard.legal_basis, say.language),
        clause=common.clause(say, standard.clause),
        url=standard.url,
        href=href(standard.url),
        confidence=say(common.CONFIDENCES[standard.confidence]),
        kind=known(say, STANDARD_KINDS, standard.kind),
        assumption=_assumption(standard, say),
    )


def _assumption(standard: Standard, say: Speech) -> str:
    if standard.measure is None or not standard.measure.assumption:
        return ""
    return in_language(standard.measure.assumption, say.language)


def facility_counts(assessment: Assessment, say: Speech) -> tuple[FacilityCount, ...]:
    """Return the service points of each service, in the order in which the services first occur."""
    points = assessment.facilities
    rows = []
    for service in dict.fromkeys(points.services):
        own = [i for i, s in enumerate(points.services) if s == service]
        rows.append(
            FacilityCount(
                service=service,
                name=service_name(assessment, service, say),
                number=len(own),
                modelled=sum(is_modelled(points.sources[i]) for i in own),
                not_located=int(np.isnan(points.lon[own] + points.lat[own]).sum()),
            )
        )
    return tuple(rows)


def data_layers(manifest: Mapping[str, Any], say: Speech) -> tuple[DataLayer, ...]:
    """Return the input layers that a manifest names.

    ``manifest["layers"]`` is a mapping from a layer's name to its digest, or to a mapping with ``digest``
    and, where known, ``title``, ``role``, ``service``, ``features``, ``source`` and ``modelled``; or a list of
    such mappings with a ``name``.
    """
    layers = manifest.get("layers", {})
    named = layers.items() if isinstance(layers, Mapping) else ((str(e.get("name", "")), e) for e in layers)
    return tuple(_data_layer(str(name), entry, say) for name, entry in named)


def _data_layer(name: str, entry: object, say: Speech) -> DataLayer:
    given: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"digest": entry}
    role, features = str(given.get("role") or ""), given.get("features")
    source = str(given.get("source") or "")
    title: Mapping[str, str] = given.get("title") or {"en": name}
    return DataLayer(
        name=in_language(title, say.language),
        role=say(common.ROLES[role]) if role in common.ROLES else role,
        service=str(given.get("service") or ""),
        features=int(features) if isinstance(features, int) else None,
        source=known(say, SOURCES, source),
        digest=str(given.get("digest") or ""),
        modelled=bool(given.get("modelled")) or is_modelled(source),
    )


def counts(assessment: Assessment, say: Speech, labels: Labels) -> tuple[Count, ...]:
    """Return what is counted, estimated or modelled: people and councils by their source."""
    places, rows = assessment.places, []
    for source in dict.fromkeys(places.population_source):
        mask = np.array([s == source for s in places.population_source], dtype=bool)
        said = known(say, SOURCES, source) or say("source not given")
        what = labels.phrases["count_population"].format(source=said)
        rows.append(Count(what, int(mask.sum()), float(places.population[mask].sum())))
    for source in dict.fromkeys(assessment.zones.sources):
        said = known(say, SOURCES, source) or say("source not given")
        what = labels.phrases["count_zones"].format(source=said)
        rows.append(Count(what, sum(s == source for s in assessment.zones.sources), None))
    return tuple(rows)


def facts(manifest: Mapping[str, Any], labels: Labels, say: Speech) -> tuple[tuple[str, str], ...]:
    """Return what else the manifest tells: version, scenario, the catalogue's digest, what was assumed of travel.

    Seconds taken are left out, so that the same inputs give the same report to the last byte.
    """
    standards = manifest.get("standards")
    found = {
        "version": manifest.get("version"),
        "scenario": _scenario(manifest.get("scenario"), say),
        "standards_digest": standards.get("digest") if isinstance(standards, Mapping) else standards,
    }
    found.update(_travel(manifest.get("travel") or {}, labels, say))
    return tuple(
        (labels.phrases[phrase], str(value)) for phrase, value in found.items() if value not in (None, "")
    )


def _scenario(told: Mapping[str, Any] | None, say: Speech) -> str:
    """Return which scenario the numbers are of; the empty text for the district as it is."""
    if not told:
        return ""
    edits = say.plural("{count} edit", "{count} edits", len(told["edits"]))
    return f"{told['name']} ({edits}, {told['digest'][:12]})"


def _travel(travel: Mapping[str, Any], labels: Labels, say: Speech) -> dict[str, str]:
    """Return what was assumed of travel; nothing where no way was measured."""
    if not travel.get("modes"):
        return {}
    said, season, speeds = labels.phrases, str(travel.get("season", "")), str(travel.get("speeds", ""))
    return {
        "season": say(common.SEASONS[season]) if season in common.SEASONS else season,
        "speeds": "" if speeds == "shipped" else speeds,
        "slopes": said["slopes_minded" if travel.get("heights") else "slopes_flat"],
        "barriers": said["barriers_kept" if travel.get("barriers") else "barriers_none"],
    }
