"""What a siting problem refuses, and how a problem without a solution is told."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from planner.errors import CheckError, InfeasibleError, NotAcceptableError, StoppedError
from planner.siting import Problem, Progress, solve
from planner.siting.certify import check
from planner.siting.watch import Watch

COST = [[0.0, 5.0, 9.0], [4.0, 0.0, 6.0], [9.0, 7.0, 0.0], [8.0, 3.0, 2.0]]
PEOPLE = [10.0, 20.0, 5.0, 40.0]


def make(model: Any = "mclp", cost: Any = COST, demand: Any = PEOPLE, **options: Any) -> Problem:
    if model == "mclp":
        options = {"sites": 1, "cutoff": 5.0} | options
    return Problem(model, cost, demand, **options)


@pytest.mark.parametrize(
    ("argument", "change"),
    [
        ("model", {"model": "p-moron"}),
        ("cost", {"cost": [[1.0, -1.0]], "demand": [1.0]}),
        ("cost", {"cost": [[1.0, float("nan")]], "demand": [1.0]}),
        ("cost", {"cost": [1.0, 2.0]}),
        ("cost", {"cost": np.zeros((0, 3)), "demand": []}),
        ("cost", {"cost": "near"}),
        ("cost", {"cost": sparse.csr_array([[0.0, -3.0]]), "demand": [1.0]}),
        ("demand", {"demand": [1.0, 2.0]}),
        ("demand", {"demand": [1.0, 2.0, 3.0, -4.0]}),
        ("demand", {"demand": [1.0, 2.0, 3.0, float("inf")]}),
        ("demand", {"demand": 3.0}),
        ("sites", {"sites": 4}),
        ("sites", {"sites": 0}),
        ("sites", {"sites": 1.5}),
        ("sites", {"sites": True}),
        ("sites", {"sites": None}),
        ("sites", {"sites": 1, "fixed": [0, 1]}),
        ("sites", {"sites": 3, "forbidden": [0]}),
        ("cutoff", {"cutoff": None}),
        ("cutoff", {"cutoff": -1.0}),
        ("cutoff", {"cutoff": float("nan")}),
        ("fixed", {"fixed": [3]}),
        ("fixed", {"fixed": [0.5]}),
        ("forbidden", {"forbidden": [-1]}),
        ("forbidden", {"fixed": [1], "forbidden": [1]}),
        ("capacity", {"capacity": [1.0, 2.0]}),
        ("capacity", {"capacity": -1.0}),
        ("opening_cost", {"opening_cost": [1.0, 2.0, float("nan")], "budget": 3.0}),
        ("opening_cost", {"opening_cost": [1.0, 2.0, 3.0]}),
        ("budget", {"budget": 3.0}),
        ("budget", {"budget": -3.0, "opening_cost": 1.0}),
        ("target_share", {"target_share": 0.5}),
        ("backup", {"backup": 0}),
        ("backup", {"backup": 4}),
        ("between", {"min_distance": 1.0}),
        ("between", {"min_distance": 1.0, "between": [[0.0, 1.0], [1.0, 0.0]]}),
        ("between", {"min_distance": 1.0, "between": [[0, 1, 2], [1, 0, 3], [5, 3, 0]]}),
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_used_is_named(argument: str, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"^{argument}: "):
        make(**change)


def test_the_target_share_is_of_people_and_only_for_the_lscp() -> None:
    with pytest.raises(ValueError, match=r"^target_share: "):
        make("lscp", cutoff=5.0, target_share=1.5)


def test_what_was_given_cannot_be_changed_through_the_problem() -> None:
    people = np.array(PEOPLE)
    problem = make(demand=people)
    people[0] = 99.0
    assert problem.demand[0] == 10.0
    for array in (problem.demand, problem.cost):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    assert make(cost=np.array(COST)).cost.flags.owndata is False


def test_a_stored_zero_is_a_cost_and_what_is_not_stored_is_out_of_reach() -> None:
    table = sparse.csr_array(([0.0, 2.0], ([0, 1], [0, 1])), shape=(2, 2))
    found = solve(Problem("mclp", table, [3.0, 4.0], sites=1, cutoff=100.0))
    assert found.sites.tolist() == [1]
    assert found.allocation.tolist() == [-1, 1]
    assert solve(Problem("mclp", table, [5.0, 4.0], sites=1, cutoff=100.0)).sites.tolist() == [0]


def test_candidates_may_be_given_as_numbers_a_set_or_a_mask() -> None:
    for fixed in ([2, 0], {0, 2}, np.array([True, False, True])):
        assert make(sites=2, fixed=fixed).fixed.tolist() == [0, 2]


def test_the_four_models_on_four_places() -> None:
    assert solve(make("lscp", cutoff=5.0)).objective == 2
    most = solve(make(sites=1, cutoff=5.0))
    assert (most.objective, most.sites.tolist(), most.covered.tolist()) == (
        70,
        [1],
        [True, True, False, True],
    )
    travel = solve(make("p-median", sites=2))
    assert (travel.objective, travel.sites.tolist(), travel.allocation.tolist()) == (
        130,
        [1, 2],
        [1, 1, 2, 2],
    )
    fair = solve(make("p-center", sites=2))
    assert fair.objective == 4
    assert fair.sites.tolist() == [0, 2]


def test_the_demand_that_nobody_reaches_is_named_with_the_least_cutoff_that_would_do() -> None:
    table = [[1.0, 9.0], [8.0, 7.0], [2.0, 3.0]]
    with pytest.raises(
        InfeasibleError, match=r"demand 1 within 5.*smallest cutoff that would do is 7"
    ) as refused:
        solve(make("lscp", table, [1, 1, 1], cutoff=5.0))
    assert refused.value.demand == (1,)
    assert refused.value.smallest_cutoff == 7.0
    assert isinstance(refused.value, NotAcceptableError)
    assert solve(make("lscp", table, [1, 1, 1], cutoff=7.0)).objective == 2


def test_a_demand_without_any_way_stops_the_p_median_and_is_left_out_of_the_p_center() -> None:
    table = np.array([*COST, [np.inf] * 3])
    with pytest.raises(InfeasibleError, match="No candidate reaches demand 4") as refused:
        solve(make("p-median", table, [*PEOPLE, 7.0], sites=2))
    assert refused.value.smallest_cutoff == np.inf
    fair = solve(make("p-center", table, [*PEOPLE, 7.0], sites=2))
    assert fair.objective == 4
    assert fair.covered.tolist() == [True, True, True, True, False]
    assert fair.people == 75


def test_who_is_reached_by_forbidden_candidates_only_is_left_out_of_the_p_center() -> None:
    table = [[1.0, np.inf], [np.inf, 3.0], [4.0, 2.0]]
    for capacity in (None, 10.0):
        fair = solve(make("p-center", table, [5.0, 5.0, 5.0], sites=1, forbidden=[0], capacity=capacity))
        assert fair.objective == 3
        assert fair.covered.tolist() == [False, True, True]


def test_too_few_sites_are_told_with_the_fewest_that_would_do() -> None:
    with pytest.raises(InfeasibleError, match="at least 2 are needed") as refused:
        solve(make("lscp", sites=1, cutoff=5.0))
    assert refused.value.fewest_sites == 2
    assert refused.value.smallest_cutoff == 7.0
    islands = np.where(np.eye(3), 1.0, np.inf)
    for model in ("p-median", "p-center"):
        with pytest.raises(InfeasibleError, match="at least 3 are needed"):
            solve(make(model, islands, [1, 1, 1], sites=2))


def test_money_that_is_not_enough_is_told() -> None:
    with pytest.raises(InfeasibleError, match="at least 9 is needed"):
        solve(make("lscp", cutoff=5.0, opening_cost=[6.0, 4.0, 5.0], budget=8.0))
    with pytest.raises(InfeasibleError, match="fixed sites cost 6"):
        solve(make(sites=2, fixed=[0], opening_cost=[6.0, 4.0, 5.0], budget=5.0))


def test_room_that_is_not_enough_is_told() -> None:
    with pytest.raises(InfeasibleError, match="room for demand 3: 40 people") as refused:
        solve(make("p-median", sites=2, capacity=30.0))
    assert refused.value.demand == (3,)
    with pytest.raises(InfeasibleError, match="capacities do not suffice"):
        solve(make("p-median", sites=1, capacity=45.0))


def test_a_time_limit_gives_the_best_solution_with_a_true_bound() -> None:
    draw = np.random.default_rng(3)
    cost, people = draw.integers(1, 1000, (400, 120)).astype(float), draw.integers(1, 100, 400).astype(float)
    found = solve(Problem("p-median", cost, people, sites=12), time_limit_s=0.05)
    assert not found.proven
    assert found.stopped == "time"
    assert found.bound < found.objective
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)
    assert found.objective == people @ cost[:, found.sites].min(axis=1)


def test_cancelling_gives_the_best_solution_and_progress_is_told_on_the_way() -> None:
    draw = np.random.default_rng(3)
    cost, people = draw.integers(1, 1000, (300, 100)).astype(float), np.ones(300)
    heard: list[Progress] = []
    found = solve(
        Problem("p-median", cost, people, sites=12), progress=heard.append, cancel=lambda: len(heard) > 1
    )
    assert found.stopped == "cancelled"
    assert len(heard) == 2
    assert heard[-1].bound <= found.bound <= found.objective <= heard[-1].objective


def test_a_cover_that_is_stopped_at_once_still_has_a_bound() -> None:
    draw = np.random.default_rng(6)
    near = draw.random((150, 80)) < 0.05
    near[np.arange(150), draw.integers(0, 80, 150)] = True
    problem = Problem("lscp", np.where(near, 1.0, 9.0), np.ones(150), cutoff=2.0)
    stopped, best = solve(problem, cancel=lambda: True), solve(problem)
    assert stopped.covered.all()
    assert 1 <= stopped.bound <= best.objective <= stopped.objective


def test_a_wished_gap_is_kept() -> None:
    draw = np.random.default_rng(4)
    cost, people = draw.integers(1, 1000, (60, 30)).astype(float), draw.integers(1, 100, 60).astype(float)
    best = solve(Problem("p-median", cost, people, sites=5))
    near = solve(Problem("p-median", cost, people, sites=5), gap=0.2)
    assert near.bound <= best.objective <= near.objective
    assert near.gap <= 0.2


def test_a_search_without_any_time_says_so() -> None:
    draw = np.random.default_rng(5)
    problem = Problem("p-center", draw.random((60, 40)), np.ones(60), sites=9, capacity=7.0)
    with pytest.raises(StoppedError, match="before it found any solution"):
        solve(problem, cancel=lambda: True)


@pytest.mark.parametrize("wrong", [0, -1.0, float("nan")])
def test_a_limit_that_is_no_time_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"^time_limit_s"):
        solve(make(), time_limit_s=wrong)
    with pytest.raises(ValueError, match=r"^gap"):
        solve(make(), gap=1.0 + abs(wrong))


def test_the_check_finds_what_does_not_hold() -> None:
    from dataclasses import replace

    problem = make("p-median", sites=2)
    found = solve(problem)
    for change in (
        {"objective": found.objective - 1},
        {"sites": np.array([0, 2])},
        {"allocation": np.array([2, 1, 2, 2])},
        {"covered": np.array([True, True, True, False])},
        {"bound": found.objective + 1},
    ):
        with pytest.raises(CheckError, match="do not stand the check"):
            check(problem, replace(found, **change))


@pytest.fixture
def interrupts() -> Iterator[Callable[[Any], None]]:
    """Set who hears Ctrl-C for a test: at a terminal Python's own handler, in a shell's background nobody."""
    others = signal.getsignal(signal.SIGINT)

    def heard_by(handler: Any) -> None:
        signal.signal(signal.SIGINT, handler)

    yield heard_by
    signal.signal(signal.SIGINT, others)


def test_ctrl_c_asks_for_the_best_solution(interrupts: Callable[[Any], None]) -> None:
    interrupts(signal.default_int_handler)
    watch = Watch()
    with watch.interruptible():
        signal.raise_signal(signal.SIGINT)
        assert watch.over()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_search_in_the_background_goes_on_ignoring_ctrl_c(interrupts: Callable[[Any], None]) -> None:
    interrupts(signal.SIG_IGN)
    watch = Watch()
    with watch.interruptible():
        signal.raise_signal(signal.SIGINT)
        assert not watch.over()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
