"""The sample district as it is committed: what it promises to those who rely on it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml
from pyproj import Transformer

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT / "data" / "geo"
FACTS = ROOT.parent / "shared" / "facts" / "hlybokaye"

REAL = {"boundary", "zones", "demand", "post_offices", "railway_stops"}
NAMES = sorted(path.stem for path in GEO.glob("*.geojson"))
POINTS = [
    name
    for name in NAMES
    if name
    not in {
        "boundary",
        "zones",
        "roads",
        "mobile_coverage",
        "water_mains",
        "heat_network",
        "reference_places",
    }
]

to_plane = Transformer.from_crs("EPSG:4326", "EPSG:32635", always_xy=True).transform


def read(name: str) -> list[dict[str, Any]]:
    """Return the features of a layer."""
    features: list[dict[str, Any]] = json.loads((GEO / f"{name}.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    return features


def properties(name: str) -> list[dict[str, Any]]:
    return [each["properties"] for each in read(name)]


def shapes(name: str) -> list[Any]:
    return [shapely.geometry.shape(each["geometry"]) for each in read(name) if each["geometry"]]


def in_metres(geometry: Any) -> Any:
    return shapely.transform(geometry, lambda xy: list(zip(*to_plane(xy[:, 0], xy[:, 1]), strict=True)))


def vertices(feature: dict[str, Any]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in feature["geometry"]["coordinates"]]


@pytest.fixture(scope="module")
def roads() -> list[dict[str, Any]]:
    return read("roads")


@pytest.mark.shared
@pytest.mark.skipif(not FACTS.is_dir(), reason="the facts about the district (../shared/facts) are not here")
def test_the_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    script = ROOT / "data" / "make_sample.py"
    subprocess.run([sys.executable, script, "--facts", FACTS, "--out", tmp_path], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in GEO.iterdir() if path.name != "README.md"}
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_script_refuses_a_folder_without_facts(tmp_path: Path) -> None:
    script = ROOT / "data" / "make_sample.py"
    done = subprocess.run(
        [sys.executable, script, "--facts", tmp_path, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "boundary.csv" in done.stderr
    assert not (tmp_path / "out").exists()


def test_everybody_of_the_census_is_there_and_no_one_else() -> None:
    places = properties("demand")
    counted = [place["population"] for place in places if place["population_source"] == "census 2009"]
    estimated = [place["population"] for place in places if place["population_source"] == "estimated"]
    assert (len(places), sum(place["population"] for place in places)) == (369, 41_043)
    assert (len(counted), sum(counted)) == (52, 34_700)
    assert Counter(estimated) == {20: 314, 21: 3}
    assert estimated[:3] == [21, 21, 21]


def test_a_place_without_coordinates_does_not_vanish() -> None:
    lost = [each["properties"] for each in read("demand") if each["geometry"] is None]
    assert [(place["name"], place["population"]) for place in lost] == [("Зарубино", 168)]
    assert [each["id"] for each in read("post_offices") if each["geometry"] is None] == ["211829"]
    assert "zarubino" not in {record["place_id"] for record in properties("fixed_broadband")}


def test_the_manifest_names_every_layer_and_what_is_modelled() -> None:
    manifest = yaml.safe_load((GEO / "sample.yaml").read_text(encoding="utf-8"))
    layers = {Path(layer["file"]).stem: layer for layer in manifest["layers"]}
    assert sorted(layers) == NAMES
    assert manifest["district"]["centre"] in {place["id"] for place in properties("demand")}
    assert {name for name, layer in layers.items() if not layer["modelled"]} == REAL - {"zones"}
    assert all(set(layer["title"]) == {"ru", "be", "en"} for layer in layers.values())
    assert all(
        (layer["service"] is None) == (layer["role"] in {"boundary", "zones", "demand", "roads"})
        for layer in layers.values()
    )
    assert all(layer["features"] == len(read(name)) for name, layer in layers.items())
    assert len({layer["service"] for layer in layers.values() if layer["service"]}) >= 14


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REAL])
def test_every_modelled_feature_says_so(name: str) -> None:
    assert {each["source"] for each in properties(name)} == {"modelled"}


@pytest.mark.parametrize("name", sorted(REAL))
def test_no_real_feature_says_that_it_is_modelled(name: str) -> None:
    assert "modelled" not in {each["source"] for each in properties(name)}


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_is_geojson_as_the_standard_has_it(name: str) -> None:
    document = json.loads((GEO / f"{name}.geojson").read_text(encoding="utf-8"))
    assert "crs" not in document
    ids = [each["id"] for each in document["features"]]
    assert len(set(ids)) == len(ids)
    assert all(each["properties"]["id"] == each["id"] for each in document["features"])
    for shape in shapes(name):
        assert shape.is_valid
        flat = [value for xy in shapely.get_coordinates(shape) for value in xy]
        assert flat == [round(value, 5) for value in flat]
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(hole.is_ccw for hole in part.interiors)


def reached(links: dict[tuple[float, float], set[tuple[float, float]]], start: tuple[float, float]) -> int:
    """Return how many vertices can be reached from one."""
    seen: set[tuple[float, float]] = set()
    stack = [start]
    while stack:
        vertex = stack.pop()
        if vertex not in seen:
            seen.add(vertex)
            stack.extend(links[vertex])
    return len(seen)


def test_roads_are_one_network_in_which_no_one_way_street_is_a_trap(roads: list[dict[str, Any]]) -> None:
    onward: dict[tuple[float, float], set[tuple[float, float]]] = defaultdict(set)
    back: dict[tuple[float, float], set[tuple[float, float]]] = defaultdict(set)
    for road in roads:
        for a, b in pairwise(vertices(road)):
            onward[a].add(b)
            back[b].add(a)
            if road["properties"]["oneway"] == "no":
                onward[b].add(a)
                back[a].add(b)
    everywhere = set(onward) | set(back)
    start = vertices(roads[0])[0]
    assert reached(onward, start) == reached(back, start) == len(everywhere)
    assert any(road["properties"]["oneway"] == "yes" for road in roads)


def test_roads_meet_at_common_vertices_only(roads: list[dict[str, Any]]) -> None:
    lines = [shapely.LineString(vertices(road)) for road in roads]
    assert all(line.is_simple for line in lines)
    first, second = shapely.STRtree(lines).query(lines, predicate="intersects")
    for a, b in ((a, b) for a, b in zip(first, second, strict=True) if a < b):
        meeting = shapely.get_parts(shapely.intersection(lines[a], lines[b]))
        assert all(part.geom_type == "Point" for part in meeting)
        assert {part.coords[0] for part in meeting} <= set(lines[a].coords) & set(lines[b].coords)


def test_roads_follow_the_ground_and_reach_every_place_but_one(roads: list[dict[str, Any]]) -> None:
    lines = [in_metres(shapely.LineString(vertices(road))) for road in roads]
    assert 700_000 < sum(line.length for line in lines) < 1_300_000
    assert max(math.dist(a, b) for line in lines for a, b in pairwise(line.coords)) < 500
    network = shapely.union_all(lines)
    far = {}
    for place in read("demand"):
        if place["geometry"]:
            metres = in_metres(shapely.geometry.shape(place["geometry"])).distance(network)
            if metres > 300:
                far[place["id"]] = metres
    assert list(far) == ["peresechyno"]
    assert far["peresechyno"] > 2_200


def test_zones_tile_the_district() -> None:
    zones = shapes("zones")
    (boundary,) = shapes("boundary")
    assert shapely.coverage_is_valid(zones)
    together = shapely.coverage_union_all(zones)
    assert shapely.hausdorff_distance(together.boundary, boundary.boundary) < 1.5e-5
    assert all(not part.interiors for part in shapely.get_parts(together))


def test_every_place_stands_in_the_zone_of_its_council() -> None:
    zones = {each["properties"]["name"]: shapely.geometry.shape(each["geometry"]) for each in read("zones")}
    (boundary,) = shapes("boundary")
    outside = []
    for place in read("demand"):
        assert place["properties"]["rural_council"] in zones
        if place["geometry"] is None:
            continue
        point = shapely.geometry.shape(place["geometry"])
        holding = [name for name, zone in zones.items() if zone.covers(point)]
        if boundary.covers(point):
            assert holding == [place["properties"]["rural_council"]]
        else:
            outside.append(place["id"])
    assert outside == ["petrunovo", "kalinovoye"]


def test_each_rural_council_has_one_centre() -> None:
    centres = [place for place in properties("demand") if place["council_centre"]]
    councils = Counter(place["rural_council"] for place in centres)
    assert councils == {zone["name"]: 1 for zone in properties("zones") if zone["name"] != "Глубокое"}


@pytest.mark.parametrize("name", POINTS)
def test_points_stand_in_or_near_the_district(name: str) -> None:
    """The village of Petrunovo lies 3.3 km outside the generalised outline; nothing is farther than it."""
    boundary = in_metres(shapes("boundary")[0])
    assert max(in_metres(shape).distance(boundary) for shape in shapes(name)) < 3_600


@pytest.mark.parametrize("name", [name for name in POINTS if name != "demand"])
def test_facilities_name_a_place_that_exists(name: str) -> None:
    known = {place["id"] for place in properties("demand")}
    assert {each["place_id"] for each in properties(name)} <= known
    assert all(each[key] for each in properties(name) for key in ("name", "name_en"))


def test_coverage_leaves_some_people_out_and_some_have_no_record() -> None:
    covered = shapely.union_all(shapes("mobile_coverage"))
    places = [each for each in read("demand") if each["geometry"]]
    out = sum(
        each["properties"]["population"]
        for each in places
        if not covered.covers(shapely.geometry.shape(each["geometry"]))
    )
    assert 0.02 < out / 41_043 < 0.06
    recorded = {record["place_id"] for record in properties("fixed_broadband")}
    assert len({each["id"] for each in places} - recorded) == 12


def test_the_sample_is_small_enough_to_read() -> None:
    assert sum(path.stat().st_size for path in GEO.iterdir()) < 1_500_000
    for name in NAMES:
        assert len((GEO / f"{name}.geojson").read_text(encoding="utf-8").splitlines()) == len(read(name)) + 2
