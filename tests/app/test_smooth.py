"""A hundred thousand features on a page: what a run of it sends, what a click finds, what becomes of the view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.crowd import crowd
from tests.app.server import page_on
from tests.app.waiting import map_frame

SIDE, MANY = 60, 100_000
PAGE = """
import streamlit as st
from planner.i18n import speech
from planner.maps.district_map import base_map, layer_of, service_part
from planner.ui.mapview import show_map
from tests.app.crowd import crowd

say = speech("en")
kept = st.cache_resource(lambda: {"town": crowd(60, 100_000, 1000)})()
for name in ("post_office", "school"):
    if name not in kept:
        kept[name] = service_part(kept["town"], say, name)
dark = st.toggle("Dark")
if dark not in kept:
    kept[dark] = base_map(kept["town"], say, dark=dark)

@st.fragment
def part():
    page = st.radio("Page", ["map", "other"])
    service = st.radio("Service", ["post_office", "school"])
    if page == "map":
        layer = layer_of(kept[service], service, selected=st.session_state.get("place"))
        hit = show_map(kept[dark], [layer], key="map", height=500, on_click=clicked)
    st.text(f"page={page} service={service} hit={st.session_state.get('hit')}")

def clicked(kind, identifier):
    st.session_state["hit"] = (kind, identifier)
    if kind == "place":
        st.session_state["place"] = identifier

part()
"""
DRAWN = """map_div.district && !map_div.district.whenGround && map_div.districtPending === 0
  && window.feature_group.some((group) => map_div.hasLayer(group))"""
VIEW = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with page_on(PAGE, tmp_path_factory.mktemp("smooth"), "--server.baseUrlPath", "planner") as url:
        yield f"{url}/planner"


class Visit:
    """A page with the map, and what went over the network for it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1000, "height": 900})
        self.told: list[int] = []
        self.fetched: list[str] = []
        self.faults: list[str] = []
        self.page.on("websocket", lambda s: s.on("framereceived", lambda frame: self.told.append(len(frame))))
        self.page.on("response", lambda r: self.fetched.append(r.url) if r.url.endswith(".gz") else None)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.goto(address)

    def frame(self, other_than: Any = None) -> Any:
        """Return the map's frame once all is drawn."""
        return map_frame(self.page, DRAWN, other_than)

    def choose(self, label: str) -> None:
        """Choose one of the page's options and wait until the page has been drawn with it."""
        self.page.locator("label").filter(has_text=label).last.click()
        if label != "Dark":
            self.page.locator("[data-testid=stText]").get_by_text(f"={label} ").wait_for(timeout=30_000)

    def click(self, lon: float, lat: float, up: float = 0.0) -> None:
        """Click the map there, some pixels higher."""
        x, y = self.frame().evaluate(
            "([lon, lat]) => { const p = map_div.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [lon, lat],
        )
        box = self.page.locator("iframe").first.bounding_box()
        self.page.mouse.click(box["x"] + x, box["y"] + y - up)


@pytest.mark.browser
def test_a_run_sends_little_and_what_was_fetched_is_not_fetched_again(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    visit.frame()
    # The places and the layer; the few lines of the ground are too short for a file of their own.
    assert len(visit.fetched) == len(set(visit.fetched)) == 2
    visit.told.clear()
    visit.choose("school")
    frame = visit.frame()
    assert sum(visit.told) < 60_000
    fetched = len(visit.fetched)
    visit.choose("post_office")
    assert visit.frame() is frame
    frame.wait_for_function(
        "(() => { let n = 0; map_div.eachLayer((l) => { n += l._shown ? 1 : 0; }); return n; })() === 1"
    )
    assert len(visit.fetched) == fetched
    assert visit.faults == []
    visit.page.close()


@pytest.mark.browser
def test_one_of_a_hundred_thousand_is_chosen_by_a_click(browser: Any, address: str) -> None:
    visit, town = Visit(browser, address), crowd(SIDE, MANY, 1000)
    frame = visit.frame()
    said = visit.page.locator("[data-testid=stText]")
    for number in (0, 54_321, MANY - 1):
        lon, lat = float(town.facilities.lon[number]), float(town.facilities.lat[number])
        frame.evaluate("([lon, lat]) => { map_div.setView([lat, lon], 16, { animate: false }); }", [lon, lat])
        # The mark stands on a stem above its place.
        visit.click(lon, lat, up=10)
        said.get_by_text(f"hit=('facility', 'post{number}')").wait_for(timeout=30_000)
    place = SIDE * 20 + 11
    lon, lat = float(town.places.lon[place]), float(town.places.lat[place])
    frame.evaluate("([lon, lat]) => { map_div.setView([lat, lon], 14, { animate: false }); }", [lon, lat])
    visit.click(lon, lat)
    said.get_by_text(f"hit=('place', 'v{place}')").wait_for(timeout=30_000)
    ring = "map_div.district.ring.getLayers()[0].getLatLng()"
    frame.wait_for_function(f"Math.abs({ring}.lat - {lat}) < 1e-4 && Math.abs({ring}.lng - {lon}) < 1e-4")
    assert visit.faults == []
    assert frame.evaluate("window.hacked === undefined")
    visit.page.close()


@pytest.mark.browser
def test_the_view_outlives_a_service_another_page_and_another_theme(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    frame = visit.frame()
    frame.evaluate("(map_div.setView([55.3, 27.4], 12, { animate: false }), 0)")
    kept = frame.evaluate(VIEW)
    visit.choose("school")
    assert visit.frame().evaluate(VIEW) == kept
    visit.choose("other")
    visit.page.locator("iframe").wait_for(state="detached")
    visit.choose("map")
    assert visit.frame().evaluate(VIEW) == pytest.approx(kept, abs=1e-3)
    before = visit.frame()
    visit.choose("Dark")
    assert visit.frame(other_than=before).evaluate(VIEW) == pytest.approx(kept, abs=1e-3)
    visit.page.close()
