"""Which layer of the GeoPackage looks how: the planner's marks, and a style of the settlements for every service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from planner.i18n import Speech
from planner.i18n.words import N_
from planner.maps.marks import FACILITY_RADIUS_PX, LIGHT, MAX_RADIUS_PX, MIN_RADIUS_PX, marks, radius_px
from planner.report import qml
from planner.report.blocks import clean
from planner.report.content import Content
from planner.report.provenance import service_name
from planner.results import Assessment, State
from planner.standards.model import in_language

ROADS = {
    "major_paved": N_("main road"),
    "major_unpaved": N_("main road, unpaved"),
    "middle_paved": N_("local road"),
    "middle_unpaved": N_("local road, unpaved"),
    "minor_paved": N_("other road"),
    "minor_unpaved": N_("other road, unpaved"),
}
"""Looks of roads, as the maps tell them apart."""

_ROAD_MM = {"major": 0.7, "middle": 0.4, "minor": 0.25}
_ALIASES = {
    "name": "place", "people": "people", "kind": "kind", "zone": "council", "id": "id", "source": "source",
    "population_source": "population_source", "services_lacking": "services_lacking", "service": "service",
    "service_name": "service", "standard": "standard", "title": "standard", "modelled": "modelled",
    "lon": "lon", "lat": "lat",
}  # fmt: skip
_HOME_RADIUS_PX = 1.8
LONGEST_NAME = 30
"""Of a style, characters: QGIS keeps no more."""


@dataclass(frozen=True, slots=True)
class Look:
    """A style of a layer; QGIS takes the `default` one when it opens the layer, and offers the others."""

    layer: str
    name: str
    qml: str
    default: bool = True


def looks(
    assessment: Assessment, content: Content, say: Speech, fields: Mapping[str, Sequence[str]]
) -> list[Look]:
    """Return the styles of all layers that are there.

    The settlements open as the map of the service with the widest gap; of gap zones and service points those of
    the same service are shown, the others wait in the legend.

    Parameters
    ----------
    assessment : Assessment
    content : Content
    say : Speech
        The language of legends and names.
    fields : mapping
        The columns of each layer, by the layer's name.
    """
    named = {layer: _fields(assessment, content, say, columns) for layer, columns in fields.items()}
    first = content.services[0].id if content.services else ""
    found: list[Look] = []
    if "district" in fields:
        ground = qml.area(LIGHT.district, 1.0, LIGHT.outline, 0.5)
        found.append(_look("district", say("District"), qml.single(ground), named["district"]))
    outline = qml.area(LIGHT.zone, 0.0, LIGHT.zone, 0.3, dashed=True)
    label = qml.label("name", LIGHT.zone, LIGHT.district, size=8, over=True)
    found.append(
        Look(
            "zones",
            content.labels.columns["council"],
            qml.style(qml.single(outline), named["zones"], label=label),
        )
    )
    found.append(_look("roads", say("Roads"), _roads(say), named["roads"]))
    found.append(
        _look("gap_zones", say("Gap zones"), _gap_zones(assessment, content, first), named["gap_zones"])
    )
    found += _places(content, first, named["places"], by_building=assessment.by_building)
    points = _facilities(assessment, content, say, first)
    found.append(_look("facilities", content.labels.headings["facilities"], points, named["facilities"]))
    return found


def _look(layer: str, name: str, renderer: Element, fields: qml.Fields) -> Look:
    return Look(layer, name[:LONGEST_NAME], qml.style(renderer, fields))


def _fields(assessment: Assessment, content: Content, say: Speech, columns: Sequence[str]) -> qml.Fields:
    """Return the names of a layer's columns in words."""
    col = content.labels.columns
    services = {s: service_name(assessment, s, say) for s in assessment.service_ids()}
    titles = {r.standard.id: in_language(r.standard.title, say.language) for r in assessment.results}
    aliases, values = {}, {}
    states = {s.label: content.states[s] for s in State}
    for column in columns:
        kind, _, key = column.partition("_")
        if column in _ALIASES:
            aliases[column] = col[_ALIASES[column]]
        elif kind == "state":
            values[column] = states
            aliases[column] = (
                services.get(key) or f"{titles.get(key.removesuffix('_standard'), key)}: {col['state']}"
            )
        elif kind in ("cost", "shortfall") and key in titles:
            aliases[column] = f"{titles[key]}: {col['value' if kind == 'cost' else 'shortfall']}"
        elif kind == "lacking":
            aliases[column] = f"{services.get(key, key)}: {col['lacking']}"
    return qml.Fields({name: clean(alias) for name, alias in aliases.items()}, values)


