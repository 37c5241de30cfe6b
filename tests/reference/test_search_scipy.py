"""Searches on a network too large for networkx, to the last digit equal to scipy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.network import RoadNetwork
from planner.network.graph import Direction

N, SIDE = 70_225, 265
CUTOFF = 40.0


@pytest.fixture(scope="module", params=[False, True], ids=["in order", "shuffled"])
def town(request: pytest.FixtureRequest) -> tuple[RoadNetwork, Any]:
    """A lattice with gaps, a third of it one-way, its nodes numbered along its rows or in any order."""
    draw = np.random.default_rng(7)
    number = draw.permutation(N) if request.param else np.arange(N)
    grid = number.reshape(SIDE, SIDE)
    u = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    v = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    kept = draw.random(u.size) < 0.75
    u, v = u[kept], v[kept]
    cost = draw.gamma(2.0, 2.0, u.size)
    way = draw.choice([0, 0, 1, -1], u.size)
    on, against = way >= 0, way <= 0
    ends = (np.concatenate([u[on], v[against]]), np.concatenate([v[on], u[against]]))
    table = csr_array((np.concatenate([cost[on], cost[against]]), ends), shape=(N, N))
    return RoadNetwork.from_edges(N, u, v, cost, way), table


@pytest.fixture(scope="module")
def facilities() -> np.ndarray:
    return np.random.default_rng(8).choice(N, 12)


def expected(table: Any, facilities: np.ndarray, direction: Direction) -> np.ndarray:
    if direction == "round trip":
        there, back = expected(table, facilities, "to"), expected(table, facilities, "from")
        return np.asarray(there + back)
    return np.asarray(dijkstra(csr_array(table.T) if direction == "to" else table, indices=facilities))


@pytest.mark.parametrize("direction", ["to", "from", "round trip"])
def test_costs_are_those_of_scipy(
    town: tuple[RoadNetwork, Any], facilities: np.ndarray, direction: Direction
) -> None:
    net, table = town
    costs = expected(table, facilities, direction)
    order = np.argsort(costs, axis=0, kind="stable")
    ranked = np.take_along_axis(costs, order, axis=0)
    order = np.where(np.isfinite(ranked), order, -1)
    cost, which = net.nearest(facilities, direction=direction)
    np.testing.assert_array_equal(cost, ranked[0])
    np.testing.assert_array_equal(which, order[0])
    three, whiches = net.k_nearest(facilities, 3, direction=direction)
    np.testing.assert_array_equal(three, ranked[:3].T)
    np.testing.assert_array_equal(whiches, order[:3].T)
    found = net.costs_within(facilities, CUTOFF, direction=direction)
    rows, columns = np.nonzero(costs <= CUTOFF)
    assert rows.size > 100
    np.testing.assert_array_equal(found.indices, columns)
    np.testing.assert_array_equal(found.data, costs[rows, columns])


def test_one_pass_is_that_of_scipy(town: tuple[RoadNetwork, Any], facilities: np.ndarray) -> None:
    net, table = town
    cost, _ = net.nearest(facilities, direction="from")
    np.testing.assert_array_equal(cost, dijkstra(table, indices=facilities, min_only=True))


def test_rows_of_many_origins_are_those_of_scipy_in_the_order_asked(town: tuple[RoadNetwork, Any]) -> None:
    net, table = town
    origins = np.random.default_rng(9).choice(N, 200)
    origins[::7] = origins[0]
    costs = dijkstra(table, indices=origins, limit=6 * CUTOFF)
    found = net.costs_within(origins, 6 * CUTOFF)
    rows, columns = np.nonzero(np.isfinite(costs))
    assert rows.size > 150_000
    np.testing.assert_array_equal(found.indptr, np.searchsorted(rows, np.arange(origins.size + 1)))
    np.testing.assert_array_equal(found.indices, columns)
    np.testing.assert_array_equal(found.data, costs[rows, columns])
