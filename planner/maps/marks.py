"""How things look on every map: one mark for each state, the same in the browser and in a picture.

Colours are of the Okabe-Ito palette, told apart by colour-blind eyes; every state also differs by its ring or
by the sign inside it, so that a black-and-white print can be read too.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

from planner.results import State

Glyph = Literal["", "cross", "bar", "question"]
Shape = Literal["circle", "diamond", "line"]

MIN_RADIUS_PX = 3.2
MAX_RADIUS_PX = 28.0
_PX_PER_ROOT_PERSON = 0.2
FACILITY_RADIUS_PX = 5.0
STEM_PX = 10.0
"""Facilities stand so high above their position, on a stem: the place below can still be seen and clicked."""


VALUE_CLASSES = ("value_1", "value_2", "value_3", "value_4", "value_5")
"""Marks of shares from 0 to 1 in five equal classes, from poor to good."""

_VALUE_COLOURS = ("#8c2d04", "#d95f0e", "#f59b42", "#b0d4ea", "#e6f2fa")
# The poorer the darker, so that the classes are told apart in black and white too.


@dataclass(frozen=True, slots=True)
class Mark:
    """The look of a mark: colours, ring, sign.

    Attributes
    ----------
    fill : str
        Colour, or empty for a hollow mark.
    opacity : float
        Of the filling, 0 to 1.
    stroke : str
        Colour of the ring; of a line that of its edges, one pixel each, or empty.
    width : float
        Of the ring, or of a line without its edges, pixels.
    dash : tuple of float
        Lengths of dash and space, pixels; empty for a solid ring.
    glyph : {"", "cross", "bar", "question"}
        A sign inside the mark, in the colour of the ring.
    shape : {"circle", "diamond", "line"}
    scale : float
        Factor on the radius.
    least : float
        Smallest radius at which ring and sign can still be told apart, pixels.
    """

    fill: str
    opacity: float
    stroke: str
    width: float
    dash: tuple[float, ...] = ()
    glyph: Glyph = ""
    shape: Shape = "circle"
    scale: float = 1.0
    least: float = 0.0

    def radius(self, radius: float) -> float:
        """Return the radius this mark is drawn with, where a place's size asks for `radius`."""
        return max(radius * self.scale, self.least)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a map's ground, light or dark."""

    ground: str
    district: str
    outline: str
    zone: str
    road_major: str
    road_middle: str
    road_minor: str
    text: str
    ink: str
    paper: str
    covered: str
    gap: str
    unreachable: str
    not_connected: str
    muted: str
    before: str
    after: str


LIGHT = Theme(
    ground="#eceae4",
    district="#fdfcf9",
    outline="#7d776c",
    zone="#a99fc0",
    road_major="#c4b48f",
    road_middle="#c6bda9",
    road_minor="#d3ccbd",
    text="#37342e",
    ink="#1f1d1a",
    paper="#ffffff",
    covered="#0072b2",
    gap="#d55e00",
    unreachable="#cc79a7",
    not_connected="#e69f00",
    muted="#8c8c8c",
    before="#d55e00",
    after="#0072b2",
)

DARK = Theme(
    ground="#0f1216",
    district="#1a1f26",
    outline="#8a93a0",
    zone="#5d5678",
    road_major="#6a6350",
    road_middle="#4a5058",
    road_minor="#39404a",
    text="#d5dae1",
    ink="#f4f5f7",
    paper="#12151a",
    covered="#56b4e9",
    gap="#e8701a",
    unreachable="#d98bb5",
    not_connected="#f0b323",
    muted="#7d8590",
    before="#e8701a",
    after="#56b4e9",
)


def theme(dark: bool) -> Theme:
    """Return the colours for a light or a dark page."""
    return DARK if dark else LIGHT


