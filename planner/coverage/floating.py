"""Floating catchments: supply shared out among all who can reach it, demand by demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse

from planner.coverage.access import within

FloatArray = npt.NDArray[np.float64]
Decay = str | Callable[[FloatArray], npt.ArrayLike] | Sequence[tuple[float, float]] | None
"""How access fades with cost: a name, a function of cost, zones as (up to, weight), or None for no fading."""

DECAYS = ("step", "linear", "gaussian", "power")
"""Names of decays."""

POWER_LEAST = 1.0
"""Costs below this count as this much under the power decay, which has no value at a cost of nothing."""


def two_step_floating_catchment(
    cost: Any, demand: npt.ArrayLike, supply: npt.ArrayLike, cutoff: float, decay: Decay = None
) -> FloatArray:
    """Return the supply that each place has per unit of demand, by the two-step floating catchment method.

    Step 1, at each supply point the ratio to all demand within the cutoff, ``R_j = S_j / Σ_i P_i f(c_ij)``; step 2, at
    each place the sum of the ratios within the cutoff, ``A_i = Σ_j R_j f(c_ij)``.

    Parameters
    ----------
    cost : (n, m) float array_like or scipy sparse array
        From each place to each supply point. In an array, inf is out of reach; in a sparse one, whatever is not
        stored (a stored 0 is a cost of nothing).
    demand : (n,) float array_like
        People at each place.
    supply : (m,) float array_like
        Capacity of each supply point, in any unit.
    cutoff : float
        In the unit of cost; a cost equal to it is within.
    decay : str, callable, sequence of (float, float) or None
        ``None`` or ``"step"``: 1 within the cutoff (2SFCA). Pairs (up to this cost, weight), ascending: the zones of
        the enhanced method (E2SFCA); 0 beyond the last. ``"linear"``: ``1 − c / cutoff``. ``"gaussian"``:
        ``(exp(−½ (c / cutoff)²) − exp(−½)) / (1 − exp(−½))``, 1 at nothing and 0 at the cutoff. ``"power"``:
        ``1 / max(c, 1)``. A callable takes an array of costs, or one cost, and returns weights.

    Returns
    -------
    (n,) float array
        Units of supply per unit of demand; 0 where nothing is within reach. A supply point without weighted demand
        within its reach gives nothing to anybody, so that Σ demand × access is the supply of all others.

    Raises
    ------
    ValueError
        Naming the argument: shapes that do not fit, anything negative or NaN, an unknown decay.

    Notes
    -----
    Luo and Wang, *Measures of spatial accessibility to health care in a GIS environment*, 2003. The enhanced method:
    Luo and Qi, 2009. The Gaussian of this form: Dai, 2010.
    """
    table, people, capacity = _arguments(cost, demand, supply, cutoff)
    weight = _weighted(table, cutoff, decay)
    return np.asarray(weight @ _ratios(weight, people, capacity), dtype=np.float64)


def three_step_floating_catchment(
    cost: Any, demand: npt.ArrayLike, supply: npt.ArrayLike, cutoff: float, decay: Decay = "gaussian"
) -> FloatArray:
    """Return the supply that each place has per unit of demand, by the three-step floating catchment method.

    As :func:`two_step_floating_catchment`, but people divide themselves first: place i turns to supply point j with the
    share ``G_ij = f(c_ij) / Σ_k f(c_ik)``, so that many points near to one another do not each count its whole demand.
    ``R_j = S_j / Σ_i G_ij P_i f(c_ij)``, ``A_i = Σ_j G_ij R_j f(c_ij)``.

    Parameters
    ----------
    cost, demand, supply, cutoff, decay
        As for the two-step method.

    Returns
    -------
    (n,) float array

    Raises
    ------
    ValueError
        As for the two-step method.

    Notes
    -----
    Wan, Zou and Sternberg, *A three-step floating catchment area method for analyzing spatial access to health
    services*, 2012.
    """
    table, people, capacity = _arguments(cost, demand, supply, cutoff)
    weight = _weighted(table, cutoff, decay)
    total = np.asarray(weight.sum(axis=1)).ravel()
    row = np.repeat(np.arange(weight.shape[0]), np.diff(weight.indptr))
    chosen = weight.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        chosen.data = np.where(total[row] > 0, weight.data**2 / total[row], 0.0)
    return np.asarray(chosen @ _ratios(chosen, people, capacity), dtype=np.float64)


def _ratios(weight: csr_array[Any], people: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return the supply per unit of the demand that each supply point can expect; 0 where it can expect none."""
    expected = np.asarray(weight.T @ people)
    return np.asarray(np.divide(capacity, expected, out=np.zeros(capacity.size), where=expected > 0))


def _weighted(table: csr_array[Any], cutoff: float, decay: Decay) -> csr_array[Any]:
    """Return the weights of the costs within the cutoff, as a sparse table."""
    near = within(table.data, cutoff)
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))[near]
    costs = table.data[near]
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=table.shape[0]))])
    return csr_array((_weights(costs, float(cutoff), decay), table.indices[near], start), shape=table.shape)


