"""Of more service points than anybody could read one by one: standards are measured, studies of each are refused."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.results import Closures
from planner.standards.catalogue import load as load_standards
from planner.studies import selection
from planner.studies.capacity import capacity_of
from planner.studies.closures import closures_of
from planner.studies.further import further_findings
from planner.workspace import open_workspace
from tests.builders import Town, standard


@pytest.fixture
def many(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town with four shops where three are what can be read, and two post offices."""
    monkeypatch.setattr(selection, "MOST_ONE_BY_ONE", 3)
    town.road((0, 0), (9000, 0)).place("a", (0, 0), 60).place("b", (9000, 0), 40)
    for k in range(4):
        town.facility("shop", (k * 500, 0), floor_m2=100.0)
    return town.facility("post_office", (0, 0)).facility("post_office", (9000, 0))


SHOP = standard("travel_distance", 1000, "shop", id="shop", mode="walk")
FLOOR = standard("capacity_per_people", 1, "shop", id="floor", attribute="floor_m2", per=1000)
POST = standard("travel_distance", 1000, "post_office", id="post", mode="walk")


def test_standards_are_measured_and_what_is_left_out_is_told(many: Town) -> None:
    found = many.assess(SHOP, POST)
    assert [found.tally(result).share_covered for result in found.results] == [0.6, 1.0]
    told = [values for template, values in found.warnings if "one by one" in template]
    assert told == [{"service": "shop", "count": 4, "most": 3}]


@pytest.mark.parametrize("study", [closures_of, capacity_of])
def test_a_study_of_each_is_refused(many: Town, study: object) -> None:
    with pytest.raises(InputError, match="“shop” has 4 service points; they are studied one by one up to 3"):
        study(many.inputs(), [SHOP, FLOOR], load_standards(), "shop")  # type: ignore[operator]


def test_the_report_goes_on_without_it(many: Town) -> None:
    many.workspace()
    found = further_findings(open_workspace(many.path))
    assert {one.service for one in found if isinstance(one, Closures)} == {"post_office"}