def marks(colours: Theme) -> dict[str, Mark]:
    """Return the mark of every state by its label, and those of facilities."""
    c = colours
    return {
        State.COVERED.label: Mark(c.covered, 0.72, c.paper, 0.8),
        State.GAP.label: Mark(c.gap, 0.92, c.ink, 1.4, least=4.2),
        State.UNREACHABLE.label: Mark(c.unreachable, 0.95, c.ink, 1.2, glyph="cross", least=5.2),
        State.NOT_CONNECTED.label: Mark(c.not_connected, 0.95, c.ink, 1.2, glyph="bar", least=5.2),
        State.NO_DATA.label: Mark("", 0.0, c.muted, 1.5, dash=(3.0, 2.2), least=4.0),
        State.NOT_LOCATED.label: Mark("", 0.0, c.muted, 1.4, dash=(1.2, 2.0), glyph="question"),
        State.NOT_APPLICABLE.label: Mark(c.muted, 0.55, c.paper, 0.6, scale=0.62),
        **{
            name: Mark(colour, 0.92, c.ink if number == 0 else c.muted, 1.2 if number == 0 else 0.8)
            for number, (name, colour) in enumerate(zip(VALUE_CLASSES, _VALUE_COLOURS, strict=True))
        },
        "uncertain": Mark("#f0c75e", 0.95, c.ink, 1.3, dash=(2.0, 1.4), least=3.6),
        "facility": Mark(c.ink, 1.0, c.paper, 1.2, shape="diamond"),
        "facility_modelled": Mark(c.paper, 1.0, c.ink, 1.4, dash=(2.4, 1.6), shape="diamond"),
        "site_new": Mark(c.covered, 1.0, c.paper, 1.8, shape="diamond", scale=1.5, least=8.0),
        "deficit": Mark(c.not_connected, 0.92, c.ink, 1.6, dash=(3.0, 2.2), least=4.6),
        "score_none": Mark("", 0.0, c.gap, 1.8, least=4.2),
        "score_low": Mark(c.gap, 0.85, c.ink, 1.0, glyph="bar", least=4.6),
        "score_fair": Mark(c.covered, 0.35, c.covered, 1.0, dash=(2.4, 1.6), least=4.2),
        "score_high": Mark(c.covered, 0.85, c.paper, 1.0),
        "junction": Mark(c.unreachable, 1.0, c.ink, 1.2, glyph="bar", shape="diamond", least=6.0),
        "way": Mark(c.gap, 0.75, "", 5.0, shape="line"),
        "way_chosen": Mark(c.unreachable, 1.0, c.ink, 8.0, shape="line"),
        "outcome_loses": Mark(c.gap, 0.95, c.ink, 1.8, glyph="cross", least=5.4),
        "outcome_gains": Mark(c.covered, 0.95, c.ink, 1.8, least=4.4),
        "outcome_worse": Mark(c.gap, 0.3, c.gap, 0.9, glyph="bar", least=4.4),
        "outcome_better": Mark(c.covered, 0.3, c.covered, 1.2, dash=(2.4, 1.6), least=4.0),
        "outcome_same": Mark(c.muted, 0.35, c.paper, 0.6, scale=0.5),
        "outcome_untold": Mark("", 0.0, c.muted, 1.2, dash=(1.2, 2.0), scale=0.62, least=2.6),
        "facility_added": Mark(c.covered, 1.0, c.ink, 1.6, shape="diamond", least=7.0),
        "facility_closed": Mark(c.gap, 1.0, c.ink, 1.4, glyph="cross", shape="diamond", least=7.0),
    }


def mark_data(colours: Theme) -> dict[str, dict[str, object]]:
    """Return the marks as plain data for the browser."""
    return {name: asdict(mark) for name, mark in marks(colours).items()}


def radius_px(people: float) -> float:
    """Return the radius of a place's mark: its area grows with the people, from a least size."""
    root = math.sqrt(people) if people > 0 else 0.0
    return round(min(max(_PX_PER_ROOT_PERSON * root, MIN_RADIUS_PX), MAX_RADIUS_PX), 1)


