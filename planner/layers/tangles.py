"""Areas whose outlines cross themselves: made valid in a time that the crossings do not let grow without bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
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
    pieces, drawn = _pieces(geometry)
    crossings, repeated = _crossings(pieces, drawn) if len(pieces) else (0, 0)
    if crossings > _MOST:
        return None
    try:
        if repeated > _MOST:
            # The same few lines, drawn thousands of times to and fro: each of them counts once.
            made = shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.union_all(pieces)])))
        else:
            made = shapely.make_valid(geometry, method="linework" if crossings <= _FEW else "structure")
    except shapely.errors.GEOSException:
        # Positions that are no numbers: there is nothing to rebuild it from.
        return None
    return made if shapely.is_valid(made) else None


def _pieces(geometry: Any) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Return the different segments of an area's outlines, and how often each is drawn."""
    # Once for a collection, once for what is of several parts in it.
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(geometry)))
    lines = [shapely.get_coordinates(ring) for ring in rings]
    ends = [np.stack([at[:-1], at[1:]], axis=1) for at in lines if len(at) > 1]
    if not ends:
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    there = np.concatenate(ends)
    there = there[np.isfinite(there).all(axis=(1, 2)) & (there[:, 0] != there[:, 1]).any(axis=1)]
    # A piece is the same in both directions.
    turned = (there[:, 0, 0] > there[:, 1, 0]) | (
        (there[:, 0, 0] == there[:, 1, 0]) & (there[:, 0, 1] > there[:, 1, 1])
    )
    there[turned] = there[turned, ::-1]
    pieces, drawn = np.unique(there, axis=0, return_counts=True)
    return np.asarray(shapely.linestrings(pieces), dtype=object), drawn


def _crossings(pieces: npt.NDArray[np.object_], drawn: npt.NDArray[np.int64]) -> tuple[int, int]:
    """Return how often segments meet beyond their ends, counted until it is too often.

    Returns
    -------
    tuple of int
        Every segment counted once; and as often as it is drawn.
    """
    tree = shapely.STRtree(pieces)
    # Each meets itself and, from end to end, the one before it and the one behind it.
    found, repeated = -3 * len(pieces), -3 * int(drawn.sum())
    for start in range(0, len(pieces), _CHUNK):
        here, others = tree.query(pieces[start : start + _CHUNK], predicate="intersects")
        found += len(here)
        repeated += int((drawn[here + start] * drawn[others]).sum())
        # Each of them is counted from both sides.
        if found > 2 * _MOST:
            break
    return found // 2, repeated // 2
