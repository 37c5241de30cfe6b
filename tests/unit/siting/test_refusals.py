"""What a refusal says would help does help, and what can be solved is not refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.errors import InfeasibleError
from planner.siting import Problem, solve

INF = float("inf")
COST = np.array([[0.0, 5.0, 9.0], [5.0, 0.0, 9.0], [9.0, 9.0, 0.0], [2.0, 2.0, 2.0]])


def _refused(problem: Problem) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as caught:
        solve(problem)
    return caught.value


def test_a_p_median_that_one_site_cannot_serve_is_refused_with_a_proof() -> None:
    # The rows that are served cost nothing, so only what cannot be served is left to weigh.
    cost = [
        [0, 4, 0, 2, 0], [0, 2, 5, 3, 3], [0, 0, 2, 2, 2], [0, 5, 5, 5, 3], [0, 1, 4, 5, 3], [4, 5, 1, 2, 5],
    ]  # fmt: skip
    people = [372.64706992, 487.26361844, 918.62000422, 197.49516509, 603.09451463, 465.56963941]
    error = _refused(Problem("p-median", cost, people, sites=1, cutoff=3.0))
    assert (error.fewest_sites, error.smallest_cutoff) == (2, 4.0)


def test_a_p_median_of_billions_tells_who_is_served_from_who_is_not() -> None:
    cost = np.array([[1e6, 2e6], [2e6, INF], [INF, 3e6]])
    found = solve(Problem("p-median", cost, [1e6, 1e6, 1e6], sites=2))
    assert found.proven and found.objective == 6e12
    assert _refused(Problem("p-median", cost, [1e6, 1e6, 1e6], sites=1)).fewest_sites == 2


@pytest.mark.parametrize("model", ["lscp", "p-median"])
def test_the_smallest_cutoff_is_one_with_which_the_number_of_sites_does_as_well(model: Any) -> None:
    people = [1, 2, 3, 1]
    error = _refused(Problem(model, COST, people, sites=2, cutoff=1.0))
    assert error.demand == (3,)
    assert error.smallest_cutoff == 5.0
    assert solve(Problem(model, COST, people, sites=2, cutoff=5.0)).proven
    _refused(Problem(model, COST, people, sites=2, cutoff=4.99))


def test_where_no_cutoff_would_do_with_so_few_sites_none_is_named() -> None:
    cost = [[0.0, INF], [INF, 1.0], [3.0, 3.0]]
    error = _refused(Problem("lscp", cost, [1, 1, 1], sites=1, cutoff=2.0))
    assert error.demand == (2,)
    assert error.smallest_cutoff == INF
    assert "sites" in str(error) and "inf" not in str(error)


def test_people_that_nobody_is_do_not_widen_the_cutoff_of_a_p_median() -> None:
    error = _refused(
        Problem("p-median", [[0.0, 5.0], [6.0, 0.0], [50.0, 60.0]], [1, 1, 0], sites=1, cutoff=1.0)
    )
    assert error.smallest_cutoff == 5.0


def test_a_share_that_cannot_be_reached_names_the_cutoff_that_would_do() -> None:
    cost = [[1.0], [4.0], [7.0], [INF]]
    asked: dict[str, Any] = {"cutoff": 2.0, "target_share": 0.7}
    error = _refused(Problem("lscp", cost, [1, 1, 1, 1], **asked))
    assert error.smallest_cutoff == 7.0 and "7" in str(error)
    assert solve(Problem("lscp", cost, [1, 1, 1, 1], **{**asked, "cutoff": 7.0})).people == 3


def test_the_fewest_sites_for_a_share_are_counted_over_all_people() -> None:
    cost = np.where(np.eye(6, 4) > 0, 0.0, INF)
    error = _refused(Problem("lscp", cost, np.ones(6), cutoff=1.0, target_share=0.5, sites=2))
    assert error.fewest_sites == 3


@pytest.mark.parametrize("gap", [0.1, 0.3])
def test_a_gap_that_is_near_enough_is_kept_to_and_an_optimum_known_as_such(gap: float) -> None:
    cost = [[0, 0, 3, 5, 3, 2, 2], [0, 0, 1, 4, 4, 1, 4], [4, 3, 1, 0, 0, 1, 2], [4, 3, 1, 5, 4, 1, 1]]
    found = solve(Problem("mclp", cost, [2, 0, 0, 1], sites=2, cutoff=0.0), gap=gap)
    assert found.gap <= gap
    assert found.proven and not found.stopped


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("cost", {"cost": COST + 1j}),
        ("forbidden", {"model": "lscp", "sites": None, "forbidden": [0, 1, 2]}),
        ("between", {"between": "near", "min_distance": 1.0}),
    ],
)
def test_what_cannot_be_used_is_named(name: str, given: dict[str, Any]) -> None:
    told: dict[str, Any] = {"model": "mclp", "cost": COST, "sites": 1, "cutoff": 5.0, **given}
    with pytest.raises(ValueError, match=f"^{name}: "):
        Problem(told.pop("model"), told.pop("cost"), [1, 1, 1, 1], **told)


@pytest.mark.parametrize("given", [{"time_limit_s": "long"}, {"gap": "wide"}, {"gap": None}])
def test_a_limit_that_is_no_number_is_named(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(given))}: "):
        solve(Problem("mclp", COST, [1, 1, 1, 1], sites=1, cutoff=5.0), **given)


def _crowded(model: Any, capacity: float) -> Problem:
    draw = np.random.default_rng(5)
    at = draw.random((300, 2)) * 1000.0
    cost = np.hypot(*(at[:, None] - at[None, :80]).transpose(2, 0, 1))
    people = draw.integers(1, 100, 300).astype(float)
    return Problem(
        model, cost, people, sites=10, capacity=capacity, cutoff=400.0 if model == "mclp" else None
    )


@pytest.mark.parametrize("model", ["mclp", "p-median"])
def test_a_moment_is_enough_for_some_solution_with_capacities(model: Any) -> None:
    problem = _crowded(model, 2_000.0)
    found = solve(problem, time_limit_s=0.001)
    there = found.allocation >= 0
    loads = np.bincount(found.allocation[there], weights=problem.demand[there])
    assert loads.max() <= 2_000.0
    assert found.gap > 0.0 or found.proven


def test_rooms_that_are_filled_are_a_proof() -> None:
    people = [3.0, 3.0, 2.0, 2.0, 1.0, 1.0]
    found = solve(Problem("mclp", np.ones((6, 3)), people, sites=2, cutoff=1.0, capacity=4.0))
    assert found.proven and found.objective == found.bound == 8.0
