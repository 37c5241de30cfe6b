"""The app from its start to a drawn map, and from another service to a redrawn one, in Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measure import Line

ROOT = Path(__file__).resolve().parents[1]
DRAWN = """() => {
  const map = window.map_div;
  return map && map.district && !map.district.whenGround && map.districtPending === 0
    && (window.feature_group || []).some((group) => map.hasLayer(group));
}"""
"""Whether all that a map is to show has been fetched and laid on it."""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"
PATIENCE_MS = 60_000


def lines(sample: Path) -> Iterator[Line]:
    """Yield what was measured on a workspace with the sample district."""
    cold, again = "app, process start to drawn map", "app, a session more, page load to drawn map"
    rerun = "app, another service chosen to redrawn map (rerun)"
    chromium = shutil.which("chromium")
    if find_spec("playwright") is None or chromium is None:
        note = "needs playwright and chromium"
        yield from (Line(what, None, note=note) for what in (cold, again, rerun))
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        began = time.perf_counter()
        with served(sample) as address:
            drawn(page, address)
            yield Line(cold, time.perf_counter() - began, target=6.0)
            taken = []
            for _ in range(3):
                fresh = browser.new_page()
                began = time.perf_counter()
                drawn(fresh, address)
                taken.append(time.perf_counter() - began)
                fresh.close()
            yield Line(again, sorted(taken)[1], target=1.5, note="median of 3")
            chosen = [_switched(page, number) for number in (3, 6, 9)]
            yield Line(rerun, sorted(chosen)[1], target=1.0, note="median of 3")
        browser.close()


def drawn(page: Any, address: str, *, patience_ms: int = PATIENCE_MS) -> None:
    """Open the app and wait until places stand on its map."""
    page.goto(address, wait_until="commit")
    page.locator("iframe").first.wait_for(state="attached", timeout=patience_ms)
    frame = map_frame(page)
    frame.wait_for_function(DRAWN, timeout=patience_ms, polling=20)
    frame.evaluate(PAINTED)


def map_frame(page: Any) -> Any:
    """Return the frame that the map stands in."""
    give_up = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < give_up:
        found = next((f for f in page.frames if "st_folium" in f.url), None)
        if found is not None:
            return found
        page.wait_for_timeout(20)
    raise RuntimeError("there is no map on the page")


def _switched(page: Any, number: int) -> float:
    """Choose another service and return the seconds until the map's frame has drawn its layer."""
    frame = map_frame(page)
    before = frame.evaluate("window.__GLOBAL_DATA__.last_feature_group")
    page.get_by_role("combobox").first.click()
    option = page.get_by_role("option").nth(number)
    option.wait_for(timeout=PATIENCE_MS)
    began = time.perf_counter()
    option.click()
    frame.wait_for_function(
        "before => window.__GLOBAL_DATA__.last_feature_group !== before", arg=before, timeout=PATIENCE_MS
    )
    frame.wait_for_function(DRAWN, timeout=PATIENCE_MS, polling=20)
    frame.evaluate(PAINTED)
    return time.perf_counter() - began


@contextmanager
def served(sample: Path) -> Iterator[str]:
    """Serve the app as a process of its own; yields its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            "-m",
            "planner.cli",
            "app",
            str(sample),
            "--port",
            str(port),
            "--no-browser",
        ]
        server = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PLANNER_HOME": home}
        )
        try:
            address = f"http://localhost:{port}"
            _await(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("the app ended before it answered")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the app does not answer")
