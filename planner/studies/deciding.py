"""Which facilities decide a measure, however it turns out about some of them: among a million, few do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.standards.model import Indicator, Measure
from planner.studies.measure import Gauge

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

OF_NEAREST = (
    Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE, Indicator.STRAIGHT_DISTANCE, Indicator.NEAREST_VALUE,
)  # fmt: skip
"""What is measured at the facility that is nearest, and at no other."""


def deciding(
    gauge: Gauge, measure: Measure, uncertain: IntArray, stands: BoolArray
) -> tuple[Gauge, IntArray]:
    """Return a gauge of the facilities that decide a measure, and which of the uncertain ones are among them.

    Where only the nearest facility counts, that is the nearest of the certain ones to each place, and of the uncertain
    ones those that are nearer: the nearest of all, the nearest of the others, and so on until one of them stands in
    each case. This gauge then gives in every case for each place the value that the given one does.

    Parameters
    ----------
    gauge : Gauge
    measure : Measure
    uncertain : (k,) int array
        Indices into the district's facilities, ascending.
    stands : (cases, k) bool array
        Which of them are there.

    Returns
    -------
    gauge : Gauge
    uncertain : (j,) int array
        Ascending; all that the measure counts where others than the nearest facility matter.
    """
    counted = np.zeros(len(gauge.inputs.facilities), dtype=bool)
    counted[gauge.facilities_of(measure)] = True
    rest = uncertain[counted[uncertain]]
    by_nearest = measure.indicator in OF_NEAREST and rest.size
    kept = gauge.without(rest).nearest_of(measure) if by_nearest else None
    if kept is None:
        return gauge, rest
    kept = np.unique(kept[kept >= 0])
    chosen = [rest[:0]]
    undecided = np.ones((len(stands), len(gauge.inputs.places)), dtype=bool)
    while undecided.any():
        nearest = _only(gauge, kept, rest).nearest_of(measure)
        assert nearest is not None  # the measure is the same
        asked = np.flatnonzero(undecided.any(axis=0) & np.isin(nearest, rest))
        missing = np.zeros_like(undecided)
        missing[:, asked] = ~stands[:, np.searchsorted(uncertain, nearest[asked])]
        undecided &= missing
        chosen.append(np.unique(nearest[asked]))
        rest = np.setdiff1d(rest, chosen[-1], assume_unique=True)
    found = np.sort(np.concatenate(chosen))
    return _only(gauge, kept, found), found


def _only(gauge: Gauge, *kept: IntArray) -> Gauge:
    """Return a gauge that counts but some facilities."""
    others = np.ones(len(gauge.inputs.facilities), dtype=bool)
    others[np.concatenate(kept)] = False
    return gauge.without(np.flatnonzero(others))
