"""Real extracts of OpenStreetMap, small ones: a mountain country, two valleys and a piece of rural Germany.

Lengths of roads that cars may use are those that ``../shared/data/README.md`` states. They are of all roads, whoever
may drive there: the mapping's rule of access is switched off to compare them. With it Liechtenstein has 681 km, for
92 km of forest and farm tracks are closed to the public.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.osm import OsmDistrict, read_osm
from planner.layers.osm_mapping import TagMapping, read_mapping
from planner.layers.schema import WGS84, Role
from planner.network.build import build
from planner.network.modes import modes
from planner.studies.assess import assess
from planner.studies.osm_import import found_from_osm
from planner.workspace import open_workspace

pytestmark = pytest.mark.shared

OSM = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "osm"
LIECHTENSTEIN, ANDORRA = OSM / "liechtenstein-2013-08-03.osm.pbf", OSM / "andorra.osm.pbf"
BAYREUTH, VITEBSK = OSM / "north-bayreuth.osm.gz", OSM / "belarus-east.osm.gz"


@cache
def open_to_all() -> TagMapping:
    """Return the shipped mapping without its rule of access."""
    rules = read_mapping()
    return dataclasses.replace(rules, roads=dataclasses.replace(rules.roads, closed=frozenset()))


def frame(found: OsmDistrict, role: Role, service: str = "") -> GeoDataFrame:
    return next(each.reading.frame for each in found.layers if (each.role, each.service) == (role, service))


def drivable(found: OsmDistrict) -> tuple[float, float]:
    """Return the kilometres of road that cars may use and the share of it that hangs together."""
    roads = frame(found, Role.ROADS)
    parts, row = shapely.get_parts(roads.geometry.to_numpy(), return_index=True)
    west, south, east, north = shapely.total_bounds(parts)
    classes = roads["road_class"].to_numpy(dtype=object)[row]
    nothing = np.full(len(row), np.nan)
    edges = build(
        parts, Grid((west + east) / 2, (south + north) / 2), road_class=classes,
        surface=np.full(len(row), "", dtype=object), speed_kmh=nothing, oneway=np.zeros(len(row), dtype=np.int64),
    )  # fmt: skip
    usable = np.isfinite(modes()["car"].edge_kmh(edges.road_class, edges.paved, edges.speed_kmh))
    total = edges.length_m[usable].sum()
    return total / 1000, edges.length_m[edges.components(usable) == 0].sum() / total


@pytest.mark.parametrize(
    ("path", "km", "together"),
    [(LIECHTENSTEIN, 774, 0.92), (BAYREUTH, 527, 0.98), (VITEBSK, 39, 1.0), (ANDORRA, 533, 0.95)],
)
def test_roads_are_as_long_as_they_are_said_to_be(path: Path, km: float, together: float) -> None:
    found_km, share = drivable(read_osm(path, mapping=open_to_all()))
    assert found_km == pytest.approx(km, abs=1)
    assert share == pytest.approx(together, abs=0.02)


def test_roads_that_are_open_to_the_public_hang_together_better() -> None:
    km, share = drivable(read_osm(LIECHTENSTEIN))
    assert km == pytest.approx(681.5, abs=1)
    assert share == pytest.approx(0.937, abs=0.005)


def test_places_of_rural_germany() -> None:
    places = frame(read_osm(BAYREUTH), Role.DEMAND)
    assert len(places) == 71
    assert places["population"].notna().sum() == 2
    assert places["kind"].value_counts().to_dict() == {"hamlet": 48, "village": 22, "isolated dwelling": 1}


@pytest.mark.parametrize(
    ("path", "district", "places"),
    [
        (LIECHTENSTEIN, "Лихтенштейн", 16),
        (LIECHTENSTEIN, "Ліхтэнштэйн", 16),  # which the file writes with a Latin i
        (LIECHTENSTEIN, "Triesenberg", 4),
        (ANDORRA, "ordino", 11),
    ],
)
def test_a_named_district_can_be_assessed(path: Path, district: str, places: int, tmp_path: Path) -> None:
    done = found_from_osm(tmp_path / "new.gpkg", path, district=district)
    assert done.acceptable
    assert done.counts["demand"] == places
    assessment = assess(open_workspace(tmp_path / "new.gpkg"))
    assert len(assessment.places) == places
    outline = shapely.union_all(
        open_workspace(tmp_path / "new.gpkg").read(done.layers[0]).geometry.to_numpy()
    )
    lon, lat = assessment.places.lon, assessment.places.lat
    assert shapely.covers(outline, shapely.points(lon, lat)).all()


def test_an_outline_that_the_extract_cuts_is_not_made_up() -> None:
    with pytest.raises(InputError, match="2 of its 19 lines are missing"):
        read_osm(ANDORRA, district="Andorra")


def test_a_district_by_its_outline_has_people_and_gaps(tmp_path: Path) -> None:
    outline = tmp_path / "north.geojson"
    places = frame(read_osm(BAYREUTH), Role.DEMAND)
    GeoDataFrame(geometry=[shapely.box(*places.total_bounds)], crs=WGS84).to_file(outline, driver="GeoJSON")
    done = found_from_osm(tmp_path / "new.gpkg", BAYREUTH, boundary=outline, jurisdiction="INT")
    assert done.counts["demand"] == 71
    assessment = assess(open_workspace(tmp_path / "new.gpkg"))
    assert assessment.places.population.sum() == 3959 + 1085
    assert np.isfinite(assessment.places.road_distance_m).all()


def test_a_part_of_a_real_extract_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    from planner.cli import main

    for path in (LIECHTENSTEIN, BAYREUTH):
        data = path.read_bytes()
        for share in (0.1, 0.5, 0.95):
            broken = tmp_path / path.name
            broken.write_bytes(data[: int(len(data) * share)])
            assert (
                main(["import-osm", str(tmp_path / "new.gpkg"), str(broken), "--district", "Liechtenstein"])
                == 2
            )
            assert not (tmp_path / "new.gpkg").exists()
