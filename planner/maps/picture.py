"""The district for one service as a picture (SVG), for print: the same extent every time, in metres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.i18n import Speech, words
from planner.layers.deadline import check_time
from planner.maps.district_map import district_bounds, located
from planner.maps.geometry import Bounds, as_geometry, grouped_roads, utm_epsg
from planner.maps.labels import Label, place_labels
from planner.maps.legend import LegendRow, legend, modelled_note
from planner.maps.marks import FACILITY_RADIUS_PX, LIGHT, STEM_PX, mark_svg, marks, radius_px
from planner.maps.view import ServiceView, facility_points, gap_areas, service_name, service_view
from planner.results import Assessment, State
from planner.standards.model import in_language

_MARGIN = 14.0
_TITLE = 48.0
_LEGEND = 220.0
_LEGEND_LETTERS = 29
"""So many fit beside a sign of the legend, whatever the font."""

_ROAD_WIDTH = {"minor": 0.7, "middle": 1.2, "major": 2.1}
FONT = "'Noto Sans','DejaVu Sans',system-ui,Arial,sans-serif"
_SIZE_FACTOR = 0.85


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things lie in the picture: degrees → pixels, by way of the district's own metric projection."""

    project: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
    width: float
    height: float
    metres_per_px: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixel of a point."""
        x, y = self.project(np.array([[lon, lat]]))[0]
        return float(x), float(y)


def district_picture(
    assessment: Assessment, say: Speech, service: str, standard_id: str | None = None, *, width: int = 1000
) -> str:
    """Return the map of one service as an SVG document.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    service : str
    standard_id : str, optional
        One of the service's standards; all of them together (the worst state) where not given.
    width : int
        Of the whole picture, pixels; the height follows from the district's shape.

    Returns
    -------
    str
        Self-contained: no fonts, pictures or styles from elsewhere. Every text is escaped.

    Raises
    ------
    KeyError
        If the service or the standard was not assessed.
    ValueError
        If the district has neither an outline nor zones nor located places.
    """
    # A report draws dozens of them: between two it can be ended.
    check_time()
    view = service_view(assessment, service, standard_id)
    bounds = district_bounds(assessment)
    if bounds is None:
        raise ValueError("assessment: the district has nothing that could be drawn on a map")
    frame = frame_of(bounds, width - 2 * _MARGIN - _LEGEND)
    height = max(frame.height, 420.0) + _TITLE + _MARGIN
    name = service_name(assessment, service, say)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'height="{height:.0f}" role="img" font-family="{FONT}" fill="{LIGHT.text}">',
        f"<title>{escape(name)}</title>",
        f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>',
        text_svg(_MARGIN, 24, name, 19, "font-weight='650'"),
        text_svg(
            _MARGIN, 41, in_language(assessment.district, say.language), 12.5, f"fill='{LIGHT.outline}'"
        ),
        f'<g transform="translate({_MARGIN:g} {_TITLE:g})">',
        *ground(assessment, frame),
        *_service(assessment, view, frame, say),
        "</g>",
        _margin_notes(assessment, view, frame, say, standard_id),
        "</svg>",
    ]
    return "".join(parts)


def frame_of(bounds: Bounds, width: float) -> Frame:
    """Fit the bounds into a width, in the UTM zone of their middle."""
    west, south, east, north = bounds
    transformer = pyproj.Transformer.from_crs("EPSG:4326", f"EPSG:{utm_epsg(bounds)}", always_xy=True)
    left, bottom, right, top = transformer.transform_bounds(west, south, east, north)
    scale = max(right - left, 1.0) / (width - 8)

    def project(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([(x - left) / scale + 4, (top - y) / scale + 4])

    return Frame(project, width, (top - bottom) / scale + 8, scale)


def ground(assessment: Assessment, frame: Frame) -> list[str]:
    """Draw the outline, the zones and the roads."""
    parts = []
    outline = path_of([as_geometry(assessment.outline)], frame, 0.4) if assessment.outline else ""
    if outline:
        # A pale band along the border sets the district off from the page, as atlases do.
        parts.append(
            f'<path d="{outline}" fill="{LIGHT.district}" stroke="{LIGHT.ground}" stroke-width="9" '
            'stroke-linejoin="round"/>'
        )
        parts.append(f'<path d="{outline}" fill="{LIGHT.district}"/>')
    for (rank, paved), lines in grouped_roads(assessment.roads).items():
        colour = {"minor": LIGHT.road_minor, "middle": LIGHT.road_middle, "major": LIGHT.road_major}[rank]
        dash = "" if paved else ' stroke-dasharray="3 2"'
        parts.append(
            f'<path d="{path_of(lines, frame, 0.5)}" fill="none" stroke="{colour}" '
            f'stroke-width="{_ROAD_WIDTH[rank]}" stroke-linejoin="round"{dash}/>'
        )
    zones = path_of([as_geometry(z) for z in assessment.zones.outlines], frame, 0.4)
    parts.append(
        f'<path d="{zones}" fill="none" stroke="{LIGHT.zone}" stroke-width="0.8" '
        'stroke-dasharray="7 3 1.5 3"/>'
    )
    if outline:
        parts.append(f'<path d="{outline}" fill="none" stroke="{LIGHT.outline}" stroke-width="1.6"/>')
    return parts


def path_of(geometries: Iterable[BaseGeometry], frame: Frame, tolerance: float) -> str:
    """Return lines and the rings of polygons as one path: simplified, tenths of a pixel, relative moves."""
    written = []
    for geometry in geometries:
        drawn = shapely.simplify(shapely.transform(geometry, frame.project), tolerance)
        for part in shapely.get_parts(shapely.get_parts(drawn)):
            kind = shapely.get_type_id(part)
            lines = list(shapely.get_rings(part)) if kind == 3 else [part] if kind in (1, 2) else []
            there = [line for line in lines if not line.is_empty]
            written += [_line(shapely.get_coordinates(line), closed=kind == 3) for line in there]
    return "".join(written)


def _line(points: npt.NDArray[np.float64], *, closed: bool) -> str:
    tenths = np.round(points * 10).astype(np.int64)
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    moves = " ".join(f"{x / 10:g} {y / 10:g}" for x, y in (steps[:-1] if closed else steps))
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    return start + (f"l{moves}" if moves else "h0") + ("z" if closed else "")


def _service(assessment: Assessment, view: ServiceView, frame: Frame, say: Speech) -> list[str]:
    """Draw gap zones, places (the largest first), facilities and names."""
    looks = marks(LIGHT)
    parts = []
    zones = path_of([area.geometry for area in gap_areas(assessment, view)], frame, 0.4)
    if zones:
        parts.append(
            f'<path d="{zones}" fill="{LIGHT.gap}" fill-opacity="0.14" stroke="{LIGHT.gap}" '
            'stroke-opacity="0.8" stroke-dasharray="4 2.5"/>'
        )
    places = assessment.places
    order = sorted(located(assessment), key=lambda i: -places.population[i])
    spots = {i: frame.at(float(places.lon[i]), float(places.lat[i])) for i in order}
    taken = []
    for i in order:
        mark = looks[State(int(view.state[i])).label]
        radius = radius_px(float(places.population[i])) * _SIZE_FACTOR
        parts.append(mark_svg(mark, *spots[i], radius))
        taken.append((*spots[i], mark.radius(radius)))
    for point in facility_points(assessment, view, say):
        x, y = frame.at(point.lon, point.lat)
        head = y - STEM_PX * _SIZE_FACTOR
        parts.append(f'<path d="M{x:.1f} {head:.1f}V{y:.1f}" stroke="{LIGHT.ink}"/>')
        look = looks["facility_modelled" if point.modelled else "facility"]
        parts.append(mark_svg(look, x, head, FACILITY_RADIUS_PX * _SIZE_FACTOR))
    wanted = [Label(places.name(i, say.language), float(places.population[i])) for i in order]
    return parts + place_labels(wanted, taken, frame.width, frame.height)


def _margin_notes(
    assessment: Assessment, view: ServiceView, frame: Frame, say: Speech, standard_id: str | None
) -> str:
    """Draw the legend, the scale bar, the north arrow and the remark on modelled data, right of the map."""
    x = _MARGIN * 2 + frame.width
    parts = [text_svg(x, 24, say("Legend"), 13, "font-weight='650'")]
    y = 50.0
    for row in legend(assessment, say, view.service, standard_id):
        parts.append(f'<g transform="translate({x:.1f} {y - 14:.1f})">{row.swatch()}</g>')
        for line in wrapped(row.label, _LEGEND_LETTERS):
            parts.append(text_svg(x + 27, y, line, 11.5))
            y += 13
        parts.append(text_svg(x + 27, y, _counts(row, say), 10, f"fill='{LIGHT.outline}'"))
        y += 20
    for line in wrapped(modelled_note(assessment, say, view.service, standard_id), 34):
        parts.append(text_svg(x, y, line, 10.5, "font-style='italic'"))
        y += 14
    parts.append(_size_key(x, y + 8, say))
    foot = max(frame.height, 420.0) + _TITLE - 8
    parts += [scale_bar(x, foot, frame, say), north_arrow(x + 178, foot - 30, say)]
    return "".join(parts)


def _size_key(x: float, y: float, say: Speech) -> str:
    """Draw what the size of a circle means."""
    parts = [text_svg(x, y + 8, say("people"), 11.5)]
    middle = x
    for people in (100, 1_000, 10_000):
        radius = radius_px(people) * _SIZE_FACTOR
        middle += radius + 10
        parts.append(
            f'<circle cx="{middle:.1f}" cy="{y + 36:.1f}" r="{radius:.1f}" fill="none" '
            f'stroke="{LIGHT.outline}"/>'
            + text_svg(middle, y + 66, say.number(people), 10, f"text-anchor='middle' fill='{LIGHT.outline}'")
        )
        middle += radius + 18
    return "".join(parts)


def _counts(row: LegendRow, say: Speech) -> str:
    count = float(row.places or 0)
    if row.people is None:
        return say.number(count)
    people = say.plural("{count} person", "{count} people", row.people)
    if row.state is None:
        return say("{number} · {people}", number=say.number(count), people=people)
    return say(
        "{places} · {people}", places=say.plural("{count} place", "{count} places", count), people=people
    )


def scale_bar(x: float, y: float, frame: Frame, say: Speech) -> str:
    """Draw a bar of a round length that is at most 130 pixels long."""
    most = 130 * frame.metres_per_px
    power = 10.0 ** np.floor(np.log10(most))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= most))
    wide = length / frame.metres_per_px
    half = wide / 2
    said = (
        f"{length / 1000:g} {words.unit(say, 'km')}"
        if length >= 1000
        else f"{length:g} {words.unit(say, 'm')}"
    )
    return (
        f'<rect x="{x:.1f}" y="{y - 5:.1f}" width="{half:.1f}" height="5" fill="{LIGHT.text}"/>'
        f'<rect x="{x:.1f}" y="{y - 5:.1f}" width="{wide:.1f}" height="5" fill="none" stroke="{LIGHT.text}"/>'
        + text_svg(x, y - 10, "0", 10)
        + text_svg(x + wide, y - 10, said, 10, "text-anchor='middle'")
    )


def north_arrow(x: float, y: float, say: Speech) -> str:
    """Draw which way is north."""
    return (
        f'<path d="M{x:.1f} {y:.1f}l7 30l-7 -7l-7 7z" fill="none" stroke="{LIGHT.text}" '
        'stroke-linejoin="round"/>'
        f'<path d="M{x:.1f} {y:.1f}v23l-7 7z" fill="{LIGHT.text}"/>'
        + text_svg(x, y - 5, say("N"), 11, "text-anchor='middle' font-weight='650'")
    )


def text_svg(x: float, y: float, text: str, size: float, more: str = "") -> str:
    """Return a line of text, escaped."""
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size:g}' {more}>{escape(text)}</text>"


def wrapped(text: str, width: int) -> Sequence[str]:
    """Return a text in lines of at most so many characters, broken between words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if line]
