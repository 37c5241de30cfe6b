"""Compile the search kernels once, so that the first search of a planner does not wait for it.

Run as ``python -m planner.network.prepare``. Compiled kernels are kept beside the package, or in the user's cache
where that folder may not be written.
"""

from __future__ import annotations

from planner.network.graph import RoadNetwork


def prepare() -> None:
    """Run every kernel on a network of two nodes."""
    network = RoadNetwork.from_edges(2, [0], [1], [1.0])
    network.nearest([0])
    network.k_nearest([0], 1)
    network.costs_within([0], 1.0)


if __name__ == "__main__":
    prepare()
