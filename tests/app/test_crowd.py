"""Very many marks on a map: drawn on one canvas, yet each is found by the mouse as if it stood alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.i18n import speech
from planner.maps.district_map import base_map, service_layer
from tests.app.crowd import crowd
from tests.unit.maps.district import HOSTILE

SIDE = 80
"""So many settlements along each side of a square: more than are drawn one by one."""
POSTS = 2500

WATCHED = """() => {
  const map = Object.values(window).find((it) => it instanceof L.Map);
  window.hits = [];
  map.eachLayer((layer) => layer.on("click", (e) => {
    // A click goes on to the groups that the mark is in.
    const hit = e.sourceTarget.feature && e.sourceTarget.feature.properties;
    if (hit && !window.hits.some((other) => other.click === hit.click)) { window.hits.push(hit); }
  }));
}"""
NEAR = "([at, zoom]) => Object.values(window).find((it) => it instanceof L.Map).setView(at, zoom, { animate: false })"
SPOT = """([lat, lon]) => {
  const map = Object.values(window).find((it) => it instanceof L.Map), p = map.latLngToContainerPoint([lat, lon]);
  return [p.x, p.y];
}"""


@pytest.mark.browser
def test_each_of_thousands_is_hit_and_told_exactly(browser: Any, tmp_path: Path) -> None:
    found, say = crowd(SIDE, POSTS, POSTS), speech("en")
    base = base_map(found, say)
    service_layer(found, say, "post_office").add_to(base)
    (tmp_path / "map.html").write_text(base.standalone(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto((tmp_path / "map.html").as_uri())
    page.locator("canvas.district-crowd").wait_for(state="attached")
    page.evaluate(WATCHED)
    chosen = [0, SIDE + 7, SIDE * SIDE // 2 + 31, SIDE * SIDE - 1]
    for i in chosen:
        at = [float(found.places.lat[i]), float(found.places.lon[i])]
        page.evaluate(NEAR, [at, 13])
        x, y = page.evaluate(SPOT, at)
        page.mouse.move(x + 40, y + 40)
        page.mouse.move(x, y)
        tip = page.locator(".district-tip")
        tip.wait_for()
        assert tip.inner_text().startswith(HOSTILE[:60] if i == 0 else f"Village {i}")
        assert ("covered" in tip.inner_text()) == (i % 2 == 0)
        page.mouse.click(x, y)
    hits = page.evaluate("window.hits.filter((hit) => hit.kind === 'place')")
    assert [hit["id"] for hit in hits] == [f"v{i}" for i in chosen]
    assert [hit["lat"] for hit in hits] == pytest.approx([found.places.lat[i] for i in chosen], abs=2e-3)
    # A mark that carries a name of the data is text, whatever the name is; and nothing went wrong.
    assert page.evaluate("window.hacked === undefined")
    assert faults == []
    page.close()


def near_a_post(browser: Any, folder: Path) -> tuple[Any, list[float]]:
    """Open a map of very many marks near the foot of one of them, and return the page and where the foot is."""
    found, say = crowd(SIDE, POSTS, POSTS), speech("en")
    base = base_map(found, say)
    service_layer(found, say, "post_office").add_to(base)
    (folder / "map.html").write_text(base.standalone(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 600, "height": 400})
    page.goto((folder / "map.html").as_uri())
    page.locator("canvas.district-crowd").wait_for(state="attached")
    page.evaluate(WATCHED)
    at = [55.1, float(found.facilities.lon[1234])]
    page.evaluate(NEAR, [at, 16])
    return page, at


@pytest.mark.browser
def test_marks_that_hide_each_other_come_apart_when_the_map_is_nearer(browser: Any, tmp_path: Path) -> None:
    page, at = near_a_post(browser, tmp_path)
    # The mark stands on a stem above its place.
    x, y = page.evaluate(SPOT, at)
    heads = [y - up for up in range(2, 30, 3)]
    for head in heads:
        page.mouse.click(x, head)
    assert {hit["id"] for hit in page.evaluate("window.hits")} == {"post1234"}
    page.close()


@pytest.mark.browser
def test_a_key_takes_what_stands_in_the_ring_of_the_cross(browser: Any, tmp_path: Path) -> None:
    page, _ = near_a_post(browser, tmp_path)
    page.locator(".leaflet-container").focus()
    # The cross is at the foot of the stem, below the mark.
    page.keyboard.press("Enter")
    (hit,) = page.evaluate("window.hits")
    assert (hit["kind"], hit["id"]) == ("facility", "post1234")
    news = page.locator(".district-news")
    news.get_by_text("Post").wait_for(state="attached")
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    news.get_by_text("Nothing to choose near the cross.").wait_for(state="attached")
    assert len(page.evaluate("window.hits")) == 1
    page.close()
