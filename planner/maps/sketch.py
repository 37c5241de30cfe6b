"""A small picture (SVG) of a few features, close up: before and after a repair, two records of one thing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.i18n import Speech, words
from planner.maps.geometry import Bounds, bounds_of
from planner.maps.marks import Theme, theme

_PAD, _FOOT = 18.0, 22.0
_METRES_PER_DEGREE = 111_195.0
_LEAST_M = 5.0
"""What is smaller than this across is drawn as if it were not, so that a single point has a place to be in."""
_MOST_VERTICES = 400
_FONT = "'Noto Sans','DejaVu Sans',system-ui,Arial,sans-serif"

Look = Literal["before", "after", "context"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something on a sketch.

    Attributes
    ----------
    shape : shapely geometry or None
        In degrees, or in whatever numbers a file without a sensible coordinate system has.
    look : {"before", "after", "context"}
    label : str
        Written beside it; of a point only.
    """

    shape: BaseGeometry | None
    look: Look = "after"
    label: str = ""


def sketch_svg(
    drawn: Sequence[Drawn],
    say: Speech,
    *,
    width: int = 360,
    height: int = 220,
    dark: bool = False,
    focus: Bounds | None = None,
) -> str:
    """Return a picture of a few features, with their vertices and a scale.

    Parameters
    ----------
    drawn : sequence of Drawn
        What comes last lies on top.
    say : Speech
    width, height : int
        Pixels.
    dark : bool
    focus : (west, south, east, north), optional
        What the picture is fitted to; all that is drawn without it.

    Returns
    -------
    str
        An SVG document; where nothing can be drawn it says so.
    """
    colours = theme(dark)
    shapes = [(one, _flat(one.shape)) for one in drawn]
    there = [(one, shape) for one, shape in shapes if shape is not None]
    body: list[str] = []
    if there:
        frame = _Frame.around(focus or bounds_of([s for _, s in there]) or (0, 0, 0, 0), width, height)
        body += [_shape_svg(frame, one, shape, colours) for one, shape in there]
        body.append(_foot(frame, say, width, height, colours))
    else:
        body.append(_text(width / 2, height / 2, say("no location"), colours.text, anchor="middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{_FONT}" font-size="12"><rect width="{width}" height="{height}" rx="6" '
        f'fill="{colours.ground}"/>{"".join(body)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where coordinates lie in the picture."""

    west: float
    north: float
    px_per_x: float
    px_per_y: float
    left: float
    top: float
    metres_per_px: float
    bounds: tuple[float, float, float, float]

    @classmethod
    def around(cls, bounds: Bounds, width: float, height: float) -> _Frame:
        w, s, e, n = bounds
        degrees = max(abs(w), abs(e)) <= 180 and max(abs(s), abs(n)) <= 90
        unit = _METRES_PER_DEGREE if degrees else 1.0
        squeeze = max(math.cos(math.radians((s + n) / 2)), 0.05) if degrees else 1.0
        wide, high = max((e - w) * unit * squeeze, _LEAST_M), max((n - s) * unit, _LEAST_M)
        px_per_m = min((width - 2 * _PAD) / wide, (height - 2 * _PAD - _FOOT) / high)
        per_x, per_y = px_per_m * unit * squeeze, px_per_m * unit
        left = width / 2 - (e - w) / 2 * per_x
        top = (height - _FOOT) / 2 - (n - s) / 2 * per_y
        return cls(w, n, per_x, per_y, left, top, 1 / px_per_m if degrees else math.nan, (w, s, e, n))

    def at(self, coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x = self.left + (coordinates[:, 0] - self.west) * self.px_per_x
        y = self.top + (self.north - coordinates[:, 1]) * self.px_per_y
        return np.column_stack((x, y))


def _flat(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return a shape in two dimensions; None where it has no finite coordinates to be drawn at."""
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    return shapely.force_2d(shape)


def _shape_svg(frame: _Frame, one: Drawn, shape: BaseGeometry, colours: Theme) -> str:
    colour = {"before": colours.before, "after": colours.after, "context": colours.ink}[one.look]
    faint = one.look == "context"
    made: list[str] = []
    for part in shapely.get_parts(shapely.get_parts(shape)):
        kind = shapely.get_type_id(part)
        points = frame.at(shapely.get_coordinates(part))
        if kind == shapely.GeometryType.POINT:
            made.append(_dot(points[0], colour, 2.6 if faint else 5.5, 0.35 if faint else 0.9))
            if one.label:
                made.append(_text(points[0][0] + 8, points[0][1] - 6, one.label, colours.text))
            continue
        lines = [part] if kind in (1, 2) else list(shapely.get_rings(part))
        path = " ".join(_path(frame.at(shapely.get_coordinates(line)), closed=kind == 3) for line in lines)
        fill = f'fill="{colour}" fill-opacity=".16" fill-rule="evenodd"' if kind == 3 else 'fill="none"'
        made.append(
            f'<path d="{path}" {fill} stroke="{colour}" stroke-width="{1 if faint else 1.8}" '
            f'stroke-opacity="{0.35 if faint else 1}" stroke-linejoin="round"/>'
        )
        if not faint and len(points) <= _MOST_VERTICES:
            made += [_dot(point, colour, 2.2, 1.0) for point in points]
    return "".join(made)


def _path(points: npt.NDArray[np.float64], *, closed: bool) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def _dot(at: npt.NDArray[np.float64], colour: str, radius: float, opacity: float) -> str:
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}" fill="{colour}" fill-opacity="{opacity}"/>'
    )


def _text(x: float, y: float, text: str, colour: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _foot(frame: _Frame, say: Speech, width: float, height: float, colours: Theme) -> str:
    """Return a scale of a round length, or, where the numbers are no degrees, the numbers themselves."""
    y = height - 9.0
    if math.isnan(frame.metres_per_px):
        w, s, e, n = (say.number(edge) for edge in frame.bounds)
        return _text(_PAD, y, f"{w} … {e}; {s} … {n}", colours.text)
    metres = _round_length(90 * frame.metres_per_px)
    length = metres / frame.metres_per_px
    where = "{:.4f}; {:.4f}".format(*_middle(frame.bounds))
    return (
        f'<path d="M{_PAD} {y - 4:.1f}v4h{length:.1f}v-4" fill="none" stroke="{colours.text}"/>'
        + _text(_PAD + length + 6, y, words.quantity(say, metres, "m"), colours.text)
        + _text(width - _PAD, y, where, colours.text, anchor="end")
    )


def _middle(bounds: tuple[float, float, float, float]) -> tuple[float, float]:
    west, south, east, north = bounds
    return (south + north) / 2, (west + east) / 2


def _round_length(metres: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres)
