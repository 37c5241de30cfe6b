"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.capacity import Capacity
from planner.results.closures import Closure, Closures, LeastClosures, LongerWay
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
from planner.results.evidence import CurvePoint, Evidence, Replacement
from planner.results.facility import FacilityCard
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
from planner.results.plan import Plan, Site
from planner.results.quarters import Quarter, Quarters, QuarterService
from planner.results.radio import MobileCoverage, Reach, ReachArea
from planner.results.service_area import ServiceArea, ServiceAreas
from planner.results.settlement import CardRow, PlaceParity, SettlementCard
from planner.results.shared_sites import Building, SharedSites
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
from planner.results.tour import Halt, Tours, TourStop, Trip, Unserved
from planner.results.yearly_sites import SiteYear, YearlySites

__all__ = [
    "GROUPS",
    "LACKING",
    "MOVED",
    "REFERENCE_KINDS",
    "TOGETHER",
    "Assessment",
    "Between",
    "Building",
    "Capacity",
    "CardRow",
    "Change",
    "Closure",
    "Closures",
    "Comparison",
    "CurvePoint",
    "DistrictFigures",
    "Districts",
    "Doubt",
    "Element",
    "Equity",
    "Evidence",
    "Facilities",
    "FacilityCard",
    "Failure",
    "FloatArray",
    "Fragility",
    "GapZone",
    "GroupRow",
    "Halt",
    "IntArray",
    "Interval",
    "Junction",
    "LeastClosures",
    "LongerWay",
    "MeasureParity",
    "MobileCoverage",
    "Outcome",
    "Parity",
    "PlaceParity",
    "Places",
    "Plan",
    "Quarter",
    "QuarterService",
    "Quarters",
    "Ranked",
    "Reach",
    "ReachArea",
    "Reference",
    "ReferenceParity",
    "Replacement",
    "ServiceArea",
    "ServiceAreas",
    "ServiceFigures",
    "ServiceParity",
    "SettlementCard",
    "SharedSites",
    "Site",
    "SiteYear",
    "Spread",
    "StandardResult",
    "State",
    "StateArray",
    "Step",
    "Tally",
    "TourStop",
    "Tours",
    "Trip",
    "Unserved",
    "YearlySites",
    "Zones",
    "frozen",
    "outcomes",
    "tally",
    "worst",
]
