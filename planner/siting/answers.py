"""From a problem to sites and a bound, model by model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from planner.siting.assignment import Assigning, Pairs, limits_of
from planner.siting.center import Center
from planner.siting.covering import Covering
from planner.siting.lagrange import ColumnArray
from planner.siting.partial import least_for_share
from planner.siting.problem import BoolArray, FloatArray, IntArray, Problem
from planner.siting.rows import Rows, covering_rows, table, travel_rows
from planner.siting.serving import Search, started
from planner.siting.solution import meets
from planner.siting.watch import Watch


@dataclass(frozen=True)
class Found:
    """Sites (None: none found), the bound in the terms of the model, and where demands go if that is not the nearest.

    `impossible` tells that there is proof that no sites will do.
    """

    sites: IntArray | None
    bound: float
    allocation: IntArray | None = None
    impossible: bool = False


def find(problem: Problem, watch: Watch, gap: float) -> Found:
    """Return the best sites for a problem."""
    if problem.capacity is not None:
        return _with_capacity(problem, watch, gap)
    if problem.model == "lscp":
        return _fewest(problem, watch, gap)
    if problem.model == "p-center":
        return _center(problem, watch, gap)
    return _serving(problem, watch, gap)


def prices(problem: Problem) -> FloatArray:
    """Return what the LSCP keeps small: 1 for each site, or its money."""
    return np.ones(problem.shape[1]) if problem.opening_cost is None else problem.opening_cost


def _fewest(problem: Problem, watch: Watch, gap: float) -> Found:
    start, col, _ = table(problem)
    price = prices(problem)
    limits = limits_of(problem)
    if problem.target_share is not None:
        sites, bound = least_for_share(problem, start, col, price, limits, watch, gap)
        return Found(sites, bound, impossible=sites is None and bound == np.inf)
    need = np.full(problem.shape[0], float(problem.backup))
    # A limit on what is kept small anyway needs no line of its own: the least tells whether it is met.
    own = tuple((weight, most) for weight, most in limits if not np.array_equal(weight, price))
    whole = Covering(start, col, need, price, own, problem.apart())
    base = float(price[problem.fixed].sum())
    left = whole.settled(problem.fixed, problem.forbidden)
    sites, _, bound = left.least(watch.seen_as(1.0, base), gap=gap)
    most = min([limit for weight, limit in limits if np.array_equal(weight, price)], default=np.inf)
    if bound + base > most * (1 + 1e-9):
        return Found(None, bound + base, impossible=True)
    if sites is None or float(price[sites].sum()) + base > most * (1 + 1e-9):
        return Found(None, bound + base, impossible=bound == np.inf)
    return Found(np.union1d(sites, problem.fixed), bound + base)


def _serving(problem: Problem, watch: Watch, gap: float) -> Found:
    covers = problem.model == "mclp"
    rows = covering_rows(problem) if covers else travel_rows(problem)
    unit = _unit(rows)
    never = float(rows.cap.max()) if rows.n else np.inf
    total = float(problem.demand.sum())
    m = problem.shape[1]
    status = np.zeros(m, dtype=np.int8)
    status[problem.forbidden] = -1
    price = np.zeros(m) if problem.budget is None else problem.opening_cost
    apart = problem.apart()
    choice = started(
        rows,
        status,
        problem.fixed,
        m if problem.sites is None else problem.sites,
        np.inf if problem.budget is None else problem.budget,
        price,
        np.zeros((0, 0), np.int8) if apart is None else apart.astype(np.int8),
    )
    if choice is None:
        return Found(None, np.inf, impossible=True)

    def slack(loss: float) -> float:
        # While nobody knows how to serve everybody, whatever does is better by enough.
        allowed = total - loss if covers else loss if loss < never else 0.0
        return _slack(unit, loss, gap * allowed)

    def say(upper: float, lower: float) -> None:
        watch.news(total - upper if covers else upper, total - lower if covers else lower)

    search = Search.begin(choice, watch, slack, say)
    search.run()
    if not covers and search.upper >= never:
        return Found(None, search.lower, impossible=search.lower > rows.dearest)
    optimal = search.lower >= search.upper - _slack(unit, search.upper, 0.0)
    lower = search.upper if optimal else _rounded(unit, search.lower)
    return Found(search.best, total - lower if covers else lower)


def _unit(rows: Rows) -> float:
    """Return a number of which all losses are multiples: 0 where none is known."""
    for values in (rows.cap, rows.loss):
        if not values.size or float(values.max()) > 2**52 or (values != np.round(values)).any():
            return 0.0
    return float(np.gcd(np.gcd.reduce(rows.cap.astype(np.int64)), np.gcd.reduce(rows.loss.astype(np.int64))))


def _slack(unit: float, loss: float, allowed: float) -> float:
    """Return how far below a loss a bound may lie and still leave no room for a better solution."""
    rounding = 1e-11 * max(abs(loss), 1.0)
    exact = unit - rounding if unit > 2 * rounding else 1e-9 * max(abs(loss), 1e-3)
    return max(exact, allowed)


def _rounded(unit: float, lower: float) -> float:
    """Return the least multiple of the unit that is not below the bound, but for rounding."""
    return float(unit * np.ceil(lower / unit - 1e-6)) if unit and np.isfinite(lower) else lower


def _center(problem: Problem, watch: Watch, gap: float) -> Found:
    start, col, cost = table(problem)
    reached = _reached(problem, start, col)
    size = np.diff(start)
    entry = np.repeat(reached, size)
    limits = limits_of(problem)
    search = Center(
        np.concatenate([[0], np.cumsum(size[reached])]), col[entry], cost[entry], problem.shape[1], problem.backup,
        problem.fixed, problem.forbidden, limits[0][0], limits[0][1], limits[1:], problem.apart(),
    )  # fmt: skip
    sites, _, bound = search.run(watch, gap, watch.news)
    return Found(sites, bound, impossible=sites is None and bound == np.inf)


def _reached(problem: Problem, start: IntArray, col: ColumnArray) -> BoolArray:
    """Return which demands as many allowed candidates reach as they count on."""
    allowed = np.ones(problem.shape[1], dtype=bool)
    allowed[problem.forbidden] = False
    row = np.repeat(np.arange(start.size - 1), np.diff(start))
    return np.asarray(np.bincount(row[allowed[col]], minlength=start.size - 1) >= problem.backup)


def _with_capacity(problem: Problem, watch: Watch, gap: float) -> Found:
    """Solve with capacities: first without them, which bounds it and names good sites, then as an integer program."""
    # Half of the time at most: what it gives has to be made to fit the capacities yet.
    relaxed = find(replace(problem, capacity=None), Watch(watch.left_s / 2.0, watch.cancelled), gap)
    if relaxed.impossible:
        return relaxed
    if problem.model == "mclp":
        room = np.sort(np.delete(problem.capacity, problem.forbidden))[::-1]
        relaxed = replace(relaxed, bound=min(relaxed.bound, float(room[: problem.sites].sum())))
    start, col, cost = table(problem)
    pairs = Pairs.of(problem, start, col, cost)
    if problem.model == "p-center":
        return _center_with_capacity(problem, pairs, _reached(problem, start, col), relaxed, watch, gap)
    packed = None if relaxed.sites is None else _packed(problem, relaxed.sites)
    full = packed is not None and problem.model == "mclp" and meets(_loaded(problem, packed), relaxed.bound)
    if packed is not None and (full or watch.over()):
        return Found(relaxed.sites, relaxed.bound, packed)
    program, unit = _assigning(problem, pairs)
    sign = -1.0 if problem.model == "mclp" else 1.0
    first: FloatArray | None = None
    if relaxed.sites is not None:
        soon = Watch(min(watch.left_s, 5.0), watch.cancelled)
        narrow, used = program.narrowed(relaxed.sites)
        sites, where, answer = narrow.solve(soon, unit=unit)
        if answer.x is not None:
            if meets(sign * answer.objective, relaxed.bound):
                return Found(sites, relaxed.bound, where)
            first = np.zeros(problem.shape[1] + pairs.row.size)
            first[: problem.shape[1]] = answer.x[: problem.shape[1]]
            first[problem.shape[1] + used] = answer.x[problem.shape[1] :]
    sites, where, answer = program.solve(watch.seen_as(sign, 0.0), unit=unit, gap=gap, start=first)
    if sites is None and packed is not None:
        return Found(relaxed.sites, relaxed.bound, packed)
    best = min if problem.model == "mclp" else max
    return Found(sites, best(sign * answer.bound, relaxed.bound), where, answer.impossible)


def _loaded(problem: Problem, where: IntArray) -> float:
    """Return the people who have a site."""
    return float(problem.demand[where >= 0].sum())


def _packed(problem: Problem, sites: IntArray) -> IntArray | None:
    """Send each demand, the largest first, to the nearest site that has room; None where the model is not met."""
    near, left = open_costs(problem, sites), problem.capacity[sites].copy()
    where = np.full(problem.shape[0], -1, dtype=np.int64)
    for i in np.argsort(-problem.demand, kind="stable"):
        if problem.demand[i] == 0.0:
            break
        costs = np.where(left >= problem.demand[i], near[i], np.inf)
        at = int(np.argmin(costs)) if costs.size else -1
        if at < 0 or not np.isfinite(costs[at]):
            if problem.model != "mclp":
                return None
            continue
        where[i], left[at] = sites[at], left[at] - problem.demand[i]
    all_served = bool((where[problem.demand > 0] >= 0).all())
    return (
        where if problem.model in ("mclp", "p-median") and (all_served or problem.model == "mclp") else None
    )


def _assigning(problem: Problem, pairs: Pairs) -> tuple[Assigning, float]:
    """Return the program of a model with capacities, and the unit of its objective."""
    n, m = problem.shape
    people, zero = problem.demand, np.zeros(m)
    everybody = np.ones(n, dtype=bool)
    whole = bool((people == np.round(people)).all())
    if problem.model == "lscp":
        share = problem.target_share
        must = everybody if share is None else ~everybody
        least = 0.0 if share is None else share * float(people.sum())
        nothing = np.zeros(pairs.row.size)
        price = prices(problem)
        unit = Covering(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0), price).unit
        return Assigning(problem, pairs, must, price, nothing, least), unit
    if problem.model == "mclp":
        unit = float(np.gcd.reduce(people.astype(np.int64))) if whole else 0.0
        return Assigning(problem, pairs, ~everybody, zero, -people[pairs.row]), unit
    unit = 1.0 if whole and bool((pairs.cost == np.round(pairs.cost)).all()) else 0.0
    return Assigning(problem, pairs, people > 0, zero, people[pairs.row] * pairs.cost), unit


def _center_with_capacity(
    problem: Problem, pairs: Pairs, reached: BoolArray, relaxed: Found, watch: Watch, gap: float
) -> Found:
    """Search the worst cost among the costs: is there an assignment within it?"""
    n = problem.shape[0]
    room = np.bincount(pairs.row, minlength=n) > 0
    if (reached & ~room).any() or not reached.any():
        return Found(None, np.inf, impossible=True)
    values = np.unique(pairs.cost)
    nearest = np.full(n, np.inf)
    np.minimum.at(nearest, pairs.row, pairs.cost)
    values = values[values >= max(float(nearest[reached].max()), relaxed.bound)]
    if not values.size:
        return Found(None, np.inf, impossible=True)
    best: IntArray | None = None
    where = np.full(n, -1, dtype=np.int64)
    if relaxed.sites is not None:
        # With these sites alone the programs are small; what they give bounds the search over all.
        some = pairs.of_sites(relaxed.sites)
        best, where, worst, _ = _bisected(problem, some, reached, values, np.inf, watch, gap)
        values = values[values <= worst]
    if best is not None and (values.size == 1 or watch.over()):
        return Found(best, float(values[0]), where)
    upper = float(values[-1]) if best is not None else np.inf
    sites, trial, _, low = _bisected(problem, pairs, reached, values, upper, watch, gap)
    if sites is not None:
        best, where = sites, trial
    return Found(best, low, where, best is None and low == np.inf)


def _bisected(
    problem: Problem,
    pairs: Pairs,
    reached: BoolArray,
    values: FloatArray,
    upper: float,
    watch: Watch,
    gap: float,
) -> tuple[IntArray | None, IntArray, float, float]:
    """Search the least of some costs within which these pairs serve everybody; `upper` is known to do (inf: none is).

    Returns
    -------
    sites (None: none better than `upper`), where each demand goes, the worst cost, and what none is below
    """
    n, m = problem.shape
    best: IntArray | None = None
    where = np.full(n, -1, dtype=np.int64)
    low, first = float(values[0]), True
    while values.size and low < upper and not watch.over():
        if np.isfinite(upper) and upper - low <= gap * upper:
            break
        middle = values[(values.size - 1) // 2] if np.isfinite(upper) else values[-1]
        limit = float(values[0] if first else middle)
        first = False
        near = pairs.within(limit)
        program = Assigning(problem, near, reached, np.ones(m), np.zeros(near.row.size))
        sites, trial, answer = program.solve(watch.silent(), enough=float(m))
        if sites is None:
            if not answer.impossible:
                break
            values = values[values > limit]
            low = float(values[0]) if values.size else np.inf
            continue
        best, where = sites, trial
        upper = float(_cost_of(problem, trial)[reached].max())
        values = values[values <= upper]
        watch.news(upper, low)
    return best, where, upper, min(low, upper)


def _cost_of(problem: Problem, where: IntArray) -> FloatArray:
    """Return the cost from each demand to a candidate; inf for -1."""
    found = np.full(where.size, np.inf)
    rows = np.flatnonzero(where >= 0)
    if isinstance(problem.cost, np.ndarray):
        found[rows] = problem.cost[rows, where[rows]]
        return found
    start, index, data = problem.cost.indptr, problem.cost.indices, problem.cost.data
    for i in rows:
        at = start[i] + np.flatnonzero(index[start[i] : start[i + 1]] == where[i])
        if at.size:
            found[i] = data[at[0]]
    return found


def costs_to(cost: FloatArray | sparse.csr_array, sites: IntArray) -> FloatArray:
    """Return the costs from each row of a table to each of the sites; inf out of reach."""
    if isinstance(cost, np.ndarray):
        return cost[:, sites]
    place = np.full(cost.shape[1], -1)
    place[sites] = np.arange(sites.size)
    row = np.repeat(np.arange(cost.shape[0]), np.diff(cost.indptr))
    at = place[cost.indices]
    near = np.full((cost.shape[0], sites.size), np.inf)
    near[row[at >= 0], at[at >= 0]] = cost.data[at >= 0]
    return near


def open_costs(problem: Problem, sites: IntArray) -> FloatArray:
    """Return the costs from each demand to each of the sites; inf out of reach or beyond the cutoff."""
    near = costs_to(problem.cost, sites)
    if problem.cutoff is not None:
        near[near > problem.cutoff] = np.inf
    return near


def served(
    problem: Problem, sites: IntArray, allocation: IntArray | None
) -> tuple[IntArray, FloatArray, BoolArray]:
    """Return for each demand its site (-1: none), the cost to it, and whether it is served as the model asks."""
    near = open_costs(problem, sites)
    if not sites.size:
        none = np.full(problem.shape[0], -1, dtype=np.int64)
        return none, np.full(none.size, np.inf), np.zeros(none.size, dtype=bool)
    at = np.argmin(near, axis=1)
    nearest = near[np.arange(at.size), at]
    where = np.where(np.isfinite(nearest), sites[at], -1)
    if allocation is None:
        return where, nearest, np.isfinite(near).sum(axis=1) >= problem.backup
    # Who has no people takes no room.
    where = np.where((allocation < 0) & (problem.demand == 0), where, allocation)
    cost = _cost_of(problem, where)
    return where, cost, where >= 0


def objective(
    problem: Problem, sites: IntArray, allocation: IntArray, cost: FloatArray, covered: BoolArray
) -> float:
    """Return what a solution is worth in the terms of its model."""
    if problem.model == "lscp":
        return float(prices(problem)[sites].sum())
    if problem.model == "mclp":
        return float(problem.demand[covered].sum())
    if problem.backup > 1:
        near = np.sort(open_costs(problem, sites), axis=1)[:, : problem.backup]
        cost = near.sum(axis=1) if problem.model == "p-median" else near[:, -1]
    if problem.model == "p-median":
        some = problem.demand > 0
        return float(problem.demand[some] @ cost[some])
    return float(cost[np.isfinite(cost)].max(initial=0.0))
