"""The page Siting: a plan with its proof, the same numbers as the study, kept as a scenario, cancelled when asked."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.i18n import speech
from planner.report.siting import plan_sentences
from planner.results import Plan, State
from planner.scenario import Scenario
from planner.studies.site import site
from planner.studies.siting_terms import SitingTerms
from planner.ui.work import Job
from planner.workspace import open_workspace
from tests.app.test_studies import run


def found(page: AppTest) -> Plan:
    """Wait until the page's study is at its end, and return what it found."""
    job: Job[Plan] = page.session_state["job_siting"]
    assert job.wait(60)
    page.run()
    assert not page.exception
    assert isinstance(job.found, Plan)
    return job.found


def test_the_page_tells_what_the_study_finds(sample_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("siting", sample_file, monkeypatch, service="fire")
    assert not page.dataframe
    page.button("siting_find").click().run()
    plan = found(page)
    alone = site(open_workspace(str(sample_file)), "fire", SitingTerms(sites=3))
    assert plan.objective == alone.objective == plan.people(State.COVERED) and plan.proven
    texts = [text.value.replace("\\", "") for text in page.markdown]
    assert set(plan_sentences(alone, speech("en"))) <= set(texts)
    table = page.dataframe[0].value
    assert table["Newly covered"].sum() == sum(s.gained for s in plan.sites)
    assert plan.unit == "min"
    assert max(table["Mean way, min"]) == pytest.approx(max(s.mean_cost for s in plan.sites if s.served > 0))
    assert page.session_state["plans_for_report"]["fire"] is plan


def test_other_settings_leave_the_plan_and_say_so(sample_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("siting", sample_file, monkeypatch, service="fire")
    page.button("siting_find").click().run()
    first = found(page)
    assert not page.warning
    page.number_input("siting_count").set_value(5).run()
    assert any("have changed" in told.value for told in page.warning)
    assert page.session_state["job_siting"].found is first
    page.button("siting_find").click().run()
    assert len(found(page).new) == 5
    assert not page.warning


def test_a_plan_of_another_service_is_named_and_not_shown(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run("siting", sample_file, monkeypatch, service="fire")
    page.button("siting_find").click().run()
    first = found(page)
    page.selectbox("service").select("library").run()
    assert not page.dataframe and not page.warning
    assert [told.value.replace("\\", "") for told in page.info] == [
        "The plan that was asked for is of the service “Fire service”: choose it to see the plan."
    ]
    page.selectbox("service").select("fire").run()
    assert page.dataframe and not page.info and found(page) is first


def test_a_plan_becomes_a_scenario(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "copy.gpkg"
    shutil.copy(sample_file, path)
    page = run("siting", path, monkeypatch, service="fire")
    page.selectbox("siting_model_open").select("lscp").run()
    page.button("siting_find").click().run()
    plan = found(page)
    page.button("siting_keep").click().run()
    assert page.success
    kept = open_workspace(str(path)).scenarios()[0]
    assert len(Scenario.from_json(kept.document).edits) == len(plan.new) == 6
    # Once more under the same name: the page says what can be done on it.
    page.button("siting_keep").click().run()
    told = (page.error[0].value + page.info[0].value).replace("\\", "")
    assert "is there already" in told and "Save yours under another name" in told and "--" not in told


def test_closing_names_what_goes(sample_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("siting", sample_file, monkeypatch, service="library")
    page.selectbox("siting_task").select("close").run()
    page.button("siting_find").click().run()
    assert len(found(page).closed) == 1
    assert any("closes" in text.value for text in page.markdown)


def test_what_has_no_plan_is_told_with_what_would_help(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run("siting", sample_file, monkeypatch, service="fire")
    page.selectbox("siting_model_open").select("lscp").run()
    page.text_input("siting_forbid").set_value("no such village").run()
    page.button("siting_find").click().run()
    assert page.session_state["job_siting"].wait(60)
    page.run()
    assert any("no such village" in told.value for told in page.error)


def test_a_job_shows_what_it_has_and_ends_when_it_is_cancelled() -> None:
    shown = threading.Event()

    def run_until_cancelled(job: Job[str]) -> str:
        job.tell("news")
        job.show("first")
        shown.set()
        while not job.cancelled():
            time.sleep(0.01)
        return "last"

    job = Job("settings", run_until_cancelled).start()
    assert shown.wait(10) and (job.found, job.news, job.running) == ("first", "news", True)
    job.cancel()
    assert job.wait(10) and (job.found, job.running) == ("last", False)


def test_a_job_keeps_its_error_and_what_it_had() -> None:
    def fail(job: Job[int]) -> int:
        job.show(1)
        raise ValueError("no")

    job = Job("settings", fail).start()
    assert job.wait(10) and job.found == 1 and isinstance(job.error, ValueError)
