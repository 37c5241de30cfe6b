"""Every repair of a geometry can be looked at: the feature as it came, and as it would be kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Transformer

from planner.i18n import speech
from planner.layers.repair import DONE
from planner.layers.schema import Role
from planner.maps.sketch import Drawn, sketch_svg
from planner.studies import intake
from planner.studies.faults_seen import CHANGING, Seen, features_of, seen
from planner.workspace import District, LayerOrigin, Workspace, create_workspace

W, S = 27.5, 55.0


def ring(*points: tuple[float, float]) -> list[list[float]]:
    return [[W + x / 100, S + y / 100] for x, y in points]


def area(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": ring(*points)}


SQUARE = ring((0, 0), (4, 0), (4, 4), (0, 4), (0, 0))
POINT = {"type": "Point", "coordinates": [W, S]}
Z, ROADS, POSTS = Role.ZONES, Role.ROADS, Role.FACILITIES
CASES: dict[str, tuple[Role, list[Any]]] = {
    "self_intersection": (Z, [area(ring((0, 0), (4, 4), (4, 0), (0, 4), (0, 0)))]),
    "rings_intersect": (Z, [area(SQUARE, ring((3, 1), (3, 2), (6, 2), (6, 1), (3, 1)))]),
    "ring_self_intersection": (Z, [area(ring((0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)))]),
    "hole_outside_shell": (Z, [area(SQUARE, ring((6, 1), (6, 2), (7, 2), (7, 1), (6, 1)))]),
    "nested_shells": (Z, [{"type": "MultiPolygon", "coordinates": [
        [SQUARE], [ring((1, 1), (2, 1), (2, 2), (1, 2), (1, 1))]]}]),
    "interior_disconnected": (Z, [area(SQUARE, ring((0, 2), (2, 0), (4, 2), (2, 4), (0, 2)))]),
    "spikes": (Z, [area(ring((0, 0), (4, 0), (4, 2), (9, 2.000001), (4, 2.000002), (4, 4), (0, 4), (0, 0)))]),
    "duplicate_vertices": (Z, [area(ring((0, 0), (4, 0), (4, 0), (4, 4), (0, 4), (0, 0)))]),
    "exterior_not_ccw": (Z, [area(SQUARE[::-1])]),
    "interior_not_cw": (Z, [area(SQUARE, ring((1, 1), (2, 1), (2, 2), (1, 2), (1, 1)))]),
    "ring_unclosed": (Z, [area(SQUARE[:-1])]),
    "ring_too_few_points": (Z, [area(ring((0, 0), (4, 0), (0, 0)))]),
    "geometry_3d": (POSTS, [{"type": "Point", "coordinates": [W, S, 120.0]}]),
    "geometry_empty": (POSTS, [{"type": "Point", "coordinates": []}]),
    "coordinates_string": (POSTS, [{"type": "Point", "coordinates": [str(W), str(S)]}]),
    "coordinates_1d": (POSTS, [{"type": "Point", "coordinates": [W]}]),
    "coordinates_not_numbers": (POSTS, [{"type": "Point", "coordinates": [None, S]}]),
    "coordinates_too_deep": (POSTS, [{"type": "Point", "coordinates": [[W, S]]}]),
    "geometry_type_unknown": (POSTS, [{"type": "Pint", "coordinates": [W, S]}]),
    "line_too_short": (ROADS, [{"type": "LineString", "coordinates": [[W, S]]}]),
    "collection_for_role": (ROADS, [{"type": "GeometryCollection", "geometries": [POINT, line((0, 0), (2, 2))]}]),
    "collection_null_geometry": (ROADS, [{"type": "GeometryCollection", "geometries": [
        None, line((0, 0), (2, 2))]}]),
    "geometry_type_wrong": (ROADS, [POINT, line((0, 0), (2, 2))]),
    "geometry_needed": (ROADS, [None, line((0, 0), (2, 2))]),
    "zero_length_line": (ROADS, [line((0, 0), (0, 0)), line((0, 0), (2, 2))]),
    "dangling_end": (ROADS, [line((0, 0), (8, 0)), line((4, 4), (4, 0.002))]),
    "duplicate_features": (POSTS, [POINT, POINT]),
    "lon_lat_swapped": (POSTS, [{"type": "Point", "coordinates": [S, W]}]),
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = create_workspace(tmp_path_factory.mktemp("seen") / "w.gpkg", District({"en": "X"}))
    from geopandas import GeoDataFrame

    outline = GeoDataFrame({"id": ["1"]}, geometry=[shapely.box(27, 54.6, 28, 55.4)], crs="EPSG:4326")
    made.add(outline, Role.BOUNDARY, "", title={"en": "B"}, origin=LayerOrigin())
    return made


def examined(workspace: Workspace, path: Path, role: Role, geometries: list[Any]) -> intake.Proposal:
    features = [
        {"type": "Feature", "properties": {"name": "a"} if role is POSTS else {}, "geometry": geometry}
        for geometry in geometries
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return intake.examine(path, role, "shop" if role is POSTS else "", workspace=workspace)


def one(proposal: intake.Proposal, code: str) -> Seen:
    found = next(f for f in proposal.findings if f.code == code)
    assert len(features_of(proposal, found)) == found.count
    return seen(proposal, found)[0]


@pytest.mark.parametrize("code", CASES)
def test_a_repair_is_seen_before_and_after(code: str, workspace: Workspace, tmp_path: Path) -> None:
    role, geometries = CASES[code]
    proposal = examined(workspace, tmp_path / "x.geojson", role, geometries)
    shown = one(proposal, code)
    mended = intake.mend(proposal, [code])
    assert code in {done.code for done in mended.repairs}
    assert code not in {f.code for f in mended.left}
    # Where nothing can be drawn of what came, and nothing is kept, there is no picture.
    assert shown.changes or (shown.before is None and shown.after is None)
    # What is shown of the feature is what would be kept of it.
    kept = dict(zip(mended.frame.get("id", []), mended.frame.geometry, strict=False)).get(shown.id)
    if kept is not None and shown.after is not None:
        assert shapely.equals_exact(shapely.force_2d(kept), shapely.force_2d(shown.after), 1e-9)
    assert sketch_svg([Drawn(shown.before, "before")], speech("en")).startswith("<svg")


def test_every_fault_of_a_geometry_that_can_be_mended_has_its_picture() -> None:
    attributes = {c for c in DONE if c.startswith("population_")} | {"text_garbled", "properties_not_object"}
    assert set(DONE) - attributes - CHANGING == set()


def test_an_unclosed_ring_is_shown_open_and_then_closed(workspace: Workspace, tmp_path: Path) -> None:
    role, geometries = CASES["ring_unclosed"]
    shown = one(examined(workspace, tmp_path / "x.geojson", role, geometries), "ring_unclosed")
    assert shown.vertices == (4, 5)
    assert shapely.get_dimensions(shown.before) == 1
    assert shown.after is not None
    assert shown.after.area > 0


def test_a_dangling_end_is_shown_close_up(workspace: Workspace, tmp_path: Path) -> None:
    role, geometries = CASES["dangling_end"]
    proposal = examined(workspace, tmp_path / "x.geojson", role, geometries)
    found = next(f for f in proposal.findings if f.code == "dangling_end")
    shown = next(s for s in seen(proposal, found) if s.changes and s.focus)
    west, south, east, north = shown.focus or (0, 0, 0, 0)
    assert east - west < 0.001
    assert len(shown.around) == 1
    assert west < W + 0.04 < east
    assert south < S < north


def test_what_is_no_repair_of_a_geometry_shows_the_feature_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    proposal = examined(
        workspace, tmp_path / "x.geojson", POSTS, [POINT, POINT | {"coordinates": [29.9, 55]}]
    )
    shown = one(proposal, "outside_district")
    assert (shown.changes, shown.left_out) == (False, False)
    assert shown.outline is not None
    assert shown.before is not None
    assert shown.before.x == 29.9


def test_a_layer_without_a_coordinate_system_is_seen_where_it_would_lie(
    workspace: Workspace, tmp_path: Path
) -> None:
    # So far north that any other system would have them outside the district.
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(27.5, 55.39)
    far = [{"type": "Point", "coordinates": [x + 100 * i, y]} for i in range(3)]
    proposal = examined(workspace, tmp_path / "x.geojson", POSTS, far)
    shown = one(proposal, "crs_recognised")
    assert shown.changes
    assert shown.before is not None
    assert shown.before.x == pytest.approx(x)
    assert shapely.box(27, 54.6, 28, 55.4).contains(shown.after)


def test_a_sketch_says_where_nothing_can_be_drawn_and_escapes_what_it_writes() -> None:
    say = speech("en")
    assert "no location" in sketch_svg([Drawn(None), Drawn(shapely.Point())], say)
    named = sketch_svg([Drawn(shapely.Point(27, 55), "after", "<b>")], say)
    assert "&lt;b&gt;" in named
    assert "<b>" not in named
    far = sketch_svg([Drawn(shapely.Point(500000, 6100000))], say)
    assert "500,000" in far
