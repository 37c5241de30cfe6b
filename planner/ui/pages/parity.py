"""Parity: how settlements keep up with the centre, what is uneven, and the cheapest step up for each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from planner.i18n import Speech, words
from planner.maps.legend import legend_html
from planner.maps.value_layer import value_layer, value_legend
from planner.results import Assessment, FloatArray, Parity
from planner.standards.model import in_language
from planner.studies.parity import reweigh
from planner.studies.steps import StepCost
from planner.ui import cache, state, work
from planner.ui.charts import lorenz_chart
from planner.ui.guard import guarded
from planner.ui.mapview import show_map
from planner.ui.notices import tell_nobody
from planner.ui.season import tell_season
from planner.ui.study import measured
from planner.ui.tables import to_map, written
from planner.ui.text import plain
from planner.ui.weights import edit_weights

_HEIGHT = 470
_TOGETHER = ""


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    location, version, season = workspace.location, workspace.version(), state.season()
    assessment = measured(say, location, version)
    found = work.need(say, say("Comparing the settlements …"), cache.parity, location, version, season)
    if not found.services:
        st.info(say("No standard can be measured yet. Add layers on the page “Layers”."))
        return
    tell_nobody(assessment, say)
    tell_season(say)
    st.caption(
        say(
            "1 means no worse than the place compared with; one half means a lag of a whole threshold of the standard; "
            "0 means that the service cannot be reached."
        )
    )
    for template, values in found.remarks:
        st.info(plain(words.told(say, template, values)))
    weights, costs = edit_weights(found, assessment, say)
    _desk(say, location, version, reweigh(found, assessment, weights, costs), costs)


@st.fragment
@guarded
def _desk(say: Speech, location: str, version: str, found: Parity, costs: Mapping[str, StepCost]) -> None:
    assessment = cache.assessment(location, version, state.season())
    first, second = st.columns([0.5, 0.5], gap="medium")
    reference = first.selectbox(
        say("Compared with"), range(len(found.references)), key="parity_reference", persist_state="session",
        format_func=lambda r: _reference(found, r, say),
    )  # fmt: skip
    service = second.selectbox(
        say("Service"), [_TOGETHER, *(s.service for s in found.services)], key="parity_service",
        persist_state="session", format_func=lambda s: _service(assessment, s, say),
    )  # fmt: skip
    value = _shown(found, service, reference)
    left, right = st.columns([0.58, 0.42], gap="medium")
    with left:
        dark = state.is_dark()
        show_map(
            cache.base(location, version, say.language, dark, False),
            [value_layer(assessment, say("Parity"), value, lambda i: _lines(found, value, reference, i, say))],
            key="parity", height=_HEIGHT,
        )  # fmt: skip
        st.html(legend_html(value_legend(assessment, say, value, dark=dark), say, dark=dark))
    with right:
        _evenness(found, service, assessment, say)
    _settlements(found, reference, assessment, costs, say)


def _shown(found: Parity, service: str, reference: int) -> FloatArray:
    if service == _TOGETHER:
        return np.asarray(found.composite[reference])
    return np.asarray(next(s.parity[reference] for s in found.services if s.service == service))


def _reference(found: Parity, number: int, say: Speech) -> str:
    reference = found.references[number]
    name = in_language(reference.name, say.language)
    text = f"{name} — {say(words.REFERENCES[reference.kind])}"
    return f"{text} ({say('modelled data')})" if reference.modelled else text


def _service(assessment: Assessment, service: str, say: Speech) -> str:
    if service == _TOGETHER:
        return say("All services together")
    known = assessment.services.get(service)
    return in_language(known, say.language) if known else service


def _lines(found: Parity, value: FloatArray, reference: int, i: int, say: Speech) -> list[str]:
    shown = say.number(float(value[i]), 2) if value[i] == value[i] else say("no data")
    return [say("parity: {value}", value=shown)]


def _evenness(found: Parity, service: str, assessment: Assessment, say: Speech) -> None:
    equity = found.equity[service]
    columns = st.columns(3)
    columns[0].metric(say("Level of service"), say.number(equity.mean, 2))
    columns[1].metric(say("Gini coefficient"), say.number(equity.gini, 2))
    columns[2].metric(say("Palma ratio"), say.number(equity.palma, 2))
    if not equity.people > 0:
        return
    told = say(
        "Lorenz curve: level of service {level}, Gini coefficient {gini}, Palma ratio {palma}.",
        level=say.number(equity.mean, 2), gini=say.number(equity.gini, 2), palma=say.number(equity.palma, 2),
    )  # fmt: skip
    st.altair_chart(lorenz_chart(equity, say, dark=state.is_dark()), width="stretch", alt=told)
    st.caption(
        say(
            "The further the curve hangs below the line, the more unevenly the service is spread over people. "
            "The Palma ratio of equality is 0.25."
        )
    )


def _settlements(
    found: Parity, reference: int, assessment: Assessment, costs: Mapping[str, StepCost], say: Speech
) -> None:
    order = sorted(range(len(found.places)), key=lambda i: (found.composite[reference, i], i))
    steps = [found.steps[i] for i in order]
    what = [
        in_language(costs[s.service].what, say.language) or _service(assessment, s.service, say) if s else ""
        for s in steps
    ]
    table = pd.DataFrame(
        {
            say("Settlement"): [found.places.name(i, say.language) for i in order],
            say("People"): found.places.population[order],
            say("Parity"): found.composite[reference, order],
            say("Level of service"): found.level[order],
            say("The cheapest step up"): what,
            say("Cost, conditional units"): [s.cost if s else None for s in steps],
            say("Parity after it"): [
                found.composite[0, i] + s.gain if s else None for i, s in zip(order, steps, strict=True)
            ],
            **{_service(assessment, s.service, say): s.parity[reference, order] for s in found.services},
        }
    )
    ways = {column: lambda x: say.number(x, 2) for column in table.columns if table[column].dtype.kind == "f"}
    ways |= {say("People"): say.number, say("Cost, conditional units"): lambda x: say.number(x, 1)}
    chosen = st.dataframe(
        written(table, ways), hide_index=True, on_select="rerun", selection_mode="single-row", key="parity_places",
        height=420, placeholder="–",
        column_config={
            say("Settlement"): st.column_config.TextColumn(pinned=True),
            say("The cheapest step up"): st.column_config.TextColumn(width=320),
        },
    )  # fmt: skip
    if chosen.selection.rows:
        to_map(place=found.places.ids[order[chosen.selection.rows[0]]])
