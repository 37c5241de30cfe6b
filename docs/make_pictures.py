"""Take the pictures of the documentation: the app on a fresh sample district, in a browser without internet.

Run as ``python docs/make_pictures.py`` from the project's top. It needs Playwright and Chromium; where that is not
at ``/usr/bin/chromium``, name it in the variable CHROMIUM.
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
from playwright.sync_api import Page, sync_playwright

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from planner.i18n import speech  # noqa: E402 (found beside this folder)
from planner.standards.catalogue import load  # noqa: E402
from planner.standards.model import in_language  # noqa: E402

FOLDER = TOP / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LARGEST_BYTES = 200_000
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
    page.locator("input[type=file]").first.set_input_files(
        TOP / "docs" / "how-to" / "example" / "libraries.csv"
    )
    _choose(page, say("Service"), in_language(service.name, language))
    page.get_by_text("cp1251").first.wait_for(timeout=_WAIT_MS)


PICTURES = (
    Picture("map", "?service=shop&place=mosar", "ru", "iframe"),
    Picture("gaps", "gaps", "ru", "[data-testid=stDataFrame] canvas"),
    Picture("layers", "layers", "ru", "[data-testid=stDataFrame] canvas", 1500, _choose_file),
    Picture("report", "report", "ru", "[data-testid=stDownloadButton]", 560),
    Picture("map-en", "?service=shop&place=mosar", "en", "iframe"),
)


def main() -> int:
    """Take all pictures; 1 where one is too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sizes = {}
    with _app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        for picture in PICTURES:
            size = {"width": 1360, "height": picture.height}
            page = browser.new_page(viewport=size, locale=picture.language, color_scheme="light")  # type: ignore[arg-type]
            sign = "&" if "?" in picture.address else "?"
            page.goto(f"{address}/{picture.address}{sign}lang={picture.language}")
            _settle(page, picture.ready)
            if picture.act is not None:
                picture.act(page, picture.language)
                _settle(page, picture.ready)
            sizes[picture.name] = _keep(page.screenshot(), FOLDER / f"{picture.name}.png")
            page.close()
        browser.close()
    for name, size_bytes in sizes.items():
        sys.stdout.write(f"{name}.png: {size_bytes / 1000:.0f} kB\n")
    return int(max(sizes.values()) > LARGEST_BYTES)


def _settle(page: Page, ready: str) -> None:
    """Wait until a page shows what it should and has come to rest."""
    page.locator(ready).first.wait_for(timeout=_WAIT_MS)
    for busy in ("stSpinner", "stStatusWidget"):
        page.locator(f"[data-testid={busy}]").first.wait_for(state="hidden", timeout=_WAIT_MS)
    page.wait_for_timeout(2500)


def _keep(png: bytes, path: Path) -> int:
    """Write a picture with a palette of 256 colours, which is enough for a page; return its size."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


@contextmanager
def _app() -> Iterator[str]:
    """Serve the app on a sample district of its own, with settings of its own; yield its address."""
    with tempfile.TemporaryDirectory(prefix="planner-pictures-") as folder, socket.socket() as probe:
        workspace = Path(folder) / "hlybokaye.gpkg"
        program = [sys.executable, "-m", "planner.cli"]
        environment = {**os.environ, "PYTHONPATH": str(TOP), "PLANNER_HOME": folder}
        subprocess.run([*program, "new", str(workspace), "--sample"], env=environment, check=True)
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
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
