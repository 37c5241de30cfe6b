import re
import xml.etree.ElementTree as ET

import pytest

from planner.i18n import speech
from planner.maps.labels import Label, place_labels
from planner.maps.picture import district_picture
from planner.results import Assessment
from tests.unit.maps.district import HOSTILE, district

say = speech("en")
SVG = "{http://www.w3.org/2000/svg}"


def texts(assessment: Assessment, service: str = "post_office") -> list[str]:
    root = ET.fromstring(district_picture(assessment, say, service))
    return ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]


def test_the_picture_is_well_formed_and_names_what_it_shows() -> None:
    said = texts(district())
    assert {"Почта <b>", "Раён & Co", "Legend", "N", "Большое"} <= set(said)
    assert "1 place · 100 people" in said


def test_markup_in_a_name_is_text() -> None:
    svg = district_picture(district(first_name=HOSTILE), say, "post_office")
    root = ET.fromstring(svg)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} == {
        "svg",
        "title",
        "rect",
        "text",
        "g",
        "path",
        "circle",
    }
    assert HOSTILE in texts(district(first_name=HOSTILE))


def test_modelled_data_are_remarked_on() -> None:
    assert any("Modelled data" in line for line in texts(district(), "school"))
    assert not any("Modelled data" in line for line in texts(district()))


def test_the_extent_is_the_same_for_every_service() -> None:
    outlines = [
        re.findall(r'<path d="([^"]+)" fill="#fdfcf9"/>', district_picture(district(), say, service))
        for service in ("post_office", "school")
    ]
    assert len(outlines[0]) == 1
    assert outlines[0] == outlines[1]


def test_the_scale_bar_is_true() -> None:
    svg = district_picture(district(), say, "post_office")
    bar = re.search(r'width="([\d.]+)" height="5" fill="none"', svg)
    outline = re.search(r'<path d="M([\d.]+) [^"]+" fill="#fdfcf9"/>', svg)
    assert bar
    assert outline
    # The district is one degree of longitude wide: 63.7 km at its middle; the bar says 10 km.
    assert ">10 km</text>" in svg
    drawn = 1000 - 2 * 14 - 220 - 8
    assert float(bar[1]) / 10 == pytest.approx(drawn / 64.0, rel=0.02)


def test_names_stay_inside_and_do_not_touch() -> None:
    labels = [Label("Одно", 100.0), Label("Другое", 90.0), Label("За краем", 80.0)]
    marks = [(50.0, 50.0, 4.0), (58.0, 50.0, 4.0), (50.0, 400.0, 4.0)]
    written = place_labels(labels, marks, 300.0, 100.0)
    assert [re.sub("<[^>]+>", "", w) for w in written] == ["Одно", "Другое"]
    first, second = (float(re.search(r"x='([-\d.]+)'", w)[1]) for w in written)  # type: ignore[index]
    assert first + len("Одно") * 5.6 <= 54.1
    assert second >= 62
