"""Where to build, keep or close: exact answers with a bound, on arrays."""

from planner.siting.problem import Problem
from planner.siting.solution import Solution
from planner.siting.solve import solve
from planner.siting.watch import Progress

__all__ = ["Problem", "Progress", "Solution", "solve"]
