"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.parity import (
    REFERENCE_KINDS,
    Equity,
    MeasureParity,
    Parity,
    Reference,
    ServiceParity,
    Step,
)
from planner.results.quarters import Quarter, Quarters, QuarterService
from planner.results.states import (
    LACKING,
    Doubt,
    FloatArray,
    IntArray,
    Interval,
    State,
    StateArray,
    Tally,
    frozen,
    tally,
    worst,
)

__all__ = [
    "LACKING",
    "REFERENCE_KINDS",
    "Assessment",
    "Doubt",
    "Equity",
    "Facilities",
    "FloatArray",
    "GapZone",
    "IntArray",
    "Interval",
    "MeasureParity",
    "Parity",
    "Places",
    "Quarter",
    "QuarterService",
    "Quarters",
    "Reference",
    "ServiceParity",
    "StandardResult",
    "State",
    "StateArray",
    "Step",
    "Tally",
    "Zones",
    "frozen",
    "tally",
    "worst",
]
