"""Many districts side by side: who is left without what in each, and how they keep up with one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.results.states import LACKING, State, Tally, tally
from planner.standards.model import Text, in_language

GROUPS = ("small", "other", "centre")
"""Settlements of a district: small ones, others, and its centre; each settlement is in exactly one group."""

TOGETHER = ""
"""All services together, where the name of a service is asked for."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Sums over people of the level of service x, out of which means and Theil's index follow.

    Attributes
    ----------
    people : float
        Of whom the level is known.
    good : float
        Sum of x over them.
    entropy : float
        Sum of x ln x over them.
    """

    people: float
    good: float
    entropy: float

    @property
    def mean(self) -> float | None:
        """Level of service by people, 0 to 1; None where nothing is known."""
        return self.good / self.people if self.people > 0 else None


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """One service in one district, under all its standards together (the worst state that applies).

    Attributes
    ----------
    service : str
    people : mapping of str to mapping of str to float
        By group of :data:`GROUPS`, then by the label of the state: all seven.
    low, high : float or None
        Bounds of the share covered between which nine draws of ten lie; None where there is no doubt.
    places_in_gap : int
    proxy, modelled : bool
        One of its standards is foreign; one of the layers it rests on is modelled.
    level : mapping of str to Spread
        By group; only where the level can be measured.
    """

    service: str
    people: Mapping[str, Mapping[str, float]]
    low: float | None
    high: float | None
    places_in_gap: int
    proxy: bool
    modelled: bool
    level: Mapping[str, Spread]

    def tally(self, *groups: str) -> Tally:
        """Return people by state, of the groups named or of all."""
        chosen = [self.people[g] for g in groups or GROUPS]
        return tally({s: sum(each[s.label] for each in chosen) for s in State}, None)

    @property
    def share_covered(self) -> float | None:
        """Covered people as a share of those whose state is known; None where no state is known."""
        return self.tally().share_covered


@dataclass(frozen=True, slots=True)
class ReferenceParity:
    """How a district's settlements keep up with one reference place, by people.

    Attributes
    ----------
    kind : str
        One of :data:`planner.results.REFERENCE_KINDS`.
    name : mapping of str to str
    modelled : bool
    mean : mapping of str to float
        Composite parity by group, 0 to 1; groups of which nothing is known are absent.
    """

    kind: str
    name: Text
    modelled: bool
    mean: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """What a district adds to a comparison of many; everything in it follows from its workspace alone.

    Attributes
    ----------
    id : str
        Name of its workspace, without folder and ending.
    location : str
        Of its workspace, as people may see it.
    key : str
        Digest of what the figures were made from: layers, standards, version of the program, what counts as small.
    name : mapping of str to str
    jurisdiction : str
    people : float
    places : int
    small_places : int
        How many of them are small settlements.
    centre : mapping
        ``id``, ``name`` by language, ``people``, ``lon`` and ``lat`` (None where it is not located), ``named``.
    outline : mapping or None
        GeoJSON geometry in WGS 84, simplified for drawing.
    services : tuple of ServiceFigures
    level : mapping of str to Spread
        Of all services together, by group.
    parity : tuple of ReferenceParity
    standards : tuple of mapping
        A row for each standard, as ``planner assess --json`` prints it.
    remarks : tuple of (str, mapping)
    manifest : mapping
        Of the assessment, without its times.
    """

    id: str
    location: str
    key: str
    name: Text
    jurisdiction: str
    people: float
    places: int
    small_places: int
    centre: Mapping[str, Any]
    outline: Mapping[str, Any] | None
    services: tuple[ServiceFigures, ...]
    level: Mapping[str, Spread]
    parity: tuple[ReferenceParity, ...]
    standards: tuple[Mapping[str, Any], ...]
    remarks: tuple[tuple[str, Mapping[str, Any]], ...]
    manifest: Mapping[str, Any]

    def service(self, service: str) -> ServiceFigures | None:
        """Return the figures of a service, None where it was not assessed here."""
        return next((s for s in self.services if s.service == service), None)

    def mean_level(self, service: str = TOGETHER) -> float | None:
        """Return the level of a service by people, or of all services together; None where it is unknown."""
        found = self.service(service) if service else None
        if service and found is None:
            return None
        return joined((found.level if found else self.level).values()).mean


@dataclass(frozen=True, slots=True)
class Failure:
    """A district that could not be assessed, and why: a message template, what to do next, their values."""

    id: str
    location: str
    message: str
    fix: str
    values: Mapping[str, Any]

    def text(self) -> str:
        """Return the reason in English."""
        return f"{self.message} {self.fix}".strip().format(**self.values)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A district's place among the others: the worst off first.

    Attributes
    ----------
    id : str
    rank : int or None
        From 1; equals share a rank. None where nothing is known of it.
    value : float or None
        Share covered of a service, or level of all services together, 0 to 1.
    low, high : float or None
        Bounds of the value where there is doubt about it; the value itself elsewhere.
    earliest, latest : int or None
        Ranks between which it may lie as far as the bounds tell.
    against_country : float or None
        Its level of service over that of all districts together, at most 1.
    """

    id: str
    rank: int | None
    value: float | None
    low: float | None
    high: float | None
    earliest: int | None
    latest: int | None
    against_country: float | None


