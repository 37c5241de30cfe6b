"""The whole assessment of the sample against one worked out independently from its files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from planner.network.modes import Conditions
from planner.report import write
from planner.results import Assessment, State
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess, assess_inputs
from planner.studies.founding import found_sample
from planner.studies.inputs import load
from tests.reference.recomputed import Sample, Verdict

_TOP = Path(__file__).resolve().parents[2]
_CATALOGUES = _TOP / "planner" / "standards" / "catalogues"
_SAMPLE = Sample(_TOP / "data" / "geo", _CATALOGUES)

# The planner measures on the UTM plane. Along roads it takes the scale factor of every piece of road, to about one part
# in a million; as the crow flies that of the place alone, which over 15 km differs by up to two parts in 100,000.
_RELATIVE = 2e-6
_RELATIVE_STRAIGHT = 2e-5
_LEAST = 1e-4


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assess(found_sample(tmp_path_factory.mktemp("sample") / "sample.gpkg"))


def test_standards_in_force_are_those_of_the_set(assessment: Assessment) -> None:
    assert [result.standard.id for result in assessment.results] == _SAMPLE.in_force


def test_places_are_those_of_the_file_in_its_order(assessment: Assessment) -> None:
    assert list(assessment.places.ids) == [place.properties["id"] for place in _SAMPLE.places]


@pytest.mark.parametrize(
    ("season", "standard_id"), [("spring", "by_ems_emerg_rural"), ("winter", "ru_rural_firstneed")]
)
def test_travel_times_in_other_seasons(
    assessment: Assessment, season: str, standard_id: str, tmp_path: Path
) -> None:
    # One by car from the facility, one on foot to it.
    inputs = load(found_sample(tmp_path / "sample.gpkg")).under(Conditions(season))
    standard = assessment.result(standard_id).standard
    (result,) = assess_inputs(inputs, [standard], load_standards()).results
    expected = Sample(_TOP / "data" / "geo", _CATALOGUES, season).verdicts(standard_id)
    assert [State(int(code)).label for code in result.state] == [verdict.state for verdict in expected]
    np.testing.assert_allclose(result.cost, [_number(v.cost) for v in expected], rtol=_RELATIVE, atol=_LEAST)
    if season == "winter":
        # Every road has a factor below 1, the way to the road has none.
        assert (result.cost >= assessment.result(standard_id).cost)[np.isfinite(result.cost)].all()
        assert (result.cost > 1.1 * assessment.result(standard_id).cost).sum() > 100


@pytest.mark.parametrize("standard_id", _SAMPLE.in_force)
def test_every_place_has_the_state_the_cost_and_the_shortfall(
    assessment: Assessment, standard_id: str
) -> None:
    result = assessment.result(standard_id)
    expected = _SAMPLE.verdicts(standard_id)
    assert [State(int(code)).label for code in result.state] == [verdict.state for verdict in expected]
    straight = result.standard.measure is not None and result.standard.measure.indicator in (
        "straight_distance",
        "distance_to_line",
    )
    relative = _RELATIVE_STRAIGHT if straight else _RELATIVE
    np.testing.assert_allclose(result.cost, [_number(v.cost) for v in expected], rtol=relative, atol=_LEAST)
    shortfall = [_number(v.shortfall) for v in expected]
    # A shortfall is a small difference of larger numbers: its error is that of the cost.
    room = _LEAST + relative * np.nan_to_num(np.asarray(result.cost), posinf=0.0).max(initial=0.0)
    np.testing.assert_allclose(result.shortfall, shortfall, rtol=0, atol=room)


@pytest.mark.parametrize("standard_id", _SAMPLE.in_force)
def test_people_shares_and_verdicts(assessment: Assessment, standard_id: str) -> None:
    row = next(r for r in assessment.as_dict()["services"] if r["standard"] == standard_id)
    people = dict.fromkeys((state.label for state in State), 0)
    for place, verdict in zip(_SAMPLE.places, _SAMPLE.verdicts(standard_id), strict=True):
        people[verdict.state] += place.properties["population"]
    lacking = people["gap"] + people["unreachable"] + people["not_connected"]
    known = people["covered"] + lacking
    share = people["covered"] / known if known else None
    target = _SAMPLE.standards[standard_id].get("target_share")
    assert {state: row[state] for state in people} == people
    assert row["people"] == sum(people.values()) == 41_043
    assert row["share_covered"] == (None if share is None else pytest.approx(share, rel=1e-12))
    assert row["target_share"] == target
    assert row["met"] is (None if share is None else share >= (target or 1.0))
    assert row["places_in_gap"] == sum(_lacks(v) for v in _SAMPLE.verdicts(standard_id))


def test_geojson_report_says_the_same_of_every_place(assessment: Assessment, tmp_path: Path) -> None:
    (path,) = write(assessment, ("geojson",), "en", tmp_path)
    features = json.loads(path.read_text("utf-8"))["features"]
    places = [f["properties"] for f in features if f["properties"]["feature"] == "place"]
    for standard_id in _SAMPLE.in_force:
        expected = _SAMPLE.verdicts(standard_id)
        assert [place[f"state_{standard_id}"] for place in places] == [v.state for v in expected]
        for key, values in (
            ("cost", [v.cost for v in expected]),
            ("shortfall", [v.shortfall for v in expected]),
        ):
            said = [_number(place[f"{key}_{standard_id}"]) for place in places]
            known = [math.nan if v is None or math.isinf(v) else v for v in values]
            np.testing.assert_allclose(said, known, rtol=_RELATIVE_STRAIGHT, atol=0.5)


def _lacks(verdict: Verdict) -> bool:
    return verdict.state in ("gap", "unreachable", "not_connected")


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
