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


def test_fractional_costs_agree_to_rounding() -> None:
    for seed in range(60):
        net = random_net(seed)
        draw = np.random.default_rng(seed)
        net = type(net)(net.n, net.u, net.v, draw.random(net.u.size) * 1e3, net.oneway)
        facilities = random_nodes(net, seed) or [0]
        cost, _ = net.planner().nearest(facilities)
        expected = net.table(facilities, "to").min(axis=0)
        assert np.isinf(cost).tolist() == np.isinf(expected).tolist()
        assert cost[np.isfinite(cost)] == pytest.approx(expected[np.isfinite(expected)], rel=1e-12)


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
