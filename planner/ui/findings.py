"""Findings of an upload, one by one: what is wrong, with which features, before and after, and its acceptance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.i18n import Speech, words
from planner.layers.findings import Finding
from planner.maps.sketch import Drawn, sketch_svg
from planner.studies.faults_seen import ROWS_SHOWN, Seen, features_of, seen
from planner.studies.intake import Proposal
from planner.ui import state
from planner.ui.text import plain

_PICTURES = "finding_pictures"
_COLOURS = {"error": "red", "warning": "orange", "info": "gray"}


def show_findings(proposal: Proposal, say: Speech) -> list[str]:
    """Show what was found in a file and return the codes whose repair is accepted; none is until the planner says so.

    Parameters
    ----------
    proposal : Proposal
    say : Speech
    """
    if not proposal.findings:
        st.success(say("Nothing is wrong with it."))
        return []
    codes = proposal.repairable
    if codes:
        told, every = st.columns([3, 1], vertical_alignment="center")
        told.markdown(
            say(
                "Choose the repairs to apply; the file itself is not changed. The map below shows the result."
            )
        )

        def accept_all() -> None:
            for code in codes:
                st.session_state[f"repair_{code}"] = True

        every.button(say("Accept all repairs"), on_click=accept_all, key="repair_all", width="stretch")
    asked: set[str] = set()
    accepted: list[str] = []
    for number, found in enumerate(proposal.findings):
        with st.container(border=True):
            offered = found.repairable and found.code not in asked
            if _finding(proposal, found, number, say, offered=offered):
                accepted.append(found.code)
            asked.add(found.code)
    return accepted


def _finding(proposal: Proposal, found: Finding, number: int, say: Speech, *, offered: bool) -> bool:
    """Show a finding and return whether its repair is accepted."""
    about, choice = st.columns([4, 1], vertical_alignment="center")
    with about:
        severity = plain(say(words.SEVERITIES[found.severity]))
        message = plain(words.told(say, found.message_template, found.values))
        st.markdown(f":{_COLOURS[found.severity]}-badge[{severity}] {message}")
        st.caption(plain(words.told(say, found.fix_template, found.values)))
    accepted = choice.toggle(say("Accept the repair"), key=f"repair_{found.code}") if offered else False
    if found.feature_ids or found.repairable:
        label = (
            say("Features: {count}", count=say.number(found.count))
            if found.feature_ids
            else say("The layer as a whole")
        )
        box = st.expander(
            label, expanded=found.severity == "error" and number < 3, key=f"finding_{number}_{found.code}",
            on_change="rerun",
        )  # fmt: skip
        with box:
            if box.open:
                _features(proposal, found, say)
    return accepted


def _features(proposal: Proposal, found: Finding, say: Speech) -> None:
    for one in _seen(proposal, found):
        _pictures(one, say)
    if found.feature_ids:
        st.dataframe(
            features_of(proposal, found), hide_index=True, height="content" if found.count < 8 else 300,
            placeholder="–",
        )  # fmt: skip
        if found.count > ROWS_SHOWN:
            st.caption(say("The first {count} are shown.", count=say.number(ROWS_SHOWN)))


def _seen(proposal: Proposal, found: Finding) -> Sequence[Seen]:
    """Return the features to draw; worked out once for what was read, not at every click."""
    kept = st.session_state.get(_PICTURES)
    if kept is None or kept[0] is not proposal:
        st.session_state[_PICTURES] = kept = (proposal, {})
    pictures: dict[tuple[object, ...], Sequence[Seen]] = kept[1]
    key = (found.code, found.feature_ids)
    if key not in pictures:
        pictures[key] = seen(proposal, found)
    return pictures[key]


def _pictures(one: Seen, say: Speech) -> None:
    """Show a feature, before and after where the repair changes it."""
    dark = state.is_dark()
    context = [Drawn(shape, "context") for shape in (*one.around, one.outline) if shape is not None]
    if not one.changes:
        if one.before is not None:
            st.image(sketch_svg([*context, Drawn(one.before, "before")], say, dark=dark))
            st.caption(plain(one.id))
        return
    left, right = st.columns(2)
    before, after = one.vertices
    with left:
        st.image(sketch_svg([*context, Drawn(one.before, "before")], say, dark=dark, focus=one.focus))
        st.caption(plain(say("{id}, as it came; positions: {count}", id=one.id, count=say.number(before))))
    with right:
        if one.left_out:
            st.caption(plain(say("{id} is left out.", id=one.id)))
            return
        st.image(sketch_svg([*context, Drawn(one.after, "after")], say, dark=dark, focus=one.focus))
        told = (
            say("After the repair: no location")
            if one.after is None
            else say("After the repair; positions: {count}", count=say.number(after))
        )
        st.caption(plain(told))
