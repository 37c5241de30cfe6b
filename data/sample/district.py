"""The layers that are known (outline, places, post offices, railway stops), and modelled rural councils."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import shapely

from sample.ground import (
    GRID,
    XY,
    Feature,
    LonLat,
    away,
    draws,
    feature,
    known_geometry,
    polygon_geometry,
    to_lonlat,
    to_xy,
)
from sample.places import Place, lonlat_of, nearest_place, rows, transliterate

TOWN = "Глубокое"
TOWN_ZONE_M = 1_950.0
_PLACE_SOURCE = "OpenStreetMap, GeoNames"
_OUTLINE_SOURCE = "OpenStreetMap, Who's On First"
_ZONE_SOURCE = "names: census 2009; outline: modelled"

COUNCILS: Mapping[str, tuple[str, str, str]] = {
    TOWN: ("hlybokaye-town", "Глыбокае", "Hlybokaye (Glubokoye) town"),
    "Голубичский сельсовет": ("halubichy", "Галубіцкі сельсавет", "Halubichy rural council"),
    "Залесский сельсовет": ("zalyessye", "Залескі сельсавет", "Zalyessye rural council"),
    "Зябковский сельсовет": ("zyabki", "Зябкаўскі сельсавет", "Zyabki rural council"),
    "Коробовский сельсовет": ("karaby", "Карабоўскі сельсавет", "Karaby rural council"),
    "Ломашевский сельсовет": ("lamashy", "Ламашоўскі сельсавет", "Lamashy rural council"),
    "Обрубский сельсовет": ("abrub", "Абрубскі сельсавет", "Abrub rural council"),
    "Озерецкий сельсовет": ("azyertsy", "Азярэцкі сельсавет", "Azyertsy rural council"),
    "Плисский сельсовет": ("plisa", "Пліскі сельсавет", "Plisa rural council"),
    "Подсвильский поселковый Совет": (
        "padsvillye",
        "Падсвільскі пасялковы Савет",
        "Padsvillye settlement council",
    ),
    "Прозорокский сельсовет": ("prazaroki", "Празароцкі сельсавет", "Prazaroki rural council"),
    "Псуевский сельсовет": ("psuya", "Псуеўскі сельсавет", "Psuya rural council"),
    "Уделовский сельсовет": ("udzyela", "Удзелаўскі сельсавет", "Udzyela rural council"),
    "Узречский сельсовет": ("uzrechcha", "Узрэцкі сельсавет", "Uzrechcha rural council"),
}
"""Id, Belarusian and English name of each council, by its Russian name."""


def read_boundary(facts: Path) -> shapely.Polygon:
    """Return the district's outline in longitude and latitude."""
    return shapely.Polygon([(float(row["lon"]), float(row["lat"])) for row in rows(facts / "boundary.csv")])


def plane(shape: shapely.Polygon) -> shapely.Polygon:
    """Return a polygon given in degrees in plane coordinates."""
    return shapely.Polygon([to_xy((x, y)) for x, y in shape.exterior.coords])


def boundary_layer(boundary: shapely.Polygon) -> list[Feature]:
    """Return the outline as the one feature of its layer."""
    names = {
        "name": "Глубокский район",
        "name_ru": "Глубокский район",
        "name_be": "Глыбоцкі раён",
        "name_en": "Hlybokaye district",
    }
    return [feature("hlybokaye-district", polygon_geometry(boundary), **names, source=_OUTLINE_SOURCE)]


def _seeds(places: list[Place]) -> list[tuple[XY, str]]:
    """Return the places whose council is known: from the census, or because the council is named after it."""
    return [
        (place.position, place.council or "Подсвильский поселковый Совет")
        for place in places
        if place.xy and (place.council or place.name_ru == "Подсвилье")
    ]


def _town_ring(places: list[Place]) -> shapely.Polygon:
    """Return the town's own small zone around its centre, in degrees."""
    centre = next(place for place in places if place.name_ru == TOWN).position
    rng = draws("zone", "town")
    ring = [
        to_lonlat(away(centre, TOWN_ZONE_M * rng.uniform(0.88, 1.0), 2 * math.pi * step / 28))
        for step in range(28)
    ]
    return shapely.Polygon(ring)


def _cell_lines(seeds: list[tuple[XY, str]]) -> list[shapely.LineString]:
    """Return the outlines of the councils' dissolved Voronoi cells, in degrees."""
    points = shapely.MultiPoint([point for point, _ in seeds])
    cells = list(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=points.buffer(30_000))))
    council_of = dict(seeds)
    by_council: dict[str, list[shapely.Polygon]] = {}
    for point, council in council_of.items():
        cell = next(cell for cell in cells if cell.contains(shapely.Point(point)))
        by_council.setdefault(council, []).append(cell)
    return [
        shapely.LineString([to_lonlat((x, y)) for x, y in ring.coords])
        for council in sorted(by_council)
        for part in shapely.get_parts(shapely.coverage_union_all(by_council[council]))
        for ring in (part.exterior, *part.interiors)
    ]


