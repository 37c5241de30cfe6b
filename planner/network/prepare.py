"""Compile the search kernels once, so that the first search of a planner does not wait for it.

Run as ``python -m planner.network.prepare``. Compiled kernels are kept beside the package, or in the user's cache
where that folder may not be written.
"""

from __future__ import annotations

from typing import get_args

from planner.network.graph import Direction, RoadNetwork


def prepare() -> None:
    """Run every kernel on networks of a few nodes: with weights that suit buckets, without, one-way, renumbered."""
    import numpy as np

    from planner.network.arcs import compact_numbers
    from planner.network.snap import EdgeGrid

    for cost in (1.0, 0.0):
        network = RoadNetwork.from_edges(3, [0, 1, 2], [1, 2, 0], [cost] * 3, [1, 1, 1])
        for direction in get_args(Direction):
            network.nearest([0], direction=direction)
            network.k_nearest([0], 1, direction=direction)
            network.costs_within([0], 1.0, direction=direction)
            network.costs_within([0, 1, 2, 0], 10.0, direction=direction)
    compact_numbers(network._forward)
    EdgeGrid(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0]), np.array([1])).nearest(np.zeros((1, 2)))


if __name__ == "__main__":
    prepare()
