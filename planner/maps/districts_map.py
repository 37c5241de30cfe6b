"""Many districts on one map: each filled by how much of its people a service reaches, in the browser and in print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import folium

from planner.i18n import Speech
from planner.maps.district_map import places_part, setup_data
from planner.maps.geometry import SCALE, Bounds, as_geometry, bounds_of, packed_polygons
from planner.maps.legend import LegendRow
from planner.maps.marks import VALUE_CLASSES, marks, theme
from planner.maps.offline import Call, OfflineMap
from planner.maps.parts import Part
from planner.results import TOGETHER, DistrictFigures, Districts, Ranked
from planner.standards.model import in_language

SHARE_BREAKS = (0.5, 0.65, 0.8, 0.9)
LEVEL_BREAKS = (0.6, 0.7, 0.75, 0.8)
"""Between the five classes of a service's share covered, and of the level of all services together, which differs less.

They are fixed, so that maps of two years can be laid side by side.
"""

UNKNOWN = "no_data"


def class_of(value: float | None, service: str) -> int:
    """Return the class of a value, 0 (the lowest) to 4; -1 where it is unknown. A break belongs to the class above.

    What counts is the value as it is written beside the map: what reads 0.80 stands in the class from 0.80.
    """
    return -1 if value is None else sum(round(value, 3 if service else 2) >= b for b in _breaks(service))


def _breaks(service: str) -> tuple[float, ...]:
    return SHARE_BREAKS if service else LEVEL_BREAKS


def districts_bounds(found: Districts) -> Bounds | None:
    """Return west, south, east and north of all districts; None where none has an outline."""
    return bounds_of(as_geometry(d.outline) for d in found.districts if d.outline)


def districts_map(found: Districts, say: Speech, *, dark: bool = False) -> OfflineMap:
    """Return the map on which a service is shown: borders and the names of the districts' centres.

    Parameters
    ----------
    found : Districts
    say : Speech
        The language of names and texts.
    dark : bool
        Colours for a dark page.
    """
    bounds = districts_bounds(found)
    zones = [rings for d in found.districts if d.outline for rings in packed_polygons(as_geometry(d.outline))]
    lines = Part({"outline": [], "zones": zones, "roads": []})
    labels = places_part([_label(d, say) for d in found.districts if d.centre["lon"] is not None])
    return OfflineMap().call("setup", setup_data(say, bounds, dark=dark)).call("ground", {}, [lines, labels])


def _label(district: DistrictFigures, say: Speech) -> list[object]:
    centre = district.centre
    name = in_language(centre["name"], say.language)
    lon, lat = round(centre["lon"] * SCALE), round(centre["lat"] * SCALE)
    return [centre["id"], name, centre["people"], 0, lon, lat, ""]


def districts_layer(
    found: Districts, say: Speech, service: str = TOGETHER, *, selected: Sequence[str] = ()
) -> folium.FeatureGroup:
    """Return the layer of one service, for a map that :func:`districts_map` made of the same districts.

    A click on a district gives its id and the kind ``district``.

    Parameters
    ----------
    found : Districts
    say : Speech
    service : str
        All services together where not given.
    selected : sequence of str
        Ids of districts to mark as chosen.
    """
    looks = marks(theme(False))
    ranked = found.ranking[service]
    # A chosen one is drawn last: its border lies above those of its neighbours.
    order = sorted(ranked, key=lambda r: r.id in selected)
    areas = []
    for row in order:
        district = found.district(row.id)
        if not district.outline:
            continue
        number = class_of(row.value, service)
        areas.append(
            {
                "id": row.id,
                "shape": packed_polygons(as_geometry(district.outline)),
                "colour": looks[VALUE_CLASSES[number]].fill if number >= 0 else "",
                "lines": district_lines(found, district, row, service, say),
                "selected": row.id in selected,
            }
        )
    group = folium.FeatureGroup(name=escape(title_of(found, service, say)))
    group.add_child(Call("choropleth", {"areas": areas}))
    return group


def title_of(found: Districts, service: str, say: Speech) -> str:
    """Return what a map of districts shows."""
    return in_language(found.names[service], say.language) if service else say("All services together")


def district_lines(
    found: Districts, district: DistrictFigures, row: Ranked, service: str, say: Speech
) -> list[str]:
    """Return what is said of a district where it is pointed at."""
    lines = [
        found.name(district.id, say.language),
        say.plural("{count} person", "{count} people", district.people),
    ]
    if row.rank is None:
        return [*lines, say("no data")]
    value = say.percent(row.value) if service else say.number(row.value, 2)
    known = sum(r.rank is not None for r in found.ranking[service])
    told = say("covered: {value}", value=value) if service else say("level of service: {value}", value=value)
    return [*lines, told, say("rank {rank} of {count}", rank=row.rank, count=known)]


def districts_legend(found: Districts, say: Speech, service: str = TOGETHER) -> list[LegendRow]:
    """Return the legend of a layer: classes from poor to good with people and districts, then unknown."""
    rows = []
    looks = marks(theme(False))
    ranked = found.ranking[service]
    for number, symbol in enumerate((*VALUE_CLASSES, UNKNOWN)):
        here = [r.id for r in ranked if class_of(r.value, service) == (number if symbol != UNKNOWN else -1)]
        if symbol == UNKNOWN and not here:
            continue
        people = sum(found.district(id).people for id in here)
        label = say("no data") if symbol == UNKNOWN else _span(number, service, say)
        look = looks[symbol]
        rows.append(LegendRow(symbol, None, label, look.fill or look.stroke, people, len(here)))
    return rows


def modelled_districts_note(found: Districts, say: Speech, service: str = TOGETHER) -> str:
    """Return the remark that data behind the map are modelled; empty where all of them are real."""
    shown = [s for d in found.districts for s in d.services if service in (TOGETHER, s.service)]
    if not any(s.modelled for s in shown):
        return ""
    return say("Modelled data: not a record of what exists on the ground.")


def _span(number: int, service: str, say: Speech) -> str:
    ends = [0.0, *_breaks(service), 1.0][number : number + 2]
    low, high = (f"{say.percent(e, 0)}" if service else say.number(e, 2) for e in ends)
    return f"{low} – {high}"


def districts_page(found: Districts, say: Speech) -> str:
    """Return a page of its own with the map of all services together, which opens from a file with no network.

    Raises
    ------
    PlannerError
        If Leaflet has not been brought to this installation.
    """
    page = districts_map(found, say)
    districts_layer(found, say).add_to(page)
    return page.standalone()
