"""Slopes and walking: Tobler's hiking function over heights along the roads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

STEEPEST = 1.0
"""Slopes beyond one in one are errors of the heights, not ways to walk; they count as one in one."""

_DECAY, _DOWNHILL = 3.5, 0.05


def tobler_kmh(slope: npt.ArrayLike) -> FloatArray:
    """Return Tobler's walking speed on a footpath, km/h.

    ``6 exp(-3.5 |slope + 0.05|)``: 6 km/h at 5 % downhill, 5.036 km/h on the flat (Tobler, *Three presentations on
    geographical analysis and modeling*, NCGIA report 93-1, 1993).

    Parameters
    ----------
    slope : (n,) float array_like
        Rise over run in the direction of walking; negative downhill.
    """
    return np.asarray(6.0 * np.exp(-_DECAY * np.abs(np.asarray(slope, dtype=np.float64) + _DOWNHILL)))


def time_factor(slope: npt.ArrayLike) -> FloatArray:
    """Return how many times as long a way takes as on the flat, by Tobler's function; 1 where the slope is NaN.

    The speed on the flat stays the mode's own: only the ratio of Tobler's speeds is taken.
    """
    given = np.clip(np.nan_to_num(np.asarray(slope, dtype=np.float64), nan=0.0), -STEEPEST, STEEPEST)
    return np.asarray(tobler_kmh(0.0) / tobler_kmh(given))


def mean_factors(
    begin: FloatArray, length: FloatArray, heights: Sequence[FloatArray], a: FloatArray, b: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the factor on the walking time of stretches of lines, with the line and against it.

    Between two stations the slope is constant; a stretch takes the mean of the factors over its length.

    Parameters
    ----------
    begin : (k,) float array
        Where each line begins on one running measure over all lines, metres; ascending.
    length : (k,) float array
        Of each line on that measure, metres.
    heights : sequence of k float arrays
        Heights of a line at equal distances from its first point to its last, metres; fewer than two say nothing.
    a, b : (m,) float array
        Begin and end of each stretch on the running measure.

    Returns
    -------
    there, back : (m,) float array
    """
    counts = np.array([h.size if h.size > 1 else 2 for h in heights], dtype=np.int64)
    all_heights = np.concatenate([h if h.size > 1 else np.full(2, np.nan) for h in heights])
    line = np.repeat(np.arange(counts.size), counts)
    number = np.arange(line.size) - np.repeat(np.cumsum(counts) - counts, counts)
    at = begin[line] + length[line] * number / (counts[line] - 1)
    run = np.diff(at)
    rise = np.diff(all_heights)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where((run > 0) & (line[1:] == line[:-1]), rise / run, 0.0)
    found = []
    for signed in (slope, -slope):
        gathered = np.concatenate([[0.0], np.cumsum(run * time_factor(signed))])
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (np.interp(b, at, gathered) - np.interp(a, at, gathered)) / (b - a)
        found.append(np.where(b > a, mean, 1.0))
    return found[0], found[1]
