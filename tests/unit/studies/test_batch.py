"""Many districts: each in a process of its own, what is done is kept, what fails is told and stops nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import orjson
import pytest

from planner.errors import InputError
from planner.studies.batch import KEPT, batch
from planner.studies.district_worker import in_processes
from planner.studies.districts import FILE, read_districts
from planner.studies.figures import document_of
from planner.workspace import open_workspace
from tests.builders import Town


def village(path: Path, far: float) -> str:
    """Write a district: a centre of 900 people with a post office, a village of 100 so many metres away."""
    town = Town(path).boundary((-1000, -1000, 30_000, 1000)).road((0, 0), (25_000, 0))
    town.place("centre", (0, 0), 900, "town").place("village", (far, 0), 100)
    town.facility("post_office", (0, 0)).workspace()
    return str(path)


@pytest.fixture
def country(tmp_path: Path) -> list[str]:
    return [
        village(tmp_path / f"{name}.gpkg", far) for name, far in (("a", 500), ("b", 9_000), ("c", 24_000))
    ]


def children() -> list[int]:
    """Return the processes of workers that this process has started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            if parent == os.getpid() and "district_worker" in command:
                found.append(int(folder.name))
    return found


def kill_the_first_worker() -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        for process in children():
            # It has only begun to import: whatever it was given first it cannot have answered yet.
            os.kill(process, signal.SIGKILL)
            return
        time.sleep(0.005)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found through /proc")
def test_a_dead_worker_and_a_broken_file_cost_one_district_each_and_the_next_run_does_the_rest(
    country: list[str], tmp_path: Path
) -> None:
    broken = tmp_path / "d.gpkg"
    broken.write_text("no workspace")
    out = tmp_path / "out"
    killer = threading.Thread(target=kill_the_first_worker)
    killer.start()
    first = batch([*country, str(broken)], out, workers=1)
    killer.join()
    assert [d.id for d in first.districts] == ["b", "c"]
    assert [f.id for f in first.failures] == ["a", "d"]
    assert "SIGKILL" in first.failures[0].text()
    assert "cannot be read as a workspace" in first.failures[1].text()
    kept = {path: path.stat().st_mtime_ns for path in (out / KEPT).iterdir()}
    assert len(kept) == 2

    told: list[tuple[int, int, str, bool]] = []
    second = batch(country, out, workers=1, done=lambda *done: told.append(done))
    assert told == [(1, 3, "b", True), (2, 3, "c", True), (3, 3, "a", True)]
    assert second.failures == ()
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    # What processes found is, to the last byte, what is found here.
    for district, location in zip(second.districts, country, strict=True):
        here = orjson.loads(document_of(location, 500.0))["figures"]
        assert (out / KEPT / f"{district.key}.json").read_bytes() == orjson.dumps(
            here, option=orjson.OPT_SORT_KEYS
        )
    assert read_districts(out) == second


def test_a_batch_that_is_stopped_keeps_what_is_done_and_leaves_no_process(
    country: list[str], tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch(country, tmp_path / "out", workers=1, done=stop)
    assert len(list((tmp_path / "out" / KEPT).glob("*.json"))) == 1
    assert not (tmp_path / "out" / FILE).exists()
    assert not list((tmp_path / "out").rglob("*.part"))
    if Path("/proc/self/stat").exists():
        assert children() == []


def test_figures_are_measured_anew_where_anything_behind_them_has_changed(
    country: list[str], tmp_path: Path
) -> None:
    from planner.studies.figures import key_of

    workspace = open_workspace(country[0])
    before = key_of(workspace, 500.0)
    assert key_of(workspace, 400.0) != before
    workspace.remove("post_office")
    assert key_of(workspace, 500.0) != before
    workspace.restore("post_office", 1)
    assert key_of(workspace, 500.0) == before


def test_a_failure_is_told_and_never_raised(tmp_path: Path) -> None:
    found = orjson.loads(document_of(str(tmp_path / "none.gpkg"), 500.0))
    assert "none.gpkg" in str(found["failure"]["values"])


def test_workspaces_of_one_name_are_told_apart_and_each_is_resumed_as_itself(
    country: list[str], tmp_path: Path
) -> None:
    """Last year's a and this year's, of one district: 100 people lacked the post office, who have it now."""
    (tmp_path / "last").mkdir()
    last = village(tmp_path / "last" / "a.gpkg", 24_000)
    this, there, out = country[0], tmp_path.name, tmp_path / "out"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch([this, last], out, workers=1, done=stop)
    told: list[str] = []
    found = batch([last, this], out, workers=1, done=lambda count, total, id, good: told.append(id))
    assert sorted(told) == [d.id for d in found.districts] == sorted([f"{there}/a", "last/a"])
    assert {d.id: d.location for d in found.districts} == {f"{there}/a": this, "last/a": last}
    post = {d.id: d.service("post_office") for d in found.districts}
    shares = {id: figures.share_covered for id, figures in post.items() if figures}
    assert shares == {f"{there}/a": 1.0, "last/a": 0.9}
    assert found.name("last/a", "en") == f"{found.district('last/a').name['en']} (last/a)"
    assert len(list((out / KEPT).iterdir())) == 2
    # The same in whatever order they are named, and another that is added changes nothing of these.
    again = batch([this, last, country[1]], out, workers=1)
    assert [d for d in again.districts if d.id.endswith("/a")] == list(found.districts)
    assert [d.id for d in again.districts] == sorted(["b", f"{there}/a", "last/a"])


def test_what_cannot_be_asked_for_is_refused(country: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No workspace is named"):
        batch([], tmp_path / "out")
    with pytest.raises(InputError, match="below -1"):
        batch(country, tmp_path / "out", small_below=-1)
    with pytest.raises(ValueError, match="workers"):
        next(in_processes(country, 500.0, 0))
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InputError, match="cannot be written to"):
        batch(country, file / "out")
