"""Districts: their outlines, names, regions and totals of people, out of files that name them differently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

OUTLINES = "geoBoundaries-BLR-ADM2.geojson"
TOTALS = "belstat_population_2019_by_unit_age_sex.csv"

CAPITAL = "Минск"
_RAIONS = {
    "Березино": "Березинский", "Береза": "Березовский", "Берестовица": "Берестовицкий", "Борисов": "Борисовский",
    "Гомель": "Гомельский", "Горки": "Горецкий", "Городок": "Городокский", "Глубокое": "Глубокский",
    "Глуцк": "Глусский",
    "Гродно": "Гродненский", "Жлобин": "Жлобинский", "Жабинка": "Жабинковский", "Иваново": "Ивановский",
    "Ивацевичи": "Ивацевичский", "Ивье": "Ивьевский", "Кировск": "Кировский", "Клецк": "Клецкий",
    "Климовичи": "Климовичский", "Кличев": "Кличевский", "Корма": "Кормянский", "Крупки": "Крупский",
    "Кареличи": "Кореличский",
    "Минский район": "Минский", "Октябрьский": "Октябрьский", "Пуховичи": "Пуховичский", "Расоны": "Россонский",
    "Свислоч": "Свислочский", "Слолбцы": "Столбцовский", "Старые дороги": "Стародорожский", "Столин": "Столинский",
    "Слоним": "Слонимский", "Слуцк": "Слуцкий", "Славгород": "Славгородский", "Червень": "Червенский",
    "Чериков": "Чериковский", "Чечерск": "Чечерский", "Браслав": "Браславский", "Брагин": "Брагинский",
    "Могилев": "Могилевский", "Мозырь": "Мозырский", "Орша": "Оршанский", "Ошмяны": "Ошмянский",
}  # fmt: skip
"""Whose name alone does not say which district it is: by what the outlines call it."""

_JOINED = {"Дрибинский": "Горецкий"}
"""A district that has no outline of its own: it lies in that of another."""

_CITIES = {
    "г. Брест": "Брестский", "г. Барановичи": "Барановичский", "г. Пинск": "Пинский", "г. Витебск": "Витебский",
    "г. Новополоцк": "Полоцкий", "г.п. Боровуха": "Полоцкий", "г. Гомель": "Гомельский", "г. Гродно": "Гродненский",
    "г. Жодино": "Борисовский", "г. Могилев": "Могилевский", "г. Бобруйск": "Бобруйский",
}  # fmt: skip
"""Cities that belong to no district by law, by the district whose outline they lie in."""

REGIONAL_CENTRES = ("г. Брест", "г. Витебск", "г. Гомель", "г. Гродно", "г. Могилев")

NO_CENTRE = "Новополоцк"
"""Larger than the centre of the district whose outline it lies in."""

_MISNAMED = 102
"""An outline that goes by another district's name: it is that of Borisov."""


@dataclass(frozen=True)
class Unit:
    """A district as the statistics know it.

    Attributes
    ----------
    raion : str
        Its name; of the capital ``г. Минск``.
    region : str
    total : int
        People, 2019.
    towns : mapping of str to int
        People of its cities and urban settlements, the largest first.
    outline : shapely geometry
        WGS 84.
    """

    raion: str
    region: str
    total: int
    towns: Mapping[str, int]
    outline: Any

    @property
    def name(self) -> str:
        """What the district is called."""
        return self.raion if self.raion.startswith("г. ") else f"{self.raion} район"


def read_units(folder: Path) -> list[Unit]:
    """Return every district of the country with its outline.

    Raises
    ------
    ValueError
        If an outline finds no district, or a district no outline: nobody may be lost.
    """
    frame = gpd.read_file(folder / OUTLINES)
    outlines: dict[str, Any] = {}
    totals = _totals(folder / TOTALS)
    for number, (name, shape) in enumerate(zip(frame["shapeName"], frame.geometry, strict=True)):
        raion = _raion("Борисов" if number == _MISNAMED else name, totals)
        # The capital is there twice.
        outlines.setdefault(raion, shapely.make_valid(shape))
    if set(outlines) != set(totals):
        raise ValueError(f"districts and outlines differ: {sorted(set(outlines) ^ set(totals))}")
    return [
        Unit(raion, region, total, dict(sorted(towns.items(), key=lambda t: -t[1])), outlines[raion])
        for raion, (region, total, towns) in sorted(totals.items())
    ]


def _raion(name: str, totals: Mapping[str, Any]) -> str:
    if name == CAPITAL:
        return f"г. {CAPITAL}"
    if name in _RAIONS:
        return _RAIONS[name]
    stem = re.sub(r"[аеёиоуыьйя]+$", "", name.split("-")[0])[:5].replace("ё", "е")
    found = [raion for raion in totals if raion.startswith(stem)]
    if len(found) != 1:
        raise ValueError(f"the outline {name} fits {found}")
    return found[0]


def _totals(path: Path) -> dict[str, tuple[str, int, dict[str, int]]]:
    """Return region, total and towns of each district: the table lists towns below the district they belong to."""
    table = pd.read_csv(path)
    table = table[table["age_group"] == "all"]
    regions: dict[str, str] = {}
    people: Counter[str] = Counter()
    towns: dict[str, dict[str, int]] = {}
    region, raion = "", ""
    for unit, total in zip(table["unit"], table["total"], strict=True):
        name = str(unit).replace("+", " ").strip()
        if name.endswith("область"):
            region, raion = name, ""
            continue
        if name == f"г. {CAPITAL}":
            regions[name] = "Минская область"
            people[name], towns[name] = int(total), {name: int(total)}
        elif name.endswith(" район"):
            raion = _JOINED.get(name.removesuffix(" район"), name.removesuffix(" район"))
            regions[raion] = region
            people[raion] += int(total)
        elif name in _CITIES:
            towns.setdefault(_CITIES[name], {})[name] = int(total)
            # Whoever is in a city council's total is counted with it.
            people[_CITIES[name]] += 0 if _CITIES[name] == "Полоцкий" else int(total)
        elif name.endswith("горсовет"):
            people["Полоцкий"] += int(total)
        elif raion:
            towns.setdefault(raion, {})[name] = int(total)
    return {raion: (regions[raion], people[raion], towns.get(raion, {})) for raion in regions}
