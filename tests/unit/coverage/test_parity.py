"""Parity under one measure, and the composite: worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.parity import composite, level, parity

NAN, INF = float("nan"), float("inf")


def test_a_lag_of_a_whole_threshold_halves_parity() -> None:
    found = parity([5.0, 10.0, 40.0, 100.0, INF, NAN], 10.0, 30.0, "<=")
    assert found == pytest.approx([1.0, 1.0, 0.5, 0.25, 0.0, NAN], nan_ok=True)


def test_where_more_is_better_parity_is_the_share_of_what_the_reference_has() -> None:
    assert parity([0.0, 7.0, 14.0, 20.0, NAN], 14.0, 7.0, ">=") == pytest.approx(
        [0.0, 0.5, 1.0, 1.0, NAN], nan_ok=True
    )
    assert parity([0.0, 3.0], 0.0, 7.0, ">=").tolist() == [1.0, 1.0]


def test_an_unknown_reference_leaves_parity_unknown() -> None:
    assert np.isnan(parity([1.0, INF], NAN, 5.0, "<=")).all()


def test_nobody_lags_behind_a_reference_that_cannot_reach_the_service_itself() -> None:
    assert parity([1.0, INF], INF, 5.0, "<=").tolist() == [1.0, 1.0]


def test_a_threshold_of_nothing_leaves_no_room_for_a_lag() -> None:
    assert parity([0.0, 1.0], 0.0, 0.0, "<=").tolist() == [1.0, 0.0]


def test_level_is_half_where_a_standard_is_just_met_and_whole_where_more_is_asked_and_given() -> None:
    assert level([0.0, 30.0, INF], 30.0, "<=").tolist() == [1.0, 0.5, 0.0]
    assert level([0.0, 3.5, 7.0, 9.0], 7.0, ">=").tolist() == [0.0, 0.5, 1.0, 1.0]


@given(
    st.lists(st.floats(0, 1e4), min_size=1, max_size=6),
    st.floats(0, 1e4), st.floats(0.1, 1e4), st.sampled_from(["<=", ">="]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_parity_lies_between_nothing_and_one_and_the_reference_itself_has_it(
    values: list[float], reference: float, threshold: float, comparator: str
) -> None:
    found = parity([*values, reference], reference, threshold, comparator)
    assert ((found >= 0) & (found <= 1)).all()
    assert found[-1] == 1.0
    order = np.argsort(values)
    along = found[:-1][order]
    assert (np.diff(along if comparator == ">=" else -along) >= 0).all()


def test_the_composite_weighs_what_is_known() -> None:
    mean, known = composite([[1.0, 0.5, NAN], [0.0, NAN, NAN]], [3.0, 1.0])
    assert mean == pytest.approx([0.75, 0.5, NAN], nan_ok=True)
    assert known == pytest.approx([1.0, 0.75, 0.0])


@pytest.mark.parametrize("weights", [[1.0], [-1.0, 1.0], [NAN, 1.0]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^weights"):
        composite([[1.0], [0.5]], weights)


def test_a_comparator_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^comparator"):
        parity([1.0], 1.0, 1.0, "<")
    with pytest.raises(ValueError, match=r"^threshold"):
        parity([1.0], 1.0, -1.0, "<=")
