"""Theil's index between and within groups, against its definition person by person."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.coverage.between import spread, theil


def by_definition(goods: list[float]) -> float:
    """Return Theil's T of people who each have so much: the mean of x/mu ln(x/mu)."""
    mean = sum(goods) / len(goods)
    return sum(x / mean * math.log(x / mean) if x > 0 else 0.0 for x in goods) / len(goods)


def test_the_index_is_that_of_people_one_by_one_and_its_parts_add_up() -> None:
    rng = np.random.default_rng(7)
    groups = [(rng.random(4).round(2), rng.integers(0, 6, 4)) for _ in range(5)]
    groups.append((np.array([0.0, 0.0]), np.array([3, 2])))
    sums = np.array([spread(value, people) for value, people in groups])
    found = theil(*sums.T)
    everyone = [
        float(x) for value, people in groups for x, n in zip(value, people, strict=True) for _ in range(n)
    ]
    means = [
        float((value * people).sum() / people.sum())
        for value, people in groups
        for _ in range(int(people.sum()))
    ]
    assert found.total == pytest.approx(by_definition(everyone), rel=1e-12)
    assert found.between == pytest.approx(by_definition(means), rel=1e-12)
    assert found.within == pytest.approx(found.total - found.between, rel=1e-12)


def test_the_same_everywhere_is_no_unevenness_and_nothing_of_it_is_between() -> None:
    found = theil(*np.array([spread([0.5, 0.5], [10, 20]), spread([0.5], [7])]).T)
    assert (found.total, found.between, found.within) == (0.0, 0.0, 0.0)
    assert math.isnan(found.share_between)


def test_two_groups_by_hand() -> None:
    # One person has 1, another 3: all of the unevenness is between the two. T = 1/4 ln(1/2) + 3/4 ln(3/2).
    found = theil([1, 1], [1, 3], [0, 3 * math.log(3)])
    assert found.between == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5), rel=1e-14)
    assert found.within == 0.0
    assert found.share_between == 1.0


def test_what_is_unknown_is_left_out_and_what_nobody_has_is_not_a_number() -> None:
    assert spread([0.5, math.nan], [10, 99]) == pytest.approx((10.0, 5.0, 5 * math.log(0.5)))
    assert math.isnan(theil([3], [0], [0]).total)
    assert math.isnan(theil([], [], []).total)


@pytest.mark.parametrize(
    ("value", "people", "named"),
    [([-1.0], [1], "value"), ([math.inf], [1], "value"), ([1.0], [-1], "people"), ([1.0], [1, 2], "people")],
)
def test_what_makes_no_sense_is_refused(value: list[float], people: list[float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        spread(value, people)
