"""Service areas on the map: a band for each cutoff, the nearest the darkest."""

from __future__ import annotations

import base64
from html import escape

import folium
import numpy as np

from planner.i18n import Speech, words
from planner.maps.geometry import as_geometry, packed_polygons
from planner.maps.offline import Call
from planner.results import ServiceAreas

OPACITY = 0.55
_NEAR, _FAR = (12, 98, 72), (196, 234, 212)


def areas_layer(areas: ServiceAreas, say: Speech) -> folium.FeatureGroup:
    """Return service areas as a layer for a map of :func:`planner.maps.district_map.base_map`.

    It lies below places and facilities and takes no clicks.

    Parameters
    ----------
    areas : ServiceAreas
    say : Speech
    """
    colours = band_colours(len(areas.bands))
    bands = [
        {"shape": packed_polygons(as_geometry(band.outline)), "colour": colour}
        for band, colour in zip(areas.bands, colours, strict=True)
    ]
    group = folium.FeatureGroup(name=escape(say("Reach")))
    # The largest first: each smaller one is drawn over it.
    group.add_child(Call("areas", {"bands": bands[::-1], "opacity": OPACITY}))
    return group


def band_colours(count: int) -> list[str]:
    """Return the colours of so many bands, the nearest first."""
    shares = np.linspace(0.0, 1.0, max(count, 2))[:count]
    rgb = np.array(_NEAR) + shares[:, None] * (np.array(_FAR) - np.array(_NEAR))
    return ["#" + "".join(f"{round(float(v)):02x}" for v in row) for row in rgb]


def areas_legend_html(areas: ServiceAreas, say: Speech) -> str:
    """Return what the bands mean as a piece of HTML: cutoff, people and places within it; every text escaped."""
    rows = "".join(
        f'<tr><td style="padding:1px 8px 1px 0;line-height:0">{_swatch(colour)}</td>'
        f'<td style="padding:1px 12px 1px 0">≤ {escape(words.quantity(say, band.cutoff, areas.unit, exact=True))}</td>'
        f'<td style="padding:1px 12px 1px 0;text-align:right">{escape(say.number(band.people))}</td>'
        f'<td style="padding:1px 0;text-align:right">{escape(say.number(band.places))}</td></tr>'
        for band, colour in zip(areas.bands, band_colours(len(areas.bands)), strict=True)
    )
    titles = "".join(
        f'<th style="padding:0 {pad} 2px 0;text-align:right;font-weight:500">{escape(title)}</th>'
        for title, pad in ((say("people"), "12px"), (say("places"), "0"))
    )
    style = "border-collapse:collapse;border:0;font-size:0.9rem"
    note = say(
        "Ground within {width} m of the roads reached; a place farther off is counted by its own way.",
        width=say.number(areas.width_m),
    )
    return (
        f'<div class="map-legend"><table style="{style}"><thead><tr><th></th><th></th>{titles}</tr></thead>'
        f'<tbody>{rows}</tbody></table><p style="margin:4px 0 0;font-style:italic">{escape(note)}</p></div>'
    )


def _swatch(colour: str) -> str:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20">'
        f'<rect x="2" y="4" width="16" height="12" rx="3" fill="{colour}" fill-opacity="0.75"/></svg>'
    )
    data = base64.b64encode(drawing.encode()).decode()
    return f'<img alt="" width="20" height="20" src="data:image/svg+xml;base64,{data}">'
