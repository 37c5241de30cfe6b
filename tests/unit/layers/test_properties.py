"""Properties that hold for any layer: repairs settle, nothing is lost unnamed, no bytes give a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.layers.check import check
from planner.layers.prepare import prepare
from planner.layers.read import read
from planner.layers.repair import mended, repair
from planner.layers.schema import Role
from tests.unit.layers.test_check import DISTRICT, layer

ROLES = st.sampled_from([None, *Role])
# A coarse grid, so that shapes touch, cross, repeat and collapse often.
GRID = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (27.5 + at[0] / 10, 55.0 + at[1] / 10))
RING = st.lists(GRID, min_size=4, max_size=7).map(lambda ring: [*ring, ring[0]])
SHAPES = st.one_of(
    GRID.map(shapely.Point),
    st.lists(GRID, min_size=2, max_size=5).map(shapely.LineString),
    RING.map(shapely.Polygon),
    st.tuples(RING, RING).map(lambda rings: shapely.Polygon(rings[0], [rings[1]])),
    st.tuples(RING, RING).map(lambda rings: shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])),
    st.tuples(GRID, RING).map(
        lambda both: shapely.GeometryCollection([shapely.Point(both[0]), shapely.Polygon(both[1])])
    ),
    st.none(),
)
LAYERS = st.lists(SHAPES, min_size=1, max_size=6)


def settled(reading: Any, role: Role | None) -> tuple[Any, list[Any]]:
    """Repair a layer until nothing is left to accept, and return it with all that was done."""
    everything: list[Any] = []
    for _ in range(4):
        frame, repairs = repair(reading, check(reading, role, district=DISTRICT), "all")
        everything += repairs
        if not repairs:
            return reading, everything
        reading = mended(reading, frame, repairs)
    raise AssertionError([done.code for done in everything])


@settings(max_examples=150, deadline=None)
@given(shapes=LAYERS, role=ROLES)
def test_repairs_settle_and_name_every_feature_they_leave_out(shapes: list[Any], role: Role | None) -> None:
    reading = layer(shapes, driver="GeoJSON", population=[5] * len(shapes))
    after, repairs = settled(reading, role)
    gone = set(reading.frame["_fid"]) - set(after.frame["_fid"])
    named = {fid for done in repairs if "eft out" in done.message for fid in done.feature_ids}
    assert gone == named
    unlocated = set(after.frame["_fid"][after.frame.geometry.isna()]) - set(
        reading.frame["_fid"][reading.frame.geometry.isna()]
    )
    assert unlocated <= {fid for done in repairs for fid in done.feature_ids}
    assert not [fault.code for fault in check(after, role) if fault.repairable]
    there = after.frame.geometry.values[~shapely.is_missing(after.frame.geometry.values)]
    assert shapely.is_valid(there).all()


@settings(max_examples=100, deadline=None)
@given(
    shapes=LAYERS,
    accept=st.sets(st.sampled_from(["self_intersection", "duplicate_vertices", "exterior_not_ccw"])),
)
def test_a_fault_that_was_accepted_is_gone_and_the_layer_given_is_unchanged(
    shapes: list[Any], accept: set[str]
) -> None:
    reading = layer(shapes, driver="GeoJSON")
    before = shapely.to_wkb(reading.frame.geometry.values).tolist()
    frame, repairs = repair(reading, check(reading), accept)
    after = {fault.code for fault in check(mended(reading, frame, repairs))}
    assert not after & {done.code for done in repairs}
    assert shapely.to_wkb(reading.frame.geometry.values).tolist() == before
    again, nothing = repair(mended(reading, frame, repairs), check(mended(reading, frame, repairs)), accept)
    if not nothing:
        assert (
            shapely.to_wkb(again.geometry.values).tolist() == shapely.to_wkb(frame.geometry.values).tolist()
        )


@settings(max_examples=50, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(27.4, 28.3), st.floats(55.0, 55.4)), min_size=1, max_size=20),
    swapped=st.sets(st.integers(0, 19)),
)
def test_swapped_features_are_swapped_back(points: list[tuple[float, float]], swapped: set[int]) -> None:
    written = [shapely.Point(*(p[::-1] if n in swapped else p)) for n, p in enumerate(points)]
    reading = layer(written)
    frame, _ = repair(reading, check(reading, district=DISTRICT), {"lon_lat_swapped"})
    assert [(g.x, g.y) for g in frame.geometry] == points


DOCUMENT = json.dumps(
    {
        "type": "FeatureCollection",
        "bbox": [27, 55, 28, 56],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        "features": [
            {
                "type": "Feature",
                "id": 1,
                "properties": {"name": "Плиса", "pop": 473},
                "geometry": {"type": "Point", "coordinates": [27.95, 55.21]},
            },
            {
                "type": "Feature",
                "id": "b",
                "properties": {"pop": "1 200", "x": [1, {"y": 2}]},
                "geometry": {"type": "Polygon", "coordinates": [[[27, 55], [28, 55], [28, 56], [27, 55]]]},
            },
            {
                "type": "Feature",
                "properties": None,
                "geometry": {
                    "type": "GeometryCollection",
                    "geometries": [{"type": "LineString", "coordinates": [[27, 55, 1], [28, 55, 2]]}],
                },
            },
        ],
    },
    ensure_ascii=False,
).encode()
TABLE = "id;name;широта;долгота;население\n1;Плиса;55,21;27,95;473\n2;Удело;55,2;27,5;1 200\n3;;;;\n".encode(
    "cp1251"
)

FLIPS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4)


@pytest.mark.parametrize(("name", "data"), [("x.geojson", DOCUMENT), ("x.csv", TABLE)])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=FLIPS, cut=st.one_of(st.none(), st.integers(0, 600)), role=ROLES)
def test_no_mutation_of_a_file_gives_anything_but_a_refusal(
    tmp_path: Path, name: str, data: bytes, flips: list[tuple[int, int]], cut: int | None, role: Role | None
) -> None:
    mutated = bytearray(data)
    for at, byte in flips:
        mutated[at % len(data)] = byte
    path = tmp_path / name
    path.write_bytes(bytes(mutated[:cut]))
    try:
        reading = read(path)
        findings = check(reading, role, district=DISTRICT)
        for fault in findings:
            assert fault.message and fault.fix
        frame, repairs = repair(reading, findings, "all")
        check(mended(reading, frame, repairs), role, district=DISTRICT)
        prepare(frame, role or Role.ZONES, service="shop")
    except InputError as refusal:
        assert refusal.text()


# Streets of 25 to 45 m whose ends miss each other by nothing, 2 m or 3 m.
NEARLY = st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0, 0, 2e-5, -3e-5])).map(
    lambda at: (27 + at[0] * 4e-4 + at[2], 55 + at[1] * 4e-4 + at[2])
)
STREETS = st.lists(st.lists(NEARLY, min_size=2, max_size=4).map(shapely.LineString), min_size=2, max_size=8)


@settings(max_examples=100, deadline=None)
@given(streets=STREETS)
def test_joined_ends_dangle_no_more_and_lines_only_grow(streets: list[Any]) -> None:
    reading = layer(streets)
    frame, repairs = repair(reading, check(reading, Role.ROADS), {"dangling_end"})
    after = check(mended(reading, frame, repairs), Role.ROADS)
    assert "dangling_end" not in {fault.code for fault in after}
    for before, now in zip(streets, frame.geometry, strict=True):
        assert set(before.coords) <= set(now.coords)
        # Five metres of each end at most are added, 8e-5 degrees of longitude at this latitude.
        assert now.length - before.length <= 2 * 8.5e-5
