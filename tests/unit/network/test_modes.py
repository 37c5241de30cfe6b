"""Speeds as data: seasons, surfaces, tables of the planner's own, the wait for a bus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.network.modes import Ride, modes, read_speeds, shipped_speeds

SHIPPED = Path(__file__).resolve().parents[3] / "planner" / "network" / "speeds.yaml"


def kmh(
    mode: str, season: str, road_class: str, *, paved: bool, soft: bool = False, given: float = np.nan
) -> float:
    found = modes(season)[mode].edge_kmh(
        np.array([road_class], dtype=object), np.array([paved]), np.array([given]), np.array([soft])
    )
    return float(found[0])


@pytest.mark.parametrize(
    ("mode", "season", "road_class", "surface", "expected"),
    [
        # Spring mud: gravel at 70 %, ground at 40 %, tracks of ground closed to cars; paved roads stay as they are.
        ("car", "spring", "tertiary", "paved", 60.0),
        ("car", "spring", "tertiary", "gravel", 45 * 0.7),
        ("car", "spring", "unclassified", "ground", 40 * 0.4),
        ("car", "spring", "track", "ground", np.nan),
        ("car", "spring", "track", "gravel", 15 * 0.7),
        ("car", "dry", "track", "ground", 15.0),
        ("car", "winter", "primary", "paved", 80 * 0.85),
        ("walk", "spring", "track", "ground", 4.5 * 0.8),
        ("walk", "spring", "path", "gravel", 4.5),
        ("cycle", "dry", "secondary", "paved", 15.0),
        ("cycle", "dry", "path", "ground", 8.0),
        ("cycle", "dry", "trunk", "paved", np.nan),
        ("bus", "dry", "tertiary", "paved", 40.0),
        ("bus", "dry", "track", "gravel", np.nan),
    ],
)
def test_speed_by_mode_season_and_surface(
    mode: str, season: str, road_class: str, surface: str, expected: float
) -> None:
    found = kmh(mode, season, road_class, paved=surface == "paved", soft=surface == "ground")
    assert found == pytest.approx(expected, nan_ok=True)


def test_the_season_bears_on_a_speed_that_the_road_states_too() -> None:
    assert kmh("car", "spring", "tertiary", paved=False, given=50) == pytest.approx(50 * 0.9 * 0.7)


def test_the_dry_season_leaves_every_speed_to_the_last_digit() -> None:
    for mode in modes().values():
        for road_class, (paved, unpaved) in mode.class_kmh.items():
            if road_class not in mode.closed:
                assert kmh(mode.name, "dry", road_class, paved=True) == paved
                assert kmh(mode.name, "dry", road_class, paved=False, soft=True) == unpaved


def test_no_season_makes_any_road_faster() -> None:
    for season in shipped_speeds().seasons:
        for name in shipped_speeds().names:
            for road_class in ("primary", "unclassified", "track", "path"):
                for paved, soft in ((True, False), (False, False), (False, True)):
                    dry = kmh(name, "dry", road_class, paved=paved, soft=soft)
                    then = kmh(name, season, road_class, paved=paved, soft=soft)
                    assert np.isnan(then) or then <= dry


def test_an_unknown_season_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no season monsoon.*dry, spring, winter"):
        modes("monsoon")


def test_the_wait_is_half_the_headway_but_bounded_and_unknown_below_the_least_trips() -> None:
    ride = Ride(least_trips_week=7, service_hours_week=112, longest_wait_min=15, stop_road_m=250)
    # 112 h / 448 trips = 15 min between buses: 7.5 min. 14 trips: 4 h, bounded to 15 min. Fewer: none.
    assert ride.wait_s([448, 14, 7, 6, np.nan]) == pytest.approx([450, 900, 900, np.nan, np.nan], nan_ok=True)


def test_a_table_of_the_planners_own(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(SHIPPED.read_text("utf-8").replace("tertiary: [60, 45]", "tertiary: [55, 45]"), "utf-8")
    classes = np.array(["tertiary"], dtype=object)
    read = read_speeds(own).modes("spring")["car"]
    assert read.edge_kmh(classes, np.array([True]), np.array([np.nan])).tolist() == [55.0]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("max_road_distance_m: 2000", "", "max_road_distance_m"),
        ("tertiary: [60, 45]", "tertiary: [60, 0]", "car: 0 is no speed"),
        ("tertiary: [60, 45]", "tertiary: [60, fast]", "fast"),
        ("tertiary: [60, 45]", "tertiary: 60", ""),
        ("  dry: {}", "  summer: {}", "dry is missing"),
        ("gravel: 0.7, ground: 0.4}", "gravel: 70, ground: 0.4}", "70 is no speed or factor"),
        ("modes:\n  car:", "modes:\n  horse:", "car is missing"),
        ("modes:\n  car:", "modes: [\n  car:", ""),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    text = SHIPPED.read_text("utf-8")
    assert before in text
    own = tmp_path / "own.yaml"
    own.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(InputError, match="cannot be used as a table of speeds") as refused:
        read_speeds(own)
    assert said in str(refused.value)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml"):
        read_speeds(tmp_path / "none.yaml")
