"""Which places a standard addresses, how people add up, and what ``planner assess --json`` prints."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from planner.errors import InputError
from planner.results import LACKING, State
from planner.standards.model import Standard
from planner.studies.assess import assess
from planner.studies.change import changes
from planner.studies.settlement import card
from planner.workspace import open_workspace
from tests.builders import CLOSE, Town, standard, states_of

STATES = ("covered", "gap", "unreachable", "not_connected", "no_data", "not_located", "not_applicable")


def five_states(town: Town) -> Town:
    """A street of 5 km, one-way over its last kilometre, a clinic at its beginning; people at 1, 2, 4 … places.

    covered 1, gap 2, unreachable 4 (at the far end of the one-way part), not connected 8, not located 16; a town, which
    rural standards do not address, 32.
    """
    town.road((0, 0), (4000, 0)).road((4000, 0), (5000, 0), oneway="yes").facility(
        "clinic", (0, 0), wait_days=2.0
    )
    town.place("covered", (1000, 0), 1).place("gap", (3000, 0), 2).place("trapped", (5000, 0), 4)
    town.place("off", (0, 5000), 8).place("lost", None, 16)
    return town.place("town", (500, 0), 32, kind="town")


def rural(*, id: str = "s", target: float | None = None) -> Standard:
    return standard("travel_distance", 2000, "clinic", id=id, target=target, types=("agrotown", "village"))


def test_every_state_and_the_people_in_it(town: Town) -> None:
    found = five_states(town).assess(rural())
    result = found.results[0]
    assert states_of(result) == [
        "covered",
        "gap",
        "unreachable",
        "not_connected",
        "not_located",
        "not_applicable",
    ]
    counted = found.tally(result)
    assert [counted.people[s] for s in State] == [1, 2, 4, 8, 0, 16, 32]
    assert counted.lacking == 2 + 4 + 8
    assert counted.unknown == 16
    assert counted.addressed == 63 - 32
    # 1 of the 15 whose state is known is covered.
    assert counted.share_covered == pytest.approx(1 / 15)
    assert counted.met is False


def test_no_data_is_counted_apart(town: Town) -> None:
    five_states(town)
    result = town.judge(
        standard("nearest_value", 5, "clinic", attribute="no_such_column", types=("village", "agrotown"))
    )
    # Where no way leads to the clinic, what it would offer does not matter.
    assert states_of(result) == [
        "no_data",
        "no_data",
        "unreachable",
        "not_connected",
        "not_located",
        "not_applicable",
    ]


def test_json_is_the_contract_key_by_key(town: Town) -> None:
    found = five_states(town).assess(rural(target=0.05), rural(id="t", target=0.1))
    said = json.loads(json.dumps(found.as_dict()))
    assert list(said) == ["district", "people", "services", "manifest"]
    assert (said["district"], said["people"]) == ("Town", 63)
    share = pytest.approx(1 / 15)
    row = {
        "standard": "s", "service": "clinic", "layer": "post", "people": 63,
        "covered": 1, "gap": 2, "unreachable": 4, "not_connected": 8, "no_data": 0, "not_located": 16,
        "not_applicable": 32, "share_covered": share, "target_share": 0.05, "met": True, "places_in_gap": 3,
        "share_low": pytest.approx(1 / 31), "share_high": pytest.approx(17 / 31),
        "without_neighbours": None, "proxy": False, "modelled": False,
    }  # fmt: skip
    assert said["services"] == [row, {**row, "standard": "t", "target_share": 0.1, "met": False}]
    assert all(sum(each[s] for s in STATES) == each["people"] for each in said["services"])
    manifest = said["manifest"]
    assert set(manifest) == {
            "version", "workspace", "layers", "standards", "scenario", "seconds", "neighbours", "travel",
        }  # fmt: skip
    assert manifest["standards"]["ids"] == ["s", "t"]
    assert [(layer["name"], layer["version"], layer["features"]) for layer in manifest["layers"]] == [
        ("roads", 1, 2), ("clinic", 1, 1), ("demand", 1, 6)
    ]  # fmt: skip
    assert all(len(layer["digest"]) == 64 for layer in manifest["layers"])


def test_the_share_exactly_at_the_target_meets_it(town: Town) -> None:
    five_states(town)
    # Of 63 - 16 known people without regard to area types 1 + 32 of 47 are covered.
    for target, met in ((33 / 47, True), (33 / 47 + 1e-9, False), (None, False), (0.0, True)):
        found = town.assess(standard("travel_distance", 2000, "clinic", target=target))
        counted = found.tally(found.results[0])
        assert counted.share_covered == pytest.approx(33 / 47)
        assert counted.met is met


def test_everyone_covered_meets_a_standard_without_a_target_and_nobody_known_tells_nothing(
    town: Town,
) -> None:
    town.place("a", (0, 0), 10).place("lost", None, 5).facility("club", (0, 0))
    found = town.assess(
        standard("straight_distance", 5, "club"), standard("straight_distance", 5, "school", id="none")
    )
    everyone, nobody = (found.tally(r) for r in found.results)
    assert (everyone.share_covered, everyone.met) == (1.0, True)
    assert (nobody.share_covered, nobody.met) == (None, None)
    assert nobody.unknown == 15


@pytest.mark.parametrize(
    ("rule", "addressed"),
    [
        ({}, "abcdef"),
        ({"types": ("urban",)}, "a"),
        ({"types": ("agrotown", "village")}, "bcde"),
        ({"types": ("agrotown",)}, "b"),
        # f's kind is not known: only a standard for every type addresses it.
        ({"types": ("urban", "agrotown", "village")}, "abcdef"),
        # From 100 (inclusive) to 500 (exclusive).
        ({"people": (100, 500)}, "bcf"),
        ({"people": (None, 100)}, "e"),
        ({"people": (500, None)}, "ad"),
        ({"centre": True}, "bd"),
        ({"centre": False}, "acef"),
        ({"types": ("village",), "people": (100, None), "centre": True}, "d"),
    ],
)
def test_whom_a_standard_addresses(town: Town, rule: dict[str, Any], addressed: str) -> None:
    town.facility("club", (0, 0))
    for name, population, kind, centre in (
        ("a", 20_000, "town", "no"),
        ("b", 499, "agrotown", "yes"),
        ("c", 100, "village", "no"),
        ("d", 500, "деревня", "true"),
        ("e", 99.5, "village", None),
        ("f", 100, None, None),
    ):
        town.place(name, (0, 0), population, kind, council_centre=centre)
    found = town.judge(standard("straight_distance", 5, "club", **rule))
    inside = "".join(
        name for name, state in zip("abcdef", states_of(found), strict=True) if state != "not_applicable"
    )
    assert inside == addressed


def test_zone_tallies_add_up_to_those_of_their_places(town: Town) -> None:
    town.zone("west", (-1000, -1000, 1000, 1000)).zone("east", (1000, -1000, 3000, 1000)).facility(
        "club", (0, 0)
    )
    town.place("a", (0, 0), 3).place("b", (900, 0), 5).place("c", (2000, 0), 7).place(
        "outside", (9000, 0), 11
    )
    found = town.assess(standard("straight_distance", 950, "club"))
    assert found.places.zone.tolist() == [0, 0, 1, -1]
    west, east = found.zone_tallies(found.results[0])
    assert (west.people[State.COVERED], west.lacking, west.met) == (8, 0, True)
    assert (east.people[State.COVERED], east.lacking, east.met) == (0, 7, False)


def test_the_worst_of_a_services_standards_is_its_state(town: Town) -> None:
    five_states(town)
    found = town.assess(
        standard("travel_distance", 2000, "clinic", id="strict", types=("urban",)),
        standard("straight_distance", 6000, "clinic", id="mild"),
        rural(id="rural"),
    )
    assert [State(int(s)).label for s in found.service_state("clinic")] == [
        "covered", "gap", "unreachable", "not_connected", "not_located", "covered"
    ]  # fmt: skip
    assert found.service_ids() == ("clinic",)
    with pytest.raises(KeyError):
        found.result("no such standard")


def test_gap_zones_hold_all_lacking_people_who_are_located(town: Town) -> None:
    five_states(town).boundary((-2000, -2000, 8000, 8000))
    result = town.judge(rural())
    members = sorted(i for zone in result.gap_zones for i in zone.places)
    assert members == np.flatnonzero(np.isin(result.state, LACKING)).tolist() == [1, 2, 3]
    assert sum(zone.people for zone in result.gap_zones) == 2 + 4 + 8
    assert [zone.people for zone in result.gap_zones] == sorted(
        (z.people for z in result.gap_zones), reverse=True
    )


def test_area_of_a_gap_zone_is_geodesic(town: Town) -> None:
    town.boundary((-1000, -1000, 3000, 1000)).facility("club", (0, 0)).place("a", (0, 0), 3).place(
        "b", (2000, 0), 4
    )
    # The line half-way between a and b cuts the district of 4 by 2 km in two squares of 4 km² each.
    (zone,) = town.judge(standard("straight_distance", 100, "club")).gap_zones
    assert zone.area_km2 == pytest.approx(4.0, rel=1e-4)
    assert (zone.people, zone.places) == (4, (1,))


def test_a_foreign_standard_is_a_proxy_and_a_modelled_layer_says_so(town: Town) -> None:
    town.place("a", (0, 0)).facility("club", (0, 0), source="modelled").facility(
        "school", (0, 0), source="register"
    )
    found = town.assess(
        standard("straight_distance", 5, "club", id="c", jurisdiction="RU"),
        standard("straight_distance", 5, "school", id="d"),
    )
    assert [(r.proxy, r.modelled) for r in found.results] == [(True, True), (False, False)]


def test_results_cannot_be_changed(town: Town) -> None:
    found = five_states(town).assess(rural())
    result = found.results[0]
    for array in (result.state, result.cost, result.nearest, result.shortfall, found.places.population):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_same_workspace_gives_the_same_numbers_and_a_changed_one_others(town: Town) -> None:
    workspace = five_states(town).workspace()
    first, again = assess(workspace), assess(open_workspace(town.path))
    plain = first.as_dict(), again.as_dict()
    for each in plain:
        each["manifest"].pop("seconds")
    assert plain[0] == plain[1]
    record = next(r for r in workspace.layers() if r.name == "demand")
    grown = workspace.read(record)
    grown["population"] *= 2
    workspace.add(grown, record.role, "", title=record.title, origin=record.origin)
    changed = assess(open_workspace(town.path))
    assert changed.people == 2 * first.people
    assert changed.manifest["workspace"] != first.manifest["workspace"]
    workspace.restore("demand", 1)
    assert assess(open_workspace(town.path)).people == first.people


def test_progress_is_told_for_every_standard(town: Town) -> None:
    workspace = five_states(town).workspace()
    told: list[tuple[float, str]] = []
    found = assess(workspace, progress=lambda share, what: told.append((share, what)))
    shares, whats = zip(*told, strict=True)
    standards = [r.standard.id for r in found.results]
    assert [what for what in dict.fromkeys(whats) if what in standards] == standards
    assert list(shares) == sorted(shares)
    assert shares[0] == 0 and shares[-1] <= 1


def test_a_workspace_that_cannot_be_assessed_says_what_to_add(town: Town) -> None:
    town.facility("club", (0, 0))
    with pytest.raises(InputError, match=r"holds no settlements.*--as demand"):
        town.inputs()
    town.place("lost", None)
    with pytest.raises(InputError, match="None of the 1 settlements"):
        town.inputs()


def test_the_card_of_a_settlement_lists_the_worst_first(town: Town) -> None:
    five_states(town).zone("west", (-100, -100, 3500, 100))
    found = town.assess(
        standard("straight_distance", 9000, "clinic", id="mild"),
        rural(id="rural"),
        standard("travel_distance", 1, "clinic", id="town", types=("urban",)),
    )
    shown = card(found, "gap")
    assert shown is not None
    assert shown.zone == {"ru": "west", "be": "west", "en": "west"}
    assert [(row.result.standard.id, row.state) for row in shown.rows] == [
        ("rural", State.GAP),
        ("mild", State.COVERED),
    ]
    assert shown.rows[0].cost == pytest.approx(3000, rel=CLOSE)
    assert shown.rows[0].shortfall == pytest.approx(1000, rel=1e-4)
    assert shown.rows[0].nearest is not None
    assert shown.lacking == 1
    outside = card(found, "off")
    assert outside is not None
    assert outside.zone is None
    assert outside.rows[0].nearest is None
    assert card(found, "nobody knows") is None


def test_changes_name_the_services_whose_people_differ(town: Town) -> None:
    town.place("a", (0, 0), 3).place("b", (2000, 0), 4).facility("club", (0, 0)).facility("school", (0, 0))
    wanted = standard("straight_distance", 100, "club"), standard("straight_distance", 100, "school", id="t")
    before = town.assess(*wanted)
    town.facility("club", (2000, 0))
    after = town.assess(*wanted)
    (change,) = changes(before, after)
    assert change.service == "club"
    assert change.before is not None
    assert change.after is not None
    assert (change.before.lacking, change.after.lacking) == (4, 0)
