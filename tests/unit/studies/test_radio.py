"""Mobile coverage of small districts, worked out by hand.

A mast of 40 m at 800 MHz radiates 46 + 17 − 2 − 10 lg 600 = 33.2185 dBm on a subcarrier. Hata's loss at 5 km is
119.38 dB in the open and 137.76 dB in suburbs, and 34.407 dB more for ten times the distance
(``tests/unit/coverage/test_radio.py``). The threshold is -105 dBm at 75 % of spots (0.67449 σ), pessimistically at
90 % (1.28155 σ), with σ of 8 dB.
"""

from __future__ import annotations

import dataclasses
import json
from math import log10, sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from planner.errors import InputError
from planner.report.areas import write_mobile
from planner.results import MobileCoverage, Reach
from planner.results.radio import IN_MAPPED, OUT_OF_MAPPED
from planner.studies.radio import screen_inputs
from planner.studies.radio_assumptions import assumptions, read_assumptions
from planner.studies.radio_ground import Elevation, elevation_of
from tests.builders import ORIGIN, Town

RADIATED = 46 + 17 - 2 - 10 * log10(600)
SLOPE = 44.9 - 6.55 * log10(40)
CITY_5 = (
    69.55 + 26.16 * log10(800) - 13.82 * log10(40)
    - ((1.1 * log10(800) - 0.7) * 1.5 - (1.56 * log10(800) - 0.8)) + SLOPE * log10(5)
)  # fmt: skip
SUBURB_5 = CITY_5 - 2 * log10(800 / 28) ** 2 - 5.4
OPEN_5 = CITY_5 - 4.78 * log10(800) ** 2 + 18.33 * log10(800) - 40.94


def margin(loss: float, share: float = 0.67449) -> float:
    return RADIATED - loss - share * 8 + 105


def labels(found: MobileCoverage) -> dict[str, str]:
    return {p: Reach(int(r)).label for p, r in zip(found.places.ids, found.reach, strict=True)}


def mast(town: Town, at: tuple[float, float] = (0, 0), **more: object) -> Town:
    return town.facility("mast", at, **{"height_m": 40.0, "band_mhz": "800", **more})


@pytest.fixture
def district(town: Town) -> Town:
    town.place("near", (500, 0), 10).place("two", (2_000, 0), 20).place("five", (5_000, 0), 30)
    town.place("far", (19_000, 0), 40).place("beyond", (25_000, 0), 50).place("lost", None, 60)
    return mast(town)


def test_a_place_is_covered_uncertain_not_covered_or_not_computed(district: Town) -> None:
    found = screen_inputs(district.inputs(), cell_m=2_000)
    assert labels(found) == {
        "near": "covered", "two": "covered", "five": "uncertain", "far": "not_covered", "beyond": "not_computed",
        "lost": "not_located",
    }  # fmt: skip
    assert sum(found.people(r) for r in Reach) == 210
    assert found.people(Reach.COVERED) == 30


def test_margins_are_those_of_the_formulas(district: Town) -> None:
    found = screen_inputs(district.inputs(), cell_m=2_000)
    assert found.margin_high_db[2] == pytest.approx(margin(OPEN_5), abs=0.002)
    assert found.margin_low_db[2] == pytest.approx(margin(SUBURB_5, 1.28155), abs=0.002)
    assert found.margin_high_db[3] == pytest.approx(margin(OPEN_5 + SLOPE * log10(19 / 5)), abs=0.002)
    assert np.isnan(found.margin_high_db[4])
    assert np.isnan(found.margin_low_db[4])
    assert found.distance_m[:5] == pytest.approx([500, 2_000, 5_000, 19_000, 25_000], rel=1e-5)
    assert found.best_mast.tolist() == [0, 0, 0, 0, 0, -1]
    assert found.best_mhz[2] == 800
    assert found.los_probability[0] == pytest.approx(0.6126, abs=1e-4)


