"""Origins that lie close together are searched from four at once; nothing of it shows in the costs."""

from __future__ import annotations

import numpy as np
import pytest

from planner.network import RoadNetwork
from planner.network.fours import groups
from planner.network.graph import Direction

SIDE = 60


def alone(net: RoadNetwork, origins: np.ndarray, cutoff: float, direction: Direction) -> np.ndarray:
    """Return the costs of each origin asked for by itself; inf beyond the cutoff."""
    table = np.full((origins.size, net.n_nodes), np.inf)
    for row, origin in enumerate(origins):
        found = net.costs_within([origin], cutoff, direction=direction)
        table[row, found.indices] = found.data
    return table


def check(net: RoadNetwork, origins: np.ndarray, cutoff: float, direction: Direction = "from") -> None:
    expected = alone(net, origins, cutoff, direction)
    found = net.costs_within(origins, cutoff, direction=direction)
    rows, columns = np.nonzero(np.isfinite(expected))
    np.testing.assert_array_equal(found.indptr, np.searchsorted(rows, np.arange(origins.size + 1)))
    np.testing.assert_array_equal(found.indices, columns)
    np.testing.assert_array_equal(found.data, expected[rows, columns])


def lattice(seed: int) -> RoadNetwork:
    """A lattice with gaps, some arcs one-way, some that cost nothing."""
    draw = np.random.default_rng(seed)
    number = draw.permutation(SIDE * SIDE).reshape(SIDE, SIDE)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = draw.random(u.size) < 0.75
    u, v = u[kept], v[kept]
    cost = np.where(draw.random(u.size) < 0.05, 0.0, draw.gamma(2.0, 2.0, u.size))
    return RoadNetwork.from_edges(SIDE * SIDE, u, v, cost, draw.choice([0, 0, 0, 1, -1], u.size))


@pytest.mark.parametrize("direction", ["from", "to", "round trip"])
@pytest.mark.parametrize("cutoff", [0.0, 15.0, 60.0, 1e6, np.inf])
def test_rows_are_those_of_each_origin_alone(direction: Direction, cutoff: float) -> None:
    draw = np.random.default_rng(5)
    origins = draw.choice(SIDE * SIDE, 90)
    origins[::9] = origins[0]
    check(lattice(3), origins, cutoff, direction)


def test_near_origins_are_put_together_and_each_is_searched_from_once() -> None:
    net = lattice(3)
    origins = np.random.default_rng(6).choice(SIDE * SIDE, 200)
    fours, others = groups(net._forward, origins, 60.0)
    assert len(fours) > 10
    assert sorted([*fours.ravel().tolist(), *others.tolist()]) == list(range(200))
    # What is nowhere near each other is not.
    assert len(groups(net._forward, origins, 0.5)[0]) < len(fours)


def test_a_crossing_of_more_roads_than_a_bucket_holds_is_searched_otherwise() -> None:
    n = 40_001
    star = RoadNetwork.from_edges(n, np.zeros(n - 1, np.int64), np.arange(1, n), np.arange(1.0, n) / n)
    origins = np.arange(1, 101)
    assert len(groups(star._forward, origins, 0.05)[0]) == 25
    found = star.costs_within(origins, 0.05)
    assert found.nnz == sum(int(np.sum(origin / n + np.arange(1, n) / n <= 0.05)) + 1 for origin in origins)
    check(star, origins[::20].repeat(20), 0.05)
