"""The map on a page: in a browser that has no internet, with names that try to be markup."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folium
import pytest
import streamlit_folium
from streamlit.testing.v1 import AppTest

from planner.errors import InputError
from planner.i18n import speech
from planner.maps.district_map import base_map, service_layer
from planner.maps.offline import own_files
from planner.maps.standalone import standalone_html
from planner.ui import mapview
from tests.app.server import ROOT, page_on
from tests.app.waiting import NAMED, map_frame
from tests.unit.maps.district import HOSTILE, district

PAGE = """
import streamlit as st
from planner.i18n import speech
from planner.maps.district_map import base_map, legend, legend_html, service_layer
from planner.ui.mapview import show_map
from tests.unit.maps.district import HOSTILE, district

town, say = district(first_name=HOSTILE), speech("en")
base = st.cache_resource(lambda: base_map(town, say))()

@st.fragment
def part():
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    service = st.selectbox("Service", town.service_ids())
    layer = service_layer(town, say, service)
    clicks = st.session_state.setdefault("clicks", [])
    hit = show_map(base, [layer], key="map", height=500, on_click=lambda *found: clicks.append(found))
    st.html(legend_html(legend(town, say, service), say))
    st.text(f"runs={runs} hit={hit} clicks={len(clicks)}")

part()
"""


def test_every_link_becomes_local(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: sent.append(arguments))
    mapview.show_map(base_map(district(), speech("en")), [], key="k", height=300)
    first, *own = sent[0]["js_links"]
    assert first == "../planner.ui.mapview.leaflet/leaflet.js"
    names = [re.fullmatch(r"\.\./planner\.ui\.mapview\.district/(\w+\.js)\?v=\w+", link) for link in own]
    assert all(name and (own_files() / name[1]).is_file() for name in names)
    assert sent[0]["css_links"] == ["../planner.ui.mapview.leaflet/leaflet.css"]


def test_a_map_that_asks_for_more_than_is_shipped_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: sent.append(arguments))
    foreign: Any = folium.Map(tiles=None)
    with pytest.raises(InputError, match="not shipped"):
        mapview.show_map(foreign, [], key="k", height=300)
    assert sent == []


def test_the_frame_is_named_by_what_the_base_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **arguments: sent.append(arguments))
    say = speech("en")
    same, town = base_map(district(), say), district()
    for base, service in (
        (same, "post_office"),
        (same, "school"),
        (base_map(district(), say), "post_office"),
    ):
        mapview.show_map(base, [service_layer(town, say, service)], key="k", height=300)
    # A name that differs only after an underscore must not leave the old map on the page.
    for name in ("zone_1", "zone_2"):
        mapview.show_map(base_map(district(first_name=name), say), [], key="k", height=300)
    keys = [arguments["key"] for arguments in sent]
    assert keys[0] == keys[1] == keys[2]
    assert len(set(keys[2:])) == 3
    assert sent[0]["feature_group"] != sent[1]["feature_group"]


def test_the_page_runs_and_reports_no_click() -> None:
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    assert page.text[0].value == "runs=1 hit=None clicks=0"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with page_on(PAGE, tmp_path_factory.mktemp("app")) as url:
        yield url


def _frame(page: Any) -> Any:
    """Return the map's frame once the map is drawn."""
    return map_frame(page, f"{NAMED} && window.feature_group.length === 1")


def _spot(page: Any, frame: Any, place: str, dx: float = 0, dy: float = 0) -> tuple[float, float]:
    """Return where a place's mark is on the page."""
    x, y = frame.evaluate(
        """(id) => {
            const p = map_div.latLngToContainerPoint(map_div.district.places.find((x) => x.id === id).latlng);
            return [p.x, p.y];
        }""",
        place,
    )
    box = page.locator("iframe").first.bounding_box()
    return box["x"] + x + dx, box["y"] + y + dy


