"""Health, education, trade, leisure, transport and emergency: modelled facilities in and around places."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import shapely

from sample.ground import XY, Feature, away, draws, feature, point_geometry
from sample.places import Place
from sample.roads import Network

TOWNS = ("glubokoye", "padsvillye")
RARE_M = 9_000.0
"""What keeps this far apart or more among villages keeps as far from the towns too."""


@dataclass(frozen=True, slots=True)
class Offer:
    """How a kind of facility is spread: so many in each town, so many in villages some distance apart.

    ``names`` are in Russian, Belarusian and English. ``apart_m`` is kept between villages that have one.
    """

    kind: str
    names: tuple[str, str, str]
    in_town: int
    in_settlement: int
    in_villages: int
    apart_m: float


OFFERS = {
    "schools": Offer("school", ("Школа", "Школа", "School"), 4, 1, 9, 6_000),
    "kindergartens": Offer("kindergarten", ("Детский сад", "Дзіцячы сад", "Kindergarten"), 6, 1, 9, 5_500),
    "pharmacies": Offer("pharmacy", ("Аптека", "Аптэка", "Pharmacy"), 6, 1, 5, 9_000),
    "shops": Offer("shop", ("Магазин", "Крама", "Shop"), 16, 4, 45, 900),
    "clubs": Offer("club", ("Дом культуры", "Дом культуры", "Community centre"), 2, 1, 21, 3_500),
    "libraries": Offer("library", ("Библиотека", "Бібліятэка", "Library"), 2, 1, 17, 4_000),
    "fire_stations": Offer(
        "fire",
        ("Пожарная часть", "Пажарная часць", "Fire station"),
        1,
        1,
        2,
        15_000,
    ),
    "ambulance_bases": Offer(
        "ambulance", ("Пост скорой помощи", "Пост хуткай дапамогі", "Ambulance base"), 1, 1, 0, 0
    ),
}

_HOSPITAL = ("Центральная районная больница", "Цэнтральная раённая бальніца", "District hospital")
_POLYCLINIC = ("Поликлиника", "Паліклініка", "Polyclinic")
_LOCAL_HOSPITAL = ("Больница и амбулатория", "Бальніца і амбулаторыя", "Local hospital and outpatient clinic")
_AMBULATORY = ("Врачебная амбулатория", "Урачэбная амбулаторыя", "Outpatient clinic")
_FELDSHER = ("ФАП", "ФАП", "Feldsher point")
_STOP = ("Автобусная остановка", "Аўтобусны прыпынак", "Bus stop")


def names(kind: tuple[str, str, str], place: Place, number: int = 0) -> dict[str, str]:
    """Return the names of a facility in three languages, numbered where a place has several."""
    ru, be, en = (f"{word} {number}" if number else word for word in kind)
    return {
        "name": f"{ru}, {place.name}",
        "name_ru": f"{ru}, {place.name}",
        "name_be": f"{be}, {place.in_belarusian}",
        "name_en": f"{en}, {place.name_en}",
    }


class Sites:
    """Where facilities stand."""

    def __init__(self, places: list[Place], network: Network) -> None:
        self.places = [place for place in places if place.xy]
        self.network = network
        self.town, self.settlement = (next(place for place in places if place.id == name) for name in TOWNS)

    def spot(self, place: Place, *key: object) -> XY:
        """Return a spot beside a street of a town, or 30 to 300 m from the point of a village."""
        rng = draws("spot", place.id, *key)
        grid = self.network.grids.get(place.id)
        if grid is None:
            return away(place.position, rng.uniform(30, 300), rng.uniform(0, 2 * math.pi))
        street = rng.choice(list(grid.streets.values()))
        middle = street.line().interpolate(rng.uniform(0.2, 0.8), normalized=True)
        return away((middle.x, middle.y), rng.uniform(15, 40), rng.uniform(0, 2 * math.pi))

    def spaced(self, count: int, apart_m: float, taken: Iterable[Place] = ()) -> list[Place]:
        """Return the largest villages that keep apart from each other and from those taken.

        Centres of rural councils count as if they had 150 people more.
        """
        order = sorted(
            (place for place in self.places if place.id not in TOWNS),
            key=lambda place: (-(place.population + 150 * place.council_centre), place.id),
        )
        held = list(taken)
        chosen: list[Place] = []
        for place in order:
            if len(chosen) < count and all(
                math.dist(place.position, other.position) >= apart_m for other in held
            ):
                chosen.append(place)
                held.append(place)
        return chosen

    def make(
        self, kind: str, place: Place, title: dict[str, str], number: int, **attributes: object
    ) -> Feature:
        """Return a facility at a place."""
        geometry = point_geometry(self.spot(place, kind, number))
        identifier = f"{kind}-{place.id}" + (f"-{number}" if number else "")
        return feature(identifier, geometry, **title, place_id=place.id, **attributes, source="modelled")


def offer_layer(sites: Sites, layer: str) -> list[Feature]:
    """Return a layer that is spread by its :class:`Offer`."""
    offer = OFFERS[layer]
    towns = (sites.town, sites.settlement) if offer.apart_m >= RARE_M else ()
    homes = [
        (sites.town, offer.in_town),
        (sites.settlement, offer.in_settlement),
        *((place, 1) for place in sites.spaced(offer.in_villages, offer.apart_m, towns)),
    ]
    features = []
    for place, count in homes:
        for number in range(1, count + 1):
            shown = number if count > 1 else 0
            size = _size(offer.kind, place, number)
            features.append(sites.make(offer.kind, place, names(offer.names, place, shown), shown, **size))
    return features


def _size(kind: str, place: Place, number: int) -> dict[str, int]:
    """Return the size of a facility, by what it is and where."""
    rng = draws("size", kind, place.id, number)
    step = 0 if place.kind == "town" else 1 if place.kind == "urban settlement" else 2
    if kind == "school":
        return {"seats": (rng.randrange(560, 860, 20), 420, rng.randrange(80, 220, 10))[step]}
    if kind == "kindergarten":
        return {"seats": (rng.randrange(120, 220, 10), 110, rng.randrange(20, 55, 5))[step]}
    if kind == "shop":
        return {
            "floor_m2": (rng.randrange(90, 900, 10), rng.randrange(80, 320, 10), rng.randrange(25, 95, 5))[
                step
            ]
        }
    if kind == "fire":
        return {"engines": (4, 2, 1)[step]}
    return {"brigades": (4, 1, 0)[step]} if kind == "ambulance" else {}


def health_layers(sites: Sites) -> tuple[list[Feature], list[Feature]]:
    """Return clinics (hospitals, the polyclinic, ambulatories) and feldsher points.

    A feldsher point has no physician of its own. It stands 3.5 km or more from an ambulatory or another.
    """
    clinics = [
        sites.make("clinic", sites.town, names(_HOSPITAL, sites.town), 1, physicians=42, beds=190),
        sites.make("clinic", sites.town, names(_POLYCLINIC, sites.town), 2, physicians=31, beds=0),
        sites.make(
            "clinic", sites.settlement, names(_LOCAL_HOSPITAL, sites.settlement), 0, physicians=4, beds=20
        ),
    ]
    ambulatories = sites.spaced(6, 9_000, [sites.town, sites.settlement])
    for place in ambulatories:
        physicians = 2 if place.population >= 450 else 1
        clinics.append(
            sites.make("clinic", place, names(_AMBULATORY, place), 0, physicians=physicians, beds=0)
        )
    held = [sites.town, sites.settlement, *ambulatories]
    points = [
        sites.make("feldsher", place, names(_FELDSHER, place), 0, physicians=0)
        for place in sites.spaced(20, 3_500, held)
    ]
    return clinics, points


def bus_layer(sites: Sites) -> list[Feature]:
    """Return bus stops with trips a week: frequent in towns and large villages, rare on by-roads.

    Small villages have a stop by a draw: of seven in ten where a tertiary or higher road passes within 500 m,
    of one in five elsewhere.
    """
    served = [
        road.line() for road in sites.network.roads if road.road_class in ("primary", "secondary", "tertiary")
    ]
    stops = [_stop(sites, sites.town, number, 60) for number in range(1, 7)]
    stops += [_stop(sites, sites.settlement, number, 42) for number in range(1, 3)]
    for place in sites.places:
        point = shapely.Point(place.position)
        if place.id in TOWNS or all(road.line().distance(point) > 500 for road in sites.network.roads):
            continue
        rng = draws("bus", place.id)
        by_main_road = any(line.distance(point) < 500 for line in served)
        if place.population >= 300:
            trips = rng.choice((21, 24, 28, 35, 42)) if by_main_road else rng.choice((14, 18, 21))
        elif place.counted:
            trips = rng.choice((8, 14, 20, 24, 28)) if by_main_road else rng.choice((4, 6, 10, 14))
        elif by_main_road:
            trips = rng.choice((4, 6, 8, 10, 14, 20)) if rng.random() < 0.7 else 0
        else:
            trips = rng.choice((2, 2, 4, 4, 6)) if rng.random() < 0.2 else 0
        if trips:
            stops.append(_stop(sites, place, 0, trips))
    return stops


def _stop(sites: Sites, place: Place, number: int, trips: int) -> Feature:
    return sites.make("bus", place, names(_STOP, place, number), number, trips_week=trips)
