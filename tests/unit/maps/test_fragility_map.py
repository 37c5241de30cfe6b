"""The map of fragility and its legend: every line on the map has a row that tells what it means."""

from __future__ import annotations

import json
import re

import pytest

from planner.i18n import LANGUAGES, speech
from planner.maps.district_map import legend_html
from planner.maps.fragility_map import fragility_layer, fragility_legend
from planner.maps.marks import mark_data, theme
from planner.maps.offline import Call
from planner.results import Fragility
from planner.standards.catalogue import load as load_standards
from planner.studies.fragility import fragility_of
from tests.builders import Town, standard

SAY = speech("en")


@pytest.fixture
def found(town: Town) -> Fragility:
    """Return three villages, each at the end of a road of its own."""
    town.facility("post_office", (0, 0)).place("centre", (0, 0), 900, kind="town")
    for name, end in (("west", (-4000, 0)), ("east", (5000, 0)), ("north", (0, 6000))):
        town.place(name, end, 50).road((0, 0), end, id=name)
    by_car = standard("travel_time", 30, "post_office", id="car", mode="car")
    return fragility_of(town.inputs(), (by_car,), load_standards(), "post_office")


def ways(found: Fragility, chosen: int) -> list[bool]:
    """Return of each line on the map whether it is the chosen one."""
    (drawn,) = fragility_layer(found, chosen, [], SAY)._children.values()
    assert isinstance(drawn, Call)
    return [way["chosen"] for way in json.loads(drawn.data)["ways"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_on_the_map_stands_in_the_legend(found: Fragility, language: str) -> None:
    say = speech(language)
    drawn = ways(found, 1)
    assert drawn == [False, True, False]
    rows = {row.symbol: row for row in fragility_legend(found, 1, say)}
    assert (rows["way_chosen"].places, rows["way"].places) == (drawn.count(True), drawn.count(False))
    shown = legend_html([*rows.values()], say)
    assert say("road that is cut here") in shown
    assert say("other road whose loss takes the service away") in shown


def test_the_sign_of_a_line_has_the_colours_of_the_line(found: Fragility) -> None:
    for dark in (False, True):
        looks = mark_data(theme(dark))
        for row in fragility_legend(found, 0, SAY, dark=dark):
            if row.symbol in ("way", "way_chosen"):
                look = looks[row.symbol]
                assert (
                    re.findall(r'stroke="([^"]+)"', row.swatch(dark=dark))[-1] == look["fill"] == row.colour
                )


def test_no_line_no_row(town: Town) -> None:
    town.facility("post_office", (0, 0)).place("centre", (0, 0), 900).road((0, 0), (900, 0))
    by_car = standard("travel_time", 30, "post_office", id="car", mode="car")
    found = fragility_of(town.inputs(), (by_car,), load_standards(), "post_office")
    assert ways(found, 0) == []
    assert not {"way", "way_chosen"} & {row.symbol for row in fragility_legend(found, 0, SAY)}


def test_a_network_of_mains_is_not_called_a_road(town: Town) -> None:
    town.place("a", (1000, 0), 10).place("b", (2000, 0), 20).facility("water", (0, 0))
    town.line("water", (0, 0), (1000, 0), (2000, 0), id="first")
    found = fragility_of(town.inputs(), (), load_standards(), "water")
    labels = [row.label for row in fragility_legend(found, 0, SAY) if row.symbol.startswith("way")]
    assert len(labels) == 2
    assert all("main" in label and "road" not in label for label in labels)
