"""A whole country in one assessment: Belarus's districts and places over a modelled network of two million nodes.

Runs in a process of its own, so that its peak memory can be told: ``python -m benchmarks.country`` prints what it
measured as JSON. The network is a jittered lattice with streets left out at random: no real one may be shipped.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from benchmarks.measure import Line
from planner.i18n import speech
from planner.layers.schema import WGS84, Role
from planner.maps.district_map import service_part
from planner.scenario import CloseFacility, Scenario
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.desk import Desk
from planner.studies.drafting import new_facility
from planner.studies.inputs import Inputs, load
from planner.workspace import District, LayerOrigin, LayerRecord, Workspace

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "belarus"

NODES = 2_000_000
SERVICES = {
    "post_office": 3000, "pharmacy": 2000, "shop": 9000, "school": 2800, "kindergarten": 3500, "clinic": 1200,
    "feldsher": 1800, "club": 2500, "library": 2200, "bus": 8000, "fire": 700, "ambulance": 350, "broadband": 12000,
    "railway": 900,
}  # fmt: skip
"""Facilities by service: fourteen layers, as many as a country of this size has, roughly."""

Grid = npt.NDArray[np.float64]


class Country:
    """A workspace in memory: just what the analysis reads of one."""

    def __init__(self, layers: dict[tuple[Role, str], gpd.GeoDataFrame]) -> None:
        self.location = self.shown_as = "the country"
        self.district = District({"en": "Belarus", "ru": "Беларусь", "be": "Беларусь"})
        self._layers = layers

    def version(self) -> str:
        """Return what a workspace's state is told by."""
        return "1"

    def layers(self) -> list[LayerRecord]:
        """Return what layers there are."""
        return [
            LayerRecord(
                service or str(role), 1, "", role, service, {"en": service or str(role)}, len(frame), "0" * 64,
                dt.datetime(2026, 1, 1, tzinfo=dt.UTC), True, LayerOrigin(source="modelled"),
            )
            for (role, service), frame in self._layers.items()
        ]  # fmt: skip

    def read(self, record: LayerRecord) -> gpd.GeoDataFrame:
        """Return a layer."""
        return self._layers[record.role, record.service]


def lines() -> Iterator[Line]:
    """Yield seconds and memory of a district, a region and the country, each in a process of its own."""
    if not SHARED.is_dir():
        yield Line("a country, all services", None, target=60, note="../shared/data is not here")
        return
    found = {share: _measured(share) for share in (1 / 118, 1 / 8, 1.0)}
    whole, small = found[1.0], found[1 / 118]
    where = f"{whole['nodes']:,} nodes, {whole['places']:,} places, {whole['standards']} standards"
    yield Line("a country: read layers to assessed", whole["seconds"], target=60, note=where)
    yield Line("a country: peak memory", whole["peak_gb"], "GB", 4)
    edits = whole["edits"]
    note = f"the slowest of {len(edits)}: " + ", ".join(
        f"{what} {taken:.1f}" for what, taken in edits.items()
    )
    yield Line(
        "a country: an edit to its numbers and its map layer", max(edits.values()), target=3.0, note=note
    )
    for share, name in ((1 / 118, "a district of it"), (1 / 8, "an eighth of it")):
        yield Line(name, found[share]["seconds"], note=f"{found[share]['nodes']:,} nodes")
    grown = whole["seconds"] / small["seconds"]
    most = whole["nodes"] * math.log(whole["nodes"]) / (small["nodes"] * math.log(small["nodes"]))
    yield Line("growth from district to country, of n log n", grown / most, "x", 1)


def _measured(share: float) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.country", str(share)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(run.stdout))


def main(share: float) -> None:
    """Assess a part of the country and print what it took."""
    workspace = cast(Workspace, Country(_layers(share)))
    warm = cast(Workspace, Country(_layers(0.001)))
    standards = load_standards().default("BY")
    assess_inputs(load(warm), standards, load_standards())
    began = time.perf_counter(), time.process_time()
    inputs = load(workspace)
    after_load = time.perf_counter()
    desk = Desk(inputs, standards, load_standards())
    _ = desk.baseline
    taken = _taken(inputs, began, after_load, len([s for s in standards if s.measure]))
    print(json.dumps({**taken, "edits": _edits(desk)}))


def _edits(desk: Desk) -> dict[str, float]:
    """Return the seconds of computing from edits, one after another, to their numbers and the layer of the map.

    The first of each kind of way is left out: it joins the points.
    """
    places, scenario, taken, say = desk.inputs.places, Scenario("s"), {}, speech("ru")
    # As the app does.
    gc.collect()
    gc.freeze()
    for turn in range(2):
        for number, service in enumerate(SERVICES):
            row = (1000 * turn + 50 * number) % len(places)
            at = float(places.lon[row]), float(places.lat[row])
            scenario = scenario.with_edit(new_facility(desk.inputs, desk.catalogue, scenario, service, at))
            began = time.process_time()
            after = desk.under(scenario)
            if after.of_service(service):
                service_part(after, say, service)
            taken[service] = time.process_time() - began
    first = desk.inputs.layers[Role.FACILITIES, "shop"].texts("id")[0]
    began = time.process_time()
    service_part(desk.under(scenario.with_edit(CloseFacility("shop", str(first)))), say, "shop")
    return {**taken, "a closure": time.process_time() - began}


