"""Districts side by side: ranks, groups of settlements and parity between districts, by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from planner.coverage.between import spread
from planner.errors import InputError
from planner.results import GROUPS, DistrictFigures, Failure, ReferenceParity, ServiceFigures, Spread, State
from planner.studies.districts import FILE, as_document, compare, encoded, read_districts
from planner.studies.figures import figures
from planner.studies.regions import Regions, district_id, district_ids, read_regions
from tests.builders import Town

NOTHING = {s.label: 0.0 for s in State}


def district(
    id: str,
    covered: Mapping[str, float],
    gap: Mapping[str, float],
    level: Mapping[str, float],
    doubt: tuple[float | None, float | None] = (None, None),
    unknown: float = 0.0,
) -> DistrictFigures:
    """Return a district with one service: people by group who have it and who have not, and the level by group."""
    people = {g: {**NOTHING, "covered": covered.get(g, 0.0), "gap": gap.get(g, 0.0)} for g in GROUPS}
    people["other"]["no_data"] = unknown
    of = {g: sum(people[g].values()) for g in GROUPS}
    sums = {g: Spread(*spread([level[g]], [of[g]])) if g in level else Spread(0.0, 0.0, 0.0) for g in GROUPS}
    service = ServiceFigures("shop", people, *doubt, 1, False, True, sums)
    parity = ReferenceParity(
        "district_centre", {"en": id}, False, {"small": level["small"]} if "small" in level else {}
    )
    return DistrictFigures(
        id=id, location=f"/{id}.gpkg", key=f"key of {id}", name={"en": id.upper()}, jurisdiction="BY",
        people=sum(of.values()), places=3, small_places=1,
        centre={"id": "c", "name": {"en": id}, "people": 1.0, "lon": 27.0, "lat": 55.0, "named": True},
        outline=None, services=(service,), level=sums, parity=(parity,), standards=(), remarks=(),
        manifest={"names": {"shop": {"en": "Shop"}}, "standards": {"digest": "usual"}},
    )  # fmt: skip


A = district("a", {"centre": 80}, {"small": 20}, {"centre": 1.0, "small": 0.25})
B = district("b", {"centre": 50, "small": 40}, {"small": 10}, {"centre": 1.0, "small": 0.5}, (0.75, 0.95))
C = district("c", {"centre": 300}, {}, {"centre": 0.9})
D = district("d", {}, {}, {}, unknown=7)


def test_the_worst_off_come_first_equals_share_a_rank_and_the_unknown_has_none() -> None:
    found = compare([C, D, B, A, replace(A, id="e", key="e")], [], small_below=500)
    ranked = found.ranking["shop"]
    assert [(r.id, r.rank) for r in ranked] == [("a", 1), ("e", 1), ("b", 3), ("c", 4), ("d", None)]
    assert [r.value for r in ranked] == [0.8, 0.8, 0.9, 1.0, None]
    # b may lie between 0.75 and 0.95: below a and e as well, but never above c.
    assert [(r.earliest, r.latest) for r in ranked] == [(1, 3), (1, 3), (1, 3), (4, 4), (None, None)]


def test_a_district_is_set_against_all_of_them_together() -> None:
    found = compare([A, B, C], [], small_below=500)
    # Levels by people: a (80 + 5) / 100, b (50 + 25) / 100, c 0.9; all (85 + 75 + 270) / 500 = 0.86.
    assert {r.id: r.value for r in found.ranking[""]} == pytest.approx({"a": 0.85, "b": 0.75, "c": 0.9})
    assert {r.id: r.against_country for r in found.ranking[""]} == pytest.approx(
        {"a": 0.85 / 0.86, "b": 0.75 / 0.86, "c": 1.0}
    )


def test_between_districts_by_hand() -> None:
    (together, shop) = compare([A, B, C, D], [], small_below=500).between
    assert (shop.people, shop.lowest, shop.highest) == (500.0, "b", "c")
    assert shop.mean == pytest.approx(0.86)
    # Gini: half the mean difference between any two of the 500 people, each with their district's mean, over the mean.
    means = [0.85] * 100 + [0.75] * 100 + [0.9] * 300
    assert shop.gini == pytest.approx(
        sum(abs(x - y) for x in means for y in means) / len(means) ** 2 / (2 * 0.86)
    )
    people = [1.0] * 80 + [0.25] * 20 + [1.0] * 50 + [0.5] * 50 + [0.9] * 300
    assert shop.theil == pytest.approx(sum(x / 0.86 * math.log(x / 0.86) for x in people) / 500)
    assert shop.theil_between == pytest.approx(sum(x / 0.86 * math.log(x / 0.86) for x in means) / 500)
    assert shop.theil_within == pytest.approx((shop.theil or 0) - (shop.theil_between or 0))
    assert together.mean == shop.mean


def test_small_settlements_stand_beside_centres_regional_centres_and_the_capital() -> None:
    regions = Regions({"a": "North", "b": "North", "c": "City"}, {"b": "regional_centre", "c": "capital"})
    found = compare([A, B, C], [], small_below=500, regions=regions)
    shares = {r.group: r.tally.share_covered for r in found.groups if r.service == "shop" and r.tally}
    assert shares == {
        "small": pytest.approx(40 / 70), "other": None, "centre": 1.0, "regional_centre": 1.0, "capital": 1.0
    }  # fmt: skip
    people = {r.group: sum(r.tally.people.values()) for r in found.groups if r.tally}
    assert people == {"small": 70, "other": 0, "centre": 80, "regional_centre": 50, "capital": 300}
    levels = {r.group: r.level for r in found.groups if not r.service}
    assert levels["small"] == pytest.approx((20 * 0.25 + 50 * 0.5) / 70)
    # Parity with the district's centre, by people: (20 * 0.25 + 50 * 0.5) / 70.
    mean, people_known = found.parity_of("small", "district_centre")
    assert (mean, people_known) == pytest.approx((30 / 70, 70))
    assert found.parity_of("small", "capital") == (None, 0)


def test_the_order_of_what_is_compared_does_not_matter_and_it_comes_back_from_its_file(
    tmp_path: Path,
) -> None:
    lost = Failure("z", "/z.gpkg", "Lost: {why}.", "", {"why": "nobody knows"})
    regions = Regions({"a": "North"}, {})
    found = compare([A, B, C, D], [lost], small_below=300, regions=regions)
    assert encoded(found) == encoded(compare([D, C, A, B], [lost], small_below=300, regions=regions))
    (tmp_path / FILE).write_bytes(encoded(found))
    assert read_districts(tmp_path) == found
    assert lost.text() == "Lost: nobody knows."
    assert as_document(found)["people"] == 507


def test_what_is_no_comparison_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no comparison of districts"):
        read_districts(tmp_path)
    for text in ("[]", "{", '{"format": 99}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(InputError, match="not a comparison"):
            read_districts(tmp_path)


def test_districts_held_to_other_standards_are_told_of() -> None:
    other = replace(B, manifest={**B.manifest, "standards": {"digest": "other"}})
    found = compare([A, other, C], [], small_below=500)
    assert [v for t, v in found.remarks if "other standards" in t] == [{"ids": "b"}]
    alike = compare([A, B, C], [], small_below=500)
    assert not any("other standards" in template for template, _ in alike.remarks)


def test_two_copies_of_one_district_are_told_of() -> None:
    found = compare([A, replace(A, id="copy")], [], small_below=500)
    assert any("a, copy" in str(values.get("ids")) for _, values in found.remarks)


def test_a_district_and_one_with_its_settlements_are_the_same_whatever_else_was_changed() -> None:
    def with_layers(of: DistrictFigures, id: str, **digests: str) -> DistrictFigures:
        layers = [{"role": role, "digest": digest} for role, digest in digests.items()]
        return replace(of, id=id, key=id, manifest={**of.manifest, "layers": layers})

    same = [with_layers(A, "a", demand="1", roads="2"), with_layers(A, "later", demand="1", roads="3")]
    other = with_layers(B, "b", demand="4", roads="2")
    twice = [v for t, v in compare([*same, other], [], small_below=500).remarks if "same district" in t]
    assert twice == [{"ids": "a, later"}]


def test_figures_of_a_town_by_hand(tmp_path: Path) -> None:
    # A centre of 900 with an office, a village of 100 beside it, one of 600 that lies 24 km away, a hamlet not located.
    town = Town(tmp_path / "t.gpkg").boundary((-1000, -1000, 30_000, 1000)).road((0, 0), (25_000, 0))
    town.place("c", (0, 0), 900, "town").place("near", (500, 0), 100).place("far", (24_000, 0), 600)
    town.place("lost", None, 50).facility("post_office", (0, 0))
    found = figures(town.workspace(), 500.0)
    post = found.service("post_office")
    assert post is not None
    assert (found.people, found.places, found.small_places) == (1650, 4, 2)
    assert {g: sum(post.people[g].values()) for g in GROUPS} == {"small": 150, "other": 600, "centre": 900}
    assert post.people["small"]["covered"] == 100
    assert post.people["small"]["not_located"] == 50
    assert post.people["other"]["gap"] == 600
    assert post.level["small"].people == 100
    row = next(s for s in found.standards if s["service"] == "post_office")
    assert row["people"] == 1650
    assert found.centre["id"] == "c"
    assert found.centre["named"] is False
    assert "seconds" not in found.manifest


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("workspace,region\na,North\n", "lacks the columns role"),
        ("workspace,region,role\na,North,\na,South,\n", "a stands in the table of regions regions.csv twice"),
        ("workspace,region,role\na,North,chief\n", "“chief” is no role"),
        ("workspace,region,role\na,North,capital\nb,South,capital\n", "both a and b are capital"),
        (
            "workspace,region,role\na,N,regional_centre\nb,N,regional_centre\n",
            "both a and b are regional_centre",
        ),
        ("workspace,region,role\nx,North,\n", "names none of the workspaces; its first is x"),
    ],
)
def test_a_table_of_regions_that_cannot_be_used_is_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=named):
        read_regions(path, ["a", "b"])


def test_a_table_of_regions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        "workspace,region,role\na,North,regional_centre\nb,South,regional_centre\nz,North,capital\nc,,\n"
    )
    found = read_regions(path, ["a", "b", "c"])
    assert found.regions == {"a": "North", "b": "South"}
    assert found.roles == {"a": "regional_centre", "b": "regional_centre"}


def test_a_row_may_name_as_few_folders_as_tell_its_workspace_apart(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("workspace,region,role\n2025/d,North,\nnorth/a/d,South,capital\n")
    found = read_regions(path, ["b/2025/d", "b/2026/d", "north/a/d", "south/a/d"])
    assert found.regions == {"b/2025/d": "North", "north/a/d": "South"}
    assert found.roles == {"north/a/d": "capital"}
    path.write_text("workspace,region,role\n2025/d,North,\na/d,South,\n")
    with pytest.raises(InputError, match="“a/d” can be any of these workspaces: north/a/d, south/a/d"):
        read_regions(path, ["b/2025/d", "north/a/d", "south/a/d"])


def test_a_district_goes_by_the_name_of_its_workspace() -> None:
    assert district_id("/some/where/braslav.gpkg") == "braslav"
    assert district_id("postgresql://u:p@host/db?schema=planner_braslav") == "planner_braslav"


def test_workspaces_of_one_name_go_by_their_folders_too() -> None:
    files = ["/data/2025/braslav.gpkg", "/data/2026/braslav.gpkg", "/data/2026/lepel.gpkg"]
    assert (
        district_ids(files)
        == dict(zip(("2025/braslav", "2026/braslav", "lepel"), files, strict=True))
        == district_ids([*files[::-1], files[0]])
    )
    deeper = ["/x/new/d.gpkg", "/y/new/d.gpkg", "/y/old/d.gpkg"]
    assert [*district_ids(deeper)] == ["x/new/d", "y/new/d", "y/old/d"]
    beside = ["/x/d.gpkg", "/x/d.sqlite"]
    assert [*district_ids(beside)] == beside
    bases = [f"postgresql://u:secret@host/{base}?schema=planner_d" for base in ("one", "two")]
    assert [*district_ids(bases)] == ["one/planner_d", "two/planner_d"]
    mixed = ["/one/planner_d.gpkg", bases[0]]
    assert {*district_ids(mixed).values()} == {*mixed}


def test_one_workspace_under_two_addresses_is_refused_without_its_password() -> None:
    with pytest.raises(InputError, match="is named twice") as told:
        district_ids([f"postgresql://u:{secret}@host/db?schema=planner_d" for secret in ("one", "two")])
    assert ":one@" not in str(told.value)


def test_a_row_of_regions_that_could_mean_several_workspaces_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("workspace,region,role\nbraslav,North,\n")
    with pytest.raises(
        InputError, match="“braslav” can be any of these workspaces: 2025/braslav, 2026/braslav"
    ):
        read_regions(path, ["2025/braslav", "2026/braslav"])
    path.write_text("workspace,region,role\n2026/braslav,North,regional_centre\n")
    found = read_regions(path, ["2025/braslav", "2026/braslav"])
    assert (found.regions, found.roles) == ({"2026/braslav": "North"}, {"2026/braslav": "regional_centre"})


def test_a_name_that_two_districts_bear_is_shown_with_their_ids() -> None:
    twin = replace(B, name=A.name)
    found = compare([A, twin, C], [], small_below=500)
    assert [found.name(id, "en") for id in "abc"] == [
        f"{A.name['en']} (a)",
        f"{A.name['en']} (b)",
        C.name["en"],
    ]
