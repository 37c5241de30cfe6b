"""Roads as arrays: building, snapping, searching."""

from planner.network.graph import RoadNetwork

__all__ = ["RoadNetwork"]
