"""Parity: how far places keep up with a reference place, service by service and altogether."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def parity(value: npt.ArrayLike, reference: float, threshold: float, comparator: str) -> FloatArray:
    r"""Return how far each place keeps up with a reference under one measure, 0 to 1.

    Parameters
    ----------
    value : (n,) float array_like
        What was measured at each place; infinite where the service cannot be reached, NaN where unknown.
    reference : float
        The same measure at the reference place; NaN where unknown.
    threshold : float
        Of the standard, in the same unit: the yardstick for a lag.
    comparator : str
        ``<=``: less is better (minutes, metres); ``>=``: more is better (trips, seats, Mbit/s).

    Returns
    -------
    (n,) float array
        1: no worse than the reference. For ``<=``, :math:`T / (T + \\max(0, x - r))`: one half at a lag of a whole
        threshold, 0 where unreachable. For ``>=``, :math:`\\min(1, x / r)`. NaN where either side is unknown.

    Raises
    ------
    ValueError
        If the threshold is negative or not finite, or the comparator is neither of the two.

    Notes
    -----
    The planner's own definition: a lag is counted in thresholds, so that minutes, metres and seats can be added up.
    """
    if not np.isfinite(threshold) or threshold < 0:
        raise ValueError(f"threshold: {threshold} is not a finite number of at least 0")
    measured = np.asarray(value, dtype=np.float64)
    unknown = np.isnan(measured) | np.isnan(reference)
    if comparator == "<=":
        found = _by_lag(measured, reference, threshold)
    elif comparator == ">=":
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            # A reference that has nothing of it is kept up with by everyone.
            found = np.where(reference > 0, np.clip(measured / reference, 0.0, 1.0), 1.0)
        found = np.where(np.isposinf(measured) | (measured >= reference), 1.0, found)
    else:
        raise ValueError(f"comparator: {comparator!r} is neither '<=' nor '>='")
    return np.where(unknown, np.nan, found)


def _by_lag(measured: FloatArray, reference: float, threshold: float) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        lag = np.maximum(0.0, measured - reference)
        found = threshold / (threshold + lag)
    found = np.where(np.isposinf(measured), 0.0, found)
    return np.where(measured <= reference, 1.0, found)


def level(value: npt.ArrayLike, threshold: float, comparator: str) -> FloatArray:
    """Return the level of service at each place, 0 to 1: parity with a place that wants for nothing.

    Parameters
    ----------
    value, threshold, comparator
        As in :func:`parity`. The reference is a cost of nothing for ``<=``, the threshold itself for ``>=``.

    Returns
    -------
    (n,) float array
        NaN where unknown.
    """
    return parity(value, 0.0 if comparator == "<=" else threshold, threshold, comparator)


def composite(parts: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the weighted mean of what is known at each place, and how much of the weight that is.

    Parameters
    ----------
    parts : (s, n) float array_like
        A row a service, 0 to 1, NaN where unknown.
    weights : (s,) float array_like
        At least 0; only their proportions matter.

    Returns
    -------
    mean : (n,) float array
        NaN where nothing that has weight is known.
    known : (n,) float array
        Share of the weight that the mean rests on, 0 to 1.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or there are not as many as rows.
    """
    rows, weight = np.asarray(parts, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if rows.ndim != 2 or weight.shape != (rows.shape[0],):
        raise ValueError(f"weights: shape {weight.shape} does not fit the {rows.shape} parts")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("weights: every weight has to be finite and at least 0")
    there = ~np.isnan(rows)
    counted = (there * weight[:, None]).sum(axis=0)
    total = (np.where(there, rows, 0.0) * weight[:, None]).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(counted > 0, total / counted, np.nan)
        known = counted / weight.sum() if weight.sum() > 0 else np.zeros(rows.shape[1])
    return mean, known
