"""A template is said with the words in it in the language, and the data in it as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.i18n import speech
from planner.i18n.words import GEOMETRIES, LAYERS, MODES, ROLES, SEVERITIES, STATES, UNITS, told
from planner.layers.faults import FAULTS
from planner.layers.osm_mapping import read_mapping
from planner.layers.schema import Role
from planner.results import State


def test_roles_services_modes_and_geometries_are_said_in_the_language() -> None:
    say = speech("ru")
    needs = "A {role} layer needs {wanted}; these are something else: {count} ({examples})."
    text = told(
        say, needs, {"role": "boundary", "wanted": "polygon / line", "count": 1200, "examples": "a, b"}
    )
    assert (
        text == "Для слоя «граница района» нужна геометрия: полигоны, линии; здесь другая: 1\xa0200 (a, b)."
    )
    unlocated = "Facilities of the service “{service}” without coordinates, which are not counted: {count}."
    names = {"shop": {"ru": "Магазины", "en": "Shops"}}
    assert told(say, unlocated, {"count": 3, "service": "shop"}, names) == (
        "Объекты услуги «Магазины» без координат, они не учтены: 3."
    )
    assert "«mill»" in told(say, unlocated, {"count": 3, "service": "mill"}, names)
    loose = "{share} of the road length open to the mode “{mode}” is not joined to the rest and is not used."
    assert told(say, loose, {"share": "2 %", "mode": "car"}).endswith("для передвижения на автомобиле.")


def test_what_a_mapping_of_tags_should_hold_is_said_in_the_language_and_its_keys_stay(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("services: shops\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_mapping(file)
    error = refused.value
    assert told(speech("ru"), error.template, error.values) == "own.yaml: в services нужно: список."
    file.write_text("roads: []\nplaces: 3\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_mapping(file)
    error = refused.value
    assert told(speech("ru"), error.template, error.values) == (
        "own.yaml: в places нужен раздел с ключами kinds, refined, population."
    )


def test_texts_from_the_data_stay_as_they_are() -> None:
    say = speech("be")
    assert told(say, "There is no file {path}.", {"path": "covered"}) == "Файла covered няма."


@pytest.mark.parametrize("language", ["ru", "be"])
def test_every_word_of_the_analysis_has_a_translation(language: str) -> None:
    say = speech(language)
    kinds = (STATES, LAYERS, ROLES, SEVERITIES, UNITS, GEOMETRIES, MODES)
    same = [
        word for words in kinds for word in words.values() if say(word) == word and word.isascii() and word
    ]
    assert same == ["m"] * same.count("m")
    assert {state.label for state in State} == set(STATES)
    assert {role.value for role in Role} == set(ROLES)


def test_kilometres_beside_names_of_places_are_said_in_the_language() -> None:
    values = {"km": 10, "count": 2, "examples": "4, 5", "places": "Плиса 22 km, 30 kmh, Озерцы 41 km"}
    template = FAULTS["far_from_namesake"].message
    assert told(speech("be"), template, values).endswith("Плиса 22 км, 30 kmh, Озерцы 41 км.")
    assert told(speech("en"), template, values).endswith("Плиса 22 km, 30 kmh, Озерцы 41 km.")
