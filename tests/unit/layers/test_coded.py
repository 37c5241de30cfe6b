"""Texts as codes, against numpy's own."""

from __future__ import annotations

import numpy as np
import pytest

from planner.layers.coded import coded


@pytest.mark.parametrize("count", [0, 1, 500])
def test_it_says_what_unique_says(count: int) -> None:
    texts = np.random.default_rng(3).choice(np.array(["", "track", "Дорога", "track "], dtype=object), count)
    names, code = coded(texts)
    expected, inverse = np.unique(texts.astype(str), return_inverse=True)
    assert names.tolist() == expected.tolist()
    assert code.tolist() == inverse.tolist()
