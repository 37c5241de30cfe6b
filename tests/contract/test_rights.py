"""What each role may write: refused where it is written, with nothing changed, whatever a page may show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from planner.errors import ForbiddenError
from planner.layers.schema import Role
from planner.workspace import Addition, Member, Rank, Workspace, open_workspace
from planner.workspace.ledger import Ledger
from tests.contract.backends import Backend
from tests.contract.layers import add, points

Change = Callable[[Workspace], object]
CHANGES: dict[str, tuple[Change, Rank]] = {
    "add": (lambda w: add(w, points(3)), Rank.PLANNER),
    "import": (
        lambda w: w.add_all([Addition(points(1), Role.FACILITIES, "school", {"en": "S"})]),
        Rank.PLANNER,
    ),
    "undo": (lambda w: w.undo(), Rank.PLANNER),
    "restore": (lambda w: w.restore("club", 1), Rank.PLANNER),
    "save a scenario": (lambda w: w.save_scenario("new", "{}"), Rank.PLANNER),
    "remove a scenario": (lambda w: w.remove_scenario("old"), Rank.PLANNER),
    "remove": (lambda w: w.remove("club"), Rank.ADMINISTRATOR),
    "standards": (lambda w: w.set_standards("standards: []\n"), Rank.ADMINISTRATOR),
}


@pytest.fixture
def filled(backend: Backend) -> Workspace:
    workspace = backend.create()
    add(workspace, points(1))
    add(workspace, points(2))
    workspace.add_all([Addition(points(2), Role.FACILITIES, "shop", {"en": "Shops"})])
    workspace.save_scenario("old", "{}")
    return workspace


def state(workspace: Workspace) -> object:
    return workspace.layers(history=True), workspace.scenarios(), workspace.standards(), workspace.log()


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_role_may_not_change_stays_as_it_was(filled: Workspace, what: str) -> None:
    change, least = CHANGES[what]
    before = state(filled)
    for rank in (rank for rank in Rank if rank < least):
        at_work = open_workspace(filled.location, Member("Vera", rank))
        with pytest.raises(ForbiddenError, match=f"takes the role {least.label}, and yours is {rank.label}"):
            change(at_work)
        assert state(open_workspace(filled.location)) == before


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_may_is_named_in_the_log(filled: Workspace, what: str) -> None:
    change, least = CHANGES[what]
    change(open_workspace(filled.location, Member("Павел Сушко", least)))
    last = filled.log()[-1]
    assert last.actor == "Павел Сушко"
    assert len(filled.log()) == 6


def test_nothing_is_logged_unchecked(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to write ends in the one place that checks: none of them writes where that refuses."""

    def refuse(*_: object) -> None:
        raise ForbiddenError("No.", "")

    monkeypatch.setattr(Ledger, "tell", refuse)
    before = state(filled)
    for change, _ in CHANGES.values():
        with pytest.raises(ForbiddenError):
            change(filled)
        assert state(filled) == before
