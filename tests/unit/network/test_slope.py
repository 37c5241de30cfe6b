"""Tobler's function: values worked out by hand, and factors over stretches of lines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.network.slope import mean_factors, time_factor, tobler_kmh


def test_toblers_own_values() -> None:
    # 6 exp(-3.5 |s + 0.05|): 6 km/h at 5 % down; 5.0367 on the flat; 3.5493 at 10 % up; 5.0367 again at 10 % down.
    assert tobler_kmh([-0.05, 0.0, 0.1, -0.1]) == pytest.approx([6.0, 5.0367, 3.5493, 5.0367], abs=1e-4)


def test_the_flat_keeps_its_own_speed_and_slopes_count_in_proportion() -> None:
    # exp(3.5 (|s + 0.05| - 0.05)): 10 % up exp(0.35), 5 % down exp(-0.175), 30 % down exp(0.7).
    expected = [1.0, math.exp(0.35), math.exp(-0.175), math.exp(0.7), 1.0]
    assert time_factor([0.0, 0.1, -0.05, -0.3, np.nan]) == pytest.approx(expected)
    # A cliff in the heights is no way to walk: it counts as one in one.
    assert time_factor(9.0) == time_factor(1.0)


def test_a_stretch_takes_the_mean_over_its_length_each_way() -> None:
    # A line of 300 m that climbs 10 m over its first 100 m, is flat over the next, and falls 5 m over the last.
    heights = [np.array([100.0, 110.0, 110.0, 105.0])]
    up, flat, down = math.exp(0.35), 1.0, math.exp(-0.175)
    back_up, back_down = math.exp(3.5 * 0.05), math.exp(3.5 * (0.05 - 0.05))
    there, back = mean_factors(
        np.array([0.0]),
        np.array([300.0]),
        heights,
        np.array([0.0, 50.0, 100.0]),
        np.array([300.0, 250.0, 200.0]),
    )
    assert there == pytest.approx([(up + flat + down) / 3, (0.5 * up + flat + 0.5 * down) / 2, 1.0])
    assert back == pytest.approx(
        [(back_up + 1 + back_down) / 3, (0.5 * back_up + 1 + 0.5 * back_down) / 2, 1.0]
    )


def test_lines_without_heights_are_flat_and_unknown_stations_too() -> None:
    heights = [np.empty(0), np.array([0.0, np.nan, 20.0, 30.0])]
    begin, length = np.array([0.0, 500.0]), np.array([500.0, 300.0])
    there, _ = mean_factors(begin, length, heights, np.array([0.0, 500.0]), np.array([500.0, 800.0]))
    assert there == pytest.approx([1.0, (1 + 1 + math.exp(0.35)) / 3])
