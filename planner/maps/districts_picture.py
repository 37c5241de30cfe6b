"""Many districts as a picture (SVG), for print: each filled by how much of its people a service reaches."""

from __future__ import annotations

from html import escape

from planner.i18n import Speech
from planner.maps.districts_map import (
    class_of,
    districts_bounds,
    districts_legend,
    modelled_districts_note,
    title_of,
)
from planner.maps.geometry import as_geometry
from planner.maps.labels import Label, place_labels
from planner.maps.legend import LegendRow
from planner.maps.marks import LIGHT, VALUE_CLASSES, marks
from planner.maps.picture import FONT, frame_of, north_arrow, path_of, scale_bar, text_svg, wrapped
from planner.results import TOGETHER, Districts
from planner.standards.model import in_language

_MARGIN, _TITLE, _LEGEND = 14.0, 34.0, 200.0
_TOLERANCE_PX = 0.3


def districts_picture(found: Districts, say: Speech, service: str = TOGETHER, *, width: int = 1000) -> str:
    """Return the map of all districts for one service as an SVG document.

    Parameters
    ----------
    found : Districts
    say : Speech
    service : str
        All services together where not given.
    width : int
        Of the whole picture, pixels; the height follows from the shape of the country.

    Returns
    -------
    str
        Self-contained: no fonts, pictures or styles from elsewhere. Every text is escaped. Empty where no district has
        an outline.
    """
    bounds = districts_bounds(found)
    if bounds is None:
        return ""
    frame = frame_of(bounds, width - 2 * _MARGIN - _LEGEND)
    height = max(frame.height, 380.0) + _TITLE + _MARGIN
    title = title_of(found, service, say)
    x = _MARGIN * 2 + frame.width
    foot = height - _MARGIN - 4
    looks = marks(LIGHT)
    drawn = []
    for row in found.ranking[service]:
        outline, number = found.district(row.id).outline, class_of(row.value, service)
        if outline:
            fill = looks[VALUE_CLASSES[number]].fill if number >= 0 else LIGHT.district
            dash = "" if number >= 0 else " stroke-dasharray='4 3'"
            drawn.append(
                f"<path d='{path_of([as_geometry(outline)], frame, _TOLERANCE_PX)}' fill='{fill}' "
                f"fill-rule='evenodd' stroke='{LIGHT.outline}' stroke-width='0.6' stroke-linejoin='round'{dash}>"
                f"<title>{escape(found.name(row.id, say.language))}</title></path>"
            )
    centres = [(d, frame.at(d.centre["lon"], d.centre["lat"])) for d in found.districts if d.centre["lon"]]
    centres.sort(key=lambda c: (-c[0].centre["people"], c[0].id))
    labels = [Label(in_language(d.centre["name"], say.language), d.centre["people"]) for d, _ in centres]
    spots = [(*at, 1.5) for _, at in centres]
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
            f'height="{height:.0f}" role="img" font-family="{FONT}" fill="{LIGHT.text}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>',
            text_svg(_MARGIN, 22, title, 17, "font-weight='650'"),
            f'<g transform="translate({_MARGIN:g} {_TITLE:g})">',
            *drawn,
            *(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="1.5" fill="{LIGHT.ink}"/>' for cx, cy, _ in spots),
            *place_labels(labels, spots, frame.width, frame.height),
            "</g>",
            *_legend(districts_legend(found, say, service), x, say, bool(service)),
            *(
                text_svg(x, 240 + 14 * k, line, 10.5, "font-style='italic'")
                for k, line in enumerate(wrapped(modelled_districts_note(found, say, service), 30))
            ),
            scale_bar(x, foot, frame, say),
            north_arrow(x + 168, foot - 30, say),
            "</svg>",
        ]
    )


def _legend(rows: list[LegendRow], x: float, say: Speech, covered: bool) -> list[str]:
    heading = say("Share of people covered") if covered else say("Level of service")
    parts = [text_svg(x, 22, heading, 13, "font-weight='650'")]
    for number, row in enumerate(reversed(rows)):
        y = 48 + 34 * number
        dash = " stroke-dasharray='4 3'" if row.symbol not in VALUE_CLASSES else ""
        fill = row.colour if row.symbol in VALUE_CLASSES else LIGHT.district
        parts.append(
            f"<rect x='{x:.1f}' y='{y - 12:.1f}' width='22' height='15' fill='{fill}' "
            f"stroke='{LIGHT.outline}' stroke-width='0.8'{dash}/>"
        )
        count = say.plural("{count} district", "{count} districts", row.places or 0)
        parts.append(text_svg(x + 30, y, row.label, 11.5))
        parts.append(text_svg(x + 30, y + 13, count, 10, f"fill='{LIGHT.outline}'"))
    return parts
