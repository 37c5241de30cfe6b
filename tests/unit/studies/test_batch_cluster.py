"""Many districts on a cluster: a real scheduler and workers, each a process, one of which is killed at its work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

from planner.studies.batch import KEPT, batch
from planner.studies.figures import document_of
from tests.builders import Town

PATIENCE_S = 60.0


def started(*command: str) -> subprocess.Popen[bytes]:
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", *command], env=here, stdout=quiet, stderr=quiet)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "scheduler.json"
    process = started(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--dashboard-address", "127.0.0.1:0", "--no-show", "--scheduler-file", str(file),
    )  # fmt: skip
    give_up = time.monotonic() + PATIENCE_S
    address = ""
    while not address and process.poll() is None and time.monotonic() < give_up:
        time.sleep(0.05)
        if file.exists() and file.stat().st_size:
            address = json.loads(file.read_text())["address"]
    try:
        assert address, "the scheduler did not start"
        yield address
    finally:
        process.terminate()
        process.wait()


def worker(scheduler: str, name: str, folder: Path) -> subprocess.Popen[bytes]:
    return started(
        "distributed.cli.dask_worker", scheduler, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
        "--no-dashboard", "--name", name, "--local-directory", str(folder / name),
    )  # fmt: skip


def waited(client: Any, found: str) -> None:
    """Wait until a worker of that name has something to do."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        about = client.scheduler_info()["workers"]
        busy = client.processing()
        if any(
            about[address]["name"] == found and tasks for address, tasks in busy.items() if address in about
        ):
            return
        time.sleep(0.02)
    raise AssertionError(f"{found} was never given anything to do")


@pytest.fixture
def country(tmp_path: Path) -> list[str]:
    locations = []
    for number in range(6):
        town = (
            Town(tmp_path / f"d{number}.gpkg")
            .boundary((-1000, -1000, 30_000, 1000))
            .road((0, 0), (25_000, 0))
        )
        town.place("c", (0, 0), 900, "town").place("v", (4000 * number, 0), 100)
        town.facility("post_office", (0, 0)).workspace()
        locations.append(str(tmp_path / f"d{number}.gpkg"))
    return locations


def test_a_worker_that_is_killed_at_its_work_costs_nothing(
    scheduler: str, country: list[str], tmp_path: Path
) -> None:
    import threading

    from distributed import Client

    broken = tmp_path / "broken.gpkg"
    out = tmp_path / "out"
    doomed = worker(scheduler, "doomed", tmp_path)
    others = []
    with closing(Client(scheduler, set_as_default=False)) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=PATIENCE_S)

        def kill() -> None:
            # It has taken all there is and has only begun: the first thing it does is to import the planner.
            waited(client, "doomed")
            os.kill(doomed.pid, signal.SIGKILL)
            doomed.wait()
            others.append(worker(scheduler, "heir", tmp_path))

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            broken.write_text("no workspace")
            found = batch([*country, str(broken)], out, scheduler=scheduler)
            killer.join()
        finally:
            for process in (doomed, *others):
                process.terminate()
                process.wait()
    assert doomed.returncode == -signal.SIGKILL
    assert [d.id for d in found.districts] == [f"d{n}" for n in range(6)]
    assert [f.id for f in found.failures] == ["broken"]
    # What the cluster found is, to the last byte, what is found here.
    for district, location in zip(found.districts, country, strict=True):
        kept = (out / KEPT / f"{district.key}.json").read_bytes()
        assert b'{"figures":' + kept + b"}" == document_of(location, 500.0)
