"""What stands around a solution: its certificate, plans by years, closures, buildings that are shared."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from planner.errors import InfeasibleError
from planner.siting import Problem, certificate, closing, people_by_sites, phased, solve, together

SITES = 8


def town(seed: int = 1, n: int = 40) -> tuple[Any, Any]:
    draw = np.random.default_rng(seed)
    places, sites = draw.random((n, 2)) * 10, draw.random((SITES, 2)) * 10
    cost = np.round(np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1)), 3)
    return cost, draw.integers(1, 100, n).astype(float)


def covered(cost: Any, people: Any, cutoff: float, sites: Any) -> float:
    return float(people[(cost[:, list(sites)] <= cutoff).any(axis=1)].sum())


@pytest.mark.parametrize("seed", range(5))
def test_the_runner_up_is_the_best_different_choice(seed: int) -> None:
    cost, people = town(seed)
    problem = Problem("mclp", cost, people, sites=3, cutoff=2.5)
    told = certificate(problem, solve(problem))
    values = sorted(
        (covered(cost, people, 2.5, s) for s in itertools.combinations(range(SITES), 3)), reverse=True
    )
    assert told.complete
    assert told.runner_up is not None
    assert told.runner_up.solution is not None
    assert told.runner_up.solution.objective == values[1]
    assert told.runner_up.people == told.runner_up.loss == values[0] - values[1]
    optimal = [
        set(s) for s in itertools.combinations(range(SITES), 3) if covered(cost, people, 2.5, s) == values[0]
    ]
    assert set(told.forced.tolist()) == set.intersection(*optimal)


def test_the_last_and_the_next_site_are_told_in_people() -> None:
    cost, people = town()
    problem = Problem("mclp", cost, people, sites=3, cutoff=2.5)
    told = certificate(problem, solve(problem), counts=range(1, SITES + 2))
    best = [
        max(covered(cost, people, 2.5, s) for s in itertools.combinations(range(SITES), p))
        for p in range(1, SITES + 1)
    ]
    assert [step.people for step in told.curve] == best
    assert told.gained(3) == best[2] - best[1]
    assert told.gained(1) is None
    assert told.gained(SITES + 1) is None


def test_people_a_longer_way_are_counted_where_a_site_is_left_out() -> None:
    problem = Problem(
        "p-median", [[0.0, 3.0, 8.0], [5.0, 1.0, 9.0], [9.0, 7.0, 0.0]], [10.0, 20.0, 30.0], sites=2
    )
    told = certificate(problem, solve(problem))
    assert told.solution.sites.tolist() == [1, 2]
    # Without 1, candidate 0 serves the first two: 20 people of the second have a longer way, by 4 each, 10 a shorter.
    assert [(a.without, a.loss, a.worse_off) for a in told.alternatives] == [
        (1, 50.0, 20.0),
        (2, 180.0, 30.0),
    ]


def test_the_curve_of_the_lscp_tells_whom_fewer_sites_reach() -> None:
    cost, people = town()
    problem = Problem("lscp", cost, people, cutoff=7.5)
    fewest = solve(problem)
    told = certificate(problem, fewest, counts=range(1, 9))
    assert told.step(int(fewest.objective)).people == people.sum()  # type: ignore[union-attr]
    fewer = people_by_sites(problem, [int(fewest.objective) - 1])
    assert fewer[0].people < people.sum()


def test_a_site_that_nothing_can_replace_has_an_alternative_without_a_solution() -> None:
    problem = Problem("lscp", [[1.0, 9.0], [9.0, 1.0]], [4.0, 5.0], cutoff=2.0)
    told = certificate(problem, solve(problem))
    assert told.runner_up is None
    assert told.forced.tolist() == [0, 1]
    assert {a.loss for a in told.alternatives} == {float("inf")}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("model", ["mclp", "p-median"])
def test_no_year_undoes_an_earlier_one_and_no_plan_beats_its_bound(seed: int, model: Any) -> None:
    cost, people = town(seed)
    problem = Problem(model, cost, people, sites=1, cutoff=3.0 if model == "mclp" else None, fixed=[0])
    plan = phased(problem, [1, 0, 2])
    open_by = [set(phase.solution.sites.tolist()) for phase in plan.phases]
    assert {0} <= open_by[0] <= open_by[1] <= open_by[2]
    assert [len(sites) for sites in open_by] == [2, 2, 4]
    assert [phase.opened.size for phase in plan.phases] == [1, 0, 2]
    sign = 1 if model == "mclp" else -1
    assert all(sign * phase.solution.objective <= sign * phase.alone.objective for phase in plan.phases)
    assert sign * plan.total <= sign * plan.bound
    assert plan.total == pytest.approx(sum(phase.solution.objective for phase in plan.phases))


def test_the_problem_s_own_number_of_sites_is_left_aside() -> None:
    cost, people = town()
    few, many = (
        phased(Problem("mclp", cost, people, sites=sites, cutoff=3.0), [1, 1, 1]) for sites in (1, SITES)
    )
    assert [p.solution.objective for p in few.phases] == [p.solution.objective for p in many.phases]
    assert few.bound == many.bound


def test_money_that_is_left_over_stays_for_later_years() -> None:
    cost, people = town()
    price = np.full(SITES, 4.0)
    problem = Problem("mclp", cost, people, cutoff=3.0, opening_cost=price, budget=1.0)
    plan = phased(problem, [6.0, 2.0, 3.0])
    assert [phase.solution.sites.size for phase in plan.phases] == [1, 2, 2]


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    cost, people = town()
    problem = Problem("mclp", cost, people, sites=1, cutoff=3.0)
    for wrong in ([], [-1], [1.5], [0, 1]):
        with pytest.raises(ValueError, match=r"^yearly: "):
            phased(problem, wrong)
    with pytest.raises(ValueError, match=r"^model: "):
        phased(Problem("lscp", cost, people, cutoff=20.0), [1])


@pytest.mark.parametrize("count", [1, 3])
def test_the_least_harmful_closures(count: int) -> None:
    cost, people = town(2)
    problem = Problem("p-median", cost, people, sites=1, fixed=[4])
    closed, left = closing(problem, count)
    harm = {
        s: float(people @ np.delete(cost, s, axis=1).min(axis=1))
        for s in itertools.combinations([j for j in range(SITES) if j != 4], count)
    }
    assert harm[tuple(closed.tolist())] == pytest.approx(min(harm.values()))
    assert left.objective == pytest.approx(min(harm.values()))
    with pytest.raises(ValueError, match=r"^count: between 1 and 7"):
        closing(problem, 8)


@pytest.mark.parametrize("seed", range(4))
def test_services_under_one_roof_cover_what_trying_everything_covers(seed: int) -> None:
    cost, people = town(seed)
    draw = np.random.default_rng(seed)
    building = draw.integers(2, 8, SITES).astype(float)
    money = draw.integers(1, 5, (2, SITES)).astype(float)
    post, shop = (
        Problem("mclp", cost, people, cutoff=r, opening_cost=money[k], budget=99.0, fixed=[0] if k else ())
        for k, r in enumerate((3.0, 2.0))
    )
    plan = together([post, shop], building, 20.0)
    best = 0.0
    choices = [np.array(c, dtype=bool) for c in itertools.product([0, 1], repeat=SITES)]
    for x, y in itertools.product(choices, choices):
        new = y.copy()
        new[0] = False
        if y[0] and money[0][x].sum() + money[1][y].sum() + building[x | new].sum() <= 20.0:
            value = covered(cost, people, 3.0, np.flatnonzero(x)) + covered(
                cost, people, 2.0, np.flatnonzero(y)
            )
            best = max(best, value)
    assert plan.proven
    assert plan.objective == best
    assert plan.money <= 20.0
    assert plan.saved >= 0.0


def test_what_cannot_be_shared_is_refused() -> None:
    cost, people = town()
    post = Problem("mclp", cost, people, cutoff=3.0, sites=2)
    with pytest.raises(ValueError, match=r"^services: "):
        together([], 1.0, 5.0)
    with pytest.raises(ValueError, match=r"^services: "):
        together([post, Problem("p-median", cost, people, sites=2)], 1.0, 5.0)
    with pytest.raises(ValueError, match=r"^building_cost: "):
        together([post], [1.0], 5.0)
    dear = Problem("mclp", cost, people, cutoff=3.0, fixed=[1], opening_cost=9.0, budget=9.0)
    with pytest.raises(InfeasibleError, match="budget of 5"):
        together([dear], 1.0, 5.0)
