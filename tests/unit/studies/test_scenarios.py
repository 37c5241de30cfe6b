"""Scenarios on small towns, against towns in which the layers were really changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from planner.layers.schema import WGS84, Role
from planner.results import Assessment
from planner.scenario import AddArea, AddFacility, ChangeStandard, CloseFacility, Edit, MoveFacility, Scenario
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.desk import Desk
from planner.studies.inputs import Inputs, load
from planner.studies.scenarios import edited
from planner.workspace import District, LayerOrigin, create_workspace
from tests.builders import Town, box, degrees, standard

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
    desk.under(Scenario("s", tuple(edits[:-1])))
    assert_same(desk.under(scenario), expected, doubt=False)
    assert_same(desk.under(Scenario("nothing")), desk.baseline, doubt=True)
