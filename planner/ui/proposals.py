"""What an extract holds beside layers of other sources: looked at pair by pair, and merged as accepted."""

from __future__ import annotations

import pandas as pd
import shapely
import streamlit as st
from geopandas import GeoDataFrame

from planner.i18n import Speech
from planner.maps.sketch import Drawn, sketch_svg
from planner.standards.model import Text, in_language
from planner.studies.osm_duplicates import Pair, Proposal, shown_name
from planner.studies.osm_merging import high, merge
from planner.ui import state
from planner.ui.changing import keep_and_tell
from planner.ui.text import plain
from planner.workspace import Workspace

PROPOSALS = "osm_proposals"
"""In the session: what the last extract proposed and nobody has decided on."""
_CHOSEN = "osm_chosen"


def show_proposals(workspace: Workspace, say: Speech) -> None:
    """Show the proposals of the last extract, each layer's in a box of its own."""
    proposals: tuple[Proposal, ...] = st.session_state.get(PROPOSALS, ())
    if not proposals:
        return
    st.header(say("Also in OpenStreetMap"))
    st.caption(
        say(
            "These layers are of another source and were left as they are. A record that is merged keeps its place and "
            "its values; what it lacks is filled in from OpenStreetMap. The version before can be used again."
        )
    )
    for proposal in proposals:
        title = in_language(proposal.in_use.title, say.language)
        label = say(
            "{title}: {same} likely the same, {more} only in OpenStreetMap",
            title=title,
            same=say.number(len(proposal.same)),
            more=say.number(len(proposal.only_osm)),
        )
        with st.expander(plain(label), expanded=proposal is proposals[0]):
            _proposal(workspace, proposal, say)


def _proposal(workspace: Workspace, proposal: Proposal, say: Speech) -> None:
    chosen: dict[str, bool] = st.session_state.setdefault(_CHOSEN, {})
    all_high = f"{proposal.layer}-{proposal.in_use.version}"
    if proposal.same:
        if st.button(say("Choose all with the same name"), key=f"osm_high_{proposal.layer}"):
            chosen[all_high] = True
        same = _pairs(proposal, chosen.get(all_high, False), say)
        _picture(proposal, say)
    else:
        same = []
    add = _alone(proposal, say) if proposal.only_osm else []
    merging, leaving = st.columns(2)
    rest = tuple(p for p in st.session_state[PROPOSALS] if p is not proposal)
    count = len(same) + len(add)
    if merging.button(
        say("Merge the chosen ones ({count})", count=say.number(count)), type="primary", disabled=not count,
        key=f"osm_merge_{proposal.layer}",
    ):  # fmt: skip

        def change() -> Text:
            record = merge(workspace, proposal, same, add, expected=state.seen())
            st.session_state[PROPOSALS] = rest
            return record.title

        keep_and_tell(workspace, change)
    if leaving.button(say("Leave the layer as it is"), key=f"osm_leave_{proposal.layer}"):
        st.session_state[PROPOSALS] = rest
        st.rerun()


def _pairs(proposal: Proposal, all_high: bool, say: Speech) -> list[str]:
    """Show the pairs and return the ids, in the extract, of those that are chosen."""
    sure = set(high(proposal)) if all_high else set()
    table = pd.DataFrame(
        {
            say("Merge"): [pair.osm_id in sure for pair in proposal.same],
            "№": range(1, len(proposal.same) + 1),
            say("In use"): [pair.name_in_use or pair.id for pair in proposal.same],
            say("In OpenStreetMap"): [pair.name or pair.osm_id for pair in proposal.same],
            say("Metres apart"): [pair.distance_m for pair in proposal.same],
            say("Score"): [pair.score for pair in proposal.same],
        }
    )
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[c for c in table.columns if c != say("Merge")],
        key=f"osm_pairs_{proposal.layer}_{proposal.in_use.version}_{all_high}_{say.language}",
    )
    return [p.osm_id for p, yes in zip(proposal.same, edited[say("Merge")], strict=True) if yes]


def _alone(proposal: Proposal, say: Speech) -> list[str]:
    """Show what only the extract has and return the ids of what is to be added."""
    row_of = {str(name): row for row, name in enumerate(proposal.found["id"])}
    table = pd.DataFrame(
        {
            say("Add"): [False] * len(proposal.only_osm),
            say("Only in OpenStreetMap"): [
                shown_name(proposal.found, row_of[one]) or one for one in proposal.only_osm
            ],
            "id": list(proposal.only_osm),
        }
    )
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[c for c in table.columns if c != say("Add")],
        key=f"osm_alone_{proposal.layer}_{proposal.in_use.version}_{say.language}",
    )
    return [one for one, yes in zip(proposal.only_osm, edited[say("Add")], strict=True) if yes]


def _picture(proposal: Proposal, say: Speech) -> None:
    """Show one pair close up: the record in use and the one of the extract."""
    number = st.selectbox(
        say("Look at the pair"),
        range(1, len(proposal.same) + 1),
        format_func=lambda n: f"{n}. {proposal.same[n - 1].name_in_use or proposal.same[n - 1].id}",
        key=f"osm_look_{proposal.layer}",
    )
    pair: Pair = proposal.same[(number or 1) - 1]
    here, there = _shape(proposal.kept, pair.id), _shape(proposal.found, pair.osm_id)
    drawn = [
        Drawn(here, "after", pair.name_in_use or pair.id),
        Drawn(there, "before", pair.name or pair.osm_id),
    ]
    st.image(sketch_svg(drawn, say, dark=state.is_dark(), width=560, height=200))
    st.caption(say("Blue: in use; orange: in OpenStreetMap."))


def _shape(frame: GeoDataFrame, name: str) -> shapely.Geometry | None:
    found = frame.geometry[frame["id"].astype(str) == name]
    return found.iloc[0] if len(found) else None
