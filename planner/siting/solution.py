"""What solving a problem gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.siting.problem import BoolArray, FloatArray, IntArray, Model

TOLERANCE = 1e-9
"""A bound that is this near to the objective, relative to it, meets it."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Sites, whom they serve, and how good that is at best.

    Attributes
    ----------
    model : str
    sites : (s,) int array
        Open candidates, ascending, fixed ones included.
    allocation : (n,) int array
        The candidate that serves each demand: its nearest open one (the lowest number at equal cost), or the one that
        has room for it; -1 where none does.
    objective : float
        LSCP: number of sites, or money with opening costs; MCLP: people covered; p-median: people times cost;
        p-center: the worst cost.
    bound : float
        No solution is better than this: at most the objective, for the MCLP at least.
    proven : bool
        Whether the objective meets the bound.
    covered : (n,) bool array
        Demands that are served as the model asks: within the cutoff, by as many sites as `backup` says.
    seconds : float
        Time taken.
    cost : (n,) float array
        From each demand to the site in `allocation`; inf where there is none.
    people : float
        In the demands that are covered.
    stopped : str
        Why an unproven search ended: "time", "cancelled", "gap"; empty where it is proven.
    """

    model: Model
    sites: IntArray
    allocation: IntArray
    objective: float
    bound: float
    proven: bool
    covered: BoolArray
    seconds: float
    cost: FloatArray
    people: float
    stopped: str = ""

    def __post_init__(self) -> None:
        for array in (self.sites, self.allocation, self.covered, self.cost):
            array.setflags(write=False)

    @property
    def gap(self) -> float:
        """Distance of the bound from the objective, relative to the objective."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / |objective|``; 0 where they are equal, inf for an objective of 0."""
    difference = abs(objective - bound)
    if difference == 0.0:
        return 0.0
    return difference / abs(objective) if objective and np.isfinite(objective) else float("inf")


def meets(objective: float, bound: float) -> bool:
    """Whether a bound proves an objective."""
    return abs(objective - bound) <= TOLERANCE * max(1.0, abs(objective))
