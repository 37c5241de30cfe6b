"""The nearest edge of 1,000,000 points, against shapely's tree on the same edges in the same run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import numpy as np
import shapely

from benchmarks.measure import Line, fastest
from benchmarks.search import Sample
from planner.network.snap import EdgeGrid

POINTS = 1_000_000


def lines() -> Iterator[Line]:
    """Yield what was measured on the edges of 200,000 nodes; both are asked once their index is made."""
    sample = Sample.draw(200_000)
    ends = np.stack([sample.xy[sample.u], sample.xy[sample.v]], axis=1)
    first = 2 * np.arange(sample.u.size)
    grid = EdgeGrid(ends.reshape(-1, 2), first, first + 1)
    tree = shapely.STRtree(shapely.linestrings(ends))
    points = np.random.default_rng(2).uniform(sample.xy.min(axis=0), sample.xy.max(axis=0), (POINTS, 2))
    at = shapely.points(points)
    began = time.perf_counter()
    (asked, _), theirs = tree.query_nearest(at, return_distance=True)
    peer = time.perf_counter() - began  # once: it takes half a minute
    own_distance = grid.nearest(points)[2]
    if not np.allclose(own_distance[asked], theirs, rtol=1e-12, atol=1e-9):
        raise AssertionError("the planner and shapely disagree")
    own = fastest(partial(grid.nearest, points), times=3)[0]
    yield Line(
        f"nearest edge of {POINTS:,} points, {sample.u.size:,} edges",
        own * 1000,
        "ms",
        note="distances equal",
    )
    yield Line("  faster than STRtree.query_nearest", peer / own, "×", 10.0, least=True)
