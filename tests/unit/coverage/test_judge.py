"""From a value to a state and a shortfall."""

from __future__ import annotations

import numpy as np
import pytest

from planner.coverage import judge
from planner.coverage.judge import (
    COVERED,
    GAP,
    NO_DATA,
    NOT_APPLICABLE,
    NOT_CONNECTED,
    NOT_LOCATED,
    UNREACHABLE,
)
from planner.results import State, tally, worst

NAN, INF = float("nan"), float("inf")


def test_codes_are_those_of_the_results() -> None:
    assert [s.label for s in State] == [
        "covered", "gap", "unreachable", "not_connected", "no_data", "not_located", "not_applicable"
    ]  # fmt: skip
    codes = (COVERED, GAP, UNREACHABLE, NOT_CONNECTED, NO_DATA, NOT_LOCATED, NOT_APPLICABLE)
    assert codes == tuple(int(s) for s in State)


def test_precedence_of_states() -> None:
    yes, no = np.array([True]), np.array([False])
    everything = {"applies": no, "located": no, "connected": no, "unreachable": yes}
    value = np.array([NAN])
    seen = []
    # One reason after another is taken away: the next in order shows.
    for gone in ("applies", "located", "connected", "unreachable"):
        seen.append(int(judge.states(value, no, **everything)[0]))
        everything[gone] = ~everything[gone]
    seen.append(int(judge.states(value, no, **everything)[0]))
    seen += [int(judge.states(np.array([1.0]), met, **everything)[0]) for met in (yes, no)]
    assert seen == [NOT_APPLICABLE, NOT_LOCATED, NOT_CONNECTED, UNREACHABLE, NO_DATA, COVERED, GAP]


def test_shortfall_in_the_units_of_the_threshold_and_as_its_share() -> None:
    value = np.array([8.0, 5.0, INF, NAN, NAN])
    state = np.array([GAP, COVERED, UNREACHABLE, NOT_CONNECTED, NO_DATA], dtype=np.uint8)
    shortfall, relative = judge.shortfalls(value, state, 5.0, "<=")
    assert shortfall == pytest.approx([3, 0, NAN, NAN, NAN], nan_ok=True)
    assert relative == pytest.approx([0.6, 0, 1, 1, NAN], nan_ok=True)
    short, share = judge.shortfalls(np.array([3.0, 0.0]), np.array([GAP, GAP], dtype=np.uint8), 4.0, ">=")
    assert short.tolist() == [1, 4]
    assert share.tolist() == [0.25, 1.0]


def test_with_a_threshold_of_nothing_a_gap_is_a_whole_one() -> None:
    state = np.array([GAP, COVERED, NO_DATA], dtype=np.uint8)
    shortfall, relative = judge.shortfalls(np.array([7.0, 0.0, NAN]), state, 0.0, "<=")
    assert shortfall == pytest.approx([7, 0, NAN], nan_ok=True)
    assert relative == pytest.approx([1, 0, NAN], nan_ok=True)


def test_rounding_in_a_sum_of_people_does_not_turn_all_into_not_all() -> None:
    people = dict.fromkeys(State, 0.0)
    people[State.COVERED] = 0.1 + 0.2
    people[State.GAP] = 1e-17
    assert tally(people, None).met is True
    people[State.GAP] = 1e-6
    assert tally(people, None).met is False


def test_worst_of_states_place_by_place() -> None:
    ranked = [UNREACHABLE, GAP, NOT_CONNECTED, NOT_LOCATED, NO_DATA, COVERED, NOT_APPLICABLE]
    for i, worse in enumerate(ranked):
        for better in ranked[i:]:
            pair = [np.array([worse, better], np.uint8), np.array([better, worse], np.uint8)]
            assert worst(pair).tolist() == [worse, worse]
