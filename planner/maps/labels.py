"""Names on a picture: the largest places first, as many as fit without touching anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from planner.maps.marks import LIGHT

_LARGE = 2000.0
_MOST = 34
_GAP = 3.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the people who stand behind it."""

    text: str
    people: float


def place_labels(
    labels: Sequence[Label], marks: Sequence[tuple[float, float, float]], width: float, height: float
) -> list[str]:
    """Return names as SVG texts, right, left, above or below their mark, where there is room.

    Parameters
    ----------
    labels : sequence of Label
        The most important first.
    marks : sequence of (x, y, radius)
        The mark of each label, pixels.
    width, height : float
        Of the map; a name stays inside.
    """
    taken: list[Box] = []
    written: list[str] = []
    for label, (x, y, radius) in zip(labels, marks, strict=True):
        if len(written) == _MOST:
            break
        large = label.people >= _LARGE
        size = 13.0 if large else 10.0
        wide = len(label.text) * size * (0.62 if large else 0.56)
        for box in _around(x, y, radius, wide, size):
            if _free(box, taken, width, height) and not _hides(box, marks, large):
                taken.append(box)
                written.append(_svg(label.text, box[0], box[3] - size * 0.22, size, large))
                break
    return written


def _around(x: float, y: float, radius: float, wide: float, size: float) -> list[Box]:
    """Return the boxes a name may take, the best first."""
    half, off = size / 2, radius + _GAP
    return [
        (x + off, y - half, x + off + wide, y + half),
        (x - off - wide, y - half, x - off, y + half),
        (x - wide / 2, y + off, x + wide / 2, y + off + size),
        (x - wide / 2, y - off - size, x + wide / 2, y - off),
    ]


def _free(box: Box, taken: Sequence[Box], width: float, height: float) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
    return inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
    )


def _hides(box: Box, marks: Sequence[tuple[float, float, float]], large: bool) -> bool:
    """Return whether a name would lie on marks; the name of a town may lie on a few."""
    hidden = sum(box[0] - r < x < box[2] + r and box[1] - r < y < box[3] + r for x, y, r in marks)
    return hidden > (5 if large else 0)


def _svg(text: str, x: float, y: float, size: float, large: bool) -> str:
    weight = " font-weight='650'" if large else ""
    halo = f"paint-order='stroke' stroke='{LIGHT.district}' stroke-width='2.6' stroke-linejoin='round'"
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size:g}'{weight} {halo}>{escape(text)}</text>"
