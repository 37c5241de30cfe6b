"""Unevenness between groups of people and within them: Theil's index, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's index of a good over people who belong to groups.

    Attributes
    ----------
    total, between, within : float
        The index of all people; the part that is between groups and the part within them, which add up to it. NaN
        where nobody has any of the good.
    """

    total: float
    between: float
    within: float

    @property
    def share_between(self) -> float:
        """The part of the unevenness that lies between groups, 0 to 1; NaN where there is no unevenness at all."""
        return self.between / self.total if self.total > 0 else float("nan")


def spread(value: npt.ArrayLike, people: npt.ArrayLike) -> tuple[float, float, float]:
    r"""Return what a group adds to Theil's index: three sums that can be added up over groups.

    Parameters
    ----------
    value : (n,) float array_like
        The good that each person at a place has, at least 0; NaN where it is unknown: such places are left out.
    people : (n,) float array_like
        At least 0.

    Returns
    -------
    people, good, entropy : float
        :math:`\\sum w_i`, :math:`\\sum w_i x_i` and :math:`\\sum w_i x_i \\ln x_i`, nothing where :math:`x_i = 0`.

    Raises
    ------
    ValueError
        Naming the argument, if a number is negative or infinite or the lengths differ.
    """
    good, weight = np.asarray(value, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if good.ndim != 1 or good.shape != weight.shape:
        raise ValueError(f"people: shape {weight.shape} does not fit the values' {good.shape}")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("people: every number has to be finite and at least 0")
    there = ~np.isnan(good)
    x, w = good[there], weight[there]
    if not (np.isfinite(x) & (x >= 0)).all():
        raise ValueError("value: every number has to be finite and at least 0, or NaN where unknown")
    logarithm = np.log(np.where(x > 0, x, 1.0))
    return float(w.sum()), float((w * x).sum()), float((w * x * logarithm).sum())


def theil(people: npt.ArrayLike, good: npt.ArrayLike, entropy: npt.ArrayLike) -> Theil:
    r"""Return Theil's index of several groups together, and its parts between and within them.

    Parameters
    ----------
    people, good, entropy : (g,) float array_like
        Of each group, as :func:`spread` gives them.

    Returns
    -------
    Theil

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    Theil (1967), the index T: :math:`T = \\sum_g s_g \\ln(\\mu_g / \\mu) + \\sum_g s_g T_g` with :math:`s_g` the share
    of the good that group g has and :math:`\\mu` the mean. A group without people, or without any of the good, adds
    nothing to either sum.
    """
    w, s, e = (np.asarray(a, dtype=np.float64) for a in (people, good, entropy))
    if not (w.ndim == 1 and w.shape == s.shape == e.shape):
        raise ValueError(f"good: shapes {s.shape} and {e.shape} do not fit the people's {w.shape}")
    if s.sum() <= 0:
        return Theil(float("nan"), float("nan"), float("nan"))
    has = s > 0
    w_all, w, s, e = w.sum(), w[has], s[has], e[has]
    share, mean = s / s.sum(), s / w
    between = float((share * np.log(mean / (s.sum() / w_all))).sum())
    within = float((share * (e / s - np.log(mean))).sum())
    # Rounding must not turn "the same everywhere" into less than nothing.
    between, within = max(0.0, between), max(0.0, within)
    return Theil(between + within, between, within)
