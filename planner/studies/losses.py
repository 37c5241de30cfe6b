"""Who loses, with a service point, a standard that asks for more than the way to the nearest.

Such standards ask what the nearest service point offers (buses a week), or how many people share the service points
of a district or of a zone. Both are measured again without what is closed; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.network.graph import Direction
from planner.results import LACKING, State
from planner.standards.model import Indicator, Measure, Standard
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, Measured, whom
from planner.studies.reach import k_nearest

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

BY_WHAT_IS_THERE = (
    Indicator.NEAREST_VALUE, Indicator.FACILITIES_PER_PEOPLE, Indicator.CAPACITY_PER_PEOPLE,
)  # fmt: skip
"""Indicators of what service points offer."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A standard, whom it addresses, who has it, and the way to the nearest service points that it counts."""

    measure: Measure
    applies: BoolArray
    covered: BoolArray
    near: tuple[FloatArray, IntArray] | None


class Losses:
    """Who loses standards on what service points offer.

    Parameters
    ----------
    inputs : Inputs
    gauge : Gauge
        Counting every facility.
    standards : sequence of Standard
        With indicators of :data:`BY_WHAT_IS_THERE`.
    k : int
        Fewer than so many facilities are closed at once.
    """

    def __init__(self, inputs: Inputs, gauge: Gauge, standards: Sequence[Standard], k: int) -> None:
        self._gauge = gauge
        self._located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
        self.lacking = np.zeros(len(inputs.places), dtype=bool)
        self._held: list[_Held] = []
        for standard in standards:
            measure = standard.measure
            if measure is None:
                raise ValueError(f"standards: {standard.id} has no measure")
            applies = whom(inputs, standard, inputs.places.population)
            state = gauge.measure(measure, applies).states(measure, applies, self._located)
            self.lacking |= np.isin(state, LACKING)
            self._held.append(_Held(measure, applies, state == State.COVERED, _near(gauge, measure, k)))

    def after(self, closed: IntArray) -> tuple[BoolArray, BoolArray]:
        """Return which places lose one of the standards, and of which it is no longer known whether they keep all.

        Parameters
        ----------
        closed : (c,) int array
            Indices into the district's facilities.

        Returns
        -------
        losing, unknown : (n,) bool arrays
            Never both at a place.
        """
        losing = np.zeros(self._located.size, dtype=bool)
        unknown = losing.copy()
        for held in self._held:
            found = self._without(held, closed)
            state = found.states(held.measure, held.applies, self._located)
            losing |= held.covered & np.isin(state, LACKING)
            unknown |= held.covered & (state == State.NO_DATA)
        return losing, unknown & ~losing

    def _without(self, held: _Held, closed: IntArray) -> Measured:
        snapped = self._gauge.snapped(held.measure.mode or "car")
        if held.near is None or snapped is None:
            return self._gauge.without(closed).measure(held.measure, held.applies)
        # The next nearest is known already: no way has to be searched again.
        cost, which = held.near
        left = ~np.isin(which, closed)
        row, first = np.arange(len(which)), left.argmax(axis=1)
        open_ = left[row, first]
        to = np.where(open_, which[row, first], -1)
        way = np.where(open_, cost[row, first], np.inf)
        return self._gauge.offered(held.measure, way, to, snapped.connected[: to.size])


def _near(gauge: Gauge, measure: Measure, k: int) -> tuple[FloatArray, IntArray] | None:
    if measure.indicator is not Indicator.NEAREST_VALUE:
        return None
    chosen = gauge.best_first(measure, gauge.facilities_of(measure))
    direction: Direction = "from" if measure.from_facility else "to"
    return k_nearest(gauge, measure.mode or "car", "distance", direction, chosen, k)
