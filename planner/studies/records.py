"""Which records of a layer of points speak for which settlement."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from planner.coverage.access import nearest_straight
from planner.studies.inputs import NOT_SAID, Inputs

IntArray = npt.NDArray[np.int64]

SETTLEMENT_REACH_M = 1000.0
"""A facility without the identifier of a place speaks for places this near to it, straight line."""


def records_of_places(inputs: Inputs, facilities: IntArray) -> list[IntArray]:
    """Return for each place the positions in `facilities` of those that speak for it."""
    home = inputs.home[facilities]
    order = np.argsort(home, kind="stable")
    ends = np.searchsorted(home[order], np.arange(len(inputs.places) + 1))
    found = [order[first:last] for first, last in pairwise(ends.tolist())]
    loose = np.flatnonzero(home == NOT_SAID)
    distance, which = nearest_straight(inputs.place_xy, inputs.facility_xy[facilities[loose]], inputs.ground)
    for place in np.flatnonzero(distance <= SETTLEMENT_REACH_M):
        found[place] = np.append(found[place], loose[which[place]])
    return found
