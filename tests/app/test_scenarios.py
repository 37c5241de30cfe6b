"""Scenarios in a real browser: edits on the map, numbers that follow, and the same numbers on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from planner.cli import main
from planner.workspace import open_workspace
from tests.app.conftest import App
from tests.app.waiting import NAMED, file_field, map_frame, opened, settled

pytestmark = pytest.mark.browser

VIEW = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]"
LACKING = re.compile(r"([\d,]+)(?:\s*→\s*([\d,]+))?")


def at_desk(page: Any, app: App) -> Any:
    """Open the page and return the map's frame once everything is drawn."""
    opened(page, f"{app.url}/scenarios?lang=en&service=post_office")
    return map_frame(page, f"{NAMED} && window.feature_group.length === 2 && map_div.districtPending === 0")


def take(page: Any, tool: str) -> None:
    page.get_by_role("radio", name=tool, exact=True).click()
    settled(page)


def click_at(page: Any, frame: Any, lat: float, lon: float) -> None:
    x, y = frame.evaluate(
        "([lat, lon]) => { const p = map_div.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
        [lat, lon],
    )
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)


def click_facility(page: Any, frame: Any, identifier: str) -> None:
    """Click the diamond of a service point, which stands above its spot on a stem."""
    found = """id => Object.values(map_div._layers).find((l) => l.feature && l.feature.id === id)"""
    frame.wait_for_function(f"id => ({found})(id) !== undefined", arg=identifier)
    x, y = frame.evaluate(
        f"id => {{ const p = map_div.layerPointToContainerPoint(({found})(id)._point); return [p.x, p.y]; }}",
        identifier,
    )
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)


def lacking(page: Any, standard: str) -> tuple[int, int]:
    """Return the people lacking under a standard, before and after."""
    text = page.locator(f"#desk-numbers tr[data-standard={standard}] td").first.inner_text()
    numbers = [int(n.replace(",", "")) for n in LACKING.search(text).groups() if n]  # type: ignore[union-attr]
    return numbers[0], numbers[-1]


def edits(page: Any, count: int) -> None:
    """Wait until so many edits are listed."""
    page.wait_for_function(
        "n => document.querySelectorAll('[class*=st-key-edit_away_]').length === n", arg=count, timeout=30_000
    )
    settled(page)


def test_edit_on_the_map_and_the_numbers_follow(
    page: Any, app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    standard = "uk_post_3mi_rural"
    frame = at_desk(page, app)
    before, _ = lacking(page, standard)
    frame.evaluate("(map_div.setView([55.02, 28.15], 10, {animate: false}), 0)")
    kept = frame.evaluate(VIEW)

    take(page, "Add")
    click_at(page, frame, 55.02, 28.2)
    edits(page, 1)
    after_adding = lacking(page, standard)
    assert after_adding[0] == before > after_adding[1]
    # The view stays as it was; the new post office is on the map.
    frame.wait_for_function(
        "Object.values(map_div._layers).some((l) => l.feature && l.feature.id === 'new-1')"
    )
    assert frame.evaluate(VIEW) == kept

    take(page, "Move")
    click_facility(page, frame, "new-1")
    page.get_by_text("Now click where it is to stand").first.wait_for()
    click_at(page, frame, 55.05, 28.3)
    edits(page, 2)
    assert lacking(page, standard)[1] != after_adding[1]
    page.locator(".st-key-undo button").first.click()
    edits(page, 1)
    assert lacking(page, standard) == after_adding
    page.locator(".st-key-redo button").first.click()
    edits(page, 2)

    take(page, "Close down")
    click_facility(page, frame, "new-1")
    edits(page, 3)
    assert lacking(page, standard) == (before, before)
    page.locator(".st-key-edit_away_2 button").first.click()
    edits(page, 2)
    shown = lacking(page, standard)[1]

    # Neither another page nor another language loses it.
    page.get_by_role("link", name="Gaps").click()
    settled(page)
    page.get_by_text("Бел", exact=True).first.click()
    settled(page)
    page.get_by_text("Eng", exact=True).first.click()
    settled(page)
    page.get_by_role("link", name="Scenarios").click()
    edits(page, 2)

    name = page.get_by_label("Name", exact=True)
    name.fill("East")
    name.press("Enter")
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved as “East”.").first.wait_for()
    assert [record.name for record in open_workspace(app.workspace).scenarios()] == ["East"]
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download", exact=True).click()
    assert taken.value.suggested_filename == "east.json"
    file = tmp_path / "east.json"
    taken.value.save_as(file)
    for asked in ("East", str(file)):
        assert main(["assess", str(app.workspace), "--scenario", asked, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        (row,) = [r for r in told["services"] if r["standard"] == standard]
        assert round(row["gap"] + row["unreachable"] + row["not_connected"]) == shown
    assert main(["assess", str(app.workspace), "--json"]) == 0
    (row,) = [r for r in json.loads(capsys.readouterr().out)["services"] if r["standard"] == standard]
    assert round(row["gap"] + row["unreachable"] + row["not_connected"]) == before


def test_a_standard_is_changed_and_an_area_drawn(page: Any, app: App) -> None:
    frame = at_desk(page, app)
    take(page, "Change a standard")
    box = page.get_by_role("combobox", name="Standard")
    box.click()
    box.fill("at most 10 km")
    page.get_by_role("option", name=re.compile("at most 10 km")).first.click()
    page.get_by_text("Now: straight-line distance ≤ 10 km").first.wait_for()
    settled(page)
    threshold = page.get_by_label("Threshold, m")
    threshold.fill("3000")
    threshold.press("Enter")
    page.get_by_role("button", name="Apply", exact=True).click()
    edits(page, 1)
    page.get_by_text("≤ 3 km in place of: straight-line distance ≤ 10 km").first.wait_for()
    before, after = lacking(page, "ru_post_zone_rural")
    assert 0 < before < after

    take(page, "Draw an area")
    corners = [(55.2, 27.9), (55.2, 28.1), (55.1, 28.1), (55.1, 27.9)]
    for number, (lat, lon) in enumerate(corners, 1):
        click_at(page, frame, lat, lon)
        if number > 2:
            page.get_by_text(f"{number} corners.").first.wait_for()
        else:
            settled(page)
            page.wait_for_timeout(300)
    page.get_by_role("button", name="Finish the area").click()
    edits(page, 2)
    page.get_by_text("Draw an area of the service").first.wait_for()


def test_a_file_that_is_no_scenario_is_told_and_the_draft_stays(page: Any, app: App) -> None:
    frame = at_desk(page, app)
    take(page, "Add")
    click_at(page, frame, 55.02, 28.2)
    edits(page, 1)
    page.locator("[data-testid=stPopover] button").first.click()
    file_field(page, "From a file").set_input_files(
        {"name": "s.json", "mimeType": "application/json", "buffer": b'{"format": "planner-scenario"'}
    )
    settled(page)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_text("The scenario is not valid JSON").first.wait_for()
    edits(page, 1)
