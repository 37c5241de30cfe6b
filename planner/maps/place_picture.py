"""Where one settlement lies in its district, as a picture (SVG) for print: the same extent for every settlement."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from planner.i18n import Speech
from planner.maps.district_map import district_bounds, located
from planner.maps.marks import FACILITY_RADIUS_PX, LIGHT, mark_svg, marks, radius_px
from planner.maps.picture import FONT, frame_of, ground, north_arrow, scale_bar, text_svg
from planner.results import Assessment

_MARGIN = 10.0
_FOOT = 34.0
_HALO = "stroke='#ffffff' stroke-width='3' paint-order='stroke' stroke-linejoin='round'"

Spot = tuple[float, float, str]
"""Longitude, latitude and what is written beside the mark."""


def place_picture(
    assessment: Assessment, say: Speech, index: int, spots: Sequence[Spot] = (), *, width: int = 620
) -> str:
    """Return the map of the district with one settlement ringed and service points marked.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    index : int
        Of the place; where it is not located, no ring is drawn.
    spots : sequence of (lon, lat, text)
        Service points in degrees; those outside the picture are left out.
    width : int
        Of the picture, pixels; the height follows from the district's shape.

    Returns
    -------
    str
        Self-contained SVG in which every text is escaped.

    Raises
    ------
    ValueError
        If the district has neither an outline nor zones nor located places.
    """
    bounds = district_bounds(assessment)
    if bounds is None:
        raise ValueError("assessment: the district has nothing that could be drawn on a map")
    frame, places = frame_of(bounds, width - 2 * _MARGIN), assessment.places
    height = frame.height + _MARGIN + _FOOT
    shown = set(located(assessment))
    dots = []
    for i in sorted(shown - {index}):
        x, y = frame.at(float(places.lon[i]), float(places.lat[i]))
        dots.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='1.7'/>")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'height="{height:.0f}" role="img" font-family="{FONT}" fill="{LIGHT.text}">',
        f"<title>{escape(places.name(index, say.language))}</title>",
        f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>',
        f'<g transform="translate({_MARGIN:g} {_MARGIN:g})">',
        *ground(assessment, frame),
        f"<g fill='{LIGHT.outline}' fill-opacity='0.55'>{''.join(dots)}</g>",
    ]
    look = marks(LIGHT)["facility"]
    for lon, lat, text in spots:
        x, y = frame.at(lon, lat)
        if 0 <= x <= frame.width and 0 <= y <= frame.height:
            parts.append(mark_svg(look, x, y, FACILITY_RADIUS_PX * 0.8))
            parts.append(text_svg(x + 8, y + 4, text, 11.5, f"font-weight='650' {_HALO}"))
    if index in shown:
        parts += _ringed(assessment, say, index, frame.at(float(places.lon[index]), float(places.lat[index])))
    foot = height - 8
    parts += ["</g>", scale_bar(_MARGIN, foot, frame, say), north_arrow(width - 30, foot - 30, say), "</svg>"]
    return "".join(parts)


def _ringed(assessment: Assessment, say: Speech, index: int, at: tuple[float, float]) -> list[str]:
    x, y = at
    radius = max(radius_px(float(assessment.places.population[index])) * 0.7, 3.5)
    name = assessment.places.name(index, say.language)
    return [
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='{LIGHT.ink}'/>",
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius + 5:.1f}' fill='none' stroke='{LIGHT.gap}' stroke-width='2.4'/>",
        text_svg(x, y - radius - 10, name, 14, f"font-weight='650' text-anchor='middle' {_HALO}"),
    ]
