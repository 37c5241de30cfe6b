"""Who lacks what, place by place: the numbers behind the report's tables of places and councils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.results import LACKING, Assessment, FloatArray, IntArray, State, StateArray, Tally, tally

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ServiceGaps:
    """What a service's standards together say of each of the n places.

    Attributes
    ----------
    state : (n,) uint8 array
        The worst state that applies, codes of :class:`planner.results.State`.
    missed : (n,) int array
        Position, among the service's results, of the standard that the place misses most; -1 where none.
    relative : (n,) float array
        Relative shortfall by that standard; 0 where the place does not lack the service.
    """

    state: StateArray
    missed: IntArray
    relative: FloatArray

    @property
    def lacking(self) -> BoolArray:
        """Which places are known to be without the service."""
        return np.isin(self.state, LACKING)


def service_gaps(assessment: Assessment, service: str) -> ServiceGaps:
    """Return what a service's standards together say of each place."""
    results = assessment.of_service(service)
    # A place that lacks the service without a number for it counts as missing all of it.
    relative = np.stack(
        [
            np.where(
                np.isin(r.state, LACKING), np.nan_to_num(r.relative_shortfall, nan=1.0, posinf=1.0), -1.0
            )
            for r in results
        ]
    )
    largest = relative.max(axis=0)
    missed = np.where(largest >= 0, relative.argmax(axis=0), -1)
    return ServiceGaps(assessment.service_state(service), missed, np.maximum(largest, 0.0))


def all_gaps(assessment: Assessment) -> dict[str, ServiceGaps]:
    """Return the gaps of every service that was assessed, in the order of the catalogue."""
    return {service: service_gaps(assessment, service) for service in assessment.service_ids()}


def service_tally(assessment: Assessment, gaps: ServiceGaps, mask: BoolArray | None = None) -> Tally:
    """Return people by the service's state, in the district or a part of its places.

    The tally names no target: whether a service is met is told by its standards, one by one.
    """
    population = assessment.places.population
    where = slice(None) if mask is None else mask
    sums = np.bincount(gaps.state[where], weights=population[where], minlength=len(State))
    return tally({s: float(sums[s]) for s in State}, None)


def order(people: FloatArray, relative: FloatArray, lacking: BoolArray) -> IntArray:
    """Return the places that lack something: greatest people × relative shortfall first, then most people."""
    chosen = np.flatnonzero(lacking)
    weight = people * relative
    return np.asarray(chosen[np.lexsort((chosen, -people[chosen], -weight[chosen]))], dtype=np.int64)


def ranking(assessment: Assessment, gaps: Sequence[ServiceGaps]) -> tuple[IntArray, FloatArray]:
    """Rank places by people × relative shortfall, added up over services.

    Returns
    -------
    places : (k,) int array
        Places that lack at least one service, the heaviest first.
    weight : (n,) float array
        People × relative shortfall of every place.
    """
    people = assessment.places.population
    total = np.sum([g.relative for g in gaps], axis=0) if gaps else np.zeros(len(people))
    lacking = np.any([g.lacking for g in gaps], axis=0) if gaps else np.zeros(len(people), dtype=bool)
    return order(people, total, lacking), people * total


def areas(assessment: Assessment) -> list[tuple[int, BoolArray]]:
    """Return each zone's index with the mask of its places; -1 for places in no zone, if there are any."""
    zone = assessment.places.zone
    parts = [(z, zone == z) for z in range(len(assessment.zones))]
    return parts if not (zone < 0).any() else [*parts, (-1, zone < 0)]
