"""What a study found: frozen, with ids beside arrays, units in names and the manifest of its inputs."""

from planner.results.assessment import Assessment, StandardResult
from planner.results.capacity import Capacity
from planner.results.closures import Closure, Closures, LeastClosures
from planner.results.district import Facilities, GapZone, Places, Zones
from planner.results.evidence import CurvePoint, Evidence, Replacement
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
from planner.results.yearly_sites import SiteYear, YearlySites

__all__ = [
    "LACKING",
    "REFERENCE_KINDS",
    "Assessment",
    "Building",
    "Capacity",
    "Closure",
    "Closures",
    "CurvePoint",
    "Doubt",
    "Element",
    "Equity",
    "Evidence",
    "Facilities",
    "FloatArray",
    "Fragility",
    "GapZone",
    "IntArray",
    "Interval",
    "Junction",
    "LeastClosures",
    "MeasureParity",
    "MobileCoverage",
    "Parity",
    "Places",
    "Plan",
    "Quarter",
    "QuarterService",
    "Quarters",
    "Reach",
    "ReachArea",
    "Reference",
    "Replacement",
    "ServiceArea",
    "ServiceAreas",
    "ServiceParity",
    "SharedSites",
    "Site",
    "SiteYear",
    "StandardResult",
    "State",
    "StateArray",
    "Step",
    "Tally",
    "YearlySites",
    "Zones",
    "frozen",
    "tally",
    "worst",
]
