"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.capacity import Capacity
from planner.results.closures import Closure, Closures, LeastClosures
from planner.results.comparison import MOVED, Change, Comparison, Outcome, outcomes
from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.districts import (
    GROUPS,
    TOGETHER,
    Between,
    DistrictFigures,
    Districts,
    Failure,
    GroupRow,
    Ranked,
    ReferenceParity,
    ServiceFigures,
    Spread,
)
from planner.results.fragility import Element, Fragility, Junction
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
from planner.results.radio import MobileCoverage, Reach, ReachArea
from planner.results.service_area import ServiceArea, ServiceAreas
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
    "GROUPS",
    "LACKING",
    "MOVED",
    "REFERENCE_KINDS",
    "TOGETHER",
    "Assessment",
    "Between",
    "Capacity",
    "Change",
    "Closure",
    "Closures",
    "Comparison",
    "DistrictFigures",
    "Districts",
    "Doubt",
    "Element",
    "Equity",
    "Facilities",
    "Failure",
    "FloatArray",
    "Fragility",
    "GapZone",
    "GroupRow",
    "IntArray",
    "Interval",
    "Junction",
    "LeastClosures",
    "MeasureParity",
    "MobileCoverage",
    "Outcome",
    "Parity",
    "Places",
    "Quarter",
    "QuarterService",
    "Quarters",
    "Ranked",
    "Reach",
    "ReachArea",
    "Reference",
    "ReferenceParity",
    "ServiceArea",
    "ServiceAreas",
    "ServiceFigures",
    "ServiceParity",
    "Spread",
    "StandardResult",
    "State",
    "StateArray",
    "Step",
    "Tally",
    "Zones",
    "frozen",
    "outcomes",
    "tally",
    "worst",
]
