"""Mobile coverage by screening: a band on the map, a table of settlements, a comparison with mapped areas."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.i18n.words import N_
from planner.layers.schema import Role
from planner.maps.reach_layer import reach_layers, reach_legend_html
from planner.report.mobile import (
    mapped_rows,
    mobile_columns,
    mobile_lines,
    mobile_notes,
    mobile_order,
    mobile_rows,
    mobile_sentences,
)
from planner.results import MobileCoverage
from planner.studies.radio import MAST
from planner.studies.radio_assumptions import AUTO, assumptions
from planner.ui import cache, state, work
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.study import measured
from planner.ui.tables import styled, to_map, written
from planner.ui.text import plain
from planner.ui.upload import saved

_HEIGHT = 520
_MODELS = {
    AUTO: N_("the formula that fits each mast and distance"),
    "okumura-hata": N_("Okumura-Hata (150–1,500 MHz, 1–20 km)"),
    "cost231": N_("COST 231 (1,500–2,000 MHz, 1–20 km, built-up ground)"),
    "rma": N_("3GPP rural macro cell (to 5 and 10 km)"),
}


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    if (Role.FACILITIES, MAST) not in {(r.role, r.service) for r in workspace.layers()}:
        st.info(
            say(
                "No mobile masts are loaded. Add them, with their height and frequencies, on the page “Layers”."
            )
        )
        return
    _desk(say, workspace.location, workspace.version())


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str) -> None:
    first, second = st.columns([0.5, 0.5], gap="medium")
    model = first.selectbox(
        say("Formula"), list(_MODELS), format_func=lambda m: say(_MODELS[m]), key="radio_model", persist_state="session"
    )  # fmt: skip
    rasters = second.file_uploader(
        say("Heights of the ground (GeoTIFF, or HGT as it is or in its zip)"), type=["tif", "tiff", "hgt", "zip"],
        accept_multiple_files=True, key="radio_heights",
    )  # fmt: skip
    first, second = st.columns([0.5, 0.5], gap="medium")
    own = assumptions()
    level, strength = (
        say("Least level of the reference signal, dBm"),
        say("Power of a carrier where the layer does not say it, dBm"),
    )
    threshold = first.number_input(level, -140.0, -60.0, own.threshold_dbm, 1.0, "%.0f", "radio_threshold")
    power = second.number_input(strength, 0.0, 60.0, own.power_dbm, 1.0, "%.0f", "radio_power")
    paths = tuple(_kept(r.name, r.getvalue()) for r in rasters)
    # The map below is that of the district.
    measured(say, location, version)
    found = work.need(
        say, say("Screening the masts …"), cache.mobile, location, version, model or AUTO, paths, threshold, power
    )  # fmt: skip
    for sentence in mobile_sentences(found, say):
        st.markdown(plain(sentence))
    for template, values in found.remarks:
        st.info(plain(words.told(say, template, values)))
    left, right = st.columns([0.62, 0.38], gap="medium")
    with left:
        show_map(
            cache.base(location, version, say.language, state.is_dark(), False),
            reach_layers(found, say, lambda i: mobile_lines(found, i, say)),
            key="radio", height=_HEIGHT,
        )  # fmt: skip
    with right:
        st.html(reach_legend_html(found, say))
        _mapped(found, say)
        for note in mobile_notes(found, say):
            st.caption(plain(note))
    _settlements(found, say)


def _kept(name: str, data: bytes) -> Path:
    """Keep a raster under a path of its own: results are kept by path, and another file may have the same name."""
    return saved(name, data, hashlib.sha256(data).hexdigest()[:16])


def _mapped(found: MobileCoverage, say: Speech) -> None:
    if not found.compared:
        return
    st.markdown(f"**{plain(say('People by screening and by mapped areas'))}**")
    titles = (say("By screening"), say("Within mapped areas"), say("Outside them"))
    table = pd.DataFrame(mapped_rows(found, say), columns=list(titles))
    st.dataframe(written(table, dict.fromkeys(titles[1:], say.number)), hide_index=True, height="content")


def _settlements(found: MobileCoverage, say: Speech) -> None:
    columns = mobile_columns(found, say)
    table = styled(columns, mobile_rows(found, say), say)
    chosen = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row", key="radio_places", height=420,
        placeholder="–", column_config={columns[0].title: st.column_config.TextColumn(pinned=True)},
    )  # fmt: skip
    if chosen.selection.rows:
        to_map(place=found.places.ids[mobile_order(found)[chosen.selection.rows[0]]])
