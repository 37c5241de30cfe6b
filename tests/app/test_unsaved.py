"""What is not saved outlives its page: offered to the same person's next session, and to nobody else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.scenario import CloseFacility, Scenario
from planner.ui import team, unsaved
from planner.ui.draft import Draft, Seen
from planner.workspace import Member, Rank, open_workspace
from tests.app.conftest import App
from tests.app.test_saving import edited, save_as
from tests.app.test_scenarios import edits
from tests.app.test_studies import run
from tests.app.waiting import settled

KEPT = Scenario("East", (CloseFacility("shop", "shop-plisa"),))
OPEN: set[str] = set()
"""The tabs that a browser holds."""


@pytest.fixture
def workspace(sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = Path(shutil.copy(sample_file, tmp_path / "copy.gpkg"))
    open_workspace(str(path)).save_scenario(KEPT.name, KEPT.to_json())
    OPEN.clear()
    # Without a browser all sessions have one name; here it is that of the tab.
    monkeypatch.setattr(unsaved, "_session", unsaved._tab)
    monkeypatch.setattr(unsaved, "_is_open", OPEN.__contains__)
    yield path
    unsaved.forget_all()


def at_desk(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    app = run("scenarios", workspace, monkeypatch, service="post_office", desk_tool="add")
    OPEN.add(tab(app))
    return app


def tab(app: AppTest) -> str:
    found: str = app.session_state["unsaved_tab"]
    return found


def add(app: AppTest, place: str) -> None:
    app.selectbox("desk_place").set_value(None).run()
    app.selectbox("desk_place").set_value(place).run()
    app.button("desk_put").click().run()
    assert not app.exception and not app.error


def offers(app: AppTest) -> list[str]:
    return [each.label.replace("\\", "") for each in app.button if "Go on with" in each.label]


def go_on(app: AppTest) -> None:
    next(each for each in app.button if "Go on with" in each.label).click().run()


def on_desk(app: AppTest) -> Draft:
    found: Draft = app.session_state["draft"]
    return found


def test_a_draft_is_offered_once_its_page_has_gone_and_brought_back_with_its_undo(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = at_desk(workspace, monkeypatch)
    add(first, "petrunovo")
    add(first, "plisa")
    # A second tab while the first is open: nothing of it is offered, and its own draft is its own.
    second = at_desk(workspace, monkeypatch)
    assert offers(second) == []
    OPEN.discard(tab(first))
    add(second, "plisa")
    assert offers(second) == []
    again = at_desk(workspace, monkeypatch)
    assert offers(again) == ["Go on with “New scenario”: 2 edits, not saved"]
    go_on(again)
    assert on_desk(again) == on_desk(first)
    again.button("undo").click().run()
    assert len(on_desk(again).scenario.edits) == 1
    # It is on somebody's desk now, and is offered no more.
    assert offers(at_desk(workspace, monkeypatch)) == []
    assert len(on_desk(second).scenario.edits) == 1


def test_two_tabs_that_ask_for_the_same_do_not_both_get_it(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = at_desk(workspace, monkeypatch)
    add(first, "petrunovo")
    OPEN.clear()
    one, other = at_desk(workspace, monkeypatch), at_desk(workspace, monkeypatch)
    go_on(one)
    go_on(other)
    assert [each.value for each in other.error] == ["It is open in another window by now\\."]
    assert len(on_desk(one).scenario.edits) == 1
    assert not on_desk(other).scenario.edits


def test_the_scenario_that_was_open_is_offered_as_that(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = at_desk(workspace, monkeypatch)
    app.selectbox("shelf_open").select("East").run()
    app.button("shelf_load").click().run()
    OPEN.clear()
    again = at_desk(workspace, monkeypatch)
    assert offers(again) == ["Go on with “East”: 1 edit"]
    go_on(again)
    assert (on_desk(again).origin, on_desk(again).changed) == ("East", False)
    add(again, "petrunovo")
    again.button("shelf_save").click().run()
    assert any("Saved as" in each.value for each in again.success)


def test_nobody_is_offered_what_somebody_else_has_left(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "member", lambda: Member("Alena", Rank.PLANNER))
    first = at_desk(workspace, monkeypatch)
    add(first, "petrunovo")
    OPEN.clear()
    for other in (Member("Viktar", Rank.VIEWER), Member("Ina", Rank.PLANNER)):
        monkeypatch.setattr(team, "member", lambda other=other: other)
        assert offers(at_desk(workspace, monkeypatch)) == []
    monkeypatch.setattr(team, "member", lambda: Member("Alena", Rank.PLANNER))
    assert len(offers(at_desk(workspace, monkeypatch))) == 1
    # Nor in another district.
    elsewhere = Path(shutil.copy(workspace, workspace.with_name("other.gpkg")))
    assert offers(at_desk(elsewhere, monkeypatch)) == []


def test_another_draft_in_its_place_is_undone_step_by_step() -> None:
    here = Draft(Scenario("New")).to(Scenario("New", KEPT.edits))
    there = (
        Draft(Scenario("Other")).to(Scenario("Other", KEPT.edits)).saved(Scenario("Other", KEPT.edits), "d")
    )
    found = here.over(there)
    assert (found.scenario.name, found.origin, found.changed) == ("Other", "Other", False)
    assert found.undone().undone().scenario == here.scenario
    assert found.seen == {"Other": Seen(there.scenario, "d")}


@pytest.mark.browser
def test_a_page_that_is_loaded_anew_offers_what_was_on_it(page: Any, app: App) -> None:
    edited(page, app, 55.02)
    page.reload()
    settled(page)
    page.get_by_role("button", name="Go on with “New scenario”: 1 edit, not saved").click()
    edits(page, 1)
    save_as(page, "Kept")
    page.get_by_text("Saved as “Kept”.").first.wait_for()
    page.reload()
    settled(page)
    page.get_by_role("button", name="Go on with “Kept”: 1 edit").click()
    edits(page, 1)
    assert page.get_by_label("Name", exact=True).input_value() == "Kept"
