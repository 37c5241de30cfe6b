"""The weights of services and the costs of steps, which a planner may change."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.i18n import Speech
from planner.results import Assessment, Parity
from planner.standards.model import in_language
from planner.studies.steps import StepCost, step_costs


def edit_weights(
    found: Parity, assessment: Assessment, say: Speech
) -> tuple[dict[str, float], dict[str, StepCost]]:
    """Let weights and costs be changed; what comes back is what the page goes by."""
    costs = step_costs()
    services = [s.service for s in found.services]
    with st.expander(say("Weights of services and costs of steps"), expanded=False):
        st.caption(
            say(
                "Costs are conditional units, an assumption of proportions: put your own prices in their place."
            )
        )
        edited = st.data_editor(
            pd.DataFrame(
                {
                    "name": [_name(assessment, s, say) for s in services],
                    "weight": [s.weight for s in found.services],
                    "fixed": [costs[s].fixed if s in costs else None for s in services],
                    "per_unit": [costs[s].per_unit if s in costs else None for s in services],
                }
            ),
            key="parity_weights", hide_index=True, height="content", disabled=["name"],
            column_config={
                "name": st.column_config.TextColumn(say("Service")),
                "weight": st.column_config.NumberColumn(say("Weight"), min_value=0.0, required=True),
                "fixed": st.column_config.NumberColumn(say("Cost of a step, fixed"), min_value=0.0),
                "per_unit": st.column_config.NumberColumn(
                    say("and for each unit short (km for distances)"), min_value=0.0
                ),
            },
        )  # fmt: skip
    weights = dict(zip(services, edited["weight"].fillna(0.0), strict=True))
    rows = zip(services, edited["fixed"], edited["per_unit"].fillna(0.0), strict=True)
    chosen = {s: StepCost(f, p, costs[s].what if s in costs else {}) for s, f, p in rows if f == f}
    return weights, chosen


def _name(assessment: Assessment, service: str, say: Speech) -> str:
    known = assessment.services.get(service)
    return in_language(known, say.language) if known else service
