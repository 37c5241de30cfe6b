"""What pages share: an assessment and its maps, kept while nothing in the workspace has changed.

Keys are the workspace's location and version and the few choices that matter; data frames are never hashed. What
comes out is shared between sessions and read only.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from pathlib import Path

import streamlit as st

from planner.i18n import speech
from planner.maps.district_map import base_map, ground_lines, ground_places, service_layer, service_part
from planner.maps.legend import LegendRow, legend
from planner.maps.offline import Group, OfflineMap
from planner.maps.parts import Part
from planner.maps.quarter_layer import quarter_layer, quarter_map, quarter_part
from planner.network.modes import DRY
from planner.report import Finding
from planner.report.content import Content, compose
from planner.results import (
    Assessment,
    Capacity,
    Closures,
    Comparison,
    Fragility,
    MobileCoverage,
    Parity,
    Quarters,
    ServiceAreas,
)
from planner.scenario import Scenario
from planner.standards.model import Standard, Text, in_language
from planner.studies.assess import district_under, loaded
from planner.studies.candidates import candidate_layers as layers_of_candidates
from planner.studies.capacity import Choice, Terms
from planner.studies.capacity import capacity as study_capacity
from planner.studies.capacity import choices as capacity_services
from planner.studies.closures import closable as closable_services
from planner.studies.closures import closures as study_closures
from planner.studies.compare import compared
from planner.studies.desk import Desk
from planner.studies.fragility import fragile_services
from planner.studies.fragility import fragility as study_fragility
from planner.studies.further import further_findings
from planner.studies.inputs import By
from planner.studies.parity import study_parity
from planner.studies.progress import Progress, part
from planner.studies.quarter import study_quarters
from planner.studies.radio import screen_mobile
from planner.studies.radio_assumptions import assumptions
from planner.studies.radio_ground import elevation_of
from planner.studies.service_area import reachable, service_areas
from planner.studies.siting_terms import sitable as sitable_services
from planner.studies.siting_terms import standards_of
from planner.studies.tour import visitable_services
from planner.studies.travel import conditions_of
from planner.ui.finder import Names
from planner.workspace import open_workspace

BASEMAP_URL = os.environ.get("PLANNER_BASEMAP_URL", "")
BASEMAP_ATTRIBUTION = os.environ.get("PLANNER_BASEMAP_ATTRIBUTION", "")


@st.cache_resource(max_entries=6, show_spinner=False)
def assessment(location: str, version: str, season: str = DRY, _told: Progress | None = None) -> Assessment:
    """Return the assessment of a workspace at a version, in a season."""
    return baseline(location, version, season, "settlement", _told)


@st.cache_resource(max_entries=6, show_spinner=False)
def desk(
    location: str, version: str, season: str = DRY, by: By = "settlement", _told: Progress | None = None
) -> Desk:
    """Return the desk on which a workspace at a version, in a season, is edited."""
    at = open_workspace(location)
    made = Desk(*district_under(at, by=by, conditions=conditions_of(season), progress=_told))
    # A country's roads and places are millions of objects that stay: looking through them for what can be thrown away
    # would hold up an edit for a second now and then.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return made


def baseline(location: str, version: str, season: str, by: By, _told: Progress | None = None) -> Assessment:
    """Return the assessment by settlement or by building before any edit."""
    return desk(location, version, season, by, part(_told, 0.0, 0.2)).measured(part(_told, 0.2, 1.0))


@st.cache_resource(max_entries=60, show_spinner=False)
def live_layer(
    location: str, version: str, language: str, service: str, digest: str, season: str, _under: Assessment
) -> Group | None:
    """Return the map layer of a service under a scenario of that digest; None where no standard of it is in force."""
    if not _under.of_service(service):
        return None
    if _under.by_building:
        as_it_is = quarters(location, version, season)
        return quarter_layer(dataclasses.replace(as_it_is, assessment=_under), speech(language), service)
    return service_layer(_under, speech(language), service)


@st.cache_resource(max_entries=6, show_spinner=False)
def parity(location: str, version: str, season: str = DRY, _told: Progress | None = None) -> Parity:
    """Return how settlements keep up with the centre, every service of the same weight."""
    return study_parity(
        open_workspace(location),
        assessment=assessment(location, version, season),
        conditions=conditions_of(season),
        progress=_told,
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def comparison(
    location: str,
    version: str,
    before: str,
    after: str,
    season: str = DRY,
    by: By = "settlement",
    _told: Progress | None = None,
) -> Comparison:
    """Return who gains and who loses between two documents of scenarios; an empty one is the district as it is."""
    sides = [Scenario.from_json(document) if document else None for document in (before, after)]
    at = desk(location, version, season, by)
    halves = (part(_told, 0.0, 0.5), part(_told, 0.5, 1.0))
    assessed = [
        at.under(one, tell) if one else at.measured(tell) for one, tell in zip(sides, halves, strict=True)
    ]
    names = [one.name if one else "" for one in sides]
    return compared(*assessed, before_name=names[0], after_name=names[1])


@st.cache_resource(max_entries=12, show_spinner=False)
def base(location: str, version: str, language: str, dark: bool, basemap: bool) -> OfflineMap:
    """Return the map that services are shown on."""
    measured, say = assessment(location, version), speech(language)
    return base_map(
        measured,
        say,
        basemap=BASEMAP_URL if basemap else None,
        attribution=BASEMAP_ATTRIBUTION,
        dark=dark,
        ground=(_lines(location, version), _places(location, version, language)),
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def _lines(location: str, version: str) -> Part:
    """Return outline, zones and roads of the maps of a workspace: the same in every language and theme."""
    return ground_lines(assessment(location, version))


@st.cache_resource(max_entries=12, show_spinner=False)
def _places(location: str, version: str, language: str) -> Part:
    """Return the places of the maps of a workspace."""
    return ground_places(assessment(location, version), speech(language))


@st.cache_resource(max_entries=3, show_spinner=False)
def quarters(location: str, version: str, season: str = DRY, _told: Progress | None = None) -> Quarters:
    """Return a town by building and by quarter."""
    return study_quarters(open_workspace(location), conditions=conditions_of(season), progress=_told)


@st.cache_resource(max_entries=6, show_spinner=False)
def town(location: str, version: str, language: str, dark: bool, basemap: bool) -> OfflineMap:
    """Return the map of a town by quarter."""
    return quarter_map(
        quarters(location, version),
        speech(language),
        basemap=BASEMAP_URL if basemap else None,
        attribution=BASEMAP_ATTRIBUTION,
        dark=dark,
    )


@st.cache_resource(max_entries=60, show_spinner=False)
def homes(location: str, version: str, language: str, service: str, season: str = DRY) -> Part:
    """Return what the map layer of a service by building shows, whichever quarter is chosen."""
    return quarter_part(quarters(location, version, season), speech(language), service)


@st.cache_resource(max_entries=200, show_spinner=False)
def layer(
    location: str,
    version: str,
    language: str,
    service: str,
    standard: str | None,
    season: str = DRY,
) -> Part:
    """Return what the map layer of a service shows, whichever place is chosen."""
    return service_part(assessment(location, version, season), speech(language), service, standard)


@st.cache_resource(max_entries=200, show_spinner=False)
def legend_rows(
    location: str,
    version: str,
    language: str,
    service: str,
    standard: str | None,
    dark: bool,
    season: str = DRY,
) -> list[LegendRow]:
    """Return the legend of the map layer of a service."""
    return legend(assessment(location, version, season), speech(language), service, standard, dark=dark)


@st.cache_resource(max_entries=6, show_spinner=False)
def place_names(location: str, version: str, language: str) -> Names:
    """Return the names of the settlements."""
    places = assessment(location, version).places
    return Names.sorted({identifier: places.name(i, language) for i, identifier in enumerate(places.ids)})


@st.cache_resource(max_entries=60, show_spinner=False)
def facility_names(location: str, version: str, language: str, service: str, season: str = DRY) -> Names:
    """Return the names of the facilities that a service's standards count as ones to go to."""
    found = reachable(assessment(location, version, season), service)
    return Names({identifier: in_language(name, language) for identifier, name in found.items()})


