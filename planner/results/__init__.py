"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.service_area import ServiceArea, ServiceAreas
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
    "Facilities",
    "FloatArray",
    "GapZone",
    "IntArray",
    "Places",
    "ServiceArea",
    "ServiceAreas",
    "StandardResult",
    "State",
    "StateArray",
    "Tally",
    "Zones",
    "frozen",
    "tally",
    "worst",
]
