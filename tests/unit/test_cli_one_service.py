"""The commands that study one service: what they print, and their exit codes."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import openpyxl
import pytest

from planner.cli import main
from planner.studies import closures as study


def test_closures_are_printed(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["closures", str(sample_file), "--service", "fire", "--count", "2"]) == 0
    printed = capsys.readouterr()
    assert "Fire station, Lomashy" in printed.out
    assert "proven" in printed.err
    assert main(["closures", str(sample_file), "--service", "fire", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["service"] == "fire"
    assert told["least_harmful"] is None


def test_a_search_that_is_stopped_says_so(
    sample_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "closures", functools.partial(study.closures, node_limit=1))
    assert main(["closures", str(sample_file), "--service", "school", "--count", "5"]) == 3
    assert "not proven" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("service", "count", "said"),
    [
        ("mobile", "1", "cannot be studied"),
        ("fire", "9", "cannot close"),
        ("frobnicate", "1", "cannot be studied"),
    ],
)
def test_what_cannot_be_studied_is_refused(
    sample_file: Path, capsys: pytest.CaptureFixture[str], service: str, count: str, said: str
) -> None:
    assert main(["closures", str(sample_file), "--service", service, "--count", count]) == 2
    assert said in capsys.readouterr().err


def test_the_report_tells_of_the_studies(sample_file: Path, tmp_path: Path) -> None:
    arguments = ["report", str(sample_file), "--lang", "en", "--format", "html,xlsx", "--out", str(tmp_path)]
    assert main(arguments) == 0
    page = next(tmp_path.glob("*.html")).read_text("utf-8")
    assert 'id="closures"' in page
    assert "Fire station, Glubokoye" in page
    book = openpyxl.load_workbook(next(tmp_path.glob("*.xlsx")), read_only=True)
    rows = list(book["If a service point closes"].iter_rows(values_only=True))
    fire = next(row for row in rows if row[1] == "Fire station, Glubokoye")
    assert (fire[2], fire[3]) == (27575, 23606)


def test_capacity_is_printed(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["capacity", str(sample_file), "--service", "fire", "--cutoff", "20"]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert "Fire station, Lomashy" in printed.out
    assert "deficit 2407" in printed.err
    assert main([*arguments, "--method", "3sfca", "--decay", "gaussian", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["decay"], told["cutoff_min"]) == ("3sfca", "gaussian", 20)
    assert len(told["places"]) == 369
    assert main(["capacity", str(sample_file), "--service", "post_office"]) == 2
    assert "primary_care (physicians)" in capsys.readouterr().err


def test_fragility_is_printed(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fragility", str(sample_file), "--service", "library"]) == 0
    printed = capsys.readouterr()
    assert "Verkhneye" in printed.out
    assert "Proven" in printed.err
    assert main(["fragility", str(sample_file), "--service", "library", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network"] == "roads"
    assert main(["fragility", str(sample_file), "--service", "water"]) == 2
    assert "come from" in capsys.readouterr().err
