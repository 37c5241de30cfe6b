"""Long work in a real browser: two tabs on one batch, a cancel that is heard, an end that waits for who comes back."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from planner.studies.founding import found_sample
from tests.app.conftest import App
from tests.app.server import app_on
from tests.app.waiting import opened, settled

pytestmark = pytest.mark.browser

MANY = 24
"""So many districts take longer than a planner takes to cancel."""


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a folder of workspaces that it may compare."""
    folder = tmp_path_factory.mktemp("country")
    workspace, allowed = folder / "district.gpkg", folder / "allowed"
    found_sample(workspace)
    allowed.mkdir()
    for number in range(MANY):
        shutil.copy(workspace, allowed / f"district-{number}.gpkg")
    with app_on(workspace, folder, "--folder", str(allowed)) as url:
        yield App(url, workspace, folder / "home")


@contextmanager
def held_up(folder: Path) -> Iterator[None]:
    """Stop the processes that work for the app in a folder until the end of the block: no browser is too slow then."""
    workers = [
        int(process.parent.name)
        for process in Path("/proc").glob("[0-9]*/cwd")
        if _links_to(process, folder)
        and b"planner.studies.district_worker" in (process.parent / "cmdline").read_bytes()
    ]
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)


def _links_to(link: Path, target: Path) -> bool:
    with suppress(OSError):
        return link.readlink() == target
    return False


def test_a_batch_is_one_for_all_tabs_is_cancelled_and_goes_on(browser: Any, country: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, other = context.new_page(), context.new_page()
    address = f"{country.url}/districts?lang=en"
    opened(other, address)
    opened(page, address)
    start = page.locator(".st-key-batch_start button")
    if not start.is_visible():
        page.get_by_text("Compare districts").first.click()
    # A slow browser draws the list of workspaces late, and the button below it moves away under the mouse.
    page.locator(".st-key-batch_workspaces canvas").first.wait_for()
    settled(page)
    start.click()
    page.get_by_text(f"of {MANY} districts").first.wait_for(timeout=60_000)
    # What is read aloud says it, too.
    page.wait_for_function(
        f"() => document.querySelector('#planner-news').innerText.includes('of {MANY} districts')"
    )
    with held_up(country.workspace.parent):
        other.reload()
        other.get_by_text(f"of {MANY} districts").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped:").first.wait_for(timeout=90_000)
    other.get_by_text("Stopped:").first.wait_for(timeout=90_000)
    results = country.home / "planner" / "districts" / "Districts"
    assert not (results / "districts.json").exists()
    assert not list(results.rglob("*.part"))
    start.click()
    # Somebody goes elsewhere meanwhile; the work does not mind, and its end is there for who comes back.
    page.get_by_role("link", name="Siting").click()
    page.locator(".st-key-siting_find").wait_for(timeout=180_000)
    page.goto(address)
    page.locator("iframe").first.wait_for(timeout=180_000)
    assert (results / "districts.json").is_file()
    context.close()
