"""Measured values with their units, as each language has them."""

import pytest

from planner.i18n import speech, words

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "trips", "said"),
    [
        ("en", 1, "1 trip a week"),
        ("en", 21, "21 trips a week"),
        ("en", 2.5, "2.5 trips a week"),
        ("ru", 21, "21 рейс в неделю"),
        ("ru", 22, "22 рейса в неделю"),
        ("be", 1, "1 рэйс на тыдзень"),
    ],
)
def test_a_number_of_trips_takes_the_form_that_it_asks_for(language: str, trips: float, said: str) -> None:
    assert words.quantity(speech(language), trips, "trips/week").replace(NBSP, " ") == said


def test_a_threshold_keeps_the_form_that_stands_beside_at_least() -> None:
    assert words.quantity(speech("ru"), 4, "trips/week", exact=True).replace(NBSP, " ") == "4 рейсов в неделю"


@pytest.mark.parametrize(
    ("language", "kept", "said"),
    [
        ("en", "ч. 1 ст. 76", "part 1 art. 76"),
        ("ru", "ч. 1 ст. 76", "ч. 1 ст. 76"),
        ("be", "подп. 40.1", "падп. 40.1"),
        ("ru", "art. 3", "ст. 3"),
        ("en", "раздел «ЖКХ», п. 1", "section “housing and utilities”, cl. 1"),
        ("ru", "§ 403(b)(3)", "§ 403(b)(3)"),
        ("ru", "A1.1.5", "A1.1.5"),
    ],
)
def test_a_part_of_an_act_is_called_as_the_language_calls_it(language: str, kept: str, said: str) -> None:
    assert words.clause(speech(language), kept) == said
