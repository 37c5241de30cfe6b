"""What a layer of each role has to hold, and under which names.

A *role* says what a layer is for the analysis. Columns are stored under the names given here; names used by
other offices are recognised by :data:`ALIASES` and renamed on the way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WGS84 = "EPSG:4326"


BUILDING = "building"
"""The service under which a layer of demand holds people by building, beside that of settlements."""


class Role(StrEnum):
    """What a layer is for the analysis."""

    BOUNDARY = "boundary"
    DEMAND = "demand"
    FACILITIES = "facilities"
    SERVICE_AREA = "service-area"
    LINES = "lines"
    ROADS = "roads"
    CANDIDATES = "candidates"
    ZONES = "zones"


@dataclass(frozen=True, slots=True)
class RoleSchema:
    """What a role asks of a layer.

    Attributes
    ----------
    geometries : tuple of str
        ``point``, ``line``, ``polygon``. A facility or a place given as an area counts at a point inside it.
    required : tuple of str
        Columns without which the layer cannot be used.
    optional : tuple of str
        Columns that the planner uses where they are there. Others are kept and shown.
    needs_service : bool
        Whether the layer must name the service it belongs to.
    """

    geometries: tuple[str, ...]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needs_service: bool = False


NAMES = ("name", "name_ru", "name_be", "name_en")

SCHEMAS: dict[Role, RoleSchema] = {
    Role.BOUNDARY: RoleSchema(("polygon",), (), NAMES),
    Role.DEMAND: RoleSchema(
        ("point", "polygon"),
        ("population",),
        ("id", *NAMES, "kind", "population_source", "rural_council", "council_centre", "source"),
    ),
    Role.FACILITIES: RoleSchema(
        ("point", "polygon"), (), ("id", *NAMES, "place_id", "source"), needs_service=True
    ),
    Role.SERVICE_AREA: RoleSchema(("polygon",), (), ("id", *NAMES, "source"), needs_service=True),
    Role.LINES: RoleSchema(("line",), (), ("id", *NAMES, "source"), needs_service=True),
    Role.ROADS: RoleSchema(
        ("line",),
        (),
        ("id", *NAMES, "road_class", "surface", "speed_kmh", "oneway", "bridge", "tunnel", "level", "source"),
    ),
    Role.CANDIDATES: RoleSchema(("point", "polygon"), (), ("id", *NAMES, "cost")),
    Role.ZONES: RoleSchema(("polygon",), (), ("id", *NAMES, "population", "population_source", "source")),
}

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("fid", "objectid", "osm_id", "gid", "код", "ид"),
    "name": (
        "название",
        "наименование",
        "назва",
        "title",
        "label",
        "nazvanie",
    ),
    "name_ru": ("name:ru", "название_ru", "наименование_ru"),
    "name_be": ("name:be", "назва_be", "название_be"),
    "name_en": ("name:en", "name_latin", "int_name"),
    "population": (
        "pop",
        "population_2009",
        "pop2009",
        "people",
        "inhabitants",
        "residents",
        "население",
        "насельніцтва",
        "численность",
        "численность_населения",
        "жителей",
        "жыхароў",
    ),
    "kind": ("place", "settlement_type", "тип", "вид", "категория", "катэгорыя"),
    "rural_council": ("council", "selsovet", "сельсовет", "сельсавет", "сельский_совет"),
    "road_class": ("highway", "class", "fclass", "класс", "категория_дороги"),
    "surface": ("покрытие", "пакрыццё"),
    "speed_kmh": ("maxspeed", "speed", "скорость"),
    "oneway": ("one_way", "односторонняя"),
    "level": ("layer",),
    "trips_week": ("trips_per_week", "рейсов_в_неделю", "рейсаў_у_тыдзень"),
    "mbps": ("mbit_s", "speed_mbps", "download_mbps", "мбит_с"),
}

SETTLEMENT_NAMES = ("settlement", "населенный_пункт", "нас_пункт", "населены_пункт")
"""Other names of the column ``name`` in a layer of settlements."""

_URBAN = {
    "town",
    "city",
    "urban settlement",
    "urban-type settlement",
    "suburb",
    "neighbourhood",
    "quarter",
    "город",
    "горад",
    "г",
    "гп",
    "г.п",
    "городской поселок",
    "городской посёлок",
    "гарадскі пасёлак",
    "пгт",
    "рабочий поселок",
    "рабочий посёлок",
    "курортный поселок",
    "курортный посёлок",
}
_AGROTOWN = {"agrotown", "agro-town", "агрогородок", "аграгарадок", "аг", "а.г"}


def area_type(kind: object) -> str:
    """Return the area type of a place from its kind.

    Parameters
    ----------
    kind : object
        The kind of settlement as a data holder writes it, in English, Russian or Belarusian.

    Returns
    -------
    str
        ``urban``, ``agrotown``, ``village``; the empty string where no kind is given.
    """
    text = str(kind).strip().strip(".").lower() if kind is not None and kind == kind else ""
    if not text or text in {"none", "nan", "<na>"}:
        return ""
    if text in _URBAN:
        return "urban"
    return "agrotown" if text in _AGROTOWN else "village"
