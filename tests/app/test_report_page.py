"""The page Report, run without a browser: under a scenario it makes the very file that the command makes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.report import Finding
from planner.scenario import CloseFacility, Scenario
from planner.studies.progress import Progress
from planner.ui.pages import report
from planner.ui.report_making import Asked, Made, made
from planner.workspace import open_workspace
from tests.app.test_studies import run

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
    assert [text.value for text in app.markdown] != as_it_is
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


def test_a_workspace_without_scenarios_asks_for_none(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run("report", sample_file, monkeypatch).selectbox
