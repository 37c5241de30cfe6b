"""Parity of a small town, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import speech
from planner.layers.schema import Role
from planner.results import Parity
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs
from planner.studies.centre import centre_as_reference, centre_of, named_centre
from planner.studies.intake import examine, keep, mend
from planner.studies.parity import parity_inputs, reweigh
from planner.studies.settlement import card, place_parity
from planner.studies.steps import StepCost, read_step_costs
from planner.ui.card import card_html
from planner.ui.charts import lorenz_chart
from tests.builders import CLOSE, Town, standard

POST = standard("travel_time", 10, "post_office", id="post")
POST_URBAN = standard("travel_time", 5, "post_office", id="post_urban", types=("urban",))
BUS = standard(
    "settlement_value", 7, "bus", id="bus", comparator=">=", attribute="trips_week", unit="trips/week"
)
COSTS = {"post_office": StepCost(2.0, 0.5, {}), "bus": StepCost(1.0, 1.0, {})}


def compared(town: Town, *standards: Standard, **options: object) -> Parity:
    inputs = town.inputs()
    assessment = assess_inputs(inputs, standards, load_standards())
    return parity_inputs(inputs, standards, assessment, costs=COSTS, **options)  # type: ignore[arg-type]


@pytest.fixture
def district(town: Town) -> Town:
    # The town has the office on its doorstep; along a road of 1 km a minute, a is 5 minutes away and b 20.
    town.road((0, 0), (20000, 0))
    town.place("town", (0, 0), 1000, kind="town").place("a", (5000, 0), 100).place("b", (20000, 0), 50)
    town.place("nowhere", None, 10)
    town.facility("post_office", (0, 0))
    town.facility("bus", (0, 0), place_id="town", trips_week=28.0)
    town.facility("bus", (5000, 0), place_id="a", trips_week=14.0)
    return town.facility("bus", (20000, 0), place_id="b", trips_week=2.0)


@pytest.mark.parametrize(
    ("given", "centre"),
    [
        ("v2", "v2"),
        ("Ozertsy", "v2"),
        ("г. Озерцы", "v2"),
        ("Азерцы", "v2"),
        ("Плиса", "v1"),
        ("", None),
        ("Минск", None),
    ],
)
def test_the_centre_is_named_by_its_id_or_in_any_spelling(town: Town, given: str, centre: str | None) -> None:
    # Of two places of one name the larger is meant; where none is named the one with most people stands in.
    town.place("v0", (0, 0), 5, name="Озерцы").place("v1", (1000, 0), 900, name="Плиса", name_be="Пліса")
    town.place("v2", (2000, 0), 40, name="Озерцы", name_be="Азерцы")
    inputs = town.inputs()
    inputs = replace(inputs, district=replace(inputs.district, centre=given))
    named = named_centre(inputs)
    assert (None if named is None else inputs.places.ids[named]) == centre
    assert inputs.places.ids[centre_of(inputs)] == (centre or "v1")


def test_each_settlement_against_the_centre_service_by_service(district: Town) -> None:
    found = compared(district, POST, BUS)
    assert [r.kind for r in found.references] == ["district_centre"]
    assert found.references[0].name["en"] == "town"
    post, bus = found.services
    assert post.measures[0].value[:3] == pytest.approx([0, 5, 20], rel=CLOSE)
    # A lag of 5 minutes in thresholds of 10: 10 / 15; of 20: 10 / 30. Trips: 14 and 2 of 28.
    assert post.parity[0] == pytest.approx([1, 2 / 3, 1 / 3, np.nan], rel=CLOSE, nan_ok=True)
    assert bus.parity[0] == pytest.approx([1, 0.5, 2 / 28, np.nan], nan_ok=True)
    assert found.composite[0, :3] == pytest.approx([1, (2 / 3 + 0.5) / 2, (1 / 3 + 2 / 28) / 2], rel=CLOSE)
    assert np.isnan(found.composite[0, 3])
    assert found.known[0].tolist() == [1, 1, 1, 0]


def test_a_step_gains_what_the_composite_rises_by_when_it_is_taken(district: Town) -> None:
    # The town's people have the service measured by five minutes, whatever b is owed: 5 / 25 now, 5 / 15 at ten.
    rural = standard("travel_time", 10, "post_office", id="rural", types=("village",))
    step = compared(district, rural, POST_URBAN).steps[2]
    assert step is not None
    assert step.standard.id == "rural"
    assert step.gain == pytest.approx(5 / 15 - 5 / 25, rel=CLOSE)


def test_what_is_not_known_of_a_place_does_not_dilute_its_step(district: Town) -> None:
    hours = standard(
        "settlement_value",
        5,
        "post_office",
        id="h",
        comparator=">=",
        attribute="hours",
        unit="h",
        types=("urban",),
    )
    district.facility("post_office", (0, 0), place_id="town", hours=8.0)
    found = compared(district, POST, hours)
    assert np.isnan(found.services[0].measures[1].parity[0][2])
    step = found.steps[2]
    assert step is not None
    assert step.gain == pytest.approx(10 / 20 - 10 / 30, rel=CLOSE)


def test_the_cheapest_step_up(district: Town) -> None:
    found = compared(district, POST, BUS)
    assert found.steps[0] is None
    assert found.steps[1] is None
    assert found.steps[3] is None
    step = found.steps[2]
    # b misses the post by 10 minutes (2 + 10 * 0.5 = 7) and the bus by 5 trips (1 + 5 = 6).
    assert step is not None
    assert (step.service, step.cost, step.shortfall) == ("bus", 6.0, 5.0)
    # Seven trips instead of two of the centre's 28, at half the weight.
    assert step.gain == pytest.approx((7 / 28 - 2 / 28) / 2)


def test_where_no_way_leads_a_stop_of_a_van_is_no_step(town: Town) -> None:
    town.road((0, 0), (5000, 0)).place("town", (0, 0)).place("far", (0, 9000)).facility("post_office", (0, 0))
    found = compared(town, POST)
    assert found.services[0].parity[0].tolist() == [1.0, 0.0]
    assert found.steps == (None, None)


def test_weights_shift_the_composite_and_nothing_else(district: Town) -> None:
    inputs = district.inputs()
    assessment = assess_inputs(inputs, (POST, BUS), load_standards())
    even = parity_inputs(inputs, (POST, BUS), assessment, costs=COSTS)
    shifted = reweigh(even, assessment, {"bus": 0.0}, COSTS)
    assert shifted.composite[0, :3] == pytest.approx([1, 2 / 3, 1 / 3], rel=CLOSE)
    assert shifted.services[0].parity is even.services[0].parity
    with pytest.raises(InputError, match="no_such"):
        reweigh(even, assessment, {"no_such": 1.0}, COSTS)
    with pytest.raises(InputError, match="-1"):
        reweigh(even, assessment, {"bus": -1.0}, COSTS)


def test_standards_that_measure_alike_count_once(district: Town) -> None:
    found = compared(district, POST, POST_URBAN)
    (measure,) = found.services[0].measures
    assert (measure.standard.id, measure.alike) == ("post", ("post", "post_urban"))


def test_people_who_have_the_same_are_not_uneven(town: Town) -> None:
    town.road((0, 0), (5000, 0)).place("a", (0, 0), 300).place("b", (5000, 0), 100)
    town.facility("post_office", (0, 0)).facility("post_office", (5000, 0))
    equity = compared(town, POST).equity
    assert equity[""].gini == pytest.approx(0, abs=1e-9)
    assert equity["post_office"].palma == pytest.approx(0.25)
    assert equity[""].people == 400


def test_a_centre_is_a_reference_place_of_other_districts(district: Town, tmp_path: Path) -> None:
    inputs = district.inputs()
    assessment = assess_inputs(inputs, (POST, POST_URBAN, BUS), load_standards())
    of_region = parity_inputs(inputs, (POST, POST_URBAN, BUS), assessment, costs=COSTS)
    written = tmp_path / "region.geojson"
    centre_as_reference(inputs, of_region, "regional_centre", written)

    other = Town(tmp_path / "other.gpkg").road((0, 0), (20000, 0))
    other.place("v", (10000, 0), 10).facility("post_office", (0, 0))
    other.facility("bus", (10000, 0), place_id="v", trips_week=7.0)
    workspace = other.workspace()
    proposal = examine(written, Role.FACILITIES, service="reference_place")
    keep(workspace, proposal, mend(proposal, "all"), title={"en": "Reference places"})
    from planner.studies.inputs import load

    loaded = load(workspace)
    found = parity_inputs(
        loaded, (POST_URBAN, BUS), assess_inputs(loaded, (POST_URBAN, BUS), load_standards()), costs=COSTS
    )
    assert [r.kind for r in found.references] == ["district_centre", "regional_centre"]
    # The region's centre has the office at its door: 10 minutes in thresholds of 5. Its bus goes 28 times a week.
    assert found.services[0].parity[1] == pytest.approx([5 / 15], rel=CLOSE)
    assert found.services[1].parity[1] == pytest.approx([7 / 28])
    assert len(loaded.facilities) == 2


@pytest.mark.parametrize(
    "text", ["", "steps: 3", "steps: {shop: {fixed: -1}}", "steps: {shop: 7}", "a: [", "\xff"]
)
def test_a_table_of_costs_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "costs.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"costs\.yaml"):
        read_step_costs(path)


def test_a_table_of_ones_own_costs_goes_before_the_planners(tmp_path: Path) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text("steps: {shop: {fixed: 100, per_unit: 7, what: {en: a shop}}}", "utf-8")
    costs = read_step_costs(path)
    assert costs["shop"].of(2000.0, "m") == 114.0
    assert costs["shop"].of(float("nan"), "m") == 100.0
    assert "bus" in costs


def test_the_card_of_a_settlement_tells_of_parity(district: Town) -> None:
    found = compared(district, POST, BUS)
    town, a, b, nowhere = (place_parity(found, i, COSTS) for i in range(4))
    assert [one.rank for one in (town, a, b, nowhere)] == [1, 2, 3, None]
    assert {one.ranked for one in (town, a, b, nowhere)} == {3}
    assert a.services == pytest.approx({"post_office": 2 / 3, "bus": 0.5}, rel=CLOSE)
    assert nowhere.services == {}
    assert (town.step, town.step_what) == (None, {})
    assert b.step is not None
    assert b.after == pytest.approx(b.composite[0] + b.step.gain)
    told = b.as_dict()
    assert told["step"]["service"] == b.step.service
    assert told["composite"]["district_centre"] == pytest.approx(found.composite[0, 2])
    assert nowhere.as_dict()["composite"] == {"district_centre": None}


def test_equals_share_the_better_rank(town: Town) -> None:
    town.road((0, 0), (20000, 0)).facility("post_office", (0, 0)).place("town", (0, 0), 1000, kind="town")
    for i in range(3):
        town.place(f"p{i}", (9000, 0), 10)
    town.place("far", (20000, 0), 10)
    found = compared(town, POST)
    assert [place_parity(found, i).rank for i in range(5)] == [1, 2, 2, 2, 5]


def test_a_card_without_parity_stays_as_it_is(district: Town) -> None:
    inputs = district.inputs()
    assessment = assess_inputs(inputs, [POST, BUS], load_standards())
    plain = card(assessment, "a")
    assert plain is not None
    assert plain.parity is None
    full = card(assessment, "a", parity_inputs(inputs, [POST, BUS], assessment))
    assert full is not None
    assert full.rows == plain.rows
    assert full.parity is not None
    html = card_html(assessment, full, speech("en"), dark=False)
    assert "Parity with the centre 0.58: place 2 of 3" in html
    assert "parity: 0.67" in html


def test_without_people_a_town_is_the_centre(town: Town) -> None:
    town.road((0, 0), (900, 0)).facility("post_office", (0, 0))
    town.place("a", (0, 0), 0).place("b", (300, 0), 0, kind="town").place("c", (900, 0), 0, kind="town")
    assert compared(town, POST).references[0].name["en"] == "b"
    town.place("d", (800, 0), 1)
    assert compared(town, POST).references[0].name["en"] == "d"


def test_the_lorenz_curve_is_drawn_as_it_is_where_places_are_empty(town: Town) -> None:
    town.road((0, 0), (9000, 0)).facility("post_office", (0, 0))
    for i in range(4):
        town.place(f"p{i}", (2000.0 * i, 0), 100 if i in (0, 3) else 0)
    drawn = lorenz_chart(compared(town, POST).equity[""], speech("en")).to_dict()
    area = next(layer for layer in drawn["layer"] if layer["mark"]["type"] == "area")
    # Vega piles up points of one and the same share unless it is told not to.
    assert area["encoding"]["y"]["stack"] is None
