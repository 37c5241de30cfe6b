"""Allocation to facilities with capacities against a minimum-cost flow by networkx, and what has to hold always."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from planner.coverage.allocation import allocate

FloatArray = npt.NDArray[np.float64]


def sparse(table: list[list[float | None]]) -> Any:
    """Return a table of costs, None for what is out of reach; a cost of nothing is stored."""
    cells = [(c, i, j) for i, row in enumerate(table) for j, c in enumerate(row) if c is not None]
    data, rows, columns = zip(*cells, strict=True) if cells else ((), (), ())
    return csr_array((np.array(data, float), (rows, columns)), shape=(len(table), len(table[0])))


def by_flow(table: list[list[float | None]], demand: list[int], capacity: list[int]) -> tuple[int, int]:
    """Return the greatest number of people that find room, and the least travel of as many."""
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(["s", "t"])
    for i, row in enumerate(table):
        graph.add_edge("s", ("place", i), capacity=demand[i], weight=0)
        for j, cost in enumerate(row):
            if cost is not None:
                graph.add_edge(("place", i), ("facility", j), weight=int(cost))
    for j, room in enumerate(capacity):
        graph.add_edge(("facility", j), "t", capacity=room, weight=0)
    flow = nx.max_flow_min_cost(graph, "s", "t")
    return sum(flow["s"].values()), int(nx.cost_of_flow(graph, flow))


@pytest.mark.parametrize("seed", range(40))
def test_as_many_as_there_is_room_for_with_the_least_travel(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 9)), int(draw.integers(1, 6))
    table = [
        [None if draw.random() < 0.3 else float(draw.integers(0, 30)) for _ in range(m)] for _ in range(n)
    ]
    demand, capacity = draw.integers(0, 40, n).tolist(), draw.integers(0, 60, m).tolist()
    found = allocate(sparse(table), np.array(demand, float), np.array(capacity, float))
    people, travel = by_flow(table, demand, capacity)
    assert found.allocated.sum() == pytest.approx(people, abs=1e-6)
    assert found.travel == pytest.approx(travel, abs=1e-5)
    assert (found.allocated <= np.array(demand) + 1e-9).all()
    assert (found.used <= np.array(capacity) + 1e-9).all()
    assert found.used.sum() == pytest.approx(found.allocated.sum())
    assert found.people.sum() == pytest.approx(found.allocated.sum())
    assert found.reached.tolist() == [any(c is not None for c in row) for row in table]
    assert all(
        table[i][j] is not None for i, j in zip(found.place.tolist(), found.facility.tolist(), strict=True)
    )


def test_without_limits_everybody_goes_to_the_nearest() -> None:
    found = allocate(sparse([[1, 2], [5, 3], [None, None]]), np.array([10.0, 20, 30]), np.full(2, np.inf))
    assert found.used.tolist() == [10, 20]
    assert found.allocated.tolist() == [10, 20, 0]
    assert found.reached.tolist() == [True, True, False]


def test_who_finds_no_room_is_in_reach_all_the_same() -> None:
    found = allocate(sparse([[0]]), np.array([10.0]), np.array([4.0]))
    assert (found.allocated.tolist(), found.reached.tolist()) == ([4], [True])
    assert allocate(sparse([[0]]), np.array([10.0]), np.zeros(1)).allocated.tolist() == [0]


@pytest.mark.parametrize(
    ("named", "cost", "demand", "capacity"),
    [
        ("cost", [[1, 1]], [1.0], [1.0]),
        ("cost", [[-1]], [1.0], [1.0]),
        ("demand", [[1]], [-1.0], [1.0]),
        ("capacity", [[1]], [1.0], [float("nan")]),
    ],
)
def test_arguments_that_cannot_be_used_are_named(
    named: str, cost: list[list[float | None]], demand: list[float], capacity: list[float]
) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        allocate(sparse(cost), np.array(demand), np.array(capacity))
