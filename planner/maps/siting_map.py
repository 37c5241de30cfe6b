"""The map of a plan of sites: who gains, who stays without, and which site is whose."""

from __future__ import annotations

from collections.abc import Sequence

import folium
import numpy as np

from planner.i18n import Speech, words
from planner.maps.edit_layer import Drawing, edit_layer
from planner.maps.geometry import SCALE
from planner.maps.legend import LegendRow
from planner.maps.study_layer import counted_rows, study_layer, study_row
from planner.results import Plan, State
from planner.scenario import AddFacility
from planner.standards.model import in_language

_GAINS, _LOSES, _COVERED, _LACKING, _UNKNOWN, _OTHER = range(6)
_SIGNS = ("uncertain", "unreachable", "covered", "gap", "no_data", "not_applicable")
"""The mark of each; who gains stands out, in a colour that no state has."""


def siting_layer(plan: Plan, say: Speech) -> folium.FeatureGroup:
    """Return the layer that shows a plan, for a map of the same district.

    Parameters
    ----------
    plan : Plan
    say : Speech
    """
    kind = _kinds(plan)
    new = np.array([site.new for site in plan.sites] + [False])
    located = np.isfinite(plan.places.lon) & np.isfinite(plan.places.lat)
    # Ways to sites that stand are drawn by no line: the map shows what changes.
    lines = np.flatnonzero(located & (plan.site >= 0) & new[plan.site] & (plan.after != State.NOT_APPLICABLE))
    return study_layer(
        plan.service_name,
        plan.places,
        _SIGNS,
        kind,
        lambda i: _lines(plan, int(kind[i]), i, say),
        say,
        points=[_point(plan, number, say) for number in range(len(plan.sites))],
        flows=[_flow(plan, int(i)) for i in lines],
    )


def ground_layer(points: Sequence[tuple[float, float]], say: Speech) -> folium.FeatureGroup:
    """Return the layer of candidates that were clicked, which takes further clicks; it comes first of all layers.

    Parameters
    ----------
    points : sequence of (lon, lat)
    say : Speech
    """
    edits = [AddFacility("candidate", str(i), {}, lon, lat) for i, (lon, lat) in enumerate(points)]
    return edit_layer(edits, {}, Drawing(), say)


def siting_legend(plan: Plan, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`siting_layer`: signs that occur, with people and places."""
    kind, people = _kinds(plan), plan.places.population
    labels = {
        _GAINS: say("newly covered"),
        _LOSES: say("no longer covered"),
        _COVERED: say("covered before and after"),
        _LACKING: say("still without"),
        _UNKNOWN: say("no data"),
        _OTHER: say("standard does not apply"),
    }
    rows = [
        study_row(_SIGNS[k], label, float(people[kind == k].sum()), int((kind == k).sum()), dark=dark)
        for k, label in labels.items()
        if k == _GAINS or (kind == k).any()
    ]
    if plan.new:
        rows.append(study_row("site_new", say("new site"), None, len(plan.new), dark=dark))
    modelled = [site.modelled for site in plan.sites if not site.new]
    stand = say("service point that stands")
    return [*rows, *counted_rows(modelled.count(False), sum(modelled), stand, say, dark=dark)]


def _kinds(plan: Plan) -> np.ndarray:
    kind = np.full(len(plan.places), _OTHER)
    kind[np.isin(plan.after, (State.GAP, State.UNREACHABLE, State.NOT_CONNECTED))] = _LACKING
    kind[np.isin(plan.after, (State.NO_DATA, State.NOT_LOCATED))] = _UNKNOWN
    kind[plan.after == State.COVERED] = _COVERED
    kind[plan.gains] = _GAINS
    kind[plan.loses] = _LOSES
    return kind


def _lines(plan: Plan, kind: int, i: int, say: Speech) -> list[str]:
    labels = {_GAINS: say("newly covered"), _LOSES: say("no longer covered"), _LACKING: say("still without")}
    lines = [labels[kind]] if kind in labels else []
    if plan.site[i] >= 0 and np.isfinite(plan.cost[i]):
        lines.append(
            say(
                "to: {name}, {cost}",
                name=in_language(plan.sites[plan.site[i]].name, say.language),
                cost=words.quantity(say, float(plan.cost[i]), plan.unit),
            )
        )
    return lines


def _point(plan: Plan, number: int, say: Speech) -> dict[str, object]:
    site = plan.sites[number]
    lines = [in_language(site.name, say.language)]
    if site.new:
        lines += [
            say("new site"),
            say("newly covered: {people}", people=say.number(site.gained)),
            say("serves: {people}", people=say.number(site.served)),
        ]
    elif site.modelled:
        lines.append(say("modelled data"))
    return {
        "id": site.id,
        "lon": round(site.lon * SCALE),
        "lat": round(site.lat * SCALE),
        "modelled": site.modelled,
        "mark": "site_new" if site.new else None,
        "lines": lines,
    }


def _flow(plan: Plan, i: int) -> list[int]:
    """Return from where to where people go; nowhere leads to itself."""
    site = plan.sites[plan.site[i]]
    ends = (plan.places.lon[i], plan.places.lat[i], site.lon, site.lat)
    lon, lat, to_lon, to_lat = (round(float(v) * SCALE) for v in ends)
    return [lon, lat, to_lon - lon, to_lat - lat]
