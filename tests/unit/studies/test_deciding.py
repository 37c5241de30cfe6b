"""Of many service points a few decide: with them alone, every case comes out as with all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.standards.model import Measure
from planner.studies.deciding import deciding
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge
from tests.builders import Town, standard

MEASURES: dict[str, dict[str, Any]] = {
    "travel_time": {"mode": "car"},
    "travel_distance": {"mode": "walk"},
    "straight_distance": {},
    "nearest_value": {"attribute": "trips", "mode": "walk", "reach_m": 700.0},
}


def measure_of(indicator: str) -> Measure:
    found = standard(indicator, 1000, "post_office", **MEASURES[indicator]).measure
    assert found is not None
    return found


def random_town(path: Path, n_facilities: int) -> Inputs:
    """A town of crossing roads, with service points all over it, many of them on the spot of another."""
    town = Town(path)
    rng = np.random.default_rng(6)
    for k in range(6):
        town.road((0, k * 1000), (5000, k * 1000)).road((k * 1000, 0), (k * 1000, 5000))
    for k, (x, y) in enumerate(rng.uniform(0, 5000, (12, 2))):
        town.place(f"p{k}", (x, y))
    spots = rng.integers(0, 26, (n_facilities, 2)) * 200.0
    for x, y in spots:
        town.facility("post_office", (x, y), trips=float(rng.integers(1, 9)))
    return town.inputs()


@pytest.mark.parametrize("indicator", MEASURES)
@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_every_case_comes_out_as_with_all_facilities(tmp_path: Path, indicator: str, share: float) -> None:
    inputs, rng = random_town(tmp_path / "town.gpkg", 80), np.random.default_rng(1)
    gauge, measure, everyone = Gauge(inputs), measure_of(indicator), np.ones(12, dtype=bool)
    uncertain = np.flatnonzero(rng.random(80) < share)
    stands = rng.random((25, uncertain.size)) < 0.5
    few, decide = deciding(gauge, measure, uncertain, stands)
    mine = np.isin(uncertain, decide)
    values = set()
    for there in stands:
        whole = gauge.without(uncertain[~there]).measure(measure, everyone)
        found = few.without(uncertain[mine & ~there]).measure(measure, everyone)
        np.testing.assert_array_equal(found.value, whole.value)
        np.testing.assert_array_equal(found.unreachable, whole.unreachable)
        values.add(whole.value.tobytes())
    assert len(values) > 1  # the cases differ


@pytest.mark.parametrize("indicator", MEASURES)
def test_a_second_facility_on_each_spot_decides_nothing_and_few_are_left_to_measure(
    tmp_path: Path, indicator: str
) -> None:
    inputs = random_town(tmp_path / "town.gpkg", 500)
    _, first = np.unique(inputs.facility_xy, axis=0, return_index=True)
    again = np.setdiff1d(np.arange(500), first)
    few, decide = deciding(Gauge(inputs), measure_of(indicator), again, np.ones((40, again.size), dtype=bool))
    assert not decide.size
    assert 1 <= few.facilities_of(measure_of(indicator)).size <= len(inputs.places)


def test_where_all_facilities_count_all_the_uncertain_ones_decide(tmp_path: Path) -> None:
    inputs = random_town(tmp_path / "town.gpkg", 30)
    measure = standard("facilities_per_people", 1, "post_office", per=1000).measure
    assert measure is not None
    uncertain = np.array([3, 4])
    few, decide = deciding(Gauge(inputs), measure, uncertain, np.zeros((5, 2), dtype=bool))
    assert few.facilities_of(measure).size == 30
    assert decide.tolist() == [3, 4]


def test_without_roads_nothing_is_left_out(tmp_path: Path) -> None:
    inputs = Town(tmp_path / "t.gpkg").place("a", (0, 0)).facility("post_office", (0, 0)).inputs()
    few, decide = deciding(
        Gauge(inputs), measure_of("travel_time"), np.array([0]), np.ones((1, 1), dtype=bool)
    )
    assert few.facilities_of(measure_of("travel_time")).tolist() == [0]
    assert decide.tolist() == [0]
