"""The map of fragility: the pieces of a network on which most people hang, and who loses the service with one."""

from __future__ import annotations

import folium
import numpy as np

from planner.i18n import Speech
from planner.maps.geometry import SCALE, as_geometry, packed_lines
from planner.maps.legend import LegendRow
from planner.maps.study_layer import point_rows, study_layer, study_point, study_row
from planner.results import Fragility, IntArray

_SIGNS = ("covered", "not_connected", "not_located", "gap", "unreachable")
_SERVED, _NO_SOURCE, _NOT_JOINED, _LOSES, _CUT = range(5)


def fragility_layer(found: Fragility, chosen: int, names: list[str], say: Speech) -> folium.FeatureGroup:
    """Return the layer of a fragility study, for a map of the same district.

    Parameters
    ----------
    found : Fragility
    chosen : int
        Position of the element whose loss is shown.
    names : list of str
        What to call the elements.
    say : Speech
    """
    kind = _kinds(found, chosen)
    labels = _labels(say)
    ways = [
        {
            "id": str(k),
            "lines": [*names[k : k + 1], say("lose the standard: {people}", people=say.number(element.lost))],
            "shape": packed_lines([as_geometry(element.line)]),
            "chosen": k == chosen,
        }
        for k, element in enumerate(found.elements)
    ]
    points = [
        study_point(found.facilities, f, say)
        for f in range(len(found.facilities))
        if np.isfinite(found.facilities.lon[f])
    ]
    points += [_junction(found, k, say) for k in range(len(found.junctions))]
    return study_layer(
        found.service_name,
        found.places,
        _SIGNS,
        kind,
        lambda i: [labels[int(kind[i])]],
        say,
        points=points,
        ways=ways,
    )


def fragility_legend(found: Fragility, chosen: int, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`fragility_layer`: signs that occur, with people and places."""
    kind, people = _kinds(found, chosen), found.places.population
    rows = [
        study_row(_SIGNS[k], label, float(people[kind == k].sum()), int((kind == k).sum()), dark=dark)
        for k, label in enumerate(_labels(say))
        if (kind == k).any()
    ]
    name = say("source") if found.kind == "lines" else say("service point")
    located = [int(f) for f in np.flatnonzero(np.isfinite(found.facilities.lon))]
    rows += point_rows(found.facilities, located, name, say, dark=dark)
    if found.junctions:
        label = say("junction without a way round")
        rows.append(study_row("junction", label, None, len(found.junctions), dark=dark))
    return [*rows, *_way_rows(found, chosen, say, dark=dark)]


def _way_rows(found: Fragility, chosen: int, say: Speech, *, dark: bool) -> list[LegendRow]:
    """Return what the lines mean: the piece that is taken away, and the others that can be."""
    shown = int(chosen < len(found.elements))
    others = len(found.elements) - shown
    mains = found.kind == "lines"
    rows = []
    if shown:
        label = say("main that is cut here") if mains else say("road that is cut here")
        rows.append(study_row("way_chosen", label, None, shown, dark=dark))
    if others:
        label = (
            say("other main whose loss takes the service away")
            if mains
            else say("other road whose loss takes the service away")
        )
        rows.append(study_row("way", label, None, others, dark=dark))
    return rows


def _junction(found: Fragility, k: int, say: Speech) -> dict[str, object]:
    one = found.junctions[k]
    people = say("cut off without it: {people}", people=say.number(one.cut_off))
    return {
        "id": f"junction-{k + 1}",
        "lon": round(one.lon * SCALE),
        "lat": round(one.lat * SCALE),
        "modelled": False,
        "mark": "junction",
        "lines": [say("junction"), people],
    }


def _labels(say: Speech) -> tuple[str, ...]:
    return (
        say("nothing changes"),
        say("reaches no service point or source now"),
        say("not joined to the network"),
        say("loses the standard"),
        say("is cut off"),
    )


def _kinds(found: Fragility, chosen: int) -> IntArray:
    kind = np.select([found.connected == 0, found.connected == 2], [_NO_SOURCE, _NOT_JOINED], _SERVED)
    if chosen < len(found.elements):
        element = found.elements[chosen]
        kind[list(element.losing)] = _LOSES
        kind[list(element.cut)] = _CUT
    return np.asarray(kind, dtype=np.int64)
