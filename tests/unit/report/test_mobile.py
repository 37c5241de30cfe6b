"""What a report, a page and a map say of mobile coverage."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import numpy.typing as npt
import pytest

from planner.i18n import speech
from planner.maps.offline import Call
from planner.maps.reach_layer import reach_layers, reach_legend_html
from planner.report.mobile import (
    mapped_rows,
    mobile_columns,
    mobile_lines,
    mobile_notes,
    mobile_order,
    mobile_rows,
    mobile_sentences,
)
from planner.results import MobileCoverage, frozen
from planner.studies.radio import screen_inputs
from planner.studies.radio_ground import Elevation
from tests.builders import Town

SAY = speech("en")


@pytest.fixture
def found(town: Town) -> MobileCoverage:
    town.place("near", (2_000, 0), 20, name="Near <b>").place("five", (5_000, 0), 30).place("lost", None, 5)
    town.place("far", (19_000, 0), 40).place("beyond", (25_000, 0), 50)
    town.facility("mast", (0, 0), height_m=40.0, band_mhz="800,1800", name="Mast <i>")
    town.area("mobile", (4_000, -500, 20_000, 500))
    return screen_inputs(town.inputs(), cell_m=2_000)


def test_sentences_count_everybody_once(found: MobileCoverage) -> None:
    first, unknown, mapped = mobile_sentences(found, SAY)
    assert re.findall(r"\d+", first) == ["20", "30", "40"]
    assert re.findall(r"\d+", unknown) == ["55"]
    # Of the mapped areas: "far" is in one and not covered, "near" is covered and in none.
    assert re.findall(r"\d+", mapped) == ["40", "20"]


def test_no_contradiction_is_said_plainly(found: MobileCoverage) -> None:
    agreeing = dataclasses.replace(found, mapped=frozen(np.where(found.reach == 0, 1, 0)))
    assert (
        mobile_sentences(agreeing, SAY)[-1] == "Nowhere does screening contradict the mapped coverage areas."
    )


def test_rows_stand_under_their_columns_the_worst_first(found: MobileCoverage) -> None:
    rows, columns = mobile_rows(found, SAY), mobile_columns(found, SAY)
    assert {len(row) for row in rows} == {len(columns)}
    assert [row[0] for row in rows] == ["far", "beyond", "five", "lost", "Near <b>"]
    assert [found.places.ids[i] for i in mobile_order(found)] == ["far", "beyond", "five", "lost", "near"]
    for row in rows:
        for value, column in zip(row, columns, strict=True):
            assert value is None or isinstance(value, str) == (column.style == "text")
    assert (rows[1][4], rows[1][6], rows[1][7]) == (None, None, None)
    assert rows[1][5] == pytest.approx(25, rel=1e-5)
    assert rows[3][3] is None


def test_line_of_sight_has_a_column_only_where_heights_are_given(town: Town, found: MobileCoverage) -> None:
    def heights(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.full(len(lonlat), 100.0)

    over = screen_inputs(town.inputs(), elevation=Elevation(("a.tif",), ("0",), heights), cell_m=2_000)
    titles = [c.title for c in mobile_columns(over, SAY)]
    assert "Line of sight" in titles
    assert "Line of sight" not in [c.title for c in mobile_columns(found, SAY)]
    assert {len(row) for row in mobile_rows(over, SAY)} == {len(titles)}
    assert "a.tif" in mobile_notes(over, SAY)[1]
    assert mobile_lines(over, 0, SAY)[-1] == "line of sight: partly clear"


def test_people_in_and_out_of_mapped_areas(found: MobileCoverage) -> None:
    assert mapped_rows(found, SAY) == (
        ("covered", 0, 20), ("uncertain", 30, 0), ("not covered", 40, 0), ("not computed", 0, 50),
    )  # fmt: skip


def test_the_map_holds_areas_settlements_and_masts(found: MobileCoverage) -> None:
    ground, marks = reach_layers(found, SAY, lambda i: mobile_lines(found, i, SAY))
    (areas,), (service,) = ground._children.values(), marks._children.values()
    assert isinstance(areas, Call)
    assert isinstance(service, Call)
    assert len(json.loads(areas.data)["bands"]) == len(found.areas)
    data = json.loads(service.data)
    assert [data["states"][p[0]] for p in data["places"]] == ["covered", "uncertain", "gap", "no_data"]
    assert len(data["facilities"]) == 1
    assert data["facilities"][0]["lines"][:2] == ["Mast <i>", "height 40 m; 800, 1,800 MHz"]
    assert "<i>" not in service.data


def test_the_legend_names_people_places_and_area(found: MobileCoverage) -> None:
    drawn = reach_legend_html(found, SAY)
    assert "uncertain: covered on optimistic assumptions only" in drawn
    rows = re.findall(r"<tr><td.*?</tr>", drawn)
    people = [int(re.findall(r">([\d,]+)</td>", row)[0]) for row in rows]
    assert people == [20, 30, 40, 50, 5]
