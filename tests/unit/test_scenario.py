"""A scenario as plain data: what it takes, what it refuses, and that its file brings it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.scenario import (
    MOST_EDITS,
    AddArea,
    AddFacility,
    ChangeStandard,
    CloseFacility,
    Edit,
    MoveFacility,
    Scenario,
)

BOX = {"type": "Polygon", "coordinates": [[[27, 55], [28, 55], [28, 56], [27, 55]]]}
ALL: tuple[Edit, ...] = (
    AddFacility("post_office", "new-1", {"ru": "Почта"}, 27.5, 55.1, {"seats": 12.0, "kind": "mobile"}),
    MoveFacility("shop", "7", 27.6, 55.2),
    CloseFacility("club", "2"),
    AddArea("mobile", "a", BOX, {"technology": "4G"}),
    ChangeStandard("s", {"threshold": 3.5, "target_share": None, "in_force": True}),
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda s: s.strip()
)
POINT = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
EDITS = st.one_of(
    st.builds(
        lambda s, i, n, p, a: AddFacility(s, i, n, p[0], p[1], a),
        TEXT, TEXT, st.dictionaries(st.sampled_from(["ru", "be", "en"]), TEXT), POINT,
        st.dictionaries(st.sampled_from(["seats", "ў"]), st.one_of(st.floats(-1e9, 1e9), TEXT)),
    ),
    st.builds(lambda s, i, p: MoveFacility(s, i, p[0], p[1]), TEXT, TEXT, POINT),
    st.builds(CloseFacility, TEXT, TEXT),
    st.builds(lambda s, t: ChangeStandard(s, {"threshold": t}), TEXT, st.floats(1e-3, 1e6)),
)  # fmt: skip


def document(**changes: Any) -> str:
    return json.dumps({**Scenario("план", ALL).as_dict(), **changes})


@given(st.lists(EDITS, max_size=5))
def test_a_file_brings_back_what_was_written(edits: list[Edit]) -> None:
    try:
        scenario = Scenario("план ў", tuple(edits))
    except InputError:
        return
    again = Scenario.from_json(scenario.to_json())
    assert (again, again.digest) == (scenario, scenario.digest)


def test_every_kind_of_edit_comes_back_and_the_digest_is_that_of_the_edits() -> None:
    scenario = Scenario("план", ALL)
    assert Scenario.from_json("\ufeff" + scenario.to_json()) == scenario
    assert scenario.named("other").digest == scenario.digest
    assert scenario.without_edit(1).digest != scenario.digest
    assert scenario.without_edit(4).with_edit(ALL[4]) == scenario


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not valid JSON"),
        ("[]", "no scenario"),
        ('{"format": "x"}', "no scenario"),
        (document(version=2), "version 2 of the format.*reads version 1"),
        (document(version="1"), 'says "version": "1", where the number 1 is expected'),
        (document(version=None), 'says "version": null'),
        (document(version=True), 'says "version": true'),
        (document(more=1), "nothing else"),
        (document(edits={}), "nothing else"),
        (document(name=""), "cannot be the name"),
        (document(name="a\nb"), "cannot be the name"),
        (document(name=" a"), "cannot be the name"),
        (document(name=7), "cannot be the name"),
        (document(edits=[7]), "Edit 1 is none of add-facility"),
        (document(edits=[{"edit": "build"}]), "Edit 1 is none of"),
        (document(edits=[{"edit": "close-facility", "service": "s"}]), "Edit 1 needs .*missing: id"),
        (document(edits=[{"edit": "close-facility", "service": "s", "id": "1", "why": 1}]), "unknown: why"),
        (document(edits=[{"edit": "close-facility", "service": "s", "id": 1}]), "id has to be a text"),
        (document(edits=[{"edit": "change-standard", "standard": "s", "values": []}]), "values is not a mapping"),
        ('{"format":"planner-scenario","version":1,"name":"a","edits":[' + "[" * 5000, "not valid JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_scenario_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Scenario.from_json(text)


@pytest.mark.parametrize("lon", [181, float("nan"), float("inf"), "27", None, True])
def test_a_position_has_to_be_on_earth(lon: Any) -> None:
    with pytest.raises(InputError, match="nowhere on earth"):
        MoveFacility("s", "1", lon, 55)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "only threshold"), ({"comparator": ">="}, "only threshold"), ({"threshold": 0}, "number above 0"),
        ({"threshold": float("nan")}, "number above 0"), ({"threshold": "5"}, "number above 0"),
        ({"target_share": 1.1}, "share above 0"), ({"target_share": 0}, "share above 0"),
        ({"in_force": "no"}, "true or false"),
    ],
)  # fmt: skip
def test_a_standard_cannot_be_changed_into_anything(values: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        ChangeStandard("s", values)


@pytest.mark.parametrize(
    ("outline", "told"),
    [
        ({}, "no GeoJSON polygon"),
        ({"type": "Point", "coordinates": [27, 55]}, "no GeoJSON polygon"),
        ({"type": "Polygon", "coordinates": []}, "no GeoJSON polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crosses itself"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [200, 1], [0, 0]]]}, "nowhere on earth"),
    ],
)
def test_an_outline_has_to_enclose_something(outline: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        AddArea("s", "1", outline)


def test_attributes_are_numbers_and_texts() -> None:
    for wrong in ({"id": "x"}, {"seats": None}, {"seats": float("nan")}, {"seats": [1]}):
        with pytest.raises(InputError, match="finite number or text"):
            AddFacility("s", "1", {"en": "x"}, 27, 55, wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="text in each language"):
        AddFacility("s", "1", {"en": 7}, 27, 55)  # type: ignore[dict-item]


def test_so_many_edits_and_no_more() -> None:
    with pytest.raises(InputError, match=f"{MOST_EDITS} edits at most"):
        Scenario("a", (CloseFacility("s", "1"),) * (MOST_EDITS + 1))


@pytest.mark.parametrize("text", ["a\nb", "a\x00", "\x1b[2Ja", "a\x85"])
def test_new_things_have_no_control_characters_in_their_names(text: str) -> None:
    with pytest.raises(InputError, match="characters that cannot be read"):
        AddFacility("shop", text, {}, 27.5, 55.1)
    with pytest.raises(InputError, match="characters that cannot be read"):
        AddFacility("shop", "1", {"ru": text}, 27.5, 55.1)
    with pytest.raises(InputError, match="characters that cannot be read"):
        AddArea("mobile", text, BOX)


def test_a_key_that_is_there_twice_says_nothing() -> None:
    edits = '[{"edit": "close-facility", "service": "shop", "id": "1"}]'
    head = '{"format": "planner-scenario", "version": 1, "name": "a", "edits": '
    assert len(Scenario.from_json(head + edits + "}").edits) == 1
    with pytest.raises(InputError, match="“edits” is there twice"):
        Scenario.from_json(head + edits + ', "edits": []}')
    with pytest.raises(InputError, match="“id” is there twice"):
        Scenario.from_json(head + edits.replace('"id": "1"', '"id": "1", "id": "2"') + "}")


@pytest.mark.parametrize("given", [{"source": "a\x00b"}, {"a\nb": 1.0}])
def test_attributes_hold_no_control_characters(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="attributes holds characters that cannot be read"):
        AddFacility("shop", "1", {"en": "x"}, 27.5, 55.1, given)


def test_services_and_standards_hold_no_control_characters() -> None:
    # They are told in messages as they stand.
    with pytest.raises(InputError, match="service holds characters"):
        CloseFacility("shop\x1b[2J", "1")
    with pytest.raises(InputError, match="standard holds characters"):
        ChangeStandard("s\x1b[2J", {"threshold": 1.0})
