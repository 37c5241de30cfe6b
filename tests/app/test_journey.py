"""A planner's way through the app, in a real browser that reaches nothing but the app."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from planner.workspace import open_workspace
from tests.app.conftest import App
from tests.app.waiting import LAYER_FILE, NAMED, file_field, map_frame, opened, settled

pytestmark = pytest.mark.browser

SHOTS = Path(os.environ["PLANNER_SCREENSHOTS"]) if "PLANNER_SCREENSHOTS" in os.environ else None
HOSTILE = '<img src=x onerror="window.hacked=1"> ![x](http://example.invalid/y.png)'


def drawn(page: Any) -> Any:
    """Return the map's frame once settlements are on it."""
    return map_frame(page, f"{NAMED} && window.feature_group.length === 1 && map_div.districtPending === 0")


def click_place(page: Any, frame: Any, place: str) -> None:
    x, y = frame.evaluate(
        """(id) => {
            const at = map_div.district.places.find((p) => p.id === id).latlng;
            map_div.setView(at, 13, {animate: false});
            const p = map_div.latLngToContainerPoint(at);
            return [p.x, p.y];
        }""",
        place,
    )
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)


def test_click_a_place_and_read_its_card(page: Any, app: App) -> None:
    opened(page, f"{app.url}/?lang=en&service=post_office")
    frame = drawn(page)
    click_place(page, frame, "kishi")
    card = page.locator("#settlement-card")
    card.wait_for()
    assert card.locator("h2").inner_text() == "Kishi"
    told = card.inner_text()
    assert "214 people" in told
    for service in ("Mobile service", "Post offices", "Ambulance", "Shops", "Bus service"):
        assert service in told
    assert "place=kishi" in page.url


def test_another_service_redraws_and_keeps_the_view(page: Any, app: App) -> None:
    opened(page, f"{app.url}/?lang=en&service=post_office")
    frame = drawn(page)
    frame.evaluate("(map_div.setView([55.15, 27.9], 12, {animate: false}), 0)")
    view = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]"
    kept = frame.evaluate(view)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="Shops").click()
    frame.wait_for_function(
        "Object.values(map_div._layers).some((l) => l.feature && l.feature.id === 'shop-glubokoye-1')"
    )
    assert frame.evaluate(view) == kept


def test_how_far_a_service_reaches_is_drawn_and_taken_away(page: Any, app: App) -> None:
    opened(page, f"{app.url}/?lang=en&service=post_office")
    frame = drawn(page)
    bands = "Object.values(map_div._layers).filter((l) => l.options.pane === 'district-areas' && l.getLatLngs).length"
    assert frame.evaluate(bands) == 0
    page.get_by_text("How far the service reaches").first.click()
    toggle = page.get_by_text("Draw it on the map")
    toggle.click()
    frame.wait_for_function(f"{bands} === 3")
    told = page.locator(".map-legend").nth(1).inner_text()
    assert all(f"≤ {minutes}\u00a0min" in told for minutes in (10, 20, 30))
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the areas (GeoJSON)").click()
    features = json.loads(Path(taken.value.path()).read_text("utf-8"))["features"]
    assert [f["properties"]["cutoff"] for f in features] == [30, 20, 10]
    toggle.click()
    frame.wait_for_function(f"{bands} === 0")


def test_the_season_is_kept_from_page_to_page(page: Any, app: App) -> None:
    opened(page, f"{app.url}/?lang=en&service=ambulance&season=spring")
    drawn(page)
    assert page.get_by_role("combobox", name="Season").input_value() == "spring mud"
    page.get_by_role("link", name="Gaps").click()
    page.get_by_text("Numbers of the season: spring mud").first.wait_for()


def test_the_map_is_found_by_its_name_too(page: Any, app: App) -> None:
    opened(page, f"{app.url}/map?lang=en&service=library")
    drawn(page)
    assert page.get_by_role("combobox", name="Service").input_value() == "Libraries"
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_role("link", name="Map").count() == 1
    assert page.url.startswith(f"{app.url}/?")


def test_the_language_stays(page: Any, app: App) -> None:
    opened(page, f"{app.url}/?lang=en")
    page.get_by_role("radio", name="Рус").or_(page.get_by_text("Рус", exact=True)).first.click()
    page.get_by_text("Глубокский район").first.wait_for()
    assert "lang=ru" in page.url
    opened(page, f"{app.url}/gaps")
    page.get_by_text("Глубокский район").first.wait_for()
    assert (app.home / "planner" / "language").read_text().strip() == "ru"


