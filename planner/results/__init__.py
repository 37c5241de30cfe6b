"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.capacity import Capacity
from planner.results.closures import Closure, Closures, LeastClosures
from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.fragility import Element, Fragility, Junction
from planner.results.states import (
    LACKING,
    FloatArray,
    IntArray,
    State,
    StateArray,
    Tally,
    frozen,
    tally,
    worst,
)

__all__ = [
    "LACKING",
    "Assessment",
    "Capacity",
    "Closure",
    "Closures",
    "Element",
    "Facilities",
    "FloatArray",
    "Fragility",
    "GapZone",
    "IntArray",
    "Junction",
    "LeastClosures",
    "Places",
    "StandardResult",
    "State",
    "StateArray",
    "Tally",
    "Zones",
    "frozen",
    "tally",
    "worst",
]
