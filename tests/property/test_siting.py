"""What has to hold of any siting problem; hundreds of small ones are compared with trying everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.errors import InfeasibleError
from planner.siting import Problem, solve
from planner.siting.certify import faults
from tests.property.exhaustive import best, random_problem

BATCH = 30


def solved(problem: Problem) -> float | None:
    """Return the proven optimum; None where the planner says that there is none."""
    try:
        found = solve(problem)
    except InfeasibleError as error:
        assert str(error)
        return None
    assert found.proven
    assert found.bound == found.objective
    assert faults(problem, found) == []
    return found.objective


@pytest.mark.parametrize("batch", range(12))
def test_every_model_and_option_gives_what_trying_everything_gives(batch: int) -> None:
    seeds = range(batch * BATCH, (batch + 1) * BATCH)
    problems = {seed: p for seed in seeds if (p := random_problem(seed)) is not None}
    assert len(problems) > BATCH / 2
    for seed, problem in problems.items():
        found, optimum = solved(problem), best(problem)
        if optimum is None or found is None:
            assert found is optimum, f"problem {seed}"
        else:
            assert found == pytest.approx(optimum, rel=1e-9, abs=1e-9), f"problem {seed}"


def scattered(seed: int, n: int = 60, m: int = 25) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    places, sites = draw.random((n, 2)) * 10, draw.random((m, 2)) * 10
    cost = np.round(np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1)), 3)
    return {"cost": cost, "demand": draw.integers(1, 400, n).astype(float)}


def problem_of(model: Any, data: dict[str, Any], **options: Any) -> Problem:
    if model in ("lscp", "mclp"):
        options.setdefault("cutoff", 4.0 if model == "lscp" else 2.0)
    if model == "lscp":
        options.pop("sites", None)
    return Problem(model, data["cost"], data["demand"], **options)


@pytest.mark.parametrize("model", ["lscp", "mclp", "p-median", "p-center"])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_demands_and_candidates_changes_nothing(model: str, seed: int) -> None:
    data = scattered(seed)
    draw = np.random.default_rng(seed + 50)
    rows, cols = draw.permutation(60), draw.permutation(25)
    other = {"cost": data["cost"][rows][:, cols], "demand": data["demand"][rows]}
    first = solve(problem_of(model, data, sites=5, forbidden=[3]))
    second = solve(problem_of(model, other, sites=5, forbidden=[int(np.flatnonzero(cols == 3)[0])]))
    assert second.objective == pytest.approx(first.objective, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_one_more_site_never_makes_it_worse(seed: int) -> None:
    data = scattered(seed)
    for model, better in (("mclp", 1), ("p-median", -1), ("p-center", -1)):
        values = [solve(problem_of(model, data, sites=p)).objective for p in range(1, 8)]
        assert (better * np.diff(values) >= 0).all(), model


@pytest.mark.parametrize("seed", range(3))
def test_a_wider_cutoff_never_needs_more_sites_or_reaches_fewer(seed: int) -> None:
    data = scattered(seed)
    widths = (4.0, 4.5, 5.0, 6.0)
    fewest = [solve(problem_of("lscp", data, cutoff=w)).objective for w in widths]
    most = [solve(problem_of("mclp", data, cutoff=w, sites=3)).objective for w in widths]
    assert (np.diff(fewest) <= 0).all()
    assert (np.diff(most) >= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_p_center_is_the_least_cutoff_at_which_so_many_sites_cover(seed: int) -> None:
    data = scattered(seed)
    worst = solve(problem_of("p-center", data, sites=5)).objective
    assert solve(problem_of("lscp", data, cutoff=worst)).objective <= 5
    with pytest.raises(InfeasibleError) as refused:
        solve(replace(problem_of("lscp", data, cutoff=np.nextafter(worst, 0)), sites=5))
    assert refused.value.smallest_cutoff == worst


@pytest.mark.parametrize("seed", range(3))
def test_the_linear_bound_the_optimum_and_greedy_stand_in_order(seed: int) -> None:
    data = scattered(seed)
    problem = problem_of("mclp", data, sites=5)
    optimum = solve(problem).objective
    assert _greedy(problem, 5) <= optimum <= _relaxed(problem, 5) + 1e-6


def _greedy(problem: Problem, p: int) -> float:
    inside = problem.cost <= problem.cutoff
    reached = np.zeros(problem.shape[0], dtype=bool)
    for _ in range(p):
        gain = (inside & ~reached[:, None]).T @ problem.demand
        reached |= inside[:, int(np.argmax(gain))]
    return float(problem.demand[reached].sum())


def _relaxed(problem: Problem, p: int) -> float:
    from scipy.optimize import linprog

    n, m = problem.shape
    inside = (problem.cost <= problem.cutoff).astype(float)
    lines = np.vstack([np.hstack([-inside, np.eye(n)]), np.concatenate([np.ones(m), np.zeros(n)])[None]])
    found = linprog(
        -np.concatenate([np.zeros(m), problem.demand]),
        A_ub=lines,
        b_ub=np.concatenate([np.zeros(n), [p]]),
        bounds=(0, 1),
    )
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", ["mclp", "p-median"])
def test_searches_that_have_to_branch_agree_with_the_plain_model(model: str, seed: int) -> None:
    draw = np.random.default_rng(seed)
    # Costs without any geography: the bounds are weak, so the search has to go deep.
    data = {
        "cost": draw.integers(1, 100, (30, 14)).astype(float),
        "demand": draw.integers(1, 50, 30).astype(float),
    }
    options: dict[str, Any] = {"sites": 4}
    if seed % 2:
        options |= {"opening_cost": draw.integers(1, 9, 14).astype(float), "budget": 14.0}
    problem = problem_of(model, data, **options, **({"cutoff": 20.0} if model == "mclp" else {}))
    assert solve(problem).objective == pytest.approx(_plain(problem), rel=1e-9)


def test_very_unequal_places_are_proven_as_the_plain_model_has_them() -> None:
    for seed in range(3):
        draw = np.random.default_rng(seed)
        data = scattered(seed, 40, 16)
        data["demand"] = np.maximum(1.0, np.round(20_000.0 / draw.permutation(np.arange(1, 41)) ** 1.5))
        problem = problem_of("p-median", data, sites=4)
        found = solve(problem)
        assert found.proven
        assert found.objective == pytest.approx(_plain(problem), rel=1e-9)


def test_a_search_without_time_still_gives_sites_and_a_bound_that_holds() -> None:
    data = scattered(5, 80, 30)
    for model in ("lscp", "mclp", "p-median", "p-center"):
        for more in ({}, {"backup": 2}):
            problem = problem_of(model, data, sites=6, **more)
            best, hasty = solve(problem, 3.0), solve(problem, 1e-6)
            assert faults(problem, hasty) == []
            if model == "mclp":
                assert hasty.objective <= best.objective + 1e-9 <= hasty.bound + 2e-9
            else:
                assert hasty.bound - 1e-9 <= best.objective <= hasty.objective + 1e-9


def _plain(problem: Problem) -> float:
    """Solve the textbook model with an assignment variable for every pair, through scipy."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = problem.shape
    if problem.model == "mclp":
        value = -(problem.demand[:, None] * (problem.cost <= problem.cutoff))
    else:
        value = problem.demand[:, None] * problem.cost
    opens = np.hstack([np.eye(m), np.zeros((m, n * m))])
    pairs = np.hstack([np.zeros((n * m, m)), np.eye(n * m)])
    once = np.hstack([np.zeros((n, m)), np.kron(np.eye(n), np.ones(m))])
    limits = [
        LinearConstraint(pairs - np.tile(opens, (n, 1)), -np.inf, 0),
        LinearConstraint(once, 1, 1),
        LinearConstraint(opens.sum(axis=0)[None], 0, problem.sites),
    ]
    if problem.budget is not None:
        limits.append(LinearConstraint((problem.opening_cost @ opens)[None], 0, problem.budget))
    found = milp(
        np.concatenate([np.zeros(m), value.ravel()]), constraints=limits, bounds=Bounds(0, 1),
        integrality=np.concatenate([np.ones(m), np.zeros(n * m)]), options={"mip_rel_gap": 0},
    )  # fmt: skip
    return float(abs(found.fun))


def test_a_site_never_serves_more_than_it_can() -> None:
    data = scattered(1, 20, 6)
    problem = Problem("p-median", data["cost"], data["demand"], sites=4, capacity=1500.0)
    found = solve(problem)
    load = np.bincount(found.allocation, weights=data["demand"], minlength=6)
    assert found.proven
    assert (load <= 1500.0).all()
    assert found.objective > solve(replace(problem, capacity=None)).objective