def test_a_row_of_the_scorecard_leads_to_the_map(page: Any, app: App) -> None:
    opened(page, f"{app.url}/gaps?lang=en")
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.wait_for()
    box = grid.bounding_box()
    # The grid is a canvas: the first row's box is left in it, below the heading.
    page.mouse.click(box["x"] + 15, box["y"] + 52)
    page.wait_for_url(re.compile(r"/\?.*service=kindergarten"))
    drawn(page)


def choose_service(page: Any, name: str) -> None:
    box = page.get_by_role("combobox", name="Service")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).click()


def hostile_shops() -> bytes:
    """Two shops where there were none: one named like markup, one whose longitude and latitude are swapped."""
    features = [
        {"type": "Feature", "id": "a", "properties": {"name": HOSTILE, HOSTILE: 1},
         "geometry": {"type": "Point", "coordinates": [28.1800, 55.0600]}},
        {"type": "Feature", "id": "b", "properties": {"name": "null"}, "geometry": None},
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_upload_look_accept_and_see_the_gaps_change(page: Any, app: App) -> None:
    opened(page, f"{app.url}/layers?lang=en")
    file_field(page, LAYER_FILE).set_input_files(
        {"name": "shops <b>.geojson", "mimeType": "application/geo+json", "buffer": hostile_shops()}
    )
    choose_service(page, "Libraries")
    settled(page)
    page.get_by_role("button", name="Accept the layer").wait_for()
    before = {r.name: r.version for r in open_workspace(app.workspace).layers()}
    assert before["library"] == 1
    page.get_by_role("button", name="Accept the layer").click()
    page.get_by_text("Changed: “").first.wait_for()
    page.get_by_text("What has changed, people:").first.wait_for()
    # The form is empty again, so the same file is not kept twice by a second click.
    settled(page)
    assert page.get_by_role("button", name="Accept the layer").count() == 0
    after = {r.name: r.version for r in open_workspace(app.workspace).layers()}
    assert after["library"] == 2
    opened(page, f"{app.url}/?lang=en&service=library")
    frame = drawn(page)
    assert frame.evaluate("[window.hacked === undefined, document.querySelectorAll('img').length]") == [
        True,
        0,
    ]
    assert page.evaluate("window.hacked === undefined")


def test_a_version_that_is_restored_tells_what_it_changed(page: Any, app: App) -> None:
    opened(page, f"{app.url}/layers?lang=en")
    page.get_by_text("Earlier versions", exact=True).first.click()
    page.get_by_role("button", name="Use this version again").click()
    page.get_by_text("What has changed, people:").first.wait_for()
    assert {r.name: r.version for r in open_workspace(app.workspace).layers()}["library"] == 1


def test_the_tab_of_the_gaps_is_there_when_one_comes_back(page: Any, app: App) -> None:
    opened(page, f"{app.url}/gaps?lang=en")
    page.get_by_role("tab", name="Settlements").click()
    page.get_by_text("Ranked by people").first.wait_for()
    # One click is enough, from any tab to any other.
    page.get_by_role("tab", name="Rural councils").click()
    page.get_by_text("Share of people covered, of those").first.wait_for()
    page.get_by_role("tab", name="Settlements").click()
    page.get_by_text("Ranked by people").first.wait_for()
    page.get_by_role("link", name="Map").click()
    drawn(page)
    page.get_by_role("link", name="Gaps").click()
    page.get_by_text("Ranked by people").first.wait_for()
    assert page.get_by_role("tab", name="Settlements").get_attribute("aria-selected") == "true"


def test_a_broken_file_is_explained_and_nothing_is_lost(page: Any, app: App) -> None:
    kept = app.workspace.read_bytes()
    opened(page, f"{app.url}/layers?lang=en")
    file_field(page, LAYER_FILE).set_input_files(
        {
            "name": "broken.geojson",
            "mimeType": "application/geo+json",
            "buffer": b'{"type": "FeatureCollection", ',
        }
    )
    choose_service(page, "Shops")
    page.locator("[data-testid=stAlert]").first.wait_for()
    assert "Traceback" not in page.content()
    assert app.workspace.read_bytes() == kept
    page.get_by_role("link", name="Map").click()
    drawn(page)


def test_take_a_layer_from_openstreetmap(page: Any, app: App) -> None:
    bank = b"""<osm version="0.6"><node id="1" version="1" lat="55.1384" lon="27.6905">
        <tag k="amenity" v="bank"/><tag k="name" v="Bank"/></node></osm>"""
    opened(page, f"{app.url}/layers?lang=en")
    page.get_by_role("tab", name="From OpenStreetMap").click()
    file_field(page, "OpenStreetMap extract").set_input_files(
        {"name": "district.osm", "mimeType": "application/xml", "buffer": bank}
    )
    page.get_by_role("button", name="Take the layers from the extract").click()
    page.get_by_text("Layers taken from the extract: bank (1).").first.wait_for()
    assert "bank" in {r.name for r in open_workspace(app.workspace).layers()}


def one_in_every_cell() -> bytes:
    """A raster of one person in every hundredth of a degree, around the district."""
    with MemoryFile() as kept:
        with kept.open(
            driver="GTiff", height=60, width=120, count=1, dtype="float32", crs="EPSG:4326",
            transform=from_origin(27.3, 55.5, 0.01, 0.01),
        ) as file:  # fmt: skip
            file.write(np.ones((60, 120), dtype=np.float32), 1)
        return bytes(kept.read())


def test_take_the_population_from_a_raster(page: Any, app: App) -> None:
    opened(page, f"{app.url}/layers?lang=en")
    page.get_by_role("tab", name="Population").click()
    file_field(page, "Raster of people per cell").set_input_files(
        {"name": "people.tif", "mimeType": "image/tiff", "buffer": one_in_every_cell()}
    )
    page.get_by_role("button", name="Take the population from the raster").click()
    page.get_by_text("What has changed, people:").first.wait_for()
    workspace = open_workspace(app.workspace)
    (demand,) = (r for r in workspace.layers() if r.name == "demand")
    # About 1,780 km² of cells of about 0.709 km².
    assert workspace.read(demand)["population"].sum() == pytest.approx(1780 / 0.709, rel=0.02)
    workspace.restore("demand", 1)


def test_mobile_coverage_by_another_formula(page: Any, app: App) -> None:
    opened(page, f"{app.url}/mobile?lang=en")
    page.frame_locator("iframe").locator(".district-label").first.wait_for(timeout=60_000)
    said = page.get_by_test_id("stMain").get_by_text("Covered even on pessimistic assumptions:")
    before = said.inner_text()
    page.get_by_role("combobox", name="Formula").click()
    page.get_by_role("option", name="3GPP rural macro cell").click()
    page.get_by_text("not computed: no formula holds there").first.wait_for()
    page.wait_for_function("(before) => !document.body.innerText.includes(before)", arg=before)
    # Whoever stands in no class stands in another: nobody is lost.
    cells = page.locator(".map-legend tr td:nth-child(3)").all_inner_texts()
    assert sum(int(c.replace(",", "")) for c in cells) == 41_043


def test_download_the_report(page: Any, app: App) -> None:
    opened(page, f"{app.url}/report?lang=ru")
    for form in ("XLSX", "GEOJSON"):
        page.get_by_text(form).first.click()
        # A click before the page has answered the last one would ask for a button that is being replaced.
        page.wait_for_timeout(700)
        settled(page)
    with page.expect_download(timeout=180_000) as waiting:
        # One click makes it, beside the page, and fetches it.
        page.locator(".st-key-report_make button").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        names = {Path(n).suffix: n for n in archive.namelist()}
        assert set(names) == {".html", ".xlsx", ".geojson"}
        html = archive.read(names[".html"]).decode()
        book = openpyxl.load_workbook(io.BytesIO(archive.read(names[".xlsx"])), read_only=True)
        features = json.loads(archive.read(names[".geojson"]))["features"]
        book.close()
    assert "Глубокский район" in html
    assert sum(f["properties"]["feature"] == "place" for f in features) == 369


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_every_page_draws(browser: Any, app: App, language: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=theme)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    for name in ("map", "gaps", "layers", "standards", "report"):
        address = "" if name == "map" else name
        opened(page, f"{app.url}/{address}?lang={language}&service=shop&place=kishi")
        if name == "map":
            drawn(page)
        assert page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
        if SHOTS is not None:
            page.wait_for_timeout(700)
            page.screenshot(path=SHOTS / f"{name}-{language}-{theme}.png")
    assert faults == []
    context.close()


def test_a_file_that_the_browser_does_not_take_is_told_of(page: Any, app: App) -> None:
    opened(page, f"{app.url}/layers?lang=en")
    field = page.get_by_test_id("stFileUploader").filter(has_text=LAYER_FILE)
    written = "e => getComputedStyle(e, '::after').content"
    assert field.evaluate(written) == "none"
    picture = {"name": "memo.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    file_field(page, LAYER_FILE).set_input_files(picture)
    field.locator('[aria-invalid="true"]').wait_for()
    assert "larger than 200 MiB" in field.evaluate(written)
    assert "--folder" in field.evaluate(written)
