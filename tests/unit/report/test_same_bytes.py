"""The same inputs give the same bytes: in another process, folder and time zone, with other hashes of texts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.report.every_report import write
from tests.unit.report.towns import towns

ROOT = Path(__file__).resolve().parents[3]
EPOCH = "1795435200"
"""Noon of 23 November 2026, universal time."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return all files of two runs that have nothing in common but their inputs: one here, one in another process."""
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there") / "another folder"
    towns(here)
    shutil.copytree(here, there)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "4711",
        "TZ": "America/Lima",
        "SOURCE_DATE_EPOCH": EPOCH,
    }
    command = [sys.executable, "-m", "tests.unit.report.every_report", str(there), str(there / "out")]
    with (
        subprocess.Popen(
            command, cwd=there, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        ) as run,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("SOURCE_DATE_EPOCH", EPOCH)
        assert write(here, here / "out") == 0
        _, said = run.communicate(timeout=900)
    assert run.returncode == 0, said.decode()
    first, second = (
        {p.name: p.read_bytes() for p in sorted((folder / "out").iterdir()) if p.is_file()}
        for folder in (here, there)
    )
    return first, second


def test_every_report_is_the_same_to_the_last_byte(
    written: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    first, second = written
    # Where each district lies is told by what a batch keeps for itself, not by its report.
    assert first.pop("districts.json") != second.pop("districts.json")
    assert first.keys() == second.keys()
    ends = {Path(name).suffix for name in first}
    assert ends == {".html", ".pdf", ".docx", ".xlsx", ".geojson", ".gpkg", ".csv"}
    assert len(first) == 6 + 1 + 2 + 7 + len([name for name in first if name.endswith(".csv")])
    assert [name for name, data in first.items() if data != second[name]] == []


def test_the_date_that_they_bear_is_the_one_given(
    written: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    pages = [
        data.decode() for name, data in written[0].items() if name.endswith(".html") and "map" not in name
    ]
    assert len(pages) == 4
    assert all("23 ноября 2026\u202fг." in page or "23 ноября 2026\u00a0г." in page for page in pages)
