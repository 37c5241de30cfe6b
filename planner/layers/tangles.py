"""Areas whose outlines cross themselves: made valid in a time that the crossings do not let grow without bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

_FEW, _MOST = 2000, 100_000
"""Crossings up to which the outlines themselves say what is inside; and up to which anything is rebuilt at all."""
_CHUNK = 200


def untangled(geometry: Any) -> Any | None:
    """Return an area made valid; None where nothing can be made of it.

    Where the outlines cross a few times, what lies inside an odd number of them is inside. That takes a time that grows
    with more than the square of the crossings: four seconds for 7,000, hours for a scribble of a few thousand vertices.
    So what crosses itself thousands of times becomes all that any of its outlines surrounds, and what does so a hundred
    thousand times is no outline of anything.

    Parameters
    ----------
    geometry : shapely geometry
    """
    crossings = _crossings(geometry)
    if crossings > _MOST:
        return None
    try:
        return shapely.make_valid(geometry, method="linework" if crossings <= _FEW else "structure")
    except shapely.errors.GEOSException:
        # Positions that are no numbers: there is nothing to rebuild it from.
        return None


def _crossings(geometry: Any) -> int:
    """Return how often the segments of an area's outlines meet beyond their ends, counted until it is too often."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    lines = [shapely.get_coordinates(ring) for ring in rings]
    ends = [np.stack([at[:-1], at[1:]], axis=1) for at in lines if len(at) > 1]
    if not ends:
        return 0
    there = np.concatenate(ends)
    there = there[np.isfinite(there).all(axis=(1, 2))]
    # The same piece many times over is noded once.
    turned = (there[:, 0] > there[:, 1]).any(axis=1) & (there[:, 0, 0] >= there[:, 1, 0])
    there[turned] = there[turned, ::-1]
    segments = shapely.linestrings(np.unique(there, axis=0))
    tree = shapely.STRtree(segments)
    # Each meets itself and, from end to end, the one before it and the one behind it.
    found = -3 * len(segments)
    for start in range(0, len(segments), _CHUNK):
        found += tree.query(segments[start : start + _CHUNK], predicate="intersects").shape[1]
        # Each of them is counted from both sides.
        if found > 2 * _MOST:
            break
    return found // 2
