"""Comparisons of districts and their maps, kept until they are written anew; see :mod:`planner.ui.cache`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from planner.i18n import speech
from planner.maps.districts_map import districts_layer as map_of_districts
from planner.maps.districts_map import districts_map
from planner.maps.offline import Group, OfflineMap
from planner.results import Districts
from planner.studies.districts import read_districts


@st.cache_resource(max_entries=3, show_spinner=False)
def districts(folder: str, written_ns: int) -> Districts:
    """Return a comparison of districts, as it was written at that time."""
    return read_districts(Path(folder))


@st.cache_resource(max_entries=6, show_spinner=False)
def districts_base(folder: str, written_ns: int, language: str, dark: bool) -> OfflineMap:
    """Return the map that districts are shown on."""
    return districts_map(districts(folder, written_ns), speech(language), dark=dark)


@st.cache_resource(max_entries=30, show_spinner=False)
def districts_layer(
    folder: str, written_ns: int, language: str, service: str, selected: tuple[str, ...]
) -> Group:
    """Return the map layer of a service in all districts."""
    return map_of_districts(districts(folder, written_ns), speech(language), service, selected=selected)
