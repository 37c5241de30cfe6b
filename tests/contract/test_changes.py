"""Removal that can be undone, and several who change one workspace at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from planner.errors import ConflictError, WorkspaceError
from planner.workspace import Workspace
from planner.workspace.contract import content_digest
from tests.contract.backends import Backend
from tests.contract.layers import add, points, same


def test_a_layer_that_is_removed_is_out_of_use_and_comes_back(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    second, other = add(workspace, points(3)), add(workspace, points(1), "school")
    before = workspace.version()
    assert workspace.remove("club") == second
    again = backend.reopen(workspace)
    assert again.layers() == (other,)
    assert [(r.name, r.version, r.current) for r in again.layers(history=True)] == [
        ("club", 1, False), ("club", 2, False), ("school", 1, True),
    ]  # fmt: skip
    assert again.version() != before
    same(again.read(second), points(3))
    assert again.restore("club", 2) == second
    assert (again.layers(), again.version()) == ((second, other), before)
    assert [(e.action, dict(e.detail)) for e in workspace.log()[-2:]] == [
        ("remove", {"layer": "club", "version": 2}), ("restore", {"layer": "club", "version": 2}),
    ]  # fmt: skip


def test_a_removed_layer_that_is_uploaded_again_goes_on_counting(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    workspace.remove("club")
    assert add(workspace, points(2)).version == 2


@pytest.mark.parametrize("name", ["nobody", "club"])
def test_what_is_not_in_use_cannot_be_removed(backend: Backend, name: str) -> None:
    workspace = backend.create()
    add(workspace, points(1))
    workspace.remove("club")
    before = workspace.layers(history=True), workspace.log()
    with pytest.raises(WorkspaceError, match=f"No layer {name} is in use"):
        workspace.remove(name)
    assert (workspace.layers(history=True), workspace.log()) == before


def test_the_log_names_who_did_it(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_USER", "Ганна")
    workspace = backend.create()
    monkeypatch.setenv("PLANNER_USER", "O'Brien")
    add(workspace, points(1))
    assert [e.actor for e in backend.reopen(workspace).log()] == ["Ганна", "O'Brien"]


def change(workspace: Workspace, how: str, expected: str | None) -> None:
    """Change the layer club, or the standards."""
    if how == "add":
        add(workspace, points(5), expected=expected)
    elif how == "restore":
        workspace.restore("club", 1, expected=expected)
    elif how == "remove":
        workspace.remove("club", expected=expected)
    else:
        workspace.set_standards("mine: 1", expected=expected)


@pytest.mark.parametrize("mine", ["add", "restore", "remove"])
@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ("add", r"club was changed by Ганна on 20\d\d-.* UTC.*version 3 is in use now.*Nothing was written"),
        ("restore", "club was changed by Ганна on .*version 1 is in use now"),
        ("remove", "club was taken out of use by Ганна on .*Nothing was written"),
    ],
)
def test_who_comes_later_to_the_same_layer_is_told_and_nothing_is_written(
    backend: Backend, mine: str, theirs: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = backend.create()
    add(one, points(1))
    add(one, points(2))
    looked_at = one.version()
    monkeypatch.setenv("PLANNER_USER", "Ганна")
    change(backend.reopen(one), theirs, None)
    before = one.layers(history=True), one.log(), one.version()
    with pytest.raises(ConflictError, match=told):
        change(one, mine, looked_at)
    assert (one.layers(history=True), one.log(), one.version()) == before
    if mine != "remove" or theirs != "remove":
        # Having seen it, they may go on.
        change(one, mine, one.version())
        assert len(one.log()) == len(before[1]) + 1


def test_changes_of_different_things_do_not_stand_in_each_others_way(backend: Backend) -> None:
    one = backend.create()
    add(one, points(1))
    looked_at = one.version()
    add(backend.reopen(one), points(2), "school")
    add(one, points(3), expected=looked_at)
    one.set_standards("a: b", expected=looked_at)
    assert [(r.name, r.version) for r in one.layers()] == [("club", 2), ("school", 1)]


def test_who_comes_later_to_the_standards_is_told(backend: Backend) -> None:
    one = backend.create()
    looked_at = one.version()
    backend.reopen(one).set_standards("theirs: 1")
    with pytest.raises(ConflictError, match="standards were changed by"):
        change(one, "standards", looked_at)
    assert one.standards() == "theirs: 1"


def test_what_came_back_to_what_it_was_is_no_conflict(backend: Backend) -> None:
    one = backend.create()
    add(one, points(1))
    add(one, points(2))
    looked_at = one.version()
    one.restore("club", 1)
    one.restore("club", 2)
    assert add(one, points(3), expected=looked_at).version == 3


def test_a_state_that_nobody_knows_counts_as_older_than_everything(backend: Backend) -> None:
    one = backend.create()
    add(one, points(1))
    with pytest.raises(ConflictError, match="club"):
        add(one, points(2), expected="0" * 64)
    assert add(one, points(2), "school", expected="0" * 64).version == 1


def test_of_many_who_write_at_once_none_is_lost_or_mixed(backend: Backend) -> None:
    workspace = backend.create()
    frames = {writer: [points(3 + writer * 10 + i) for i in range(6)] for writer in range(3)}
    start = Barrier(len(frames))

    def write(writer: int) -> list[tuple[int, str]]:
        mine = backend.reopen(workspace)
        start.wait()
        kept = []
        for frame in frames[writer]:
            kept.append((add(mine, frame, "both").version, content_digest(frame)))
            add(mine, frame, f"own{writer}")
        return kept

    with ThreadPoolExecutor(len(frames)) as pool:
        told = [pair for pairs in pool.map(write, frames) for pair in pairs]
    history = backend.reopen(workspace).layers(history=True)
    assert {(r.version, r.digest) for r in history if r.name == "both"} == set(told)
    assert sorted(version for version, _ in told) == list(range(1, 19))
    assert len(history) == 36
    assert all(content_digest(workspace.read(r)) == r.digest for r in history)
    assert {r.name: r.version for r in workspace.layers()} == {"both": 18, "own0": 6, "own1": 6, "own2": 6}
    assert [e.action for e in workspace.log()] == ["new"] + ["add"] * 36


def test_of_two_who_saw_the_same_state_exactly_one_goes_on(backend: Backend) -> None:
    workspace = backend.create()
    rounds, start = 6, Barrier(2)

    def write(writer: int) -> int:
        mine, won = backend.reopen(workspace), 0
        for i in range(rounds):
            looked_at = mine.version()
            start.wait()
            try:
                add(mine, points(1 + 2 * i + writer), expected=looked_at)
                won += 1
            except ConflictError:
                pass
            start.wait()
        return won

    with ThreadPoolExecutor(2) as pool:
        won = sum(pool.map(write, range(2)))
    assert won == rounds == len(workspace.layers(history=True))
