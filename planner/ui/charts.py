"""Charts of the pages."""

from __future__ import annotations

import altair as alt
import pandas as pd

from planner.i18n import Speech
from planner.results import Equity, Plan

_NBSP = "\u00a0"
_LINE = {False: "#0072b2", True: "#56b4e9"}
"""The colour of a line, on a light ground and on a dark one."""


def lorenz_chart(equity: Equity, say: Speech, *, dark: bool = False) -> alt.LayerChart | alt.FacetChart:
    """Return the Lorenz curve of a level of service over people, beside the line of equality."""
    people, level = say("share of people, the worst served first"), say("share of the service")
    per_cent = "%" if say.language == "en" else f"{_NBSP}%"
    axis = alt.Axis(format="%", tickCount=5, labelExpr=f"replace(datum.label, '%', '{per_cent}')")
    encoding = {
        "x": alt.X("p", title=people, axis=axis, scale=alt.Scale(domain=[0, 1])),
        # Places without people stand at one and the same share: left alone, the chart would pile them up.
        "y": alt.Y("l", title=level, axis=axis, scale=alt.Scale(domain=[0, 1]), stack=None),
    }
    curve = pd.DataFrame({"p": equity.share_of_people, "l": equity.share_of_level})
    line = pd.DataFrame({"p": [0.0, 1.0], "l": [0.0, 1.0]})
    drawn = alt.Chart(curve).mark_area(line={"color": _LINE[dark]}, color=_LINE[dark], opacity=0.18)
    equal = alt.Chart(line).mark_line(color="#8c8c8c", strokeDash=[5, 4])
    return alt.layer(drawn.encode(**encoding), equal.encode(x="p", y="l"), height=300)


def curve_chart(plan: Plan, say: Speech, *, dark: bool = False) -> alt.LayerChart | alt.FacetChart:
    """Return the curve of a plan's worth against its number of new sites, the plan's own number marked."""
    curve = plan.evidence.curve if plan.evidence else ()
    covering, title = _worth(plan, say)
    table = pd.DataFrame(
        {
            "sites": [p.sites for p in curve],
            "value": [p.people if covering else p.objective for p in curve],
            "here": [p.sites == len(plan.new) for p in curve],
        }
    )
    encoding = {
        "x": alt.X("sites:Q", title=say("new sites"), axis=alt.Axis(tickMinStep=1, format="d")),
        "y": alt.Y("value:Q", title=title, axis=_whole(say), scale=alt.Scale(zero=False)),
    }
    line = alt.Chart(table).mark_line(color=_LINE[dark], point={"color": _LINE[dark]}).encode(**encoding)
    here = (
        alt.Chart(table[table["here"]]).mark_point(color="#d55e00", size=160, filled=True).encode(**encoding)
    )
    return alt.layer(line, here, height=230)


def curve_text(plan: Plan, say: Speech) -> str:
    """Return the curve of a plan's worth in words, for those who cannot see it."""
    curve = plan.evidence.curve if plan.evidence else ()
    covering, title = _worth(plan, say)
    points = (f"{p.sites} — {say.number(p.people if covering else p.objective)}" for p in curve)
    return f"{say('new sites')} — {title}: {'; '.join(points)}"


def _whole(say: Speech) -> alt.Axis:
    """Return an axis of whole numbers, written as the language has them."""
    between = say.number(1000)[1:-3]
    return alt.Axis(format=",d", labelExpr=f"replace(datum.label, /,/g, '{between}')")


def _worth(plan: Plan, say: Speech) -> tuple[bool, str]:
    """Return whether a plan is worth the people it covers, and what its worth is called."""
    covering = plan.model in ("mclp", "lscp")
    return covering, say("people covered") if covering else say("objective: {unit}", unit=plan.objective_unit)
