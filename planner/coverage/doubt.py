"""How far shares move if what is assumed is otherwise: draws of populations and positions, and their interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.coverage.judge import COVERED, GAP, NOT_CONNECTED, UNREACHABLE

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
StateArray = npt.NDArray[np.uint8]

GAMMA_SHAPE = 2.0
"""Of the draws of an estimated population: a coefficient of variation of 1 / √2, about 71 %."""


def draw_people(
    population: FloatArray, estimated: BoolArray, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Return draws of the population of every place; the sum over estimated places is kept in each.

    Parameters
    ----------
    population : (n,) float array
    estimated : (n,) bool array
        Where the number is an estimate; elsewhere it stays as it is.
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    (draws, n) float array

    Notes
    -----
    Each estimate is multiplied by a gamma variate of mean 1 and shape :data:`GAMMA_SHAPE`, then all are scaled to
    their known sum: a Dirichlet draw (Johnson and Kotz 1972) in proportions of the estimates.
    """
    people = np.repeat(population[None, :], draws, axis=0)
    total = population[estimated].sum()
    if total > 0:
        drawn = population[estimated] * rng.gamma(
            GAMMA_SHAPE, 1.0 / GAMMA_SHAPE, (draws, int(estimated.sum()))
        )
        people[:, estimated] = drawn * (total / drawn.sum(axis=1, keepdims=True))
    return people


def draw_positions(
    located: BoolArray, zone: IntArray, draws: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return for each place without a position the places at which it might stand.

    Parameters
    ----------
    located : (n,) bool array
    zone : (n,) int array
        Of each place, -1 where it lies in none.
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    unlocated : (u,) int array
    at : (draws, u) int array
        A located place of the same zone, any of them alike; of the district where the zone has none; -1 where
        nothing is located at all.
    """
    unlocated, known = np.flatnonzero(~located), np.flatnonzero(located)
    at = np.full((draws, unlocated.size), -1, dtype=np.int64)
    for column, place in enumerate(unlocated):
        near = known[(zone[known] == zone[place]) & (zone[place] >= 0)]
        candidates = near if near.size else known
        if candidates.size:
            at[:, column] = candidates[rng.integers(candidates.size, size=draws)]
    return unlocated, at


def people_by_verdict(
    state: StateArray, people: FloatArray, applies: BoolArray, unlocated: IntArray, at: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the people covered and the people lacking the service in each draw.

    Parameters
    ----------
    state : (n,) or (draws, n) uint8 array
        As if the standard addressed every place; the same in all draws, or one row each.
    people : (draws, n) or (1, n) float array
        One row where they are the same in all draws.
    applies : (n,) or (draws, n) bool array
        Whom the standard addresses.
    unlocated : (u,) int array
    at : (draws, u) int array
        Whose state each of them has in a draw; -1 where that is not known.

    Returns
    -------
    covered, lacking : (draws,) float arrays
    """
    lacks = (state == GAP) | (state == UNREACHABLE) | (state == NOT_CONNECTED)
    return (
        _counted(people, applies, state == COVERED, unlocated, at),
        _counted(people, applies, lacks, unlocated, at),
    )


def _counted(
    people: FloatArray, applies: BoolArray, wanted: BoolArray, unlocated: IntArray, at: IntArray
) -> FloatArray:
    """Return the people at wanted places in each draw, those without a position where they were drawn to stand."""
    chosen = applies & wanted
    if chosen.ndim == 1:
        found = people @ chosen.astype(np.float64)
    else:
        found = np.einsum("dn,dn->d", np.broadcast_to(people, chosen.shape), chosen)
    if wanted.ndim == 1:
        lent = np.append(wanted, False)[at]
    else:
        lent = np.take_along_axis(np.pad(wanted, ((0, 0), (0, 1))), np.where(at < 0, wanted.shape[1], at), 1)
    return np.asarray(found + (people[:, unlocated] * applies[..., unlocated] * lent).sum(axis=1))


def interval(values: FloatArray, level: float = 0.9) -> tuple[float, float]:
    """Return the bounds between which the middle `level` of the known values lies; NaN where none is known."""
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
