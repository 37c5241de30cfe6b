"""What pages share: an assessment and its maps, kept while nothing in the workspace has changed.

Keys are the workspace's location and version and the few choices that matter; data frames are never hashed. What
comes out is shared between sessions and read only.
"""

from __future__ import annotations

import os

import streamlit as st

from planner.i18n import speech
from planner.maps.district_map import base_map, service_layer
from planner.maps.offline import Group, OfflineMap
from planner.maps.quarter_layer import quarter_layer, quarter_map
from planner.report import render
from planner.report.content import Content, compose
from planner.results import Assessment, Parity, Quarters
from planner.studies.assess import assess
from planner.studies.parity import study_parity
from planner.studies.quarter import study_quarters
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


@st.cache_resource(max_entries=3, show_spinner=False)
def quarters(location: str, version: str) -> Quarters:
    """Return a town by building and by quarter."""
    return study_quarters(open_workspace(location))


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
def homes(location: str, version: str, language: str, service: str, selected: str | None) -> Group:
    """Return the map layer of a service by building."""
    return quarter_layer(quarters(location, version), speech(language), service, selected=selected)


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
