"""A list of names on its way into the workspace: what was found for each row, and the doubtful ones, one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.studies.matching import Matching, match_list
from planner.studies.progress import Progress
from planner.studies.settling import (
    claimed_twice,
    open_rows,
    read_decisions,
    settle,
    still_fitting,
    write_decisions,
)
from planner.studies.taking_names import Outcome, Taken, take
from planner.ui import state, work
from planner.ui.changing import UPLOADS, change_button
from planner.ui.name_queue import show_queue
from planner.ui.text import plain
from planner.ui.upload import saved
from planner.workspace import Workspace

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_FOUND, _DECIDED, _APPLIED = "names_found", "names_decided", "names_applied"
"""In the session: the matching with what it was made of; decisions by list; the file of decisions applied last."""
LISTS = ["csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg", "zip", "parquet"]


def show_names(workspace: Workspace, say: Speech) -> None:
    """Show the form that joins a list of names to known places, and lets the doubtful ones be settled."""
    st.caption(
        say(
            "A list of settlements with people but without coordinates, such as a census, is joined to settlements "
            "whose position is known: by name in Russian, Belarusian or Latin letters, by kind, rural council and "
            "district."
        )
    )
    matching = _matching(workspace, say)
    if matching is None:
        return
    kept: dict[str, dict[int, str]] = st.session_state.setdefault(_DECIDED, {})
    decisions = still_fitting(matching, kept.get(matching.file_digest, {}))
    kept[matching.file_digest] = decisions
    settled = settle(matching, decisions)
    counts = settled.counts
    told = (say("sure"), say("settled"), say("doubtful"), say("not found"))
    for column, name, key in zip(st.columns(4), told, ("sure", "settled", "doubtful", "none"), strict=True):
        column.metric(name.capitalize(), say.number(counts[key]))
    show_queue(matching, settled, decisions, say)
    _all_rows(settled, say)
    _files(matching, decisions, say)
    _accept(workspace, settled, matching, decisions, say)


def _matching(workspace: Workspace, say: Speech) -> Matching | None:
    number = st.session_state.get(UPLOADS, 0)
    first, second = st.columns(2)
    listed = first.file_uploader(
        say("List of names: CSV, XLSX or another table"), type=LISTS, key=f"names_list_{number}"
    )
    targets = {"workspace": say("the settlements of this workspace"), "file": say("a file of places")}
    target = second.radio(
        say("Join it to"), list(targets), format_func=targets.__getitem__, key="names_target", horizontal=True
    )
    places = None
    if target == "file":
        places = second.file_uploader(
            say("File of places with names and positions"), key=f"names_places_{number}"
        )
    if listed is None or (target == "file" and places is None):
        return None
    asked = (_digest(listed), _digest(places) if places is not None else workspace.version())
    found = st.session_state.get(_FOUND)
    if found is None or found[0] != asked:
        against = (
            saved(places.name, places.getvalue(), "places") if places is not None else workspace.location
        )
        path = saved(listed.name, listed.getvalue(), "names")
        matching = work.need(say, say("Comparing the names …"), _match, path, against, asked)
        # The session has it now.
        work.anew(_match, path, against, asked)
        st.session_state[_FOUND] = found = (asked, matching)
    joined: Matching = found[1]
    return joined


def _match(path: Path, against: str | Path, asked: tuple[str, str], told: Progress) -> Matching:
    return match_list(path, against, progress=told)


def _digest(file: UploadedFile) -> str:
    return hashlib.sha256(file.getvalue()).hexdigest()


def _all_rows(settled: Matching, say: Speech) -> None:
    found = {
        "sure": say("sure"),
        "settled": say("settled"),
        "doubtful": say("doubtful"),
        "none": say("not found"),
    }
    with st.expander(say("All rows of the list")):
        st.dataframe(
            pd.DataFrame(
                {
                    say("Name in the list"): [one.record.name for one in settled.matches],
                    say("Rural council"): [one.record.council for one in settled.matches],
                    say("Found"): [found[one.certainty] for one in settled.matches],
                    say("Place"): [one.locality.names[0] if one.locality else "" for one in settled.matches],
                    say("Score"): [one.score if one.candidates else None for one in settled.matches],
                    say("Why"): [
                        "; ".join(words.told(say, r.template, r.values) for r in one.reasons)
                        for one in settled.matches
                    ],
                }
            ),
            hide_index=True,
            height=320,
        )


def _files(matching: Matching, decisions: dict[int, str], say: Speech) -> None:
    """Offer the decisions as a file, and take such a file."""
    first, second = st.columns(2, vertical_alignment="bottom")
    first.download_button(
        say("Download the decisions (CSV)"),
        write_decisions(matching, decisions).encode(),
        "decisions.csv",
        "text/csv",
        on_click="ignore",
        help=say("With the rows that are still open. The file can be filled in, and read here again."),
    )
    file = second.file_uploader(
        say("Apply decisions from a file"), type=["csv", "xlsx"], key="names_decisions"
    )
    if file is None:
        return
    asked = (_digest(file), matching.file_digest)
    if st.session_state.get(_APPLIED) == asked:
        return
    reread = read_decisions(saved(file.name, file.getvalue()), matching)
    st.session_state[_APPLIED] = asked
    decisions.update(reread.decisions)
    if reread.unknown:
        st.session_state["names_ignored"] = reread.unknown
    st.rerun()


def _accept(
    workspace: Workspace, settled: Matching, matching: Matching, decisions: Mapping[int, str], say: Speech
) -> None:
    ignored: tuple[str, ...] = st.session_state.pop("names_ignored", ())
    if ignored:
        told = say(
            "Decisions that fit no row of the list or no known place were not applied: {names}.",
            names=", ".join(ignored[:8]),
        )
        st.warning(plain(told))
    for rows in claimed_twice(settled).values():
        names = ", ".join(settled.matches[row].record.name for row in rows)
        st.warning(
            plain(say("Several rows are joined to one place, settle which it is: {names}.", names=names))
        )
    left = open_rows(matching, decisions, "all")[1]
    if left:
        st.caption(
            say.plural(
                "{count} row has no place yet; it would be kept as not located, or not counted.",
                "{count} rows have no place yet; they would be kept as not located, or not counted.",
                left,
            )
        )
    outcomes = {
        "populations": say("Write their people onto the settlements that are loaded"),
        "layer": say("Make the list the layer of settlements"),
    }
    if matching.known.layer is None:
        outcomes.pop("populations")
    chosen = st.radio(
        say("What the list becomes"), list(outcomes), format_func=outcomes.__getitem__, key="names_outcome"
    )
    outcome, seen = cast(Outcome, chosen or "layer"), state.seen()

    def change() -> Callable[[Progress], Taken]:
        settled_so_far = dict(decisions)

        def accept(told: Progress) -> Taken:
            told(0.1, "layer")
            return take(workspace, matching, settled_so_far, outcome, expected=seen)

        return accept

    change_button(
        workspace, say, "names_accept", say("Accept the list"), say("Keeping the layer …"), change,
        lambda done: done.record.title,
    )  # fmt: skip
