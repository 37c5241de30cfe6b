"""Draws of what is assumed: what they keep, and shares counted place by place."""

from __future__ import annotations

import numpy as np
import pytest

from planner.coverage.doubt import draw_people, draw_positions, interval, people_by_verdict

C, G, U, N = 0, 1, 2, 4
RNG = np.random.default_rng


def test_estimates_move_and_their_sum_and_counted_places_do_not() -> None:
    population = np.array([500.0, 20.0, 20.0, 20.0])
    people = draw_people(population, np.array([False, True, True, True]), 2000, RNG(1))
    assert (people[:, 0] == 500).all()
    assert people[:, 1:].sum(axis=1) == pytest.approx(np.full(2000, 60.0))
    # Gamma shares of shape 2 out of three: mean 1/3, variance (1/3 · 2/3) / 7 of the sum (Dirichlet).
    assert people[:, 1].mean() == pytest.approx(20, abs=0.6)
    assert people[:, 1].std() == pytest.approx(60 * np.sqrt(2 / 9 / 7), rel=0.06)


def test_where_nothing_is_estimated_nothing_moves() -> None:
    people = draw_people(np.array([3.0, 4.0]), np.zeros(2, dtype=bool), 5, RNG(1))
    assert (people == [3.0, 4.0]).all()


def test_a_place_without_a_position_stands_in_its_own_zone_or_else_anywhere() -> None:
    located = np.array([True, True, True, False, False, False])
    zone = np.array([0, 0, 1, 0, 2, -1])
    unlocated, at = draw_positions(located, zone, 300, RNG(2))
    assert unlocated.tolist() == [3, 4, 5]
    assert set(at[:, 0]) == {0, 1}
    assert set(at[:, 1]) == {0, 1, 2}
    assert set(at[:, 2]) == {0, 1, 2}


def test_where_nothing_is_located_no_position_is_made_up() -> None:
    _, at = draw_positions(np.zeros(2, dtype=bool), np.array([0, 0]), 4, RNG(3))
    assert (at == -1).all()


@pytest.mark.parametrize("by_draw", [False, True])
def test_people_are_counted_as_one_would_by_hand(by_draw: bool) -> None:
    rng = RNG(4)
    draws, n = 30, 12
    state = rng.choice([C, G, U, 3, N], size=(draws, n) if by_draw else n).astype(np.uint8)
    people, applies = rng.random((draws, n)), rng.random((draws, n)) < 0.7
    unlocated = np.array([2, 7])
    state[..., unlocated] = 5
    at = rng.choice([-1, 0, 1, 5, 9], size=(draws, 2))
    covered, lacking = people_by_verdict(state, people, applies, unlocated, at)
    for d in range(draws):
        own = (state[d] if by_draw else state).tolist()
        for place, stands in zip(unlocated, at[d], strict=True):
            own[place] = own[stands] if stands >= 0 else 5
        counted = [(s, p) for s, p, a in zip(own, people[d], applies[d], strict=True) if a]
        assert covered[d] == pytest.approx(sum(p for s, p in counted if s == C))
        assert lacking[d] == pytest.approx(sum(p for s, p in counted if s in (G, U, 3)))


def test_the_interval_leaves_a_twentieth_on_either_side() -> None:
    assert interval(np.arange(101.0)) == pytest.approx((5.0, 95.0))
    assert np.isnan(interval(np.array([np.nan]))).all()
