"""Comparisons of a town on one road, worked out by hand."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import speech
from planner.maps.comparison_map import difference_layer, difference_legend
from planner.maps.legend import legend_html
from planner.maps.offline import Call
from planner.report.comparison import comparison_chapter, council_rows, service_rows
from planner.results import Assessment, Comparison, Outcome
from planner.studies.compare import compared
from tests.builders import Town, standard

BY_CAR = standard("travel_time", 5, "post_office", id="car", mode="car")
SPEED = standard("nearest_value", 10, "speed", id="mbps", comparator=">=", mode="walk", attribute="value")


def by_hand(path: Path, *, west: bool = True, far: bool = False) -> Assessment:
    """Places at 0, 2, 4, 9 km of a road and one without a road; a post office in the west, and one far east."""
    town = Town(path)
    town.road((0, 0), (2000, 0), (4000, 0), (6000, 0), (9000, 0))
    town.place("a", (0, 0), 300).place("b", (2000, 0), 100).place("c", (4000, 0), 50).place("d", (9000, 0), 7)
    town.place("lost", None, 11)
    town.zone("W", (-1000, -1000, 3000, 1000)).zone("E", (3000, -1000, 10000, 1000))
    town.nothing_of("post_office")
    if west:
        town.facility("post_office", (0, 0), id="west", name="West")
    if far:
        town.facility("post_office", (9000, 0), id="far", name="Far")
    return town.assess(BY_CAR)


@pytest.fixture
def moved(tmp_path: Path) -> Comparison:
    """The post office of the west closed, one opened in the far east."""
    before = by_hand(tmp_path / "a.gpkg")
    after = by_hand(tmp_path / "b.gpkg", west=False, far=True)
    return compared(before, after, after_name="move")


def labels(found: Comparison) -> list[str]:
    return [Outcome(int(code)).label for code in found.changes[0].outcome]


def test_who_gains_and_who_loses(moved: Comparison) -> None:
    # West at 0 km covers a, b and c (4 minutes); far at 9 km covers c (5 km away, 5 minutes) and d.
    assert labels(moved) == ["loses", "loses", "worse", "gains", "untold"]
    people = moved.people(moved.of_service("post_office"))
    assert [people[o] for o in Outcome] == [400, 7, 50, 0, 0, 11]
    assert moved.changed_services() == ("post_office",)


def test_by_council(moved: Comparison) -> None:
    found = dict(moved.by_zone(moved.of_service("post_office")))
    assert found[0][Outcome.LOSES] == 400
    assert (found[1][Outcome.GAINS], found[1][Outcome.WORSE]) == (7, 50)
    assert found[-1][Outcome.UNTOLD] == 11
    assert sum(n for people in found.values() for n in people.values()) == 468
    assert council_rows(moved, "post_office", speech("en")) == (("W", 0, 400, 0, 0), ("E", 7, 0, 0, 50))


def test_back_again_is_the_mirror_image(moved: Comparison) -> None:
    back = compared(moved.after, moved.before)
    assert labels(back) == ["gains", "gains", "better", "loses", "untold"]


def test_nothing_changes_against_itself(moved: Comparison) -> None:
    same = compared(moved.before, moved.before)
    assert labels(same) == ["same", "same", "same", "same", "untold"]
    assert same.changed_services() == ()
    assert comparison_chapter(same, speech("en")).notes == (
        "Nothing changes for anybody under any standard.",
    )


def test_one_more_service_point_never_takes(tmp_path: Path) -> None:
    found = compared(by_hand(tmp_path / "a.gpkg"), by_hand(tmp_path / "b.gpkg", far=True))
    assert labels(found) == ["same", "same", "same", "gains", "untold"]


def test_of_values_more_is_better(tmp_path: Path) -> None:
    def town(path: Path, near: float) -> Assessment:
        made = Town(path).road((0, 0), (5000, 0)).place("a", (0, 0)).place("b", (5000, 0))
        made.facility("speed", (0, 0), value=near).facility("speed", (5000, 0), value=50.0)
        return made.assess(SPEED)

    found = compared(town(tmp_path / "a.gpkg", 20), town(tmp_path / "b.gpkg", 30))
    assert labels(found) == ["better", "same"]
    worse = compared(town(tmp_path / "a2.gpkg", 20), town(tmp_path / "b2.gpkg", 5))
    assert labels(worse) == ["loses", "same"]


def two_standards(path: Path, *offices: float, near: float = 5, far: float = 5000) -> Assessment:
    """Places at 0, 4 and 20 km of a road, held to a time and to a distance."""
    town = Town(path).road((0, 0), (4000, 0), (20000, 0)).nothing_of("post_office")
    town.place("a", (0, 0), 300).place("b", (4000, 0), 50).place("c", (20000, 0), 7)
    for number, x in enumerate(offices):
        town.facility("post_office", (x, 0), id=f"office{number}")
    time = standard("travel_time", near, "post_office", id="car", mode="car")
    return town.assess(time, standard("travel_distance", far, "post_office", id="metres", mode="car"))


def test_who_gains_and_loses_makes_up_the_difference_of_those_who_lack_it(tmp_path: Path) -> None:
    say = speech("en")
    # c, which missed both, meets the distance now and still misses the time.
    found = compared(
        two_standards(tmp_path / "a.gpkg", 0.0, near=3),
        two_standards(tmp_path / "b.gpkg", 0.0, 16000.0, near=3, far=4000.5),
    )
    assert [Outcome(int(o)).label for o in found.changes[1].outcome] == ["same", "same", "gains"]
    ((_, before, after, gain, lose, better, worse),) = service_rows(found, say)
    assert (before, after, gain, lose, better, worse) == (57, 57, 0, 0, 7, 0)
    # A standard met no more counts before one met newly, for those who lack the service either way.
    mixed = compared(
        two_standards(tmp_path / "c.gpkg", 0.0, near=3, far=5000),
        two_standards(tmp_path / "d.gpkg", 0.0, near=5, far=3000),
    )
    assert [Outcome(int(o)).label for o in mixed.of_service("post_office")] == ["same", "worse", "same"]
    back = compared(mixed.after, mixed.before)
    assert [Outcome(int(o)).label for o in back.of_service("post_office")] == ["same", "worse", "same"]
    # A standard that is asked for no more changes who lacks the service, as one that asks for less does.
    without = dataclasses.replace(mixed.before, results=mixed.before.results[1:])
    ((_, before, after, gain, *others),) = service_rows(compared(mixed.before, without), say)
    assert (before, after, gain, others) == (57, 7, 50, [0, 0, 0])


def test_other_settlements_are_refused(tmp_path: Path) -> None:
    before = by_hand(tmp_path / "a.gpkg")
    other = Town(tmp_path / "b.gpkg").road((0, 0), (1, 0)).place("a", (0, 0)).nothing_of("post_office")
    with pytest.raises(InputError, match="not of the same settlements: 5 on one, 1 on the other"):
        compared(before, other.assess(BY_CAR))
    people = dataclasses.replace(before.places, population=before.places.population + 1)
    with pytest.raises(InputError, match="different people"):
        compared(before, dataclasses.replace(before, places=people))


def test_as_dict_adds_up(moved: Comparison) -> None:
    told = moved.as_dict()
    (row,) = told["standards"]
    assert sum(row["people"].values()) == 468
    assert row["before"]["covered"] == 450
    assert row["after"]["covered"] == 57
    assert (told["before"], told["after"]) == (None, "move")
    by_council: dict[str, float] = {}
    for council in told["councils"]:
        for outcome, n in council["people"].items():
            by_council[outcome] = by_council.get(outcome, 0) + n
    assert by_council == row["people"]


def test_table_and_legend_tell_the_same(moved: Comparison) -> None:
    say = speech("en")
    (row,) = service_rows(moved, say)
    assert row[1:] == (7.0, 400.0, 7, 400, 0, 50)
    legend = {r.label: (r.people, r.places) for r in difference_legend(moved, "post_office", say)}
    assert legend["gains the service"] == (7, 1)
    assert legend["loses the service"] == (400, 2)
    assert legend["new service point"] == (None, 1)
    assert legend["closed"] == (None, 1)
    assert "no change" not in legend
    # Service points are no places: they are counted under a head of their own.
    shown = legend_html(difference_legend(moved, "post_office", say), say)
    assert shown.index("loses the service") < shown.index(">number<") < shown.index("new service point")


def test_the_map_names_what_changed(moved: Comparison) -> None:
    layer = difference_layer(moved, "post_office", speech("en"))
    data = "".join(child.data for child in layer._children.values() if isinstance(child, Call))
    assert "facility_added" in data
    assert "facility_closed" in data
    assert "4\u00a0min → 5\u00a0min" in data


def test_what_is_modelled_has_a_sign_of_its_own_on_the_map_and_in_the_legend(tmp_path: Path) -> None:
    def offices(name: str, *, far: bool) -> Assessment:
        town = Town(tmp_path / name).road((0, 0), (4000, 0), (9000, 0)).place("a", (0, 0), 300)
        town.facility("post_office", (0, 0), id="west", name="West", source="modelled")
        town.facility("post_office", (4000, 0), id="middle", name="Middle", source="register")
        if far:
            town.facility("post_office", (9000, 0), id="far", name="Far", source="modelled")
        return town.assess(BY_CAR)

    found = compared(offices("a.gpkg", far=False), offices("b.gpkg", far=True))
    say = speech("en")
    rows = {row.symbol: (row.label, row.places) for row in difference_legend(found, "post_office", say)}
    assert rows["facility"] == ("service point", 1)
    assert rows["facility_modelled"] == ("service point (modelled data)", 1)
    assert rows["facility_added"] == ("new service point", 1)
    (call,) = (
        c for c in difference_layer(found, "post_office", say)._children.values() if isinstance(c, Call)
    )
    drawn = {f["id"]: f["mark"] or f["modelled"] for f in json.loads(call.data)["facilities"]}
    assert drawn == {"west": True, "middle": False, "far": "facility_added"}


def test_outcomes_are_frozen(moved: Comparison) -> None:
    with pytest.raises(ValueError, match="read-only"):
        moved.changes[0].outcome[0] = np.uint8(1)
