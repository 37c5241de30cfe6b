"""The pages with a map under a finger and by keyboard: what a mouse shows by itself has to be shown there as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.conftest import App
from tests.app.waiting import NAMED, map_frame, opened, settled

pytestmark = pytest.mark.browser

DRAWN = f"{NAMED} && window.feature_group.length > 0 && map_div.districtPending === 0"
IN_SIGHT = """() => {
  const head = document.querySelector("#settlement-card h2"), at = head && head.getBoundingClientRect();
  return Boolean(at) && at.top > 50 && at.bottom < innerHeight;
}"""
FOCUSED = "() => (document.activeElement.closest('[class*=st-key-]') || {}).className || 'nothing'"


@pytest.fixture
def tablet(browser: Any) -> Iterator[Any]:
    """A page under a finger, held upright; what is scrolled is there at once, so that a tap finds it."""
    context = browser.new_context(
        viewport={"width": 820, "height": 1180}, has_touch=True, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def at_desk(page: Any, app: App) -> Any:
    """Open the page Scenarios and return the map's frame once everything is drawn."""
    opened(page, f"{app.url}/scenarios?lang=en&service=post_office")
    return map_frame(page, f"{DRAWN} && window.feature_group.length === 2")


def take(page: Any, tool: str) -> None:
    page.get_by_role("radio", name=tool, exact=True).click()
    settled(page)


def press(page: Any, frame: Any, *keys: str) -> None:
    """Press keys with the focus on the map."""
    frame.locator(".leaflet-container").focus()
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def look_at(frame: Any, lat: float, lon: float) -> None:
    frame.evaluate("(at) => { map_div.setView(at, 11, { animate: false }); }", [lat, lon])


def wants(frame: Any, kind: str) -> None:
    """Wait until the map knows what the tool in hand is for: it hears of it a moment after the page has been drawn."""
    frame.wait_for_function("kind => map_div.district.wanted === kind", arg=kind)


def edits(page: Any, count: int) -> None:
    page.wait_for_function(
        "n => document.querySelectorAll('[class*=st-key-edit_away_]').length === n", arg=count, timeout=30_000
    )
    settled(page)


def tap(page: Any, frame: Any, rank: int) -> str:
    """Tap the settlement of that rank among large ones, counted from the south, and return its name."""
    x, y, name = frame.evaluate(
        """(rank) => {
            const south = map_div.district.bySize.slice(3, 15).sort((a, b) => a.latlng.lat - b.latlng.lat);
            const place = south[rank], p = map_div.latLngToContainerPoint(place.latlng);
            return [p.x, p.y, place.name];
        }""",
        rank,
    )
    box = page.locator("iframe").first.bounding_box()
    page.touchscreen.tap(box["x"] + x, box["y"] + y)
    return str(name)


def test_a_tap_is_answered_in_sight_and_leaves_the_cross_to_the_keyboard(tablet: Any, app: App) -> None:
    opened(tablet, f"{app.url}/?lang=en&service=post_office")
    frame = map_frame(tablet, DRAWN)
    for rank in (0, 1):
        name = tap(tablet, frame, rank)
        tablet.locator("#settlement-card h2", has_text=name).wait_for()
        tablet.wait_for_function(IN_SIGHT)
        settled(tablet)
        tip = frame.locator(".district-tip .tip-name")
        assert tip.all_inner_texts() == [name], "the page draws the marks anew, and the tip stays"
        assert not frame.locator(".district-cross").is_visible()
        assert not frame.locator(".district-hint").is_visible()
    tablet.keyboard.press("ArrowRight")
    frame.locator(".district-cross").wait_for()


def test_a_card_that_a_link_asks_for_moves_nothing_until_the_map_is_tapped(tablet: Any, app: App) -> None:
    opened(tablet, f"{app.url}/?lang=en&service=post_office&place=petrunovo")
    frame = map_frame(tablet, DRAWN)
    tablet.locator("#settlement-card").wait_for()
    settled(tablet)
    top = tablet.locator("iframe").first.bounding_box()["y"]
    assert not tablet.evaluate(IN_SIGHT)
    name = tap(tablet, frame, 0)
    tablet.locator("#settlement-card h2", has_text=name).wait_for()
    tablet.wait_for_function(IN_SIGHT)
    assert tablet.locator("iframe").first.bounding_box()["y"] < top


def test_what_was_just_added_is_picked_up_by_keyboard(page: Any, app: App) -> None:
    frame = at_desk(page, app)
    news, hint = frame.locator(".district-news"), frame.locator(".district-hint")
    look_at(frame, 55.02, 28.2)
    take(page, "Add")
    press(page, frame, "Enter")
    edits(page, 1)
    take(page, "Move")
    wants(frame, "facility")
    # Beside its foot, and well below the diamond.
    frame.evaluate("() => { map_div.panBy([12, 6], { animate: false }); }")
    press(page, frame, "Enter")
    page.get_by_text("Now click where it is to stand").first.wait_for()
    assert "Post office" in news.inner_text()
    wants(frame, "")
    press(page, frame, "ArrowRight", "ArrowRight", "Enter")
    edits(page, 2)
    assert page.get_by_text(re.compile("^2. Move")).count() == 1

    take(page, "Close down")
    wants(frame, "facility")
    look_at(frame, 54.6, 26.5)
    press(page, frame, "Enter")
    assert news.inner_text() == hint.inner_text() == "Nothing to choose near the cross."
    press(page, frame, "ArrowRight")
    assert hint.inner_text().startswith("Arrow keys move the map")
    edits(page, 2)


def test_the_focus_stays_at_hand_after_undo_redo_and_save(page: Any, app: App) -> None:
    frame = at_desk(page, app)
    look_at(frame, 55.02, 28.2)
    take(page, "Add")
    press(page, frame, "Enter")
    edits(page, 1)
    # Nothing is left to undo, then nothing to redo: the button goes out of use, and the other one takes over.
    for key, count, then in (("undo", 0, "redo"), ("redo", 1, "undo")):
        page.locator(f".st-key-{key} button:visible").focus()
        page.keyboard.press("Enter")
        edits(page, count)
        page.wait_for_function(f"({FOCUSED})().includes('st-key-{then}')")
    name = page.get_by_label("Name", exact=True)
    name.fill("By keyboard")
    name.press("Enter")
    settled(page)
    page.locator(".st-key-shelf_save button").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved as “By keyboard”.").first.wait_for()
    settled(page)
    assert "st-key-shelf_save" in page.evaluate(FOCUSED)


def test_the_desk_explains_the_signs_of_its_map_below_it(page: Any, app: App) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    frame = at_desk(page, app)
    legend, tools = page.locator(".map-legend"), page.locator(".st-key-undo button:visible")
    assert [
        word for word in ("covered", "gap zone", "service point") if word not in legend.inner_text()
    ] == []
    assert "new service point" not in legend.inner_text()
    look_at(frame, 55.02, 28.2)
    take(page, "Add")
    press(page, frame, "Enter")
    edits(page, 1)
    row = legend.locator("tr", has_text="new service point")
    assert row.inner_text().split()[-1] == "1"
    assert row.locator("img").evaluate("(image) => image.naturalWidth") > 0
    map_box = page.locator("iframe").first.bounding_box()
    assert legend.bounding_box()["y"] > map_box["y"] + map_box["height"]
    # The tools stay beside the map, and on a tablet right below it.
    assert tools.bounding_box()["y"] < map_box["y"] + 100
    page.set_viewport_size({"width": 820, "height": 1180})
    settled(page)
    assert tools.bounding_box()["y"] < legend.bounding_box()["y"]
