"""Real files with real defects: each gives the finding that names its defect, sound ones give none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from planner.layers.check import check, usable
from planner.layers.country import country_outline
from planner.layers.read import read
from planner.layers.repair import mended, repair
from planner.layers.schema import Role

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
BAD = SHARED / "bad_input"
VALIDATOR = BAD / "geojson_validator"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not BAD.is_dir(), reason="the real files are not beside the checkout (../shared/data)"
    ),
]

# The defect that a file's name says, and the finding that names it.
EXPECTED = {
    "invalid_exterior_not_ccw": "exterior_not_ccw",
    "invalid_incorrect_geometry_data_type": "coordinates_too_deep",
    "invalid_inner_and_exterior_ring_intersect": "rings_intersect",
    "invalid_interior_not_cw": "interior_not_cw",
    "invalid_less_three_unique_nodes": "ring_too_few_points",
    "invalid_unclosed": "ring_unclosed",
    "invalid_feature_geometry_is_string": "geometry_not_object",
    "invalid_feature_id_type": "id_type",
    "invalid_feature_no_porperties": "properties_missing",
    "invalid_feature_properties_is_array": "properties_not_object",
    "invalid_feature_properties_is_int": "properties_not_object",
    "invalid_feature_wrong_geometry_key": "geometry_missing",
    "invalid_featurecollcetion_features_is_object": "features_not_a_list",
    "invalid_featurecollcetion_no_features_member": "features_missing",
    "invalid_featurecollection_crs_defined": "crs_not_wgs84",
    "invalid_featurecollection_feature_nullfeature": "feature_null",
    "invalid_featurecollection_nulltype": "type_unknown",
    "invalid_featurecollection_type_lowercase": "type_case",
    "invalid_featurecollection_unknown_type": "type_unknown",
    "invalid_geometry_bbox_not4or6": "bbox_length",
    "invalid_geometry_bbox_not_list": "bbox_type",
    "invalid_geometry_bbox_not_numbers": "bbox_not_numbers",
    "invalid_geometry_coordinates_1d": "coordinates_1d",
    "invalid_geometry_coordinates_4d": "coordinates_4d",
    "invalid_geometry_coordinates_empty_position": "coordinates_empty_position",
    "invalid_geometry_coordinates_missing": "coordinates_missing",
    "invalid_geometry_coordinates_string": "coordinates_string",
    "invalid_geometry_depth_deep_point": "coordinates_too_deep",
    "invalid_geometry_depth_deep_polygon": "coordinates_too_deep",
    "invalid_geometry_depth_shallow_linestring": "coordinates_too_shallow",
    "invalid_geometry_depth_shallow_multipolygon": "coordinates_too_shallow",
    "invalid_geometry_depth_shallow_polygon": "coordinates_too_shallow",
    "invalid_geometry_geometrycollection_nested": "collection_nested",
    "invalid_geometry_geometrycollection_null_geometry": "collection_null_geometry",
    "invalid_geometry_geometrycollection_single": "collection_single",
    "invalid_geometry_missing_type": "type_missing",
    "invalid_geometry_misslabeled_point": "coordinates_too_shallow",
    "invalid_geometry_wrong_geometry_type": "geometry_type_unknown",
    "problematic_3d_coordinates": "geometry_3d",
    "problematic_crosses_antimeridian": "antimeridian",
    "problematic_duplicate_nodes": "duplicate_vertices",
    "problematic_excessive_coordinate_precision": "excessive_precision",
    "problematic_excessive_vertices": "excessive_vertices",
    "problematic_feature_null_geometry": "geometry_null",
    "problematic_holes": "holes",
    "problematic_multitype_geometry_with_just_one_geometry": "multitype_with_one_part",
    "problematic_outside_lat_lon_boundaries": "coordinates_outside",
    "problematic_self_intersection_large": "self_intersection",
    "problematic_self_intersection_small": "self_intersection",
    # Its box is in the right order, but was cut off finer than its coordinates.
    "problematic_wrong_bbox_coordinate_order": "bbox_mismatch",
    "problematic_zero_length_linestring": "zero_length_line",
    "invalid_crs_defined": "crs_not_wgs84",
}
HARMLESS = {
    "bbox_length", "bbox_type", "bbox_not_numbers", "id_type", "properties_missing", "coordinates_4d",
    "collection_nested", "collection_single", "crs_not_wgs84", "exterior_not_ccw", "interior_not_cw",
}  # fmt: skip


def test_every_file_of_the_validator_is_expected() -> None:
    files = {path.stem for path in VALIDATOR.glob("*/*.geojson") if path.parent.name != "valid"}
    assert files == set(EXPECTED)


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_a_faulty_file_gives_the_finding_that_names_its_fault(stem: str) -> None:
    (path,) = VALIDATOR.glob(f"*/{stem}.geojson")
    findings = check(read(path))
    named = next(found for found in findings if found.code == EXPECTED[stem])
    if stem.startswith("invalid") and named.code not in HARMLESS:
        assert named.severity == "error" and not usable(findings)
    for role in Role:
        for found in check(read(path), role):
            assert found.message and found.fix


@pytest.mark.parametrize("path", sorted((VALIDATOR / "valid").glob("*.geojson")), ids=lambda path: path.stem)
def test_a_sound_file_gives_no_finding_that_asks_for_anything(path: Path) -> None:
    reading = read(path)
    assert [found.code for found in check(reading) if found.severity != "info"] == []
    assert reading.findings == ()


@pytest.fixture(scope="module")
def district() -> Any:
    return read(SHARED / "hlybokaye" / "hlybokaye_raion.geojson").frame.geometry.iloc[0]


@pytest.mark.parametrize(
    "name",
    [
        "hlybokaye/hlybokaye_post_offices_geonames.geojson",
        "bad_input/hlybokaye_post_offices_wrong_locations.geojson",
    ],
)
def test_post_offices_elsewhere_and_on_one_point_are_named(district: Any, name: str) -> None:
    reading = read(SHARED / name)
    found = {f.code: f for f in check(reading, Role.FACILITIES, district=district)}
    columns = reading.frame.set_index("_fid")
    assert list(columns.loc[list(found["outside_district"].feature_ids), "inside_raion"]) == [False] * 3
    assert set(found["same_point"].feature_ids) == set(columns.index[columns["dup_xy"]])
    assert len(found["same_point"].feature_ids) == 6
    assert set(found) == {"outside_district", "same_point", "crs_member"}
    assert usable(found.values())


def test_other_layers_of_the_district_are_sound(district: Any) -> None:
    for name in ("hlybokaye_raion.geojson", "hlybokaye_railway_stops.geojson", "hlybokaye_localities.gpkg"):
        role = Role.BOUNDARY if "raion" in name else Role.FACILITIES
        findings = check(read(SHARED / "hlybokaye" / name), role, district=district)
        assert [f.code for f in findings if f.severity == "error"] == [], name


def test_the_census_list_keeps_places_without_coordinates() -> None:
    reading = read(SHARED / "hlybokaye" / "hlybokaye_census2009_located.csv")
    found = {f.code: f for f in check(reading, Role.DEMAND)}
    assert len(reading.frame) == 52
    assert found["geometry_null"].count == 3 and found["geometry_null"].severity == "warning"


def test_shifted_columns_are_named() -> None:
    reading = read(BAD / "mensk-amenity_shifted_columns.csv")
    shifted = next(f for f in check(reading, Role.FACILITIES) if f.code == "columns_shifted")
    assert shifted.severity == "error" and "w171546046" in shifted.message
    assert len(reading.frame) == 2827


def test_the_invalid_border_is_found_and_rebuilt() -> None:
    reading = read(BAD / "belarus-full.wkt")
    assert shapely.get_num_coordinates(reading.frame.geometry.values).sum() == 56405
    findings = check(reading, Role.BOUNDARY)
    assert not usable(findings)
    frame, repairs = repair(reading, findings, "all")
    assert repairs[0].feature_ids == ("1",)
    border = frame.geometry.iloc[0]
    assert border.is_valid and border.geom_type in ("Polygon", "MultiPolygon")
    assert usable(check(mended(reading, frame, repairs), Role.BOUNDARY))
    # The state's area is 207,600 km²; a repair that took one part for another would be far off.
    projected = frame.to_crs(3035).geometry.area.iloc[0] / 1e6
    assert projected == pytest.approx(207_600, rel=0.01)


# What the reference says of an invalid geometry, and the findings that name it.
REASONS = {
    "Invalid Coordinate": {"coordinates_not_finite"},
    "Too few points in geometry component": {"too_few_points", "zero_length_line"},
    "Self-intersection": {"self_intersection", "rings_intersect"},
    "Ring Self-intersection": {"ring_self_intersection", "ring_crosses_itself"},
    "Hole lies outside shell": {"hole_outside_shell"},
    "Holes are nested": {"nested_holes"},
    "Interior is disconnected": {"interior_disconnected"},
    "Nested shells": {"nested_shells"},
}


def test_every_known_case_of_validity_gives_the_finding_that_names_it_or_none() -> None:
    reading = read(BAD / "isvalid_cases.csv")
    named: dict[str, set[str]] = {}
    for found in check(reading):
        for fid in found.feature_ids:
            named.setdefault(fid, set()).add(found.code)
    about_validity = set().union(*REASONS.values(), {"geometry_invalid"})
    rows = reading.frame.astype({"shapely_valid": str})
    assert len(rows) == 844 and (rows["shapely_valid"] == "False").sum() == 56
    for fid, valid, reason in zip(rows["_fid"], rows["shapely_valid"], rows["reason"], strict=True):
        codes = named.get(fid, set()) & about_validity
        if valid == "True":
            assert codes == set(), fid
        else:
            assert len(codes) == 1 and codes <= REASONS[reason.split("[")[0]], (fid, reason)


def test_the_outline_of_the_country_holds_all_of_it_and_little_more() -> None:
    units = read(SHARED / "belarus" / "geoBoundaries-BLR-ADM2.geojson").frame.geometry.to_numpy()
    whole = shapely.union_all(shapely.make_valid(units))
    outline = country_outline("BY")
    assert outline is not None and outline.is_valid
    assert outline.covers(whole)
    assert outline.area < 1.2 * whole.area
