"""Scenarios on small towns, against towns in which the layers were really changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from planner.errors import InputError
from planner.layers.schema import WGS84, Role
from planner.results import Assessment
from planner.scenario import AddArea, AddFacility, ChangeStandard, CloseFacility, Edit, MoveFacility, Scenario
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.desk import Desk
from planner.studies.drafting import addable, hit, new_area, new_facility, position
from planner.studies.effect import effects
from planner.studies.inputs import Inputs, load
from planner.studies.scenarios import edited, fitting, keep, misfits, scenario_named, standards_under
from planner.studies.steps import StepCost
from planner.workspace import District, LayerOrigin, create_workspace
from tests.builders import Town, box, degrees, standard, states_of

DISTRICT = District({"en": "Town"})
STANDARDS = (
    standard("travel_time", 8, id="by_car"),
    standard("travel_time", 25, id="on_foot", mode="walk"),
    standard("travel_distance", 4000, "school", id="school"),
    standard("straight_distance", 1500, id="radius"),
    standard("settlement_value", 100, "broadband", id="broadband", comparator=">=", attribute="mbps"),
    standard("nearest_value", 14, "bus", id="bus", comparator=">=", attribute="trips_week", mode="walk"),
    standard("within_area", 1, "mobile", id="mobile"),
    standard("facilities_per_people", 300, id="per_people"),
    standard("capacity_per_people", 400, "school", id="seats", attribute="seats", scope="zone"),
)


def crossing(path: Path, rng: np.random.Generator) -> Town:
    """Return a town on a grid of streets with services here and there."""
    town = Town(path).boundary((-9000, -9000, 9000, 9000))
    for k in range(-3, 4):
        town.road(*[(2000.0 * i, 2000.0 * k) for i in range(-4, 5)], oneway="yes" if k == 1 else "no")
        town.road(*[(2000.0 * k, 2000.0 * i) for i in range(-4, 5)])
    for i in range(14):
        town.place(f"p{i}", _somewhere(rng), population=float(rng.integers(5, 400)), population_source=(
            "estimated" if i % 3 else "census"))  # fmt: skip
    town.zone("west", (-9000, -9000, 0, 9000)).zone("east", (0, -9000, 9000, 9000))
    for i in range(4):
        town.facility("post_office", _somewhere(rng), place_id=f"p{i}" if i % 2 else None)
        town.facility("school", _somewhere(rng), seats=float(rng.integers(10, 90)))
        town.facility("broadband", _somewhere(rng), mbps=float(rng.integers(20, 300)), place_id=f"p{i + 4}")
        town.facility("bus", _somewhere(rng), trips_week=int(rng.integers(2, 60)))
    town.facility("school", None, seats=5.0).facility("school", None, seats=6.0)
    return town.area("mobile", (-9000, -9000, -2000, 0))


def _somewhere(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform(-7000, 7000)), float(rng.uniform(-7000, 7000))


ATTRIBUTES: dict[str, dict[str, Any]] = {
    "school": {"seats": 40.0}, "broadband": {"mbps": 200.0}, "bus": {"trips_week": 21}, "post_office": {}, "club": {},
}  # fmt: skip


def some_edits(rng: np.random.Generator) -> list[Edit]:
    """Return edits that fit one after another."""
    ids = {service: [str(i) for i in range(4)] for service in ATTRIBUTES}
    ids["club"] = []
    edits: list[Edit] = []
    for number in range(int(rng.integers(1, 9))):
        service = str(rng.choice(list(ids)))
        (lon, lat), there = degrees([_somewhere(rng)])[0], ids[service]
        kind = int(rng.integers(5))
        if kind == 0 and there:
            edits.append(CloseFacility(service, there.pop(int(rng.integers(len(there))))))
        elif kind == 1 and there:
            edits.append(MoveFacility(service, str(rng.choice(there)), lon, lat))
        elif kind == 2:
            x, y = _somewhere(rng)
            outline = shapely.geometry.mapping(box((x, y, x + 3000, y + 2000)))
            edits.append(AddArea("mobile", f"area{number}", outline))
        else:
            place = {"place_id": f"p{int(rng.integers(14))}"} if rng.random() < 0.3 else {}
            there.append(f"new{number}")
            edits.append(
                AddFacility(
                    service, f"new{number}", {"en": "New"}, lon, lat, {**ATTRIBUTES[service], **place}
                )
            )
    return edits


def rewritten(town: Town, edits: list[Edit]) -> Inputs:
    """Return the town with its layers really changed, written and read again."""
    town.path.unlink(missing_ok=True)
    made = create_workspace(town.path, DISTRICT)
    features: dict[tuple[Role, str], list[dict[str, Any]]] = {
        key: frame.to_dict("records") for key, frame in town.frames().items()
    }
    homes = {row["id"]: row["geometry"] for row in features[Role.DEMAND, ""]}
    for edit in edits:
        if isinstance(edit, ChangeStandard):
            continue
        role = Role.SERVICE_AREA if isinstance(edit, AddArea) else Role.FACILITIES
        rows = features.setdefault((role, edit.service), [])
        if isinstance(edit, AddArea):
            rows.append(
                {"id": edit.id, "geometry": shapely.geometry.shape(edit.outline), "source": "scenario"}
            )
        elif isinstance(edit, AddFacility):
            rows.append({"id": edit.id, "name": "New", "name_en": "New", "source": "scenario", **edit.attributes,
                         "geometry": shapely.Point(edit.lon, edit.lat)})  # fmt: skip
        else:
            (row,) = (r for r in rows if r["id"] == edit.id)
            if isinstance(edit, CloseFacility):
                rows.remove(row)
                continue
            row["geometry"] = shapely.Point(edit.lon, edit.lat)
            fresh = row["id"].startswith("new")
            if (
                not fresh
                and isinstance(row.get("place_id"), str)
                and _nearest(homes, edit) != row["place_id"]
            ):
                row["place_id"] = None
    import geopandas as gpd

    for (role, service), rows in features.items():
        frame = gpd.GeoDataFrame(rows or {"id": [], "geometry": []}, geometry="geometry", crs=WGS84)
        made.add(frame, role, service, title={"en": service or str(role)}, origin=LayerOrigin())
    return load(made)


def _nearest(homes: dict[str, shapely.Point], edit: MoveFacility) -> str:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    return min(homes, key=lambda p: geod.inv(homes[p].x, homes[p].y, edit.lon, edit.lat)[2])


def assert_same(found: Assessment, expected: Assessment, *, doubt: bool) -> None:
    """Compare two assessments to the last digit."""
    assert [r.standard for r in found.results] == [r.standard for r in expected.results]
    for one, other in zip(found.results, expected.results, strict=True):
        for name in ("state", "cost", "nearest", "shortfall", "relative_shortfall"):
            np.testing.assert_array_equal(
                getattr(one, name), getattr(other, name), f"{one.standard.id} {name}"
            )
        assert one.gap_zones == other.gap_zones
        assert (one.own_state is None) == (other.own_state is None)
        if one.own_state is not None and other.own_state is not None:
            np.testing.assert_array_equal(one.own_state, other.own_state)
        assert (one.facilities and one.facilities.ids) == (other.facilities and other.facilities.ids)
        if doubt:
            assert one.doubt == other.doubt
    assert found.facilities.ids == expected.facilities.ids
    assert found.facilities.services == expected.facilities.services
    assert found.facilities.names == expected.facilities.names
    np.testing.assert_array_equal(found.facilities.lon, expected.facilities.lon)
    assert found.warnings == expected.warnings
    np.testing.assert_array_equal(found.places.road_distance_m, expected.places.road_distance_m)
    if doubt:
        assert found.service_doubt == expected.service_doubt


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_give_what_really_changed_layers_give(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = crossing(tmp_path / "town.gpkg", rng)
    inputs = town.inputs()
    edits = some_edits(rng)
    scenario = Scenario("s", tuple(edits))
    desk = Desk(inputs, STANDARDS, load_standards())
    expected = assess_inputs(rewritten(town, edits), STANDARDS, load_standards())
    found = assess_inputs(edited(inputs, scenario), STANDARDS, load_standards())
    assert_same(found, expected, doubt=True)
    # At the desk, edit by edit, as a planner makes them; then the last one undone and done again.
    for count in range(1, len(edits) + 1):
        live = desk.under(Scenario("s", tuple(edits[:count])))
    assert_same(live, expected, doubt=False)
    doubt = {r.standard.id: r.doubt for r in expected.results if r.doubt is not None}
    services = dict.fromkeys(r.standard.service for r in expected.results)
    assert {k: v for service in services for k, v in desk.doubt(scenario, service).items()} == doubt
    desk.under(Scenario("s", tuple(edits[:-1])))
    assert_same(desk.under(scenario), expected, doubt=False)
    assert_same(desk.under(Scenario("nothing")), desk.baseline, doubt=True)


def a_street(path: Path) -> Town:
    """Return three villages along a road, 10 km from one to the next, and a post office in the first."""
    town = Town(path).road((0, 0), (10000, 0), (20000, 0))
    for number, people in enumerate((100, 200, 300)):
        town.place(f"p{number}", (10000.0 * number, 0), population=people)
    return town.facility("post_office", (0, 0), name="Main")


def at(x: float, y: float = 0.0) -> tuple[float, float]:
    return degrees([(x, y)])[0]


POST = standard("travel_time", 5, id="post")


def test_numbers_follow_the_edits(tmp_path: Path) -> None:
    inputs = a_street(tmp_path / "t.gpkg").inputs()
    desk = Desk(inputs, [POST], load_standards())
    assert states_of(desk.baseline.results[0]) == ["covered", "gap", "gap"]
    scenario = Scenario("s").with_edit(AddFacility("post_office", "new", {"en": "New"}, *at(20000)))
    assert states_of(desk.under(scenario).results[0]) == ["covered", "gap", "covered"]
    scenario = scenario.with_edit(MoveFacility("post_office", "new", *at(10000)))
    assert states_of(desk.under(scenario).results[0]) == ["covered", "covered", "gap"]
    scenario = scenario.with_edit(CloseFacility("post_office", "0"))
    assert states_of(desk.under(scenario).results[0]) == ["gap", "covered", "gap"]
    scenario = scenario.with_edit(ChangeStandard("post", {"threshold": 10.5, "target_share": 0.5}))
    found = desk.under(scenario)
    assert states_of(found.results[0]) == ["covered"] * 3
    assert found.results[0].standard.target_share == 0.5
    scenario = scenario.with_edit(ChangeStandard("post", {"in_force": False}))
    assert desk.under(scenario).results == ()
    assert states_of(desk.baseline.results[0]) == ["covered", "gap", "gap"]
    told = desk.under(scenario).manifest["scenario"]
    assert (told["name"], told["digest"], len(told["edits"])) == ("s", scenario.digest, 5)
    assert desk.baseline.manifest["scenario"] is None


def test_the_first_service_point_of_all(tmp_path: Path) -> None:
    town = Town(tmp_path / "t.gpkg").road((0, 0), (10000, 0)).place("a", (0, 0)).nothing_of("post_office")
    desk = Desk(town.inputs(), [POST], load_standards())
    assert states_of(desk.baseline.results[0]) == ["unreachable"]
    after = desk.under(Scenario("s", (AddFacility("post_office", "new", {"en": "New"}, *at(1000)),)))
    assert states_of(after.results[0]) == ["covered"]


def test_what_it_does_is_counted_in_people_and_costs(tmp_path: Path) -> None:
    desk = Desk(a_street(tmp_path / "t.gpkg").inputs(), [POST], load_standards())
    after = desk.under(Scenario("s", (AddFacility("post_office", "new", {"en": "New"}, *at(20000)),)))
    costs = {"post_office": StepCost(10.0, 2.0, {"en": "a stop"})}
    (effect,) = effects(desk.baseline, after, costs=costs)
    assert effect.before is not None and effect.after is not None
    assert (effect.before.lacking, effect.after.lacking) == (500, 200)
    assert effect.after.share_covered == pytest.approx(400 / 600)
    # 5 and 15 minutes short before, 5 after.
    assert effect.before.cost == pytest.approx(2 * 10 + 2 * 20, rel=1e-4)
    assert effect.after.cost == pytest.approx(10 + 2 * 5, rel=1e-4)
    assert effects(desk.baseline, desk.under(Scenario("nothing"))) == ()


def test_edits_that_do_not_fit_are_told_and_the_others_run(tmp_path: Path) -> None:
    inputs = a_street(tmp_path / "t.gpkg").inputs()
    catalogue = load_standards()
    fine = AddFacility("post_office", "new", {"en": "New"}, *at(20000))
    scenario = Scenario("план", (
        CloseFacility("post_office", "77"), fine, fine, AddFacility("post_offices", "1", {"en": "x"}, *at(0)),
        MoveFacility("post_office", "0", 40.0, 60.0), ChangeStandard("nobody", {"threshold": 1.0}),
        CloseFacility("post_office", "new"), MoveFacility("post_office", "new", *at(0)),
    ))  # fmt: skip
    wrong = misfits(inputs, scenario, catalogue, [POST])
    assert [(m.number, m.text()) for m in wrong] == [
        (0, "The service “post_office” has no facility “77” any more."),
        (2, "The service “post_office” has “new” already."),
        (3, "There is no service “post_offices”."),
        (4, "“0” lies more than 50 km away from the district."),
        (5, "The standard “nobody” is not in force."),
        (7, "The service “post_office” has no facility “new” any more."),
    ]
    assert fitting(scenario, wrong).edits == (fine, CloseFacility("post_office", "new"))
    assert edited(inputs, fitting(scenario, wrong), catalogue).facilities.ids == ("0",)
    with pytest.raises(
        InputError, match=r"“план” does not fit .*Edit 1: .*“77”.*Edit 4: .*Take these edits out"
    ):
        edited(inputs, scenario, catalogue)
    with pytest.raises(InputError, match="Edit 6: The standard “nobody” is not in force"):
        standards_under([POST], scenario, catalogue)


def test_a_standard_of_the_catalogue_is_put_in_force(tmp_path: Path) -> None:
    catalogue = load_standards()
    foreign = next(s for s in catalogue.standards if s.id == "uk_post_3mi_rural")
    put = Scenario("s", (ChangeStandard(foreign.id, {"in_force": True, "threshold": 100.0}),))
    after = standards_under([POST], put, catalogue)
    assert [s.id for s in after] == ["post", foreign.id]
    assert after[1].measure is not None and after[1].measure.threshold == 100.0
    without = next(s for s in catalogue.standards if s.measure is None)
    wrong = Scenario("s", (ChangeStandard(without.id, {"in_force": True, "threshold": 1.0}),))
    with pytest.raises(InputError, match="has no threshold that is measured"):
        standards_under([POST], wrong, catalogue)


def test_a_scenario_is_found_by_name_and_by_file(tmp_path: Path) -> None:
    workspace = a_street(tmp_path / "t.gpkg").workspace()
    scenario = Scenario("план", (CloseFacility("post_office", "0"),))
    keep(workspace, scenario)
    file = tmp_path / "a.json"
    file.write_text(scenario.named("file").to_json(), "utf-8")
    assert scenario_named(workspace, "план") == scenario
    assert scenario_named(workspace, file) == scenario.named("file")
    with pytest.raises(InputError, match=r"no scenario “x” in .* Those that there are: план"):
        scenario_named(workspace, "x")
    with pytest.raises(InputError, match="already"):
        keep(workspace, scenario)
    keep(workspace, scenario.named("план"), replace=True)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"b\.json cannot be read as a scenario"):
        scenario_named(workspace, tmp_path / "b.json")


def test_a_click_names_and_numbers_what_is_added(tmp_path: Path) -> None:
    inputs = a_street(tmp_path / "t.gpkg").inputs()
    desk = Desk(inputs, [POST], load_standards())
    first = new_facility(inputs, desk.catalogue, Scenario("s"), "post_office", at(19000), "", {"seats": 2.0})
    assert first.name["en"] == f"Post office, {inputs.places.name(2, 'en')}"
    second = new_facility(inputs, desk.catalogue, Scenario("s", (first,)), "post_office", at(0), "Моя")
    assert (first.id, second.id, second.name["ru"]) == ("new-1", "new-2", "Моя")
    after = desk.under(Scenario("s", (first, second)))
    assert hit(after, "new-1", *at(19000)) == ("post_office", "new-1")
    assert hit(after, "nobody", *at(0)) is None
    found = position(after, "post_office", "new-2")
    assert found == pytest.approx(at(0), abs=1e-6)
    with pytest.raises(InputError, match="crosses itself"):
        new_area(inputs, Scenario("s"), "mobile", [at(0), at(100, 100), at(100), at(0, 100)])
    assert "post_office" in addable(inputs, desk.catalogue, [POST])
