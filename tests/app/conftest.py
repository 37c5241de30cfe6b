"""A fresh workspace of the sample district, and the app on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.studies.founding import found_sample
from planner.ui import work
from tests.app.server import app_on


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
    workspace = folder / "district.gpkg"
    found_sample(workspace)
    with app_on(workspace, folder) as url:
        yield App(url, workspace, folder / "home")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that reaches nothing but this machine."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert [url for url in asked if not re.match(r"(http|ws)://127\.0\.0\.1:|data:|blob:", url)] == []
