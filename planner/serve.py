"""Serving the app on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

from planner.bundle import bundled
from planner.errors import PlannerError
from planner.layers.limits import MIB, Limits

_ADDRESS = "127.0.0.1"
_FIRST_PORT = 8501
_PORTS_TRIED = 50
_START_LIMIT_S = 60.0


def serve(workspace: str | Path | None, *, port: int | None = None, browser: bool = True) -> int:
    """Open the planner in the browser and serve it until it is stopped.

    The app listens on the loopback address only: whoever may use this machine may use it, nobody else.

    Parameters
    ----------
    workspace : str, pathlib.Path or None
        A path, or the address of a database. Without one, the sample district, in a workspace that is made on first
        use.
    port : int, optional
        Without one, the first that is free from 8501 on.
    browser : bool
        Whether to open a browser window.

    Returns
    -------
    int
        Exit code of the server.

    Raises
    ------
    PlannerError
        If the port is in use, or the workspace is not one.
    """
    from planner.workspace import is_database, open_workspace

    location = sample_workspace() if workspace is None else workspace
    opened = open_workspace(location)
    # The address of a database travels in the environment, not among the arguments: it may hold a password.
    named = opened.location if is_database(location) else str(Path(location).resolve())
    chosen = _free_port() if port is None else _given_port(port)
    url = f"http://localhost:{chosen}"
    command = [
        sys.executable, "-m", "planner.ui.server", str(bundled("app.py")),
        "--server.address", _ADDRESS, "--server.port", str(chosen), "--server.headless", "true",
        "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
        "--server.maxUploadSize", str(max(1, Limits.in_force().max_bytes // MIB)),
        "--logger.hideWelcomeMessage", "true", "--logger.level", "error",
    ]  # fmt: skip
    environment = {**os.environ, "PLANNER_WORKSPACE": named}
    process = subprocess.Popen(command, env=environment, stdout=sys.stderr)
    threading.Thread(target=_announce, args=(url, process, browser), daemon=True).start()
    # A service manager stops a program with SIGTERM; the server must not outlive this one.
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return max(0, process.wait())
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):
            process.terminate()
            process.wait()
        return 0


def sample_workspace() -> Path:
    """Return the workspace of the sample district among the user's own data; it is made on first use."""
    home = os.environ.get("PLANNER_HOME") or os.environ.get("XDG_DATA_HOME")
    location = (Path(home) if home else Path.home() / ".local" / "share") / "planner" / "hlybokaye.gpkg"
    if not location.exists():
        from planner.studies.founding import found_sample

        _say(f"Making the sample district in {location} …")
        found_sample(location)
    return location


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            # As the server does: a port that its last user has just left counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        if _is_free(port):
            if port != _FIRST_PORT:
                _say(f"Port {_FIRST_PORT} is in use; taking {port}.")
            return port
    raise PlannerError(
        "No port from {first} to {last} is free.", "Name one with --port N.",
        first=_FIRST_PORT, last=_FIRST_PORT + _PORTS_TRIED - 1,
    )  # fmt: skip


def _given_port(port: int) -> int:
    if not 0 < port < 65536 or not _is_free(port):
        raise PlannerError(
            "Port {port} cannot be used: another program has it, or it is not a port.",
            "Leave --port out to take the next free one.",
            port=port,
        )
    return port


def _announce(url: str, process: subprocess.Popen[bytes], browser: bool) -> None:
    """Wait until the app answers, then say where it is."""
    give_up = time.monotonic() + _START_LIMIT_S
    while process.poll() is None and time.monotonic() < give_up:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):  # noqa: S310
            _say(f"The planner is open at {url} (stop it with Ctrl+C).")
            if browser:
                webbrowser.open(url)
            return
        time.sleep(0.1)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201
