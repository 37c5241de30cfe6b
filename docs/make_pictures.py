"""Take the pictures of the documentation: the app on a fresh sample district, in a browser without internet.

Run as ``python docs/make_pictures.py`` from the project's top. It needs Playwright, Poppler's ``pdftoppm`` and
Chromium; where that is not at ``/usr/bin/chromium``, name it in the variable CHROMIUM. The picture of a quarter is not
among them: it shows a town out of an extract of OpenStreetMap, which the project does not carry.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from planner.i18n import speech  # noqa: E402 (found beside this folder)
from planner.standards.catalogue import load  # noqa: E402
from planner.standards.model import in_language  # noqa: E402

FOLDER = TOP / "docs" / "pictures"
EXAMPLE = TOP / "docs" / "how-to" / "example"
DISTRICT = {"en": "Zaozerye", "ru": "Заозерский район"}
SCENARIO = {"en": "A shop for Kamenka", "ru": "Магазин в Каменке"}
SCENARIO_FILE = {"en": "kamenka.json", "ru": "kamenka-ru.json"}
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LARGEST_BYTES = 150_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_WAIT_MS = 60_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file, the page's address, its language, and what is done there before it is taken."""

    name: str
    address: str
    language: str
    ready: str
    height: int = 860
    act: Callable[[Page, str], None] | None = None


def _choose(page: Page, label: str, text: str) -> None:
    """Choose an option in a list by typing it."""
    field = page.get_by_role("combobox", name=label).last
    field.wait_for(timeout=_WAIT_MS)
    field.fill(text)
    page.get_by_role("option").first.click()


def _choose_file(page: Page, language: str) -> None:
    """Choose a list of libraries and say what it is, so that the findings about it are shown."""
    say, service = speech(language), load().services["library"]
    page.locator("input[type=file]").first.set_input_files(EXAMPLE / "libraries.csv")
    _choose(page, say("Service"), in_language(service.name, language))
    page.get_by_text("cp1251").first.wait_for(timeout=_WAIT_MS)


def _open_scenario(page: Page, language: str) -> None:
    """Open the scenario that the workspace keeps."""
    say = speech(language)
    page.get_by_test_id("stPopoverButton").filter(has_text=say("Open")).click()
    _choose(page, say("Kept in the workspace"), SCENARIO[language])
    page.locator(".st-key-shelf_load button").click()
    page.locator("[class*=st-key-edit_away_]").first.wait_for(timeout=_WAIT_MS)
    page.mouse.click(5, 5)


def _find_site(page: Page, language: str) -> None:
    """Ask for the one site that gives the service to the most people."""
    count = page.locator(".st-key-siting_count input")
    count.wait_for(timeout=_WAIT_MS)
    count.fill("1")
    count.press("Enter")
    page.wait_for_timeout(1500)
    page.locator(".st-key-siting_find button").click()
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for(timeout=4 * _WAIT_MS)


MAP, TABLE = "iframe", "[data-testid=stDataFrame] canvas"
OF_THE_SAMPLE = (
    Picture("map", "?service=shop&place=mosar", "ru", MAP),
    Picture("map-en", "?service=shop&place=mosar", "en", MAP),
    Picture("gaps", "gaps", "ru", TABLE),
    Picture("layers", "layers", "ru", TABLE, 1500, _choose_file),
    Picture("report", "report", "ru", ".st-key-report_make", 720),
)
"""Of the sample district."""


def of_the_tutorial(language: str) -> tuple[Picture, ...]:
    """Return the pictures of the tutorial in a language; its own small district has the data."""
    return (
        Picture(f"tutorial-map-{language}", "?service=shop&place=kamenka", language, MAP),
        Picture(
            f"tutorial-scenario-{language}", "scenarios?service=shop", language, MAP, 760, _open_scenario
        ),
        Picture(f"tutorial-siting-{language}", "siting?service=shop", language, MAP, 1220, _find_site),
        Picture(f"tutorial-compare-{language}", "compare", language, MAP, 900),
    )


