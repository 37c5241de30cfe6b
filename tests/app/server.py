"""App servers of a test module's own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(words: list[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of Python, with all that it starts in turn, until the end of the block.

    Parameters
    ----------
    words : list of str
        The module and its arguments.
    folder : pathlib.Path
        What it works in; what it keeps for its user goes there too.
    **environment : str
        Variables on top of those of the tests.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANNER_HOME": str(folder / "home"), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(timeout=30)


@contextmanager
def app_on(
    location: str | Path, folder: Path, *options: str, port: int | None = None, **environment: str
) -> Iterator[str]:
    """Serve the planner on a workspace, as a planner starts it; yield its address."""
    port = port or free_port()
    words = ["planner.cli", "app", str(location), "--port", str(port), "--no-browser", *options]
    with started(words, folder, **environment) as server:
        _await_port(port, server)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def page_on(script: str, folder: Path, *options: str) -> Iterator[str]:
    """Serve a page of Streamlit alone; yield its address."""
    (folder / "page.py").write_text(script, encoding="utf-8")
    port = free_port()
    words = [
        "streamlit", "run", str(folder / "page.py"), "--server.port", str(port), "--server.address", "127.0.0.1",
        "--server.headless", "true", "--browser.gatherUsageStats", "false", *options,
    ]  # fmt: skip
    with started(words, folder) as server:
        _await_port(port, server)
        yield f"http://127.0.0.1:{port}"


def _await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the app did not start")
