"""The map of visiting services: trips along the roads in the colour of their day, stops numbered in their order."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import folium
import numpy as np

from planner.i18n import Speech, words
from planner.maps.geometry import SCALE, as_geometry, packed_lines
from planner.maps.legend import LegendRow, sign
from planner.maps.study_layer import study_layer, study_row
from planner.results import IntArray, Tours, Trip
from planner.results.tour import clock
from planner.standards.model import in_language

MOST_NUMBERED = 100
"""With more halts than this on the map the numbers would hide each other, and stops are small rings."""

DAY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6000")
"""Of Monday to Sunday: the palette of Okabe and Ito (2008), its yellow darkened so that lines in it are seen."""

_DASHES = ("", "11 7", "3 7", "14 5 3 5")
"""Of the vehicles, in turn: the same day, another line."""

_SIGNS = ("not_applicable", "covered", "gap")
_OTHER, _SERVED, _WITHOUT = range(3)


def tour_layer(found: Tours, shown: Sequence[int], say: Speech) -> folium.FeatureGroup:
    """Return the layer of some trips, for a map of the same district.

    Parameters
    ----------
    found : Tours
    shown : sequence of int
        Positions of the trips to draw.
    say : Speech
    """
    kind = _kinds(found)
    numbered = sum(len(found.trips[t].halts) for t in shown) <= MOST_NUMBERED
    return study_layer(
        found.service_name,
        found.places,
        _SIGNS,
        kind,
        lambda i: _lines(found, int(kind[i]), i, say),
        say,
        points=[_depot(found, say)],
        ways=[_way(found, t, say) for t in shown],
        stops=[stop for t in shown for stop in _stops(found, found.trips[t], numbered, say)],
    )


def tour_legend(found: Tours, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend's rows for the places: who is served and who is not."""
    kind, people = _kinds(found), found.places.population
    labels = {
        _SERVED: say("gets a stop within walking distance"),
        _WITHOUT: say("left without a stop"),
        _OTHER: say("has the service already, or it is not known"),
    }
    return [
        study_row(_SIGNS[k], label, float(people[kind == k].sum()), int((kind == k).sum()), dark=dark)
        for k, label in labels.items()
        if k == _SERVED or (kind == k).any()
    ]


def trip_legend_html(found: Tours, shown: Sequence[int], say: Speech, *, dark: bool = False) -> str:
    """Return what the lines mean as a piece of HTML: vehicle, day, stops, kilometres, hours; every text escaped."""
    cell = 'style="padding:1px 0 1px 12px;text-align:right;font-variant-numeric:tabular-nums"'
    rows = "".join(
        f'<tr><td style="padding:1px 8px 1px 0;line-height:0">{_swatch(found.trips[t])}</td>'
        f"<td>{escape(trip_name(found, found.trips[t], say))}</td>"
        f"<td {cell}>{len(found.trips[t].halts)}</td>"
        f"<td {cell}>{escape(say.number(found.trips[t].drive_m / 1000))}</td>"
        f"<td {cell}>{clock(found.trips[t].start_s)}–{clock(found.trips[t].end_s)}</td></tr>"
        for t in shown
    )
    titles = "".join(
        f'<th style="padding:0 0 2px 12px;text-align:right;font-weight:500">{escape(title)}</th>'
        for title in (say("stops"), say("km"), say("on the way"))
    )
    depot = escape(say("depot: {name}", name=in_language(found.depot.name, say.language)))
    last = f'<tr><td style="padding-left:7px;line-height:0">{sign("facility", dark=dark)}</td><td>{depot}</td></tr>'
    style = "border-collapse:collapse;border:0;font-size:0.9rem"
    return (
        f'<div class="map-legend"><table style="{style}"><thead><tr><th></th><th></th>{titles}</tr></thead>'
        f"<tbody>{rows}{last}</tbody></table></div>"
    )


def trip_name(found: Tours, trip: Trip, say: Speech) -> str:
    """Return what a trip is called beside others: its day, and its vehicle where there are several."""
    day = say(words.WEEKDAYS[trip.day])
    return day if found.vehicles == 1 else say("Vehicle {number}, {day}", number=trip.vehicle + 1, day=day)


def _kinds(found: Tours) -> IntArray:
    kind = np.where(found.lacking, _WITHOUT, _OTHER)
    kind[found.serving >= 0] = _SERVED
    return np.asarray(kind, dtype=np.int64)


def _lines(found: Tours, kind: int, i: int, say: Speech) -> list[str]:
    if kind == _WITHOUT:
        return [say("left without a stop")]
    if kind == _OTHER:
        return []
    stop = found.stops[int(found.serving[i])]
    name = in_language(stop.name, say.language)
    walk = words.quantity(say, float(found.walk_m[i]), "m")
    times = [
        say(
            "{day} {time}",
            day=say(words.WEEKDAYS[trip.day]),
            time=f"{clock(h.arrival_s)}–{clock(h.departure_s)}",
        )
        for trip in found.trips
        for h in trip.halts
        if h.stop == found.serving[i]
    ]
    return [say("stop: {name}, {walk} on foot", name=name, walk=walk), *times]


def _depot(found: Tours, say: Speech) -> dict[str, object]:
    name = in_language(found.depot.name, say.language)
    return {
        "id": found.depot.id,
        "lon": round(found.depot.lon * SCALE),
        "lat": round(found.depot.lat * SCALE),
        "modelled": False,
        "lines": [say("depot"), name],
    }


def _way(found: Tours, t: int, say: Speech) -> dict[str, object]:
    trip = found.trips[t]
    return {
        "id": str(t),
        "lines": [trip_name(found, trip, say), words.quantity(say, trip.drive_m, "m")],
        "shape": packed_lines([as_geometry(trip.line)]),
        "chosen": False,
        "colour": DAY_COLOURS[trip.day],
        "weight": 4,
        "dash": _DASHES[trip.vehicle % len(_DASHES)],
    }


def _stops(found: Tours, trip: Trip, numbered: bool, say: Speech) -> list[dict[str, object]]:
    told = []
    for number, halt in enumerate(trip.halts, start=1):
        stop = found.stops[halt.stop]
        times = f"{clock(halt.arrival_s)}–{clock(halt.departure_s)}"
        told.append({
            "id": stop.id,
            "lon": round(stop.lon * SCALE),
            "lat": round(stop.lat * SCALE),
            "number": str(number) if numbered else "",
            "colour": DAY_COLOURS[trip.day],
            "lines": [
                in_language(stop.name, say.language),
                f"{trip_name(found, trip, say)}, {times}",
                say.plural("serves {count} person", "serves {count} people", stop.people),
            ],
        })  # fmt: skip
    return told


def _swatch(trip: Trip) -> str:
    dash = _DASHES[trip.vehicle % len(_DASHES)]
    look = f' stroke-dasharray="{dash}"' if dash else ""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="34" height="14" viewBox="0 0 34 14">'
        f'<path d="M1 7h32" stroke="{DAY_COLOURS[trip.day]}" stroke-width="4"{look}/></svg>'
    )
    data = base64.b64encode(drawing.encode()).decode()
    return f'<img alt="" width="34" height="14" src="data:image/svg+xml;base64,{data}">'
