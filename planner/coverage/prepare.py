"""Compile the kernels of the analysis once, so that the first study of a planner does not wait for it.

Run as ``python -m planner.coverage.prepare``; see :mod:`planner.network.prepare`.
"""

from __future__ import annotations

import numpy as np

from planner.coverage.closure import least_harmful
from planner.network.fragility import cuts, flows


def prepare() -> None:
    """Run every kernel on a road with two facilities."""
    one, two = np.zeros(1, np.int64), np.array([[0, 1]])
    least_harmful(2, 1, np.ones(1), (two, one + 1, one), np.array([[0.0, 1.0]]), two)
    source = np.array([True, False])
    cuts(2, one, one + 1, np.ones(2), source)
    flows(2, one, one + 1, np.ones(1), one, np.array([0.0, 1.0]), np.ones(2), source)


if __name__ == "__main__":
    prepare()
