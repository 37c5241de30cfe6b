"""Where a vehicle stops: the fewest stops that everybody can walk to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.errors import InfeasibleError
from planner.siting.problem import FloatArray, IntArray, Problem
from planner.siting.solve import solve


@dataclass(frozen=True, slots=True)
class Stops:
    """The fewest stops within walking distance of every place.

    Attributes
    ----------
    chosen : (s,) int array
        Candidates, ascending; one stands there more than once where a single visit has no time for all it serves.
    serving : (n,) int array
        Position in `chosen` of the stop that each place goes to: the nearest, or the one that has time for it.
    walk : (n,) float array
        Metres to it.
    bound : int
        No fewer stops do.
    """

    chosen: IntArray
    serving: IntArray
    walk: FloatArray
    bound: int

    @property
    def proven(self) -> bool:
        """Whether fewer stops are proven not to do."""
        return self.chosen.size == self.bound


def fewest_stops(
    walk: FloatArray,
    people: FloatArray,
    cutoff: float,
    room: FloatArray | None = None,
    *,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Stops:
    """Return the fewest stops such that every place is within walking distance of one.

    Parameters
    ----------
    walk : (n, m) float array
        Metres on foot from places to candidates; inf where there is no way. Every place reaches a candidate.
    people : (n,) float array
    cutoff : float
        Longest walk, metres.
    room : (m,) float array, optional
        Most people that a visit of each candidate has time for.
    time_limit_s : float, optional
    cancel : callable, optional

    Raises
    ------
    InfeasibleError, StoppedError
        As :func:`planner.siting.solve` does.

    Notes
    -----
    A set cover (Toregas et al. 1971), solved exactly. Among covers of the same size one is taken that makes people walk
    little: each stop in turn moves to the candidate that does its part with the least walk, until none moves.
    """

    def cover(spot: IntArray, capacity: FloatArray | None) -> tuple[IntArray, IntArray, int]:
        problem = Problem("lscp", walk[:, spot], people, cutoff=cutoff, capacity=capacity)
        found = solve(problem, time_limit_s, cancel=cancel)
        return (
            spot[found.sites],
            np.searchsorted(found.sites, found.allocation),
            int(np.ceil(found.bound - 1e-6)),
        )

    every = np.arange(walk.shape[1])
    sites, _, bound = cover(every, None)
    sites = _moved(walk, people, cutoff, sites)
    serving = np.argmin(walk[:, sites], axis=1)
    load = np.bincount(serving, weights=people, minlength=sites.size)
    if room is not None and (load > room[sites]).any():
        for times in range(1, len(walk) + 1):
            spot = np.repeat(every, times)
            try:
                sites, serving, _ = cover(spot, room[spot])
                # What holds without limits of time holds with them, and however often a spot is used.
                bound = max(bound, int(np.ceil(float(people.sum() / room.max()) - 1e-9)))
                break
            except InfeasibleError:
                # So many visits of each have no time for all; with one for each place they surely have.
                if times == len(walk):
                    raise
    return Stops(sites, serving, walk[np.arange(len(walk)), sites[serving]], bound)


def _moved(walk: FloatArray, people: FloatArray, cutoff: float, sites: IntArray) -> IntArray:
    """Return a cover of the same size with less walking."""
    reached = walk <= cutoff
    weight = np.maximum(people, 1.0)
    chosen = sites.copy()
    moving = True
    while moving:
        moving = False
        for k in range(chosen.size):
            others = np.delete(chosen, k)
            alone = ~reached[:, others].any(axis=1)
            near = np.minimum(walk[:, others].min(axis=1, initial=np.inf)[:, None], walk)
            able = np.asarray(reached[alone].all(axis=0))
            able[others] = False
            total = np.where(able, (weight[:, None] * np.minimum(near, 1e9)).sum(axis=0), np.inf)
            best = int(np.argmin(total))
            if total[best] < total[chosen[k]] - 1e-6:
                chosen[k], moving = best, True
    return np.sort(chosen)
