"""Go through an OpenStreetMap extract and pick out what the mapping names and the district needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import shapely

from planner.layers.deadline import check_time
from planner.layers.osm_areas import assemble, relation_area
from planner.layers.osm_divisions import Division, choose_level, cut_in, within
from planner.layers.osm_features import Features, Found, names
from planner.layers.osm_mapping import ServiceRule, TagMapping, Tags
from planner.layers.osm_roads import is_road, road_row
from planner.layers.osm_source import OsmSource, Relation, Way
from planner.layers.reading import Notes
from planner.layers.schema import Role

_BATCH = 20_000
"""How many objects are held before those outside the district are let go."""


@dataclass
class Collected:
    """What an extract holds of a district, object by object; facilities, lines and cut areas by service."""

    places: list[Found] = field(default_factory=list)
    roads: Features = field(default_factory=lambda: Features([], [], Notes("roads")))
    facilities: dict[str, list[Found]] = field(default_factory=dict)
    lines: dict[str, list[Found]] = field(default_factory=dict)
    open_areas: dict[str, list[str]] = field(default_factory=dict)
    zones: list[Found] = field(default_factory=list)
    zone_centres: set[int] = field(default_factory=set)
    buildings: list[Found] = field(default_factory=list)


def collect(
    source: OsmSource,
    rules: TagMapping,
    outline: Any | None,
    near: Any | None,
    progress: Callable[[float, str], None],
    own_level: str = "",
) -> Collected:
    """Return what an extract holds of a district.

    Parameters
    ----------
    source : OsmSource
    rules : TagMapping
    outline : shapely geometry or None
        Facilities and places inside it are taken; WGS 84. None takes all.
    near : shapely geometry or None
        Roads and lines that touch it are taken, whole.
    progress : callable
    own_level : str
        The district's own level among the administrative boundaries, where it is known.
    """
    collector = _Collector(rules, outline, near)
    progress(0.1, "relations")
    keys = rules.way_keys | rules.point_keys | rules.building_keys
    relations = [
        r
        for r in source.relations(keys)
        if collector.stands(r.tags) or rules.is_building(r.tags) or collector.bounds(r.tags)
    ]
    divisions = _divisions(source, rules, own_level)
    members = {ref for relation in (*relations, *divisions) for ref in (*relation.outer, *relation.inner)}
    progress(0.2, "lines")
    lines: dict[int, Any] = {}
    for batch in _batches(source.ways(rules.way_keys, collector.wanted, members)):
        collector.take_ways(batch)
        kept = [way for way in batch if way.id in members and way.complete and way.parts]
        lines.update(zip((w.id for w in kept), shapely.from_wkb([w.parts[0] for w in kept]), strict=True))
    collector.take_relations(relations, lines)
    collector.take_divisions(divisions, lines)
    progress(0.6, "points")
    for points in _batches(source.points(rules.point_keys)):
        collector.take_points(points)
    return collector.collected


def _divisions(source: OsmSource, rules: TagMapping, own_level: str) -> list[Relation]:
    """Return the boundaries that may part the district."""
    rule = rules.zones
    if rule is None:
        return []
    own = int(own_level) if own_level.isdigit() else 0
    levels = {level for level in rule.levels if int(level) > own}
    return [
        r
        for r in source.relations(rule.when.first_keys())
        if r.tags.get("admin_level") in levels and rule.when.holds(r.tags) and not rules.never.holds(r.tags)
    ]


def _batches(objects: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(objects, _BATCH)):
        check_time()
        yield batch


class _Collector:
    """Sorts objects by what the mapping makes of them, and drops those outside the district."""

    def __init__(self, rules: TagMapping, outline: Any | None, near: Any | None) -> None:
        self.rules = rules
        self.collected = Collected()
        self._outline, self._near = outline, near
        for area in (outline, near):
            if area is not None:
                shapely.prepare(area)

    def wanted(self, tags: Tags) -> bool:
        """Return whether a line with these tags becomes anything."""
        return not self.rules.never.holds(tags) and (
            self.rules.is_building(tags)
            or is_road(tags, self.rules.roads)
            or tags.get("place") in self.rules.places.kinds
            or any(rule.fits(tags) for rule in self.rules.services)
        )

    def stands(self, tags: Tags) -> bool:
        """Return whether a point or an area with these tags becomes anything."""
        if self.rules.never.holds(tags):
            return False
        return tags.get("place") in self.rules.places.kinds or any(True for _ in self._services(tags))

    def bounds(self, tags: Tags) -> bool:
        """Return whether the edge of an area with these tags is a line of a service, as a shore is."""
        return not self.rules.never.holds(tags) and any(True for _ in self._lines(tags))

    def take_ways(self, ways: list[Way]) -> None:
        """Take roads and lines near the district, and areas in it."""
        parts = [(way, text) for way in ways for text in way.parts]
        shapes = shapely.from_wkb([text for _, text in parts])
        touching = [True] * len(parts) if self._near is None else shapely.intersects(self._near, shapes)
        pieces: dict[int, tuple[Way, list[Any]]] = {}
        for (way, _), shape, touches in zip(parts, shapes, touching, strict=True):
            if touches:
                pieces.setdefault(way.id, (way, []))[1].append(shape)
        for way, lines in pieces.values():
            # Others came as members of a relation.
            if self.wanted(way.tags):
                self._take_way(way, lines)

    def take_relations(self, relations: list[Relation], lines: dict[int, Any]) -> None:
        """Take areas that are made of several lines, and lines that are the edge of such an area."""
        for relation in relations:
            if self.bounds(relation.tags):
                self._take_edge(relation, lines)
            if not self.stands(relation.tags) and not self.rules.is_building(relation.tags):
                continue
            area = relation_area(relation, lines)
            if area is not None:
                self._take_area(f"r{relation.id}", relation.tags, area)
                if self.rules.is_building(relation.tags):
                    self._take_building(f"r{relation.id}", relation.tags, area)
            elif any(self._touches(lines[ref]) for ref in relation.outer if ref in lines):
                for rule in self._services(relation.tags):
                    self.collected.open_areas.setdefault(rule.service, []).append(f"r{relation.id}")

    def _take_edge(self, relation: Relation, lines: dict[int, Any]) -> None:
        """Take what is known of the edge of an area, where it touches; it need not be closed to be in the way."""
        for rule in self._lines(relation.tags):
            taken = self.collected.lines.setdefault(rule.service, [])
            # A line with tags of its own has been taken by itself.
            alone = {found.id for found in taken}
            known = [
                ref for ref in (*relation.outer, *relation.inner) if ref in lines and f"w{ref}" not in alone
            ]
            edge = [lines[ref] for ref in known if self._touches(lines[ref])]
            if edge:
                shape = edge[0] if len(edge) == 1 else shapely.MultiLineString(edge)
                taken.append(Found(f"r{relation.id}", relation.tags, shape, rule.columns))

    def take_divisions(self, relations: list[Relation], lines: dict[int, Any]) -> None:
        """Take the parts of the district, of the one level that fits."""
        found: list[Division] = []
        for relation in relations:
            pieces = [lines[ref] for ref in relation.outer if ref in lines]
            # Of a whole country's boundaries most are far away: putting their areas together would take long.
            if any(self._touches(piece) for piece in pieces):
                found.append(Division(relation, relation_area(relation, lines)))
        rule = self.rules.zones
        level = None if rule is None else choose_level(found, rule.levels, self._outline)
        for division in found:
            relation = division.relation
            if relation.tags.get("admin_level") != level:
                continue
            self.collected.zone_centres.update(relation.centre)
            if within(division, self._outline):
                self.collected.zones.append(Found(f"r{relation.id}", relation.tags, division.area))
            elif division.area is None and cut_in(relation, lines, self._outline):
                self.collected.open_areas.setdefault("zones", []).append(f"r{relation.id}")

    def take_points(self, points: list[tuple[int, Tags, float, float]]) -> None:
        """Take points in the district."""
        standing = [point for point in points if self.stands(point[1])]
        shapes = shapely.points([lon for *_, lon, _ in standing], [lat for *_, lat in standing])
        for (number, tags, *_), shape in zip(standing, shapes, strict=True):
            self._take(f"n{number}", tags, shape, shape)

    def _take_way(self, way: Way, lines: list[Any]) -> None:
        osm_id, tags = f"w{way.id}", way.tags
        shape = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
        if is_road(tags, self.rules.roads):
            self._take_road(osm_id, way, shape)
        for rule in self._lines(tags):
            found = Found(osm_id, tags, shape, rule.columns)
            self.collected.lines.setdefault(rule.service, []).append(found)
        building = self.rules.is_building(tags)
        if building or self.stands(tags):
            area = assemble([shape], []) if way.closed and way.complete else None
            if area is not None and building:
                self._take_building(osm_id, tags, area)
        if self.stands(tags):
            # A bus platform may be drawn as a line: it stands where its middle is.
            middle = shapely.line_interpolate_point(lines[0], 0.5, normalized=True)
            self._take_area(osm_id, tags, middle if area is None else area)

    def _take_road(self, osm_id: str, way: Way, shape: Any) -> None:
        roads = self.collected.roads
        row = road_row(way.tags, self.rules.roads)
        if row is None:
            roads.note("osm_roads_closed", osm_id)
            return
        if not way.complete:
            roads.note("osm_lines_incomplete", osm_id)
        roads.rows.append({"id": osm_id, **names(way.tags), **row})
        roads.shapes.append(shape)

    def _touches(self, line: Any) -> bool:
        return self._near is None or bool(shapely.intersects(self._near, line))

    def _take_building(self, osm_id: str, tags: Tags, area: Any) -> None:
        if self._outline is None or shapely.covers(self._outline, shapely.point_on_surface(area)):
            self.collected.buildings.append(Found(osm_id, tags, area))

    def _take_area(self, osm_id: str, tags: Tags, area: Any) -> None:
        self._take(osm_id, tags, area, shapely.point_on_surface(area))

    def _take(self, osm_id: str, tags: Tags, shape: Any, point: Any) -> None:
        if self._outline is not None and not shapely.covers(self._outline, point):
            return
        if tags.get("place") in self.rules.places.kinds:
            self.collected.places.append(Found(osm_id, tags, shape))
        for rule in self._services(tags):
            found = Found(osm_id, tags, shape, rule.columns)
            self.collected.facilities.setdefault(rule.service, []).append(found)

    def _lines(self, tags: Tags) -> Iterator[ServiceRule]:
        return (r for r in self.rules.services if r.role is Role.LINES and r.fits(tags))

    def _services(self, tags: Tags) -> Iterator[ServiceRule]:
        return (r for r in self.rules.services if r.role is Role.FACILITIES and r.fits(tags))
