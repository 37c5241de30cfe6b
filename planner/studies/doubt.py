"""Doubt: an interval beside every share, from what is estimated, not located or doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.coverage.doubt import draw_people, draw_positions, interval, people_by_verdict
from planner.coverage.judge import NOT_APPLICABLE, NOT_LOCATED
from planner.results import Doubt, Interval, worst
from planner.standards.model import Measure, Standard
from planner.studies.deciding import deciding
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, Measured, whom
from planner.studies.progress import Progress, each, wanted

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
StateArray = npt.NDArray[np.uint8]

DRAWS, SEED = 200, 20260101
"""So many draws, from this seed: the same district gives the same interval."""

ESTIMATED = ("estimated", "zone total")
"""Sources of populations whose sum is known and whose parts are not."""

STANDS_HALF = 0.5
"""The probability that a doubtful facility is there."""

FAR_FROM_PLACE_M = 5000.0
"""A facility farther than this from the place it says it belongs to stands in doubt."""

_SUBSETS = 40
"""So many different sets of doubtful facilities are measured; draws take turns over them."""

_SPOT_M = 1.0


@dataclass(frozen=True)
class _Draws:
    """Everything drawn once for a district; standards share it."""

    people: FloatArray
    unlocated: IntArray
    at: IntArray
    doubtful: IntArray
    stands: BoolArray


def doubts(
    inputs: Inputs,
    gauge: Gauge,
    measured: Sequence[tuple[Standard, Measured]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> tuple[dict[str, Doubt], dict[str, Doubt]]:
    """Return how far headlines move, by the id of the standard, and by service under all its standards together.

    Parameters
    ----------
    inputs : Inputs
    gauge : Gauge
        Of the same inputs.
    measured : sequence of (Standard, Measured)
        What each standard's measure gave, for whom it addresses.
    draws, seed : int
        The same give the same intervals.
    progress : callable, optional

    Returns
    -------
    by_standard, by_service : dict of str to Doubt
        What is beyond doubt is left out.

    Raises
    ------
    ValueError
        If there are fewer than 20 draws: an interval of nine in ten needs tails.
    """
    if draws < 20:
        raise ValueError(f"draws: {draws} are too few for an interval; give at least 20")
    drawn = _draw(inputs, draws, np.random.default_rng(seed))
    by_standard: dict[str, Doubt | None] = {}
    states: dict[str, list[StateArray]] = {}
    several = Counter(standard.service for standard, _ in measured)
    for standard, found in each(measured, progress, lambda one: one[0].id):
        if standard.measure is None:
            continue
        shaken = _Shaken(inputs, gauge, standard, standard.measure, found, drawn)
        by_standard[standard.id] = shaken.doubt()
        if several[standard.service] > 1:
            states.setdefault(standard.service, []).append(shaken.states())
    # Under several standards a place is judged by the worst state that applies, in every draw anew.
    by_service = {service: _together(drawn, worst(rows)) for service, rows in states.items()}
    for standard, _ in measured:
        by_service.setdefault(standard.service, by_standard.get(standard.id))
    return _known(by_standard), _known(by_service)


def _known(found: Mapping[str, Doubt | None]) -> dict[str, Doubt]:
    return {key: doubt for key, doubt in found.items() if doubt is not None}


def _draw(inputs: Inputs, draws: int, rng: np.random.Generator) -> _Draws:
    places = inputs.places
    estimated = np.isin(np.array(places.population_source, dtype=str), ESTIMATED)
    located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
    # Drawn in the order of their ids: another order of the rows of a file is the same district.
    of_place = np.argsort(np.array(places.ids, dtype=str), kind="stable")
    people = np.empty((draws, len(places)))
    people[:, of_place] = draw_people(places.population[of_place], estimated[of_place], draws, rng)
    unlocated, at = draw_positions(located[of_place], places.zone[of_place], draws, rng)
    doubtful = doubtful_facilities(inputs)
    ids = np.array([inputs.facilities.ids[i] for i in doubtful], dtype=str)
    services = np.array([inputs.facilities.services[i] for i in doubtful], dtype=str)
    of_facility = np.lexsort((ids, services))
    subsets = np.empty((min(_SUBSETS, draws), doubtful.size), dtype=bool)
    subsets[:, of_facility] = rng.random(subsets.shape) < STANDS_HALF
    return _Draws(people, of_place[unlocated], np.append(of_place, -1)[at], doubtful, subsets)


def _together(drawn: _Draws, state: StateArray) -> Doubt | None:
    everyone = np.ones(state.shape[1], dtype=bool)
    nobody = np.empty((len(state), 0), dtype=np.int64)
    covered, lacking = people_by_verdict(state, drawn.people, everyone, np.empty(0, dtype=np.int64), nobody)
    return _summed(covered, lacking, {})


def doubtful_facilities(inputs: Inputs) -> IntArray:
    """Return the facilities that may not stand where they are said to.

    Those of one service on the spot of another of it (all but one, which is not marked doubtful if there is such a one,
    and the first by id of several), those far from the place they say they belong to, and those whose column
    ``doubtful`` says yes.
    """
    found = np.zeros(len(inputs.facilities), dtype=bool)
    located = np.asarray(np.isfinite(inputs.facility_xy).all(axis=1))
    spots = np.ascontiguousarray((inputs.facility_xy / _SPOT_M).round()).view(np.complex128)[:, 0]
    for layer, mine in inputs.layers_of_facilities():
        marked = layer.flags("doubtful")[inputs.facility_row[mine]]
        there = np.flatnonzero(located[mine])
        _, spot, count = np.unique(spots[mine[there]], return_inverse=True, return_counts=True)
        several = count[spot] > 1
        there, spot = there[several], spot[several]
        ids = np.array([inputs.facilities.ids[i] for i in mine[there]], dtype=str)
        order = np.lexsort((ids, marked[there], spot))
        _, first = np.unique(spot[order], return_index=True)
        found[mine[there]] = True
        found[mine[there[order[first]]]] = False
        found[mine] |= marked
    of_place = np.flatnonzero(inputs.home >= 0)
    away_x, away_y = (inputs.facility_xy[of_place] - inputs.place_xy[inputs.home[of_place]]).T
    found[of_place] |= np.hypot(away_x, away_y) > FAR_FROM_PLACE_M
    return np.flatnonzero(found)


@dataclass(frozen=True)
class _Shaken:
    """One standard under the draws."""

    inputs: Inputs
    gauge: Gauge
    standard: Standard
    measure: Measure
    found: Measured
    drawn: _Draws

    @cached_property
    def _always(self) -> StateArray:
        return _state(self.inputs, self.measure, self.found)

    @cached_property
    def _shifting(self) -> StateArray | None:
        return _states_by_subset(self.inputs, self.gauge, self.standard, self.measure, self.drawn)

    @cached_property
    def _applies(self) -> BoolArray:
        return whom(self.inputs, self.standard, self.drawn.people)

    def states(self) -> StateArray:
        """Return the state of each place in each draw, (draws, n)."""
        drawn = self.drawn
        base = self._always if self._shifting is None else self._shifting
        state = np.array(np.broadcast_to(base, drawn.people.shape))
        lent = np.where(drawn.at >= 0, np.take_along_axis(state, np.maximum(drawn.at, 0), 1), NOT_LOCATED)
        state[:, drawn.unlocated] = lent
        return np.where(self._applies, state, np.uint8(NOT_APPLICABLE))

    def doubt(self) -> Doubt | None:
        """Return how far the standard's headline moves."""
        drawn, population = self.drawn, self.inputs.places.population
        certain = population[None, :]
        addressed = whom(self.inputs, self.standard, population)
        nowhere = np.full_like(drawn.at, -1)

        def verdict(
            people: FloatArray, applies: BoolArray, at: IntArray, states: StateArray
        ) -> tuple[FloatArray, FloatArray]:
            return people_by_verdict(states, people, applies, drawn.unlocated, at)

        causes = {"populations": verdict(drawn.people, self._applies, nowhere, self._always)}
        if drawn.unlocated.size:
            causes["positions"] = verdict(certain, addressed, drawn.at, self._always)
        if self._shifting is not None:
            causes["facilities"] = verdict(certain, addressed, nowhere, self._shifting)
        base = self._always if self._shifting is None else self._shifting
        return _summed(*verdict(drawn.people, self._applies, drawn.at, base), causes)