def _taken(inputs: Inputs, began: tuple[float, float], loaded: float, standards: int) -> dict[str, Any]:
    roads = inputs.roads
    return {
        "seconds": time.perf_counter() - began[0],
        "processor_seconds": time.process_time() - began[1],
        "reading": loaded - began[0],
        "nodes": roads.n_nodes if roads else 0,
        "places": len(inputs.places),
        "facilities": len(inputs.facilities),
        "standards": standards,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def _layers(share: float) -> dict[tuple[Role, str], gpd.GeoDataFrame]:
    """Return a part of the country around its middle with that share of its places; and its network."""
    rng = np.random.default_rng(1)
    known = pd.read_csv(SHARED / "belarus_localities_wof.csv")
    districts = gpd.read_file(SHARED / "geoBoundaries-BLR-ADM2.geojson")
    points = known[["lon", "lat"]].to_numpy()
    away = np.hypot((points[:, 0] - 28.0) * 0.59, points[:, 1] - 53.7)
    kept = np.sort(np.argsort(away, kind="stable")[: max(20, round(share * len(known)))])
    radius = float(away[kept].max())
    places = known.iloc[kept]
    layers: dict[tuple[Role, str], gpd.GeoDataFrame] = {
        (Role.DEMAND, ""): _demand(places, rng),
        (Role.ROADS, ""): _roads(share, radius, districts, rng),
        (Role.ZONES, ""): _zones(districts, places),
    }
    for service, count in SERVICES.items():
        chosen = rng.choice(len(places), max(1, round(count * share)))
        layers[Role.FACILITIES, service] = _facilities(places.iloc[chosen], service, rng)
    return layers


def _demand(places: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    people = np.where(places["population"] > 0, places["population"], rng.integers(5, 120, len(places)))
    kind = np.where(people > 5000, "town", np.where(people > 500, "agrotown", "village"))
    return gpd.GeoDataFrame(
        {
            "id": [f"p{i}" for i in places["wof_id"]],
            "name": places["name"].astype(str).to_numpy(),
            "kind": kind,
            "population": people.astype(float),
            "population_source": np.where(places["population"] > 0, "census 2009", "estimated"),
        },
        geometry=gpd.points_from_xy(places["lon"], places["lat"]),
        crs=WGS84,
    )


def _zones(districts: gpd.GeoDataFrame, places: pd.DataFrame) -> gpd.GeoDataFrame:
    box = shapely.box(places["lon"].min(), places["lat"].min(), places["lon"].max(), places["lat"].max())
    near = districts[districts.intersects(box)]
    return gpd.GeoDataFrame(
        {"id": [f"d{i}" for i in range(len(near))], "name": near["shapeName"].to_numpy()},
        geometry=near.geometry.to_numpy(),
        crs=WGS84,
    )


def _roads(
    share: float, radius: float, districts: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return a jittered lattice over the part, 1.4 streets a node, as lines between crossings."""
    outline = shapely.union_all(shapely.simplify(districts.geometry.to_numpy(), 0.01))
    if share >= 1:
        west, south, east, north = outline.bounds
    else:
        west, east = 28.0 - radius / 0.59, 28.0 + radius / 0.59
        south, north = 53.7 - radius, 53.7 + radius
    box = shapely.box(west, south, east, north)
    full = shapely.area(shapely.intersection(box, outline)) / shapely.area(box)
    cells = max(400, round(NODES * share / full))
    wide = round(math.sqrt(cells * (east - west) * 0.59 / (north - south)))
    high = round(cells / wide)
    x = west + (np.arange(wide) + 0.5) / wide * (east - west)
    y = south + (np.arange(high) + 0.5) / high * (north - south)
    xy = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    xy += rng.uniform(-0.3, 0.3, xy.shape) * [(east - west) / wide, (north - south) / high]
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, xy[:, 0], xy[:, 1])
    node = np.arange(wide * high).reshape(high, wide)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    kept = inside[u] & inside[v] & (rng.random(u.size) < 0.72)
    u, v = u[kept], v[kept]
    ends = np.stack([xy[u], xy[v]], axis=1).reshape(-1, 2)
    drawn = shapely.linestrings(np.round(ends, 6), indices=np.repeat(np.arange(u.size), 2))
    classes = np.array(["primary", "secondary", "tertiary", "unclassified", "residential", "track"])
    return gpd.GeoDataFrame(
        {
            "id": np.arange(u.size).astype(str),
            "road_class": rng.choice(classes, u.size, p=[0.04, 0.06, 0.15, 0.35, 0.25, 0.15]),
            "surface": rng.choice(np.array(["paved", "unpaved"]), u.size, p=[0.6, 0.4]),
        },
        geometry=drawn,
        crs=WGS84,
    )


def _facilities(places: pd.DataFrame, service: str, rng: np.random.Generator) -> gpd.GeoDataFrame:
    n = len(places)
    shift = rng.normal(0, 0.003, (n, 2))
    frame: dict[str, Any] = {"id": [f"{service}{i}" for i in range(n)], "name": [service] * n}
    frame["place_id"] = [f"p{i}" for i in places["wof_id"]]
    more = {"bus": "trips_week", "broadband": "mbps", "clinic": "physicians", "feldsher": "physicians"}
    if service in more:
        frame[more[service]] = rng.integers(1, 60, n).astype(float)
    return gpd.GeoDataFrame(
        frame,
        geometry=gpd.points_from_xy(places["lon"] + shift[:, 0], places["lat"] + shift[:, 1]),
        crs=WGS84,
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
