"""A list of names joined to a workspace or a file: on the command line, into a file that can be added."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from planner.cli import main
from planner.errors import InputError
from planner.layers.read import read
from planner.studies.matching import localities, match_list, write_csv
from planner.workspace import open_workspace

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
LIST = "settlement,pop2009,note\nд Голубичи,394,=1+1\nд Залесье,136,\nд Нигде,1,\n"


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(
        "id,name,name_be,lat,lon\n1,Halubichy,Галубічы,55.1,27.9\n2,Залесье,,55.2,27.7\n3,Залесье,,55.3,27.8\n",
        "utf-8",
    )
    return path


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(LIST, "utf-8")
    return path


def test_the_list_comes_back_with_positions_of_the_sure_ones(
    places: Path, names: Path, tmp_path: Path
) -> None:
    matching = match_list(names, places)
    assert matching.counts == {"sure": 1, "doubtful": 1, "none": 1, "settled": 0}
    out = tmp_path / "out.csv"
    write_csv(matching, out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["settlement"], row["lat"], row["lon"], row["match"]) for row in rows] == [
        ("д Голубичи", "55.1", "27.9", "sure"), ("д Залесье", "", "", "doubtful"), ("д Нигде", "", "", "none"),
    ]  # fmt: skip
    assert "55.20000" in rows[1]["match_candidates"]
    # What a spreadsheet would run stays a text.
    assert rows[0]["note"] == "'=1+1"
    assert [g is None for g in read(out).frame.geometry] == [False, True, True]


def test_the_command_prints_a_table_or_one_document(
    places: Path, names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["match", str(names), "--against", str(places), "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["counts"] == {"sure": 1, "doubtful": 1, "none": 1, "settled": 0}
    assert [row["match"] for row in document["rows"]] == ["sure", "doubtful", "none"]
    assert "1 sure, 0 settled, 1 doubtful, 1 not found" in said.err
    assert main(["match", str(names), "--against", str(places), "--out", str(tmp_path / "no" / "o.csv")]) == 2
    assert main(["match", str(places), "--against", str(tmp_path / "none.gpkg")]) == 2
    assert main(["match", str(tmp_path / "none.csv"), "--against", str(places)]) == 2


def test_the_places_of_a_workspace_are_known(sample_file: Path, names: Path) -> None:
    workspace = open_workspace(sample_file)
    frame = workspace.read(next(r for r in workspace.layers() if r.role == "demand"))
    assert len(localities(frame)) == int(frame.geometry.notna().sum())
    found = match_list(names, sample_file).matches
    assert (found[0].certainty, found[2].certainty) == ("sure", "none")


def test_a_list_without_names_is_refused(places: Path, tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no column with names"):
        match_list(path, places)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the checkout (../shared/data)")
def test_the_census_of_the_first_district_is_found_where_it_is_known_to_lie(tmp_path: Path) -> None:
    truth = pd.read_csv(SHARED / "hlybokaye" / "hlybokaye_census2009_located.csv")
    path = tmp_path / "census.csv"
    truth[["raion", "selsovet", "settlement", "pop2009"]].to_csv(path, index=False)
    known = pd.read_csv(SHARED / "belarus" / "belarus_localities_wof.csv")
    around = known[known.lat.between(54.9, 55.5) & known.lon.between(27.2, 28.6)]
    around.to_csv(tmp_path / "places.csv", index=False)
    matching = match_list(path, tmp_path / "places.csv")
    located = truth.geonameid.notna()
    sure = [one.locality for one in matching.matches]
    right = [
        at is not None and abs(at.lat - lat) < 1e-3 and abs(at.lon - lon) < 1e-3
        for at, lat, lon in zip(sure, truth.lat, truth.lon, strict=True)
    ]
    given = sum(at is not None and there for at, there in zip(sure, located, strict=True))
    assert sum(right) == given
    assert sum(right) / located.sum() > 0.84
