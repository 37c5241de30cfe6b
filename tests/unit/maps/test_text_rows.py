"""Maps as text: the same places and states as the map shows, what is lacking first."""

from __future__ import annotations

from pathlib import Path

from planner.i18n import speech
from planner.maps.closure_map import closure_text
from planner.maps.comparison_map import difference_text
from planner.maps.text_rows import service_text
from planner.results import Outcome
from planner.scenario import AddFacility, Scenario
from planner.studies.assess import assess
from planner.studies.closures import closures
from planner.studies.compare import compare
from planner.workspace import open_workspace


def test_a_service_as_text_says_what_the_map_shows(sample_file: Path) -> None:
    found = assess(open_workspace(str(sample_file)))
    rows = service_text(found, "ambulance", None, speech("en"))
    assert len(rows) == len(found.places)
    marks = [row.mark for row in rows]
    lacking = [mark for mark in marks if mark in ("gap", "not connected to a road")]
    assert marks[: len(lacking)] == lacking
    assert marks.count("gap") == 4
    assert sum(row.people for row in rows) == found.people
    gap = next(row for row in rows if row.mark == "gap")
    assert "standard:" in gap.told and "nearest:" in gap.told


def test_a_closure_as_text_names_all_it_touches(sample_file: Path) -> None:
    found = closures(open_workspace(str(sample_file)), "fire", count=None)
    worst = found.ordered()[0]
    rows = closure_text(found, worst, speech("en"))
    losing = [row for row in rows if row.mark in ("loses the standard", "has no other to reach")]
    assert round(sum(row.people for row in losing)) == round(worst.lost)


def test_a_comparison_as_text_lists_only_what_changes(sample_file: Path) -> None:
    post = AddFacility("post_office", "new-1", {"en": "New"}, 28.2, 55.02)
    found = compare(open_workspace(str(sample_file)), Scenario("East", (post,)))
    rows = difference_text(found, "post_office", speech("en"))
    gains = [row for row in rows if row.mark == "gains the service"]
    assert rows[: len(gains)] == gains
    assert {row.mark for row in rows[len(gains) :]} == {"nearer or better, the same state"}
    assert (
        sum(row.people for row in gains) == found.people(found.of_service("post_office"))[Outcome.GAINS] > 0
    )
    assert all("→" in row.told for row in rows)
