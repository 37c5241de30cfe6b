"""A service point's card: the people whose nearest it is, counted as the assessment has measured them."""

from __future__ import annotations

import pytest

from planner.studies.facility import facility_card, nearest_facility
from tests.unit.report import district as drawn


def test_people_are_those_whose_nearest_it_is() -> None:
    found = drawn.assessment()
    shop = facility_card(found, "shop", "s0")
    assert shop is not None
    assert (shop.places, shop.people, shop.covered) == (3, 800.0, 500.0)
    assert (shop.service, shop.source, shop.name["en"]) == ("shop", "modelled", "Shop one")
    post = facility_card(found, "post_office", "s2")
    assert post is not None
    assert (post.places, post.people, post.covered) == (5, 960.0, 960.0)


def test_a_point_that_serves_nobody_or_does_not_exist_is_told_apart() -> None:
    found = drawn.assessment()
    idle = facility_card(found, "shop", "s1")
    assert idle is not None
    assert (idle.places, idle.people) == (0, 0.0)
    assert facility_card(found, "shop", "nowhere") is None


@pytest.mark.parametrize(("place", "nearest"), [(0, "s0"), (3, None)])
def test_the_nearest_point_is_the_services_own(place: int, nearest: str | None) -> None:
    assert nearest_facility(drawn.assessment(), "shop", place) == nearest
