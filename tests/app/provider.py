"""A real OpenID provider on loopback, for the tests of the sign-in."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent / "oidc"


@contextmanager
def provider(port: int, redirect: str) -> Iterator[str]:
    """Run the provider and give the address of its metadata."""
    address = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    running = subprocess.Popen(
        ["node", str(FOLDER / "provider.mjs"), str(port), redirect],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(address, running)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=10)


def settings(address: str, redirect: str) -> str:
    """Return the sign-in settings of the tests' team as TOML."""
    return f"""
[auth]
redirect_uri = "{redirect}"
cookie_secret = "nobody else has this one: 0123456789"
client_id = "planner"
client_secret = "a-secret-of-the-tests-only"
server_metadata_url = "{address}"
client_kwargs = {{ prompt = "login" }}

[planner]
role_claim = "groups"
viewer = ["planner-viewers"]
planner = ["planner-editors"]
administrator = ["planner-admins"]
"""


def _await(address: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while running.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the OpenID provider did not start")