def _weights(cost: FloatArray, cutoff: float, decay: Decay) -> FloatArray:
    if decay is None or isinstance(decay, str):
        return _named(cost, cutoff, decay or "step")
    if callable(decay):
        weight = _called(decay, cost)
        if weight.shape != cost.shape:
            raise ValueError(f"decay: gives {weight.shape} weights for {cost.shape} costs")
        if not (np.isfinite(weight) & (weight >= 0)).all():
            raise ValueError("decay: gives a weight that is negative or not a number")
        return weight
    return _zones(cost, decay)


def _called(decay: Callable[[FloatArray], npt.ArrayLike], cost: FloatArray) -> FloatArray:
    """Return what a function makes of costs; one that is written for a single cost is called for each."""
    try:
        weight = np.asarray(decay(cost.copy()), dtype=np.float64)
    except (TypeError, ValueError):
        one: Callable[[Any], Any] = decay
        weight = np.array([one(float(c)) for c in cost], dtype=np.float64)
    return np.full(cost.shape, float(weight)) if weight.ndim == 0 else weight


def _named(cost: FloatArray, cutoff: float, name: str) -> FloatArray:
    share = cost / cutoff if cutoff > 0 else np.zeros(cost.size)
    if name == "step":
        return np.ones(cost.size)
    if name == "linear":
        return 1.0 - share
    if name == "gaussian":
        edge = np.exp(-0.5)
        return np.asarray((np.exp(-0.5 * share**2) - edge) / (1.0 - edge))
    if name == "power":
        return np.asarray(1.0 / np.maximum(cost, POWER_LEAST))
    raise ValueError(f"decay: {name!r} is none of {', '.join(DECAYS)}")


def _zones(cost: FloatArray, zones: Sequence[tuple[float, float]]) -> FloatArray:
    try:
        table = np.asarray(list(zones), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("decay: zones are pairs of numbers (up to, weight)") from error
    if table.ndim != 2 or table.shape[1] != 2 or not np.isfinite(table).all():
        raise ValueError("decay: zones are pairs of numbers (up to, weight)")
    bounds, weights = table.T
    if (np.diff(bounds) <= 0).any() or (weights < 0).any():
        raise ValueError("decay: the zones' bounds have to ascend, and no weight may be negative")
    return np.asarray(np.append(weights, 0.0)[np.searchsorted(bounds, cost, side="left")])


def _arguments(
    cost: Any, demand: npt.ArrayLike, supply: npt.ArrayLike, cutoff: float
) -> tuple[csr_array[Any], FloatArray, FloatArray]:
    table = _table(cost)
    people, capacity = _amounts("demand", demand), _amounts("supply", supply)
    if people.size != table.shape[0]:
        raise ValueError(f"demand: {people.size} values do not fit the {table.shape[0]} rows of cost")
    if capacity.size != table.shape[1]:
        raise ValueError(f"supply: {capacity.size} values do not fit the {table.shape[1]} columns of cost")
    try:
        limit = float("nan") if isinstance(cutoff, (str, bytes)) else float(cutoff)
    except (TypeError, ValueError):
        limit = float("nan")
    if not limit >= 0:
        raise ValueError(f"cutoff: {cutoff!r} is not a cost of 0 or more")
    if np.isinf(limit):
        raise ValueError("cutoff: infinite; give a cost beyond which nothing is in reach")
    return table, people, capacity


def _table(cost: Any) -> csr_array[Any]:
    """Return costs as a sparse table of what is in reach; a cost of nothing is kept."""
    if issparse(cost):
        table = csr_array(cost)
        if table.dtype.kind not in "iuf":
            raise ValueError("cost: numbers are needed")
        table = csr_array((table.data.astype(np.float64), table.indices, table.indptr), shape=table.shape)
    else:
        dense = _numbers("cost", cost)
        if dense.ndim != 2:
            raise ValueError(f"cost: two dimensions are needed, not {dense.ndim}")
        row, column = np.nonzero(dense != np.inf)
        start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=dense.shape[0]))])
        table = csr_array((dense[row, column], column, start), shape=dense.shape)
    if np.isnan(table.data).any():
        raise ValueError("cost: NaN is no cost; out of reach is inf")
    if (table.data < 0).any():
        raise ValueError("cost: negative")
    return table


def _numbers(name: str, values: Any) -> FloatArray:
    try:
        given = np.asarray(values)
        if given.dtype.kind == "c":
            raise ValueError("complex numbers are not taken")
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _amounts(name: str, values: npt.ArrayLike) -> FloatArray:
    array = _numbers(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name}: one dimension is needed, not {array.ndim}")
    if not (np.isfinite(array) & (array >= 0)).all():
        raise ValueError(f"{name}: a value is negative or not a number")
    return array
