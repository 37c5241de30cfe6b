"""Doubtful names, one by one: the places each could be, with what speaks for them, and the planner's choice."""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely
import streamlit as st

from planner.i18n import Speech, words
from planner.layers.gazetteer import Candidate, Locality
from planner.maps.sketch import Drawn, sketch_svg
from planner.report.content import place_kind
from planner.studies.matching import Matching
from planner.studies.settling import joined_to, next_open, of_council, open_rows
from planner.ui import state
from planner.ui.text import plain

_AT, _SHOWN = "names_at", "names_shown"
_NONE = ""


def show_queue(matching: Matching, settled: Matching, decisions: dict[int, str], say: Speech) -> None:
    """Show one row at a time with its candidates; a choice is written into the decisions.

    Parameters
    ----------
    matching, settled : Matching
        As it was found, and with the decisions so far.
    decisions : dict of int to str
        Of the session; changed in place.
    say : Speech
    """
    titles = {"doubtful": say("Doubtful"), "none": say("Not found"), "all": say("All")}
    chosen = st.segmented_control(
        say("Rows to settle"), list(titles), default="doubtful", format_func=titles.__getitem__, key=_SHOWN
    )  # fmt: skip
    rows, left = open_rows(matching, decisions, chosen or "doubtful")
    if not rows:
        st.success(say("There is nothing to settle here."))
        return
    row = _row(matching, rows, decisions, say)
    one = matching.matches[row]
    with st.container(border=True):
        about = " · ".join(filter(None, (one.record.kind, one.record.council, one.record.district)))
        st.markdown(f"**{plain(one.record.name)}** {plain(about)}")
        st.caption(
            plain(
                say(
                    "{place} of {all}; open: {left}. {why}",
                    place=say.number(rows.index(row) + 1),
                    all=say.number(len(rows)),
                    left=say.number(left),
                    why="; ".join(words.told(say, r.template, r.values) for r in one.reasons),
                )
            )
        )
        choices, map_ = st.columns([3, 2])
        with choices:
            _choose(matching, settled, row, rows, decisions, say)
        with map_:
            _picture(settled, row, one.candidates, say)


def _row(matching: Matching, rows: tuple[int, ...], decisions: dict[int, str], say: Speech) -> int:
    """Return the row to settle: the one picked, or the first that is open."""
    if st.session_state.get(_AT) not in rows:
        st.session_state[_AT] = next_open(rows, decisions, -1)

    def label(row: int) -> str:
        record = matching.matches[row].record
        return f"{'✓ ' if row in decisions else ''}{record.name} · {record.council or row + 1}"

    picked = st.selectbox(say("Row of the list"), list(rows), format_func=label, key=_AT)
    return rows[0] if picked is None else picked


def _choose(
    matching: Matching,
    settled: Matching,
    row: int,
    rows: tuple[int, ...],
    decisions: dict[int, str],
    say: Speech,
) -> None:
    candidates = {c.locality.id: c for c in matching.matches[row].candidates}
    names = {place.id: place for place in matching.known.localities}
    taken = {place: other for place, other in joined_to(settled).items() if other != row}
    options = [*candidates, _NONE]
    choice_key, other_key = (f"names_{what}_{matching.file_digest[:8]}_{row}" for what in ("choice", "other"))
    decided = decisions.get(row)
    numbers = {place: f"{number}. " for number, place in enumerate(candidates, 1)}
    chosen = st.radio(
        say("Which place is it?"),
        options,
        index=options.index(decided)
        if decided in options
        else (0 if candidates and decided is None else None),
        format_func=lambda p: plain(numbers[p] + names[p].names[0]) if p else say("None of these"),
        captions=[_caption(c, taken.get(place), matching, say) for place, c in candidates.items()] + [""],
        key=choice_key,
    )
    other = st.selectbox(
        say("Another known place"),
        [place for place in names if place not in candidates],
        placeholder=say("Look for it by name"),
        index=None,
        format_func=lambda p: f"{names[p].names[0]} · {names[p].council or names[p].id}",
        key=other_key,
    )
    settle, later, undo = st.columns(3)

    def decide(settled: bool) -> None:
        # As the widgets stand when the click arrives: the page may have been drawn before the last choice.
        place = st.session_state.get(other_key) or st.session_state.get(choice_key)
        if settled and place is not None:
            decisions[row] = place
        st.session_state[_AT] = next_open(rows, decisions, row)

    def reopen() -> None:
        decisions.pop(row, None)

    settle.button(
        say("Settle"), type="primary", on_click=decide, args=(True,), disabled=chosen is None and not other,
        shortcut="Ctrl+Enter", key="names_settle", width="stretch",
    )  # fmt: skip
    later.button(
        say("Skip"), on_click=decide, args=(False,), shortcut="Ctrl+Right", key="names_skip", width="stretch"
    )
    undo.button(
        say("Undo"), on_click=reopen, disabled=row not in decisions, key="names_undo",
        width="stretch",
    )  # fmt: skip


def _caption(candidate: Candidate, taken: int | None, matching: Matching, say: Speech) -> str:
    """Return what speaks for a candidate and against it."""
    place = candidate.locality
    parts = [
        say("score {score}", score=say.number(candidate.score, 2)),
        place_kind(say, place.kind),
        place.council,
    ]
    told = [words.told(say, r.template, r.values) for r in candidate.reasons]
    far = "{km} km from its council"
    if not math.isnan(candidate.council_km) and all(r.template != far for r in candidate.reasons):
        told.append(say(far, km=round(candidate.council_km)))
    if taken is not None:
        told.append(say("already joined to {name}", name=matching.matches[taken].record.name))
    return plain(" · ".join(filter(None, (*parts, "; ".join(told)))))


def _picture(settled: Matching, row: int, candidates: Sequence[Candidate], say: Speech) -> None:
    """Show where the candidates lie, among the places of the same council."""
    around = of_council(settled, row)
    if not candidates:
        return
    drawn = [Drawn(_point(place), "context") for place in around]
    drawn += [Drawn(_point(c.locality), "after", str(number)) for number, c in enumerate(candidates, 1)]
    st.image(sketch_svg(drawn, say, dark=state.is_dark(), width=420, height=300))
    if around:
        st.caption(say("Numbered: the candidates; small: the other places of the council."))


def _point(place: Locality) -> shapely.Point:
    return shapely.Point(place.lon, place.lat)
