"""A hundred thousand features on a page: what a run of it sends, what a click finds, what becomes of the view."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.results import Assessment, Facilities, frozen
from tests.app.server import await_port, free_port
from tests.unit.maps.district import HOSTILE, district, text

ROOT = Path(__file__).resolve().parents[2]
SIDE, MANY = 60, 100_000
PAGE = """
import streamlit as st
from planner.i18n import speech
from planner.maps.district_map import base_map, layer_of, service_part
from planner.ui.mapview import show_map
from tests.app.test_smooth import crowd

say = speech("en")
kept = st.cache_resource(lambda: {"town": crowd()})()
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
DRAWN = """() => window.map_div && map_div.district && !map_div.district.whenGround && map_div.districtPending === 0
  && (window.feature_group || []).some((group) => map_div.hasLayer(group))"""
VIEW = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]"


def crowd() -> Assessment:
    """Return a square of settlements, in turn covered and in a gap, and 100,000 post offices in a band south of it."""
    small, n = district(), SIDE * SIDE
    lon, lat = (
        side.ravel() for side in np.meshgrid(np.linspace(27.1, 27.9, SIDE), np.linspace(55.2, 55.4, SIDE))
    )
    names = tuple(text(HOSTILE if i == 0 else f"Village {i}") for i in range(n))
    places = replace(
        small.places, ids=tuple(f"v{i}" for i in range(n)), names=names, kinds=("village",) * n,
        area_types=("village",) * n, population=frozen(np.full(n, 5.0)), population_source=("",) * n,
        zone=frozen(np.zeros(n), np.int64), lon=frozen(lon), lat=frozen(lat), road_distance_m=frozen(np.zeros(n)),
    )  # fmt: skip
    at = np.arange(MANY)
    posts = Facilities(
        tuple(f"post{i}" for i in at), tuple(text(f"Post {i}") for i in at), ("post_office",) * MANY,
        ("",) * MANY, frozen(27.1 + 0.8 * (at % 1000) / 1000), frozen(55.1 + 0.08 * (at // 1000) / 100),
    )  # fmt: skip
    one = small.results[0]
    shape: dict[str, Any] = {
        "state": frozen(np.arange(n) % 2, np.uint8), "cost": frozen(np.full(n, 7.0)), "gap_zones": (),
        "shortfall": frozen(np.zeros(n)), "relative_shortfall": frozen(np.zeros(n)),
    }  # fmt: skip
    many = replace(one, **shape, facilities=posts, nearest=frozen(np.arange(n)))
    standard = replace(one.standard, id="BY-school-9", service="school")
    none = replace(one, **shape, standard=standard, facilities=None, nearest=frozen(np.full(n, -1)))
    return replace(small, places=places, results=(many, none), facilities=posts)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("smooth")
    (folder / "page.py").write_text(PAGE, encoding="utf-8")
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(folder / "page.py"), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--server.baseUrlPath", "planner",
        "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await_port(port, server)
        yield f"http://127.0.0.1:{port}/planner"
    finally:
        server.terminate()
        server.wait(timeout=20)


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

    def frame(self) -> Any:
        """Return the map's frame once all is drawn."""
        self.page.locator("iframe").first.wait_for(timeout=60_000)
        for _ in range(600):
            frame = next((f for f in self.page.frames if "st_folium" in f.url), None)
            if frame is not None:
                break
            self.page.wait_for_timeout(50)
        assert frame is not None
        frame.wait_for_function(DRAWN, timeout=60_000)
        return frame

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
    visit, town = Visit(browser, address), crowd()
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
    for _ in range(600):
        if visit.frame() is not before:
            break
        visit.page.wait_for_timeout(50)
    assert visit.frame().evaluate(VIEW) == pytest.approx(kept, abs=1e-3)
    visit.page.close()
