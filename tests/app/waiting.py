"""Pages in a real browser: waiting for what is drawn, and finding what stands on them more than once."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

# The state of the script alone is not enough: a browser that is slow draws what has come when the script has ended.
QUIET = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const busy = !app || app.dataset.testScriptState !== "notRunning"
    || document.querySelector("[data-testid=stStatusWidget], [data-testid=stSpinner], [data-testid=stSkeleton]");
  const drawn = (document.querySelector("[data-testid=stMain]") || {}).innerText || "";
  const now = busy || drawn.trim().length < 30 ? 0 : Date.now();
  if (!now || !window.quietSince || window.seenText !== drawn) { window.quietSince = now; window.seenText = drawn; }
  return now && window.quietSince && now - window.quietSince > 300;
}"""

LAYER_FILE = "A file with a map layer"
"""What is written above the field of the page Layers that takes a layer."""

NAMED = "document.querySelector('.district-label')"


def settled(page: Any) -> None:
    """Wait until a page has been drawn to its end; raises TimeoutError when it never comes to rest."""
    page.wait_for_function(QUIET, timeout=90_000, polling=100)


def opened(page: Any, address: str) -> Any:
    """Open a page and return it once it has been drawn."""
    page.goto(address)
    settled(page)
    return page


def file_field(page: Any, label: str) -> Any:
    """Return the field for files under a label.

    Never the first or the second of a page: those under other tabs may be drawn before it.
    """
    return page.get_by_test_id("stFileUploader").filter(has_text=label).locator("input[type=file]")


def map_frame(page: Any, ready: str, other_than: Any = None) -> Any:
    """Return the frame of the page's map once something holds in it.

    Streamlit may take a frame away and set another in its place at any time; one that goes meanwhile is not meant.

    Parameters
    ----------
    page : playwright page
    ready : str
        What has to hold, in JavaScript; :data:`NAMED` where names are to stand on the map.
    other_than : frame, optional
        The frame that is to be replaced.
    """
    from playwright.sync_api import Error

    until = time.monotonic() + 90
    while time.monotonic() < until:
        for frame in page.frames:
            if "st_folium" not in frame.url or frame is other_than:
                continue
            with suppress(Error):
                if frame.evaluate(f"Boolean({ready})"):
                    return frame
        page.wait_for_timeout(50)
    raise TimeoutError(f"there is no map of which this holds: {ready}")
