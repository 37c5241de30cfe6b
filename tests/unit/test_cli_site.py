"""``planner site``: what it prints, its exit codes, and what it keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.cli import main
from planner.errors import StoppedError
from planner.scenario import AddFacility, ChangeStandard, CloseFacility, Scenario
from planner.siting import solve
from planner.studies.assess import assess
from planner.studies.site import site
from planner.studies.siting_scenario import edits_of
from planner.studies.siting_terms import SitingTerms
from planner.workspace import open_workspace

KEYS = {
    "district", "service", "builds", "standard", "model", "cutoff", "unit", "terms", "proxy", "modelled", "candidates",
    "sites", "new_sites", "closed", "objective", "objective_unit", "bound", "gap", "proven", "stopped", "seconds",
    "money", "people", "covered_before", "covered", "gained", "lost", "left_out", "mean_cost", "worst_cost",
    "states_before", "states", "councils", "allocation", "certificate", "remarks", "manifest",
}  # fmt: skip
SITE = {"id", "name", "lon", "lat", "new", "people_served", "people_gained", "mean_cost", "opening_cost"}
CERTIFICATE = {
    "runner_up", "replacements", "value_of_last_site", "value_of_next_site", "curve", "forced", "fixed", "forbidden",
    "complete",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run the command with --json and return its exit code, its document and what it told."""
    code = main(["site", *arguments, "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else {}, printed.err


def test_the_document_keeps_its_keys(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = run(capsys, str(sample_file), "--service", "fire", "--model", "mclp", "--sites", "2")
    assert code == 0 and told["proven"] and told["objective"] == told["bound"] == told["covered"]
    assert set(told) == KEYS
    assert set(told["sites"][0]) == SITE and len(told["new_sites"]) == 2
    assert set(told["certificate"]) == CERTIFICATE
    assert {"place", "name", "people", "site", "cost", "before", "after"} == set(told["allocation"][0])
    assert told["covered"] - told["covered_before"] == told["gained"] - told["lost"]
    assert sum(told["states"].values()) == sum(told["states_before"].values())


def test_the_plan_is_printed(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(sample_file), "--service", "fire", "--model", "lscp"]) == 0
    printed = capsys.readouterr()
    assert printed.out.count("new") == 6
    assert (
        "6 sites, bound 6" in printed.err and "proven optimal" in printed.err and "Runner-up" in printed.err
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("--model lscp --sites 1", 1, "at least 6 are needed"),
        ("--model lscp --fixed none --candidates= --at 27.69,55.14", 1, "No candidate reaches"),
        ("--model mclp", 2, "needs a number of new sites"),
        ("--model mclp --sites 2 --years 1,1 --closing 1", 2, "cannot be combined"),
        ("--model mclp --sites 2 --candidates nowhere", 2, "no layer of candidates"),
        ("--model mclp --sites 2 --time-limit 0", 2, "above 0"),
        ("--model mclp --sites 2 --at here", 2, "not a position"),
        ("--model lscp --years 1,1", 2, "no budget"),
        ("--model mclp --years 1,x", 2, "cannot be read"),
        ("--model mclp --closing 99", 2, "cannot close"),
        ("--model mclp --with shop", 2, "within a budget"),
        ("--model mclp --sites 1 --season autumn", 2, "autumn"),
    ],
)
def test_refusals_and_their_codes(
    sample_file: Path, capsys: pytest.CaptureFixture[str], arguments: str, code: int, said: str
) -> None:
    found, _, told = run(capsys, str(sample_file), "--service", "fire", *arguments.split())
    assert (found, said in told) == (code, True), told


def test_a_search_that_is_stopped_tells_the_best_so_far(
    sample_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Ctrl-C and a time limit do: the search is asked to end with what it has.
    monkeypatch.setattr(
        "planner.studies.site.solve",
        lambda problem, limit, **more: solve(problem, limit, **{**more, "cancel": lambda: True}),
    )
    arguments = ("--service", "fire", "--model", "p-median", "--sites", "3")
    code, told, said = run(capsys, str(sample_file), *arguments)
    assert code == 3 and not told["proven"] and told["stopped"] == "cancelled"
    assert told["bound"] < told["objective"] and told["gap"] > 0 and len(told["new_sites"]) == 3
    assert "not proven" in said and "bound" in said


def test_a_search_that_found_nothing_in_time_says_so(
    sample_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise StoppedError("The search ended before it found any solution.")

    monkeypatch.setattr("planner.studies.site.solve", nothing)
    code, _, said = run(capsys, str(sample_file), "--service", "shop", "--model", "mclp", "--sites", "3")
    assert code == 3 and "before it found any" in said


def test_a_plan_is_kept_as_a_scenario(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "copy.gpkg"
    shutil.copy(sample_file, path)
    code, told, _ = run(
        capsys, str(path), "--service", "primary_care", "--model", "mclp", "--sites", "1", "--cutoff", "10",
        "--save-scenario", "One more",
    )  # fmt: skip
    assert code == 0
    kept = Scenario.from_json(open_workspace(str(path)).scenario("One more").document)
    added = [edit for edit in kept.edits if isinstance(edit, AddFacility)]
    assert [edit.id for edit in added] == [f"plan-{id}" for id in told["new_sites"]]
    assert {edit.service for edit in added} == {told["builds"]} == {"feldsher"}


def test_a_plan_takes_the_place_of_no_scenario_unless_told(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "copy.gpkg")
    shutil.copy(sample_file, path)
    workspace = open_workspace(path)
    mine = workspace.save_scenario("Plan", Scenario("Plan", (CloseFacility("shop", "1"),)).to_json())
    asked = (path, "--service", "fire", "--model", "mclp", "--sites", "1", "--save-scenario", "Plan")
    code, _, told = run(capsys, *asked)
    # Before the search, not after it.
    assert code == 2 and "keeps a scenario “Plan” already" in told
    assert workspace.scenarios() == (mine,)
    assert run(capsys, *asked, "--replace")[0] == 0
    (kept,) = workspace.scenarios()
    assert len(Scenario.from_json(kept.document).edits) == 1 and kept.digest != mine.digest


def test_a_plan_under_a_scenario_starts_from_its_edits(sample_file: Path) -> None:
    workspace, terms = open_workspace(sample_file), SitingTerms(model="mclp", sites=1)
    plain = site(workspace, "fire", terms, certify=False)
    edits = Scenario("s", (*edits_of(plain), ChangeStandard(plain.standard.id, {"threshold": 25.0})))
    found = site(workspace, "fire", terms, scenario=edits, certify=False)
    under = assess(workspace, scenario=edits)
    result = under.result(plain.standard.id)
    assert found.standard.measure is not None and found.standard.measure.threshold == 25.0
    np.testing.assert_array_equal(found.before, result.state)
    assert found.new != plain.new or found.sites != plain.sites


def test_years_never_undo_each_other(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = run(capsys, str(sample_file), "--service", "fire", "--model", "mclp", "--years", "1,2,1")
    assert code in (0, 3) and [len(year["opened"]) for year in told["years"]] == [1, 2, 1]
    covered = [year["people_covered"] for year in told["years"]]
    assert covered == sorted(covered) and covered[-1] == told["covered"]
    assert told["total"] == sum(covered) <= told["total_bound"]


def test_closing_leaves_the_rest(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, said = run(
        capsys, str(sample_file), "--service", "library", "--model", "mclp", "--closing", "1"
    )
    assert code == 0 and len(told["closed"]) == 1 and not told["new_sites"]
    assert main(["closures", str(sample_file), "--service", "library", "--json"]) == 0
    closures = json.loads(capsys.readouterr().out)["closures"]
    assert told["lost"] == min(one["people_losing"] for one in closures)
    assert "Closes: library/" in said


def test_services_share_a_roof(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = run(
        capsys, str(sample_file), "--service", "library", "--with", "club", "--model", "mclp", "--budget", "8",
        "--building-cost", "2",
    )  # fmt: skip
    assert code == 0 and told["proven"] and told["money"] <= 8.0
    assert told["objective"] == sum(plan["covered"] for plan in told["services"])
    sites = sum(len(plan["new_sites"]) for plan in told["services"])
    assert told["saved"] == 2.0 * (sites - len(told["buildings"]))