def main() -> int:
    """Take all pictures; 1 where one is too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, int] = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="planner-pictures-") as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        sample = Path(folder) / "hlybokaye.gpkg"
        _planner("new", str(sample), "--sample")
        sizes["memo"] = _memo(sample, "ru", "memo")
        sizes |= _take(browser, sample, OF_THE_SAMPLE)
        for language in SCENARIO:
            district = _small_district(Path(folder) / f"zaozerye-{language}.gpkg", language)
            name = f"tutorial-memo-{language}"
            sizes[name] = _memo(district, language, name)
            sizes |= _take(browser, district, of_the_tutorial(language))
        browser.close()
    for name, size_bytes in sizes.items():
        sys.stdout.write(f"{name}.png: {size_bytes / 1000:.0f} kB\n")
    return int(max(sizes.values()) > LARGEST_BYTES)


def _small_district(workspace: Path, language: str) -> Path:
    """Make the district of the tutorial with the commands of its pages."""
    at = str(workspace)
    _planner("new", at, "--name", DISTRICT[language], "--boundary", str(EXAMPLE / "boundary.geojson"))
    _planner("add", at, str(EXAMPLE / "villages.csv"), "--as", "demand")
    _planner("add", at, str(EXAMPLE / "roads.geojson"), "--as", "roads")
    for file, service in (("shops", "shop"), ("post", "post_office"), ("fire", "fire")):
        path = str(EXAMPLE / f"{file}.csv")
        _planner("add", at, path, "--as", "facilities", "--service", service, "--accept-repairs")
    _planner("scenario", at, "import", str(EXAMPLE / SCENARIO_FILE[language]))
    return workspace


def _take(browser: Browser, workspace: Path, pictures: tuple[Picture, ...]) -> dict[str, int]:
    """Take pictures of the app on a workspace; return the size of each."""
    sizes = {}
    with _app(workspace) as address:
        for picture in pictures:
            size: ViewportSize = {"width": 1360, "height": picture.height}
            page = browser.new_page(viewport=size, locale=picture.language, color_scheme="light")
            sign = "&" if "?" in picture.address else "?"
            page.goto(f"{address}/{picture.address}{sign}lang={picture.language}")
            _settle(page, picture.ready)
            if picture.act is not None:
                picture.act(page, picture.language)
                _settle(page, picture.ready)
            sizes[picture.name] = _keep(page.screenshot(), FOLDER / f"{picture.name}.png")
            page.close()
    return sizes


def _memo(workspace: Path, language: str, name: str, *options: str) -> int:
    """Take the first page of a district's report, as Poppler draws it."""
    with tempfile.TemporaryDirectory(prefix="planner-memo-") as folder:
        _planner("report", str(workspace), "--lang", language, "--format", "pdf", "--out", folder, *options)
        report = next(Path(folder).glob("*.pdf"))
        drawn = subprocess.run(
            ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-png", str(report)],  # noqa: S607
            capture_output=True,
            check=True,
        )
        return _keep(drawn.stdout, FOLDER / f"{name}.png")


def _settle(page: Page, ready: str) -> None:
    """Wait until a page shows what it should and has come to rest."""
    page.locator(ready).first.wait_for(timeout=_WAIT_MS)
    for busy in ("stSpinner", "stStatusWidget"):
        page.locator(f"[data-testid={busy}]").first.wait_for(state="hidden", timeout=_WAIT_MS)
    page.wait_for_timeout(4000)


def _keep(png: bytes, path: Path) -> int:
    """Write a picture with a palette of 256 colours, which is enough for a page; return its size."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def _planner(*arguments: str) -> None:
    command = [sys.executable, "-m", "planner.cli", *arguments]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(TOP)}, check=True)


@contextmanager
def _app(workspace: Path) -> Iterator[str]:
    """Serve the app on a workspace, with settings of its own; yield its address."""
    with socket.socket() as probe:
        environment = {**os.environ, "PYTHONPATH": str(TOP), "PLANNER_HOME": str(workspace.parent)}
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        program = [sys.executable, "-m", "planner.cli"]
        command = [*program, "app", str(workspace), "--no-browser", "--port", str(port)]
        # The program starts the app's server in turn: a group of their own lets both be ended together.
        server = subprocess.Popen(command, env=environment, start_new_session=True)
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 (our own address)
            return
        time.sleep(0.2)
    raise RuntimeError("The app did not start; see its messages above.")


if __name__ == "__main__":
    sys.exit(main())
