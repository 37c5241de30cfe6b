"""A siting problem as arrays, checked when it is made."""

from __future__ import annotations

import operator
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, SupportsIndex, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

Model = Literal["lscp", "mclp", "p-median", "p-center"]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MODELS: tuple[Model, ...] = ("lscp", "mclp", "p-median", "p-center")
NEEDS_CUTOFF = ("lscp", "mclp")


@dataclass(frozen=True, eq=False)
class Problem:
    """Where to stand: demand, candidates, the cost between them, and what is allowed.

    Parameters
    ----------
    model : {"lscp", "mclp", "p-median", "p-center"}
        Fewest sites that reach everybody (location set covering, Toregas et al. 1971); most people reached (maximal
        covering, Church and ReVelle 1974); least total cost over people; least worst cost (both Hakimi 1964).
    cost : (n, m) array_like or scipy.sparse array
        From each demand (row) to each candidate (column), in any unit, at least 0. What is infinite, or not stored in
        a sparse array, is out of reach; a stored zero is a cost of nothing. A dense table of floats is not copied, so
        it is not to be changed while the problem is in use.
    demand : (n,) array_like
        People at each demand, at least 0 and finite.
    sites : int, optional
        How many sites are open in the end, `fixed` ones included. With a `budget`, or where sites have to keep a
        distance, at most so many. For the LSCP, a limit.
    cutoff : float, optional
        Greatest cost at which a site reaches a demand, in the unit of `cost`; a cost equal to it is within. Needed for
        LSCP and MCLP; a hard limit for the p-median and the p-center.
    fixed : array_like of int
        Candidates that are open in any case (existing facilities that are kept).
    forbidden : array_like of int
        Candidates that stay closed.
    capacity : float or (m,) array_like, optional
        Most people a candidate can serve; a demand is then served whole, by one site.
    opening_cost : float or (m,) array_like, optional
        Money to open each candidate; give 0 for what stands. Needs a `budget`, except with the LSCP, which then looks
        for the least money instead of the fewest sites.
    budget : float, optional
        Most money that all open sites may cost together.
    target_share : float, optional
        LSCP only: share of the people, above 0 and at most 1, that has to be reached. Without it every demand has to
        be reached, also one without people.
    backup : int
        How many different sites each demand counts on (2: covered twice). Covering models count a demand that many
        sites reach; the p-median adds up the costs to the nearest so many, the p-center takes the last of them.
    between : (m, m) array_like, optional
        Distance between candidates, for the next two; symmetric.
    min_distance, max_distance : float, optional
        No two open sites are nearer to, or farther from, each other, unless both are fixed.

    Raises
    ------
    ValueError
        Naming the argument that cannot be used.
    """

    model: Model
    cost: Any
    demand: Any
    _: KW_ONLY
    sites: int | None = None
    cutoff: float | None = None
    fixed: Any = ()
    forbidden: Any = ()
    capacity: Any = None
    opening_cost: Any = None
    budget: float | None = None
    target_share: float | None = None
    backup: int = 1
    between: Any = None
    min_distance: float | None = None
    max_distance: float | None = None

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise ValueError(f"model: {self.model!r} is not one of {', '.join(MODELS)}")
        self._set("cost", _costs(self.cost))
        n, m = self.shape
        self._set("demand", _vector("demand", self.demand, n, "demands"))
        if not np.isfinite(self.demand).all():
            raise ValueError("demand: every number has to be finite")
        self._set("sites", None if self.sites is None else _whole("sites", self.sites, 1))
        for name in ("cutoff", "budget", "min_distance", "max_distance"):
            self._set(name, _amount(name, getattr(self, name)))
        for name in ("fixed", "forbidden"):
            self._set(name, _candidates(name, getattr(self, name), m))
        self._set("backup", _whole("backup", self.backup, 1))
        for name in ("capacity", "opening_cost"):
            if getattr(self, name) is not None:
                self._set(name, _vector(name, getattr(self, name), m, "candidates"))
        self._check_sites(m)
        self._check_money()
        self._check_options()
        self._set("between", self._distances(m))

    def _set(self, name: str, value: object) -> None:
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        object.__setattr__(self, name, value)

    def _check_sites(self, m: int) -> None:
        if self.forbidden.size == m:
            raise ValueError("forbidden: no candidate is left that may be opened")
        both = np.intersect1d(self.fixed, self.forbidden)
        if both.size:
            raise ValueError(f"forbidden: candidate {int(both[0])} is fixed as well")
        if self.model in NEEDS_CUTOFF and self.cutoff is None:
            raise ValueError(f"cutoff: the model {self.model} needs one")
        if self.sites is None:
            if self.model != "lscp" and self.budget is None:
                raise ValueError(f"sites: the model {self.model} needs a number of sites, or a budget")
            return
        usable = m - self.forbidden.size
        if self.sites > usable:
            raise ValueError(f"sites: {self.sites} are more than the {usable} candidates that may be opened")
        if self.sites < self.fixed.size:
            raise ValueError(f"sites: {self.sites} are fewer than the {self.fixed.size} that are fixed")

    def _check_money(self) -> None:
        if self.budget is not None and self.opening_cost is None:
            raise ValueError("budget: it needs the opening_cost of each candidate")
        if self.opening_cost is None:
            return
        if not np.isfinite(self.opening_cost).all():
            raise ValueError("opening_cost: every number has to be finite; forbid what cannot be opened")
        if self.budget is None and self.model != "lscp":
            raise ValueError("opening_cost: it needs a budget; money and travel are not added up")

    def _check_options(self) -> None:
        if self.target_share is not None:
            if self.model != "lscp":
                raise ValueError("target_share: only the model lscp takes it")
            share = _amount("target_share", self.target_share)
            if share is None or not 0.0 < share <= 1.0:
                raise ValueError("target_share: it has to be above 0 and at most 1")
            self._set("target_share", share)
        if self.backup > 1 and self.capacity is not None:
            raise ValueError("backup: it cannot be combined with a capacity")
        if self.backup > self.shape[1] - self.forbidden.size:
            raise ValueError("backup: there are fewer candidates than that")
        if self.backup > 1 and self.sites is not None and self.sites < self.backup:
            raise ValueError(f"sites: {self.sites} cannot give a backup of {self.backup}")

    def _distances(self, m: int) -> FloatArray | None:
        wanted = self.min_distance is not None or self.max_distance is not None
        if self.between is None:
            if wanted:
                raise ValueError(
                    "between: min_distance and max_distance need the distances between candidates"
                )
            return None
        try:
            distance = np.array(self.between, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError("between: it is not a table of numbers") from None
        if distance.shape != (m, m):
            raise ValueError(f"between: shape {distance.shape} does not fit the {m} candidates")
        if np.isnan(distance).any() or (distance < 0).any():
            raise ValueError("between: a distance is negative or not a number")
        if not np.array_equal(distance, distance.T):
            raise ValueError("between: the distance there and back has to be the same")
        return distance

    @property
    def shape(self) -> tuple[int, int]:
        """Number of demands and of candidates."""
        return cast(tuple[int, int], self.cost.shape)

    def apart(self) -> BoolArray | None:
        """Return which pairs of candidates exclude each other, None where no pair does."""
        if self.between is None or (self.min_distance is None and self.max_distance is None):
            return None
        found = np.zeros(self.between.shape, dtype=bool)
        if self.min_distance is not None:
            found |= self.between < self.min_distance
        if self.max_distance is not None:
            found |= self.between > self.max_distance
        np.fill_diagonal(found, False)
        found[np.ix_(self.fixed, self.fixed)] = False
        return found if found.any() else None


def _costs(cost: Any) -> FloatArray | sparse.csr_array:
    if sparse.issparse(cost):
        if cost.dtype.kind not in "biuf":
            raise ValueError("cost: it is not a table of numbers")
        table = sparse.csr_array(cost, dtype=np.float64, copy=True)
        table.sum_duplicates()
        values = table.data
    else:
        try:
            if np.iscomplexobj(cost):
                raise TypeError
            # A view: a table of a hundred million costs is not copied, only closed to changes from here.
            table = np.ascontiguousarray(cost, dtype=np.float64).view()
        except (TypeError, ValueError):
            raise ValueError("cost: it is not a table of numbers") from None
        if table.ndim != 2:
            raise ValueError(f"cost: it has {table.ndim} dimensions, not 2 (demands, candidates)")
        values = table
    if 0 in table.shape:
        raise ValueError("cost: there has to be at least one demand and one candidate")
    if np.isnan(values).any():
        raise ValueError("cost: it holds a value that is not a number (NaN)")
    if values.size and float(values.min()) < 0:
        raise ValueError("cost: it holds a negative value")
    if sparse.issparse(table) and not np.isfinite(values).all():
        size = np.add.reduceat(np.append(np.isfinite(values), 0), table.indptr[:-1])
        size[np.diff(table.indptr) == 0] = 0
        finite = np.isfinite(values)
        start = np.concatenate([[0], np.cumsum(size)])
        table = sparse.csr_array((values[finite], table.indices[finite], start), shape=table.shape)
    return table


def _vector(name: str, values: Any, size: int, of: str) -> FloatArray:
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: it is not a row of numbers") from None
    if given.ndim == 0 and name != "demand":
        given = np.full(size, float(given))
    if given.shape != (size,):
        raise ValueError(f"{name}: shape {given.shape} does not fit the {size} {of}")
    if np.isnan(given).any():
        raise ValueError(f"{name}: it holds a value that is not a number (NaN)")
    if (given < 0).any():
        raise ValueError(f"{name}: it holds a negative value")
    return given.copy()


def _whole(name: str, value: object, least: int) -> int:
    try:
        number = operator.index(cast(SupportsIndex, value))
    except TypeError:
        raise ValueError(f"{name}: {value!r} is not a whole number") from None
    if isinstance(value, bool) or number < least:
        raise ValueError(f"{name}: {value!r} is not a whole number from {least} on")
    return number


def _amount(name: str, value: Any) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} is not a number") from None
    if not number >= 0:
        raise ValueError(f"{name}: {value!r} is not a number from 0 on")
    return number


def _candidates(name: str, values: Any, m: int) -> IntArray:
    given = np.asarray(sorted(values) if isinstance(values, (set, frozenset)) else values)
    if given.size == 0:
        return np.zeros(0, dtype=np.int64)
    if given.dtype == bool and given.shape == (m,):
        return np.flatnonzero(given)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise ValueError(f"{name}: it has to be a row of candidate numbers")
    if int(given.min()) < 0 or int(given.max()) >= m:
        raise ValueError(f"{name}: a candidate is not between 0 and {m - 1}")
    return np.unique(given).astype(np.int64)
