"""Make a workspace for each of a country's districts: real places and totals, modelled roads and services.

Usage: python data/make_country.py --data ../shared/data/belarus --out country [--only ID,ID]

The files that it reads are not part of this project (see data/country/README.md); what it writes is for demonstration
and measurement: the roads and the services are modelled and marked so.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from country.network import Network, model_network
from country.outlines import CAPITAL, NO_CENTRE, REGIONAL_CENTRES, TOTALS, Unit, read_units
from country.people import read_places
from country.services import Points, model_services
from pyproj import Transformer

from planner.layers.schema import WGS84, Role
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Text
from planner.workspace import Addition, District, LayerOrigin, founding

_UTM = "EPSG:32635"
_SEED = 2019
_REAL = LayerOrigin(
    source="geoBoundaries, Who's On First, GeoNames, Belstat",
    licence="ODbL 1.0; CC BY 4.0; Belstat: reference required",
)
_MODELLED = LayerOrigin(source="modelled", modelled=True)


@dataclass(frozen=True)
class Country:
    """All that is known and modelled of a country: its districts, places one after another, roads, services."""

    units: list[Unit]
    ids: list[str]
    places: gpd.GeoDataFrame
    unit_of: npt.NDArray[np.int64]
    centres: npt.NDArray[np.int64]
    roads: Network
    road_lines: npt.NDArray[np.object_]
    services: list[tuple[Points, npt.NDArray[np.object_]]]


def model_country(folder: Path) -> Country:
    """Read the facts and model the rest, the same every time."""
    units = read_units(folder)
    of_units = read_places(folder, units)
    unit_of = np.repeat(np.arange(len(units)), [len(p) for p in of_units])
    places = gpd.GeoDataFrame(pd.concat(of_units, ignore_index=True), crs=WGS84)
    people = places["population"].to_numpy(dtype=float)
    points = np.column_stack([places.geometry.x, places.geometry.y])
    forward = Transformer.from_crs(WGS84, _UTM, always_xy=True)
    xy = np.column_stack(forward.transform(points[:, 0], points[:, 1]))
    first = np.concatenate([[0], np.cumsum([len(p) for p in of_units])[:-1]])
    centres = first + np.array([int(np.argmax(p["population"] * (p["name"] != NO_CENTRE))) for p in of_units])
    rng = np.random.default_rng(_SEED)
    roads = model_network(xy, people, centres[unit_of], _above(units, centres), rng)

    def back(shapes: Any) -> Any:
        return shapely.transform(
            shapes,
            lambda c: np.round(np.column_stack(forward.transform(c[:, 0], c[:, 1], direction="INVERSE")), 6),
        )

    services = [(found, back(shapely.points(found.xy))) for found in model_services(xy, people, rng)]
    return Country(units, _ids(units, of_units), places, unit_of, centres, roads, back(roads.lines), services)


def _ids(units: Sequence[Unit], places: Sequence[gpd.GeoDataFrame]) -> list[str]:
    """Return a plain name for each district: what most of its places name as theirs."""
    names = [Counter(p["county"].dropna()).most_common(1)[0][0] for p in places]
    ids = [re.sub(r"[^a-z]+", "-", name.lower().replace("'", "")).strip("-") for name in names]
    return [f"{id}-city" if unit.raion.startswith("г. ") else id for id, unit in zip(ids, units, strict=True)]


def _role(unit: Unit) -> str:
    if unit.raion == f"г. {CAPITAL}":
        return "capital"
    return "regional_centre" if any(town in REGIONAL_CENTRES for town in unit.towns) else ""


def _above(units: Sequence[Unit], centres: npt.NDArray[np.int64]) -> dict[int, int]:
    top = {u.region: int(c) for u, c in zip(units, centres, strict=True) if _role(u) == "regional_centre"}
    capital = next(int(c) for u, c in zip(units, centres, strict=True) if _role(u) == "capital")
    return {
        int(c): capital if int(c) == top.get(u.region) else top.get(u.region, capital)
        for u, c in zip(units, centres, strict=True)
        if int(c) != capital
    }


def write_district(country: Country, number: int, folder: Path) -> Path:
    """Write one district's workspace and return its path."""
    unit, id = country.units[number], country.ids[number]
    mine = np.flatnonzero(country.unit_of == number)
    places = country.places.iloc[mine]
    names = load_standards().services
    district = District({"en": f"{id.replace('-', ' ').title()} district", "ru": unit.name, "be": unit.name}, "BY",
                        str(country.places["id"].iloc[country.centres[number]]))  # fmt: skip
    additions = [
        Addition(gpd.GeoDataFrame({"id": [id], "name": [unit.name]}, geometry=[unit.outline], crs=WGS84),
                 Role.BOUNDARY, "", {"en": "Boundary", "ru": "Граница", "be": "Мяжа"}, _REAL),
        Addition(gpd.GeoDataFrame(places.drop(columns="county").reset_index(drop=True), crs=WGS84), Role.DEMAND, "",
                 {"en": "Settlements", "ru": "Населённые пункты", "be": "Населеныя пункты"}, _REAL),
        Addition(_roads(country, number), Role.ROADS, "", {"en": "Roads", "ru": "Дороги", "be": "Дарогі"}, _MODELLED),
        *(
            Addition(_points(country, number, points, at), Role.FACILITIES, points.service,
                     _title(names[points.service].name), _MODELLED)
            for points, at in country.services
        ),
    ]  # fmt: skip
    path = folder / f"{id}.gpkg"
    path.unlink(missing_ok=True)
    with founding(path, district) as workspace:
        workspace.add_all(additions)
    return path