@pytest.mark.browser
def test_click_switch_and_view_with_no_internet(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    frame = _frame(page)
    status = page.locator("[data-testid=stText]")
    assert "hit=None" in status.inner_text()
    before = status.inner_text()

    frame.evaluate("(map_div.setView([55.15, 27.3], 10, {animate: false}), 0)")
    page.wait_for_timeout(600)
    assert status.inner_text() == before, "moving the map reran the page"

    page.mouse.move(*_spot(page, frame, "p0", dy=5))
    tip = frame.locator(".district-tip .tip-name")
    tip.wait_for()
    assert tip.inner_text().split() == HOSTILE.split()
    page.mouse.click(*_spot(page, frame, "p0", dy=5))
    status.get_by_text("hit=('place', 'p0') clicks=1").wait_for()
    page.mouse.click(*_spot(page, frame, "p0", dy=5))
    status.get_by_text("hit=('place', 'p0') clicks=2").wait_for()

    view = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]"
    kept = frame.evaluate(view)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="school").click()
    frame.wait_for_function(
        "Object.values(map_div._layers).some((l) => l.feature && l.feature.id === 'school-0')"
    )
    assert frame.evaluate(view) == kept
    assert (
        frame.evaluate(
            "Object.values(map_div._layers).filter((l) => l.feature && l.feature.id === 'p0').length"
        )
        == 1
    )

    assert [url for url in asked if not re.match(r"(http://127\.0\.0\.1:|data:|blob:)", url)] == []
    assert any("leaflet.js" in url for url in asked)
    assert faults == []
    assert frame.evaluate("[window.hacked === undefined, document.querySelectorAll('img').length]") == [
        True,
        0,
    ]
    page.close()


@pytest.mark.browser
def test_the_first_click_on_a_map_partly_out_of_sight_is_heard_and_moves_nothing(
    browser: Any, address: str
) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 500})
    page.goto(address)
    frame, map_ = _frame(page), page.locator("iframe").first
    before = map_.bounding_box()
    assert before["y"] + before["height"] > 500
    frame.evaluate("(map_div.setView([55.15, 27.3], 10, {animate: false}), 0)")
    page.mouse.click(*_spot(page, frame, "p0", dy=5))
    page.locator("[data-testid=stText]").get_by_text("hit=('place', 'p0') clicks=1").wait_for()
    assert map_.bounding_box() == before
    # The cross is for the keyboard, which works from here on.
    assert not frame.locator(".district-cross").is_visible()
    page.keyboard.press("ArrowRight")
    frame.locator(".district-cross").wait_for()
    page.close()


@pytest.mark.browser
def test_a_facility_above_its_place_can_be_clicked(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(address)
    frame = _frame(page)
    x, y = frame.evaluate(
        "(() => { const p = map_div.latLngToContainerPoint([55.25, 27.25]); return [p.x, p.y]; })()"
    )
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y - 10)
    page.locator("[data-testid=stText]").get_by_text("hit=('facility', 'post_office-0')").wait_for()
    page.close()


@pytest.mark.browser
def test_the_legends_signs_are_shown(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(address)
    _frame(page)
    sizes = page.locator(".map-legend img").evaluate_all("(found) => found.map((i) => i.naturalWidth)")
    assert len(sizes) == 10
    assert min(sizes) > 0
    page.close()


@pytest.mark.browser
def test_the_page_of_its_own_opens_from_a_file(browser: Any, tmp_path: Path) -> None:
    html = standalone_html(district(first_name=HOSTILE), speech("ru"), ["post_office", "school"])
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto((tmp_path / "map.html").as_uri())
    page.locator(".district-label").first.wait_for()
    assert page.locator(".district-panel option").all_inner_texts() == ["Почта <b>", "Школа"]
    page.locator(".district-panel select").select_option(label="Школа")
    assert page.locator(".district-panel svg").count() == len(page.locator(".district-panel tr").all())
    assert page.locator(".district-panel p").count() == 1
    assert len(asked) == 1
    assert faults == []
    assert page.evaluate("window.hacked === undefined")
    page.close()


def test_what_is_read_in_beforehand_leaves_the_map_to_the_page() -> None:
    # Streamlit never serves a component whose module was imported where no page was being drawn.
    asked = (
        "import sys, planner.ui.server as s; s._read_in(); "
        "print(sorted({'folium', 'streamlit_folium'} & {*sys.modules}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PLANNER_WORKSPACE": "missing.gpkg"}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['folium']"
