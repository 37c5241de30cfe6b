"""Small siting problems at random, and their optimum by trying everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from planner.siting import Problem
from planner.siting.problem import Model

FloatArray = npt.NDArray[np.float64]
MODELS: tuple[Model, ...] = ("lscp", "mclp", "p-median", "p-center")


def random_problem(seed: int) -> Problem | None:
    """Return a problem with a random mix of options; None where the mix contradicts itself."""
    draw = np.random.default_rng(seed)
    crowded = bool(draw.random() < 0.2)
    n, m = int(draw.integers(1, 7 if crowded else 14)), int(draw.integers(2, 6 if crowded else 8))
    model = MODELS[seed % 4]
    whole = draw.random() < 0.5
    cost = draw.integers(0, 20, (n, m)).astype(float) if whole else np.round(draw.random((n, m)) * 20, 3)
    cost = np.where(draw.random((n, m)) < draw.choice([0, 0.1, 0.4]), np.inf, cost)
    people = draw.integers(0 if draw.random() < 0.3 else 1, 9, n).astype(float)
    options = _options(draw, model, m, crowded)
    table: Any = cost
    if draw.random() < 0.4:
        row, col = np.nonzero(np.isfinite(cost))
        table = sparse.csr_array((cost[row, col], (row, col)), shape=cost.shape)
    try:
        return Problem(model, table, people, **options)
    except ValueError:
        return None


def _options(draw: np.random.Generator, model: Model, m: int, crowded: bool) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if model in ("lscp", "mclp") or draw.random() < 0.25:
        options["cutoff"] = float(draw.integers(5, 20))
    order = draw.permutation(m)
    fixed, closed = int(draw.random() < 0.2), int(draw.random() < 0.2)
    options["fixed"], options["forbidden"] = order[:fixed], order[fixed : fixed + closed]
    if model != "lscp" or draw.random() < 0.3:
        options["sites"] = int(draw.integers(max(1, fixed), m - closed + 1))
    if draw.random() < 0.3:
        options["opening_cost"] = draw.integers(0, 10, m).astype(float)
        if model != "lscp" or draw.random() < 0.5:
            options["budget"] = float(draw.integers(3, 30))
            if draw.random() < 0.5:
                options.pop("sites", None)
    if crowded:
        options["capacity"] = draw.integers(3, 20, m).astype(float)
    elif draw.random() < 0.25:
        options["backup"] = 2
    if model == "lscp" and draw.random() < 0.35:
        options["target_share"] = float(np.round(draw.uniform(0.3, 1), 2))
    if draw.random() < 0.25:
        at = draw.random((m, 2)) * 10
        options["between"] = np.round(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)), 2)
        options["min_distance"] = float(draw.integers(1, 6))
        if draw.random() < 0.4:
            options["max_distance"] = float(draw.integers(5, 12))
    return options


def best(problem: Problem) -> float | None:
    """Return the optimum, None where there is no solution."""
    n, m = problem.shape
    cost = np.full((n, m), np.inf)
    if isinstance(problem.cost, np.ndarray):
        cost[:] = problem.cost
    else:
        pairs = problem.cost.tocoo()
        cost[pairs.row, pairs.col] = pairs.data
    if problem.cutoff is not None:
        cost[cost > problem.cutoff] = np.inf
    allowed = np.setdiff1d(np.arange(m), problem.forbidden)
    reached = np.isfinite(cost[:, allowed]).sum(axis=1) >= problem.backup
    values = [v for s in _allowed_sets(problem) if (v := _value(problem, cost, list(s), reached)) is not None]
    if not values:
        return None
    return max(values) if problem.model == "mclp" else min(values)


def _allowed_sets(problem: Problem) -> Iterator[tuple[int, ...]]:
    m = problem.shape[1]
    free = [j for j in range(m) if j not in problem.forbidden and j not in problem.fixed]
    kept = tuple(problem.fixed.tolist())
    for size in range(len(free) + 1):
        for more in itertools.combinations(free, size):
            sites = kept + more
            if problem.sites is not None and len(sites) > problem.sites:
                continue
            if problem.budget is not None and problem.opening_cost[list(sites)].sum() > problem.budget:
                continue
            pairs = [p for p in itertools.combinations(sites, 2) if not set(p) <= set(kept)]
            near, far = problem.min_distance, problem.max_distance
            if near is not None and any(problem.between[p] < near for p in pairs):
                continue
            if far is not None and any(problem.between[p] > far for p in pairs):
                continue
            yield sites


def _value(problem: Problem, cost: FloatArray, sites: list[int], reached: Any) -> float | None:
    people, model = problem.demand, problem.model
    if problem.capacity is not None:
        return _assigned(problem, cost, sites, reached)
    near = np.sort(cost[:, sites], axis=1)[:, : problem.backup]
    if near.shape[1] < problem.backup:
        near = np.full((cost.shape[0], problem.backup), np.inf)
    covered: npt.NDArray[np.bool_] = np.asarray(np.isfinite(near).all(axis=1))
    if model == "mclp":
        return float(people[covered].sum())
    if model == "lscp":
        share = problem.target_share
        enough = covered.all() if share is None else people[covered].sum() >= share * people.sum() - 1e-9
        return _price(problem, sites) if enough else None
    if model == "p-median":
        some = people > 0
        return float(people[some] @ near.sum(axis=1)[some]) if covered[some].all() else None
    return float(near[reached, -1].max()) if reached.any() and covered[reached].all() else None


def _price(problem: Problem, sites: list[int]) -> float:
    return float(len(sites) if problem.opening_cost is None else problem.opening_cost[sites].sum())


def _assigned(problem: Problem, cost: FloatArray, sites: list[int], reached: Any) -> float | None:
    """Return the best value over all ways to send each demand to a site, or to none where that is allowed."""
    people, model, share = problem.demand, problem.model, problem.target_share
    loose = model == "mclp" or share is not None
    nowhere = [loose or (model == "p-median" and w == 0) for w in people]
    if model == "p-center":
        nowhere = [not r for r in reached]
        if not reached.any():
            return None
    ways = [
        [j for j in sites if np.isfinite(cost[i, j])] + ([-1] if nowhere[i] else [])
        for i in range(len(people))
    ]
    found: list[float] = []
    for way in itertools.product(*ways):
        to = np.array(way)
        load = np.bincount(to[to >= 0], weights=people[to >= 0], minlength=problem.shape[1])
        if (load > problem.capacity).any():
            continue
        served = to >= 0
        paid = cost[np.flatnonzero(served), to[served]]
        if share is not None and people[served].sum() < share * people.sum() - 1e-9:
            continue
        if model == "lscp":
            return _price(problem, sites)
        found.append(
            float(people[served].sum()) if model == "mclp"
            else float(people[served] @ paid) if model == "p-median" else float(paid.max(initial=0.0))
        )  # fmt: skip
    if not found:
        return None
    return max(found) if model == "mclp" else min(found)
