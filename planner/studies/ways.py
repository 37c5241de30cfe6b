"""The ways to service points that standards measure, and how much longer they get when service points close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.coverage.closure import moves
from planner.network.attach import Impedance
from planner.network.graph import Direction
from planner.results import LongerWay
from planner.standards.model import Indicator, Measure

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ways:
    """The nearest service points of the places that a standard is for.

    Attributes
    ----------
    standard : int
        Which of the standards that are judged.
    place : (n,) int array
    cost : (n, k) float array
        In the standard's unit, nearest first; inf where there are fewer than k.
    which : (n, k) int array
        Index of the service point, -1 for none.
    """

    standard: int
    place: IntArray
    cost: FloatArray
    which: IntArray

    def longer(self, closed: BoolArray) -> Iterator[LongerWay]:
        """Yield the places whose way gets longer once some service points are closed."""
        found = moves(self.cost, self.which, closed)
        with np.errstate(invalid="ignore"):
            at = np.flatnonzero(found.extra > 0)
        for i in at:
            yield LongerWay(int(self.place[i]), self.standard, int(found.goes_to[i]), float(found.extra[i]))


def longer_ways(all_: Sequence[Ways], closed: BoolArray, extra_m: FloatArray) -> tuple[LongerWay, ...]:
    """Return who has longer as a standard measures it though the nearest by road stays open, each place once.

    Parameters
    ----------
    all_ : sequence of Ways
    closed : (m,) bool array
    extra_m : (n,) float array
        How much farther it is for each place by road.
    """
    found: dict[int, LongerWay] = {}
    for ways in all_:
        for way in ways.longer(closed):
            if not extra_m[way.place] > 0:
                found.setdefault(way.place, way)
    return tuple(found[place] for place in sorted(found))


def mode_of(measures: Sequence[Measure]) -> str:
    """Return how people go to service points: by car, unless all that is asked is what they can walk or cycle to."""
    modes = {m.mode or "car" for m in measures}
    only = all(m.indicator is Indicator.NEAREST_VALUE for m in measures) and len(modes) == 1
    return modes.pop() if only else "car"


def along(measure: Measure) -> tuple[Impedance, Direction]:
    """Return what is added up along the way, and in which direction it leads."""
    by_time = measure.indicator is Indicator.TRAVEL_TIME
    return "time" if by_time else "distance", "from" if measure.from_facility else "to"
