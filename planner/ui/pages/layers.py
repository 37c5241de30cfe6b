"""Layers: what is loaded, and a file on its way in: read, looked at, repaired, accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.layers.schema import SCHEMAS, Role
from planner.standards.model import Service, in_language
from planner.studies.standards_in_force import in_force
from planner.ui import state, team
from planner.ui.changing import CHANGED, UPLOADS, keep_and_tell, show_changes
from planner.ui.chronicle import show_log
from planner.ui.folder import choose_file
from planner.ui.guard import guarded
from planner.ui.names import show_names
from planner.ui.people import show_population
from planner.ui.proposals import show_proposals
from planner.ui.sources import show_osm, show_osm_summary, show_undo
from planner.ui.tables import written
from planner.ui.text import plain
from planner.ui.upload import Upload, found, limits_in_force, sent, sent_before, show_upload
from planner.workspace import LayerRecord, Rank, Workspace

_TYPES = [
    "geojson", "json", "geojsonl", "geojsons", "ndjson", "topojson", "gpkg", "zip", "kml", "kmz", "csv", "tsv", "txt",
    "xlsx", "fgb", "parquet", "geoparquet", "gml", "gpx", "wkt",
]  # fmt: skip


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    guarded(_changes)(say, workspace)
    show_osm_summary()
    may_change = team.may(Rank.PLANNER)
    if may_change:
        guarded(_proposals)(say, workspace)
    _loaded(workspace, say)
    if not may_change:
        st.caption(say("You may look at the layers; to change them takes the role of a planner."))
        return
    st.header(say("Add or replace a layer"))
    from_file, from_osm, of_people, by_name = st.tabs(
        [say("From a file"), say("From OpenStreetMap"), say("Population"), say("List of names")]
    )
    # What goes wrong in one of them, or takes its time, leaves the others and what was chosen there alone.
    for tab, form in ((from_file, _from_file), (from_osm, _osm), (of_people, _people), (by_name, _by_name)):
        with tab:
            guarded(form)(say, workspace)


def _proposals(say: Speech, workspace: Workspace) -> None:
    show_proposals(workspace, say)


def _changes(say: Speech, workspace: Workspace) -> None:
    show_changes(workspace, say)


def _osm(say: Speech, workspace: Workspace) -> None:
    show_osm(workspace, say)


def _people(say: Speech, workspace: Workspace) -> None:
    show_population(workspace, say)


def _by_name(say: Speech, workspace: Workspace) -> None:
    show_names(workspace, say)


def _from_file(say: Speech, workspace: Workspace) -> None:
    file = st.file_uploader(
        say(
            "A file with a map layer: GeoJSON, GeoPackage, zipped Shapefile or MapInfo, KML, XLSX or CSV with "
            "coordinates, WKT"
        ),
        type=_TYPES,
        # A layer that was accepted leaves the form empty, for the next one.
        key=f"upload_{st.session_state.get(UPLOADS, 0)}",
        on_change=_forget,
    )
    lying = choose_file(say, _TYPES, f"folder_file_{st.session_state.get(UPLOADS, 0)}")
    # What was sent from here goes before what lies there.
    take: Callable[[], tuple[Path, str]] | None = None
    if file is not None:
        take = partial(sent, file.name, file.getvalue())
    elif lying is not None:
        take = partial(found, lying)
    elif before := sent_before():
        left, right = st.columns([0.7, 0.3], vertical_alignment="center")
        left.caption(plain(say("Sent before and not accepted yet: {file}", file=before[0].name)))
        right.button(say("Leave it"), on_click=_forget, key="upload_leave", width="stretch")
        take = lambda: before  # noqa: E731 - the file is there already
    if take is None:
        st.caption(plain(limits_in_force(say)))
        return
    st.session_state.pop(CHANGED, None)
    upload = _what_it_is(workspace, take, say)
    if upload is not None:
        show_upload(workspace, upload, say)


def _forget() -> None:
    """Take nothing that was said of one file for true of the next."""
    for said in ("upload_crs", "upload_encoding", "upload_layer"):
        st.session_state[said] = ""
    st.session_state.pop("sent", None)


def _loaded(workspace: Workspace, say: Speech) -> None:
    records = workspace.layers()
    services = in_force(workspace)[1].services
    table = pd.DataFrame(
        {
            say("Layer"): [_title(r, services, say) for r in records],
            say("What it is"): [say(words.ROLES[str(r.role)]) for r in records],
            say("Features"): [r.features for r in records],
            say("Data"): [say("modelled data") if r.origin.modelled else say("real data") for r in records],
            say("Added"): [say.moment(r.added_at.astimezone()) for r in records],
            say("Version"): [r.version for r in records],
            say("Source"): [
                "" if r.origin.modelled else r.origin.source or r.origin.file_name for r in records
            ],
            say("Service"): [_service(r, services, say) for r in records],
        }
    )
    st.dataframe(
        written(table, {say("Features"): say.number}),
        hide_index=True,
        height=320,
        column_config={
            say("Layer"): st.column_config.TextColumn(width=320, pinned=True),
            say("What it is"): st.column_config.TextColumn(width=310),
            say("Data"): st.column_config.TextColumn(width=128),
            say("Added"): st.column_config.TextColumn(width=180),
        },
    )
    if team.may(Rank.ADMINISTRATOR):
        _remove(workspace, say)
    if team.may(Rank.PLANNER):
        _history(workspace, say)
        show_undo(workspace, say)
    titles = {r.name: say.quoted(_title(r, services, say)) for r in workspace.layers(history=True)}
    show_log(workspace, titles, say)


def _title(record: LayerRecord, services: Mapping[str, Service], say: Speech) -> str:
    """Return a layer's title; that of its service where an import knew no other than the code of the service."""
    named = record.title.get("en") != record.service
    return in_language(record.title, say.language) if named else _service(record, services, say)


