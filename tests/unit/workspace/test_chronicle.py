"""The log in words: every kind of change is told, with whoever made it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from planner.cli import main
from planner.layers.schema import Role
from planner.workspace import Addition, LayerOrigin, LogEntry, Member, Rank, open_workspace
from planner.workspace.chronicle import told
from tests.builders import Town


def test_every_change_is_told_with_its_author(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    location = town.place("a", (0, 0), 10).facility("shop", (0, 0)).workspace().location
    workspace = open_workspace(location, Member("Anna", Rank.ADMINISTRATOR))
    shop = next(r for r in workspace.layers() if r.service == "shop")
    frame, origin = workspace.read(shop), LayerOrigin("shops.csv", "", "", "", False, "")
    workspace.add(frame, Role.FACILITIES, "shop", title={"en": "Shops"}, origin=origin)
    workspace.restore("shop", 1)
    workspace.remove("shop")
    workspace.add_all([Addition(frame, Role.FACILITIES, "post_office", {"en": "Post"}, origin)])
    workspace.undo()
    workspace.set_standards("standards: []\n")
    workspace.save_scenario("Closing", "{}")
    workspace.remove_scenario("Closing")
    assert main(["log", str(location)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "Anna" in line]
    assert [line.split("Anna  ")[1] for line in lines] == [
        "Layer shop: a new version from shops.csv.",
        "Layer shop: version 1 is in use again.",
        "Layer shop: taken out of use (version 1).",
        "shops.csv: layers taken from it: post_office.",
        f"Step {workspace.log()[-5].step} was taken back: post_office.",
        "The standards in force were changed.",
        "Scenario “Closing”: saved.",
        "Scenario “Closing”: removed.",
    ]
    assert main(["log", str(location), "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [e["actor"] for e in entries[-8:]] == ["Anna"] * 8
    assert [e["number"] for e in entries] == sorted(e["number"] for e in entries)


def test_an_action_of_a_later_planner_stands_by_its_name() -> None:
    entry = LogEntry(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "renamed", {"layers": 3}, "Anna", 1)
    assert told(entry) == ("renamed", {})