def _summed(
    covered: FloatArray, lacking: FloatArray, causes: Mapping[str, tuple[FloatArray, FloatArray]]
) -> Doubt | None:
    """Return the intervals of draws; None where nothing moves."""
    share = _share(covered, lacking)
    if not (_moves(share) or _moves(lacking)):
        return None
    alone = {cause: _share(*verdict) for cause, verdict in causes.items()}
    return Doubt(
        share=Interval(*interval(share)),
        lacking=Interval(*interval(lacking)),
        causes={cause: Interval(*interval(values)) for cause, values in alone.items() if _moves(values)},
    )


def _share(covered: FloatArray, lacking: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(covered / (covered + lacking))


def _moves(values: FloatArray) -> bool:
    """Return whether draws differ by more than the rounding of a sum."""
    known = values[~np.isnan(values)]
    return bool(known.size and np.ptp(known) > 1e-9 * max(1.0, float(np.abs(known).max())))


def _state(inputs: Inputs, measure: Measure, found: Measured) -> StateArray:
    """Return the state of each place as if the standard addressed every one."""
    located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
    return found.states(measure, np.ones(len(inputs.places), dtype=bool), located)


def _states_by_subset(
    inputs: Inputs, gauge: Gauge, standard: Standard, measure: Measure, drawn: _Draws
) -> StateArray | None:
    """Return the states in each draw with the doubtful facilities that stand in it; None where none decides."""
    gauge, doubtful = deciding(gauge, measure, drawn.doubtful, drawn.stands)
    mine = np.isin(drawn.doubtful, doubtful)
    if not mine.any():
        return None
    known: dict[bytes, StateArray] = {}
    rows = []
    for stands in wanted(drawn.stands[:, mine]):
        key = stands.tobytes()
        if key not in known:
            fewer = gauge.without(drawn.doubtful[mine][~stands])
            applies = whom(inputs, standard, inputs.places.population)
            known[key] = _state(inputs, measure, fewer.measure(measure, applies))
        rows.append(known[key])
    return np.stack(rows)[np.arange(len(drawn.people)) % len(rows)]
