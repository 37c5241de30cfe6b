"""A town by building, on foot, with answers worked out by hand.

Main Street runs along y = 0 and Cross Street along x = 500, through a boundary of 1000 by 400 metres and beyond. So
there are four blocks. Homes stand beside the street; on foot it is 75 m a minute.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from planner.errors import ConflictError, InputError, NoHomesError
from planner.i18n import speech
from planner.layers.schema import BUILDING, Role
from planner.maps.district_map import clicked
from planner.maps.offline import Call
from planner.maps.quarter_layer import quarter_layer, quarter_map
from planner.report import render
from planner.results import Quarters, State
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess, assess_inputs
from planner.studies.by_building import on_foot
from planner.studies.inputs import load
from planner.studies.population import from_total
from planner.studies.quarter import OUTSIDE, chosen, quarters_of, study_quarters
from planner.studies.travel import conditions_of
from planner.ui.quarter_card import quarter_card_html
from planner.workspace import LayerOrigin, Workspace
from tests.builders import CLOSE, Town, box, standard

HOMES = {
    # id: (x, y, people); 10 m beside the main street
    "west": (100, 10, 200), "middle": (450, 10, 150), "east": (900, 10, 250), "south": (200, -10, 120),
    "far": (800, -10, 180),
}  # fmt: skip


class Built(Town):
    """A town with buildings, squares of 10 m around a point."""

    def home(self, id: str, x: float, y: float, people: float | None = None, **more: object) -> Built:
        self._add(
            Role.DEMAND, BUILDING, id=id, population=people, geometry=box((x - 5, y - 5, x + 5, y + 5)), **more
        )  # fmt: skip
        return self


def town(path: Path, *, people: bool = True) -> Built:
    made = Built(path / "town.gpkg")
    made.boundary((0, -200, 1000, 200))
    made.road((-50, 0), (500, 0), (1050, 0), road_class="secondary", name="Main Street")
    made.road((500, -250), (500, 0), (500, 190), (500, 250), road_class="tertiary", name="Cross Street")
    made.facility("pharmacy", (400, 0))
    for name, (x, y, count) in HOMES.items():
        made.home(name, x, y, count if people else None, levels=2.0 if name == "east" else None)
    return made


def measured(workspace: Workspace) -> Quarters:
    """Return the town under one standard: a pharmacy within a radius of 400 m."""
    asked = standard("straight_distance", 400, "pharmacy", types=("urban",), jurisdiction="RU")
    inputs = load(workspace, "building")
    return quarters_of(inputs, assess_inputs(inputs, [on_foot(asked)], load_standards()), {asked.id: asked})


def test_homes_are_the_places_and_settlements_are_not(tmp_path: Path) -> None:
    made = town(tmp_path).place("village", (100, 100), 5000)
    inputs = load(made.workspace(), "building")
    assert inputs.places.ids == tuple(HOMES)
    assert inputs.places.population.tolist() == [people for _, _, people in HOMES.values()]
    assert set(inputs.places.area_types) == {"urban"}


def test_a_radius_is_judged_on_foot_and_by_its_letter(tmp_path: Path) -> None:
    found = measured(town(tmp_path).workspace())
    cost = found.assessment.results[0].cost
    # 10 m to the street and along it to x = 400: 310, 60, 510, 210, 410 m.
    np.testing.assert_allclose(cost, [310, 60, 510, 210, 410], rtol=CLOSE)
    np.testing.assert_allclose(found.walk_min["s"], np.array([310, 60, 510, 210, 410]) / 75, rtol=CLOSE)
    states = [State(s).label for s in found.assessment.results[0].state]
    assert states == ["covered", "covered", "gap", "covered", "gap"]
    # The home “far” is 400.1 m away as the crow flies, so its quarter has nothing by the letter either.
    shares = [
        (q.people, q.services[0].tally.share_covered, q.services[0].share_radius) for q in found.quarters
    ]
    assert sorted(shares) == [(120, 1.0, 1.0), (180, 0.0, 0.0), (250, 0.0, 0.0), (350, 1.0, 1.0)]


def test_by_the_letter_more_people_are_covered_than_on_foot(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.home("corner", 410, 190, 130)
    made.road((500, 190), (410, 185), road_class="footway")
    found = measured(made.workspace())
    card = next(q for q in found.quarters if q.people == 350 + 130)
    # Beside the footway 190 m north of the pharmacy, but on foot it is round by Cross Street: 90 + 190 + 100 m.
    assert card.services[0].share_radius == 1.0
    walk = found.assessment.results[0].cost[found.assessment.places.ids.index("corner")]
    assert walk > 370


def test_quarters_are_blocks_named_by_their_streets_and_keep_all_people(tmp_path: Path) -> None:
    found = measured(town(tmp_path).workspace())
    assert len(found.quarters) == 4
    assert all("Main Street" in q.name["en"] and "Cross Street" in q.name["en"] for q in found.quarters)
    assert sum(q.people for q in found.quarters) == 900
    assert sum(q.homes for q in found.quarters) == 5
    card = next(q for q in found.quarters if q.homes == 2)
    # People-weighted: (200 · 310 m + 150 · 60 m) / 350 at 75 m a minute.
    assert card.walk_min == pytest.approx((200 * 310 + 150 * 60) / 350 / 75, rel=CLOSE)
    assert sum(q.facilities for q in found.quarters) == 1
    east = next(q for q in found.quarters if q.people == 250)
    assert east.worst is not None
    assert (east.worst.service, east.worst.tally.lacking) == ("pharmacy", 250)


def test_zones_of_the_workspace_are_the_quarters_where_people_live_in_two_of_them(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.zone("Old town", (0, -200, 500, 200)).zone("New town", (500, 0, 1000, 200))
    found = measured(made.workspace())
    assert [(q.name["en"], q.people) for q in found.quarters] == [
        ("Old town", 470), ("New town", 250), (OUTSIDE["en"], 180),
    ]  # fmt: skip


def test_one_zone_around_the_whole_town_divides_nothing(tmp_path: Path) -> None:
    found = measured(town(tmp_path).zone("Town", (0, -200, 1000, 200)).workspace())
    assert len(found.quarters) == 4


def test_without_roads_the_town_is_one_quarter_and_the_walk_not_known(tmp_path: Path) -> None:
    made = Built(tmp_path / "bare.gpkg").home("a", 0, 0, 10).home("b", 90, 0, 20)
    made.facility("pharmacy", (0, 0))
    found = measured(made.workspace())
    assert [q.people for q in found.quarters] == [30]
    assert found.quarters[0].walk_min != found.quarters[0].walk_min
    assert found.quarters[0].services[0].tally.people[State.NO_DATA] == 30


def test_a_total_is_shared_by_floor_area_and_kept(tmp_path: Path) -> None:
    made = town(tmp_path, people=False)
    made.home("garage", 300, 10, None, residential="no").home("elsewhere", 2000, 10, 7)
    workspace = made.workspace()
    done = from_total(workspace, 1000)
    frame = workspace.read(done.record).set_index("id")
    # Five homes of one footprint, one of them with two levels: sixths of 1000, the rest to the largest remainders.
    assert frame["population"][list(HOMES)].tolist() == [167, 167, 333, 167, 166]
    assert np.isnan(frame["population"]["garage"])
    assert frame["population"]["elsewhere"] == 7
    assert done.after == 1007
    again = from_total(workspace, 900)
    assert again.after == 907


def test_a_total_must_be_people_and_the_buildings_as_they_were_looked_at(tmp_path: Path) -> None:
    workspace = town(tmp_path, people=False).workspace()
    with pytest.raises(InputError, match="0 is not the number of people"):
        from_total(workspace, 0)
    before = workspace.version()
    from_total(workspace, 10)
    with pytest.raises(ConflictError):
        from_total(workspace, 20, expected=before)


def test_without_people_in_buildings_it_says_what_to_do(tmp_path: Path) -> None:
    workspace = town(tmp_path, people=False).workspace()
    with pytest.raises(NoHomesError, match=r"planner population .* --total PEOPLE --to buildings"):
        study_quarters(workspace)
    bare = Town(tmp_path / "other.gpkg").place("a", (0, 0)).workspace()
    with pytest.raises(NoHomesError):
        assess(bare, by="building")


def test_the_standards_for_towns_are_in_force_by_building(tmp_path: Path) -> None:
    workspace = town(tmp_path).place("village", (0, 0)).workspace()
    found = study_quarters(workspace)
    ids = [r.standard.id for r in found.assessment.results]
    assert {"ru_pharmacy_urban", "ru_kindergarten_urban", "sdg_1121_low"} <= set(ids)
    pharmacy = found.assessment.result("ru_pharmacy_urban")
    assert pharmacy.proxy
    assert pharmacy.standard.measure is not None
    assert pharmacy.standard.measure.mode == "walk"
    assert "radius" in pharmacy.standard.measure.assumption["en"]
    assert "ru_pharmacy_urban" not in [r.standard.id for r in assess(workspace).results]
    assert found.as_dict()["people"] == 900


def test_a_quarter_is_chosen_by_number_or_identifier(tmp_path: Path) -> None:
    found = measured(town(tmp_path).workspace())
    assert chosen(found, "2").quarters == chosen(found, "quarter-2").quarters == (found.quarters[1],)
    for wrong in ("0", "5", "x", ""):
        with pytest.raises(InputError, match="There is no quarter"):
            chosen(found, wrong)


def test_an_address_names_a_home(tmp_path: Path) -> None:
    made = Built(tmp_path / "named.gpkg")
    made.home("a", 0, 0, 10, street="Main Street", housenumber="5", name=None, kind="house")
    made.home("b", 50, 0, 10, street=None, housenumber="7", name=None, kind="house")
    places = load(made.workspace(), "building").places
    assert [places.name(i, "en") for i in range(2)] == ["Main Street 5", "b"]
    assert set(places.kinds) == {"town"}


def test_a_standard_that_is_no_radius_stays_as_it_is() -> None:
    walk = standard("travel_distance", 500, "pharmacy", mode="walk")
    assert on_foot(walk) is walk
    unmeasured = dataclasses.replace(walk, measure=None)
    assert on_foot(unmeasured) is unmeasured


def test_origin_tells_whence_the_people_are(tmp_path: Path) -> None:
    made = town(tmp_path, people=False)
    workspace = made.workspace()
    frame = workspace.read(next(r for r in workspace.layers() if r.service == BUILDING))
    workspace.add(
        frame, Role.DEMAND, BUILDING, title={"en": "B"}, origin=LayerOrigin(source="Register", licence="CC0")
    )
    record = from_total(workspace, 900).record
    assert (record.origin.source, record.origin.licence) == ("Register; people: total of 900", "CC0")
    assert shapely.get_type_id(workspace.read(record).geometry.to_numpy()[0]) == shapely.GeometryType.POLYGON


def test_the_report_by_building_speaks_of_quarters_and_homes(tmp_path: Path) -> None:
    workspace = town(tmp_path).place("village", (0, 0)).workspace()
    by_building = render(assess(workspace, by="building"), "html", "en").decode()
    assert "Quarters and services" in by_building
    assert "Rural councils" not in by_building
    assert "outside the councils" not in by_building
    assert "Rural councils and services" in render(assess(workspace), "html", "en").decode()


def test_the_map_has_each_home_once_and_each_quarter_to_click(tmp_path: Path) -> None:
    found = measured(town(tmp_path).workspace())
    group = quarter_layer(found, speech("en"), "pharmacy", selected="quarter-1")
    call = next(child for child in group._children.values() if isinstance(child, Call))
    data = json.loads(call.data)
    places = found.assessment.places
    lon, lat = (np.cumsum(data["homes"][axis]) / 1e5 for axis in ("lon", "lat"))
    np.testing.assert_allclose(lon, places.lon, atol=0.6e-5)
    np.testing.assert_allclose(lat, places.lat, atol=0.6e-5)
    states = [data["states"][int(code)] for code in data["homes"]["state"]]
    assert states == ["covered", "covered", "gap", "covered", "gap"]
    assert [q["id"] for q in data["quarters"]] == [f"quarter-{i}" for i in (1, 2, 3, 4)]
    assert data["selected"] == "quarter-1"
    assert len(data["facilities"]) == 1
    assert clicked({"last_active_drawing": {"properties": {"kind": "quarter", "id": "quarter-2"}}}) == (
        "quarter", "quarter-2",
    )  # fmt: skip
    html = str(quarter_map(found, speech("ru")).get_root().render())
    assert "№ 4" in html or "\\u2116 4" in html


def test_the_card_of_a_quarter_escapes_what_comes_from_files(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.zone("<b>Old</b>", (0, -200, 500, 200)).zone("New town", (500, -200, 1000, 200))
    found = measured(made.workspace())
    card = quarter_card_html(found.assessment, found.quarters[0], speech("en"), dark=False)
    assert "&lt;b&gt;Old" in card
    assert "<b>Old" not in card
    assert "470 people" in card
    assert "within the radius: 100" in card
    assert "No service is known to be missing" in card
    other = quarter_card_html(found.assessment, found.quarters[1], speech("en"), dark=False)
    assert "Worst gap" in other
    assert "430 people" in other


def test_an_own_catalogue_says_what_is_in_force_by_building(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("sets:\n  BY:\n    in_force: [sdg_911]\n    by_building: [ru_pharmacy_lowrise]\n", "utf-8")
    assert [s.id for s in load_standards(own).by_building("BY")] == ["ru_pharmacy_lowrise"]
    own.write_text("sets:\n  BY:\n    in_force: [sdg_911]\n", "utf-8")
    assert load_standards(own).by_building("BY") == load_standards().by_building("BY")
    assert [s.id for s in load_standards().by_building("DE")] == ["sdg_1121_low", "sdg_1121_high", "sdg_1171"]


def test_the_cards_are_of_the_season(tmp_path: Path) -> None:
    workspace = town(tmp_path).workspace()
    dry, winter = (study_quarters(workspace, conditions=conditions_of(s)) for s in ("dry", "winter"))
    again = assess(workspace, by="building", conditions=conditions_of("winter"))
    for mine, told in zip(winter.assessment.results, again.results, strict=True):
        np.testing.assert_array_equal(mine.cost, told.cost)
    walks = [(d.walk_min, w.walk_min) for d, w in zip(dry.quarters, winter.quarters, strict=True)]
    assert any(slow > usual for usual, slow in walks)
    assert not any(slow < usual for usual, slow in walks)
