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
