"""Parts of a map: their names, what they hold, and who fetches them."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
import shapely

from planner.i18n import speech
from planner.maps.district_map import base_map, layer_of, service_part
from planner.maps.geometry import packed_lines, packed_together
from planner.maps.offline import Call, calls_of
from planner.maps.parts import Part
from tests.unit.maps.district import HOSTILE, district

SAY = speech("en")


def test_a_part_is_named_by_what_it_holds() -> None:
    same, other = Part({"a": [1, 2], "b": HOSTILE}), Part({"a": np.array([1, 2]), "b": HOSTILE})
    assert same.digest == other.digest
    assert Part({"a": [1, 3], "b": HOSTILE}).digest != same.digest
    assert json.loads(gzip.decompress(same.packed)) == same.data == {"a": [1, 2], "b": HOSTILE}


def test_a_part_written_into_a_page_cannot_end_its_script() -> None:
    text = Part({"name": HOSTILE}).literal
    assert json.loads(text) == {"name": HOSTILE}
    assert "<" not in text
    assert "{{" not in text


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        Part({"a": object()})


def test_a_call_writes_addresses_in_place_of_parts_that_have_one() -> None:
    part = Part({"places": ["Somewhere"]})
    call = Call("service", {"selected": "p1"}, [part])
    assert "Somewhere" in call.told()
    call.addresses = {part.digest: "../../media/x.gz"}
    assert call.told() == '"../../media/x.gz"'
    assert json.loads(call.data) == {"selected": "p1", "places": ["Somewhere"]}


def test_long_data_of_a_call_become_a_part_and_say_the_same() -> None:
    data = {"lines": [f"line {i}" for i in range(5000)]}
    call = Call("service", data)
    assert len(call.small) < 100
    assert json.loads(call.data) == data


def test_who_is_chosen_is_no_part_of_the_layer() -> None:
    part = service_part(district(), SAY, "post_office")
    one, other = (layer_of(part, "Post", selected=place) for place in ("p0", "p1"))
    (first,), (second,) = calls_of(one), calls_of(other)
    assert first.parts == second.parts == (part,)
    assert json.loads(first.small) == {"selected": "p0"}


def test_the_ground_is_the_same_part_in_every_theme() -> None:
    light, dark = (
        next(c for c in calls_of(base_map(district(), SAY, dark=d)) if c.function == "ground")
        for d in (False, True)
    )
    assert [part.digest for part in light.parts] == [part.digest for part in dark.parts]


def test_lines_together_are_the_lines_one_by_one() -> None:
    rng = np.random.default_rng(3)
    lines = [shapely.LineString(rng.uniform([27, 54], [28, 55], (k, 2))) for k in (2, 5, 3)]
    lines.append(
        shapely.MultiLineString([[(27, 54), (27.5, 54.5)], [(27.6, 54.1), (27.7, 54.9), (27.2, 54.2)]])
    )
    together = packed_together(lines)
    at = np.cumsum(together["steps"].reshape(-1, 2), axis=0)
    pieces = np.split(at, np.cumsum(together["sizes"])[:-1])
    alone = [np.cumsum(np.reshape(line, (-1, 2)), axis=0) for line in packed_lines(lines)]
    assert [piece.tolist() for piece in pieces] == [piece.tolist() for piece in alone]
