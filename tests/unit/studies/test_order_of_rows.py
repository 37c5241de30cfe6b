"""The order of the rows of a file is no fact about a district: whatever it is, the numbers are the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from planner.results import Closures, State
from planner.standards.catalogue import load
from planner.standards.model import Standard
from planner.studies.closures import closures_of
from tests.builders import Town, standard

BUSES = standard(
    "nearest_value",
    8,
    "bus",
    id="buses",
    comparator=">=",
    mode="walk",
    attribute="trips_week",
    reach_m=1500.0,
)
POST = standard("straight_distance", 1000, "post_office", id="post")
FIRE = standard("travel_time", 2, "fire", id="fire", mode="car")


def shuffled(path: Path, seed: int) -> Town:
    """A road of 20 km with settlements, some of them estimated or lost, and several facilities on one spot."""
    places: list[tuple[str, tuple[float, float] | None, int, str]] = [
        (f"v{i}", (1000.0 * i, 0), 10 + 7 * i, "estimated" if i % 3 else "") for i in range(20)
    ]
    places += [("lost", None, 55, ""), ("gone", None, 34, "")]
    facilities: list[tuple[str, float, dict[str, object]]] = []
    for i in range(0, 20, 4):
        # Both directions stop at one spot, and one of them is served better.
        facilities += [
            ("bus", 1000.0 * i, {"id": f"{way}{i}", "trips_week": trips})
            for way, trips in (("to", 2.0), ("fro", 14.0))
        ]
        facilities += [
            ("post_office", 1000.0 * i, {"id": f"sure{i}", "doubtful": "no"}),
            ("post_office", 1000.0 * i, {"id": f"again{i}", "doubtful": "yes"}),
        ]
        facilities.append(
            ("fire", 1000.0 * i + 200, {"id": f"station{i}", "doubtful": "yes" if i % 8 else "no"})
        )
    rng = random.Random(seed)
    rng.shuffle(places)
    rng.shuffle(facilities)
    town = Town(path).road((0, 0), (20_000, 0))
    for id, at, people, source in places:
        town.place(id, at, people, population_source=source)
    for service, x, more in facilities:
        town.facility(service, (x, 0), **more)
    return town


def numbers(town: Town, one: Standard) -> list[float]:
    found = town.judge(one)
    people = found.people_by_state(town.inputs().places.population)
    doubt = found.doubt
    bounds = (
        [] if doubt is None else [doubt.share.low, doubt.share.high, doubt.lacking.low, doubt.lacking.high]
    )
    return [float(people.get(state, 0)) for state in State] + bounds


@pytest.mark.parametrize("one", [BUSES, POST, FIRE], ids=lambda one: one.id)
def test_numbers_and_their_doubt_are_those_of_the_district(tmp_path: Path, one: Standard) -> None:
    first, *others = (numbers(shuffled(tmp_path / f"{seed}.gpkg", seed), one) for seed in range(4))
    for other in others:
        assert other == pytest.approx(first, rel=1e-12)
    assert len(first) > len(State)  # something is in doubt


def test_the_better_of_equally_near_stops_counts(tmp_path: Path) -> None:
    for order in ((2.0, 14.0), (14.0, 2.0)):
        town = Town(tmp_path / f"{order[0]}.gpkg").road((0, 0), (5000, 0)).place("a", (0, 0), 100)
        for trips in order:
            town.facility("bus", (500, 0), trips_week=trips)
        assert town.judge(BUSES).cost == pytest.approx([14.0])


def test_a_closure_leaves_the_other_stop_of_the_spot(tmp_path: Path) -> None:
    found: list[dict[str, float]] = []
    for order in ((2.0, 14.0), (14.0, 2.0)):
        town = Town(tmp_path / f"{order[0]}.gpkg").road((0, 0), (5000, 0)).place("a", (0, 0), 100)
        for trips in order:
            town.facility("bus", (500, 0), id=f"stop{trips:g}", trips_week=trips)
        closures: Closures = closures_of(town.inputs(), [BUSES], load(), "bus")
        found.append({closures.facilities.ids[c.closed[0]]: c.lost for c in closures.ordered()})
    assert found[0] == found[1] == {"stop14": 100.0, "stop2": 0.0}


def test_a_sure_facility_is_not_doubted_for_a_doubtful_one_beside_it(tmp_path: Path) -> None:
    for order in (("no", "yes"), ("yes", "no")):
        town = Town(tmp_path / f"{order[0]}.gpkg").place("a", (0, 0), 100)
        for number, doubtful in enumerate(order):
            town.facility("post_office", (0, 0), id=f"p{number}", doubtful=doubtful)
        assert town.judge(POST).doubt is None