def model_zones(places: list[Place], boundary: shapely.Polygon) -> dict[str, shapely.Polygon]:
    """Model the outlines of the rural councils, which are not public.

    A spot belongs to the council of the nearest place whose council the census names; the town is a zone of
    its own. The outlines are cut against each other on the grid of the written decimals, so that they tile
    the district.

    Returns
    -------
    dict
        Polygon in degrees by the Russian name of the council, in the order of :data:`COUNCILS`.
    """
    seeds = _seeds(places)
    town = _town_ring(places)
    lines = [*_cell_lines(seeds), town.exterior, boundary.exterior]
    faces: dict[str, list[shapely.Polygon]] = {}
    for face in shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=GRID)])):
        spot = face.representative_point()
        if not boundary.contains(spot):
            continue
        where = to_xy((spot.x, spot.y))
        council = TOWN if town.contains(spot) else min(seeds, key=lambda seed: math.dist(seed[0], where))[1]
        faces.setdefault(council, []).append(face)
    return {council: shapely.coverage_union_all(faces[council]) for council in COUNCILS if council in faces}


def zones_layer(zones: Mapping[str, shapely.Polygon]) -> list[Feature]:
    """Return the rural councils."""
    return [
        feature(
            COUNCILS[council][0],
            polygon_geometry(shape),
            name=council,
            name_ru=council,
            name_be=COUNCILS[council][1],
            name_en=COUNCILS[council][2],
            outline_source="modelled",
            source=_ZONE_SOURCE,
        )
        for council, shape in zones.items()
    ]


def _council(place: Place, zones: Mapping[str, shapely.Polygon], places: list[Place]) -> str:
    """Return a place's council: of the census, else of its zone, else of the nearest place that has one."""
    if place.council:
        return place.council
    point = shapely.Point(place.lonlat)
    inside = [council for council, shape in zones.items() if shape.covers(point)]
    return (
        inside[0] if inside else min(_seeds(places), key=lambda seed: math.dist(seed[0], place.position))[1]
    )


def demand_layer(places: list[Place], zones: Mapping[str, shapely.Polygon]) -> list[Feature]:
    """Return the places with their people; one without a known position keeps its place in the file."""
    return [
        feature(
            place.id,
            known_geometry(place.lonlat),
            name=place.name,
            name_ru=place.name_ru,
            name_be=place.name_be,
            name_en=place.name_en,
            kind=place.kind,
            population=place.population,
            population_source="census 2009" if place.counted else "estimated",
            rural_council=_council(place, zones, places),
            rural_council_source="census" if place.council else "modelled",
            council_centre=place.council_centre,
            source=_PLACE_SOURCE + (", Belstat (census 2009)" if place.counted else ""),
        )
        for place in places
    ]


def _namesake(name: str, lonlat: LonLat | None, places: list[Place], within_m: float) -> Place | None:
    """Return the place of a name nearest to a position; the first of that name where there is none."""
    named = [place for place in places if place.name_ru == name]
    if lonlat is None:
        return named[0] if named else None
    point = to_xy(lonlat)
    near = [place for place in named if place.xy and math.dist(place.position, point) <= within_m]
    return min(near, key=lambda place: math.dist(place.position, point)) if near else None


def post_offices_layer(facts: Path, places: list[Place]) -> list[Feature]:
    """Return the post offices, one for each post code of the district."""
    layer = []
    for row in rows(facts / "post_offices.csv"):
        code, name, lonlat = row["postcode"], row["settlement_ru"], lonlat_of(row)
        place = _namesake(name, lonlat, places, 3_000)
        layer.append(
            feature(
                code,
                known_geometry(lonlat),
                name=f"Отделение почтовой связи {code}, {name}",
                name_ru=f"Отделение почтовой связи {code}, {name}",
                name_be=f"Аддзяленне паштовай сувязі {code}, {place.in_belarusian if place else name}",
                name_en=f"Post office {code}, {place.name_en if place else transliterate(name)}",
                postcode=code,
                place_id=place.id if place else None,
                source="GeoNames (post codes), coordinates of the settlement: " + _PLACE_SOURCE,
            )
        )
    return layer


def railway_layer(facts: Path, places: list[Place]) -> list[Feature]:
    """Return the railway stations and stops."""
    layer = []
    for row in rows(facts / "railway_stops.csv"):
        lonlat = float(row["lon"]), float(row["lat"])
        place = _namesake(row["name_ru"], lonlat, places, 5_000)
        latin = place.name_en if place else transliterate(row["name_be"])
        layer.append(
            feature(
                "railway-" + latin.lower().replace(" ", "-").replace("'", ""),
                known_geometry(lonlat),
                name=f"Железнодорожная остановка, {row['name_ru']}",
                name_ru=f"Железнодорожная остановка, {row['name_ru']}",
                name_be=f"Чыгуначны прыпынак, {row['name_be']}",
                name_en=f"Railway stop, {latin}",
                place_id=(place or nearest_place(to_xy(lonlat), places)).id,
                source=_PLACE_SOURCE,
            )
        )
    return layer
