"""The sample's assessment worked out a second time, from its files, in plain Python over networkx, shapely and pyproj.

Nothing of the planner's own reading, projecting, noding, snapping, searching or judging is used: a node stands at every
vertex of a road, lengths are geodesic, and what is near to a place is looked for on an azimuthal equidistant plane
around that very place.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
import yaml
from pyproj import Geod, Proj
from shapely.geometry import shape

Floats = npt.NDArray[np.float64]
Properties = dict[str, Any]

_GEOD = Geod(ellps="WGS84")
_UNPAVED_WORDS = {"unpaved", "gravel", "ground", "sand", "dirt", "compacted", "earth", "grass"}
_AREA_TYPE = {"town": "urban", "urban settlement": "urban", "agrotown": "agrotown"}
_FARTHEST_FROM_ROAD_M = 2000.0
_RECORD_REACH_M = 1000.0


@dataclass(frozen=True)
class Feature:
    """A feature of a GeoJSON file; `at` is longitude and latitude, or None."""

    properties: Properties
    geometry: Any

    @property
    def at(self) -> tuple[float, float] | None:
        """Longitude and latitude of a point."""
        return None if self.geometry is None else (self.geometry.x, self.geometry.y)


@dataclass(frozen=True)
class Verdict:
    """What a standard says of a place."""

    state: str
    cost: float | None = None
    shortfall: float | None = None


class Sample:
    """The sample district, read from its files.

    Parameters
    ----------
    data : pathlib.Path
        The folder ``data/geo``.
    catalogues : pathlib.Path
        The folder of the catalogue's YAML files.
    season : str
    """

    def __init__(self, data: Path, catalogues: Path, season: str = "dry") -> None:
        self.season = season
        listing = yaml.safe_load((data / "sample.yaml").read_text("utf-8"))["layers"]
        self.layers = {(e["role"], e["service"]): _features(data / e["file"]) for e in listing}
        self.places = self.layers["demand", None]
        self.speeds = yaml.safe_load((catalogues.parents[1] / "network" / "speeds.yaml").read_text("utf-8"))
        self.standards: dict[str, dict[str, Any]] = {}
        for path in sorted(catalogues.glob("*.yaml")):
            for entry in yaml.safe_load(path.read_text("utf-8")).get("standards", []):
                self.standards[entry["id"]] = entry
        sets = yaml.safe_load((catalogues / "sets.yaml").read_text("utf-8"))["sets"]
        self.in_force: list[str] = sets["BY"]["in_force"]
        self._roads: dict[str, _Roads] = {}
        self._verdicts: dict[str, list[Verdict]] = {}

    def verdicts(self, standard_id: str) -> list[Verdict]:
        """Return what a standard says of every place, in the order of the demand file."""
        if standard_id not in self._verdicts:
            self._verdicts[standard_id] = self._work_out(standard_id)
        return self._verdicts[standard_id]

    def _work_out(self, standard_id: str) -> list[Verdict]:
        standard = self.standards[standard_id]
        measure = standard["measure"]
        applies = [self._addressed(place, standard.get("area") or {}) for place in self.places]
        how: dict[str, Callable[[dict[str, Any], list[bool]], list[Verdict]]] = {
            "travel_time": self._travel,
            "travel_distance": self._travel,
            "nearest_value": self._travel,
            "straight_distance": self._straight,
            "within_area": self._within_area,
            "distance_to_line": self._to_line,
            "settlement_value": self._settlement_value,
            "capacity_per_people": self._capacity,
            "facilities_per_people": self._capacity,
        }
        found = how[measure["indicator"]](measure, applies)
        final = []
        for place, addressed, verdict in zip(self.places, applies, found, strict=True):
            state = "not_located" if place.geometry is None else verdict.state
            final.append(verdict if addressed and place.geometry is not None else Verdict(
                state if addressed else "not_applicable"))  # fmt: skip
        return final

    def _addressed(self, place: Feature, rule: dict[str, Any]) -> bool:
        kind, people = place.properties["kind"], place.properties["population"]
        types = set(rule.get("types", ()))
        if "rural" in types:
            types |= {"agrotown", "village"}
        return (
            (not types or _AREA_TYPE.get(kind, "village") in types)
            and people >= rule.get("population_from", 0)
            and people < rule.get("population_to", math.inf)
            and rule.get("council_centre") in (None, bool(place.properties["council_centre"]))
        )

    def _sources(self, role: str, measure: dict[str, Any]) -> list[Feature]:
        where = measure.get("where", {})
        return [
            feature
            for service in measure["sources"]
            for feature in self.layers.get((role, service), [])
            if all(feature.properties.get(column) in wanted for column, wanted in where.items())
        ]

    def _travel(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        facilities = self._sources("facilities", measure)
        roads = self._roads_of(measure["mode"])
        by_time = measure["indicator"] == "travel_time"
        costs = roads.costs(
            facilities, "seconds" if by_time else "metres", measure.get("from_facility", False)
        )
        verdicts = []
        for place, found in zip(self.places, costs, strict=True):
            if not roads.connected(place):
                verdicts.append(Verdict("not_connected"))
            elif found is None:
                verdicts.append(Verdict("unreachable", math.inf))
            else:
                cost, facility = found
                if measure["indicator"] == "nearest_value":
                    near = cost <= measure["reach_m"]
                    value = facility.properties.get(measure["attribute"]) if near else 0
                    if value is None:
                        verdicts.append(Verdict("no_data"))
                        continue
                else:
                    value = cost / 60 if by_time else cost
                verdicts.append(_judged(value, measure))
        return verdicts

    def _roads_of(self, mode: str) -> _Roads:
        if mode not in self._roads:
            self._roads[mode] = _Roads(self, mode)
        return self._roads[mode]

    def _straight(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        there = np.array([f.at for f in self._sources("facilities", measure) if f.at is not None])
        verdicts = []
        for place in self.places:
            at = np.full_like(there, place.at or (0.0, 0.0))
            metres = _GEOD.inv(at[:, 0], at[:, 1], there[:, 0], there[:, 1])[2]
            verdicts.append(_judged(float(metres.min()), measure))
        return verdicts

    def _within_area(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        areas = shapely.STRtree([area.geometry for area in self._sources("service-area", measure)])
        return [
            Verdict("covered" if place.geometry and areas.query(place.geometry, "intersects").size else "gap")
            for place in self.places
        ]

    def _to_line(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        lines = self._sources("lines", measure)
        if "roads" in measure["sources"]:
            lines = [f for f in self.layers["roads", None] if f.properties["surface"] not in _UNPAVED_WORDS]
        segments = _Segments(lines)
        return [_judged(segments.nearest(p.at)[0], measure) if p.at else Verdict("") for p in self.places]

    def _settlement_value(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        records = self._sources("facilities", measure)
        areas = self._sources("service-area", measure)
        verdicts = []
        for place in self.places:
            values = [
                record.properties.get(measure["attribute"])
                for record in records
                if record.properties["place_id"] == place.properties["id"]
            ]
            if areas and place.geometry is not None:
                inside = [a for a in areas if a.geometry.intersects(place.geometry)]
                values += [a.properties.get(measure["attribute"]) for a in inside] or [0]
            known = [value for value in values if value is not None]
            verdicts.append(_judged(max(known), measure) if known else Verdict("no_data"))
        return verdicts

    def _capacity(self, measure: dict[str, Any], applies: list[bool]) -> list[Verdict]:
        given = sum(f.properties[measure["attribute"]] for f in self._sources("facilities", measure))
        people = sum(p.properties["population"] for p, on in zip(self.places, applies, strict=True) if on)
        return [_judged(people / given, measure) for _ in self.places]


def _features(path: Path) -> list[Feature]:
    collection = json.loads(path.read_text("utf-8"))
    return [
        Feature(f["properties"], shape(f["geometry"]) if f["geometry"] else None)
        for f in collection["features"]
    ]


def _judged(value: float, measure: dict[str, Any]) -> Verdict:
    threshold = measure["threshold"]
    lacking = threshold - value if measure.get("comparator", "<=") == ">=" else value - threshold
    return Verdict("gap", value, lacking) if lacking > 0 else Verdict("covered", value, 0.0)


class _Segments:
    """The straight pieces of lines, and which of them is nearest to a position."""

    def __init__(self, lines: list[Feature]) -> None:
        pieces = [
            (a, b, line.properties)
            for line in lines
            for part in shapely.get_parts(line.geometry)
            for a, b in _pairs(list(part.coords))
            if a != b
        ]
        self.properties = [properties for _, _, properties in pieces]
        self.ends = np.array([[a, b] for a, b, _ in pieces], dtype=np.float64)

    def nearest(self, at: tuple[float, float]) -> tuple[float, int, float]:
        """Return distance in metres, the piece, and how far along it (0 to 1) its nearest point is."""
        near = self._around(at)
        found = self._nearest_of(near, at)
        # Pieces outside the window are farther than its half-width of about 3 km; beyond that all have to be looked at.
        return found if found[0] < 3000.0 else self._nearest_of(np.arange(len(self.ends)), at)

    def _around(self, at: tuple[float, float]) -> npt.NDArray[np.int64]:
        low, high = self.ends.min(axis=1), self.ends.max(axis=1)
        window = np.array([0.05, 0.03])
        return np.flatnonzero(((low <= at + window) & (high >= at - window)).all(axis=1))

    def _nearest_of(self, pieces: npt.NDArray[np.int64], at: tuple[float, float]) -> tuple[float, int, float]:
        if not pieces.size:
            return math.inf, -1, 0.0
        plane = Proj(proj="aeqd", lon_0=at[0], lat_0=at[1], ellps="WGS84")
        east, north = plane(self.ends[pieces, :, 0], self.ends[pieces, :, 1])
        start, step = (
            np.stack([east[:, 0], north[:, 0]]),
            np.stack([np.diff(east)[:, 0], np.diff(north)[:, 0]]),
        )
        along = np.clip(-(start * step).sum(axis=0) / (step**2).sum(axis=0), 0.0, 1.0)
        distance = np.hypot(*(start + along * step))
        best = int(np.argmin(distance))
        return float(distance[best]), int(pieces[best]), float(along[best])


def _pairs(coordinates: list[tuple[float, ...]]) -> Iterator[tuple[tuple[float, ...], tuple[float, ...]]]:
    return itertools.pairwise(coordinates)


def _hanging_together(roads: list[Feature]) -> list[Feature]:
    """Return the roads of the connected part with the greatest length; closed roads may have cut off others."""
    graph: nx.Graph[Any] = nx.Graph()
    for number, road in enumerate(roads):
        graph.add_edges_from((("road", number), tuple(at)) for at in road.geometry.coords)
    parts = [[node[1] for node in part if node[0] == "road"] for part in nx.connected_components(graph)]
    lengths = [sum(_GEOD.geometry_length(roads[n].geometry) for n in part) for part in parts]
    return [roads[n] for n in sorted(parts[lengths.index(max(lengths))])]


class _Roads:
    """The roads that a mode may use as a graph with a node at every vertex, places and facilities joined to it."""

    def __init__(self, sample: Sample, mode: str, like: _Roads | None = None) -> None:
        self.sample = sample
        self._known: dict[int, tuple[float, int, float]] = {} if like is None else like._joined
        self.speeds = sample.speeds["modes"][mode]
        self.effect = sample.speeds["seasons"][sample.season].get(mode, {})
        usable = [
            road
            for road in sample.layers["roads", None]
            if road.properties["road_class"] not in self.speeds["closed"] and self._factor(road.properties)
        ]
        # Facilities change no roads.
        self.segments: _Segments = _Segments(_hanging_together(usable)) if like is None else like.segments
        self.limit = sample.speeds["max_road_distance_m"]

    @cached_property
    def _joined(self) -> dict[int, tuple[float, int, float]]:
        points = [f for (role, _), layer in self.sample.layers.items() if role in ("demand", "facilities")
                  for f in layer]  # fmt: skip
        return {
            id(point): self._known.get(id(point)) or self.segments.nearest(point.at)
            for point in points
            if point.at is not None
        }

    def connected(self, point: Feature) -> bool:
        """Whether a point is near enough to a road."""
        return point.at is not None and self._joined[id(point)][0] <= _FARTHEST_FROM_ROAD_M

    @cached_property
    def graph(self) -> nx.DiGraph[Any]:
        """Arcs with seconds and metres, from every vertex and joint to the next along its piece of road."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        joints: dict[int, list[tuple[float, object]]] = {}
        for key, (_, piece, along) in self._joined.items():
            joints.setdefault(piece, []).append((along, ("joint", key)))
        for number, ((a, b), road) in enumerate(
            zip(self.segments.ends, self.segments.properties, strict=True)
        ):
            back = road["oneway"] == "no" or not self.speeds.get("oneway", True)
            metres = _GEOD.inv(*a, *b)[2]
            stops = [(0.0, tuple(a)), *sorted(joints.get(number, []), key=lambda j: j[0]), (1.0, tuple(b))]
            for (from_share, from_node), (to_share, to_node) in itertools.pairwise(stops):
                part = metres * (to_share - from_share)
                seconds = part * 3.6 / self._kmh(road)
                for ends in ((from_node, to_node), (to_node, from_node))[: 2 if back else 1]:
                    known = graph.get_edge_data(*ends)
                    if known is None or known["seconds"] > seconds:
                        graph.add_edge(*ends, seconds=seconds, metres=part)
        return graph

    def _factor(self, road: Properties) -> float:
        """What the season leaves of the speed: 0 where it closes the road."""
        if road["surface"] not in _UNPAVED_WORDS:
            return float(self.effect.get("paved", 1))
        # The sample says of all its unpaved roads only that they are unpaved: tracks of that kind are of ground.
        if road["road_class"] != "track":
            return float(self.effect.get("gravel", 1))
        closed = "track" in self.effect.get("closed_on_ground", [])
        return 0.0 if closed else float(self.effect.get("ground", 1))

    def _kmh(self, road: Properties) -> float:
        return self._dry_kmh(road) * self._factor(road)

    def _dry_kmh(self, road: Properties) -> float:
        if "every_class_kmh" in self.speeds:
            return float(self.speeds["every_class_kmh"])
        if road.get("speed_kmh"):
            return float(road["speed_kmh"]) * float(self.speeds["share_of_given_speed"])
        classes = self.speeds["class_kmh"]
        paved, unpaved = classes.get(road["road_class"], classes[self.speeds["default_class"]])
        return float(unpaved if road["surface"] in _UNPAVED_WORDS else paved)

    def costs(
        self, facilities: list[Feature], weight: str, from_facility: bool
    ) -> list[tuple[float, Feature] | None]:
        """Return for each place the least cost to a facility and which it is; None where no way leads there."""
        access_kmh = self.effect.get("access_kmh", self.speeds["access_kmh"])
        per_metre = 3.6 / access_kmh if weight == "seconds" else 1.0
        # Searched from the facilities: against the arcs where residents go to them, along where help comes from them.
        start = nx.DiGraph(self.graph) if from_facility else self.graph.reverse()
        for number, facility in enumerate(facilities):
            if self.connected(facility):
                spur = self._joined[id(facility)][0] * per_metre
                start.add_edge(("facility", number), ("joint", id(facility)), **{weight: spur})
        sources = {node for node in start if isinstance(node, tuple) and node[0] == "facility"}
        cost: dict[Any, float] = {}
        paths: dict[Any, list[Any]] = {}
        if sources:
            cost, paths = nx.multi_source_dijkstra(start, sources, weight=weight)  # type: ignore[assignment]
        found: list[tuple[float, Feature] | None] = []
        for place in self.sample.places:
            joint = ("joint", id(place))
            if place.at is None or joint not in cost:
                found.append(None)
            else:
                spur = self._joined[id(place)][0] * per_metre
                found.append((cost[joint] + spur, facilities[paths[joint][0][1]]))
        return found


def roads_of(sample: Sample, mode: str, like: _Roads) -> _Roads:
    """Return the roads of a mode with other facilities joined to them; those of `like` are not looked up again."""
    if mode not in sample._roads:
        sample._roads[mode] = _Roads(sample, mode, like)
    return sample._roads[mode]
