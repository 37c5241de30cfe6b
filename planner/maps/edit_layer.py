"""What was edited, on the map: new service points, moved ones with their way, closed ones, drawn areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import folium
from shapely.geometry import shape

from planner.i18n import Speech
from planner.maps.geometry import SCALE, packed_polygons
from planner.maps.legend import LegendRow
from planner.maps.marks import STEM_PX, theme
from planner.maps.offline import Call
from planner.scenario import AddArea, AddFacility, CloseFacility, Edit, MoveFacility

Spot = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a planner is in the middle of: a facility picked up to be moved, corners of an area.

    Attributes
    ----------
    picked : (lon, lat), optional
    outline : sequence of (lon, lat)
    wanted : {"", "facility"}
        The kind of mark that the tool in hand is for; empty where it takes any spot. By keyboard the nearest is taken.
    """

    picked: Spot | None = None
    outline: Sequence[Spot] = ()
    wanted: str = ""


def edit_layer(
    edits: Sequence[Edit], before: dict[tuple[str, str], Spot], drawing: Drawing, say: Speech
) -> folium.FeatureGroup:
    """Return the layer of a scenario's edits; while it is on the map, a click anywhere is told with its position.

    It has to come first of all layers: what lies over it takes clicks before the ground does.

    Parameters
    ----------
    edits : sequence of Edit
    before : dict of (str, str) to (lon, lat)
        Where facilities stand without the edits, by service and identifier.
    drawing : Drawing
    say : Speech
    """
    now, closed = _standing(edits, before)
    areas = [packed_polygons(shape(edit.outline)) for edit in edits if isinstance(edit, AddArea)]
    data = {
        "added": [_packed(at) for key, at in now.items() if key not in before],
        "moved": [[_packed(before[key]), _packed(at)] for key, at in now.items() if key in before],
        "closed": [_packed(at) for at in closed.values()],
        "areas": areas,
        "picked": _packed(drawing.picked) if drawing.picked else None,
        "outline": [_packed(at) for at in drawing.outline],
        "wanted": drawing.wanted,
        "stem": STEM_PX,
    }
    group = folium.FeatureGroup(name=escape(say("Edits")))
    group.add_child(Call("editing", data))
    return group


def edit_legend(
    edits: Sequence[Edit], before: dict[tuple[str, str], Spot], say: Speech, *, dark: bool = False
) -> list[LegendRow]:
    """Return the legend of :func:`edit_layer`: the edits of every sort that there are, with their number."""
    now, closed = _standing(edits, before)
    moved = sum(key in before for key in now)
    colours = theme(dark)
    rows = [
        ("edit_added", say("new service point"), colours.ink, len(now) - moved),
        ("edit_moved", say("moved service point"), colours.ink, moved),
        ("facility_closed", say("closed service point"), colours.gap, len(closed)),
        ("edit_area", say("drawn area"), colours.covered, sum(isinstance(edit, AddArea) for edit in edits)),
    ]
    return [
        LegendRow(symbol, None, label, colour, None, count) for symbol, label, colour, count in rows if count
    ]


def _standing(
    edits: Sequence[Edit], before: dict[tuple[str, str], Spot]
) -> tuple[dict[tuple[str, str], Spot], dict[tuple[str, str], Spot]]:
    """Return where facilities stand that were added or moved, and where those stood that were closed."""
    now: dict[tuple[str, str], Spot] = {}
    closed: dict[tuple[str, str], Spot] = {}
    for edit in edits:
        if isinstance(edit, AddFacility | MoveFacility):
            now[edit.service, edit.id] = (edit.lon, edit.lat)
        elif isinstance(edit, CloseFacility):
            now.pop((edit.service, edit.id), None)
            if (edit.service, edit.id) in before:
                closed[edit.service, edit.id] = before[edit.service, edit.id]
    return now, closed


def _packed(at: Spot) -> list[int]:
    return [round(at[0] * SCALE), round(at[1] * SCALE)]
