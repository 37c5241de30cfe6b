"""Where a jurisdiction lies: an outline drawn wide of its border, to tell what cannot be in the country at all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import shapely

HOME = "BY"
"""The jurisdiction that is taken where nothing says which."""

# Degrees of longitude and latitude in tenths, drawn by hand outside the border (the extreme points of Belarus are
# 51.26° to 56.17° north and 23.18° to 32.77° east): whoever lives at the border is inside, a few of the neighbours too.
_BELARUS = (
    (23.1, 52.2), (23.5, 51.4), (24.0, 51.5), (25.0, 51.8), (26.5, 51.7), (27.2, 51.4), (28.2, 51.3), (29.1, 51.3),
    (30.5, 51.2), (30.8, 51.3), (30.7, 51.8), (31.0, 52.0), (31.9, 52.0), (32.0, 52.7), (32.8, 53.2), (32.8, 53.5),
    (32.3, 53.9), (31.5, 54.9), (31.1, 55.4), (30.8, 55.8), (30.3, 56.0), (29.4, 56.1), (28.2, 56.3), (27.5, 55.9),
    (26.5, 55.8), (26.3, 55.2), (25.6, 54.9), (25.5, 54.4), (24.6, 54.1), (23.4, 54.0), (23.4, 53.5), (23.8, 52.7),
    (23.1, 52.4),
)  # fmt: skip
# Areas of use that the EPSG register gives for the whole of a country: west, south, east, north.
_BOXES = {
    "BG": (22.36, 41.24, 31.35, 44.23),
    "DE": (3.34, 47.27, 15.04, 55.92),
    "HK": (113.76, 22.13, 114.51, 22.58),
}


@lru_cache(maxsize=16)
def country_outline(jurisdiction: str) -> Any | None:
    """Return the outline of a jurisdiction, None where none is known.

    Parameters
    ----------
    jurisdiction : str
        Its two letters, such as ``BY``.

    Returns
    -------
    shapely.Polygon or None
        WGS 84, drawn wide: nothing in the country lies outside it, but some of the neighbours lies inside.
        Countries with lands far apart have none.
    """
    if jurisdiction == "BY":
        return shapely.Polygon(_BELARUS)
    box = _BOXES.get(jurisdiction)
    return None if box is None else shapely.box(*box)
