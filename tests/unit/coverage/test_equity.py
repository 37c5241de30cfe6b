"""Lorenz, Gini and Palma against people counted one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.equity import gini, lorenz, palma

groups = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), min_size=1, max_size=8)


def persons(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.sort(np.repeat([v for v, _ in pairs], [p for _, p in pairs]).astype(float))


@given(groups)
@settings(max_examples=200, deadline=None)
def test_gini_is_the_mean_difference_between_any_two_people(pairs: list[tuple[int, int]]) -> None:
    each = persons(pairs)
    found = gini([v for v, _ in pairs], [p for _, p in pairs])
    if each.size == 0:
        assert np.isnan(found)
    elif each.sum() == 0:
        assert found == pytest.approx(0)
    else:
        # Gini's own definition: the mean absolute difference over all pairs, over twice the mean.
        spread = np.abs(each[:, None] - each[None, :]).mean()
        assert found == pytest.approx(spread / (2 * each.mean()), abs=1e-12)


@given(groups)
@settings(max_examples=200, deadline=None)
def test_palma_counts_the_best_tenth_against_the_worst_four_tenths(pairs: list[tuple[int, int]]) -> None:
    # Ten of each person, so that no bound runs through anybody.
    each = np.repeat(persons(pairs), 10)
    found = palma([v for v, _ in pairs], [p for _, p in pairs])
    if each.size == 0 or each.sum() == 0:
        assert np.isnan(found)
        return
    tenth = each.size // 10
    best, worst = each[-tenth:].sum(), each[: 4 * tenth].sum()
    assert found == (pytest.approx(best / worst) if worst > 0 else np.inf)


def test_lorenz_of_a_town_worked_out_by_hand() -> None:
    # 100 people have 1 each, 100 have 3 each: half the people hold a quarter.
    people, good = lorenz([3.0, 1.0, np.nan], [100, 100, 50])
    assert people.tolist() == [0.0, 0.5, 1.0]
    assert good.tolist() == [0.0, 0.25, 1.0]
    assert gini([3.0, 1.0], [100, 100]) == pytest.approx(0.25)


def test_where_all_have_the_same_nothing_is_uneven() -> None:
    assert gini([2.0, 2.0, 2.0], [1, 5, 9]) == pytest.approx(0)
    assert palma([2.0, 2.0, 2.0], [1, 5, 9]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("value", "people", "named"),
    [([-1.0], [1], "value"), ([np.inf], [1], "value"), ([1.0], [-1], "people"), ([1.0, 2.0], [1], "people")],
)
def test_what_is_no_good_is_refused_by_name(value: list[float], people: list[float], named: str) -> None:
    with pytest.raises(ValueError, match=rf"^{named}"):
        lorenz(value, people)
