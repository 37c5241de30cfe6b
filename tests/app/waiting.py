"""Waiting for pages in a real browser."""

from __future__ import annotations

from typing import Any


def settled(page: Any) -> None:
    """Wait until a page has been drawn to its end: a file given to a page that is still drawn would be lost."""
    quiet = 0
    for _ in range(300):
        busy = page.locator('[data-testid="stStatusWidget"]').count()
        quiet = 0 if busy else quiet + 1
        if quiet == 8:
            return
        page.wait_for_timeout(250)
