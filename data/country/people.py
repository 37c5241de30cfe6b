"""Places of each district and their people: census where known, the rest of the total spread over the rest."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from country.outlines import Unit
from planner.layers.population import spread

LOCALITIES = "belarus_localities_wof.csv"
CENSUS = "census2009_settlements.csv"

_TOWN = re.compile(r"^(?:г\.п|р\.п|к\.п|г|гп|рп|кп)\.?\s+")
_VILLAGE = re.compile(r"^(?:аг|д|п|с|х|гп|рп|кп|г|ст|ж/д ст|раз|рзд|кп|пгт)\.?\s+")
_RAION = {"Горецкий": ("Горецкий", "Дрибинский")}
_AGROTOWN_FROM = 500
_LEAST = 1
"""People of a place of which nothing is known."""


def read_places(folder: Path, units: list[Unit]) -> list[gpd.GeoDataFrame]:
    """Return the places of each district, in the order of `units`, WGS 84.

    Columns: ``id``, ``name``, ``name_be``, ``name_en``, ``kind``, ``population``, ``population_source``, ``county``.
    The people of each district add up to its total.

    Raises
    ------
    ValueError
        If somebody is lost or counted twice.
    """
    known = pd.read_csv(folder / LOCALITIES)
    known = known[(known["placetype"] == "locality") & ~known["superseded"].astype(bool)]
    points = gpd.GeoDataFrame(known, geometry=gpd.points_from_xy(known["lon"], known["lat"]), crs="EPSG:4326")
    shapes = gpd.GeoDataFrame(
        {"unit": range(len(units))}, geometry=[u.outline for u in units], crs="EPSG:4326"
    )
    # A place in two outlines, which overlap here and there, is of the first.
    where = points.sjoin(shapes, predicate="within")["unit"]
    where = where[~where.index.duplicated()]
    census = pd.read_csv(folder / CENSUS)
    found = []
    for number, unit in enumerate(units):
        mine = points.loc[where.index[where == number]].sort_values("wof_id")
        places = _people(unit, mine.reset_index(drop=True), census)
        if int(places["population"].sum()) != unit.total:
            raise ValueError(f"{unit.name}: {places['population'].sum()} people, not {unit.total}")
        found.append(places)
    return found


def _people(unit: Unit, frame: gpd.GeoDataFrame, census: pd.DataFrame) -> gpd.GeoDataFrame:
    names = frame["name_ru"].fillna(frame["name"]).map(_plain)
    people = np.full(len(frame), np.nan)
    source = np.full(len(frame), "estimated", dtype=object)
    kind = np.full(len(frame), "village", dtype=object)
    for town, total in unit.towns.items():
        row = _town_row(frame, names, _plain(_TOWN.sub("", town)), unit)
        if row is not None and np.isnan(people[row]):
            people[row], source[row], kind[row] = total, "Belstat 2019", "town"
    if sum(unit.towns.values()) == unit.total:
        # The capital: whatever else the list has within it are its quarters.
        frame, names = frame[~np.isnan(people)], names[~np.isnan(people)]
        source, kind, people = (array[~np.isnan(people)] for array in (source, kind, people))
    _from_census(unit, names, people, source, census)
    _rest(unit.total, people, source)
    kind[(kind == "village") & (people >= _AGROTOWN_FROM)] = "agrotown"
    russian = frame["name_ru"].fillna(frame["name"])
    # Of a town the statistics have the name in full.
    for total, town in {total: _TOWN.sub("", town) for town, total in unit.towns.items()}.items():
        russian = russian.mask((source == "Belstat 2019") & (people == total), town)
    return gpd.GeoDataFrame(
        {
            "id": ["p" + str(i) for i in frame["wof_id"]],
            "name": russian.to_numpy(),
            "name_be": frame["name_be"].fillna("").to_numpy(),
            "name_en": frame["name"].to_numpy(),
            "kind": kind,
            "population": people,
            "population_source": source,
            "county": frame["county"].to_numpy(),
        },
        geometry=frame.geometry.to_numpy(),
        crs="EPSG:4326",
    )


def _plain(name: object) -> str:
    return re.sub(r"[^а-яa-zіў0-9]+", " ", str(name).lower().replace("ё", "е")).strip()


def _town_row(frame: gpd.GeoDataFrame, names: pd.Series, town: str, unit: Unit) -> int | None:
    """Return the row of a town: of several of its name the one that the list of places knows as the largest."""
    rows = np.flatnonzero((names == town).to_numpy())
    if not rows.size and len(unit.towns) and _plain(_TOWN.sub("", next(iter(unit.towns)))) == town:
        # The district's centre under a name of its own: it is the largest place in the list.
        rows = np.arange(len(frame))
    if not rows.size:
        return None
    return int(rows[np.argmax(frame["population"].to_numpy()[rows])])


def _from_census(
    unit: Unit,
    names: pd.Series,
    people: npt.NDArray[np.float64],
    source: npt.NDArray[np.object_],
    census: pd.DataFrame,
) -> None:
    """Fill in what the census knows: places whose name is borne by one place only, in the list and in the census."""
    raions = _RAION.get(unit.raion, (unit.raion,))
    mine = census[census["raion"].str.replace(r"\s+р-н$", "", regex=True).isin(raions)]
    told = mine["settlement"].map(lambda text: _plain(_VILLAGE.sub("", text)))
    once = ~told.duplicated(keep=False)
    counted = dict(zip(told[once], mine["pop2009"][once], strict=True))
    single = ~names.duplicated(keep=False).to_numpy()
    for row in np.flatnonzero(single & np.isnan(people)):
        if names.iloc[row] in counted:
            people[row], source[row] = counted[names.iloc[row]], "census 2009"


def _rest(total: int, people: npt.NDArray[np.float64], source: npt.NDArray[np.object_]) -> None:
    """Spread whoever is left over the places of which nothing is known; a census that leaves too few gives way."""
    unknown = np.isnan(people)
    fixed = source == "Belstat 2019"
    left = total - int(people[~unknown].sum())
    if left < _LEAST * int(unknown.sum()) or (left and not unknown.any()):
        counted = ~unknown & ~fixed
        room = total - int(people[fixed].sum()) - _LEAST * int(unknown.sum())
        people[counted] = spread(room, people[counted])
        source[counted] = "census 2009, scaled to 2019"
        left = total - int(people[~unknown].sum())
    if unknown.any():
        people[unknown] = spread(left, np.ones(int(unknown.sum())))
