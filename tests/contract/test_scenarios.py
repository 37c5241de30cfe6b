"""Scenarios that a workspace keeps: beside the district, never in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from planner.errors import ConflictError, WorkspaceError
from planner.studies.publish import publish
from tests.contract.backends import Backend
from tests.contract.layers import add, points


def test_a_scenario_is_kept_as_it_was_given_and_the_district_stays_as_it_is(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    before = workspace.version(), workspace.layers(history=True), workspace.standards()
    saved = workspace.save_scenario("Два клубы: 50 %", '{"a": "ў % ? :x"}')
    workspace.save_scenario("other", "{}")
    again = backend.reopen(workspace)
    assert [r.name for r in again.scenarios()] == ["Два клубы: 50 %", "other"]
    assert again.scenario("Два клубы: 50 %") == saved
    assert (again.version(), again.layers(history=True), again.standards()) == before
    assert [(e.action, e.detail["scenario"], e.detail["digest"]) for e in again.log()[-2:]] == [
        ("scenario", "Два клубы: 50 %", saved.digest),
        ("scenario", "other", again.scenario("other").digest),
    ]


def test_saving_again_replaces_and_removing_takes_out(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = backend.create()
    first = workspace.save_scenario("one", "{}", expected="")
    workspace.save_scenario("two", "{}")
    second = workspace.save_scenario("one", "[]", expected=first.digest)
    assert [(r.name, r.document) for r in workspace.scenarios()] == [("one", "[]"), ("two", "{}")]
    monkeypatch.setenv("PLANNER_USER", "Ганна")
    assert workspace.remove_scenario("one", expected=second.digest) == second
    assert [r.name for r in backend.reopen(workspace).scenarios()] == ["two"]
    last = workspace.log()[-1]
    assert (last.action, last.actor, last.detail["scenario"]) == ("scenario removed", "Ганна", "one")
    workspace.save_scenario("one", second.document, expected="")
    assert workspace.scenario("one").document == "[]"


def test_who_comes_later_to_the_same_scenario_is_told_and_nothing_is_lost(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, other = (lambda made: (made, backend.reopen(made)))(backend.create())
    mine = workspace.save_scenario("plan", "1")
    monkeypatch.setenv("PLANNER_USER", "Ганна")
    theirs = other.save_scenario("plan", "2", expected=mine.digest)
    written = workspace.log()
    with pytest.raises(
        ConflictError, match=r"“plan” was saved by Ганна on 20\d\d-.* UTC.*Nothing was written"
    ):
        workspace.save_scenario("plan", "3", expected=mine.digest)
    with pytest.raises(ConflictError, match="was saved by Ганна"):
        workspace.remove_scenario("plan", expected=mine.digest)
    with pytest.raises(ConflictError, match="was saved by Ганна"):
        workspace.save_scenario("plan", "3", expected="")
    assert (workspace.scenario("plan"), workspace.log()) == (theirs, written)
    other.remove_scenario("plan")
    with pytest.raises(ConflictError, match="was removed by Ганна"):
        workspace.save_scenario("plan", "3", expected=theirs.digest)
    # A change of a layer does not stand in the way of a scenario, nor the other way round.
    state = workspace.version()
    workspace.save_scenario("plan", "4", expected="")
    add(workspace, points(1), expected=state)


def test_of_many_who_change_one_scenario_at_once_no_change_is_lost(backend: Backend) -> None:
    workspace = backend.create()
    workspace.save_scenario("plan", "start")
    together = Barrier(4)

    def change(who: str) -> int:
        mine, told = backend.reopen(workspace), 0
        together.wait()
        for number in range(4):
            while True:
                seen = mine.scenario("plan")
                try:
                    mine.save_scenario("plan", f"{seen.document} {who}{number}", expected=seen.digest)
                except ConflictError:
                    told += 1
                else:
                    break
        return told

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, "abcd"))
    done = workspace.scenario("plan").document.split()[1:]
    assert sorted(done) == sorted(f"{who}{number}" for who in "abcd" for number in range(4))
    assert len([e for e in workspace.log() if e.action == "scenario"]) == 17


@pytest.mark.parametrize("what", ["scenario", "remove_scenario"])
def test_what_is_not_kept_is_not_found(backend: Backend, what: str) -> None:
    workspace = backend.create()
    workspace.save_scenario("here", "{}")
    before = workspace.log()
    with pytest.raises(WorkspaceError, match=r"keeps no scenario “nowhere”.*planner scenario"):
        getattr(workspace, what)("nowhere")
    assert workspace.log() == before


def test_a_published_district_keeps_its_scenarios(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    workspace.save_scenario("план", '{"name": "план"}')
    copy = publish(workspace, backend.location("copy"))
    assert copy.scenarios() == workspace.scenarios()
    assert copy.save_scenario("next", "{}") == copy.scenarios()[-1]
