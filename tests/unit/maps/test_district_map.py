import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from planner.i18n import speech
from planner.maps.district_map import base_map, clicked, legend, legend_html, modelled_note, service_layer
from planner.maps.embed import embedded
from planner.maps.geometry import packed_lines, packed_polygons
from planner.maps.marks import MAX_RADIUS_PX, MIN_RADIUS_PX, VALUE_CLASSES, marks, radius_px, theme
from planner.maps.standalone import standalone_html
from planner.maps.view import gap_areas, service_view
from planner.results import State
from tests.unit.maps.district import HALVES, HOSTILE, district

say = speech("en")


def layer_data(group: Any) -> dict[str, Any]:
    """Return the data that a service's layer hands to the browser."""
    (call,) = [child for child in group._children.values() if hasattr(child, "function")]
    found: dict[str, Any] = json.loads(call.data)
    return found


class Scripts(HTMLParser):
    """Collects elements as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_embedded_data_survive_and_cannot_leave_the_script() -> None:
    data = {"name": HOSTILE, "more": ["{% raw %}", "{#", "a\u2029b", 1.5, None]}
    text = embedded(data)
    assert json.loads(text) == data
    assert not re.search("[<>&\u2028\u2029]|{{|{%|{#", text)


def test_embedded_refuses_what_json_cannot_say() -> None:
    with pytest.raises(ValueError, match="JSON"):
        embedded([float("nan")])


def test_packed_coordinates_add_up() -> None:
    from shapely.geometry import LineString, shape

    (line,) = packed_lines([LineString([(27.123456, 55.1), (27.5, 55.2), (27.9, 55.0)])])
    points = np.cumsum(np.reshape(line, (-1, 2)), axis=0) / 1e5
    assert points.tolist() == [[27.12346, 55.1], [27.5, 55.2], [27.9, 55.0]]
    (rings,) = packed_polygons(shape(HALVES[0]))
    assert np.reshape(rings[0], (-1, 2)).sum(axis=0).tolist() != [0, 0]
    assert np.cumsum(np.reshape(rings[0], (-1, 2)), axis=0)[-1].tolist() == rings[0][:2]


def test_a_circle_grows_in_area_with_its_people() -> None:
    assert radius_px(4000) ** 2 / radius_px(1000) ** 2 == pytest.approx(4, rel=0.02)
    assert radius_px(0) == radius_px(1) == MIN_RADIUS_PX
    assert radius_px(10_000_000) == MAX_RADIUS_PX


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_has_a_mark_of_its_own_even_without_colour(dark: bool) -> None:
    looks = marks(theme(dark))
    assert {s.label for s in State} <= set(looks)
    signs = {name: m for name, m in looks.items() if name not in VALUE_CLASSES}
    without_colour = {
        (bool(m.fill), m.glyph, bool(m.dash), m.width, m.scale, m.shape) for m in signs.values()
    }
    assert len(without_colour) == len(signs)


def test_classes_of_a_share_grow_lighter_from_poor_to_good() -> None:
    fills = [marks(theme(False))[name].fill for name in VALUE_CLASSES]
    light = [0.2126 * int(f[1:3], 16) + 0.7152 * int(f[3:5], 16) + 0.0722 * int(f[5:], 16) for f in fills]
    assert all(after - before > 25 for before, after in itertools.pairwise(light))


def test_a_layer_holds_the_located_places_with_their_states() -> None:
    data = layer_data(service_layer(district(), say, "post_office"))
    shown = [data["states"][state] for state, _ in data["places"]]
    assert shown == ["covered", "gap", "unreachable", "not_connected", "no_data", "not_applicable"]
    said = [data["texts"][t] for t in data["places"][1][1]]
    assert said[0] == "gap"
    assert "50\u00a0min" in said[1]
    assert said[2] == "nearest: Office 0 & sons"


def test_modelled_facilities_are_marked_and_named_so() -> None:
    real, modelled = layer_data(service_layer(district(), say, "post_office"))["facilities"]
    assert (real["id"], real["modelled"]) == ("post_office-0", False)
    assert modelled["modelled"]
    assert "modelled data" in modelled["lines"]


def test_one_standard_alone_shows_its_own_states() -> None:
    both = layer_data(service_layer(district(), say, "school"))
    first = layer_data(service_layer(district(), say, "school", "BY-school-1"))
    assert [p[0] for p in both["places"][:3]] == [State.GAP, State.GAP, State.COVERED]
    assert [p[0] for p in first["places"][:3]] == [State.GAP, State.COVERED, State.COVERED]


def test_overlapping_gap_zones_of_two_standards_become_one() -> None:
    town = district()
    areas = sorted(gap_areas(town, service_view(town, "school")), key=lambda a: a.geometry.bounds)
    assert [(a.people, a.places) for a in areas] == [(4100.0, 2), (400.0, 1)]
    assert areas[0].geometry.bounds == pytest.approx((27.05, 55.1, 27.3, 55.4))


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(KeyError, match="theatre"):
        service_layer(district(), say, "theatre")


def test_the_legend_counts_people_and_places() -> None:
    town = district()
    rows = {row.symbol: row for row in legend(town, say, "post_office")}
    assert (rows["gap"].people, rows["gap"].places) == (100.0, 1)
    assert (rows["not_located"].people, rows["not_located"].places) == (500.0, 1)
    assert sum(r.people or 0 for r in rows.values() if r.state is not None) == town.people
    assert (rows["facility"].places, rows["facility_modelled"].places, rows["gap_zone"].people) == (
        1,
        1,
        100.0,
    )
    assert [row.symbol for row in legend(town, say, "school")][:2] == ["covered", "gap"]
    assert "no_data" not in {row.symbol for row in legend(town, say, "school")}


def test_the_legend_says_that_data_are_modelled() -> None:
    town = district()
    assert modelled_note(town, say, "post_office") == ""
    note = modelled_note(town, say, "school")
    html = legend_html(legend(town, say, "school"), say, note)
    assert note
    assert note in html


def test_what_is_no_place_is_not_counted_under_places() -> None:
    html = legend_html(legend(district(), say, "post_office"), say)
    places, number = html.index(">places<"), html.index(">number<")
    assert places < html.index("covered") < number < html.index("service point") < html.index("gap zone")
    only_places = [row for row in legend(district(), say, "post_office") if row.state is not None]
    assert ">number<" not in legend_html(only_places, say)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": "x"},
        {"last_active_drawing": {"properties": {"kind": "elsewhere", "id": "p1"}}},
        {"last_active_drawing": {"properties": {"kind": "place", "id": ["p1"]}}},
        {"last_active_drawing": {"properties": {"kind": [], "id": "p1"}}},
    ],
)
def test_nothing_of_ours_was_clicked(payload: Any) -> None:
    assert clicked(payload) is None


def test_a_click_gives_kind_and_id() -> None:
    drawing = {"type": "Feature", "properties": {"kind": "place", "id": "p1", "click": 3}}
    assert clicked({"last_active_drawing": drawing}) == ("place", "p1")


def test_a_map_asks_for_leaflet_only() -> None:
    page = Scripts()
    page.feed(base_map(district(), say).get_root().render())
    assert [link for link in page.links if link] == ["leaflet/leaflet.js", "leaflet/leaflet.css"]


def test_a_basemap_is_there_only_when_asked_for() -> None:
    address = "https://tiles.example/{z}/{x}/{y}.png"
    plain = base_map(district(), say).get_root().render()
    tiled = base_map(district(), say, basemap=address, attribution="A & <b>B</b>").get_root().render()
    assert "L.tileLayer" not in plain
    assert address in tiled
    assert "<b>B</b>" not in tiled


def test_a_page_of_its_own_loads_nothing_and_reads_no_name_as_markup() -> None:
    html = standalone_html(district(first_name=HOSTILE), say, ["post_office", "school"])
    page = Scripts()
    page.feed(html)
    assert page.links == []
    assert "img" not in page.tags
    assert "b" not in page.tags
    assert page.tags.count("script") == html.count("</script>")


def test_a_page_of_its_own_needs_a_service() -> None:
    with pytest.raises(ValueError, match="services"):
        standalone_html(district(), say, [])


def test_the_same_district_gives_the_same_page() -> None:
    one, other = (standalone_html(district(), say, ["post_office", "school"]) for _ in range(2))
    assert one == other
    # Every element has a name of its own.
    names = re.findall(r"var ([a-z_]+[0-9a-f]{32}) = ", one)
    assert len(names) > 2 and len(set(names)) == len(names)
