"""Several services under one roof: who shares a building shares its cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.errors import CheckError, InfeasibleError, StoppedError
from planner.siting import answers
from planner.siting.lagrange import FloatArray, IntArray
from planner.siting.mip import INF, Program, minimise
from planner.siting.problem import Problem
from planner.siting.rows import covering_rows
from planner.siting.shrink import keep
from planner.siting.solution import meets
from planner.siting.watch import Watch


@dataclass(frozen=True)
class SharedPlan:
    """Sites for several services.

    Attributes
    ----------
    sites : tuple of int arrays
        Open sites of each service.
    buildings : (b,) int array
        Candidates where at least one service has a site that does not stand yet.
    people : tuple of float
        Covered by each service.
    objective, bound : float
        People covered, added up over services, and what no plan exceeds.
    money : float
        What all of it costs.
    saved : float
        What it would cost more if every service put up a building of its own.
    proven : bool
    seconds : float
    """

    sites: tuple[IntArray, ...]
    buildings: IntArray
    people: tuple[float, ...]
    objective: float
    bound: float
    money: float
    saved: float
    proven: bool
    seconds: float


def together(
    services: Sequence[Problem],
    building_cost: float | Sequence[float] | FloatArray,
    budget: float,
    *,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
) -> SharedPlan:
    """Cover the most people, added up over services, when services at one site share its building.

    Parameters
    ----------
    services : sequence of Problem
        MCLPs over the same candidates. `opening_cost` is what a service costs beside the building; `sites`, where
        given, limits the service; its `fixed` sites stand already and need no building. Capacities and distances
        between sites are not considered and may not be set.
    building_cost : float or (m,) array_like
        Money for a building at each candidate, paid once however many services move in.
    budget : float
        Money for all.
    time_limit_s, cancel
        As for :func:`planner.siting.solve`.

    Returns
    -------
    SharedPlan

    Raises
    ------
    ValueError
        Naming the argument.
    InfeasibleError
        If the fixed sites alone cost more than the budget.
    StoppedError
        If the search ended before it found any plan.

    Notes
    -----
    Maximise the people of all services, with ``x[k, j]`` for service k at candidate j and ``y[j]`` for a building:
    ``x[k, j] <= y[j]``, ``sum_k price[k, j] x[k, j] + sum_j building[j] y[j] <= budget``.
    """
    watch = Watch(time_limit_s, cancel)
    building = _checked(services, building_cost, budget)
    with watch.interruptible():
        program, where = _program(services, building, budget)
        answer = minimise(program, watch.seen_as(-1.0, 0.0))
    if answer.x is None:
        if answer.impossible:
            raise InfeasibleError(
                "What is fixed costs more than the budget of {budget:g}.", "Raise the budget.", budget=budget
            )
        raise StoppedError("The search ended before it found any plan.", "Give it more time.")
    chosen = answer.x > 0.5
    sites = tuple(np.flatnonzero(chosen[begin:end]) for begin, end in where)
    return _plan(services, sites, building, budget, -answer.bound, watch)


def _checked(services: Sequence[Problem], building_cost: object, budget: float) -> FloatArray:
    if not services:
        raise ValueError("services: at least one is needed")
    m = services[0].shape[1]
    for service in services:
        if service.model != "mclp" or service.shape[1] != m:
            raise ValueError("services: each has to be an mclp over the same candidates")
        if service.capacity is not None or service.apart() is not None:
            raise ValueError(
                "services: capacities and distances between sites cannot be combined with sharing"
            )
    building = np.asarray(building_cost, dtype=np.float64)
    building = np.full(m, float(building)) if building.ndim == 0 else building
    if building.shape != (m,) or not np.isfinite(building).all() or (building < 0).any():
        raise ValueError(f"building_cost: one amount from 0 on is needed for each of the {m} candidates")
    if not (np.isfinite(budget) and budget >= 0):
        raise ValueError(f"budget: {budget!r} is not an amount from 0 on")
    return building


def _prices(service: Problem) -> FloatArray:
    found: FloatArray = np.zeros(service.shape[1]) if service.opening_cost is None else service.opening_cost
    return found


def _program(
    services: Sequence[Problem], building: FloatArray, budget: float
) -> tuple[Program, list[tuple[int, int]]]:
    """Variables: a building at each candidate; then for each service its sites and its merged demands."""
    m = building.size
    covers = [keep(covering_rows(s), np.zeros(m, dtype=np.int8))[0] for s in services]
    ends = np.cumsum([m, *(m + rows.n for rows in covers)])
    where = [(int(end), int(end) + m) for end in ends[:-1]]
    cost, whole = np.zeros(int(ends[-1])), np.zeros(int(ends[-1]), dtype=bool)
    whole[:m] = True
    program = Program(cost, whole, np.ones(int(ends[-1])))
    money, spender = [building], [np.arange(m)]
    for service, rows, (begin, end) in zip(services, covers, where, strict=True):
        whole[begin:end] = True
        program.upper[begin + service.forbidden] = 0.0
        cost[end : end + rows.n] = -rows.cap
        whole[end : end + rows.n] = rows.times > 1
        index = np.insert(begin + rows.col.astype(np.int64), rows.start[1:], end + np.arange(rows.n))
        value = np.insert(np.ones(rows.col.size), rows.start[1:], -float(rows.times))
        program.lines(np.diff(rows.start) + 1, index, value, 0.0, INF)
        new = np.setdiff1d(np.arange(m), service.fixed)
        pairs = np.stack([begin + new, new], axis=1).ravel()
        program.lines(np.full(new.size, 2), pairs, np.tile([1.0, -1.0], new.size), -INF, 0.0)
        program.lines(np.ones(service.fixed.size), begin + service.fixed, 1.0, 1.0, 1.0)
        if service.sites is not None:
            program.lines(m, begin + np.arange(m), 1.0, -INF, float(service.sites))
        money.append(_prices(service))
        spender.append(begin + np.arange(m))
    program.lines(sum(len(s) for s in spender), np.concatenate(spender), np.concatenate(money), -INF, budget)
    return program, where


def _plan(
    services: Sequence[Problem],
    sites: tuple[IntArray, ...],
    building: FloatArray,
    budget: float,
    bound: float,
    watch: Watch,
) -> SharedPlan:
    """Count again, from the data, what the sites give and cost."""
    people, alone = [], 0.0
    roofs: set[int] = set()
    money = 0.0
    for service, own in zip(services, sites, strict=True):
        _, _, covered = answers.served(service, own, None)
        people.append(float(service.demand[covered].sum()))
        new = [int(j) for j in own if j not in service.fixed]
        roofs.update(new)
        alone += float(building[new].sum())
        money += float(_prices(service)[own].sum())
    buildings = np.array(sorted(roofs), dtype=np.int64)
    shared = float(building[buildings].sum())
    if money + shared > budget + 1e-6 * max(1.0, budget):
        raise CheckError(
            "The plan costs {money:g}, more than the budget.",
            "This is a fault of the program; please report it with the data.",
            money=money + shared,
        )
    objective = float(sum(people))
    bound = max(bound, objective)
    proven = meets(objective, bound)
    return SharedPlan(
        sites, buildings, tuple(people), objective, objective if proven else bound, money + shared,
        alone - shared, proven, watch.seconds,
    )  # fmt: skip
