"""Folders that go with their work, and those of killed processes, which go at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.layers import scratch
from planner.layers.scratch import HIDDEN, PREFIX, Scratch, sweep

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL and locks of files")

HOLD = """
import sys
from pathlib import Path
from planner.layers.scratch import Scratch
made = Scratch(Path(sys.argv[1]))
(made.path / "half.gpkg").write_bytes(b"half")
print(made.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every sweep look: a process looks into a folder once."""
    monkeypatch.setattr(scratch, "_swept", set())


def holder(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip()).parent


def aged(folder: Path) -> None:
    """Make a folder look untouched for an hour."""
    then = time.time() - 3600
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (then, then))


def ended(process: subprocess.Popen[str], how: int) -> None:
    process.send_signal(how)
    process.communicate()


def test_a_folder_goes_with_its_work(tmp_path: Path) -> None:
    made = Scratch(tmp_path)
    (made.path / "a").write_text("a")
    assert made.path.parent.name.startswith(HIDDEN)
    made.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("forgotten")
def test_what_a_killed_process_left_goes_when_it_is_old(tmp_path: Path) -> None:
    process, folder = holder(tmp_path)
    ended(process, signal.SIGKILL)
    assert (folder / "work" / "half.gpkg").exists()
    assert sweep(tmp_path) == ()
    scratch._swept.clear()
    aged(folder)
    assert sweep(tmp_path) == (folder,)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("forgotten")
def test_what_somebody_works_in_stays_however_old_it_looks(tmp_path: Path) -> None:
    process, folder = holder(tmp_path)
    try:
        aged(folder)
        assert sweep(tmp_path) == ()
        assert (folder / "work" / "half.gpkg").exists()
    finally:
        ended(process, signal.SIGKILL)


@pytest.mark.usefixtures("forgotten")
def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".in-use").touch()
    for name in (f"{PREFIX}papers", f"{HIDDEN}other", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "results" / ".in-use").touch()
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(outside)
    for path in tmp_path.iterdir():
        if not path.is_symlink():
            aged(path)
    before = sorted(tmp_path.iterdir())
    assert sweep(tmp_path, older_than_s=0) == ()
    assert sorted(tmp_path.iterdir()) == before
    assert (outside / ".in-use").exists()


@pytest.mark.usefixtures("forgotten")
def test_a_workspace_that_was_killed_in_the_making_leaves_nothing_for_long(tmp_path: Path) -> None:
    from planner.workspace import District, create_workspace

    process, folder = holder(tmp_path)
    ended(process, signal.SIGKILL)
    aged(folder)
    create_workspace(tmp_path / "new.gpkg", District({"en": "New"}))
    assert [p.name for p in tmp_path.iterdir()] == ["new.gpkg"]
