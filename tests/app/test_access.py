"""Pages for people who use no mouse, cannot see the screen or see it badly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.i18n import speech
from planner.maps.district_map import base_map
from tests.app.conftest import App
from tests.unit.maps.district import district

UNNAMED = """() => [...document.querySelectorAll("button, input, select, textarea, a[href], iframe")]
  .filter((e) => e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }))
  .filter((e) => !e.closest("[aria-hidden=true]"))
  .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title || e.innerText
                   || (e.labels && e.labels.length)))
  .map((e) => e.outerHTML.slice(0, 200))"""

FAINT = """() => {
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parts = (text) => {
    const m = text.match(/[\\d.]+/g).map(Number);
    return [m.slice(0, 3), m.length > 3 ? m[3] : 1];
  };
  const mixed = (below, above, share) => below.map((v, i) => v * (1 - share) + above[i] * share);
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest("style, script, [disabled]")) { continue; }
    if (!e.checkVisibility({ checkVisibilityCSS: true })) { continue; }
    let ground = [255, 255, 255], opacity = 1;
    const chain = [];
    for (let n = e; n; n = n.parentElement) { chain.unshift(n); opacity *= Number(getComputedStyle(n).opacity); }
    for (const n of chain) { ground = mixed(ground, ...parts(getComputedStyle(n).backgroundColor)); }
    const [ink, share] = parts(getComputedStyle(e).color);
    const at = light(mixed(ground, ink, share * opacity)), of = light(ground);
    const ratio = (Math.max(at, of) + 0.05) / (Math.min(at, of) + 0.05);
    if (opacity > 0 && ratio < 4.5) { found.push(`${ratio.toFixed(2)}: ${e.innerText.slice(0, 60)}`); }
  }
  return found;
}"""


@pytest.mark.browser
def test_a_settlement_is_found_and_left_for_another_page_by_keyboard(browser: Any, app: App) -> None:
    page = browser.new_page(viewport={"width": 820, "height": 1180})
    page.set_default_timeout(60_000)
    page.goto(f"{app.url}/?lang=en&service=ambulance")
    box = page.get_by_role("combobox", name="Settlement")
    box.focus()
    page.keyboard.type("Petrunovo")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    card = page.locator("#settlement-card")
    card.wait_for()
    assert "Petrunovo" in card.inner_text()
    button = page.get_by_role("button", name="Where to build")
    button.focus()
    assert button.evaluate(
        "b => getComputedStyle(b).outlineStyle !== 'none' || getComputedStyle(b).boxShadow !== 'none'"
    )
    # On a tablet the map and the card stand one below the other, and nothing sticks out.
    map_box, card_box = page.locator("iframe").first.bounding_box(), card.bounding_box()
    assert card_box["y"] >= map_box["y"] + map_box["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    page.wait_for_url("**/siting**")
    page.close()


def test_the_map_says_what_it_is_and_where_its_text_stands() -> None:
    page = base_map(district(), speech("en")).standalone()
    assert "stands as text in the legend" in page
    assert '"language":"en"' in page


@pytest.mark.browser
def test_the_map_tells_a_reading_voice_its_name_and_language(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "map.html").write_text(base_map(district(), speech("en")).standalone(), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    page.get_by_role("region", name="Map. What it shows").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("button", name="Zoom in").count() == 1
    page.close()
