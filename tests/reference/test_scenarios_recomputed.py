"""Scenarios on the sample against the same edits made on its files and measured by other means."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.cli import main
from planner.results import Assessment, State
from planner.scenario import Scenario
from planner.studies.assess import district_under
from planner.studies.desk import Desk
from planner.studies.effect import effects
from planner.workspace import open_workspace
from tests.reference.recomputed import Sample
from tests.reference.what_if import WhatIf

_TOP = Path(__file__).resolve().parents[2]
_CATALOGUES = _TOP / "planner" / "standards" / "catalogues"
_STEPS = _TOP / "planner" / "studies" / "steps.yaml"
_SAMPLE = Sample(_TOP / "data" / "geo", _CATALOGUES)

# As the crow flies the planner takes the scale of the place alone: over 50 km, as far as an edit may stand outside,
# up to four parts in 100,000.
_RELATIVE, _LEAST = 4e-5, 1e-3

_ATTRIBUTES = {
    "school": "seats",
    "broadband": "mbps",
    "bus": "trips_week",
    "clinic": "physicians",
    "feldsher": "physicians",
}
Document = dict[str, Any]


@pytest.fixture(scope="module")
def desk(sample_file: Path) -> Desk:
    return Desk(*district_under(open_workspace(sample_file)))


class _Planner:
    """Somebody who edits at random what fits, often the same service point again."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.there = {
            service: [f.properties["id"] for f in features]
            for (role, service), features in _SAMPLE.layers.items()
            if role == "facilities" and service != "reference_place"
        }
        self.there.update({"telephone": [], "access_point": []})
        self.in_force = list(_SAMPLE.in_force)
        self.areas = 0

    def edits(self, count: int) -> list[Document]:
        """Return edits that fit one after another."""
        return [edit for number in range(count) for edit in self._some(number)]

    def _some(self, number: int) -> list[Document]:
        r = self.chance
        service = r.choice(list(self.there))
        there, kind = self.there[service], r.random()
        lon, lat = self._somewhere()
        if kind < 0.25 and there:
            return [
                {"edit": "move-facility", "service": service, "id": r.choice(there), "lon": lon, "lat": lat}
            ]
        if kind < 0.5 and there:
            # Now and then all of them, down to the last.
            gone = list(there) if len(there) < 40 and r.random() < 0.15 else [r.choice(there)]
            for each in gone:
                there.remove(each)
            return [{"edit": "close-facility", "service": service, "id": each} for each in gone]
        if kind < 0.8:
            return [self._new(service, f"new-{number}", lon, lat)]
        if kind < 0.87:
            return [self._area(lon, lat)]
        return [self._standard()]

    def _somewhere(self) -> tuple[float, float]:
        r = self.chance
        if r.random() < 0.5:
            lon, lat = r.choice([p.at for p in _SAMPLE.places if p.at is not None])
            off = r.choice((0.0, 0.01))
            return round(lon + r.uniform(-off, off), 6), round(lat + r.uniform(-off, off) / 2, 6)
        return round(r.uniform(26.9, 28.7), 6), round(r.uniform(54.6, 55.7), 6)

    def _new(self, service: str, identifier: str, lon: float, lat: float) -> Document:
        r, there = self.chance, self.there[service]
        closed = [f.properties["id"] for f in _SAMPLE.layers.get(("facilities", service), [])]
        closed = [each for each in closed if each not in there]
        # What was closed may come back under its own identifier.
        identifier = r.choice(closed) if closed and r.random() < 0.5 else identifier
        there.append(identifier)
        given: Document = {}
        if service in _ATTRIBUTES and r.random() < 0.85:
            given[_ATTRIBUTES[service]] = r.choice([0, 1, 14, 20, 21, 100, 300, 12.5])
        if r.random() < 0.3:
            given["place_id"] = r.choice(_SAMPLE.places).properties["id"]
        return {"edit": "add-facility", "service": service, "id": identifier, "name": {"en": "New"},
                "lon": lon, "lat": lat, "attributes": given}  # fmt: skip

    def _area(self, lon: float, lat: float) -> Document:
        r = self.chance
        self.areas += 1
        east, north = lon + r.uniform(0.01, 0.2), lat + r.uniform(0.01, 0.1)
        ring = [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
        given: Document = {"technology": r.choice(["2G", "4G", "5G"])}
        if r.random() < 0.8:
            given["mbps"] = r.choice([2, 10, 18, 50])
        return {"edit": "add-area", "service": r.choice(["mobile", "broadband"]), "id": f"area-{self.areas}",
                "outline": {"type": "Polygon", "coordinates": [ring]}, "attributes": given}  # fmt: skip

    def _standard(self) -> Document:
        r = self.chance
        other = [i for i, s in _SAMPLE.standards.items() if s.get("measure") and i not in self.in_force]
        chosen = r.choice(self.in_force if r.random() < 0.7 else other)
        values: Document = {}
        if chosen not in self.in_force:
            values["in_force"] = True
            self.in_force.append(chosen)
        elif r.random() < 0.2:
            self.in_force.remove(chosen)
            return {"edit": "change-standard", "standard": chosen, "values": {"in_force": False}}
        measure = _SAMPLE.standards[chosen]["measure"]
        if measure["indicator"] != "within_area" and r.random() < 0.7:
            values["threshold"] = round(measure["threshold"] * r.choice([0.1, 0.5, 0.9, 1.1, 2, 5]), 3)
        if not values or r.random() < 0.4:
            values["target_share"] = r.choice([None, 0.5, 0.95, 1.0])
        return {"edit": "change-standard", "standard": chosen, "values": values}


def _document(edits: Sequence[Document]) -> str:
    return json.dumps({"format": "planner-scenario", "version": 1, "name": "What if", "edits": list(edits)})


def _assert_agree(found: Assessment, peer: WhatIf) -> None:
    assert [r.standard.id for r in found.results] == peer.in_force
    alone = peer.without_neighbours()
    for result in found.results:
        identifier = result.standard.id
        expected = peer.verdicts(identifier)
        assert [State(int(code)).label for code in result.state] == [v.state for v in expected], identifier
        costs = [math.nan if v.cost is None else v.cost for v in expected]
        np.testing.assert_allclose(result.cost, costs, rtol=_RELATIVE, atol=_LEAST, err_msg=identifier)
        assert (result.own_state is not None) == peer.counts_neighbours(identifier), identifier
        if result.own_state is not None:
            own = [v.state for v in alone.verdicts(identifier)]
            assert [State(int(code)).label for code in result.own_state] == own, identifier


def _assert_counted(desk: Desk, found: Assessment, peer: WhatIf) -> None:
    """Compare people, shares and the cost of the gap with what the page shows."""
    for effect in effects(desk.baseline, found):
        if effect.after is None:
            assert effect.standard.id not in peer.in_force
            continue
        people = peer.people(effect.standard.id)
        lacking = sum(people.get(s, 0.0) for s in ("gap", "unreachable", "not_connected"))
        known = lacking + people.get("covered", 0.0)
        assert effect.after.lacking == lacking
        assert effect.after.share_covered == (
            pytest.approx(people.get("covered", 0.0) / known, rel=1e-12) if known else None
        )
        cost = peer.cost(effect.standard.id, _STEPS)
        assert effect.after.cost == (None if cost is None else pytest.approx(cost, rel=1e-4, abs=1e-2))


def _on_the_command_line(
    workspace: Path, edits: Sequence[Document], folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    file = folder / "what-if.json"
    file.write_text(_document(edits), "utf-8")
    capsys.readouterr()
    assert main(["assess", str(workspace), "--scenario", str(file), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_at_the_desk_and_on_the_command_line_as_by_other_means(
    desk: Desk, sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sample_file.read_bytes()
    edits = _Planner(222).edits(14)
    assert len({edit["edit"] for edit in edits}) == 5
    found = desk.under(Scenario.from_json(_document(edits)))
    peer = WhatIf(_SAMPLE, edits)
    _assert_agree(found, peer)
    _assert_counted(desk, found, peer)
    told = _on_the_command_line(sample_file, edits, tmp_path, capsys)
    for row in told["services"]:
        people = {state.label: peer.people(row["standard"]).get(state.label, 0.0) for state in State}
        assert {state: row[state] for state in people} == people
    assert [row["standard"] for row in told["services"]] == peer.in_force
    assert sample_file.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_random_edits_as_by_other_means(desk: Desk, seed: int) -> None:
    edits = _Planner(1000 + seed).edits(1 + seed % 12)
    found = desk.under(Scenario.from_json(_document(edits)))
    peer = WhatIf(_SAMPLE, edits)
    _assert_agree(found, peer)
    _assert_counted(desk, found, peer)
