"""What the texts of OpenStreetMap's tags mean: numbers of people, speeds, ways, levels."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MPH_KMH, _KNOT_KMH = 1.609344, 1.852
_ABOUT = r"(?:[~≈<>]|ca\.?|circa|approx\.?|about|около|прибл\.?|каля)?"
_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f\u2009'’.,]\d{3})+"
_WHOLE = re.compile(
    rf"{_ABOUT}\s*({_GROUPED}|\d+)\s*(?:\([^)]*\)|чел(?:овек)?\.?|чал(?:авек)?\.?|people|inhabitants)?",
    re.IGNORECASE,
)
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?", re.IGNORECASE)
_LENGTH = re.compile(r"[~≈]?\s*(\d+(?:[.,]\d+)?)\s*(?:m|м|metres|meters)?\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?")
_FASTEST_KMH = 200.0
_MOST_PEOPLE = 50_000_000


def people(text: str) -> float | None:
    """Return a number of people out of a text, None where it does not tell one.

    Grouped thousands, a word for "about", and a remark in brackets do no harm; a range or a list tells none.
    """
    match = _WHOLE.fullmatch(text.strip())
    if match is None:
        return None
    number = float(re.sub(r"\D", "", match[1]))
    return number if number <= _MOST_PEOPLE else None


def speed_kmh(text: str, named: Mapping[str, float]) -> float | None:
    """Return a speed limit in km/h, None where there is none or the text does not tell it.

    Parameters
    ----------
    text : str
        A value of ``maxspeed``: ``60``, ``30 mph``, ``RU:urban``, ``none``.
    named : mapping of str to float
        Limits that are named, km/h.
    """
    written = text.strip()
    if written in named:
        return named[written]
    match = _SPEED.fullmatch(written)
    if match is None:
        return None
    unit = (match[2] or "").lower()
    kmh = float(match[1]) * (_MPH_KMH if unit == "mph" else _KNOT_KMH if unit == "knots" else 1.0)
    return round(kmh, 1) if 0 < kmh <= _FASTEST_KMH else None


def metres(text: str) -> float | None:
    """Return a length in metres, None where the text does not tell one."""
    match = _LENGTH.fullmatch(text.strip())
    return float(match[1].replace(",", ".")) if match else None


def number(text: str) -> float | None:
    """Return a plain number such as ``2`` or ``1.5``, None where the text is none."""
    match = _NUMBER.fullmatch(text.strip())
    return float(match[0].replace(",", ".")) if match else None


def whole(text: str) -> int:
    """Return a whole number such as a level; 0 where the text is none."""
    written = text.strip()
    return int(written) if re.fullmatch(r"[+-]?\d{1,3}", written) else 0
