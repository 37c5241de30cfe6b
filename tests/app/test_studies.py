"""The pages of the studies, run without a browser: they show what the studies found, and follow their choices."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from planner.scenario import CloseFacility, Scenario
from planner.studies import selection
from planner.studies.capacity import Terms, capacity, choices
from planner.studies.closures import closures
from planner.studies.fragility import fragility
from planner.studies.parity import study_parity
from planner.studies.travel import conditions_of
from planner.workspace import open_workspace
from tests.builders import Town

PAGE = """
from planner.i18n import speech
from planner.ui.guard import guarded
from planner.ui.pages import {page}

guarded({page}.show)(speech("en"))
"""


def run(page: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, **choices: str) -> AppTest:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    shown = AppTest.from_string(PAGE.format(page=page), default_timeout=120)
    for key, chosen in choices.items():
        shown.session_state[key] = chosen
    shown.run()
    assert not shown.exception
    assert not shown.error
    return shown


def test_closures_follow_the_service_and_the_number(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run("closures", sample_file, monkeypatch)
    page.selectbox("service").select("fire").run()
    together, each = (frame.value for frame in page.dataframe)
    assert each["Lose the standard"].tolist() == [23606, 6219, 1677, 797]
    assert together["Lose the standard"].tolist() == [2474]
    page.number_input[0].set_value(3).run()
    assert page.dataframe[0].value["Lose the standard"].tolist() == [8773]
    assert any("Proven" in text.value for text in page.markdown)


def test_a_refusal_names_the_service_as_people_do(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MOST_ONE_BY_ONE", 3)
    # What was found for another workspace is remembered.
    monkeypatch.setenv("PLANNER_WORKSPACE", str(shutil.copy(sample_file, tmp_path / "copy.gpkg")))
    page = AppTest.from_string(PAGE.format(page="closures"), default_timeout=120).run()
    page.selectbox("service").select("post_office").run()
    (told,) = page.error
    assert told.value.startswith("“Post offices” has 34 service points")


def test_a_closure_becomes_a_scenario_that_lies_on_the_desk(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "copy.gpkg"
    shutil.copy(sample_file, path)
    page = run("closures", path, monkeypatch)
    page.selectbox("service").select("fire").run()
    page.selectbox("closure_fire").select_index(len(page.selectbox("closure_fire").options) - 1).run()
    page.button("closures_keep").click().run()
    assert page.success
    (kept,) = open_workspace(str(path)).scenarios()
    scenario = Scenario.from_json(kept.document)
    least = closures(open_workspace(str(path)), "fire", count=2).least
    assert least is not None
    points = closures(open_workspace(str(path)), "fire").facilities
    assert scenario.edits == tuple(CloseFacility("fire", points.ids[f]) for f in least.closure.closed)
    drawn = page.session_state["draft"]
    assert (drawn.scenario, drawn.changed) == (scenario, False)
    # A scenario that is there is not written over.
    page.button("closures_keep").click().run()
    assert "already" in page.error[0].value
    assert open_workspace(str(path)).scenario(kept.name) == kept


def test_capacity_follows_the_method_and_the_minutes(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run("capacity", sample_file, monkeypatch)
    points, places = (frame.value for frame in page.dataframe)
    assert points["Capacity"].sum() == 87
    first = places["Capacity for 1,000 people"].tolist()
    page.selectbox("capacity_method").select("3sfca").run()
    assert page.dataframe[1].value["Capacity for 1,000 people"].tolist() != first
    page.number_input[0].set_value(5).run()
    assert page.dataframe[1].value["Beyond the cutoff, people"].sum() > 0


def test_fragility_names_the_worst_road(sample_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("fragility", sample_file, monkeypatch)
    page.selectbox("service").select("library").run()
    table = page.dataframe[0].value
    assert table["Lose the standard"].tolist() == sorted(table["Lose the standard"], reverse=True)
    assert table["If it is cut"][0].startswith("Glubokoye — Shunyewtsy — Verkhneye")


def test_the_season_of_the_session_holds_on_every_page_of_travel(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, spring = open_workspace(sample_file), conditions_of("spring")
    pages = {
        page: run(page, sample_file, monkeypatch, season="spring", service="ambulance")
        for page in ("closures", "capacity", "fragility", "parity")
    }
    for shown in pages.values():
        assert any("spring mud" in told.value for told in shown.info)
    tables = {page: shown.dataframe[-1].value for page, shown in pages.items()}
    closed = closures(workspace, "ambulance", conditions=spring)
    assert tables["closures"]["Lose the standard"].tolist() == [c.lost for c in closed.ordered()]
    first = choices(workspace)[0]
    able = capacity(workspace, first.service, Terms(first.attribute), conditions=spring)
    score = tables["capacity"]["Capacity for 1,000 people"]
    assert score.sum() == pytest.approx(np.nansum(able.access))
    cut = fragility(workspace, "ambulance", conditions=spring)
    assert pages["fragility"].dataframe[0].value["Lose the standard"].tolist() == [
        e.lost for e in cut.elements
    ]
    composite = study_parity(workspace, conditions=spring).composite[0]
    assert tables["parity"]["Parity"].min() == pytest.approx(np.nanmin(composite))


@pytest.mark.parametrize("page", ["closures", "capacity", "fragility", "tour"])
def test_a_district_without_anything_to_study_is_told_so(
    town: Town, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    town.place("a", (0, 0), 7).workspace()
    assert len(run(page, town.path, monkeypatch).info) == 1


@pytest.mark.parametrize("page", ["map_page", "gaps", "closures", "fragility", "parity"])
def test_a_district_without_people_is_told_what_is_missing(
    town: Town, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    town.road((0, 0), (900, 0)).place("a", (0, 0), 0).place("b", (900, 0), 0).facility("post_office", (0, 0))
    town.workspace()
    assert ["nobody is counted" in told.value for told in run(page, town.path, monkeypatch).warning] == [True]


def test_visiting_services_follow_the_form_and_go_into_the_report(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run("tour", sample_file, monkeypatch)
    page.selectbox("service").select("post_office").run()
    times = page.dataframe[0].value
    assert times["Leaves"][0] == "08:00"
    assert times["No."].max() > 5
    before = times["People served"].sum()
    page.number_input("visiting_walk").set_value(3000)
    page.button[0].click().run()
    assert not page.error
    assert page.dataframe[0].value["No."].count() < times["No."].count()
    assert page.dataframe[0].value["People served"].sum() == before
    page.selectbox("visiting_trips_post_office_" + str(len(page.selectbox[-1].options))).select_index(1).run()
    assert page.dataframe[0].value["Day"].nunique() == 1
    page.toggle[0].set_value(True).run()
    assert list(page.session_state["tours_for_report"]) == ["post_office"]
    page.number_input("visiting_hours").set_value(1.0)
    page.number_input("visiting_minutes").set_value(120)
    page.button[0].click().run()
    assert "can be served" in page.error[0].value


def test_only_timetables_of_what_is_reported_on_go_into_the_report(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(sample_file))
    script = """
