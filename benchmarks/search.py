"""The nearest facility of every node, against scipy's Dijkstra on the same network in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.measure import Line, seconds
from planner.network import RoadNetwork

FACILITIES = 500
ORIGINS = 100
CUTOFF_M = 15_000.0


def roads(
    n: int, seed: int = 0
) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return a road-like network: a jittered lattice with gaps, about 2.8 neighbours to a node, costs in metres."""
    draw = np.random.default_rng(seed)
    side = int(np.sqrt(n))
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy = (at + draw.uniform(-0.35, 0.35, at.shape)) * 250.0
    number = np.arange(side * side).reshape(side, side)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = draw.random(u.size) < 0.7
    u, v = u[kept], v[kept]
    return side * side, u, v, np.hypot(*(xy[u] - xy[v]).T) * draw.uniform(1.0, 1.4, u.size)


def lines() -> Iterator[Line]:
    """Yield what was measured on networks of two sizes."""
    for n in (20_000, 200_000):
        count, u, v, cost = roads(n)
        draw = np.random.default_rng(1)
        facilities = draw.choice(count, FACILITIES, replace=False)
        net = RoadNetwork.from_edges(count, u, v, cost)
        table = csr_array(
            (np.tile(cost, 2), (np.concatenate([u, v]), np.concatenate([v, u]))), shape=(count, count)
        )
        ours, theirs = net.nearest(facilities)[0], _scipy(table, facilities)
        if not np.allclose(ours, theirs):
            raise AssertionError("the planner and scipy disagree")
        own = seconds(partial(net.nearest, facilities))
        peer = seconds(partial(_scipy, table, facilities))
        size = f"{count:,} nodes, {FACILITIES} facilities"
        yield Line(f"nearest, {size}", own * 1000, "ms", note="equal to scipy's")
        yield Line(f"scipy dijkstra(min_only), {size}", peer * 1000, "ms")
        yield Line("  ratio, scipy = 1", own / peer, "")
        origins = facilities[:ORIGINS]
        own = seconds(partial(net.costs_within, origins, CUTOFF_M), 3)
        peer = seconds(partial(dijkstra, table, indices=origins, limit=CUTOFF_M), 3)
        yield Line(f"costs within 15 km of {ORIGINS} origins, {count:,} nodes", own * 1000, "ms")
        yield Line("  ratio, scipy = 1", own / peer, "")


def _scipy(table: csr_array[np.float64], facilities: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    found, _, _ = dijkstra(table, indices=facilities, min_only=True, return_predecessors=True)
    return np.asarray(found)
