"""Angles as people write them: degrees, minutes and seconds."""

from __future__ import annotations

import math
import re

_DEGREES = re.compile(
    r"\s*([NSEWСЮВЗ]?)\s*([-−]?)(\d{1,3}(?:[.,]\d+)?)\s*(?:[°º:d]|(?<=\d)[\s-](?=\s*\d)|$|(?=\s*[NSEWСЮВЗ]))\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:['′’:m]|(?<=\d)[\s-](?=\s*\d)|$|(?=\s*[NSEWСЮВЗ]))\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”s]|''|′′)?\s*)?)?([NSEWСЮВЗ]?)[.\sA-Za-zА-я]*",
    re.IGNORECASE,
)
"""Degrees, minutes, seconds with their signs, colons, hyphens or blanks between; the hemisphere before or behind."""
_OSM_ID = re.compile(r"[nwr]\d+")


def from_degrees(text: str) -> float:
    """Return an angle in degrees, south and west negative; NaN where the text is none."""
    # "w17" is the id of a way in OpenStreetMap, not 17 degrees west.
    match = _DEGREES.fullmatch(text) if len(text) < 60 and not _OSM_ID.fullmatch(text) else None
    if match is None:
        return math.nan
    before, minus, *parts, after = match.groups()
    degrees, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
    # 60 itself is what rounding to whole minutes or seconds writes.
    if minutes > 60 or seconds > 60:
        return math.nan
    value = degrees + minutes / 60 + seconds / 3600
    return -value if minus or (before or after).upper() in ("S", "W", "Ю", "З") else value