@st.cache_resource(max_entries=12, show_spinner=False)
def content(location: str, version: str, language: str, date: str, season: str = DRY) -> Content:
    """Return the tables of the gap report."""
    return compose(assessment(location, version, season), speech(language), date)


@st.cache_resource(max_entries=6, show_spinner=False)
def findings(
    location: str, version: str, season: str = DRY, _told: Progress | None = None
) -> tuple[Finding, ...]:
    """Return what the studies beside the assessment found, for the report."""
    return further_findings(
        open_workspace(location),
        assessment=assessment(location, version, season),
        conditions=conditions_of(season),
        progress=_told,
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def closable(location: str, version: str) -> dict[str, Text]:
    """Return the services whose closures can be studied, with their names."""
    return closable_services(open_workspace(location))


@st.cache_resource(max_entries=60, show_spinner=False)
def closures(
    location: str,
    version: str,
    service: str,
    count: int | None,
    season: str = DRY,
    _told: Progress | None = None,
) -> Closures:
    """Return what closures of a service do."""
    at, conditions = open_workspace(location), conditions_of(season)
    return study_closures(at, service, count=count, conditions=conditions, progress=_told)


@st.cache_resource(max_entries=6, show_spinner=False)
def sitable(location: str, version: str) -> dict[str, Text]:
    """Return the services that sites can be planned for, with their names."""
    return sitable_services(open_workspace(location))


@st.cache_resource(max_entries=60, show_spinner=False)
def siting_standards(location: str, version: str, service: str) -> tuple[Standard, ...]:
    """Return the standards of a service that sites can be planned for."""
    return standards_of(open_workspace(location), service)


@st.cache_resource(max_entries=6, show_spinner=False)
def candidate_layers(location: str, version: str) -> dict[str, str]:
    """Return the layers of candidates: what they are called by, and their names."""
    return layers_of_candidates(loaded(open_workspace(location)))


@st.cache_resource(max_entries=6, show_spinner=False)
def capacity_choices(location: str, version: str) -> tuple[Choice, ...]:
    """Return the services whose capacity can be studied."""
    return capacity_services(open_workspace(location))


@st.cache_resource(max_entries=60, show_spinner=False)
def capacity(
    location: str,
    version: str,
    service: str,
    attribute: str,
    method: str,
    cutoff_min: float,
    people_per_unit: float | None,
    season: str = DRY,
    _told: Progress | None = None,
) -> Capacity:
    """Return the capacity of a service against the people who can reach it."""
    terms = Terms(attribute, method, None, cutoff_min, people_per_unit)
    at, conditions = open_workspace(location), conditions_of(season)
    return study_capacity(at, service, terms, conditions=conditions, progress=_told)


@st.cache_resource(max_entries=6, show_spinner=False)
def fragile(location: str, version: str) -> dict[str, Text]:
    """Return the services whose network can be studied, with their names."""
    return fragile_services(open_workspace(location))


@st.cache_resource(max_entries=60, show_spinner=False)
def fragility(
    location: str, version: str, service: str, season: str = DRY, _told: Progress | None = None
) -> Fragility:
    """Return on which elements of its network a service hangs."""
    at, conditions = open_workspace(location), conditions_of(season)
    return study_fragility(at, service, conditions=conditions, progress=_told)


@st.cache_resource(max_entries=60, show_spinner=False)
def areas(
    location: str,
    version: str,
    service: str,
    facility: str | None,
    mode: str,
    cutoffs: tuple[float, ...],
    season: str,
    _told: Progress | None = None,
) -> ServiceAreas:
    """Return how far a service reaches; it is measured in one step."""
    part(_told, 0.0, 1.0)(0.1, service)
    return service_areas(
        open_workspace(location),
        service,
        cutoffs,
        mode=mode,
        facility=facility,
        conditions=conditions_of(season),
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def mobile(
    location: str,
    version: str,
    model: str,
    rasters: tuple[Path, ...],
    threshold_dbm: float,
    power_dbm: float,
    _told: Progress | None = None,
) -> MobileCoverage:
    """Return mobile coverage by screening, over heights where rasters of them are given."""
    elevation = elevation_of(rasters) if rasters else None
    told = dataclasses.replace(assumptions(), threshold_dbm=threshold_dbm, power_dbm=power_dbm)
    at = open_workspace(location)
    return screen_mobile(at, model=model, elevation=elevation, told=told, progress=_told)


@st.cache_resource(max_entries=6, show_spinner=False)
def visitable(location: str, version: str, season: str) -> dict[str, Text]:
    """Return the services that somebody lacks, with their names."""
    return visitable_services(assessment(location, version, season))
