"""The doctor's rarer findings: needles, foreign coordinate systems, namesakes, texts and numbers that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.layers.check import check
from planner.layers.checks_names import ungarbled
from planner.layers.read import read
from planner.layers.repair import mended, repair
from planner.layers.schema import Role
from tests.unit.layers.test_check import DISTRICT, found, layer

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
POINTS = shapely.points([[27.69, 55.14], [27.96, 55.15], [28.1, 55.3]])


def healed(reading: Any, role: Role | None = None) -> tuple[Any, dict[str, tuple[str, ...]]]:
    frame, done = repair(reading, check(reading, role, district=DISTRICT), "all")
    after = mended(reading, frame, done)
    return after, found(check(after, role, district=DISTRICT))


SQUARE = [(27.5, 55.1), (27.7, 55.1), (27.7, 55.2), (27.5, 55.2), (27.5, 55.1)]
NEEDLE = [
    (27.5, 55.1),
    (27.7, 55.1),
    (27.7, 55.15),
    (27.9, 55.1501),
    (27.7, 55.1502),
    (27.7, 55.2),
    (27.5, 55.2),
]


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon(NEEDLE),
        shapely.Polygon(NEEDLE[3:] + NEEDLE[:3]),
        shapely.MultiPolygon([shapely.Polygon(NEEDLE), shapely.box(28, 55.1, 28.1, 55.2)]),
        shapely.Polygon(shapely.box(27.4, 55, 28.2, 55.4).exterior, [NEEDLE]),
    ],
)
def test_a_needle_is_found_and_its_tip_taken_off(shape: Any) -> None:
    reading = layer([shapely.Polygon(SQUARE), shape])
    assert found(check(reading, district=DISTRICT))["spikes"] == ("2",)
    after, left = healed(reading)
    assert "spikes" not in left
    mended_, whole = after.frame.geometry.iloc[1], shape
    assert mended_.geom_type == whole.geom_type
    assert mended_.area == pytest.approx(whole.area, rel=0.01)
    assert (27.9, 55.1501) not in shapely.get_coordinates(mended_).tolist()
    assert after.frame.geometry.iloc[0].equals_exact(shapely.Polygon(SQUARE), 0)


def test_sharp_corners_and_thin_areas_are_no_needles() -> None:
    wedge = shapely.Polygon([(27.5, 55.1), (27.6, 55.1), (27.5, 55.102)])
    strip = shapely.box(27.5, 55.1, 27.9, 55.1001)
    assert "spikes" not in found(check(layer([wedge, strip, shapely.Polygon(SQUARE)])))


def metres(code: int, declared: str | None, swapped: bool = False) -> Any:
    shapes = np.array(gpd.GeoSeries(POINTS, crs=4326).to_crs(code).values)
    if swapped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    return layer(list(shapes), crs=declared)


@pytest.mark.parametrize("declared", ["EPSG:4326", None, "EPSG:32601"])
@pytest.mark.parametrize(("code", "swapped"), [(3857, False), (28405, False), (28405, True)])
def test_a_system_that_alone_puts_the_layer_into_the_district_is_offered(
    code: int, swapped: bool, declared: str | None
) -> None:
    reading = metres(code, declared, swapped)
    fault = next(f for f in check(reading, district=DISTRICT) if f.code.startswith("crs_recognised"))
    assert (fault.values["crs"], fault.code.endswith("swapped"), fault.repairable) == (
        f"EPSG:{code}",
        swapped,
        True,
    )
    after, left = healed(reading)
    assert left == {}
    assert after.crs == "EPSG:4326"
    # The shift from Pulkovo 1942 is known to a few metres.
    assert shapely.get_coordinates(after.frame.geometry.values) == pytest.approx(
        shapely.get_coordinates(POINTS), abs=1e-4
    )


def test_systems_that_cannot_be_told_apart_are_named_not_chosen() -> None:
    reading = metres(32635, "EPSG:4326")
    fault = next(f for f in check(reading, district=DISTRICT) if f.code == "crs_candidates")
    assert "EPSG:32635" in fault.message and "EPSG:2495" in fault.message
    assert not fault.repairable
    after, _ = healed(reading)
    assert after.frame.geometry.iloc[0].x > 1000


def test_a_system_is_not_sought_for_a_layer_that_lies_where_it_should_or_without_a_district() -> None:
    assert found(check(metres(32635, "EPSG:32635"), district=DISTRICT)) == {}
    assert set(found(check(metres(3857, "EPSG:4326")))) == {"projected_as_degrees"}
    elsewhere = layer(["POINT (4 4)", "POINT (500000 100)", "POINT (500001 100)"], crs="EPSG:4326")
    assert not {"crs_recognised", "crs_candidates"} & set(found(check(elsewhere, district=DISTRICT)))


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    names = {"name": ["Глубокое", "Озерцы", "Озерцы"], "name_be": ["Глыбокае", "Азерцы", None]}
    return gpd.GeoDataFrame(
        names, geometry=shapely.points([[27.69, 55.14], [27.78, 55.19], [27.4, 55.0]]), crs=4326
    )


def test_a_facility_far_from_every_place_of_its_name_is_named(places: gpd.GeoDataFrame) -> None:
    rows = [
        ("Отделение связи Озерцы", "POINT (27.79 55.19)"), ("Озерцы", "POINT (27.4 55.01)"),
        ("Почта Азерцы", "POINT (28.2 55.3)"), ("Магазин «Родны кут»", "POINT (28.2 55.3)"),
        ("Ozertsy", "POINT (28.2 55.35)"), (None, "POINT (28.2 55.38)"), ("Озерцы", None),
    ]  # fmt: skip
    reading = layer([wkt for _, wkt in rows], name=[name for name, _ in rows])
    told = next(f for f in check(reading, Role.FACILITIES, places=places) if f.code == "far_from_namesake")
    assert told.feature_ids == ("3", "5")
    assert "Почта Азерцы" in told.message
    metres = layer(["POINT (608000 6117000)"], name=["Почта Озерцы"], crs="EPSG:4326")
    assert "far_from_namesake" not in found(check(metres, Role.FACILITIES, places=places))
    assert "far_from_namesake" not in found(check(reading, Role.FACILITIES))
    assert "far_from_namesake" not in found(check(reading, Role.DEMAND, places=places))


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("Глубокое".encode().decode("cp1251"), "Глубокое"),
        ("Глубокое".encode().decode("latin-1"), "Глубокое"),
        ("Подсвилье".encode("cp1251").decode("cp1252"), "Подсвилье"),
        ("Глубокое", None), ("Каханавічы Ўшачы", None), ("Größe", None), ("Łódź", None), ("São Miguel", None),
        ("Рось", None), ("РСТ", None), ("Ñandú", None), ("ÀÁÂÃ", "АБВГ"), ("ab", None), ("", None),
    ],
)  # fmt: skip
def test_texts_read_in_a_wrong_encoding_are_known(text: str, reads: str | None) -> None:
    assert ungarbled(text) == reads


def test_garbled_texts_are_read_anew_and_lost_ones_named() -> None:
    broken = "Глубокое".encode().decode("cp1251")
    reading = layer(
        ["POINT (27.5 55.1)", "POINT (27.6 55.1)", "POINT (27.7 55.1)", "POINT (27.8 55.1)"],
        name=[broken, "Плиса", "????????", "Пли\ufffdа"],
    )
    findings = found(check(reading))
    assert (findings["text_garbled"], findings["text_lost"]) == (("1",), ("3", "4"))
    after, left = healed(reading)
    assert list(after.frame["name"])[:2] == ["Глубокое", "Плиса"]
    assert "text_garbled" not in left


def test_numbers_that_cannot_be_are_named() -> None:
    points = [f"POINT (27.{n} 55.1)" for n in range(4, 8)]
    seats = layer(points, seats=["120", "много", "-3", "0"], physicians=[0, 1, 2, 3])
    assert found(check(seats, Role.FACILITIES)) == {
        "number_text": ("2",), "number_negative": ("3",), "number_zero": ("4",),
    }  # fmt: skip
    sound = layer(points, seats=[120, 80, None, 10], mbps=[0, 1, 2, 3])
    assert found(check(sound, Role.FACILITIES)) == {}


def test_zeros_of_population_are_suspicious_in_towns_and_in_numbers() -> None:
    points = [f"POINT (27.{n} 55.1)" for n in range(4, 8)]
    kinds = ["town", "village", "agrotown", "village"]
    assert found(check(layer(points, population=[0, 0, 5, 7], kind=kinds), Role.DEMAND)) == {
        "population_zero": ("1",)
    }
    assert found(check(layer(points, population=[5, 0, 5, 7], kind=kinds), Role.DEMAND)) == {}
    most = found(check(layer(points, population=[0, 0, 0, 7]), Role.DEMAND))
    assert most == {"population_zero": ("1", "2", "3")}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the checkout (../shared/data)")
def test_real_post_offices_that_stand_elsewhere_are_named() -> None:
    data = Path(__file__).resolve().parents[3] / "data" / "geo"
    outline = shapely.union_all(read(data / "boundary.geojson").frame.geometry.values)
    settlements = read(data / "demand.geojson").frame
    reading = read(SHARED / "hlybokaye" / "hlybokaye_post_offices_geonames.geojson")
    findings = found(check(reading, Role.FACILITIES, district=outline, places=settlements))
    names = reading.frame.set_index("_fid")["place"]
    assert len(findings["same_point"]) == 6
    assert {names[fid] for fid in findings["outside_district"]} == {"Озерцы", "Петровщина", "Запрудье"}
    assert set(findings["outside_district"]) <= set(findings["far_from_namesake"])
    # Right where the settlement of its name stands.
    assert "Подсвилье" not in {names[fid] for fid in findings["far_from_namesake"]}
