"""What a district alone does not hold comes from the national layer: whose it is stays known, nothing is doubled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError, WorkspaceError
from planner.layers.schema import Role
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.inputs import load
from planner.studies.layer import FROM
from planner.studies.national import build_national
from planner.studies.neighbours import bring_neighbours
from planner.studies.parity import study_parity
from planner.workspace import Workspace, open_workspace
from tests.builders import CLOSE, Town, standard, states_of

POST = standard("travel_distance", 2500, "post_office", id="post")


def west(path: Path, *, posts: bool = True) -> Town:
    """Return a district from -1 to 5 km: a centre with an office, a village at its eastern edge."""
    town = Town(path / "west.gpkg").boundary((-1000, -1000, 5000, 1000))
    town.place("0", (0, 0), 900, "town").place("1", (4500, 0), 60).road((0, 0), (4900, 0))
    return town.facility("post_office", (0, 0), source="the post", place_id="0") if posts else town


def east(path: Path) -> Town:
    """Return the district beyond: an office at 6 km, one at 30 km, a shop at 5.5 km, and a road up to the border."""
    town = Town(path / "east.gpkg").boundary((5000, -1000, 40_000, 1000))
    town.place("0", (6000, 0), 5000, "town").place("1", (30_000, 0), 80)
    town.road((4900, 0), (6000, 0)).road((6000, 0), (39_000, 0))
    town.facility("post_office", (6000, 0), source="survey", place_id="0")
    town.facility("post_office", (30_000, 0), source="survey", place_id="1")
    return town.facility("shop", (5500, 0))


@pytest.fixture
def districts(tmp_path: Path) -> tuple[Workspace, Workspace]:
    return west(tmp_path).workspace(), east(tmp_path).workspace()


def national(tmp_path: Path, *names: str) -> str:
    regions = tmp_path / "regions.csv"
    regions.write_text("workspace,region,role\nwest,Land,\neast,Land,regional_centre\n")
    out = str(tmp_path / "country.gpkg")
    build_national(out, [str(tmp_path / f"{n}.gpkg") for n in names or ("west", "east")], regions=regions)
    return out


def test_a_neighbours_office_and_road_are_counted_and_stay_theirs(
    districts: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    mine = districts[0]
    before = assess_inputs(load(mine), (POST,), load_standards()).results[0]
    assert states_of(before) == ["covered", "gap"]
    assert before.cost[1] == pytest.approx(4500, rel=CLOSE)

    found = bring_neighbours(mine, national(tmp_path), within_km=3.0)
    # The office at 30 km is too far; the road from the border to 6 km and the one beyond, which begins 1 km away.
    assert (found.district, found.facilities, found.roads) == ("west", {"post_office": 1}, 2)
    assert found.not_loaded == ("shop",)
    inputs = load(mine)
    after = assess_inputs(inputs, (POST,), load_standards())
    (result,) = after.results
    assert states_of(result) == ["covered", "covered"]
    # From 4.5 km to 6 km, over the road that is the neighbour's.
    assert result.cost[1] == pytest.approx(1500, rel=CLOSE)
    alone = after.own_tally(result)
    assert alone is not None
    assert alone.lacking == 60
    assert list(inputs.facilities.sources) == ["the post", "survey"]
    assert list(inputs.facilities.ids) == ["0", "east/0"]
    frame = mine.read(next(r for r in mine.layers() if r.role is Role.FACILITIES))
    assert list(frame[FROM].fillna("")) == ["", "east"]
    assert list(frame["place_id"]) == ["0", "east/0"]


def test_what_was_brought_is_not_brought_again_nor_handed_on(
    districts: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    mine, other = districts
    source = national(tmp_path)
    bring_neighbours(mine, source)
    version = mine.version()
    again = bring_neighbours(mine, source)
    assert again.layers == ()
    assert again.facilities == {"post_office": 1}
    assert mine.version() == version
    # A national layer built of districts that know their neighbours holds each office once all the same.
    (tmp_path / "country.gpkg").unlink()
    made = build_national(tmp_path / "more.gpkg", [str(tmp_path / "west.gpkg"), str(tmp_path / "east.gpkg")])
    assert made.facilities == {"post_office": 3, "shop": 1}
    assert made.roads == 3
    # With a distance in which nobody lives any more, the layer is the district's own again.
    nearer = bring_neighbours(mine, str(tmp_path / "more.gpkg"), within_km=0.05)
    assert nearer.facilities == {"post_office": 0}
    assert load(mine).facilities.ids == ("0",)
    assert other.version() == open_workspace(str(tmp_path / "east.gpkg")).version()


def test_a_neighbours_office_that_stands_within_the_outline_is_brought_and_stays_the_neighbours(
    tmp_path: Path,
) -> None:
    mine = west(tmp_path).workspace()
    east(tmp_path).facility("post_office", (4000, 300), place_id="1", id="inside").workspace()
    found = bring_neighbours(mine, national(tmp_path), within_km=3.0)
    assert found.facilities == {"post_office": 2}
    inputs = load(mine)
    assert inputs.facilities.ids == ("0", "east/0", "east/inside")
    assert inputs.beyond.tolist() == [1, 2]


def test_within_is_as_far_as_it_says_around_corners_too(tmp_path: Path) -> None:
    mine = west(tmp_path).workspace()
    other = east(tmp_path)
    for metres in (2995, 3005):
        turn = np.radians(5.625)
        at = (5000 + metres * np.cos(turn), 1000 + metres * np.sin(turn))
        other.facility("post_office", at, place_id="1", id=f"at-{metres}")
    other.workspace()
    bring_neighbours(mine, national(tmp_path), within_km=3.0)
    assert load(mine).facilities.ids == ("0", "east/0", "east/at-2995")


def test_a_centre_is_measured_alike_before_and_after_its_neighbours_are_known(tmp_path: Path) -> None:
    mine = west(tmp_path, posts=False).nothing_of("post_office").workspace()
    east(tmp_path).workspace()
    source = national(tmp_path)
    bring_neighbours(mine, source)
    again = str(tmp_path / "again.gpkg")
    build_national(again, [str(tmp_path / "west.gpkg"), str(tmp_path / "east.gpkg")])

    def centre(path: str) -> dict[str, float]:
        workspace = open_workspace(path)
        (record,) = [r for r in workspace.layers() if r.service == REFERENCE_SERVICE]
        frame = workspace.read(record)
        row = frame[frame["id"] == "west"].drop(columns=["geometry", "reference", "region"]).iloc[0]
        return {str(name): float(value) for name, value in row.dropna().items() if isinstance(value, float)}

    assert centre(again) == centre(source)


def test_it_is_one_step_that_can_be_taken_back(
    districts: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    mine = districts[0]
    before = mine.version()
    bring_neighbours(mine, national(tmp_path))
    assert mine.version() != before
    mine.undo()
    assert {r.name: r.version for r in mine.layers() if r.name != "reference_place"} == {
        "boundary": 1, "demand": 1, "roads": 1, "post_office": 1
    }  # fmt: skip
    assert "reference_place" not in {r.name for r in mine.layers()}


def test_the_regional_centre_is_known_with_what_is_measured_there(
    districts: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    mine, _ = districts
    found = bring_neighbours(mine, national(tmp_path))
    assert found.references == ("regional_centre",)
    parity = study_parity(mine)
    assert [r.kind for r in parity.references] == ["district_centre", "regional_centre"]
    post = next(s for s in parity.services if s.service == "post_office").measures[0]
    # At both centres the office is at hand; the standard measures the straight way to it.
    assert post.at_reference == pytest.approx([0.0, 0.0], abs=1e-6)
    assert post.value[1] == pytest.approx(1500, rel=CLOSE)


def test_reference_places_of_its_own_are_kept_unless_they_are_to_go(
    districts: tuple[Workspace, Workspace], tmp_path: Path
) -> None:
    town = Town(tmp_path / "third.gpkg").boundary((-1000, 1000, 5000, 3000)).place("a", (0, 2000))
    town.facility("reference_place", (0, 90_000), reference="capital", name="Own", post=1.0)
    third = town.workspace()
    source = national(tmp_path, "west", "east", "third")
    kept = bring_neighbours(third, source)
    assert (kept.kept_references, kept.references) == (True, ("capital",))
    assert kept.not_loaded == ("roads", "post_office", "shop")
    # The table of regions does not name it, so it has no regional centre, and nobody is the capital.
    replaced = bring_neighbours(third, source, replace_references=True)
    assert (replaced.kept_references, replaced.references) == (False, ())


def test_where_the_district_has_the_same_office_in_its_own_layer_it_is_not_doubled(tmp_path: Path) -> None:
    mine = west(tmp_path).facility("post_office", (6000, 10), source="the post").workspace()
    east(tmp_path).workspace()
    found = bring_neighbours(mine, national(tmp_path), within_km=3.0)
    assert found.facilities == {"post_office": 0}


def test_what_cannot_be_done_is_refused(districts: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    mine = districts[0]
    with pytest.raises(InputError, match="is not a national layer"):
        bring_neighbours(mine, str(tmp_path / "east.gpkg"))
    only_east = national(tmp_path, "east")
    with pytest.raises(InputError, match=r"west\.gpkg lies in none of the districts"):
        bring_neighbours(mine, only_east)
    with pytest.raises(InputError, match="within 0 km"):
        bring_neighbours(mine, only_east, within_km=0)
    with pytest.raises(WorkspaceError):
        build_national(only_east, [str(tmp_path / "west.gpkg")])
    bare = Town(tmp_path / "bare.gpkg").place("a", (0, 0)).workspace()
    with pytest.raises(InputError, match="no outline"):
        bring_neighbours(bare, only_east)
    with pytest.raises(InputError, match="no outline"):
        build_national(tmp_path / "n.gpkg", [str(tmp_path / "bare.gpkg")])


def test_areas_and_mains_reach_over_the_border_and_are_told_apart(tmp_path: Path) -> None:
    here = west(tmp_path).area("mobile", (-500, -500, 500, 500)).line("water", (0, 0), (300, 0)).workspace()
    there = east(tmp_path).area("mobile", (4000, -500, 9000, 500)).area("mobile", (30_000, 0, 31_000, 500))
    there.line("water", (4600, 0), (6000, 0)).line("water", (38_000, 0), (39_000, 0)).workspace()
    asked = (
        standard("within_area", 1, "mobile", id="mobile"),
        standard("distance_to_line", 200, "water", id="water"),
    )
    before = assess_inputs(load(here), asked, load_standards())
    assert [states_of(result) for result in before.results] == [["covered", "gap"]] * 2
    assert all(before.own_tally(result) is None for result in before.results)

    regions = tmp_path / "regions.csv"
    regions.write_text("workspace,region,role\nwest,Land,\neast,Land,regional_centre\n")
    out = str(tmp_path / "country.gpkg")
    made = build_national(out, [str(tmp_path / f"{n}.gpkg") for n in ("west", "east")], regions=regions)
    assert (made.areas, made.lines) == ({"mobile": 3}, {"water": 3})
    found = bring_neighbours(here, out, within_km=3.0)
    # What lies in the middle of the neighbour is not brought.
    assert (found.areas, found.lines) == ({"mobile": 1}, {"water": 1})
    after = assess_inputs(load(here), asked, load_standards())
    assert [states_of(result) for result in after.results] == [["covered", "covered"]] * 2
    for result in after.results:
        alone = after.own_tally(result)
        assert alone is not None
        assert alone.lacking == 60
    only = assess_inputs(load(here), asked, load_standards(), neighbours=False)
    assert [states_of(result) for result in only.results] == [["covered", "gap"]] * 2
    assert bring_neighbours(here, out, within_km=3.0).layers == ()


def test_districts_whose_files_bear_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    towns = {"left": west(tmp_path), "right": east(tmp_path)}
    for name, town in towns.items():
        (tmp_path / name).mkdir()
        town.path = tmp_path / name / "district.gpkg"
    mine, other = (town.workspace() for town in towns.values())
    out = str(tmp_path / "country.gpkg")
    build_national(out, [mine.location, other.location])
    found = bring_neighbours(mine, out, within_km=3.0)
    assert (found.district, found.facilities) == ("left/district", {"post_office": 1})
    assert list(load(mine).facilities.ids) == ["0", "right/district/0"]
