"""Results on their own: names, tallies, what is printed."""

from __future__ import annotations

import numpy as np
import pytest

from planner.results import LACKING, State, frozen, tally
from tests.builders import Town, standard


def test_frozen_is_a_copy_that_cannot_be_written() -> None:
    given = np.array([1.0, 2.0])
    kept = frozen(given)
    given[0] = 9
    assert kept.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 3


@pytest.mark.parametrize(
    ("people", "target", "share", "met"),
    [
        ({State.COVERED: 80, State.GAP: 20}, 0.8, 0.8, True),
        ({State.COVERED: 80, State.GAP: 20}, 0.81, 0.8, False),
        ({State.COVERED: 80, State.GAP: 20}, None, 0.8, False),
        # Nobody without data or position counts, one way or the other.
        (
            {State.COVERED: 80, State.NO_DATA: 900, State.NOT_LOCATED: 20, State.NOT_APPLICABLE: 5},
            None,
            1.0,
            True,
        ),
        ({State.COVERED: 5, State.UNREACHABLE: 2, State.NOT_CONNECTED: 3}, 0.5, 0.5, True),
        ({State.GAP: 5}, 0.0, 0.0, True),
        ({State.NO_DATA: 5, State.NOT_APPLICABLE: 5}, 0.5, None, None),
        ({}, None, None, None),
    ],
)
def test_share_and_verdict(
    people: dict[State, float], target: float | None, share: float | None, met: bool | None
) -> None:
    counted = tally({s: float(people.get(s, 0)) for s in State}, target)
    assert counted.share_covered == share
    assert counted.met is met
    assert counted.lacking + counted.unknown + counted.people[State.COVERED] == counted.addressed
    assert counted.lacking == sum(people.get(s, 0) for s in LACKING)


def test_names_by_language_fall_back_on_what_there_is(town: Town) -> None:
    town.place("a", (0, 0), name="Вёска", name_en=None, name_be="Вёска-б")
    town.place("b", (0, 0), name=None, name_en="Village", name_be=None)
    town.place("c", (0, 0), name=None, name_en=None, name_be=None)
    places = town.assess(standard("straight_distance", 1)).places
    assert [places.name(i, "ru") for i in range(3)] == ["Вёска", "Village", "c"]
    assert [places.name(i, "be") for i in range(3)] == ["Вёска-б", "Village", "c"]
    assert [places.name(i, "en") for i in range(3)] == ["Вёска", "Village", "c"]
    assert len(places) == 3


def test_parts_of_people_are_printed_as_they_are_and_whole_ones_as_whole(town: Town) -> None:
    town.place("a", (0, 0), 20.5).place("b", (0, 0), 20).facility("post_office", (0, 0))
    said = town.assess(standard("straight_distance", 1)).as_dict()
    assert said["people"] == 40.5
    whole = town.place("c", (0, 0), 0.5).assess(standard("straight_distance", 1)).as_dict()
    assert repr(whole["people"]) == "41"
