"""A report under a scenario says so in its title, its name and its provenance; and what the scenario changes."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from planner.i18n import speech
from planner.report import filename, render
from planner.report.chapters import chapters
from planner.report.content import compose
from planner.results import Comparison, Outcome
from planner.scenario import AddFacility, ChangeStandard, CloseFacility, Edit, Scenario
from planner.studies.assess import assess
from planner.studies.compare import compare
from planner.workspace import open_workspace
from tests.builders import Town, degrees
from tests.unit.report.district import picture


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


@pytest.fixture(scope="module")
def fewer(sample_file: Path) -> Comparison:
    """Return the sample district with fewer service points of four services, against what it is."""
    workspace = open_workspace(str(sample_file))
    points = assess(workspace).facilities
    closed: dict[str, list[Edit]] = {"post_office": [], "shop": [], "library": [], "kindergarten": []}
    for service, identifier in zip(points.services, points.ids, strict=True):
        if service in closed:
            closed[service].append(CloseFacility(service, identifier))
    edits = tuple(edit for of_service in closed.values() for edit in of_service[2:32])
    return compare(workspace, Scenario("Fewer", edits))


def summary(found: Comparison, language: str = "en") -> tuple[str, ...]:
    return compose(found.after, speech(language), "today", (found,)).summary


def test_the_summary_tells_the_largest_changes_and_how_many_more_there_are(fewer: Comparison) -> None:
    *usual, told = summary(fewer)
    assert tuple(usual) == compose(fewer.after, speech("en"), "today").summary
    assert told.startswith("Compared with the district as it is: ")
    lost = {s: fewer.people(fewer.of_service(s))[Outcome.LOSES] for s in fewer.changed_services()}
    assert all(fewer.people(fewer.of_service(s))[Outcome.GAINS] == 0 for s in lost)
    moved = sorted((n for n in lost.values() if round(n)), reverse=True)
    assert len(moved) == 4
    numbers = [f"{n:,.0f} people lose it" for n in moved]
    assert [told.find(n) > 0 for n in numbers] == [True, True, True, False]
    assert [told.index(n) for n in numbers[:3]] == sorted(told.index(n) for n in numbers[:3])
    assert told.endswith("; and 1 more service.")
    assert "gain" not in told
    assert "«Почтовые отделения» (иностранный норматив) — услугу тер" in summary(fewer, "ru")[-1]


def test_who_gains_is_told_and_where_nobody_does_that_is_told(town: Town) -> None:
    town.road((0, 0), (40_000, 0)).place("a", (0, 0), 500).place("b", (40_000, 0), 40)
    workspace = town.facility("pharmacy", (0, 0), id="west", name="West").workspace()
    lon, lat = degrees([(40_000, 0)])[0]
    new = AddFacility("pharmacy", "east", {"en": "East"}, lon, lat)
    assert "— 40 people gain it." in summary(compare(workspace, Scenario("East too", (new,))))[-1]
    moved = compare(workspace, Scenario("East", (new, CloseFacility("pharmacy", "west"))))
    assert "— 40 people gain it, 500 people lose it." in summary(moved)[-1]
    standard = moved.changes[0].standard.id
    same = compare(workspace, Scenario("Same", (ChangeStandard(standard, {"target_share": 0.5}),)))
    assert summary(same)[-1] == "Compared with the district as it is, nobody gains or loses a service."
    # Of the district as it is, and of two scenarios, it says nothing.
    assert len(compose(same.before, speech("en"), "today", (same,)).summary) == 3
    between = compare(
        workspace, Scenario("East too", (new,)), Scenario("East", (new, CloseFacility("pharmacy", "west")))
    )
    assert len(summary(between)) == 3


def in_docx(data: bytes) -> str:
    return "\n".join(
        p.text for p in Document(io.BytesIO(data)).paragraphs if p.style and p.style.name == "Lead"
    )


def in_xlsx(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def in_gpkg(data: bytes) -> str:
    with sqlite3.connect(":memory:") as base:
        base.deserialize(data)
        return "\n".join(str(row) for row in base.execute("select * from about"))


READ: dict[str, Callable[[bytes], str]] = {
    "html": lambda data: data.decode(), "docx": in_docx, "xlsx": in_xlsx, "gpkg": in_gpkg,
}  # fmt: skip


@pytest.mark.parametrize("form", READ)
def test_every_memo_tells_what_the_scenario_changes(fewer: Comparison, form: str) -> None:
    told = summary(fewer)[-1]
    under = READ[form](render(fewer.after, form, "en", pictures=picture, findings=(fewer,)))
    assert told in under.replace("\u00a0", " ")
    # The comparison alone does not bring it into the report on the district as it is.
    assert told not in READ[form](render(fewer.before, form, "en", pictures=picture, findings=(fewer,)))
