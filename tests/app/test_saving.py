"""Saving a scenario in a real browser, in a window as low as a laptop's: what it came to is seen and heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.conftest import App
from tests.app.test_scenarios import at_desk, click_at, edits, take
from tests.app.waiting import NAMED, map_frame, settled

pytestmark = pytest.mark.browser

IN_SIGHT = """text => {
  const told = [...document.querySelectorAll("[data-testid=stAlert]")].find((it) => it.innerText.includes(text));
  if (!told) { return false; }
  const box = told.getBoundingClientRect(), x = box.left + box.width / 2;
  return [box.top + 3, box.bottom - 3].every((y) => told.contains(document.elementFromPoint(x, y)));
}"""
"""Whether an answer stands where it is seen, from its upper edge to its lower one."""
HEARD = "text => document.querySelector('#planner-news').innerText.includes(text)"


@pytest.fixture
def laptop(browser: Any) -> Iterator[Any]:
    """A browser whose pages are as high as a laptop's."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, locale="en-GB", accept_downloads=True
    )
    yield context
    context.close()


def edited(page: Any, app: App, lat: float) -> None:
    """Put a post office on the desk."""
    frame = at_desk(page, app)
    take(page, "Add")
    click_at(page, frame, lat, 28.2)
    edits(page, 1)


def save_as(page: Any, name: str) -> None:
    field = page.get_by_label("Name", exact=True)
    field.fill(name)
    field.press("Enter")
    settled(page)
    save(page)


def save(page: Any) -> None:
    button = page.get_by_role("button", name="Save", exact=True)
    button.scroll_into_view_if_needed()
    button.click()


def told(page: Any, text: str) -> None:
    page.wait_for_function(IN_SIGHT, arg=text, timeout=20_000)
    page.wait_for_function(HEARD, arg=text, timeout=20_000)


def test_the_answer_stands_where_one_has_clicked_and_is_read_aloud(laptop: Any, app: App) -> None:
    page, other = laptop.new_page(), laptop.new_page()
    edited(page, app, 55.02)
    save_as(page, "East")
    told(page, "Saved as “East”.")
    edited(other, app, 55.05)
    save_as(other, "East")
    told(other, "A scenario “East” is there already")

    # With the keyboard, and where another tab has saved the same scenario meanwhile.
    other.locator("[data-testid=stPopover] button").first.click()
    other.get_by_role("combobox", name="Kept in the workspace").click()
    other.get_by_role("option", name="East").click()
    other.get_by_role("button", name="Open it").click()
    edits(other, 1)
    other.keyboard.press("Escape")
    for each, lat in ((page, 55.2), (other, 55.3)):
        click_at(each, map_frame(each, f"{NAMED} && map_div.districtPending === 0"), lat, 28.0)
        edits(each, 2)
    button = page.get_by_role("button", name="Save", exact=True)
    button.focus()
    button.press("Enter")
    told(page, "Saved as “East”.")
    save(other)
    told(other, "Nothing was written")
