"""The draft on the desk: undo and redo against a plain list, and what saving may write over."""

from __future__ import annotations

import random

import pytest

from planner.scenario import CloseFacility, Scenario
from planner.ui.draft import Draft, Seen


def closing(number: int) -> CloseFacility:
    return CloseFacility("shop", str(number))


class Plain:
    """The same as states in a list and a finger on one of them."""

    def __init__(self, first: Scenario) -> None:
        self.states, self.at = [first], 0

    @property
    def now(self) -> Scenario:
        return self.states[self.at]

    def then(self, after: Scenario) -> None:
        self.states = [*self.states[: self.at + 1], after]
        self.at += 1


@pytest.mark.parametrize("seed", range(20))
def test_undo_and_redo_are_those_of_a_list(seed: int) -> None:
    chance = random.Random(seed)
    draft, plain = Draft(Scenario("New")), Plain(Scenario("New"))
    for number in range(200):
        kind = chance.random()
        if kind < 0.4:
            after = plain.now.with_edit(closing(number))
        elif kind < 0.5 and plain.now.edits:
            after = plain.now.without_edit(chance.randrange(len(plain.now.edits)))
        elif kind < 0.55 and plain.now.edits:
            after = Scenario(f"opened {number}", (closing(number),))
            draft = draft.anew(after)
            plain.then(after)
            continue
        elif kind < 0.6:
            # Saving takes no step.
            draft = draft.saved(draft.scenario, f"digest {number}")
            continue
        elif kind < 0.8:
            draft, plain.at = draft.undone(), max(0, plain.at - 1)
            assert draft.scenario == plain.now
            continue
        else:
            draft, plain.at = draft.redone(), min(len(plain.states) - 1, plain.at + 1)
            assert draft.scenario == plain.now
            continue
        draft = draft.to(after)
        plain.then(after)
        assert draft.scenario == plain.now


def test_undo_leads_back_to_the_scenario_before_and_it_can_be_saved_as_that() -> None:
    one, other = Scenario("One", (closing(1),)), Scenario("Other", (closing(2),))
    draft = Draft(Scenario("New")).anew(one, Seen(one, "d1"))
    assert not draft.changed
    draft = draft.to(one.with_edit(closing(3)))
    assert draft.changed
    draft = draft.anew(other, Seen(other, "d2"))
    assert (draft.changed, draft.expected("Other"), draft.expected("One")) == (False, "d2", "")
    draft = draft.undone()
    # It is One again, with its edit that was not saved: saving it writes over One and nothing else.
    assert (draft.scenario.name, len(draft.scenario.edits), draft.changed) == ("One", 2, True)
    assert (draft.expected("One"), draft.expected("Other"), draft.expected("Third")) == ("d1", "", "")
    draft = draft.saved(draft.scenario, "d1b").undone()
    assert (draft.scenario, draft.changed, draft.expected("One")) == (one, True, "d1b")


def test_nothing_is_dropped_when_the_desk_is_empty() -> None:
    draft = Draft(Scenario("New"))
    draft = draft.to(draft.scenario.with_edit(closing(1)))
    draft = draft.to(draft.scenario.without_edit(0)).anew(Scenario("Other", (closing(2),)))
    assert draft.undone().scenario.edits == (closing(1),)


def test_what_was_removed_or_read_from_a_file_is_not_taken_for_the_kept_one() -> None:
    kept = Scenario("Plan", (closing(1),))
    draft = Draft(Scenario("New")).anew(kept, Seen(kept, "d1"))
    from_file = draft.anew(Scenario("Plan", (closing(9),)))
    assert (from_file.expected("Plan"), from_file.changed) == ("", True)
    removed = draft.removed("Plan")
    assert (removed.scenario, removed.expected("Plan"), removed.changed) == (kept, "", True)
