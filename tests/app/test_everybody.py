"""Every page held against the published rules for pages that everybody can use, in both themes.

The rules are axe-core's (WCAG 2.2 A and AA, the size of targets included, and good practice). Beside them stands what
it leaves open: text whose contrast it cannot tell, controls without a name, pages wider than the screen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from geopandas import GeoDataFrame

from planner.cli import main
from planner.layers.schema import BUILDING, WGS84, Role
from planner.scenario import AddFacility, Scenario
from planner.studies.districts import FILE, compare, encoded
from planner.studies.figures import figures, read_figures
from planner.studies.founding import found_sample
from planner.workspace import LayerOrigin, open_workspace
from tests.app.conftest import App
from tests.app.provider import settings
from tests.app.server import ROOT, app_on
from tests.app.test_access import FAINT, UNNAMED
from tests.app.waiting import settled

pytestmark = [pytest.mark.browser, pytest.mark.axe]

RULES = ROOT / "tests" / "app" / "axe" / "node_modules" / "axe-core" / "axe.min.js"

STREAMLITS_OWN: dict[str, str] = {}
"""Serious findings in Streamlit's own elements that the planner cannot reach, by rule: a selector of the elements."""


def open_form(page: Any) -> None:
    """Take the tool that adds, and the form that stands for a click on the map."""
    page.get_by_role("radio", name="Добавить", exact=True).click()
    page.locator(".st-key-desk_form summary").click()


def open_table(page: Any) -> None:
    page.locator(".st-key-map_table_district summary").click()
    page.locator(".st-key-map_table_district canvas").first.wait_for()


