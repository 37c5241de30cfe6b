"""The modelled road network of the district, put together from its plan, its curves and its streets."""

from __future__ import annotations

import math

import shapely

from sample.curves import curve
from sample.ground import Feature, draws, feature, line_geometry
from sample.links import Plan, plan_links
from sample.places import Place, by_id
from sample.streets import Grid, Road, enter_town, make_grid, one_ways, village_streets

PAVED = {"primary": 1.0, "secondary": 1.0, "tertiary": 0.85, "unclassified": 0.3, "track": 0.0}
"""Share of paved roads of a class."""

BRIDGES = 9
BRIDGE_M = 36.0


class Network:
    """The roads of the district; ``grids`` are the streets of its towns by the id of the place."""

    def __init__(self, roads: list[Road], grids: dict[str, Grid]) -> None:
        self.roads = roads
        self.grids = grids


def model_roads(places: list[Place], boundary: shapely.Polygon) -> Network:
    """Model a connected road network.

    Parameters
    ----------
    places : list of Place
    boundary : shapely.Polygon
        The district in plane coordinates.

    Returns
    -------
    Network
        Lines that meet at common vertices and nowhere else.
    """
    known = by_id(places)
    plan = plan_links(places, boundary)
    grids = {
        "glubokoye": make_grid(known["glubokoye"], 1_700.0, 290.0),
        "padsvillye": make_grid(known["padsvillye"], 760.0, 200.0),
    }
    roads = _between(plan, grids)
    one_ways(grids["glubokoye"])
    for grid in grids.values():
        roads.extend(grid.streets.values())
    for node in sorted(plan.places_at):
        for place in plan.places_at[node]:
            if place.id not in grids:
                roads.extend(village_streets(place, roads))
    return Network(_with_bridges(roads), grids)


def _between(plan: Plan, grids: dict[str, Grid]) -> list[Road]:
    """Draw the roads between places."""
    at_node = {plan.node_of[name]: grid for name, grid in grids.items()}
    roads = []
    for edge in sorted(plan.road_class):
        road_class = plan.road_class[edge]
        paved = draws("paved", *edge).random() < PAVED[road_class]
        road = Road(curve(plan, edge), road_class, "paved" if paved else "unpaved", name=plan.trunk.get(edge))
        if road_class == "secondary" and draws("worn", *edge).random() < 0.08:
            road.speed_kmh = 50
        for end, node in enumerate(edge):
            if node in at_node:
                enter_town(road, at_node[node], from_end=end == 1)
        roads.append(road)
    return roads


def _with_bridges(roads: list[Road]) -> list[Road]:
    """Cut a bridge out of the middle of some of the longer roads."""
    wide = [road for road in roads if road.road_class in ("primary", "secondary", "tertiary")]
    long = [road for road in wide if len(road.points) > 6 and not road.place_id]
    chosen = {id(road) for road in draws("bridges").sample(long, BRIDGES)}
    cut: list[Road] = []
    for road in roads:
        cut.extend(_bridged(road) if id(road) in chosen else [road])
    return cut


def _bridged(road: Road) -> list[Road]:
    at = len(road.points) // 2
    start, end = road.points[at - 1], road.points[at]
    length = math.dist(start, end)
    if length < 3 * BRIDGE_M:
        return [road]
    near, far = (
        (
            start[0] + (end[0] - start[0]) * (0.5 + side * BRIDGE_M / 2 / length),
            start[1] + (end[1] - start[1]) * (0.5 + side * BRIDGE_M / 2 / length),
        )
        for side in (-1, 1)
    )
    parts = [[*road.points[:at], near], [near, far], [far, *road.points[at:]]]
    return [
        Road(
            points,
            road.road_class,
            road.surface,
            road.place_id,
            road.name,
            road.speed_kmh,
            road.oneway,
            number == 1,
        )
        for number, points in enumerate(parts)
    ]


def _names(road: Road, places: list[Place]) -> dict[str, str]:
    """Return a main road's name in three languages, made of the places it joins; nothing for other roads."""
    if not road.name:
        return {}
    ends = [next(place for place in places if place.name_ru == end) for end in road.name.split(" — ")]
    return {
        "name": road.name,
        "name_ru": road.name,
        "name_be": " — ".join(place.in_belarusian for place in ends),
        "name_en": " — ".join(place.name_en for place in ends),
    }


def roads_layer(network: Network, places: list[Place]) -> list[Feature]:
    """Return the roads and streets; a speed only where it differs from what is usual for the class."""
    return [
        feature(
            f"road-{number:04d}",
            line_geometry(road.points),
            **_names(road, places),
            road_class=road.road_class,
            surface=road.surface,
            **({"speed_kmh": road.speed_kmh} if road.speed_kmh else {}),
            oneway="yes" if road.oneway else "no",
            bridge="yes" if road.bridge else "no",
            source="modelled",
        )
        for number, road in enumerate(network.roads, 1)
    ]
