"""How evenly a good is spread over people: Lorenz curve, Gini coefficient, Palma ratio."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

TOP_SHARE, BOTTOM_SHARE = 0.1, 0.4
"""The Palma ratio sets the best-served tenth of the people against the worst-served four tenths."""


def lorenz(value: npt.ArrayLike, people: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Return the Lorenz curve of a good that each person at a place has the same amount of.

    Parameters
    ----------
    value : (n,) float array_like
        The good at each place, at least 0; NaN where it is unknown: such places are left out.
    people : (n,) float array_like
        At least 0.

    Returns
    -------
    share_of_people, share_of_good : (m + 1,) float arrays
        From (0, 0) to (1, 1), the worst served first. Where nobody has any of it, the curve of equality.

    Raises
    ------
    ValueError
        Naming the argument, if a value is negative or infinite or the lengths differ.

    Notes
    -----
    Lorenz (1905), with people as weights: :math:`L_k = \\sum_{i \\le k} w_i x_i / \\sum_i w_i x_i`.
    """
    good, weight = _known(value, people)
    order = np.argsort(good, kind="stable")
    of_people = np.concatenate([[0.0], np.cumsum(weight[order])])
    of_good = np.concatenate([[0.0], np.cumsum(weight[order] * good[order])])
    if of_people[-1] <= 0:
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    shares = of_people / of_people[-1]
    return shares, of_good / of_good[-1] if of_good[-1] > 0 else shares.copy()


def gini(value: npt.ArrayLike, people: npt.ArrayLike) -> float:
    r"""Return the Gini coefficient: 0 where all people have the same, towards 1 where few have everything.

    Parameters
    ----------
    value, people : (n,) float array_like
        As in :func:`lorenz`.

    Returns
    -------
    float
        NaN where nothing is known of anybody.

    Notes
    -----
    Gini (1912), as twice the area between the Lorenz curve and the line of equality, by trapezia:
    :math:`G = 1 - \\sum_k (p_k - p_{k-1})(L_k + L_{k-1})`.
    """
    _, weight = _known(value, people)
    if weight.sum() <= 0:
        return float("nan")
    of_people, of_good = lorenz(value, people)
    return float(1.0 - np.sum(np.diff(of_people) * (of_good[1:] + of_good[:-1])))


def palma(value: npt.ArrayLike, people: npt.ArrayLike) -> float:
    """Return the Palma ratio: what the best-served 10 % of people have, over what the worst-served 40 % have.

    Parameters
    ----------
    value, people : (n,) float array_like
        As in :func:`lorenz`.

    Returns
    -------
    float
        0.25 where all have the same; infinite where the worst-served 40 % have nothing; NaN where nothing is
        known or nobody has anything.

    Notes
    -----
    Palma (2011); Cobham and Sumner (2013). People of one place are shared between the parts where a bound runs
    through it.
    """
    good, weight = _known(value, people)
    if weight.sum() <= 0 or not np.any(good * weight > 0):
        return float("nan")
    of_people, of_good = lorenz(value, people)
    bottom = float(np.interp(BOTTOM_SHARE, of_people, of_good))
    top = 1.0 - float(np.interp(1.0 - TOP_SHARE, of_people, of_good))
    return top / bottom if bottom > 0 else float("inf")


def _known(value: npt.ArrayLike, people: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    good, weight = np.asarray(value, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if good.ndim != 1 or good.shape != weight.shape:
        raise ValueError(f"people: shape {weight.shape} does not fit the values' {good.shape}")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("people: every number has to be finite and at least 0")
    there = ~np.isnan(good)
    if not (np.isfinite(good[there]) & (good[there] >= 0)).all():
        raise ValueError("value: every number has to be finite and at least 0, or NaN where unknown")
    return good[there], weight[there]