def _service(record: LayerRecord, services: Mapping[str, Service], say: Speech) -> str:
    known = services.get(record.service)
    return in_language(known.name, say.language) if known else record.service


def _remove(workspace: Workspace, say: Speech) -> None:
    with st.expander(say("Take a layer out of use")):
        records = {r.name: in_language(r.title, say.language) for r in workspace.layers()}
        chosen = st.selectbox(
            say("Layer"), list(records), index=None, format_func=records.__getitem__, key="remove_layer",
            placeholder="–",
        )  # fmt: skip
        st.caption(say("It stays among the earlier versions and can be used again."))
        if st.button(say("Take it out of use"), disabled=chosen is None) and chosen:
            keep_and_tell(workspace, lambda: workspace.remove(chosen, expected=state.seen()).title)


def _history(workspace: Workspace, say: Speech) -> None:
    older = [r for r in workspace.layers(history=True) if not r.current]
    if not older:
        return
    with st.expander(say("Earlier versions")):
        labels = {
            (r.name, r.version): f"{in_language(r.title, say.language)} · {say('version')} {r.version} · "
            f"{r.origin.file_name} · {say.moment(r.added_at.astimezone())}"
            for r in older
        }
        chosen = st.selectbox(
            say("Version"), list(labels), format_func=labels.__getitem__, key="older_version"
        )
        if st.button(say("Use this version again")) and chosen:
            keep_and_tell(workspace, lambda: workspace.restore(*chosen, expected=state.seen()).title)


def _what_it_is(workspace: Workspace, take: Callable[[], tuple[Path, str]], say: Speech) -> Upload | None:
    first, second, third = st.columns(3, vertical_alignment="bottom")
    chosen = first.selectbox(
        say("What it is"),
        list(Role),
        index=list(Role).index(Role.FACILITIES),
        format_func=lambda r: say(words.ROLES[str(r)]),
        key="upload_role",
        persist_state="session",
    )
    role = chosen or Role.FACILITIES
    service = ""
    if SCHEMAS[role].needs_service:
        services = in_force(workspace)[1].services
        others = {r.service for r in workspace.layers() if r.service} - set(services)
        service = second.selectbox(
            say("Service"),
            [*services, *sorted(others)],
            index=None,
            format_func=lambda s: in_language(services[s].name, say.language) if s in services else s,
            placeholder=say("Choose the service"),
            key="upload_service",
            persist_state="session",
        ) or ""  # fmt: skip
    with third.popover(say("Coordinates, encoding"), width="stretch"):
        crs = st.text_input(say("Coordinate system (EPSG:N)"), key="upload_crs")
        encoding = st.text_input(say("Text encoding, for example cp1251"), key="upload_encoding")
    if SCHEMAS[role].needs_service and not service:
        st.info(say("Say which service the layer belongs to."))
        return None
    return Upload(*take(), role, service, crs or None, encoding or None, None)
