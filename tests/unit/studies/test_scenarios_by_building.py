"""Scenarios on a town by building, against the town in which the layers were really changed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from planner.cli import main
from planner.i18n import speech
from planner.layers.schema import BUILDING, Role
from planner.maps.comparison_map import difference_homes
from planner.results import Outcome
from planner.scenario import AddFacility, ChangeStandard, CloseFacility, Edit, MoveFacility, Scenario
from planner.studies.assess import assess, district_under
from planner.studies.compare import compare
from planner.studies.desk import Desk
from planner.studies.drafting import new_facility
from planner.studies.effect import effects
from planner.studies.quarter import study_quarters
from planner.studies.scenarios import keep
from planner.workspace import Workspace, open_workspace
from tests.builders import Town, degrees

SHOP = "ru_shop_multi"
NOT_IN_FORCE = "ru_shop_low"


def a_town(path: Path, *shops: tuple[str, float]) -> Town:
    """Return sixty homes along a street that bends, and shops on it."""
    town = Town(path).road((0, 0), (1500, 0), (1500, 1500), road_class="residential")
    town.place("village", (0, 0), 600)
    for number in range(60):
        at = (50.0 * number, 10.0) if number < 30 else (1490.0, 50.0 * (number - 30))
        town._add(Role.DEMAND, BUILDING, geometry=_point(at), id=f"h{number}", population=10.0)
    for name, x in shops:
        town.facility("shop", (x, 0) if x <= 1500 else (1500, x - 1500), id=name, name=name)
    return town


def _point(at: tuple[float, float]) -> object:
    import shapely

    return shapely.Point(degrees([at])[0])


def edits() -> tuple[Edit, ...]:
    lon, lat = degrees([(1500, 700)])[0]
    return (
        AddFacility("shop", "new", {"en": "new"}, *degrees([(700, 0)])[0]),
        MoveFacility("shop", "east", lon, lat),
        CloseFacility("shop", "west"),
    )


def lacking(workspace: Workspace, scenario: Scenario | None = None) -> float:
    found = assess(workspace, by="building", scenario=scenario)
    return found.tally(found.result(SHOP)).lacking


def test_edits_give_what_really_changed_layers_give(tmp_path: Path) -> None:
    town = a_town(tmp_path / "a.gpkg", ("west", 100.0), ("east", 2900.0)).workspace()
    changed = a_town(tmp_path / "b.gpkg", ("east", 2200.0), ("new", 700.0)).workspace()
    scenario = Scenario("s", edits())
    found, expected = assess(town, by="building", scenario=scenario), assess(changed, by="building")
    desk = Desk(*district_under(town, by="building"))
    for result in expected.results:
        for other in (found, desk.under(scenario)):
            mine = other.result(result.standard.id)
            np.testing.assert_array_equal(mine.state, result.state)
            np.testing.assert_allclose(mine.cost, result.cost, rtol=1e-8, equal_nan=True)
    assert 0 < lacking(changed) < lacking(town)
    # Nobody pays a step up for every house.
    (effect,) = effects(desk.baseline, desk.under(scenario))
    assert effect.after is not None and effect.after.cost is None
    assert effect.after.lacking == lacking(changed)


def test_a_radius_put_in_force_is_walked_at_the_desk_as_in_an_assessment(tmp_path: Path) -> None:
    town = a_town(tmp_path / "a.gpkg", ("west", 100.0)).workspace()
    put = Scenario("s", (ChangeStandard(NOT_IN_FORCE, {"in_force": True}),))
    desk = Desk(*district_under(town, by="building"))
    told, live = assess(town, by="building", scenario=put), desk.under(put)
    measure = live.result(NOT_IN_FORCE).standard.measure
    assert measure is not None and measure.mode == "walk"
    assert live.result(NOT_IN_FORCE).standard == told.result(NOT_IN_FORCE).standard
    np.testing.assert_array_equal(live.result(NOT_IN_FORCE).state, told.result(NOT_IN_FORCE).state)


def test_what_is_added_is_not_called_after_a_house_without_an_address(tmp_path: Path) -> None:
    desk = Desk(*district_under(a_town(tmp_path / "a.gpkg").nothing_of("shop").workspace(), by="building"))
    made = new_facility(desk.inputs, desk.catalogue, Scenario("s"), "shop", degrees([(700, 0)])[0])
    assert made.name["en"] == "Shop"


def test_compare_by_building_counts_homes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = a_town(tmp_path / "a.gpkg", ("west", 100.0), ("east", 2900.0)).workspace()
    scenario = Scenario("Shops", edits())
    keep(town, scenario)
    assert (
        main(["compare", str(tmp_path / "a.gpkg"), "--scenario", "Shops", "--by", "building", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    (row,) = [r for r in told["standards"] if r["standard"] == SHOP]
    assert sum(row["people"].values()) == 600
    gained = row["people"]["gains"] - row["people"]["loses"]
    assert gained == lacking(town) - lacking(town, scenario) != 0


def test_what_the_desk_saves_the_command_line_runs(tmp_path: Path) -> None:
    town = a_town(tmp_path / "a.gpkg", ("west", 100.0), ("east", 2900.0)).workspace()
    desk = Desk(*district_under(town, by="building"))
    scenario = Scenario("s", edits())
    again = Scenario.from_json(scenario.to_json())
    live, told = desk.under(scenario), assess(open_workspace(town.location), by="building", scenario=again)
    rows = [{k: v for k, v in r.items() if not k.startswith("share_l") and not k.startswith("share_h")}
            for r in live.as_dict()["services"]]  # fmt: skip
    other = [{k: v for k, v in r.items() if not k.startswith("share_l") and not k.startswith("share_h")}
             for r in told.as_dict()["services"]]  # fmt: skip
    assert rows == other
    assert dataclasses.asdict(live.places)["ids"] == told.places.ids


def test_the_map_shows_each_home_as_the_comparison_tells_it(tmp_path: Path) -> None:
    town = a_town(tmp_path / "a.gpkg", ("west", 100.0), ("east", 2900.0)).workspace()
    found = compare(town, Scenario("s", (CloseFacility("shop", "west"),)), by="building")
    layer = difference_homes(found, study_quarters(town), "shop", speech("en"))
    (call,) = layer._children.values()
    (part,) = call.parts  # type: ignore[attr-defined]
    data = part.data
    drawn = [data["states"][int(state)] for state in data["homes"]["state"]]
    outcome = found.of_service("shop")
    assert drawn == [f"outcome_{Outcome(o).label}" for o in outcome.tolist()]
    assert 0 < drawn.count("outcome_loses") < len(drawn)
    assert [f["mark"] for f in data["facilities"]] == [None, "facility_closed"]
