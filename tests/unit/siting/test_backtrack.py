"""Whether so many sites cover all rows: tried with weights, against trying every set."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.siting import backtrack
from planner.siting.watch import Watch


def instance(seed: int) -> tuple[np.ndarray, int]:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(3, 25)), int(draw.integers(3, 11))
    inside = draw.random((n, m)) < draw.uniform(0.15, 0.5)
    inside[np.arange(n), draw.integers(0, m, n)] = True
    return inside, int(draw.integers(1, 6))


def trying(inside: np.ndarray, most: int, weight: np.ndarray) -> backtrack.Trying:
    start = np.concatenate([[0], np.cumsum(inside.sum(axis=1))])
    return backtrack.Trying(start, np.nonzero(inside)[1].astype(np.int32), inside.shape[1], most, weight)


@pytest.mark.parametrize("weighted", [True, False])
def test_it_finds_a_cover_exactly_where_some_set_covers(weighted: bool) -> None:
    answers = set()
    for seed in range(150):
        inside, most = instance(seed)
        n, m = inside.shape
        search = trying(inside, most, np.zeros(n))
        if weighted:
            search = trying(inside, most, backtrack.weights(search.start, search.col, m, Watch()))
        told, sites = search.run(Watch())
        exists = any(
            inside[:, list(some)].any(axis=1).all() for some in itertools.combinations(range(m), min(most, m))
        )
        assert told == (backtrack.YES if exists else backtrack.NO), f"instance {seed}"
        answers.add(told)
        if exists:
            assert sites.size <= most
            assert inside[:, sites].any(axis=1).all()
    assert answers == {backtrack.YES, backtrack.NO}


def test_the_weights_of_the_rows_of_a_candidate_are_at_most_one() -> None:
    for seed in range(20):
        inside, most = instance(seed)
        search = trying(inside, most, np.zeros(inside.shape[0]))
        weight = backtrack.weights(search.start, search.col, inside.shape[1], Watch())
        assert (weight >= 0).all()
        assert (inside.T.astype(float) @ weight <= 1 + 1e-12).all()
        # Every row needs a site, so a row alone weighs one as far as its candidates allow.
        assert weight.sum() >= 1 - 1e-9


def test_a_search_that_is_stopped_says_neither_yes_nor_no() -> None:
    inside, most = instance(3)
    told, sites = trying(inside, most, np.zeros(inside.shape[0])).run(Watch(cancel=lambda: True))
    assert told == backtrack.GOES_ON
    assert sites.size == 0


def test_a_search_taken_up_again_ends_as_one_that_was_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtrack, "SLICE", 1)
    for seed in range(150, 190):
        inside, most = instance(seed)
        told, sites = trying(inside, most, np.zeros(inside.shape[0])).run(Watch())
        exists = any(
            inside[:, list(some)].any(axis=1).all()
            for some in itertools.combinations(range(inside.shape[1]), min(most, inside.shape[1]))
        )
        assert told == (backtrack.YES if exists else backtrack.NO), f"instance {seed}"
        assert not exists or inside[:, sites].any(axis=1).all()
