"""A fresh workspace of the sample district, and the app on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.studies.founding import found_sample
from planner.ui import work
from tests.app.server import await_port, free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class App:
    """A running app."""

    url: str
    workspace: Path
    home: Path


@pytest.fixture(autouse=True)
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins without jobs, and a page without a browser waits for its own: nobody draws it again."""
    monkeypatch.setattr(work, "AT_ONCE_S", 60.0)
    yield
    work.forget_all()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a fresh workspace, started as a planner starts it."""
    folder = tmp_path_factory.mktemp("app")
    workspace, port = folder / "district.gpkg", free_port()
    found_sample(workspace)
    server = subprocess.Popen(
        [sys.executable, "-m", "planner.cli", "app", str(workspace), "--port", str(port), "--no-browser"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANNER_HOME": str(folder / "home")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await_port(port, server)
        yield App(f"http://127.0.0.1:{port}", workspace, folder / "home")
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=20)
