"""The chapter on parity says what the study found, in order."""

from __future__ import annotations

from planner.i18n import speech
from planner.report.chapters import chapters
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.parity import parity_inputs
from planner.studies.steps import StepCost
from tests.builders import Town, standard


def test_settlements_stand_in_order_with_their_step(town: Town) -> None:
    town.road((0, 0), (20000, 0)).place("town", (0, 0), 1000, kind="town", name="Town")
    town.place("a", (5000, 0), 100, name="Near").place("b", (20000, 0), 50, name="Far").place(
        "c", None, 7, name="Lost"
    )
    town.facility("post_office", (0, 0))
    inputs, asked = town.inputs(), (standard("travel_time", 10, "post_office"),)
    assessment = assess_inputs(inputs, asked, load_standards())
    found = parity_inputs(inputs, asked, assessment, costs={"post_office": StepCost(1, 0, {})})
    (chapter,) = chapters([found], speech("en"))
    assert [c.title for c in chapter.columns][2] == "Town"
    rows = chapter.parts[0].rows
    assert [row[0] for row in rows] == ["Far", "Near", "Town", "Lost"]
    assert [round(row[2], 3) for row in rows[:3] if isinstance(row[2], float)] == [0.333, 0.667, 1.0]
    assert rows[3][2] != rows[3][2]
    assert [row[4] for row in rows] == ["Post offices", "", "", ""]
    assert "Gini" in chapter.parts[0].sentences[0]
