"""The desk of a town by building, and what may be lost there: the page without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.scenario import CloseFacility, Scenario
from planner.studies.assess import assess
from planner.studies.scenarios import keep
from planner.ui.draft import Draft
from planner.workspace import open_workspace
from tests.app.test_studies import run
from tests.unit.studies.test_scenarios_by_building import SHOP, a_town, edits


def test_the_same_scenario_by_settlement_and_by_building(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "town.gpkg"
    town = a_town(path, ("west", 100.0), ("east", 2900.0)).workspace()
    page = run("scenarios", path, monkeypatch, service="shop")
    assert not any(f'data-standard="{SHOP}"' in block.value for block in page.html)
    page.session_state["draft"] = Draft(Scenario("s", edits()))
    page.session_state["desk_by"] = "building"
    page.session_state["service"] = "shop"
    page.run()
    assert not page.exception and not page.error
    found = assess(town, by="building", scenario=Scenario("s", edits()))
    numbers = next(h.value for h in page.html if "desk-numbers" in h.value)
    before = assess(town, by="building")
    told = [a.tally(a.result(SHOP)).lacking for a in (before, found)]
    assert f"{told[0]:.0f} →</span> <b>{told[1]:.0f}</b>" in numbers


def test_a_scenario_that_somebody_has_saved_since_is_not_removed_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "town.gpkg"
    town = a_town(path, ("west", 100.0), ("east", 2900.0)).workspace()
    scenario = Scenario("Plan", (CloseFacility("shop", "west"),))
    keep(town, scenario)
    page = run("scenarios", path, monkeypatch, service="shop")
    page.selectbox("shelf_open").select("Plan").run()
    theirs = Scenario("Plan", (CloseFacility("shop", "east"),))
    keep(open_workspace(str(path)), theirs, replace=True)
    page.button("shelf_remove").click().run()
    assert any("was saved by" in error.value for error in page.error)
    assert Scenario.from_json(open_workspace(str(path)).scenario("Plan").document) == theirs
    # Now that it has been seen, it goes.
    page.button("shelf_remove").click().run()
    assert open_workspace(str(path)).scenarios() == ()
