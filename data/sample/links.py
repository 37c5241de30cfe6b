"""Which places a road joins, and of which class: the plan of the road network, before it is drawn."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import shapely

from sample.ground import XY, away, draws, to_xy
from sample.places import Place

Edge = tuple[int, int]

MERGE_M = 350.0
REMOTE_M = 2_450.0
CLASSES = ("primary", "secondary", "tertiary", "unclassified", "track")

EXITS = {
    "exit-north": (27.57, 55.344),
    "exit-north-east": (28.361, 55.349),
    "exit-north-mid": (28.01, 55.338),
    "exit-south-east": (28.248, 55.081),
    "exit-south": (27.757, 55.058),
    "exit-south-west": (27.482, 54.998),
    "exit-west": (27.389, 55.113),
}
"""Corners of the outline where a main road leaves the district."""

TRUNKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("primary", "Глубокое — Плиса — Прозороки", ("glubokoye", "plisa", "prazaroki", "exit-north-east")),
    ("primary", "Глубокое — Залавки", ("glubokoye", "zalavki", "exit-west")),
    ("primary", "Глубокое — Сороки", ("glubokoye", "shunyevichy", "exit-south")),
    ("primary", "Глубокое — Узречье", ("glubokoye", "uzheche", "exit-north")),
    ("secondary", "Глубокое — Подсвилье", ("glubokoye", "abrub", "padsvillye", "exit-south-east")),
    ("secondary", "Глубокое — Удело — Мосар", ("glubokoye", "udzyela", "mosar", "petrunovo")),
    (
        "secondary",
        "Глубокое — Дерковщина",
        ("glubokoye", "karaby-druhiya", "dzyerkawshchyna", "exit-south-west"),
    ),
    ("secondary", "Подсвилье — Плиса — Бортники", ("padsvillye", "plisa", "bortniki", "exit-north-mid")),
    ("secondary", "Подсвилье — Псуя — Прозороки", ("padsvillye", "psuya", "prazaroki")),
    ("secondary", "Глубокое — Залесье — Копыльщина", ("glubokoye", "zalesye", "kapylshchyna")),
    ("tertiary", "Глубокое — Шуневцы — Верхнее", ("glubokoye", "shunyewtsy", "verkhneye")),
    ("tertiary", "Подсвилье — Голубичи — Урожайная", ("padsvillye", "halubichy", "uradzhaynaya")),
)
"""Class, name and the ends of the main roads, in the order in which they are laid out."""


@dataclass
class Plan:
    """A planar plan of the network.

    Attributes
    ----------
    nodes : list of XY
        Where roads meet: at or beside places, and where main roads leave the district.
    places_at : dict
        Places of each node.
    node_of : dict
        Node of each place and of each way out, by id.
    apexes : dict
        For each link of the triangulation the third corners of its triangles.
    road_class, trunk : dict
        Class of each chosen link, and the main road that it is part of.
    """

    nodes: list[XY]
    places_at: dict[int, list[Place]]
    node_of: dict[str, int]
    apexes: dict[Edge, list[int]] = field(default_factory=dict)
    road_class: dict[Edge, str] = field(default_factory=dict)
    trunk: dict[Edge, str] = field(default_factory=dict)

    def length(self, edge: Edge) -> float:
        """Return the straight length of a link in metres."""
        return math.dist(self.nodes[edge[0]], self.nodes[edge[1]])


def remote_hamlet(places: list[Place]) -> Place:
    """Return the uncounted place that lies farthest from any other: it is left without a road."""
    located = [place for place in places if place.xy]

    def loneliness(place: Place) -> float:
        return min(math.dist(place.position, other.position) for other in located if other is not place)

    return max((place for place in located if not place.counted), key=loneliness)


def plan_links(places: list[Place], boundary: shapely.Polygon) -> Plan:
    """Choose which places are joined by a road and of which class.

    The base is the relative neighbourhood graph: two nodes are joined unless a third is nearer to both. Main
    roads run along the shortest way over the whole triangulation, with a preference for the base; some other
    short links become field tracks.

    Parameters
    ----------
    places : list of Place
    boundary : shapely.Polygon
        The district in plane coordinates; no road strays far from it.
    """
    remote = remote_hamlet(places)
    plan = _nodes([place for place in places if place.xy and place is not remote])
    _triangulate(plan)
    usable = _usable(plan, boundary, remote.position)
    base = {edge for edge in usable if _is_empty(plan, edge, _in_lune)}
    _main_roads(plan, usable, base)
    _straighten(plan)
    _village_roads(plan, base)
    for edge in sorted(usable - base - set(plan.road_class)):
        if (
            plan.length(edge) < 3_500
            and draws("track", *edge).random() < 0.16
            and _is_empty(plan, edge, _in_disc)
        ):
            plan.road_class[edge] = "track"
    return plan


def _nodes(places: list[Place]) -> Plan:
    """Set a node for each group of places that stand together, a little off the point of a single village."""
    groups: list[list[Place]] = []
    for place in places:
        near = (group for group in groups if math.dist(group[0].position, place.position) < MERGE_M)
        group = next(near, None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    nodes, node_of, places_at = [], {}, {}
    for number, group in enumerate(groups):
        x = sum(place.position[0] for place in group) / len(group)
        y = sum(place.position[1] for place in group) / len(group)
        rng = draws("node", group[0].id)
        reach = 0.0 if group[0].kind in ("town", "urban settlement") else 90.0 if group[0].counted else 200.0
        nodes.append(
            away((x, y), 0.0 if len(group) > 1 else reach * rng.random(), rng.uniform(0, 2 * math.pi))
        )
        places_at[number] = group
        node_of.update({place.id: number for place in group})
    for name, lonlat in EXITS.items():
        node_of[name] = len(nodes)
        nodes.append(to_xy(lonlat))
    return Plan(nodes, places_at, node_of)


def _triangulate(plan: Plan) -> None:
    number_of = {point: number for number, point in enumerate(plan.nodes)}
    for triangle in shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(plan.nodes))):
        corners = sorted(number_of[x, y] for x, y in triangle.exterior.coords[:3])
        for third in corners:
            first, second = (corner for corner in corners if corner != third)
            plan.apexes.setdefault((first, second), []).append(third)


def _usable(plan: Plan, boundary: shapely.Polygon, remote: XY) -> set[Edge]:
    """Return the links that keep to the district and away from the hamlet without a road."""
    hamlet = shapely.Point(remote)
    around = boundary.buffer(1_500)
    petrunovo = plan.node_of["petrunovo"]
    usable = set()
    for edge in plan.apexes:
        line = shapely.LineString([plan.nodes[edge[0]], plan.nodes[edge[1]]])
        inside = around.covers(line) or petrunovo in edge
        if inside and line.length < 9_000 and line.distance(hamlet) > REMOTE_M + 0.05 * line.length:
            usable.add(edge)
    return usable


def _in_lune(a: float, b: float, length: float) -> bool:
    return max(a, b) < length


def _in_disc(a: float, b: float, length: float) -> bool:
    return math.hypot(a, b) < length


def _is_empty(plan: Plan, edge: Edge, inside: Callable[[float, float, float], bool]) -> bool:
    """Tell whether no third node lies in the neighbourhood of a link."""
    first, second = (plan.nodes[end] for end in edge)
    length = math.dist(first, second)
    return not any(
        inside(math.dist(first, node), math.dist(second, node), length)
        for number, node in enumerate(plan.nodes)
        if number not in edge
    )


def shortest(links: dict[Edge, float], start: int, end: int) -> list[int]:
    """Return the nodes of the cheapest way over undirected links."""
    around: dict[int, list[tuple[int, float]]] = {}
    for (a, b), cost in links.items():
        around.setdefault(a, []).append((b, cost))
        around.setdefault(b, []).append((a, cost))
    best, before = {start: 0.0}, {start: start}
    heap = [(0.0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node == end:
            break
        if cost > best[node]:
            continue
        for other, step in around.get(node, ()):
            if cost + step < best.get(other, math.inf):
                best[other], before[other] = cost + step, node
                heapq.heappush(heap, (cost + step, other))
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def _pairs(way: Iterable[int]) -> list[Edge]:
    return [(min(pair), max(pair)) for pair in itertools.pairwise(way)]


def _main_roads(plan: Plan, usable: set[Edge], base: set[Edge]) -> None:
    """Lay out the main roads one after another; a later one prefers to join what is there."""
    for road_class, name, stops in TRUNKS:
        costs = {
            edge: plan.length(edge) * (0.75 if edge in plan.road_class else 1.0 if edge in base else 1.15)
            for edge in sorted(usable)
        }
        for start, end in itertools.pairwise(stops):
            for edge in _pairs(shortest(costs, plan.node_of[start], plan.node_of[end])):
                plan.road_class.setdefault(edge, road_class)
                plan.trunk.setdefault(edge, name)


def _straighten(plan: Plan) -> None:
    """Move the nodes of main roads towards the line between their neighbours, as far as the places allow."""
    for name in dict.fromkeys(plan.trunk.values()):
        joined: dict[int, list[int]] = {}
        for a, b in (edge for edge, trunk in plan.trunk.items() if trunk == name):
            joined.setdefault(a, []).append(b)
            joined.setdefault(b, []).append(a)
        for node, ends in joined.items():
            places = plan.places_at.get(node, [])
            if len(ends) == 2 and len(places) == 1 and places[0].kind not in ("town", "urban settlement"):
                _move(plan, node, shapely.LineString([plan.nodes[end] for end in ends]), places[0])


def _move(plan: Plan, node: int, line: shapely.LineString, place: Place) -> None:
    on_line = line.interpolate(line.project(shapely.Point(place.position)))
    far = math.dist(place.position, (on_line.x, on_line.y))
    share = min(1.0, (150.0 if place.counted else 270.0) / far) if far else 0.0
    target = (
        place.position[0] + (on_line.x - place.position[0]) * share,
        place.position[1] + (on_line.y - place.position[1]) * share,
    )
    was = plan.nodes[node]
    triangles = [
        (*edge, apex) for edge, apexes in plan.apexes.items() for apex in apexes if node in (*edge, apex)
    ]
    before = [_area(plan, triangle) for triangle in triangles]
    plan.nodes[node] = target
    if any(_area(plan, each) * old <= 0.25 * old * old for each, old in zip(triangles, before, strict=True)):
        plan.nodes[node] = was


def _area(plan: Plan, triangle: tuple[int, int, int]) -> float:
    (ax, ay), (bx, by), (cx, cy) = (plan.nodes[corner] for corner in triangle)
    return (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)


def _village_roads(plan: Plan, base: set[Edge]) -> None:
    """Give a class to the links of the base: tertiary from larger villages to a main road, the rest lower."""
    costs = {edge: plan.length(edge) for edge in sorted(base | set(plan.road_class))}
    trunk_nodes = {end for edge in plan.road_class for end in edge}
    large = [
        node
        for node, places in plan.places_at.items()
        if node not in trunk_nodes and any(place.counted or place.council_centre for place in places)
    ]
    for node in large:
        nearest = min(trunk_nodes, key=lambda end: (math.dist(plan.nodes[end], plan.nodes[node]), end))
        for edge in _pairs(shortest(costs, node, nearest)):
            plan.road_class.setdefault(edge, "tertiary")
    degree: dict[int, int] = {}
    for edge in base | set(plan.road_class):
        for end in edge:
            degree[end] = degree.get(end, 0) + 1
    for edge in sorted(base - set(plan.road_class)):
        last_link = 1 in (degree[edge[0]], degree[edge[1]])
        plan.road_class[edge] = (
            "track" if last_link and draws("last", *edge).random() < 0.35 else "unclassified"
        )
