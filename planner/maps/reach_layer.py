"""Mobile coverage by screening on the map: areas by class, settlements in the same colours, masts on stems."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape

import folium
import numpy as np

from planner.i18n import Speech
from planner.i18n.words import N_
from planner.maps.geometry import SCALE, as_geometry, packed_polygons
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX
from planner.maps.offline import Call
from planner.results import MobileCoverage, Reach
from planner.standards.model import in_language

REACHES = {
    Reach.COVERED: N_("covered, even on pessimistic assumptions"),
    Reach.UNCERTAIN: N_("uncertain: covered on optimistic assumptions only"),
    Reach.NOT_COVERED: N_("not covered, even on optimistic assumptions"),
    Reach.NOT_COMPUTED: N_("not computed: no formula holds there"),
    Reach.NOT_LOCATED: N_("not located"),
}
"""What each class means, to be said in a language."""

OPACITY = 0.5
_COLOURS = {
    Reach.COVERED: "#0072b2",
    Reach.UNCERTAIN: "#f0c75e",
    Reach.NOT_COVERED: "#d55e00",
    Reach.NOT_COMPUTED: "#9a9a9a",
}
_MARKS = {
    Reach.COVERED: "covered",
    Reach.UNCERTAIN: "uncertain",
    Reach.NOT_COVERED: "gap",
    Reach.NOT_COMPUTED: "no_data",
    Reach.NOT_LOCATED: "not_located",
}


def reach_layers(
    found: MobileCoverage, say: Speech, lines: Callable[[int], Sequence[str]]
) -> list[folium.FeatureGroup]:
    """Return the layers for a map of :func:`planner.maps.district_map.base_map`: areas, then settlements and masts.

    Parameters
    ----------
    found : MobileCoverage
    say : Speech
    lines : callable
        What is said of a settlement, given its index.
    """
    ground = folium.FeatureGroup(name=escape(say("Mobile coverage")))
    bands = [
        {"shape": packed_polygons(as_geometry(area.outline)), "colour": _COLOURS[area.reach]}
        for area in found.areas
    ]
    ground.add_child(Call("areas", {"bands": bands, "opacity": OPACITY}))
    marks = folium.FeatureGroup(name=escape(say("Settlements")))
    marks.add_child(Call("service", _marks(found, say, lines)))
    return [ground, marks]


def _marks(found: MobileCoverage, say: Speech, lines: Callable[[int], Sequence[str]]) -> dict[str, object]:
    texts: dict[str, int] = {}
    located = np.flatnonzero(np.isfinite(found.places.lon) & np.isfinite(found.places.lat))
    places = [
        [int(found.reach[i]), [texts.setdefault(t, len(texts)) for t in lines(int(i))]] for i in located
    ]
    return {
        "states": [_MARKS[reach] for reach in Reach],
        "places": places,
        "texts": list(texts),
        "selected": None,
        "areas": [],
        "facilities": [_mast(found, i, say) for i, bands in enumerate(found.mast_bands_mhz) if bands],
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
    }


def _mast(found: MobileCoverage, i: int, say: Speech) -> dict[str, object]:
    masts, modelled = found.masts, found.masts.sources[i] == "modelled"
    said = say(
        "height {height} m; {bands} MHz",
        height=say.number(float(found.mast_height_m[i])),
        bands=", ".join(say.number(f) for f in found.mast_bands_mhz[i]),
    )
    return {
        "id": masts.ids[i],
        "lon": round(float(masts.lon[i]) * SCALE),
        "lat": round(float(masts.lat[i]) * SCALE),
        "modelled": modelled,
        "lines": [
            in_language(masts.names[i], say.language),
            said,
            *([say("modelled data")] if modelled else []),
        ],
    }


def reach_legend_html(found: MobileCoverage, say: Speech) -> str:
    """Return what the colours mean as a piece of HTML, with people, settlements and area; every text escaped."""
    area = {a.reach: a.area_km2 for a in found.areas}
    cell = 'style="padding:1px 0 1px 12px;text-align:right;font-variant-numeric:tabular-nums"'
    rows = "".join(
        f'<tr><td style="padding:1px 8px 1px 0;line-height:0">{_swatch(_COLOURS.get(reach))}</td>'
        f"<td>{escape(say(REACHES[reach]))}</td>"
        f"<td {cell}>{escape(say.number(found.people(reach)))}</td>"
        f"<td {cell}>{escape(say.number(found.count(reach)))}</td>"
        f"<td {cell}>{escape(say.number(area[reach])) if reach in area else ''}</td></tr>"
        for reach in Reach
        if found.count(reach) or reach in area
    )
    titles = "".join(
        f'<th style="padding:0 0 2px 12px;text-align:right;font-weight:500">{escape(title)}</th>'
        for title in (say("people"), say("places"), say("km²"))
    )
    style = "border-collapse:collapse;border:0;font-size:0.9rem"
    note = say("Computed in cells of {size} m.", size=say.number(found.cell_m))
    if found.modelled:
        note = f"{note} {say('Modelled data: not a record of what exists on the ground.')}"
    return (
        f'<div class="map-legend"><table style="{style}"><thead><tr><th></th><th></th>{titles}</tr></thead>'
        f'<tbody>{rows}</tbody></table><p style="margin:4px 0 0;font-style:italic">{escape(note)}</p></div>'
    )


def _swatch(colour: str | None) -> str:
    look = (
        f'fill="{colour}" fill-opacity="0.75"'
        if colour
        else 'fill="none" stroke="#8c8c8c" stroke-dasharray="2 2"'
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20">'
        f'<rect x="2" y="4" width="16" height="12" rx="3" {look}/></svg>'
    )
    data = base64.b64encode(drawing.encode()).decode()
    return f'<img alt="" width="20" height="20" src="data:image/svg+xml;base64,{data}">'
