"""Serving the app on this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from importlib.util import find_spec
from pathlib import Path

from planner.bundle import bundled
from planner.errors import PlannerError
from planner.layers.limits import MIB, Limits

SIGN_IN = "PLANNER_SIGN_IN"
FOLDER = "PLANNER_FOLDER"
"""Settings that the app's process finds in its environment."""

_ADDRESS = "127.0.0.1"
_FIRST_PORT = 8501
_PORTS_TRIED = 50
_START_LIMIT_S = 60.0


def serve(
    workspace: str | Path | None,
    *,
    port: int | None = None,
    browser: bool = True,
    address: str = _ADDRESS,
    sign_in: Path | None = None,
    folder: Path | None = None,
) -> int:
    """Open the planner in the browser and serve it until it is stopped.

    Without a sign-in the app listens on the loopback address only: whoever may use this machine may use it, nobody
    else.

    Parameters
    ----------
    workspace : str, pathlib.Path or None
        A path, or the address of a database. Without one, the sample district, in a workspace that is made on first
        use.
    port : int, optional
        Without one, the first that is free from 8501 on.
    browser : bool
        Whether to open a browser window.
    address : str
        Where to listen; another than loopback only with a sign-in.
    sign_in : pathlib.Path, optional
        Settings of the team's sign-in, see :func:`planner.workspace.read_sign_in`.
    folder : pathlib.Path, optional
        A folder whose files may be opened as layers without an upload, and whose workspaces may be compared.

    Returns
    -------
    int
        Exit code of the server.

    Raises
    ------
    PlannerError
        If the port is in use, the workspace is not one, the settings of the sign-in cannot be used, there is no such
        folder, or others would get in without a sign-in.
    """
    from planner.workspace import is_database, open_workspace

    guarding = _guarding(address, sign_in, folder)

    location = sample_workspace() if workspace is None else workspace
    opened = open_workspace(location)
    # The address of a database travels in the environment, not among the arguments: it may hold a password.
    named = opened.location if is_database(location) else str(Path(location).resolve())
    chosen = _free_port() if port is None else _given_port(port, address)
    url = f"http://localhost:{chosen}"
    limits = Limits.in_force()
    options = {
        "server.address": address, "server.port": chosen, "server.headless": True,
        "server.fileWatcherType": "none", "browser.gatherUsageStats": False,
        "server.maxUploadSize": max(1, limits.largest_upload // MIB),
        "logger.hideWelcomeMessage": True, "logger.level": "error",
        **({"secrets.files": [str(sign_in.resolve())]} if sign_in else {}),
    }  # fmt: skip
    command = [sys.executable, "-m", "planner.ui.server", str(bundled("app.py")), json.dumps(options)]
    environment = {**os.environ, "PLANNER_WORKSPACE": named, **guarding}
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
    location = own_data() / "hlybokaye.gpkg"
    if not location.exists():
        from planner.studies.founding import found_sample

        _tell(f"Making the sample district in {location} …")
        found_sample(location)
    return location


def own_data() -> Path:
    """Return the folder in which the planner keeps what is the user's own; it need not be there yet."""
    home = os.environ.get("PLANNER_HOME") or os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "planner"


def _guarding(address: str, sign_in: Path | None, folder: Path | None) -> dict[str, str]:
    """Return what the app is told of who may use it and what may be opened; refuse what would let everybody in."""
    from planner.workspace import read_sign_in

    if sign_in is None and not is_loopback(address):
        raise PlannerError(
            "Without a sign-in the planner listens on this machine only, not on {address}.",
            "Name the settings of your team's sign-in with --sign-in FILE; docs/how-to/team.md shows how.",
            address=address,
        )
    told = {SIGN_IN: "", FOLDER: ""}
    if sign_in is not None:
        read_sign_in(sign_in)
        _warn_of_readers(sign_in)
        if find_spec("authlib") is None or find_spec("httpx") is None:
            raise PlannerError(
                "Signing in needs the packages authlib and httpx, which are not installed.",
                "Install the planner with its extra: pip install 'smart-district-planner[signin]'",
            )
        told[SIGN_IN] = "required"
    if folder is not None:
        if not folder.is_dir():
            raise PlannerError("{folder} is not a folder.", "Name a folder that is there.", folder=folder)
        told[FOLDER] = str(folder.resolve())
    return told


def _warn_of_readers(settings: Path) -> None:
    """Say where anybody on this machine can read the secrets of the sign-in; on Windows the modes tell nothing."""
    if os.name != "nt" and settings.stat().st_mode & 0o004:
        _tell(
            f"Anybody on this machine can read {settings} and the secrets in it; keep them out: chmod o= {settings}"
        )


def is_loopback(address: str) -> bool:
    """Return whether only this machine can reach an address to listen on; an empty one stands for all of them."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_free(port: int, address: str = _ADDRESS) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            # As the server does: a port that its last user has just left counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        if _is_free(port):
            if port != _FIRST_PORT:
                _tell(f"Port {_FIRST_PORT} is in use; taking {port}.")
            return port
    raise PlannerError(
        "No port from {first} to {last} is free.", "Name one with --port N.",
        first=_FIRST_PORT, last=_FIRST_PORT + _PORTS_TRIED - 1,
    )  # fmt: skip


def _given_port(port: int, address: str) -> int:
    if not 0 < port < 65536 or not _is_free(port, address):
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
            _tell(f"The planner is open at {url} (stop it with Ctrl+C).")
            if browser:
                webbrowser.open(url)
            return
        time.sleep(0.1)


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201
