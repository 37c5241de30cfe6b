"""What the command line refuses, and with which exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from planner.cli import main
from planner.scenario import CloseFacility, Scenario
from planner.workspace import open_workspace
from tests.builders import Town

_RING = [[27.0, 55.0], [27.1, 55.0], [27.1, 55.1], [27.0, 55.1], [27.0, 55.0]]


def outline(path: Path, geometry: dict[str, object]) -> Path:
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


@pytest.fixture
def square(tmp_path: Path) -> Path:
    return outline(tmp_path / "outline.geojson", {"type": "Polygon", "coordinates": [_RING]})


@pytest.fixture
def workspace(tmp_path: Path, square: Path) -> Path:
    made = tmp_path / "district.gpkg"
    assert main(["new", str(made), "--name", "District", "--boundary", str(square)]) == 0
    places = tmp_path / "places.csv"
    places.write_text("id,lon,lat,population\na,27.05,55.05,10\n", encoding="utf-8")
    assert main(["add", str(made), str(places), "--as", "demand"]) == 0
    return made


@pytest.mark.parametrize("formats", ["", ",", " , "])
def test_a_report_in_no_format_is_bad_usage(
    workspace: Path, tmp_path: Path, formats: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(workspace), "--format", formats, "--out", str(tmp_path / "out")]) == 2
    assert "html, pdf, docx, xlsx, geojson, gpkg" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["", "   "])
def test_a_district_without_a_name_is_bad_usage(
    tmp_path: Path, square: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "x.gpkg"), "--name", name, "--boundary", str(square)]) == 2
    assert "needs a name" in capsys.readouterr().err
    assert not (tmp_path / "x.gpkg").exists()


def test_an_outline_that_is_none_is_not_acceptable_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = outline(tmp_path / "point.geojson", {"type": "Point", "coordinates": [27.0, 55.0]})
    assert main(["new", str(tmp_path / "x.gpkg"), "--name", "X", "--boundary", str(point)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "polygon" in said.err
    assert not (tmp_path / "x.gpkg").exists()


def test_a_district_with_a_very_long_name_has_a_report(tmp_path: Path, square: Path) -> None:
    made = tmp_path / "long.gpkg"
    assert main(["new", str(made), "--name", "long " * 100, "--boundary", str(square)]) == 0
    places = tmp_path / "places.csv"
    places.write_text("id,lon,lat,population\na,27.05,55.05,10\n", encoding="utf-8")
    assert main(["add", str(made), str(places), "--as", "demand"]) == 0
    assert main(["report", str(made), "--format", "geojson", "--out", str(tmp_path / "out")]) == 0
    assert len(list((tmp_path / "out").iterdir())) == 1


@pytest.mark.parametrize("command", [["assess"], ["compare", "--scenario", ""], ["report", "--out", "o"]])
def test_a_scenario_without_a_name_is_not_taken_for_none(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "town.gpkg"
    Town(path).place("a", (0, 0)).facility("shop", (0, 0)).workspace()
    assert main([command[0], str(path), *command[1:], "--scenario", ""]) == 2
    assert "There is no scenario" in capsys.readouterr().err


def test_a_folder_is_no_scenario(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scenario", str(sample_file), "import", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "is a folder, not the file of a scenario" in said
    assert "Errno" not in said


def test_a_scenario_that_cannot_be_read_hides_no_other(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "copy.gpkg"
    shutil.copy(sample_file, path)
    kept = open_workspace(str(path))
    good = Scenario("Good", (CloseFacility("library", "library-glubokoye-1"),))
    kept.save_scenario("Good", good.to_json())
    kept.save_scenario("Bad", "{")
    assert main(["scenario", str(path), "list", "--json"]) == 0
    told = {row["name"]: row for row in json.loads(capsys.readouterr().out)["scenarios"]}
    assert told["Good"]["edits"] == 1
    assert "not valid JSON" in told["Bad"]["unreadable"]
    assert main(["scenario", str(path), "list"]) == 0
    said = capsys.readouterr()
    assert "unreadable" in said.out
    assert "“Bad” cannot be read" in said.err
