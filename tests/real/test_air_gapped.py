"""Installing without internet, as the page says: gathered with a network, installed and started without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.server import free_port
from tests.documented import FENCE, ROOT

PAGE = ROOT / "docs" / "how-to" / "air-gapped.md"
WITHOUT = """
ip link set lo up
if python3 -c "import socket; socket.create_connection(('192.0.2.1', 80), 2)" 2>/dev/null; then exit 9; fi
if ip route | grep -q .; then exit 9; fi
"""
ASKED = """
for _ in $(seq 120); do
  python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/_stcore/health', timeout=2)" && break
  sleep 1
done
python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/', timeout=5)"
kill $app
wait $app
"""


def run(script: str, folder: Path, *inside: str) -> None:
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [*inside, "bash", "-e", "-c", script],
        cwd=folder,
        env={**plain, "PLANNER_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def served(block: str) -> str:
    """Return the lines of a block; its last one, which starts the app, is asked for a page and stopped."""
    *before, app = block.strip().splitlines()
    port = free_port()
    return "\n".join([*before, f"{app} --port {port} --no-browser & app=$!"]) + ASKED.format(port=port)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can take a process off the network")
def test_what_was_gathered_with_a_network_is_installed_and_serves_without(tmp_path: Path) -> None:
    gather, _for_windows, install, wheel, from_wheel = [
        m[2] for m in FENCE.finditer(PAGE.read_text("utf-8")) if m[1] == "sh"
    ]
    project = tmp_path / "project"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0")[:-1]:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, project / name)
    run(gather, project)
    run(wheel, project)
    offline = ("unshare", "--map-root-user", "--net")
    run(f"{WITHOUT}\n{served(install)}", project, *offline)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(project / "wheelhouse", elsewhere)
    run("python3 -m venv .venv", elsewhere)
    run(f"{WITHOUT}\n{served(from_wheel)}", elsewhere, *offline)
