"""A report under a scenario says so in its title, its name and its provenance; and what the scenario changes."""

from __future__ import annotations

from planner.i18n import speech
from planner.report import filename
from planner.report.chapters import chapters
from planner.report.content import compose
from planner.scenario import AddFacility, Scenario
from planner.studies.assess import assess
from planner.studies.compare import compare
from tests.builders import Town, degrees


def test_a_reader_sees_which_scenario_it_is(town: Town) -> None:
    town.road((0, 0), (40_000, 0)).place("a", (0, 0), 500).place("b", (40_000, 0), 40)
    workspace = town.facility("pharmacy", (0, 0), id="west", name="West").workspace()
    lon, lat = degrees([(40_000, 0)])[0]
    scenario = Scenario("East too", (AddFacility("pharmacy", "east", {"en": "East"}, lon, lat),))
    before, after = assess(workspace), assess(workspace, scenario=scenario)
    say = speech("en")
    told = compose(after, say, "today")
    assert told.title == "Gap report: Town, scenario “East too”"
    assert ("Scenario", f"East too (1 edit, {scenario.digest[:12]})") in told.facts
    assert "scenario" not in compose(before, say, "today").title
    assert filename(after, "html", "en") != filename(before, "html", "en")
    (chapter,) = chapters([compare(workspace, scenario)], say)
    assert chapter.heading == "What changes: the district as it is → “East too”"
    assert "Pharmacies: 40 gain it, 0 lose it" in chapter.notes[0]
