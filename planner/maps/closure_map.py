"""The map of a closure: who loses the service, who goes farther and where to."""

from __future__ import annotations

from html import escape
from typing import Any

import folium
import numpy as np

from planner.i18n import Speech, words
from planner.maps.geometry import SCALE
from planner.maps.legend import LegendRow
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX, marks, theme
from planner.maps.offline import Call
from planner.maps.view import MODELLED
from planner.results import Closure, Closures
from planner.standards.model import in_language

_UNTOUCHED, _FARTHER, _LACKING, _LOSES, _STRANDED = range(5)
_SIGNS = ("not_applicable", "covered", "no_data", "gap", "unreachable")
"""The mark of each: those of the states, which everybody who reads these maps knows."""


def closure_layer(found: Closures, closure: Closure, say: Speech) -> folium.FeatureGroup:
    """Return the layer that shows what a closure does, for a map of the same district.

    Parameters
    ----------
    found : Closures
    closure : Closure
        One of them, or the least harmful.
    say : Speech
    """
    kind = _kinds(found, closure)
    located = np.flatnonzero(np.isfinite(found.places.lon) & np.isfinite(found.places.lat))
    texts: dict[str, int] = {}
    places = [
        [
            int(kind[i]),
            [texts.setdefault(t, len(texts)) for t in _lines(found, closure, int(kind[i]), int(i), say)],
        ]
        for i in located
    ]
    data: dict[str, Any] = {
        "states": list(_SIGNS),
        "places": places,
        "texts": list(texts),
        "selected": None,
        "areas": [],
        "flows": [_flow(found, closure, int(i)) for i in located if kind[i] in (_FARTHER, _LACKING, _LOSES)],
        "facilities": [_facility(found, closure, f, say) for f in range(len(found.facilities))],
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
    }
    group = folium.FeatureGroup(name=escape(in_language(found.service_name, say.language)))
    group.add_child(Call("service", data))
    return group


def closure_legend(found: Closures, closure: Closure, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`closure_layer`: signs that occur, with people and places."""
    kind, people = _kinds(found, closure), found.places.population
    looks = marks(theme(dark))
    labels = {
        _LOSES: say("loses the standard"),
        _STRANDED: say("has no other to reach"),
        _FARTHER: say("goes farther, keeps the standard"),
        _LACKING: say("goes farther, lacks the standard already"),
        _UNTOUCHED: say("not touched"),
    }
    rows = [
        LegendRow(
            _SIGNS[k],
            None,
            label,
            looks[_SIGNS[k]].fill,
            float(people[kind == k].sum()),
            int((kind == k).sum()),
        )
        for k, label in labels.items()
        if k in (_LOSES, _FARTHER) or (kind == k).any()
    ]
    gone = len(closure.closed)
    rows.append(LegendRow("facility_closed", None, say("closed"), looks["facility_closed"].fill, None, gone))
    left = len(found.facilities) - gone
    rows.append(LegendRow("facility", None, say("service point"), looks["facility"].fill, None, left))
    return rows


def _kinds(found: Closures, closure: Closure) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        moved = closure.extra_m > 0
    first = np.array([f in closure.closed for f in range(len(found.facilities))])
    kind = np.full(len(found.places), _UNTOUCHED)
    kind[moved] = _FARTHER
    kind[moved & found.lacking] = _LACKING
    kind[np.isposinf(closure.extra_m)] = _STRANDED
    if first.any() and closure.losing:
        kind[list(closure.losing)] = _LOSES
    return kind


def _lines(found: Closures, closure: Closure, kind: int, i: int, say: Speech) -> list[str]:
    labels = {_LOSES: say("loses the standard"), _STRANDED: say("has no other to reach")}
    lines = [labels[kind]] if kind in labels else []
    to = int(closure.goes_to[i])
    if kind in (_FARTHER, _LACKING, _LOSES) and to >= 0:
        lines.append(
            say(
                "goes to: {name}, {distance} farther",
                name=in_language(found.facilities.names[to], say.language),
                distance=words.quantity(say, float(closure.extra_m[i]), "m"),
            )
        )
    return lines


def _flow(found: Closures, closure: Closure, i: int) -> list[int]:
    """Return from where to where people go; nowhere leads to itself."""
    to = int(closure.goes_to[i])
    places, facilities = found.places, found.facilities
    ends = (places.lon[i], places.lat[i], facilities.lon[to], facilities.lat[to])
    lon, lat, to_lon, to_lat = (round(float(v) * SCALE) for v in ends)
    return [lon, lat, to_lon - lon, to_lat - lat]


def _facility(found: Closures, closure: Closure, f: int, say: Speech) -> dict[str, object]:
    facilities = found.facilities
    modelled = facilities.sources[f] == MODELLED
    lines = [in_language(facilities.names[f], say.language)]
    if f in closure.closed:
        lines.append(say("closed"))
    if modelled:
        lines.append(say("modelled data"))
    return {
        "id": facilities.ids[f],
        "lon": round(float(facilities.lon[f]) * SCALE),
        "lat": round(float(facilities.lat[f]) * SCALE),
        "modelled": modelled,
        "mark": "facility_closed" if f in closure.closed else None,
        "lines": lines,
    }
