"""From a measured value to the state of a place and the size of its gap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.coverage.access import within

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
StateArray = npt.NDArray[np.uint8]

COVERED, GAP, UNREACHABLE, NOT_CONNECTED, NO_DATA, NOT_LOCATED, NOT_APPLICABLE = range(7)
"""Codes of the states; :class:`planner.results.State` names them for the readers of results."""


def addressed(
    area_type: npt.NDArray[np.object_],
    population: FloatArray,
    council_centre: BoolArray,
    *,
    types: tuple[str, ...],
    population_from: float | None,
    population_to: float | None,
    centre: bool | None,
) -> BoolArray:
    """Return which places a standard addresses.

    A place whose area type is not known is addressed by standards for all types only. Population bounds hold from
    (inclusive) to (exclusive). The population may be (n,), or (draws, n) for several at once: the
    answer then is (draws, n) if it depends on them, (n,) if not.
    """
    found = np.ones(population.shape[-1], dtype=bool)
    if types and len(types) < 3:
        found &= np.isin(area_type.astype(str), types)
    if centre is not None:
        found &= council_centre == centre
    if population_from is not None:
        found = found & (population >= population_from)
    if population_to is not None:
        found = found & (population < population_to)
    return found


def meets(value: FloatArray, threshold: float, comparator: str) -> BoolArray:
    """Return where a value meets a threshold; False where it is unknown.

    ``<=`` is :func:`planner.coverage.access.within`; ``>=`` is the same predicate the other way round.
    """
    return within(value, threshold) if comparator == "<=" else within(-value, -threshold)


def states(
    value: FloatArray,
    met: BoolArray,
    *,
    applies: BoolArray,
    located: BoolArray,
    unreachable: BoolArray | None = None,
    connected: BoolArray | None = None,
) -> StateArray:
    """Return the state of each place under a standard.

    Parameters
    ----------
    value : (n,) float array
        NaN where unknown.
    met : (n,) bool array
        Whether the value meets the threshold.
    applies : (n,) bool array
        Whether the standard addresses the place.
    located : (n,) bool array
        Whether the place has coordinates.
    unreachable : (n,) bool array, optional
        Whether no way leads to the service.
    connected : (n,) bool array, optional
        Whether it is near enough to a road, for indicators over the network.

    Returns
    -------
    (n,) uint8 array
        In this order of precedence: not applicable, not located, not connected, unreachable, no data, covered, gap.
    """
    state = np.full(value.size, GAP, dtype=np.uint8)
    state[met] = COVERED
    state[np.isnan(value)] = NO_DATA
    if unreachable is not None:
        state[unreachable] = UNREACHABLE
    if connected is not None:
        state[~connected] = NOT_CONNECTED
    state[~located] = NOT_LOCATED
    state[~applies] = NOT_APPLICABLE
    return state


def shortfalls(
    value: FloatArray, state: StateArray, threshold: float, comparator: str
) -> tuple[FloatArray, FloatArray]:
    """Return by how much each place misses a standard.

    Returns
    -------
    shortfall : (n,) float array
        In the unit of the threshold: beyond it (``<=``) or below it (``>=``); 0 where covered, NaN where there is no
        number (unreachable, not connected, unknown).
    relative : (n,) float array
        Shortfall over threshold; 1 at places that lack the service where no number says by how much; NaN where
        unknown.
    """
    shortfall = np.full(value.size, np.nan)
    gap = state == GAP
    shortfall[gap] = value[gap] - threshold if comparator == "<=" else threshold - value[gap]
    shortfall[state == COVERED] = 0.0
    shortfall[~np.isfinite(shortfall)] = np.nan
    relative = shortfall / threshold if threshold else np.where(gap, 1.0, shortfall)
    lacking = np.isin(state, (GAP, UNREACHABLE, NOT_CONNECTED))
    relative = np.where(lacking & ~np.isfinite(relative), 1.0, relative)
    return shortfall, np.asarray(relative, dtype=np.float64)
