"""Plans that a report is asked for, or proposes itself: by years, under one roof, under a scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.cli import main
from planner.i18n import speech
from planner.report.chapters import Chapter, chapters
from planner.results import Plan, SharedSites, State, YearlySites
from planner.studies.assess import assess
from planner.studies.proposal import SITES, proposals
from planner.studies.scenarios import read_scenario, scenario_named
from planner.studies.site import site
from planner.studies.siting_request import planned, request_from
from planner.studies.siting_scenario import save_plan
from planner.studies.siting_terms import SitingTerms
from planner.workspace import Workspace, open_workspace
from tests.builders import Town
from tests.unit.report.towns import towns


@pytest.fixture
def near(tmp_path: Path) -> Workspace:
    towns(tmp_path)
    return open_workspace(tmp_path / "near.gpkg")


def siting(*found: Plan | YearlySites | SharedSites) -> Chapter:
    (chapter,) = chapters(found, speech("en"))
    return chapter


def test_a_plan_under_a_scenario_begins_with_what_the_scenario_makes(near: Workspace, tmp_path: Path) -> None:
    more = read_scenario(tmp_path / "more.json")
    terms = SitingTerms(model="mclp", sites=1)
    plain, under = site(near, "post_office", terms), site(near, "post_office", terms, scenario=more)
    # The scenario serves Верхнее, which the plan of the district as it is begins with.
    assert [s.name["en"] for s in plain.sites if s.new] == ["Верхнее"]
    assert under.people(State.COVERED, after=False) == plain.people(State.COVERED, after=False) + 1234
    assert "new" in {s.id for s in under.sites if not s.new}
    assert [s.name["en"] for s in under.sites if s.new] == ["x"]
    save_plan(near, [under], "both", more)
    assessed = assess(near, scenario=scenario_named(near, "both")).result(under.standard.id)
    people = under.places.population
    assert people[assessed.state == State.COVERED].sum() == under.people(State.COVERED)


def test_the_command_line_plans_and_keeps_it_under_a_scenario(near: Workspace, tmp_path: Path) -> None:
    command = [
        "site",
        str(tmp_path / "near.gpkg"),
        "--service",
        "post_office",
        "--model",
        "mclp",
        "--sites",
        "1",
    ]
    more = str(tmp_path / "more.json")
    assert main([*command, "--scenario", more, "--save-scenario", "both"]) == 0
    kept = scenario_named(near, "both")
    assert [edit.id for edit in kept.edits if hasattr(edit, "id")] == ["new", "plan-x"]
    # A second time, on top of itself: the facility at the same candidate is another one.
    assert main([*command, "--scenario", "both", "--model", "p-median", "--save-scenario", "three"]) == 0
    ids = [edit.id for edit in scenario_named(near, "three").edits if hasattr(edit, "id")]
    assert len(ids) == len(set(ids)) == 3


def test_years_stand_in_the_chapter_one_after_another(near: Workspace) -> None:
    found = planned(near, request_from("post_office:mclp:years=1,1"))
    assert isinstance(found, YearlySites)
    (part,) = siting(found).parts
    years = [re.match(r"Year (\d): (.*); ([\d,]+) people", text) for text in part.sentences]
    told = [m.groups() for m in years if m]
    assert [int(year) for year, _, _ in told] == [1, 2]
    assert [float(people.replace(",", "")) for _, _, people in told] == [y.people for y in found.years]
    opened = [found.plan.sites[i].name["en"] for y in found.years for i in y.opened]
    assert [name for _, names, _ in told for name in names.split(", ")] == opened


def test_shared_buildings_stand_in_the_chapter_with_what_they_save(near: Workspace) -> None:
    found = planned(near, request_from("post_office:mclp:budget=6:site-cost=1:with=library:building-cost=2"))
    assert isinstance(found, SharedSites)
    chapter = siting(found)
    assert [p.subject.rstrip("†*") for p in chapter.parts] == ["Post offices", "Libraries"]
    told = " ".join(chapter.parts[0].sentences)
    assert f"{found.money:,.1f} money, {found.saved:,.1f} saved by sharing" in told
    for building in found.buildings:
        assert building.name["en"] in told
    assert "Certificate" not in told


def test_costs_are_told_and_whose_prices_they_are(near: Workspace) -> None:
    own = planned(near, request_from("post_office:mclp:2:site-cost=7"))
    assumed = planned(near, request_from("post_office:mclp:2"))
    chapter = siting(own, assumed)
    priced, guessed = (" ".join(part.sentences) for part in chapter.parts)
    assert "The new sites cost 14.0 together." in priced
    assert "conditional units" not in priced
    assert isinstance(assumed, Plan)
    assert f"The new sites cost {assumed.money:.1f} together." in guessed
    assert "conditional units" in guessed
    assert [row[-1] for row in chapter.parts[0].rows if row[1] == "yes"] == [7.0, 7.0]
    assert all(row[-1] is None for row in chapter.parts[0].rows if row[1] == "no")


def test_a_report_proposes_sites_for_the_widest_gap(near: Workspace) -> None:
    found = assess(near)
    (plan,) = proposals(near, found)
    able = {"post_office", "shop", "library", "club", "pharmacy", "fire"}
    widest = max(
        found.tally(r).lacking
        for r in found.results
        if r.standard.service in able and r.facilities is not None
    )
    lacking = plan.people(State.COVERED, after=False)
    addressed = plan.people(State.NOT_APPLICABLE)
    assert float(plan.places.population.sum()) - lacking - addressed - 5 == widest
    assert plan.proven
    assert len(plan.new) <= SITES
    assert plan.evidence is not None


def test_where_nobody_lacks_anything_nothing_is_proposed(town: Town) -> None:
    town.place("a", (0, 0), 50).road((0, 0), (1000, 0)).facility("post_office", (0, 0))
    workspace = town.workspace()
    assert proposals(workspace, assess(workspace)) == ()
