"""Which tags of OpenStreetMap become what: the mapping as data, read from YAML and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from planner.errors import InputError
from planner.layers.schema import Role
from planner.standards.plain import read_plain

Tags = Mapping[str, str]
ANY = "*"

_SERVICE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LARGEST = 1_000_000
_WAY_TO_MEND = (
    "Correct it; the mapping that comes with the program, planner/layers/osm_mapping.yaml, shows how."
)


@dataclass(frozen=True)
class Condition:
    """Alternatives, each of which asks for tags; it holds where one of them does."""

    alternatives: tuple[Mapping[str, frozenset[str]], ...] = ()

    def holds(self, tags: Tags) -> bool:
        """Return whether an object with these tags fits."""
        # Most objects have none of the keys; this is asked millions of times.
        if self._keys.isdisjoint(tags):
            return False
        return any(
            all(key in tags and _fits(tags[key], values) for key, values in wanted.items())
            for wanted in self.alternatives
        )

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(self.first_keys())

    def first_keys(self) -> tuple[str, ...]:
        """Return a key of each alternative without which it cannot hold."""
        return tuple(next(iter(wanted)) for wanted in self.alternatives)


@dataclass(frozen=True)
class ServiceRule:
    """What becomes a facility or a line of a service; `columns` gives the tag of each further column."""

    service: str
    role: Role
    when: Condition
    unless: Condition
    columns: Mapping[str, str]

    def fits(self, tags: Tags) -> bool:
        """Return whether an object with these tags is of the service."""
        return self.when.holds(tags) and not self.unless.holds(tags)


@dataclass(frozen=True)
class RoadRule:
    """What becomes a road, and how its tags are read; see the mapping file for each of them."""

    classes: Mapping[str, str]
    unless: Condition
    cars: tuple[str, ...]
    walkers: tuple[str, ...]
    closed: frozenset[str]
    walkers_class: str
    surfaces: Mapping[str, str]
    by_tracktype: Mapping[str, str]
    by_class: Mapping[str, str]
    speeds: Mapping[str, float]
    oneway_junctions: frozenset[str]
    oneway_classes: frozenset[str]


@dataclass(frozen=True)
class PlaceRule:
    """What becomes a settlement, and of which kind."""

    kinds: Mapping[str, str]
    refined: tuple[tuple[str, Condition], ...]
    population: tuple[str, ...]


@dataclass(frozen=True)
class ZoneRule:
    """Which boundaries part a district, and at which of their levels to look, the first that is there."""

    when: Condition
    levels: tuple[str, ...]


@dataclass(frozen=True)
class BuildingRule:
    """What becomes a building, and in which of them nobody lives."""

    when: Condition
    not_homes: Condition
    columns: Mapping[str, str]


@dataclass(frozen=True)
class TagMapping:
    """The whole mapping; without a rule there are no zones, or no buildings."""

    never: Condition
    roads: RoadRule
    places: PlaceRule
    services: tuple[ServiceRule, ...]
    zones: ZoneRule | None = None
    buildings: BuildingRule | None = None

    @cached_property
    def point_keys(self) -> frozenset[str]:
        """Keys of which a point has to have one to become anything."""
        return frozenset({"place"}) | self._keys(Role.FACILITIES)

    @cached_property
    def way_keys(self) -> frozenset[str]:
        """Keys of which a line or an area has to have one to become anything."""
        return self.point_keys | {"highway"} | self._keys(Role.LINES) | self.building_keys

    @cached_property
    def building_keys(self) -> frozenset[str]:
        """Keys of which a building has one."""
        return frozenset() if self.buildings is None else frozenset(self.buildings.when.first_keys())

    def is_building(self, tags: Tags) -> bool:
        """Return whether an area with these tags is a building."""
        return self.buildings is not None and self.buildings.when.holds(tags)

    def _keys(self, role: Role) -> frozenset[str]:
        return frozenset(key for rule in self.services if rule.role is role for key in rule.when.first_keys())


def read_mapping(path: Path | None = None) -> TagMapping:
    """Read a mapping.

    Parameters
    ----------
    path : pathlib.Path, optional
        The planner's own file; without it, the mapping that comes with the program.

    Raises
    ------
    InputError
        If the file cannot be read or something in it is not as it has to be; it says what and where.
    """
    if path is None:
        text = (resources.files("planner.layers") / "osm_mapping.yaml").read_text("utf-8")
        return _Document("osm_mapping.yaml").mapping(yaml.safe_load(text))
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError("{name} is too large for a mapping of tags.", _WAY_TO_MEND, name=path.name)
        document = read_plain(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            "The mapping {name} cannot be read ({reason}).", _WAY_TO_MEND, name=path.name, reason=reason
        ) from error
    return _Document(path.name).mapping(document)


class _Document:
    """Reads the parts of a mapping and says where one is not as it has to be."""

    def __init__(self, name: str) -> None:
        self.name = name

    def mapping(self, document: object) -> TagMapping:
        top = self.keys(document, "", ("never", "roads", "places", "zones", "buildings", "services"))
        services = top.get("services") or []
        if not isinstance(services, list):
            raise self.unfit("services", "a list")
        rules = [self.service(entry, f"services[{i}]") for i, entry in enumerate(services)]
        return TagMapping(
            self.condition(top.get("never"), "never"),
            self.roads(top.get("roads") or {}),
            self.places(top.get("places") or {}),
            tuple(rule for rule in rules if rule is not None),
            self.zones(top.get("zones")),
            self.buildings(top.get("buildings")),
        )

    def zones(self, value: object) -> ZoneRule | None:
        if value is None:
            return None
        top = self.keys(value, "zones", ("when", "levels"))
        levels = self.texts(top.get("levels"), "zones.levels")
        if not all(level.isdigit() for level in levels):
            raise self.unfit("zones.levels", "numbers")
        return ZoneRule(self.asked(top, "zones"), levels)

    def buildings(self, value: object) -> BuildingRule | None:
        if value is None:
            return None
        top = self.keys(value, "buildings", ("when", "not_homes", "columns", "enabled"))
        rule = BuildingRule(
            self.asked(top, "buildings"),
            self.condition(top.get("not_homes"), "buildings.not_homes"),
            self.pairs(top.get("columns"), "buildings.columns"),
        )
        return rule if self.switch(top, "buildings") else None

    def asked(self, told: Mapping[str, Any], where: str) -> Condition:
        when = self.condition(told.get("when"), f"{where}.when")
        if not when.alternatives:
            raise self.unfit(f"{where}.when", "tags with their values")
        return when

    def switch(self, told: Mapping[str, Any], where: str) -> bool:
        enabled = told.get("enabled", True)
        if not isinstance(enabled, bool):
            raise self.unfit(f"{where}.enabled", "true or false")
        return enabled

    def roads(self, value: object) -> RoadRule:
        top = self.keys(value, "roads", ("classes", "unless", "access", "surface", "speed_kmh", "oneway"))
        access = self.keys(
            top.get("access") or {}, "roads.access", ("cars", "walkers", "closed", "walkers_class")
        )
        surface = self.keys(
            top.get("surface") or {}, "roads.surface", ("paved", "unpaved", "by_tracktype", "by_class")
        )
        oneway = self.keys(top.get("oneway") or {}, "roads.oneway", ("junctions", "classes"))
        kinds = {
            kind: self.texts(surface.get(kind), f"roads.surface.{kind}") for kind in ("paved", "unpaved")
        }
        return RoadRule(
            classes=self.pairs(top.get("classes"), "roads.classes"),
            unless=self.condition(top.get("unless"), "roads.unless"),
            cars=self.texts(access.get("cars"), "roads.access.cars"),
            walkers=self.texts(access.get("walkers"), "roads.access.walkers"),
            closed=frozenset(self.texts(access.get("closed"), "roads.access.closed")),
            walkers_class=self.text(access.get("walkers_class", "path"), "roads.access.walkers_class"),
            surfaces={value: kind for kind, values in kinds.items() for value in values},
            by_tracktype=self.pairs(surface.get("by_tracktype"), "roads.surface.by_tracktype"),
            by_class=self.pairs(surface.get("by_class"), "roads.surface.by_class"),
            speeds=self.speeds(top.get("speed_kmh")),
            oneway_junctions=frozenset(self.texts(oneway.get("junctions"), "roads.oneway.junctions")),
            oneway_classes=frozenset(self.texts(oneway.get("classes"), "roads.oneway.classes")),
        )

    def places(self, value: object) -> PlaceRule:
        top = self.keys(value, "places", ("kinds", "refined", "population"))
        refined = top.get("refined") or []
        if not isinstance(refined, list):
            raise self.unfit("places.refined", "a list")
        kinds = []
        for i, entry in enumerate(refined):
            where = f"places.refined[{i}]"
            told = self.keys(entry, where, ("kind", "when"))
            kinds.append(
                (self.text(told.get("kind"), f"{where}.kind"), self.condition(told.get("when"), where))
            )
        population = self.texts(top.get("population", ["population"]), "places.population")
        return PlaceRule(self.pairs(top.get("kinds"), "places.kinds"), tuple(kinds), population)

    def service(self, entry: object, where: str) -> ServiceRule | None:
        told = self.keys(entry, where, ("service", "role", "when", "unless", "columns", "enabled"))
        service = self.text(told.get("service"), f"{where}.service")
        if not _SERVICE.fullmatch(service):
            raise self.unfit(f"{where}.service", "small Latin letters, digits and underscores")
        role = told.get("role", "facilities")
        if role not in ("facilities", "lines"):
            raise self.unfit(f"{where}.role", "facilities or lines")
        enabled = self.switch(told, where)
        rule = ServiceRule(
            service, Role(role), self.asked(told, where), self.condition(told.get("unless"), f"{where}.unless"),
            self.pairs(told.get("columns"), f"{where}.columns"),
        )  # fmt: skip
        return rule if enabled else None

    def condition(self, value: object, where: str) -> Condition:
        alternatives = value if isinstance(value, list) else [] if value is None else [value]
        read = []
        for entry in alternatives:
            if not isinstance(entry, dict) or not entry:
                raise self.unfit(where, "tags with their values")
            read.append(
                {
                    self.text(key, where): frozenset(self.texts(values, f"{where}.{key}"))
                    for key, values in entry.items()
                }
            )
        return Condition(tuple(read))

    def keys(self, value: object, where: str, known: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InputError(
                "{name}: {where} has to be a section with the keys {known}.",
                _WAY_TO_MEND, name=self.name, where=where or self.name, known=", ".join(known),
            )  # fmt: skip
        for key in value:
            if key not in known:
                raise InputError(
                    "{name}: {where} has no key {key}; known are: {known}.",
                    _WAY_TO_MEND, name=self.name, where=where or self.name, key=repr(key), known=", ".join(known),
                )  # fmt: skip
        return value

    def pairs(self, value: object, where: str) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.unfit(where, "pairs of texts")
        return {self.text(key, where): self.text(given, f"{where}.{key}") for key, given in value.items()}

    def speeds(self, value: object) -> dict[str, float]:
        where = "roads.speed_kmh"
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.unfit(where, "names with speeds")
        for key, given in value.items():
            if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given <= 200:
                raise self.unfit(f"{where}.{key}", "a number of km/h from 1 to 200")
        return {str(key): float(given) for key, given in value.items()}

    def texts(self, value: object, where: str) -> tuple[str, ...]:
        if value is None:
            return ()
        return tuple(self.text(each, where) for each in (value if isinstance(value, list) else [value]))

    def text(self, value: object, where: str) -> str:
        if value is True or value is False:
            # YAML takes a bare yes or no for a truth value; OSM writes these words.
            return "yes" if value else "no"
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str) or not value.strip():
            raise self.unfit(where, "a text")
        return value

    def unfit(self, where: str, expected: str) -> InputError:
        """Return the error of a place where something else stands than the words of `expected` say."""
        return InputError(
            "{name}: {where} has to be {expected}.",
            _WAY_TO_MEND, name=self.name, where=where, expected=expected,
        )  # fmt: skip


def _fits(value: str, wanted: frozenset[str]) -> bool:
    if ANY in wanted:
        return value != "no"
    return value in wanted or (";" in value and any(part.strip() in wanted for part in value.split(";")))
