"""Compile the kernels of siting once, so that the first question of a planner does not wait for it.

Run as ``python -m planner.siting.prepare``. Compiled kernels are kept beside the package, or in the user's cache where
that folder may not be written.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planner.siting.problem import MODELS, Problem
from planner.siting.solve import solve


def prepare() -> None:
    """Solve a small problem of each kind that has kernels of its own."""
    draw = np.random.default_rng(0)
    cost = draw.integers(1, 50, (40, 20)).astype(np.float64)
    people = draw.integers(1, 9, 40).astype(np.float64)
    for model in MODELS:
        sites = None if model == "lscp" else 3
        for table in (cost, sparse.csr_array(cost)):
            solve(Problem(model, table, people, sites=sites, cutoff=25.0 if sites is None else 49.0))
    for model in ("mclp", "p-median"):
        solve(Problem(model, cost, people, sites=3, cutoff=49.0, backup=2))
        solve(Problem(model, cost, people, cutoff=49.0, opening_cost=np.ones(20), budget=3.0))


if __name__ == "__main__":
    prepare()
