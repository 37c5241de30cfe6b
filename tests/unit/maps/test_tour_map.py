"""The map, the table and the chapter of visiting services show what the plan holds."""

from __future__ import annotations

import json
import re

import pytest

from planner.i18n import speech
from planner.maps.offline import Call
from planner.maps.tour_map import DAY_COLOURS, tour_layer, tour_legend, trip_legend_html
from planner.report.chapters import chapters
from planner.report.gpx import gpx
from planner.report.tour import stop_rows, timetable_rows, unserved_sentences
from planner.results import Tours
from planner.studies.tour import tours
from planner.studies.tour_terms import TourTerms
from tests.builders import Town

SAY = speech("en")


@pytest.fixture
def plan(town: Town) -> Tours:
    """Return a plan for three villages, one of them beyond the range, with a name that is no markup."""
    town.place("centre", (0, 0), 5000, kind="town").facility("post_office", (0, 0))
    town.place("north", (0, 6000), 50, name="<b>North & Co</b>").place("east", (8000, 0), 30)
    town.place("far", (-30_000, 0), 20)
    town.road((-30_000, 0), (0, 0), (8000, 0)).road((0, 0), (0, 6000))
    terms = TourTerms(range_km=40.0, rounds=50, break_minutes=30.0)
    return tours(town.workspace(), "post_office", terms, standard="uk_post_3mi_rural")


def test_the_map_holds_lines_numbers_and_who_is_left_out(plan: Tours) -> None:
    (drawn,) = tour_layer(plan, [0], SAY)._children.values()
    assert isinstance(drawn, Call)
    data = json.loads(drawn.data)
    assert [way["colour"] for way in data["ways"]] == [DAY_COLOURS[0]]
    assert sorted(stop["number"] for stop in data["stops"]) == ["1", "2"]
    assert [data["states"][kind] for kind, _ in data["places"]] == [
        "not_applicable",
        "covered",
        "covered",
        "gap",
    ]
    rows = {row.label: row.people for row in tour_legend(plan, SAY)}
    assert rows["gets a stop within walking distance"] == 80
    assert rows["left without a stop"] == 20
    assert "08:00–" in trip_legend_html(plan, [0], SAY)


def test_the_timetable_tells_every_halt_and_the_break(plan: Tours) -> None:
    rows = timetable_rows(plan, SAY)
    assert [row[2] for row in rows if row[2] is not None] == [1, 2]
    assert any(row[3] == "break" for row in rows)
    assert sum(float(row[7] or 0) for row in rows) == pytest.approx(plan.drive_m / 1000)
    assert timetable_rows(plan, SAY, []) == ()
    assert {row[3] for row in stop_rows(plan, SAY)} == {50, 30}
    told = unserved_sentences(plan, SAY)
    assert told == ("Without a stop: 20 people.", "far: too far for the range; 60.0 km a day would do")


def test_the_report_has_a_chapter(plan: Tours) -> None:
    (chapter,) = chapters([plan], SAY)
    assert (chapter.id, chapter.whole) == ("visiting", True)
    assert len(chapter.parts[0].rows) == len(timetable_rows(plan, SAY))
    assert any("80 people" in sentence for sentence in chapter.parts[0].sentences)


def test_names_do_not_become_markup_in_gpx(plan: Tours) -> None:
    text = gpx(plan, plan.trips[0], SAY).decode()
    assert "&lt;b&gt;North &amp; Co&lt;/b&gt;" in text
    assert len(re.findall(r"<wpt ", text)) == 2
