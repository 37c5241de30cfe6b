"""The legend of a scenario's edits: what stands on the map at the end, not every step that led there."""

from __future__ import annotations

import pytest

from planner.i18n import speech
from planner.maps.edit_layer import edit_legend
from planner.maps.legend import legend_html
from planner.scenario import AddArea, AddFacility, CloseFacility, Edit, MoveFacility

BEFORE = {("post_office", "a"): (27.1, 55.1), ("post_office", "b"): (27.2, 55.2)}
AREA = {"type": "Polygon", "coordinates": [[[27.0, 55.0], [27.1, 55.0], [27.0, 55.1], [27.0, 55.0]]]}


def rows(*edits: Edit) -> dict[str, tuple[str, int | None]]:
    return {row.symbol: (row.label, row.places) for row in edit_legend(edits, BEFORE, speech("en"))}


def test_each_sort_of_edit_is_counted_by_what_it_left_on_the_map() -> None:
    new = AddFacility("post_office", "n", {"en": "New"}, 27.3, 55.3)
    assert rows() == {}
    found = rows(
        new,
        MoveFacility("post_office", "n", 27.4, 55.4),
        MoveFacility("post_office", "a", 27.5, 55.5),
        MoveFacility("post_office", "a", 27.6, 55.6),
        CloseFacility("post_office", "b"),
        AddArea("post_office", "z", AREA),
    )
    # A new one that was moved is a new one still; one that was moved twice is one.
    assert found == {
        "edit_added": ("new service point", 1),
        "edit_moved": ("moved service point", 1),
        "facility_closed": ("closed service point", 1),
        "edit_area": ("drawn area", 1),
    }
    assert rows(new, CloseFacility("post_office", "n")) == {}


@pytest.mark.parametrize("dark", [False, True])
def test_every_edit_has_a_sign_under_the_head_of_what_is_no_place(dark: bool) -> None:
    edits: list[Edit] = [
        AddFacility("post_office", "n", {}, 27.3, 55.3),
        MoveFacility("post_office", "a", 27.5, 55.5),
    ]
    shown = legend_html(edit_legend(edits, BEFORE, speech("en"), dark=dark), speech("en"), dark=dark)
    assert shown.count("<img") == 2
    assert shown.index(">number<") < shown.index("new service point") < shown.index("moved service point")
