"""Pages over broken state: a clear message, the rest of the page, and a session that keeps what it had."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.scenario import CloseFacility, Scenario
from planner.ui.draft import Draft
from planner.workspace import open_workspace
from tests.app.test_studies import PAGE

PAGES = (
    "map_page", "gaps", "parity", "scenarios", "siting", "report", "closures", "capacity", "fragility", "tour",
    "mobile", "quarter", "compare", "layers", "standards",
)  # fmt: skip


@pytest.fixture
def workspace(sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "copy.gpkg"
    shutil.copy(sample_file, path)
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    return path


def drawn(page: str, **kept: Any) -> AppTest:
    app = AppTest.from_string(PAGE.format(page=page), default_timeout=120)
    for key, value in kept.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def scenario(name: str = "Good") -> Scenario:
    return Scenario(name, (CloseFacility("library", "library-glubokoye-1"),))


def keep_two(path: Path) -> None:
    """Keep a scenario that can be read and one that cannot."""
    kept = open_workspace(str(path))
    kept.save_scenario("Good", scenario().to_json())
    kept.save_scenario("Bad", scenario("Bad").to_json())
    with sqlite3.connect(path) as db:
        db.execute(
            "UPDATE planner_scenarios SET document = replace(document, 'close', 'explode') WHERE name = 'Bad'"
        )


@pytest.mark.parametrize("page", ["compare", "scenarios"])
def test_a_scenario_that_cannot_be_read_is_told_and_removed_and_hides_no_other(
    workspace: Path, page: str
) -> None:
    keep_two(workspace)
    app = drawn(page)
    assert not app.error
    (told,) = [w.value.replace("\\", "") for w in app.warning if "cannot be read" in w.value]
    assert "“Bad”" in told and "Edit 1" in told
    offered = app.selectbox("compare_after" if page == "compare" else "shelf_open").options
    assert any("Good" in name for name in offered)
    assert not any("Bad" in name for name in offered)
    next(b for b in app.button if b.label == "Remove “Bad”").click().run()
    assert not app.warning
    assert [r.name for r in open_workspace(str(workspace)).scenarios()] == ["Good"]


@pytest.mark.parametrize("page", PAGES)
def test_a_workspace_that_has_gone_is_told_and_the_session_stays(workspace: Path, page: str) -> None:
    workspace.unlink()
    draft = Draft(scenario(), past=((Scenario("Before"), ""),))
    app = drawn(page, draft=draft, service="library")
    assert any("There is no workspace" in error.value for error in app.error)
    assert app.session_state["draft"] is draft
    assert app.session_state["service"] == "library"


def damage(path: Path, layer: str) -> None:
    with sqlite3.connect(path) as db:
        (table,) = db.execute(
            "SELECT table_name FROM planner_layers WHERE name = ? AND current", (layer,)
        ).fetchone()
        db.execute(f'DROP TABLE "{table}"')
        db.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))


@pytest.mark.parametrize("page", ["map_page", "scenarios", "report", "compare"])
def test_a_layer_that_cannot_be_read_is_named(workspace: Path, page: str) -> None:
    keep_two(workspace)
    damage(workspace, "library")
    draft = Draft(scenario())
    app = drawn(page, draft=draft)
    said = " ".join(error.value.replace("\\", "") for error in app.error)
    assert "library" in said and "cannot be read" in said
    assert app.session_state["draft"] is draft


def test_layers_can_be_put_right_where_one_cannot_be_read(workspace: Path) -> None:
    damage(workspace, "library")
    app = drawn("layers")
    assert not app.error
    app.selectbox("remove_layer").set_value("library").run()
    next(b for b in app.button if b.label == "Take it out of use").click().run()
    assert "library" not in {r.name for r in open_workspace(str(workspace)).layers()}


def test_a_file_that_was_sent_is_there_when_the_page_is_drawn_again(workspace: Path) -> None:
    app = drawn("layers")
    text = b"id,name,lat,lon\na,A,55.1,27.9\n"
    app.file_uploader("upload_0").set_value(("more.csv", text, "text/csv")).run()
    app.selectbox("upload_service").set_value("shop").run()
    kept = {key: app.session_state[key] for key in ("sent", "sent_path", "upload_folder")}
    again = drawn("layers", **kept, upload_service="shop")
    assert any("more" in c.value for c in again.caption if "Sent before" in c.value)
    assert [b.label for b in again.button if b.label == "Accept the layer"]
    next(b for b in again.button if b.label == "Leave it").click().run()
    assert not [b for b in again.button if b.label == "Accept the layer"]


def test_results_that_have_gone_are_told(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_DISTRICTS", str(tmp_path / "gone"))
    app = drawn("districts")
    assert any("no comparison" in w.value for w in app.warning)