def test_around_a_town_the_ground_counts_as_built_up(town: Town) -> None:
    town.place("town", (5_000, 0), 1_000, kind="town").place("hamlet", (6_500, 0), 10)
    found = screen_inputs(mast(town).inputs(), cell_m=2_000)
    assert found.margin_high_db[0] == pytest.approx(margin(SUBURB_5), abs=0.002)
    assert found.margin_low_db[0] == pytest.approx(margin(CITY_5, 1.28155), abs=0.002)
    assert found.margin_high_db[1] == pytest.approx(margin(SUBURB_5 + SLOPE * log10(6.5 / 5)), abs=0.002)


def test_what_the_layer_says_of_power_stands_in_place_of_what_is_assumed(town: Town) -> None:
    town.place("p", (5_000, 0))
    weaker = screen_inputs(mast(town, power_dbm=40.0, gain_dbi=15.0, loss_db=3.0).inputs(), cell_m=2_000)
    assert weaker.margin_high_db[0] == pytest.approx(margin(OPEN_5) - 9, abs=0.002)
    other = Town(town.path.with_name("other.gpkg")).place("p", (5_000, 0))
    told = screen_inputs(mast(other, eirp_dbm=58.0).inputs(), cell_m=2_000)
    assert told.margin_high_db[0] == pytest.approx(margin(OPEN_5) - 3, abs=0.002)


def test_the_best_of_several_masts_and_bands_counts(town: Town) -> None:
    town.place("p", (5_000, 0))
    mast(town, (-9_000, 0))
    mast(town, (0, 0), band_mhz="900, 800; 1800")
    found = screen_inputs(town.inputs(), cell_m=2_000)
    assert found.mast_bands_mhz == ((800.0,), (900.0, 800.0, 1800.0))
    assert (int(found.best_mast[0]), float(found.best_mhz[0])) == (1, 800.0)


def test_a_strong_mast_beyond_the_range_leaves_a_point_open(town: Town) -> None:
    # Within reach of a weak mast that does not cover it; the strong one, at 21 km, might.
    town.place("p", (0, 0))
    mast(town, (15_000, 0), power_dbm=20.0)
    assert labels(screen_inputs(town.inputs(), cell_m=2_000)) == {"p": "not_covered"}
    strong = Town(town.path.with_name("strong.gpkg")).place("p", (0, 0))
    mast(mast(strong, (15_000, 0), power_dbm=20.0), (-21_000, 0), height_m=100.0)
    assert labels(screen_inputs(strong.inputs(), cell_m=2_000)) == {"p": "not_computed"}


def test_a_model_computes_only_within_its_ranges(district: Town) -> None:
    inputs = district.inputs()
    hata = labels(screen_inputs(inputs, model="okumura-hata", cell_m=2_000))
    assert (hata["near"], hata["two"]) == ("not_computed", "covered")
    rma = labels(screen_inputs(inputs, model="rma", cell_m=2_000))
    assert (rma["near"], rma["far"]) == ("covered", "not_computed")
    cost = screen_inputs(inputs, model="cost231", cell_m=2_000)
    assert set(labels(cost).values()) == {"not_computed", "not_located"}
    assert [values for _, values in cost.remarks] == [{"count": 1, "total": 1}]


def flat(_: npt.NDArray[np.float64], height: float = 100.0) -> npt.NDArray[np.float64]:
    return np.full(len(_), height)


