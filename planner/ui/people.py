"""People from a raster, and from the totals of zones."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from planner.i18n import Speech
from planner.i18n.words import N_
from planner.layers.population import Edge
from planner.layers.schema import BUILDING, Role
from planner.standards.model import Text
from planner.studies.population import Members, Populated, Target, from_raster, from_totals
from planner.studies.progress import Progress
from planner.ui import state
from planner.ui.changing import change_button
from planner.ui.text import plain
from planner.ui.upload import saved
from planner.workspace import Workspace

_TOLD = "people_told"

_TARGETS: dict[Target, str] = {
    "places": N_("People of each cell go to the nearest settlement"),
    "cells": N_("Every cell with people becomes a place of its own"),
    "zones": N_("Each zone gets the people within it"),
}
_EDGES: dict[Edge, str] = {
    "fraction": N_("Its part inside counts (inland)"),
    "coast": N_("At the sea it counts wholly, elsewhere its part inside (along a coast)"),
    "whole": N_("It counts wholly"),
}
_MEMBERS: dict[Members, str] = {
    "places": N_("Over settlements, by the people they have so far"),
    "buildings": N_("Over buildings, by dwellings or floor area"),
}


def show_population(workspace: Workspace, say: Speech) -> None:
    """Show what was last taken, and the forms for rasters and for totals."""
    for sentence in st.session_state.pop(_TOLD, ()):
        st.markdown(plain(sentence))
    st.markdown(f"**{say('From a raster')}**")
    _of_raster(workspace, say)
    st.markdown(f"**{say('From the totals of zones')}**")
    _of_totals(workspace, say)


def _of_raster(workspace: Workspace, say: Speech) -> None:
    raster = st.file_uploader(
        say("Raster of people per cell (GeoTIFF)"), type=["tif", "tiff"], key="people_file"
    )
    first, second = st.columns(2)
    target = first.radio(
        say("Where the people go"),
        list(_TARGETS),
        format_func=lambda t: say(_TARGETS[t]),
        key="people_target",
    )
    edge = second.radio(
        say("A cell that lies partly inside"), list(_EDGES), format_func=lambda e: say(_EDGES[e]), key="people_edge"
    )  # fmt: skip

    def change() -> Callable[[Progress], Populated]:
        assert raster is not None  # the button cannot be clicked without
        path = saved(raster.name, raster.getvalue(), "people")
        return lambda told: from_raster(
            workspace, path, target=target or "places", edge=edge or "fraction", expected=seen, progress=told
        )

    seen = state.seen()
    change_button(
        workspace, say, "people_take", say("Take the population from the raster"), say("Reading the raster …"), change,
        lambda done: _told(done, say), disabled=raster is None,
    )  # fmt: skip


def _of_totals(workspace: Workspace, say: Speech) -> None:
    held = {(record.role, record.service) for record in workspace.layers()}
    if (Role.ZONES, "") not in held:
        st.caption(say("Add a layer of zones first, such as rural councils."))
        return
    file = st.file_uploader(
        say("Zones with totals: a table with names, or areas; without a file, the zones that are loaded"),
        type=["csv", "xlsx", "geojson", "gpkg"],
        key="totals_file",
    )
    members = [m for m in _MEMBERS if m == "places" or (Role.DEMAND, BUILDING) in held]
    first, second = st.columns(2)
    column = first.text_input(say("Column of the totals"), value="population", key="totals_column")
    target = second.radio(
        say("Over what they are shared out"), members, format_func=lambda m: say(_MEMBERS[m]), key="totals_target"
    )  # fmt: skip

    def change() -> Callable[[Progress], Populated]:
        path = None if file is None else saved(file.name, file.getvalue(), "totals")
        return lambda told: from_totals(
            workspace, path, column.strip(), target=target or "places", expected=seen, progress=told
        )

    seen = state.seen()
    change_button(
        workspace, say, "people_share", say("Share the totals out"), say("Sharing the totals out …"), change,
        lambda done: _told(done, say), disabled=not column.strip(),
    )  # fmt: skip


def _told(done: Populated, say: Speech) -> Text:
    """Keep what has to be said of a change for the next drawing, and return the title of what it changed."""
    told = [say("People: {before} before, {after} now.", before=say.number(round(done.before)),
                after=say.number(round(done.after)))]  # fmt: skip
    if math.isfinite(done.inside):
        told.append(
            say(
                "By exact fractions of area {inside} live inside; all cells that are touched have {touched}.",
                inside=say.number(round(done.inside)),
                touched=say.number(round(done.touched)),
            )
        )
    st.session_state[_TOLD] = told
    return done.record.title
