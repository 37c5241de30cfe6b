"""The command that plans visiting services: what it prints and writes, and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest

from planner.cli import main

POST = ["--service", "post_office", "--standard", "uk_post_3mi_rural", "--rounds", "100"]
GPX = "{http://www.topografix.com/GPX/1/1}"


def test_a_timetable_is_printed_and_written_for_navigators(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tour", str(sample_file), *POST, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["people_served"] + told["people_unserved"] == told["people_lacking"] == 1971
    folder = tmp_path / "gpx"
    assert main(["tour", str(sample_file), *POST, "--out", str(folder), "--lang", "be"]) == 0
    printed = capsys.readouterr()
    assert re.search(r"1 +Monday +1 +\S+ +08:\d\d +08:\d\d", printed.out)
    assert "Proven: no fewer stops suffice" in printed.err
    files = sorted(folder.iterdir())
    assert len(files) == len(told["trips"])
    for trip, file in zip(told["trips"], files, strict=True):
        _same_trip(trip, file)


def _same_trip(trip: dict[str, object], file: Path) -> None:
    """Read a GPX file back and compare it with the trip it was written from."""
    root = ElementTree.parse(file).getroot()
    assert (root.tag, root.get("version")) == (f"{GPX}gpx", "1.1")
    order = {f"{GPX}{kind}": rank for rank, kind in enumerate(("metadata", "wpt", "rte", "trk"))}
    ranks = [order[child.tag] for child in root]
    assert ranks == sorted(ranks)
    halts = trip["halts"]
    assert isinstance(halts, list)
    points = root.findall(f"{GPX}wpt")
    assert [p.findtext(f"{GPX}desc") for p in points] == [f"{h['arrival']}–{h['departure']}" for h in halts]
    assert len(root.findall(f"{GPX}rte/{GPX}rtept")) == len(halts) + 2
    assert len(pyogrio.read_dataframe(file, layer="waypoints")) == len(halts)
    track = pyogrio.read_dataframe(file, layer="tracks")
    length = track.to_crs(32635).length.sum() / 1000
    assert length == pytest.approx(trip["drive_km"], rel=2e-3)


def test_the_same_question_gets_the_same_answer(
    sample_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for _ in range(2):
        assert main(["tour", str(sample_file), *POST, "--visits-at", "petrunovo=2", "--json"]) == 0
        out = capsys.readouterr().out
        document = json.loads(out)
        del document["manifest"]
        found.append(document)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--hours", "0.3", "--stop-minutes", "10"], 1, "can be served"),
        (["--vehicles", "1", "--days", "1"], 1, "are needed at least"),
        (["--time-limit", "0.0001"], 3, "stopped before its end"),
        (["--walk", "-5"], 2, "walk_m"),
        (["--depot", "frobnicate"], 2, "depot"),
        (["--visits-at", "frobnicate"], 2, "PLACE_ID"),
        (["--season", "monsoon"], 2, "monsoon"),
        (["--standard", "frobnicate"], 2, "frobnicate"),
    ],
)
def test_exit_codes(
    sample_file: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, said: str
) -> None:
    assert main(["tour", str(sample_file), *POST, *options]) == code
    assert said in capsys.readouterr().err