@dataclass(frozen=True, slots=True)
class Between:
    """How evenly a level of service is spread between districts.

    Attributes
    ----------
    service : str
        Or :data:`TOGETHER`.
    people : float
        Of whom the level is known.
    mean : float or None
        Of all people.
    lowest, highest : str or None
        Districts.
    gini : float or None
        Between districts, each person counted with the mean of their district.
    theil, theil_between, theil_within : float or None
        Of all people, and its parts between districts and within them.
    """

    service: str
    people: float
    mean: float | None
    lowest: str | None
    highest: str | None
    gini: float | None
    theil: float | None
    theil_between: float | None
    theil_within: float | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A service in one group of settlements of all districts together.

    Attributes
    ----------
    service : str
        Or :data:`TOGETHER`, which has no tally.
    group : str
        One of :data:`GROUPS`, ``regional_centre`` or ``capital``.
    tally : Tally or None
    level : float or None
        By people, 0 to 1.
    """

    service: str
    group: str
    tally: Tally | None
    level: float | None


@dataclass(frozen=True)
class Districts:
    """Many districts compared.

    Attributes
    ----------
    small_below : float
        A settlement with fewer people, other than the district's centre, is a small one.
    districts : tuple of DistrictFigures
        By id.
    failures : tuple of Failure
        By id.
    roles, regions : mapping of str to str
        By district: ``regional_centre`` or ``capital`` where its centre is one; its region. Only those that are known.
    names : mapping of str to mapping
        Of services, by language, in the order of the catalogue.
    ranking : mapping of str to tuple of Ranked
        By service, and of all services together.
    between : tuple of Between
        All services together first.
    groups : tuple of GroupRow
    remarks : tuple of (str, mapping)
    manifest : mapping
        Version of the program, what counts as small, the districts with the digests of what they were made from.
    """

    small_below: float
    districts: tuple[DistrictFigures, ...]
    failures: tuple[Failure, ...]
    roles: Mapping[str, str]
    regions: Mapping[str, str]
    names: Mapping[str, Text]
    ranking: Mapping[str, tuple[Ranked, ...]]
    between: tuple[Between, ...]
    groups: tuple[GroupRow, ...]
    remarks: tuple[tuple[str, Mapping[str, object]], ...]
    manifest: Mapping[str, Any]

    @property
    def people(self) -> float:
        """People of all districts that were assessed."""
        return sum(d.people for d in self.districts)

    def district(self, id: str) -> DistrictFigures:
        """Return a district; raises KeyError where it was not assessed."""
        found = next((d for d in self.districts if d.id == id), None)
        if found is None:
            raise KeyError(id)
        return found

    def name(self, id: str, language: str) -> str:
        """Return a district's name in a language, with its id where another bears the same name."""
        name = in_language(self.district(id).name, language)
        alike = sum(in_language(d.name, language) == name for d in self.districts)
        return name if alike == 1 else f"{name} ({id})"

    def parity_of(self, group: str, kind: str) -> tuple[float | None, float]:
        """Return the parity of a group of settlements with a kind of reference place, by people; and of how many."""
        known = [
            (reference.mean[group], district.level[group].people)
            for district in self.districts
            for reference in district.parity
            if reference.kind == kind and group in reference.mean
        ]
        people = sum(p for _, p in known)
        return (sum(m * p for m, p in known) / people if people > 0 else None), people


def joined(spreads: Any) -> Spread:
    """Return the sums of several groups of people together."""
    parts = list(spreads)
    return Spread(*(sum(getattr(p, name) for p in parts) for name in ("people", "good", "entropy")))


def lacking(people: Mapping[str, float]) -> float:
    """Return the people known to be without a service, out of people by the label of their state."""
    return sum(people[s.label] for s in LACKING)
