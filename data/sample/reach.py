"""Connectivity and pipes: masts and what they cover, fixed broadband, water mains, district heating."""

from __future__ import annotations

import math

import shapely

from sample.ground import (
    XY,
    Feature,
    away,
    draws,
    feature,
    known_geometry,
    line_geometry,
    point_geometry,
    polygon_geometry,
    to_lonlat,
)
from sample.places import Place, by_id
from sample.roads import Network
from sample.streets import Road

TALL_M = 30.0
TALL_RADIUS_M, LOW_RADIUS_M = 8_000.0, 4_000.0
"""Reach of a cell by the height of its mast: the careful ends of the ranges that the standards file cites."""

INNER_SHARE = 0.45
TOWN_MASTS = (("glubokoye", 62.0), ("glubokoye", 38.0), ("glubokoye", 34.0), ("padsvillye", 50.0))
RURAL_HEIGHTS_M = (72.0, 45.0, 60.0, 30.0, 55.0, 42.0, 48.0, 30.0, 70.0, 35.0, 45.0, 30.0, 40.0)
CORNERS = 32

NO_RECORD = 12
WITHOUT_WATER = "martsibylino"
WATER_FROM = 200
WATER_REACH_M = 450.0


def _mast_spots(places: list[Place], network: Network) -> list[tuple[Place, XY, float]]:
    """Choose where masts stand: in the towns, then where they reach most people not yet reached."""
    known = by_id(places)
    spots = []
    for number, (name, height) in enumerate(TOWN_MASTS):
        corners = sorted(network.grids[name].cells)
        corner = network.grids[name].cells[draws("mast", number).choice(corners)]
        spots.append((known[name], away(corner, 60.0, 1.0), height))
    located = [place for place in places if place.xy]
    reached: set[str] = set()

    def reach(place: Place, height: float) -> set[str]:
        radius = 0.85 * (TALL_RADIUS_M if height > TALL_M else LOW_RADIUS_M)
        return {other.id for other in located if math.dist(place.position, other.position) <= radius}

    def gain(place: Place, height: float) -> tuple[int, str]:
        return sum(known[each].population for each in reach(place, height) - reached), place.id

    for place, _, height in spots:
        reached |= reach(place, height)
    hosts = [place for place in located if place.population >= 100]
    for number, height in enumerate(RURAL_HEIGHTS_M):
        best = max(hosts, key=lambda place: gain(place, height))
        hosts.remove(best)
        reached |= reach(best, height)
        rng = draws("mast", best.id, number)
        spots.append((best, away(best.position, rng.uniform(150, 500), rng.uniform(0, 2 * math.pi)), height))
    return spots


def masts_and_coverage(
    places: list[Place], network: Network, boundary: shapely.Polygon
) -> tuple[list[Feature], list[Feature]]:
    """Model mobile masts and the area that each serves.

    Parameters
    ----------
    places : list of Place
    network : Network
    boundary : shapely.Polygon
        The district in plane coordinates; service areas end 5 km outside its hull.

    Returns
    -------
    tuple of list
        The masts; two service areas for each, the outer one first.
    """
    masts, areas = [], []
    limit = boundary.convex_hull.buffer(5_000)
    for number, (place, spot, height) in enumerate(_mast_spots(places, network), 1):
        name = f"mast-{number:02d}"
        bands = "800,900,1800" if place.population >= 2_000 else "800,900" if height > TALL_M else "900,1800"
        masts.append(
            feature(
                name,
                point_geometry(spot),
                name=f"Мачта {number}, {place.name}",
                name_ru=f"Мачта {number}, {place.name}",
                name_be=f"Мачта {number}, {place.in_belarusian}",
                name_en=f"Mast {number}, {place.name_en}",
                place_id=place.id,
                height_m=height,
                band_mhz=bands,
                source="modelled",
            )
        )
        areas.extend(_service_areas(name, place, spot, height, limit))
    return masts, areas


