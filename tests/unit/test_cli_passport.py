"""The command that writes a standards passport: whose it is, what it says, what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from planner.cli import main
from tests.builders import Town

DAY = ["--date", "2026-11-23"]


def test_it_says_of_parity_what_the_command_parity_says(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity", str(sample_file), "--json"]) == 0
    told = next(p for p in json.loads(capsys.readouterr().out)["places"] if p["id"] == "petrunovo")
    asked = ["passport", str(sample_file), "--place", "Петруново", "--lang", "en", "--out"]
    for folder in ("a", "b"):
        assert main([*asked, str(tmp_path / folder), *DAY]) == 0
    files = sorted((tmp_path / "a").iterdir())
    assert [f.suffix for f in files] == [".html", ".pdf"]
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    page = files[0].read_text("utf-8")
    compared = re.search(r"Parity with (.*?)\.</li>", page)
    assert compared is not None
    shares = [float(x) for x in re.findall(r": (\d\.\d\d)", compared.group(1))]
    assert shares == [round(value, 2) for value in told["composite"].values()]
    assert f"Cost: {told['step']['cost']:.1f} conditional units" in page
    assert "23 November 2026" in page


def test_it_counts_with_costs_of_ones_own(sample_file: Path, tmp_path: Path) -> None:
    costs = tmp_path / "costs.yaml"
    # In one language: the others show it as it is.
    costs.write_text("steps:\n  post_office: {fixed: 0.5, per_unit: 0, what: {ru: почтальон}}\n", "utf-8")
    asked = ["passport", str(sample_file), "--place", "petrunovo", "--format", "html", *DAY]
    for language in ("be", "en"):
        assert main([*asked, "--lang", language, "--out", str(tmp_path), "--costs", str(costs)]) == 0
    pages = [(tmp_path / f"standards-passport-petrunovo-{x}.html").read_text("utf-8") for x in ("be", "en")]
    assert all("почтальон" in page for page in pages)
    assert "почтальон (Post offices). Cost by the table of costs given: 0.5" in pages[1]
    assert "conditional units" not in pages[1]


def test_a_name_that_several_settlements_bear_is_not_guessed(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town.road((0, 0), (3000, 0)).facility("post_office", (0, 0))
    town.place("one", (0, 0), 7, name="Березки").place("two", (900, 0), 8, name="Берёзки")
    town.place("three", (1800, 0), 9, name="Березки Новые")
    town.workspace()
    asked = ["passport", str(town.path), "--out", str(tmp_path / "out"), "--place"]
    assert main([*asked, "берёзки"]) == 2
    refused = capsys.readouterr().err
    assert "2 settlements" in refused
    assert "one (" in refused and "two (" in refused and "three" not in refused
    assert main([*asked, "новые"]) == 2
    assert "Is one of these meant: three (" in capsys.readouterr().err
    assert main([*asked, "Atlantis"]) == 2
    assert "no settlement “Atlantis”" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--format", "docx"], "docx"),
        (["--date", "23.11.2026"], "YYYY-MM-DD"),
        (["--format", ","], "Choose from"),
    ],
)
def test_a_wrong_wish_is_refused(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str], said: str
) -> None:
    asked = ["passport", str(sample_file), "--place", "petrunovo", "--out", str(tmp_path / "out"), *wrong]
    assert main(asked) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