def ridge(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return flat ground with a wall of 60 m, 300 m wide, 2.5 km east of the origin; a degree is 63.99 km there."""
    east = (lonlat[:, 0] - ORIGIN[0]) * 63_994
    return np.where(np.abs(east - 2_500) < 150, 160.0, 100.0)


def test_flat_ground_takes_nothing_away(district: Town) -> None:
    inputs = district.inputs()
    bare = screen_inputs(inputs, cell_m=2_000)
    over = screen_inputs(inputs, elevation=Elevation(("flat",), ("0",), flat), cell_m=2_000)
    assert over.reach.tolist() == bare.reach.tolist()
    assert over.margin_low_db == pytest.approx(bare.margin_low_db, nan_ok=True)
    assert (over.sight(1), bare.sight(1)) == ("partly", "")


def test_a_ridge_costs_a_knife_edge(district: Town) -> None:
    inputs = district.inputs()
    found = screen_inputs(inputs, elevation=Elevation(("ridge",), ("0",), ridge), cell_m=2_000)
    bare = screen_inputs(inputs, cell_m=2_000)
    # In the middle of 5 km the ray is 20.75 m above the ground, the wall 60 m, the bulge 0.37 m.
    above = 60 - 20.75 + 2_500**2 / (2 * 4 / 3 * 6_371_000)
    nu = above * sqrt(2 * 5_000 / (299_792_458 / 800e6 * 2_500**2))
    loss = 6.9 + 20 * log10(sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)
    assert found.sight(2) == "cut"
    # Stations do not stand exactly on the middle of the wall.
    assert bare.margin_low_db[2] - found.margin_low_db[2] == pytest.approx(loss, abs=0.2)
    assert bare.margin_high_db[2] - found.margin_high_db[2] == pytest.approx(loss - 6.03, abs=0.2)
    assert found.margin_low_db[1] == pytest.approx(bare.margin_low_db[1])


def test_heights_that_end_on_the_way_are_told_and_not_made_up(district: Town) -> None:
    def west(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.where((lonlat[:, 0] - ORIGIN[0]) * 63_994 < 3_000, 100.0, np.nan)

    inputs = district.inputs()
    found = screen_inputs(inputs, elevation=Elevation(("west",), ("0",), west), cell_m=2_000)
    assert found.margin_low_db == pytest.approx(
        screen_inputs(inputs, cell_m=2_000).margin_low_db, nan_ok=True
    )
    assert [found.sight(i) for i in (1, 2)] == ["partly", ""]
    assert [v for t, v in found.remarks if "known heights" in t] == [{"count": 3}]
    nowhere = Elevation(("nowhere",), ("0",), lambda lonlat: np.full(len(lonlat), np.nan))
    with pytest.raises(InputError, match="nowhere"):
        screen_inputs(inputs, elevation=nowhere)


def test_screening_beside_mapped_areas(district: Town) -> None:
    found = screen_inputs(district.area("mobile", (1_000, -500, 20_000, 500)).inputs(), cell_m=2_000)
    assert found.compared
    assert found.mapped.tolist() == [0, 1, 1, 1, 0, -1]
    assert found.people(Reach.NOT_COVERED, IN_MAPPED) == 40
    assert found.people(Reach.COVERED, OUT_OF_MAPPED) == 10


def test_the_areas_fill_the_district_once(district: Town) -> None:
    district.boundary((-3_000, -4_000, 24_000, 4_000))
    found = screen_inputs(district.inputs(), cell_m=500)
    shapes = [shapely.from_geojson(json.dumps(a.outline)) for a in found.areas]
    assert sum(a.area_km2 for a in found.areas) == pytest.approx(27 * 8, rel=1e-3)
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(
        sum(shapely.area(s) for s in shapes), rel=1e-4
    )
    by_reach = dict(zip((a.reach for a in found.areas), found.areas, strict=True))
    # In suburbs the pessimistic margin ends at 2.6 km: a disc of that radius, its cells, cut at 3 km to the west.
    assert by_reach[Reach.COVERED].area_km2 == pytest.approx(np.pi * 2.6**2, rel=0.06)
    for shape, area in zip(shapes, found.areas, strict=True):
        inside = [i for i in range(5) if shapely.contains_xy(shape, found.places.lon[i], found.places.lat[i])]
        assert {int(found.reach[i]) for i in inside} <= {int(area.reach)}


def test_masts_that_cannot_be_used_are_told(district: Town) -> None:
    mast(district, (100, 0), height_m=None)
    mast(district, (200, 0), band_mhz=None)
    district.facility("mast", None, height_m=40.0, band_mhz="800")
    found = screen_inputs(district.inputs(), cell_m=2_000)
    told = [t.split("(")[0].strip() for t, _ in found.remarks]
    assert told == [
        "Masts without a position are not counted: {count}.",
        "Masts without a height",
        "Masts without a frequency",
    ]
    assert found.mast_bands_mhz == ((800.0,), (), (), ())


def test_without_usable_masts_it_says_what_to_do(town: Town) -> None:
    town.place("p", (0, 0))
    with pytest.raises(InputError, match="of the service mast"):
        screen_inputs(town.inputs())
    with pytest.raises(InputError, match="height_m"):
        screen_inputs(mast(town, height_m=None).inputs())


def test_refusals_name_what_is_wrong(district: Town, tmp_path: Path) -> None:
    inputs = district.inputs()
    with pytest.raises(InputError, match="okumura-hata"):
        screen_inputs(inputs, model="itm")
    with pytest.raises(InputError, match="Cells of"):
        screen_inputs(inputs, cell_m=float("nan"))
    with pytest.raises(InputError, match="at most 400000"):
        screen_inputs(district.boundary((-50_000, -50_000, 50_000, 50_000)).inputs(), cell_m=100)
    with pytest.raises(InputError, match=r"no\.tif"):
        elevation_of([tmp_path / "no.tif"])


def test_assumptions_of_ones_own(tmp_path: Path, district: Town) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("threshold_dbm: -110\nshare_of_spots: {pessimistic: 0.95}\n", encoding="utf-8")
    told = read_assumptions(path)
    assert told.threshold_dbm == -110
    assert (told.share_optimistic, told.share_pessimistic) == (0.75, 0.95)
    assert told.power_dbm == assumptions().power_dbm
    assert told.digest() != assumptions().digest()
    found = screen_inputs(district.inputs(), told=told, cell_m=2_000)
    assert found.margin_high_db[2] == pytest.approx(margin(OPEN_5) + 5, abs=0.002)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("threshold_dbm: loud", "threshold_dbm"),
        ("threshold_dbm: 20", "threshold_dbm"),
        ("mobile_height_m: true", "mobile_height_m"),
        ("colour: red", "colour"),
        ("- 1", "the file"),
        ("share_of_spots: 0.5", "share_of_spots"),
        ("share_of_spots: {optimistic: 0.95}", "share_of_spots"),
        ("models: {mine: {rural: {optimistic: [rma/los]}}}", "mine"),
        ("models: {mine: {rural: &r {optimistic: [itm], pessimistic: []}, town: *r}}", "itm"),
        ("a: [", "mine.yaml"),
    ],
)  # fmt: skip
def test_assumptions_that_make_no_sense_are_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=named):
        read_assumptions(path)


def test_a_better_threshold_never_takes_coverage_away(district: Town) -> None:
    inputs = district.inputs()
    covered = [
        screen_inputs(inputs, told=dataclasses.replace(assumptions(), threshold_dbm=t), cell_m=2_000).people(
            Reach.COVERED
        )
        for t in (-90.0, -100.0, -110.0, -120.0, -130.0)
    ]
    assert covered == sorted(covered)
    assert covered[0] < covered[-1]


def test_the_file_holds_areas_and_settlements(district: Town, tmp_path: Path) -> None:
    found = screen_inputs(district.inputs(), cell_m=2_000)
    path = tmp_path / "out.geojson"
    write_mobile(found, path)
    import geopandas

    frame = geopandas.read_file(path)
    assert len(frame) == len(found.areas) + 6
    assert frame.set_index("id").loc["five", "reach"] == "uncertain"
    assert set(frame.geom_type.dropna()) == {"Point", "MultiPolygon"}
    with pytest.raises(InputError, match=r"out\.geojson"):
        write_mobile(found, tmp_path / "missing" / "out.geojson")