def _service_areas(mast: str, place: Place, spot: XY, height: float, limit: shapely.Polygon) -> list[Feature]:
    """Return the outer and the inner service area of a mast, dented by forest and relief."""
    rng = draws("coverage", mast)
    phases = [rng.uniform(0, 2 * math.pi) for _ in range(3)]
    radius = TALL_RADIUS_M if height > TALL_M else LOW_RADIUS_M
    outer_mbps = rng.randint(12, 25)
    inner_mbps = rng.randint(60, 120) if place.kind == "town" else rng.randint(35, 60)
    areas = []
    for part, share, mbps in (("outer", 1.0, outer_mbps), ("inner", INNER_SHARE, inner_mbps)):
        ring = []
        for corner in range(CORNERS):
            angle = 2 * math.pi * corner / CORNERS
            dent = sum(math.sin(order * angle + phase) for order, phase in enumerate(phases, 2)) / 3
            ring.append(away(spot, radius * share * (0.88 + 0.12 * dent), angle))
        shape = shapely.Polygon(ring).intersection(limit)
        degrees = shapely.transform(shape, lambda xy: [to_lonlat((x, y)) for x, y in xy])
        areas.append(
            feature(
                f"{mast}-{part}",
                polygon_geometry(degrees),
                mast_id=mast,
                technology="4G",
                mbps=mbps,
                source="modelled",
            )
        )
    return areas


def broadband_layer(places: list[Place]) -> list[Feature]:
    """Model what fixed broadband each settlement has; some small ones have no record at all."""
    small = [place for place in places if place.xy and not place.counted and not place.council_centre]
    unknown = {place.id for place in draws("broadband", "no record").sample(small, NO_RECORD)}
    layer = []
    for place in places:
        if place.xy and place.id not in unknown:
            available, mbps, technology = _broadband(place)
            layer.append(
                feature(
                    f"broadband-{place.id}",
                    known_geometry(place.lonlat),
                    name=place.name,
                    name_ru=place.name_ru,
                    name_be=place.name_be,
                    name_en=place.name_en,
                    place_id=place.id,
                    available=available,
                    mbps=mbps,
                    technology=technology,
                    source="modelled",
                )
            )
    return layer


def _broadband(place: Place) -> tuple[int, int, str]:
    """Return whether a line can be had, its speed, and how it is made: the larger the place, the better."""
    chance = draws("broadband", place.id).random()
    if place.population >= 250 or place.council_centre:
        return 1, 500 if place.population >= 2_000 else 100, "GPON"
    if place.population >= 100:
        return (1, 100, "GPON") if chance < 0.55 else (1, 10, "xDSL")
    for limit, found in ((0.12, (1, 100, "GPON")), (0.47, (1, 6, "xDSL")), (0.62, (1, 20, "radio"))):
        if chance < limit:
            return found
    return 0, 0, "none"


def water_layer(places: list[Place], network: Network) -> list[Feature]:
    """Model water mains: under most streets of the towns, and along the roads of larger villages."""
    pipes: list[tuple[str, shapely.LineString]] = []
    for name, grid in network.grids.items():
        streets = list(grid.streets.values())
        pipes.extend(
            (name, each.line()) for at, each in enumerate(streets) if draws("water", name, at).random() < 0.88
        )
    for place in places:
        piped = place.population >= WATER_FROM or place.kind == "agrotown" or place.council_centre
        if piped and place.xy and place.id not in (*network.grids, WITHOUT_WATER):
            pipes.extend((place.id, line) for line in _village_main(place, network.roads))
    return [
        feature(f"water-{number:03d}", line_geometry(line.coords), place_id=place_id, source="modelled")
        for number, (place_id, line) in enumerate(pipes, 1)
    ]


def _village_main(place: Place, roads: list[Road]) -> list[shapely.LineString]:
    """Return the roads and streets of a village near its point, as far as its main follows them."""
    around = shapely.Point(place.position).buffer(WATER_REACH_M)
    found: list[shapely.LineString] = []
    for road in roads:
        if road.road_class != "track" and road.line().intersects(around):
            parts = shapely.get_parts(road.line().intersection(around))
            found.extend(part for part in parts if part.length > 60)
    return found


def heat_layer(network: Network) -> list[Feature]:
    """Model district heating: under the streets around the middle of the two towns."""
    layer: list[Feature] = []
    for name, reach in (("glubokoye", 820.0), ("padsvillye", 330.0)):
        grid = network.grids[name]
        for street in grid.streets.values():
            middle = street.line().interpolate(0.5, normalized=True)
            if math.dist((middle.x, middle.y), grid.place.position) < reach:
                number = len(layer) + 1
                line = line_geometry(street.points)
                layer.append(feature(f"heat-{number:03d}", line, place_id=name, source="modelled"))
    return layer
