"""Where to build, keep or close: exact answers with a bound, on arrays."""

from planner.siting.certificate import Certificate, certificate, people_by_sites
from planner.siting.phase import PhasedPlan, closing, phased
from planner.siting.problem import Problem
from planner.siting.shared import SharedPlan, together
from planner.siting.solution import Solution
from planner.siting.solve import solve
from planner.siting.watch import Progress

__all__ = [
    "Certificate",
    "PhasedPlan",
    "Problem",
    "Progress",
    "SharedPlan",
    "Solution",
    "certificate",
    "closing",
    "people_by_sites",
    "phased",
    "solve",
    "together",
]
