"""The analysis, on arrays: access, states, gap zones."""

from planner.coverage.access import within

__all__ = ["within"]
