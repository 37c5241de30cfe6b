"""The page Report, run without a browser: under a scenario it makes the very file that the command makes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.report import Finding
from planner.scenario import CloseFacility, Scenario
from planner.studies.progress import Progress
from planner.ui.pages import report
from planner.ui.report_making import Asked, Made, made
from planner.workspace import open_workspace
from tests.app.conftest import App
from tests.app.test_studies import run
from tests.app.waiting import opened, settled

CLOSED = Scenario("One kindergarten less", (CloseFacility("kindergarten", "kindergarten-plisa"),))


@pytest.fixture
def workspace(sample_file: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copy(sample_file, tmp_path / "copy.gpkg"))
    open_workspace(str(path)).save_scenario(CLOSED.name, CLOSED.to_json())
    return path


def pressed(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()


def test_the_report_under_a_scenario_is_that_of_the_command(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    files: list[Made] = []

    def kept(asked: Asked, extra: Sequence[Finding], told: Progress) -> Made:
        files.append(made(asked, extra, told))
        return files[-1]

    monkeypatch.setattr(report, "made", kept)
    app = run("report", workspace, monkeypatch)
    as_it_is = [text.value for text in app.markdown]
    app.selectbox("report_scenario").select(CLOSED.name).run()
    assert not app.exception
    effect = "Compared with the district as it is: Kindergartens (proxy, modelled) — "
    assert [text.value.replace("\\", "").startswith(effect) for text in app.markdown].count(True) == 1
    pressed(app, "Make the report")
    app.selectbox("report_scenario").select("").run()
    assert [text.value for text in app.markdown] == as_it_is
    pressed(app, "Make the report")
    under, without = files
    command = ["report", str(workspace), "--lang", "en", "--format", "html", "--out", str(tmp_path)]
    assert main([*command, "--scenario", CLOSED.name]) == 0
    assert main(command) == 0
    for each in (under, without):
        assert (tmp_path / each.name).read_bytes() == each.data
    assert under.name != without.name
    assert "“One kindergarten less”" in under.data.decode()
    assert (effect in under.data.decode(), effect in without.data.decode()) == (True, False)


def test_a_workspace_without_scenarios_asks_for_none(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run("report", sample_file, monkeypatch).selectbox


def chosen(app: AppTest) -> list[str]:
    return [str(each.key) for each in app.checkbox if each.value and str(each.key).startswith("format_")]


def test_a_new_session_is_offered_the_report_that_was_made(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("report", workspace, monkeypatch)
    app.selectbox("report_scenario").select(CLOSED.name).run()
    app.radio("report_language_en").set_value("be").run()
    app.checkbox("format_html").uncheck().run()
    app.checkbox("format_xlsx").check().run()
    app.checkbox("format_geojson").check().run()
    pressed(app, "Make the report")
    assert len(app.get("download_button")) == 1
    again = run("report", workspace, monkeypatch)
    assert chosen(again) == ["format_xlsx", "format_geojson"]
    assert (again.selectbox("report_scenario").value, again.radio("report_language_en").value) == (
        CLOSED.name,
        "be",
    )
    assert len(again.get("download_button")) == 1
    # What is chosen from now on is the session's own; the other session has made nothing else.
    again.checkbox("format_geojson").uncheck().run()
    assert chosen(again) == ["format_xlsx"]
    assert not again.get("download_button")
    # Of a scenario that is not kept any more, and of another workspace, nothing is chosen.
    open_workspace(str(workspace)).remove_scenario(CLOSED.name)
    assert chosen(run("report", workspace, monkeypatch)) == ["format_html"]


@pytest.mark.browser
def test_a_report_is_there_after_a_reload_and_on_the_way_back(page: Any, app: App) -> None:
    opened(page, f"{app.url}/report?lang=en")
    page.get_by_text("XLSX").first.click()
    settled(page)
    page.get_by_text("HTML").first.click()
    settled(page)
    with page.expect_download():
        page.get_by_role("button", name="Make the report").click()
    download = page.get_by_role("button", name="Download the report")
    download.wait_for()
    page.reload()
    download.wait_for()
    page.get_by_role("link", name="Gaps").click()
    settled(page)
    page.get_by_role("link", name="Report").click()
    download.wait_for()
    with page.expect_download() as taken:
        download.click()
    assert taken.value.suggested_filename == "gap-report-hlybokaye-district-en.xlsx"
