"""A service standard: threshold, indicator, area type and legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LANGUAGES = ("ru", "be", "en")

LAYERS = (
    "connectivity",
    "post",
    "utilities",
    "health",
    "education",
    "trade",
    "leisure",
    "transport",
    "emergency",
    "planning",
)

AREA_TYPES = ("urban", "agrotown", "village")
"""The area type of a place; in a standard, ``rural`` stands for agrotown and village together."""

CONFIDENCES = ("read", "secondary", "not_found")

KINDS = ("norm", "policy_target", "concept", "indicator")


class Indicator(StrEnum):
    """What is measured for each place."""

    TRAVEL_TIME = "travel_time"
    TRAVEL_DISTANCE = "travel_distance"
    STRAIGHT_DISTANCE = "straight_distance"
    WITHIN_AREA = "within_area"
    DISTANCE_TO_LINE = "distance_to_line"
    SETTLEMENT_VALUE = "settlement_value"
    NEAREST_VALUE = "nearest_value"
    FACILITIES_PER_PEOPLE = "facilities_per_people"
    CAPACITY_PER_PEOPLE = "capacity_per_people"


Text = Mapping[str, str]
"""A text by language code (``ru``, ``be``, ``en``); ``en`` is always present."""


def in_language(text: Text, language: str) -> str:
    """Return a text in a language, or in English where it has not been translated."""
    return text.get(language) or text["en"]


@dataclass(frozen=True, slots=True)
class AreaRule:
    """Which places a standard addresses.

    Attributes
    ----------
    types : tuple of str
        Area types (see :data:`AREA_TYPES`); empty means all.
    population_from, population_to : float or None
        Bounds on the place's population: from, inclusive; to, exclusive.
    council_centre : bool or None
        Only centres of rural councils (True), only other places (False), or both (None).
    """

    types: tuple[str, ...] = ()
    population_from: float | None = None
    population_to: float | None = None
    council_centre: bool | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a standard is measured on the layers of a district.

    Attributes
    ----------
    indicator : Indicator
    threshold : float
        In `unit`.
    unit : str
        ``min`` for travel time; ``m`` for distances; the attribute's own unit for values; ``people`` or, said
        more closely, ``people/physician`` for the indicators per people; empty for ``within_area``.
    comparator : str
        ``<=`` or ``>=``: what the measured value has to be against the threshold.
    sources : tuple of str
        The services whose layers supply it (several are taken together); ``roads`` stands for the road layer.
    mode : str or None
        ``walk``, ``cycle``, ``car`` or ``bus`` (walking and riding), for indicators over the network.
    attribute : str or None
        The column that holds the value, for ``settlement_value``, ``nearest_value``, ``capacity_per_people``.
    reach_m : float or None
        For ``nearest_value`` the farthest (along the network, by `mode`) that a facility counts for the
        place.
    where : mapping
        Only features whose column has one of the values, for example ``{"surface": ("paved",)}``.
    scope : str
        ``district`` or ``zone``: over which area people and facilities are added up, for indicators per
        people.
    per : float
        For indicators per people with ``>=``: so many people (``2 facilities per 10,000`` has per 10,000).
        For ``<=`` (people per facility at most) it is 1.
    from_facility : bool
        The way is measured from the facility to the place (ambulance, fire engine), not to it.
    assumption : mapping of str to str
        What the planner assumed to make the act measurable, by language; empty where nothing was assumed.
    """

    indicator: Indicator
    threshold: float
    unit: str
    comparator: str
    sources: tuple[str, ...]
    mode: str | None = None
    attribute: str | None = None
    reach_m: float | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: str = "district"
    per: float = 1.0
    from_facility: bool = False
    assumption: Text = field(default_factory=dict)

    @property
    def of_district(self) -> bool:
        """Whether the people of the district are set against its facilities; neighbours' are for their own people."""
        per_people = (Indicator.FACILITIES_PER_PEOPLE, Indicator.CAPACITY_PER_PEOPLE)
        return self.indicator in per_people and self.scope == "district"


@dataclass(frozen=True, slots=True)
class Standard:
    """What people are owed, by which act.

    Attributes
    ----------
    id : str
        Unique over all catalogues.
    jurisdiction : str
        ``BY``, ``RU``, … or ``INT``.
    layer : str
        One of :data:`LAYERS`.
    service : str
        Identifier of the service, a key of the services list.
    title : mapping of str to str
        What the standard says, in a line, by language.
    measure : Measure or None
        None where the value is not known, or where map layers cannot measure it.
    area : AreaRule
    target_share : float or None
        Share of the people addressed (0 to 1) that has to be covered; None means all of them.
    legal_basis : mapping of str to str
    clause, url : str
    status : str
        ``current``, or ``historic (…)``.
    confidence : str
        ``read``, ``secondary`` or ``not_found`` (a real standard whose value is not loaded).
    kind : str
        ``norm``, ``policy_target``, ``concept`` or ``indicator``.
    note : str
    not_measured : mapping of str to str
        Why the standard has no measure although its value is known, by language; empty where it has one.
    """

    id: str
    jurisdiction: str
    layer: str
    service: str
    title: Text
    measure: Measure | None
    area: AreaRule
    target_share: float | None
    legal_basis: Text
    clause: str
    url: str
    status: str
    confidence: str
    kind: str
    note: str
    not_measured: Text = field(default_factory=dict)

    @property
    def value_loaded(self) -> bool:
        """Whether the standard's value is known."""
        return self.confidence != "not_found"

    def is_proxy(self, jurisdiction: str) -> bool:
        """Whether the standard is foreign to a district of this jurisdiction, and stands in as a proxy."""
        return self.jurisdiction != jurisdiction


@dataclass(frozen=True, slots=True)
class Service:
    """What people use, and what the places are called that give it.

    Attributes
    ----------
    id : str
    layer : str
        One of :data:`LAYERS`.
    name : mapping of str to str
        The service, by language: "Post offices".
    facility : mapping of str to str
        One service point, by language: "post office"; empty where the service has no points.
    """

    id: str
    layer: str
    name: Text
    facility: Text = field(default_factory=dict)