def mark_svg(mark: Mark, x: float, y: float, radius: float) -> str:
    """Return a mark as an SVG element, centred at a point.

    Parameters
    ----------
    mark : Mark
    x, y, radius : float
        In the picture's units.
    """
    r = mark.radius(radius)
    if mark.shape == "line":
        return _line_svg(mark, x, y, r)
    look = f'fill="{mark.fill or "none"}" stroke="{mark.stroke}" stroke-width="{mark.width:g}"'
    if mark.fill and mark.opacity < 1:
        look += f' fill-opacity="{mark.opacity:g}"'
    if mark.dash:
        look += f' stroke-dasharray="{" ".join(f"{d:g}" for d in mark.dash)}"'
    if mark.shape == "diamond":
        body = f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z" {look}/>'
    else:
        body = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {look}/>'
    return body + _glyph_svg(mark, x, y, r)


def _line_svg(mark: Mark, x: float, y: float, r: float) -> str:
    way = f'd="M{x - r:.1f} {y:.1f}h{2 * r:.1f}"'
    edge = f'<path {way} stroke="{mark.stroke}" stroke-width="{mark.width + 2:g}"/>' if mark.stroke else ""
    look = f'stroke="{mark.fill}" stroke-width="{mark.width:g}" stroke-opacity="{mark.opacity:g}"'
    return f"{edge}<path {way} {look}/>"


def _glyph_svg(mark: Mark, x: float, y: float, r: float) -> str:
    arm = max(r * 0.42, 1.6)
    if mark.glyph == "question":
        return (
            f'<text x="{x:.1f}" y="{y + 3:.1f}" font-size="9" text-anchor="middle" '
            f'font-family="sans-serif" fill="{mark.stroke}">?</text>'
        )
    if mark.glyph == "cross":
        side = f"{2 * arm:.1f}"
        path = f"M{x - arm:.1f} {y - arm:.1f}l{side} {side}m0 -{side}l-{side} {side}"
    elif mark.glyph == "bar":
        path = f"M{x - arm:.1f} {y:.1f}h{2 * arm:.1f}"
    else:
        return ""
    return f'<path d="{path}" fill="none" stroke="{mark.stroke}" stroke-width="1.4"/>'


def swatch(symbol: str, *, dark: bool = False, size: int = 20) -> str:
    """Return the sign of a legend row as a small SVG, safe to put into a page.

    Parameters
    ----------
    symbol : str
        ``gap_zone``, ``before``, ``after``, ``edit_added``, ``edit_moved``, ``edit_area`` or a name of :func:`marks`.
    dark : bool
    size : int
        Height and width, pixels.

    Raises
    ------
    KeyError
        If there is no such sign.
    """
    colours = theme(dark)
    middle = size / 2
    areas = {
        "gap_zone": colours.gap,
        "before": colours.before,
        "after": colours.after,
        "edit_area": colours.covered,
    }
    if symbol in areas:
        body = (
            f'<rect x="2" y="4" width="{size - 4}" height="{size - 8}" rx="3" fill="{areas[symbol]}" '
            f'fill-opacity="0.2" stroke="{areas[symbol]}" stroke-opacity="0.8" stroke-dasharray="4 2"/>'
        )
    elif symbol in ("edit_added", "edit_moved"):
        body = _edit_svg(symbol, colours, size)
    else:
        body = mark_svg(marks(colours)[symbol], middle, middle, size * 0.34)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}" '
        f'aria-hidden="true">{body}</svg>'
    )


def _edit_svg(symbol: str, colours: Theme, size: int) -> str:
    """Return the ring around what an edit put on the map, with the broken line from where it stood."""
    middle, line = size / 2, f'fill="none" stroke="{colours.ink}"'
    if symbol == "edit_added":
        diamond = mark_svg(marks(colours)["facility"], middle, middle, size * 0.22)
        return (
            f'<circle cx="{middle:g}" cy="{middle:g}" r="{size * 0.41:g}" {line} stroke-width="2"/>{diamond}'
        )
    ring, at = size * 0.26, size * 0.69
    diamond = mark_svg(marks(colours)["facility"], at, middle, size * 0.14)
    way = f'<path d="M0 {middle:g}h{at - ring:g}" {line} stroke-width="2" stroke-dasharray="3 2"/>'
    return f'{way}<circle cx="{at:g}" cy="{middle:g}" r="{ring:g}" {line} stroke-width="2"/>{diamond}'