def _title(name: Text) -> Text:
    return dict(name)


def _roads(country: Country, number: int) -> gpd.GeoDataFrame:
    # A road between two districts is in both.
    mine = np.flatnonzero((country.unit_of[country.roads.ends] == number).any(axis=1))
    return gpd.GeoDataFrame(
        {
            "id": [f"r{i}" for i in mine],
            "road_class": country.roads.road_class[mine],
            "surface": country.roads.surface[mine],
            "source": "modelled",
        },
        geometry=country.road_lines[mine],
        crs=WGS84,
    )


def _points(country: Country, number: int, points: Points, at: npt.NDArray[np.object_]) -> gpd.GeoDataFrame:
    mine = np.flatnonzero(country.unit_of[points.place] == number)
    place = country.places["id"].to_numpy()[points.place[mine]]
    return gpd.GeoDataFrame(
        {
            "id": [f"{points.service}-{i}" for i in mine],
            "name": country.places["name"].to_numpy()[points.place[mine]],
            "place_id": place,
            "source": "modelled",
            **{name: values[mine] for name, values in points.attributes.items()},
        },
        geometry=at[mine],
        crs=WGS84,
    )


def write_regions(country: Country, path: Path) -> None:
    """Write the table of regions."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("workspace", "region", "role"))
        writer.writerows((id, u.region, _role(u)) for id, u in zip(country.ids, country.units, strict=True))


def main() -> int:
    """Write the workspaces and the table of regions into a folder."""
    parser = argparse.ArgumentParser(description="Make a workspace for each of a country's districts.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the files on the country")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--only", default="", help="ids of districts, with commas; all without it")
    options = parser.parse_args()
    if not (options.data / TOTALS).is_file():
        sys.stderr.write(f"{options.data} has no {TOTALS}; give the folder of the files with --data.\n")
        return 2
    country = model_country(options.data)
    wanted = [id for id in options.only.split(",") if id] or country.ids
    unknown = sorted(set(wanted) - set(country.ids))
    if unknown:
        sys.stderr.write(f"There is no district {unknown[0]}; known are: {', '.join(sorted(country.ids))}\n")
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    for number, id in enumerate(country.ids):
        if id in wanted:
            write_district(country, number, options.out)
    write_regions(country, options.out / "regions.csv")
    sys.stderr.write(f"Wrote {len(wanted)} districts and regions.csv to {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
