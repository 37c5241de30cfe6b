"""Comparing scenarios: the page, the command, and two maps that move together in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.results import Outcome
from planner.scenario import ChangeStandard, CloseFacility, Scenario
from planner.studies.assess import assess
from planner.studies.compare import compare
from planner.studies.scenarios import keep
from planner.workspace import open_workspace
from tests.app.conftest import App
from tests.app.test_studies import run
from tests.app.waiting import settled
from tests.unit.studies.test_scenarios_by_building import SHOP, a_town

NAME = "Без пожарной части"


@pytest.fixture
def workspace(sample_file: Path, tmp_path: Path) -> Path:
    """The sample district with a scenario in which its largest fire station is closed."""
    path = tmp_path / "district.gpkg"
    shutil.copyfile(sample_file, path)
    save(path)
    return path


def save(path: Path) -> None:
    workspace = open_workspace(path)
    facilities = assess(workspace).facilities
    first = facilities.ids[facilities.services.index("fire")]
    made = Scenario(NAME, (CloseFacility("fire", first),))
    workspace.save_scenario(NAME, made.to_json())


def test_the_page_tells_what_the_study_finds(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("compare", workspace, monkeypatch)
    kept = open_workspace(workspace)
    found = compare(kept, Scenario.from_json(kept.scenario(NAME).document))
    people = found.people(found.of_service("fire"))
    assert people[Outcome.LOSES] > 0
    services, councils = (frame.value for frame in page.dataframe)
    assert services["Lose it"].tolist() == [people[Outcome.LOSES]]
    assert councils["Lose it"].sum() == people[Outcome.LOSES]
    page.selectbox("compare_before").select(NAME).run()
    assert [box.value for box in page.info] == ["Choose two different sides."]


def test_other_sides_show_a_service_that_they_change(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = open_workspace(workspace)
    facilities = assess(kept).facilities
    first = facilities.ids[facilities.services.index("post_office")]
    keep(kept, Scenario("A post", (CloseFacility("post_office", first),)))
    page = run("compare", workspace, monkeypatch, compare_after="A post")
    assert page.selectbox("compare_service").value == "post_office"
    page.selectbox("compare_after").select(NAME).run()
    assert page.selectbox("compare_service").value == "fire"
    # A choice among the services of the same sides stays.
    page.selectbox("compare_service").select("post_office").run()
    assert page.selectbox("compare_service").value == "post_office"


def test_without_scenarios_the_page_says_where_to_make_one(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: AppTest = run("compare", sample_file, monkeypatch)
    assert "No scenario is saved yet" in page.info[0].value


def test_the_command_agrees_with_two_assessments(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "changes.csv"
    asked = ["compare", str(workspace), "--scenario", NAME, "--json", "--out", str(out)]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    for scenario, side in (((), "before"), (("--scenario", NAME), "after")):
        assert main(["assess", str(workspace), "--json", *scenario]) == 0
        assessed = {row["standard"]: row for row in json.loads(capsys.readouterr().out)["services"]}
        for row in told["standards"]:
            assert {key: assessed[row["standard"]][key] for key in row[side]} == row[side]
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    lost = {row["Council"]: float(row["Lose it"]) for row in rows}
    assert lost.pop("The whole district") == sum(lost.values())


def test_a_town_is_compared_by_building_as_the_command_compares_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "town.gpkg"
    town = a_town(path, ("west", 100.0), ("east", 2900.0)).workspace()
    keep(town, Scenario("Plan", (CloseFacility("shop", "west"),)))
    out = tmp_path / "changes.csv"
    asked = ["compare", str(path), "--scenario", "Plan", "--by", "building", "--json", "--out", str(out)]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    (row,) = (row for row in told["standards"] if row["standard"] == SHOP)
    assert row["people"]["loses"] > 0
    page = run("compare", path, monkeypatch, desk_by="building", compare_service="shop")
    shop = page.dataframe[0].value.set_index("Service").loc["Shops"]
    assert (shop["Lose it"], shop["Lack it after"]) == (row["people"]["loses"], row["after"]["gap"])
    # Zones of a town are its quarters, on the page and in the table that is downloaded.
    quarters = page.dataframe[1].value
    assert quarters["Lose it"].sum() == shop["Lose it"]
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert {r["Quarter"]: float(r["Lose it"]) for r in rows if r["Quarter"] != "Town"} == dict(
        zip(quarters["Quarter"], quarters["Lose it"], strict=True)
    )
    legend = next(block.value for block in page.html if "map-legend" in block.value)
    assert "homes" in legend
    assert "loses the service" in legend
    # By settlement the homes are one place again.
    page.segmented_control("desk_by").set_value("settlement").run()
    assert "places" in next(block.value for block in page.html if "map-legend" in block.value)


def test_what_nothing_is_measured_in_is_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides put every standard out of force."""
    path = tmp_path / "town.gpkg"
    town = a_town(path, ("west", 100.0)).workspace()
    ids = sorted({result.standard.id for result in assess(town).results})
    off = tuple(ChangeStandard(id, {"in_force": False}) for id in ids)
    keep(town, Scenario("Nothing", off))
    keep(town, Scenario("Nothing more", (*off, CloseFacility("shop", "west"))))
    page = run("compare", path, monkeypatch, compare_before="Nothing", compare_after="Nothing more")
    assert [box.value for box in page.info] == [
        "No standard can be measured yet. Add layers on the page “Layers”."
    ]


def test_a_district_without_buildings_is_not_asked(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("compare", workspace, monkeypatch)
    assert "desk_by" not in [control.key for control in page.segmented_control]


def test_another_district_s_scenario_is_refused(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(workspace), "--scenario", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.browser
def test_maps_side_by_side_move_together(browser: Any, app: App) -> None:
    save(app.workspace)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{app.url}/compare?lang=en")
    page.get_by_text("Side by side").first.wait_for(timeout=60_000)
    settled(page)
    page.get_by_text("Side by side").first.click()
    # The map of who gains goes first, then both sides come; a frame of a page still being drawn may be taken away.
    until = time.monotonic() + 90
    maps: list[Any] = []
    while len(maps) != 2 and time.monotonic() < until:
        settled(page)
        maps = [f for f in page.frames if "streamlit_folium" in f.url and not f.is_detached()]
    left, right = maps
    for frame in (left, right):
        frame.wait_for_function(
            "() => /\\d/.test((document.querySelector('.leaflet-control-scale-line') || {}).textContent || '')",
            timeout=60_000,
        )
    before = scale(right)
    for _ in range(3):
        left.click(".leaflet-control-zoom-in")
        page.wait_for_timeout(400)
    until = time.monotonic() + 30
    while not scale(left) == scale(right) != before and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert scale(left) == scale(right) != before
    page.close()


def scale(frame: Any) -> str:
    return re.sub(r"\s+", " ", str(frame.text_content(".leaflet-control-scale-line")))
