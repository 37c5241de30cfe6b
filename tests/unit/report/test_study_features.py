"""Closures and plans in the GeoJSON: where they stand, and plans by years and under one roof."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner import report
from planner.results import Assessment
from planner.studies.assess import assess
from planner.studies.closures import closures
from planner.studies.siting_request import planned, request_from
from planner.workspace import Workspace, open_workspace
from tests.unit.report.district import MADE_AT
from tests.unit.report.towns import towns


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Assessment]:
    folder = tmp_path_factory.mktemp("features")
    towns(folder)
    workspace = open_workspace(str(folder / "near.gpkg"))
    return workspace, assess(workspace)


def features(assessment: Assessment, *findings: report.Finding) -> list[dict[str, Any]]:
    """Return what the findings add; the rest of the document stays as it is without them."""
    bare = report.render(assessment, "geojson", "en", made_at=MADE_AT)
    full = report.render(assessment, "geojson", "en", made_at=MADE_AT, findings=findings)
    end = b"]}\n"
    assert bare.endswith(end)
    assert full.startswith(bare.removesuffix(end))
    found: list[dict[str, Any]] = json.loads(full)["features"]
    return found[len(json.loads(bare)["features"]) :]


def test_plan_by_years_tells_when_each_site_opens(near: tuple[Workspace, Assessment]) -> None:
    workspace, assessment = near
    found = planned(workspace, request_from("post_office:mclp:years=1,1"))
    said = found.as_dict()
    plan, *sites = features(assessment, found)
    assert [plan["properties"][key] for key in ("years", "total", "total_bound", "total_gap", "proven")] == [
        said[key] for key in ("years", "total", "total_bound", "total_gap", "proven")
    ]
    opens = {s["properties"]["id"]: s["properties"].get("year") for s in sites if s["properties"]["new"]}
    assert opens == {id: n for n, year in enumerate(said["years"], start=1) for id in year["opened"]}
    assert not any("year" in s["properties"] for s in sites if not s["properties"]["new"])
    new = [s["geometry"]["coordinates"] for s in sites if s["properties"]["new"]]
    assert plan["geometry"] == {"type": "MultiPoint", "coordinates": new}


def test_plans_under_one_roof_have_the_certificate_of_the_whole(near: tuple[Workspace, Assessment]) -> None:
    workspace, assessment = near
    alone = planned(workspace, request_from("post_office:lscp"))
    found = planned(workspace, request_from("shop:mclp:budget=3:with=library"))
    said = found.as_dict()
    added = [f["properties"] for f in features(assessment, alone, found)]
    plans = [p for p in added if p["feature"] == "plan"]
    assert [(p["plan"], p["service"]) for p in plans] == [(1, "post_office"), (2, "shop"), (3, "library")]
    for plan, own in zip(plans[1:], said["services"], strict=True):
        for key in ("objective", "bound", "gap", "proven", "money", "saved"):
            assert plan[key] == said[key]
        assert (plan["services"], plan["gained"]) == (["shop", "library"], own["gained"])
    buildings = {b["id"]: b["services"] for b in said["buildings"]}
    new = [p for p in added if p["feature"] == "site" and p["new"] and p["plan"] > 1]
    assert {p["id"]: p["services"] for p in new} == buildings
    assert {p["plan"] for p in new} == {2, 3}


def test_closures_stand_at_what_closes(near: tuple[Workspace, Assessment]) -> None:
    workspace, assessment = near
    *single, together = features(assessment, closures(workspace, "post_office", count=2))
    facility = {
        f["properties"]["id"]: f["geometry"]["coordinates"]
        for f in json.loads(report.render(assessment, "geojson", "en", made_at=MADE_AT))["features"]
        if f["properties"]["feature"] == "facility" and f["properties"]["service"] == "post_office"
    }
    assert {f["properties"]["facilities"][0]: f["geometry"]["coordinates"] for f in single} == facility
    assert together["properties"]["feature"] == "least_harmful"
    assert together["geometry"]["coordinates"] == [
        facility[id] for id in together["properties"]["facilities"]
    ]
    assert together["properties"]["count"] == 2


def test_plan_that_only_closes_stands_nowhere_and_names_what_closes(
    near: tuple[Workspace, Assessment],
) -> None:
    workspace, assessment = near
    plan, *sites = features(assessment, planned(workspace, request_from("post_office:mclp:closing=1")))
    assert plan["geometry"] is None
    assert len(plan["properties"]["closed"]) == 1
    kept = {f"post_office/{s['properties']['id']}" for s in sites}
    assert len(kept) == 3
    assert not kept & set(plan["properties"]["closed"])
