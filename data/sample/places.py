"""The places of the district as the facts give them, with ids and with people shared out."""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sample.ground import XY, LonLat, to_xy

DISTRICT_PEOPLE = 41_043
"""People of the district at the census of 2009; the places that share what is left have no public count."""

CENTRES = {
    "Голубичский сельсовет": "Голубичи",
    "Залесский сельсовет": "Залесье",
    "Зябковский сельсовет": "Зябки",
    "Коробовский сельсовет": "Коробы 2",
    "Ломашевский сельсовет": "Ломаши",
    "Обрубский сельсовет": "Обруб",
    "Озерецкий сельсовет": "Озерцы",
    "Плисский сельсовет": "Плиса",
    "Подсвильский поселковый Совет": "Подсвилье",
    "Прозорокский сельсовет": "Прозороки",
    "Псуевский сельсовет": "Псуя",
    "Уделовский сельсовет": "Удело",
    "Узречский сельсовет": "Узречье",
}
"""The place that a council is named after; of two with the name, the one that the census has in it."""

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіў"
_SOUNDS = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i w".replace("-", "")
_LATIN = dict(zip(_LETTERS, _SOUNDS.split(" "), strict=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place; ``lonlat`` and ``xy`` are missing together where it has no known position."""

    id: str
    name_ru: str | None
    name_be: str | None
    name_en: str
    kind: str
    population: int
    counted: bool
    council: str | None
    council_centre: bool
    lonlat: LonLat | None
    xy: XY | None

    @property
    def name(self) -> str:
        """The best known name: Russian, else Belarusian, else Latin."""
        return self.name_ru or self.name_be or self.name_en

    @property
    def in_belarusian(self) -> str:
        """The Belarusian name, or the best known one where it has not been found."""
        return self.name_be or self.name

    @property
    def position(self) -> XY:
        """Plane coordinates of a place that is known to have them."""
        if self.xy is None:
            raise ValueError(f"{self.id} has no known position")
        return self.xy


def transliterate(text: str) -> str:
    """Return a Russian or Belarusian name in Latin letters."""
    latin = "".join(_LATIN.get(letter, letter) for letter in text.lower())
    return latin[:1].upper() + latin[1:]


def slug(text: str) -> str:
    """Return a readable ASCII id of a Latin name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file of the facts."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lonlat_of(row: dict[str, str]) -> LonLat | None:
    """Return the position of a row, or nothing where the row has none."""
    return (float(row["lon"]), float(row["lat"])) if row["lat"] else None


def read_places(facts: Path) -> list[Place]:
    """Read the places; those without a public count share the remaining people in whole numbers.

    Parameters
    ----------
    facts : pathlib.Path
        Folder of the facts about the district.

    Returns
    -------
    list of Place
        In the order of the file. The first places without a count take the people that do not divide evenly.
    """
    table = rows(facts / "settlements.csv")
    uncounted = sum(not row["population_2009"] for row in table)
    left = DISTRICT_PEOPLE - sum(int(row["population_2009"] or 0) for row in table)
    share, more = divmod(left, uncounted)
    centres = _centre_rows(table)
    seen: Counter[str] = Counter()
    places = []
    for number, row in enumerate(table):
        latin = row["name_latin"] or transliterate(row["name_ru"] or row["name_be"])
        stem = slug(latin)
        seen[stem] += 1
        counted = bool(row["population_2009"])
        if not counted:
            population, more = share + (more > 0), more - 1
        lonlat = lonlat_of(row)
        places.append(
            Place(
                id=stem if seen[stem] == 1 else f"{stem}-{seen[stem]}",
                name_ru=row["name_ru"] or None,
                name_be=row["name_be"] or None,
                name_en=latin,
                kind=row["kind"],
                population=int(row["population_2009"]) if counted else population,
                counted=counted,
                council=row["rural_council"] or None,
                council_centre=number in centres,
                lonlat=lonlat,
                xy=to_xy(lonlat) if lonlat else None,
            )
        )
    return places


def _centre_rows(table: list[dict[str, str]]) -> set[int]:
    """Return which rows are the places that councils are named after."""
    found = set()
    for council, name in CENTRES.items():
        named = [number for number, row in enumerate(table) if row["name_ru"] == name]
        found.add(min(named, key=lambda number: (table[number]["rural_council"] != council, number)))
    return found


def by_id(places: list[Place]) -> dict[str, Place]:
    """Return places by their ids."""
    return {place.id: place for place in places}


def nearest_place(point: XY, places: list[Place]) -> Place:
    """Return the located place nearest to a point; the first of the file where two are equally near."""
    return min((place for place in places if place.xy), key=lambda place: math.dist(place.position, point))
