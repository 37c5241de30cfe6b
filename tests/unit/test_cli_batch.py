"""planner batch: exit codes, one JSON document, files that agree with one another."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import openpyxl
import orjson
import pytest

from planner.cli import main
from planner.studies.batch import KEPT
from planner.studies.figures import document_of
from planner.studies.regions import district_id
from tests.builders import Town


@pytest.fixture
def country(tmp_path: Path) -> list[str]:
    """Write two districts, and what an earlier batch left of them: no process has to be started."""
    kept = tmp_path / "out" / KEPT
    kept.mkdir(parents=True)
    locations = []
    for number, (name, far) in enumerate((("near", 500.0), ("far", 24_000.0))):
        west = number * 40_000
        town = Town(tmp_path / f"{name}.gpkg").boundary((west - 1000, -1000, west + 30_000, 1000))
        town.road((west, 0), (west + 25_000, 0)).place("c", (west, 0), 900, "town")
        town.place("v", (west + far, 0), 100).facility("post_office", (west, 0)).workspace()
        locations.append(str(tmp_path / f"{name}.gpkg"))
        found = orjson.loads(document_of(locations[-1], 500.0))["figures"]
        (kept / f"{found['key']}.json").write_bytes(orjson.dumps(found))
    return locations


def test_one_document_and_files_that_agree_with_it(
    country: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    regions = tmp_path / "regions.csv"
    regions.write_text("workspace,region,role\nnear,North,\nfar,North,regional_centre\n")
    out = tmp_path / "out"
    code = main(["batch", *country, "--out", str(out), "--regions", str(regions), "--lang", "en", "--json"])
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert code == 0
    assert json.loads((out / "districts.json").read_bytes()) == document
    assert document["people"] == 2000
    assert [(r["id"], r["rank"]) for r in document["ranking"]["post_office"]] == [("far", 1), ("near", 2)]
    assert [r["value"] for r in document["ranking"]["post_office"]] == [0.9, 1.0]
    page = (out / "districts-en.html").read_text("utf-8")
    levels = re.findall(
        r'data-value="([0-9.e-]+)"', page.split('data-table="ranking"')[1].split("</tbody>")[0]
    )
    assert {str(r["value"]) for r in document["ranking"][""]} <= set(levels)
    assert "<script" not in page
    book = openpyxl.load_workbook(io.BytesIO((out / "districts-en.xlsx").read_bytes()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [(row[0], row[4]) for row in rows[1:]] == [
        (r["rank"], r["value"]) for r in document["ranking"][""]
    ]
    features = json.loads((out / "districts-en.geojson").read_bytes())["features"]
    assert {f["id"]: f["properties"]["covered_post_office"] for f in features} == {"near": 1.0, "far": 0.9}
    assert features[0]["geometry"]["type"] == "Polygon"


def test_a_district_that_fails_gives_exit_code_1_and_the_others_are_there(
    country: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_text("no workspace")
    code = main(["batch", *country, str(broken), "--out", str(tmp_path / "out"), "--lang", "en"])
    printed = capsys.readouterr()
    assert code == 1
    assert "broken: " in printed.err
    assert "Town" in printed.out
    assert "cannot be read as a workspace" in (tmp_path / "out" / "districts-en.html").read_text("utf-8")


def test_a_workspace_by_another_name_counts_once_and_that_is_told(
    country: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "again.gpkg").symlink_to(country[0])
    code = main(["batch", *country, str(tmp_path / "again.gpkg"), "--out", str(tmp_path / "out"), "--json"])
    printed = capsys.readouterr()
    assert code == 0
    assert json.loads(printed.out)["people"] == 2000
    assert "Named more than once, and counted once: 1 of the workspaces." in printed.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--format", "doc"], "no report format 'doc'"),
        (["--regions", "none.csv"], "none.csv"),
        (["--small", "-5"], "below -5"),
        (["--scheduler", "nonsense"], "No Dask scheduler answers at nonsense"),
    ],
)
def test_bad_usage_gives_exit_code_2(
    country: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
) -> None:
    assert main(["batch", *country, "--out", str(tmp_path / "out"), *more]) == 2
    assert told in capsys.readouterr().err


def test_districts_go_by_their_files(country: list[str]) -> None:
    assert [district_id(location) for location in country] == ["near", "far"]
