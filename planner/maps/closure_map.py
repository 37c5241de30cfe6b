"""The map of a closure: who loses the service, who goes farther and where to."""

from __future__ import annotations

import folium
import numpy as np

from planner.i18n import Speech, words
from planner.maps.geometry import SCALE
from planner.maps.legend import LegendRow
from planner.maps.study_layer import point_rows, study_layer, study_point, study_row
from planner.maps.text_rows import TextRow, text_rows
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
    moving = (_FARTHER, _LACKING, _LOSES)
    points = [
        study_point(
            found.facilities,
            f,
            say,
            [say("closed")] if f in closure.closed else [],
            "facility_closed" if f in closure.closed else None,
        )
        for f in range(len(found.facilities))
    ]
    located = np.flatnonzero(np.isfinite(found.places.lon) & np.isfinite(found.places.lat))
    return study_layer(
        found.service_name,
        found.places,
        _SIGNS,
        kind,
        lambda i: _lines(found, closure, int(kind[i]), i, say),
        say,
        points=points,
        flows=[
            _flow(found, to, int(i))
            for i in located
            if kind[i] in moving and (to := _way(found, closure, int(i))[0]) >= 0
        ],
    )


def closure_text(found: Closures, closure: Closure, say: Speech) -> list[TextRow]:
    """Return the map of a closure as text: every place that it touches, the larger before the smaller."""
    kind, people = _kinds(found, closure), found.places.population
    labels = _labels(say)
    touched = sorted(np.flatnonzero(kind != _UNTOUCHED), key=lambda i: (-float(people[i]), int(i)))
    told = (
        (
            int(i),
            list(dict.fromkeys((labels[int(kind[i])], *_lines(found, closure, int(kind[i]), int(i), say)))),
        )
        for i in touched
    )
    return text_rows(found.places, told, say)


def _labels(say: Speech) -> dict[int, str]:
    """Return what each sign stands for, in the order of the legend."""
    return {
        _LOSES: say("loses the standard"),
        _STRANDED: say("has no other to reach"),
        _FARTHER: say("goes farther, loses no standard"),
        _LACKING: say("goes farther, lacks the standard already"),
        _UNTOUCHED: say("not touched"),
    }


def closure_legend(found: Closures, closure: Closure, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`closure_layer`: signs that occur, with people and places."""
    kind, people = _kinds(found, closure), found.places.population
    labels = _labels(say)
    rows = [
        study_row(_SIGNS[k], label, float(people[kind == k].sum()), int((kind == k).sum()), dark=dark)
        for k, label in labels.items()
        if k in (_LOSES, _FARTHER) or (kind == k).any()
    ]
    gone = len(closure.closed)
    rows.append(study_row("facility_closed", say("closed"), None, gone, dark=dark))
    left = [f for f in range(len(found.facilities)) if f not in closure.closed]
    rows.extend(point_rows(found.facilities, left, say("service point"), say, dark=dark))
    return rows


def _kinds(found: Closures, closure: Closure) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        moved = closure.extra_m > 0
    # The nearest in minutes may be another than the nearest by road; and it may have been the only one.
    moved[[way.place for way in closure.longer]] = True
    nowhere = np.isposinf(closure.extra_m)
    nowhere[[way.place for way in closure.longer if way.goes_to < 0]] = True
    first = np.array([f in closure.closed for f in range(len(found.facilities))])
    kind = np.full(len(found.places), _UNTOUCHED)
    kind[moved] = _FARTHER
    kind[moved & found.lacking] = _LACKING
    kind[nowhere] = _STRANDED
    if first.any() and closure.losing:
        kind[list(closure.losing)] = _LOSES
    return kind


def _lines(found: Closures, closure: Closure, kind: int, i: int, say: Speech) -> list[str]:
    labels = {_LOSES: say("loses the standard"), _STRANDED: say("has no other to reach")}
    lines = [labels[kind]] if kind in labels else []
    to, extra, unit = _way(found, closure, i)
    if kind in (_FARTHER, _LACKING, _LOSES) and to >= 0:
        lines.append(
            say(
                "goes to: {name}, {distance} farther",
                name=in_language(found.facilities.names[to], say.language),
                distance=words.quantity(say, extra, unit),
            )
        )
    return lines


def _way(found: Closures, closure: Closure, i: int) -> tuple[int, float, str]:
    """Return where people of a place go from then on, how much longer it is and its unit; -1 where nothing changes."""
    if closure.extra_m[i] > 0:
        return int(closure.goes_to[i]), float(closure.extra_m[i]), "m"
    way = next((way for way in closure.longer if way.place == i), None)
    measure = found.standards[way.standard].measure if way is not None else None
    if way is None or measure is None:
        return -1, 0.0, ""
    return way.goes_to, way.extra, measure.unit


def _flow(found: Closures, to: int, i: int) -> list[int]:
    """Return from where to where people go."""
    places, facilities = found.places, found.facilities
    ends = (places.lon[i], places.lat[i], facilities.lon[to], facilities.lat[to])
    lon, lat, to_lon, to_lat = (round(float(v) * SCALE) for v in ends)
    return [lon, lat, to_lon - lon, to_lat - lat]
