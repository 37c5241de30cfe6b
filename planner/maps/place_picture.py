"""Where one settlement lies in its district, as a picture (SVG) for print: the same extent for every settlement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from planner.i18n import Speech
from planner.maps.district_map import district_bounds, located
from planner.maps.marks import FACILITY_RADIUS_PX, LIGHT, mark_svg, marks, radius_px
from planner.maps.picture import FONT, Frame, frame_of, ground, north_arrow, scale_bar, text_svg
from planner.results import Assessment

_MARGIN = 10.0
_FOOT = 34.0
_HALO = "stroke='#ffffff' stroke-width='3' paint-order='stroke' stroke-linejoin='round'"

_TOUCHING_PX = 14.0
"""Marks nearer than this bear their numbers together."""

Spot = tuple[float, float, int]
"""Longitude, latitude and the number beside the mark."""


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
    spots : sequence of (lon, lat, number)
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
    home = frame.at(float(places.lon[index]), float(places.lat[index])) if index in shown else None
    parts += _numbered(spots, frame, home)
    if home is not None:
        parts += _ringed(assessment, say, index, home)
    foot = height - 8
    parts += ["</g>", scale_bar(_MARGIN, foot, frame, say), north_arrow(width - 30, foot - 30, say), "</svg>"]
    return "".join(parts)


def _numbered(spots: Sequence[Spot], frame: Frame, home: tuple[float, float] | None) -> list[str]:
    """Draw the service points; those that touch bear one text, which keeps clear of the settlement's ring."""
    look, parts = marks(LIGHT)["facility"], []
    groups: list[tuple[tuple[float, float], list[int]]] = []
    for lon, lat, number in spots:
        x, y = frame.at(lon, lat)
        if not (0 <= x <= frame.width and 0 <= y <= frame.height):
            continue
        parts.append(mark_svg(look, x, y, FACILITY_RADIUS_PX * 0.8))
        touching = next((group for group in groups if math.dist(group[0], (x, y)) < _TOUCHING_PX), None)
        if touching is None:
            groups.append(((x, y), [number]))
        else:
            touching[1].append(number)
    for (x, y), numbers in groups:
        near = home is not None and math.dist(home, (x, y)) < _TOUCHING_PX
        parts.append(
            text_svg(x + (18 if near else 8), y + 4, _ranges(numbers), 11.5, f"font-weight='650' {_HALO}")
        )
    return parts


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers as a reader writes them: ``1, 4–7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def _ringed(assessment: Assessment, say: Speech, index: int, at: tuple[float, float]) -> list[str]:
    x, y = at
    radius = max(radius_px(float(assessment.places.population[index])) * 0.7, 3.5)
    name = assessment.places.name(index, say.language)
    return [
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='{LIGHT.ink}'/>",
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius + 5:.1f}' fill='none' stroke='{LIGHT.gap}' stroke-width='2.4'/>",
        text_svg(x, y - radius - 10, name, 14, f"font-weight='650' text-anchor='middle' {_HALO}"),
    ]
