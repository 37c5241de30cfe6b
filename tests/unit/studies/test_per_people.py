"""People against facilities and their capacity, over the district and by rural council."""

from __future__ import annotations

import pytest

from tests.builders import Town, standard, states_of

NAN, INF = float("nan"), float("inf")


def two_councils(town: Town) -> Town:
    """West 1200 + 800 people with two post offices, east 3000 people with one; the third council has nobody."""
    town.zone("west", (0, 0, 1000, 1000)).zone("east", (1000, 0, 2000, 1000)).zone(
        "empty", (2000, 0, 3000, 1000)
    )
    town.place("a", (100, 100), 1200).place("b", (200, 200), 800, "town").place("c", (1500, 500), 3000)
    town.facility("post_office", (100, 100), staff=1.0).facility("post_office", (900, 900), staff=3.0)
    return town.facility("post_office", (1500, 500), staff=2.0)


def test_people_to_a_facility_in_the_district(town: Town) -> None:
    two_councils(town)
    # 5000 people and 3 offices: 1666.7 people to each.
    found = town.judge(standard("facilities_per_people", 1600))
    assert found.cost == pytest.approx([5000 / 3] * 3)
    assert states_of(found) == ["gap"] * 3
    assert found.shortfall == pytest.approx([5000 / 3 - 1600] * 3)
    assert states_of(town.judge(standard("facilities_per_people", 5000 / 3))) == ["covered"] * 3


def test_people_to_a_facility_by_rural_council(town: Town) -> None:
    two_councils(town)
    # West 2000 people to 2 offices, east 3000 to 1.
    found = town.judge(standard("facilities_per_people", 1000, scope="zone"))
    assert found.cost.tolist() == [1000, 1000, 3000]
    assert states_of(found) == ["covered", "covered", "gap"]
    assert found.shortfall.tolist() == [0, 0, 2000]


def test_facilities_to_ten_thousand_people_at_least(town: Town) -> None:
    two_councils(town)
    # The district: 3 for 5000 people are 6 for 10,000. West: 2 for 2000, 10 for 10,000. East: 1 for 3000, 3.33.
    wanted = standard("facilities_per_people", 6, comparator=">=", per=10_000)
    assert town.judge(wanted).cost == pytest.approx([6.0] * 3)
    assert states_of(town.judge(wanted)) == ["covered"] * 3
    found = town.judge(standard("facilities_per_people", 6, comparator=">=", per=10_000, scope="zone"))
    assert found.cost == pytest.approx([10, 10, 10 / 3])
    assert states_of(found) == ["covered", "covered", "gap"]
    assert found.relative_shortfall == pytest.approx([0, 0, (6 - 10 / 3) / 6])


def test_capacity_counts_what_facilities_hold(town: Town) -> None:
    two_councils(town)
    # Staff: 1 + 3 in the west for 2000 people, 2 in the east for 3000.
    found = town.judge(standard("capacity_per_people", 600, attribute="staff", scope="zone"))
    assert found.cost.tolist() == [500, 500, 1500]
    assert states_of(found) == ["covered", "covered", "gap"]
    whole = town.judge(standard("capacity_per_people", 12, comparator=">=", attribute="staff", per=10_000))
    assert whole.cost == pytest.approx([12.0] * 3)
    assert states_of(whole) == ["covered"] * 3


def test_only_people_whom_the_standard_addresses_are_counted(town: Town) -> None:
    two_councils(town)
    # Villages only: west 1200 people to 2 offices.
    found = town.judge(standard("facilities_per_people", 700, scope="zone", types=("agrotown", "village")))
    assert states_of(found) == ["covered", "not_applicable", "gap"]
    assert found.cost == pytest.approx([600, NAN, 3000], nan_ok=True)


def test_a_council_with_people_and_no_facility_is_in_a_gap_of_unknown_size(town: Town) -> None:
    town.zone("west", (0, 0, 1000, 1000)).zone("east", (1000, 0, 2000, 1000))
    town.place("a", (100, 100), 50).place("b", (1500, 100), 70).place("outside", (9000, 9000), 5)
    town.facility("club", (500, 500))
    found = town.judge(standard("facilities_per_people", 100, "club", scope="zone"))
    assert states_of(found) == ["covered", "gap", "no_data"]
    assert found.cost == pytest.approx([50, INF, NAN], nan_ok=True)
    assert found.shortfall == pytest.approx([0, NAN, NAN], nan_ok=True)
    assert found.relative_shortfall == pytest.approx([0, 1, NAN], nan_ok=True)


def test_the_council_a_place_is_said_to_belong_to_goes_before_the_one_it_lies_in(town: Town) -> None:
    town.zone("west", (0, 0, 1000, 1000)).zone("east", (1000, 0, 2000, 1000))
    town.place("a", (100, 100), 50, rural_council="east").place("b", (200, 100), 7, rural_council=None)
    town.facility("club", (500, 500)).facility("club", (1500, 500))
    found = town.judge(standard("facilities_per_people", 20, "club", scope="zone"))
    assert found.cost.tolist() == [50, 7]


def test_capacity_that_is_not_known_is_neither_covered_nor_a_gap(town: Town) -> None:
    town.zone("west", (0, 0, 1000, 1000)).zone("east", (1000, 0, 2000, 1000))
    town.place("a", (100, 100), 100).place("b", (1500, 100), 100)
    town.facility("clinic", (100, 100), physicians=2.0).facility("clinic", (900, 100), physicians=NAN)
    town.facility("clinic", (1500, 100), physicians=NAN)
    # West has at least 2 physicians for 100 people, whatever the other clinic has; of the east nothing is known.
    enough = standard("capacity_per_people", 50, "clinic", attribute="physicians", scope="zone")
    assert states_of(town.judge(enough)) == ["covered", "no_data"]
    # For 40 people to a physician west lacks half a one, unless the other clinic has it: not known.
    more = standard("capacity_per_people", 40, "clinic", attribute="physicians", scope="zone")
    assert states_of(town.judge(more)) == ["no_data", "no_data"]


def test_without_a_layer_or_councils_nothing_is_known(town: Town) -> None:
    town.place("a", (0, 0)).facility("club", (0, 0))
    assert states_of(town.judge(standard("facilities_per_people", 1, "school"))) == ["no_data"]
    assert states_of(town.judge(standard("facilities_per_people", 1, "club", scope="zone"))) == ["no_data"]
    assert states_of(town.judge(standard("capacity_per_people", 1, "club", attribute="seats"))) == ["no_data"]