PAGES: dict[str, tuple[str, Callable[[Any], None] | None]] = {
    "?service=ambulance&place=petrunovo": ("#settlement-card", open_table),
    "gaps?": ("[data-testid=stDataFrame] canvas", None),
    "parity?": ("[data-testid=stVegaLiteChart]", None),
    "scenarios?service=post_office": ("#desk-numbers", open_form),
    "siting?service=ambulance": (".st-key-siting_find button", None),
    "report?": (".st-key-report_make", None),
    "closures?service=fire": ("[data-testid=stDataFrame] canvas", None),
    "capacity?": ("[data-testid=stDataFrame] canvas", None),
    "fragility?service=ambulance": ("[data-testid=stDataFrame] canvas", None),
    "visiting?service=ambulance": ("iframe", None),
    "mobile?": ("[data-testid=stDataFrame] canvas", None),
    "quarter?": ("iframe", None),
    "compare?": ("[data-testid=stDataFrame] canvas", None),
    "districts?district=here": ("#district-card", None),
    "layers?": ("[data-testid=stDataFrame] canvas", None),
    "standards?": (".planner-standards", None),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a district that has something to show on every page."""
    folder = tmp_path_factory.mktemp("everybody")
    workspace = folder / "district.gpkg"
    found_sample(workspace)
    post = AddFacility("post_office", "new-1", {"en": "New post office"}, 28.2, 55.02)
    kept = Scenario("East", (post,))
    open_workspace(str(workspace)).save_scenario(kept.name, kept.to_json(), expected="")
    _buildings(workspace)
    _districts(workspace, folder / "districts")
    with app_on(workspace, folder, PLANNER_DISTRICTS=str(folder / "districts")) as url:
        yield App(url, workspace, folder)


@pytest.fixture(scope="module")
def page(browser: Any, app: App) -> Iterator[Any]:
    """A page of an official who reads Russian, with the rules in it and in every map's frame."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="ru-RU")
    context.add_init_script(path=RULES)
    shown = context.new_page()
    shown.set_default_timeout(90_000)
    yield shown
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_the_page_is_for_everybody(page: Any, app: App, address: str) -> None:
    ready, act = PAGES[address]
    page.emulate_media(color_scheme="light")
    page.goto(f"{app.url}/{address}&lang=ru")
    page.locator(ready).first.wait_for()
    if act is not None:
        settled(page)
        act(page)
    settled(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settled(page)
        assert (scheme, broken(page)) == (scheme, [])
        assert (scheme, page.evaluate(FAINT)) == (scheme, [])
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate("[document.documentElement.lang, document.querySelectorAll('h1').length]") == [
        "ru",
        1,
    ]
    title, head = page.title(), page.locator("h1").inner_text()
    assert title.split(" · ")[0] and head.startswith(title.split(" · ")[0])
    for width in (1280, 1024, 820):
        page.set_viewport_size({"width": width, "height": 720})
        page.wait_for_function(
            "document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth", polling=100
        )
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_point_is_placed_and_moved_without_a_mouse(page: Any, app: App) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{app.url}/scenarios?lang=en&service=post_office")
    page.locator("#desk-numbers").wait_for()
    page.frame_locator("iframe").locator(".district-label").first.wait_for()
    settled(page)
    take(page, "Add")
    page.locator(".st-key-desk_form").wait_for()
    frame = page.frame_locator("iframe")
    frame.locator(".leaflet-container").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    # What lies under the cross is told, and the keys are explained where they work.
    told = frame.locator(".district-news")
    assert told.get_attribute("aria-live") == "polite"
    told.filter(has_text=re.compile(r"\S")).wait_for()
    assert frame.locator(".district-hint").is_visible()
    page.keyboard.press("Enter")
    page.locator(".st-key-edit_away_0").wait_for()
    settled(page)

    take(page, "Move")
    page.locator(".st-key-desk_form summary").focus()
    page.keyboard.press("Enter")
    choose(page, "Service point", "Post office 211800")
    press(page, "Take it to move it")
    page.get_by_text("Now click where it is to stand").first.wait_for()
    settled(page)
    choose(page, "Settlement", "Petrunovo")
    press(page, "Move it here")
    page.locator(".st-key-edit_away_1").wait_for()
    # What it did to the numbers is told to whoever listens.
    assert page.locator("#planner-news").get_attribute("role") == "status"
    page.wait_for_function("document.querySelector('#planner-news').textContent.includes('→')", polling=200)


def take(page: Any, tool: str) -> None:
    page.get_by_role("radio", name=tool, exact=True).focus()
    page.keyboard.press("Enter")
    settled(page)


def press(page: Any, name: str) -> None:
    button = page.get_by_role("button", name=name, disabled=False)
    button.wait_for()
    button.press("Enter")


def choose(page: Any, label: str, text: str) -> None:
    """Choose from a list by typing, as without a mouse."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.wait_for()
    settled(page)
    box.focus()
    page.keyboard.type(text)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    settled(page)


def test_whoever_has_not_signed_in_finds_the_way(browser: Any, tmp_path: Path) -> None:
    told = tmp_path / "sign-in.toml"
    told.write_text(settings("http://127.0.0.1:9/metadata", "http://127.0.0.1:9/oauth2callback"), "utf-8")
    workspace = tmp_path / "district.gpkg"
    assert main(["new", str(workspace), "--sample"]) == 0
    context = browser.new_context(viewport={"width": 820, "height": 1180}, locale="ru-RU")
    context.add_init_script(path=RULES)
    page = context.new_page()
    with app_on(workspace, tmp_path, "--sign-in", str(told)) as url:
        page.goto(f"{url}/?lang=ru")
        page.get_by_role("button", name="Войти").wait_for(timeout=60_000)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settled(page)
            assert (scheme, broken(page)) == (scheme, [])
            assert (scheme, page.evaluate(FAINT)) == (scheme, [])
        assert page.locator("h1").count() == 1
    context.close()


def broken(page: Any) -> list[str]:
    """Return the serious and critical findings on a page and in its frames, those in Streamlit's own elements aside."""
    found = page.evaluate(
        "axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })"
    )
    rows = []
    for rule in found["violations"]:
        for node in rule["nodes"]:
            own = STREAMLITS_OWN.get(rule["id"])
            if rule["impact"] in ("serious", "critical") and not (own and page.locator(own).count()):
                rows.append(f"{rule['id']}: {node['target']} {node['html'][:160]}")
    return rows


def _buildings(workspace: Path) -> None:
    """Put homes into two villages, so that there are quarters to judge."""
    places = json.loads((ROOT / "data" / "geo" / "demand.geojson").read_text("utf-8"))["features"]
    located = (f for f in places if f["geometry"] is not None)
    largest = sorted(located, key=lambda f: -(f["properties"].get("population") or 0))[:2]
    homes: list[dict[str, Any]] = []
    for place in largest:
        lon, lat = place["geometry"]["coordinates"][:2]
        for step in range(20):
            at = shapely.Point(lon + 0.0004 * (step % 5), lat + 0.0003 * (step // 5))
            homes.append({"id": f"home-{len(homes)}", "population": 12.0, "geometry": at})
    frame = GeoDataFrame(homes, geometry="geometry", crs=WGS84)
    opened = open_workspace(str(workspace))
    opened.add(frame, Role.DEMAND, BUILDING, title={"en": "Buildings"}, origin=LayerOrigin(modelled=True))


def _districts(workspace: Path, folder: Path) -> None:
    """Compare the district with itself under another name."""
    from dataclasses import asdict

    made = asdict(figures(open_workspace(str(workspace))))
    both = [read_figures(made, id=name, location=f"{name}.gpkg") for name in ("here", "there")]
    folder.mkdir()
    (folder / FILE).write_bytes(encoded(compare(both, [], small_below=500)))
