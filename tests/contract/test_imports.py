"""Several layers in one step: all of them or none, and one undo takes all of them back."""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import ConflictError, WorkspaceError
from planner.workspace import Workspace
from tests.contract.backends import Backend
from tests.contract.layers import add, addition, bring, points, same


def in_use(workspace: Workspace) -> dict[str, int]:
    return {record.name: record.version for record in workspace.layers()}


def state(workspace: Workspace) -> tuple[Any, ...]:
    return workspace.layers(history=True), workspace.log(), workspace.version()


def test_layers_of_an_import_are_kept_as_they_are_and_told_as_one_step(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(1))
    frames = {"club": points(3, name=["a", None, "ж"]), "shop": points(2, seats=[1.5, 2.5]), "bus": points(1)}
    records = workspace.add_all([addition(frame, service) for service, frame in frames.items()])
    again = backend.reopen(workspace)
    assert again.layers() == records
    assert in_use(again) == {"club": 2, "shop": 1, "bus": 1}
    for record in records:
        same(again.read(record), frames[record.service])
    step = again.log()[-1]
    assert (step.action, step.step, len(again.log())) == ("import", 3, 3)
    assert step.detail == {
        "file": "country.osm.pbf",
        "layers": [
            {"layer": "club", "version": 2, "before": 1},
            {"layer": "shop", "version": 1, "before": 0},
            {"layer": "bus", "version": 1, "before": 0},
        ],
    }


def test_one_undo_takes_an_import_back_and_an_undo_can_be_undone(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(1))
    before = workspace.version()
    bring(workspace, 2, "club", "shop")
    after = workspace.version()
    done = workspace.undo()
    assert (done.action, done.detail["step"]) == ("undo", 3)
    again = backend.reopen(workspace)
    assert (in_use(again), again.version()) == ({"club": 1}, before)
    assert [(r.name, r.version) for r in again.layers(history=True)] == [
        ("club", 1),
        ("club", 2),
        ("shop", 1),
    ]
    again.undo(done.step)
    assert (in_use(workspace), workspace.version()) == ({"club": 2, "shop": 1}, after)
    # The import is in force again, so that it can be taken back again.
    assert workspace.undo().detail["step"] == 3
    assert workspace.version() == before


def test_imports_are_taken_back_the_latest_first(backend: Backend) -> None:
    workspace = backend.create()
    bring(workspace, 1, "club", "shop")
    bring(workspace, 2, "shop", "bus")
    workspace.undo()
    assert in_use(workspace) == {"club": 1, "shop": 1}
    workspace.undo()
    assert in_use(workspace) == {}
    before = state(workspace)
    with pytest.raises(WorkspaceError, match="no import to take back"):
        workspace.undo()
    assert state(workspace) == before


@pytest.mark.parametrize("step", [1, 2, 99])
def test_what_is_no_import_is_not_taken_back(backend: Backend, step: int) -> None:
    workspace = backend.create()
    add(workspace, points(1))
    with pytest.raises(WorkspaceError, match=f"Step {step} of .* is no import"):
        workspace.undo(step)


@pytest.mark.parametrize("how", ["add", "remove", "import"])
def test_an_import_that_was_built_upon_is_not_taken_back(
    backend: Backend, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = backend.create()
    bring(workspace, 1, "club", "shop")
    monkeypatch.setenv("PLANNER_USER", "Ганна")
    if how == "add":
        add(workspace, points(5))
    elif how == "remove":
        workspace.remove("club")
    else:
        bring(workspace, 2, "club")
    before = state(workspace)
    with pytest.raises(ConflictError, match="club changed after it, the last time by Ганна"):
        workspace.undo(2)
    assert state(workspace) == before


def test_an_import_that_comes_later_to_a_layer_is_refused_as_a_whole(backend: Backend) -> None:
    one = backend.create()
    add(one, points(1))
    looked_at = one.version()
    add(backend.reopen(one), points(2))
    before = state(one)
    with pytest.raises(ConflictError, match=r"club was changed by .*version 2 is in use now"):
        bring(one, 3, "shop", "club", expected=looked_at)
    assert state(one) == before
    # Other layers are in nobody's way.
    bring(one, 3, "shop", "bus", expected=looked_at)
    assert in_use(one) == {"club": 2, "shop": 1, "bus": 1}


def test_who_comes_later_to_a_layer_of_an_import_is_told(backend: Backend) -> None:
    one = backend.create()
    add(one, points(1))
    looked_at = one.version()
    bring(backend.reopen(one), 2, "club", "shop")
    with pytest.raises(ConflictError, match="club was changed by"):
        add(one, points(3), expected=looked_at)
    looked_at = one.version()
    backend.reopen(one).undo()
    with pytest.raises(ConflictError, match="shop was taken out of use by"):
        add(one, points(3), "shop", expected=looked_at)


@pytest.mark.parametrize("services", [(), ("club", "club")])
def test_an_import_of_nothing_or_of_one_layer_twice_names_the_argument(
    backend: Backend, services: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="additions"):
        bring(backend.create(), 1, *services)


def test_an_empty_layer_can_be_part_of_an_import(backend: Backend) -> None:
    workspace = backend.create()
    bring(workspace, 0, "club", "shop")
    assert [(r.name, r.features, len(workspace.read(r))) for r in workspace.layers()] == [
        ("club", 0, 0), ("shop", 0, 0),
    ]  # fmt: skip
