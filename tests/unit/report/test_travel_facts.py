"""The report says under which season, on which slopes and across which barriers its ways were measured."""

from __future__ import annotations

import pytest

from planner.i18n import speech
from planner.report.labels import Labels
from planner.report.provenance import facts

SAY = speech("en")


def told(**travel: object) -> dict[str, str]:
    manifest = {"version": "1", "travel": {"season": "dry", "speeds": "shipped", "modes": ["walk"], **travel}}
    return dict(facts(manifest, Labels(SAY), SAY))


def test_the_plain_case() -> None:
    found = told(heights=False, barriers=False)
    assert found["Season of the roads"] == "dry season"
    assert found["Slopes"].startswith("not considered")
    assert found["Rivers and railways"].startswith("not considered")
    assert "Table of speeds" not in found


def test_everything_considered() -> None:
    found = told(season="spring", heights=True, barriers=True, speeds="own.yaml (sha256 ab)")
    assert found["Season of the roads"] == "spring mud"
    assert "Tobler" in found["Slopes"]
    assert "crosses none" in found["Rivers and railways"]
    assert found["Table of speeds"] == "own.yaml (sha256 ab)"


@pytest.mark.parametrize("travel", [None, {"season": "dry", "modes": []}])
def test_where_no_way_was_measured_nothing_is_said_of_it(travel: object) -> None:
    assert facts({"version": "1", "travel": travel}, Labels(SAY), SAY) == (("Version of the planner", "1"),)


def test_a_season_of_an_own_table_keeps_its_name() -> None:
    assert told(season="ice road")["Season of the roads"] == "ice road"
