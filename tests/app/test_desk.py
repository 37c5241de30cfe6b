"""The desk without a browser: what is added follows what is shown, and a name that nobody gave is only a hint."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.scenario import AddFacility, ChangeStandard, CloseFacility, Scenario
from planner.ui.draft import Draft
from planner.workspace import open_workspace
from tests.app.test_layers_page import button
from tests.app.test_studies import run

CLOSING = CloseFacility("post_office", "post-office-plisa")


@pytest.fixture
def workspace(sample_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_file, tmp_path / "copy.gpkg"))


def added(app: AppTest) -> list[str]:
    """Add a service point in Petrunovo and return the services of all that was added."""
    app.selectbox("desk_place").set_value("plisa").run()
    app.selectbox("desk_place").set_value("petrunovo").run()
    app.button("desk_put").click().run()
    assert not app.exception
    if "draft" not in app.session_state:
        return []
    return [
        edit.service for edit in app.session_state["draft"].scenario.edits if isinstance(edit, AddFacility)
    ]


def test_what_is_added_is_of_the_service_that_is_shown(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("scenarios", workspace, monkeypatch, service="shop", desk_tool="add")
    assert app.selectbox("desk_new").value == "shop"
    app.selectbox("service").set_value("post_office").run()
    assert app.selectbox("desk_new").value == "post_office"
    assert added(app) == ["post_office"]
    # Another kind stays as long as the same service is shown, whatever tool is taken meanwhile.
    app.selectbox("desk_new").set_value("school").run()
    app.button_group("desk_tool").set_value("look").run()
    app.button_group("desk_tool").set_value("add").run()
    assert added(app) == ["post_office", "school"]
    app.button_group("desk_tool").set_value("look").run()
    app.selectbox("service").set_value("shop").run()
    app.button_group("desk_tool").set_value("add").run()
    assert added(app) == ["post_office", "school", "shop"]


def test_where_the_service_shown_has_no_points_one_is_asked_what_is_added(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("scenarios", workspace, monkeypatch, service="shop", desk_tool="add")
    options = app.selectbox("desk_new").options
    app.selectbox("service").set_value("mobile").run()
    assert app.selectbox("desk_new").value is None
    assert app.selectbox("desk_new").options == options
    assert added(app) == []
    assert [error.value for error in app.error] == ["Choose first what is added\\."]
    app.selectbox("desk_new").set_value("library").run()
    assert added(app) == ["library"]


def test_the_standard_to_be_changed_is_one_of_the_service_that_is_shown(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("scenarios", workspace, monkeypatch, service="shop", desk_tool="standard")
    first = app.selectbox("desk_standard").value
    app.selectbox("service").set_value("post_office").run()
    chosen = app.selectbox("desk_standard").value
    assert chosen != first
    app.toggle(f"desk_in_force_{chosen}").set_value(False).run()
    app.button("desk_apply").click().run()
    (edit,) = app.session_state["draft"].scenario.edits
    assert isinstance(edit, ChangeStandard)
    assert "post" in edit.standard


def test_a_name_that_nobody_gave_is_a_hint_and_is_saved_where_none_is_given(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("scenarios", workspace, monkeypatch, service="shop")
    # It began in Russian; the page is in English now.
    app.session_state["draft"] = Draft(Scenario("Новый сценарий", (CLOSING,)))
    app.run()
    name = app.text_input("shelf_name")
    assert (name.value, name.placeholder) == ("", "New scenario")
    button(app, "Save").click().run()
    kept = open_workspace(str(workspace))
    assert [record.name for record in kept.scenarios()] == ["New scenario"]
    # Now it is its name.
    assert app.text_input("shelf_name").value == "New scenario"
    button(app, "Begin a new one").click().run()
    app.session_state["draft"] = app.session_state["draft"].to(Scenario("New scenario", (CLOSING,)))
    app.run()
    assert app.text_input("shelf_name").value == ""
    button(app, "Save").click().run()
    assert any("is there already" in error.value for error in app.error)
    app.text_input("shelf_name").set_value("Shops").run()
    button(app, "Save").click().run()
    assert [record.name for record in kept.scenarios()] == ["New scenario", "Shops"]
