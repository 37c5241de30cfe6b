"""What pages share: an assessment and its maps, kept while nothing in the workspace has changed.

Keys are the workspace's location and version and the few choices that matter; data frames are never hashed. What
comes out is shared between sessions and read only.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import streamlit as st

from planner.i18n import speech
from planner.maps.district_map import base_map, service_layer
from planner.maps.offline import Group, OfflineMap
from planner.report import render
from planner.report.content import Content, compose
from planner.results import Assessment, MobileCoverage, Parity
from planner.studies.assess import assess
from planner.studies.parity import study_parity
from planner.studies.radio import screen_mobile
from planner.studies.radio_assumptions import assumptions
from planner.studies.radio_ground import elevation_of
from planner.workspace import open_workspace

BASEMAP_URL = os.environ.get("PLANNER_BASEMAP_URL", "")
BASEMAP_ATTRIBUTION = os.environ.get("PLANNER_BASEMAP_ATTRIBUTION", "")


@st.cache_resource(max_entries=6, show_spinner=False)
def assessment(location: str, version: str) -> Assessment:
    """Return the assessment of a workspace at a version."""
    return assess(open_workspace(location))


@st.cache_resource(max_entries=6, show_spinner=False)
def parity(location: str, version: str) -> Parity:
    """Return how settlements keep up with the centre, every service of the same weight."""
    return study_parity(open_workspace(location), assessment=assessment(location, version))


@st.cache_resource(max_entries=12, show_spinner=False)
def base(location: str, version: str, language: str, dark: bool, basemap: bool) -> OfflineMap:
    """Return the map that services are shown on."""
    return base_map(
        assessment(location, version),
        speech(language),
        basemap=BASEMAP_URL if basemap else None,
        attribution=BASEMAP_ATTRIBUTION,
        dark=dark,
    )


@st.cache_resource(max_entries=200, show_spinner=False)
def layer(
    location: str, version: str, language: str, service: str, standard: str | None, selected: str | None
) -> Group:
    """Return the map layer of a service."""
    return service_layer(
        assessment(location, version), speech(language), service, standard, selected=selected
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def page(location: str, version: str, language: str) -> str:
    """Return the gap report as a page to show."""
    return render(assessment(location, version), "html", language).decode()


@st.cache_resource(max_entries=12, show_spinner=False)
def content(location: str, version: str, language: str, date: str) -> Content:
    """Return the tables of the gap report."""
    return compose(assessment(location, version), speech(language), date)


@st.cache_resource(max_entries=12, show_spinner=False)
def mobile(
    location: str, version: str, model: str, rasters: tuple[Path, ...], threshold_dbm: float, power_dbm: float
) -> MobileCoverage:
    """Return mobile coverage by screening, over heights where rasters of them are given."""
    elevation = elevation_of(rasters) if rasters else None
    told = dataclasses.replace(assumptions(), threshold_dbm=threshold_dbm, power_dbm=power_dbm)
    return screen_mobile(open_workspace(location), model=model, elevation=elevation, told=told)