def _places(content: Content, first: str, fields: qml.Fields, *, by_building: bool) -> list[Look]:
    """Return a style of the settlements for each service; homes are small, and nobody asks for their names."""
    label = None if by_building else qml.label("name", LIGHT.text, LIGHT.district, size=7)
    signs = marks(LIGHT)
    diameter = f"{2 * _HOME_RADIUS_PX * qml.MM_PER_PX:.6f}" if by_building else _diameter()
    if by_building:
        signs = {name: replace(mark, least=_HOME_RADIUS_PX) for name, mark in signs.items()}
    found = []
    for service in content.services:
        categories = [
            qml.Category(s.label, content.states[s], qml.marker(signs[s.label], size_of=diameter))
            for s in State
        ]
        renderer = qml.categorised(f"state_{service.id}", categories, largest_first="people")
        made = qml.style(renderer, fields, label=label)
        found.append(Look("places", clean(service.name)[:LONGEST_NAME], made, service.id == first))
    if not found:
        mark = qml.marker(signs[State.NOT_APPLICABLE.label], size_of=diameter)
        found.append(
            Look(
                "places", content.labels.headings["places"], qml.style(qml.single(mark), fields, label=label)
            )
        )
    return found


def _diameter() -> str:
    """Return an expression for the size of a settlement's mark: what :func:`planner.maps.marks.radius_px` says."""
    per_root = radius_px(10_000.0) / 100.0
    scale = 2 * qml.MM_PER_PX
    return f'{scale:.6f} * min(max({per_root:g} * sqrt(coalesce("people", 0)), {MIN_RADIUS_PX:g}), {MAX_RADIUS_PX:g})'


def _roads(say: Speech) -> Element:
    colours = {"major": LIGHT.road_major, "middle": LIGHT.road_middle, "minor": LIGHT.road_minor}
    categories = []
    for look, name in ROADS.items():
        rank, surface = look.split("_")
        dash = (1.6, 1.0) if surface == "unpaved" else None
        categories.append(qml.Category(look, say(name), qml.line(colours[rank], _ROAD_MM[rank], dash=dash)))
    return qml.categorised("look", categories)


def _gap_zones(assessment: Assessment, content: Content, first: str) -> Element:
    there = {r.standard.service for r in assessment.results if r.gap_zones}
    categories = [
        qml.Category(
            row.id,
            clean(row.name),
            qml.area(LIGHT.gap, 0.14, LIGHT.gap, 0.26, dashed=True, outline_opacity=0.8),
            row.id == first,
        )
        for row in content.services
        if row.id in there
    ]
    return qml.categorised("service", categories)


def _facilities(assessment: Assessment, content: Content, say: Speech, first: str) -> Element:
    """Return a renderer with a category for each service that has points; modelled ones are hollow, as on the maps."""
    modelled = {row.service: row.modelled == row.number for row in content.facilities}
    signs = marks(LIGHT)
    categories = [
        qml.Category(
            service,
            clean(service_name(assessment, service, say)),
            qml.marker(
                signs["facility_modelled" if modelled.get(service) else "facility"],
                size=2 * FACILITY_RADIUS_PX * qml.MM_PER_PX,
            ),
            service == first,
        )
        for service in dict.fromkeys(assessment.facilities.services)
    ]
    return qml.categorised("service", categories)
