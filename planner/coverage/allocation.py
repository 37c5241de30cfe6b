"""Demand allocated to facilities with capacities, within a cutoff: who goes where, and who finds no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from planner.errors import PlannerError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who goes where, n places to m facilities.

    Attributes
    ----------
    place, facility : (q,) int arrays
    people : (q,) float array
        So many go from this place to this facility, more than 0.
    allocated : (n,) float array
        People of each place who find room.
    used : (m,) float array
        People whom each facility takes.
    reached : (n,) bool array
        Whether any facility is within the cutoff.
    travel : float
        People times cost.
    """

    place: IntArray
    facility: IntArray
    people: FloatArray
    allocated: FloatArray
    used: FloatArray
    reached: BoolArray
    travel: float


def allocate(cost: csr_array[Any], demand: FloatArray, capacity: FloatArray) -> Allocation:
    """Allocate demand to facilities: as many people as there is room for, with the least travel among all such ways.

    Two linear programmes of the transportation problem (Hitchcock, 1941), solved one after the other by HiGHS: how many
    can be taken at all, and then the least travel that takes as many. The people of a place may be divided.

    Parameters
    ----------
    cost : (n, m) scipy sparse array
        What is stored is within the cutoff, a stored 0 too.
    demand : (n,) float array
        People, 0 or more.
    capacity : (m,) float array
        People that each facility can take, 0 or more; inf for no limit.

    Returns
    -------
    Allocation

    Raises
    ------
    ValueError
        Naming the argument: shapes that do not fit, or something negative or NaN.
    PlannerError
        If the solver gives up.
    """
    _check(cost, demand, capacity)
    table = cost.tocoo()
    place, facility = (np.asarray(axis, dtype=np.int64) for axis in table.coords)
    reached = np.bincount(place, minlength=demand.size) > 0
    useful = (demand[place] > 0) & (capacity[facility] > 0)
    place, facility, each = place[useful], facility[useful], np.asarray(table.data, dtype=np.float64)[useful]
    people = _flows(place, facility, each, demand, capacity) if place.size else np.zeros(0)
    going = people > 1e-9 * max(1.0, float(demand.max(initial=0.0)))
    place, facility, each, people = place[going], facility[going], each[going], people[going]
    return Allocation(
        place,
        facility,
        people,
        _sums(place, people, demand.size),
        _sums(facility, people, capacity.size),
        reached,
        float((people * each).sum()),
    )


def _sums(group: IntArray, people: FloatArray, n: int) -> FloatArray:
    return np.asarray(np.bincount(group, weights=people, minlength=n), dtype=np.float64)


def _check(cost: csr_array[Any], demand: FloatArray, capacity: FloatArray) -> None:
    if cost.shape != (demand.size, capacity.size):
        raise ValueError(
            f"cost: {cost.shape} does not fit {demand.size} places and {capacity.size} facilities"
        )
    if not (np.isfinite(cost.data) & (cost.data >= 0)).all():
        raise ValueError("cost: a value is negative or not a number")
    if not (np.isfinite(demand) & (demand >= 0)).all():
        raise ValueError("demand: a value is negative or not a number")
    if not (capacity >= 0).all():
        raise ValueError("capacity: a value is negative or not a number")


def _flows(
    place: IntArray, facility: IntArray, cost: FloatArray, demand: FloatArray, capacity: FloatArray
) -> FloatArray:
    """Return the people on each link of a place with a facility."""
    links = np.arange(place.size)
    n = demand.size
    rows = coo_array(
        (np.ones(2 * links.size), (np.concatenate([place, n + facility]), np.concatenate([links, links]))),
        shape=(n + capacity.size, links.size),
    ).tocsr()
    # Nobody can use more room than there are people.
    room = np.concatenate([demand, np.minimum(capacity, demand.sum())])
    most = -float(_solved(linprog(-np.ones(links.size), rows, room, method="highs")).fun)
    everyone = csr_array(np.ones((1, links.size)))
    least = linprog(cost, rows, room, everyone, np.array([most]), method="highs")
    if least.status == 2:
        # The last digit of the greatest number may not be attainable.
        least = linprog(cost, rows, room, everyone, np.array([most * (1 - 1e-12)]), method="highs")
    return np.asarray(_solved(least).x, dtype=np.float64)


def _solved(found: Any) -> Any:
    if found.status != 0:
        raise PlannerError(
            "The allocation to facilities could not be computed: {reason}.",
            "Check the capacities of the layer for values that are far too large.",
            reason=str(found.message),
        )
    return found
