"""Closures under standards on what service points offer: against measuring again a district that never had them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from planner.cli import main
from planner.errors import InputError
from planner.layers.schema import Role
from planner.results import LACKING, Assessment, Closures, State
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess
from planner.studies.closures import closures, closures_of
from planner.workspace import LayerOrigin, open_workspace
from tests.builders import CLOSE, Town, standard


def buses(reach_m: float) -> Standard:
    """Eight buses a week at the nearest stop, within a walk."""
    return standard(
        "nearest_value", 8, "bus", id="buses", comparator=">=", mode="walk", attribute="trips_week", reach_m=reach_m,
        people=(50, None),
    )  # fmt: skip


BUSES = buses(2000.0)
STOP_NEAR = standard("travel_distance", 1200, "bus", id="near", mode="walk")
STOPS_PER = standard("facilities_per_people", 180, "bus", id="per", scope="zone")
SEATS_PER = standard(
    "capacity_per_people",
    11,
    "bus",
    id="seats",
    comparator=">=",
    per=100,
    attribute="seats",
    scope="district",
)


def study(town: Town, *standards: Standard, count: int | None = None) -> Closures:
    return closures_of(town.inputs(), standards, load_standards(), "bus", count=count)


def drawn(path: Path, seed: int, *, without: int = -1) -> Town:
    """A town on a cross of roads, drawn by chance, in two councils; one of its stops may never have been there."""
    chance = np.random.default_rng(seed)
    town = Town(path).road((-4000, 0), (0, 0), (4000, 0)).road((0, -3000), (0, 0), (0, 3000))
    town.zone("west", (-5000, -4000, 0, 4000)).zone("east", (0, -4000, 5000, 4000))
    for i in range(12):
        at = float(chance.integers(-30, 30) * 100)
        along = chance.random() < 0.6
        town.place(f"p{i}", (at, 50.0) if along else (50.0, at), int(chance.integers(20, 200)))
    for i in range(6):
        at, along = float(chance.integers(-6, 7) * 500), chance.random() < 0.6
        trips = float(chance.choice([4, 8, 14, np.nan]))
        seats = float(chance.choice([10, 30, 60, np.nan], p=[0.3, 0.3, 0.3, 0.1]))
        if i != without:
            town.facility("bus", (at, 0) if along else (0, at), id=f"f{i}", trips_week=trips, seats=seats)
    return town


def lost_between(before: Assessment, after: Assessment) -> tuple[list[int], float]:
    """Return the places that lost a standard, and the people of whom it is no longer known whether they have all."""
    people = before.places.population
    losing, unknown = np.zeros(people.size, dtype=bool), np.zeros(people.size, dtype=bool)
    for old, new in zip(before.results, after.results, strict=True):
        losing |= (old.state == State.COVERED) & np.isin(new.state, LACKING)
        unknown |= (old.state == State.COVERED) & (new.state == State.NO_DATA)
    return np.flatnonzero(losing).tolist(), float(people[unknown & ~losing].sum())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "standards",
    [(BUSES,), (STOPS_PER, SEATS_PER), (BUSES, STOP_NEAR, STOPS_PER, SEATS_PER)],
    ids=lambda chosen: "+".join(s.id for s in chosen),
)
def test_each_closure_is_the_district_that_never_had_it(
    tmp_path: Path, seed: int, standards: tuple[Standard, ...]
) -> None:
    path = tmp_path / "town.gpkg"
    whole = drawn(path, seed)
    found = study(whole, *standards)
    before = whole.assess(*standards)
    assert found.left_out == 0
    for f, closure in enumerate(found.closures):
        losing, unknown = lost_between(before, drawn(path, seed, without=f).assess(*standards))
        assert sorted(closure.losing) == losing
        assert closure.unknown == unknown
        assert closure.lost == before.places.population[losing].sum()
    lacking = np.any([np.isin(r.state, LACKING) for r in before.results], axis=0)
    assert found.lacking.tolist() == lacking.tolist()


def row_of_stops(town: Town, *trips: float) -> Town:
    """A place at each end of a road of 1 km with bus stops 400 m apart."""
    town.road((0, 0), (1000, 0)).place("a", (0, 0), 100).place("b", (1000, 0), 60)
    for i, count in enumerate(trips):
        town.facility("bus", (400.0 * i, 0), trips_week=count)
    return town


def test_people_walk_to_the_next_stop_where_the_bus_may_come_less_often(town: Town) -> None:
    found = study(row_of_stops(town, 10, 7, 9), BUSES)
    first, middle, last = found.closures
    # From a the next stop has 7 buses a week; from b too, without the last.
    assert (first.lost, middle.lost, last.lost) == (100, 0, 60)
    assert first.extra_max == pytest.approx(400, rel=CLOSE)
    assert first.destinations == ((1, 100.0),)
    assert found.searched == ()


def test_what_the_next_stop_does_not_tell_is_not_a_loss(town: Town) -> None:
    found = study(row_of_stops(town, 10, float("nan"), 9), BUSES)
    first = found.closures[0]
    assert (first.lost, first.unknown, first.losing) == (0, 100, ())
    assert found.as_dict()["closures"][0]["people_unknown"] in (0, 100)


def test_one_closure_is_always_chosen_and_more_only_by_the_way(town: Town) -> None:
    row_of_stops(town, 10, 7, 9)
    least = study(town, BUSES, count=1).least
    assert least is not None
    assert (least.closure.closed, least.proven, least.bound) == ((1,), True, 0)
    with pytest.raises(InputError, match="not searched for"):
        study(town, BUSES, count=2)


def test_a_proof_by_the_way_holds_where_nobody_loses_more_otherwise(town: Town) -> None:
    row_of_stops(town, 10, 7, 9)
    near = standard("travel_distance", 5000, "bus", id="near", mode="walk")
    at_hand = buses(500.0)
    kept = study(town, at_hand, near, count=2).least
    assert kept is not None
    # By the way nobody loses, whichever two close; by the buses one end of the road always does.
    assert (kept.bound, kept.proven) == (0, False)
    assert kept.closure.lost > 0
    easy = standard("facilities_per_people", 500, "bus", id="easy", scope="district")
    proven = study(town, near, easy, count=2).least
    assert proven is not None
    assert (proven.closure.lost, proven.bound, proven.proven) == (0, 0, True)


def smaller(path: Path, to: Path, service: str, id: str) -> Path:
    """Return a copy of a workspace whose layer of a service lacks one facility."""
    copy = open_workspace(shutil.copy(path, to))
    record = next(r for r in copy.layers() if (r.role, r.service) == (Role.FACILITIES, service))
    frame = copy.read(record)
    kept = frame[frame["id"].astype(str) != id].reset_index(drop=True)
    assert len(kept) == len(frame) - 1
    copy.add(kept, Role.FACILITIES, service, title=record.title, origin=LayerOrigin())
    return to


def some(found: Closures) -> Iterable[int]:
    """Return the worst facility and one whose closing nobody notices."""
    yield found.ordered()[0].closed[0]
    yield found.ordered()[-1].closed[0]


@pytest.mark.parametrize("service", ["bus", "gp"])
def test_the_sample_agrees_with_a_layer_that_lacks_the_facility(
    sample_file: Path, tmp_path: Path, service: str
) -> None:
    workspace = open_workspace(sample_file)
    found = closures(workspace, service)
    own = {s.id for s in found.standards}
    before = assess(workspace)
    for f in some(found):
        mine = found.facilities
        less = smaller(sample_file, tmp_path / f"{f}.gpkg", mine.services[f], mine.ids[f])
        after = {r.standard.id: r for r in assess(open_workspace(less)).results}
        lost = np.zeros(len(before.places), dtype=bool)
        for old in before.results:
            if old.standard.id in own:
                new = after[old.standard.id]
                lost |= (old.state == State.COVERED) & np.isin(new.state, LACKING)
        assert sorted(found.closures[f].losing) == np.flatnonzero(lost).tolist()
    if service == "bus":
        assert found.ordered()[0].lost > 0


def test_the_command_tells_of_one_and_refuses_more(
    sample_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["closures", str(sample_file), "--service", "bus", "--count", "1"]) == 0
    assert "proven" in capsys.readouterr().err
    assert main(["closures", str(sample_file), "--service", "bus", "--count", "2"]) == 2
    assert "not searched for" in capsys.readouterr().err
