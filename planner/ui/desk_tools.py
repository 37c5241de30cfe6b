"""The tools of the desk: what a click on the map does, and what has to be said before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.results import Assessment
from planner.scenario import ChangeStandard, CloseFacility, MoveFacility
from planner.standards.model import Indicator, in_language
from planner.studies.desk import Desk
from planner.studies.drafting import addable, drawable, hit, new_area, new_facility, wanted_attributes
from planner.ui import draft
from planner.ui.text import plain

Click = Callable[[str, str, tuple[float, float]], None]
"""Takes kind and identifier of what was clicked, and longitude and latitude."""

LOOK, ADD, MOVE, CLOSE, AREA, STANDARD = "look", "add", "move", "close", "area", "standard"
TOOL_KEY, NEW_KEY, AREA_KEY, NAME_KEY, PROBLEM_KEY = (
    "desk_tool", "desk_new", "desk_area", "desk_name", "desk_problem",
)  # fmt: skip


def choose_tool(say: Speech) -> str:
    """Show the tools and return the one in hand."""
    names = {
        LOOK: say("Look"),
        ADD: say("Add"),
        MOVE: say("Move"),
        CLOSE: say("Close down"),
        AREA: say("Draw an area"),
        STANDARD: say("Change a standard"),
    }
    chosen = st.segmented_control(
        say("Tool"), list(names), format_func=names.__getitem__, key=TOOL_KEY, persist_state="session",
        default=LOOK if TOOL_KEY not in st.session_state else None, on_change=draft.drop_work,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return chosen or LOOK


def wanted(tool: str) -> str:
    """Return the kind of what a click with the tool in hand is meant for; empty where it may be any spot."""
    return "facility" if tool == CLOSE or (tool == MOVE and draft.picked() is None) else ""


def tool_options(desk: Desk, after: Assessment, tool: str, shown: str, say: Speech) -> None:
    """Show what the tool in hand asks for, and what to do with it."""
    standards = desk.standards
    if tool == LOOK:
        st.caption(say("Choose a tool, then click on the map. The district itself stays as it is."))
    elif tool == ADD:
        services = addable(desk.inputs, desk.catalogue, standards)
        first, second = st.columns(2)
        with first:
            service = _service(NEW_KEY, services, shown, say("What is added"), desk, say, facility=True)
        second.text_input(say("Its name"), key=NAME_KEY, max_chars=80, persist_state="session",
                          placeholder=say("after its settlement"))  # fmt: skip
        _attributes(desk, service, say)
        st.caption(say("Click on the map where it is to stand; on a settlement, it stands in its middle."))
    elif tool == MOVE:
        if draft.picked() is None:
            st.caption(say("Click the service point that is to move."))
        else:
            st.caption(say("Now click where it is to stand; or click another service point."))
    elif tool == CLOSE:
        st.caption(say("Click the service point that is to close."))
    elif tool == AREA:
        _area(desk, shown, say)
    else:
        _standard(desk, after, shown, say)
    problem = st.session_state.pop(PROBLEM_KEY, None)
    if problem:
        st.error(plain(problem))


def on_spot(desk: Desk, after: Assessment, say: Speech) -> Click:
    """Return what a click on the map calls."""

    def clicked(kind: str, identifier: str, at: tuple[float, float]) -> None:
        try:
            _click(desk, after, say, kind, identifier, at)
        except PlannerError as error:
            st.session_state[PROBLEM_KEY] = words.told(say, error.template, error.values)

    return clicked


def _click(
    desk: Desk, after: Assessment, say: Speech, kind: str, identifier: str, at: tuple[float, float]
) -> None:
    tool = st.session_state.get(TOOL_KEY)
    places = desk.baseline.places
    if kind == "place" and identifier in places.ids and tool != AREA:
        row = places.ids.index(identifier)
        at = (float(places.lon[row]), float(places.lat[row]))
        stands_in: dict[str, float | str] = {"place_id": identifier}
    else:
        stands_in = {}
    facility = hit(after, identifier, *at) if kind == "facility" else None
    if tool == ADD:
        service = st.session_state.get(NEW_KEY)
        if not service:
            st.session_state[PROBLEM_KEY] = say("Choose first what is added.")
        else:
            name = (st.session_state.get(NAME_KEY) or "").strip()
            given = {**_given(desk, service), **stands_in}
            edit = new_facility(
                desk.inputs, desk.catalogue, draft.draft(say).scenario, service, at, name, given
            )
            draft.step(say, edit)
    elif tool == CLOSE and facility:
        draft.step(say, CloseFacility(*facility))
    elif tool == MOVE and facility:
        st.session_state[draft.PICKED_KEY] = facility
    elif tool == MOVE and (moving := draft.picked()):
        draft.step(say, MoveFacility(*moving, round(at[0], 6), round(at[1], 6)))
    elif tool == AREA:
        st.session_state[draft.OUTLINE_KEY] = (*draft.outline(), at)


def _service(
    key: str, services: tuple[str, ...], shown: str, label: str, desk: Desk, say: Speech, *, facility: bool
) -> str | None:
    known = desk.catalogue.services
    names = {
        s: in_language((facility and known[s].facility) or known[s].name, say.language) if s in known else s
        for s in services
    }
    here, kept = shown in services, st.session_state.get(key)
    if _moved_on(key, shown) or (kept not in services and (here or kept)):
        # A click on the map adds at once: what is neither shown nor chosen is not what it adds.
        other = None if facility else kept if kept in services else next(iter(services), None)
        st.session_state[key] = shown if here else other
    chosen: str | None = st.selectbox(
        label, services, index=0 if here else None, format_func=lambda s: _capital(names[s]), key=key,
        persist_state="session", placeholder=say("Choose"),
    )  # fmt: skip
    return chosen


def _moved_on(key: str, shown: str) -> bool:
    """Return whether another service is shown than when a choice was last drawn: what was chosen then is over."""
    under = f"{key}_under"
    moved = st.session_state.get(under) != shown
    st.session_state[under] = shown
    return moved


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _attributes(desk: Desk, service: str | None, say: Speech) -> None:
    """Ask for what standards read of a feature: its capacity, its speed, its kind."""
    for column, values in wanted_attributes(desk.standards, service or "").items():
        key = _attribute_key(service or "", column)
        if values:
            st.selectbox(plain(column), [str(v) for v in values], key=key, persist_state="session")
        else:
            label = plain(_asked(desk, service or "", column, say))
            st.number_input(label, min_value=0.0, value=None, key=key, persist_state="session",
                            placeholder=say("not known"))  # fmt: skip


def _asked(desk: Desk, service: str, column: str, say: Speech) -> str:
    """Return what a number is called: its unit, where standards name one."""
    units = {
        standard.measure.unit
        for standard in desk.standards
        if standard.measure is not None
        and standard.measure.attribute == column
        and service in standard.measure.sources
        and standard.measure.indicator != Indicator.CAPACITY_PER_PEOPLE
    }
    said = [words.unit(say, unit) for unit in sorted(units) if unit]
    return _capital(said[0]) if len(said) == 1 else column


def _given(desk: Desk, service: str) -> Mapping[str, float | str]:
    asked = wanted_attributes(desk.standards, service)
    values = {column: st.session_state.get(_attribute_key(service, column)) for column in asked}
    return {column: value for column, value in values.items() if value is not None}


def _attribute_key(service: str, column: str) -> str:
    return f"desk_attribute_{service}_{column}"


def _area(desk: Desk, shown: str, say: Speech) -> None:
    services = drawable(desk.standards)
    service = _service(
        AREA_KEY, services, shown, say("Which service is had there"), desk, say, facility=False
    )
    _attributes(desk, service, say)
    corners = draft.outline()
    st.caption(
        say("Click the corners of the area one after another.")
        if len(corners) < 3
        else say.plural("{count} corner.", "{count} corners.", len(corners))
    )
    first, second = st.columns(2)

    def close() -> None:
        try:
            scenario = draft.draft(say).scenario
            draft.step(
                say,
                new_area(desk.inputs, scenario, service or "", corners, _given(desk, service or "")),
            )
        except PlannerError as error:
            st.session_state[PROBLEM_KEY] = words.told(say, error.template, error.values)

    first.button(
        say("Finish the area"), on_click=close, disabled=len(corners) < 3 or not service, width="stretch"
    )
    second.button(
        say("Start again"),
        on_click=draft.drop_work,
        disabled=not corners,
        width="stretch",
        key="outline_away",
    )


def _standard(desk: Desk, after: Assessment, shown: str, say: Speech) -> None:
    """Ask for another threshold or target of a standard."""
    measured = {s.id: s for s in desk.standards if s.measure is not None}
    ordered = sorted(measured, key=lambda i: measured[i].service != shown)
    if _moved_on("desk_standard", shown):
        st.session_state["desk_standard"] = next(iter(ordered), None)
    chosen = st.selectbox(
        say("Standard"), ordered, key="desk_standard", persist_state="session",
        format_func=lambda i: in_language(measured[i].title, say.language),
    )  # fmt: skip
    if chosen is None:
        return
    now = {r.standard.id: r.standard for r in after.results}
    standard, measure = now.get(chosen, measured[chosen]), measured[chosen].measure
    assert measure is not None and standard.measure is not None  # those with a measure were asked for
    st.caption(plain(say("Now: {threshold}", threshold=words.threshold(say, standard.measure))))
    values: dict[str, object] = {}
    first, second = st.columns(2)
    if measure.unit:
        label = say("Threshold, {unit}", unit=words.unit(say, measure.unit))
        threshold = first.number_input(
            label,
            min_value=0.001,
            value=float(standard.measure.threshold),
            key=f"desk_threshold_{chosen}",
            format="%g",
        )
        if threshold != standard.measure.threshold:
            values["threshold"] = float(threshold)
    share = 1.0 if standard.target_share is None else standard.target_share
    target = second.number_input(
        say("For so many of the people, %"),
        1.0,
        100.0,
        value=100.0 * share,
        key=f"desk_target_{chosen}",
        format="%g",
    )
    if abs(target / 100.0 - share) > 1e-9:
        values["target_share"] = target / 100.0
    in_force = st.toggle(say("In force"), value=chosen in now, key=f"desk_in_force_{chosen}")
    if in_force != (chosen in now):
        values["in_force"] = in_force

    def apply() -> None:
        draft.step(say, ChangeStandard(chosen, values))

    st.button(say("Apply"), on_click=apply, disabled=not values, type="primary", key="desk_apply")
