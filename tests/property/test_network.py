"""Searches on hundreds of random networks, to the last digit equal to networkx."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.network import RoadNetwork
from tests.property.networks import INF, random_net, random_nodes

Direction = Literal["to", "from", "round trip"]
DIRECTIONS: tuple[Direction, ...] = ("to", "from", "round trip")
SEEDS = range(400)


def first_least(table: np.ndarray) -> np.ndarray:
    """Return the row of the least cost in each column, the first of equal ones; -1 where all are infinite."""
    if not len(table):
        return np.full(table.shape[1], -1)
    return np.where(np.isfinite(table.min(axis=0)), table.argmin(axis=0), -1)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_nearest_is_that_of_networkx_and_the_first_at_equal_cost(direction: Direction) -> None:
    for seed in SEEDS:
        net = random_net(seed)
        facilities = random_nodes(net, seed)
        cost, which = net.planner().nearest(facilities, direction=direction)
        table = net.table(facilities, direction)
        expected = table.min(axis=0) if facilities else np.full(net.n, INF)
        assert cost.tolist() == expected.tolist(), seed
        assert which.tolist() == first_least(table).tolist(), seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_k_nearest_are_those_of_networkx_in_order_of_cost_then_index(direction: Direction) -> None:
    for seed in SEEDS:
        net = random_net(seed)
        facilities = random_nodes(net, seed)
        k = 1 + seed % 4
        costs, whiches = net.planner().k_nearest(facilities, k, direction=direction)
        assert costs.shape == whiches.shape == (net.n, k)
        table = net.table(facilities, direction)
        for node in range(net.n):
            ranked = sorted((c, i) for i, c in enumerate(table[:, node].tolist()) if c < INF)[:k]
            padded = ranked + [(INF, -1)] * (k - len(ranked))
            assert list(zip(costs[node].tolist(), whiches[node].tolist(), strict=True)) == padded, seed


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_costs_within_a_cutoff_are_those_of_networkx_zeros_kept(direction: Direction) -> None:
    for seed in SEEDS:
        net = random_net(seed)
        origins = random_nodes(net, seed, most=40)
        cutoff = float(seed % 7)
        found = net.planner().costs_within(origins, cutoff, direction=direction)
        table = net.table(origins, direction)
        assert found.shape == (len(origins), net.n)
        # A cost that equals the cutoff is within; every entry is stored, also a cost of nothing.
        rows, columns = np.nonzero(table <= cutoff)
        assert found.nnz == rows.size, seed
        assert found.indices.tolist() == columns.tolist(), seed
        assert found.data.tolist() == table[rows, columns].tolist(), seed


def weights(seed: int, size: int) -> np.ndarray:
    """Return costs of one of many kinds: some suit a bucket queue, some are as awkward for it as can be."""
    draw = np.random.default_rng(seed)
    kinds = (
        draw.random(size) * 1e3,
        draw.integers(1, 100, size) / 10,
        draw.exponential(1.0, size),
        10.0 ** draw.uniform(-300, 12, size),
        10.0 ** draw.uniform(-3, 6, size),
        draw.random(size) * 1e-310,
        draw.random(size) * 1e300,
        np.where(draw.random(size) < 0.5, 0.0, draw.random(size)),
        np.where(draw.random(size) < 0.1, 1e12, draw.random(size)),
        np.full(size, 0.1),
    )
    return kinds[seed % len(kinds)]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_costs_of_any_kind_are_those_of_networkx_to_the_last_digit(direction: Direction) -> None:
    for seed in range(150):
        net = random_net(seed)
        net = type(net)(net.n, net.u, net.v, weights(seed, net.u.size), net.oneway)
        facilities = random_nodes(net, seed) or [0]
        table = net.table(facilities, direction)
        planner = net.planner()
        cost, which = planner.nearest(facilities, direction=direction)
        assert cost.tolist() == table.min(axis=0).tolist(), seed
        assert which.tolist() == first_least(table).tolist(), seed
        costs, _ = planner.k_nearest(facilities, len(facilities), direction=direction)
        assert costs.tolist() == np.sort(table, axis=0).T.tolist(), seed
        cutoff = float(np.median(table))
        within = planner.costs_within(facilities, cutoff, direction=direction)
        rows, columns = np.nonzero(table <= cutoff)
        if np.isfinite(cutoff):
            assert within.indices.tolist() == columns.tolist(), seed
            assert within.data.tolist() == table[rows, columns].tolist(), seed


def test_a_tie_that_only_rounding_makes_goes_to_the_lowest_index() -> None:
    # Where the ways meet, 0.1 + 0.2 is more than 0.3 by one digit in the last place; ten farther on it is not.
    net = RoadNetwork.from_edges(5, [0, 1, 3, 2], [1, 2, 2, 4], [0.1, 0.2, 0.3, 10.0])
    cost, which = net.nearest([0, 3])
    assert cost.tolist() == [0.0, 0.1, 0.3, 0.0, 10.3]
    assert which.tolist() == [0, 0, 1, 1, 0]


def test_a_search_that_looks_at_nodes_too_often_is_done_otherwise() -> None:
    # Each rung of the ladder is shorter than a bucket and there are two ways up: a queue that takes nodes in any
    # order within a bucket looks at the upper ones again and again. A long arc elsewhere makes the buckets wide.
    rungs = 30
    u, v, cost = [], [], []
    for i in range(rungs):
        u += [2 * i, 2 * i, 2 * i + 1]
        v += [2 * i + 2, 2 * i + 1, 2 * i + 2]
        cost += [2.0 ** (rungs - i), 0.0, 2.0 ** (rungs - i - 1)]
    far = 2 * rungs + 1 + np.arange(20_000)
    net = RoadNetwork.from_edges(
        int(far[-1]) + 1,
        np.concatenate([u, np.zeros(far.size, np.int64)]),
        np.concatenate([v, far]),
        np.concatenate([cost, np.full(far.size, 1e13)]),
    )
    expected = [sum(2.0 ** (rungs - j - 1) for j in range(i)) for i in range(rungs + 1)]
    assert net.nearest([0])[0][: 2 * rungs + 1 : 2].tolist() == expected
    assert net.k_nearest([0], 1)[0][: 2 * rungs + 1 : 2, 0].tolist() == expected
    assert net.costs_within([0], 1e12).toarray()[0, : 2 * rungs + 1 : 2].tolist() == expected


def test_a_heap_that_has_to_grow_loses_nothing() -> None:
    # A star of 5000 rays fills the queue far beyond where it starts; each ray's end costs its own number.
    n = 5001
    rays = np.arange(1, n)
    star = RoadNetwork.from_edges(n, np.zeros(n - 1, np.int64), rays, rays.astype(float))
    cost, which = star.nearest([0])
    assert cost.tolist() == [0.0, *range(1, n)]
    assert set(which.tolist()) == {0}
    assert star.costs_within([0, 5000], 1e6).sum() == sum(range(1, n)) + sum(5000 + i for i in range(n - 1))
    costs, _ = star.k_nearest([1, 2], 2)
    assert costs[5000].tolist() == [5001, 5002]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_the_order_of_edges_and_the_numbers_of_nodes_do_not_matter(seed: int, data: st.DataObject) -> None:
    net = random_net(seed)
    facilities = random_nodes(net, seed)
    shuffled = np.array(data.draw(st.permutations(range(net.u.size))), dtype=np.int64)
    renumbered = np.array(data.draw(st.permutations(range(net.n))), dtype=np.int64)
    other = RoadNetwork.from_edges(
        net.n,
        renumbered[net.u[shuffled]],
        renumbered[net.v[shuffled]],
        net.cost[shuffled],
        net.oneway[shuffled],
    )
    cost, which = net.planner().nearest(facilities)
    moved = renumbered[np.array(facilities, dtype=np.int64)]
    other_cost, other_which = other.nearest(moved)
    assert other_cost[renumbered].tolist() == cost.tolist()
    assert other_which[renumbered].tolist() == which.tolist()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_the_way_there_on_a_network_is_the_way_back_on_its_reverse(seed: int) -> None:
    net = random_net(seed)
    facilities = random_nodes(net, seed)
    turned = RoadNetwork.from_edges(net.n, net.u, net.v, net.cost, -net.oneway)
    there, back = (
        net.planner().nearest(facilities, direction="to"),
        turned.nearest(facilities, direction="from"),
    )
    assert there[0].tolist() == back[0].tolist()
    assert there[1].tolist() == back[1].tolist()
