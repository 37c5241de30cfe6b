"""How far services reach, in the report: numbers of a town on one road, by hand."""

from __future__ import annotations

import pytest

from planner.i18n import speech
from planner.report.chapters import chapters
from planner.studies.service_area import areas_by_standards
from planner.workspace import Workspace
from tests.builders import CLOSE, Town


@pytest.fixture
def workspace(town: Town) -> Workspace:
    """Places at 0, 15, 30 and 80 km of a road, a pharmacy in the west: within 30 minutes by car, says a standard."""
    town.road(*((x * 1000, 0) for x in range(81)))
    for id, km, people in (("a", 0, 500), ("b", 14, 40), ("c", 29, 30), ("d", 80, 7)):
        town.place(id, (km * 1000, 0), people)
    return town.facility("pharmacy", (0, 0), name="West").workspace()


def test_half_whole_and_twice_the_standard(workspace: Workspace) -> None:
    found = areas_by_standards(workspace)
    assert [areas.service for areas in found] == ["pharmacy"]
    (chapter,) = chapters(found, speech("en"))
    (part,) = chapter.parts
    assert [(row[0], row[1], row[2], row[3], row[4]) for row in part.rows] == [
        ("Pharmacies", "car", "15\u00a0min", 2.0, 540.0),
        ("Pharmacies", "car", "30\u00a0min", 3.0, 570.0),
        ("Pharmacies", "car", "60\u00a0min", 3.0, 570.0),
    ]
    # A kilometre a minute, from the western end.
    assert [row[5] for row in part.rows] == pytest.approx([15, 30, 60], rel=100 * CLOSE)
    half, whole, twice = (band.area_km2 for band in found[0].bands)
    assert 0 < half < whole < twice
    assert [row[6] for row in part.rows] == [half, whole, twice]


def test_services_without_facilities_are_left_out(town: Town) -> None:
    town.road((0, 0), (1000, 0)).place("a", (0, 0)).nothing_of("pharmacy")
    assert areas_by_standards(town.workspace()) == ()
