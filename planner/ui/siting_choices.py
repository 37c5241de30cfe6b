"""What is asked of a plan of sites, as the page Siting asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.i18n import Speech, words
from planner.report.siting import MODELS
from planner.standards.model import Standard, in_language
from planner.studies.candidates import NODES, SETTLEMENTS
from planner.studies.siting_terms import EXISTING, NONE, SitingTerms
from planner.ui import cache, state

OPEN, CLOSE = "open", "close"
NUMBER, MONEY = "number", "money"
POINTS_KEY, CLICK_KEY = "siting_points", "siting_click"
MOST_POINTS = 50


@dataclass(frozen=True)
class Asked:
    """The settings of a plan.

    Attributes
    ----------
    location, version, season, service : str
    task : {"open", "close"}
    terms : SitingTerms
    """

    location: str
    version: str
    season: str
    service: str
    task: str
    terms: SitingTerms

    @property
    def district(self) -> tuple[str, str]:
        """What the plan is of: a workspace at a version."""
        return self.location, self.version


def choose(say: Speech, location: str, version: str) -> Asked:
    """Show the choices and return what was chosen."""
    services = cache.sitable(location, version)
    first, second = st.columns(2)
    st.session_state[state.SERVICE_KEY] = state.linked(state.SERVICE_KEY, list(services)) or next(
        iter(services)
    )
    service = first.selectbox(
        say("Service"), list(services), format_func=lambda s: in_language(services[s], say.language),
        key=state.SERVICE_KEY, persist_state="session",
    )  # fmt: skip
    tasks = {OPEN: say("Open new sites"), CLOSE: say("Close with the least harm")}
    task = second.selectbox(
        say("Task"), list(tasks), format_func=tasks.__getitem__, key="siting_task", persist_state="session"
    )
    models = [m for m in MODELS if task == OPEN or m != "lscp"]
    model = st.selectbox(
        say("What is best"), models, format_func=lambda m: say(MODELS[m]), key=f"siting_model_{task}",
        persist_state="session",
    )  # fmt: skip
    given = _open(say, model) if task == OPEN else _close(say)
    terms = SitingTerms(model=model, **given, **_more(say, location, version, service, task, model))
    return Asked(location, version, state.season(), service, task, terms)


def _open(say: Speech, model: str) -> dict[str, Any]:
    first, second = st.columns(2)
    kept = first.selectbox(
        say("What stands"), [EXISTING, NONE], key="siting_fixed", persist_state="session",
        format_func=lambda k: say("is kept") if k == EXISTING else say("is left aside: a blank sheet"),
    )  # fmt: skip
    if model == "lscp":
        share = second.number_input(
            say("Share of the people to be covered, %"),
            1,
            100,
            100,
            key="siting_share",
            persist_state="session",
        )
        return {"fixed": kept, "target_share": None if share == 100 else share / 100.0}
    limits = {NUMBER: say("number of sites"), MONEY: say("money")}
    limit = second.selectbox(
        say("Limited by"),
        list(limits),
        format_func=limits.__getitem__,
        key="siting_limit",
        persist_state="session",
    )
    if limit == NUMBER:
        count = st.number_input(say("New sites"), 1, 500, 3, key="siting_count", persist_state="session")
        return {"fixed": kept, "sites": int(count)}
    left, right = st.columns(2)
    budget = left.number_input(
        say("Budget"), 0.0, None, 10.0, key="siting_budget", persist_state="session", format="%g"
    )
    price = right.number_input(
        say("Cost of a site"), 0.0, None, 1.0, key="siting_price", persist_state="session", format="%g"
    )
    return {"fixed": kept, "budget": float(budget), "site_cost": float(price)}


def _close(say: Speech) -> dict[str, Any]:
    count = st.number_input(say("How many close"), 1, 500, 1, key="siting_closing", persist_state="session")
    return {"sites": int(count)}


def _more(say: Speech, location: str, version: str, service: str, task: str, model: str) -> dict[str, Any]:
    """Show what is asked more rarely."""
    with st.expander(say("More terms")):
        standards = cache.siting_standards(location, version, service)
        asked: dict[str, Any] = {"standard": _standard(say, standards, service)}
        if task == CLOSE:
            return asked
        layers = cache.candidate_layers(location, version)
        names = {SETTLEMENTS: say("settlements"), NODES: say("road nodes near settlements"), **layers}
        asked["candidates"] = st.selectbox(
            say("Candidates"), list(names), format_func=names.__getitem__, key="siting_candidates",
            persist_state="session",
        )  # fmt: skip
        _clicked(say)
        first, second = st.columns(2)
        apart = first.number_input(
            say("Least distance between sites, km"),
            0.0,
            None,
            0.0,
            key="siting_apart",
            persist_state="session",
            format="%g",
        )
        room = second.number_input(
            say("Most people a site serves (0: no limit)"),
            0,
            None,
            0,
            key="siting_room",
            persist_state="session",
        )
        barred = st.text_input(
            say("Not to be used (names, separated by commas)"), key="siting_forbid", persist_state="session"
        )
        asked |= {
            "min_distance_m": apart * 1000.0 or None,
            "capacity": float(room) or None,
            "forbid": tuple(filter(None, (name.strip() for name in barred.split(",")))),
            "points": tuple(st.session_state.get(POINTS_KEY, ())),
        }
    return asked


def _clicked(say: Speech) -> None:
    """Show how candidates are added on the map, and how to be rid of them."""
    st.toggle(say("A click on the map adds a candidate"), key=CLICK_KEY, persist_state="session")
    points = st.session_state.get(POINTS_KEY, ())
    if points:
        count = say.plural("Remove {count} point", "Remove {count} points", len(points))
        st.button(count, key="siting_clear", on_click=lambda: st.session_state.pop(POINTS_KEY, None))


def on_spot(kind: str, identifier: str, at: tuple[float, float]) -> None:
    """Take a click on the ground as a candidate; settlements are candidates anyway."""
    points = st.session_state.get(POINTS_KEY, ())
    if st.session_state.get(CLICK_KEY) and kind != "facility" and len(points) < MOST_POINTS:
        st.session_state[POINTS_KEY] = (*points, (round(at[0], 6), round(at[1], 6)))


def _standard(say: Speech, standards: tuple[Standard, ...], service: str) -> str | None:
    titles = {s.id: in_language(s.title, say.language) for s in standards}
    limits = {s.id: words.threshold(say, s.measure) for s in standards if s.measure}
    chosen: str | None = st.selectbox(
        say("Standard"), [None, *titles], key=f"siting_standard_{service}", persist_state="session",
        format_func=lambda s: say("the one that most people miss") if s is None else f"{limits[s]} — {titles[s]}",
    )  # fmt: skip
    return chosen