import streamlit as st
from planner.studies.tour import tours
from planner.studies.tour_terms import TourTerms
from planner.ui import state

workspace = state.workspace()
state.kept_tours()["post_office"] = tours(workspace, "post_office", TourTerms(rounds=5))
for version, season in ((workspace.version(), "dry"), ("older", "dry"), (workspace.version(), "spring")):
    st.text(",".join(one.service for one in state.for_report(version, season)))
"""
    shown = AppTest.from_string(script, default_timeout=120).run()
    assert not shown.exception
    assert [text.value for text in shown.text] == ["post_office", "", ""]


def test_the_map_leads_from_a_service_point_to_its_closure(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = closures(open_workspace(sample_file), "fire")
    last = found.ordered()[-1]
    closing = found.facilities.ids[last.closed[0]]
    page = run("closures", sample_file, monkeypatch, service="fire", closing=closing)
    assert page.selectbox("closure_fire").value == len(found.ordered()) - 1
    page = run("map_page", sample_file, monkeypatch, service="fire", place="petrunovo", facility=closing)
    served = next(html for html in (h.proto.body for h in page.get("html")) if "facility-card" in html)
    assert found.facilities.names[last.closed[0]]["en"] in served
    assert {"close_facility", "build_facility", "close_place", "build_place"} <= {b.key for b in page.button}
