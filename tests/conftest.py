"""What tests share: needs that a machine may not meet, and when missing them is a failure.

A test that needs something of the machine carries a marker: ``browser``, ``postgis``, ``qgis``, ``poppler``, ``oidc``,
``axe`` or ``shared``. Where that is missing the test is skipped with the reason; where the environment variable
``PLANNER_REQUIRE`` names the marker (``PLANNER_REQUIRE=browser,shared``) the skip is a failure, so that a build cannot
pass by testing less.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Town

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
REQUIRED = frozenset(filter(None, os.environ.get("PLANNER_REQUIRE", "").replace(" ", "").split(",")))
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _no_shared_files() -> str | None:
    return None if SHARED.is_dir() else f"the real files beside the checkout are not here ({SHARED})"


def _no_browser() -> str | None:
    if find_spec("playwright") is None:
        return "playwright is not installed"
    return (
        None if shutil.which("chromium") else "Chromium is not installed (Debian: apt-get install chromium)"
    )


def _no_postgis() -> str | None:
    found = any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    return (
        None
        if found
        else "PostGIS is not installed (Debian: apt-get install postgis postgresql-15-postgis-3)"
    )


def _no_qgis() -> str | None:
    found = shutil.which("qgis") and Path("/usr/lib/python3/dist-packages/qgis").is_dir()
    return None if found else "QGIS is not installed (Debian: apt-get install qgis python3-qgis)"


def _no_poppler() -> str | None:
    found = shutil.which("pdftotext") and shutil.which("pdfinfo")
    return None if found else "poppler is not installed (Debian: apt-get install poppler-utils)"


def _no_oidc() -> str | None:
    if shutil.which("node") is None:
        return "Node.js, which the OpenID provider of the tests runs on, is not installed (Debian: apt-get install npm)"
    return (
        None
        if (ROOT / "tests/app/oidc/node_modules/oidc-provider").is_dir()
        else "the OpenID provider of the tests is not installed (npm ci --prefix tests/app/oidc)"
    )


def _no_axe() -> str | None:
    return (
        None
        if (ROOT / "tests/app/axe/node_modules/axe-core/axe.min.js").is_file()
        else "axe-core, which pages are held against, is not installed (npm ci --prefix tests/app/axe)"
    )


_MISSING: dict[str, Callable[[], str | None]] = {
    "shared": _no_shared_files,
    "browser": _no_browser,
    "postgis": _no_postgis,
    "oidc": _no_oidc,
    "axe": _no_axe,
    "qgis": _no_qgis,
    "poppler": _no_poppler,
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that take minutes, unless ``PLANNER_REQUIRE`` names them: ``slow``."""
    if "slow" not in REQUIRED:
        slow = [item for item in items if item.get_closest_marker("slow") is not None]
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose needs this machine does not meet, and say which."""
    for marker, missing in _MISSING.items():
        if item.get_closest_marker(marker) is not None:
            reason = missing()
            if reason is not None:
                pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test that had to run into a failure, whoever skipped it."""
    report = yield
    needed = sorted(m for m in REQUIRED if item.get_closest_marker(m) is not None)
    if report.skipped and needed and not hasattr(report, "wasxfail"):
        said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} had to run (PLANNER_REQUIRE names {', '.join(needed)}): {said}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real files beside the checkout; for tests marked ``shared``."""
    reason = _no_shared_files()
    if reason is not None:
        pytest.skip(reason)
    return SHARED


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the sample district; tests must not change it."""
    from planner.studies.founding import found_sample

    path = tmp_path_factory.mktemp("sample") / "hlybokaye.gpkg"
    found_sample(path)
    return path


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town with nothing in it yet."""
    return Town(tmp_path / "town.gpkg")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None  # type: ignore[assignment]
    if sync_playwright is None or not CHROMIUM.exists():
        said = f"the browser tests need the package playwright and {CHROMIUM}"
        if "browser" in os.environ.get("PLANNER_REQUIRE", ""):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()
