"""The standards passport of settlements of the sample worked out by other means: states, acts, parity, next step."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from planner.results import Assessment, Parity
from planner.studies.assess import assess
from planner.studies.parity import study_parity
from planner.studies.settlement import card
from planner.workspace import open_workspace
from tests.reference.recomputed import Sample, Verdict

_TOP = Path(__file__).resolve().parents[2]
_GEO = _TOP / "data" / "geo"
_SAMPLE = Sample(_GEO, _TOP / "planner" / "standards" / "catalogues")
_STEPS = yaml.safe_load((_TOP / "planner" / "studies" / "steps.yaml").read_text("utf-8"))["steps"]
_REFERENCES = [
    feature["properties"]
    for feature in json.loads((_GEO / "reference_places.geojson").read_text("utf-8"))["features"]
]
_METRES = ("travel_distance", "straight_distance", "distance_to_line")
_CLOSE = 1e-5


@pytest.fixture(scope="module")
def found(sample_file: Path) -> tuple[Assessment, Parity]:
    workspace = open_workspace(sample_file)
    assessment = assess(workspace)
    return assessment, study_parity(workspace, assessment=assessment)


def settlements() -> list[int]:
    """Return the town, the smallest, those without a position or a way, and some more."""
    people = [place.properties["population"] for place in _SAMPLE.places]
    odd = [i for i, place in enumerate(_SAMPLE.places) if place.at is None]
    odd += [
        i for i in range(len(people)) for s in ("ru_shop_rural", "ru_post_zone_rural", "by_ems_emerg_rural")
        if _SAMPLE.verdicts(s)[i].state in ("not_connected", "unreachable")
    ]  # fmt: skip
    drawn = np.random.default_rng(6).choice(len(people), 18, replace=False).tolist()
    return list(dict.fromkeys([people.index(max(people)), people.index(min(people)), *odd, *drawn]))


class _Everywhere(Sample):
    """The sample as if every standard addressed every settlement."""

    def _addressed(self, place: Any, rule: dict[str, Any]) -> bool:
        return True


_EVERYWHERE = _Everywhere(_GEO, _TOP / "planner" / "standards" / "catalogues")


def _kind(standard: dict[str, Any]) -> str:
    measure = {k: v for k, v in standard["measure"].items() if k not in ("threshold", "assumption")}
    return json.dumps([standard["service"], measure], sort_keys=True)


def _measures() -> dict[str, list[tuple[str, list[str]]]]:
    """Return by service the standards that measure each its way: that of most people, and all that are alike."""
    kinds: dict[str, list[str]] = {}
    for name in _SAMPLE.in_force:
        measure = _SAMPLE.standards[name]["measure"]
        if not (
            measure["indicator"].endswith("_per_people") and measure.get("scope", "district") == "district"
        ):
            kinds.setdefault(_kind(_SAMPLE.standards[name]), []).append(name)
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for names in kinds.values():
        most = max(names, key=_people_addressed)
        found.setdefault(_SAMPLE.standards[most]["service"], []).append((most, names))
    return found


def _people_addressed(name: str) -> float:
    people = [
        float(place.properties["population"])
        for place, verdict in zip(_SAMPLE.places, _SAMPLE.verdicts(name), strict=True)
        if verdict.state != "not_applicable"
    ]
    return sum(people)


def _value(name: str, i: int) -> float:
    """Return what a standard measures at a settlement, whomever it addresses; yes and no are 1 and 0."""
    verdict: Verdict = _EVERYWHERE.verdicts(name)[i]
    if verdict.state in ("not_located", "no_data"):
        return math.nan
    if _SAMPLE.standards[name]["measure"]["indicator"] == "within_area":
        return float(verdict.state == "covered")
    if verdict.state == "not_connected":
        # Nothing can be reached from there, and nothing of what the nearest would offer is had.
        return 0.0 if _SAMPLE.standards[name]["measure"]["indicator"] == "nearest_value" else math.inf
    return math.nan if verdict.cost is None else verdict.cost


def _parity_of(name: str, x: float, r: float) -> float:
    measure = _SAMPLE.standards[name]["measure"]
    if math.isnan(x) or math.isnan(r):
        return math.nan
    if measure["indicator"] == "within_area" or measure.get("comparator", "<=") == ">=":
        return 1.0 if r <= 0 else min(1.0, x / r)
    if math.isinf(x):
        return 0.0 if math.isfinite(r) else 1.0
    threshold = float(measure["threshold"])
    return threshold / (threshold + max(0.0, x - r))


def _mean(values: list[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return sum(known) / len(known) if known else math.nan


def test_states_acts_parity_and_the_cheapest_step(found: tuple[Assessment, Parity]) -> None:
    assessment, parity = found
    centre = [p.properties["id"] for p in _SAMPLE.places].index("glubokoye")
    measures = _measures()
    assert [s.service for s in parity.services] == list(measures)
    for i in settlements():
        shown = card(assessment, _SAMPLE.places[i].properties["id"], parity)
        assert shown is not None
        _assert_rows(shown, i)
        assert shown.parity is not None
        for k, composite in enumerate(shown.parity.composite):
            by_service = []
            for parts in measures.values():
                values = []
                for name, alike in parts:
                    there = (
                        _value(name, centre)
                        if k == 0
                        else next(
                            (float(_REFERENCES[k - 1][a]) for a in alike if a in _REFERENCES[k - 1]), math.nan
                        )
                    )
                    values.append(_parity_of(name, _value(name, i), there))
                by_service.append(_mean(values))
            assert composite == pytest.approx(_mean(by_service), rel=_CLOSE, nan_ok=True), (i, k)
        _assert_step(shown.parity.step, i)


def _assert_rows(shown: Any, i: int) -> None:
    """Compare every standard that addresses the settlement: its act, its state, what was measured and is short."""
    expected = {s: _SAMPLE.verdicts(s)[i] for s in _SAMPLE.in_force}
    expected = {s: v for s, v in expected.items() if v.state != "not_applicable"}
    assert {row.result.standard.id for row in shown.rows} == set(expected)
    for row in shown.rows:
        standard, verdict = row.result.standard, expected[row.result.standard.id]
        told = _SAMPLE.standards[standard.id]
        assert row.state.label == verdict.state
        assert standard.legal_basis == told["legal_basis"]
        if verdict.shortfall is not None:
            assert row.shortfall == pytest.approx(verdict.shortfall, rel=1e-3, abs=0.5)


def _assert_step(step: Any, i: int) -> None:
    """Compare the cheapest step; of several at one cost any may be told, as their gain decides."""
    costs: dict[str, float] = {}
    for name in _SAMPLE.in_force:
        standard, verdict = _SAMPLE.standards[name], _SAMPLE.verdicts(name)[i]
        row = _STEPS.get(standard["service"])
        if verdict.state != "gap" or row is None:
            continue
        short = verdict.shortfall or 0.0
        short = short / 1000 if standard["measure"]["indicator"] in _METRES else short
        costs[name] = row["fixed"] + row["per_unit"] * (short if math.isfinite(short) else 0.0)
    if not costs:
        assert step is None
        return
    assert step is not None
    assert step.cost == pytest.approx(min(costs.values()), rel=1e-4)
    assert costs[step.standard.id] == pytest.approx(min(costs.values()), rel=1e-4)
